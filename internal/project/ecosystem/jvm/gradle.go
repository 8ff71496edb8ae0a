package jvm

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"dopt/internal/project/manifest"
	"dopt/transform"
)

// gradleReads are calls of build scripts that read files or run programs while Gradle configures
// the projects. What they read cannot be told from the text.
var gradleReads = []string{
	".text", "readText", "readLines", "readBytes", ".load(", "InputStream", "FileReader", "newReader", "Slurper", "new Yaml", "Yaml()",
	"execute()", "exec {", "exec{", "providers.exec", "ProcessBuilder", "getRuntime()", "listFiles", "eachFile", "eachDir", "eachLine",
	".exists()", "isDirectory", "isFile", "walkTopDown", ".walk", "Files.", "fileContents", "evaluate(", "GroovyShell", "buildFileName",
}

// gradleHistory are plugins that read the repository's history while Gradle configures the projects.
var gradleHistory = []string{
	"git-version", "gitVersion", "gitProperties", "axion-release", "scmVersion", "nebula.release", "grgit", "reckon", "jgitver", "semver-git", "gitversioning", "shipkit-auto-version",
}

// gradleScript has the patterns of the statements that name other files.
var gradleScript = sync.OnceValue(func() (p struct{ include, includeBuild, projectDir, applyFrom, literal, files, tree, flatDir *regexp.Regexp }) {
	p.include = regexp.MustCompile(`^include\b\s*\(?(.*?)\)?;?$`)
	p.includeBuild = regexp.MustCompile(`\bincludeBuild\b\s*\(?\s*(.*?)\)?\s*\{?;?$`)
	p.projectDir = regexp.MustCompile(`^project\(\s*["']([^"'$]+)["']\s*\)\.projectDir\s*=\s*(?:new File|file|File)\s*\(\s*(?:(?:rootDir|settingsDir|rootProject\.projectDir)\s*,\s*)?["']([^"'$]+)["']\s*\)$`)
	p.applyFrom = regexp.MustCompile(`\bapply\s*\(?\s*from\s*[:=]\s*(.*?)\)?;?$`)
	p.literal = regexp.MustCompile(`^(?:rootProject\.file\(|file\()?\s*["']([^"'$]+)["']\s*\)?$`)
	p.files = regexp.MustCompile(`\bfiles\s*\(([^)]*)\)`)
	p.tree = regexp.MustCompile(`\bfileTree\s*\(\s*(?:dir\s*[:=]\s*)?["']([^"'$]+)["']`)
	p.flatDir = regexp.MustCompile(`\bdirs\b\s*\(?\s*(.*?)\)?\s*\}?$`)
	return p
})

// gradleBuild is what Gradle reads when it configures the projects of one build.
type gradleBuild struct {
	fsys   fs.FS
	root   string
	inputs manifest.Inputs
	// projects are the folders of the projects, by their paths such as :app:core.
	projects map[string]string
	scripts  map[string]bool
	named    int // how many files and folders the scripts name
}

// gradleInputs returns what a task that only resolves dependencies reads: every project is
// configured for it.
// Source: https://docs.gradle.org/current/userguide/build_lifecycle.html
func gradleInputs(fsys fs.FS, in manifest.Install, use manifest.Command) (manifest.Inputs, error) {
	if use.HasFlag("-b", "--build-file", "-c", "--settings-file", "-I", "--init-script", "--include-build", "--project-cache-dir") {
		return manifest.Refuse("", 0, "Gradle is given other files on its command line"), nil
	}
	dir := in.Dir
	if f, ok := use.Flag("-p", "--project-dir"); ok {
		var err error
		if dir, err = in.Path(f.Value); err != nil {
			return manifest.Refuse("", 0, "%s", err), nil
		}
	}
	b := gradleBuild{fsys: fsys, projects: map[string]string{}, scripts: map[string]bool{}}
	settings := b.findSettings(dir)
	b.projects[":"] = b.root
	if settings != "" {
		if err := b.readScript(settings); err != nil || b.inputs.Refusal != "" {
			return b.inputs, err
		}
	}
	if err := b.readProjects(); err != nil || b.inputs.Refusal != "" {
		return b.inputs, err
	}
	b.addRoot()
	if path.Base(in.Argv[0]) == "gradlew" {
		b.inputs.AddThere(fsys, b.root, "the wrapper fetches Gradle by it", "gradle/wrapper/gradle-wrapper.jar", "gradle/wrapper/gradle-wrapper.properties")
	}
	if refusal := addWrapper(fsys, in, "gradlew", &b.inputs); refusal != "" {
		return manifest.Inputs{Refusal: refusal}, nil
	}
	return b.inputs, nil
}

// findSettings sets the root of the build and returns its settings script, "" where there is none:
// it is looked for in the folder and those above.
func (b *gradleBuild) findSettings(dir string) string {
	for up := dir; ; up = path.Dir(up) {
		for _, name := range []string{"settings.gradle", "settings.gradle.kts"} {
			if file := path.Join(up, name); manifest.IsFile(b.fsys, file) {
				b.root = up
				return file
			}
		}
		if up == "." {
			b.root = dir
			return ""
		}
	}
}

