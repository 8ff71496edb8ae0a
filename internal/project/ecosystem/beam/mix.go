// Package beam reads the manifests of Mix and rebar3.
package beam

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

// elixirReads are calls of a mix.exs or of a config file that read files or run programs, and
// aliases by which a task is another one.
var elixirReads = []string{
	"File.", "System.cmd", "System.shell", ":os.cmd", "Code.", ":file.", "Path.wildcard", "Mix.install", "EEx.", "IO.read", "IO.stream", "Port.open",
	"Mix.Project.in_project", `"deps.get":`, `"deps.compile":`, "Dotenv", "Dotenvy", "Application.app_dir", "Mix.Config.eval", "Config.Reader",
}

// otherKeys are the options of folders in another form than that of all manifests, path: "folder".
var otherKeys = []string{":path,", `"path":`, ":in_umbrella", `"in_umbrella":`, ":apps_path", `"apps_path":`}

var mixPatterns = sync.OnceValue(func() (p struct{ read, path, apps, config, lock, umbrella, imported *regexp.Regexp }) {
	p.read = regexp.MustCompile(`File\.read!?\(\s*"([^"#]+)"\s*\)`)
	p.path = regexp.MustCompile(`\bpath:\s*(?:"([^"#]+)")?`)
	p.apps = regexp.MustCompile(`\bapps_path:\s*(?:"([^"#]+)")?`)
	p.config = regexp.MustCompile(`\bconfig_path:\s*(?:"([^"#]+)")?`)
	p.lock = regexp.MustCompile(`\blockfile:\s*(?:"([^"#]+)")?`)
	p.umbrella = regexp.MustCompile(`\{\s*:(\w+)\s*,.*\bin_umbrella:\s*true`)
	p.imported = regexp.MustCompile(`^import_config[\s(]+"([^"]+)"\)?$`)
	return p
})

// A mixReader gathers what Mix reads to fetch dependencies: it loads the project's mix.exs with the
// configuration, and the mix.exs of applications and dependencies in folders.
// Source: https://hexdocs.pm/mix/Mix.Tasks.Deps.Get.html, https://hexdocs.pm/mix/Mix.Tasks.Loadconfig.html
type mixReader struct {
	fsys fs.FS
	env  string // MIX_ENV
	manifest.Inputs
	// projects are the folders whose mix.exs has been read; folders is true where one of them is an
	// application of the umbrella, or a dependency in a folder.
	projects []string
	folders  bool
	// apps is the folder of the umbrella's applications, all of which are read; "" where there is none.
	apps string
}

func (r *mixReader) refuse(name string, line int, format string, args ...any) {
	if r.Refusal == "" {
		r.Refusal = manifest.Refuse(name, line, format, args...).Refusal
	}
}

// project reads the mix.exs of a folder; top is true for that of the command.
func (r *mixReader) project(dir string, top bool, because transform.Evidence) error {
	if slices.Contains(r.projects, dir) || r.Refusal != "" {
		return nil
	}
	if len(r.projects) >= manifest.MaxFollowed {
		return fmt.Errorf("%s: more than %d projects", dir, manifest.MaxFollowed)
	}
	r.projects = append(r.projects, dir)
	name := path.Join(dir, "mix.exs")
	data, err := manifest.Read(r.fsys, name)
	if err != nil {
		return err
	}
	r.AddFile(name, because)
	config, lock := "config/config.exs", "mix.lock"
	for n, line := range manifest.Code(data, "#") {
		r.reads(name, n, line)
		p := mixPatterns()
		for _, setting := range []struct {
			pattern *regexp.Regexp
			value   *string
		}{{p.config, &config}, {p.lock, &lock}} {
			if m := setting.pattern.FindStringSubmatch(line); m != nil {
				if *setting.value = m[1]; m[1] == "" {
					r.refuse(name, n, "%.80q: what it names cannot be told", line)
				}
			}
		}
		if err := r.references(name, n, line); err != nil || r.Refusal != "" {
			return err
		}
	}
	if !top {
		return nil
	}
	return r.beside(name, config, lock)
}

// beside adds the lock file and the configuration of the project.
func (r *mixReader) beside(name, config, lock string) error {
	file, err := manifest.Resolve(path.Dir(name), lock)
	if err != nil {
		r.refuse(name, 0, "%s", err)
		return nil
	}
	r.AddThere(r.fsys, path.Dir(file), "the project's lock file", path.Base(file))
	file, err = manifest.Resolve(path.Dir(name), config)
	if err != nil {
		r.refuse(name, 0, "%s", err)
		return nil
	}
	if !manifest.IsFile(r.fsys, file) {
		return nil
	}
	return r.config(file, transform.Evidence{Source: file, Text: "Mix loads the configuration before any task"})
}

