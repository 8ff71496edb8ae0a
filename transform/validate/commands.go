package validate

import (
	"path"
	"slices"
	"strings"
)

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
	// clonesRepository: it writes a directory that its last operand names, or settings.
	clonesRepository
	// ownsFiles: it changes files, and looks up names of users.
	ownsFiles
	// linksFile: it writes its last operand, and reads the others unless the link is a symbolic one.
	linksFile
	// modesFiles: it changes the files behind its first operand, a mode.
	modesFiles
	// entersFolder: it needs a folder.
	entersFolder
	// editsFiles: it changes the files behind its first operand; filtersFiles reads them.
	editsFiles
	filtersFiles
	// linksLibraries: it looks for libraries in whatever folders the system's settings name.
	linksLibraries
	// choosesToolchain and choosesManager: it works with what files of the directory, or of one above it, name.
	choosesToolchain
	choosesManager
)

// commands are commands whose effects are those of their operands. Source: POSIX.1-2024, volume
// Shell & Utilities; useradd(8), groupadd(8), adduser(8), userdel(8), deluser(8), gpasswd(1), passwd(1), chsh(1); curl(1), wget(1); ldconfig(8), update-ca-certificates(8), locale-gen(8),
// update-alternatives(1), dpkg(1), a2enmod(8), chpasswd(8), apt-key(8), apt-mark(8), update-locale(8), localedef(1), fc-cache(1), gpg(1); tar(1), unzip(1),
// git-clone(1), sed(1); rust-lang.github.io/rustup/overrides.html; github.com/nodejs/corepack; hub.docker.com/_/php, "How to install more PHP extensions".
var commands = map[string]operandUse{
	"echo": touchesNothing, "printf": touchesNothing, "true": touchesNothing, ":": touchesNothing, "false": touchesNothing, "export": touchesNothing,
	"set": touchesNothing, "unset": touchesNothing, "umask": touchesNothing, "exit": touchesNothing, "sleep": touchesNothing, "date": touchesNothing,
	"uname": touchesNothing, "id": touchesNothing, "whoami": touchesNothing, "nproc": touchesNothing, "pwd": touchesNothing, "cd": entersFolder,
	"test": readsFiles, "[": readsFiles, "cat": readsFiles, "ls": readsFiles, "head": readsFiles, "tail": readsFiles, "stat": readsFiles,
	"mkdir": changesFiles, "touch": changesFiles, "rm": changesFiles, "rmdir": changesFiles, "unlink": changesFiles, "chmod": modesFiles, "chown": ownsFiles, "chgrp": ownsFiles,
	"cp": changesFiles, "mv": changesFiles, "ln": linksFile,
	"useradd": changesUsers, "groupadd": changesUsers, "adduser": changesUsers, "addgroup": changesUsers, "usermod": changesUsers, "groupmod": changesUsers,
	"userdel": changesUsers, "groupdel": changesUsers, "deluser": changesUsers, "delgroup": changesUsers, "gpasswd": changesUsers, "passwd": changesUsers, "chsh": changesUsers,
	"venv": changesFiles, "virtualenv": changesFiles, "curl": fetchesFile, "wget": fetchesFile,
	"ldconfig": linksLibraries, "update-ca-certificates": changesSystem, "locale-gen": changesSystem, "update-alternatives": changesSystem, "dpkg": changesSystem,
	"dpkg-reconfigure": changesSystem, "a2enmod": changesSystem, "a2dismod": changesSystem, "a2ensite": changesSystem, "a2dissite": changesSystem,
	"chpasswd": changesSystem, "debconf-set-selections": changesSystem, "apt-key": changesSystem, "add-apt-repository": changesSystem, "update-locale": changesSystem,
	"localedef": changesSystem, "fc-cache": changesSystem, "rustup": choosesToolchain, "corepack": choosesManager, "gpg": changesSystem, "setcap": changesSystem,
	"tee": changesFiles, "tar": unpacksArchive, "unzip": unpacksArchive, "git": clonesRepository, "sed": editsFiles,
	"grep": filtersFiles, "awk": filtersFiles, "cut": readsFiles, "tr": touchesNothing, "sort": readsFiles, "uniq": readsFiles, "wc": readsFiles,
	"basename": touchesNothing, "dirname": touchesNothing, "cpan": changesSystem, "cpanm": changesSystem,
	"apt-mark": changesSystem, "docker-php-ext-install": changesSystem, "docker-php-ext-configure": changesSystem, "docker-php-ext-enable": changesSystem,
}

