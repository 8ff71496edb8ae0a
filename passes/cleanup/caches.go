package cleanup

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"dopt/transform"
	"dopt/transform/pkgmgr"
	"dopt/transform/shell"
)

// caches keeps package managers from leaving their caches in the layer, those aside whose names are
// in done.
func (s *step) caches(done []string) {
	seen := slices.Clone(done)
	for _, cmd := range s.commands {
		if cmd.use == nil || slices.Contains(seen, cmd.use.Manager.Name) {
			continue
		}
		seen = append(seen, cmd.use.Manager.Name)
		if rule, ok := rules[cmd.use.Manager.Name]; ok {
			s.cache(cmd.use.Manager, rule)
		}
	}
}

// A filling is what the commands of one manager put into its caches.
type filling struct {
	manager *pkgmgr.Manager
	// commands are the indices of the commands that fill a cache, in order.
	commands []int
	// caches are those that they fill and that stay in the layer.
	caches []*pkgmgr.Cache
}

func (f filling) last() int { return f.commands[len(f.commands)-1] }

// cache deals with one manager: with a flag where it has one, else with a clean-up.
func (s *step) cache(m *pkgmgr.Manager, rule rule) {
	f := s.filling(m)
	if len(f.commands) == 0 || s.cleaned(f) || s.readAny(f) || rule.skip != nil && rule.skip(s, f) {
		return
	}
	if own := s.ownCleanUp(f); own != "" {
		s.Missed(s.in, cacheKind(m), "%s's cache stays: the script's own %q does not empty it", m.Name, own)
		return
	}
	fix := &transform.Fix{Level: transform.Safe}
	if rule.check != nil {
		level, refusal := rule.check(s, f)
		if refusal != "" {
			s.Missed(s.in, cacheKind(m), "%s's cache stays: %s", m.Name, refusal)
			return
		}
		fix.Level = level
	}
	refusal, emptied := "", f.caches[0]
	if m.NoCacheFlag != "" && !rule.clean {
		fix.Title = fmt.Sprintf("Keep %s from leaving a cache in the layer", m.Name)
		fix.Edits = s.flagEdits(f)
	} else if c := s.chooseCleanUp(f, rule); c != nil {
		fix.Title = fmt.Sprintf("Empty the cache of %s in the layer that fills it", m.Name)
		fix.Edits, fix.Level, refusal = s.cleanUp(f, c, fix.Level)
		emptied = f.caches[slices.IndexFunc(f.caches, func(cache *pkgmgr.Cache) bool { return slices.Contains(c.Empties, cache.Path) })]
	}
	switch {
	case refusal != "":
		s.Missed(s.in, cacheKind(m), "%s's cache stays: %s", m.Name, refusal)
	case len(fix.Edits) > 0:
		fix.Evidence = s.evidence(s.commands[f.commands[0]], "leaves "+emptied.Holds+" in "+emptied.Path)
		s.Report(transform.Finding{Kind: cacheKind(m), Span: s.in.Span, Message: "the layer keeps the cache of " + m.Name, Fix: fix})
	}
}

// readAny reports whether anything else looks into one of the caches.
func (s *step) readAny(f filling) bool {
	return slices.ContainsFunc(f.caches, func(cache *pkgmgr.Cache) bool {
		return s.read(f.commands[0], cache.Path, s.resolve(s.commands[f.last()], cache.Path))
	})
}

// ownCleanUp returns a command of the script that is to clean up, as its author thinks: npm cache
// clean without --force, yum clean metadata.
func (s *step) ownCleanUp(f filling) string {
	for _, cmd := range s.commands[f.last()+1:] {
		if cmd.use == nil || cmd.use.Manager != f.manager || cmd.use.Verb != pkgmgr.Other {
			continue
		}
		words := cmd.Argv()[cmd.use.Program:]
		if slices.ContainsFunc(words, func(w string) bool { return w == "clean" || w == "clear" || w == "purge" }) {
			return strings.Join(words, " ")
		}
	}
	return ""
}

// cacheKind is the word for findings about a manager's cache.
func cacheKind(m *pkgmgr.Manager) string {
	if m.Name == "microdnf" {
		return "dnf-cache"
	}
	return m.Name + "-cache"
}

// filling finds what the step's commands of a manager leave in its layer.
func (s *step) filling(m *pkgmgr.Manager) filling {
	f := filling{manager: m}
	for _, env := range m.NoCacheEnv {
		name, _, _ := strings.Cut(env, "=")
		if v, known := s.in.State().Var(name); known && v != "" || strings.Contains(s.script.Text, name) {
			return f
		}
	}
	for i, cmd := range s.commands {
		if cmd.use == nil || cmd.use.Manager != m || cmd.use.AvoidsCache() || cmd.use.More || odd(cmd) {
			continue
		}
		filled := false
		for j := range m.Caches {
			cache := &m.Caches[j]
			if !slices.Contains(cache.FilledBy, cmd.use.Verb) || s.mounted(s.resolve(cmd, cache.Path)) {
				continue
			}
			filled = true
			if !slices.Contains(f.caches, cache) {
				f.caches = append(f.caches, cache)
			}
		}
		if filled {
			f.commands = append(f.commands, i)
		}
	}
	return f
}

