package catalog

import (
	"os"
	"slices"
	"strings"
	"testing"

	"dopt/internal/catalog/debian"
	"dopt/internal/catalog/table"
)

var tables = map[string]struct {
	table *table.Table
	data  string
}{
	"packages": {packages, packageData}, "renames": {renames, renameData}, "images": {images, imageData},
	"commands": {commands, commandData}, "headers": {headers, headerData}, "libraries": {libraries, libraryData},
	"pkgconfig": {pkgConfig, pkgConfigData}, "paths": {paths, pathData}, "tags": {tags, tagData},
}

// Every block of every embedded table decodes, every line has a value, and keys rise.
func TestTablesAreWhole(t *testing.T) {
	for name, embedded := range tables {
		before, lines := "", 0
		err := embedded.table.Scan("", func(key, value string) bool {
			if key <= before || value == "" {
				t.Errorf("%s: %q = %q after %q", name, key, value, before)
			}
			before = key
			lines++
			return true
		})
		if err != nil || lines < 100 {
			t.Errorf("%s: %d lines, %v", name, lines, err)
		}
	}
}

// The tables are part of the program: 12 MB for all that the catalog will ever know.
func TestTablesAreSmall(t *testing.T) {
	const budget = 12_000_000
	total := 0
	for _, embedded := range tables {
		total += len(embedded.data)
	}
	if total > budget {
		t.Errorf("the tables have %d bytes, more than %d", total, budget)
	}
}

func TestFileOwner(t *testing.T) {
	all := debian.Releases
	for _, c := range []struct {
		kind     FileKind
		name     string
		releases []debian.Release
		want     string // packages; "" for unknown
		match    string
	}{
		{kind: Command, name: "mysql_config", releases: all, want: "libmariadb-dev-compat"},
		{kind: Command, name: "curl", releases: all, want: "curl"},
		{kind: Command, name: "bash", releases: all, want: "bash"}, // /bin in bullseye, /usr/bin later
		{kind: Command, name: "pip3", releases: all, want: "python3-pip"},
		{kind: Command, name: "npm", releases: all, want: "npm"},
		{kind: Command, name: "no-such-command", releases: all},
		{kind: Command, name: "", releases: all},
		{kind: Header, name: "zlib.h", releases: all, want: "zlib1g-dev"},
		{kind: Header, name: "openssl/ssl.h", releases: all, want: "libssl-dev"},
		{kind: Header, name: "libpq-fe.h", releases: all, want: "libpq-dev", match: "/usr/include/postgresql/libpq-fe.h"},
		{kind: Header, name: "libxml/parser.h", releases: all, want: "libxml2-dev", match: "/usr/include/libxml2/libxml/parser.h"},
		{kind: Header, name: "curl/curl.h", releases: all, want: "libcurl4-gnutls-dev libcurl4-nss-dev libcurl4-openssl-dev"},
		{kind: Header, name: "linux/if.h", releases: all, want: "linux-libc-dev"},
		{kind: Header, name: "boost/asio/ip/tcp.hpp", releases: []debian.Release{"bullseye"}, want: "libboost1.74-dev", match: "/usr/include/boost/asio/ip/"},
		{kind: Header, name: "no-such-header.h", releases: all},
		{kind: Header, name: "no/such-header.h", releases: all},
		{kind: Library, name: "libpq.so.5", releases: all, want: "libpq5"},
		{kind: Library, name: "libGL.so.1", releases: all, want: "libgl1"},
		{kind: Library, name: "libz.a", releases: all, want: "zlib1g-dev"},
		{kind: Library, name: "libssl.so.1.1", releases: []debian.Release{"bullseye"}, want: "libssl1.1"},
		{kind: Library, name: "libssl.so.1.1", releases: []debian.Release{"bookworm", "trixie"}},
		{kind: PkgConfig, name: "libxml-2.0", releases: all, want: "libxml2-dev"},
		{kind: PkgConfig, name: "nothing", releases: all},
		{kind: Path, name: "/etc/services", releases: all, want: "netbase"},
		{kind: Path, name: "/etc/mime.types", releases: all, want: "media-types"},
		{kind: Path, name: "/usr/share/zoneinfo/Europe/Berlin", releases: all, want: "tzdata"},
		{kind: Path, name: "/usr/share/i18n/locales/de_DE", releases: all, want: "locales", match: "/usr/share/i18n/"},
		{kind: Path, name: "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", releases: all, want: "fonts-dejavu-core"},
		{kind: Path, name: "/usr/include/zlib.h", releases: all, want: "zlib1g-dev"},
		{kind: Path, name: "/lib/x86_64-linux-gnu/libz.so.1", releases: all, want: "zlib1g"},
		{kind: Path, name: "/bin/bash", releases: all, want: "bash"},
		{kind: Path, name: "/usr/bin/bash", releases: all, want: "bash"},
		{kind: Path, name: "/no/such/path", releases: all},
		{kind: Path, name: "/usr/share", releases: all}, // of everybody
		{kind: Path, name: "/", releases: all},
		{kind: "nonsense", name: "bash", releases: all},
		{kind: Command, name: "bash", releases: []debian.Release{"sarge", ""}},
		{kind: Command, name: "cc", releases: []debian.Release{"sarge", ""}},
	} {
		for _, r := range c.releases {
			o, ok := FileOwner(r, c.kind, c.name)
			got := slices.DeleteFunc(o.Packages, func(p string) bool { // has left Debian
				return p == "libcurl4-nss-dev"
			})
			want := strings.Fields(strings.ReplaceAll(c.want, "libcurl4-nss-dev", ""))
			if ok != (c.want != "") || !slices.Equal(got, want) || c.match != "" && o.Match != c.match {
				t.Errorf("%s: %s %s: %v (%s), %v; want %v (%s)", r, c.kind, c.name, o.Packages, o.Match, ok, want, c.match)
			}
			if ok && (o.Source.Name == "" || o.Source.Date == "") {
				t.Errorf("%s: %s %s: source %+v", r, c.kind, c.name, o.Source)
			}
		}
	}
}

