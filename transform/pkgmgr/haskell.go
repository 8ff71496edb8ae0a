package pkgmgr

const (
	cabalPackages = "~/.cabal/packages"
	cabalXDG      = "~/.cache/cabal/packages"
	stackRoot     = "~/.stack"
)

// ~/.cabal/store and ~/.local/state/cabal/store hold compiled packages that programs may link to.
var cabal = Manager{
	Name: "cabal", Ecosystem: "haskell", Programs: []string{"cabal"}, Versioned: true,
	Commands: []Command{
		{Words: "install|new-install|v2-install|v1-install", Verb: Install},
		{Words: "update|new-update|v2-update", Verb: Update},
		{Words: "fetch|get|unpack", Verb: Download},
		{Words: "build|new-build|v2-build|v1-build|test|new-test|v2-test|bench|haddock|configure|new-configure|v2-configure|freeze|repl", Verb: Build},
		{Words: "run|new-run|v2-run", Verb: Run},
		{Words: "exec|new-exec|v2-exec", Verb: Run, Wraps: true},
		{Words: "init|list|info|user-config|check|sdist|upload|report|clean|path|gen-bounds|outdated|help|sandbox", Verb: Other},
	},
	Values: []string{
		"--config-file", "--store-dir", "--project-file", "--project-dir", "--installdir", "--install-method", "-w", "--with-compiler", "-j", "--jobs",
		"--builddir", "--prefix",
		"--constraint", "-f", "--flags", "--ghc-options", "--index-state",
	},
	PathFlags: []string{"--config-file", "--project-file", "--project-dir"},
	Manifests: []string{"*.cabal", "cabal.project", "package.yaml"}, Locks: []string{"cabal.project.freeze"}, Configs: []string{"cabal.project.local"},
	Caches: []Cache{
		{Path: cabalPackages, Holds: "the index and downloaded sources", FilledBy: []Verb{Update, Install, Download, Build}, Loss: LosesIndex},
		{Path: cabalXDG, Holds: "the same (3.10 and later, where there is no ~/.cabal)", FilledBy: []Verb{Update, Install, Download, Build}, Loss: LosesIndex},
	},
	Moves: []Move{
		{Path: "~/.cabal", By: []string{"$CABAL_DIR"}},
		{Path: "~/.cache/cabal", By: []string{"$CABAL_DIR", "$XDG_CACHE_HOME/cabal"}},
	},
	CleanUps: []CleanUp{
		{Command: []string{"rm", "-rf", cabalPackages, cabalXDG}, Empties: []string{cabalPackages, cabalXDG}, Loss: LosesIndex},
	},
	Mounts: []Mount{
		{Target: cabalPackages, Sharing: "locked", Note: "every later cabal command needs it too"},
		{Target: cabalXDG, Sharing: "locked", Note: "every later cabal command needs it too"},
	},
	IndexUpdate: []string{"cabal", "update"},
	Source:      "https://cabal.readthedocs.io/en/stable/config.html#directories, https://cabal.readthedocs.io/en/stable/cabal-commands.html",
}

var stack = Manager{
	Name: "stack", Ecosystem: "haskell", Programs: []string{"stack"},
	Commands: []Command{
		{Words: "install", Verb: Install},
		{Words: "setup|upgrade", Verb: Install, Args: Nothing},
		{Words: "update", Verb: Update},
		{Words: "unpack", Verb: Download},
		{Words: "build|test|bench|haddock", Verb: Build},
		{Words: "run|runghc|runhaskell|ghc|ghci|repl", Verb: Run},
		{Words: "exec", Verb: Run, Wraps: true},
		{Words: "init|new|config|path|clean|purge|ls|list|query|dot|eval|hpc|script|sdist|upload|templates|unregister|idea", Verb: Other},
	},
	Values: []string{
		"--resolver", "--snapshot", "--compiler", "--stack-yaml", "--stack-root", "--work-dir", "--local-bin-path", "-j", "--jobs", "--ghc-options",
		"--flag", "--package", "--arch", "--setup-info-yaml",
	},
	PathFlags: []string{"--stack-yaml"},
	Manifests: []string{"stack.yaml", "package.yaml", "*.cabal"}, Locks: []string{"stack.yaml.lock"},
	Caches: []Cache{{
		Path: stackRoot, Holds: "the compiler, compiled packages, the index and downloads", FilledBy: []Verb{Update, Install, Download, Build, Run}, Loss: LosesInputs,
	}},
	Moves: []Move{{Path: stackRoot, By: []string{"$STACK_ROOT"}, Flag: "--stack-root"}},
	CleanUps: []CleanUp{
		{Command: []string{"rm", "-rf", stackRoot}, Empties: []string{stackRoot}, Loss: LosesInputs},
	},
	Mounts: []Mount{{Target: stackRoot, Sharing: "locked", Note: "every later stack command needs it too, the compiler included"}},
	Source: "https://docs.haskellstack.org/en/stable/topics/stack_root/, https://docs.haskellstack.org/en/stable/commands/",
}
