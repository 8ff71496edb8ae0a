package pkgmgr

const (
	nugetPackages = "~/.nuget/packages"
	nugetHTTP     = "~/.local/share/NuGet"
)

// Projects use packages directly from the global packages folder, which is so no cache; the HTTP
// cache is one.
var dotnet = Manager{
	Name: "dotnet", Ecosystem: "dotnet", Programs: []string{"dotnet"},
	Commands: []Command{
		{Words: "restore", Verb: Install, Args: Nothing},
		{Words: "add package", Verb: Install},
		{Words: "add * package", Verb: Install},
		{Words: "package add", Verb: Install},
		{Words: "remove package", Verb: Remove},
		{Words: "remove * package", Verb: Remove},
		{Words: "package remove", Verb: Remove},
		{Words: "add|remove reference", Verb: Other},
		{Words: "add|remove * reference", Verb: Other},
		{Words: "tool install", Verb: Install},
		{Words: "tool restore", Verb: Install, Args: Nothing},
		{Words: "tool update", Verb: Upgrade},
		{Words: "tool uninstall", Verb: Remove},
		{Words: "tool run", Verb: Run},
		{Words: "tool list|search", Verb: Other},
		{Words: "workload install|restore", Verb: Install},
		{Words: "workload update", Verb: Upgrade},
		{Words: "new install", Verb: Install},
		{Words: "new *", Verb: Other},
		{Words: "build|publish|pack|test|msbuild|vstest", Verb: Build},
		{Words: "run|watch|exec", Verb: Run},
		{Words: "nuget locals all", With: [][]string{{"-c", "--clear"}}, Verb: Clean, Empties: []string{nugetPackages, nugetHTTP}},
		{Words: "nuget locals global-packages", With: [][]string{{"-c", "--clear"}}, Verb: Clean, Empties: []string{nugetPackages}},
		{Words: "nuget locals http-cache", With: [][]string{{"-c", "--clear"}}, Verb: Clean, Empties: []string{nugetHTTP}},
		{Words: "nuget locals *", Verb: Other},
		{Words: "nuget add|remove|list|update|enable|disable|push|delete|verify|trust|sign|config|why", Verb: Other},
		{Words: "dev-certs|clean|sln|solution|list|store|format|sdk|help|ef|user-secrets|build-server", Verb: Other},
	},
	// A word that is none of these is a program to run: dotnet app.dll.
	Fallback: Run,
	Values: []string{
		"-c", "--configuration", "-f", "--framework", "-r", "--runtime", "-o", "--output", "-v", "--verbosity", "-a", "--arch", "--os", "-p", "--property", "--project",
		"-s", "--source", "--configfile", "--packages", "--version", "--version-suffix", "--tool-path", "--add-source", "--lock-file-path", "--logger", "-l",
		"--filter", "--settings",
		"--manifest", "--package-directory", "-n", "--name", "--prerelease-from", "--artifacts-path", "--collect", "--tool-manifest",
	},
	GlobalFlags: []string{"-g", "--global"},
	PathFlags:   []string{"--configfile", "--source", "-s", "--add-source", "--project", "--tool-manifest"},
	Manifests: []string{
		"*.csproj", "*.fsproj", "*.vbproj", "*.sln", "*.slnx", "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props",
		"packages.config", "paket.dependencies",
	},
	Locks:   []string{"packages.lock.json", "paket.lock"},
	Configs: []string{"nuget.config", "NuGet.config", "NuGet.Config", "global.json", ".config/dotnet-tools.json"},
	Caches:  nugetCaches, Moves: nugetMoves,
	CleanUps: []CleanUp{
		{Command: []string{"dotnet", "nuget", "locals", "http-cache", "--clear"}, Empties: []string{nugetHTTP}},
		{Command: []string{"dotnet", "nuget", "locals", "all", "--clear"}, Empties: []string{nugetPackages, nugetHTTP}, Loss: LosesInputs},
	},
	Mounts: nugetMounts,
	Source: "https://learn.microsoft.com/nuget/consume-packages/managing-the-global-packages-and-cache-folders, https://learn.microsoft.com/dotnet/core/tools/",
}

var nugetCaches = []Cache{
	{Path: nugetPackages, Holds: "unpacked packages, used from there", FilledBy: runsToo, Loss: LosesInputs},
	{Path: nugetHTTP, Holds: "downloads of the last half hour, and answers of plugins", FilledBy: runsToo},
}

var nugetMoves = []Move{
	{Path: nugetPackages, By: []string{"$NUGET_PACKAGES"}, Flag: "--packages"},
	{Path: nugetHTTP, By: []string{"$XDG_DATA_HOME/NuGet"}},
}

var nugetMounts = []Mount{
	{Target: nugetPackages, Sharing: "locked", Note: "every later dotnet command needs it too: with --no-restore it fails otherwise"},
	{Target: nugetHTTP, Sharing: "locked"},
}

var nuget = Manager{
	Name: "nuget", Ecosystem: "dotnet", Programs: []string{"nuget", "nuget.exe"},
	Commands: []Command{
		{Words: "restore", Verb: Install, Args: Nothing},
		{Words: "install", Verb: Install},
		{Words: "update", Verb: Upgrade, Args: Nothing},
		{Words: "pack", Verb: Build},
		{Words: "locals all", With: [][]string{{"-clear", "-Clear"}}, Verb: Clean, Empties: []string{nugetPackages, nugetHTTP}},
		{Words: "locals http-cache", With: [][]string{{"-clear", "-Clear"}}, Verb: Clean, Empties: []string{nugetHTTP}},
		{Words: "locals *", Verb: Other},
		{Words: "sources|source|config|setapikey|setApiKey|add|init|list|search|push|delete|spec|sign|verify|help|trusted-signers", Verb: Other},
	},
	Syntax: SingleDash,
	Values: []string{
		"-ConfigFile", "-OutputDirectory", "-o", "-PackagesDirectory", "-SolutionDirectory", "-Source", "-Version", "-Verbosity", "-Framework", "-FallbackSource",
		"-MSBuildPath", "-MSBuildVersion", "-Name", "-UserName", "-Password", "-ApiKey", "-DependencyVersion", "-PackageSaveMode", "-Properties",
	},
	PathFlags: []string{"-ConfigFile", "-SolutionDirectory"},
	Manifests: []string{"packages.config", "*.csproj", "*.sln"}, Locks: []string{"packages.lock.json"}, Configs: []string{"nuget.config", "NuGet.config", "NuGet.Config"},
	Caches: nugetCaches, Moves: nugetMoves,
	CleanUps: []CleanUp{
		{Command: []string{"nuget", "locals", "http-cache", "-clear"}, Empties: []string{nugetHTTP}},
	},
	Mounts: nugetMounts,
	Source: "https://learn.microsoft.com/nuget/reference/nuget-exe-cli-reference",
}
