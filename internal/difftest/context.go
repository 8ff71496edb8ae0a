package difftest

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
)

// contextArchive is the one file of the build context that is no text.
const contextArchive = "x.tar.gz"

// contextFiles is the build context of all programs.
func contextFiles() map[string][]byte {
	return map[string][]byte{
		"a.txt":            []byte("a\n"),
		"b.txt":            []byte("b\n"),
		"sp ace.txt":       []byte("a space\n"),
		"dir/c.txt":        []byte("c\n"),
		"dir/sub/d.sh":     []byte("#!/bin/sh\necho d\n"),
		"requirements.txt": []byte("flask\nrequests\n"),
		"package.json":     []byte("{\"dependencies\": {\"ms\": \"2.1.3\"}}\n"),
		contextArchive:     archive("x/Makefile", "all:\n"),
		".dockerignore":    []byte("*.log\n"),
	}
}

// archive returns a compressed tar with one file.
func archive(name, text string) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	t := tar.NewWriter(z)
	// Writing to memory does not fail.
	_ = t.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(text))})
	_, _ = t.Write([]byte(text))
	_ = t.Close()
	_ = z.Close()
	return b.Bytes()
}
