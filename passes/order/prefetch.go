package order

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"dopt/transform"
	"dopt/transform/pkgmgr"
	"dopt/transform/rebuild"
)

// A prefetch is how a manager that downloads and compiles in one command is made to download
// first, from the manifests alone.
type prefetch struct {
	// verbs are what the command may be, as pkgmgr reads it.
	verbs []pkgmgr.Verb
	// words are the words behind the program.
	words []string
	// keeps are the flags of the command that the download needs, too. It is the command itself
	// with the words behind it where whole is set.
	keeps []string
	whole bool
	// operands is true where it needs the command's operands, too, within is true where it needs the words
	// between the program and the last one of its verb: rebar3 as prod.
	operands, within bool
	// refusal says why there is no such command, "" if there is.
	refusal string
	// unless is a file beside the manifest that says that nothing need be downloaded, "" if none does.
	unless string
	// unfit are flags with which nothing is downloaded, or from elsewhere.
	unfit []string
	// unread are variables of builds that a download does not look at.
	unread []string
	// surplus is true where it downloads more than the command does: see the package comment.
	surplus bool
	// source says where it is documented that this works.
	source string
}

var prefetches = map[string]prefetch{
	"go": {
		verbs: []pkgmgr.Verb{pkgmgr.Build, pkgmgr.Install, pkgmgr.Run, pkgmgr.Download}, words: []string{"mod", "download"}, surplus: true, unless: "vendor/modules.txt", unfit: []string{"-mod=vendor", "-C", "-modfile"},
		unread: []string{"CGO_ENABLED", "GOOS", "GOARCH", "GOARM", "GOAMD64", "CC", "CXX", "CGO_CFLAGS", "CGO_LDFLAGS"},
		source: "https://go.dev/ref/mod#go-mod-download, https://docs.docker.com/guides/golang/build-images/",
	},
	"maven": {
		verbs: []pkgmgr.Verb{pkgmgr.Build}, words: []string{"-B", "dependency:go-offline"},
		keeps: []string{"-f", "--file", "-s", "--settings", "-gs", "--global-settings", "-P", "--activate-profiles", "-D", "--define"}, unfit: []string{"-o", "--offline", "-pl", "--projects"},
		surplus: true,
		source:  "https://maven.apache.org/plugins/maven-dependency-plugin/go-offline-mojo.html",
	},
	"cargo": {
		verbs: []pkgmgr.Verb{pkgmgr.Build}, words: []string{"fetch"}, keeps: []string{"--locked", "--manifest-path"}, unfit: []string{"--offline", "--frozen"},
		surplus: true,
		source:  "https://doc.rust-lang.org/cargo/commands/cargo-fetch.html",
	},
	"dotnet": {
		verbs: []pkgmgr.Verb{pkgmgr.Build}, words: []string{"restore"}, keeps: []string{"-r", "--runtime"}, unfit: []string{"--no-restore"}, operands: true,
		source: "https://learn.microsoft.com/dotnet/core/tools/dotnet-restore",
	},
	// What --write-verification-metadata resolves comes nearest. It leaves out detached configurations, writes into the project, and fails on files
	// of versions that lost a conflict.
	"gradle": {
		verbs:   []pkgmgr.Verb{pkgmgr.Build},
		refusal: "Gradle downloads what a task needs when it runs the task; none downloads all of it",
		source: "https://docs.gradle.org/current/userguide/dependency_caching.html, https://github.com/gradle/gradle/issues/14051, " +
			"https://github.com/gradle/gradle/issues/17101, https://github.com/gradle/gradle/issues/12260",
	},
	"sbt": {
		verbs:   []pkgmgr.Verb{pkgmgr.Build},
		refusal: "sbt compiles the build itself before it downloads, from files of the project",
		source:  "https://www.scala-sbt.org/1.x/docs/Organizing-Build.html",
	},
	"rebar3": {
		verbs: []pkgmgr.Verb{pkgmgr.Build}, words: []string{"get-deps"}, within: true,
		source: "https://rebar3.org/docs/commands/#get-deps",
	},
	"swift": {
		verbs: []pkgmgr.Verb{pkgmgr.Build}, words: []string{"package", "resolve"},
		keeps: []string{
			"--package-path", "--scratch-path", "--build-path", "--cache-path",
			"--force-resolved-versions", "--only-use-versions-from-resolved-file", "--disable-automatic-resolution", "--skip-update",
		},
		source: "https://docs.swift.org/swiftpm/documentation/packagemanagerdocs/packageresolve",
	},
	"poetry": {
		verbs: []pkgmgr.Verb{pkgmgr.Install}, words: []string{"--no-root"}, whole: true,
		source: "https://python-poetry.org/docs/cli/#install",
	},
	"uv": {
		verbs: []pkgmgr.Verb{pkgmgr.Install}, words: []string{"--no-install-project"}, whole: true,
		source: "https://docs.astral.sh/uv/guides/integration/docker/#intermediate-layers",
	},
	"pdm": {
		verbs: []pkgmgr.Verb{pkgmgr.Install}, words: []string{"--no-self"}, whole: true,
		source: "https://pdm-project.org/latest/reference/cli/#install",
	},
}

