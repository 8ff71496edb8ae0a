package pkgmgr

var cpan = Manager{
	Name: "cpan", Ecosystem: "perl", Programs: []string{"cpan"},
	Commands: []Command{
		{With: [][]string{{"-v", "-h", "-l", "-L", "-D", "-O", "-J", "-a", "-A", "-C", "-P", "-x", "-X"}}, Verb: Other, Args: Names},
		{With: [][]string{{"-u", "-r"}}, Verb: Upgrade},
		{With: [][]string{{"-g"}}, Verb: Download},
		{Verb: Install, Args: Names},
	},
	Values:    []string{"-j", "-M"},
	Manifests: []string{"cpanfile", "Makefile.PL", "Build.PL", "META.json"}, Locks: []string{"cpanfile.snapshot"},
	// ~/.cpan itself also holds the settings: CPAN/MyConfig.pm.
	Caches: []Cache{
		{Path: "~/.cpan/build", Holds: "build folders", FilledBy: builds},
		{Path: "~/.cpan/sources", Holds: "downloads and the index", FilledBy: builds},
	},
	CleanUps: []CleanUp{
		{Command: []string{"rm", "-rf", "~/.cpan/build", "~/.cpan/sources"}, Empties: []string{"~/.cpan/build", "~/.cpan/sources"}},
	},
	Mounts: []Mount{{Target: "~/.cpan/sources", Sharing: "locked"}},
	Source: "https://perldoc.perl.org/cpan, https://perldoc.perl.org/CPAN",
}

var cpanm = Manager{
	Name: "cpanm", Ecosystem: "perl", Programs: []string{"cpanm"},
	Commands: []Command{
		{With: [][]string{{"--info", "--look", "-V", "--version", "-h", "--help"}}, Verb: Other, Args: Names},
		{With: [][]string{{"--uninstall", "-U"}}, Verb: Remove},
		{Verb: Install, Args: Names},
	},
	Values: []string{
		"-l", "--local-lib", "-L", "--local-lib-contained", "--mirror", "--mirror-index", "--from", "-M", "--prompt-timeout", "--configure-timeout",
		"--build-timeout", "--test-timeout",
		"--save-dists", "--cpanfile", "--format", "--with-feature", "--without-feature", "--installed-base-dir", "--self-contained-dir", "--configure-args",
		"--build-args", "--test-args", "--install-args",
	},
	PathFlags: []string{"--cpanfile"},
	Manifests: []string{"cpanfile", "Makefile.PL", "Build.PL", "META.json"}, Locks: []string{"cpanfile.snapshot"},
	Caches:   []Cache{{Path: "~/.cpanm", Holds: "downloads, build folders and logs", FilledBy: builds}},
	Moves:    []Move{{Path: "~/.cpanm", By: []string{"$PERL_CPANM_HOME"}}},
	CleanUps: []CleanUp{{Command: []string{"rm", "-rf", "~/.cpanm"}, Empties: []string{"~/.cpanm"}}},
	Mounts:   []Mount{{Target: "~/.cpanm", Sharing: "locked"}},
	Source:   "https://metacpan.org/dist/App-cpanminus/view/bin/cpanm, https://metacpan.org/pod/App::cpanminus",
}
