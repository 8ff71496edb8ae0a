package slim

import (
	"fmt"
	"slices"
	"strings"

	"dopt/transform"
	"dopt/transform/pkgmgr"
)

// A borrowing is what one step alone uses of what is missing: packages that it installs and removes again, so that its layer does not
// hold them.
type borrowing struct {
	step *transform.Instruction
	// asked are the packages that the step's needs ask for; names those that are removed again, kept those that the same command installs for good; sorted.
	asked, names, kept []string
}

// worthBorrowing is from how many bytes on disk packages are removed again: each borrowing downloads the package lists.
const worthBorrowing = 10 << 20

// divide decides which of the packages that close the gaps stay, and which are borrowed by the one step that uses them.
func (s *slimming) divide() error {
	users := map[string][]*transform.Instruction{}
	var names []string
	for _, g := range s.gaps {
		if !slices.Contains(users[g.with], g.Step) {
			users[g.with] = append(users[g.with], g.Step)
		}
		names = append(names, g.with)
	}
	single := map[*transform.Instruction][]string{}
	var stay []string
	for _, name := range slices.Compact(slices.Sorted(slices.Values(names))) {
		if u := users[name]; len(u) == 1 && u[0] != nil {
			single[u[0]] = append(single[u[0]], name)
		} else {
			stay = append(stay, name)
		}
	}
	var err error
	for _, in := range s.stage.Instructions {
		if stay, err = s.borrow(in, single[in], stay); err != nil {
			return err
		}
	}
	if s.added, err = s.reduce(stay, s.variant.Slim); err != nil {
		return err
	}
	return s.lend()
}

// headersOfC are those of the C library. Others that come with them (libnsl, libtirpc) no package links to without headers of its own.
const headersOfC = "libc6-dev"

// borrow decides whether a step borrows the packages that it alone uses. It returns what stays: stay, and either these packages or the
// libraries that what it makes with them is linked with.
func (s *slimming) borrow(in *transform.Instruction, names, stay []string) ([]string, error) {
	if len(names) == 0 {
		return stay, nil
	}
	more, err := s.Packages.Closure(s.variant.Release, names, false, s.variant.Slim)
	if err != nil {
		return nil, err
	}
	if _, disk := s.Packages.Sizes(s.variant.Release, more); disk < worthBorrowing {
		return append(stay, names...), nil
	}
	if why := s.keepsBorrowed(in); why != "" {
		s.notBorrowed = append(s.notBorrowed, fmt.Sprintf("%s of line %d stay in the image: %s", strings.Join(names, ", "), in.Line(), why))
		return append(stay, names...), nil
	}
	asked, err := s.reduce(names, s.variant.Slim) // without what only the compiler needs of the C library
	if err != nil {
		return nil, err
	}
	for _, name := range asked {
		if name != headersOfC {
			stay = append(stay, s.Packages.Libraries(s.variant.Release, name)...)
		}
	}
	s.borrowings = append(s.borrowings, borrowing{step: in, asked: names, names: names})
	return stay, nil
}

// lend completes the borrowings: without what stays anyway, and with what can stay in the layer of the first of them, which needs no
// install of its own then.
func (s *slimming) lend() error {
	more, err := s.Packages.Closure(s.variant.Release, s.added, false, s.variant.Slim)
	if err != nil {
		return err
	}
	there := slices.Concat(s.variant.Slim, more)
	for i, b := range s.borrowings {
		if s.borrowings[i].names, err = s.reduce(b.names, there); err != nil {
			return err
		}
	}
	if len(s.borrowings) == 0 || len(s.added) == 0 {
		return nil
	}
	first := slices.Index(s.stage.Instructions, s.borrowings[0].step)
	if _, joins := s.join(); !joins && s.firstUse() >= first {
		s.borrowings[0].kept, s.added = s.added, nil
	}
	return nil
}

