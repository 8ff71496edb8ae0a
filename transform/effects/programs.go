package effects

import (
	"net/url"
	"path"
	"strings"

	"dopt/transform/shell"
)

// A program is a row of the table.
type program struct {
	cheap, fetches bool
	// valued names the flags that take a value.
	valued string
	effect func(*Effect, *shell.Command, args)
}

// programs are the commands whose effect is known. Source: their manual pages
// (GNU coreutils, tar, findutils, curl, wget, git, shadow, busybox).
var programs = map[string]program{
	":": {cheap: true}, "[": {cheap: true}, "cat": {cheap: true}, "cd": {cheap: true}, "command": {cheap: true}, "date": {cheap: true},
	"dirname": {cheap: true}, "echo": {cheap: true}, "false": {cheap: true}, "export": {cheap: true}, "grep": {cheap: true}, "hash": {cheap: true}, "id": {cheap: true},
	"ls": {cheap: true}, "printf": {cheap: true}, "pwd": {cheap: true}, "set": {cheap: true}, "test": {cheap: true}, "true": {cheap: true},
	"umask": {cheap: true}, "uname": {cheap: true}, "unset": {cheap: true}, "which": {cheap: true}, "whoami": {cheap: true},

	"a2dismod": {cheap: true}, "a2dissite": {cheap: true}, "a2enconf": {cheap: true}, "a2enmod": {cheap: true}, "a2ensite": {cheap: true},
	"addgroup": {cheap: true}, "chpasswd": {cheap: true}, "chsh": {cheap: true}, "deluser": {cheap: true}, "gpasswd": {cheap: true},
	"groupadd": {cheap: true}, "groupmod": {cheap: true}, "ldconfig": {cheap: true}, "passwd": {cheap: true}, "update-alternatives": {cheap: true},
	"userdel": {cheap: true}, "usermod": {cheap: true}, "docker-php-ext-enable": {cheap: true},
	"adduser": {cheap: true, valued: "-h -g -s -G -u -k --home --uid --gid --shell --gecos --ingroup", effect: home("-h", "--home")},
	"useradd": {cheap: true, valued: "-b -c -d -e -f -g -G -k -K -p -s -u --home-dir --home --uid --gid --groups --shell --comment --base-dir --password", effect: home("-d", "--home-dir", "--home")},

	"chgrp":   {cheap: true, effect: changes(1)},
	"chmod":   {cheap: true, effect: changes(1)},
	"chown":   {cheap: true, effect: changes(1)},
	"setfacl": {cheap: true, valued: "-m -x", effect: changes(0)},
	"strip":   {effect: changes(0)},
	"upx":     {effect: changes(0)},
	"sed":     {cheap: true, valued: "-e -f --expression --file", effect: sed},
	"tee":     {cheap: true, effect: makes},
	"touch":   {cheap: true, valued: "-d -r -t", effect: makes},
	"mkdir":   {cheap: true, valued: "-m --mode", effect: makes},
	"rm":      {cheap: true, effect: removes},
	"rmdir":   {cheap: true, effect: removes},
	"unlink":  {cheap: true, effect: removes},
	"ln":      {cheap: true, valued: "-t -S", effect: copies},
	"cp":      {cheap: true, valued: "-t -S", effect: copies},
	"install": {cheap: true, valued: "-m -o -g -t -S --mode --owner --group", effect: installs},
	"mv":      {cheap: true, valued: "-t -S", effect: moves},
	"find":    {effect: find},

	"curl": {fetches: true, effect: curl, valued: "-o --output -H --header -u --user -A --user-agent -d --data -X --request -e --referer -b --cookie -x --proxy -m --max-time -C --continue-at -T -w --write-out -K -F -E --cacert --cert --key --retry --retry-delay --retry-max-time --connect-timeout --max-redirs --output-dir --url --resolve"},
	"wget": {fetches: true, effect: wget, valued: "-O --output-document -P --directory-prefix -o --output-file -a -t --tries -T --timeout -U --user-agent --header -e -w --wait --user --password --progress"},
	"git":  {fetches: true, effect: git},
	"tar":  {effect: tar},
	"unzip": {effect: func(e *Effect, c *shell.Command, a args) {
		if len(a.words) > 0 {
			dir, _ := a.value("-d")
			e.unpack(c, a.words[0], dir)
		}
	}, valued: "-d -x"},
	"gunzip": {effect: changes(0)}, "bunzip2": {effect: changes(0)}, "unxz": {effect: changes(0)},
}

