//go:build unix

package catalog

import (
	"strings"
	"syscall"
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

// measure calls ask with 0, 1, 2 and so on. Beside the time on the clock it reports that of the processor, which other work on
// the machine does not lengthen as much.
func measure(b *testing.B, ask func(i int)) {
	b.Helper()
	before := processorTime(b)
	i := 0
	for b.Loop() {
		ask(i)
		i++
	}
	b.ReportMetric(float64(processorTime(b)-before)/float64(i), "cpu-µs/op")
}

// processorTime is what the process has used up to now, in microseconds.
func processorTime(b *testing.B) int64 {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return (u.Utime.Nano() + u.Stime.Nano()) / 1000
}

func BenchmarkFileOwner(b *testing.B) {
	keys := keysOf(b, commands, 7)
	measure(b, func(i int) {
		FileOwner("bookworm", Command, keys[i*7919%len(keys)])
	})
}

func BenchmarkHeaderOwner(b *testing.B) {
	keys := keysOf(b, headers, 101)
	measure(b, func(i int) {
		FileOwner("bookworm", Header, debian.HeaderPath(keys[i*7919%len(keys)]))
	})
}

func BenchmarkPackage(b *testing.B) {
	keys := keysOf(b, packages, 11)
	measure(b, func(i int) {
		Package("bookworm", keys[i*7919%len(keys)])
	})
}

func BenchmarkNeed(b *testing.B) {
	keys := keysOf(b, needs, 11)
	measure(b, func(i int) {
		of, name, _ := strings.Cut(keys[i*7919%len(keys)], " ")
		Need(NeedQuery{Language: language.Language(of), Name: name, Release: "bookworm"})
	})
}

// BenchmarkBase asks for images that have not been asked for before.
func BenchmarkBase(b *testing.B) {
	keys := keysOf(b, tags, 101)
	measure(b, func(i int) {
		lookUp(keys[i*7919%len(keys)])
	})
}

func BenchmarkImagePackages(b *testing.B) {
	measure(b, func(int) { ImagePackages("python", "bookworm", "full") })
}

func BenchmarkClosure(b *testing.B) {
	for b.Loop() {
		if _, _, err := Closure("bookworm", []string{"default-libmysqlclient-dev", "build-essential"}, false, nil); err != nil {
			b.Fatal(err)
		}
	}
}
