package pkgmgr

// A Use is what a simple command asks of a package manager.
type Use struct {
	Manager *Manager
	Verb    Verb
	// Program is the index in argv of the manager's own program word, behind sudo, env, nice,
	// python -m and their like.
	Program int
	// VerbAt is the index of the last word of the verb, so that a flag of the verb can follow it;
	// -1 if no word says it, as for yarn alone. A flag may say it: pacman -S.
	VerbAt int
	// Packages are the indices of the words that name packages, folders and archives included.
	Packages []int
	// Flags are the flags of the manager, in order. Those of a program that it runs are not among
	// them.
	Flags []Flag
	// Sudo is true where the command runs as another user, through sudo, doas, gosu or su-exec.
	Sudo bool
	// User is the user named for that, "" for root.
	User string
	// Global is true for an install for the whole machine by a manager that installs for a
	// project otherwise: npm -g.
	Global bool
	// More is true where xargs adds words that the script does not show.
	More bool
	// Empties are the Paths of the caches that a Clean empties.
	Empties []string
}

// HasFlag reports whether one of the flags was given, by the names it can have.
func (u Use) HasFlag(names ...string) bool {
	_, ok := u.Flag(names...)
	return ok
}

// Flag returns the last flag given that has one of the names.
func (u Use) Flag(names ...string) (Flag, bool) {
	for i := len(u.Flags) - 1; i >= 0; i-- {
		for _, name := range names {
			if u.Flags[i].Name == name {
				return u.Flags[i], true
			}
		}
	}
	return Flag{}, false
}

// AvoidsCache reports whether a flag keeps the command from filling the manager's caches.
func (u Use) AvoidsCache() bool {
	return u.Manager.NoCacheFlag != "" && (u.HasFlag(u.Manager.NoCacheFlag) || u.HasFlag(u.Manager.NoCacheAliases...))
}

// RefreshesIndex reports whether the command refreshes the package index, alone or before it
// installs.
func (u Use) RefreshesIndex() bool {
	return u.Verb == Update || u.HasFlag(u.Manager.IndexFlags...)
}

// Resolve returns where path is for the command: as Manager.Resolve, and by its flags.
func (u Use) Resolve(path string, getenv func(string) string, home string) string {
	for _, move := range u.Manager.Moves {
		if rest, ok := within(path, move.Path); ok && move.Flag != "" {
			if f, given := u.Flag(move.Flag); given {
				return f.Value + rest
			}
		}
	}
	return u.Manager.Resolve(path, getenv, home)
}

// behind returns u, read from word n on, as a use behind the command outer.
func (u Use) behind(outer Use, n int) Use {
	u.Program += n
	if u.VerbAt >= 0 {
		u.VerbAt += n
	}
	for i := range u.Packages {
		u.Packages[i] += n
	}
	for i := range u.Flags {
		u.Flags[i].At += n
	}
	if !u.Sudo {
		u.Sudo, u.User = outer.Sudo, outer.User
	}
	u.More = u.More || outer.More
	return u
}
