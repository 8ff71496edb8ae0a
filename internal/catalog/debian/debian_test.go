package debian

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestCompareVersions(t *testing.T) {
	// In rising order; from Debian Policy 5.6.12 and dpkg's own tests.
	rising := []string{
		"0.0~~", "0.0~~a", "0.0~", "0.0", "1.0~beta1~svn1245", "1.0~beta1", "1.0", "1.0-0+b1", "1.0-1", "1.0a", "1.0+", "1.2.9", "1.2.10",
		"7.6-0", "7.6p2-4", "1:0.4", "1:7.6-0", "2:1.0",
	}
	for i, a := range rising {
		for k, b := range rising {
			want := 0
			if i < k {
				want = -1
			} else if i > k {
				want = 1
			}
			if got := CompareVersions(a, b); (got > 0) != (want > 0) || (got < 0) != (want < 0) {
				t.Errorf("CompareVersions(%q, %q) = %d, want %d", a, b, got, want)
			}
		}
	}
	for _, equal := range [][2]string{{"1.0", "1.0-0"}, {"0:1.0-1", "1.0-1"}, {"1.02", "1.2"}, {"", "0"}} {
		if got := CompareVersions(equal[0], equal[1]); got != 0 {
			t.Errorf("CompareVersions(%q, %q) = %d, want 0", equal[0], equal[1], got)
		}
	}
}

func TestParsePackage(t *testing.T) {
	const text = `Package: libpq-dev
Source: postgresql-15 (15.1-2)
Version: 15.18-0+deb12u1
Installed-Size: 587
Pre-Depends: multiarch-support
Depends: libpq5 (= 15.18-0+deb12u1), libssl-dev:any |
 libssl1.0-dev, libpq5 (<< 16)
Recommends: doc [amd64]
Provides: libpq-headers (= 15), postgresql-client-dev
Essential: yes
Priority: optional
Size: 1025

Package: second
Size: 0
`
	var got []Package
	err := Stanzas(strings.NewReader(text), func(f map[string]string) error {
		p, err := ParsePackage(f)
		got = append(got, p)
		return err
	})
	want := []Package{
		{
			Name: "libpq-dev", Version: "15.18-0+deb12u1", Source: "postgresql-15", Essential: true, Priority: "optional",
			InstalledSize: 587, DownloadSize: 2,
			Depends:    []Alternatives{{"multiarch-support"}, {"libpq5"}, {"libssl-dev", "libssl1.0-dev"}},
			Recommends: []Alternatives{{"doc"}}, Provides: []string{"libpq-headers", "postgresql-client-dev"},
		},
		{Name: "second", Source: "second"},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v\nwant %+v", got, err, want)
	}
}

func TestParseSatisfiable(t *testing.T) {
	versions := map[string]string{"perl": "5.36.0-7", "a": "1:2.0", "b": "3"}
	for field, want := range map[string]string{
		"libcgi-pm-perl | perl (<< 5.19)":    "[[libcgi-pm-perl]]",
		"perl:any (>= 5.36) | x (>= 9)":      "[[perl x]]",
		"a (<= 1:2.0) | b (>> 3), b (<< 1)":  "[[a] [b]]", // the last cannot be met: left as it is
		"a (= 2.0) | b (= 3) | b(>= 2.0)":    "[[b b]]",
		" , a [amd64] | b <!nocheck>, ":      "[[a b]]",
		"a (>= 1:3) | b (>= 4)":              "[[a b]]", // neither
		"a (>> 1:1.9), a (>> 1:1.9~), b | c": "[[a] [b c]]",
	} {
		got := ParseSatisfiable(field, func(name string) string { return versions[name] })
		if fmt.Sprint(got) != want {
			t.Errorf("%q: %v, want %s", field, got, want)
		}
	}
}

func TestDamagedIndexIsAnError(t *testing.T) {
	for _, text := range []string{"no field\n", "Size: 3\n", "Package: a\nSize: big\n", "Package: a\nInstalled-Size: -\n"} {
		err := Stanzas(strings.NewReader(text), func(f map[string]string) error {
			_, err := ParsePackage(f)
			return err
		})
		if err == nil {
			t.Errorf("%q: no error", text)
		}
	}
}

