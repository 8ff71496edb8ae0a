package debian

import (
	"slices"
	"strings"
	"testing"
)

// A fake is an index whose packages are written as "name: depends; recommends; provides".
type fake map[string]Package

func newFake(lines ...string) fake {
	f := fake{}
	for _, line := range lines {
		name, rest, _ := strings.Cut(line, ":")
		fields := append(strings.Split(rest, ";"), "", "")
		f[name] = Package{
			Name: name, InstalledSize: 10, DownloadSize: 3, Depends: ParseRelation(fields[0]),
			Recommends: ParseRelation(fields[1]), Provides: strings.Fields(fields[2]),
		}
	}
	return f
}

func (f fake) Package(name string) (Package, bool, error) {
	p, ok := f[name]
	return p, ok, nil
}

func (f fake) Providers(name string) ([]string, error) {
	var providers []string
	for _, p := range f {
		if slices.Contains(p.Provides, name) {
			providers = append(providers, p.Name)
		}
	}
	slices.Sort(providers)
	return providers, nil
}

func TestResolve(t *testing.T) {
	index := newFake(
		"app: lib, tool | big; extra, gone, mta", "lib: libc", "libc:", "tool:", "big:", "extra: more", "more:",
		"exim:;;mta", "postfix:;;mta", "one:;;sole", "needs-sole: sole", "needs-mta: mta", "cycle: cycle2", "cycle2: cycle",
		"late: first | second, third", "first:", "second:", "third: second", "broken: nowhere", "newname:;;oldname", "needs-old: oldname",
	)
	for _, c := range []struct {
		name       string
		ask        string
		recommends bool
		installed  string
		want       string
		unknown    string
		chosen     string
	}{
		{name: "dependencies", ask: "app", want: "app lib libc tool"},
		{name: "recommendations, the missing one left out", ask: "app", recommends: true, want: "app exim extra lib libc more tool", chosen: "mta=exim"},
		{name: "what is installed", ask: "app", installed: "libc big", want: "app lib"},
		{name: "installed already", ask: "libc", installed: "libc", want: ""},
		{name: "the one provider", ask: "needs-sole", want: "needs-sole one"},
		{name: "a provider among several", ask: "needs-mta", want: "exim needs-mta", chosen: "mta=exim"},
		{name: "a provider that is asked for", ask: "needs-mta postfix", want: "needs-mta postfix"},
		{name: "a provider that is installed", ask: "needs-mta", installed: "postfix", want: "needs-mta"},
		{name: "a cycle", ask: "cycle", want: "cycle cycle2"},
		{name: "an alternative that comes anyway", ask: "late", want: "late second third"},
		{name: "unknown", ask: "nothing", unknown: "nothing"},
		{name: "unknown dependency", ask: "broken", want: "broken", unknown: "nowhere"},
		{name: "a former name", ask: "needs-old", want: "needs-old newname"},
	} {
		got, err := Resolve(index, strings.Fields(c.ask), c.recommends, func(name string) bool {
			return slices.Contains(strings.Fields(c.installed), name)
		})
		if err != nil {
			t.Fatal(err)
		}
		var packages, chosen []string
		for _, p := range got.Packages {
			packages = append(packages, p.Name)
		}
		for virtual, p := range got.Chosen {
			chosen = append(chosen, virtual+"="+p)
		}
		want := strings.Fields(c.want)
		slices.Sort(want)
		if !slices.Equal(packages, want) || strings.Join(got.Unknown, " ") != c.unknown || strings.Join(chosen, " ") != c.chosen {
			t.Errorf("%s: %v, unknown %v, chosen %v; want %v, %q, %q", c.name, packages, got.Unknown, chosen, want, c.unknown, c.chosen)
		}
		if got.InstalledSize() != 10*len(want) || got.DownloadSize() != 3*len(want) {
			t.Errorf("%s: sizes %d and %d of %d packages", c.name, got.InstalledSize(), got.DownloadSize(), len(want))
		}
	}
}
