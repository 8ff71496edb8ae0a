package inspect

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"strings"
)

// An ELF is what the dynamic loader reads of a program or a shared library.
type ELF struct {
	Class   elf.Class
	Machine elf.Machine
	Type    elf.Type
	// Interpreter is the loader that a program names, "" for a library and for a static program.
	Interpreter string
	// Soname is the name that a library gives itself.
	Soname string
	// Needed are the names of the libraries that are loaded with it.
	Needed []string
	// RPath and RunPath are where those are looked for, as they are written.
	RPath, RunPath []string
	// Versions are the versions of symbols that it cannot do without, by the library that has to have them.
	Versions map[string][]string
	// Defines are the versions of symbols that a library has, sorted.
	Defines []string
}

// fits reports whether both can be in one process.
func (e *ELF) fits(o *ELF) bool { return o != nil && e.Class == o.Class && e.Machine == o.Machine }

// The bounds of an ELF file's tables. The largest real ones seen have a tenth of it.
const (
	maxSegments = 1 << 10
	maxDynamic  = 1 << 16 // entries
	maxVersions = 1 << 14 // entries
	maxName     = 4 << 10 // bytes
	maxNames    = 1 << 14
)

var errELF = errors.New("broken ELF file")

// readELF reads a file as the loader does, by its segments. debug/elf reads sections, which a stripped
// file may lack, and unpacks compressed ones of any size.
func readELF(r io.ReaderAt, size int64) (*ELF, error) {
	f := &elfFile{r: io.NewSectionReader(r, 0, size)}
	if err := f.header(); err != nil {
		return nil, err
	}
	for _, p := range f.segments {
		if elf.ProgType(p.Type) == elf.PT_INTERP {
			f.out.Interpreter = f.text(p.Off, min(p.Filesz, maxName))
		}
	}
	for _, p := range f.segments {
		if elf.ProgType(p.Type) == elf.PT_DYNAMIC {
			if err := f.dynamic(p); err != nil {
				return nil, err
			}
		}
	}
	return &f.out, nil
}

// An elfFile is an ELF file that is being read. 32-bit structures are widened.
type elfFile struct {
	r        *io.SectionReader
	order    binary.ByteOrder
	segments []elf.Prog64
	// strings is the offset of the table of names, names is how many have been read.
	strings uint64
	names   int
	out     ELF
}

func (f *elfFile) header() error {
	var ident [elf.EI_NIDENT]byte
	if _, err := f.r.ReadAt(ident[:], 0); err != nil {
		return errELF
	}
	f.out.Class = elf.Class(ident[elf.EI_CLASS])
	f.order = binary.LittleEndian
	if elf.Data(ident[elf.EI_DATA]) == elf.ELFDATA2MSB {
		f.order = binary.BigEndian
	}
	var h elf.Header64
	switch f.out.Class {
	case elf.ELFCLASS64:
		if err := f.decode(0, &h); err != nil {
			return err
		}
	case elf.ELFCLASS32:
		var n elf.Header32
		if err := f.decode(0, &n); err != nil {
			return err
		}
		h = elf.Header64{Type: n.Type, Machine: n.Machine, Phoff: uint64(n.Phoff), Phentsize: n.Phentsize, Phnum: n.Phnum}
	default:
		return errELF
	}
	f.out.Type, f.out.Machine = elf.Type(h.Type), elf.Machine(h.Machine)
	if h.Phnum > maxSegments {
		return errELF
	}
	for i := range uint64(h.Phnum) {
		p, err := f.segment(h.Phoff + i*uint64(h.Phentsize))
		if err != nil {
			return err
		}
		f.segments = append(f.segments, p)
	}
	return nil
}

func (f *elfFile) segment(offset uint64) (elf.Prog64, error) {
	if f.out.Class == elf.ELFCLASS64 {
		var p elf.Prog64
		err := f.decode(offset, &p)
		return p, err
	}
	var p elf.Prog32
	err := f.decode(offset, &p)
	return elf.Prog64{Type: p.Type, Off: uint64(p.Off), Vaddr: uint64(p.Vaddr), Filesz: uint64(p.Filesz)}, err
}

// decode reads a structure at an offset of the file.
func (f *elfFile) decode(offset uint64, v any) error {
	data := make([]byte, binary.Size(v))
	if offset > uint64(f.r.Size()) {
		return errELF
	}
	if _, err := f.r.ReadAt(data, int64(offset)); err != nil {
		return errELF
	}
	return binary.Read(bytes.NewReader(data), f.order, v)
}

// text returns the text at an offset, up to a zero byte or limit bytes.
func (f *elfFile) text(offset, limit uint64) string {
	if offset >= uint64(f.r.Size()) {
		return ""
	}
	data := make([]byte, min(limit, uint64(f.r.Size())-offset))
	n, _ := f.r.ReadAt(data, int64(offset)) // what was read counts
	text, _, _ := bytes.Cut(data[:n], []byte{0})
	return string(text)
}

