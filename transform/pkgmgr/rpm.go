package pkgmgr

// dnf, yum, microdnf and tdnf share most verbs. Each refreshes the metadata by itself when it
// installs, and "update" upgrades packages: it is no index refresh.

const (
	dnfCache     = "/var/cache/dnf"
	dnf5Cache    = "/var/cache/libdnf5"
	yumCache     = "/var/cache/yum"
	tdnfCache    = "/var/cache/tdnf"
	zypperCache  = "/var/cache/zypp"
	keepcacheFor = "saves packages only with keepcache=1, else the metadata alone"
)

var dnfCommands = []Command{
	{Words: "install|localinstall|reinstall|in|rei|install-n|install-na|install-nevra|downgrade|dg", With: [][]string{{"--downloadonly"}}, Verb: Download},
	{Words: "install|localinstall|reinstall|in|rei|install-n|install-na|install-nevra|downgrade|dg", Verb: Install},
	{Words: "groupinstall|swap", Verb: Install, Args: Nothing},
	{Words: "group|groups|grp install", Verb: Install, Args: Nothing},
	{Words: "module install|switch-to", Verb: Install, Args: Nothing},
	{Words: "builddep|build-dep", Verb: Install, Args: Nothing},
	{Words: "update|upgrade|up|upgrade-minimal|update-minimal|update-to|upgrade-to|distro-sync|distrosync|dsync|dup|groupupdate", Verb: Upgrade},
	{Words: "makecache|mc|check-update|check-upgrade", Verb: Update},
	{Words: "remove|erase|rm|autoremove|remove-n|groupremove", Verb: Remove},
	{Words: "group|groups|grp remove", Verb: Remove, Args: Nothing},
	{Words: "download", Verb: Download},
	{Words: "clean all", Verb: Clean, Empties: []string{dnfCache, dnf5Cache}},
	{Words: "clean *", Verb: Other},
	{
		Words: "list|ls|info|if|search|se|provides|whatprovides|prov|repolist|repoinfo|repoquery|rq|deplist|history|hist|alias|" +
			"mark|check|shell|versionlock|config-manager|copr|needs-restarting|updateinfo|grouplist|groupinfo|help|version",
		Verb: Other,
	},
	{Words: "group|groups|grp list|info|summary", Verb: Other},
	{Words: "module enable|reset|disable|list|info|provides", Verb: Other},
}

var dnfValues = []string{
	"-c", "--config", "-x", "--exclude", "--excludepkgs", "--installroot", "--repo", "--repoid", "--repofrompath", "--enablerepo", "--disablerepo",
	"--setopt", "--releasever", "--forcearch", "--advisory", "--advisories", "--bz", "--bzs", "--cve", "--cves", "--sec-severity", "--secseverity",
	"--comment", "-d", "--debuglevel", "-e", "--errorlevel", "--rpmverbosity", "-R", "--randomwait", "--downloaddir", "--destdir", "--color",
	"--disableplugin", "--enableplugin", "--disableexcludes", "--disableexcludepkgs",
}

var dnf = Manager{
	Name: "dnf", Ecosystem: "rpm", Programs: []string{"dnf"}, Versioned: true,
	Commands: dnfCommands, Values: dnfValues,
	Caches: []Cache{
		{Path: dnfCache, Holds: "repository metadata, and packages where keepcache is set", FilledBy: indexes},
		{Path: dnf5Cache, Holds: "the same, of dnf5 (Fedora 41 and later)", FilledBy: indexes},
	},
	CleanUps: []CleanUp{
		{Command: []string{"dnf", "clean", "all"}, Empties: []string{dnfCache, dnf5Cache}},
	},
	Mounts: []Mount{
		{Target: dnfCache, Sharing: "locked", Note: keepcacheFor},
		{Target: dnf5Cache, Sharing: "locked", Note: keepcacheFor},
	},
	Source: "https://dnf.readthedocs.io/en/latest/command_ref.html, https://dnf5.readthedocs.io/en/latest/misc/caching.7.html",
}

