package order

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"dopt/transform"
	"dopt/transform/effects"
	"dopt/transform/pkgmgr"
	"dopt/transform/rebuild"
	"dopt/transform/shell"
)

// A judgement says whether a transfer may come after a step that it comes before.
type judgement struct {
	// reason says why it must not, "" if it may.
	reason string
	// gain is what the step does that takes time, as written: "npm ci"; "" if nothing of note.
	gain string
	// install is what the step reads of the context, nil if nothing.
	install *install
	// refused is the first install of which it cannot be told what it reads.
	refused *install
}

// needed is the reason why the copy of an install's manifests stays above it.
const needed = "it needs what the copy brings"

// A call is a command of a RUN with what the tables say about it.
type call struct {
	*shell.Command
	effect effects.Effect
	// text is the command as written, on one line.
	text string
}

// calls returns the commands of a RUN; the reason says why they cannot be told.
func (o *orderer) calls(in *transform.Instruction) (list []call, reason string) {
	script := in.Script()
	switch {
	case script == nil || script.Shell == nil && script.Form != transform.FormExec:
		return nil, "cannot be read: " + script.Opaque
	case script.Form == transform.FormExec:
		return nil, "is in exec form"
	}
	parsed := script.Shell
	if in.State().Dir == "" {
		parsed = parsed.In(o.dir(in), in.State().Var)
	}
	all := effects.OfAll(parsed)
	for i, c := range parsed.Commands {
		list = append(list, call{c, all[i], brief(script.Text[c.Start:c.End])})
	}
	return list, ""
}

// maxBrief is the length, in bytes, up to which a command is quoted in a message.
const maxBrief = 60

// brief returns a command on one line, cut where it is long.
func brief(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if len(text) <= maxBrief {
		return text
	}
	cut := strings.LastIndexByte(text[:maxBrief], ' ')
	if cut < maxBrief/2 {
		cut = maxBrief
	}
	return strings.ToValidUTF8(text[:cut], "") + " …"
}

// judgeRun says whether t may come after a RUN. list are those of its commands that count.
func (o *orderer) judgeRun(t *transfer, in *transform.Instruction, list []call) judgement {
	var j judgement
	var dirs []string // those that the script goes to
	if reason := o.mounts(t, in); reason != "" {
		return judgement{reason: reason}
	}
	for _, c := range list {
		if name := path.Base(c.Name()); name == "cd" || name == "chdir" {
			dirs = append(dirs, c.Path(c.Argv()[len(c.Words)-1]))
			continue
		}
		one := o.judge(t, in, c)
		if one.reason != "" {
			return one
		}
		if installs := c.effect.Use != nil && c.effect.Use.Verb == pkgmgr.Install; j.gain == "" || installs && one.gain != "" && j.install == nil {
			j.gain = one.gain
		}
		if one.install != nil {
			j.install = j.install.join(one.install)
		}
	}
	if j.install != nil && t.covered(j.install) {
		return judgement{reason: needed}
	}
	for _, dir := range dirs {
		if o.makes(t, dir) && (j.install == nil || !slices.ContainsFunc(j.install.needs, func(n need) bool { return path.Dir(n.image) == dir || below(n.image, dir) })) {
			return judgement{reason: fmt.Sprintf("the RUN at line %d works in a folder that the copy makes", in.Line())}
		}
	}
	return j
}

// makes reports whether a folder may be there only because t makes it.
func (o *orderer) makes(t *transfer, dir string) bool {
	return dir == "" || slices.ContainsFunc(t.entries, func(e entry) bool {
		return symbol(dir) != symbol(e.image) || e.dir && (e.image == dir || below(e.image, dir) && dir != "/") || o.within(e, dir, false)
	})
}

// mounts says why a mount of a RUN keeps t above it.
func (o *orderer) mounts(t *transfer, in *transform.Instruction) string {
	for _, f := range in.Flags() {
		if f.Name != "mount" {
			continue
		}
		if m := rebuild.ReadMount(f.Value); m.Type == "bind" && (m.Target == "" || o.touches(t, o.abs(in, m.Target), true)) {
			return "it mounts something over what is copied"
		}
	}
	return ""
}

func (o *orderer) judge(t *transfer, in *transform.Instruction, c call) judgement {
	argv := c.Argv()
	if reason := o.redirects(t, c); reason != "" {
		return judgement{reason: reason}
	}
	if len(argv) == 0 {
		return judgement{}
	}
	if file := o.looksUp(t, c); file != "" && (c.effect.Use == nil || o.free(c.effect.Use, argv)) {
		return judgement{reason: fmt.Sprintf("`%s` looks at %s, which is copied", c.text, file)}
	}
	if dir := o.lacksFolder(t, in, c); dir != "" {
		return judgement{reason: fmt.Sprintf("`%s` needs %s, which the copy makes", c.text, dir)}
	}
	if use := c.effect.Use; use != nil {
		if t.owner != "" && slices.Contains(system, use.Manager.Ecosystem) && !o.knows(t) {
			return judgement{reason: fmt.Sprintf("`%s` may make the user that --chown names", c.text)}
		}
		return o.judgeManager(t, in, c)
	}
	if file, by := o.chosen(t, in, c, nil); file != "" {
		return judgement{reason: fmt.Sprintf("%s names %s, which is copied, and `%s` may read it", by, file, c.text)}
	}
	name := path.Base(argv[0])
	free, ok := readers()[name]
	switch {
	case strings.Contains(argv[0], "/") && o.touches(t, c.Path(argv[0]), false):
		return judgement{reason: fmt.Sprintf("`%s` is part of what is copied", argv[0])}
	case !ok || !c.effect.Known && free <= around || name == "rustup" && slices.Contains(argv, "link"):
		return judgement{reason: fmt.Sprintf("`%s` may read what is copied", c.text)}
	case free == around && o.touches(t, c.Dir, true):
		return judgement{reason: fmt.Sprintf("`%s` works in the folder of what is copied", c.text)}
	case t.owner != "" && slices.Contains(accounts, name):
		return judgement{reason: fmt.Sprintf("`%s` may make the user that --chown names", c.text)}
	}
	if word := o.wordWithin(t, c, argv[1:], free); word != "" {
		return judgement{reason: fmt.Sprintf("`%s` uses what is copied", c.text)}
	}
	j := judgement{}
	if c.effect.Fetches || c.effect.Known && !c.effect.Cheap || free == builds {
		j.gain = c.text
	}
	return j
}

