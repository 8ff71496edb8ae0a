package inspect

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// makeELF returns an ELF file for 64 bits, little endian, with one segment that holds all of it.
func makeELF(e ELF) []byte {
	const header, segment = 64, 56
	names := []byte{0}
	name := func(text string) uint64 {
		at := len(names)
		names = append(append(names, text...), 0)
		return uint64(at)
	}
	var dynamic []elf.Dyn64
	add := func(tag elf.DynTag, value uint64) { dynamic = append(dynamic, elf.Dyn64{Tag: int64(tag), Val: value}) }
	for _, n := range e.Needed {
		add(elf.DT_NEEDED, name(n))
	}
	for tag, text := range map[elf.DynTag]string{
		elf.DT_SONAME: e.Soname, elf.DT_RPATH: strings.Join(e.RPath, ":"), elf.DT_RUNPATH: strings.Join(e.RunPath, ":"),
	} {
		if text != "" {
			add(tag, name(text))
		}
	}
	var needs, defs bytes.Buffer
	libraries := slices.Clone(e.Needed)
	libraries = slices.DeleteFunc(libraries, func(n string) bool { return len(e.Versions[n]) == 0 })
	for i, library := range libraries {
		versions := e.Versions[library]
		next := uint32(16 + 16*len(versions))
		if i == len(libraries)-1 {
			next = 0
		}
		encode(&needs, verneed{1, uint16(len(versions)), uint32(name(library)), 16, next})
		for _, v := range versions {
			encode(&needs, vernaux{Name: uint32(name(v)), Next: 16})
		}
	}
	for i, v := range e.Defines {
		next := uint32(28)
		if i == len(e.Defines)-1 {
			next = 0
		}
		encode(&defs, verdef{Version: 1, Count: 1, Aux: 20, Next: next})
		encode(&defs, verdaux{Name: uint32(name(v))})
	}
	interpreter := uint64(len(names))
	names = append(append(names, e.Interpreter...), 0)

	const segments = 3
	at := uint64(header + segments*segment)
	needsAt := at + uint64(len(names))
	defsAt := needsAt + uint64(needs.Len())
	dynamicAt := defsAt + uint64(defs.Len())
	if len(e.Needed)+len(e.Defines) > 0 || e.Soname != "" {
		add(elf.DT_STRTAB, loadAddress+at)
		if len(libraries) > 0 {
			add(elf.DT_VERNEED, loadAddress+needsAt)
			add(elf.DT_VERNEEDNUM, uint64(len(libraries)))
		}
		if len(e.Defines) > 0 {
			add(elf.DT_VERDEF, loadAddress+defsAt)
			add(elf.DT_VERDEFNUM, uint64(len(e.Defines)))
		}
		add(elf.DT_NULL, 0)
	}
	size := dynamicAt + uint64(len(dynamic)*16)

	var out bytes.Buffer
	h := elf.Header64{
		Type: uint16(e.Type), Machine: uint16(e.Machine), Version: 1, Phoff: header, Ehsize: header, Phentsize: segment, Phnum: segments,
	}
	copy(h.Ident[:], elf.ELFMAG)
	h.Ident[elf.EI_CLASS], h.Ident[elf.EI_DATA], h.Ident[elf.EI_VERSION] = byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), 1
	encode(&out, h)
	encode(&out, elf.Prog64{Type: uint32(elf.PT_LOAD), Vaddr: loadAddress, Filesz: size, Memsz: size})
	dynamicType, interpreterType := elf.PT_DYNAMIC, elf.PT_INTERP
	if len(dynamic) == 0 {
		dynamicType = elf.PT_NULL
	}
	if e.Interpreter == "" {
		interpreterType = elf.PT_NULL
	}
	encode(&out, elf.Prog64{Type: uint32(dynamicType), Off: dynamicAt, Vaddr: loadAddress + dynamicAt, Filesz: uint64(len(dynamic) * 16)})
	encode(&out, elf.Prog64{Type: uint32(interpreterType), Off: at + interpreter, Filesz: uint64(len(e.Interpreter) + 1)})
	out.Write(names)
	out.Write(needs.Bytes())
	out.Write(defs.Bytes())
	encode(&out, dynamic)
	return out.Bytes()
}

// loadAddress is the address of a made file's segment.
const loadAddress = 0x400000

func encode(b *bytes.Buffer, v any) {
	if err := binary.Write(b, binary.LittleEndian, v); err != nil {
		panic(err) // a structure without a fixed size
	}
}

// The machine's own programs, as the standard library reads them by their sections.
func TestReadELFAgreesWithDebugELF(t *testing.T) {
	files, err := filepath.Glob("/usr/bin/*")
	if err != nil {
		t.Fatal(err)
	}
	libraries, _ := filepath.Glob("/usr/lib/*/*.so*")
	files = append(files, libraries...)
	compared := 0
	for i := 0; i < len(files) && compared < 60; i += 7 {
		data, err := os.ReadFile(files[i])
		if err != nil || !bytes.HasPrefix(data, []byte(elf.ELFMAG)) {
			continue
		}
		want, err := elf.NewFile(bytes.NewReader(data))
		if err != nil {
			continue
		}
		compared++
		got, err := readELF(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Errorf("%s: %v", files[i], err)
			continue
		}
		needed, _ := want.ImportedLibraries() // none for a static program
		if !slices.Equal(got.Needed, needed) {
			t.Errorf("%s needs %q, want %q", files[i], got.Needed, needed)
		}
		versions, _ := want.DynamicVersionNeeds()
		count := 0
		for _, v := range versions {
			for _, dep := range v.Needs {
				count++
				weak := dep.Flags&elf.VER_FLG_WEAK != 0
				if slices.Contains(got.Versions[v.Name], dep.Dep) == weak {
					t.Errorf("%s: version %s of %s: %v", files[i], dep.Dep, v.Name, got.Versions)
				}
			}
		}
		defined, _ := want.DynamicVersions()
		for _, v := range defined {
			if base := v.Flags&elf.VER_FLG_BASE != 0; slices.Contains(got.Defines, v.Name) == base {
				t.Errorf("%s: defined version %s: %q", files[i], v.Name, got.Defines)
			}
		}
	}
	if compared == 0 {
		t.Skip("this machine has no ELF files")
	}
}
