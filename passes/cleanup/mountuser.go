package cleanup

import (
	"path"
	"strconv"
	"strings"

	"dopt/transform/pkgmgr"
)

// A user is who runs a step.
type user struct {
	// home is the home directory.
	home string
	// uid and gid are the ids, "" for root's.
	uid, gid string
	// known is false where the base image may run as somebody else.
	known bool
}

// owner returns the options that give a mount to the user.
func (u user) owner() string {
	if u.uid == "" {
		return ""
	}
	return ",uid=" + u.uid + ",gid=" + u.gid
}

// usualHome reports whether a home is where homes are.
func usualHome(home string) bool { return home == "/root" || path.Dir(home) == "/home" }

// imageUsers are users of official images, by image. Source: the Dockerfiles of
// github.com/nodejs/docker-node as of 2026-08.
var imageUsers = map[string]map[string]user{
	"node": {"node": {home: "/home/node", uid: "1000", gid: "1000", known: true}},
}

// runsAs returns who runs the step's commands of a manager.
func (s *step) runsAs(m *pkgmgr.Manager) (user, string) {
	for _, cmd := range s.commands {
		if cmd.use != nil && cmd.use.Manager == m && cmd.use.Sudo {
			return user{}, "it runs through sudo"
		}
	}
	name := s.user()
	home, homeSet := s.in.State().Var("HOME")
	if name == "" {
		u := user{home: "/root", known: s.in.State().User != "" || s.knownBase()}
		if homeSet {
			u.home = home
		}
		return u, ""
	}
	u, ok := imageUsers[s.imageName()][name]
	if !ok {
		u, ok = s.createdUser(name)
	}
	if !ok {
		return user{}, "the home and the ids of user " + name + " are not known"
	}
	if homeSet {
		u.home = home
	}
	return u, ""
}

// createdUser returns the user that the stage creates with its ids given, by useradd or adduser.
func (s *step) createdUser(name string) (u user, ok bool) {
	groups := map[string]string{}
	for _, in := range s.Doc.Instructions[:s.in.Index] {
		o := s.steps[in]
		if o == nil || !s.builtFrom(s.in.Stage, in.Stage) {
			continue
		}
		for _, cmd := range o.commands {
			a := accountOf(cmd)
			switch {
			case a.name == "":
			case a.group:
				groups[a.name] = a.gid
			case a.name == name:
				if _, err := strconv.Atoi(a.gid); err != nil {
					a.gid = groups[a.gid]
				}
				u, ok = user{a.home, a.uid, a.gid, true}, a.uid != "" && a.gid != ""
			}
		}
	}
	return u, ok
}

// An account is what a command creates.
type account struct {
	name, home, uid, gid string
	group                bool
}

// accountOf reads useradd, groupadd, and the two commands called adduser and addgroup: Debian's, with
// long flags, and that of busybox, where -g is a comment and -G the group.
func accountOf(cmd command) account {
	program := path.Base(cmd.Name())
	a := account{group: strings.HasPrefix(program, "group") || program == "addgroup"}
	switch program {
	case "useradd", "adduser", "groupadd", "addgroup":
	default:
		return account{}
	}
	argv := cmd.Argv()
	for i := 1; i < len(argv); i++ {
		flag, value, given := strings.Cut(argv[i], "=")
		if !strings.HasPrefix(flag, "-") {
			if a.name != "" {
				return account{} // adduser USER GROUP
			}
			a.name = argv[i]
			continue
		}
		field, takes := accountFlag(&a, program, flag)
		if !takes {
			continue
		}
		if !given && i+1 < len(argv) {
			i++
			value = argv[i]
		}
		if field != nil {
			*field = value
		}
	}
	if a.home == "" {
		a.home = "/home/" + a.name
	}
	return a
}

// accountFlag returns where the value of a flag belongs, and whether it takes one.
func accountFlag(a *account, program, flag string) (field *string, takes bool) {
	switch {
	case flag == "--uid", flag == "-u" && !a.group:
		return &a.uid, true
	case flag == "--gid", flag == "-g" && program != "adduser", flag == "-G" && program == "adduser":
		return &a.gid, true
	case flag == "--home", flag == "--home-dir", flag == "-h" && program == "adduser", flag == "-d" && program == "useradd":
		return &a.home, true
	}
	switch flag {
	case "-s", "--shell", "-c", "--comment", "--gecos", "-G", "--groups", "-p", "--password", "-k", "--skel", "-b", "-e", "-f", "-K", "--ingroup":
		return nil, true
	case "-g":
		return nil, program == "adduser"
	}
	return nil, false
}
