// Package jobs is a queue in a PostgreSQL table.
package jobs

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"os"

	_ "github.com/lib/pq"
)

// ErrEmpty is returned when no job waits.
var ErrEmpty = errors.New("no job waits")

type Job struct {
	ID      int64           `json:"id"`
	Kind    string          `json:"kind"`
	Payload json.RawMessage `json:"payload"`
}

// A Queue is safe for use by several goroutines and processes.
type Queue struct{ db *sql.DB }

// Connect uses DATABASE_URL; the connection is made when it is first needed.
func Connect() (*sql.DB, error) {
	url := os.Getenv("DATABASE_URL")
	if url == "" {
		return nil, errors.New("DATABASE_URL is not set")
	}
	return sql.Open("postgres", url)
}

func NewQueue(db *sql.DB) *Queue { return &Queue{db} }

func (q *Queue) Put(ctx context.Context, kind string, payload json.RawMessage) (id int64, err error) {
	err = q.db.QueryRowContext(ctx,
		`INSERT INTO job (kind, payload) VALUES ($1, $2) RETURNING id`, kind, []byte(payload)).Scan(&id)
	return id, err
}

// Take runs work on the oldest job and removes it when work succeeds.
func (q *Queue) Take(ctx context.Context, work func(Job) error) error {
	tx, err := q.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	var job Job
	err = tx.QueryRowContext(ctx,
		`SELECT id, kind, payload FROM job ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED`).
		Scan(&job.ID, &job.Kind, &job.Payload)
	if errors.Is(err, sql.ErrNoRows) {
		return ErrEmpty
	}
	if err != nil {
		return err
	}
	if err := work(job); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM job WHERE id = $1`, job.ID); err != nil {
		return err
	}
	return tx.Commit()
}

// Waiting is the number of jobs in the queue.
func (q *Queue) Waiting(ctx context.Context) (n int, err error) {
	err = q.db.QueryRowContext(ctx, `SELECT count(*) FROM job`).Scan(&n)
	return n, err
}
