package pkgmgr

const (
	cargoRegistry = "~/.cargo/registry"
	cargoGit      = "~/.cargo/git"
)

// ~/.cargo itself also holds the installed programs (bin), the settings and, with rustup, cargo.
var cargo = Manager{
	Name: "cargo", Ecosystem: "rust", Programs: []string{"cargo"},
	Commands: []Command{
		{Words: "install|binstall", Verb: Install},
		{Words: "uninstall", Verb: Remove},
		{Words: "fetch|vendor", Verb: Download, Args: Nothing},
		{Words: "update|generate-lockfile", Verb: Update, Args: Nothing},
		{Words: "build|b|check|c|test|t|bench|doc|d|rustc|rustdoc|clippy|fix|package|publish|zigbuild|auditable|leptos", Verb: Build},
		{Words: "chef cook", Verb: Build},
		{Words: "chef prepare", Verb: Other},
		{Words: "run|r", Verb: Run},
		{
			Words: "clean|new|init|add|remove|rm|search|info|tree|metadata|version|fmt|login|logout|owner|yank|locate-project|" +
				"pkgid|verify-project|report|config|audit|deny|outdated|help",
			Verb: Other,
		},
	},
	Values: []string{
		"-p", "--package", "--exclude", "--bin", "--example", "--test", "--bench", "-F", "--features", "--target", "--target-dir", "--artifact-dir", "--out-dir",
		"--manifest-path", "--lockfile-path", "--profile", "-j", "--jobs", "--message-format", "--color", "--config", "-Z", "-C", "--recipe-path",
		"--path", "--git", "--branch", "--tag", "--rev", "--version", "--vers", "--root", "--index", "--registry", "--precise",
	},
	PathFlags: []string{"--manifest-path", "--path", "--recipe-path", "-C"},
	Manifests: []string{"Cargo.toml"}, Locks: []string{"Cargo.lock"}, Configs: []string{".cargo/config.toml", ".cargo/config", "rust-toolchain", "rust-toolchain.toml", "build.rs"},
	Caches: []Cache{
		{Path: cargoRegistry, Holds: "the index, and archives and sources of crates", FilledBy: []Verb{Install, Download, Update, Build, Run}, Loss: LosesInputs},
		{Path: cargoGit, Holds: "git repositories of crates and their checkouts", FilledBy: []Verb{Install, Download, Update, Build, Run}, Loss: LosesInputs},
	},
	Moves: []Move{{Path: "~/.cargo", By: []string{"$CARGO_HOME"}}},
	CleanUps: []CleanUp{
		{Command: []string{"rm", "-rf", cargoRegistry, cargoGit}, Empties: []string{cargoRegistry, cargoGit}, Loss: LosesInputs},
	},
	Mounts: []Mount{
		{Target: cargoRegistry, Sharing: "shared", Note: "every later cargo command needs it too, or downloads again"},
		{Target: cargoGit, Sharing: "shared"},
	},
	Source: "https://doc.rust-lang.org/cargo/guide/cargo-home.html, https://doc.rust-lang.org/cargo/commands/, https://docs.docker.com/build/cache/optimize/",
}
