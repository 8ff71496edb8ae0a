package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"dopt/internal/catalog/language"
	"dopt/internal/project/ecosystem/python"
)

// wheelNames are the packages whose wheels are asked for: those with compiled code that Dockerfiles install most,
// and those that are known to have none. The index is asked for no more: it is not there to be read as a whole.
var wheelNames = []string{
	"aiohttp", "bcrypt", "cffi", "charset-normalizer", "confluent-kafka", "cryptography", "falcon", "frozenlist", "gevent", "greenlet", "grpcio", "h5py",
	"lxml", "markupsafe", "matplotlib", "msgpack", "multidict", "mysqlclient", "numpy", "opencv-python-headless", "pandas", "pillow", "propcache",
	"psutil", "psycopg2", "psycopg2-binary", "pycairo", "pycurl", "pymssql", "pynacl", "pyodbc", "pysam", "python-ldap", "python-rapidjson",
	"pyyaml", "pyzmq", "rapidfuzz", "rpds-py", "scikit-learn", "scipy", "sqlalchemy", "tomli", "uwsgi", "xmlsec", "yarl",
}

// wheelPythons are the minor versions of Python 3 asked for.
var wheelPythons = []int{8, 9, 10, 11, 12, 13, 14}

// wheelGlibc is the newest glibc 2.x that a wheel may want: bullseye has 2.31, and pip takes what is built for an older one.
const wheelGlibc = 31

// A wheel is one that the index has, with its Requires-Python, "" if that says nothing.
type wheel struct {
	python.Wheel
	requires string
}

// writeWheels asks the package index, through pip as it is configured, which versions have wheels, and writes it: one
// question a package. Answers of the last day are kept in the cache folder, so that a run that was stopped goes on.
func writeWheels(ctx context.Context, o options) error {
	answers := filepath.Join(o.cache, "wheels")
	if err := os.MkdirAll(answers, 0o755); err != nil {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# date: %s\n", time.Now().UTC().Format(time.DateOnly))
	b.WriteString("# Package, Python, first and last version with a wheel for it on Linux with glibc, amd64; written by \"make catalog-wheels\".\n")
	p := newProgress(o.log, len(wheelNames))
	for _, name := range wheelNames {
		p.step("wheels of " + name)
		log, err := wheelLog(ctx, filepath.Join(answers, name+".log"), name)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		wheels := readWheels(log)
		for _, minor := range wheelPythons {
			first, last := versionRange(wheels, minor)
			fmt.Fprintf(&b, "%s\t3.%d\t%s\t%s\n", name, minor, first, last)
		}
	}
	p.done()
	return os.WriteFile(filepath.Join(o.out, "wheels.txt"), []byte(b.String()), 0o644)
}

// wheelLog returns a log of pip with all files that the index lists of a package, and keeps it in file for a day.
func wheelLog(ctx context.Context, file, name string) (string, error) {
	if info, err := os.Stat(file); err == nil && time.Since(info.ModTime()) < 24*time.Hour {
		text, err := os.ReadFile(file)
		return string(text), err
	}
	// In its log pip names those files, too, that do not fit this machine.
	out, err := exec.CommandContext(ctx, "python3", "-m", "pip", "index", "versions", "-vv", "--disable-pip-version-check", name).CombinedOutput()
	if err != nil {
		return "", errors.Join(err, errors.New(lastLine(string(out))))
	}
	return string(out), os.WriteFile(file, out, 0o644)
}

// wheelLink matches a wheel in a log of pip; the groups are the file's name without its ending, and Requires-Python.
var wheelLink = regexp.MustCompile(`/([^/\s#]+)\.whl\S* \(from [^)]*\)(?: \(requires-python:([^)]*)\))?`)

// readWheels returns the wheels that a log of pip names, but for those before a release: pip takes them on demand only.
func readWheels(log string) []wheel {
	var wheels []wheel
	for _, m := range wheelLink.FindAllStringSubmatch(log, -1) {
		w, ok := python.ParseWheel(m[1] + ".whl")
		if !ok || strings.Trim(w.Version, "0123456789.") != "" && !strings.Contains(w.Version, "post") {
			continue
		}
		wheels = append(wheels, wheel{w, m[2]})
	}
	return wheels
}

// versionRange returns the lowest and the highest version of the wheels that fit CPython 3.minor, "" if none does.
func versionRange(wheels []wheel, minor int) (first, last string) {
	for _, w := range wheels {
		if !w.fits(minor) {
			continue
		}
		if first == "" || language.CompareVersions(w.Version, first) < 0 {
			first = w.Version
		}
		if language.CompareVersions(w.Version, last) > 0 {
			last = w.Version
		}
	}
	return first, last
}

// fits tells whether a wheel is one for CPython 3.minor on amd64 with glibc.
func (w wheel) fits(minor int) bool {
	return w.Fits(minor, wheelGlibc) && accepts(w.requires, minor)
}

// accepts tells whether a Requires-Python such as ">=3.7, !=3.0.*, <4" allows the later patches of Python 3.minor. What is not
// understood allows none: then the package counts as built from source, which needs more and not less.
func accepts(requires string, minor int) bool {
	newest := fmt.Sprintf("3.%d.99", minor)
	for clause := range strings.SplitSeq(requires, ",") {
		clause = strings.TrimSpace(clause)
		operator := clause[:len(clause)-len(strings.TrimLeft(clause, "<>=!~"))]
		version := strings.TrimSpace(clause[len(operator):])
		order := language.CompareVersions(newest, version)
		series := strings.HasPrefix(newest, strings.TrimSuffix(version, "*"))
		ok := map[string]bool{"": clause == "", ">=": order >= 0, ">": order > 0, "<": order < 0, "<=": order <= 0, "!=": !series || !strings.HasSuffix(version, ".*")}[operator]
		if !ok {
			return false
		}
	}
	return true
}

func lastLine(text string) string {
	text = strings.TrimSpace(text)
	return cmp.Or(text[strings.LastIndexByte(text, '\n')+1:], "no output")
}
