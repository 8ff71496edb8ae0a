package modernize

import (
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	dfshell "github.com/moby/buildkit/frontend/dockerfile/shell"

	"dopt/transform"
	"dopt/transform/effects"
)

// systemDirs hold what the distribution installs: programs, and scripts with a "#!" line.
var systemDirs = []string{"/usr/bin", "/bin", "/usr/sbin", "/sbin"}

// defaultPath is where programs are looked up unless ENV PATH says otherwise. Source: BuildKit's
// util/system, DefaultPathEnvUnix.
const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// runsWithoutShell says why a program may need the shell that calls it: the kernel does not run a
// script without a "#!" line, and only a shell then reads it itself.
func runsWithoutShell(c *transform.Context, in *transform.Instruction, name string) (why string) {
	paths := programPaths(in, name)
	if len(paths) == 0 {
		return "the directory that " + name + " is in is not known"
	}
	origin := findOrigin(c.Doc, in.Stage, paths)
	if origin.made != "" {
		return origin.made
	}
	checked, why := checkCopies(c.Files, origin.copies)
	switch {
	case why != "" || checked:
		return why
	case !strings.Contains(name, "/") && path.Ext(name) != ".sh", slices.Contains(systemDirs, path.Dir(paths[0])):
		return ""
	}
	return "nothing tells whether " + name + ` is a script without a "#!" line, which only a shell runs`
}

// programPaths returns where a program may be, without a folder at every place of PATH.
func programPaths(in *transform.Instruction, name string) []string {
	last := in.Stage.Instructions[len(in.Stage.Instructions)-1]
	st := last.State()
	switch {
	case path.IsAbs(name):
		return []string{path.Clean(name)}
	case strings.Contains(name, "/"):
		if st.Dir == "" || last.Keyword == "WORKDIR" {
			return nil
		}
		return []string{path.Join(st.Dir, name)}
	}
	var paths []string
	for _, dir := range pathDirs(in) {
		paths = append(paths, path.Join("/", dir, name))
	}
	return paths
}

// pathDirs returns the folders of PATH: the usual ones, and those that ENV adds.
func pathDirs(in *transform.Instruction) []string {
	dirs := strings.Split(defaultPath, ":")
	for _, value := range envValues(in, "PATH") {
		dirs = append(dirs, strings.Split(value, ":")...)
	}
	return dirs
}

// envValues returns the values that ENV gives a variable, in the stage of an instruction and in those
// below, as far as they are known: what is not is left out of them.
func envValues(in *transform.Instruction, name string) []string {
	d := in.Document()
	lex := dfshell.NewLex(rune(d.Escape))
	var values []string
	for s := in.Stage; s != nil; s = d.StageOf(s.Base, s) {
		for _, env := range s.Instructions {
			if env.Keyword != "ENV" {
				continue
			}
			for _, kv := range pairs(env) {
				if kv.Key != name {
					continue
				}
				if value, _, err := lex.ProcessWord(kv.Value, known{env.State()}); err == nil {
					values = append(values, value)
				}
			}
		}
	}
	return values
}

// known shows what is known of the variables to BuildKit's lexer.
type known struct{ transform.State }

// Get implements BuildKit's EnvGetter.
func (k known) Get(name string) (string, bool) { return k.Var(name) }

// Keys implements BuildKit's EnvGetter; the lexer asks for them in no expansion.
func (known) Keys() []string { return nil }

// An origin is where a program may come from, as far as the file tells.
type origin struct {
	// made says that a step of the build may make it.
	made string
	// copies are the files of the build context that may become it.
	copies []contextCopy
}

// A contextCopy is a file of the build context that a COPY may put in a program's place.
type contextCopy struct {
	name string
	// sure is false where a folder is copied that need not hold it.
	sure bool
}