// yum is a link to dnf in RHEL 8 and later; what is said of /var/cache/yum is of yum 3.
var yum = Manager{
	Name: "yum", Ecosystem: "rpm", Programs: []string{"yum"},
	Commands: []Command{
		{Words: "install|localinstall|localupdate|reinstall|downgrade", With: [][]string{{"--downloadonly"}}, Verb: Download},
		{Words: "install|localinstall|localupdate|reinstall|downgrade", Verb: Install},
		{Words: "groupinstall|swap|builddep", Verb: Install, Args: Nothing},
		{Words: "group|groups install", Verb: Install, Args: Nothing},
		{Words: "module install|switch-to", Verb: Install, Args: Nothing},
		{Words: "update|upgrade|update-to|upgrade-to|update-minimal|distro-sync|distribution-synchronization|groupupdate", Verb: Upgrade},
		{Words: "makecache|check-update", Verb: Update},
		{Words: "remove|erase|autoremove|groupremove", Verb: Remove},
		{Words: "group|groups remove", Verb: Remove, Args: Nothing},
		{Words: "clean all", Verb: Clean, Empties: []string{yumCache, dnfCache}},
		{Words: "clean *", Verb: Other},
		{
			Words: "list|info|search|provides|whatprovides|repolist|repoinfo|deplist|resolvedep|history|check|shell|versionlock|" +
				"config-manager|updateinfo|grouplist|groupinfo|help|version|load-transaction|fssnapshot",
			Verb: Other,
		},
		{Words: "group|groups list|info|summary|mark|unmark", Verb: Other},
		{Words: "module enable|reset|disable|list|info|provides", Verb: Other},
	},
	Values: dnfValues,
	Caches: []Cache{
		{Path: yumCache, Holds: "repository metadata, and packages where keepcache is set", FilledBy: indexes},
		{Path: dnfCache, Holds: "the same, where yum is dnf", FilledBy: indexes},
	},
	CleanUps: []CleanUp{
		{Command: []string{"yum", "clean", "all"}, Empties: []string{yumCache, dnfCache}},
		{
			Command: []string{"rm", "-rf", yumCache}, Empties: []string{yumCache},
			Note: "after yum clean all of yum 3, which leaves the data of repositories that are disabled by then and says so",
		},
	},
	Mounts: []Mount{
		{Target: yumCache, Sharing: "locked", Note: keepcacheFor},
		{Target: dnfCache, Sharing: "locked", Note: keepcacheFor},
	},
	Source: "https://man7.org/linux/man-pages/man8/yum.8.html, https://dnf.readthedocs.io/en/latest/cli_vs_yum.html",
}

// microdnf keeps its cache where yum does: /var/cache/yum/metadata and solv.
var microdnf = Manager{
	Name: "microdnf", Ecosystem: "rpm", Programs: []string{"microdnf"},
	Commands: []Command{
		{Words: "install|reinstall|swap", With: [][]string{{"--downloadonly"}}, Verb: Download},
		{Words: "install|reinstall", Verb: Install},
		{Words: "swap", Verb: Install, Args: Nothing},
		{Words: "module install", Verb: Install, Args: Nothing},
		{Words: "update|upgrade|distro-sync", Verb: Upgrade},
		{Words: "makecache", Verb: Update},
		{Words: "remove|autoremove", Verb: Remove},
		{Words: "download", Verb: Download},
		{Words: "clean all", Verb: Clean, Empties: []string{yumCache, dnf5Cache}},
		{Words: "clean *", Verb: Other},
		{Words: "module enable|disable|reset", Verb: Other},
		{Words: "leaves|repolist|repoquery|list|info|search|config-manager|help", Verb: Other},
	},
	Values: dnfValues,
	Caches: []Cache{
		{Path: yumCache, Holds: "repository metadata, and packages where keepcache is set", FilledBy: indexes},
		{Path: dnf5Cache, Holds: "the same, where microdnf is dnf5", FilledBy: indexes},
	},
	CleanUps: []CleanUp{
		{Command: []string{"microdnf", "clean", "all"}, Empties: []string{yumCache, dnf5Cache}},
	},
	Mounts: []Mount{{Target: yumCache, Sharing: "locked", Note: keepcacheFor}},
	Source: "https://github.com/rpm-software-management/microdnf (dnf/dnf-main.c)",
}

