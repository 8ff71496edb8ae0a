// Package interpreted has what the artifacts of languages have in common whose programs run from their sources: the
// folders that a stage makes for itself, which the runtime stage gets whole.
package interpreted

import (
	"path"
	"slices"

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

// Folders returns the folders to which instructions of a stage copy the build context, those of its own and shared ones. What they put among
// the files of the distribution is not in them.
func Folders(s *artifact.Stage) []artifact.File {
	var list []artifact.File
	for _, c := range s.Tree.Copies {
		f := artifact.File{Path: Own(c.Image), Folder: true, Because: s.Evidence(c.In)}
		switch {
		case f.Path == c.Image:
			f.Folder = c.Folder
		case f.Path == "" && c.Folder && c.Image != "/" && slices.Contains(shared, c.Image):
			f.Path = c.Image
		}
		known := slices.ContainsFunc(list, func(g artifact.File) bool { return g.Path == f.Path })
		if f.Path != "" && !known && !s.Tree.Removed(f.Path) {
			list = append(list, f)
		}
	}
	return list
}

// Outer returns the files but those that lie in a folder which is one of them.
func Outer(files []artifact.File) []artifact.File {
	return slices.DeleteFunc(slices.Clone(files), func(a artifact.File) bool {
		return slices.ContainsFunc(files, func(b artifact.File) bool { return a.Path != b.Path && b.Folder && artifact.Within(a.Path, b.Path) })
	})
}

// Scattered returns the instruction that copies the build context to the root folder, where what it brings is among the files of the
// distribution; ok is false where none does.
func Scattered(s *artifact.Stage) (because transform.Evidence, ok bool) {
	for _, c := range s.Tree.Copies {
		if c.Folder && c.Image == "/" {
			return s.Evidence(c.In), true
		}
	}
	return transform.Evidence{}, false
}

// AddFolders adds the folders of the project to what a stage makes, with all that is in them as sources.
func AddFolders(s *artifact.Stage, out *artifact.Artifact, folders []artifact.File) {
	for _, folder := range folders {
		out.Add(folder)
	}
	out.Files = Outer(out.Files)
	for _, file := range out.Files {
		out.Sources = append(out.Sources, file.Path)
	}
	if because, ok := Scattered(s); ok {
		out.Unknown(because, "copies the project to the root folder, among the files of the distribution")
	}
}
