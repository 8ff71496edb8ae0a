package order

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"dopt/transform"
	"dopt/transform/pkgmgr"
	"dopt/transform/shell"
)

// judgeManager says whether t may come after a command of a package manager.
func (o *orderer) judgeManager(t *transfer, in *transform.Instruction, c call) judgement {
	use, argv := c.effect.Use, c.Argv()
	if strings.Contains(argv[use.Program], "/") && o.touches(t, c.Path(argv[use.Program]), false) && !o.brings(c, argv[use.Program]) {
		return judgement{reason: fmt.Sprintf("`%s` is part of what is copied", argv[use.Program])}
	}
	// rustup chooses the toolchain by a file of the working directory.
	read := func(i *install) string {
		file, by := o.chosen(t, in, c, i)
		if file == "" {
			return ""
		}
		return fmt.Sprintf("%s names %s, which is copied", by, file)
	}
	tool := use.Manager.Name == "cargo" && use.Verb == pkgmgr.Install && len(use.Packages) > 0 && !use.HasFlag("--path", "--git") && !o.makes(t, c.Dir)
	if tool || o.free(use, argv) {
		if o.namesWithin(t, c, nil) {
			return judgement{reason: fmt.Sprintf("`%s` uses what is copied", c.text)}
		}
		if reason := read(nil); reason != "" {
			return judgement{reason: reason}
		}
		if name := o.serves(t, c); name != "" {
			return judgement{reason: fmt.Sprintf("%s may have files of its own in %s", strings.ReplaceAll(name, shell.Unknown, "a package"), websites)}
		}
		if quick(use) {
			return judgement{}
		}
		return judgement{gain: c.text}
	}
	i := o.readInstall(in, c)
	switch {
	case i == nil:
		return judgement{reason: fmt.Sprintf("`%s` may read what is copied", c.text)}
	case i.refusal != "":
		return judgement{reason: i.refusal, refused: i}
	}
	if o.namesWithin(t, c, i) {
		return judgement{reason: fmt.Sprintf("`%s` names more of what is copied", c.text), refused: i}
	}
	if reason := cmp.Or(o.conflict(t, i), read(i)); reason != "" {
		return judgement{reason: reason, refused: i.refused(reason)}
	}
	if o.steady(t, i) {
		return judgement{reason: needed}
	}
	return judgement{gain: c.text, install: i}
}

// brings reports whether a program of the context comes with what an install of it needs, as the
// wrappers mvnw and gradlew do.
func (o *orderer) brings(c call, program string) bool {
	name := path.Base(program)
	return (name == "mvnw" || name == "gradlew") && c.Path(program) != ""
}

func quick(use *pkgmgr.Use) bool {
	switch use.Verb {
	case pkgmgr.Install, pkgmgr.Upgrade, pkgmgr.Download, pkgmgr.Build:
		return false // an update alone is of no use: the index must be as young as the install
	}
	return true
}

// knows reports whether the users and groups that a copy gives its files to are there when it runs: numbers, those of the base image, and those that a
// command above makes. Of others packages may bring the user, and the copy gives the files to root where there is none.
func (o *orderer) knows(t *transfer) bool {
	chain := o.chain(t.in.Stage)
	base, _ := o.Bases.Base(chain[0].Base)
	for name := range strings.SplitSeq(t.owner, ":") {
		if strings.Trim(name, "0123456789") == "" || name == "root" || slices.Contains(base.Users, name) {
			continue
		}
		made := slices.ContainsFunc(chain, func(s *transform.Stage) bool {
			return slices.ContainsFunc(s.Instructions, func(in *transform.Instruction) bool {
				if in.Keyword != "RUN" {
					return false
				}
				script := in.Script().Shell
				return script != nil && in.Index < t.in.Index && slices.ContainsFunc(script.Commands, func(c *shell.Command) bool {
					argv := c.Argv()
					return c.Always && slices.Contains(accounts, path.Base(c.Name())) && slices.Contains(argv[1:], name)
				})
			})
		})
		if !made {
			return false
		}
	}
	return true
}

// system are the ecosystems whose managers know nothing of projects.
var system = []string{"debian", "alpine", "rpm", "arch"}

