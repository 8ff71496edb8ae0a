package table

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// blockSize is what a block holds before compression, in bytes. Larger blocks are smaller together and
// slower to query: 16 KB took four times as long.
const blockSize = 4 << 10

// An Entry is one fact: a key without tab and line break, and a value without line break.
type Entry struct{ Key, Value string }

// Write writes the table of the entries, sorting them. The same entries give the same bytes. A key
// that occurs twice is an error.
func Write(w io.Writer, entries []Entry) error {
	entries = slices.Clone(entries)
	slices.SortFunc(entries, func(a, b Entry) int { return cmp.Compare(a.Key, b.Key) })
	if err := checkEntries(entries); err != nil {
		return err
	}
	keys, texts := cut(entries)
	blocks, err := compress(texts)
	if err != nil {
		return err
	}
	return write(w, keys, blocks)
}

func checkEntries(entries []Entry) error {
	for i, e := range entries {
		switch {
		case e.Key == "" || strings.ContainsAny(e.Key, "\t\n"):
			return fmt.Errorf("key %q: empty, or with a tab or a line break", e.Key)
		case strings.Contains(e.Value, "\n"):
			return fmt.Errorf("value of %q: with a line break", e.Key)
		case i > 0 && entries[i-1].Key == e.Key:
			return fmt.Errorf("key %q: twice", e.Key)
		}
	}
	return nil
}

// cut returns the texts of the blocks, and the first key of each.
func cut(entries []Entry) (keys, texts []string) {
	var b strings.Builder
	for _, e := range entries {
		if b.Len() == 0 {
			keys = append(keys, e.Key)
		}
		b.WriteString(e.Key + "\t" + e.Value + "\n")
		if b.Len() >= blockSize {
			texts = append(texts, b.String())
			b.Reset()
		}
	}
	if b.Len() > 0 {
		texts = append(texts, b.String())
	}
	return keys, texts
}

func compress(texts []string) ([][]byte, error) {
	encoder, err := zstd.NewWriter(nil,
		zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(false))
	if err != nil {
		return nil, err
	}
	blocks := make([][]byte, len(texts))
	for i, t := range texts {
		blocks[i] = encoder.EncodeAll([]byte(t), nil)
	}
	return blocks, encoder.Close()
}

func write(w io.Writer, keys []string, blocks [][]byte) error {
	firstKey := headerSize + (len(blocks)+1)*pairSize
	firstBlock := firstKey + len(strings.Join(keys, ""))
	header := []byte(magic)
	header = binary.LittleEndian.AppendUint32(header, uint32(len(blocks)))
	key, block := firstKey, firstBlock
	for i := range blocks {
		header = appendPair(header, key, block)
		key += len(keys[i])
		block += len(blocks[i])
	}
	header = appendPair(header, key, block)
	if block > 1<<31-1 {
		return errors.New("table larger than 2 GB")
	}
	text := string(header) + strings.Join(keys, "")
	if _, err := io.WriteString(w, text); err != nil {
		return err
	}
	for _, b := range blocks {
		if _, err := w.Write(b); err != nil {
			return err
		}
	}
	return nil
}

func appendPair(to []byte, key, block int) []byte {
	to = binary.LittleEndian.AppendUint32(to, uint32(key))
	return binary.LittleEndian.AppendUint32(to, uint32(block))
}
