package inspect

import (
	"archive/zip"
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"dopt/internal/catalog"
	"dopt/internal/needs"
	"dopt/transform"
)

// Whatever a file holds, reading it ends, and the facts of a layer are within their bound.
func FuzzScan(f *testing.F) {
	for name, data := range scanSeeds(f) {
		f.Add(name, data)
	}
	f.Fuzz(scanAndInspect)
}

// scanSeeds are files of each kind that is read, by their names.
func scanSeeds(t testing.TB) map[string][]byte {
	return map[string][]byte{
		"/bin/program": makeELF(ELF{
			Type: elf.ET_DYN, Machine: elf.EM_X86_64, Interpreter: "/lib64/ld-linux-x86-64.so.2", Needed: []string{"libc.so.6"},
			Versions: map[string][]string{"libc.so.6": {"GLIBC_2.34"}}, Defines: []string{"OWN_1"}, RunPath: []string{"$ORIGIN"},
		}),
		"/bin/script":              []byte("#!/usr/bin/env -S python3 -u\n"),
		"/x/package.json":          []byte(`{"dependencies":{"a":"1"},"optionalDependencies":{"b":"1"}}`),
		"/x/a-1.dist-info/RECORD":  []byte("a.py,sha256=x,1\n\"b,c.py\",,\n"),
		"/x/a.jar":                 makeJar(t, []string{"Main-Class=a.B", "Class-Path=b.jar", "a/B.class"}),
		"/etc/passwd":              []byte("root:x:0:0:root:/root:/bin/sh\n"),
		"/etc/ld-musl-x86_64.path": []byte("/lib:/usr/lib\n"),
		ldCache:                    makeCache([]string{"/usr/lib/libz.so.1", "/usr/lib/libc.so.6"}),
	}
}

// scanAndInspect reads a file, and inspects an image that has it alone.
func scanAndInspect(t *testing.T, name string, data []byte) {
	var s Scanner
	facts, err := s.Scan(name, bytes.NewReader(data))
	if err != nil {
		t.Error(err)
	}
	if s.kept > maxKept {
		t.Error("the facts are out of bounds")
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	tree := NewTree(maps.All(map[string]File{"/" + name: {Mode: 0o755, Facts: facts}, ldCache: {Facts: facts}}))
	Inspect(&Image{Tree: tree}, Needs{})
}

// Broken files of each kind are read without a panic: bytes are changed, and the end is cut off.
func TestScanBrokenFiles(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for name, data := range scanSeeds(t) {
		for range 300 {
			broken := bytes.Clone(data)
			for range 1 + r.IntN(8) {
				broken[r.IntN(len(broken))] = byte([]int{0, 1, 0x7f, 0xff, r.IntN(256)}[r.IntN(5)])
			}
			if r.IntN(4) == 0 {
				broken = broken[:r.IntN(len(broken))]
			}
			scanAndInspect(t, name, broken)
		}
	}
}

// An error of the layer is one of the scan; a file that is cut off, or is none of its kind, has no facts.
func TestScanErrors(t *testing.T) {
	broken := errors.New("broken layer")
	program := makeELF(ELF{Type: elf.ET_EXEC, Machine: elf.EM_X86_64, Interpreter: "/lib/ld.so", Needed: []string{"libc.so.6"}})
	var s Scanner
	defer s.Close()
	for _, r := range []io.Reader{
		iotest.ErrReader(broken), io.MultiReader(bytes.NewReader(program), iotest.ErrReader(broken)),
	} {
		if _, err := s.Scan("/bin/x", r); !errors.Is(err, broken) {
			t.Errorf("got %v", err)
		}
	}
	if facts, err := s.Scan("/bin/x", bytes.NewReader(program[:100])); err != nil || facts != nil {
		t.Errorf("a program that is cut off: %+v, %v", facts, err)
	}
	if facts, err := s.Scan("/x.jar", strings.NewReader("no archive")); err != nil || facts != nil {
		t.Errorf("no archive: %+v, %v", facts, err)
	}
	if facts, err := s.Scan("/x/package.json", strings.NewReader(strings.Repeat(" ", maxText+1))); err != nil || facts != nil {
		t.Errorf("too large: %+v, %v", facts, err)
	}
}

// A small archive after a large program is read alone: what the program left on disk is not.
func TestScanReadsOneFile(t *testing.T) {
	var s Scanner
	defer s.Close()
	program := makeELF(ELF{Type: elf.ET_DYN, Machine: elf.EM_X86_64, Soname: "libx.so"})
	if _, err := s.Scan("/x.so", bytes.NewReader(append(program, make([]byte, 1<<20)...))); err != nil {
		t.Fatal(err)
	}
	facts, err := s.Scan("/x.jar", bytes.NewReader(makeJar(t, []string{"Main-Class=a.B", "a/B.class"})))
	if err != nil || facts == nil || facts.Jar.MainClass != "a.B" || len(facts.Jar.absent) > 0 {
		t.Errorf("got %+v, %v", facts, err)
	}
}

// The end of an archive says how large its list of entries is: one that does not fit in memory is not read.
func TestScanBoundsArchives(t *testing.T) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	if _, err := w.Create("a"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	data := b.Bytes()
	end := bytes.LastIndex(data, []byte("PK\x05\x06"))
	binary.LittleEndian.PutUint32(data[end+12:], maxDirectory+1)
	if _, err := readJar(bytes.NewReader(data), int64(len(data))); !errors.Is(err, errJar) {
		t.Errorf("got %v", err)
	}
}

func TestScannerLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	var s Scanner
	if _, err := s.Scan("/x", bytes.NewReader(makeELF(ELF{Type: elf.ET_EXEC, Machine: elf.EM_X86_64}))); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("left %v, %v", entries, err)
	}
}

func TestNeedsOf(t *testing.T) {
	doc, err := transform.Parse("Dockerfile", []byte(
		"FROM debian:bookworm AS build\nRUN make\nFROM debian:bookworm AS web\nCMD [\"nginx\"]\nFROM debian:bookworm\nCMD [\"curl\", \"https://example.com/\"]\n"))
	if err != nil {
		t.Fatal(err)
	}
	last := NeedsOf(doc, "", needs.Options{Bases: catalog.Bases()})
	if !last.Certificates || strings.Join(last.Commands, " ") != "curl" {
		t.Errorf("of the last stage: %+v", last)
	}
	web := NeedsOf(doc, "web", needs.Options{Bases: catalog.Bases(), Targets: []string{"web"}})
	if web.Certificates || strings.Join(web.Commands, " ") != "nginx" {
		t.Errorf("of a target: %+v", web)
	}
}
