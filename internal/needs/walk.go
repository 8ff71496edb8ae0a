package needs

import (
	"cmp"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	dfshell "github.com/moby/buildkit/frontend/dockerfile/shell"

	"dopt/internal/catalog/debian"
	"dopt/internal/needs/source"
	"dopt/transform"
	"dopt/transform/shell"
)

// An analysis is one of a document.
type analysis struct {
	doc     *transform.Document
	options Options
	files   fs.FS
	budget  *budget
	// stages are those that have been walked.
	stages map[*transform.Stage]*walk
}

// A walk goes through the instructions of a stage, and of those that it is built on.
type walk struct {
	*analysis
	out   *Stage
	image *image
	// dir is the working directory, step the instruction that is read; nil for the run time.
	dir  string
	step *transform.Instruction
	// packages are the packages of programming languages that are installed for the program, development those
	// that only the build uses.
	packages, development *packages
	// tests is the first step that runs tests.
	tests *transform.Instruction
	// ownZones are the extensions of the sources whose programs bring the time zones with them.
	ownZones map[string]bool
	// served is the first line of a source that names a file whose type Python's own table lacks.
	served *transform.Evidence
	// set are the variables that the image below sets.
	set map[string]string
	// entrypoint, cmd and healthcheck are the last of their kind; nil if none.
	entrypoint, cmd, healthcheck *transform.Instruction
	// scripts are the ones that are being read, so that none calls itself for ever.
	scripts map[string]bool
}

// unknownDir begins the paths below a working directory that is not known.
const unknownDir = "/?"

// stage returns what a stage uses.
func (a *analysis) stage(s *transform.Stage) *Stage {
	w := a.walked(s).on(s)
	w.step = nil
	w.runtime()
	w.readSources()
	for _, p := range slices.Concat(w.image.linked.list, w.packages.list) {
		p.Step = nil
		w.out.add(p)
	}
	w.dropZones()
	w.out.sort()
	return w.out
}

// walked returns the walk of a stage up to its last instruction.
func (a *analysis) walked(s *transform.Stage) *walk {
	if w := a.stages[s]; w != nil {
		return w
	}
	var w *walk
	if parent := a.doc.StageOf(s.Base, s); parent != nil {
		w = a.walked(parent).on(s)
	} else {
		w = &walk{
			analysis: a, out: newStage(s), image: newImage(a.files, a.budget), packages: newPackages(), development: newPackages(),
			scripts: map[string]bool{}, ownZones: map[string]bool{}, set: map[string]string{}, dir: unknownDir,
		}
		w.base(s)
	}
	a.stages[s] = w
	for _, in := range s.Instructions {
		w.step = in
		w.instruction(in)
	}
	return w
}

// on returns the walk of a stage that begins where w has come to.
func (w *walk) on(s *transform.Stage) *walk {
	c := *w
	c.out = w.out.on(s)
	c.image, c.packages, c.development = w.image.clone(), w.packages.clone(), w.development.clone()
	c.scripts, c.ownZones = map[string]bool{}, map[string]bool{}
	return &c
}

// base looks up the image that a stage is built on.
func (w *walk) base(s *transform.Stage) {
	ref, expanded := w.expand(s.Base, s.From.State())
	if !expanded {
		ref = s.Base
	}
	w.out.Base = ref
	base, known := w.options.Bases.Base(ref)
	if !known {
		return
	}
	if slices.Contains(debian.Releases, debian.Release(base.Release)) {
		w.out.Release = debian.Release(base.Release)
	}
	if c := base.Config; c != nil && !slices.Contains(c.Unknown, "workdir") {
		w.dir = cmp.Or(c.WorkingDir, "/")
		for _, v := range c.Env {
			if !v.Volatile {
				w.set[v.Name] = v.Value
			}
		}
	}
	for _, user := range base.Users {
		w.image.users[user], w.image.groups[user] = true, true
	}
}