func TestContents(t *testing.T) {
	const text = "usr/bin/a                 utils/a\nusr/share/with a space\tnon-free/x11/b,c\n\nmalformed\n"
	var got []string
	err := Contents(strings.NewReader(text), func(path string, packages []string) bool {
		got = append(got, path+" = "+strings.Join(packages, "+"))
		return true
	})
	if want := []string{"usr/bin/a = a", "usr/share/with a space = b+c"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
}

func TestPerRelease(t *testing.T) {
	for want, p := range map[string]PerRelease{
		"a":                             {"a", "a", "a"},
		"libssl1.1@0 libssl3@1 t64@2":   {"libssl1.1", "libssl3", "t64"},
		"a@01 b@2":                      {"a", "a", "b"},
		"a@1":                           {"", "a", ""},
		"":                              {"", "", ""},
		"default,dev@02 libmysql-dev@1": {"default,dev", "libmysql-dev", "default,dev"},
	} {
		text := p.String()
		if text != want {
			t.Errorf("%q.String() = %q, want %q", p, text, want)
		}
		for i, r := range Releases {
			if got := In(text, r); got != p[i] {
				t.Errorf("In(%q, %s) = %q, want %q", text, r, got, p[i])
			}
		}
	}
	if got := In("a", "sarge"); got != "" {
		t.Errorf("an unknown release has %q", got)
	}
}

func TestRecords(t *testing.T) {
	pq := Package{Name: "p", InstalledSize: 5, DownloadSize: 2, Depends: []Alternatives{{"a", "b"}, {"c"}}, Recommends: []Alternatives{{"r"}}}
	bigger := pq
	bigger.InstalledSize = 6
	records := []Record{{}, {Package: pq, Real: true}, {Package: bigger, Real: true, Providers: []string{"x", "y"}}}
	text := FormatRecords(records)
	if want := "1,5,2;a|b c;r\t2,6,2;=;=;x y"; text != want {
		t.Errorf("FormatRecords = %q, want %q", text, want)
	}
	for i, r := range Releases {
		got, ok, err := ParseRecord("p", text, r)
		if err != nil || ok != (i > 0) || ok && fmt.Sprint(got) != fmt.Sprint(records[i]) {
			t.Errorf("%s: %+v, %v, %v; want %+v", r, got, ok, err, records[i])
		}
	}
	virtual := FormatRecords([]Record{{}, {}, {Providers: []string{"x"}}})
	if got, ok, err := ParseRecord("v", virtual, "trixie"); err != nil || !ok || got.Real || !slices.Equal(got.Providers, []string{"x"}) {
		t.Errorf("a virtual package: %+v, %v, %v", got, ok, err)
	}
	for _, damaged := range []string{"2,5", "2,a,b", "2,1,1;a;b;c;d"} {
		if _, _, err := ParseRecord("p", damaged, "trixie"); err == nil {
			t.Errorf("%q: no error", damaged)
		}
	}
}

func TestImageRecord(t *testing.T) {
	r := ImageRecord{Method: "observed", Date: "2026-01", Source: "a list", From: "d/r/full", Added: []string{"b", "x"}, Removed: []string{"c"}, Maybe: []string{"m"}}
	got, err := ParseImageRecord(r.String())
	if err != nil || !reflect.DeepEqual(got, r) {
		t.Errorf("got %+v, %v", got, err)
	}
	if got := r.Apply([]string{"a", "b", "c"}); !slices.Equal(got, []string{"a", "b", "x"}) {
		t.Errorf("Apply = %v", got)
	}
	if _, err := ParseImageRecord("a;b"); err == nil {
		t.Error("no error for a short record")
	}
}

func TestKeys(t *testing.T) {
	for path, want := range map[string]string{
		"usr/bin/make":       "command make",
		"bin/bash":           "command bash",
		"usr/sbin/nginx":     "command nginx",
		"usr/games/fortune":  "command fortune",
		"usr/bin/vendor/x":   "",
		"usr/include/zlib.h": "header zlib.h",
		"usr/include/x86_64-linux-gnu/curl/curl.h":   "header curl.h/curl",
		"usr/include/libxml2/libxml/parser.h":        "header parser.h/libxml/libxml2",
		"usr/lib/x86_64-linux-gnu/libpq.so.5.15":     "library libpq.so.5.15",
		"lib/x86_64-linux-gnu/libz.so.1":             "library libz.so.1",
		"lib64/ld-linux-x86-64.so.2":                 "library ld-linux-x86-64.so.2",
		"usr/lib/x86_64-linux-gnu/libz.a":            "library libz.a",
		"usr/lib/x86_64-linux-gnu/perl/x.so":         "",
		"usr/lib/x86_64-linux-gnu/README.sources":    "",
		"usr/lib/x86_64-linux-gnu/pkgconfig/libx.pc": "module libx",
		"usr/share/pkgconfig/a.b.pc":                 "module a.b",
		"usr/share/doc/make":                         "",
	} {
		got := ""
		for kind, key := range map[string]string{
			"command": CommandKey(path), "header": HeaderKey(path), "library": LibraryKey(path), "module": PkgConfigKey(path),
		} {
			if key != "" {
				got += kind + " " + key
			}
		}
		if got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}

func TestReadTag(t *testing.T) {
	for image, want := range map[string]string{
		"python:3.12-slim-bookworm": "bookworm slim",
		"python:3.9":                " full",
		"python:latest":             " full",
		"python:3.12-alpine3.23":    "alpine3.23 alpine",
		"php:7.4-fpm-alpine":        " fpm-alpine",
		"openjdk:11-jdk-slim":       " jdk-slim",
		"gradle:jdk11-bionic":       "bionic full",
		"ubuntu:22.04":              "ubuntu22.04 full",
		"debian:bookworm-slim":      "bookworm slim",
		"ubuntu:":                   " full",
	} {
		family, tag, _ := strings.Cut(image, ":")
		release, variant := ReadTag(family, tag)
		if got := release + " " + variant; got != want {
			t.Errorf("%s: %q, want %q", image, got, want)
		}
	}
}
