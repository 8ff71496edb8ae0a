package inspect

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
)

// Facts is what the checks need to know of a regular file's content.
type Facts struct {
	// Shebang is the first line behind "#!", "" for a file without one.
	Shebang string
	// ELF is nil for a file that is none, or a broken one.
	ELF *ELF
	// Jar is nil for a file that is none, or a broken one.
	Jar *Jar
	// Package is nil for a file that is no package.json.
	Package *Package
	// Record lists the files of a Python distribution, relative to the folder that holds the metadata's.
	Record []string
	// Text is the content of one of the system's tables, such as /etc/passwd.
	Text string
}

// size returns about how much memory the facts take, in bytes.
func (f *Facts) size() int {
	n := len(f.Shebang) + len(f.Text) + sizes(f.Record)
	if e := f.ELF; e != nil {
		n += len(e.Interpreter) + len(e.Soname) + sizes(e.Needed, e.RPath, e.RunPath, e.Defines)
		for _, list := range e.Versions {
			n += sizes(list)
		}
	}
	if f.Jar != nil {
		n += sizes(f.Jar.ClassPath, f.Jar.absent)
	}
	if f.Package != nil {
		n += sizes(f.Package.Dependencies)
	}
	return n
}

// stringHeader is what a string takes besides its bytes.
const stringHeader = 16

func sizes(lists ...[]string) int {
	n := 0
	for _, list := range lists {
		for _, text := range list {
			n += stringHeader + len(text)
		}
	}
	return n
}

// The bounds of what is read of one file, in bytes. What is larger is as if it were not there.
const (
	maxText   = 1 << 20
	maxRecord = 32 << 20
	// maxPackages is for the list of the files of all packages, which apk keeps in one.
	maxPackages = 32 << 20
	maxSpool    = 4 << 30
	// maxKept bounds the facts of one layer; the 40,000 files of a large one come to 8 MB.
	maxKept = 128 << 20
	// maxShebang is what Linux reads of a script's first line: BINPRM_BUF_SIZE in include/uapi/linux/binfmts.h.
	maxShebang = 256
)

// A Scanner reads files as they stream by. The zero value is ready; it is for one goroutine, and has to be closed.
type Scanner struct {
	// spool holds the file that is read at random; nil until the first one.
	spool *os.File
	// kept is the size of all facts so far, in bytes.
	kept int
}

// Close removes what the scanner keeps on disk.
func (s *Scanner) Close() error {
	if s.spool == nil {
		return nil
	}
	return errors.Join(s.spool.Close(), remove(s.spool.Name()))
}

func remove(name string) error {
	if err := os.Remove(name); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// Scan reads what it needs of the regular file at an absolute path, which may be less than all of
// it. Facts are nil where nothing in it matters to a check. A file that is not what it
// promises is no error; one that cannot be read is.
func (s *Scanner) Scan(name string, r io.Reader) (*Facts, error) {
	facts, err := s.scan(name, r)
	if facts != nil {
		s.kept += facts.size()
	}
	if err != nil || s.kept > maxKept {
		return nil, err
	}
	return facts, nil
}

func (s *Scanner) scan(name string, r io.Reader) (*Facts, error) {
	start := make([]byte, maxShebang)
	n, err := io.ReadFull(r, start)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	start = start[:n]
	all := io.MultiReader(bytes.NewReader(start), r)
	base := path.Base(name)
	switch {
	case bytes.HasPrefix(start, []byte("\x7fELF")):
		return s.spooled(all, func(size int64) *Facts { return factsOf(readELF(s.spool, size)) })
	case path.Ext(base) == ".jar" || path.Ext(base) == ".war":
		return s.spooled(all, func(size int64) *Facts { return jarFacts(readJar(s.spool, size)) })
	case bytes.HasPrefix(start, []byte("#!")):
		return &Facts{Shebang: shebang(start)}, nil
	case IsPackageList(name):
		text, err := bounded(all, maxPackages)
		return &Facts{Text: text}, err
	case isTable(name):
		text, err := bounded(all, maxText)
		return &Facts{Text: text}, err
	case base == "package.json":
		text, err := bounded(all, maxText)
		return packageFacts(text), err
	case isRecord(name):
		text, err := bounded(all, maxRecord)
		return &Facts{Record: readRecord(name, text)}, err
	}
	return nil, nil
}

// spooled copies a file to where it can be read at random.
func (s *Scanner) spooled(r io.Reader, read func(size int64) *Facts) (*Facts, error) {
	if s.spool == nil {
		f, err := os.CreateTemp("", "dopt-inspect-*")
		if err != nil {
			return nil, fmt.Errorf("reading a layer: %w", err)
		}
		s.spool = f
		_ = os.Remove(f.Name()) // so that a killed run leaves nothing; where a file in use cannot be removed, Close does
	}
	if _, err := s.spool.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("reading a layer: %w", err)
	}
	size, err := io.Copy(s.spool, io.LimitReader(r, maxSpool))
	if err != nil {
		return nil, fmt.Errorf("reading a layer: %w", err)
	}
	return read(size), nil
}

// bounded returns all of r, "" if it is larger than limit bytes.
func bounded(r io.Reader, limit int64) (string, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil || int64(len(data)) > limit {
		return "", err
	}
	return string(data), nil
}

func shebang(start []byte) string {
	line, _, _ := bytes.Cut(start[len("#!"):], []byte("\n"))
	return strings.TrimSpace(string(line))
}

// IsPackageList reports whether a file lists the files of packages of the distribution: of one by dpkg, also as distroless images
// have it, or of all by apk.
func IsPackageList(name string) bool {
	dir, base := path.Split(name)
	switch dir {
	case "/var/lib/dpkg/info/":
		return path.Ext(base) == ".list"
	case "/var/lib/dpkg/status.d/":
		return path.Ext(base) == ".md5sums"
	case "/lib/apk/db/", "/usr/lib/apk/db/":
		return base == "installed"
	}
	return false
}

// isTable reports whether a check reads the text of a file.
func isTable(name string) bool {
	switch name {
	case "/etc/passwd", "/etc/group", "/etc/ld.so.conf", ldCache, "/etc/os-release", "/usr/lib/os-release":
		return true
	}
	dir, base := path.Split(name)
	return dir == "/etc/ld.so.conf.d/" && path.Ext(base) == ".conf" ||
		dir == "/etc/" && strings.HasPrefix(base, "ld-musl-") && path.Ext(base) == ".path"
}
