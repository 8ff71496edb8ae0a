// Package migrations applies numbered SQL files in order, each once.
package migrations

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"regexp"
	"strconv"
)

type Migration struct {
	Version int
	Name    string
	SQL     string
}

var fileName = regexp.MustCompile(`^(\d+)_([a-z0-9_]+)\.sql$`)

// Load reads the migrations of a folder. Their versions must be 1, 2, 3 and so on.
func Load(dir fs.FS) ([]Migration, error) {
	entries, err := fs.ReadDir(dir, ".") // sorted by name
	if err != nil {
		return nil, err
	}
	var all []Migration
	for _, entry := range entries {
		match := fileName.FindStringSubmatch(entry.Name())
		if match == nil {
			return nil, fmt.Errorf("%s: not of the form 001_name.sql", entry.Name())
		}
		version, err := strconv.Atoi(match[1])
		if err != nil || version != len(all)+1 {
			return nil, fmt.Errorf("%s: expected version %d", entry.Name(), len(all)+1)
		}
		sql, err := fs.ReadFile(dir, entry.Name())
		if err != nil {
			return nil, err
		}
		all = append(all, Migration{version, match[2], string(sql)})
	}
	return all, nil
}

// Apply brings db to the last version and returns the migrations that were new to it.
func Apply(ctx context.Context, db *sql.DB, all []Migration) ([]Migration, error) {
	_, err := db.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY)`)
	if err != nil {
		return nil, err
	}
	var done int
	err = db.QueryRowContext(ctx, `SELECT coalesce(max(version), 0) FROM schema_version`).Scan(&done)
	if err != nil {
		return nil, err
	}
	if done > len(all) {
		return nil, fmt.Errorf("the database is at version %d, this program knows %d", done, len(all))
	}
	for _, m := range all[done:] {
		if err := apply(ctx, db, m); err != nil {
			return nil, fmt.Errorf("migration %d (%s): %w", m.Version, m.Name, err)
		}
	}
	return all[done:], nil
}

func apply(ctx context.Context, db *sql.DB, m Migration) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, m.SQL); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO schema_version VALUES ($1)`, m.Version); err != nil {
		return err
	}
	return tx.Commit()
}
