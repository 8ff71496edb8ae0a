package pkgmgr

const (
	pacmanPackages = "/var/cache/pacman/pkg"
	pacmanSync     = "/var/lib/pacman/sync"
)

var (
	pacmanS = []string{"-S", "--sync"}
	pacmanU = []string{"-u", "--sysupgrade"}
	pacmanY = []string{"-y", "--refresh"}
)

// The verbs of pacman are flags. No clean-up is a command of pacman: with --noconfirm, -Scc takes
// its default answer, which is not to remove anything, and without it a build has no answer to
// give (pacman, src/pacman/sync.c: noyes("Do you want to remove ALL files from cache?")).
var pacman = Manager{
	Name: "pacman", Ecosystem: "arch", Programs: []string{"pacman"},
	Commands: []Command{
		{With: [][]string{pacmanS, {"-c", "--clean"}}, Verb: Other, Args: Names},
		{With: [][]string{pacmanS, {"-p", "--print", "-s", "--search", "-i", "--info", "-l", "--list", "-g", "--groups"}}, Verb: Other, Args: Names},
		{With: [][]string{pacmanS, {"-w", "--downloadonly"}}, Verb: Download},
		{With: [][]string{pacmanS, pacmanU}, Bare: true, Verb: Upgrade},
		{With: [][]string{pacmanS, pacmanY}, Bare: true, Verb: Update},
		{With: [][]string{pacmanS}, Verb: Install},
		{With: [][]string{{"-U", "--upgrade"}}, Verb: Install},
		{With: [][]string{{"-R", "--remove"}}, Verb: Remove},
		{With: [][]string{{"-Q", "--query", "-D", "--database", "-F", "--files", "-T", "--deptest", "-V", "--version", "-h", "--help"}}, Verb: Other, Args: Names},
	},
	Values: []string{
		"-b", "--dbpath", "-r", "--root", "--cachedir", "--config", "--arch", "--gpgdir", "--hookdir", "--logfile", "--color",
		"--ignore", "--ignoregroup", "--overwrite", "--assume-installed", "--print-format", "--ask",
	},
	Caches: []Cache{
		{Path: pacmanPackages, Holds: "downloaded packages", FilledBy: fetches},
		{Path: pacmanSync, Holds: "the package index", FilledBy: indexes, Loss: LosesIndex},
	},
	Moves: []Move{{Path: pacmanPackages, Flag: "--cachedir"}},
	CleanUps: []CleanUp{
		{Command: []string{"rm", "-rf", "/var/cache/pacman/pkg/*"}, Empties: []string{pacmanPackages}},
		{Command: []string{"rm", "-rf", "/var/lib/pacman/sync/*"}, Empties: []string{pacmanSync}, Loss: LosesIndex},
	},
	Mounts:      []Mount{{Target: pacmanPackages, Sharing: "locked"}},
	IndexUpdate: []string{"pacman", "-Sy"}, IndexFlags: pacmanY,
	Source: "https://man.archlinux.org/man/pacman.8.en",
}