// reads takes a line that reads a file, or refuses it.
func (r *mixReader) reads(name string, n int, line string) {
	read := mixPatterns().read
	for _, m := range read.FindAllStringSubmatch(line, -1) {
		file, err := manifest.Resolve(path.Dir(name), m[1])
		if err != nil || !manifest.IsFile(r.fsys, file) {
			r.refuse(name, n, "%s is not in the context", m[1])
			return
		}
		r.AddFile(file, transform.Evidence{Source: name, Line: n, Text: "the manifest reads it"})
	}
	rest := read.ReplaceAllString(line, "")
	for _, call := range elixirReads {
		if strings.Contains(rest, call) {
			r.refuse(name, n, "%.80q: what it reads cannot be told", call)
		}
	}
}

// references follows the projects in folders that a line of a mix.exs names.
func (r *mixReader) references(name string, n int, line string) error {
	p := mixPatterns()
	because := transform.Evidence{Source: name, Line: n, Text: "a project in a folder"}
	if m := p.apps.FindStringSubmatch(line); m != nil {
		return r.umbrella(name, n, m[1])
	}
	if slices.ContainsFunc(otherKeys, func(k string) bool { return strings.Contains(line, k) }) {
		r.refuse(name, n, "%.80q: what it names cannot be told", line)
		return nil
	}
	for entry := range strings.SplitAfterSeq(line, "},") {
		dir := ""
		if m := p.umbrella.FindStringSubmatch(entry); m != nil {
			dir, r.folders = "../"+m[1], true
		} else if m := p.path.FindStringSubmatch(entry); m != nil {
			if m[1] == "" {
				r.refuse(name, n, "%.80q: what it names cannot be told", entry)
				return nil
			}
			dir, r.folders = m[1], true
		} else if strings.Contains(entry, "in_umbrella:") && path.Dir(path.Dir(name)) != r.apps {
			r.refuse(name, n, "%.80q: what it names cannot be told", entry)
			return nil
		}
		if dir == "" {
			continue
		}
		if err := r.dependency(name, dir, because); err != nil {
			return err
		}
	}
	return nil
}

// dependency follows a project in a folder that a mix.exs names.
func (r *mixReader) dependency(name, dir string, because transform.Evidence) error {
	to, err := manifest.Resolve(path.Dir(name), dir)
	if err != nil {
		r.refuse(name, because.Line, "%s", err)
		return nil
	}
	if !manifest.IsFile(r.fsys, path.Join(to, "mix.exs")) {
		r.refuse(name, because.Line, "%s has no mix.exs in the context", dir)
		return nil
	}
	return r.project(to, false, because)
}

// umbrella follows the applications of an umbrella project.
func (r *mixReader) umbrella(name string, n int, apps string) error {
	dir, err := manifest.Resolve(path.Dir(name), apps)
	if err != nil || apps == "" {
		r.refuse(name, n, "the folder of the applications cannot be told")
		return nil
	}
	found, err := fs.Glob(r.fsys, path.Join(dir, "*", "mix.exs"))
	if err != nil {
		return err
	}
	r.folders, r.apps = r.folders || len(found) > 0, dir
	for _, file := range found {
		if err := r.project(path.Dir(file), false, transform.Evidence{Source: name, Line: n, Text: "an application of the umbrella"}); err != nil {
			return err
		}
	}
	return nil
}

// config reads a configuration file, once, and those that it imports.
func (r *mixReader) config(name string, because transform.Evidence) error {
	if slices.ContainsFunc(r.Files, func(in manifest.Input) bool { return in.Path == name }) {
		return nil
	}
	data, err := manifest.Read(r.fsys, name)
	if err != nil {
		return err
	}
	r.AddFile(name, because)
	for n, line := range manifest.Code(data, "#") {
		r.reads(name, n, line)
		m := mixPatterns().imported.FindStringSubmatch(line)
		if m == nil {
			if strings.Contains(line, "import_config") {
				r.refuse(name, n, "%.80q: what it imports cannot be told", line)
			}
			continue
		}
		if err := r.imports(name, n, m[1]); err != nil {
			return err
		}
	}
	return nil
}

// configEnvs are how a configuration file calls MIX_ENV.
var configEnvs = []string{"#{config_env()}", "#{Mix.env()}", "#{Mix.env}", "#{config_env}"}

// imports follows import_config "#{config_env()}.exs".
func (r *mixReader) imports(name string, n int, imported string) error {
	for _, env := range configEnvs {
		imported = strings.ReplaceAll(imported, env, r.env)
	}
	pattern, err := manifest.Resolve(path.Dir(name), imported)
	if err != nil || strings.Contains(imported, "#{") {
		r.refuse(name, n, "%s: what it imports cannot be told", imported)
		return nil
	}
	found, err := fs.Glob(r.fsys, pattern)
	if err != nil {
		return fmt.Errorf("%s:%d: %w", name, n, err)
	}
	if len(found) == 0 && !strings.ContainsAny(pattern, "*?[") {
		r.refuse(name, n, "%s is not in the context", imported)
	}
	for _, file := range found {
		if err := r.config(file, transform.Evidence{Source: name, Line: n, Text: "the configuration imports it"}); err != nil {
			return err
		}
	}
	return nil
}
