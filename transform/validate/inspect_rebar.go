package validate

import (
	"path"
	"strings"
)

// rebarPlaces are where rebar3 looks for the applications of a project, relative to it. Source:
// rebar3.org/docs/configuration/configuration/#directories-for-source-files.
var rebarPlaces = []string{
	"src/*.app.src", "apps/*/src/*.app.src", "lib/*/src/*.app.src", "src/*.app.src.script", "apps/*/src/*.app.src.script", "lib/*/src/*.app.src.script",
	"apps/*/rebar.config", "lib/*/rebar.config", "apps/*/rebar.config.script", "lib/*/rebar.config.script", "rebar.config", "rebar.config.script",
}

// inspectRebar finds the applications, and refuses settings that run programs or read more of the source.
func inspectRebar(n *inspection) {
	if n.verb == "compile" && !n.has("-d", "--deps_only") {
		n.refuse("%s compiles the source", n.Install)
	}
	for _, name := range []string{"rebar.config", "rebar.config.script", "*.app.src", "*.app.src.script"} {
		paths, ok := n.view.Find(Area{Dir: n.dir, Name: name, Deep: true})
		if !ok {
			n.doubt("the applications in %s cannot be told", n.dir)
			return
		}
		for _, p := range paths {
			if n.atRebarPlace(p) {
				n.rebarFile(p)
			}
		}
	}
	n.lockUnchecked()
}

func (n *inspection) atRebarPlace(p string) bool {
	rel := strings.TrimPrefix(p, strings.TrimSuffix(n.dir, "/")+"/")
	for _, pattern := range rebarPlaces {
		if ok, _ := path.Match(pattern, rel); ok {
			return true
		}
	}
	return false
}

func (n *inspection) rebarFile(p string) {
	text, ok := n.text(p)
	switch word := mentions(withoutComments(text, "%"), "hooks", "project_app_dirs", "{path", "{dir", "file:", "_checkouts"); {
	case strings.HasSuffix(p, ".script"):
		n.refuse("%s is a program, which may read more of the source", p)
	case ok && word != "" && path.Base(p) == "rebar.config":
		n.refuse("%s reads more of the source (%s)", p, word)
	}
}
