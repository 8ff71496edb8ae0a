// Package pkgmgr is the table of package managers: how each is called, what it reads, where its
// caches are, and how they are avoided, emptied or mounted.
//
// The facts are data, one file an ecosystem, each row with the page that it comes from. The code
// only reads words: [Identify] says which manager a simple command runs and what it asks of it.
package pkgmgr

import "strings"

// A Manager is one row of the table.
type Manager struct {
	// Name is the usual name of the program: "apt-get", "pip"; unique.
	Name string
	// Ecosystem is the kind of packages: "debian", "alpine", "rpm", "arch", "python", "conda",
	// "node", "ruby", "php", "go", "rust", "jvm", "dotnet", "r", "perl", "lua", "beam", "ocaml",
	// "haskell", "swift".
	Ecosystem string

	// Programs are the names, without folder, under which it is called. None where another row
	// has the same program: see Command.Edition.
	Programs []string
	// Versioned is true where a version may follow the name: pip3.11, gem2.7, dnf-3.
	Versioned bool
	// Modules are the names under which "python -m" runs it.
	Modules []string
	// Runners are programs that come with it and run another one: npx, uvx.
	Runners []string

	// Commands are what it can be asked; the first that fits is meant.
	Commands []Command
	// Fallback is the meaning of a first word that no command has; "" is Unclear.
	Fallback Verb
	// Goals is true where every word is a task of its own: mvn clean package. The earliest entry
	// of Commands that names one of them is then the verb.
	Goals bool
	// Expressions are calls that make a program text (R -e) an install.
	Expressions []Expression

	// Syntax says how flags are written.
	Syntax Syntax
	// Values are the flags that take a value which may be the next word. GlobalValues do so only
	// before the verb.
	Values, GlobalValues []string
	// GlobalFlags make an install one for the whole machine instead of for the project.
	GlobalFlags []string
	// PathFlags are the flags whose value is a file or folder that the command reads.
	PathFlags []string

	// Manifests are the file name patterns of what says which packages to install, Locks of what
	// pins them, Configs of what else changes an install. They are relative to the project.
	Manifests, Locks, Configs []string

	// Caches are the folders that it fills and that the installed packages do not need, unless
	// Cache.Loss says so.
	Caches []Cache
	// Moves say what puts its folders elsewhere.
	Moves []Move

	// NoCacheFlag keeps it from filling its caches; "" where there is no such flag, or where it
	// only keeps the manager from reading them. It stands directly after the verb word, unless
	// NoCacheFirst says that it must stand between program and verb.
	NoCacheFlag  string
	NoCacheFirst bool
	// NoCacheSince is the first version that knows the flag, "" where all in use do.
	NoCacheSince string
	// NoCacheAliases are other spellings with the same effect.
	NoCacheAliases []string
	// NoCacheVerbs are the verbs that accept the flag.
	NoCacheVerbs []Verb
	// NoCacheEnv are the settings, as NAME=value, that have the same effect: see NoCacheIn.
	NoCacheEnv []string

	// CleanUps are the commands that empty the caches, best first. Each can follow an install in
	// the same layer with "&&".
	CleanUps []CleanUp
	// Mounts are the cache mounts that take the place of the caches.
	Mounts []Mount

	// IndexUpdate is the command that refreshes the package index, nil where every install does
	// so by itself. Installs fail, or install what is outdated, without it.
	IndexUpdate []string
	// IndexFlags are the flags of an install that refresh the index too.
	IndexFlags []string

	// Source is where the row's facts come from; facts with another source say so themselves.
	Source string
}

// A Cache is a folder that a manager fills.
type Cache struct {
	// Path is shell text: it may begin with ~ and hold globs. Manager.Resolve says where it is
	// for given settings.
	Path string
	// Holds says what is in it.
	Holds string
	// FilledBy are the verbs that put something there.
	FilledBy []Verb
	// Loss is what is lost when it is empty.
	Loss Loss
	// AutoClean is true where the official images of the distribution empty it after each
	// install, so that removing it saves nothing there.
	AutoClean bool
	// Caveat is what to know before touching it, "" if nothing.
	Caveat string
}

