package needs

import (
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"dopt/transform"
	"dopt/transform/effects"
	"dopt/transform/shell"
)

// run reads a RUN.
func (w *walk) run(in *transform.Instruction) {
	w.image.mount(in, w.dir)
	f := frame{walk: w, certainty: Certain, known: true, env: w.env(in.State())}
	s := in.Script()
	if s.Form == transform.FormExec {
		f.exec(w.evidence(in), in.Command.(*instructions.RunCommand).CmdLine)
		return
	}
	if sh := in.State().Shell; len(sh) == 0 {
		w.unknown(w.evidence(in), "runs a script that is not one of a POSIX shell")
		return
	}
	f.at = func(start, end int) transform.Evidence { return w.within(in, s.Joined, start, end) }
	if s.Opaque != "" && s.Form != transform.FormMixed {
		if s.Form == transform.FormHeredoc && strings.HasPrefix(s.Text, "#!") {
			f.file(command{because: w.evidence(in), certainty: Certain, dir: w.dir}, file{w.doc.Name, in.Line() + 1, false, []byte(s.Text)}, "")
			return
		}
		w.unknown(w.evidence(in), "runs a script that cannot be read: %s", s.Opaque)
		return
	}
	parsed := s.Shell
	if s.Form == transform.FormMixed {
		f.at = func(start, end int) transform.Evidence { return w.evidence(in) }
		var err error
		if parsed, err = shell.Parse(withHeredocs(in, s.Text), shell.Bash, w.dir, f.env); err != nil {
			w.unknown(w.evidence(in), "runs a script that cannot be read: %s", brief(err.Error()))
			return
		}
	}
	parsed = parsed.In(w.dir, f.env)
	w.need(Need{Kind: Shell, Name: shellName(in), Evidence: w.evidence(in), Certainty: Certain})
	f.script(parsed)
}

// within is a part of an instruction's script as evidence.
func (w *walk) within(in *transform.Instruction, j transform.Joined, start, end int) transform.Evidence {
	line, _ := w.doc.Position(j.Offset(start))
	return transform.Evidence{Source: w.doc.Name, Line: line, Text: brief(j.Text[start:end])}
}

// withHeredocs is a script together with the here-documents beside it, as a shell reads it.
func withHeredocs(in *transform.Instruction, text string) string {
	var b strings.Builder
	b.WriteString(text + "\n")
	for _, h := range in.Node.Heredocs {
		b.WriteString(h.Content)
		if !strings.HasSuffix(h.Content, "\n") {
			b.WriteByte('\n')
		}
		b.WriteString(h.Name + "\n")
	}
	return b.String()
}

// shellName is the shell that runs the scripts of an instruction.
func shellName(in *transform.Instruction) string {
	if sh := in.State().Shell; len(sh) > 0 {
		return path.Base(sh[0])
	}
	return "sh"
}

// exec reads the words of an instruction in exec form.
func (f *frame) exec(because transform.Evidence, argv []string) {
	f.at = func(int, int) transform.Evidence { return because }
	f.run(command{argv: argv, raw: argv, dir: f.dir, because: because, certainty: Certain})
}

// effect takes in what a command of a RUN does to the image.
func (f *frame) effect(s *shell.Script, c *shell.Command) {
	effect := effects.Of(c)
	f.image.change(c.Argv(), c.Path, effect)
	for _, p := range effect.Makes {
		switch {
		case effect.Use != nil:
		case effect.Fetches && inPath(p.Name):
			f.unknown(f.at(c.Start, c.End), "downloads the program %s: its libraries are not known", p.Name)
		case f.image.fetches && f.installs(c, p.Name):
			f.unknown(f.at(c.Start, c.End), "puts %s there out of what was downloaded: its libraries are not known", p.Name)
		}
	}
	if f.image.fetches && effect.Into != "" && slices.ContainsFunc(searchPath, func(dir string) bool { return within(dir, effect.Into) }) {
		f.unknown(f.at(c.Start, c.End), "unpacks what was downloaded into %s: the libraries of its programs are not known", effect.Into)
	}
	for _, r := range c.Redirs {
		if p := c.Path(r.Target.Value); p != "" && (r.Op == ">" || r.Op == ">>") {
			f.image.own(p)
			f.write(s, c, p, r.Op == ">>")
		}
	}
}

// inPath reports whether a file is in one of the folders where programs are looked for.
// installs reports whether a command puts what is none of the build context into a folder for programs.
func (f *frame) installs(c *shell.Command, to string) bool {
	if !slices.Contains([]string{"mv", "cp", "install", "ln"}, c.Name()) || !inPath(to) && !slices.Contains(searchPath, to) {
		return false
	}
	return !slices.ContainsFunc(c.Argv()[1:], func(w string) bool {
		_, given := f.image.context(c.Path(w))
		return given
	})
}

func inPath(name string) bool { return slices.Contains(searchPath, path.Dir(name)) }

// searchPath are the folders of PATH. Source: the official images of Debian and Alpine.
var searchPath = []string{"/usr/local/bin", "/usr/local/sbin", "/usr/bin", "/usr/sbin", "/bin", "/sbin"}

// write takes in a file that a command writes: a script that a RUN makes is read like one that is copied.
func (f *frame) write(s *shell.Script, c *shell.Command, name string, more bool) {
	data, flat, ok := written(s, c)
	if !ok {
		return
	}
	if more {
		before, there := f.image.read(name, f.doc.Name)
		if !there || before.name != f.doc.Name {
			return
		}
		data, flat = string(before.data)+data, true
	}
	because := f.at(c.Start, c.End)
	e := entry{image: name, data: data, inline: true, flat: flat, line: because.Line}
	if !flat {
		e.line++ // the here-document begins below the command
	}
	f.image.put(e)
}

// written returns what echo, printf, or cat with a here-document writes; flat where it is written on one line.
func written(s *shell.Script, c *shell.Command) (data string, flat, ok bool) {
	argv := c.Argv()
	if slices.Contains(argv, shell.Unknown) || len(argv) == 0 {
		return "", false, false
	}
	switch argv[0] {
	case "cat":
		for _, r := range c.Stmt.Redirs {
			if r.Hdoc != nil {
				end := strings.Trim(s.Text[r.Word.Pos().Offset():r.Word.End().Offset()], `'"\`)
				body := s.Text[r.Hdoc.Pos().Offset():r.Hdoc.End().Offset()]
				return strings.TrimSuffix(strings.TrimRight(body, "\n"), end), false, true
			}
		}
	case "echo", "printf":
		text := strings.Join(operands(argv[1:], ""), " ")
		return strings.NewReplacer(`\n`, "\n", `\t`, "\t").Replace(text) + "\n", true, true
	}
	return "", false, false
}