// installable are those of commands that many base images lack, so that a package may bring them.
var installable = []string{"venv", "virtualenv", "tar", "unzip", "useradd", "groupadd", "usermod", "groupmod", "awk"}

// Accounts are the files by which names of users and groups are looked up.
var Accounts = []Area{{Dir: "/etc/passwd"}, {Dir: "/etc/group"}}

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
	case linksLibraries:
		libraries := Area{Dir: "/", Name: "*.so*", Deep: true}
		w.effects.Named = append(w.effects.Named, libraries)
		w.read(libraries)
		w.write(w.script.systemAreas()...)
		return
	case choosesToolchain:
		w.lookUp(c, "rust-toolchain", "rust-toolchain.toml")
		return
	case choosesManager:
		if verb := c.verb(); verb == "enable" || verb == "disable" {
			w.lookUp(c)
		} else {
			w.lookUp(c, "package.json")
		}
		return
	case changesSystem:
		if c.program == "dpkg" || c.program == "dpkg-reconfigure" {
			w.read(websites)
			w.write(websites)
		}
		w.read(w.script.systemAreas()...)
		w.write(w.script.systemAreas()...)
		w.files(c, slices.DeleteFunc(c.operands(), func(word string) bool { return !fileLike(word) }), readsFiles)
		return
	case unpacksArchive:
		w.unpack(c)
		return
	case clonesRepository:
		w.clone(c)
		return
	case ownsFiles:
		w.read(Accounts...)
		w.files(c, behindFirst(c.operands()), changesFiles)
		return
	case modesFiles:
		words := c.operands()
		if !slices.ContainsFunc(c.args, func(a string) bool { return len(a) > 1 && a[0] == '-' && strings.Contains("rwxXst", a[1:2]) }) {
			words = behindFirst(words)
		}
		w.files(c, words, changesFiles)
		return
	case entersFolder:
		for _, word := range c.operands() {
			if area, ok := c.area(word); ok {
				w.effects.Entered = append(w.effects.Entered, area.Dir)
			}
		}
		return
	case linksFile:
		words := c.operands()
		if c.short("s") || c.has("--symbolic") {
			words = words[max(0, len(words)-1):]
		}
		w.files(c, words, changesFiles)
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

// lookUp notes a change of the system by files of the directory and of those above it.
func (w *effectWalk) lookUp(c *call, names ...string) {
	if !path.IsAbs(c.dir) && len(names) > 0 {
		w.unknown(c)
		return
	}
	w.read(w.script.systemAreas()...)
	w.write(w.script.systemAreas()...)
	for _, name := range names {
		for dir := c.dir; ; dir = path.Dir(dir) {
			area := Area{Dir: path.Join(dir, name)}
			w.effects.Named = append(w.effects.Named, area)
			w.read(area)
			if dir == "/" {
				break
			}
		}
	}
}

// fileLike reports whether an operand looks like a file rather than the name of a package, a locale or a user.
func fileLike(word string) bool {
	return strings.Contains(word, "/") && !strings.Contains(word, "://") || slices.Contains([]string{".deb", ".rpm", ".key", ".gpg", ".asc", ".crt", ".pem", ".txt", ".conf"}, path.Ext(word))
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
		w.effects.Named = append(w.effects.Named, area)
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

// clone notes the directory that git makes, or the settings that it writes.
func (w *effectWalk) clone(c *call) {
	operands := c.operands()
	if len(operands) > 0 && operands[0] == "config" {
		w.read(w.script.systemAreas()...)
		w.write(w.script.systemAreas()...)
		w.files(c, []string{".git"}, changesFiles)
		return
	}
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