// fetched is the download that goes in front of a command.
type fetched struct {
	*install
	// text is the instruction.
	text string
}

// prefetch returns the download of what command c downloads besides; nil where there is none.
func (o *orderer) prefetch(in *transform.Instruction, c call) *fetched {
	use := c.effect.Use
	if use == nil || !c.Top {
		return nil
	}
	p, ok := prefetches[use.Manager.Name]
	if ok && p.refusal != "" && slices.Contains(p.verbs, use.Verb) {
		return &fetched{install: &install{in: in, text: c.text, refusal: p.refusal}}
	}
	if !ok || !slices.Contains(p.verbs, use.Verb) || use.HasFlag(p.words[len(p.words)-1]) || slices.ContainsFunc(use.Flags, func(f pkgmgr.Flag) bool {
		return slices.Contains(p.unfit, f.Name) || slices.Contains(p.unfit, f.Name+"="+f.Value)
	}) {
		return nil
	}
	if use.Verb != pkgmgr.Build && slices.ContainsFunc(use.Packages, func(i int) bool { return !strings.HasPrefix(c.Argv()[i], ".") }) {
		return nil // it is about another project
	}
	if p.whole && (len(use.Packages) > 0 || use.VerbAt != use.Program+1) || use.Sudo {
		return nil
	}
	argv, words := p.command(in, c)
	i := o.installOf(in, c, argv, pkgmgr.Download)
	if i == nil || p.unless != "" && o.Files != nil && o.there(path.Join(i.dir, p.unless)) {
		return nil
	}
	download := *i
	download.text = strings.Join(words, " ")
	around, why := p.around(in, c)
	if download.refusal == "" {
		download.refusal = cmp.Or(why, o.prepares(in, c))
	}
	return &fetched{&download, o.runOf(in, o.place(in, c, i), around+download.text)}
}

// around returns what stands in front of the program of a command, as far as a download needs it, too: variables
// and words such as "python -m". refusal says why the download cannot have them.
func (p prefetch) around(in *transform.Instruction, c call) (text, refusal string) {
	script := in.Script().Text
	for i, a := range c.Assigns {
		end := c.Words[0].Start
		if i+1 < len(c.Assigns) {
			end = c.Assigns[i+1].Value.Start - len(c.Assigns[i+1].Name) - len("=")
		}
		start := a.Value.Start - len(a.Name) - len("=")
		switch value := script[a.Value.Start:a.Value.End]; {
		case slices.Contains(p.unread, a.Name):
		case strings.ContainsAny(value, "`(") || end < start:
			return "", fmt.Sprintf("the value of %s is made by another command", a.Name)
		default:
			text += strings.TrimSpace(script[start:end]) + " "
		}
	}
	if program := c.effect.Use.Program; program > 0 {
		text += script[c.Words[0].Start:c.Words[program].Start]
	}
	return text, ""
}

// harmless are commands that prepare no download.
var harmless = []string{"cd", "mkdir", "set", "echo", "true", ":"}

// prepares says which command in front of c in its RUN may prepare what it downloads, "" if none does: a RUN of
// its own would come before that.
func (o *orderer) prepares(in *transform.Instruction, c call) string {
	list, _ := o.calls(in)
	for _, d := range list {
		same := d.effect.Use != nil && d.effect.Use.Manager == c.effect.Use.Manager
		if d.Start < c.Start && !same && (!slices.Contains(harmless, d.Name()) || len(d.Redirs) > 0) {
			return fmt.Sprintf("`%s` in front of it may prepare that", d.text)
		}
	}
	return ""
}

// command returns the words of the download as they count, and as they are written.
func (p prefetch) command(in *transform.Instruction, c call) (argv, words []string) {
	use, all := c.effect.Use, c.Argv()
	text := in.Script().Text
	written := func(i int) string { return text[c.Words[i].Start:c.Words[i].End] }
	keep := func(i int) { argv, words = append(argv, all[i]), append(words, written(i)) }
	if p.whole {
		for i := use.Program; i < len(all); i++ {
			keep(i)
		}
		return append(argv, p.words...), append(words, p.words...)
	}
	keep(use.Program)
	for i := use.Program + 1; p.within && i < use.VerbAt; i++ {
		keep(i)
	}
	argv, words = append(argv, p.words...), append(words, p.words...)
	valued := map[int]bool{} // words that are the value of the flag in front
	for _, f := range use.Flags {
		next := !strings.Contains(all[f.At], "=") && f.Value != "" && f.At+1 < len(all) && all[f.At+1] == f.Value
		valued[f.At+1] = next
		if p.keepsFlag(f.Name) {
			keep(f.At)
			if next {
				keep(f.At + 1)
			}
		}
	}
	for i := use.VerbAt + 1; p.operands && i < len(all); i++ {
		if !valued[i] && !strings.HasPrefix(all[i], "-") {
			keep(i)
		}
	}
	return argv, words
}

