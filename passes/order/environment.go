package order

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"dopt/transform"
)

// fileVariables begin the names of variables by which programs that have nothing to do with the project
// choose files to obey. Sources: the manual pages of the programs, such as pip's "Configuration", npm's
// "config", git(1) "ENVIRONMENT VARIABLES", curl(1) and openssl-env(7).
var fileVariables = []string{
	"PIP_", "UV_", "POETRY_", "PIPENV_", "PYTHON", "CONDA", "NPM_CONFIG_", "npm_config_", "YARN_", "PNPM_", "NODE_", "BUNDLE_", "GEM", "RUBY", "COMPOSER", "PHP",
	"CARGO_", "RUSTUP_", "GO", "MAVEN_", "GRADLE_", "JAVA_", "JDK_", "NUGET_", "DOTNET_", "MIX_", "HEX_", "PERL5",
	"APT_", "DPKG_", "WGETRC", "CURL_", "SSL_", "REQUESTS_CA_BUNDLE", "AWS_CA_BUNDLE", "GIT_", "NETRC", "BASH_ENV", "ENV", "LD_PRELOAD",
}

// folderVariables name folders in which such programs look for what they load.
var folderVariables = []string{"LD_LIBRARY_PATH", "LIBRARY_PATH", "CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH", "PKG_CONFIG_PATH", "CMAKE_PREFIX_PATH", "SSL_CERT_DIR"}

// A variable is one that is set for a RUN, with the parts of its value that may be paths.
type variable struct {
	name  string
	words []string
}

func newVariable(name, value string) variable {
	return variable{name, strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(" :=,;\"'", r) })}
}

// variables returns what an ENV or an ARG sets.
func variables(in *transform.Instruction) (list []variable) {
	switch c := in.Command.(type) {
	case *instructions.EnvCommand:
		for _, kv := range c.Env {
			list = append(list, newVariable(kv.Key, kv.Value))
		}
	case *instructions.ArgCommand:
		for _, arg := range c.Args {
			if arg.Value != nil {
				list = append(list, newVariable(arg.Key, *arg.Value))
			}
		}
	}
	return list
}

// chosen returns a file, or a folder, that t copies and that command c of in may read because a variable names
// it, and the variable; "" if there is none, or if i, which is nil for a command that is no install, needs it anyway.
func (o *orderer) chosen(t *transfer, in *transform.Instruction, c call, i *install) (file, by string) {
	for _, s := range o.chain(in.Stage) {
		for _, other := range o.setters[s] {
			if other.Index > in.Index {
				break
			}
			for _, v := range variables(other) {
				if file := o.leads(t, other, c, v); file != "" && !i.reads(file) {
					return file, v.name
				}
			}
		}
	}
	for _, a := range c.Assigns {
		if file := o.leads(t, in, c, newVariable(a.Name, a.Value.Value)); file != "" && !i.reads(file) {
			return file, a.Name
		}
	}
	return "", ""
}

// reads reports whether a path of the image is one of those that the install needs.
func (i *install) reads(file string) bool {
	return i != nil && slices.ContainsFunc(i.needs, func(n need) bool { return n.image == file || n.dir && below(file, n.image) })
}

// leads returns what t copies and c reads because of a variable that is set at an instruction, "" if nothing.
func (o *orderer) leads(t *transfer, at *transform.Instruction, c call, v variable) string {
	for _, word := range v.words {
		word, known := expand(word, at.State())
		if !known || word == "" {
			continue
		}
		if !path.IsAbs(word) {
			word = path.Join(c.Dir, word)
		}
		if file := o.ledTo(t, c, v.name, word); file != "" {
			return file
		}
	}
	return ""
}

