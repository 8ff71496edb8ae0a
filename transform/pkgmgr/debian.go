package pkgmgr

// apt-get, apt and aptitude share their data; they differ in a few verbs.

const (
	aptLists    = "/var/lib/apt/lists"
	aptArchives = "/var/cache/apt"
)

var (
	aptSimulate = [][]string{{"-s", "--simulate", "--just-print", "--dry-run", "--recon", "--no-act", "--print-uris"}}
	aptDownload = [][]string{{"-d", "--download-only"}}
)

var aptCommands = []Command{
	{Words: "install|reinstall|satisfy", With: aptSimulate, Verb: Other},
	{Words: "install|reinstall|satisfy", With: aptDownload, Verb: Download},
	{Words: "install|reinstall|satisfy", Verb: Install},
	// The words are source packages; what is installed is what their builds need.
	{Words: "build-dep|build-depends", Verb: Install, Args: Nothing},
	{Words: "update", Verb: Update},
	{Words: "upgrade|safe-upgrade|full-upgrade|dist-upgrade|dselect-upgrade", With: aptSimulate, Verb: Other},
	{Words: "upgrade|safe-upgrade|full-upgrade|dist-upgrade|dselect-upgrade", With: aptDownload, Verb: Download},
	{Words: "upgrade|safe-upgrade|full-upgrade|dist-upgrade|dselect-upgrade", Verb: Upgrade},
	{Words: "remove|purge|autoremove|auto-remove|autopurge", With: aptSimulate, Verb: Other},
	{Words: "remove|purge|autoremove|auto-remove|autopurge", Verb: Remove},
	{Words: "clean", Verb: Clean, Empties: []string{aptArchives}},
	// In Debian trixie and later; the release files stay.
	{Words: "distclean|dist-clean", Verb: Clean, Empties: aptOnlyLists},
	// It keeps the archives of all packages that can still be downloaded.
	{Words: "autoclean|auto-clean", Verb: Other},
	{Words: "source|download", Verb: Download},
	{
		Words: "check|changelog|indextargets|list|search|show|policy|depends|rdepends|showsrc|versions|why|why-not|markauto|" +
			"unmarkauto|hold|unhold|moo|help",
		Verb: Other,
	},
}

var aptValues = []string{
	"-o", "--option", "-c", "--config-file", "-t", "--target-release", "--default-release",
	"-a", "--host-architecture", "-P", "--build-profiles", "-S", "--snapshot", "--solver", "--planner", "--with-source",
}

var aptCaches = []Cache{
	{Path: aptLists, Holds: "package lists", FilledBy: []Verb{Update}, Loss: LosesIndex},
	{
		Path: aptArchives, Holds: "downloaded .deb files and the binary form of the lists", AutoClean: true,
		FilledBy: []Verb{Update, Install, Upgrade, Download},
		// The file's content: github.com/debuerreotype/debuerreotype, scripts/debuerreotype-minimizing-config.
		Caveat: "/etc/apt/apt.conf.d/docker-clean of the official Debian and Ubuntu images empties it after each install",
	},
}

var (
	aptRemoveLists = []string{"rm", "-rf", "/var/lib/apt/lists/*"}
	aptOnlyLists   = []string{aptLists}
)

const aptCleanNote = "does nothing in the official Debian and Ubuntu images, whose docker-clean did it before"

// Docker's documentation mounts /var/lib/apt, which also hides extended_states, and with it which
// packages were installed automatically, from the image; the lists below it are all that pays.
var aptMounts = []Mount{
	{
		Target: aptArchives, Sharing: "locked",
		Note: `needs /etc/apt/apt.conf.d/docker-clean removed and Binary::apt::APT::Keep-Downloaded-Packages "true"`,
	},
	{Target: aptLists, Sharing: "locked", Note: "only where the same step updates the lists, and none later needs them"},
}

const aptSource = "https://manpages.debian.org/trixie/apt/apt-get.8.en.html, https://docs.docker.com/build/cache/optimize/"

var aptGet = Manager{
	Name: "apt-get", Ecosystem: "debian", Programs: []string{"apt-get"},
	Commands: aptCommands, Values: aptValues,
	Caches: aptCaches, Mounts: aptMounts,
	CleanUps: []CleanUp{
		{Command: aptRemoveLists, Empties: aptOnlyLists, Loss: LosesIndex},
		{Command: []string{"apt-get", "clean"}, Empties: []string{aptArchives}, Note: aptCleanNote},
	},
	IndexUpdate: []string{"apt-get", "update"}, IndexFlags: []string{"-U", "--update"},
	Source: aptSource,
}

var apt = Manager{
	Name: "apt", Ecosystem: "debian", Programs: []string{"apt"},
	Commands: aptCommands, Values: aptValues,
	Caches: aptCaches, Mounts: aptMounts,
	CleanUps: []CleanUp{
		{Command: aptRemoveLists, Empties: aptOnlyLists, Loss: LosesIndex},
		{Command: []string{"apt", "clean"}, Empties: []string{aptArchives}, Note: aptCleanNote},
	},
	IndexUpdate: []string{"apt", "update"}, IndexFlags: []string{"-U", "--update"},
	Source: aptSource,
}

var aptitude = Manager{
	Name: "aptitude", Ecosystem: "debian", Programs: []string{"aptitude"},
	Commands: aptCommands,
	Values:   []string{"-o", "-t", "--target-release", "-q", "-w", "--width", "-F", "--display-format", "-O", "--sort", "--add-user-tag", "--with-recommends-of"},
	Caches:   aptCaches, Mounts: aptMounts,
	CleanUps: []CleanUp{
		{Command: aptRemoveLists, Empties: aptOnlyLists, Loss: LosesIndex},
		{Command: []string{"aptitude", "clean"}, Empties: []string{aptArchives}, Note: aptCleanNote},
	},
	IndexUpdate: []string{"aptitude", "update"},
	Source:      "https://manpages.debian.org/trixie/aptitude/aptitude.8.en.html",
}
