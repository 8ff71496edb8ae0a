package modernize

import (
	"archive/tar"
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"io/fs"
	"strings"
)

// maxHeader bounds what is read of a file to see whether it is a tar archive:
// its first header with the long names that may precede it.
const maxHeader = 1 << 20

// tarBlock is the size of a block of a tar archive in bytes, and enough for every other header.
const tarBlock = 512

// magics are the first bytes of compressed files. BuildKit unpacks them if they
// hold a tar archive, which is taken for granted here: who has one keeps ADD.
//
// Source: github.com/moby/go-archive, compression/compression_detect.go, which BuildKit's
// solver/llbsolver/file/unpack.go uses.
var magics = []string{
	"BZh",
	"\x1f\x8b\x08",
	"\xfd7zXZ\x00",
	"\x28\xb5\x2f\xfd",
}

// archiveEndings are the endings of names of archives and compressed files.
var archiveEndings = strings.Fields(".tar .tgz .tbz .tbz2 .txz .tzst .tlz .taz .gz .bz2 .xz .zst .lz .lzma .z .apk .gem .box .crate .ova .wsz")

// archiveName reports whether a lower-case name is that of an archive or a compressed file.
func archiveName(name string) bool {
	if strings.Contains(name, ".tar.") {
		return true
	}
	for _, ending := range archiveEndings {
		if strings.HasSuffix(name, ending) {
			return true
		}
	}
	return false
}

// readSource judges a source of an ADD by what the build context holds. Found is false where
// there is no context, or nothing in it has the name.
func readSource(files fs.FS, name string) (s source, found bool) {
	matches, pattern := contextMatches(files, name)
	if len(matches) == 0 {
		return source{}, false
	}
	kind, text := plain, "a directory"
	if pattern {
		// What it will match tomorrow is not known.
		kind, text = plainByName, "directories, as of now"
	}
	for _, m := range matches {
		info, err := fs.Stat(files, m)
		if err != nil {
			return source{unclear, m + " cannot be read"}, true
		}
		if info.IsDir() {
			continue
		}
		archive, err := isArchive(files, m)
		switch {
		case err != nil:
			return source{unclear, m + " cannot be read"}, true
		case archive:
			return source{kind: special}, true
		}
		text = "no archive, by its content"
	}
	return source{kind, text}, true
}

// contextMatches returns the paths of the context that a source names, wildcards resolved as
// BuildKit does, and whether it has any.
func contextMatches(files fs.FS, name string) (matches []string, pattern bool) {
	if files == nil {
		return nil, false
	}
	if strings.ContainsAny(name, "*?[") {
		matches, err := fs.Glob(files, name)
		return matches, err == nil
	}
	if !fs.ValidPath(name) {
		return nil, false
	}
	if _, err := fs.Stat(files, name); err != nil {
		return nil, false
	}
	return []string{name}, false
}

// isArchive reports whether ADD would try to unpack a file.
func isArchive(files fs.FS, name string) (bool, error) {
	f, err := files.Open(name)
	if err != nil {
		return false, err
	}
	defer f.Close()
	r := bufio.NewReaderSize(io.LimitReader(f, maxHeader), tarBlock)
	head, err := r.Peek(8)
	if err != nil && err != io.EOF {
		return false, err
	}
	for _, magic := range magics {
		if bytes.HasPrefix(head, []byte(magic)) {
			return true, nil
		}
	}
	// zstd may begin with a frame to skip: RFC 8878, section 3.1.2.
	if len(head) == 8 && binary.LittleEndian.Uint32(head)&0xFFFFFFF0 == 0x184D2A50 {
		return true, nil
	}
	_, err = tar.NewReader(r).Next()
	return err == nil, nil
}
