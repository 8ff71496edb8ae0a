package slim

import (
	"path"
	"slices"
	"strings"

	"dopt/transform"
)

// process returns the words of ENTRYPOINT and CMD, as they are written; none where the base image alone says what runs.
func (s *slimming) process() (words []string) {
	var entrypoint, cmd []string
	for _, in := range s.stage.Instructions {
		if in.Keyword != "ENTRYPOINT" && in.Keyword != "CMD" {
			continue
		}
		var list []string
		for n := in.Node.Next; n != nil; n = n.Next {
			list = append(list, strings.Fields(n.Value)...)
		}
		if in.Keyword == "CMD" {
			cmd = list
		} else {
			entrypoint = list
		}
	}
	return slices.Concat(entrypoint, cmd)
}

// starts reports whether a need is that of the program that the image starts.
func (s *slimming) starts(n transform.Need) bool {
	words := s.process()
	return n.Step == nil && len(words) > 0 && n.What == "command "+path.Base(words[0])
}

// readers are programs that do what they are told while they run, where no argument says what: shells and interpreters.
var readers = strings.Fields("sh bash dash ash zsh python python2 python3 ipython node ruby irb")

// idle are commands that keep a container running for somebody to work in it.
var idle = []string{"tail -f /dev/null", "sleep infinity"}

// openEnded reports whether somebody says what an image does when it runs.
func openEnded(process []string) bool {
	options := !slices.ContainsFunc(process[1:], func(w string) bool { return !strings.HasPrefix(w, "-") })
	return options && slices.Contains(readers, path.Base(process[0])) || slices.Contains(idle, strings.Join(process, " "))
}
