package pkgmgr_test

import (
	"slices"
	"strings"
	"testing"

	"dopt/transform/pkgmgr"
)

// eachManager runs a test for every row.
func eachManager(t *testing.T, f func(t *testing.T, m *pkgmgr.Manager)) {
	for _, m := range pkgmgr.Managers {
		t.Run(m.Name, func(t *testing.T) { f(t, m) })
	}
}

func TestRequiredManagers(t *testing.T) {
	for _, name := range strings.Fields(`apt-get apt aptitude apk dnf yum microdnf tdnf zypper pacman pip uv poetry pipenv pdm
		conda mamba micromamba npm yarn yarn-berry pnpm bun gem bundler composer go cargo maven gradle sbt dotnet nuget r
		luarocks mix rebar3 swift cpan cpanm opam stack cabal`) {
		if m := pkgmgr.Find(name); m == nil || m.Name != name {
			t.Errorf("Find(%q) = %v", name, m)
		}
	}
	if m := pkgmgr.Find("make"); m != nil {
		t.Errorf("Find(make) = %v", m)
	}
}

func TestNamesAreUnique(t *testing.T) {
	owner := map[string]string{}
	claim := func(kind, name, manager string) {
		if other, taken := owner[kind+name]; taken {
			t.Errorf("%s %q belongs to %s and %s", kind, name, other, manager)
		}
		owner[kind+name] = manager
	}
	for _, m := range pkgmgr.Managers {
		claim("name", m.Name, m.Name)
		for _, p := range append(slices.Clone(m.Programs), m.Runners...) {
			claim("program", p, m.Name)
		}
		for _, p := range m.Modules {
			claim("module", p, m.Name)
		}
	}
}

func TestRowsAreComplete(t *testing.T) {
	editions := map[string]bool{}
	for _, m := range pkgmgr.Managers {
		for _, c := range m.Commands {
			editions[c.Edition] = true
		}
	}
	eachManager(t, func(t *testing.T, m *pkgmgr.Manager) {
		if m.Ecosystem == "" || m.Source == "" {
			t.Error("no ecosystem or no source")
		}
		if len(m.Programs) == 0 && !editions[m.Name] {
			t.Error("no program, and no command of another row leads here")
		}
		if len(m.Caches) == 0 || len(m.CleanUps) == 0 {
			t.Error("no cache or no clean-up")
		}
		if m.NoCacheFlag != "" && len(m.NoCacheVerbs) == 0 {
			t.Error("a no-cache flag that no verb accepts")
		}
		for _, c := range m.Caches {
			if c.Holds == "" || len(c.FilledBy) == 0 {
				t.Errorf("%s: what it holds or which verbs fill it is missing", c.Path)
			}
		}
	})
}

func TestPrograms(t *testing.T) {
	eachManager(t, func(t *testing.T, m *pkgmgr.Manager) {
		for _, p := range m.Programs {
			for _, word := range []string{p, "/usr/bin/" + p, "./" + p} {
				if u, ok := pkgmgr.Identify([]string{word}); !ok || u.Manager != m {
					t.Errorf("%s is not recognised", word)
				}
			}
			_, ok := pkgmgr.Identify([]string{p + "3.1"})
			if ok != m.Versioned {
				t.Errorf("%s3.1 recognised: %v, want %v", p, ok, m.Versioned)
			}
			for _, word := range []string{p + "zz", "zz" + p, p + "-zz", p + "/", pkgmgr.Unknown + p} {
				if u, ok := pkgmgr.Identify([]string{word}); ok && u.Manager == m {
					t.Errorf("%q is recognised", word)
				}
			}
		}
		for _, module := range m.Modules {
			u, ok := pkgmgr.Identify([]string{"python3", "-m", module, "--help"})
			if !ok || u.Manager != m || u.Program != 2 {
				t.Errorf("python3 -m %s is not recognised", module)
			}
		}
	})
}

