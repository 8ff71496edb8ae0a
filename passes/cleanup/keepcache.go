package cleanup

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"dopt/transform"
	"dopt/transform/pkgmgr"
	"dopt/transform/shell"
)

// keepCache returns the edits that take away what would empty the mounted folders, or keep the
// manager from using them: flags, clean-ups and removals.
func (s *step) keepCache(m *pkgmgr.Manager, dirs []string) (edits []transform.Edit, refusal string) {
	for _, env := range m.NoCacheEnv {
		name, _, _ := strings.Cut(env, "=")
		if v, known := s.in.State().Var(name); known && v != "" || strings.Contains(s.script.Text, name) {
			return nil, name + " switches its cache off"
		}
	}
	var gone []int
	for _, cmd := range s.commands {
		switch {
		case cmd.use != nil && cmd.use.Manager == m && cmd.use.AvoidsCache():
			edit, refusal := s.dropFlag(cmd)
			if refusal != "" {
				return nil, refusal
			}
			edits = append(edits, edit)
		case cmd.use != nil && cmd.use.Verb == pkgmgr.Clean && sharesCaches(cmd.use.Manager, m):
			if len(cmd.Assigns) > 0 || len(cmd.Redirs) > 0 || !plainClean(cmd) {
				return nil, "a clean-up in the script says more than the command alone"
			}
			gone = append(gone, s.lists.at(cmd.Start))
		case cmd.program() == "rm", cmd.program() == "find":
			empties, refusal := s.removal(cmd, dirs)
			if refusal != "" {
				return nil, refusal
			}
			if empties {
				gone = append(gone, s.lists.at(cmd.Start))
			}
		}
	}
	removed, refusal := s.dropOperands(gone)
	return append(edits, removed...), refusal
}

// sharesCaches reports whether two managers keep their caches in the same folder, as apt and apt-get do.
func sharesCaches(a, b *pkgmgr.Manager) bool {
	return a == b || len(b.Caches) > 0 && a.Cache(b.Caches[0].Path) != nil
}

// plainClean reports whether a clean-up has only words that say that it cleans. What takes the
// package lists away, too, is not plain.
func plainClean(cmd command) bool {
	if verb := cmd.Words[cmd.use.VerbAt].Value; verb == "distclean" || verb == "dist-clean" {
		return false
	}
	return cmd.use.VerbAt-cmd.use.Program <= 3 && !slices.ContainsFunc(cmd.Words[cmd.use.VerbAt+1:], func(w shell.Word) bool { return !cleanFlags[w.Value] })
}

var cleanFlags = set("-y", "-q", "-qq", "-f", "-a", "-ay", "-ya", "-afy", "--yes", "--force", "--all", "-cache", "-modcache", "--clear")

// dropFlag takes away the flag that keeps a command from using its cache.
func (s *step) dropFlag(cmd command) (transform.Edit, string) {
	for i, w := range cmd.Words {
		if i > cmd.use.Program && w.Value == cmd.use.Manager.NoCacheFlag {
			return s.cut(cmd.Words[i-1].End, w.End)
		}
	}
	return transform.Edit{}, "a flag that avoids the cache does not stand alone"
}

// cut deletes a range of the script's text, unless a comment stands in it.
func (s *step) cut(start, end int) (transform.Edit, string) {
	span := transform.Span{Start: s.script.EndOffset(start), End: s.script.EndOffset(end)}
	for _, l := range s.in.Lines {
		if l.Kind == transform.Comment && span.Start < l.Span.End && l.Span.Start < span.End {
			return transform.Edit{}, "a comment stands within what would go"
		}
	}
	return transform.Edit{Span: span}, ""
}

// removal tells whether rm or find only empties the mounted folders, so that it must go.
func (s *step) removal(cmd command, dirs []string) (empties bool, refusal string) {
	others := false
	for i, w := range cmd.Words {
		if i == 0 || strings.HasPrefix(w.Value, "-") {
			continue
		}
		if strings.Contains(w.Value, "{") {
			return false, "a removal in the script lists its folders in braces"
		}
		switch where := s.reaches(cmd, w, dirs); {
		case where == above || where != outside && cmd.program() == "find":
			return false, "the script removes a folder above the mount"
		case where == inFolder:
			empties = true
		default:
			others = true
		}
	}
	if empties && others {
		return false, "a removal in the script is of more than the cache"
	}
	return empties, ""
}

// A place says where a path lies as seen from a mount.
type place int

const (
	outside place = iota
	inFolder
	above
)

// reaches tells where a word of rm lies as seen from the mounted folders.
func (s *step) reaches(cmd command, w shell.Word, dirs []string) place {
	for _, word := range expandBraces(pathIn(cmd, s.script.Text, w)) {
		for _, dir := range dirs {
			dir = homeless(dir)
			word := strings.TrimSuffix(strings.TrimRight(word, "/"), "/*")
			switch {
			case inside(word, []string{dir}):
				return inFolder
			case covers(word, dir) || strings.HasPrefix(dir, word+"/"):
				return above
			}
		}
	}
	return outside
}

// dropOperands takes whole commands off the script's lists.
func (s *step) dropOperands(gone []int) (edits []transform.Edit, refusal string) {
	slices.Sort(gone)
	gone = slices.Compact(gone)
	for _, i := range gone {
		o := s.lists.operands[i]
		_, plain := o.stmt.Cmd.(*syntax.CallExpr)
		var edit transform.Edit
		switch {
		case !plain || o.stmt.Negated || o.before == "||" || o.after == "||" || len(s.lists.operands) == 1:
			return nil, "a clean-up cannot be taken out of the script"
		case o.before == "&&" && o.after == ";" && s.lists.errexitAt(i) != no:
			refusal = "without a clean-up at its end, a list would stop the script by \"set -e\""
		case o.before == "&&" || o.before == ";" && o.after == ";" && s.lists.operands[i-1].before == ";":
			edit, refusal = s.cut(s.lists.operands[i-1].end, o.end)
		case o.before == "" && o.after == "&&" && !slices.Contains(gone, i+1):
			edit, refusal = transform.Edit{Span: transform.Span{Start: s.script.Offset(o.start), End: s.script.Offset(s.lists.operands[i+1].start)}}, ""
		default:
			refusal = "without a clean-up the script would end in another status"
		}
		if refusal != "" {
			return nil, refusal
		}
		edits = append(edits, edit)
	}
	return edits, ""
}
