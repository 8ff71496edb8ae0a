package language

import (
	"reflect"
	"slices"
	"testing"

	"dopt/internal/catalog/debian"
)

func TestKey(t *testing.T) {
	for _, c := range []struct {
		language Language
		name     string
		want     string
	}{
		{Python, "Python_LDAP", "python python-ldap"},
		{Python, "zope.interface", "python zope-interface"},
		{Python, "psycopg[pool, C]", "python psycopg[c,pool]"},
		{Python, "psycopg[]", "python psycopg"},
		{Rust, "openssl_sys", "rust openssl-sys"},
		{Go, "github.com/DataDog/zstd", "go github.com/datadog/zstd"},
		{Go, "github.com/confluentinc/confluent-kafka-go/v2", "go github.com/confluentinc/confluent-kafka-go"},
		{Go, "example.com/x/vision", "go example.com/x/vision"},
		{Node, "@Scope/Name", "node @scope/name"},
		{Ruby, "RedCloth", "ruby RedCloth"},
		{R, "RCurl", "r RCurl"},
		{Perl, "DBD::mysql", "perl DBD::mysql"},
	} {
		if got := Key(c.language, c.name); got != c.want {
			t.Errorf("%s %s: %q, want %q", c.language, c.name, got, c.want)
		}
	}
}

func TestRecordsComeBack(t *testing.T) {
	records := []Record{
		{Release: "bookworm", Same: []debian.Release{"bullseye"}, Version: "1.0", Origin: "src", Native: true, Build: []string{"gcc", "libx-dev"}, Linked: []string{"libx1"}},
		{Release: "trixie", Origin: ByHand + "because", Prebuilt: Yes, Loaded: []string{"tool"}, Requires: []string{"other"}},
	}
	got, err := Parse(Format(records))
	if err != nil {
		t.Fatal(err)
	}
	for i := range got {
		if got[i].Release != records[i].Release || !slices.Equal(got[i].Same, records[i].Same) || got[i].Version != records[i].Version || got[i].Origin != records[i].Origin || !got[i].SameNeeds(records[i]) {
			t.Errorf("got %+v, want %+v", got[i], records[i])
		}
	}
	for _, text := range []string{"", "a;b", "a;b;c;d;e;f;g;h;i;j"} {
		if r, err := Parse(text); err == nil {
			t.Errorf("%q: %+v", text, r)
		}
	}
}

func TestSameNeeds(t *testing.T) {
	if !(Record{Release: "bullseye", Version: "1", Origin: "a"}).SameNeeds(Record{Release: "trixie", Version: "2", Origin: "b"}) {
		t.Error("release, version and origin are no needs")
	}
	for _, r := range []Record{{Native: true}, {Prebuilt: Yes}, {Build: []string{"a"}}, {Linked: []string{"a"}}, {Loaded: []string{"a"}}, {Requires: []string{"a"}}} {
		if r.SameNeeds(Record{}) {
			t.Errorf("%+v needs the same as nothing", r)
		}
	}
}

func TestForVersion(t *testing.T) {
	records := []Record{{Version: "1.4"}, {Version: "2.0"}, {Version: "10.1"}}
	for version, want := range map[string]string{"": "10.1", "1.3.9": "1.4", "1.4": "1.4", "1.4.1": "2.0", "2.0.0": "2.0", "9": "10.1", "11": "10.1"} {
		if got := ForVersion(records, version); !reflect.DeepEqual(got, Record{Version: want}) {
			t.Errorf("%q: %s, want %s", version, got.Version, want)
		}
	}
}

func TestCompareVersions(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"3.9", "3.10", -1}, {"3.9", "3.9.0", 0}, {"2", "1.9", 1}, {"1.0rc1", "1.0", 0}, {"", "0", 0}, {"1.99999999999999999999", "1.1", 1},
	} {
		if got := CompareVersions(c.a, c.b); got < 0 != (c.want < 0) || got > 0 != (c.want > 0) {
			t.Errorf("%s and %s: %d", c.a, c.b, got)
		}
	}
}
