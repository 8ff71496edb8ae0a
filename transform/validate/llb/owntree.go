package llb

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/solver/pb"

	"dopt/transform"
)

// tree accounts for a folder in which a command no longer changes anything: all that is in it
// was copied. With kept set the command still changes the folder itself.
func (l *ledger) tree(change lost, dir string, kept bool) {
	l.undisturbed(change, change.step, dir)
	copied, made := false, -1
	for i := change.step - 1; i >= 0; i-- {
		n := l.before[i]
		if script, isRun := n.scriptOf(); isRun {
			if l.undisturbed(change, i, dir); script.MakesFolder(dir) {
				made = i
			}
			continue
		}
		actions := n.op.GetFile().GetActions()
		for k := len(actions) - 1; k >= 0; k-- {
			switch action := actions[k].Action.(type) {
			case *pb.FileAction_Mkdir:
				if at := path.Clean(action.Mkdir.Path); at != dir && below(at, dir) {
					l.note(transform.Unsound, "%s is gone, and nothing gives it to %s", change, at)
				} else if at == dir {
					made = i
				}
			case *pb.FileAction_Copy:
				if l.intoTree(change, i, k, n, action.Copy, dir) {
					copied, made = true, -1
				}
			}
		}
	}
	switch {
	case !copied && !kept:
		l.note(transform.Unsound, "%s is gone, and no copy gives %s", change, dir)
	case made >= 0 && !kept && !l.madeLike(change, made, dir):
		l.note(transform.Unsound, "%s is gone, and nothing gives it to the folder %s itself", change, dir)
	}
	if why := l.usedInBase(dir); why != "" {
		l.note(transform.Unsound, "%s", why)
	}
}

// intoTree accounts for a copy that may bring something to a folder, and reports whether it does.
func (l *ledger) intoTree(change lost, step, action int, n *node, cp *pb.FileActionCopy, dir string) bool {
	if below(path.Clean(cp.Dest), dir) {
		if cp.AttemptUnpackDockerCompatibility {
			l.note(transform.Unsound, "%s is gone, and what ADD unpacks keeps its owners and modes", change)
		}
		l.given(change, step, action, n, cp, dir)
		return true
	}
	if !below(dir, cp.Dest) {
		return false
	}
	at, certain := l.placeOf(n, action, cp)
	if !certain || at == "" {
		l.note(transform.Unsound, "%s is gone, and COPY %s %s may bring something to %s", change, cp.Src, cp.Dest, dir)
		return false
	}
	if below(at, dir) {
		l.given(change, step, action, n, cp, dir)
	}
	return below(at, dir)
}

// madeLike reports whether a folder that a WORKDIR made has what a command gave to it.
func (l *ledger) madeLike(change lost, step int, dir string) bool {
	for _, a := range l.before[step].op.GetFile().GetActions() {
		mk := a.GetMkdir()
		if mk == nil || path.Clean(mk.Path) != dir {
			continue
		}
		if change.Mode {
			return strings.TrimPrefix(change.Value, "0") == "755" && mk.Mode == 0o755
		}
		root := func(name string) bool { return name == "root" || name == "0" }
		user, group, _ := strings.Cut(change.Value, ":")
		owner := mk.Owner.GetUser()
		return root(user) && root(group) && (owner.GetByName() == nil && owner.GetByID() == 0 || owner.GetByName().GetName() == "root") && mk.Owner != nil
	}
	return false
}

// occupied are the first parts of paths at which base images have files of their own; free are
// folders in which an application may have a place that no base image has. Source: the
// Filesystem Hierarchy Standard 3.0, and the official images' Dockerfiles as of 2026-08.
var (
	occupied = []string{"bin", "boot", "dev", "etc", "go", "home", "lib", "lib32", "lib64", "libx32", "media", "mnt", "opt", "proc", "root", "run", "sbin", "srv", "sys", "tmp", "usr", "var"}
	free     = []string{"/opt/", "/srv/", "/usr/src/", "/home/node/"}
	// taken are beginnings of names in the free folders.
	taken = []string{"java", "openjdk", "ghc", "cabal", "stack", "php", "python", "perl", "linux", "kernels", "yarn", "node"}
)