// findOrigin looks for what puts a program at one of the paths, in the stage and those below.
func findOrigin(d *transform.Document, s *transform.Stage, paths []string) origin {
	var o origin
	for ; s != nil; s = d.StageOf(s.Base, s) {
		for _, in := range s.Instructions {
			switch cmd := in.Command.(type) {
			case *instructions.RunCommand:
				o.run(in, paths)
			case *instructions.CopyCommand:
				o.copy(in, cmd.SourcesAndDest, cmd.From == "", paths)
			case *instructions.AddCommand:
				o.copy(in, cmd.SourcesAndDest, true, paths)
			}
		}
	}
	return o
}

// run notes that a RUN makes one of the paths.
func (o *origin) run(in *transform.Instruction, paths []string) {
	script := in.Script()
	if script.Shell == nil {
		return
	}
	for _, cmd := range script.Shell.Commands {
		e := effects.Of(cmd)
		for _, made := range e.Makes {
			if slices.ContainsFunc(paths, func(p string) bool { return effects.Path{Name: p}.Touches(made) }) {
				o.made = path.Base(paths[0]) + ` comes from a RUN, and nothing tells whether it is a script without a "#!" line`
			}
		}
	}
}

// copy notes what a COPY or ADD may put at one of the paths.
func (o *origin) copy(in *transform.Instruction, files instructions.SourcesAndDest, fromContext bool, paths []string) {
	dest := files.DestPath
	if !path.IsAbs(dest) {
		dest = path.Join(in.State().Dir, dest)
	}
	for _, target := range paths {
		for _, src := range slices.Concat(files.SourcePaths, contentNames(files)) {
			name, sure, ok := copied(src, path.Clean(dest), target)
			switch {
			case !ok:
			case fromContext && len(files.SourceContents) == 0 && !strings.ContainsAny(src, ":$"):
				o.copies = append(o.copies, contextCopy{name, sure})
			case sure:
				o.made = path.Base(target) + ` does not come from the build context, and nothing tells whether it is a script without a "#!" line`
			}
		}
	}
}

// contentNames are the names that here-documents get.
func contentNames(files instructions.SourcesAndDest) []string {
	var names []string
	for _, content := range files.SourceContents {
		names = append(names, content.Path)
	}
	return names
}

// copied returns what of a source becomes the target when the source is copied to dest. Sure is
// false where the source would have to be a folder that holds it.
func copied(src, dest, target string) (name string, sure, ok bool) {
	src = path.Clean("/" + src)[1:]
	if strings.Contains(dest, "$") {
		// It may be copied to anywhere, under its own name or that of dest.
		return src, true, path.Base(src) == path.Base(target) || path.Base(dest) == path.Base(target)
	}
	rest, below := strings.CutPrefix(target, strings.TrimSuffix(dest, "/")+"/")
	switch {
	case target == dest:
		return src, true, src != ""
	case !below:
		return "", false, false
	case rest == path.Base(src):
		return src, true, true
	}
	if match, err := path.Match(path.Base(src), rest); err == nil && match {
		return path.Join(path.Dir(src), rest), true, true
	}
	return path.Join(src, rest), false, true
}

// checkCopies reports whether a program was found in the build context and is one that the kernel
// runs, or why that cannot be said.
func checkCopies(files fs.FS, copies []contextCopy) (checked bool, why string) {
	for _, f := range copies {
		found, runs := kernelRuns(files, f.name)
		switch {
		case found && !runs:
			return false, f.name + ` has no "#!" line, so that only a shell runs it`
		case found:
			checked = true
		case f.sure || files == nil:
			return false, "nothing tells whether " + f.name + ` begins with "#!": it is not at hand`
		}
	}
	return checked, ""
}

// kernelRuns reports whether a file of the context is there, and whether it is a binary or begins with "#!".
func kernelRuns(files fs.FS, name string) (found, runs bool) {
	if files == nil || !fs.ValidPath(name) {
		return false, false
	}
	f, err := files.Open(name)
	if err != nil {
		return false, false
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return false, false
	}
	head := make([]byte, 4)
	n, _ := io.ReadFull(f, head)
	head = head[:n]
	return true, strings.HasPrefix(string(head), "#!") || string(head) == "\x7fELF"
}