// name returns a name of the string table, "" once there are too many.
func (f *elfFile) name(offset uint64) string {
	if f.names++; f.names > maxNames {
		return ""
	}
	return f.text(f.strings+offset, maxName)
}

// offset returns where in the file an address of memory is; ok is false if no segment has it.
func (f *elfFile) offset(address uint64) (offset uint64, ok bool) {
	for _, p := range f.segments {
		if elf.ProgType(p.Type) == elf.PT_LOAD && address >= p.Vaddr && address-p.Vaddr < p.Filesz {
			return p.Off + (address - p.Vaddr), true
		}
	}
	return 0, false
}

// dynamic reads the table of what the loader has to know.
func (f *elfFile) dynamic(p elf.Prog64) error {
	values := map[elf.DynTag][]uint64{}
	for i := range uint64(maxDynamic) {
		tag, value, err := f.dynamicEntry(p, i)
		if err != nil {
			return err
		}
		if tag == elf.DT_NULL {
			break
		}
		values[tag] = append(values[tag], value)
	}
	first := func(tag elf.DynTag) uint64 { return append(values[tag], 0)[0] }
	var ok bool
	if f.strings, ok = f.offset(first(elf.DT_STRTAB)); !ok {
		return nil // a static program that moves itself has no names
	}
	for _, v := range values[elf.DT_NEEDED] {
		f.out.Needed = append(f.out.Needed, f.name(v))
	}
	for _, v := range values[elf.DT_SONAME] {
		f.out.Soname = f.name(v)
	}
	for _, v := range values[elf.DT_RPATH] {
		f.out.RPath = append(f.out.RPath, splitPath(f.name(v))...)
	}
	for _, v := range values[elf.DT_RUNPATH] {
		f.out.RunPath = append(f.out.RunPath, splitPath(f.name(v))...)
	}
	if at, ok := f.offset(first(elf.DT_VERNEED)); ok {
		f.neededVersions(at, first(elf.DT_VERNEEDNUM))
	}
	if at, ok := f.offset(first(elf.DT_VERDEF)); ok {
		f.definedVersions(at, first(elf.DT_VERDEFNUM))
	}
	return nil
}

func (f *elfFile) dynamicEntry(p elf.Prog64, i uint64) (elf.DynTag, uint64, error) {
	if f.out.Class == elf.ELFCLASS64 {
		var d elf.Dyn64
		if (i+1)*16 > p.Filesz {
			return elf.DT_NULL, 0, nil
		}
		err := f.decode(p.Off+i*16, &d)
		return elf.DynTag(d.Tag), d.Val, err
	}
	var d elf.Dyn32
	if (i+1)*8 > p.Filesz {
		return elf.DT_NULL, 0, nil
	}
	err := f.decode(p.Off+i*8, &d)
	return elf.DynTag(d.Tag), uint64(d.Val), err
}

// The structures of versions are the same in files of 32 and of 64 bits:
// https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/symversion.html
type (
	verneed struct {
		Version, Count  uint16
		File, Aux, Next uint32
	}
	vernaux struct {
		Hash         uint32
		Flags, Other uint16
		Name, Next   uint32
	}
	verdef struct {
		Version, Flags, Index, Count uint16
		Hash, Aux, Next              uint32
	}
	verdaux struct{ Name, Next uint32 }
)

const (
	versionBase = 1 // VER_FLG_BASE: the name of the file itself
	versionWeak = 2 // VER_FLG_WEAK: only symbols that may be missing have it
)

func (f *elfFile) neededVersions(at, count uint64) {
	f.out.Versions = map[string][]string{}
	read := 0
	for range min(count, maxVersions) {
		var need verneed
		if f.decode(at, &need) != nil {
			return
		}
		library := f.name(uint64(need.File))
		aux := at + uint64(need.Aux)
		for range need.Count {
			var v vernaux
			if read++; read > maxVersions || f.decode(aux, &v) != nil {
				return
			}
			if v.Flags&versionWeak == 0 {
				f.out.Versions[library] = append(f.out.Versions[library], f.name(uint64(v.Name)))
			}
			aux += uint64(v.Next)
		}
		if need.Next == 0 {
			return
		}
		at += uint64(need.Next)
	}
}

func (f *elfFile) definedVersions(at, count uint64) {
	defer func() { slices.Sort(f.out.Defines) }()
	for range min(count, maxVersions) {
		var def verdef
		var aux verdaux
		if f.decode(at, &def) != nil || f.decode(at+uint64(def.Aux), &aux) != nil {
			return
		}
		if def.Flags&versionBase == 0 {
			f.out.Defines = append(f.out.Defines, f.name(uint64(aux.Name)))
		}
		if def.Next == 0 {
			break
		}
		at += uint64(def.Next)
	}
}

// splitPath splits a search path. The loader takes an empty entry for the working directory, which
// says nothing about an image.
func splitPath(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ':' || r == ';' })
}

func factsOf(e *ELF, err error) *Facts {
	if err != nil {
		return nil
	}
	return &Facts{ELF: e}
}
