package smoke

import (
	_ "embed"
	"io/fs"
)

// aliveSeconds is how long a program has to run that nothing better is known of.
const aliveSeconds = 5

// exposedSeconds is how long a server may take to answer on a quiet machine. Not every server speaks HTTP: those never do.
const exposedSeconds = 30

//go:embed import.py
var importPython string

//go:embed import.mjs
var importNode string

// importers try to load what the package manager has installed, by the manifests that tell of it. Each prints
// what does not load, a line each.
var importers = []struct {
	manifests []string
	check     Check
}{
	{
		[]string{"requirements.txt", "pyproject.toml", "Pipfile", "setup.py", "setup.cfg", "environment.yml"},
		Check{Name: "import the installed Python packages", Entrypoint: []string{"python3", "-c", importPython}},
	},
	{
		[]string{"package.json"},
		Check{Name: "import the dependencies of package.json", Entrypoint: []string{"node", "--input-type=module", "-e", importNode}},
	},
}

// Defaults are the checks for a project of which nobody has said how to test it: its image must start as the original
// does, answer as the original does at the port that it exposes, and load what the original loads. context is the build context, nil for none.
func Defaults(context fs.FS) []Check {
	checks := []Check{
		{Name: "starts as the original does", Probe: &Probe{Alive: aliveSeconds}, AsOriginal: true},
		{Name: "answers GET / at the exposed port as the original does", Exposed: true, AsOriginal: true, Seconds: exposedSeconds},
	}
	if context == nil {
		return checks
	}
	for _, i := range importers {
		for _, manifest := range i.manifests {
			if _, err := fs.Stat(context, manifest); err == nil {
				i.check.AsOriginal, i.check.Seconds = true, 120
				checks = append(checks, i.check)
				break
			}
		}
	}
	return checks
}
