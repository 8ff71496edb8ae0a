package validate

import (
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// Effects are what a script reads and changes of an image's files, as far as its commands are
// known. They are the validator's own and know less than the passes may.
type Effects struct {
	Reads, Writes []Area
	// Installs are its commands that install what a project's manifests name; what they read
	// besides Reads is said by Install.Judge.
	Installs []Install
	// Unknown is a command that may read and write anything, "" if there is none.
	Unknown string
	// Programs are the names of the programs that it calls.
	Programs []string
}

// Effects returns what the script does to the files of an image.
func (s Script) Effects() Effects {
	if !s.posix() {
		return Effects{Unknown: s.oneLine()}
	}
	u, err := s.unit()
	if err != nil {
		return Effects{Unknown: s.oneLine()}
	}
	w := effectWalk{script: s}
	w.redirections(u.stmts)
	w.assignments(u)
	for _, c := range u.all() {
		w.call(c)
	}
	w.searchPath()
	return w.effects
}

// searchPath notes that programs are looked for in the directories of PATH that are not the system's.
func (w *effectWalk) searchPath() {
	dirs, _ := w.script.env("PATH")
	for dir := range strings.SplitSeq(dirs, ":") {
		if !path.IsAbs(dir) || slices.Contains(systemDirs, path.Clean(dir)) {
			continue
		}
		for _, name := range w.effects.Programs {
			w.read(Area{Dir: path.Clean(dir), Name: name})
		}
	}
}

func (s Script) oneLine() string {
	text := strings.Join(strings.Fields(s.Text), " ")
	if r := []rune(text); len(r) > 60 {
		text = string(r[:57]) + "..."
	}
	return text
}

type effectWalk struct {
	script  Script
	effects Effects
}

func (w *effectWalk) read(areas ...Area)  { w.effects.Reads = append(w.effects.Reads, areas...) }
func (w *effectWalk) write(areas ...Area) { w.effects.Writes = append(w.effects.Writes, areas...) }

func (w *effectWalk) unknown(c *call) {
	if w.effects.Unknown == "" {
		w.effects.Unknown = c.String()
	}
}

// redirections notes the files that input comes from and output goes to. A relative one counts
// only where the script never leaves its directory.
func (w *effectWalk) redirections(stmts []*syntax.Stmt) {
	moves := slices.ContainsFunc(w.script.calls(stmts...), (*call).changesDir)
	for _, stmt := range stmts {
		syntax.Walk(stmt, func(n syntax.Node) bool {
			if r, ok := n.(*syntax.Redirect); ok {
				w.redirection(r, moves)
			}
			return true
		})
	}
}

func (w *effectWalk) redirection(r *syntax.Redirect, moves bool) {
	switch r.Op {
	case syntax.Hdoc, syntax.DashHdoc, syntax.WordHdoc, syntax.DplIn, syntax.DplOut:
		return
	}
	word, ok := w.script.symbolic(r.Word)
	switch {
	case ok && strings.HasPrefix(word, "/dev/"):
		return
	case !ok, strings.Contains(word, "${"), strings.ContainsAny(word, "*?[~"), !path.IsAbs(word) && (moves || w.script.Dir == ""):
		w.read(Everything)
		w.write(Everything)
		return
	case !path.IsAbs(word):
		word = path.Join(w.script.Dir, word)
	}
	area := Area{Dir: path.Clean(word)}
	if r.Op == syntax.RdrIn {
		w.read(area)
	} else {
		w.write(area)
	}
}

// call notes what one command does.
func (w *effectWalk) call(c *call) {
	if inner, ok := c.inner(); ok {
		w.inner(inner.Effects())
		return
	}
	name := c.words[0]
	if c.program == "" || !w.places(c) {
		w.unknown(c)
		return
	}
	w.effects.Programs = append(w.effects.Programs, path.Base(name), c.program)
	if use, ok := commands[c.program]; ok {
		w.operands(c, use)
		return
	}
	if !w.manager(c) {
		w.unknown(c)
	}
}

func (w *effectWalk) inner(e Effects) {
	w.read(e.Reads...)
	w.write(e.Writes...)
	w.effects.Installs = append(w.effects.Installs, e.Installs...)
	w.effects.Programs = append(w.effects.Programs, e.Programs...)
	if w.effects.Unknown == "" {
		w.effects.Unknown = e.Unknown
	}
}

// places notes the programs that are called by a path: a copy may bring them. ok is false where the path cannot be told.
func (w *effectWalk) places(c *call) (ok bool) {
	for _, word := range c.words[:len(c.words)-len(c.args)] {
		if !strings.Contains(word, "/") || strings.Contains(word, "=") {
			continue
		}
		area, ok := c.area(word)
		if !ok {
			return false
		}
		w.read(area)
	}
	return true
}

// toolVariables are beginnings of names of variables by which tools choose files.
var toolVariables = []string{
	"PIP_", "NPM_CONFIG_", "npm_config_", "YARN_", "PNPM_", "BUNDLE_", "GEM_", "UV_", "POETRY_", "PIPENV_", "COMPOSER", "CARGO_", "MAVEN_", "GRADLE_",
	"NODE_", "PYTHON", "RUBY", "JAVA_", "GO", "NUGET_", "DOTNET_", "MIX_", "HEX_", "PATH", "HOME", "XDG_", "BASH_ENV", "LD_",
}

// assignments notes variables that the script sets and by which tools choose files.
func (w *effectWalk) assignments(u *unit) {
	for _, stmt := range u.stmts {
		syntax.Walk(stmt, func(n syntax.Node) bool {
			if a, ok := n.(*syntax.Assign); ok && a.Name != nil && a.Value != nil {
				w.assignment(a)
			}
			return true
		})
	}
}

func (w *effectWalk) assignment(a *syntax.Assign) {
	if !slices.ContainsFunc(toolVariables, func(prefix string) bool { return strings.HasPrefix(a.Name.Value, prefix) }) {
		return
	}
	value, ok := w.script.symbolic(a.Value)
	switch {
	case !ok, a.Name.Value == "PATH", a.Name.Value == "HOME", strings.Contains(value, "${"):
		w.effects.Unknown = w.script.source(a)
	case path.IsAbs(value):
		w.read(Area{Dir: path.Clean(value)})
	case w.script.Dir != "" && value != "" && !strings.ContainsAny(value, " :="):
		w.read(Area{Dir: path.Join(w.script.Dir, value)})
	}
}

// An operandUse says what a command does with the files that its operands name.
type operandUse int

const (
	// touchesNothing: its operands are text.
	touchesNothing operandUse = iota
	readsFiles
	writesFiles
	// changesFiles: it reads and writes them.
	changesFiles
	// changesUsers: it reads and writes the system's accounts.
	changesUsers
	// fetchesFile: it writes what it downloads.
	fetchesFile
	// changesSystem: it does its work where the system's packages are; it reads its operands.
	changesSystem
	// unpacksArchive: it writes below a directory what its operands hold.
	unpacksArchive
	// clonesRepository: it writes a directory that its last operand names.
	clonesRepository
	// editsFiles: it changes the files behind its first operand; filtersFiles reads them.
	editsFiles
	filtersFiles
)

// commands are commands whose effects are those of their operands. Source: POSIX.1-2024, volume
// Shell & Utilities; useradd(8), groupadd(8), adduser(8); curl(1), wget(1); ldconfig(8), update-ca-certificates(8), locale-gen(8),
// update-alternatives(1), dpkg(1), a2enmod(8), chpasswd(8), apt-key(8), update-locale(8), localedef(1), fc-cache(1), gpg(1); tar(1), unzip(1),
// git-clone(1), sed(1); rust-lang.github.io/rustup; hub.docker.com/_/php, "How to install more PHP extensions".
var commands = map[string]operandUse{
	"echo": touchesNothing, "printf": touchesNothing, "true": touchesNothing, ":": touchesNothing, "false": touchesNothing, "export": touchesNothing,
	"set": touchesNothing, "unset": touchesNothing, "umask": touchesNothing, "exit": touchesNothing, "sleep": touchesNothing, "date": touchesNothing,
	"uname": touchesNothing, "id": touchesNothing, "whoami": touchesNothing, "nproc": touchesNothing, "cd": touchesNothing,
	"test": readsFiles, "[": readsFiles, "cat": readsFiles, "ls": readsFiles, "head": readsFiles, "tail": readsFiles, "stat": readsFiles,
	"mkdir": changesFiles, "touch": changesFiles, "rm": changesFiles, "rmdir": changesFiles, "unlink": changesFiles, "chmod": changesFiles, "chown": changesFiles, "chgrp": changesFiles,
	"cp": changesFiles, "mv": changesFiles, "ln": changesFiles,
	"useradd": changesUsers, "groupadd": changesUsers, "adduser": changesUsers, "addgroup": changesUsers, "usermod": changesUsers, "groupmod": changesUsers,
	"venv": changesFiles, "virtualenv": changesFiles, "curl": fetchesFile, "wget": fetchesFile,
	"ldconfig": changesSystem, "update-ca-certificates": changesSystem, "locale-gen": changesSystem, "update-alternatives": changesSystem, "dpkg": changesSystem,
	"dpkg-reconfigure": changesSystem, "a2enmod": changesSystem, "a2dismod": changesSystem, "a2ensite": changesSystem, "a2dissite": changesSystem,
	"chpasswd": changesSystem, "debconf-set-selections": changesSystem, "apt-key": changesSystem, "add-apt-repository": changesSystem, "update-locale": changesSystem,
	"localedef": changesSystem, "fc-cache": changesSystem, "rustup": changesSystem, "gpg": changesSystem, "setcap": changesSystem,
	"tee": changesFiles, "tar": unpacksArchive, "unzip": unpacksArchive, "git": clonesRepository, "sed": editsFiles,
	"grep": filtersFiles, "awk": filtersFiles, "cut": readsFiles, "tr": touchesNothing, "sort": readsFiles, "uniq": readsFiles, "wc": readsFiles,
	"basename": touchesNothing, "dirname": touchesNothing, "cpan": changesSystem, "cpanm": changesSystem,
	"docker-php-ext-install": changesSystem, "docker-php-ext-configure": changesSystem, "docker-php-ext-enable": changesSystem,
}

// operands notes what a command does with its operands.
func (w *effectWalk) operands(c *call, use operandUse) {
	switch use {
	case touchesNothing:
		return
	case changesUsers:
		accounts := []Area{{Dir: "/etc"}, {Dir: "/home"}, {Dir: "/var/mail"}}
		w.read(accounts...)
		w.write(accounts...)
		for _, f := range []string{"-d", "--home-dir", "--home", "-h"} {
			if i := slices.Index(c.args, f); i >= 0 && i+1 < len(c.args) && path.IsAbs(c.args[i+1]) {
				w.write(Area{Dir: path.Clean(c.args[i+1])})
			}
		}
		return
	case fetchesFile:
		w.fetch(c)
		return
	case changesSystem:
		w.read(w.script.systemAreas()...)
		w.write(w.script.systemAreas()...)
		use = readsFiles
	case unpacksArchive:
		w.unpack(c)
		return
	case clonesRepository:
		w.clone(c)
		return
	case editsFiles:
		w.files(c, behindFirst(c.operands()), changesFiles)
		return
	case filtersFiles:
		w.files(c, behindFirst(c.operands()), readsFiles)
		return
	}
	w.files(c, c.operands(), use)
}

// behindFirst drops the operand that is no file but a pattern or a program.
func behindFirst(operands []string) []string { return operands[min(1, len(operands)):] }

// files notes what a command does with files.
func (w *effectWalk) files(c *call, words []string, use operandUse) {
	for _, word := range words {
		area, ok := c.area(word)
		if !ok {
			w.unknown(c)
			return
		}
		if use != writesFiles {
			w.read(area)
		}
		if use != readsFiles {
			w.write(area)
		}
	}
}

// unpack notes where tar or unzip write to; all other words may be archives.
func (w *effectWalk) unpack(c *call) {
	dir := c.value("C", "--directory")
	if c.program == "unzip" {
		dir = c.value("d", "-d")
	} else if len(c.args) == 0 || !strings.Contains(c.args[0], "x") {
		w.unknown(c)
		return
	}
	if dir == "" {
		dir = "."
	}
	w.files(c, []string{dir}, writesFiles)
	w.files(c, c.operands(), readsFiles)
}

// clone notes the directory that git makes.
func (w *effectWalk) clone(c *call) {
	operands := c.operands()
	if len(operands) < 2 || operands[0] != "clone" || c.has("--reference", "--template", "-C") {
		w.unknown(c)
		return
	}
	dir := operands[len(operands)-1]
	if strings.Contains(dir, "://") || strings.Contains(dir, "@") {
		dir = strings.TrimSuffix(path.Base(dir), ".git")
	}
	w.files(c, []string{dir}, writesFiles)
	w.read(w.script.systemAreas()...)
}

// sends are options with which curl and wget read a file of the image, or write more than one.
var sends = []string{
	"-T", "--upload-file", "-d", "--data", "--data-binary", "-F", "--form", "-K", "--config", "-i", "--input-file", "--post-file", "--body-file", "-b", "-c", "-r", "--recursive",
	"-m", "--mirror", "-E", "--cert", "--key", "--cacert", "-D", "--dump-header",
}

func (w *effectWalk) fetch(c *call) {
	to := c.fetched()
	toStdout := c.program == "curl" && c.value("o", "--output") == "" && !c.short("O") && !c.has("--remote-name") || c.program == "wget" && c.value("O", "--output-document") == "-"
	switch {
	case c.has(sends...):
		w.unknown(c)
		return
	case !toStdout && (to == "" || strings.ContainsAny(to, "*?[")):
		w.unknown(c)
		return
	case !toStdout:
		w.write(Area{Dir: to})
	}
	w.read(w.script.systemAreas()...)
}

// area returns the files that an operand names; of one with wildcards all below the directory in
// front of them.
func (c *call) area(word string) (Area, bool) {
	if i := strings.IndexAny(word, "*?[{"); i >= 0 && !strings.Contains(word, "${") {
		word = word[:i]
		if j := strings.LastIndex(word, "/"); j >= 0 {
			word = word[:j+1]
		} else {
			word = "."
		}
	}
	if strings.HasPrefix(word, "~/") || word == "~" {
		word = path.Join(c.script.homeDir(), word[1:])
	}
	p := c.resolve(word)
	if p == "" || !path.IsAbs(p) || strings.Contains(p, "${") {
		return Area{}, false
	}
	return Area{Dir: p}, true
}
