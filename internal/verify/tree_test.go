package verify

import (
	"archive/tar"
	"bytes"
	"path"
	"testing"
)

// makeLayer returns an archive of entries.
func makeLayer(t testing.TB, headers ...*tar.Header) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, h := range headers {
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(make([]byte, h.Size)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Whatever a layer holds, reading it ends, and the tree has absolute, clean paths.
func FuzzLayer(f *testing.F) {
	f.Add(makeLayer(f,
		&tar.Header{Name: "d/", Typeflag: tar.TypeDir, Mode: 0o755}, &tar.Header{Name: "d/f", Size: 3}, &tar.Header{Name: "d/g", Typeflag: tar.TypeLink, Linkname: "d/f"},
		&tar.Header{Name: "l", Typeflag: tar.TypeSymlink, Linkname: "../../d"}, &tar.Header{Name: "dev", Typeflag: tar.TypeChar, Devmajor: 1},
	))
	f.Add(makeLayer(f, &tar.Header{Name: "d/.wh.f"}, &tar.Header{Name: "e/.wh..wh..opq"}, &tar.Header{Name: "d"}, &tar.Header{Name: "../../x"}, &tar.Header{Name: ".wh..."}))
	f.Fuzz(func(t *testing.T, layer []byte) {
		changes, _, err := readLayer(tar.NewReader(bytes.NewReader(layer)))
		if err != nil {
			return // it is no archive
		}
		tree := Tree{"/d": {Type: tar.TypeDir}, "/d/f": {Type: tar.TypeReg, Size: 1}, "/e/f": {Type: tar.TypeReg}}
		tree.apply(changes, nil)
		tree.apply(changes, func(string) {})
		for name := range tree {
			if !path.IsAbs(name) || path.Clean(name) != name || name == "/" {
				t.Errorf("path %q", name)
			}
		}
	})
}

// A layer that would not fit into memory is refused, and not read to its end.
func TestLayersAreBounded(t *testing.T) {
	headers := []*tar.Header{{Name: "a"}, {Name: "b"}, {Name: "c"}}
	read := func(limit int) ([]change, error) {
		r := &layerReader{Reader: tar.NewReader(bytes.NewReader(makeLayer(t, headers...))), limit: limit}
		return r.changes()
	}
	if changes, err := read(3); err != nil || len(changes) != 3 {
		t.Errorf("%v: %v", changes, err)
	}
	if _, err := read(2); err == nil {
		t.Error("three entries where two are allowed")
	}
}
