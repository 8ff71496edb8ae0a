package inspect

import (
	"archive/zip"
	"bytes"
	"debug/elf"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "rewrite the want sections of testdata")

// bases are the images that FROM names in cases.
var bases = map[string]string{
	"debian": `
		ENV PATH=/usr/local/bin:/usr/bin:/bin
		755 0:0 /bin/sh program needs=libc.so.6
		755 0:0 /usr/bin/env program needs=libc.so.6
		755 0:0 /lib64/ld-linux-x86-64.so.2 library soname=ld-linux-x86-64.so.2
		644 0:0 /lib/x86_64-linux-gnu/libc.so.6 library soname=libc.so.6 defines=GLIBC_2.17,GLIBC_2.36
		644 0:0 /etc/passwd text root:x:0:0:root:/root:/bin/sh app:x:1000:1000::/home/app:/bin/sh
		644 0:0 /etc/group text root:x:0: app:x:1000: video:x:44:app`,
	"alpine": `
		ENV PATH=/usr/local/bin:/usr/bin:/bin
		755 0:0 /bin/sh program interpreter=/lib/ld-musl-x86_64.so.1 needs=libc.musl-x86_64.so.1
		755 0:0 /lib/ld-musl-x86_64.so.1 library soname=libc.so
		777 0:0 /lib/libc.musl-x86_64.so.1 -> ld-musl-x86_64.so.1`,
}

// A case has the sections before and after: image configs and files, a line each, and want: what [Compare] returns.
// A line is "MODE OWNER PATH KIND WORDS…" for a file, or an instruction's name with a value. The kinds are those of content.
// The section all holds lines for both images.
func TestCompare(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			sections := map[string]string{}
			for _, f := range archive.Files {
				sections[f.Name] = string(f.Data)
			}
			before, _ := parseImage(t, sections["all"]+sections["before"])
			after, needs := parseImage(t, sections["all"]+sections["after"])
			var got strings.Builder
			for _, f := range Compare(before, after, needs) {
				fmt.Fprintln(&got, f)
			}
			if same := Compare(before, before, needs); len(same) > 0 {
				t.Errorf("the image before has faults that it has not: %v", same)
			}
			if *update {
				for i := range archive.Files {
					if archive.Files[i].Name == "want" {
						archive.Files[i].Data = []byte(got.String())
					}
				}
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got.String() != sections["want"] {
				t.Errorf("got\n%s\nwant\n%s", got.String(), sections["want"])
			}
		})
	}
}

// parseImage reads an image from the lines of a case.
func parseImage(t *testing.T, text string) (*Image, Needs) {
	t.Helper()
	image, needs := &Image{Architecture: "amd64"}, Needs{}
	files := map[string]File{}
	var scanner Scanner
	defer scanner.Close()
	for base, lines := range bases {
		text = strings.ReplaceAll(text, "FROM "+base+"\n", lines+"\n")
	}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		word, rest, _ := strings.Cut(line, " ")
		switch word {
		case "", "#":
		case "USER":
			image.Config.User = rest
		case "WORKDIR":
			image.Config.WorkingDir = rest
		case "ENV":
			image.Config.Env = append(image.Config.Env, rest)
		case "ENTRYPOINT":
			image.Config.Entrypoint = words(t, rest)
		case "CMD":
			image.Config.Cmd = words(t, rest)
		case "HEALTHCHECK":
			image.Healthcheck = words(t, rest)
		case "NEEDS":
			needs.Certificates = needs.Certificates || rest == "certificates"
			needs.Zones = needs.Zones || rest == "zones"
			if name, ok := strings.CutPrefix(rest, "env "); ok {
				needs.Env = append(needs.Env, name)
			}
			if name, ok := strings.CutPrefix(rest, "command "); ok {
				needs.Commands = append(needs.Commands, name)
			}
		default:
			name, f := parseFile(t, &scanner, strings.Fields(line))
			files[name] = f
		}
	}
	image.Tree = NewTree(maps.All(files))
	return image, needs
}

func words(t *testing.T, text string) (list []string) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return list
}