func (e *Effect) path(c *shell.Command, list *[]Path, word string, tree bool) {
	if p := c.Path(word); p != "" {
		*list = append(*list, Path{p, tree})
	}
}

func changes(skip int) func(*Effect, *shell.Command, args) {
	return func(e *Effect, c *shell.Command, a args) {
		words := a.words[min(skip, len(a.words)):]
		if a.has("--reference") {
			words = a.words
		}
		for _, w := range words {
			e.path(c, &e.Changes, w, a.has("-R", "--recursive"))
		}
	}
}

func makes(e *Effect, c *shell.Command, a args) {
	for _, w := range a.words {
		e.path(c, &e.Makes, w, false)
	}
}

func removes(e *Effect, c *shell.Command, a args) {
	for _, w := range a.words {
		e.path(c, &e.Removes, w, a.has("-r", "-R", "--recursive"))
	}
}

// installs covers install, which makes folders where it is told to.
func installs(e *Effect, c *shell.Command, a args) {
	if a.has("-d", "--directory") {
		makes(e, c, a)
		return
	}
	copies(e, c, a)
}

// copies covers cp, ln and install: the last word is the destination, a file or a folder.
func copies(e *Effect, c *shell.Command, a args) {
	sources, dest := a.words, ""
	if t, ok := a.value("-t"); ok {
		dest = t + "/"
	} else if len(a.words) > 1 {
		sources, dest = a.words[:len(a.words)-1], a.words[len(a.words)-1]
	}
	if dest == "" {
		return
	}
	tree := a.has("-r", "-R", "-a", "--recursive", "--archive")
	if !strings.HasSuffix(dest, "/") && len(sources) == 1 {
		e.path(c, &e.Makes, dest, tree)
	}
	for _, s := range sources {
		e.path(c, &e.Makes, path.Join(dest, path.Base(s)), tree)
	}
}

func moves(e *Effect, c *shell.Command, a args) {
	copies(e, c, a)
	if n := len(a.words); n > 1 {
		for _, s := range a.words[:n-1] {
			e.path(c, &e.Removes, s, true)
		}
	}
}

func home(flags ...string) func(*Effect, *shell.Command, args) {
	return func(e *Effect, c *shell.Command, a args) {
		if dir, ok := a.value(flags...); ok {
			e.path(c, &e.Makes, dir, true)
		} else if n := len(a.words); n > 0 && a.words[n-1] != shell.Unknown {
			e.Makes = append(e.Makes, Path{"/home/" + a.words[n-1], true})
		}
	}
}

func sed(e *Effect, c *shell.Command, a args) {
	if !a.has("-i", "--in-place") {
		return
	}
	files := a.words
	if !a.has("-e", "-f", "--expression", "--file") && len(files) > 0 {
		files = files[1:]
	}
	for _, w := range files {
		e.path(c, &e.Changes, w, false)
	}
}

// find changes or removes below its starting points when an action says so.
func find(e *Effect, c *shell.Command, a args) {
	var roots []string
	argv := c.Argv()
	for _, w := range argv[1:] {
		if strings.HasPrefix(w, "-") || w == "(" || w == "!" {
			break
		}
		roots = append(roots, w)
	}
	list := (*[]Path)(nil)
	for i, w := range argv {
		switch {
		case w == "-delete":
			list = &e.Removes
		case strings.HasPrefix(w, "-exec") && i+1 < len(argv):
			switch path.Base(argv[i+1]) {
			case "rm":
				list = &e.Removes
			case "chmod", "chown", "chgrp", "strip", "sed":
				list = &e.Changes
			default:
				e.Known = false
			}
		}
	}
	if list != nil {
		for _, r := range roots {
			e.path(c, list, r, true)
		}
	}
}