// odd reports whether a manager is called by a name with a version of its own: pip-3.2.
func odd(cmd command) bool {
	program := cmd.Words[cmd.use.Program].Value
	return strings.Contains(path.Base(program), "-") && path.Base(program) != cmd.use.Manager.Name
}

// resolve returns where a path of the table is for a command, "~" left as it is.
func (s *step) resolve(cmd command, p string) string {
	return cmd.use.Resolve(p, s.getenv, "")
}

// getenv returns the value that ENV or the base image gives a variable.
func (s *step) getenv(name string) string {
	if v, ok := s.in.State().Var(name); ok {
		return v
	}
	return s.baseVar(name)
}

// baseVar returns the value that the base image gives a variable.
func (s *step) baseVar(name string) string { return baseEnv[s.imageName()][name] }

// imageName is the name of the official image that the stage begins with, "" for any other.
func (s *step) imageName() string {
	ref := s.baseRef()
	if _, ok := s.Bases.Base(ref); !ok {
		return ""
	}
	name, _, _ := strings.Cut(path.Base(ref), ":")
	return name
}

// baseEnv is what official images set that moves caches. Source: their Dockerfiles in
// github.com/docker-library, rust: github.com/rust-lang/docker-rust, as of 2026-08.
var baseEnv = map[string]map[string]string{
	"golang": {"GOPATH": "/go"},
	"rust":   {"CARGO_HOME": "/usr/local/cargo"},
	"ruby":   {"GEM_HOME": "/usr/local/bundle"},
}

// cleaned reports whether the step empties one of the caches after they were last filled.
func (s *step) cleaned(f filling) bool {
	for _, cmd := range s.commands[f.last()+1:] {
		for _, cache := range f.caches {
			if cmd.use != nil && slices.Contains(cmd.use.Empties, cache.Path) {
				return true
			}
			resolved := s.resolve(s.commands[f.last()], cache.Path)
			if s.removes(cmd, resolved) || s.removes(cmd, cache.Path) {
				return true
			}
		}
	}
	return false
}

// flagEdits returns the edits that add the manager's flag to each of its commands that accepts it.
func (s *step) flagEdits(f filling) []transform.Edit {
	var edits []transform.Edit
	for _, i := range f.commands {
		cmd := s.commands[i]
		if !slices.Contains(f.manager.NoCacheVerbs, cmd.use.Verb) || cmd.use.VerbAt < 0 {
			continue
		}
		at := cmd.use.VerbAt
		if f.manager.NoCacheFirst {
			at = cmd.use.Program
		}
		if slices.ContainsFunc(cmd.Words[:at+1], func(w shell.Word) bool { return w.Value == "--" }) {
			continue // no flag counts behind it
		}
		if cmd.Captured {
			continue // the script reads what it prints, which the flag may change
		}
		edits = append(edits, insert(s.wordEnd(cmd, at), " "+f.manager.NoCacheFlag))
	}
	return edits
}

// cleanUp returns the edits that put the manager's own clean-up behind its last command, or a
// removal of its caches at the end, and the level that this takes.
func (s *step) cleanUp(f filling, c *pkgmgr.CleanUp, level transform.Level) (edits []transform.Edit, _ transform.Level, refusal string) {
	if c.Loss == pkgmgr.LosesInputs {
		level = transform.Standard
		if s.filledBefore(f) {
			return nil, level, "" // that layer keeps it, and its own finding says why
		}
		if !s.startsProgram() {
			return nil, level, "the image starts no program of its own, and builds in it may want the downloads"
		}
	}
	if c.Loss != pkgmgr.LosesTime {
		ahead := s.later(s.in, userQuestion(f.manager, c.Loss))
		if len(ahead.users) > 0 {
			return nil, level, ahead.users[0].String()
		}
		level = max(level, ahead.level())
	}
	cmd := s.commands[f.last()]
	var edit transform.Edit
	if c.Command[0] == "rm" {
		edit, refusal = s.removeCache(cmd, c)
	} else {
		edit, refusal = s.callCleanUp(cmd, c)
	}
	return []transform.Edit{edit}, level, refusal
}

// filledBefore reports whether an earlier step fills the manager's caches, too.
func (s *step) filledBefore(f filling) bool {
	for _, in := range s.Doc.Instructions[:s.in.Index] {
		if o := s.steps[in]; o != nil && s.builtFrom(s.in.Stage, in.Stage) && len(o.filling(f.manager).commands) > 0 {
			return true
		}
	}
	return false
}

// startsProgram reports whether a CMD or ENTRYPOINT follows the step.
func (s *step) startsProgram() bool {
	return slices.ContainsFunc(s.sequels(s.in), func(sq sequel) bool { return sq.starts })
}

