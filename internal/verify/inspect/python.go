package inspect

import (
	"encoding/csv"
	"errors"
	"io"
	"path"
	"strings"
)

// isRecord reports whether a file lists the files of a Python distribution:
// https://packaging.python.org/en/latest/specifications/recording-installed-packages/ and, for what setup.py
// has installed, installed-files.txt.
func isRecord(name string) bool {
	dir, base := path.Split(name)
	ext := path.Ext(path.Clean(dir))
	return base == "RECORD" && ext == ".dist-info" || base == "installed-files.txt" && ext == ".egg-info"
}

// readRecord returns the files of a distribution, relative to the folder that holds the one of the list.
// Compiled files are left out: Python makes them anew.
func readRecord(name, text string) []string {
	inside := ""
	if path.Base(name) == "installed-files.txt" {
		inside = path.Base(path.Dir(name))
	}
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord, r.LazyQuotes, r.ReuseRecord = -1, true, true
	var files []string
	for {
		fields, err := r.Read()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err == nil && fields[0] != "" && path.Ext(fields[0]) != ".pyc" {
			files = append(files, path.Join(inside, fields[0]))
		}
	}
}

// python checks that all files of installed distributions are there. Programs beside which there is no Python are none that could be started:
// an image of distroless has its own elsewhere.
func (c *checker) python() {
	for name, f := range c.tree.sorted() {
		if f.Facts == nil || f.Facts.Record == nil || !isRecord(name) {
			continue
		}
		for _, file := range f.Facts.Record {
			folder := path.Dir(path.Dir(name))
			if at, _ := c.tree.resolve(folder, file, nil); at == "" && !c.withoutPython(path.Join(folder, path.Dir(file))) {
				c.add(Finding{Check: Python, Path: name, Missing: file, Message: distribution(name) + " lacks " + file})
			}
		}
	}
}

// withoutPython reports whether a path is a folder of programs none of which is Python.
func (c *checker) withoutPython(folder string) bool {
	at, _ := c.tree.resolve(folder, "python3", nil)
	return path.Base(folder) == "bin" && at == ""
}

// distribution returns the name of the distribution that a list of files is of, as indexes have it.
func distribution(record string) string {
	name, _, _ := strings.Cut(path.Base(path.Dir(record)), "-")
	return strings.ToLower(strings.ReplaceAll(strings.TrimSuffix(name, ".egg"), "_", "-"))
}

// distributions returns those that pip has installed, with the lists of their files. What the operating system's packages bring
// is theirs, and what installs distributions is needed by none.
func (c *checker) distributions() map[string]string {
	found := map[string]string{}
	for name, f := range c.tree.files {
		switch d := distribution(name); {
		case f.Facts == nil, f.Facts.Record == nil, !isRecord(name), below(name, "/usr/lib"), d == "pip", d == "setuptools", d == "wheel":
		default:
			found[d] = name
		}
	}
	return found
}
