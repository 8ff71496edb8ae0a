package inspect

import (
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// An account is whom the image's processes run as.
type account struct {
	// name is the USER as it is written, "root" for none.
	name string
	uid  int
	gids []int
}

// account finds the image's user as engines do: a name has to be in /etc/passwd, a number need not.
// See GetExecUser of github.com/moby/sys/user.
func (c *checker) account() account {
	user, group, _ := strings.Cut(c.Config.User, ":")
	a := account{name: c.Config.User}
	if user == "" {
		user, a.name = "0", "root"
	}
	entry, listed := c.entry("/etc/passwd", user, 4)
	number, err := strconv.Atoi(user)
	switch {
	case listed:
		a.uid, _ = strconv.Atoi(entry[2]) // entry has checked both
		gid, _ := strconv.Atoi(entry[3])
		a.gids = append(c.groupsOf(entry[0]), gid)
	case err == nil:
		a.uid, a.gids = number, []int{0}
	default:
		c.add(Finding{Check: User, Missing: user, Message: "USER " + user + " is not in /etc/passwd"})
		a.uid, a.gids = unknownUser, []int{unknownUser}
	}
	if group == "" {
		return a
	}
	entry, listed = c.entry("/etc/group", group, 3)
	number, err = strconv.Atoi(group)
	switch {
	case listed:
		number, _ = strconv.Atoi(entry[2])
	case err != nil:
		c.add(Finding{Check: User, Missing: group, Message: "group " + group + " of USER is not in /etc/group"})
		number = unknownUser
	}
	a.gids = []int{number} // with a group, the others do not count
	return a
}

// unknownUser is the number of a user that is not there; no file belongs to it.
const unknownUser = -1

// entry returns the fields of a line of /etc/passwd or /etc/group by its name or number; fields 2 up to
// the given number of fields are numbers.
func (c *checker) entry(table, user string, fields int) ([]string, bool) {
	for line := range strings.Lines(c.tree.text(table)) {
		f := strings.Split(strings.TrimSpace(line), ":")
		if len(f) < fields || f[0] != user && f[2] != user {
			continue
		}
		if !slices.ContainsFunc(f[2:fields], func(n string) bool { _, err := strconv.Atoi(n); return err != nil }) {
			return f, true
		}
	}
	return nil, false
}

// groupsOf returns the groups that list a user as a member.
func (c *checker) groupsOf(user string) []int {
	var gids []int
	for line := range strings.Lines(c.tree.text("/etc/group")) {
		f := strings.Split(strings.TrimSpace(line), ":")
		if len(f) < 4 || !slices.Contains(strings.Split(f[3], ","), user) {
			continue
		}
		if gid, err := strconv.Atoi(f[2]); err == nil {
			gids = append(gids, gid)
		}
	}
	return gids
}

// A right is a permission bit.
type right fs.FileMode

const (
	execute right = 1
	write   right = 2
	read    right = 4
)

// may reports whether a user has a right on what a path leads to, the folders on the way included. It is true of nothing.
func (c *checker) may(a account, name string, r right) bool {
	open := true
	at, f := c.tree.resolve(c.workingDir(), name, func(dir File) { open = open && a.has(dir, execute) })
	return at != "" && open && a.has(f, r)
}

// has reports whether a user has a right on a file by its owner, its groups and its mode.
func (a account) has(f File, r right) bool {
	perm := right(f.Mode.Perm())
	switch {
	case a.uid == 0:
		return r != execute || f.Mode.IsDir() || perm&0o111 != 0
	case a.uid == f.UID:
		return perm>>6&r != 0
	case slices.Contains(a.gids, f.GID):
		return perm>>3&r != 0
	}
	return perm&r != 0
}

// below reports whether a path is dir or in it.
func below(name, dir string) bool {
	return name == dir || strings.HasPrefix(name, strings.TrimSuffix(dir, "/")+"/") || path.Clean(dir) == "/"
}
