package transform

import (
	"slices"
	"strings"
)

// watchers are programs and flags that run an application anew whenever its source changes.
// Source: the README or manual of each.
var watchers = []string{"nodemon", "ts-node-dev", "tsx-watch", "webpack-dev-server", "air", "reflex", "watchexec", "entr", "--reload", "--watch"}

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
			if slices.Contains(watchers, w) || runner && slices.Contains(devScripts, w) {
				return in.Keyword + " " + strings.Join(words, " ")
			}
		}
	}
	return ""
}