var tdnf = Manager{
	Name: "tdnf", Ecosystem: "rpm", Programs: []string{"tdnf"},
	Commands: []Command{
		{Words: "install|reinstall|downgrade", With: [][]string{{"--downloadonly"}}, Verb: Download},
		{Words: "install|reinstall|downgrade", Verb: Install},
		{Words: "update|upgrade|update-to|upgrade-to|distro-sync", Verb: Upgrade},
		{Words: "makecache|check-update", Verb: Update},
		{Words: "remove|erase|autoremove|autoerase", Verb: Remove},
		{Words: "clean all", Verb: Clean, Empties: []string{tdnfCache}},
		{Words: "clean *", Verb: Other},
		{Words: "list|info|search|provides|whatprovides|repolist|repoquery|count|check|check-local|history|mark|updateinfo|reposync|help", Verb: Other},
	},
	Values: dnfValues,
	Caches: []Cache{{Path: tdnfCache, Holds: "repository metadata, and packages where keepcache is set", FilledBy: indexes}},
	CleanUps: []CleanUp{
		{Command: []string{"tdnf", "clean", "all"}, Empties: []string{tdnfCache}},
	},
	Mounts: []Mount{{Target: tdnfCache, Sharing: "locked", Note: keepcacheFor}},
	Source: "https://github.com/vmware/tdnf (include/tdnf.h, client/defines.h), https://github.com/vmware/tdnf/wiki",
}

var zypper = Manager{
	Name: "zypper", Ecosystem: "rpm", Programs: []string{"zypper"},
	Commands: []Command{
		{Words: "install|in|install-new-recommends|inr", With: [][]string{{"-d", "--download-only"}}, Verb: Download},
		{Words: "install|in|install-new-recommends|inr|verify|ve", Verb: Install, Values: zypperInstallValues},
		{Words: "source-install|si", Verb: Install, Args: Nothing, Values: zypperInstallValues},
		{Words: "refresh|ref|refresh-services|refs", Verb: Update},
		{Words: "update|up|patch|dist-upgrade|dup", Verb: Upgrade, Values: zypperInstallValues},
		{Words: "remove|rm", Verb: Remove, Values: zypperInstallValues},
		{Words: "clean|cc", With: [][]string{{"-a", "--all"}}, Verb: Clean, Empties: []string{zypperCache}},
		// Without --all it leaves the metadata.
		{Words: "clean|cc", Verb: Other},
		{Words: "download", Verb: Download},
		{
			Words: "addrepo|ar|removerepo|rr|renamerepo|nr|modifyrepo|mr|repos|lr|addservice|as|modifyservice|ms|removeservice|rs|" +
				"services|ls|addlock|al|removelock|rl|locks|ll|cleanlocks|cl|list-updates|lu|list-patches|lp|patch-check|pchk|" +
				"search|se|info|if|patches|pch|packages|pa|patterns|pt|products|pd|what-provides|wp|versioncmp|vcmp|targetos|" +
				"tos|licenses|ps|needs-rebooting|help|shell|sh",
			Verb: Other,
		},
	},
	// Before the verb some letters mean other things than after it.
	Values: []string{
		"--root", "--config", "--userdata", "--cache-dir", "--reposd-dir", "--solv-cache-dir", "--raw-cache-dir", "--pkg-cache-dir", "--plus-repo",
		"--plus-content", "--releasever", "--download",
	},
	GlobalValues: []string{"-R", "-c", "-C", "-D", "-p"},
	Caches:       []Cache{{Path: zypperCache, Holds: "repository metadata, and packages where keeppackages is set", FilledBy: indexes}},
	Moves:        []Move{{Path: zypperCache, Flag: "--cache-dir"}},
	CleanUps: []CleanUp{
		{Command: []string{"zypper", "clean", "--all"}, Empties: []string{zypperCache}},
	},
	Mounts: []Mount{{Target: zypperCache, Sharing: "locked", Note: "saves packages only for repositories with keeppackages=1, else the metadata alone"}},
	Source: "https://en.opensuse.org/SDB:Zypper_manual",
}

var zypperInstallValues = []string{"-r", "--repo", "--from", "-t", "--type"}
