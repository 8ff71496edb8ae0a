// Package elixir finds the releases that a stage assembles with mix, and what they need when they run.
//
// A release holds the compiled program, its dependencies and Erlang itself, so that no Elixir is needed to run it
// (https://hexdocs.pm/mix/Mix.Tasks.Release.html). Erlang is linked with the libraries of the release of the distribution that it was built on:
// those of terminals, of C++ for its compiler to machine code, and of OpenSSL (https://hexdocs.pm/phoenix/releases.html#containers).
package elixir

import (
	"path"
	"slices"
	"strings"

	"dopt/internal/artifact"
	"dopt/transform"
)

// Language finds releases of Elixir.
var Language = artifact.Language{Name: "Elixir", Tools: []string{"mix"}, Find: find}

// find returns the releases that the mix commands of a stage assemble; nil where there is no mix command, or none that the image starts anything of.
func find(s *artifact.Stage) *artifact.Artifact {
	f := finder{Stage: s, out: &artifact.Artifact{Language: "Elixir", Builds: builds, Settled: settled, Variables: []string{"LANG"}, IsSource: isSource}}
	found := false
	for i, c := range s.Commands {
		if path.Base(c.Name()) == "mix" {
			found = true
			f.release(i, c)
		}
	}
	switch {
	case !found:
		return nil
	case slices.Contains([]string{"mix", "iex", "elixir"}, path.Base(s.Start.Program)):
		f.out.Unknown(s.StartedBy(), "starts "+path.Base(s.Start.Program)+", which compiles the program")
		return f.out
	case len(f.out.Unknowns) > 0:
		return f.out
	case len(f.out.Programs) == 0:
		return nil
	}
	if why := f.base(); why != "" {
		f.out.Unknown(s.Evidence(s.Stage.From), why)
		return f.out
	}
	f.out.Sources = s.SourceFolders(isSource)
	f.sources()
	f.needs()
	f.out.Bases = []artifact.Base{{
		Image: "debian:" + s.Base.Release + "-slim", Level: transform.Standard,
		Because: transform.Evidence{Source: s.Base.Source, Text: s.Image + " is made from Debian " + s.Base.Release + ", and a release brings its Erlang along"},
	}}
	return f.out
}

// A finder looks at one stage.
type finder struct {
	*artifact.Stage
	out *artifact.Artifact
}

// base says why nothing can be told of what is built on the image below, "" if that can be told.
func (f *finder) base() string {
	known := f.Base.Config != nil && slices.ContainsFunc(f.Base.Config.Env, func(v transform.ImageVariable) bool { return v.Name == "ELIXIR_VERSION" })
	switch {
	case !known:
		return "is no official image of Elixir: what its Erlang is linked with is not known"
	case f.Base.Distro != "debian" || f.Base.Release == "":
		return "is not built on Debian"
	}
	return ""
}

// release adds the release that a command assembles, where the image starts it.
func (f *finder) release(index int, c artifact.Command) {
	argv := c.Argv()
	at := slices.Index(argv, "release")
	if at < 0 {
		return
	}
	root, ok := f.root(c, argv[at+1:])
	if !ok {
		f.out.Unknown(c.Evidence, "assembles a release in a folder that is not known")
		return
	}
	for _, place := range f.Placed(root, index) {
		program := f.Start.Program
		if path.Dir(program) != path.Join(place, "bin") {
			continue
		}
		f.out.Title = "release " + place
		f.out.Evidence = append(f.out.Evidence, c.Evidence)
		f.out.Programs = append(f.out.Programs, program)
		f.out.Add(artifact.File{Path: place, Folder: true, Because: c.Evidence})
	}
	if f.mentions(c, "include_erts") {
		f.out.Unknown(c.Evidence, "assembles a release of which mix.exs says whether it brings Erlang along")
	}
}

