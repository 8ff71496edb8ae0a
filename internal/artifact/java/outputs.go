package java

import (
	"path"
	"slices"
	"strings"

	"dopt/internal/artifact"
	"dopt/internal/project/ecosystem/jvm"
	"dopt/transform"
)

// add adds a jar, a folder of classes or an entry of a class path that java reads. One that cannot be explained is an unknown.
func (f *finder) add(name string, because transform.Evidence) {
	folder := false
	if path.Base(name) == "*" {
		name, folder = path.Dir(name), true
	}
	if why := f.explain(name, 0); why != "" {
		f.out.Unknown(because, "starts "+name+": "+why)
		return
	}
	folder = folder || path.Ext(name) != ".jar" && path.Ext(name) != ".war"
	f.out.Add(artifact.File{Path: name, Folder: folder, Because: because})
	if !folder {
		f.companions(name, because)
	}
}

// maxOrigins bounds how many commands are followed that copy a file from place to place.
const maxOrigins = 20

// explain says why it is not known that a path of the image is there when the stage has been built, "" where it is: an instruction copies it, a
// command does from a path that is explained, or a build makes it.
func (f *finder) explain(name string, depth int) string {
	if _, ok := f.Tree.Context(name); ok && !f.Tree.Removed(name) {
		return ""
	}
	if from, ok := f.Tree.Origin(name); ok && depth < maxOrigins {
		return f.explain(from, depth+1)
	}
	why := "which step makes it is not known"
	for _, b := range f.builds {
		made, reason := f.makes(b, name)
		if made {
			return ""
		}
		if reason != "" {
			why = reason
		}
	}
	return why
}

// makes reports whether a build makes a file or folder, which may be a pattern. Why is what is wrong with it.
func (f *finder) makes(b build, name string) (ok bool, why string) {
	if !artifact.Within(name, b.dir) {
		return false, ""
	}
	switch b.tool {
	case "maven":
		return f.mavenMakes(b, name)
	case "gradle":
		return f.gradleMakes(b, name)
	}
	return f.sbtMakes(b, name)
}

// mavenMakes: the jar or war of a module, which has the name that its POM gives it, with a classifier that a POM has; and folders
// below target that a POM names.
func (f *finder) mavenMakes(b build, name string) (ok bool, why string) {
	if b.reactor == nil {
		return false, ""
	}
	for _, pom := range b.reactor.Modules {
		module := f.image(b, path.Dir(pom.Path))
		target := path.Join(module, "target")
		if module == "" || !artifact.Within(name, target) || name == target {
			continue
		}
		rest := name[len(target)+1:]
		first, _, deeper := strings.Cut(rest, "/")
		text := f.texts(b.reactor, pom)
		switch {
		case deeper || path.Ext(first) == "":
			if first == "classes" || first == quarkus && strings.Contains(text, "quarkus") || first == "dependency" && f.calls(b, "copy-dependencies") || strings.Contains(text, first) {
				return true, ""
			}
			return false, "no project file names " + first
		case !slices.ContainsFunc(b.goals, packages):
			return false, b.Evidence.Text + " makes no jar"
		case strings.ContainsAny(first, "*?["):
			return packaged(path.Ext(first)), "which file the pattern means is not known"
		}
		built := pom.FileName()
		if built == "" {
			return false, "what " + pom.Path + " calls its file cannot be told"
		}
		if first == built {
			return true, ""
		}
		stem := strings.TrimSuffix(built, path.Ext(built))
		classifier, ok := strings.CutPrefix(strings.TrimSuffix(first, path.Ext(first)), stem+"-")
		if ok && packaged(path.Ext(first)) && strings.Contains(text, classifier) {
			return true, ""
		}
		if strings.Contains(text, ">"+strings.TrimSuffix(first, path.Ext(first))+"<") { // the finalName of a plugin
			return true, ""
		}
		return false, pom.Path + " builds " + built
	}
	return false, ""
}

// packages reports whether a phase or goal of Maven, or a goal of a plugin, may make the file of a module.
func packages(goal string) bool {
	return slices.Contains([]string{"package", "verify", "install", "deploy"}, goal) || strings.Contains(goal, "assembly:") || strings.Contains(goal, "shade:")
}