func TestPackage(t *testing.T) {
	for _, r := range debian.Releases {
		p, source, ok := Package(r, "libpq-dev")
		if !ok || p.InstalledSize < 300 || p.DownloadSize < 50 || !slices.ContainsFunc(p.Depends, func(a debian.Alternatives) bool { return a[0] == "libpq5" }) {
			t.Errorf("%s: libpq-dev: %+v, %v", r, p, ok)
		}
		if !strings.Contains(source.Name, string(r)) || source.Date < "2026" {
			t.Errorf("%s: source %+v", r, source)
		}
		for _, unknown := range []string{"no-such-package", "", "awk", "librust-serde-dev"} {
			if p, _, ok := Package(r, unknown); ok {
				t.Errorf("%s: %q: %+v", r, unknown, p)
			}
		}
		if got := Providers(r, "awk"); !slices.Contains(got, "mawk") || !slices.IsSorted(got) {
			t.Errorf("%s: awk is provided by %v", r, got)
		}
	}
	if _, _, ok := Package("sarge", "bash"); ok {
		t.Error("a package of an unknown release")
	}
}

func TestClosure(t *testing.T) {
	slim, _ := ImagePackages("debian", "bookworm", "slim")
	without, source, err := Closure("bookworm", []string{"libpq-dev"}, false, slim.Packages)
	if err != nil || source.Date == "" {
		t.Fatal(err, source)
	}
	with, _, err := Closure("bookworm", []string{"libpq-dev"}, true, slim.Packages)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range without.Packages {
		got = append(got, p.Name)
	}
	// What apt-get install -s --no-install-recommends libpq-dev prints on debian:bookworm-slim.
	want := strings.Fields("libgssapi-krb5-2 libk5crypto3 libkeyutils1 libkrb5-3 libkrb5support0 libldap-2.5-0 libpq-dev libpq5 " +
		"libsasl2-2 libsasl2-modules-db libssl-dev libssl3")
	if !slices.Equal(got, want) {
		t.Errorf("libpq-dev brings %v, want %v", got, want)
	}
	if len(with.Packages) <= len(without.Packages) || with.InstalledSize() <= without.InstalledSize() {
		t.Errorf("with recommendations %d packages, without %d", len(with.Packages), len(without.Packages))
	}
	unknown, _, err := Closure("bookworm", []string{"no-such-package"}, false, nil)
	if err != nil || !slices.Equal(unknown.Unknown, []string{"no-such-package"}) || len(unknown.Packages) > 0 {
		t.Errorf("no-such-package: %+v, %v", unknown, err)
	}
}

func TestNameIn(t *testing.T) {
	for _, c := range []struct {
		release    debian.Release
		name, want string
		sameABI    bool
	}{
		{"bookworm", "libssl1.1", "libssl3", false},
		{"trixie", "libssl1.1", "libssl3t64", false},
		{"trixie", "libssl3", "libssl3t64", true},
		{"bullseye", "libssl3", "libssl1.1", false},
		{"bookworm", "libffi7", "libffi8", false},
		{"bullseye", "libffi8", "libffi7", false},
		{"bookworm", "libicu67", "libicu72", false},
		{"bookworm", "libldap-2.4-2", "libldap-2.5-0", false},
		{"trixie", "libcurl4", "libcurl4t64", true},
		{"bookworm", "libssl3", "", false}, // there
		{"trixie", "libmariadb3", "", false},
		{"trixie", "libjpeg62-turbo", "", false},
		{"trixie", "no-such-package", "", false},
		{"sarge", "libssl1.1", "", false},
	} {
		s, ok := NameIn(c.release, c.name)
		if ok != (c.want != "") || s.Name != c.want || s.SameABI != c.sameABI {
			t.Errorf("%s in %s: %+v, %v; want %q", c.name, c.release, s, ok, c.want)
		}
	}
	for _, r := range debian.Releases { // the same in all
		for _, name := range []string{"libmariadb3", "libjpeg62-turbo"} {
			if _, _, ok := Package(r, name); !ok {
				t.Errorf("%s has no %s", r, name)
			}
		}
	}
}

