package needs

import (
	"path"
	"strings"
	"sync"

	"dopt/internal/needs/source"
	"dopt/transform/shell"
)

// readers are programs whose words are files that they read.
var readers = sync.OnceValue(func() map[string]bool {
	return set("cp mv ln cat sed grep egrep awk tar head tail source . chmod install stat test [ rsync dd")
})

// paths adds the files of the distribution that a command reads.
func (f *frame) paths(name string, c command) {
	if !readers()[name] {
		return
	}
	for i, raw := range c.raw {
		// /usr/share/zoneinfo/$TZ
		folder, _, ok := strings.Cut(strings.Trim(raw, `"`), "$")
		if folder = path.Dir(folder); ok && c.argv[i] == shell.Unknown && source.SystemPath(folder) && strings.Count(folder, "/") > 2 {
			f.path(folder, c)
		}
	}
	words := operands(c.argv[1:], "-m")
	if (name == "cp" || name == "mv" || name == "install") && len(words) > 1 {
		words = words[:len(words)-1]
	}
	for _, w := range words {
		p := c.abs(w)
		_, copied := f.image.context(p)
		switch program, isProgram := source.Program(p); {
		case p == "" || !source.SystemPath(p) || f.image.makes(p) || copied:
		case name == "ln" && w == words[len(words)-1] && len(words) > 1:
		case isProgram:
			f.program(program, c)
		default:
			f.path(p, c)
		}
	}
}

// path adds a file of the distribution; one of the time zones by its name.
func (f *frame) path(p string, c command) {
	if zone, ok := strings.CutPrefix(path.Clean(p), zoneFolder+"/"); ok {
		f.walk.need(Need{Kind: Zone, Name: zone, Evidence: c.because, Certainty: c.certainty})
		return
	}
	f.walk.need(Need{Kind: Path, Name: p, Evidence: c.because, Certainty: c.certainty})
}
