package validate

import (
	"path"
	"slices"
	"strings"
)

// A manager is what the validator knows of a package manager. The table is its own, so that
// an error in the passes' table shows up as a rejected fix.
type manager struct {
	name     string
	programs []string
	// installs are the verbs that fetch packages.
	installs []string
	// updates are the verbs that fetch the package index, updating the flags with which an
	// install fetches the index itself.
	updates, updating []string
	// flags keep an install from leaving a cache.
	flags []string
	// cleans are the argument lists that empty caches only; a verb alone stands for itself
	// with any options.
	cleans []string
	// caches are directories that hold copies of what was downloaded, index those without
	// which an install needs an update first, store those that later commands of the manager
	// work on. "~" is the home directory.
	caches, index, store []string
	// clearsStore are those of cleans that empty the store.
	clearsStore []string
	// offline are flags with which the manager depends on its caches.
	offline []string
}

// managers: cache directories and commands are those of the managers' manuals: apt-get(8),
// apk(8), dnf(8), zypper(8), pacman(8), "pip cache", "npm cache", "yarn cache", "conda clean",
// "go clean", "dotnet nuget locals", "composer clear-cache" and so on.
var managers = []manager{
	{
		name: "apt", programs: []string{"apt-get", "apt", "aptitude"},
		installs: []string{"install", "reinstall", "upgrade", "dist-upgrade", "full-upgrade", "safe-upgrade", "build-dep", "source", "satisfy", "download"},
		updates:  []string{"update"},
		cleans:   []string{"clean", "autoclean"},
		caches:   []string{"/var/cache/apt"}, index: []string{"/var/lib/apt/lists"},
	},
	{
		name: "apk", programs: []string{"apk"},
		installs: []string{"add", "upgrade", "fix", "fetch"},
		updates:  []string{"update"}, updating: []string{"--update", "--update-cache", "-U", "--no-cache", "-uU", "-Uu"},
		flags:  []string{"--no-cache"},
		cleans: []string{"cache clean"},
		index:  []string{"/var/cache/apk", "/etc/apk/cache"},
	},
	{
		name: "dnf", programs: []string{"dnf", "yum", "microdnf", "tdnf", "dnf5"},
		installs: []string{"install", "localinstall", "groupinstall", "update", "upgrade", "reinstall", "builddep"},
		cleans:   []string{"clean all", "clean packages", "clean metadata", "clean dbcache", "clean expire-cache"},
		caches:   []string{"/var/cache/yum", "/var/cache/dnf", "/var/cache/libdnf5", "/var/cache/tdnf"},
		offline:  []string{"-C", "--cacheonly"},
	},
	{
		name: "zypper", programs: []string{"zypper"},
		installs: []string{"install", "in", "update", "up", "dup", "patch"},
		cleans:   []string{"clean", "cc"},
		caches:   []string{"/var/cache/zypp"}, offline: []string{"--no-refresh", "--no-remote"},
	},
	{
		name: "pacman", programs: []string{"pacman"},
		installs: []string{"-S", "-Sy", "-Syu", "-Su", "-Syyu"}, updating: []string{"-Sy", "-Syu", "-Syyu"},
		cleans: []string{"-Scc", "-Sc"},
		caches: []string{"/var/cache/pacman/pkg"}, index: []string{"/var/lib/pacman/sync"},
	},
	{
		name: "pip", programs: []string{"pip", "pip3"},
		installs: []string{"install", "download", "wheel"},
		flags:    []string{"--no-cache-dir"},
		cleans:   []string{"cache purge"},
		caches:   []string{"~/.cache/pip"},
	},
	{
		name: "pipenv", programs: []string{"pipenv"}, installs: []string{"install", "sync"},
		cleans: []string{"--clear"},
		caches: []string{"~/.cache/pipenv"},
	},
	{
		name: "poetry", programs: []string{"poetry"},
		installs: []string{"install", "add", "update", "sync"},
		flags:    []string{"--no-cache"},
		cleans:   []string{"cache clear --all .", "cache clear . --all", "cache clear pypi --all", "cache clear --all pypi"},
		caches:   []string{"~/.cache/pypoetry/cache", "~/.cache/pypoetry/artifacts"},
	},
	{
		name: "uv", programs: []string{"uv"},
		installs: []string{"sync", "add", "pip"},
		flags:    []string{"--no-cache"},
		cleans:   []string{"cache clean", "cache prune"},
		caches:   []string{"~/.cache/uv"}, offline: []string{"--offline"},
	},
	{
		name: "conda", programs: []string{"conda", "mamba", "micromamba"},
		installs: []string{"install", "create", "update", "env"},
		cleans:   []string{"clean"},
		caches:   []string{"/opt/conda/pkgs", "~/miniconda3/pkgs", "~/anaconda3/pkgs", "/opt/miniconda3/pkgs"}, offline: []string{"--offline"},
	},
	{
		name: "npm", programs: []string{"npm", "npx"},
		installs: []string{"install", "i", "ci", "add", "update"},
		cleans:   []string{"cache clean --force", "cache clean -f"},
		caches:   []string{"~/.npm"}, offline: []string{"--offline"},
	},
	{
		name: "yarn", programs: []string{"yarn"},
		installs: []string{"install", "add", "global"},
		cleans:   []string{"cache clean"},
		caches:   []string{"~/.cache/yarn", "/usr/local/share/.cache/yarn", "~/.yarn/berry/cache"}, offline: []string{"--offline"},
	},
	{
		name: "pnpm", programs: []string{"pnpm"},
		installs: []string{"install", "i", "add", "fetch"},
		cleans:   []string{"store prune"},
		caches:   []string{"~/.cache/pnpm"}, store: []string{"~/.local/share/pnpm/store", "~/.pnpm-store"},
	},
	{
		name: "bun", programs: []string{"bun"}, installs: []string{"install", "add", "i"},
		cleans: []string{"pm cache rm"},
		caches: []string{"~/.bun/install/cache"},
	},
	{
		name: "gem", programs: []string{"gem"}, installs: []string{"install", "update"},
		flags:  []string{"--no-document", "--no-doc", "-N", "--no-ri", "--no-rdoc"},
		caches: []string{"/usr/local/bundle/cache", "/var/lib/gems/*/cache", "/usr/local/lib/ruby/gems/*/cache", "/usr/lib/ruby/gems/*/cache"},
	},
	{
		name: "bundler", programs: []string{"bundle", "bundler"}, installs: []string{"install", "update"},
		caches: []string{"~/.bundle/cache", "/usr/local/bundle/ruby/*/cache", "/usr/local/bundle/cache"}, offline: []string{"--local"},
	},
	{
		name: "composer", programs: []string{"composer", "composer.phar"},
		installs: []string{"install", "update", "require", "create-project", "global"},
		flags:    []string{"--no-cache"},
		cleans:   []string{"clear-cache", "clearcache", "cc"},
		caches:   []string{"~/.composer/cache", "~/.cache/composer"},
	},
	{
		name: "go", programs: []string{"go"}, installs: []string{"mod", "get", "install", "build", "run", "test", "generate", "vet"},
		cleans:      []string{"clean -cache", "clean -testcache", "clean -fuzzcache", "clean -modcache", "clean -cache -modcache", "clean -modcache -cache"},
		clearsStore: []string{"clean -modcache", "clean -cache -modcache", "clean -modcache -cache"},
		caches:      []string{"~/.cache/go-build"}, store: []string{"/go/pkg/mod", "~/go/pkg/mod"},
	},
	{
		name: "cargo", programs: []string{"cargo"}, installs: []string{"build", "install", "fetch", "test", "run", "chef"},
		store: []string{"/usr/local/cargo/registry", "/usr/local/cargo/git", "~/.cargo/registry", "~/.cargo/git"},
	},
	{
		name: "maven", programs: []string{"mvn", "mvnw"}, installs: []string{"install", "package", "verify", "compile", "deploy"},
		store: []string{"~/.m2/repository"},
	},
	{
		name: "gradle", programs: []string{"gradle", "gradlew"}, installs: []string{"build", "assemble", "dependencies"},
		store: []string{"~/.gradle/caches", "~/.gradle/wrapper/dists"},
	},
	{
		name: "sbt", programs: []string{"sbt"}, installs: []string{"update", "compile", "assembly"},
		store: []string{"~/.ivy2/cache", "~/.cache/coursier"},
	},
	{
		name: "dotnet", programs: []string{"dotnet", "nuget"},
		installs:    []string{"restore", "build", "publish", "test", "run", "pack", "tool"},
		cleans:      []string{"nuget locals all --clear", "nuget locals http-cache --clear", "nuget locals temp --clear"},
		clearsStore: []string{"nuget locals all --clear"},
		caches:      []string{"~/.local/share/NuGet/v3-cache", "~/.local/share/NuGet/http-cache", "~/.nuget/NuGet/v3-cache"}, store: []string{"~/.nuget/packages"},
	},
	{name: "luarocks", programs: []string{"luarocks"}, installs: []string{"install"}, caches: []string{"~/.cache/luarocks"}},
	{name: "rebar3", programs: []string{"rebar3"}, installs: []string{"get-deps", "compile", "release", "tar", "as"}, caches: []string{"~/.cache/rebar3/hex"}},
	{
		name: "swift", programs: []string{"swift"}, installs: []string{"package", "build", "run", "test"},
		cleans: []string{"package purge-cache"}, caches: []string{"~/.cache/org.swift.swiftpm"},
	},
	{name: "mix", programs: []string{"mix"}, installs: []string{"deps.get", "deps.update"}, caches: []string{"~/.hex/packages"}}, // they are unpacked into deps
}

