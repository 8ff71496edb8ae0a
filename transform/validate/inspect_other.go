package validate

import (
	"encoding/json"
	"path"
	"strings"
)

// inspectBundler refuses Gemfiles that read more than themselves, and doubts locks for other platforms. Source:
// bundler.io/man/gemfile.5.html.
func inspectBundler(n *inspection) {
	for _, name := range []string{"Gemfile", "gems.rb"} {
		text, ok := n.text(n.join(name))
		if !ok {
			continue
		}
		if word := mentions("\n"+n.withoutVersion(withoutComments(text, "#")), "\ngemspec", "path:", ":path", "\npath ", "eval_gemfile", "require_relative", "File.", "Dir.", "Dir[", "IO.", "load ", "instance_eval"); word != "" {
			n.refuse("%s reads more of the source (%s)", n.join(name), strings.TrimSpace(word))
		}
	}
	lock, ok := n.text(n.join("Gemfile.lock"))
	if !ok {
		return
	}
	if strings.HasPrefix(lock, "PATH\n") || strings.Contains(lock, "\nPATH\n") {
		n.refuse("%s names folders of the source as dependencies", n.join("Gemfile.lock"))
	}
	_, platforms, _ := strings.Cut(lock, "\nPLATFORMS\n")
	platforms, _, _ = strings.Cut(platforms, "\n\n")
	if mentions(platforms, "ruby", "linux") == "" {
		n.mayRewrite(n.join("Gemfile.lock"))
	}
}

// withoutVersion follows the file that a Gemfile takes the version of Ruby from, and drops the line that reads it.
func (n *inspection) withoutVersion(text string) string {
	before, rest, ok := strings.Cut("\n"+text, "\nruby File.read(")
	if !ok || rest == "" || rest[0] != '"' && rest[0] != '\'' {
		return text
	}
	name, after, _ := strings.Cut(rest[1:], rest[:1])
	line, after, _ := strings.Cut(after, "\n")
	if strings.Contains(name, "#{") || line != ")" && line != ").strip" && line != ").chomp" {
		return text
	}
	n.needsFile(n.join(name))
	return before + "\n" + after
}

// A composerJSON is what counts of a composer.json. Source: getcomposer.org/doc/04-schema.md.
type composerJSON struct {
	Scripts      map[string]json.RawMessage `json:"scripts"`
	Autoload     composerAutoload           `json:"autoload"`
	AutoloadDev  composerAutoload           `json:"autoload-dev"`
	Repositories json.RawMessage            `json:"repositories"`
	Extra        map[string]json.RawMessage `json:"extra"`
	Config       struct {
		VendorDir     string `json:"vendor-dir"`
		Optimize      bool   `json:"optimize-autoloader"`
		Authoritative bool   `json:"classmap-authoritative"`
	} `json:"config"`
}

type composerAutoload struct {
	Classmap json.RawMessage `json:"classmap"`
}

// inspectComposer refuses what scans or runs the project's own code.
func inspectComposer(n *inspection) {
	p := n.join("composer.json")
	text, ok := n.text(p)
	if !ok {
		return
	}
	var m composerJSON
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		n.doubt("%s cannot be read: %v", p, err)
		return
	}
	for event := range m.Scripts {
		if strings.HasPrefix(event, "pre-") || strings.HasPrefix(event, "post-") {
			if !n.has("--no-scripts") {
				n.refuse("%s runs the scripts of %s, which may need the source", n.Install, p)
				break
			}
		}
	}
	if !n.has("--no-autoloader") {
		n.autoload(p, m)
	}
	switch {
	case mentions(strings.ReplaceAll(string(m.Repositories), " ", ""), `"type":"path"`, `"type":"artifact"`) != "":
		n.refuse("%s names folders of the source as dependencies", p)
	case hasKey(m.Extra, "installer-paths"), hasKey(m.Extra, "drupal-scaffold"), m.Config.VendorDir != "":
		n.refuse("%s installs into folders of the source", n.Install)
	}
}

