package pkgmgr

const (
	opamDownloads = "~/.opam/download-cache"
	opamRepos     = "~/.opam/repo"
)

var opam = Manager{
	Name: "opam", Ecosystem: "ocaml", Programs: []string{"opam"},
	Commands: []Command{
		{Words: "install|reinstall", Verb: Install},
		{Words: "depext", Verb: Install, Args: Nothing},
		{Words: "pin add", Verb: Install, Args: FirstName},
		{Words: "pin *", Verb: Other},
		{Words: "switch create", Verb: Install, Args: Nothing},
		{Words: "switch *", Verb: Other},
		{Words: "init", Verb: Update, Args: Nothing},
		{Words: "update", Verb: Update, Args: Nothing},
		{Words: "upgrade", Verb: Upgrade},
		{Words: "remove|uninstall|autoremove", Verb: Remove},
		{Words: "clean", With: [][]string{{"-c", "--download-cache"}, {"-r", "--repo-cache"}}, Verb: Clean, Empties: []string{opamDownloads, opamRepos}},
		{Words: "clean", With: [][]string{{"-c", "--download-cache"}}, Verb: Clean, Empties: []string{opamDownloads}},
		{Words: "clean", Verb: Other},
		{Words: "source", Verb: Download},
		{Words: "build", Verb: Build},
		{Words: "exec", Verb: Run, Wraps: true},
		{Words: "repository|repo|remote|env|config|var|option|list|show|info|search|lint|lock|tree|help|admin|export|import", Verb: Other},
	},
	Values: []string{
		"--root", "--switch", "--color", "--confirm-level", "-j", "--jobs", "--criteria", "--solver", "--repos", "--repositories", "--formula", "--packages",
		"--comp", "--compiler", "--dot-profile", "--shell", "-k", "--kind",
	},
	Manifests: []string{"*.opam", "opam"}, Locks: []string{"*.opam.locked", "opam.locked"}, Configs: []string{"dune-project"},
	Caches: []Cache{
		{Path: opamDownloads, Holds: "downloaded sources", FilledBy: builds},
		{Path: opamRepos, Holds: "package descriptions", FilledBy: indexes, Loss: LosesIndex},
	},
	Moves:    []Move{{Path: "~/.opam", By: []string{"$OPAMROOT"}, Flag: "--root"}},
	CleanUps: []CleanUp{{Command: []string{"opam", "clean", "-a", "-c", "-s", "--logs"}, Empties: []string{opamDownloads}}},
	Mounts:   []Mount{{Target: opamDownloads, Sharing: "shared"}},
	Source:   "https://opam.ocaml.org/doc/man/opam-clean.html, https://opam.ocaml.org/doc/Manual.html",
}
