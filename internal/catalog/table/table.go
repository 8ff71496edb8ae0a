// Package table stores facts: sorted lines of a key and a value, packed into compressed blocks of
// about 4 KB behind an index of raw keys.
//
// Nothing is read before the first query, and a query decodes one block: a binary search over the
// index, some microseconds of zstd, and a walk over some fifty lines. A table is a value of a
// program's read-only data, so that opening it costs nothing.
//
// The layout, numbers being little-endian and 4 bytes long:
//
//	magic "facts01\n"
//	number of blocks n
//	n+1 pairs: where the first key of a block begins, where the block begins (the last pair is the end)
//	the first keys; the blocks
//
// A block is a zstd frame of lines "key\tvalue\n", sorted by key, byte by byte. A dictionary that the blocks share was
// tried: tables were a seventh smaller, and queries took half as long again.
package table

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/klauspost/compress/zstd"
)

const (
	magic = "facts01\n"

	headerSize = len(magic) + 4
	pairSize   = 8

	// maxBlock bounds what a block may decode to, in bytes.
	maxBlock = 1 << 20

	// maxCached is how many decoded blocks a table keeps at least, 1 MB, and at most twice as many: neighbouring questions (the
	// dependencies of one package, the files of one folder) often need the same few, and so do similar Dockerfiles.
	maxCached = 256
)

// A Table answers questions about one sorted list of keys. It may be used by several goroutines.
// The zero Table is empty.
type Table struct {
	data string

	mu sync.Mutex
	// blocks are those decoded lately, older the ones before; those that nobody asks for again are forgotten with these.
	blocks, older map[int]string
	// packed and unpacked are room for a block before and after decoding, kept for the next one.
	packed, unpacked []byte
}

// New returns the table that data, written by Write, holds. It reads nothing: that data is damaged is
// the error of a query.
func New(data string) *Table {
	return &Table{data: data}
}

// Get returns the value of a key; ok is false if the table does not have it.
func (t *Table) Get(key string) (value string, ok bool, err error) {
	i, err := t.search(key)
	if err != nil || i < 0 || key == "" {
		return "", false, err
	}
	block, err := t.block(i)
	if err != nil {
		return "", false, err
	}
	line := key + "\t"
	if !strings.HasPrefix(block, line) {
		at := strings.Index(block, "\n"+line)
		if at < 0 {
			return "", false, nil
		}
		block = block[at+1:]
	}
	value, _, _ = strings.Cut(block[len(line):], "\n")
	return value, true, nil
}

// Floor returns the last key that is not after the one asked for, and its value. Both are empty if
// there is none.
func (t *Table) Floor(key string) (found, value string, err error) {
	i, err := t.search(key)
	if err != nil || i < 0 {
		return "", "", err
	}
	block, err := t.block(i)
	if err != nil {
		return "", "", err
	}
	for line := range strings.Lines(block) {
		k, v, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if k > key {
			break
		}
		found, value = k, v
	}
	return found, value, nil
}

// Scan calls visit for the keys that begin with prefix, in order, until it returns false.
func (t *Table) Scan(prefix string, visit func(key, value string) bool) error {
	first, err := t.search(prefix)
	if err != nil {
		return err
	}
	for i := max(first, 0); i < t.len(); i++ {
		block, err := t.block(i)
		if err != nil {
			return err
		}
		for line := range strings.Lines(block) {
			k, v, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
			switch {
			case strings.HasPrefix(k, prefix):
				if !visit(k, v) {
					return nil
				}
			case k > prefix:
				return nil
			}
		}
	}
	return nil
}

// search returns the block that holds the key if any does: the last one whose first key is not after it,
// -1 if there is none.
func (t *Table) search(key string) (int, error) {
	if t.data == "" {
		return -1, nil
	}
	if err := t.check(); err != nil {
		return -1, err
	}
	low, high := 0, t.len()
	for low < high {
		middle := (low + high) / 2
		if t.firstKey(middle) <= key {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low - 1, nil
}

var errDamaged = errors.New("damaged table of facts")

// check tells whether the data is whole.
func (t *Table) check() error {
	if len(t.data) < headerSize || t.data[:len(magic)] != magic {
		return errDamaged
	}
	if n := uint64(t.number(len(magic))); uint64(len(t.data)) < uint64(headerSize)+(n+1)*pairSize {
		return errDamaged
	}
	if _, end := t.pair(t.len()); end != len(t.data) {
		return errDamaged
	}
	return nil
}

// len returns the number of blocks.
func (t *Table) len() int {
	if t.data == "" {
		return 0
	}
	return t.number(len(magic))
}

func (t *Table) number(at int) int {
	return int(binary.LittleEndian.Uint32([]byte(t.data[at : at+4])))
}

// pair returns where the first key and the content of block i begin.
func (t *Table) pair(i int) (key, content int) {
	at := headerSize + i*pairSize
	return t.number(at), t.number(at + 4)
}

func (t *Table) firstKey(i int) string {
	from, _ := t.pair(i)
	to, _ := t.pair(i + 1)
	return t.slice(from, to)
}

// slice is a part of the data, empty if there is no such part.
func (t *Table) slice(from, to int) string {
	if from > to || to > len(t.data) {
		return ""
	}
	return t.data[from:to]
}

func (t *Table) block(i int) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if b, ok := t.blocks[i]; ok {
		return b, nil
	}
	if b, ok := t.older[i]; ok {
		t.keep(i, b)
		return b, nil
	}
	decoder, err := decoder()
	if err != nil {
		return "", err
	}
	_, from := t.pair(i)
	_, to := t.pair(i + 1)
	t.packed = append(t.packed[:0], t.slice(from, to)...)
	t.unpacked, err = decoder.DecodeAll(t.packed, t.unpacked[:0])
	if err != nil {
		return "", fmt.Errorf("block %d: %w: %w", i, errDamaged, err)
	}
	b := string(t.unpacked)
	t.keep(i, b)
	return b, nil
}

// keep remembers a decoded block.
func (t *Table) keep(i int, block string) {
	if t.blocks == nil || len(t.blocks) >= maxCached {
		t.blocks, t.older = map[int]string{}, t.blocks
	}
	t.blocks[i] = block
}

// decoder is made by the first query of any table.
var decoder = sync.OnceValues(func() (*zstd.Decoder, error) {
	return zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxMemory(maxBlock))
})