func parseFile(t *testing.T, scanner *Scanner, f []string) (string, File) {
	t.Helper()
	if len(f) < 4 {
		t.Fatalf("%q is no file", f)
	}
	mode, err := strconv.ParseUint(f[0], 8, 32)
	if err != nil {
		t.Fatal(err)
	}
	var file File
	if _, err := fmt.Sscanf(f[1], "%d:%d", &file.UID, &file.GID); err != nil {
		t.Fatal(err)
	}
	file.Mode = fs.FileMode(mode)
	switch f[3] {
	case "dir":
		file.Mode |= fs.ModeDir
	case "->":
		file.Mode |= fs.ModeSymlink
		file.Link = f[4]
	default:
		file.Facts, err = scanner.Scan(f[2], bytes.NewReader(content(t, f[3], f[4:])))
		if err != nil {
			t.Fatal(err)
		}
	}
	return f[2], file
}

// content makes a file: "text" has its words as lines, "program" and "library" are ELF files whose words are key=value with
// commas in lists, "jar" has the manifest's attributes and the names of entries, "cache" is an ld.so.cache of paths.
func content(t *testing.T, kind string, words []string) []byte {
	t.Helper()
	switch kind {
	case "text":
		return []byte(strings.NewReplacer("__", "__", "_", " ").Replace(strings.Join(words, "\n")) + "\n")
	case "program":
		return makeELF(parseELF(ELF{Interpreter: "/lib64/ld-linux-x86-64.so.2"}, words))
	case "library":
		return makeELF(parseELF(ELF{}, words))
	case "jar":
		return makeJar(t, words)
	case "cache":
		return makeCache(words)
	}
	t.Fatalf("unknown kind %q", kind)
	return nil
}

func parseELF(e ELF, words []string) ELF {
	e.Type, e.Machine = elf.ET_DYN, elf.EM_X86_64
	e.Versions = map[string][]string{}
	for _, word := range words {
		name, value, _ := strings.Cut(word, "=")
		list := strings.FieldsFunc(value, func(r rune) bool { return r == ',' })
		switch name {
		case "interpreter":
			e.Interpreter = value
		case "soname":
			e.Soname = value
		case "needs":
			e.Needed = list
		case "rpath":
			e.RPath = list
		case "runpath":
			e.RunPath = list
		case "defines":
			e.Defines = list
		case "machine":
			e.Machine = elf.EM_AARCH64
		default: // a version of a library's symbols
			e.Versions[name] = list
		}
	}
	return e
}

func makeJar(t testing.TB, words []string) []byte {
	t.Helper()
	var b, manifest bytes.Buffer
	w := zip.NewWriter(&b)
	for _, word := range words {
		if name, value, ok := strings.Cut(word, "="); ok {
			fmt.Fprintf(&manifest, "%s: %s\r\n", name, strings.ReplaceAll(value, ",", " "))
			continue
		}
		if _, err := w.Create(word); err != nil {
			t.Fatal(err)
		}
	}
	f, err := w.Create(manifestName)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(manifest.Bytes()); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// makeCache returns a cache in the form that ldconfig writes since glibc 2.32.
func makeCache(paths []string) []byte {
	var b, names bytes.Buffer
	start := uint32(cacheHeader + cacheEntry*len(paths))
	b.WriteString(cacheMagic)
	encode(&b, [7]uint32{uint32(len(paths))})
	for _, p := range paths {
		encode(&b, [6]uint32{0, start + uint32(names.Len()), start + uint32(names.Len()+len(filepath.Base(p))+1)})
		names.WriteString(filepath.Base(p) + "\x00" + p + "\x00")
	}
	return append(b.Bytes(), names.Bytes()...)
}

// The planted set of broken rewrites: what the checks without running find of it, on trees like those of the images.
func TestPlanted(t *testing.T) {
	files, err := filepath.Glob("../../../golden/verify/*.txtar")
	if err != nil || len(files) < 15 {
		t.Fatalf("%d cases: %v", len(files), err)
	}
	inspected := 0
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sections := map[string]string{}
		for _, f := range archive.Files {
			sections[f.Name] = string(f.Data)
		}
		if sections["before"] == "" {
			continue // it is found by a build or a test
		}
		inspected++
		before, _ := parseImage(t, sections["before"])
		after, needs := parseImage(t, sections["after"])
		found := false
		for _, f := range Compare(before, after, needs) {
			fault := fmt.Sprintf("check: %s\nmissing: %s\n", f.Check, f.Missing)
			found = found || f.Severity == Broken && strings.HasPrefix(sections["fault"], fault)
		}
		if !found {
			t.Errorf("%s: not found: %v", file, Compare(before, after, needs))
		}
		if same := Compare(before, before, needs); len(same) > 0 {
			t.Errorf("%s: the original has faults: %v", file, same)
		}
	}
	if inspected < 10 {
		t.Errorf("%d cases have trees", inspected)
	}
}
