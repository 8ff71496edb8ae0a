package copychown

import (
	"path"
	"slices"
	"strings"

	"dopt/transform"
	"dopt/transform/effects"
	"dopt/transform/shell"
)

// A survey is what the pass knows of one stage.
type survey struct {
	*transform.Context
	// chain are the instructions that make the stage's files, those of the stages below it first.
	chain []*transform.Instruction
	// base is what is known of the image at the bottom; known is false where that is nothing.
	base  transform.Base
	image string
	known bool
	// copies are what the instructions of the chain copy, by instruction.
	copies map[*transform.Instruction]*copying
	// readings are what is known of the commands of RUN instructions.
	readings map[*shell.Command]*reading
	// gone is a request that is taken for moved already; nil if none is.
	gone *request
	// doubt is set once a step has been taken to leave files alone by what its own files say.
	doubt bool
}

func newSurvey(c *transform.Context, stage *transform.Stage) *survey {
	s := &survey{Context: c, copies: map[*transform.Instruction]*copying{}, readings: map[*shell.Command]*reading{}}
	bottom := stage
	for st := stage; st != nil; st = c.Doc.StageOf(st.Base, st) {
		s.chain = append(slices.Clone(st.Instructions), s.chain...)
		bottom = st
	}
	s.image = strings.ToLower(bottom.Base)
	s.base, s.known = c.Bases.Base(s.image)
	return s
}

// copying returns what an instruction copies, nil if nothing.
func (s *survey) copying(in *transform.Instruction) *copying {
	cp, ok := s.copies[in]
	if !ok {
		if cp = readCopying(s.Context, in); cp != nil && !cp.into && s.hasFolder(cp.dest, in) {
			cp.into = true
		}
		s.copies[in] = cp
	}
	return cp
}

// A reading is what is known of a command.
type reading struct {
	// request is what a chown or chmod asks for, nil for other commands and where refusal says
	// why one cannot be moved.
	request *request
	refusal string
	effect  effects.Effect
	// dir is as workingDir has it.
	dir string
}

// reading returns what is known of a command of a RUN whose script can be read.
func (s *survey) reading(in *transform.Instruction, c *shell.Command) *reading {
	if _, ok := s.readings[c]; !ok {
		script := in.Script().Shell
		for i, e := range effects.OfAll(script) {
			s.readings[script.Commands[i]] = s.read(in, script.Commands[i], e)
		}
	}
	return s.readings[c]
}

// read reads a command with its effect.
func (s *survey) read(in *transform.Instruction, c *shell.Command, e effects.Effect) *reading {
	known := &reading{effect: e, dir: workingDir(in, c)}
	if known.request, known.refusal = readRequest(in, c); known.refusal != "" {
		known.request = nil
	}
	return known
}

// A step is an instruction in front of a request, or the commands in front of it in its own RUN.
type step struct {
	in *transform.Instruction
	// before is the request's command where in is the request's own RUN; nil elsewhere.
	before *shell.Command
}

// commands returns the commands of a RUN; ok is false for a script that cannot be read.
func (st step) commands() (list []*shell.Command, ok bool) {
	if st.in.Keyword != "RUN" {
		return nil, true
	}
	script := st.in.Script()
	if script.Shell == nil {
		return nil, false
	}
	for _, c := range script.Shell.Commands {
		if st.before == nil || c.Start < st.before.Start {
			list = append(list, c)
		}
	}
	return list, true
}

// back visits what comes before a request, the last first, while visit returns true.
func (s *survey) back(r *request, visit func(step) bool) {
	if !visit(step{r.in, r.cmd}) {
		return
	}
	for i := slices.Index(s.chain, r.in) - 1; i >= 0; i-- {
		if !visit(step{in: s.chain[i]}) {
			return
		}
	}
}

// above returns the instructions of the chain above one of them.
func (s *survey) above(in *transform.Instruction) []*transform.Instruction {
	return s.chain[:slices.Index(s.chain, in)]
}

