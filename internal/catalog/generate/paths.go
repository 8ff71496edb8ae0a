package main

import (
	"context"
	"io"
	"iter"
	"slices"
	"strings"

	"dopt/internal/catalog/debian"
	"dopt/internal/catalog/table"
)

// mixed stands for the owner of a folder that holds files of several packages.
const mixed = "*"

// pathTable has the owner of every path that programs may open and that is of no other kind. A folder that holds
// files of one package alone, in each release, is one line: its path with a slash at the end.
func pathTable(ctx context.Context, m mirror) ([]table.Entry, error) {
	var c collapser
	var group ownedPath
	for line, err := range mergedPaths(ctx, m) {
		if err != nil {
			return nil, err
		}
		if line.path != group.path {
			c.add(group)
			group = ownedPath{line.path, make(debian.PerRelease, len(debian.Releases))}
		}
		group.owners[line.release] = joinOwners(group.owners[line.release], line.owners)
	}
	c.add(group)
	return c.finish(), nil
}

// joinOwners joins two lists of packages: a path is in both indexes of a release when a package for all
// architectures and one for this have it.
func joinOwners(a, b string) string {
	if a == "" || a == b {
		return b
	}
	names := slices.Concat(strings.Split(a, ","), strings.Split(b, ","))
	slices.Sort(names)
	return strings.Join(slices.Compact(names), ",")
}

// skippedFolders hold what no program in an image opens by its path: documentation, translations, desktop
// icons, games, sources, the insides of compilers and editors, and what the other tables have.
var skippedFolders = []string{
	"boot/", "lib/modules/", "lib/systemd/", "usr/include/", "usr/bin/", "usr/sbin/", "usr/games/", "usr/src/",
	"usr/lib/debug/", "usr/lib/emacsen-common/", "usr/lib/gcc-cross/", "usr/lib/gcc/", "usr/lib/ghc", "usr/lib/grub",
	"usr/lib/haskell-packages/", "usr/lib/lazarus/", "usr/lib/modules/", "usr/lib/ocaml/", "usr/lib/systemd/",
	"usr/share/acl2", "usr/share/appdata/", "usr/share/applications/", "usr/share/bash-completion/", "usr/share/bug/",
	"usr/share/cargo/", "usr/share/dbus-1/", "usr/share/doc-base/", "usr/share/doc/", "usr/share/emacs",
	"usr/share/fish/", "usr/share/games/", "usr/share/gocode/", "usr/share/gtk-doc/", "usr/share/help/",
	"usr/share/icons/", "usr/share/info/", "usr/share/lintian/", "usr/share/locale/", "usr/share/man/",
	"usr/share/maven-repo/", "usr/share/menu/", "usr/share/metainfo/", "usr/share/pixmaps/", "usr/share/scummvm/",
	"usr/share/xemacs",
}

const (
	// maxSlashes is how deep the table of paths goes below the root, and maxLines how many lines a package may have:
	// the few that have more are packaged once for each version, so that their folders are mixed.
	maxSlashes = 4
	maxLines   = 200
)

// wholeFolders are listed in full whatever the limits, since programs ask for a single zone or font.
var wholeFolders = []string{"usr/share/zoneinfo/", "usr/share/fonts/"}

// trim drops the lines beyond the limits. A path that is not in the table is unknown, so that nothing
// that is told becomes wrong.
func trim(lines []ownedPath) []ownedPath {
	count := map[string]int{}
	for _, l := range lines {
		count[l.owners.String()]++
	}
	return slices.DeleteFunc(lines, func(l ownedPath) bool {
		depth := strings.Count(strings.TrimSuffix(l.path, "/"), "/")
		return !below(l.path, wholeFolders) && (depth > maxSlashes || count[l.owners.String()] > maxLines)
	})
}

// pathKept tells whether the table of paths has room for a path.
func pathKept(path string) bool {
	if !strings.Contains(path, "/") || debian.CommandKey(path) != "" || debian.LibraryKey(path) != "" || debian.PkgConfigKey(path) != "" {
		return false
	}
	return !below(path, skippedFolders)
}