// instruction takes in one instruction.
func (w *walk) instruction(in *transform.Instruction) {
	switch c := in.Command.(type) {
	case *instructions.WorkdirCommand:
		dir, ok := w.expand(c.Path, in.State())
		if !ok {
			dir = unknownDir
		}
		w.dir = absolute(dir, w.dir)
	case *instructions.CopyCommand:
		w.owner(in, c.Chown)
		w.copy(in, c.From)
	case *instructions.AddCommand:
		w.owner(in, c.Chown)
		w.copy(in, "")
	case *instructions.RunCommand:
		w.run(in)
	case *instructions.UserCommand:
		w.account(c.User, w.evidence(in), Certain)
	case *instructions.EnvCommand:
		for _, kv := range c.Env {
			w.variable(in, kv.Key, kv.Value)
		}
	case *instructions.ShellCommand:
		if len(c.Shell) > 0 {
			w.program(path.Base(c.Shell[0]), w.evidence(in), Certain)
		}
	case *instructions.EntrypointCommand:
		w.entrypoint = in
		if w.cmd != nil && w.cmd.Stage != in.Stage {
			w.cmd = nil // a CMD of the base does not outlive a new ENTRYPOINT
		}
	case *instructions.CmdCommand:
		w.cmd = in
	case *instructions.HealthCheckCommand:
		w.healthcheck = in
	}
}

// copy takes in a COPY; what comes from an earlier stage brings its run-time needs.
func (w *walk) copy(in *transform.Instruction, from string) {
	stage := w.doc.StageOf(from, in.Stage)
	if from == "" || stage == nil {
		w.image.add(in, w.dir, nil, w.expand)
		if from == "" && w.files == nil {
			w.unknown(w.evidence(in), "copies files that are not at hand: there is no build context")
		}
		return
	}
	other := w.walked(stage)
	w.step = in
	w.image.add(in, w.dir, other.image, w.expand)
	for _, p := range other.packages.list {
		p.Certainty = Likely // that what uses it is copied
		w.packages.add(p)
	}
}

// owner takes in the value of a --chown flag.
func (w *walk) owner(in *transform.Instruction, chown string) {
	if chown != "" {
		w.account(chown, w.evidence(in), Certain)
	}
}

// locales are the variables that choose a locale. Source: locale(7).
var locales = []string{"LANG", "LC_ALL", "LC_CTYPE", "LC_COLLATE", "LC_TIME", "LC_NUMERIC", "LC_MONETARY", "LC_MESSAGES"}

// variable takes in what ENV sets: it holds for later steps and at run time.
func (w *walk) variable(in *transform.Instruction, name, value string) {
	value, known := w.expand(value, in.State())
	n := Need{Evidence: w.evidence(in), Certainty: Certain}
	switch {
	case name == "TZ":
		n.Kind, n.Name = Zone, strings.TrimPrefix(value, ":")
		if strings.HasPrefix(n.Name, "/") || n.Name == "UTC" || n.Name == "Etc/UTC" || n.Name == "" && known {
			return
		}
	case slices.Contains(locales, name):
		n.Kind, n.Name = Locale, value
		if source.Portable(value) && known {
			return
		}
	default:
		return
	}
	if !known {
		w.unknown(n.Evidence, "sets %s by a variable", name)
		return
	}
	w.step = nil
	w.need(n)
	w.step = in
}

// env tells the variables of a step: those of the file, and those of the image below.
func (w *walk) env(st transform.State) shell.Env {
	return func(name string) (string, bool) {
		if value, ok := st.Var(name); ok {
			return value, true
		}
		value, ok := w.set[name]
		return value, ok && !slices.Contains(st.Args(), name)
	}
}

// need adds a need of the current step.
func (w *walk) need(n Need) {
	n.Step = w.step
	w.out.add(n)
}

func (w *walk) unknown(because transform.Evidence, format string, args ...any) {
	w.out.addUnknown(Unknown{Reason: sentence(format, args...), Step: w.step, Evidence: because})
}

// evidence is an instruction as evidence.
func (w *walk) evidence(in *transform.Instruction) transform.Evidence {
	return transform.Evidence{Source: w.doc.Name, Line: in.Line(), Text: brief(in.Text().Text)}
}

// expand returns a word of an instruction without its quotes and with the variables of a state put in, and whether
// all of them are known.
func (a *analysis) expand(word string, st transform.State) (string, bool) {
	if !strings.ContainsAny(word, "$\\`'\"") {
		return word, true
	}
	result, err := dfshell.NewLex(rune(a.doc.Escape)).ProcessWordWithMatches(word, variables{st})
	if err != nil {
		return "", false
	}
	return result.Result, len(result.Unmatched) == 0
}

// variables shows a state to BuildKit's lexer.
type variables struct{ transform.State }

// Get implements shell.EnvGetter.
func (v variables) Get(name string) (string, bool) { return v.Var(name) }

// Keys implements shell.EnvGetter; it is asked for in messages alone.
func (v variables) Keys() []string { return nil }