// addRoot adds what Gradle reads in the root folder by convention.
func (b *gradleBuild) addRoot() {
	b.inputs.AddThere(b.fsys, b.root, "Gradle reads it in the root folder",
		"gradle/libs.versions.toml", "gradle/verification-metadata.xml", "gradle/verification-keyring.keys", "gradle/verification-keyring.gpg",
		"gradle/gradle-daemon-jvm.properties", "settings-gradle.lockfile")
	for _, name := range []string{"buildSrc", "gradle/dependency-locks"} {
		if dir := path.Join(b.root, name); manifest.IsDir(b.fsys, dir) {
			b.inputs.AddDir(dir, transform.Evidence{Source: dir, Text: "Gradle compiles and reads it before the build"})
		}
	}
}

// readProjects reads the build script of every project.
func (b *gradleBuild) readProjects() error {
	for _, name := range sortedKeys(b.projects) {
		dir := b.projects[name]
		before := len(b.inputs.Files)
		b.inputs.AddThere(b.fsys, dir, "Gradle reads it in the folder of each project", "gradle.properties", "gradle.lockfile", "buildscript-gradle.lockfile")
		for _, file := range []string{"build.gradle", "build.gradle.kts"} {
			file = path.Join(dir, file)
			if !manifest.IsFile(b.fsys, file) {
				continue
			}
			if err := b.readScript(file); err != nil || b.inputs.Refusal != "" {
				return err
			}
			break
		}
		if len(b.inputs.Files) == before && name != ":" {
			b.inputs.Refusal = fmt.Sprintf("the project %s has no build file, and Gradle 9 demands that its folder is there", name)
			return nil
		}
	}
	return nil
}

// readScript reads one script, once, and follows those that it applies.
func (b *gradleBuild) readScript(name string) error {
	if b.scripts[name] {
		return nil
	}
	b.scripts[name] = true
	data, err := manifest.Read(b.fsys, name)
	if err != nil {
		return err
	}
	if len(b.scripts) > manifest.MaxFollowed {
		return fmt.Errorf("%s: more than %d scripts", name, manifest.MaxFollowed)
	}
	b.inputs.AddFile(name, transform.Evidence{Source: name, Text: "a script of the build"})
	if line, call := manifest.FirstWith(data, "//", gradleReads); line > 0 {
		b.inputs = manifest.Refuse(name, line, "%q: what the script reads cannot be told", call)
		return nil
	}
	if line, plugin := manifest.FirstWith(data, "//", gradleHistory); line > 0 {
		b.inputs = manifest.Refuse(name, line, "%q reads the repository's history", plugin)
		return nil
	}
	isSettings := strings.HasPrefix(path.Base(name), "settings.")
	s := gradleStatements{b: b, name: name}
	for n, line := range manifest.Code(data, "//") {
		if err := s.read(n, line, isSettings); err != nil || b.inputs.Refusal != "" {
			return err
		}
	}
	return nil
}

// gradleStatements reads the statements of one script that name other files.
type gradleStatements struct {
	b    *gradleBuild
	name string
	// including is true inside an include statement that goes on on the next line.
	including bool
}

func (s *gradleStatements) refuse(line int, text string) error {
	s.b.inputs = manifest.Refuse(s.name, line, "%.80q: what it names cannot be told", text)
	return nil
}

func (s *gradleStatements) read(n int, line string, isSettings bool) error {
	p := gradleScript()
	if isSettings {
		if done, err := s.readSettings(n, line); done || err != nil {
			return err
		}
	}
	if m := p.applyFrom.FindStringSubmatch(line); m != nil {
		return s.readApplied(n, m[1], line)
	}
	for _, m := range p.files.FindAllStringSubmatch(line, -1) {
		for word := range strings.SplitSeq(m[1], ",") {
			s.addIfThere(n, word)
		}
	}
	if m := p.tree.FindStringSubmatch(line); m != nil {
		s.addIfThere(n, `"`+m[1]+`"`)
	}
	if m := p.flatDir.FindStringSubmatch(line); m != nil && !strings.Contains(m[1], "=") {
		for word := range strings.SplitSeq(m[1], ",") {
			s.addIfThere(n, word)
		}
	}
	return nil
}

// addIfThere adds the file or folder that a literal names, relative to the script's folder.
func (s *gradleStatements) addIfThere(n int, word string) {
	m := gradleScript().literal.FindStringSubmatch(strings.TrimSpace(word))
	if m == nil {
		return
	}
	name, err := manifest.Resolve(path.Dir(s.name), m[1])
	because := transform.Evidence{Source: s.name, Line: n, Text: "named by the script"}
	if s.b.named++; s.b.named > manifest.MaxFollowed {
		s.b.inputs = manifest.Refuse(s.name, n, "more than %d files are named", manifest.MaxFollowed)
		return
	}
	switch {
	case err != nil:
	case manifest.IsFile(s.b.fsys, name):
		s.b.inputs.AddFile(name, because)
	case name != "." && manifest.IsDir(s.b.fsys, name):
		s.b.inputs.AddDir(name, because)
	}
}