// A Loss says what an empty cache costs those who come later: a step of the build, a stage built
// on this one, or the program in the running container.
type Loss int

// The losses, mildest first.
const (
	// LosesTime: using the manager again downloads or compiles again; nothing else changes.
	LosesTime Loss = iota
	// LosesIndex: the next install fails until the index has been refreshed.
	LosesIndex
	// LosesInputs: it is where builds, or the program itself, find the packages. Without it they
	// fail, or need the network where they did not.
	LosesInputs
)

func (l Loss) String() string { return [...]string{"time", "index", "inputs"}[l] }

// A Move says what puts a folder, and all in it, elsewhere.
type Move struct {
	// Path is the folder's usual place, the beginning of the Paths of caches and mounts.
	Path string
	// By are the new places by environment variable, first one set wins: "$PIP_CACHE_DIR",
	// "$XDG_CACHE_HOME/pip".
	By []string
	// Flag is the flag whose value is the new place.
	Flag string
	// Root is its place for root, where that is not under root's home.
	Root string
}

// A CleanUp is a command that empties caches.
type CleanUp struct {
	// Command is its words, as a shell script has them. A word that begins with the path of a
	// cache moves with it: see Manager.Resolve.
	Command []string
	// Empties are the Paths of the caches that it empties.
	Empties []string
	// Loss is the worst of what is lost.
	Loss Loss
	// Note is what to know before adding it, "" if nothing.
	Note string
}

// A Mount is a cache mount for an install.
type Mount struct {
	// Target is a folder, under ~ for a user's; Manager.Resolve says where it is for given
	// settings. What does not resolve to an absolute path cannot be mounted.
	Target string
	// Sharing is "locked" where two builds must not write at the same time, else "shared".
	Sharing string
	// Note is what must be true, or be done as well, for the mount to help.
	Note string
}

// Find returns the row with that name, nil if there is none.
func Find(name string) *Manager {
	for _, m := range Managers {
		if m.Name == name {
			return m
		}
	}
	return nil
}

// Cache returns the cache with that Path, nil if there is none.
func (m *Manager) Cache(path string) *Cache {
	for i := range m.Caches {
		if m.Caches[i].Path == path {
			return &m.Caches[i]
		}
	}
	return nil
}

// NoCacheIn reports whether a setting of the environment keeps the manager from filling its
// caches. getenv returns "" for what is not set.
func (m *Manager) NoCacheIn(getenv func(string) string) bool {
	for _, setting := range m.NoCacheEnv {
		name, value, _ := strings.Cut(setting, "=")
		if strings.EqualFold(getenv(name), value) {
			return true
		}
	}
	return false
}

// Resolve returns where path, which begins with the Path of a cache or the Target of a mount, is
// for the given environment and home directory. getenv returns "" for what is not set; "" for
// home leaves ~ as it is.
func (m *Manager) Resolve(path string, getenv func(string) string, home string) string {
	for _, move := range m.Moves {
		rest, ok := within(path, move.Path)
		if !ok {
			continue
		}
		for _, by := range move.By {
			if dir := expand(by, getenv); dir != "" {
				return dir + rest
			}
		}
		if move.Root != "" && home == "/root" {
			return move.Root + rest
		}
	}
	if rest, ok := within(path, "~"); ok && home != "" {
		return strings.TrimSuffix(home, "/") + rest
	}
	return path
}

// within returns what follows dir in path, "" or from a slash on.
func within(path, dir string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(path, dir)
	return rest, ok && (rest == "" || rest[0] == '/')
}

// expand returns the value of "$NAME" or "$NAME/rest", "" where the variable is not set.
func expand(by string, getenv func(string) string) string {
	name, rest, slash := strings.Cut(by[1:], "/")
	dir := strings.TrimSuffix(getenv(name), "/")
	if dir == "" || !slash {
		return dir
	}
	return dir + "/" + rest
}
