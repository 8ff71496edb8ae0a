package pkgmgr

const (
	goModules = "~/go/pkg/mod"
	goBuild   = "~/.cache/go-build"
)

// The module cache is where builds find the sources of dependencies. That it can be removed after
// the last build of an image is for a pass to find out, not for this table.
var golang = Manager{
	Name: "go", Ecosystem: "go", Programs: []string{"go"}, Versioned: true,
	Commands: []Command{
		{Words: "get", With: [][]string{{"-d"}}, Verb: Download},
		{Words: "get", Verb: Install},
		{Words: "install", Verb: Install},
		{Words: "mod download", Verb: Download},
		{Words: "mod tidy|vendor|verify|graph|why", Verb: Download, Args: Nothing},
		{Words: "mod init|edit", Verb: Other},
		{Words: "work sync|vendor", Verb: Download, Args: Nothing},
		{Words: "work init|use|edit", Verb: Other},
		{Words: "build|test|vet|list", Verb: Build},
		{Words: "run|generate|tool", Verb: Run},
		{Words: "clean", With: [][]string{{"-modcache", "--modcache"}, {"-cache", "--cache"}}, Verb: Clean, Empties: []string{goModules, goBuild}},
		{Words: "clean", With: [][]string{{"-modcache", "--modcache"}}, Verb: Clean, Empties: []string{goModules}},
		{Words: "clean", With: [][]string{{"-cache", "--cache"}}, Verb: Clean, Empties: []string{goBuild}},
		{Words: "clean|env|version|fmt|fix|doc|bug|telemetry|help", Verb: Other},
	},
	Syntax: SingleDash,
	Values: []string{
		"-C", "-o", "-p", "-ldflags", "-gcflags", "-asmflags", "-gccgoflags", "-tags", "-mod", "-modfile", "-overlay", "-pkgdir", "-toolexec", "-buildmode", "-compiler",
		"-installsuffix", "-exec", "-run", "-skip", "-count", "-timeout", "-coverprofile", "-covermode", "-coverpkg", "-bench", "-benchtime", "-parallel", "-cpu", "-pgo",
		"-cpuprofile", "-memprofile", "-outputdir", "-vet", "-reuse", "-f", "-fuzz", "-fuzztime", "-vettool",
	},
	PathFlags: []string{"-C", "-modfile", "-overlay", "-pgo"},
	Manifests: []string{"go.mod", "go.work"}, Locks: []string{"go.sum", "go.work.sum"}, Configs: []string{"vendor/modules.txt"},
	Caches: []Cache{
		{Path: goModules, Holds: "sources of modules, read-only, and their archives", FilledBy: []Verb{Install, Download, Build, Run}, Loss: LosesInputs},
		{Path: goBuild, Holds: "compiled packages", FilledBy: []Verb{Install, Build, Run}},
	},
	Moves: []Move{
		{Path: goModules, By: []string{"$GOMODCACHE", "$GOPATH/pkg/mod"}},
		{Path: goBuild, By: []string{"$GOCACHE", "$XDG_CACHE_HOME/go-build"}},
	},
	CleanUps: []CleanUp{
		{Command: []string{"go", "clean", "-cache"}, Empties: []string{goBuild}},
		{Command: []string{"go", "clean", "-modcache"}, Empties: []string{goModules}, Loss: LosesInputs},
		{Command: []string{"go", "clean", "-modcache", "-cache"}, Empties: []string{goModules, goBuild}, Loss: LosesInputs},
	},
	Mounts: []Mount{
		{Target: goModules, Sharing: "shared", Note: "every later go command needs it too, or downloads again"},
		{Target: goBuild, Sharing: "shared"},
	},
	Source: "https://go.dev/ref/mod#module-cache, https://pkg.go.dev/cmd/go, https://docs.docker.com/build/cache/optimize/",
}