// readApplied follows apply from: "…".
func (s *gradleStatements) readApplied(n int, from, line string) error {
	m := gradleScript().literal.FindStringSubmatch(strings.TrimSpace(from))
	if m == nil {
		root, ok := cutAny(strings.Trim(strings.TrimSpace(from), `"`), "$rootDir/", "${rootDir}/", "$rootProject.projectDir/", "${rootProject.projectDir}/")
		if !ok || strings.Contains(root, "$") {
			return s.refuse(n, line)
		}
		return s.follow(n, s.b.root, root)
	}
	if strings.Contains(m[1], "://") {
		return nil
	}
	if strings.Contains(from, "rootProject.file") {
		return s.follow(n, s.b.root, m[1])
	}
	return s.follow(n, path.Dir(s.name), m[1])
}

func (s *gradleStatements) follow(n int, dir, script string) error {
	name, err := manifest.Resolve(dir, script)
	if err != nil {
		s.b.inputs = manifest.Refuse(s.name, n, "%s", err)
		return nil
	}
	return s.b.readScript(name)
}

// readSettings reads the statements that only settings scripts have.
func (s *gradleStatements) readSettings(n int, line string) (done bool, err error) {
	p := gradleScript()
	if s.including {
		return true, s.readIncluded(n, line)
	}
	if m := p.includeBuild.FindStringSubmatch(line); m != nil {
		return true, s.readIncludedBuild(n, m[1], line)
	}
	if m := p.projectDir.FindStringSubmatch(line); m != nil {
		dir, err := manifest.Resolve(s.b.root, m[2])
		if err != nil {
			s.b.inputs = manifest.Refuse(s.name, n, "%s", err)
			return true, nil
		}
		s.b.projects[":"+strings.TrimPrefix(m[1], ":")] = dir
		return true, nil
	}
	if strings.Contains(line, "projectDir") || strings.Contains(line, ".children") || strings.Contains(line, "includeFlat") {
		return true, s.refuse(n, line)
	}
	if m := p.include.FindStringSubmatch(line); m != nil {
		return true, s.readIncluded(n, m[1])
	}
	if slices.Contains(strings.FieldsFunc(line, func(r rune) bool { return r != '_' && (r < '0' || r > 'z') }), "include") {
		return true, s.refuse(n, line)
	}
	return false, nil
}

// readIncluded reads the projects of an include statement, one line of it.
func (s *gradleStatements) readIncluded(n int, list string) error {
	list = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(list), ")"))
	s.including = strings.HasSuffix(list, ",") || list == "" || list == "("
	for word := range strings.SplitSeq(strings.Trim(list, "(, "), ",") {
		word = strings.TrimSpace(word)
		if word == "" {
			continue
		}
		m := gradleScript().literal.FindStringSubmatch(word)
		if m == nil {
			return s.refuse(n, word)
		}
		if s.addProject(n, m[1]); s.b.inputs.Refusal != "" {
			return nil
		}
	}
	return nil
}

// maxProjectPath is the length of a project's path, in bytes, up to which it is followed.
const maxProjectPath = 1000

// addProject adds a project and those that its path goes through.
func (s *gradleStatements) addProject(n int, project string) {
	at := ""
	for name := range strings.SplitSeq(strings.Trim(project, ":"), ":") {
		if at += ":" + name; len(s.b.projects) > manifest.MaxFollowed || len(at) > maxProjectPath {
			s.b.inputs = manifest.Refuse(s.name, n, "more than %d projects, or too deep", manifest.MaxFollowed)
			return
		}
		if _, known := s.b.projects[at]; known {
			continue
		}
		dir, err := manifest.Resolve(s.b.root, strings.ReplaceAll(strings.TrimPrefix(at, ":"), ":", "/"))
		if err != nil {
			s.b.inputs = manifest.Refuse(s.name, n, "%s", err)
			return
		}
		s.b.projects[at] = dir
	}
}

// readIncludedBuild adds the folder of another build, which Gradle compiles first.
func (s *gradleStatements) readIncludedBuild(n int, word, line string) error {
	m := gradleScript().literal.FindStringSubmatch(strings.TrimSpace(word))
	if m == nil {
		return s.refuse(n, line)
	}
	dir, err := manifest.Resolve(s.b.root, m[1])
	if err != nil || dir == "." || !manifest.IsDir(s.b.fsys, dir) {
		s.b.inputs = manifest.Refuse(s.name, n, "the included build %s is not in the context", m[1])
		return nil
	}
	s.b.inputs.AddDir(dir, transform.Evidence{Source: s.name, Line: n, Text: "the included build " + m[1]})
	return nil
}

// cutAny returns what follows the first of the prefixes that s has.
func cutAny(s string, prefixes ...string) (rest string, ok bool) {
	for _, p := range prefixes {
		if rest, ok = strings.CutPrefix(s, p); ok {
			return rest, true
		}
	}
	return s, false
}