// autoload refuses autoloaders that are made from the source as it is.
func (n *inspection) autoload(p string, m composerJSON) {
	dev := m.AutoloadDev
	if n.has("--no-dev") {
		dev = composerAutoload{}
	}
	switch {
	case n.has("-o", "--optimize-autoloader", "-a", "--classmap-authoritative", "--apcu-autoloader"), m.Config.Optimize, m.Config.Authoritative:
		n.refuse("%s makes its autoloader from the source", n.Install)
	case len(m.Autoload.Classmap)+len(dev.Classmap) > 0:
		n.refuse("%s has a classmap, which %s makes from the source", p, n.Install)
	}
}

// inspectGo follows replacements by folders, and the modules of a workspace. Source: go.dev/ref/mod#go-mod-file-replace.
func inspectGo(n *inspection) {
	if text, ok := n.text(n.join("go.mod")); ok {
		for line := range strings.Lines(withoutComments(text, "//")) {
			if _, to, ok := strings.Cut(line, "=>"); ok {
				n.goModule(strings.TrimSpace(to))
			}
		}
	}
	if text, ok := n.text(n.join("go.work")); ok {
		for line := range strings.Lines(withoutComments(text, "//")) {
			n.goModule(strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(line), "use ")))
		}
	}
}

func (n *inspection) goModule(dir string) {
	if dir = strings.Trim(dir, "\"`"); strings.HasPrefix(dir, ".") || strings.HasPrefix(dir, "/") {
		n.needsFile(path.Join(n.join(dir), "go.mod"))
	}
}

// inspectGradle doubts build scripts that do more than declare: they are programs.
func inspectGradle(n *inspection) {
	for _, name := range []string{"*.gradle", "*.gradle.kts"} {
		paths, ok := n.view.Find(Area{Dir: n.dir, Name: name, Deep: true})
		if !ok {
			n.doubt("the build scripts in %s cannot be told", n.dir)
			return
		}
		for _, p := range paths {
			text, ok := n.text(p)
			if word := mentions(withoutComments(text, "//"), "File(", "file(", "files(", "fileTree", "includeBuild", "Properties()", "exec {", "exec{", "providers.exec", "include "); ok && word != "" {
				n.doubt("%s may read more of the source (%s)", p, strings.TrimSpace(word))
			}
		}
	}
}

// inspectSBT doubts build definitions that do more than declare: they are programs.
func inspectSBT(n *inspection) {
	n.needsFile(n.join("project/build.properties"))
	for _, name := range []string{"*.scala", "*.java"} {
		n.reads = append(n.reads, Area{Dir: n.join("project"), Name: name, Deep: true})
	}
	for _, area := range []Area{{Dir: n.dir, Name: "*.sbt", Deep: true}, {Dir: n.join("project"), Name: "*.scala", Deep: true}} {
		paths, ok := n.view.Find(area)
		if !ok {
			n.doubt("the build definitions in %s cannot be told", n.dir)
			return
		}
		for _, p := range paths {
			text, ok := n.text(p)
			if word := mentions(withoutComments(text, "//"), "IO.", "Source.", "Files.", "listFiles", "Process", ".!", "git", "dynver", "buildInfo"); ok && word != "" {
				n.doubt("%s may read more of the source (%s)", p, word)
			}
		}
	}
}

// inspectCargo needs a target of each package: cargo reads no manifest of a package without one, be it
// that it finds the file or that the manifest names it. Source:
// doc.rust-lang.org/cargo/reference/cargo-targets.html.
func inspectCargo(n *inspection) {
	paths, ok := n.view.Find(Area{Dir: n.dir, Name: "Cargo.toml", Deep: true})
	if !ok {
		n.doubt("the packages in %s cannot be told", n.dir)
		return
	}
	for _, p := range paths {
		text, ok := n.text(p)
		if !ok || !strings.Contains(text, "[package]") || namesTargets(text) {
			continue
		}
		for _, target := range []string{"src/main.rs", "src/lib.rs", "src/bin"} {
			n.needsFile(path.Join(path.Dir(p), target))
		}
	}
}

