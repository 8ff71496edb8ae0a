package catalog

import (
	"slices"
	"strings"
	"testing"

	"dopt/internal/catalog/debian"
	"dopt/internal/catalog/language"
)

func TestNeed(t *testing.T) {
	for _, c := range []struct {
		name       string
		query      NeedQuery
		build, run string
		prebuilt   language.Answer
	}{
		{"its setup asks pkg-config", NeedQuery{Language: language.Python, Name: "mysqlclient", Release: "bookworm"}, "default-libmysqlclient-dev gcc libc6-dev pkg-config", "libmariadb3", language.No},
		{"names of the release", NeedQuery{Language: language.Python, Name: "python-ldap", Release: "bullseye"}, "gcc libc6-dev libldap2-dev libsasl2-dev", "libldap-2.4-2", language.No},
		{"other names there", NeedQuery{Language: language.Python, Name: "python_ldap", Release: "trixie"}, "gcc libc6-dev libldap2-dev libsasl2-dev", "libldap2", language.No},
		{"a wheel brings what it is linked to", NeedQuery{Language: language.Python, Name: "lxml", Release: "bookworm"}, "", "", language.Yes},
		{"from source all the same", NeedQuery{Language: language.Python, Name: "lxml", Release: "bookworm", FromSource: true}, "gcc libc6-dev libxml2-dev libxslt1-dev zlib1g-dev", "libxml2 libxslt1.1", language.Yes},
		{"before there were wheels", NeedQuery{Language: language.Python, Name: "lxml", Version: "4.6.3", Release: "bookworm"}, "gcc libc6-dev libxml2-dev libxslt1-dev zlib1g-dev", "libxml2 libxslt1.1", language.No},
		{"a wheel for an older Python", NeedQuery{Language: language.Python, Name: "lxml", Version: "4.6.3", Python: "3.9", Release: "bookworm"}, "", "", language.Yes},
		{"newer than the index was asked for", NeedQuery{Language: language.Python, Name: "lxml", Version: "999", Release: "bookworm"}, "gcc libc6-dev libxml2-dev libxslt1-dev zlib1g-dev", "libxml2 libxslt1.1", ""},
		{"the release's own version, where the newest one's library is not known there", NeedQuery{Language: language.Python, Name: "leidenalg", Release: "bookworm"}, "g++ gcc libc6-dev libigraph-dev", "libigraph3", ""},
		{"makes what it brings along, in each version", NeedQuery{Language: language.Python, Name: "gevent", Version: "1.1", Release: "bookworm"}, "gcc libc6-dev make", "", language.No},
		{"newer than the index, by hand", NeedQuery{Language: language.Python, Name: "matplotlib", Version: "3.11.0", Release: "trixie", FromSource: true}, "g++ gcc libc6-dev", "", language.Yes},
		{"of an older version the index tells", NeedQuery{Language: language.Python, Name: "matplotlib", Version: "3.10.0", Release: "trixie", FromSource: true}, "g++ gcc libc6-dev libfreetype-dev libpng-dev libqhull-dev pkgconf tcl8.6-dev tk8.6-dev zlib1g-dev", "libfreetype6 libqhull-r8.0", language.Yes},
		{"BLAS, which update-alternatives chooses", NeedQuery{Language: language.Python, Name: "numpy", Release: "bookworm", FromSource: true}, "g++ gcc libblas-dev libc6-dev liblapack-dev ninja-build", "libblas3 liblapack3", language.Yes},
		{"said by hand to have wheels", NeedQuery{Language: language.Python, Name: "uvloop", Release: "bookworm"}, "", "", language.Yes},
		{"which tells nothing of older versions", NeedQuery{Language: language.Python, Name: "uvloop", Version: "0.1", Release: "bookworm"}, "gcc libc6-dev libuv1-dev", "libuv1", ""},
		{"a lock has a wheel", NeedQuery{Language: language.Python, Name: "lxml", Version: "4.6.3", Prebuilt: language.Yes, Release: "bookworm"}, "", "", language.Yes},
		{"a lock has none", NeedQuery{Language: language.Python, Name: "lxml", Prebuilt: language.No, Release: "bookworm"}, "gcc libc6-dev libxml2-dev libxslt1-dev zlib1g-dev", "libxml2 libxslt1.1", language.No},
		{"loaded while it runs, wheel or not", NeedQuery{Language: language.Python, Name: "opencv-python", Release: "bookworm"}, "", "libgl1 libglib2.0-0", language.Yes},
		{"loaded with ctypes", NeedQuery{Language: language.Python, Name: "python-magic", Release: "trixie"}, "", "libmagic1t64", ""},
		{"a command", NeedQuery{Language: language.Python, Name: "GitPython", Release: "bullseye"}, "", "git", ""},
		{"pure", NeedQuery{Language: language.Python, Name: "Flask", Release: "bookworm"}, "", "", ""},
		{"an extra", NeedQuery{Language: language.Python, Name: "psycopg[c]", Release: "bookworm"}, "gcc libc6-dev libpq-dev", "libpq5", language.No},
		{"a binary of npm", NeedQuery{Language: language.Node, Name: "canvas", Release: "bookworm"}, "", "", language.Yes},
		{"node-gyp", NeedQuery{Language: language.Node, Name: "pg-native", Release: "bookworm"}, "g++ libpq-dev make python3", "libpq5", language.No},
		{"a gem", NeedQuery{Language: language.Ruby, Name: "mysql2", Release: "bullseye"}, "default-libmysqlclient-dev gcc libc6-dev make", "libmariadb3", language.No},
		{"a crate", NeedQuery{Language: language.Rust, Name: "openssl_sys", Release: "bookworm"}, "gcc libc6-dev libssl-dev pkg-config", "libssl3", language.No},
		{"an extension of PHP", NeedQuery{Language: language.PHP, Name: "intl", Release: "bullseye"}, "libicu-dev", "libicu67", language.No},
		{"the same extension", NeedQuery{Language: language.PHP, Name: "intl", Release: "trixie"}, "libicu-dev", "libicu76", language.No},
		{"cgo", NeedQuery{Language: language.Go, Name: "github.com/libgit2/git2go/v34", Release: "bookworm"}, "gcc libc6-dev libgit2-dev pkg-config", "libgit2-1.5", language.No},
		{"R", NeedQuery{Language: language.R, Name: "RCurl", Release: "bookworm"}, "gcc libc6-dev libcurl4-openssl-dev make", "libcurl4", ""},
		{"Perl", NeedQuery{Language: language.Perl, Name: "DBD::Pg", Release: "bookworm"}, "gcc libc6-dev libpq-dev make", "libpq5", ""},
	} {
		n, ok := Need(c.query)
		if build, run := strings.Join(n.Build, " "), strings.Join(n.Run, " "); !ok || build != c.build || run != c.run || n.Prebuilt != c.prebuilt || n.Elsewhere != nil {
			t.Errorf("%s: %s: build %q, run %q, published compiled %q, elsewhere %q; want %q, %q, %q", c.name, c.query.Name, build, run, n.Prebuilt, n.Elsewhere, c.build, c.run, c.prebuilt)
		}
		if n.Source.Name == "" || n.Source.Date == "" {
			t.Errorf("%s: no source", c.name)
		}
	}
}