// below tells whether a path begins with one of the prefixes.
func below(path string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(path, p) })
}

// A pathLine is a line of one index of one release.
type pathLine struct {
	path, owners string
	release      int
}

// mergedPaths yields the lines of all indexes in the order of their paths. The indexes are sorted, so that
// one line of each is enough to hold.
func mergedPaths(ctx context.Context, m mirror) iter.Seq2[pathLine, error] {
	return func(yield func(pathLine, error) bool) {
		var heads []pathLine
		var nexts []func() (pathLine, error, bool)
		for i, r := range debian.Releases {
			for _, index := range contentsIndexes {
				next, stop := iter.Pull2(indexPaths(ctx, m, indexFile{string(r), index}, i))
				defer stop()
				line, err, ok := next()
				if err != nil {
					yield(line, err)
					return
				}
				if ok {
					heads, nexts = append(heads, line), append(nexts, next)
				}
			}
		}
		for len(heads) > 0 {
			first := 0
			for i, h := range heads {
				if h.path < heads[first].path {
					first = i
				}
			}
			if !yield(heads[first], nil) {
				return
			}
			line, err, ok := nexts[first]()
			switch {
			case err != nil:
				yield(line, err)
				return
			case ok:
				heads[first] = line
			default:
				heads, nexts = slices.Delete(heads, first, first+1), slices.Delete(nexts, first, first+1)
			}
		}
	}
}

func indexPaths(ctx context.Context, m mirror, index indexFile, release int) iter.Seq2[pathLine, error] {
	return func(yield func(pathLine, error) bool) {
		more := true
		err := m.read(ctx, index, func(text io.Reader) error {
			return debian.Contents(text, func(path string, packages []string) bool {
				if pathKept(path) {
					slices.Sort(packages)
					more = yield(pathLine{path, strings.Join(packages, ","), release}, nil)
				}
				return more
			})
		})
		if err != nil && more {
			yield(pathLine{}, err)
		}
	}
}

// An ownedPath is a file, or a folder with a slash at the end, and who owns it in each release.
type ownedPath struct {
	path   string
	owners debian.PerRelease
}

// A collapser turns sorted paths into the fewest lines that tell the same.
type collapser struct {
	open []folder // the folders on the way to the last path
	done []ownedPath
}

type folder struct {
	ownedPath
	inside []ownedPath
}

func (c *collapser) add(p ownedPath) {
	if p.path == "" {
		return
	}
	for len(c.open) > 0 && !strings.HasPrefix(p.path, c.open[len(c.open)-1].path) {
		c.close()
	}
	from := 0
	if len(c.open) > 0 {
		from = len(c.open[len(c.open)-1].path)
	}
	for i := from; i < len(p.path); i++ {
		if p.path[i] == '/' {
			c.open = append(c.open, folder{ownedPath: ownedPath{p.path[:i+1], make(debian.PerRelease, len(p.owners))}})
		}
	}
	c.put(p, p)
}

// put notes lines that stand for a path in the innermost folder.
func (c *collapser) put(p ownedPath, lines ...ownedPath) {
	f := &c.open[len(c.open)-1]
	f.inside = append(f.inside, lines...)
	for i, o := range p.owners {
		switch {
		case f.owners[i] == "":
			f.owners[i] = o
		case o != "" && o != f.owners[i]:
			f.owners[i] = mixed
		}
	}
}

// close leaves the innermost folder.
func (c *collapser) close() {
	f := c.open[len(c.open)-1]
	c.open = c.open[:len(c.open)-1]
	if !slices.Contains(f.owners, mixed) {
		f.inside = []ownedPath{f.ownedPath}
	}
	if len(c.open) == 0 {
		c.done = append(c.done, f.inside...)
		return
	}
	c.put(f.ownedPath, f.inside...)
}

func (c *collapser) finish() []table.Entry {
	for len(c.open) > 0 {
		c.close()
	}
	lines := trim(c.done)
	entries := make([]table.Entry, len(lines))
	for i, p := range lines {
		entries[i] = table.Entry{Key: p.path, Value: p.owners.String()}
	}
	return entries
}
