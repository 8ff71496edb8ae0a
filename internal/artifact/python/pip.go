package python

import (
	"path"
	"slices"
	"strings"

	"dopt/internal/artifact/interpreted"
	"dopt/transform/effects"
)

// The runtime stage has the pip of its base, and a copy from the build stage lays the one of that over it, compiled in part, or another version where a
// step upgrades it: two sets of files of which neither is whole. Where nothing calls pip when the image runs, the build stage ends without it. Setuptools
// and wheel are not treated like that: packages load the first when they run, and an install may have asked for the version that it finds.

// On distroless, which has no pip, there is no use for any: it stays behind whether or not a step upgrades it.

// pipCallers are pip and packages that call it when they run. Source: their documentation at pypi.org; spaCy installs its models by it.
var pipCallers = strings.Fields("pip pip-api pip-audit pip-licenses pip-tools pipdeptree pipenv pipx spacy")

// dropsPip reports whether the build stage can end without pip, to some use: it is of none in any case, or a step replaces it.
func (f *finder) dropsPip(useless bool) bool {
	replaced := useless
	for _, u := range f.uses {
		switch {
		case u.kind == replacing && len(u.brings) == 0, u.kind == installing && u.into != prefix:
			return false // pip may not be there, or be that of another environment
		case slices.Contains(u.brings, "pip"):
			replaced = true
		}
	}
	for _, c := range f.Commands {
		if slices.ContainsFunc(effects.Of(c.Command).Removes, func(p effects.Path) bool { return strings.HasPrefix(path.Base(p.Name), "pip") }) {
			return false // without some of its files, pip cannot remove the rest
		}
	}
	return replaced && interpreted.User(f.Stage, f.LastStep()) == "root" && f.names(pipCallers) == ""
}

// leaves reports whether nothing of packages of the base image is left to be copied when all is built.
func (f *finder) leaves(packages []string) bool {
	return f.ownPip && slices.Equal(packages, []string{"pip"})
}

// removal returns the command by which the build stage ends, "" for none: it removes packages, and pip where that is asked for.
func (f *finder) removal(packages []string, pip bool) string {
	if pip {
		packages = append(slices.Clone(packages), "pip") // the last one, since it removes the others
	}
	if len(packages) == 0 {
		return ""
	}
	return "pip uninstall -y " + strings.Join(packages, " ")
}
