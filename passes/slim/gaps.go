package slim

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"dopt/transform"
	"dopt/transform/pkgmgr"
)

// findGaps compares what is needed with what there is.
func (s *slimming) findGaps() error {
	if _, err := s.closure(s.variant.Slim, len(s.Doc.Instructions)); err != nil {
		return err
	}
	for _, n := range slices.Concat(s.needs.Needs, s.mirrors()) {
		met, err := s.met(n)
		if err != nil {
			return err
		}
		if met {
			continue
		}
		i := slices.IndexFunc(n.Packages, s.inFull)
		switch {
		case i >= 0:
			s.gaps = append(s.gaps, gap{n, n.Packages[i]})
		case s.starts(n):
			return fmt.Errorf("it starts %s, and where that comes from is not known", path.Base(s.process()[0]))
		} // what else the full image does not have either, nothing has been using
	}
	return s.divide()
}

// emptySize is up to which size in bytes a package holds nothing but its documentation: one that stands for others.
const emptySize = 64 << 10

// inFull reports whether the full image has a package, or all that one stands for that is empty itself: pkg-config has become
// a name of pkgconf.
func (s *slimming) inFull(name string) bool {
	if _, found := slices.BinarySearch(s.variant.Full, name); found {
		return true
	}
	more, err := s.Packages.Closure(s.variant.Release, []string{name}, false, s.variant.Full)
	if err != nil {
		return false
	}
	_, disk := s.Packages.Sizes(s.variant.Release, more)
	return disk <= emptySize
}

// met reports whether the slim variant, or what a step installs before it is used, has what is needed.
func (s *slimming) met(n transform.Need) (bool, error) {
	end := len(s.Doc.Instructions) // of the steps whose installs count
	if n.Step != nil {
		end = n.Step.Index + 1
		if aheadOfInstall(n) {
			end--
		}
	}
	there, known := s.there[end]
	if !known {
		list, err := s.closure(s.variant.Slim, end)
		if err != nil {
			return false, err
		}
		there = map[string]bool{}
		for _, name := range list {
			there[name] = true
		}
		s.there[end] = there
	}
	return slices.ContainsFunc(n.Packages, func(p string) bool { return there[p] }), nil
}

// aheadOfInstall reports whether the command that a need comes from stands, or may stand, in front of the first install of its
// own step.
func aheadOfInstall(n transform.Need) bool {
	text := strings.Join(strings.Fields(n.Step.Text().Text), " ")
	command, _ := strings.CutSuffix(n.Evidence.Text, " …")
	if use := strings.Index(text, command); use >= 0 {
		return use < strings.Index(text, " install ")
	}
	// A script or a manifest says so: any command in front of the install may be what reads it.
	script := n.Step.Script()
	if script == nil || script.Shell == nil {
		return true
	}
	for _, cmd := range script.Shell.Commands {
		use, ok := pkgmgr.Identify(cmd.Argv())
		switch {
		case ok && use.Manager.Ecosystem == "debian":
			if use.Verb == pkgmgr.Install {
				return false
			}
		case !slices.Contains(plain, cmd.Name()):
			return true
		}
	}
	return true
}

// plain are commands that run nothing else and read no manifest.
var plain = strings.Fields("set cd echo printf export mkdir rm sed true : touch chmod chown useradd groupadd adduser addgroup umask")

// closure returns what there is on top of packages once the instructions in front of index end have installed theirs.
func (s *slimming) closure(base []string, end int) ([]string, error) {
	there := slices.Clone(base)
	for _, recommends := range []bool{true, false} {
		var names []string
		for _, i := range s.needs.Installs {
			if i.Recommends == recommends && i.Step.Index < end {
				names = append(names, i.Name)
			}
		}
		if len(names) == 0 {
			continue
		}
		more, err := s.Packages.Closure(s.variant.Release, names, recommends, there)
		if err != nil {
			return nil, fmt.Errorf("what a step installs is not known: %w", err)
		}
		there = append(there, more...)
	}
	return there, nil
}

// reduce sorts names of packages, drops those that come with others or are there, and gives those that build-essential stands for its name.
func (s *slimming) reduce(names, there []string) ([]string, error) {
	names = slices.Clone(names)
	slices.Sort(names)
	names = slices.Compact(names)
	if slices.Contains(names, "g++") && slices.Contains(names, "make") {
		names = append(names, "build-essential")
		slices.Sort(names)
	}
	for i := 0; i < len(names); {
		others := slices.Delete(slices.Clone(names), i, i+1)
		more, err := s.Packages.Closure(s.variant.Release, others, false, there)
		if err != nil {
			return nil, err
		}
		if slices.Contains(more, names[i]) || slices.Contains(there, names[i]) {
			names = others
			continue
		}
		i++
	}
	for i, name := range names {
		names[i] = s.usualName(name)
	}
	return names, nil
}

// usualName returns the name that a package has had on other releases, too, where it still goes by it: libmagic1 for libmagic1t64. A
// tag without a release may stand for an older or newer one where the build runs.
func (s *slimming) usualName(name string) string {
	plain, ok := strings.CutSuffix(name, "t64")
	if !ok {
		return name
	}
	want, err := s.Packages.Closure(s.variant.Release, []string{name}, false, s.variant.Slim)
	got, plainErr := s.Packages.Closure(s.variant.Release, []string{plain}, false, s.variant.Slim)
	if err != nil || plainErr != nil || !slices.Equal(want, got) {
		return name
	}
	return plain
}

// removals says which step would fail, or remove something else, on the slim variant: one that removes packages.
func (s *slimming) removals() string {
	for _, in := range s.stage.Instructions {
		script := in.Script()
		if in.Keyword != "RUN" || script.Shell == nil {
			continue
		}
		for _, cmd := range script.Shell.Commands {
			argv := cmd.Argv()
			use, ok := pkgmgr.Identify(argv)
			switch {
			case ok && use.Manager.Ecosystem == "debian" && use.Verb == pkgmgr.Remove:
				return fmt.Sprintf("line %d removes packages, which may be none of the slim image's", in.Line())
			case len(argv) > 1 && strings.HasSuffix(argv[0], "dpkg") && slices.ContainsFunc(argv[1:], installsFile):
				return fmt.Sprintf("line %d installs a package from a file, and what it depends on is not known", in.Line())
			}
		}
	}
	return ""
}

func installsFile(arg string) bool {
	return arg == "--install" || strings.HasPrefix(arg, "-") && !strings.HasPrefix(arg, "--") && strings.Contains(arg, "i")
}