// managerOf returns the manager that a command calls, nil if it calls none.
func managerOf(c *call) *manager {
	for i := range managers {
		if slices.Contains(managers[i].programs, c.program) {
			return &managers[i]
		}
	}
	return nil
}

// A loss is what a clean-up takes away for good.
type loss int

const (
	// losesNothing: the manager downloads it again.
	losesNothing loss = iota
	// losesIndex: the next install needs an update first.
	losesIndex
	// losesStore: later commands of the manager may need it.
	losesStore
	// losesFile: a file or directory by its path.
	losesFile
	// losesTree: whatever is below a directory.
	losesTree
)

// cleans reports whether the call only empties the manager's caches.
func (m *manager) emptiedBy(c *call) (loss, bool) {
	args := slices.DeleteFunc(slices.Clone(c.args), func(a string) bool {
		return slices.Contains([]string{"-y", "--yes", "-q", "-qq", "--quiet", "--noconfirm", "-n", "--no-interaction", "--non-interactive"}, a)
	})
	text := strings.Join(args, " ")
	if !slices.Contains(m.cleans, text) {
		verb := c.verb()
		options := slices.ContainsFunc(args, func(a string) bool { return a != verb && !strings.HasPrefix(a, "-") })
		if options || !slices.Contains(m.cleans, verb) {
			return losesNothing, false
		}
	}
	if slices.Contains(m.clearsStore, text) {
		return losesStore, true
	}
	return losesNothing, true
}