func TestImagePackages(t *testing.T) {
	for _, c := range []struct {
		family, release, variant string
		count                    int
		method                   string
		has, lacks               string
	}{
		{"debian", "bookworm", "slim", 88, "observed", "bash", "curl"},
		{"buildpack-deps", "bookworm", "full", 413, "simulated", "libpq-dev", "tk-dev"},
		{"python", "bookworm", "full", 429, "simulated", "tk-dev", "nano"},
		{"python", "trixie", "slim", 87, "observed", "netbase", "curl"},
		{"node", "buster", "full", 413, "observed", "g++", "tk-dev"},
		{"golang", "bullseye", "full", 0, "computed", "g++", "libpq-dev"},
		{"ubuntu", "ubuntu22.04", "full", 101, "observed", "bash", "curl"},
		{"alpine", "alpine3.22", "full", 16, "observed", "busybox", "bash"},
	} {
		img, ok := ImagePackages(c.family, c.release, c.variant)
		if !ok || c.count > 0 && len(img.Packages) != c.count || img.Method != c.method || img.Source.Name == "" || img.Source.Date == "" {
			t.Errorf("%s on %s, %s: %d packages, %s, %+v, %v", c.family, c.release, c.variant, len(img.Packages), img.Method, img.Source, ok)
		}
		if !slices.IsSorted(img.Packages) || !slices.Contains(img.Packages, c.has) || slices.Contains(img.Packages, c.lacks) {
			t.Errorf("%s on %s, %s has no %s, or %s", c.family, c.release, c.variant, c.has, c.lacks)
		}
	}
	for _, unknown := range [][3]string{{"nothing", "bookworm", "full"}, {"python", "sarge", "full"}, {"python", "bookworm", "huge"}, {"", "", ""}, {"python/bookworm", "full", ""}} {
		if img, ok := ImagePackages(unknown[0], unknown[1], unknown[2]); ok {
			t.Errorf("%q: %+v", unknown, img)
		}
	}
	slim, _ := ImagePackages("python", "bookworm", "slim")
	if slices.Contains(slim.Packages, "libnsl2") || !slices.Contains(slim.Maybe, "libnsl2") {
		t.Error("libnsl2 is in Python's slim image up to version 3.12 only")
	}
}

func TestMissing(t *testing.T) {
	full := Image{Packages: []string{"a", "b", "c"}, Maybe: []string{"d", "e"}}
	slim := Image{Packages: []string{"a", "d"}, Maybe: []string{"b"}}
	if got := Missing(full, slim); !slices.Equal(got, []string{"b", "c", "e"}) {
		t.Errorf("Missing = %v", got)
	}
	full, _ = ImagePackages("python", "bookworm", "full")
	slim, _ = ImagePackages("python", "bookworm", "slim")
	missing := Missing(full, slim)
	for _, name := range []string{"gcc", "libpq-dev", "git", "curl", "libnsl2"} {
		if !slices.Contains(missing, name) {
			t.Errorf("Missing lacks %s", name)
		}
	}
	if slices.Contains(missing, "ca-certificates") {
		t.Error("ca-certificates is in the slim image")
	}
}

func TestReadReference(t *testing.T) {
	for ref, want := range map[string]Reference{
		"python:3.9": {"python", "", "full"},
		"docker.io/library/python:3.12-slim-bookworm": {"python", "bookworm", "slim"},
		"debian:12-slim":              {"debian", "bookworm", "slim"},
		"debian:12.5@sha256:abc":      {"debian", "bookworm", "full"},
		"node":                        {"node", "", "full"},
		"ghcr.io/python:3.9-bookworm": {},
		"someone/python:3.9":          {},
	} {
		if got := ReadReference(ref); got != want {
			t.Errorf("%s: %+v, want %+v", ref, got, want)
		}
	}
}

// The checked-in comparison has no difference that nobody has looked into.
func TestGroundTruthIsExplained(t *testing.T) {
	report, err := os.ReadFile("../../docs/catalog-ground-truth.md")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(report), "\n| ") < 40 {
		t.Error("the report is short of images")
	}
	for line := range strings.Lines(string(report)) {
		if strings.HasPrefix(line, "|") && strings.Contains(line, "UNEXPLAINED") {
			t.Error(line)
		}
	}
}