// accounts are the commands that make users and groups, which --chown may name.
var accounts = []string{"useradd", "adduser", "groupadd", "addgroup", "usermod", "groupmod"}

// A reach is what a program reads besides what its words name.
type reach int

const (
	// paths: what its words name and nothing else.
	paths reach = iota
	// behindFirst: the same, but its first word is no path.
	behindFirst
	// around: the working directory, too.
	around
	// names: nothing; its words are names or text, those with a slash aside.
	names
	// fetches: files that its words name; those that are not known are addresses.
	fetches
	// builds: the same, and it takes time.
	builds
)

// readers are the programs of which it is known what they read. Source: their manual pages, and
// github.com/docker-library/php for docker-php-*.
var readers = sync.OnceValue(func() map[string]reach {
	table := map[string]reach{}
	for r, programs := range map[reach]string{
		paths:       ": [ cat cp install ln mkdir mv rm rmdir tee test touch unlink setfacl dirname update-alternatives",
		behindFirst: "chgrp chmod chown sed",
		around:      "find git grep ls tar unzip",
		names: "a2dismod a2dissite a2enconf a2enmod a2ensite addgroup adduser chpasswd chsh command corepack date deluser false gpasswd groupadd groupmod hash id passwd " +
			"pwd set true umask uname unset useradd userdel usermod which whoami echo printf export",
		fetches: "curl wget",
		builds: "docker-php-ext-install docker-php-ext-configure docker-php-ext-enable apt-key add-apt-repository locale-gen update-locale update-ca-certificates " +
			"dpkg-reconfigure rustup install_packages clean-install localedef fc-cache apt-mark debconf-set-selections",
	} {
		for _, name := range strings.Fields(programs) {
			table[name] = r
		}
	}
	return table
})

// wordWithin returns a word of a command that names something of what t copies, or that may.
func (o *orderer) wordWithin(t *transfer, c call, words []string, free reach) string {
	tree := slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, "-") && strings.ContainsAny(w, "rRa") })
	tree = tree || free == behindFirst // the folder around what is copied may be there only because of it
	first := free == behindFirst
	for _, w := range words {
		if first && !strings.HasPrefix(w, "-") {
			first = false
			continue
		}
		if w == shell.Unknown {
			if free <= around {
				return w
			}
			continue
		}
		if strings.HasPrefix(w, "-") {
			_, value, ok := strings.Cut(w, "=")
			switch {
			case ok:
				w = value
			case free > names && len(w) > 2 && w[1] != '-':
				w = w[2:] // a letter with its value: -Kcurl.conf
			default:
				continue
			}
		}
		if free > names && o.namesFile(t, c, w) {
			return w
		}
		if free > around && (strings.Contains(w, "://") || !strings.Contains(w, "/")) {
			continue // an address, text, or a name
		}
		if strings.ContainsAny(w, "*?[") {
			w = path.Dir(w[:strings.IndexAny(w, "*?[")] + "x")
			tree = true
		}
		if p := c.Path(w); p == "" || o.touches(t, p, tree) && !o.ownFolder(t, c, p) {
			return w
		}
	}
	for _, p := range slices.Concat(c.effect.Makes, c.effect.Changes, c.effect.Removes) {
		if o.touches(t, p.Name, p.Tree) && !o.ownFolder(t, c, p.Name) {
			return p.Name
		}
	}
	return ""
}

// ownFolder reports whether a command makes the folder that t copies to, as root like t itself:
// it does not matter which of them makes it.
func (o *orderer) ownFolder(t *transfer, c call, name string) bool {
	return path.Base(c.Name()) == "mkdir" && len(c.effect.Changes) == 0 && o.byRoot(t) && !slices.Contains(c.Argv(), "-m") &&
		slices.ContainsFunc(t.entries, func(e entry) bool { return e.dir && (e.image == name || below(e.image, name)) })
}

// byRoot reports whether t belongs to root, and so does what other steps make in its place.
func (o *orderer) byRoot(t *transfer) bool {
	user := t.in.State().User
	if user == "" {
		base, known := o.Bases.Base(o.chain(t.in.Stage)[0].Base)
		if !known {
			return false
		}
		user = base.User
	}
	return t.owner == "" && (user == "" || user == "root" || user == "0")
}

// redirects says why a redirection keeps t above a command.
func (o *orderer) redirects(t *transfer, c call) string {
	for _, r := range c.Redirs {
		target := r.Target.Value
		if strings.HasPrefix(r.Op, "<<") || strings.HasSuffix(r.Op, "&") || strings.HasPrefix(target, "/dev/") {
			continue
		}
		if p := c.Path(target); p == "" || o.touches(t, p, false) {
			return fmt.Sprintf("`%s` reads or writes %s", c.text, target)
		}
	}
	return ""
}