// usedInBase says why the base image may have something at a path, "" if it has nothing there.
func (l *ledger) usedInBase(p string) string {
	base := l.before[0].op.GetSource()
	if base == nil {
		return "" // scratch
	}
	ref := strings.TrimPrefix(base.Identifier, "docker-image://")
	if l.env.Bases == nil {
		return "nothing is known of " + ref
	}
	known, ok := l.env.Bases.Base(ref)
	switch {
	case !ok:
		return fmt.Sprintf("whether %s has files in %s is not known", ref, p)
	case known.Config != nil && known.Config.Uses(p):
		return fmt.Sprintf("%s may have files in %s, which its image config names", ref, p)
	}
	name := path.Base(p)
	if slices.ContainsFunc(free, func(f string) bool { return strings.HasPrefix(p, f) }) && !slices.ContainsFunc(taken, func(t string) bool { return strings.HasPrefix(name, t) }) {
		return ""
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(p, "/"), "/")
	if slices.Contains(occupied, first) || strings.HasPrefix(first, "docker-entrypoint") {
		return fmt.Sprintf("%s may have files in %s", ref, p)
	}
	return ""
}

// whole checks that a gain stands for commands that changed all that it copies, and that the
// folders which it may make are not changed by it.
func (l *ledger) whole(g *gain) {
	for i, action := range g.node.op.GetFile().GetActions() {
		if cp := action.GetCopy(); cp == nil || i != g.action {
			continue
		}
		at, _ := l.placeOf(g.node, i, g.before)
		dest := path.Clean(g.before.Dest)
		covered := slices.ContainsFunc(l.done[g], func(p string) bool { return at == p || at != "" && below(at, p) || below(dest, p) })
		if !covered {
			l.note(transform.Unsound, "the %s is new, and no RUN gave it to all that is copied", g)
		}
		tree := slices.ContainsFunc(l.done[g], func(p string) bool { return below(dest, p) && p != at || p == dest && at == "" })
		folder := dest
		if !strings.HasSuffix(g.before.Dest, "/") {
			folder = path.Dir(dest)
		}
		if tree {
			folder = path.Dir(l.done[g][0])
		}
		// Without a flag the folders that a copy makes have this mode.
		usual := g.mode && g.after.Mode == 0o755 && g.before.ModeStr == "" && (g.before.Mode < 0 || g.before.Mode == 0o755)
		if !usual && !l.folderThere(folder, g.step) {
			l.note(transform.Unsound, "the %s is new, and %s gets it, too, if the copy has to make it", g, folder)
		}
	}
}

// standard are folders of every distribution's image. Source: Filesystem Hierarchy Standard 3.0.
var standard = []string{
	"/", "/bin", "/dev", "/etc", "/home", "/lib", "/media", "/mnt", "/opt", "/proc", "/root", "/run", "/sbin", "/srv", "/sys", "/tmp",
	"/usr", "/usr/bin", "/usr/lib", "/usr/sbin", "/usr/share", "/usr/local", "/usr/local/bin", "/usr/local/lib", "/usr/local/share",
	"/var", "/var/cache", "/var/lib", "/var/log", "/var/spool", "/var/tmp",
}

// folderThere reports whether a folder is there before a step.
func (l *ledger) folderThere(dir string, step int) bool {
	if dir == "/" {
		return true
	}
	if base := l.before[0].op.GetSource(); base != nil && l.env.Bases != nil && slices.Contains(standard, dir) {
		if b, ok := l.env.Bases.Base(strings.TrimPrefix(base.Identifier, "docker-image://")); ok && b.Distro != "" && b.Distro != "busybox" {
			return true
		}
	}
	return slices.ContainsFunc(l.before[:step], func(n *node) bool {
		if script, isRun := n.scriptOf(); isRun {
			return script.MakesFolder(dir)
		}
		return slices.ContainsFunc(n.op.GetFile().GetActions(), func(a *pb.FileAction) bool {
			if mk := a.GetMkdir(); mk != nil {
				return below(path.Clean(mk.Path), dir)
			}
			cp := a.GetCopy()
			if cp == nil {
				return false
			}
			into := path.Dir(path.Clean(cp.Dest))
			if strings.HasSuffix(cp.Dest, "/") {
				into = path.Clean(cp.Dest)
			}
			return below(into, dir)
		})
	})
}