func TestNeedIsUnknown(t *testing.T) {
	for name, q := range map[string]NeedQuery{
		"package":  {Language: language.Python, Name: "no-such-package", Release: "bookworm"},
		"language": {Language: "cobol", Name: "lxml", Release: "bookworm"},
		"release":  {Language: language.Python, Name: "lxml", Release: "sarge"},
		"empty":    {},
	} {
		if n, ok := Need(q); ok {
			t.Errorf("%s: %+v", name, n)
		}
	}
}

func TestWheelsHaveASource(t *testing.T) {
	n, _ := Need(NeedQuery{Language: language.Python, Name: "lxml", Release: "bookworm"})
	if n.PrebuiltSource.Name == "" || !strings.HasPrefix(n.PrebuiltSource.Date, "20") || len(n.PrebuiltSource.Date) != len("2006-01-02") {
		t.Errorf("%+v", n.PrebuiltSource)
	}
	if n, _ := Need(NeedQuery{Language: language.Python, Name: "flask", Release: "bookworm"}); n.PrebuiltSource != (Source{}) {
		t.Errorf("of one not asked for: %+v", n.PrebuiltSource)
	}
}

func TestNeedTellsWhatComesWithIt(t *testing.T) {
	n, ok := Need(NeedQuery{Language: language.Python, Name: "django-auth-ldap", Release: "bookworm"})
	if !ok || !slices.Equal(n.With, []string{"python-ldap"}) || n.Build != nil || n.Run != nil {
		t.Errorf("%v %+v", ok, n)
	}
}