// cacheAt returns the manager whose cache a path lies in or is, and what its removal loses.
func (s Script) cacheAt(p string) (*manager, loss, bool) {
	p = s.home(path.Clean(strings.TrimSuffix(p, "/*")))
	for i := range managers {
		m := &managers[i]
		for what, dirs := range [][]string{losesNothing: m.caches, losesIndex: m.index, losesStore: m.store} {
			for _, dir := range dirs {
				if within(p, dir) {
					return m, loss(what), true
				}
			}
		}
	}
	return nil, losesNothing, false
}

// within reports whether p is the directory or lies in it. "*" in dir stands for one name.
func within(p, dir string) bool {
	if strings.Contains(p, "..") {
		return false
	}
	ps, ds := strings.Split(p, "/"), strings.Split(dir, "/")
	if len(ps) < len(ds) {
		return false
	}
	for i, d := range ds {
		if d != ps[i] && d != "*" {
			return false
		}
	}
	return true
}

// home writes a home directory at the start of a path as "~".
func (s Script) home(p string) string {
	for _, dir := range []string{"${HOME}", "/root"} {
		if p == dir || strings.HasPrefix(p, dir+"/") {
			return "~" + p[len(dir):]
		}
	}
	if h, ok := s.env("HOME"); ok && h != "/" && h != "" && strings.HasPrefix(p+"/", h+"/") {
		return "~" + p[len(h):]
	}
	if parts := strings.SplitN(p, "/", 4); len(parts) > 2 && parts[0] == "" && parts[1] == "home" {
		return strings.Join(append([]string{"~"}, parts[3:]...), "/")
	}
	return p
}

// needsIndex reports whether the call fails where the manager's package index is gone.
func (m *manager) needsIndex(c *call) bool {
	return len(m.index) > 0 && slices.ContainsFunc(c.args, func(a string) bool { return slices.Contains(m.installs, a) }) && !c.has(m.updating...)
}

// fetchesIndex reports whether the call fetches the package index and keeps it.
func (m *manager) fetchesIndex(c *call) bool {
	return slices.Contains(m.updates, c.verb()) || c.has(m.updating...) && !c.has("--no-cache")
}
