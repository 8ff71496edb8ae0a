package inspect

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
)

// An Image is what is inspected.
type Image struct {
	Tree   *Tree
	Config ocispecs.ImageConfig
	// Architecture is the one of the image's platform, such as "amd64"; "" if it does not matter.
	Architecture string
	// Healthcheck is the test of the image's HEALTHCHECK as the config has it: "CMD" or "CMD-SHELL", and
	// the words. It is empty where there is none.
	Healthcheck []string
	// Shell is the SHELL of the image; empty for the usual one.
	Shell []string
}

// Needs is what the program needs of the image, as far as somebody has found out.
type Needs struct {
	// Certificates says that it checks the certificates of servers by the system's, Zones that it reads time zones from
	// the system's files.
	Certificates, Zones bool
	// Commands are what it calls.
	Commands []string
	// Env are the names of variables that it must find; others of the original are only likely to matter.
	Env []string
	// Uninstalled are packages of Python, by the names that indexes have, which a step removes as nothing that the program needs.
	Uninstalled []string
}

// A Check is what looks for one kind of fault.
type Check string

// The checks.
const (
	Library      Check = "library"        // a program or library needs another one that is not found
	Loader       Check = "loader"         // a program's dynamic loader is not there
	Version      Check = "symbol-version" // a library is too old for what was linked with it
	Architecture Check = "architecture"   // a program is for another machine
	Shebang      Check = "shebang"        // a script's interpreter is not there
	Python       Check = "python"         // a file of an installed distribution is not there
	Node         Check = "node"           // a production dependency is not there
	JavaClass    Check = "java"           // the main class, or a part of the class path, is not there
	Command      Check = "command"        // the image starts what is not there
	Argument     Check = "argument"       // a file that the command names is not there
	Permission   Check = "permission"     // the image's user may not use what it could
	User         Check = "user"           // the user is not there, or another one
	WorkingDir   Check = "workdir"        // the working directory is not there
	Healthcheck  Check = "healthcheck"    // the health check is gone, or calls what is not there
	Environment  Check = "environment"    // a variable is gone
	Certificates Check = "certificates"   // no certificates of certificate authorities
	Zones        Check = "zones"          // no time zone data
)

// A Severity is what a finding means.
type Severity int

// The severities.
const (
	// Broken: what is found is wrong for any program that comes by.
	Broken Severity = iota
	// Suspect: it is a loose end that the program may never touch.
	Suspect
)

func (s Severity) String() string { return [...]string{"broken", "suspect"}[s] }

// A Finding is one thing that is wrong with an image.
type Finding struct {
	Check    Check
	Severity Severity
	// Path is the file that it is about, "" if it is about none.
	Path string
	// Missing is what is not there: the name of a library, a command, a file.
	Missing string
	// Message says it in one line.
	Message string
}

func (f Finding) String() string { return fmt.Sprintf("%s (%s): %s", f.Check, f.Severity, f.Message) }

// A key says which findings of two images are the same.
type key struct {
	check         Check
	path, missing string
}

func (f Finding) key() key { return key{f.Check, f.Path, f.Missing} }

// moved is the key of a finding wherever the Python of an image looks for packages: what a package lacks, it lacks in another folder, too.
func (f Finding) moved() key {
	return key{f.Check, strings.Replace(f.Path, "/site-packages/", "/dist-packages/", 1), f.Missing}
}

// A checker inspects one image.
type checker struct {
	*Image
	tree     *Tree
	needs    Needs
	programs []program
	user     account
	search   *search
	// loads is how many libraries have been loaded so far.
	loads    int
	findings []Finding
}

func newChecker(image *Image, needs Needs) *checker {
	c := &checker{Image: image, tree: image.Tree, needs: needs, search: newSearch(image)}
	c.programs = c.commands()
	c.user = c.account()
	return c
}

func (c *checker) add(f Finding) { c.findings = append(c.findings, f) }

func (c *checker) workingDir() string { return path.Join("/", c.Config.WorkingDir) }

// env returns the value of a variable of the image, "" where it has none.
func (c *Image) env(name string) string {
	value := ""
	for _, e := range c.Config.Env {
		if n, v, _ := strings.Cut(e, "="); n == name {
			value = v
		}
	}
	return value
}

// run makes all checks that need no other image.
func (c *checker) run() {
	for _, check := range []func(){
		c.starts, c.workdir, c.libraries, c.shebangs, c.python, c.node, c.java, c.certificates, c.zones,
	} {
		check()
	}
}

// Inspect returns what is wrong with an image, the worst first.
func Inspect(image *Image, needs Needs) []Finding {
	c := newChecker(image, needs)
	c.run()
	return sorted(c.findings)
}

// Compare returns what is wrong with the image after and not with the one before, the worst first. What looked
// like a loose end is a fault where the same file of the image before is all right.
func Compare(before, after *Image, needs Needs) []Finding {
	old, new := newChecker(before, needs), newChecker(after, needs)
	old.run()
	new.run()
	known := map[key]bool{}
	for _, f := range old.findings {
		known[f.moved()] = true
	}
	var findings []Finding
	for _, f := range new.findings {
		if known[f.moved()] {
			continue
		}
		if _, had := old.tree.find(f.Path); had.Facts != nil && f.Check == Library && !optional(f.Path) {
			f.Severity = Broken
		}
		findings = append(findings, f)
	}
	c := comparison{old, new, findings}
	c.run()
	return grouped(sorted(c.findings))
}

func sorted(findings []Finding) []Finding {
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Severity, b.Severity), strings.Compare(string(a.Check), string(b.Check)),
			strings.Compare(a.Path, b.Path), strings.Compare(a.Missing, b.Missing))
	})
	return slices.CompactFunc(findings, func(a, b Finding) bool { return a.key() == b.key() })
}