func curl(e *Effect, c *shell.Command, a args) {
	dir, _ := a.value("--output-dir")
	if out, ok := a.value("-o", "--output"); ok {
		e.path(c, &e.Makes, path.Join(dir, out), false)
	} else if a.has("-O", "--remote-name", "--remote-name-all") {
		for _, w := range a.words {
			if name := remoteName(w); name != "" {
				e.path(c, &e.Makes, path.Join(dir, name), false)
			}
		}
	}
}

func wget(e *Effect, c *shell.Command, a args) {
	dir, _ := a.value("-P", "--directory-prefix")
	if out, ok := a.value("-O", "--output-document"); ok {
		if out != "-" {
			e.path(c, &e.Makes, out, false)
		}
		return
	}
	if a.has("-r", "-m", "--recursive", "--mirror", "-i", "--input-file", "--content-disposition") {
		return
	}
	for _, w := range a.words {
		if name := remoteName(w); name != "" {
			e.path(c, &e.Makes, path.Join(dir, name), false)
		}
	}
}

// remoteName is the file name that curl -O and wget take from a URL, "" if it cannot be told.
func remoteName(raw string) string {
	if !strings.Contains(raw, "://") {
		raw = "http://" + raw
	}
	u, err := url.Parse(raw)
	if err != nil || strings.Contains(raw, shell.Unknown) || u.RawQuery != "" || strings.HasSuffix(u.Path, "/") || u.Path == "" {
		return ""
	}
	return path.Base(u.Path)
}

func git(e *Effect, c *shell.Command, a args) {
	argv := c.Argv()
	i := 1
	for i < len(argv) && strings.HasPrefix(argv[i], "-") {
		if argv[i] == "-C" || argv[i] == "-c" {
			i++
		}
		i++
	}
	if i >= len(argv) {
		return
	}
	switch argv[i] {
	case "config":
		e.Cheap, e.Fetches = true, false
	case "clone":
		words := parseArgs(argv[i+1:], "-b --branch --depth -c --config -o --origin --reference -j --jobs -u --template --filter --shallow-since").words
		if len(words) > 1 {
			e.path(c, &e.Makes, words[1], true)
		} else if len(words) == 1 && words[0] != shell.Unknown {
			e.path(c, &e.Makes, strings.TrimSuffix(path.Base(words[0]), ".git"), true)
		}
	}
}

// tar also takes its flags without a dash, "tar xzf a.tgz".
func tar(e *Effect, c *shell.Command, _ args) {
	argv := c.Argv()
	const valued = "-f --file -C --directory --strip-components --exclude --transform --owner --group --wildcards-match -T -X"
	if len(argv) < 2 {
		return
	}
	if !strings.HasPrefix(argv[1], "-") && argv[1] != shell.Unknown {
		argv = append([]string{argv[0], "-" + argv[1]}, argv[2:]...)
	}
	a := parseArgs(argv[1:], valued)
	if !a.has("-x", "--extract", "--get") {
		if file, ok := a.value("-f", "--file"); ok && a.has("-c", "--create") {
			e.path(c, &e.Makes, file, false)
		}
		return
	}
	dir, _ := a.value("-C", "--directory")
	file, _ := a.value("-f", "--file")
	e.unpack(c, file, dir)
}

// shared are folders that hold far more than one archive's files.
var shared = map[string]bool{"/": true, "/usr": true, "/usr/local": true, "/usr/local/bin": true, "/usr/bin": true, "/etc": true}

func (e *Effect) unpack(c *shell.Command, archive, dir string) {
	if archive != "" && archive != "-" {
		e.Unpacks = c.Path(archive)
	}
	if dir == "" {
		dir = c.Dir
	}
	e.Into = c.Path(dir)
	if dir = e.Into; dir != "" && !shared[dir] {
		e.Makes = append(e.Makes, Path{dir, true})
	}
}
