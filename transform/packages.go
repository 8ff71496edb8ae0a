package transform

// Packages tells facts about the packages of base images and distributions, and what stages use of
// them. What it does not know is unknown, never a guess.
type Packages interface {
	// Slim returns the slim variant of the image that a FROM reference names; ok is false where there
	// is none, or where what the two hold is not known.
	Slim(image string) (v SlimVariant, ok bool)
	// Installed returns the packages that the image of a FROM reference has; ok is false where they are not known.
	Installed(image string) (i Installation, ok bool)
	// Needs returns what the last stage of a document uses of the distribution's packages.
	Needs(c *Context) StageNeeds
	// Closure returns the names of the packages that apt-get installs for names where installed are there,
	// names included, sorted. It is an error where the release does not have one of them.
	Closure(release string, names []string, recommends bool, installed []string) ([]string, error)
	// Libraries returns the packages of shared libraries that a program needs which is built with a development
	// package: libcurl4 for libcurl4-openssl-dev. None where the name is that of no such package.
	Libraries(release, development string) []string
	// Sizes returns what packages take, in bytes: their archives, and unpacked. One that the release does not have
	// counts nothing.
	Sizes(release string, names []string) (compressed, disk int64)
}

// A SlimVariant is the image that has the same version of the same software on the same release as another one,
// with fewer packages.
type SlimVariant struct {
	// Image is its reference, as precise as the one of the other image.
	Image string
	// Release is the release of both: "bookworm".
	Release string
	// Full and Slim are the packages that the two have, sorted. What only some versions of the other
	// image have is in Full.
	Full, Slim []string
	// Source says where that comes from, Date is the day up to which tags are known, YYYY-MM-DD.
	Source, Date string
	// Archived is the release of the two images where that has moved to archive.debian.org, "" otherwise. Release, Full and Slim then
	// are those of the next one, on which the same Dockerfiles install the same.
	Archived string
	// Earlier are the same on the releases that the two references have named before, the latest first.
	Earlier []SlimVariant
}

// An Installation is the packages of an image.
type Installation struct {
	// Release is the distribution's release: "bookworm".
	Release string
	// Names are those of the packages, sorted: those that every version of the image has.
	Names []string
	// Source says where that comes from.
	Source string
}

// StageNeeds are what a stage uses, and the finished image that it makes.
type StageNeeds struct {
	// Release is the release that packages are named for: the one of the base, or, where steps install what only an earlier one
	// has that the reference has named before, that one; "" where it is not known.
	Release string
	// Releases are all that the reference means or has meant and that have what steps install, Release first; none where none has.
	Releases []string
	Needs    []Need
	// Unknowns are the places where that cannot be told.
	Unknowns []UnknownNeed
	// Installs are the packages that its steps install by name.
	Installs []PackageInstall
}

// A Need is something that a step, or the finished image, uses.
type Need struct {
	// What names it for people: "command git", "python package mysqlclient".
	What string
	// Packages each have it, the first is the usual one; none where no package is known to.
	Packages []string
	// Step is the instruction that uses it; nil at run time.
	Step *Instruction
	// Evidence is the line that says so.
	Evidence Evidence
}

// An UnknownNeed is a place where what is used cannot be told.
type UnknownNeed struct {
	// Reason is a predicate: "calls a command named by $TOOL".
	Reason string
	// Step is the instruction that uses it; nil at run time.
	Step     *Instruction
	Evidence Evidence
}

// A PackageInstall is a package of the distribution that a step installs by name.
type PackageInstall struct {
	Name string
	// Recommends is true where what it recommends is installed, too.
	Recommends bool
	Step       *Instruction
}
