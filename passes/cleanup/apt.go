package cleanup

import (
	"path"
	"slices"
	"strings"

	"dopt/transform"
	"dopt/transform/pkgmgr"
)

const (
	aptLists    = "/var/lib/apt/lists"
	aptArchives = "/var/cache/apt"
)

// aptIndex asks who needs the package lists that an update has left.
//
// Sources: the programs' manual pages; the installers' scripts at the addresses named, as of
// 2026-11; install_packages: github.com/bitnami/minideb; install_clean: github.com/phusion/baseimage-docker;
// install-php-extensions: github.com/mlocati/docker-php-extension-installer.
var aptIndex = &question{
	ofManager: aptRelation,
	ofProgram: map[string]relation{
		"apt-cache": uses, "gdebi": uses, "mk-build-deps": uses, "rosdep": uses, "tasksel": uses, "apt-file": uses, "apt-show-versions": uses,
		"install_packages": replaces, "install_clean": replaces, "install-php-extensions": replaces,
	},
	ofInstaller: map[string]relation{
		"deb.nodesource.com/setup": replaces, "get.docker.com": replaces, "packagecloud.io/install": replaces, "script.deb.sh": replaces,
		"rustup.rs": unrelated, "get.sdkman.io": unrelated, "nvm": unrelated, "yarnpkg.com/install.sh": unrelated, "bun.sh/install": unrelated,
		"getcomposer.org": unrelated, "get-pip.py": unrelated, "install.python-poetry.org": unrelated, "get-poetry.py": unrelated, "astral.sh/uv": unrelated,
		"install.meteor.com": unrelated, "get.helm.sh": unrelated, "get.k3s.io": unrelated, "oh-my-zsh": unrelated, "pnpm.io/install": unrelated, "deno.land": unrelated,
		"haskellstack.org": unrelated, "godeb": unrelated, "cpanmin.us": unrelated, "npmjs.com/install.sh": unrelated, "npmjs.org/install.sh": unrelated,
	},
	mentions: lazy(`\b(apt-get|apt|aptitude|apt-cache)\s`),
}

func aptRelation(u *pkgmgr.Use) relation {
	switch {
	case u.Manager.Ecosystem != "debian":
		return unrelated
	case u.RefreshesIndex(), slices.Contains(u.Empties, aptLists):
		return replaces
	}
	switch u.Verb {
	case pkgmgr.Install, pkgmgr.Upgrade, pkgmgr.Download, pkgmgr.Unclear:
		return uses
	}
	return unrelated
}

// fetchesLists returns the index of the last command of the step that downloads package lists, -1 if none does.
func (s *step) fetchesLists() int {
	for i := len(s.commands) - 1; i >= 0; i-- {
		cmd := s.commands[i]
		if cmd.use != nil && aptRelation(cmd.use) == replaces && cmd.use.RefreshesIndex() || s.installerUpdates(cmd) {
			return i
		}
	}
	return -1
}

// installerUpdates reports whether a command runs a fetched script that is known to update the lists.
func (s *step) installerUpdates(cmd command) bool {
	if cmd.use != nil || !shells[path.Base(cmd.Name())] {
		return false
	}
	p := prober{cleaner: s.cleaner, q: aptIndex, in: s.in}
	r, _ := p.command(cmd, s.script.Text, 0)
	return r == replaces
}

// removesLists reports whether a command behind the one with index after removes the lists.
func (s *step) removesLists(after int) bool {
	for _, cmd := range s.commands[after+1:] {
		if cmd.use != nil && slices.Contains(cmd.use.Empties, aptLists) || s.removes(cmd, aptLists) {
			return true
		}
	}
	return false
}

// aptLists removes the package lists in the layer that downloads them. It reports whether there is
// a fix for them.
func (s *step) aptLists() bool {
	at := s.fetchesLists()
	if at < 0 || s.mounted(aptLists) || s.removesLists(at) || s.read(at, aptLists) {
		return false
	}
	ahead := s.later(s.in, aptIndex)
	switch {
	case len(ahead.users) > 0 || ahead.replaced && s.onlyUpdates():
		return s.joinUpdate(at, ahead.users)
	case s.onlyUpdates():
		s.Missed(s.in, "apt-lists", "nothing installs packages with these lists: the instruction can go")
		return false
	}
	edit, refusal := s.removeLists(at)
	if refusal != "" {
		s.Missed(s.in, "apt-lists", "the package lists stay: %s", refusal)
		return false
	}
	level := ahead.level()
	if s.commands[at].use == nil {
		level = transform.Standard // what the script does is known by its address only
	}
	s.Report(transform.Finding{Kind: "apt-lists", Span: s.in.Span, Message: "the layer keeps apt's package lists", Fix: &transform.Fix{
		Title: "Remove apt's package lists in the layer that downloads them", Level: level,
		Evidence: s.evidence(s.commands[at], "downloads the lists; nothing later needs them"),
		Edits:    []transform.Edit{edit},
	}})
	return true
}

