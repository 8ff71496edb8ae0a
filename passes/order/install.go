package order

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"dopt/internal/project/inputs"
	"dopt/internal/project/manifest"
	"dopt/transform"
	"dopt/transform/pkgmgr"
)

// An install is a command that installs what manifests of the context name.
type install struct {
	in *transform.Instruction
	// text is the command on one line.
	text    string
	manager string
	// needs are the files and folders of the context that it reads.
	needs []need
	// refusal says why they cannot be told, "" if they can.
	refusal string
	// root says which folder of the context is which of the image, dir which one the command runs in.
	root root
	dir  string
}

// A need is a file or folder of the context that an install reads.
type need struct {
	context, image string
	dir            bool
	because        transform.Evidence
	// from is the transfer that brings it before anything is changed.
	from *transfer
}

// A root is a folder of the context and the one of the image that gets what is in it.
type root struct{ image, context string }

// root returns the outermost folders of which an entry is a part.
func (e entry) root() root {
	r := root{e.image, e.context}
	if !e.dir {
		r = root{path.Dir(e.image), path.Dir(e.context)}
	}
	for r.context != "." && path.Base(r.image) == path.Base(r.context) {
		r = root{path.Dir(r.image), path.Dir(r.context)}
	}
	return r
}

// imageOf returns where a path of the context goes; ok is false where it is not below the root.
func (r root) imageOf(name string) (image string, ok bool) {
	if r.context == "." {
		return path.Join(r.image, name), true
	}
	if name == r.context {
		return r.image, true
	}
	rest, ok := strings.CutPrefix(name, r.context+"/")
	return path.Join(r.image, rest), ok
}

// contextOf returns the folder of the context that becomes a folder of the image.
func (r root) contextOf(dir string) (string, bool) {
	switch {
	case dir == r.image:
		return r.context, true
	case below(dir, r.image):
		return path.Join(r.context, strings.TrimPrefix(dir, strings.TrimSuffix(r.image, "/")+"/")), true
	}
	return "", false
}

// refused returns the install with a reason why it stays where it is.
func (i *install) refused(reason string) *install {
	refused := *i
	refused.refusal = reason
	return &refused
}

// join returns the needs of two installs of one RUN.
func (i *install) join(other *install) *install {
	if i == nil {
		return other
	}
	joined := *i
	joined.needs = slices.Clone(i.needs)
	for _, n := range other.needs {
		if !slices.ContainsFunc(joined.needs, func(have need) bool { return have.image == n.image }) {
			joined.needs = append(joined.needs, n)
		}
	}
	return &joined
}

// readInstall returns what a command of a package manager reads of the context; nil where it is
// no install of a project.
func (o *orderer) readInstall(in *transform.Instruction, c call) *install {
	if !o.forProject(c) {
		return nil
	}
	return o.installOf(in, c, c.Argv()[c.effect.Use.Program:], c.effect.Use.Verb)
}

// forProject reports whether a command installs or downloads what manifests name.
func (o *orderer) forProject(c call) bool {
	use := c.effect.Use
	return use.Verb == pkgmgr.Install || use.Verb == pkgmgr.Download || use.Verb == pkgmgr.Upgrade && use.HasFlag(use.Manager.PathFlags...)
}

// installOf returns what a command line reads of the context in the place of command c; nil where
// no reader knows. Nobody may write to it.
func (o *orderer) installOf(in *transform.Instruction, c call, argv []string, verb pkgmgr.Verb) *install {
	q := question{in, c.Start, strings.Join(argv, "\x00")}
	if _, asked := o.installs[q]; !asked {
		o.installs[q] = o.ask(in, c, argv, verb)
	}
	return o.installs[q]
}