// ledTo is leads for one path of a variable's value.
func (o *orderer) ledTo(t *transfer, c call, name, word string) string {
	var files []string
	switch {
	case name == "PATH" && len(c.Words) > 0 && !strings.Contains(c.Name(), "/"):
		// The programs of a system do not come with what another stage makes.
		if program := path.Join(word, c.Name()); t.exact() || c.effect.Use != nil && !slices.Contains(system, c.effect.Use.Manager.Ecosystem) {
			files = []string{program}
		}
	case name == "HOME":
		for _, setting := range settings {
			files = append(files, path.Join(word, setting))
		}
	case name == "PYTHONPATH" && t.exact():
		// Python runs them at its start: https://docs.python.org/3/library/site.html.
		files = []string{path.Join(word, "sitecustomize.py"), path.Join(word, "usercustomize.py")}
	case slices.Contains(folderVariables, name):
		files = []string{word}
	case name != "PYTHONPATH" && slices.ContainsFunc(fileVariables, func(prefix string) bool { return strings.HasPrefix(name, prefix) }):
		if o.bringsFile(t, word) {
			return word
		}
	}
	if at := slices.IndexFunc(files, func(file string) bool { return o.touches(t, file, true) }); at >= 0 {
		return files[at]
	}
	return ""
}

// exact reports whether all that t copies can be looked up in the context.
func (t *transfer) exact() bool {
	return !slices.ContainsFunc(t.entries, func(e entry) bool { return !e.exact })
}

// bringsFile reports whether t copies, or may copy, a file to a path.
func (o *orderer) bringsFile(t *transfer, name string) bool {
	return slices.ContainsFunc(t.entries, func(e entry) bool {
		switch {
		case symbol(e.image) != symbol(name):
			return false // a variable of a tool names no file of an unknown folder
		case !e.dir || !e.exact:
			return e.image == name || e.dir && below(name, e.image)
		case !below(name, e.image):
			return false
		}
		context := path.Join(e.context, strings.TrimPrefix(name, strings.TrimSuffix(e.image, "/")+"/"))
		info, err := fs.Stat(o.Files, context)
		return err == nil && !info.IsDir() && !o.ignored(context)
	})
}

// fileEndings are those of files that commands name without a folder: sources of packages, keys, certificates, lists, settings.
var fileEndings = []string{
	".repo", ".sources", ".spec", ".dsc", ".rockspec", ".pem", ".crt", ".cer", ".key", ".gpg", ".asc", ".cfg", ".conf", ".ini", ".toml", ".json", ".xml", ".txt", ".list", ".yml", ".yaml",
}

// namesFile reports whether a word of a command names a file that t copies. Where it cannot be told what t copies,
// the ending tells.
func (o *orderer) namesFile(t *transfer, c call, word string) bool {
	name := c.Path(strings.TrimPrefix(word, "@")) // as curl writes it
	return name != "" && o.bringsFile(t, name) && (t.exact() || slices.Contains(fileEndings, path.Ext(name)))
}

// lookups are programs that choose what they work with by files of the working directory, or of a folder
// above it. Sources: https://rust-lang.github.io/rustup/overrides.html, https://github.com/nodejs/corepack,
// https://classic.yarnpkg.com/en/docs/yarnrc, https://docs.astral.sh/uv/concepts/configuration-files.
var lookups = map[string][]string{
	"rustup":   {"rust-toolchain", "rust-toolchain.toml"},
	"corepack": {"package.json"},
	"yarn":     {".yarnrc", ".yarnrc.yml", ".npmrc"}, "pnpm": {".npmrc"}, "bun": {"bunfig.toml", ".npmrc"},
	"uv": {"uv.toml", "pyproject.toml"},
}

// looksUp returns the file that t copies and by which a command chooses what it works with, "" if there is none.
func (o *orderer) looksUp(t *transfer, c call) string {
	program := path.Base(c.Name())
	if c.effect.Use != nil {
		program = c.effect.Use.Manager.Name
	}
	if program == "corepack" && len(c.Words) > 1 && (c.Words[1].Value == "enable" || c.Words[1].Value == "disable") {
		return ""
	}
	for _, name := range lookups[program] {
		for dir := c.Dir; ; dir = path.Dir(dir) {
			if file := path.Join(dir, name); o.touches(t, file, false) {
				return file
			}
			if dir == "/" || dir == "." || dir == "" {
				break
			}
		}
	}
	return ""
}