// aptArchives has apt empty the folder of downloaded packages, where nothing else does: images of
// Debian and Ubuntu do so by themselves unless docker-clean is gone.
func (s *step) aptArchives() {
	last := -1
	for i, cmd := range s.commands {
		if cmd.use != nil && aptRelation(cmd.use) == uses && !cmd.use.More {
			last = i
		}
	}
	if last < 0 || s.mounted(aptArchives) || !s.keepsDebs() {
		return
	}
	for _, cmd := range s.commands[last+1:] {
		if cmd.use != nil && slices.Contains(cmd.use.Empties, aptArchives) || s.removes(cmd, aptArchives) || s.removes(cmd, aptArchives+"/archives") {
			return
		}
	}
	cmd := s.commands[last]
	edit, refusal := s.callCleanUp(cmd, &pkgmgr.CleanUp{Command: []string{"apt-get", "clean"}})
	if refusal != "" {
		s.Missed(s.in, "apt-archives", "the downloaded packages stay: %s", refusal)
		return
	}
	s.Report(transform.Finding{Kind: "apt-archives", Span: s.in.Span, Message: "the layer keeps the packages that apt downloads", Fix: &transform.Fix{
		Title: "Remove the packages that apt downloads: docker-clean is gone", Level: transform.Safe,
		Evidence: s.evidence(cmd, "leaves .deb files in "+aptArchives), Edits: []transform.Edit{edit},
	}})
}

// removeLists returns the edit that removes the lists at the end of the script. The command with
// index at has downloaded them.
func (s *step) removeLists(at int) (transform.Edit, string) {
	sudo, same := s.sudo(s.commands[at]), true
	for _, cmd := range s.commands {
		same = same && (cmd.use == nil || aptRelation(cmd.use) == unrelated || s.sudo(cmd) == sudo)
	}
	command := "rm -rf /var/lib/apt/lists/*"
	switch {
	case !same:
		return transform.Edit{}, "some of the commands run through sudo, some do not"
	case sudo != "":
		command = sudo + " " + command
	case !s.root():
		return transform.Edit{}, "user " + s.user() + " may not remove them"
	}
	return s.atEnd(command)
}

// sudo returns the program through which a command runs as root, "" if there is none.
func (s *step) sudo(cmd command) string {
	if name := path.Base(cmd.Name()); name == "sudo" || name == "doas" {
		return name
	}
	return ""
}

// onlyUpdates reports whether the step does nothing but update the lists.
func (s *step) onlyUpdates() bool {
	return len(s.commands) == 1 && len(s.lists.operands) == 1 && s.commands[0].use != nil && s.commands[0].use.Verb == pkgmgr.Update
}

// userOf returns the user that runs an instruction, "" for root, which an unknown base is taken to have.
func (c *cleaner) userOf(in *transform.Instruction) string {
	user := in.State().User
	if user == "" {
		stage := in.Stage
		for base := stage; base != nil; base = c.Doc.StageOf(base.Base, base) {
			stage = base
		}
		if facts, ok := c.Bases.Base(stage.Base); ok {
			user = facts.User
		}
	}
	user, _, _ = strings.Cut(user, ":")
	if user == "root" || user == "0" {
		return ""
	}
	return user
}

func (s *step) user() string { return s.userOf(s.in) }

func (s *step) root() bool { return s.user() == "" }

// atEnd returns the edit that puts a command at the end of the script.
func (s *step) atEnd(command string) (transform.Edit, string) {
	if s.script.Form == transform.FormShell && s.script.Shell.HasComment() {
		return transform.Edit{}, "the script ends in a shell comment"
	}
	last := s.lists.last()
	for last > 0 && s.lists.operands[last].before == "&&" && s.lists.calls(last, "set") {
		last-- // "set +x" stays at the end
	}
	joint, refusal := s.lists.joinAfter(last)
	if refusal != "" {
		return transform.Edit{}, refusal
	}
	return s.putAfter(last, joint, command), ""
}
