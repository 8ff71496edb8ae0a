package node_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"dopt/internal/project/ecosystem/node"
)

// A lock of pnpm says from version 9 on what a package needs, by the names under which it is asked for; what nothing but development leads to
// is for development.
func TestPNPMDevelopment(t *testing.T) {
	const lock = `lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      width: {specifier: ^4, version: string-width@4.2.3}
      store: {specifier: ^1, version: 1.2.2(react@18.3.1)}
    devDependencies:
      tsx: {specifier: ^4, version: 4.10.5}
packages:
  string-width@4.2.3: {}
  strip-ansi@6.0.1: {}
  store@1.2.2: {peerDependencies: {react: '>=18'}}
  react@18.3.1: {}
  tsx@4.10.5: {}
  esbuild@0.20.2: {}
snapshots:
  string-width@4.2.3: {dependencies: {strip-ansi: 6.0.1}}
  strip-ansi@6.0.1: {}
  store@1.2.2(react@18.3.1): {dependencies: {react: 18.3.1}}
  react@18.3.1: {}
  tsx@4.10.5: {dependencies: {esbuild: 0.20.2}}
  esbuild@0.20.2: {optionalDependencies: {strip-ansi: 6.0.1}}
`
	for _, c := range []struct{ name, lock, development string }{
		{"a closure", lock, "esbuild tsx"},
		{"a package that is not there", strings.Replace(lock, "strip-ansi: 6.0.1}}\n  strip", "strip-ansi: 7.0.0}}\n  strip", 1), ""},
		{"no snapshots", lock[:strings.Index(lock, "snapshots:")], ""},
	} {
		list, err := node.ReadLock(fstest.MapFS{"pnpm-lock.yaml": {Data: []byte(c.lock)}}, "pnpm-lock.yaml")
		if err != nil {
			t.Fatal(err)
		}
		var development []string
		for _, l := range list {
			if l.Dev {
				development = append(development, l.Name)
			}
			if l.Name == "store" && !slices.Equal(l.Peers, []string{"react"}) {
				t.Errorf("%s: store has the peers %q", c.name, l.Peers)
			}
		}
		if got := strings.Join(development, " "); got != c.development {
			t.Errorf("%s: for development are %q, want %q", c.name, got, c.development)
		}
	}
}