// packaged reports whether an extension is that of a jar or a war.
func packaged(ext string) bool { return ext == ".jar" || ext == ".war" }

// calls reports whether a build has a goal on its command line.
func (f *finder) calls(b build, goal string) bool {
	return slices.ContainsFunc(b.goals, func(g string) bool { return strings.HasSuffix(g, ":"+goal) || g == goal })
}

// image returns where a folder of the build context is in the image, as the build sees it; "" where it is not below the project's.
func (f *finder) image(b build, folder string) string {
	if folder == b.folder {
		return b.dir
	}
	rest, ok := strings.CutPrefix(folder, strings.TrimPrefix(b.folder+"/", "./"))
	if !ok {
		return ""
	}
	return path.Join(b.dir, rest)
}

// texts returns the text of a POM, with those of all others that Maven reads with it behind it.
func (f *finder) texts(r *jvm.Reactor, pom *jvm.POM) string {
	text := f.Read(pom.Path)
	for _, other := range r.Files() {
		if other != pom.Path {
			text += "\n" + f.Read(other)
		}
	}
	return text
}

// gradleMakes: jars of a project below build/libs by the names that its scripts have, and what the application plugin installs.
func (f *finder) gradleMakes(b build, name string) (ok bool, why string) {
	project, rest, found := strings.Cut(name, "/build/")
	kind, inside, _ := strings.Cut(rest, "/")
	if !found || !artifact.Within(project, b.dir) {
		return false, ""
	}
	text := f.gradleTexts(b, project)
	switch {
	case kind == "install":
		first, _, _ := strings.Cut(inside, "/")
		return f.calls(b, "installDist") && hasWord(text, strings.TrimSuffix(first, "-boot")), "no build script names " + first
	case kind == "libs" && strings.ContainsAny(inside, "*?["):
		return packaged(path.Ext(inside)), "which file the pattern means is not known"
	case kind == "libs" && packaged(path.Ext(inside)):
		return namedInGradle(text, path.Base(project), strings.TrimSuffix(inside, path.Ext(inside))), "no build script of Gradle gives a file the name " + inside
	case kind == "classes" || kind == "resources":
		return true, ""
	}
	return false, ""
}

// gradleTexts returns the build scripts of a project, and those of the build that it belongs to.
func (f *finder) gradleTexts(b build, project string) string {
	var text strings.Builder
	for _, dir := range []string{project, b.dir} {
		for _, name := range []string{"settings.gradle", "settings.gradle.kts", "build.gradle", "build.gradle.kts", "gradle.properties"} {
			if context, ok := f.Tree.Context(path.Join(dir, name)); ok {
				text.WriteString(f.Read(context) + "\n")
			}
		}
	}
	return text.String()
}

// namedInGradle reports whether the name of a jar is made of the project's, or another one that the scripts have, its version and the
// classifier of a plugin. Sources: docs.gradle.org (AbstractArchiveTask.archiveFileName), gradleup.com/shadow.
func namedInGradle(text, project, name string) bool {
	if hasWord(text, name) {
		return true
	}
	if rest, ok := strings.CutSuffix(name, "-all"); ok && strings.Contains(text, "shadow") && namedInGradle(text, project, rest) {
		return true
	}
	for i := range len(name) {
		if name[i] == '-' && hasWord(text, name[i+1:]) && (hasWord(text, name[:i]) || name[:i] == project) {
			return true
		}
	}
	return name == project && !strings.Contains(text, "version")
}

// sbtMakes: the stage of the native packager, and jars that a build file names.
func (f *finder) sbtMakes(b build, name string) (ok bool, why string) {
	_, rest, found := strings.Cut(name, "/target/")
	switch {
	case !found:
		return false, ""
	case rest == "universal/stage":
		return f.calls(b, "stage"), "sbt is not asked to stage"
	case !packaged(path.Ext(rest)):
		return false, ""
	}
	context, _ := f.Tree.Context(path.Join(b.dir, "build.sbt"))
	return context != "" && hasWord(f.Read(context), path.Base(rest)), "no build file of sbt gives a file the name " + path.Base(rest)
}

// hasWord reports whether a text has a name between quotes, blanks or signs of assignment.
func hasWord(text, name string) bool {
	return name != "" && slices.Contains(strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("\"' \t\r\n=:(),;", r) }), name)
}
