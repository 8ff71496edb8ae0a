package inspect

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"strings"
)

// A Jar is what a Java archive says about the program in it.
type Jar struct {
	// MainClass is the class that java -jar starts, StartClass the one that Spring Boot's loader starts
	// then. They are "" where the manifest names none.
	MainClass, StartClass string
	// ClassPath are the archives and folders that the manifest names, relative to the archive's folder.
	ClassPath []string
	// absent are those of both classes that the archive does not have.
	absent []string
}

const (
	manifestName = "META-INF/MANIFEST.MF"
	// maxDirectory bounds the list of entries of an archive, in bytes; 60,000 long names take 8 MB.
	maxDirectory = 16 << 20
)

var errJar = errors.New("broken archive")

// readJar reads the manifest of an archive, and whether it has the classes that it names.
func readJar(r io.ReaderAt, size int64) (*Jar, error) {
	if directorySize(r, size) > maxDirectory {
		return nil, errJar
	}
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(archive.File, func(f *zip.File) bool { return f.Name == manifestName })
	if i < 0 {
		return &Jar{}, nil
	}
	content, err := archive.File[i].Open()
	if err != nil {
		return nil, err
	}
	defer content.Close()
	text, err := bounded(content, maxText)
	if err != nil {
		return nil, err
	}
	manifest := readManifest(text)
	jar := &Jar{
		MainClass: manifest["main-class"], StartClass: manifest["start-class"],
		ClassPath: strings.Fields(manifest["class-path"]),
	}
	for _, class := range []string{jar.MainClass, jar.StartClass} {
		if class != "" && !hasClass(archive, class) {
			jar.absent = append(jar.absent, class)
		}
	}
	return jar, nil
}

// directorySize returns the size that the end of an archive gives for the list of its entries, 0 if there is no end.
func directorySize(r io.ReaderAt, size int64) int64 {
	const longestComment, record = 1 << 16, 22
	tail := make([]byte, min(size, longestComment+record))
	if _, err := r.ReadAt(tail, size-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
		return 0
	}
	at := bytes.LastIndex(tail, []byte("PK\x05\x06"))
	if at < 0 || len(tail)-at < record {
		return 0
	}
	return int64(binary.LittleEndian.Uint32(tail[at+12:]))
}

// hasClass reports whether an archive has a class, at its top or where Spring Boot and servlets keep theirs.
func hasClass(archive *zip.Reader, class string) bool {
	file := strings.ReplaceAll(class, ".", "/") + ".class"
	return slices.ContainsFunc(archive.File, func(f *zip.File) bool {
		return f.Name == file || f.Name == "BOOT-INF/classes/"+file || f.Name == "WEB-INF/classes/"+file
	})
}

// readManifest returns the main attributes of a manifest, by lower-case name. Lines are continued by
// those that begin with a blank: https://docs.oracle.com/en/java/javase/21/docs/specs/jar/jar.html
func readManifest(text string) map[string]string {
	attributes := map[string]string{}
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n ", "")
	for line := range strings.SplitSeq(text, "\n") {
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			break // a blank line ends the main section
		}
		attributes[strings.ToLower(name)] = strings.TrimSpace(value)
	}
	return attributes
}

func jarFacts(j *Jar, err error) *Facts {
	if err != nil {
		return nil
	}
	return &Facts{Jar: j}
}
