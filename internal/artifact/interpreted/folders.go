// Package interpreted has what the artifacts of languages have in common whose programs run from their sources: the
// folders that a stage makes for itself, which the runtime stage gets whole.
package interpreted

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"dopt/internal/artifact"
	"dopt/transform"
)

// system are folders that packages of the distribution fill. What a stage puts there is not a folder of its own, but single
// files among others.
var system = []string{"/bin", "/boot", "/dev", "/etc", "/lib", "/lib64", "/proc", "/run", "/sbin", "/sys", "/usr", "/var/cache", "/var/lib", "/var/log", "/var/run", "/var/spool"}

// shared are folders that every image has, and that hold folders of several owners. Source: Filesystem Hierarchy Standard 3.0.
var shared = []string{"/", "/home", "/media", "/mnt", "/opt", "/root", "/srv", "/usr/src", "/var", "/var/opt", "/var/www"}

// temporary are folders that nothing is kept in.
var temporary = []string{"/tmp", "/var/tmp"}

// Own returns the folder that a stage makes for itself and that a path lies in: /srv/shop for /srv/shop/app/main.py. It is ""
// for what lies among the files of the distribution, and in folders that others share.
func Own(name string) string {
	inside := func(folder string) bool { return artifact.Within(name, folder) }
	if !path.IsAbs(name) || slices.Contains(shared, name) || slices.ContainsFunc(temporary, inside) {
		return ""
	}
	if slices.ContainsFunc(system, inside) && !artifact.Within(name, "/usr/src") {
		return ""
	}
	for !slices.Contains(shared, path.Dir(name)) {
		name = path.Dir(name)
	}
	return name
}

// Temporary reports whether a path is in a folder that nothing is kept in.
func Temporary(name string) bool {
	return slices.ContainsFunc(temporary, func(folder string) bool { return artifact.Within(name, folder) })
}

// Folders returns what the instructions of a stage copy from the build context into folders of its own: those folders. What is copied
// to the root folder is listed one by one. What they put among the files of the distribution is not among them.
func Folders(s *artifact.Stage) []artifact.File {
	var list []artifact.File
	add := func(f artifact.File) {
		if !slices.ContainsFunc(list, func(g artifact.File) bool { return g.Path == f.Path }) && !s.Tree.Removed(f.Path) {
			list = append(list, f)
		}
	}
	for _, c := range s.Tree.Copies {
		because := s.Evidence(c.In)
		own := Own(c.Image)
		switch {
		case own != "":
			add(artifact.File{Path: own, Folder: c.Folder || own != c.Image, Because: because})
		case c.Folder && slices.Contains(shared, c.Image):
			for _, e := range entries(s.Files, c.Context) {
				if p := path.Join(c.Image, e.Name()); Own(p) == p {
					add(artifact.File{Path: p, Folder: e.IsDir(), Because: because})
				}
			}
		}
	}
	return list
}

// maxEntries bounds how many files of one folder are listed.
const maxEntries = 100

// builders are files that a builder reads, and nothing in the image.
var builders = []string{"Dockerfile", ".dockerignore", ".git", ".gitignore"}

// entries returns what is in a folder of the build context, files for the builder aside.
func entries(files fs.FS, folder string) []fs.DirEntry {
	list, err := fs.ReadDir(files, folder)
	if err != nil {
		return nil
	}
	list = slices.DeleteFunc(list, func(e fs.DirEntry) bool {
		return slices.Contains(builders, e.Name()) || strings.HasPrefix(e.Name(), "Dockerfile.")
	})
	return list[:min(len(list), maxEntries)]
}

// Crowded reports whether a folder of the build context that is copied to a shared folder has more entries than are listed, or
// some that lie among the files of the distribution.
func Crowded(s *artifact.Stage) (because transform.Evidence, ok bool) {
	for _, c := range s.Tree.Copies {
		if !c.Folder || !slices.Contains(shared, c.Image) {
			continue
		}
		list := entries(s.Files, c.Context)
		if len(list) >= maxEntries || slices.ContainsFunc(list, func(e fs.DirEntry) bool {
			p := path.Join(c.Image, e.Name())
			return Own(p) != p
		}) {
			return s.Evidence(c.In), true
		}
	}
	return transform.Evidence{}, false
}