func (p prefetch) keepsFlag(name string) bool {
	if strings.HasPrefix(name, "-DskipTests") || strings.HasPrefix(name, "-Dmaven.test") {
		return false
	}
	return slices.ContainsFunc(p.keeps, func(k string) bool {
		return name == k || len(k) == 2 && strings.HasPrefix(name, k) && !strings.HasPrefix(name, "--")
	})
}

// place returns the directory in which a download for command c runs: that of the command, or the nearest above it that is
// there before the source is copied; the managers look for their manifests in the directories above.
func (o *orderer) place(in *transform.Instruction, c call, i *install) string {
	start := o.dir(in)
	for dir := c.Dir; dir != start && dir != path.Dir(dir); dir = path.Dir(dir) {
		if slices.ContainsFunc(i.needs, func(n need) bool { return below(n.image, dir) }) {
			return dir
		}
	}
	return start
}

// runOf returns a RUN of a command in a directory, with the mounts of in and the path written as in writes it.
func (o *orderer) runOf(in *transform.Instruction, dir, command string) string {
	if start := o.dir(in); dir != start {
		if below(dir, start) && !strings.Contains(in.Script().Text, dir) {
			dir = strings.TrimPrefix(dir, strings.TrimSuffix(start, "/")+"/")
		}
		command = fmt.Sprintf("cd %s && %s", dir, command)
	}
	var b strings.Builder
	b.WriteString(o.Doc.Style().Keyword("RUN") + " ")
	for _, f := range in.Flags() {
		b.WriteString(string(o.Doc.Src[f.Span.Start:f.Span.End]) + " ")
	}
	return b.String() + command
}

// fetchedAlready reports whether an earlier command of the stage, or of those below it, has
// downloaded, installed or built for the project what command c of in would download.
func (o *orderer) fetchedAlready(c call, in *transform.Instruction) bool {
	for _, s := range o.chain(in.Stage) {
		for _, other := range s.Instructions {
			if other == in || other.Index > in.Index || other.Keyword != "RUN" {
				continue
			}
			calls, _ := o.calls(other)
			if slices.ContainsFunc(calls, func(d call) bool {
				use := d.effect.Use
				return use != nil && use.Manager == c.effect.Use.Manager && (o.forProject(d) || use.Verb == pkgmgr.Build) && !o.free(use, d.Argv())
			}) {
				return true
			}
		}
	}
	return false
}

// lost says why it does not pay to download in a step of its own, in a stage that ships: a later
// one removes it, and the layer would keep it, or it is more than the command itself downloads.
func (o *orderer) lost(in *transform.Instruction, c call) string {
	if !o.Ships(in.Stage) {
		return ""
	}
	for _, other := range in.Stage.Instructions[slices.Index(in.Stage.Instructions, in):] {
		if other.Keyword != "RUN" {
			continue
		}
		calls, _ := o.calls(other)
		for _, d := range calls {
			if removes(d, c.effect.Use) {
				return fmt.Sprintf("`%s` removes what is downloaded, and a layer of its own would keep it", d.text)
			}
		}
	}
	if prefetches[c.effect.Use.Manager.Name].surplus && !o.Settings.CacheMounts && !cacheMounted(in) {
		return "it downloads more than the build, and the image would keep that"
	}
	return ""
}

// cacheMounted reports whether a RUN has a cache mount, which is taken to be for what it downloads.
func cacheMounted(in *transform.Instruction) bool {
	return slices.ContainsFunc(in.Flags(), func(f transform.Flag) bool {
		return f.Name == "mount" && rebuild.ReadMount(f.Value).Type == "cache"
	})
}

// removes reports whether a command empties a folder in which a manager keeps what builds need.
func removes(c call, use *pkgmgr.Use) bool {
	for _, cache := range use.Manager.Caches {
		if c.effect.Use != nil && slices.Contains(c.effect.Use.Empties, cache.Path) && cache.Loss == pkgmgr.LosesInputs {
			return true
		}
		tail := strings.TrimPrefix(cache.Path, "~")
		for _, r := range c.effect.Removes {
			if cache.Loss == pkgmgr.LosesInputs && (strings.HasSuffix(r.Name, tail) || strings.Contains(tail+"/", "/"+path.Base(r.Name)+"/")) {
				return true
			}
		}
		for _, w := range c.Argv() {
			if c.Name() == "rm" && cache.Loss == pkgmgr.LosesInputs && strings.HasPrefix(w, "~") && strings.HasPrefix(cache.Path+"/", strings.TrimSuffix(w, "/")+"/") {
				return true
			}
		}
	}
	return false
}
