package pkgmgr

var luarocks = Manager{
	Name: "luarocks", Ecosystem: "lua", Programs: []string{"luarocks"}, Versioned: true,
	Commands: []Command{
		// The first word is the rock, the second its version.
		{Words: "install", Verb: Install, Args: NamesNotSettings},
		{Words: "build", Verb: Install, Args: NamesNotSettings},
		{Words: "make", Verb: Build},
		{Words: "remove|purge", Verb: Remove},
		{Words: "download|unpack", Verb: Download},
		{Words: "test", Verb: Run},
		{Words: "config|list|search|show|path|which|doc|init|lint|pack|new_version|write_rockspec|upload|admin|help", Verb: Other},
	},
	Values: []string{
		"--server", "--only-server", "--only-sources", "--only-sources-from", "--namespace", "--lua-dir", "--lua-version", "--tree", "--timeout",
		"--project-tree", "--deps-mode", "--branch", "--sign",
	},
	Manifests: []string{"*.rockspec"}, Locks: []string{"luarocks.lock"}, Configs: []string{".luarocks/*"},
	Caches: []Cache{{Path: "~/.cache/luarocks", Holds: "manifests of servers and downloads", FilledBy: builds}},
	CleanUps: []CleanUp{
		{Command: []string{"rm", "-rf", "~/.cache/luarocks"}, Empties: []string{"~/.cache/luarocks"}},
	},
	Mounts: []Mount{{Target: "~/.cache/luarocks", Sharing: "locked"}},
	Source: "https://github.com/luarocks/luarocks/wiki/Config-file-format (local_cache), https://github.com/luarocks/luarocks/wiki/luarocks",
}
