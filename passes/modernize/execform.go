package modernize

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"mvdan.cc/sh/v3/syntax"

	"dopt/transform"
	"dopt/transform/shell"
)

const kindExecForm = "exec-form"

// execFormCmd writes a shell-form CMD as a JSON array.
func execFormCmd(c *transform.Context, in *transform.Instruction) {
	execForm(c, in, entrypointTakes)
}

// execFormEntrypoint writes a shell-form ENTRYPOINT as a JSON array.
func execFormEntrypoint(c *transform.Context, in *transform.Instruction) {
	execForm(c, in, commandAbsent)
}

// execForm writes a CMD or ENTRYPOINT as a JSON array if neither the script nor what surrounds it
// needs the shell. surroundings tells that about the other of the two.
func execForm(c *transform.Context, in *transform.Instruction, surroundings func(*transform.Context, *transform.Instruction) (fact, why string)) {
	script := in.Script()
	if script.Form != transform.FormShell || script.Text == "" || in.State().Shell == nil || !isLast(in) {
		return
	}
	words, why := plainWords(in, script)
	if why != "" {
		c.Missed(in, kindExecForm, "%s", why)
		return
	}
	fact, why := surroundings(c, in)
	if why == "" {
		why = runsWithoutShell(c, in, words[0].Value)
	}
	if why != "" {
		c.Missed(in, kindExecForm, "%s", why)
		return
	}
	edits, why := arrayEdits(in, script, words)
	if why != "" {
		c.Missed(in, kindExecForm, "%s", why)
		return
	}
	made(c, in, kindExecForm, transform.Fix{
		Title:    "Write " + in.Keyword + " in exec form",
		Level:    transform.Standard,
		Evidence: append(because(in, "the script is plain words, for which no shell is needed"), because(in, "%s", fact)...),
		Edits:    edits,
	})
}

// isLast reports whether no later instruction of the stage takes the place of in.
func isLast(in *transform.Instruction) bool {
	for next := in.Next(); next != nil; next = next.Next() {
		if next.Keyword == in.Keyword {
			return false
		}
	}
	return true
}

// builtins are commands that only a shell has, or that a shell runs itself and possibly
// differently from the program of the same name.
var builtins = strings.Fields(`. : [ alias bg break builtin caller case cd chdir command compgen complete continue coproc declare dirs disown do done echo
	enable esac eval exec exit export false fc fg fi for function getopts hash help history if in jobs kill let local logout mapfile
	popd printf pushd pwd read readarray readonly return select set shift shopt source suspend test then time times trap true type typeset ulimit umask unalias
	unset until wait while`)

// plainOptions are options of a shell that do not change what plain words mean. Others do: a login
// shell reads profiles.
var plainOptions = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(-[euxo]*c?|pipefail|errexit|nounset|xtrace)$`)
})

// plainWords returns the words of a script that calls one program with words that the shell
// leaves as they are, without a leading exec; or why it does not.
func plainWords(in *transform.Instruction, script *transform.Script) (words []shell.Word, why string) {
	switch {
	case strings.HasPrefix(script.Text, "[") && strings.HasSuffix(script.Text, "]"):
		return nil, "it reads like a JSON array but is none, so the shell runs it"
	case script.Shell == nil:
		return nil, script.Opaque
	case script.Shell.HasComment():
		return nil, "it has a shell comment"
	}
	for _, option := range in.State().Shell[1:] {
		if !plainOptions().MatchString(option) {
			return nil, "the shell of SHELL is called with " + option
		}
	}
	if script.Lang == shell.Bash && len(envValues(in, "BASH_ENV")) > 0 {
		return nil, "bash first runs the file that BASH_ENV names"
	}
	if why := notOneCommand(script.Shell); why != "" {
		return nil, why
	}
	words = script.Shell.Commands[0].Words
	if words[0].Value == "exec" && len(words) > 1 {
		words = words[1:]
	}
	return words, notPlain(script, words)
}

// notOneCommand says why a script is not a single simple command with nothing around it.
func notOneCommand(s *shell.Script) string {
	if len(s.File.Stmts) != 1 {
		return "it runs several commands"
	}
	stmt := s.File.Stmts[0]
	call, ok := stmt.Cmd.(*syntax.CallExpr)
	switch {
	case !ok || stmt.Negated || stmt.Background || stmt.Semicolon.IsValid():
		return "it uses operators of the shell"
	case len(stmt.Redirs) > 0:
		return "it redirects input or output"
	case len(call.Assigns) > 0:
		return "it sets a variable"
	}
	return ""
}

// notPlain says why the words of a command need a shell.
func notPlain(script *transform.Script, words []shell.Word) string {
	for _, w := range words {
		// bash expands a tilde behind "=" and ":" as well.
		if !w.Plain || strings.Contains(w.Value, "=~") || strings.Contains(w.Value, ":~") {
			return "the shell expands " + script.Text[w.Start:w.End]
		}
	}
	name := words[0].Value
	switch {
	case slices.Contains(builtins, name):
		return name + " is a builtin of the shell"
	case name == "" || strings.HasPrefix(name, "-"):
		return "it does not begin with the name of a program"
	case strings.Contains(name, " "):
		return "no program is called " + name + ": the quotes join its words"
	}
	return ""
}

// arrayEdits returns the edits that make a JSON array of the words. Lines,
// continuations and comments between the words stay.
func arrayEdits(in *transform.Instruction, script *transform.Script, words []shell.Word) ([]transform.Edit, string) {
	var edits []transform.Edit
	start := script.Offset(0)
	for i, w := range words {
		span := script.Span(w.Start, w.End)
		if hasComment(in, span) {
			return nil, "a comment stands within a word"
		}
		text, ok := jsonString(w.Value)
		if !ok {
			return nil, "it is not valid UTF-8"
		}
		switch i {
		case 0:
			if hasComment(in, transform.Span{Start: start, End: span.Start}) {
				return nil, "a comment stands behind exec"
			}
			text, span.Start = "["+text, start
		default:
			// A gap on one line becomes ", "; one with a line break stays behind the comma.
			if gap := string(in.Document().Src[edits[i-1].End:span.Start]); !strings.Contains(gap, "\n") {
				edits[i-1].New, edits[i-1].End = edits[i-1].New+", ", span.Start
			} else {
				edits[i-1].New += ","
			}
		}
		edits = append(edits, transform.Edit{Span: span, New: text})
	}
	edits[len(edits)-1].New += "]"
	if !readsAs(in, edits, words) {
		return nil, "it cannot be written as a JSON array on the lines that it has"
	}
	return edits, ""
}

// jsonString writes a word as JSON, without the escapes that JSON allows but does not ask for.
func jsonString(word string) (string, bool) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(word)
	return strings.TrimSuffix(b.String(), "\n"), err == nil && utf8.ValidString(word)
}

// readsAs reports whether BuildKit reads just these words once the edits are made.
func readsAs(in *transform.Instruction, edits []transform.Edit, words []shell.Word) bool {
	after, err := edited(in, edits)
	if err != nil || !after.Node.Attributes["json"] {
		return false
	}
	var line instructions.ShellDependantCmdLine
	switch cmd := after.Command.(type) {
	case *instructions.CmdCommand:
		line = cmd.ShellDependantCmdLine
	case *instructions.EntrypointCommand:
		line = cmd.ShellDependantCmdLine
	}
	return slices.EqualFunc(line.CmdLine, words, func(arg string, w shell.Word) bool { return arg == w.Value })
}