// namesTargets reports whether a Cargo.toml has targets and gives the path of each, so that cargo does
// not look for their files.
func namesTargets(text string) bool {
	targets, paths, in := 0, 0, false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		name, _, _ := strings.Cut(line, "=")
		switch name = strings.TrimSpace(name); {
		case strings.HasPrefix(line, "["):
			in = line == "[lib]" || line == "[[bin]]" || line == "[[example]]" || line == "[[test]]" || line == "[[bench]]"
			if in {
				targets++
			}
		case name == "links", name == "default-run":
			return false // then it looks for build.rs, or for the program
		case in && name == "path":
			paths++
		}
	}
	return targets > 0 && paths == targets
}

// inspectMix follows applications and dependencies in folders, of which their project files are read. Source: Mix.Dep.Loader and Mix.Dep.Umbrella
// at github.com/elixir-lang/elixir.
func inspectMix(n *inspection) {
	n.mixProject(n.dir)
	n.lockUnchecked()
}

// mixProject refuses a project file that reads others, and settings that have the project of the command keep its files elsewhere.
func (n *inspection) mixProject(dir string) {
	file := path.Join(dir, "mix.exs")
	text, ok := n.text(file)
	if !ok {
		return
	}
	text = withoutComments(text, "#")
	elsewhere := []string{"deps_path", "build_path", "config_path", "lockfile"}
	if dir != n.dir {
		elsewhere = nil
	}
	if word := mentions(text, append(elsewhere, "File.", "Code.", "System.cmd", ":path,", `path":`, `umbrella":`, ":in_umbrella", ":apps_path")...); word != "" {
		n.refuse("%s reads more of the source (%s)", file, word)
	}
	before, rest, found := strings.Cut(text, "in_umbrella:")
	for found {
		n.mixSibling(dir, before)
		before, rest, found = strings.Cut(rest, "in_umbrella:")
	}
	n.mixFolders(dir, text)
}

// mixSibling follows the application that is named in front of in_umbrella, or all beside it.
func (n *inspection) mixSibling(dir, before string) {
	name, plain := strings.CutPrefix(before[strings.LastIndexByte(before, '{')+1:], ":")
	name, _, named := strings.Cut(name, ",")
	if !plain || !named || strings.ContainsAny(name, " }\n") {
		n.mixApplications(path.Dir(dir))
		return
	}
	n.mixProject(path.Join(path.Dir(dir), name))
}

// mixFolders follows the folders that a project file names.
func (n *inspection) mixFolders(dir, text string) {
	file := path.Join(dir, "mix.exs")
	before, rest, found := strings.Cut(text, "path:")
	for found {
		value, quoted := strings.CutPrefix(strings.TrimLeft(rest, " \t\n"), `"`)
		value, _, _ = strings.Cut(value, `"`)
		switch name := before[strings.LastIndexAny(before, " \t\n,[({")+1:] + "path"; {
		case name != "path" && name != "apps_path":
		case !quoted || strings.Contains(value, "#{"):
			n.refuse("%s names a folder that cannot be told (%s)", file, name)
		case name == "apps_path":
			n.mixApplications(path.Join(dir, value))
		default:
			dependency := absolute(value, dir)
			if kind, ok := n.view.Stat(path.Join(dependency, "mix.exs")); ok && kind != File {
				n.refuse("%s names %s, which has no mix.exs", file, dependency)
			}
			n.mixProject(dependency)
		}
		before, rest, found = strings.Cut(rest, "path:")
	}
}

// mixApplications follows the applications of an umbrella: the projects in a folder.
func (n *inspection) mixApplications(dir string) {
	projects, ok := n.view.Find(Area{Dir: dir, Name: "mix.exs", Deep: true})
	if !ok {
		n.doubt("the applications in %s cannot be told", dir)
	}
	for _, p := range projects {
		if path.Dir(path.Dir(p)) == dir {
			n.mixProject(path.Dir(p))
		}
	}
}
