package inspect

import (
	"debug/elf"
	"encoding/binary"
	"path"
	"slices"
	"strings"
)

// A libc is the C library that a program was built for.
type libc string

const (
	glibc libc = "glibc"
	musl  libc = "musl"
)

// A search finds libraries as the dynamic loader of an image does.
type search struct {
	tree *Tree
	// env are the folders of the image's LD_LIBRARY_PATH.
	env []string
	// cache has the paths that ldconfig listed for a name.
	cache map[string][]string
	// musl are the folders in which musl's loader looks.
	musl []string
	// libc is that of the image: of what names none itself.
	libc libc
	// named are the libraries of the image by file name, wherever they are.
	named map[string][]string
}

// ldCache is what ldconfig writes: glibc looks for libraries there, not in the folders of ld.so.conf.
const ldCache = "/etc/ld.so.cache"

func newSearch(image *Image) *search {
	s := &search{
		tree: image.Tree, env: splitPath(image.env("LD_LIBRARY_PATH")), libc: glibc, named: map[string][]string{},
		cache: readCache(image.Tree.text(ldCache)), musl: []string{"/lib", "/usr/local/lib", "/usr/lib"},
	}
	for name, f := range s.tree.sorted() {
		switch base := path.Base(name); {
		case strings.HasPrefix(name, "/lib/ld-musl-"):
			s.libc = musl
		case strings.HasPrefix(name, "/etc/ld-musl-") && f.Facts != nil:
			s.musl = strings.FieldsFunc(f.Facts.Text, func(r rune) bool { return r == ':' || r == '\n' })
		case strings.Contains(base, ".so"):
			s.named[base] = append(s.named[base], name)
		}
	}
	return s
}

// of returns the C library that a file was built for.
func (s *search) of(e *ELF) libc {
	switch {
	case strings.Contains(e.Interpreter, "ld-musl-"):
		return musl
	case e.Interpreter != "", slices.Contains(e.Needed, "libc.so.6"):
		return glibc
	case slices.ContainsFunc(e.Needed, func(n string) bool { return n == "libc.so" || strings.HasPrefix(n, "libc.musl-") }):
		return musl
	}
	return s.libc
}

// find returns where the loader finds a library that a file needs, "" if nowhere. The file is e at the
// path at; inherited are the folders that what loaded it adds.
func (s *search) find(name, at string, e *ELF, inherited []string) (string, *ELF) {
	if strings.Contains(name, "/") {
		return s.fitting(name, e)
	}
	for _, candidate := range s.candidates(name, at, e, inherited) {
		if p, found := s.fitting(candidate, e); found != nil {
			return p, found
		}
	}
	return "", nil
}

// candidates returns the paths at which the loader looks for a library, in order. Sources: ld.so(8), and
// https://git.musl-libc.org/cgit/musl/tree/ldso/dynlink.c
func (s *search) candidates(name, at string, e *ELF, inherited []string) []string {
	own, run := expand(at, e, e.RPath), expand(at, e, e.RunPath)
	if s.of(e) == musl {
		return in(name, s.env, own, run, inherited, s.musl)
	}
	if len(run) > 0 {
		own, inherited = nil, nil
	}
	return slices.Concat(in(name, own, inherited, s.env, run), s.cache[name], in(name, defaults(e)))
}

// in returns the paths of a name in folders.
func in(name string, folders ...[]string) []string {
	var paths []string
	for _, dir := range slices.Concat(folders...) {
		paths = append(paths, path.Join(dir, name))
	}
	return paths
}

// fitting returns the file that a path leads to, if it can be in one process with e.
func (s *search) fitting(name string, e *ELF) (string, *ELF) {
	p, f := s.tree.find(name)
	if f.Facts == nil || !e.fits(f.Facts.ELF) {
		return "", nil
	}
	return p, f.Facts.ELF
}

// elsewhere returns a library of that name which is not where the loader looks, "" if there is none.
func (s *search) elsewhere(name string, e *ELF) string {
	for _, p := range s.named[name] {
		if _, found := s.fitting(p, e); found != nil {
			return p
		}
	}
	return ""
}

// passesOn returns the folders that a file adds for all that is loaded after it.
func (s *search) passesOn(at string, e *ELF) []string {
	switch {
	case s.of(e) == musl:
		return append(expand(at, e, e.RPath), expand(at, e, e.RunPath)...)
	case len(e.RunPath) == 0:
		return expand(at, e, e.RPath)
	}
	return nil
}

// expand replaces $ORIGIN and $LIB in search paths.
func expand(at string, e *ELF, dirs []string) []string {
	origin, lib := path.Dir(at), "lib/"+multiarch[e.Machine]
	r := strings.NewReplacer("$ORIGIN", origin, "${ORIGIN}", origin, "$LIB", lib, "${LIB}", lib)
	var list []string
	for _, dir := range dirs {
		list = append(list, r.Replace(dir))
	}
	return list
}

// multiarch has Debian's names of the folders for libraries: https://wiki.debian.org/Multiarch/Tuples
var multiarch = map[elf.Machine]string{
	elf.EM_X86_64: "x86_64-linux-gnu", elf.EM_AARCH64: "aarch64-linux-gnu", elf.EM_386: "i386-linux-gnu",
	elf.EM_ARM: "arm-linux-gnueabihf", elf.EM_PPC64: "powerpc64le-linux-gnu", elf.EM_S390: "s390x-linux-gnu",
	elf.EM_RISCV: "riscv64-linux-gnu",
}

// defaults returns the folders that are built into glibc's loader: those of Debian, and of all other distributions.
func defaults(e *ELF) []string {
	dirs := []string{"/lib64", "/usr/lib64", "/lib", "/usr/lib"}
	if tuple := multiarch[e.Machine]; tuple != "" {
		dirs = append([]string{"/lib/" + tuple, "/usr/lib/" + tuple}, dirs...)
	}
	return dirs
}

// The layout of ldconfig's cache: struct cache_file_new in sysdeps/generic/dl-cache.h of glibc.
const (
	cacheMagic  = "glibc-ld.so.cache1.1"
	cacheHeader = 48
	cacheEntry  = 24
)

// readCache returns the paths of each library that a cache lists.
func readCache(text string) map[string][]string {
	at := strings.Index(text, cacheMagic) // an older format may come first
	if at < 0 || len(text)-at < cacheHeader {
		return nil
	}
	data := text[at:]
	number := func(offset int) int { return int(binary.LittleEndian.Uint32([]byte(data[offset : offset+4]))) }
	word := func(offset int) string {
		if offset >= len(data) {
			return ""
		}
		word, _, _ := strings.Cut(data[offset:], "\x00")
		return word
	}
	cache := map[string][]string{}
	for i := range min(number(len(cacheMagic)), (len(data)-cacheHeader)/cacheEntry) {
		entry := cacheHeader + i*cacheEntry
		name := word(number(entry + 4))
		cache[name] = append(cache[name], word(number(entry+8)))
	}
	return cache
}
