package store

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
)

func TestShortenTwice(t *testing.T) {
	s, err := Open(filepath.Join(t.TempDir(), "links.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ctx := context.Background()

	first, err := s.Shorten(ctx, "https://example.com")
	if err != nil {
		t.Fatal(err)
	}
	if second, err := s.Shorten(ctx, "https://example.com"); err != nil || second != first {
		t.Errorf("second code = %q, %v; want %q", second, err, first)
	}
	if _, err := s.Visit(ctx, "nowhere"); !errors.Is(err, ErrNotFound) {
		t.Errorf("Visit(nowhere) = %v, want ErrNotFound", err)
	}
}
