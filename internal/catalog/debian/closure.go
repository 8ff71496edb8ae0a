package debian

import (
	"cmp"
	"slices"
)

// An Index knows the packages of one release.
type Index interface {
	// Package returns a real package; ok is false if the release has none of that name.
	Package(name string) (p Package, ok bool, err error)
	// Providers returns the packages that provide a virtual one, sorted by name.
	Providers(name string) ([]string, error)
}

// A Closure is what an installation brings along.
type Closure struct {
	// Packages are those asked for and all that they need, sorted by name, without those that were installed.
	Packages []Package
	// Chosen are the virtual packages that nothing but their name decides between several providers,
	// with the one that is in Packages: apt may take another one.
	Chosen map[string]string
	// Unknown are names that the release has no package for, sorted: asked for, or needed.
	Unknown []string
}

// InstalledSize is the size of the packages unpacked, DownloadSize that of their archives, in KiB.
func (c *Closure) InstalledSize() int { return c.sum(func(p Package) int { return p.InstalledSize }) }

// DownloadSize is what is downloaded, in KiB.
func (c *Closure) DownloadSize() int { return c.sum(func(p Package) int { return p.DownloadSize }) }

func (c *Closure) sum(size func(Package) int) int {
	total := 0
	for _, p := range c.Packages {
		total += size(p)
	}
	return total
}

// Resolve returns what apt-get installs for names where the packages of installed are there already.
//
// It does as apt does where dependencies can be met in one way, and takes the first alternative that
// exists where none is met. Conflicts are not looked at, since within one release the archive keeps
// dependencies satisfiable.
func Resolve(index Index, names []string, recommends bool, installed func(name string) bool) (*Closure, error) {
	r := &resolver{index: index, recommends: recommends, installed: installed, taken: map[string]Package{}}
	r.closure.Chosen = map[string]string{}
	for _, name := range names {
		r.open = append(r.open, Alternatives{name})
	}
	if err := r.run(); err != nil {
		return nil, err
	}
	for _, p := range r.taken {
		r.closure.Packages = append(r.closure.Packages, p)
	}
	slices.SortFunc(r.closure.Packages, func(a, b Package) int { return cmp.Compare(a.Name, b.Name) })
	slices.Sort(r.closure.Unknown)
	r.closure.Unknown = slices.Compact(r.closure.Unknown)
	return &r.closure, nil
}

type resolver struct {
	index      Index
	recommends bool
	installed  func(string) bool

	taken    map[string]Package
	open     []Alternatives // what is needed and not looked at
	choices  []Alternatives // what can be met in several ways: decided last, when most is taken
	optional []Alternatives // recommended: taken where the release has it
	closure  Closure
}

func (r *resolver) run() error {
	for {
		var need Alternatives
		var met bool
		var err error
		switch {
		case len(r.open) > 0:
			need, r.open = r.open[0], r.open[1:]
			met, err = r.meet(need, false)
		case len(r.choices) > 0:
			need, r.choices = r.choices[0], r.choices[1:]
			met, err = r.meet(need, true)
		case len(r.optional) > 0:
			need, r.optional = r.optional[0], r.optional[1:]
			_, err = r.meet(need, true)
			met = true // or left out, as apt does
		default:
			return nil
		}
		if err != nil {
			return err
		}
		if !met {
			r.closure.Unknown = append(r.closure.Unknown, need[0])
		}
	}
}

// meet takes a package for a need that is not met, and returns false if the release has none. A choice that is not to
// be decided yet is put off.
func (r *resolver) meet(need Alternatives, decide bool) (bool, error) {
	for _, name := range need {
		if met, err := r.met(name); met || err != nil {
			return met, err
		}
	}
	if !decide && len(need) > 1 {
		r.choices = append(r.choices, need)
		return true, nil
	}
	for _, name := range need {
		if ok, err := r.choose(name, decide); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

// choose takes the package of a name or, for a virtual one, a provider. It returns false if there is none.
func (r *resolver) choose(name string, decide bool) (bool, error) {
	p, ok, err := r.index.Package(name)
	if err != nil {
		return false, err
	}
	if ok {
		r.take(p)
		return true, nil
	}
	providers, err := r.index.Providers(name)
	switch {
	case err != nil || len(providers) == 0:
		return false, err
	case len(providers) > 1 && !decide:
		r.choices = append(r.choices, Alternatives{name})
		return true, nil
	case len(providers) > 1:
		r.closure.Chosen[name] = providers[0]
	}
	p, ok, err = r.index.Package(providers[0])
	if ok {
		r.take(p)
	}
	return ok, err
}

// met tells whether a package, or one that provides it, is there.
func (r *resolver) met(name string) (bool, error) {
	if r.has(name) {
		return true, nil
	}
	providers, err := r.index.Providers(name)
	return slices.ContainsFunc(providers, r.has), err
}

func (r *resolver) has(name string) bool {
	_, taken := r.taken[name]
	return taken || r.installed(name)
}

func (r *resolver) take(p Package) {
	r.taken[p.Name] = p
	r.open = append(r.open, p.Depends...)
	if r.recommends {
		r.optional = append(r.optional, p.Recommends...)
	}
}