// free reports whether a command of a package manager reads nothing of a project: what it installs
// is named on its command line, by name.
func (o *orderer) free(use *pkgmgr.Use, argv []string) bool {
	if use.Verb == pkgmgr.Unclear || use.Verb == pkgmgr.Run || use.More {
		return false
	}
	if slices.Contains(system, use.Manager.Ecosystem) {
		return true
	}
	words := argv[use.Program+1:]
	switch use.Manager.Name {
	case "pip", "pipx", "gem", "pecl", "conda", "mamba", "micromamba", "cpan", "cpanm", "luarocks":
		named := use.Verb == pkgmgr.Install || use.Verb == pkgmgr.Upgrade || use.Verb == pkgmgr.Remove
		return (named && len(use.Packages) > 0 && !use.HasFlag(use.Manager.PathFlags...) && !use.HasFlag(localFlags...) || use.Verb == pkgmgr.Clean || use.Verb == pkgmgr.Other && len(words) > 0) &&
			!slices.ContainsFunc(words, pathLike) && !slices.ContainsFunc(use.Packages, func(i int) bool { return folderLike(argv[i]) })
	case "npm", "yarn", "pnpm", "bun":
		return (use.Global && len(use.Packages) > 0 || use.Verb == pkgmgr.Clean) && !slices.ContainsFunc(words, pathLike) ||
			len(words) > 1 && words[0] == "config" && words[1] == "set"
	case "go":
		return use.Verb == pkgmgr.Install && len(use.Packages) > 0 && !slices.ContainsFunc(use.Packages, func(i int) bool { return !strings.Contains(argv[i], "@") })
	case "poetry":
		return len(words) == 3 && words[0] == "config" && !strings.HasPrefix(words[1], "-")
	case "composer":
		return use.Global && len(use.Packages) > 0
	case "mix":
		return slices.Contains(words, "local.hex") || slices.Contains(words, "local.rebar")
	case "uv":
		named := !slices.ContainsFunc(words, pathLike) && !slices.ContainsFunc(words, folderLike) && !use.HasFlag(localFlags...)
		return named && len(words) > 2 && (words[0] == "tool" || words[0] == "python") && words[1] == "install" ||
			named && len(use.Packages) > 0 && words[0] == "pip" && words[1] == "install" && use.HasFlag("--system") && !use.HasFlag(use.Manager.PathFlags...)
	}
	return false
}

// localFlags make an install look for packages in a folder, which may be the working directory: pip's and gem's.
var localFlags = []string{"-f", "--find-links", "--no-index", "-l", "--local"}

// folderLike reports whether a word may be a folder below the working directory: libs/core.
func folderLike(word string) bool {
	return strings.Contains(word, "/") && !strings.Contains(word, "://") && !strings.HasPrefix(word, "-") && !strings.Contains(word, "::")
}

// pathLike reports whether a word may name a file or a folder instead of a package.
func pathLike(word string) bool {
	return strings.HasPrefix(word, ".") || strings.HasPrefix(word, "/") || strings.HasPrefix(word, "~") || strings.HasPrefix(word, "file:") ||
		strings.Contains(word, "=/") || strings.Contains(word, "=.") ||
		strings.HasSuffix(word, ".whl") || strings.HasSuffix(word, ".gem") || strings.HasSuffix(word, ".tgz") || strings.HasSuffix(word, ".tar.gz") ||
		strings.HasSuffix(word, ".txt") || strings.HasSuffix(word, ".yml") || strings.HasSuffix(word, ".yaml")
}

// namesWithin reports whether a word of a manager's command names something of what t copies, besides what an
// install is known to need.
func (o *orderer) namesWithin(t *transfer, c call, i *install) bool {
	for _, w := range c.Argv()[c.effect.Use.Program+1:] {
		if _, value, ok := strings.Cut(w, "="); ok && strings.HasPrefix(w, "-") {
			w = value
		}
		if i.reads(c.Path(w)) {
			continue
		}
		if o.namesFile(t, c, w) {
			return true
		}
		if i != nil {
			continue // folders are what its reader has followed
		}
		local := w == "." || strings.HasPrefix(w, "/") || strings.HasPrefix(w, "./") || strings.HasPrefix(w, "../") || strings.HasSuffix(w, ".deb") ||
			strings.HasSuffix(w, ".rpm") || strings.HasSuffix(w, ".apk") || strings.ContainsAny(w, "*?[")
		if local && (c.Path(w) == "" || o.touches(t, c.Path(w), true)) {
			return true
		}
	}
	return false
}