// keepsBorrowed says why a step cannot remove packages again, "" if it can. Its commands may be none that installs packages of the
// distribution: these would be gone, too.
func (s *slimming) keepsBorrowed(in *transform.Instruction) string {
	script := in.Script()
	switch {
	case in.Keyword != "RUN" || script.Form != transform.FormShell || script.Shell == nil || len(script.Shell.File.Stmts) != 1:
		return "what the step runs is no plain list of commands"
	case !root(in):
		return "it runs as " + in.State().User
	case slices.ContainsFunc(in.Flags(), func(f transform.Flag) bool { return f.Name != "mount" || strings.Contains(f.Value, "apt") }):
		return "it has flags"
	case script.Shell.HasComment():
		return "its script has a comment"
	case setsUp(in):
		return "it sets up where packages come from"
	}
	at := slices.Index(s.stage.Instructions, in)
	if slices.ContainsFunc(s.stage.Instructions[at:], setsUp) {
		return "apt's sources change below it"
	}
	for _, cmd := range script.Shell.Commands {
		use, ok := pkgmgr.Identify(cmd.Argv())
		switch {
		case !cmd.Top || !cmd.Always:
			return "what the step runs is no plain list of commands"
		case ok && slices.Contains(borrowers, use.Manager.Name) && (use.Verb == pkgmgr.Clean || use.Verb == pkgmgr.Install && plainly(use, cmd.Argv())):
		case !slices.Contains(plain, cmd.Name()):
			return fmt.Sprintf("`%s` may install packages itself", cmd.Name())
		}
	}
	return ""
}

// borrowers are the package managers that install none of the distribution's packages.
var borrowers = strings.Fields("pip pipenv poetry uv npm yarn yarn-berry pnpm gem bundler")

// plainly reports whether a command installs in one of the ways that everyone writes, and runs no script by its name.
func plainly(use pkgmgr.Use, argv []string) bool {
	if use.VerbAt < 0 {
		return use.Manager.Name == "yarn"
	}
	return slices.Contains([]string{"install", "i", "ci", "add", "sync"}, argv[use.VerbAt])
}

// wrap returns the edits that put the install in front of a borrowing's script, and the removal behind it. The technique is that of the
// official images: what was marked as installed by hand is again, and all that nothing of it depends on goes. What the author's own
// installs have brought as recommended stays: RecommendsImportant is left as it is.
func (s *slimming) wrap(b borrowing) []transform.Edit {
	script, style := b.step.Script(), b.step.Style()
	install := slices.Sorted(slices.Values(slices.Concat(b.names, b.kept)))
	head := slices.Concat([]string{`savedAptMark="$(apt-mark showmanual)"`}, s.update(), []string{s.installCommand(style, install)})
	manual := strings.Join(slices.Concat([]string{"apt-mark manual $savedAptMark"}, b.kept), " ")
	tail := []string{"apt-mark auto '.*' > /dev/null", manual + " > /dev/null", "apt-get purge -y --auto-remove"}
	if !s.keepsLists(b.step) {
		tail = append(tail, removeLists)
	}
	joint := s.joint(style)
	edits := append(s.eachOnALine(b.step, joint), s.edit(b.step, 0, 0, strings.Join(head, joint)+joint))
	at := script.EndOffset(behindInstalls(script))
	behind := s.lineBreaks(joint + strings.Join(tail, joint))
	for i := range edits {
		if edits[i].Start == at {
			edits[i].New = behind + edits[i].New
			return edits
		}
	}
	return append(edits, transform.Edit{Span: transform.Span{Start: at, End: at}, New: behind})
}

// behindInstalls returns the end of the last command of a script that calls a package manager. What only removes files may follow, as
// it does where a clean-up is added later.
func behindInstalls(script *transform.Script) (end int) {
	for _, cmd := range script.Shell.Commands {
		if _, ok := pkgmgr.Identify(cmd.Argv()); ok {
			end = int(cmd.Stmt.End().Offset())
		}
	}
	return end
}
