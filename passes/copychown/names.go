package copychown

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"dopt/transform"
)

var number = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[0-9]+$`) })

// splitOwner takes an owner apart: "u", "u:g", "u:" and the same with a dot. With a separator and no
// group, chown means the group that is the user's own.
func splitOwner(value string) (user, group string, separated bool) {
	at := strings.IndexAny(value, ":.")
	if at < 0 {
		return value, "", false
	}
	return value[:at], value[at+1:], true
}

// ownerFlag returns the value of --chown that gives a copying the owner that a request asks for.
func ownerFlag(r *request, cp *copying) (value string, level transform.Level, refusal string) {
	user, group, separated := splitOwner(r.value)
	switch {
	case group != "":
		return user + ":" + group, transform.Safe, ""
	case separated && number().MatchString(user):
		return "", 0, "the group of user " + user + " is not known"
	case separated:
		return user, transform.Safe, ""
	case cp.chown != "":
		before, group, ok := splitOwner(cp.chown)
		if !ok && before == user {
			return cp.chown, transform.Safe, ""
		}
		if !ok || group == "" {
			return "", 0, "the command leaves the group, and --chown=" + cp.chown + " names none"
		}
		return user + ":" + group, transform.Standard, ""
	case cp.from != "":
		return "", 0, "the command leaves the group, and what is copied from " + cp.from + " keeps its own"
	}
	return user + ":0", transform.Standard, ""
}

// names returns the user and the group of an owner that must be looked up in the image.
func names(flag string) (list []string) {
	user, group, _ := splitOwner(flag)
	for _, name := range []string{user, group} {
		if name != "" && name != "root" && !number().MatchString(name) && !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return list
}

// knowsNames judges whether the names of an owner mean for a copying what they mean for a request.
func (s *survey) knowsNames(flag string, r *request, cp *copying) (level transform.Level, refusal string) {
	level = transform.Safe
	var changing *transform.Instruction
	s.back(r, func(st step) bool {
		if st.in == cp.in {
			return false
		}
		if changing == nil && s.changesUsers(st) {
			changing = st.in
		}
		return true
	})
	for _, name := range names(flag) {
		switch {
		case s.inBase(name), s.createdAbove(name, cp.in):
			if changing != nil && s.redefined(name, r, cp) {
				return 0, name + " changes between the copy and the command"
			}
		case changing == nil:
			level = transform.Standard
		default:
			return 0, name + " may be made by line " + strconv.Itoa(changing.Line()) + ", and COPY --chown of a user that is not there yet silently means root"
		}
	}
	return level, ""
}

// inBase reports whether the base image is known to have a user and group of a name.
func (s *survey) inBase(name string) bool { return s.known && slices.Contains(s.base.Users, name) }

// creators are the commands that make users and groups.
var creators = []string{"useradd", "adduser", "groupadd", "addgroup"}

// createdAbove reports whether a RUN above an instruction makes a user or group of a name.
func (s *survey) createdAbove(name string, in *transform.Instruction) bool {
	return slices.ContainsFunc(s.above(in), func(o *transform.Instruction) bool { return callsWith(o, name, creators, true) })
}

// redefined reports whether a step between a copying and a request changes or removes a name.
func (s *survey) redefined(name string, r *request, cp *copying) bool {
	found := false
	s.back(r, func(st step) bool {
		if st.in == cp.in {
			return false
		}
		if cp := s.copying(st.in); cp != nil {
			found = found || s.changesUsers(st)
		}
		found = found || callsWith(st.in, name, userCommands, false)
		return !found
	})
	return found
}

// callsWith reports whether a RUN calls one of the programs with a name among its words; always asks
// for a command that runs whenever the RUN succeeds.
func callsWith(in *transform.Instruction, name string, programs []string, always bool) bool {
	list, _ := step{in: in}.commands()
	for _, c := range list {
		if slices.Contains(programs, c.Name()) && (c.Always || !always) && slices.Contains(c.Argv()[1:], name) {
			return true
		}
	}
	return false
}
