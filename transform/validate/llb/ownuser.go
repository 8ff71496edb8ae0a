package llb

import (
	"slices"
	"strconv"
	"strings"

	"github.com/moby/buildkit/solver/pb"

	"dopt/transform"
)

// sameOwner checks that a copy gives the owner that a command gave.
func (l *ledger) sameOwner(change lost, step int, n *node, action int, was, now *pb.FileActionCopy) {
	user, group, separated := strings.Cut(strings.Replace(change.Value, ".", ":", 1), ":")
	wants := &pb.ChownOpt{User: accountOf(user)}
	switch {
	case group != "":
		wants.Group = accountOf(group)
	case separated:
	case was.Owner != nil:
		if wants.Group = was.Owner.Group; wants.Group == nil && !sameUser(was.Owner.User, wants.User) {
			l.note(transform.Unsound, "%s leaves the group, which --chown names not", change)
		}
	case n.source(action).isContext() || n.source(action).op.GetFile() != nil:
		wants.Group = accountOf("0") // what comes from the context is root's
	default:
		l.note(transform.Unsound, "%s leaves the group, and what COPY %s %s copies keeps its own", change, was.Src, was.Dest)
	}
	if separated && group == "" && wants.User.GetByName() == nil || !sameUser(wants.User, now.Owner.GetUser()) || !sameUser(wants.Group, now.Owner.GetGroup()) {
		l.note(transform.Unsound, "%s is gone, and COPY %s %s does not give the owner %s", change, was.Src, was.Dest, change.Value)
	}
	if from := n.source(action); !from.isContext() && from.op.GetFile() == nil {
		l.note(transform.Unproven, "%s may take setuid bits away that COPY keeps", change)
	}
	l.names(change, step, now.Owner)
}

func accountOf(name string) *pb.UserOpt {
	if name == "root" {
		name = "0" // as the compiler has it
	}
	if id, err := strconv.ParseUint(name, 10, 32); err == nil {
		return &pb.UserOpt{User: &pb.UserOpt_ByID{ByID: uint32(id)}}
	}
	return &pb.UserOpt{User: &pb.UserOpt_ByName{ByName: &pb.NamedUserOpt{Name: name}}}
}

// sameUser compares users without the files in which their names are looked up.
func sameUser(a, b *pb.UserOpt) bool {
	return (a == nil) == (b == nil) && a.GetByName().GetName() == b.GetByName().GetName() && (a.GetByName() != nil || a.GetByID() == b.GetByID())
}

// names judges whether names mean the same when a copy is made as they did for the command.
func (l *ledger) names(change lost, copied int, owner *pb.ChownOpt) {
	for _, u := range []*pb.UserOpt{owner.GetUser(), owner.GetGroup()} {
		name := u.GetByName().GetName()
		if name == "" || name == "root" {
			continue
		}
		made := slices.ContainsFunc(l.before[:copied], func(n *node) bool {
			script, ok := n.scriptOf()
			return ok && script.Names(name)
		})
		if !made {
			made = baseUsers(l.env.Bases, l.before[0], name)
		}
		which := "" // any account
		if made {
			which = name
		}
		for _, n := range l.before[copied+1 : change.step+1] {
			script, isRun := n.scriptOf()
			switch {
			case isRun && change.ChangesAccounts(script, which):
				l.note(transform.Unsound, "COPY --chown=%s stands above `%s`, which may make or change that user", name, n.describe())
			case !isRun && n.writesTo("/etc/passwd", "/etc/group"):
				l.note(transform.Unsound, "COPY --chown=%s stands above %s, which may change that user", name, n.describe())
			}
		}
		if !made {
			l.note(transform.Unproven, "that there is a user or group %s is known from %s alone", name, change)
		}
	}
}

// baseUsers reports whether a base image is known to have a user with a group of the same name.
func baseUsers(bases transform.Bases, base *node, name string) bool {
	source := base.op.GetSource()
	if source == nil || bases == nil {
		return false
	}
	b, ok := bases.Base(strings.TrimPrefix(source.Identifier, "docker-image://"))
	return ok && slices.Contains(b.Users, name)
}
