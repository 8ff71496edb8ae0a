package needs

import (
	"path"
	"slices"
	"strings"

	"dopt/transform"
	"dopt/transform/shell"
)

// account adds the need of a user and a group, written user:group.
func (w *walk) account(spec string, because transform.Evidence, certainty Certainty) {
	user, group, _ := strings.Cut(spec, ":")
	for _, one := range []struct {
		kind Kind
		name string
		made map[string]bool
	}{{User, user, w.image.users}, {Group, group, w.image.groups}} {
		name, known := one.name, !strings.ContainsAny(one.name, "$\x00")
		switch {
		case name == "" || name == "root" || strings.Trim(name, "0123456789") == "" || one.made[name]:
		case !known:
			w.unknown(because, "names a %s by a variable", one.kind)
		default:
			w.need(Need{Kind: one.kind, Name: name, Evidence: because, Certainty: certainty})
		}
	}
}

// makeUser takes in a user that a step makes, and the group that comes with it. Source: useradd(8), adduser(8).
func (f *frame) makeUser(c command) {
	words := operands(c.argv[1:], "-u -g -G -d -s -c -b -e -f -k -K -h -p --uid --gid --groups --home --home-dir --shell --comment --gecos --ingroup --base-dir --password")
	for i, w := range words {
		if i == 0 {
			f.image.users[w] = true
		}
		f.image.groups[w] = true
	}
	for i, w := range c.argv[1:] {
		if (w == "-s" || w == "--shell") && i+2 < len(c.argv) && slices.Contains(shells, path.Base(c.argv[i+2])) {
			f.walk.need(Need{Kind: Shell, Name: path.Base(c.argv[i+2]), Evidence: c.because, Certainty: Likely})
		}
	}
}

func (f *frame) makeGroup(c command) {
	for _, w := range operands(c.argv[1:], "-g -K -p --gid --key --password") {
		f.image.groups[w] = true
	}
}

// chown adds the users and groups that a command gives files to.
func (f *frame) chown(c command) {
	name := path.Base(c.argv[0])
	if name == "install" {
		for i, w := range c.argv[:len(c.argv)-1] {
			switch w {
			case "-o", "--owner":
				f.owned(c.argv[i+1], c)
			case "-g", "--group":
				f.owned(":"+c.argv[i+1], c)
			}
		}
		return
	}
	words := operands(c.argv[1:], "--reference")
	if len(words) < 2 {
		return
	}
	if name == "chgrp" {
		words[0] = ":" + words[0]
	}
	f.owned(words[0], c)
}

func (f *frame) owned(spec string, c command) {
	if !strings.Contains(spec, "$") && !strings.Contains(spec, shell.Unknown) {
		f.account(strings.Replace(spec, ".", ":", 1), c.because, c.certainty)
	}
}
