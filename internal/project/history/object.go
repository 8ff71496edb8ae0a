package history

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"
)

// The bounds of what is read of a repository. Those of honest repositories are far below: a folder of 100,000 files
// makes a tree of 4 MB.
const (
	// maxObject is the largest commit or tree, in bytes.
	maxObject = 8 << 20
	// maxInflated is how many bytes are unpacked in all.
	maxInflated = 512 << 20
	// maxCached is how many bytes of objects are kept, since the next commit's trees are much the same.
	maxCached = 32 << 20
	// maxPacks is how many packs are looked at; git itself repacks above 50.
	maxPacks = 1000
)

var errTooMuch = errors.New("the repository is larger than what is read of it")

// A hash names an object.
type hash [20]byte

func parseHash(text string) (h hash, err error) {
	if len(text) != hex.EncodedLen(len(h)) {
		return h, fmt.Errorf("%q is no SHA-1 hash", text)
	}
	_, err = hex.Decode(h[:], []byte(text))
	return h, err
}

// A kind is the kind of an object, by git's number of it in packs.
type kind byte

const (
	commitKind  kind = 1
	treeKind    kind = 2
	blobKind    kind = 3
	tagKind     kind = 4
	offsetDelta kind = 6
	hashDelta   kind = 7
)

var kindNames = [...]string{commitKind: "commit", treeKind: "tree", blobKind: "blob", tagKind: "tag"}

// An object is a commit or a tree.
type object struct {
	kind kind
	data []byte
}

// A place is where an object is stored: at an offset of a pack, or in a file of its own.
type place struct {
	pack   *pack
	offset int64
	loose  hash
}

// objects reads the objects of a repository.
type objects struct {
	root  *os.Root
	packs []*pack
	// listed is set once packs is filled.
	listed bool

	inflater io.ReadCloser
	buffer   *bufio.Reader
	inflated int64

	cache  map[place]object
	cached int
}

func newObjects(root *os.Root) *objects {
	return &objects{root: root, buffer: bufio.NewReader(nil), cache: map[place]object{}}
}

func (o *objects) close() {
	for _, p := range o.packs {
		p.close()
	}
	o.root.Close()
}

// read returns an object, which must be of a kind.
func (o *objects) read(h hash, want kind) ([]byte, error) {
	obj, err := o.object(h)
	if err == nil && obj.kind != want {
		err = fmt.Errorf("%x is no %s", h, kindNames[want])
	}
	return obj.data, err
}

func (o *objects) object(h hash) (object, error) {
	if !o.listed {
		o.listed = true
		o.listPacks()
	}
	for _, p := range o.packs {
		offset, ok, err := p.find(h)
		if err != nil {
			return object{}, err
		}
		if ok {
			return o.packed(place{pack: p, offset: offset})
		}
	}
	return o.loose(h)
}

// listPacks opens the packs that can be read.
func (o *objects) listPacks() {
	folder, err := o.root.Open("objects/pack")
	if err != nil {
		return
	}
	defer folder.Close()
	names, err := folder.Readdirnames(10 * maxPacks)
	if err != nil {
		return
	}
	for _, name := range names {
		base, ok := strings.CutSuffix(name, ".idx")
		if !ok || len(o.packs) == maxPacks {
			continue
		}
		if p, err := openPack(o.root, "objects/pack/"+base); err == nil {
			o.packs = append(o.packs, p)
		}
	}
}

// loose reads an object that has a file of its own.
func (o *objects) loose(h hash) (object, error) {
	at := place{loose: h}
	if obj, ok := o.cache[at]; ok {
		return obj, nil
	}
	name := hex.EncodeToString(h[:])
	f, _, err := openFile(o.root, "objects/"+name[:2]+"/"+name[2:])
	if err != nil {
		return object{}, err
	}
	defer f.Close()
	r, err := o.inflate(f)
	if err != nil {
		return object{}, err
	}
	head, size, err := looseHeader(r)
	if err != nil {
		return object{}, err
	}
	for k, name := range kindNames {
		if name == head && name != "" {
			data, err := o.unpack(r, size)
			return o.keep(at, object{kind(k), data}), err
		}
	}
	return object{}, fmt.Errorf("%x: unknown kind of object", h)
}

// looseHeader reads "tree 123\0".
func looseHeader(r io.Reader) (name string, size int64, err error) {
	var head []byte
	for b := make([]byte, 1); len(head) < 32; head = append(head, b[0]) {
		if _, err := io.ReadFull(r, b); err != nil {
			return "", 0, err
		}
		if b[0] == 0 {
			name, digits, _ := bytes.Cut(head, []byte(" "))
			size, err := strconv.ParseInt(string(digits), 10, 64)
			return string(name), size, err
		}
	}
	return "", 0, errors.New("not an object")
}

// inflate returns what reads compressed data. There is one reader, for one object at a time.
func (o *objects) inflate(r io.Reader) (io.Reader, error) {
	o.buffer.Reset(r)
	if o.inflater == nil {
		z, err := zlib.NewReader(o.buffer)
		o.inflater = z
		return z, err
	}
	return o.inflater, o.inflater.(zlib.Resetter).Reset(o.buffer, nil)
}

// unpack reads exactly size bytes of compressed data.
func (o *objects) unpack(r io.Reader, size int64) ([]byte, error) {
	if size < 0 || size > maxObject || o.inflated+size > maxInflated {
		return nil, errTooMuch
	}
	o.inflated += size
	var data bytes.Buffer // grows with what there is, not with what is claimed
	data.Grow(int(min(size, 16<<10)))
	if n, err := io.Copy(&data, io.LimitReader(r, size)); err != nil || n < size {
		return nil, errors.Join(io.ErrUnexpectedEOF, err)
	}
	return data.Bytes(), nil
}

// keep remembers an object for a while.
func (o *objects) keep(at place, obj object) object {
	if o.cached += len(obj.data); o.cached > maxCached {
		clear(o.cache)
		o.cached = len(obj.data)
	}
	o.cache[at] = obj
	return obj
}

var errCorrupt = fmt.Errorf("corrupt pack: %w", fs.ErrInvalid)