// Every command of the table can be reached, and means what it says.
func TestCommands(t *testing.T) {
	verbs := []pkgmgr.Verb{pkgmgr.Install, pkgmgr.Update, pkgmgr.Upgrade, pkgmgr.Remove, pkgmgr.Clean, pkgmgr.Download, pkgmgr.Build, pkgmgr.Run, pkgmgr.Other}
	eachManager(t, func(t *testing.T, m *pkgmgr.Manager) {
		if len(m.Commands) > 64 {
			t.Errorf("%d commands, at most 64 can be told apart", len(m.Commands))
		}
		for _, c := range m.Commands {
			if !slices.Contains(verbs, c.Verb) {
				t.Errorf("%q: no verb %q", c.Words, c.Verb)
			}
			if (c.Verb == pkgmgr.Clean) != (len(c.Empties) > 0) {
				t.Errorf("%q: a clean empties a cache, and nothing else does", c.Words)
			}
			for _, path := range c.Empties {
				in := m
				if c.Edition != "" {
					in = pkgmgr.Find(c.Edition)
				}
				if in.Cache(path) == nil {
					t.Errorf("%q empties %s, which is no cache", c.Words, path)
				}
			}
			argv := []string{m.Programs[0]}
			for _, word := range strings.Fields(c.Words) {
				first, _, _ := strings.Cut(word, "|")
				argv = append(argv, strings.ReplaceAll(first, "*", "any"))
			}
			for _, names := range c.With {
				argv = append(argv, names[0])
			}
			u, ok := pkgmgr.Identify(argv)
			if ok && u.Verb != c.Verb && !c.Bare {
				// Some mean this only with a further word.
				argv = append(argv, "word")
				u, ok = pkgmgr.Identify(argv)
			}
			if !ok || u.Verb != c.Verb || c.Edition != "" && u.Manager.Name != c.Edition {
				t.Errorf("%q is %s of %s, want %s", argv, u.Verb, u.Manager.Name, c.Verb)
			}
		}
	})
}

// The flag lists hold what is a flag.
func TestFlagLists(t *testing.T) {
	eachManager(t, func(t *testing.T, m *pkgmgr.Manager) {
		lists := [][]string{m.Values, m.GlobalValues, m.GlobalFlags, m.PathFlags, m.NoCacheAliases, m.IndexFlags}
		for _, c := range m.Commands {
			lists = append(lists, c.Values)
			lists = append(lists, c.With...)
		}
		for _, list := range lists {
			for _, flag := range list {
				short := len(flag) == 2 && flag[0] == '-' && flag[1] != '-'
				long := strings.HasPrefix(flag, "--") && len(flag) > 3
				if !short && !long && (m.Syntax != pkgmgr.SingleDash || flag[0] != '-') {
					t.Errorf("%q is no flag", flag)
				}
			}
		}
		for _, flag := range m.PathFlags {
			if !takesValue(m, flag) {
				t.Errorf("%s has a path for value, but takes no value", flag)
			}
		}
	})
}

func takesValue(m *pkgmgr.Manager, flag string) bool {
	for _, c := range m.Commands {
		if slices.Contains(c.Values, flag) {
			return true
		}
	}
	return slices.Contains(m.Values, flag) || slices.Contains(m.GlobalValues, flag) || m.Name == "yarn-berry"
}

func TestCleanUps(t *testing.T) {
	eachManager(t, func(t *testing.T, m *pkgmgr.Manager) {
		for _, c := range m.CleanUps {
			worst := pkgmgr.LosesTime
			for _, path := range c.Empties {
				cache := m.Cache(path)
				if cache == nil {
					t.Errorf("%q empties %s, which is no cache", c.Command, path)
					continue
				}
				worst = max(worst, cache.Loss)
			}
			if c.Loss != worst {
				t.Errorf("%q loses %s, its caches %s", c.Command, c.Loss, worst)
			}
			if c.Command[0] == "rm" {
				checkRemoval(t, c)
				continue
			}
			u, ok := pkgmgr.Identify(c.Command)
			if !ok || u.Verb != pkgmgr.Clean || u.Manager != m || !slices.Equal(u.Empties, c.Empties) {
				t.Errorf("%q is %s of %s and empties %q, want %q", c.Command, u.Verb, u.Manager.Name, u.Empties, c.Empties)
			}
		}
	})
}

// checkRemoval checks that a clean-up removes its caches, or what is in them, and nothing else.
func checkRemoval(t *testing.T, c pkgmgr.CleanUp) {
	t.Helper()
	if len(c.Command) < 3 || c.Command[1] != "-rf" {
		t.Fatalf("%q is no rm -rf", c.Command)
	}
	var removed []string
	for _, path := range c.Command[2:] {
		if !slices.Contains(c.Empties, path) {
			path = strings.TrimSuffix(path, "/*")
		}
		removed = append(removed, path)
	}
	if !slices.Equal(removed, c.Empties) {
		t.Errorf("%q does not remove just %q", c.Command, c.Empties)
	}
}

