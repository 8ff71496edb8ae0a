package pkgmgr

const swiftPackages = "~/.cache/org.swift.swiftpm"

// The packages of a project are in its own .build, as copies of what is in the cache.
var swift = Manager{
	Name: "swift", Ecosystem: "swift", Programs: []string{"swift"},
	Commands: []Command{
		{Words: "package resolve", Verb: Download},
		{Words: "package update", Verb: Upgrade},
		{Words: "package purge-cache", Verb: Clean, Empties: []string{swiftPackages}},
		{Words: "package clean|reset|init|describe|dump-package|tools-version|config|edit|unedit|completion-tool", Verb: Other},
		{Words: "build|test", Verb: Build},
		{Words: "run", Verb: Run},
	},
	Syntax: SingleDash,
	Values: []string{
		"--package-path", "--scratch-path", "--build-path", "--cache-path", "--config-path", "--security-path", "--swift-sdks-path", "--toolset", "--netrc-file",
		"-c", "--configuration", "-Xcc", "-Xswiftc", "-Xlinker", "-Xcxx", "--triple", "--sdk", "--swift-sdk", "--toolchain", "--arch", "--sanitize", "-j", "--jobs",
		"--traits", "--build-system", "--target", "--product", "--filter", "--skip", "--num-workers", "--xunit-output",
	},
	PathFlags: []string{"--package-path"},
	Manifests: []string{"Package.swift", "Package@swift-*.swift"}, Locks: []string{"Package.resolved"},
	Configs: []string{".swiftpm/configuration/mirrors.json", ".swiftpm/configuration/registries.json", ".swift-version"},
	Caches:  []Cache{{Path: swiftPackages, Holds: "repositories of packages and compiled manifests", FilledBy: []Verb{Download, Upgrade, Build, Run}}},
	Moves:   []Move{{Path: swiftPackages, By: []string{"$XDG_CACHE_HOME/org.swift.swiftpm"}, Flag: "--cache-path"}},
	CleanUps: []CleanUp{
		{Command: []string{"rm", "-rf", swiftPackages}, Empties: []string{swiftPackages}},
	},
	Mounts: []Mount{{Target: swiftPackages, Sharing: "locked"}},
	Source: "https://docs.swift.org/swiftpm/documentation/packagemanagerdocs/, github.com/swiftlang/swift-package-manager Sources/Basics/FileSystem/FileSystem+Extensions.swift",
}
