// Package store keeps short links in SQLite.
package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/base32"
	"errors"
	"strings"

	_ "github.com/mattn/go-sqlite3"
)

// ErrNotFound is returned for a code that nobody made.
var ErrNotFound = errors.New("no such link")

const schema = `
CREATE TABLE IF NOT EXISTS link (
	code TEXT PRIMARY KEY,
	url  TEXT NOT NULL UNIQUE,
	hits INTEGER NOT NULL DEFAULT 0
);`

// A Store is safe for use by several goroutines.
type Store struct{ db *sql.DB }

// Open opens or makes the database file at path.
func Open(path string) (*Store, error) {
	db, err := sql.Open("sqlite3", path+"?_journal_mode=WAL&_busy_timeout=2000")
	if err != nil {
		return nil, err
	}
	if _, err := db.Exec(schema); err != nil {
		db.Close()
		return nil, err
	}
	return &Store{db}, nil
}

func (s *Store) Close() error { return s.db.Close() }

// Shorten returns the code of url; the same url has the same code.
func (s *Store) Shorten(ctx context.Context, url string) (string, error) {
	code, err := newCode()
	if err != nil {
		return "", err
	}
	// The update changes nothing; without it RETURNING gives no row for a known url.
	err = s.db.QueryRowContext(ctx, `
		INSERT INTO link (code, url) VALUES (?, ?)
		ON CONFLICT (url) DO UPDATE SET url = excluded.url
		RETURNING code`, code, url).Scan(&code)
	return code, err
}

// Visit returns the url of code and counts the visit.
func (s *Store) Visit(ctx context.Context, code string) (string, error) {
	var url string
	err := s.db.QueryRowContext(ctx, `UPDATE link SET hits = hits + 1 WHERE code = ? RETURNING url`, code).Scan(&url)
	if errors.Is(err, sql.ErrNoRows) {
		return "", ErrNotFound
	}
	return url, err
}

// Version is the version of the SQLite library that is linked in.
func (s *Store) Version(ctx context.Context) (version string, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT sqlite_version()`).Scan(&version)
	return version, err
}

func newCode() (string, error) {
	var b [5]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", err
	}
	return strings.ToLower(base32.StdEncoding.EncodeToString(b[:])), nil
}
