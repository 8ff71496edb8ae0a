package catalog

import (
	"strings"
	"testing"

	"dopt/internal/catalog/debian"
	"dopt/internal/catalog/language"
	"dopt/internal/catalog/table"
)

// keysOf returns every step-th key of a table, so that a benchmark asks all over it.
func keysOf(b *testing.B, of *table.Table, step int) []string {
	b.Helper()
	var keys []string
	i := 0
	err := of.Scan("", func(key, _ string) bool {
		if i++; i%step == 0 {
			keys = append(keys, key)
		}
		return true
	})
	if err != nil {
		b.Fatal(err)
	}
	return keys
}

func BenchmarkFileOwner(b *testing.B) {
	keys := keysOf(b, commands, 7)
	i := 0
	for b.Loop() {
		FileOwner("bookworm", Command, keys[i*7919%len(keys)])
		i++
	}
}

func BenchmarkHeaderOwner(b *testing.B) {
	keys := keysOf(b, headers, 101)
	i := 0
	for b.Loop() {
		FileOwner("bookworm", Header, debian.HeaderPath(keys[i*7919%len(keys)]))
		i++
	}
}

func BenchmarkPackage(b *testing.B) {
	keys := keysOf(b, packages, 11)
	i := 0
	for b.Loop() {
		Package("bookworm", keys[i*7919%len(keys)])
		i++
	}
}

func BenchmarkNeed(b *testing.B) {
	keys := keysOf(b, needs, 11)
	i := 0
	for b.Loop() {
		of, name, _ := strings.Cut(keys[i*7919%len(keys)], " ")
		Need(NeedQuery{Language: language.Language(of), Name: name, Release: "bookworm"})
		i++
	}
}

// BenchmarkBase asks for images that have not been asked for before.
func BenchmarkBase(b *testing.B) {
	keys := keysOf(b, tags, 101)
	i := 0
	for b.Loop() {
		lookUp(keys[i*7919%len(keys)])
		i++
	}
}

func BenchmarkImagePackages(b *testing.B) {
	for b.Loop() {
		ImagePackages("python", "bookworm", "full")
	}
}

func BenchmarkClosure(b *testing.B) {
	for b.Loop() {
		if _, _, err := Closure("bookworm", []string{"default-libmysqlclient-dev", "build-essential"}, false, nil); err != nil {
			b.Fatal(err)
		}
	}
}
