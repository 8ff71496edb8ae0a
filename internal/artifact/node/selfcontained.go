package node

import (
	"cmp"
	_ "embed"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	ecosystem "dopt/internal/project/ecosystem/node"
	"dopt/transform/pkgmgr"
)

//go:embed selfcontained.txt
var selfContainedText string

// selfContained are packages by name and series that need nothing but node when they run, each a line "name version…" of the text.
var selfContained = sync.OnceValue(func() map[string]bool {
	known := map[string]bool{}
	for line := range strings.Lines(selfContainedText) {
		words := strings.Fields(line)
		for _, version := range words[1:] {
			if words[0] != "#" {
				known[words[0]+" "+series(version)] = true
			}
		}
	}
	return known
})

// series returns what of a version stays the same while a package keeps what it promises: 4 of 4.21.2, 0.6 of 0.6.0. Source: semver.org, items
// 4 and 8, as npm reads them.
func series(version string) string {
	parts := strings.SplitN(version, ".", 3)
	if parts[0] == "0" && len(parts) > 1 {
		return parts[0] + "." + parts[1]
	}
	return parts[0]
}

// listed reports whether a package of a lock is one of them.
func listed(l ecosystem.Locked) bool {
	return selfContained()[l.Name+" "+series(l.Version)] && (l.URL == "" || strings.Contains(l.URL, "/"+l.Name+"/-/"))
}

// unlisted says which package of those that the program may load is not known to need nothing but node, "" if none is. What only development
// needs is not loaded where it is pruned, or no source names it.
func (f *finder) unlisted(pruned bool) string {
	list, by, why := f.installed()
	if why != "" {
		return why
	}
	p, _, ok := f.manifest(by.dir)
	if !ok {
		return "no package.json says what it asks for"
	}
	if name := cmp.Or(firstOf(p.Dependencies, patchers), firstOf(p.DevDependencies, patchers)); name != "" {
		return name + " changes packages"
	}
	var development, peers []string
	for _, l := range list {
		switch {
		case l.Dev:
			development = append(development, l.Name)
		case !listed(l):
			return fmt.Sprintf("whether %s %s starts other programs is not known", l.Name, l.Version)
		default:
			peers = append(peers, l.Peers...)
		}
	}
	if pruned || len(development) == 0 {
		return ""
	}
	if by.manager == yarnClassic && !onlyTools(p.DevDependencies) {
		return unknownPeers
	}
	if i := slices.IndexFunc(peers, func(name string) bool { return slices.Contains(development, name) }); i >= 0 {
		return "another package may load " + peers[i]
	}
	return f.mayLoad(development)
}

// withoutNative returns the packages that are known to have no native code in the image, by name: those of the list, and what is pruned.
func (f *finder) withoutNative(pruned bool) map[string]bool {
	list, _, _ := f.installed()
	known := map[string]bool{}
	for _, l := range list {
		before, seen := known[l.Name]
		known[l.Name] = (!seen || before) && (listed(l) || pruned && l.Dev)
	}
	return known
}

// A source is where an install takes packages from: the lock of a manager, in a folder of the image.
type source struct {
	pruner
	dir string
}

// installed returns the packages of the lock of the one install, or why these are not known.
func (f *finder) installed() (list []ecosystem.Locked, from source, why string) {
	at := -1
	for i, u := range f.uses {
		switch {
		case u.kind == global:
			return nil, from, fmt.Sprintf("line %d installs for all projects", f.Commands[i].Evidence.Line)
		case u.kind == installing && at >= 0:
			return nil, from, "there are several installs"
		case u.kind == installing:
			at = i
		}
	}
	if at < 0 {
		return nil, from, "there is no install"
	}
	from.dir = f.Commands[at].Dir
	if f.inTree(from.dir, "node_modules") {
		return nil, from, "the build context has packages of its own"
	}
	use, _ := pkgmgr.Identify(f.Commands[at].Argv())
	var ok bool
	if list, from.pruner, ok = f.locked(from.dir, use); !ok {
		return nil, from, "no lock says which packages it loads"
	}
	return list, from, ""
}

// locked returns the packages of the lock from which a command installs all that a project asks for, and nothing else.
func (f *finder) locked(dir string, u pkgmgr.Use) (list []ecosystem.Locked, by pruner, ok bool) {
	if u.Manager == nil || len(u.Packages) > 0 || u.Verb != pkgmgr.Install || u.HasFlag("--prefix", "-C", "--cwd", "--dir") || f.inTree(dir, "npm-shrinkwrap.json") {
		return nil, by, false
	}
	by, ok = f.pruner(u.Manager.Name, dir)
	file, there := f.Tree.Context(path.Join(dir, by.lock))
	if !ok || !there {
		return nil, by, false
	}
	list, err := ecosystem.ReadLock(f.Files, file)
	return list, by, err == nil && len(list) > 0
}
