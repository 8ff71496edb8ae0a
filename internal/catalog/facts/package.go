package facts

import (
	"fmt"
	"io"
	"strings"

	"dopt/internal/catalog"
	"dopt/internal/catalog/debian"
)

// A Package is what an index says of a package. Sizes are in KiB.
type Package struct {
	Package       string         `json:"package"`
	Release       debian.Release `json:"release"`
	Known         bool           `json:"known"`
	InstalledSize int            `json:"installed_kib,omitempty"`
	DownloadSize  int            `json:"download_kib,omitempty"`
	Depends       []string       `json:"depends,omitempty"`
	Recommends    []string       `json:"recommends,omitempty"`
	// Closure is what apt-get installs with it on the release's slim image, Recommended the same without
	// --no-install-recommends.
	Closure     *Closure `json:"closure,omitempty"`
	Recommended *Closure `json:"closure_with_recommends,omitempty"`
	// ProvidedBy are the packages that stand in for a name that is no package itself.
	ProvidedBy []string `json:"provided_by,omitempty"`
	// CalledHere is the same thing under the name that it has in this release.
	CalledHere string  `json:"called_here,omitempty"`
	SameABI    bool    `json:"same_abi,omitempty"`
	Source     *Source `json:"source,omitempty"`
}

// A Closure is what an installation brings along, its sizes in KiB.
type Closure struct {
	Packages      []string `json:"packages"`
	InstalledSize int      `json:"installed_kib"`
	DownloadSize  int      `json:"download_kib"`
	Unknown       []string `json:"unknown,omitempty"`
}

// Packages answers for a package in each release.
func Packages(releases []debian.Release, name string) ([]Answer, error) {
	var answers []Answer
	for _, r := range releases {
		a, err := packageIn(r, name)
		if err != nil {
			return nil, err
		}
		answers = append(answers, a)
	}
	return answers, nil
}

func packageIn(r debian.Release, name string) (Package, error) {
	a := Package{Package: name, Release: r}
	p, source, ok := catalog.Package(r, name)
	if !ok {
		a.ProvidedBy = catalog.Providers(r, name)
		if s, ok := catalog.NameIn(r, name); ok {
			a.CalledHere, a.SameABI, a.Source = s.Name, s.SameABI, sourceOf(s.Source)
		}
		return a, nil
	}
	a.Known, a.Source = true, sourceOf(source)
	a.InstalledSize, a.DownloadSize = p.InstalledSize, p.DownloadSize
	a.Depends, a.Recommends = relations(p.Depends), relations(p.Recommends)
	slim, _ := catalog.ImagePackages("debian", string(r), "slim")
	var err error
	if a.Closure, err = closure(r, name, false, slim.Packages); err != nil {
		return a, err
	}
	a.Recommended, err = closure(r, name, true, slim.Packages)
	return a, err
}

func relations(needs []debian.Alternatives) []string {
	var words []string
	for _, n := range needs {
		words = append(words, strings.Join(n, " | "))
	}
	return words
}

func closure(r debian.Release, name string, recommends bool, installed []string) (*Closure, error) {
	found, _, err := catalog.Closure(r, []string{name}, recommends, installed)
	if err != nil {
		return nil, err
	}
	c := &Closure{Packages: []string{}, InstalledSize: found.InstalledSize(), DownloadSize: found.DownloadSize(), Unknown: found.Unknown}
	for _, p := range found.Packages {
		c.Packages = append(c.Packages, p.Name)
	}
	return c, nil
}

func (p Package) text(w io.Writer) {
	switch {
	case p.Known:
	case p.CalledHere != "" && p.SameABI:
		fmt.Fprintf(w, "%s: %s: called %s%s\n", p.Release, p.Package, p.CalledHere, p.Source)
		return
	case p.CalledHere != "":
		fmt.Fprintf(w, "%s: %s: not there; its other version is %s%s\n", p.Release, p.Package, p.CalledHere, p.Source)
		return
	case p.ProvidedBy != nil:
		fmt.Fprintf(w, "%s: %s: provided by %s\n", p.Release, p.Package, strings.Join(p.ProvidedBy, " or "))
		return
	default:
		fmt.Fprintf(w, "%s: %s: unknown\n", p.Release, p.Package)
		return
	}
	fmt.Fprintf(w, "%s: %s: %s installed, %s to download%s\n", p.Release, p.Package, megabytes(p.InstalledSize), megabytes(p.DownloadSize), p.Source)
	fmt.Fprintf(w, "  on debian:%s-slim: %s\n", p.Release, p.Closure)
	if len(p.Recommended.Packages) > len(p.Closure.Packages) {
		fmt.Fprintf(w, "  with recommended packages: %s\n", p.Recommended)
	}
	if len(p.Depends) > 0 {
		fmt.Fprintf(w, "  depends on %s\n", strings.Join(p.Depends, ", "))
	}
	if len(p.Recommends) > 0 {
		fmt.Fprintf(w, "  recommends %s\n", strings.Join(p.Recommends, ", "))
	}
}

func (c *Closure) String() string {
	switch len(c.Packages) {
	case 0:
		return "installed already"
	case 1:
		return fmt.Sprintf("1 package, %s installed, %s to download", megabytes(c.InstalledSize), megabytes(c.DownloadSize))
	}
	return fmt.Sprintf("%d packages, %s installed, %s to download", len(c.Packages), megabytes(c.InstalledSize), megabytes(c.DownloadSize))
}
