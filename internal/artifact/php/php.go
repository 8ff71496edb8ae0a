// Package php finds what stages on an official image of PHP install: extensions, packages of Composer, and the folders of the project.
//
// There is no smaller image with the same PHP, so that the runtime stage begins with the same one; what stays behind are the headers that
// extensions are compiled with, and Composer. It rests on these facts of github.com/docker-library/php: docker-php-ext-install and pecl put
// extensions below /usr/local/lib/php/extensions, and what loads them in /usr/local/etc/php/conf.d; Composer installs into the project.
package php

import (
	"path"
	"slices"
	"strings"

	"dopt/internal/artifact"
	"dopt/internal/artifact/interpreted"
	"dopt/transform"
	"dopt/transform/pkgmgr"
	"dopt/transform/shell"
)

// Language finds what stages build for PHP.
var Language = artifact.Language{
	Name: "PHP", Tools: strings.Fields("docker-php-ext-install docker-php-ext-configure docker-php-ext-enable pecl composer"), Find: find,
}

// Where the official images have extensions, and the settings that load them.
const (
	extensions = "/usr/local/lib/php/extensions"
	settings   = "/usr/local/etc/php/conf.d"
)

// find returns what a stage installs, nil where it installs nothing of PHP, or where nothing but what the program uses is there.
func find(s *artifact.Stage) *artifact.Artifact {
	f := &finder{Stage: s, out: &artifact.Artifact{Language: "PHP"}, folders: interpreted.Folders(s)}
	installs := map[*transform.Instruction]bool{}
	for _, c := range s.Commands {
		if u := f.read(c); u.into != nil || u.unknown != "" {
			installs[c.Step] = true
		}
	}
	if len(installs) == 0 {
		return nil
	}
	folder, _ := interpreted.Variable(s, "PHP_INI_DIR")
	if why := interpreted.Foreign(s, folder.Value == path.Dir(settings), "PHP", "extensions"); why != "" {
		f.out.Unknown(s.Evidence(s.Stage.From), why)
		return f.out
	}
	if len(interpreted.Leaves(s, s.Image)) == 0 {
		return nil
	}
	f.out.Bases = []artifact.Base{interpreted.On(s, s.Image, "no smaller image has the same PHP as "+s.Image)}
	f.collect()
	f.out.Settled = func(u transform.UnknownNeed) bool {
		// packages of Composer, which have a slash in their names, are sources: it compiles nothing
		source := strings.HasPrefix(u.Reason, "whether php package ") && strings.Contains(u.Reason, "/")
		return source || u.Step != nil && !installs[u.Step]
	}
	return f.out
}

// A finder looks at one stage.
type finder struct {
	*artifact.Stage
	out *artifact.Artifact
	// folders are those of the project in the image.
	folders []artifact.File
}

// A use is what a command does. The zero value is one of which nothing is known.
type use struct {
	known bool
	// into are the folders that an install fills.
	into []string
	// unknown is why the stage is to be left alone, as a predicate.
	unknown string
}

// read tells what a command does.
func (f *finder) read(c artifact.Command) use {
	argv := c.Argv()
	if len(argv) == 0 {
		return use{}
	}
	switch path.Base(argv[0]) {
	case "docker-php-ext-install", "docker-php-ext-enable":
		return use{known: true, into: []string{extensions, settings}}
	case "docker-php-ext-configure", "docker-php-source", "nproc":
		return use{known: true}
	}
	u, ok := pkgmgr.Identify(argv)
	if !ok || u.Manager.Ecosystem != "php" {
		return use{}
	}
	switch {
	case strings.Contains(strings.Join(argv, " "), shell.Unknown):
		return use{known: true, unknown: "installs what a variable names"}
	case u.Manager.Name == "pecl" && u.Verb == pkgmgr.Install:
		return use{known: true, into: []string{extensions, settings}}
	case u.Manager.Name == "pecl" && (u.Verb == pkgmgr.Update || u.Verb == pkgmgr.Clean || u.Verb == pkgmgr.Other):
		return use{known: true}
	case u.Manager.Name == "composer":
		return f.composer(c, u)
	}
	return use{known: true, unknown: "changes packages of PEAR in a way that is not known"}
}

// composer reads a command of Composer.
func (f *finder) composer(c artifact.Command, u pkgmgr.Use) use {
	dir := c.Dir
	if flag, ok := u.Flag("-d", "--working-dir"); ok {
		dir = c.Path(flag.Value)
	}
	switch u.Verb {
	case pkgmgr.Install:
		own := interpreted.Own(path.Join(dir, "vendor"))
		if u.Global || own == "" {
			return use{known: true, unknown: "installs into a folder that is not the project's own"}
		}
		if !u.HasFlag("--no-scripts") && f.scripts(dir) {
			return use{known: true, unknown: "runs scripts of composer.json, which are not looked at"}
		}
		return use{known: true, into: []string{own}}
	case pkgmgr.Run, pkgmgr.Upgrade, pkgmgr.Remove:
		return use{known: true, unknown: "has Composer run or change what is not looked at"}
	}
	return use{known: true}
}

// isScript reports whether a file may be a script that the image starts, by its name.
func isScript(name string) bool {
	base := path.Base(name)
	return slices.Contains([]string{".sh", ".bash", ""}, path.Ext(base)) && !strings.HasPrefix(base, "Dockerfile") && base != "Makefile"
}

// scripts reports whether composer.json of a folder may have scripts that an install runs.
func (f *finder) scripts(dir string) bool {
	file, ok := f.Tree.Context(path.Join(dir, "composer.json"))
	return !ok || strings.Contains(f.Read(file), `"scripts"`)
}

// collect turns what the commands do into files and unknowns.
func (f *finder) collect() {
	for _, c := range f.Commands {
		u := f.read(c)
		if u.unknown != "" {
			f.out.Unknown(c.Evidence, u.unknown)
		}
		for _, folder := range u.into {
			f.out.Add(artifact.File{Path: folder, Folder: true, Because: c.Evidence})
		}
		if u.into != nil {
			f.out.Evidence = append(f.out.Evidence, c.Evidence)
		}
	}
	interpreted.AddFolders(f.Stage, f.out, f.folders)
	if where, ok := f.Calls(isScript, "composer"); ok {
		f.out.Unknown(transform.Evidence{Source: where}, "calls composer, which may be when the image runs")
	}
	f.out.Title = "extensions of PHP"
	for _, program := range strings.Fields("docker-php-entrypoint apache2-foreground php php-fpm") {
		f.out.Programs = append(f.out.Programs, path.Join("/usr/local/bin", program))
	}
	f.out.Needs = interpreted.Linked(f.Stage)
	f.out.Builds = func(c artifact.Command) bool {
		u := f.read(c)
		return u.known && u.unknown == ""
	}
}
