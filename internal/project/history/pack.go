package history

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// The bounds of a chain of deltas. git makes chains of 50, and of 250 when asked to pack hard.
const (
	maxChain      = 512
	maxChainBytes = 2 * maxObject
)

// The layout of an index, version 2: gitformat-pack(5).
const (
	indexHeader = 8
	fanoutSize  = 256 * 4
	hashSize    = int64(len(hash{}))
)

// A pack is a file of objects with its index.
type pack struct {
	data, index *os.File
	size        int64
	// fanout counts the objects whose hash begins with a byte up to its place.
	fanout [256]uint32
}

// openPack opens a pack and its index; name is without their endings.
func openPack(root *os.Root, name string) (*pack, error) {
	index, _, err := openFile(root, name+".idx")
	if err != nil {
		return nil, err
	}
	data, info, err := openFile(root, name+".pack")
	if err != nil {
		index.Close()
		return nil, err
	}
	p := &pack{data: data, index: index, size: info.Size()}
	if err := p.readFanout(); err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

func (p *pack) close() {
	p.data.Close()
	p.index.Close()
}

func (p *pack) readFanout() error {
	head := make([]byte, indexHeader+fanoutSize)
	if _, err := p.index.ReadAt(head, 0); err != nil {
		return err
	}
	if !bytes.HasPrefix(head, []byte("\xfftOc\x00\x00\x00\x02")) {
		return errors.New("not an index of version 2")
	}
	for i := range p.fanout {
		p.fanout[i] = binary.BigEndian.Uint32(head[indexHeader+4*i:])
		if i > 0 && p.fanout[i] < p.fanout[i-1] {
			return errCorrupt
		}
	}
	return nil
}

// find looks up where an object begins.
func (p *pack) find(h hash) (offset int64, ok bool, err error) {
	lo, hi := int64(0), int64(p.fanout[h[0]])
	if h[0] > 0 {
		lo = int64(p.fanout[h[0]-1])
	}
	var other hash
	for lo < hi {
		mid := (lo + hi) / 2
		if _, err := p.index.ReadAt(other[:], indexHeader+fanoutSize+mid*hashSize); err != nil {
			return 0, false, err
		}
		switch bytes.Compare(h[:], other[:]) {
		case 0:
			offset, err := p.offset(mid)
			return offset, err == nil, err
		case -1:
			hi = mid
		default:
			lo = mid + 1
		}
	}
	return 0, false, nil
}

// offset returns where the object with the i-th hash begins. Offsets of 2 GB and more are in a table of their own.
func (p *pack) offset(i int64) (int64, error) {
	n := int64(p.fanout[255])
	const checksum = 4
	table := indexHeader + fanoutSize + n*(hashSize+checksum)
	var b [8]byte
	if _, err := p.index.ReadAt(b[:4], table+4*i); err != nil {
		return 0, err
	}
	small := binary.BigEndian.Uint32(b[:4])
	const large = 1 << 31
	if small < large {
		return int64(small), nil
	}
	if _, err := p.index.ReadAt(b[:], table+4*n+8*int64(small-large)); err != nil {
		return 0, err
	}
	return int64(binary.BigEndian.Uint64(b[:])), nil
}

// An entry is an object as a pack stores it: whole, or as a delta to another.
type entry struct {
	kind kind
	data []byte
	// base is where the object is on which a delta builds.
	base place
}

// packed reads an object of a pack.
func (o *objects) packed(at place) (object, error) {
	var deltas [][]byte
	total := 0
	for base := at; ; {
		obj, ok := o.cache[base]
		if !ok {
			e, err := o.entry(base)
			if err != nil {
				return object{}, err
			}
			if e.kind == offsetDelta || e.kind == hashDelta {
				deltas = append(deltas, e.data)
				if total += len(e.data); len(deltas) > maxChain || total > maxChainBytes {
					return object{}, errTooMuch
				}
				base = e.base
				continue
			}
			obj = o.keep(base, object{e.kind, e.data})
		}
		for i := len(deltas) - 1; i >= 0; i-- {
			data, err := applyDelta(obj.data, deltas[i])
			if err != nil {
				return object{}, err
			}
			if o.inflated += int64(len(data)); o.inflated > maxInflated {
				return object{}, errTooMuch
			}
			obj.data = data
		}
		return o.keep(at, obj), nil
	}
}

// entry reads what stands at one place of a pack.
func (o *objects) entry(at place) (entry, error) {
	if at.offset < 0 || at.offset >= at.pack.size {
		return entry{}, errCorrupt
	}
	var head [32]byte // enough for a size, and an offset or a hash
	n, err := at.pack.data.ReadAt(head[:], at.offset)
	if err != nil && !errors.Is(err, io.EOF) {
		return entry{}, err
	}
	k, size, length := packHeader(head[:n])
	e := entry{kind: k}
	switch k {
	case offsetDelta:
		back, l := backOffset(head[length:n])
		if l == 0 || back <= 0 || back > at.offset {
			return entry{}, errCorrupt
		}
		e.base = place{pack: at.pack, offset: at.offset - back}
		length += l
	case hashDelta:
		var h hash
		length += copy(h[:], head[length:n])
		offset, ok, err := at.pack.find(h)
		if err != nil || !ok {
			return entry{}, errors.Join(fmt.Errorf("no base %x", h), err)
		}
		e.base = place{pack: at.pack, offset: offset}
	}
	if length == 0 {
		return entry{}, errCorrupt
	}
	start := at.offset + int64(length)
	r, err := o.inflate(io.NewSectionReader(at.pack.data, start, at.pack.size-start))
	if err != nil {
		return entry{}, err
	}
	e.data, err = o.unpack(r, size)
	return e, err
}

// packHeader reads the kind and the size of an entry; length is 0 if they are cut off.
func packHeader(b []byte) (k kind, size int64, length int) {
	if len(b) == 0 {
		return 0, 0, 0
	}
	k, size = kind(b[0]>>4&7), int64(b[0]&15)
	shift := 4
	for length = 1; b[length-1]&0x80 != 0; length++ {
		if length == len(b) || shift > 56 {
			return 0, 0, 0
		}
		size |= int64(b[length]&0x7f) << shift
		shift += 7
	}
	return k, size, length
}

// backOffset reads how far before a delta its base begins; length is 0 if that is cut off.
func backOffset(b []byte) (back int64, length int) {
	for i, c := range b {
		if i > 8 {
			break
		}
		back |= int64(c & 0x7f)
		if c&0x80 == 0 {
			return back, i + 1
		}
		back = (back + 1) << 7
	}
	return 0, 0
}

// applyDelta makes an object from another and a delta: instructions to copy from it or to insert.
func applyDelta(base, delta []byte) ([]byte, error) {
	from, n := binary.Uvarint(delta)
	if n <= 0 || from != uint64(len(base)) {
		return nil, errCorrupt
	}
	delta = delta[n:]
	size, n := binary.Uvarint(delta)
	if n <= 0 || size > maxObject {
		return nil, errCorrupt
	}
	delta = delta[n:]
	data := make([]byte, 0, min(size, 64<<10)) // the size is a claim
	for len(delta) > 0 {
		op := delta[0]
		delta = delta[1:]
		var part []byte
		switch {
		case op&0x80 != 0:
			var offset, length int
			offset, length, delta = copyInstruction(op, delta)
			if delta == nil || offset+length > len(base) {
				return nil, errCorrupt
			}
			part = base[offset : offset+length]
		case op > 0 && int(op) <= len(delta):
			part, delta = delta[:op], delta[op:]
		default:
			return nil, errCorrupt
		}
		if len(data)+len(part) > int(size) {
			return nil, errCorrupt
		}
		data = append(data, part...)
	}
	if len(data) != int(size) {
		return nil, errCorrupt
	}
	return data, nil
}

// copyInstruction reads the bytes of offset and length that op says are there, the lowest first; rest is nil
// if they are cut off.
func copyInstruction(op byte, b []byte) (offset, length int, rest []byte) {
	for i := range 7 {
		if op&(1<<i) == 0 {
			continue
		}
		if len(b) == 0 {
			return 0, 0, nil
		}
		if i < 4 {
			offset |= int(b[0]) << (8 * i)
		} else {
			length |= int(b[0]) << (8 * (i - 4))
		}
		b = b[1:]
	}
	if length == 0 {
		length = 0x10000
	}
	if b == nil {
		b = []byte{}
	}
	return offset, length, b
}
