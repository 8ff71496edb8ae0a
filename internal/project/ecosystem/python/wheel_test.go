package python_test

import (
	"slices"
	"testing"
	"testing/fstest"

	"dopt/internal/project/ecosystem/python"
)

func TestWheel(t *testing.T) {
	const minor, glibc = 11, 36
	for file, want := range map[string]struct{ wheel, fits, portable bool }{
		"click-8.1.8-py3-none-any.whl":                                           {true, true, true},
		"https://example.com/a/six-1.16.0-py2.py3-none-any.whl":                  {true, true, true},
		"mypy-1.11.0-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl": {true, true, false},
		"mypy-1.11.0-cp310-cp310-manylinux_2_17_x86_64.whl":                      {true, false, false},
		"cryptography-42.0.5-cp39-abi3-manylinux_2_28_x86_64.whl":                {true, true, false},
		"cryptography-42.0.5-cp312-abi3-manylinux_2_28_x86_64.whl":               {true, false, false},
		"new-1-cp311-cp311-manylinux_2_39_x86_64.whl":                            {true, false, false},
		"a-1-cp311-cp311-musllinux_1_1_x86_64.whl":                               {true, false, false},
		"a-1-cp311-cp311-manylinux2014_aarch64.whl":                              {true, false, false},
		"ruff-0.4.1-1-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl":   {true, true, false},
		"click-8.1.8.tar.gz": {false, false, false},
		"a-1-any.whl":        {false, false, false},
		"":                   {false, false, false},
	} {
		w, ok := python.ParseWheel(file)
		if ok != want.wheel || w.Fits(minor, glibc) != want.fits || ok && w.Portable() != want.portable {
			t.Errorf("%s: wheel %v, fits %v, portable %v; want %+v", file, ok, w.Fits(minor, glibc), w.Portable(), want)
		}
	}
}

// The three kinds of lock files list the files of a package in their own ways.
func TestLockedFiles(t *testing.T) {
	want := []string{"a-1.whl", "a-1.tar.gz"}
	for name, text := range map[string]string{
		"poetry.lock": "[[package]]\nname = \"a\"\nversion = \"1\"\nfiles = [\n    {file = \"a-1.whl\", hash = \"sha256:00\"},\n    {file = \"a-1.tar.gz\", hash = \"sha256:00\"},\n]\n",
		"uv.lock":     "[[package]]\nname = \"a\"\nversion = \"1\"\nsdist = { url = \"a-1.tar.gz\" }\nwheels = [\n    { url = \"a-1.whl\" },\n]\n",
	} {
		locked, err := python.ReadLock(fstest.MapFS{name: {Data: []byte(text)}}, name)
		if err != nil || len(locked) != 1 || !slices.Equal(locked[0].Files, want) {
			t.Errorf("%s: %+v, %v; want %q", name, locked, err, want)
		}
	}
}
