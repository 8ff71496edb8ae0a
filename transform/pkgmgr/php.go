package pkgmgr

var composer = Manager{
	Name: "composer", Ecosystem: "php", Programs: []string{"composer", "composer.phar"}, Versioned: true,
	Commands: []Command{
		{Words: "install|i|require|r|update|u|upgrade", With: [][]string{{"--dry-run"}}, Verb: Other},
		{Words: "install|i", Verb: Install, Args: Nothing},
		{Words: "require|r", Verb: Install},
		{Words: "create-project", Verb: Install, Args: FirstName},
		{Words: "global install|i", Verb: Install, Args: Nothing, Global: true},
		{Words: "global require|r", Verb: Install, Global: true},
		{Words: "global update|u|upgrade", Verb: Upgrade},
		{Words: "global remove|rm", Verb: Remove},
		{Words: "global *", Verb: Other},
		{Words: "update|u|upgrade", Verb: Upgrade},
		{Words: "reinstall", Verb: Install},
		{Words: "remove|rm|uninstall", Verb: Remove},
		{Words: "clear-cache|clearcache|cc", Verb: Clean, Empties: []string{"~/.cache/composer"}},
		{Words: "exec|run-script|run", Verb: Run},
		{
			Words: "dump-autoload|dumpautoload|self-update|selfupdate|config|show|info|init|validate|outdated|about|archive|audit|" +
				"browse|bump|check-platform-reqs|depends|why|prohibits|why-not|diagnose|fund|home|licenses|list|search|status|" +
				"suggests|help",
			Verb: Other,
		},
	},
	Fallback: Run,
	Values: []string{
		"-d", "--working-dir", "--prefer-install", "--ignore-platform-req", "--audit-format", "--apcu-autoloader-prefix", "-s", "--stability",
		"--repository", "--repository-url", "--with",
	},
	PathFlags: []string{"-d", "--working-dir"},
	Manifests: []string{"composer.json"}, Locks: []string{"composer.lock"}, Configs: []string{"auth.json", "symfony.lock"},
	Caches: []Cache{{
		Path: "~/.cache/composer", Holds: "downloaded archives and repository metadata", FilledBy: fetches,
		// Factory::getCacheDir in github.com/composer/composer.
		Caveat: "~/.composer/cache instead, unless an XDG_ variable is set or /etc/xdg exists; the official composer image sets COMPOSER_HOME=/tmp",
	}},
	Moves:       []Move{{Path: "~/.cache/composer", By: []string{"$COMPOSER_CACHE_DIR", "$COMPOSER_HOME/cache", "$XDG_CACHE_HOME/composer"}}},
	NoCacheFlag: "--no-cache", NoCacheSince: "1.9", NoCacheVerbs: []Verb{Install, Upgrade},
	NoCacheEnv: []string{"COMPOSER_CACHE_DIR=/dev/null"},
	CleanUps: []CleanUp{
		{Command: []string{"composer", "clear-cache"}, Empties: []string{"~/.cache/composer"}},
	},
	Mounts: []Mount{{Target: "~/.cache/composer", Sharing: "shared", Note: "only where COMPOSER_CACHE_DIR or COMPOSER_HOME is known: see the cache's caveat"}},
	Source: "https://getcomposer.org/doc/03-cli.md, https://getcomposer.org/doc/06-config.md#cache-dir",
}

// pecl leaves downloads and build folders in /tmp/pear; the official php images remove that folder,
// and the settings that pecl writes, after each use (github.com/docker-library/php, Dockerfile-linux.template).
var pecl = Manager{
	Name: "pecl", Ecosystem: "php", Programs: []string{"pecl", "pear"},
	Commands: []Command{
		{Words: "install", Verb: Install},
		{Words: "upgrade", Verb: Upgrade},
		{Words: "upgrade-all", Verb: Upgrade},
		{Words: "uninstall", Verb: Remove},
		{Words: "download|download-all", Verb: Download},
		{Words: "update-channels|channel-update|channel-discover", Verb: Update},
		{Words: "clear-cache", Verb: Other},
		{Words: "build|make-rpm-spec|package|pickle|svntag|cvstag|sign", Verb: Build},
		{
			Words: "list|list-all|list-files|list-upgrades|list-channels|info|remote-info|remote-list|search|config-set|config-get|" +
				"config-show|config-create|config-help|channel-info|channel-add|channel-alias|channel-delete|channel-login|" +
				"channel-logout|run-tests|run-scripts|shell-test|bundle|convert|help|version",
			Verb: Other,
		},
	},
	Values: []string{"-c", "-C", "-d", "-D", "-G", "-s", "-u", "-R", "--installroot", "-P", "--packagingroot", "--configureoptions"},
	Caches: []Cache{{Path: "/tmp/pear", Holds: "downloads and build folders", FilledBy: []Verb{Install, Upgrade, Download, Update}}},
	CleanUps: []CleanUp{
		{Command: []string{"rm", "-rf", "/tmp/pear"}, Empties: []string{"/tmp/pear"}},
	},
	Source: "https://www.php.net/manual/en/install.pecl.pear.php, https://pear.php.net/manual/en/guide.users.commandline.config.php",
}
