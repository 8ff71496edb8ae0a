package table

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// numbers are n entries whose keys are even numbers of five digits.
func numbers(n int) []Entry {
	var entries []Entry
	for i := range n {
		entries = append(entries, Entry{fmt.Sprintf("%05d", 2*i), fmt.Sprintf("value of %d and of lib%x-dev", 2*i, i*i)})
	}
	return entries
}

func written(t testing.TB, entries []Entry) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, entries); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGet(t *testing.T) {
	entries := numbers(5000)
	table := New(written(t, entries))
	if table.len() < 10 {
		t.Fatalf("%d blocks: the test wants many", table.len())
	}
	for _, e := range entries {
		got, ok, err := table.Get(e.Key)
		if err != nil || !ok || got != e.Value {
			t.Fatalf("Get(%q) = %q, %v, %v; want %q", e.Key, got, ok, err, e.Value)
		}
	}
	for _, absent := range []string{"", "0", "00001", "09999", "10000", "99999", "00000 ", "\x00", "\xff"} {
		if got, ok, err := table.Get(absent); ok || err != nil {
			t.Errorf("Get(%q) = %q, %v, %v; want nothing", absent, got, ok, err)
		}
	}
}

func TestFloor(t *testing.T) {
	table := New(written(t, numbers(5000)))
	for key, want := range map[string]string{
		"00000": "00000", "00001": "00000", "04711": "04710", "09998": "09998", "99999": "09998", "": "", " ": "",
	} {
		if got, _, err := table.Floor(key); err != nil || got != want {
			t.Errorf("Floor(%q) = %q, %v; want %q", key, got, err, want)
		}
	}
}

func TestScan(t *testing.T) {
	entries := numbers(5000)
	table := New(written(t, entries))
	for _, prefix := range []string{"", "0", "012", "01234", "01235", "1", "0999"} {
		var want, got []string
		for _, e := range entries {
			if strings.HasPrefix(e.Key, prefix) {
				want = append(want, e.Key+"="+e.Value)
			}
		}
		err := table.Scan(prefix, func(key, value string) bool {
			got = append(got, key+"="+value)
			return true
		})
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("Scan(%q): %d keys, %v; want %d", prefix, len(got), err, len(want))
		}
	}
	var seen int
	if err := table.Scan("", func(string, string) bool { seen++; return seen < 3 }); err != nil || seen != 3 {
		t.Errorf("a stopped scan saw %d keys, %v; want 3", seen, err)
	}
}

func TestWriteIsDeterministic(t *testing.T) {
	entries := numbers(3000)
	want := written(t, entries)
	shuffled := slices.Clone(entries)
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	if written(t, shuffled) != want {
		t.Error("the order of the entries changes the bytes")
	}
}

func TestWriteRefuses(t *testing.T) {
	for name, entries := range map[string][]Entry{
		"twice":               {{"a", "1"}, {"b", "2"}, {"a", "3"}},
		"empty key":           {{"", "1"}},
		"tab in a key":        {{"a\tb", "1"}},
		"line break in a key": {{"a\nb", "1"}},
		"line break":          {{"a", "1\n2"}},
	} {
		if err := Write(&bytes.Buffer{}, entries); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestEmpty(t *testing.T) {
	for name, data := range map[string]string{"no data": "", "no entries": written(t, nil)} {
		table := New(data)
		if _, ok, err := table.Get("a"); ok || err != nil {
			t.Errorf("%s: Get = %v, %v", name, ok, err)
		}
		if err := table.Scan("", func(string, string) bool { t.Error("an entry"); return true }); err != nil {
			t.Errorf("%s: Scan = %v", name, err)
		}
	}
}

// Damaged data is an error or a wrong answer, never a panic.
func TestDamaged(t *testing.T) {
	good := written(t, numbers(400))
	ask := func(data string) error {
		table := New(data)
		_, _, err := table.Get("00500")
		return firstOf(err, table.Scan("", func(string, string) bool { return true }))
	}
	for n := range len(good) {
		if ask(good[:n]) == nil && n > 0 {
			t.Fatalf("the first %d of %d bytes: no error", n, len(good))
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		b := []byte(good)
		b[random.IntN(len(b))] ^= byte(1 + random.IntN(255))
		_ = ask(string(b)) // must not panic
	}
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func BenchmarkGet(b *testing.B) {
	entries := numbers(50000)
	table := New(written(b, entries))
	random := rand.New(rand.NewPCG(1, 2))
	for b.Loop() {
		key := entries[random.IntN(len(entries))].Key
		if _, ok, err := table.Get(key); !ok || err != nil {
			b.Fatal(key, err)
		}
	}
}
