package llb

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/solver/pb"

	"dopt/transform"
	"dopt/transform/validate"
)

// A libc is the C library of an image.
type libc struct {
	// kind is "glibc", "musl" or "none"; "" if it is not known.
	kind string
	// version is the minor version of glibc 2.
	version int
}

// glibcs are the minor versions of glibc 2 by release. Source: packages.debian.org and packages.ubuntu.com, package libc6.
var glibcs = map[string]int{
	"stretch": 24, "buster": 28, "bullseye": 31, "bookworm": 36, "trixie": 41,
	"bionic": 27, "focal": 31, "jammy": 35, "noble": 39, "resolute": 43,
}

// distrolessReleases are the releases of distroless by the number in its names.
var distrolessReleases = map[string]string{"11": "bullseye", "12": "bookworm", "13": "trixie"}

// libcOf returns the C library of an image, "" being scratch.
func (c *comparison) libcOf(image string) libc {
	known := c.facts(image)
	switch known.Distro {
	case "debian", "ubuntu":
		if v, ok := glibcs[known.Release]; ok {
			return libc{"glibc", v}
		}
		return libc{}
	case "alpine":
		return libc{kind: "musl"}
	case "busybox":
		if known.Release == "glibc" {
			return libc{"glibc", glibcs["trixie"]}
		}
		return libc{kind: "musl"}
	}
	if image == "" || image == "scratch" {
		return libc{kind: "none"}
	}
	name, ok := strings.CutPrefix(image, "gcr.io/distroless/")
	name, tag, _ := strings.Cut(name, ":")
	kind, number, numbered := strings.Cut(name, "-debian")
	switch {
	case !ok || !numbered || strings.HasPrefix(tag, "debug"):
		return libc{}
	case kind == "static":
		return libc{kind: "none"}
	}
	if v, ok := glibcs[distrolessReleases[number]]; ok {
		return libc{"glibc", v}
	}
	return libc{}
}

// releaseNamed makes an image of before the one of after, where that only names the release that the tag has anyway.
func (c *comparison) releaseNamed(before, after *pb.SourceOp) {
	if before == nil || after == nil || !strings.HasPrefix(before.Identifier, imagePrefix) {
		return
	}
	was, is := c.facts(strings.TrimPrefix(before.Identifier, imagePrefix)), c.facts(strings.TrimPrefix(after.Identifier, imagePrefix))
	if was.Release != "" && was.Release == is.Release && after.Identifier == before.Identifier+"-"+was.Release {
		before.Identifier = after.Identifier
	}
}

// shell reports whether an image has /bin/sh.
func (c *comparison) shell(image string) bool { return c.facts(image).Distro != "" }

// base judges the image that the runtime stage starts from.
func (d *division) base() {
	from, to := d.builder.graph.base(), d.after.graph.base()
	was, is := d.libcOf(from), d.libcOf(to)
	switch {
	case was.kind == "" || was.kind == "none":
		d.note(unsound("what the C library of %s is, is not known", from))
	case is.kind == "":
		d.note(unsound("what the C library of %s is, is not known", to))
	case was.kind == "glibc" && is.kind == "glibc":
		if is.version < was.version {
			d.note(unsound("the C library of %s is older than that of %s", to, from))
		}
	case was.kind == "musl" && is.kind == "musl" && d.facts(from).Release == d.facts(to).Release:
	default:
		d.static(to)
	}
	if (len(d.installed) > 0 || len(d.repeats) > 0) && !d.shell(to) {
		d.note(unsound("%s has no shell for RUN", to))
	}
	if len(d.installed) > 0 && !slices.Contains([]string{"debian", "ubuntu"}, d.facts(to).Distro) {
		d.note(unsound("%s has no apt-get", to))
	}
}

// static judges whether what the stage builds needs no C library.
func (d *division) static(to string) {
	worst := validate.NoBuild
	for _, s := range d.built {
		worst = min(worst, s.Links())
	}
	if to == "" {
		to = "scratch"
	}
	switch worst {
	case validate.Dynamic:
		d.note(unsound("a program is linked with a C library that %s does not have", to))
	case validate.Static:
	case validate.GoDefault:
		d.goImports(to)
	default:
		d.note(transform.Verdict{Status: transform.Unproven, Reasons: []string{"that the programs need no C library is not proven"}})
	}
}

// goImports judges whether go links the programs with the C library: it does if one of their packages imports C, or package net or
// os/user, both of which ask the C library unless cgo is switched off.
func (d *division) goImports(to string) {
	d.goSources(asksC, "%s imports %s, for which go links with a C library that "+to+" does not have", "whether the modules that it uses need a C library is not known")
}

// withoutCgo judges whether programs for which cgo has been switched off can do without: they cannot where one of their packages is
// written in C.
func (d *division) withoutCgo() {
	off := false
	for i, s := range d.built {
		off = off || i < len(d.ran) && s.Links() != d.ran[i].Links()
	}
	if off {
		isC := func(pkg string) bool { return pkg == "C" }
		d.goSources(isC, "%s imports %s, and cgo is switched off", "whether the modules that it uses are written in C is not known")
	}
}