// chooseCleanUp returns the best clean-up for the caches that can be emptied, nil if there is
// none. Several removals become one.
func (s *step) chooseCleanUp(f filling, rule rule) *pkgmgr.CleanUp {
	var chosen *pkgmgr.CleanUp
	for i := range f.manager.CleanUps {
		c := &f.manager.CleanUps[i]
		if !slices.ContainsFunc(f.caches, func(cache *pkgmgr.Cache) bool {
			return slices.Contains(c.Empties, cache.Path) && (rule.caches == nil || slices.Contains(rule.caches, cache.Path))
		}) || strings.Contains(s.resolve(s.commands[f.last()], c.Command[len(c.Command)-1]), "$") {
			continue
		}
		switch {
		case chosen == nil:
			chosen = c
		case chosen.Command[0] == "rm" && c.Command[0] == "rm" && !slices.Contains(chosen.Empties, c.Empties[0]):
			chosen = &pkgmgr.CleanUp{
				Command: slices.Concat(chosen.Command, c.Command[2:]), Empties: slices.Concat(chosen.Empties, c.Empties), Loss: max(chosen.Loss, c.Loss),
			}
		}
	}
	return chosen
}

// removeCache returns the edit that removes a manager's folders at the end of the script.
func (s *step) removeCache(cmd command, c *pkgmgr.CleanUp) (transform.Edit, string) {
	words := slices.Clone(c.Command)
	for i, w := range words {
		words[i] = s.resolve(cmd, w)
		if words[i] != cmd.use.Manager.Resolve(w, s.baseVar, "") || s.movesInScript(cmd) {
			return transform.Edit{}, "the file keeps it in a place of its own"
		}
		if strings.HasPrefix(words[i], "~") && cmd.use.Sudo {
			return transform.Edit{}, "whose home directory sudo uses depends on its settings"
		}
	}
	if sudo := s.sudo(cmd); sudo != "" {
		words = slices.Insert(words, 0, sudo)
	} else if cmd.use.Sudo {
		return transform.Edit{}, "it runs as another user"
	}
	return s.atEnd(strings.Join(words, " "))
}

// movesInScript reports whether the script itself sets a variable that moves the manager's caches.
func (s *step) movesInScript(cmd command) bool {
	for _, move := range cmd.use.Manager.Moves {
		for _, by := range move.By {
			name, _, _ := strings.Cut(strings.TrimPrefix(by, "$"), "/")
			if strings.Contains(s.script.Text, name+"=") || strings.Contains(s.script.Text, "unset "+name) {
				return true
			}
		}
	}
	return false
}

// callCleanUp returns the edit that calls the manager's clean-up in the way in which the script
// calls the manager, directly behind its last command: later the program may be gone.
func (s *step) callCleanUp(cmd command, c *pkgmgr.CleanUp) (transform.Edit, string) {
	caller, refusal := s.caller(cmd)
	if refusal != "" {
		return transform.Edit{}, refusal
	}
	i := s.lists.at(cmd.Start)
	joint, refusal := s.lists.joinAfter(i)
	if refusal != "" {
		return transform.Edit{}, refusal
	}
	if s.script.Form == transform.FormShell && s.script.Shell.HasComment() && i == s.lists.last() {
		return transform.Edit{}, "the script ends in a shell comment"
	}
	return s.putAfter(i, joint, strings.Join(append([]string{caller}, c.Command[1:]...), " ")), ""
}

// caller returns the words with which a script calls a manager: "npm", "sudo yum",
// "php composer.phar". It refuses where they mean something else behind the command.
func (s *step) caller(cmd command) (words, refusal string) {
	program := cmd.Words[cmd.use.Program]
	if !cmd.Always && (!cmd.Top || s.lists.operands[s.lists.at(cmd.Start)].before == "||") {
		return "", "the command may not run"
	}
	if program.Value == "" || !program.Plain {
		return "", "how it is called is not known before the build"
	}
	if strings.Contains(program.Value, "/") && !path.IsAbs(program.Value) && !cmd.Top {
		return "", "it is called by a relative path"
	}
	first := cmd.use.Program
	for first > 0 && callers[path.Base(cmd.Words[first-1].Value)] {
		first--
	}
	if first > 0 && interpreters[path.Base(cmd.Words[first-1].Value)] {
		return "", "an interpreter is called with it"
	}
	if first == 0 || !cmd.use.Sudo {
		return s.script.Text[cmd.Words[first].Start:program.End], ""
	}
	if s.sudo(cmd) == "" || cmd.use.User != "" {
		return "", "it runs as another user"
	}
	return s.sudo(cmd) + " " + s.script.Text[cmd.Words[first].Start:program.End], ""
}

// callers are words that belong to the call of a manager that they stand before.
var callers = set("sudo", "python", "python2", "python3", "-m", "-H", "-E", "-EH", "-HE")

var interpreters = set("php", "node", "sh", "bash")