func TestMounts(t *testing.T) {
	eachManager(t, func(t *testing.T, m *pkgmgr.Manager) {
		for _, mount := range m.Mounts {
			if mount.Sharing != "locked" && mount.Sharing != "shared" {
				t.Errorf("%s: sharing %q", mount.Target, mount.Sharing)
			}
			if strings.Contains(mount.Target, "*") {
				t.Errorf("%s: a mount has no globs", mount.Target)
			}
			ofCache := func(c pkgmgr.Cache) bool {
				return c.Path == mount.Target || strings.HasPrefix(c.Path, mount.Target+"/")
			}
			if !slices.ContainsFunc(m.Caches, ofCache) {
				t.Errorf("%s is no cache, nor holds one", mount.Target)
			}
		}
	})
}

func TestMoves(t *testing.T) {
	eachManager(t, func(t *testing.T, m *pkgmgr.Manager) {
		for _, move := range m.Moves {
			moves := func(c pkgmgr.Cache) bool {
				return c.Path == move.Path || strings.HasPrefix(c.Path, move.Path+"/")
			}
			if !slices.ContainsFunc(m.Caches, moves) {
				t.Errorf("%s is no cache, nor holds one", move.Path)
			}
			for _, by := range move.By {
				if by[0] != '$' {
					t.Errorf("%s: %q is no variable", move.Path, by)
				}
			}
			if len(move.By) == 0 && move.Flag == "" && move.Root == "" {
				t.Errorf("%s: nothing moves it", move.Path)
			}
		}
	})
}

// The flag that avoids the cache is accepted where the table says that it stands.
func TestNoCacheFlag(t *testing.T) {
	for line, want := range map[string]bool{
		"pip --no-cache-dir install x": false,
		"pdm --no-cache install":       true,
	} {
		if u := identify(t, line); u.Manager.NoCacheFirst != want {
			t.Errorf("%s: NoCacheFirst = %v, want %v", u.Manager.Name, u.Manager.NoCacheFirst, want)
		}
	}
	eachManager(t, func(t *testing.T, m *pkgmgr.Manager) {
		for _, setting := range m.NoCacheEnv {
			if name, value, ok := strings.Cut(setting, "="); !ok || name == "" || value == "" {
				t.Errorf("%q is no setting", setting)
			}
		}
		if m.NoCacheFlag != "" && takesValue(m, m.NoCacheFlag) {
			t.Errorf("%s takes a value", m.NoCacheFlag)
		}
	})
}

func TestIndexUpdate(t *testing.T) {
	eachManager(t, func(t *testing.T, m *pkgmgr.Manager) {
		if m.IndexUpdate == nil {
			return
		}
		u, ok := pkgmgr.Identify(m.IndexUpdate)
		if !ok || u.Manager != m || u.Verb != pkgmgr.Update {
			t.Errorf("%q is %s of %v", m.IndexUpdate, u.Verb, u.Manager)
		}
		keepsIndex := func(c pkgmgr.Cache) bool {
			return c.Loss == pkgmgr.LosesIndex && slices.Contains(c.FilledBy, pkgmgr.Update)
		}
		if !slices.ContainsFunc(m.Caches, keepsIndex) {
			t.Error("no cache holds the index")
		}
	})
}

func TestUpdateIsNoUpgrade(t *testing.T) {
	for line, want := range map[string]pkgmgr.Verb{
		"apt-get update": pkgmgr.Update,
		"apk update":     pkgmgr.Update,
		"yum update":     pkgmgr.Upgrade,
		"dnf update":     pkgmgr.Upgrade,
		"zypper update":  pkgmgr.Upgrade,
		"conda update x": pkgmgr.Upgrade,
		"npm update":     pkgmgr.Upgrade,
		"cabal update":   pkgmgr.Update,
		"cargo update":   pkgmgr.Update,
	} {
		if got := identify(t, line).Verb; got != want {
			t.Errorf("%s is %s, want %s", line, got, want)
		}
	}
}
