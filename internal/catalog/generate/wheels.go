package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"dopt/internal/catalog/language"
)

// wheelNames are the packages whose wheels are asked for: those with compiled code that Dockerfiles install most,
// and those that are known to have none. The index is not asked for more.
var wheelNames = []string{
	"bcrypt", "cffi", "cryptography", "gevent", "greenlet", "grpcio", "h5py", "lxml", "markupsafe", "matplotlib",
	"mysqlclient", "numpy", "opencv-python-headless", "pandas", "pillow", "psutil", "psycopg2", "psycopg2-binary", "pycairo", "pycurl",
	"pymssql", "pynacl", "pyodbc", "python-ldap", "pyyaml", "pyzmq", "scikit-learn", "scipy", "uwsgi", "xmlsec",
}

// wheelPythons are the versions of Python asked for, those of the releases: each as its later patches, since some
// packages exclude the first ones.
var wheelPythons = map[string]string{"3.9": "3.9.20", "3.11": "3.11.10", "3.13": "3.13.5"}

// wheelPlatforms are what pip accepts on Debian with glibc 2.31, which bullseye has.
var wheelPlatforms = []string{"manylinux1_x86_64", "manylinux2010_x86_64", "manylinux2014_x86_64", "manylinux_2_17_x86_64", "manylinux_2_28_x86_64"}

// foundWheel matches what pip tells of a wheel that fits; the group is the version.
var foundWheel = regexp.MustCompile(`Found link \S+\.whl\S* .*, version: (\S+)`)

// writeWheels asks the package index, through pip as it is configured, which versions have wheels, and writes it.
func writeWheels(ctx context.Context, o options) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# date: %s\n", time.Now().UTC().Format(time.DateOnly))
	b.WriteString("# Package, Python, first and last version with a wheel for it on Linux with glibc, amd64; written by \"make catalog-wheels\".\n")
	p := newProgress(o.log, len(wheelNames))
	for _, name := range wheelNames {
		p.step("wheels of " + name)
		for _, python := range slices.Sorted(maps.Keys(wheelPythons)) {
			first, last, err := wheelVersions(ctx, name, wheelPythons[python])
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			fmt.Fprintf(&b, "%s\t%s\t%s\t%s\n", name, python, first, last)
		}
	}
	p.done()
	return os.WriteFile(filepath.Join(o.out, "wheels.txt"), []byte(b.String()), 0o644)
}

// wheelVersions returns the first and the last version that has a wheel, "" if none has.
func wheelVersions(ctx context.Context, name, python string) (first, last string, err error) {
	args := []string{
		"-m", "pip", "install", "-vv", "--dry-run", "--no-deps", "--only-binary", ":all:", "--target", filepath.Join(os.TempDir(), "none"), "--python-version", python,
		"--implementation", "cp", "--disable-pip-version-check",
	}
	for _, platform := range wheelPlatforms {
		args = append(args, "--platform", platform)
	}
	out, err := exec.CommandContext(ctx, "python3", append(args, name)...).CombinedOutput()
	if err != nil && !strings.Contains(string(out), "No matching distribution found") {
		return "", "", errors.Join(err, errors.New(lastLine(string(out))))
	}
	first, last = versionRange(string(out))
	return first, last, nil
}

// versionRange returns the lowest and the highest version of the wheels in a log of pip. Those before a release do not count: pip
// takes them on demand only.
func versionRange(log string) (first, last string) {
	for _, m := range foundWheel.FindAllStringSubmatch(log, -1) {
		v := m[1]
		if strings.Trim(v, "0123456789.") != "" && !strings.Contains(v, "post") {
			continue
		}
		if first == "" || language.CompareVersions(v, first) < 0 {
			first = v
		}
		if language.CompareVersions(v, last) > 0 {
			last = v
		}
	}
	return first, last
}

func lastLine(text string) string {
	text = strings.TrimSpace(text)
	return cmp.Or(text[strings.LastIndexByte(text, '\n')+1:], "no output")
}