func (o *orderer) ask(in *transform.Instruction, c call, argv []string, verb pkgmgr.Verb) *install {
	i := &install{in: in, text: c.text, manager: c.effect.Use.Manager.Name}
	if o.Files == nil {
		i.refusal = "the build context is not at hand, so what it reads is not known"
		return i
	}
	if c.Dir == "" {
		i.refusal = "its working directory is not known"
		return i
	}
	before := o.before(in)
	v := view{files: o.Files, ignored: o.ignored}
	workdir, argv, found := i.find(before, c, argv)
	switch {
	case !found && symbol(c.Dir) != "":
		i.refusal = "its working directory is not known"
		return i
	case !found:
		i.refusal = fmt.Sprintf("nothing of the build context is copied to where `%s` runs", c.text)
		return i
	}
	for _, t := range before {
		for _, e := range t.entries {
			if e.exact && e.root() == i.root {
				v.entries = append(v.entries, e.context)
			}
		}
	}
	getenv := func(name string) string { value, _ := in.State().Var(name); return value }
	read, ok := inputs.Of(v, manifest.Install{Argv: argv, Manager: i.manager, Verb: string(verb), Dir: i.dir, Workdir: workdir, Getenv: getenv})
	if !ok {
		return nil
	}
	if i.refusal = read.Refusal; i.refusal == "" {
		i.take(read, before)
	}
	for _, n := range i.needs {
		if link := o.link(n); link != "" && i.refusal == "" {
			i.refusal = fmt.Sprintf("%s is a symbolic link, which cannot take the place of a folder that is copied early", link)
		}
	}
	if n := i.program(c.effect.Use.Manager); n != nil && i.refusal == "" {
		at := n.because.Source
		if n.because.Line > 0 {
			at = fmt.Sprintf("%s:%d", at, n.because.Line)
		}
		i.refusal = fmt.Sprintf("%s: it needs %s, and what that reads besides cannot be told", at, n.context)
	}
	return i
}

// programs are the managers whose manifests, or those of packages of the project, are programs: a file
// that they need besides the usual ones shows that they read more of the source.
var programs = []string{"bundler", "mix", "composer"}

// program returns a need that is none of the usual files of such a manager, nil if there is none.
func (i *install) program(m *pkgmgr.Manager) *need {
	if !slices.Contains(programs, m.Name) {
		return nil
	}
	at := slices.IndexFunc(i.needs, func(n need) bool {
		usual := slices.ContainsFunc(slices.Concat(m.Manifests, m.Locks, m.Configs), func(pattern string) bool {
			ok, _ := path.Match(pattern, path.Base(n.context))
			return ok
		})
		return n.dir || !ofMix(m, n) && (!usual || path.Dir(n.context) != i.dir)
	})
	if at < 0 {
		return nil
	}
	return &i.needs[at]
}

// ofMix reports whether a need is a part of the configuration that Mix loads before any task, or the project file of an application or a
// dependency in a folder, of which Mix reads nothing else before it compiles. Which files those are, and what they read besides, the reader of the
// manifests tells; it refuses them where it cannot. Source: Mix.Dep.Loader at github.com/elixir-lang/elixir.
func ofMix(m *pkgmgr.Manager, n need) bool {
	return m.Name == "mix" && !n.dir && (path.Base(n.context) == "mix.exs" || path.Base(path.Dir(n.context)) == "config" && path.Ext(n.context) == ".exs")
}

// find finds the folder of the context that becomes the working directory of a command, and that
// directory itself, "" if it is not known. A command that runs elsewhere and names its manifests is
// as good as one that runs where they are: words are then its words as written from there.
func (i *install) find(before []*transfer, c call, argv []string) (workdir string, words []string, found bool) {
	for _, t := range slices.Backward(before) {
		for _, e := range t.entries {
			if !e.exact {
				continue
			}
			r := e.root()
			if dir, found := r.contextOf(c.Dir); found {
				i.root, i.dir = r, dir
				if symbol(c.Dir) == "" {
					workdir = c.Dir
				}
				return workdir, argv, true
			}
			if words, found = fromRoot(c, argv, r); found {
				i.root, i.dir = r, r.context
				return r.image, words, true
			}
		}
	}
	return "", argv, false
}

// fromRoot returns the words of a command as they would be written in the folder of a root, if
// all files that it names lie there.
func fromRoot(c call, argv []string, r root) ([]string, bool) {
	words, found := slices.Clone(argv), false
	for _, f := range c.effect.Use.Flags {
		if !slices.Contains(c.effect.Use.Manager.PathFlags, f.Name) {
			continue
		}
		at := f.At + 1 - c.effect.Use.Program
		name := c.Path(f.Value)
		if name == "" || !below(name, r.image) || at >= len(words) || words[at] != f.Value {
			return nil, false
		}
		words[at], found = strings.TrimPrefix(name, strings.TrimSuffix(r.image, "/")+"/"), true
	}
	return words, found
}