// What a release lacks is told apart, so that a rewriting leaves the line alone.
func TestNeedTellsWhatTheReleaseLacks(t *testing.T) {
	n, ok := Need(NeedQuery{Language: language.Python, Name: "pygobject", Release: "bullseye"})
	if !ok || !slices.Contains(n.Elsewhere, "libgirepository-2.0-dev") {
		t.Errorf("%v %+v", ok, n)
	}
}

// One that the release has, but not new enough, is of no use; the wheel has what it needs inside.
func TestNeedTellsWhatIsTooOld(t *testing.T) {
	for _, release := range debian.Releases {
		q := NeedQuery{Language: language.Python, Name: "confluent-kafka", Release: release, Version: "1.7.0", FromSource: true}
		if n, ok := Need(q); !ok || n.Elsewhere != nil || !slices.Contains(n.Build, "librdkafka-dev") {
			t.Errorf("%s: what is said of newer versions is said of an older one: %v %+v", release, ok, n)
		}
		q.Version, q.FromSource = "", false
		if n, ok := Need(q); !ok || n.Elsewhere != nil || n.Build != nil {
			t.Errorf("%s: %v %+v", release, ok, n)
		}
		q.FromSource = true
		for range 2 { // the record stays as it is
			n, ok := Need(q)
			if !ok || len(n.Elsewhere) != 1 || !strings.HasPrefix(n.Elsewhere[0], "librdkafka-dev>=2.") || !slices.Equal(n.Build, []string{"gcc", "libc6-dev"}) {
				t.Errorf("%s: %v %+v", release, ok, n)
			}
		}
	}
}

// Each record reads, and its packages are in its release.
func TestNeedTable(t *testing.T) {
	count := map[string]int{}
	err := needs.Scan("", func(key, value string) bool {
		records, err := language.Parse(value)
		if err != nil || len(records) == 0 {
			t.Errorf("%s: %v", key, err)
			return true
		}
		of, _, _ := strings.Cut(key, " ")
		count[of]++
		for _, r := range records {
			for _, release := range append(r.Same, r.Release) { // no query looks whether they are there
				for _, name := range slices.Concat(r.Build, r.Linked, r.Loaded) {
					if name, _, _ := strings.Cut(name, language.AtLeast); !has(release, name) {
						t.Errorf("%s: %s: no package %s", key, release, name)
					}
				}
			}
			if !slices.Contains(debian.Releases, r.Release) || r.Origin == "" || len(r.Linked) > 0 && !r.Native {
				t.Errorf("%s: %+v", key, r)
			}
		}
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range language.All {
		if count[string(l)] < 30 {
			t.Errorf("%s: %d packages", l, count[string(l)])
		}
	}
}

func TestNeedNames(t *testing.T) {
	var names []string
	NeedNames(language.Go, func(name string) bool {
		names = append(names, name)
		return len(names) < 2
	})
	if len(names) != 2 || !slices.IsSorted(names) || strings.Contains(names[0], " ") {
		t.Errorf("%q", names)
	}
}

func TestNeedTableIsSmall(t *testing.T) {
	if size := len(needData) + len(wheelData); size > 1500<<10 {
		t.Errorf("%d bytes", size)
	}
}
