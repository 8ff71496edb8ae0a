package pkgmgr

// apk keeps only the index in /var/cache/apk, and packages too where /etc/apk/cache links to it.
// Since apk-tools 2.10 (Alpine 3.8) add refreshes an old index by itself, and stores it.
var apk = Manager{
	Name: "apk", Ecosystem: "alpine", Programs: []string{"apk"},
	Commands: []Command{
		{Words: "add|fix", With: [][]string{{"-s", "--simulate"}}, Verb: Other},
		{Words: "add|fix", Verb: Install},
		{Words: "update", Verb: Update},
		{Words: "upgrade", Verb: Upgrade},
		{Words: "del", Verb: Remove},
		{Words: "fetch", Verb: Download, Values: []string{"-o", "--output"}},
		{Words: "cache download|sync", Verb: Download},
		// It removes packages from the cache and leaves the index:
		// github.com/kubernetes-sigs/external-dns/pull/3656.
		{Words: "cache clean|purge", Verb: Other},
		{Words: "info|list|search|query|version|policy|dot|index|audit|verify|stats|manifest|extract|adbdump|mkndx|mkpkg|adbsign", Verb: Other},
	},
	Values: []string{
		"-p", "--root", "-X", "--repository", "--arch", "--cache-dir", "--cache-max-age", "--keys-dir", "--progress-fd",
		"--repositories-file", "--repository-config", "--timeout", "--wait", "-t", "--virtual",
	},
	Caches: []Cache{{
		Path: "/var/cache/apk", Holds: "the package index", FilledBy: indexes, Loss: LosesIndex,
	}},
	Moves:       []Move{{Path: "/var/cache/apk", Flag: "--cache-dir"}},
	NoCacheFlag: "--no-cache",
	// Beside -U, old versions (Alpine 3.5 and 3.6) store the index in spite of --no-cache:
	// github.com/go-gitea/gitea/pull/1694.
	NoCacheVerbs: []Verb{Install, Upgrade},
	CleanUps: []CleanUp{
		{Command: []string{"rm", "-rf", "/var/cache/apk/*"}, Empties: []string{"/var/cache/apk"}, Loss: LosesIndex},
	},
	Mounts: []Mount{{
		Target: "/var/cache/apk", Sharing: "locked",
		Note: "--no-cache must go; packages are kept only where /etc/apk/cache links to it",
	}},
	IndexUpdate: []string{"apk", "update"},
	IndexFlags:  []string{"-U", "--update-cache", "--update", "--no-cache"},
	Source:      "https://man.archlinux.org/man/extra/apk-tools/apk.8.en (apk 8)",
}
