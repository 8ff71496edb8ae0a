package transform

import (
	"path"
	"slices"
	"strings"
)

// watchers are programs that run an application anew whenever its source changes, or serve it from its sources for development, with the
// word that makes them; "" where none is needed, and "=" where it is their only word. Source: the README or manual of each.
var watchers = []struct{ program, word string }{
	{"air", ""},
	{"astro", "dev"},
	{"CompileDaemon", ""},
	{"entr", ""},
	{"foreman", ""},
	{"fresh", ""},
	{"gatsby", "develop"},
	{"gin", ""},
	{"grunt", "watch"},
	{"guard", ""},
	{"gulp", "watch"},
	{"jurigged", ""},
	{"modd", ""},
	{"next", "dev"},
	{"ng", "serve"},
	{"node-dev", ""},
	{"nodemon", ""},
	{"nuxi", "dev"},
	{"nuxt", "dev"},
	{"overmind", ""},
	{"parcel", "serve"},
	{"ptw", ""},
	{"pytest-watch", ""},
	{"react-scripts", "start"},
	{"realize", ""},
	{"reflex", ""},
	{"remix", "dev"},
	{"rerun", ""},
	{"shotgun", ""},
	{"ts-node-dev", ""},
	{"tsnd", ""},
	{"tsx", "watch"},
	{"tsx-watch", ""},
	{"vite", "="},
	{"vite", "dev"},
	{"vite", "serve"},
	{"vue-cli-service", "serve"},
	{"watchexec", ""},
	{"watchfiles", ""},
	{"watchmedo", ""},
	{"webpack", "serve"},
	{"webpack-dev-server", ""},
}

// watchFlags have a program run anew, or load what has changed.
var watchFlags = []string{"--reload", "--watch", "--hot"}

// Watches reports whether a process, given as its words, runs an application anew whenever its source changes, or serves it from its
// sources for development.
func Watches(argv []string) bool {
	if len(argv) == 0 {
		return false
	}
	name, args := path.Base(argv[0]), argv[1:]
	for _, w := range watchers {
		alone := len(args) == 0 || strings.HasPrefix(args[0], "-")
		if name == w.program && (w.word == "" || w.word == "=" && alone || !alone && args[0] == w.word) {
			return true
		}
	}
	return slices.ContainsFunc(argv, func(w string) bool { return slices.Contains(watchFlags, w) })
}

// devScripts are the names that package.json files give to such a script by habit.
var devScripts = []string{"dev", "start:dev", "watch", "start:watch"}

// Development returns the command of an image that is made to work in, "" for any other: whoever works in it installs again,
// and calls what no file of the project names.
func (s *Stage) Development() string {
	for _, in := range slices.Backward(s.Instructions) {
		if in.Keyword != "CMD" && in.Keyword != "ENTRYPOINT" {
			continue
		}
		var words []string
		for n := in.Node.Next; n != nil; n = n.Next {
			words = append(words, strings.Fields(n.Value)...)
		}
		for i, w := range words {
			runner := i > 0 && slices.Contains([]string{"run", "npm", "yarn", "pnpm", "bun"}, words[i-1])
			if Watches(words[i:]) || runner && slices.Contains(devScripts, w) {
				return in.Keyword + " " + strings.Join(words, " ")
			}
		}
	}
	return ""
}