// goSources notes the first import of Go's sources that is one of the bad, by a format for the source and the import, or that there
// are modules whose sources are not at hand.
func (d *division) goSources(bad func(pkg string) bool, format, unknown string) {
	modules := false
	d.code.each(func(p, origin string) {
		switch {
		case path.Base(p) == "go.mod":
			if text, _ := textOf(d.env.Files, origin); strings.Contains(text, "require") {
				vendored, known := d.code.Stat(path.Join(path.Dir(p), "vendor/modules.txt"))
				modules = modules || !known || vendored == validate.Absent
			}
		case !strings.HasSuffix(p, ".go") || strings.HasSuffix(p, "_test.go"):
		default:
			list := transform.Remember(d.env.Files, importing(origin), func(files fs.FS) []string {
				text, _ := textOf(files, origin)
				return imports(text)
			})
			if i := slices.IndexFunc(list, bad); i >= 0 {
				d.note(unsound(format, p, list[i]))
			}
		}
	})
	if modules {
		d.note(transform.Verdict{Status: transform.Unproven, Reasons: []string{unknown}})
	}
}

// asksC reports whether go links a program with the C library for an import, unless cgo is switched off.
func asksC(pkg string) bool {
	return pkg == "C" || pkg == "os/user" || pkg == "crypto/tls" || pkg == "net" || strings.HasPrefix(pkg, "net/") && pkg != "net/url" && pkg != "net/netip"
}

// importing is the key under which a project remembers the imports of a source.
type importing string

// imports returns what a Go source imports: each line that is a text, behind a name perhaps.
func imports(source string) (list []string) {
	for line := range quotedLines(source) {
		text := strings.TrimSpace(line[strings.IndexByte(line, '"'):])
		if end := strings.IndexByte(text[1:], '"'); end >= 0 && end == len(text)-2 {
			list = append(list, strings.Clone(strings.Trim(text, `"`)))
		}
	}
	return list
}

// toolVariables are variables by which official images describe the tools that they hold: to a program that runs without these they say
// nothing. Of .NET's, one has programs look for changes of settings by asking again and again, which the kernel tells them otherwise. Source: the
// Dockerfiles at github.com/docker-library (golang, gcc, python, openjdk), rust-lang/docker-rust, carlossg/docker-maven, gradle/docker-gradle and dotnet/dotnet-docker.
var toolVariables = strings.Fields("GOLANG_VERSION GOTOOLCHAIN GOPATH RUSTUP_HOME CARGO_HOME RUST_VERSION OTP_VERSION REBAR_VERSION REBAR3_VERSION ELIXIR_VERSION GPG_KEYS GPG_KEY GCC_MIRRORS GCC_VERSION " +
	"PYTHON_VERSION PYTHON_SHA256 PYTHON_PIP_VERSION PYTHON_SETUPTOOLS_VERSION PYTHON_GET_PIP_URL PYTHON_GET_PIP_SHA256 MAVEN_HOME MAVEN_VERSION MAVEN_CONFIG GRADLE_HOME GRADLE_VERSION " +
	"DOTNET_GENERATE_ASPNET_CERTIFICATE DOTNET_NOLOGO DOTNET_SDK_VERSION DOTNET_USE_POLLING_FILE_WATCHER NUGET_XMLDOC_MODE POWERSHELL_DISTRIBUTION_CHANNEL DOTNET_VERSION ASPNET_VERSION")

// environment judges the variables: all that the file sets have to be there, of those of the old base all but toolVariables. PATH may lack a
// folder to which the image gets nothing.
func (d *division) environment() {
	of := func(env []string) map[string]string {
		all := map[string]string{}
		for _, kv := range env {
			name, value, _ := strings.Cut(kv, "=")
			all[name] = value
		}
		return all
	}
	before, after := of(d.before.image.Config.Env), of(d.after.image.Config.Env)
	inherited := map[string]bool{}
	if c := d.facts(d.before.graph.base()).Config; c != nil {
		for _, v := range c.Env {
			inherited[v.Name] = slices.Contains(d.before.image.Config.Env, v.Name+"="+v.Value) || v.Volatile
		}
	}
	for _, kv := range d.before.image.Config.Env {
		name, value, _ := strings.Cut(kv, "=")
		now, ok := after[name]
		switch {
		case ok && now == value:
		case name == "PATH":
			d.path(value, d.withoutNode(now))
		case !ok && inherited[name] && slices.Contains(toolVariables, name), inherited[name] && d.leavesLocale(name), !ok && inherited[name] && d.leavesNode(name):
		default:
			d.note(unsound("image config: the variable %s is %q, and was %q", name, now, value))
		}
	}
	new := of(nil)
	if c := d.facts(d.after.graph.base()).Config; c != nil {
		for _, v := range c.Env {
			new[v.Name] = v.Value
		}
	}
	for name := range after {
		if _, ok := before[name]; !ok {
			if _, ok := new[name]; !ok {
				d.note(unsound("image config: the variable %s is new", name))
			}
		}
	}
}

// path judges a PATH that may have fewer folders.
func (d *division) path(was, is string) {
	rest := strings.Split(is, ":")
	for dir := range strings.SplitSeq(was, ":") {
		if len(rest) > 0 && rest[0] == dir {
			rest = rest[1:]
			continue
		}
		holds := func(c string) bool { return path.Dir(c) == dir || strings.HasPrefix(dir+"/", c+"/") }
		if !slices.Contains(strings.Split(is, ":"), dir) && slices.ContainsFunc(d.copied, holds) {
			d.note(unsound("image config: PATH lacks %s, where the image has programs", dir))
		}
	}
	if len(rest) > 0 {
		d.note(unsound("image config: PATH has %s, or in another order", strings.Join(rest, ":")))
	}
}
