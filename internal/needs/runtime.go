package needs

import (
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"dopt/internal/compose"
	"dopt/transform"
	"dopt/transform/shell"
)

// runtime reads what the image starts.
func (w *walk) runtime() {
	w.health()
	w.composed()
	w.started()
	entry, entryShell := w.process(w.entrypoint)
	cmd, cmdShell := w.process(w.cmd)
	switch {
	case entry == nil && cmd == nil:
	case entry == nil:
		w.start(w.cmd, cmd, cmdShell)
	case entryShell: // a shell-form ENTRYPOINT does not look at CMD
		w.start(w.entrypoint, entry, true)
	case cmdShell:
		w.start(w.entrypoint, append(entry, "/bin/sh", "-c", cmd[0]), false)
	default:
		w.start(w.entrypoint, slices.Concat(entry, cmd), false)
	}
}

// process returns the words of an ENTRYPOINT or CMD, or its script and true.
func (w *walk) process(in *transform.Instruction) (argv []string, script bool) {
	if in == nil {
		return nil, false
	}
	var line instructions.ShellDependantCmdLine
	switch c := in.Command.(type) {
	case *instructions.EntrypointCommand:
		line = c.ShellDependantCmdLine
	case *instructions.CmdCommand:
		line = c.ShellDependantCmdLine
	}
	if len(line.CmdLine) == 0 {
		return nil, false
	}
	return slices.Clone(line.CmdLine), line.PrependShell
}

// start reads the process that an instruction starts.
func (w *walk) start(in *transform.Instruction, argv []string, script bool) {
	f := frame{walk: w, certainty: Certain, known: true, env: w.runEnv(in.State()), depth: 1}
	if script {
		f.shellForm(in, argv[0])
		return
	}
	because := w.evidence(in)
	if w.cmd != nil && in != w.cmd {
		because.Text = brief(because.Text + ", " + w.cmd.Text().Text)
	}
	f.exec(because, argv)
}

// shellForm reads the script of an instruction in shell form.
func (f *frame) shellForm(in *transform.Instruction, text string) {
	because := f.evidence(in)
	if sh := in.State().Shell; len(sh) == 0 {
		f.unknown(because, "runs a script that is not one of a POSIX shell")
		return
	}
	f.walk.need(Need{Kind: Shell, Name: shellName(in), Evidence: because, Certainty: Certain})
	f.scriptText(because, text)
}

// scriptText reads a script, all of it on the same evidence.
func (f *frame) scriptText(because transform.Evidence, text string) {
	f.at = func(int, int) transform.Evidence { return because }
	parsed, err := shell.Parse(text, shell.Bash, f.dir, f.env)
	if err != nil {
		f.unknown(because, "runs a script that cannot be read: %s", brief(err.Error()))
		return
	}
	f.script(parsed)
}

// health reads the HEALTHCHECK.
func (w *walk) health() {
	if w.healthcheck == nil {
		return
	}
	c := w.healthcheck.Command.(*instructions.HealthCheckCommand)
	if c.Health == nil || len(c.Health.Test) < 2 {
		return
	}
	f := frame{walk: w, certainty: Certain, known: true, env: w.runEnv(w.healthcheck.State()), depth: 1}
	if c.Health.Test[0] == "CMD-SHELL" {
		f.shellForm(w.healthcheck, c.Health.Test[1])
		return
	}
	f.exec(w.evidence(w.healthcheck), c.Health.Test[1:])
}

// composed reads how Compose files in the folder of the context ask for the health of what they build from it, by a program of the image.
func (w *walk) composed() {
	if stages := w.doc.Stages; w.options.Files == nil || w.out.Stage != stages[len(stages)-1] {
		return
	}
	f := frame{walk: w, certainty: Likely, known: true, env: func(string) (string, bool) { return "", false }, depth: 1}
	for _, name := range compose.Files {
		list, _ := compose.Services(w.options.Files, name)
		for _, s := range list {
			argv, script := s.Health()
			if len(argv) == 0 || !s.Here() {
				continue
			}
			because := transform.Evidence{Source: name, Text: brief(strings.Join(argv, " "))}
			if !script {
				f.exec(because, argv)
				continue
			}
			w.need(Need{Kind: Shell, Name: "sh", Evidence: because, Certainty: Likely})
			f.scriptText(because, argv[0])
		}
	}
}

// runEnv tells the variables that are set at run time: those of a step without build arguments. A container may be
// started with other values.
func (w *walk) runEnv(st transform.State) shell.Env {
	args, env := st.Args(), w.env(st)
	return func(name string) (string, bool) {
		if slices.Contains(args, name) {
			return "", false
		}
		return env(name)
	}
}

// inTests reports whether a path is that of a test: it is not part of what the image runs.
func inTests(name string) bool {
	for part := range strings.SplitSeq(name, "/") {
		switch part {
		case "test", "tests", "spec", "__tests__", "testdata", "testing", "e2e":
			return true
		}
	}
	file := path.Base(name)
	stem, _, _ := strings.Cut(file, ".")
	return strings.HasPrefix(file, "test_") || strings.HasSuffix(stem, "_test") || strings.HasSuffix(stem, "_spec") || file == "conftest.py" ||
		strings.Contains(file, ".test.") || strings.Contains(file, ".spec.")
}
