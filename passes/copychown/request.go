package copychown

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"dopt/transform"
	"dopt/transform/shell"
)

// An attribute is what a command changes of a file. It is the name of the command, of the flag
// of COPY, and of the kind of fix.
type attribute string

const (
	owner attribute = "chown"
	mode  attribute = "chmod"
)

// A request is a chown or chmod command.
type request struct {
	in     *transform.Instruction
	script *transform.Script
	cmd    *shell.Command
	attr   attribute
	// value is the owner or the mode, as written.
	value     string
	recursive bool
	// flag is the index of the word that says -R and nothing else; 0 if there is none.
	flag    int
	targets []target
}

// A target is a file or folder that a request names.
type target struct {
	// word is its index in the command's words.
	word int
	// path is absolute, or begins with unknownDir.
	path string
}

// unknownDir stands for the working directory of a base image that is not known.
const unknownDir = "?"

// absolute returns a path as it is meant in a directory.
func absolute(dir, name string) string {
	if !path.IsAbs(name) {
		name = path.Join(dir, name)
	}
	return path.Clean(name)
}

// harmlessFlags change what chown and chmod print.
var harmlessFlags = []string{"-v", "-c", "-f", "--verbose", "--changes", "--silent", "--quiet"}

// readRequest reads a command of a RUN; refusal says why one that is chown or chmod cannot be moved.
func readRequest(in *transform.Instruction, cmd *shell.Command) (r *request, refusal string) {
	r = &request{in: in, script: in.Script(), cmd: cmd, attr: attribute(path.Base(cmd.Name()))}
	if r.attr != owner && r.attr != mode {
		return nil, ""
	}
	var operands []int
	for i, w := range cmd.Words[1:] {
		switch {
		case !strings.HasPrefix(w.Value, "-"), len(operands) == 0 && r.attr == mode && isMode(w.Value):
			operands = append(operands, i+1)
		case w.Value == "-R" || w.Value == "--recursive":
			r.recursive, r.flag = true, i+1
		case !slices.Contains(harmlessFlags, w.Value):
			return nil, "its flag " + w.Value + " is not known here"
		}
	}
	if len(operands) < 2 {
		return nil, "it is not clear what it changes"
	}
	value := cmd.Words[operands[0]]
	if r.value = value.Value; !value.Plain {
		return nil, "the " + r.noun() + " is not written out"
	}
	if !r.readable() {
		return nil, "the " + r.noun() + " " + r.value + " has no equal in a COPY"
	}
	why := r.readTargets(operands[1:])
	return r, why
}

// readTargets reads what the command changes.
func (r *request) readTargets(operands []int) (refusal string) {
	dir := workingDir(r.in, r.cmd)
	for _, i := range operands {
		w := r.cmd.Words[i]
		if !w.Plain {
			return "what it changes is a pattern or has a variable, and may be more than what was copied"
		}
		if dir == "" && !path.IsAbs(w.Value) {
			return "the directory in which it runs is not known"
		}
		r.targets = append(r.targets, target{i, absolute(dir, w.Value)})
	}
	return ""
}

func (r *request) noun() string {
	if r.attr == owner {
		return "owner"
	}
	return "mode"
}

// isMode reports whether a word that looks like a flag is a mode: "-x".
func isMode(word string) bool { return len(word) > 1 && strings.Trim(word, "-rwxXst,") == "" }

var valueForms = sync.OnceValue(func() map[attribute]*regexp.Regexp {
	return map[attribute]*regexp.Regexp{
		// A dot between user and group is the old way, which GNU and busybox still take.
		owner: regexp.MustCompile(`^[A-Za-z_0-9][A-Za-z_0-9-]*([:.][A-Za-z_0-9-]*)?$`),
		mode:  regexp.MustCompile(`^0?[0-7]{3}$|^[-+=,augorwx]+$`),
	}
})

// readable reports whether the value is of a form whose meaning is known.
func (r *request) readable() bool { return valueForms()[r.attr].MatchString(r.value) }

// octal reports whether a mode is a number.
func octal(mode string) bool { return strings.Trim(mode, "01234567") == "" }

// workingDir returns the directory in which a command runs, unknownDir where it is that of an
// unknown base image, and "" where nothing tells.
func workingDir(in *transform.Instruction, cmd *shell.Command) string {
	if cmd.Dir != "" || in.State().Dir != "" {
		return cmd.Dir
	}
	for _, c := range in.Script().Shell.Commands {
		switch c.Name() {
		case "cd", "chdir", "pushd", "popd", ".", "source", "eval", shell.Unknown:
			return ""
		}
	}
	for o := in.Prev(); o != nil; o = o.Prev() {
		if o.Keyword == "WORKDIR" {
			return ""
		}
	}
	return unknownDir
}