// root returns the folder of the release that a command assembles; args stand behind the task.
func (f *finder) root(c artifact.Command, args []string) (root string, ok bool) {
	name := ""
	for i := 0; i < len(args); i++ {
		switch w := args[i]; {
		case w == "--path" && i+1 < len(args):
			return c.Path(args[i+1]), c.Path(args[i+1]) != ""
		case w == "--version":
			i++
		case !strings.HasPrefix(w, "-") && name == "":
			name = w
		}
	}
	if name == "" { // the only one that mix.exs has: what the image starts tells which
		if name = path.Base(f.Start.Program); !f.mentions(c, ":"+name) && !f.mentions(c, name+":") {
			name = f.app(c)
		}
	}
	env, _ := c.Getenv("MIX_ENV")
	if env == "" {
		env = "dev"
	}
	build, set := c.Getenv("MIX_BUILD_PATH")
	if set || name == "" || c.Dir == "" {
		return path.Join(build, "rel", name), set && path.IsAbs(build) && name != ""
	}
	return path.Join(c.Dir, "_build", env, "rel", name), true
}

// project returns the mix.exs of the folder in which a command runs.
func (f *finder) project(c artifact.Command) string {
	if file, ok := f.Tree.Context(path.Join(c.Dir, "mix.exs")); ok {
		return f.Read(file)
	}
	return ""
}

// mentions reports whether mix.exs has a text.
func (f *finder) mentions(c artifact.Command, text string) bool {
	return strings.Contains(f.project(c), text)
}

// app returns the name of the application, which is that of its release as long as mix.exs names no others.
func (f *finder) app(c artifact.Command) string {
	text := f.project(c)
	_, rest, ok := strings.Cut(text, "app: :")
	if !ok || strings.Contains(text, "releases:") {
		return ""
	}
	return rest[:len(rest)-len(strings.TrimLeft(rest, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"))]
}

// isSource reports whether a file is source of Elixir or Erlang, or a template that is compiled.
func isSource(name string) bool {
	return slices.Contains([]string{".ex", ".exs", ".eex", ".heex", ".leex", ".erl", ".hrl"}, path.Ext(name)) || path.Base(name) == "mix.lock"
}

// builds reports whether a command only builds: what it makes is in the folders of the project and of mix.
func builds(c artifact.Command) bool {
	return slices.Contains([]string{"mix", "rebar3"}, path.Base(c.Name()))
}

// settled: what packages are compiled with is in the build stage, and what they are linked with is in the needs.
func settled(u transform.UnknownNeed) bool {
	return u.Step != nil || strings.HasPrefix(u.Reason, "whether beam package ")
}

// starters are the functions by which a program starts others, or uses parts of Erlang that need libraries of their own, with what they do.
var starters = []struct{ text, what string }{
	{"System.cmd(", "starts other programs"},
	{"System.shell(", "starts other programs"},
	{":os.cmd(", "starts other programs"},
	{"Port.open(", "starts other programs"},
	{"System.find_executable(", "looks for other programs"},
	{":gen_sctp", "uses SCTP, for which Erlang loads a library"},
	{":odbc", "uses ODBC, for which Erlang loads a library"},
	{":wx", "has windows, for which Erlang loads libraries"},
}

// sources adds the files of the build context that texts of the source name, and says what cannot be told.
func (f *finder) sources() {
	for _, s := range starters {
		if where, ok := f.Calls(isSource, s.text); ok {
			f.out.Unknown(transform.Evidence{Source: where, Text: s.text}, s.what)
		}
	}
	for _, t := range f.Texts(isSource) {
		for _, file := range f.OpenedAll(t.Text, isSource, t.Evidence) {
			f.out.Add(file)
		}
	}
}

// needs adds what Erlang needs of the distribution.
func (f *finder) needs() {
	because := f.out.Evidence[0]
	for _, n := range []struct {
		what     string
		packages []string
	}{
		{"the C library", []string{"libc6"}},
		{"the library of C++", []string{"libstdc++6"}},
		{"terminals", []string{"libtinfo6"}},
		{"the library of ncurses", []string{"libncurses6"}},
		{"compression", []string{"zlib1g"}},
		{"OpenSSL", []string{"libssl3t64", "libssl3", "libssl1.1"}},
		{"certificates of servers", []string{"ca-certificates"}},
	} {
		f.out.Needs = append(f.out.Needs, transform.Need{What: n.what, Packages: n.packages, Evidence: because})
	}
	f.out.Needs = append(f.out.Needs, f.Linked()...)
}