// take fills in the needs.
func (i *install) take(read manifest.Inputs, before []*transfer) {
	add := func(in manifest.Input, dir bool) {
		image, ok := i.root.imageOf(in.Path)
		n := need{context: in.Path, image: image, dir: dir, because: in.Because, from: bringer(before, in.Path, image)}
		if in.Because.Source == "Dockerfile" { // the command itself, which the reader knows no place of
			n.because = transform.Evidence{Source: i.in.Document().Name, Line: i.in.Line(), Text: fmt.Sprintf("`%s` names %s", i.text, in.Path)}
		}
		switch {
		case !ok || n.from == nil:
			i.refusal = fmt.Sprintf("it needs %s, which is not copied beside the rest", in.Path)
		case strings.ContainsAny(in.Path, " \t\n$\\\"'`*?[]#"):
			i.refusal = fmt.Sprintf("the name %q has a character that COPY would read otherwise", in.Path)
		}
		i.needs = append(i.needs, n)
	}
	for _, in := range read.Dirs {
		add(in, true)
	}
	for _, in := range read.Files {
		if !slices.ContainsFunc(read.Dirs, func(d manifest.Input) bool { return below(in.Path, d.Path) || d.Path == "." }) {
			add(in, false)
		}
	}
}

// bringer returns the last transfer that copies a path of the context to its place in the image.
func bringer(before []*transfer, context, image string) *transfer {
	for _, t := range slices.Backward(before) {
		if t.brings(context, image) {
			return t
		}
	}
	return nil
}

// brings reports whether the transfer copies a path of the context to a place in the image.
func (t *transfer) brings(context, image string) bool {
	return slices.ContainsFunc(t.entries, func(e entry) bool {
		if !e.exact || e.context != context && !(e.dir && (e.context == "." || below(context, e.context))) {
			return false
		}
		if !e.dir {
			return e.image == image
		}
		at, ok := root{e.image, e.context}.imageOf(context)
		return ok && at == image
	})
}

// covered reports whether all that the transfer copies is what the install needs: it is the copy
// of the manifests, and belongs above.
func (t *transfer) covered(i *install) bool {
	return !slices.ContainsFunc(t.entries, func(e entry) bool {
		return !e.exact || !slices.ContainsFunc(i.needs, func(n need) bool {
			return n.context == e.context && n.image == e.image || n.dir && below(e.context, n.context)
		})
	})
}

// steady reports whether the files that t brings besides the needs of an install change no more often than these: brought
// later, they would spare next to no build, and what the author keeps together would come apart.
func (o *orderer) steady(t *transfer, i *install) bool {
	if t.wide() || !t.ofContext() || o.Project == nil {
		return false
	}
	var needed, others []string
	for _, n := range i.needs {
		needed = append(needed, n.context)
	}
	for _, e := range t.entries {
		if !slices.Contains(needed, e.context) {
			others = append(others, e.context)
		}
	}
	return o.Project.Churn(others...).Share <= o.Project.Churn(needed...).Share
}

// conflict says why t must not come after an install whose needs are known, though copies of them
// would come before.
func (o *orderer) conflict(t *transfer, i *install) string {
	for _, e := range t.entries {
		near := symbol(e.image) != symbol(i.root.image) || e.image == i.root.image || below(e.image, i.root.image) || below(i.root.image, e.image)
		switch {
		case !near:
			continue
		case !e.exact || e.root() != i.root:
			return fmt.Sprintf("line %d copies into the folder of the project from elsewhere, which the install may read", t.in.Line())
		}
	}
	if t.partial && slices.ContainsFunc(i.needs, func(n need) bool { return n.from == t }) {
		return fmt.Sprintf("line %d chooses files by a flag", t.in.Line())
	}
	if name := o.overwritten(t, i); name != "" {
		return fmt.Sprintf("%s is in the build context, and the copy would put it over what `%s` makes: name it in .dockerignore", name, i.text)
	}
	return ""
}

// products are the folders that the installs of a manager fill, in each folder that has one of the
// manager's manifests.
var products = map[string][]string{
	"npm": {"node_modules"}, "yarn": {"node_modules", ".pnp.cjs", ".yarn/unplugged"}, "yarn-berry": {"node_modules", ".pnp.cjs", ".yarn/unplugged"},
	"pnpm": {"node_modules"}, "bun": {"node_modules"},
	"poetry": {".venv"}, "pipenv": {".venv"}, "uv": {".venv"}, "pdm": {".venv", "__pypackages__", ".pdm-python"},
	"bundler": {"vendor/bundle", ".bundle"}, "composer": {"vendor"},
	"dotnet": {"obj"}, "mix": {"deps", "_build"}, "rebar3": {"_build"}, "swift": {".build"},
	"maven": {"target"}, "gradle": {".gradle", "build"}, "cargo": {"target"},
}

// overwritten returns what t would put over the work of an install, "" if nothing.
func (o *orderer) overwritten(t *transfer, i *install) string {
	for _, n := range i.needs {
		dir := path.Dir(n.context)
		for _, product := range products[i.manager] {
			name := path.Join(dir, product)
			if image, ok := i.root.imageOf(name); ok && o.there(name) && t.brings(name, image) {
				return name
			}
		}
	}
	return ""
}