// standardFolders are in the image of every distribution. Source: the Filesystem Hierarchy
// Standard 3.0, and the root file systems of debian, ubuntu, alpine and fedora.
var standardFolders = strings.Fields(`
	/bin /dev /etc /home /lib /media /mnt /opt /proc /root /run /sbin /srv /sys /tmp /usr /usr/bin /usr/lib /usr/sbin /usr/share
	/usr/local /usr/local/bin /usr/local/lib /usr/local/share /var /var/cache /var/lib /var/log /var/spool /var/tmp`)

// hasFolder reports whether a folder is there for sure when an instruction begins.
func (s *survey) hasFolder(dir string, in *transform.Instruction) bool {
	if dir == "/" || slices.Contains(standardFolders, dir) && s.base.Distro != "" && s.base.Distro != "busybox" {
		return true
	}
	return slices.ContainsFunc(s.above(in), func(o *transform.Instruction) bool {
		if cp := s.copying(o); cp != nil {
			return cp.opaque == "" && below(cp.folder(), dir)
		}
		if o.Keyword == "WORKDIR" {
			return below(workdir(o), dir)
		}
		list, _ := step{in: o}.commands()
		return slices.ContainsFunc(list, func(c *shell.Command) bool {
			return c.Always && slices.ContainsFunc(s.made(o, c), func(p string) bool { return below(p, dir) })
		})
	})
}

// workdir returns the directory that a WORKDIR names, "" where it is not known.
func workdir(in *transform.Instruction) string {
	if next := in.Next(); next != nil {
		return next.State().Dir
	}
	return ""
}

// made returns the folders that a mkdir makes.
func (s *survey) made(in *transform.Instruction, c *shell.Command) []string {
	if c.Name() != "mkdir" {
		return nil
	}
	var list []string
	for _, w := range c.Words[1:] {
		if dir := s.reading(in, c).dir; !strings.HasPrefix(w.Value, "-") && w.Plain && (dir != "" || path.IsAbs(w.Value)) {
			list = append(list, absolute(dir, w.Value))
		}
	}
	return list
}

// systemFolders are those of standardFolders' first level in which distributions put files.
var systemFolders = []string{"/bin", "/boot", "/dev", "/etc", "/lib", "/lib32", "/lib64", "/proc", "/run", "/sbin", "/sys", "/usr", "/var"}

// system reports whether a path is where package managers put files.
func system(p string) bool {
	return !path.IsAbs(p) || p == "/" || !below(p, "/usr/src") && slices.ContainsFunc(systemFolders, func(dir string) bool { return below(p, dir) })
}

// ownFolders are folders of official images outside of the standard ones, and those below which
// only folders with other names are free. Source: the Dockerfiles of github.com/docker-library as of 2026-08.
var (
	ownFolders  = []string{"/go", "/docker-entrypoint.d", "/docker-entrypoint.sh", "/docker-entrypoint-initdb.d"}
	openFolders = []string{"/opt", "/srv", "/usr/src", "/data", "/home/node"}
	takenNames  = []string{"java", "openjdk", "ghc", "cabal", "stack", "php", "python", "perl", "linux", "kernels", "yarn", "node"}
)

// free reports whether a known base image has nothing at a path.
func (s *survey) free(p string) bool {
	if s.image == "scratch" {
		return true
	}
	if !s.known || !path.IsAbs(p) || s.base.Config != nil && s.base.Config.Uses(p) {
		return false
	}
	if slices.ContainsFunc(openFolders, func(dir string) bool { return below(p, dir) && p != dir }) {
		name := path.Base(p)
		return !slices.ContainsFunc(takenNames, func(taken string) bool { return strings.HasPrefix(name, taken) })
	}
	first, _, _ := strings.Cut(p[1:], "/")
	top := "/" + first
	return !slices.Contains(standardFolders, top) && !slices.Contains(systemFolders, top) && !slices.Contains(ownFolders, top)
}
