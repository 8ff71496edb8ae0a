package transform

import (
	"fmt"
	"io/fs"
	"regexp"
	"strings"
)

// A Level is how sure a fix is and what it may cost: a fix is applied when its
// level is at most the one asked for. The levels are those of docs/architecture.md.
type Level int

// The levels, from surest to boldest.
const (
	// Layout keeps the build: only spaces, line breaks and keyword case differ.
	Layout Level = iota
	// Safe keeps the files (caches, lists, temporary files and times aside) and the image config.
	Safe
	// Standard keeps the behaviour of the application, on evidence that is shown.
	Standard
	// Aggressive gives something up that the user has agreed to lose.
	Aggressive
)

var levelNames = []string{"layout", "safe", "standard", "aggressive"}

func (l Level) String() string { return levelNames[l] }

// ParseLevel returns the level with the given name.
func ParseLevel(name string) (Level, error) {
	for i, n := range levelNames {
		if n == name {
			return Level(i), nil
		}
	}
	return 0, fmt.Errorf("unknown level %q: one of %s", name, strings.Join(levelNames, ", "))
}

// A Pass is one optimisation: a constant value, declared once in its own package.
type Pass struct {
	// Name is one word, the same in --only, the package, golden/ and the report.
	Name string
	// Doc is the pass's page: the first line is its title, then what it does, why,
	// what evidence it needs and what it refuses.
	Doc string
	// Example is a Dockerfile that the pass changes; explain shows its diff.
	Example string
	// Claim is what its fixes may change.
	Claim Claim
	// Level is the lowest level at which the pass can have fixes.
	Level Level
	// Run reads the document and reports findings. It never writes to the document, so a
	// validator can compare before and after, and an editor can run it on every key press.
	Run func(*Context) error
}

// Title returns the first line of the pass's doc, without its final stop.
func (p *Pass) Title() string {
	title, _, _ := strings.Cut(strings.TrimSpace(p.Doc), "\n")
	return strings.TrimSuffix(title, ".")
}

var passName = regexp.MustCompile(`^[a-z]+$`)

// CheckPasses reports what is wrong with a list of passes: a bad or repeated
// name, a missing doc or function.
func CheckPasses(passes []*Pass) error {
	seen := map[string]bool{}
	for _, p := range passes {
		switch {
		case !passName.MatchString(p.Name):
			return fmt.Errorf("pass %q: the name is not one lower-case word", p.Name)
		case seen[p.Name]:
			return fmt.Errorf("pass %q is there twice", p.Name)
		case p.Title() == "" || p.Run == nil:
			return fmt.Errorf("pass %q has no doc or no run function", p.Name)
		}
		seen[p.Name] = true
	}
	return nil
}

// A Context is all that one run of one pass may see.
type Context struct {
	Doc *Document
	// Files is the build context; nil where none is at hand. Passes read through it only,
	// so that an editor can pass unsaved buffers.
	Files fs.FS
	// Project tells more about the build context; nil where none is at hand. Its files are Files.
	Project Project
	// Bases knows the image configs of base images; never nil.
	Bases Bases
	// Packages knows the packages of base images; nil where nothing does.
	Packages Packages
	// Settings is what the user chose.
	Settings Settings
	// Report takes one finding.
	Report func(Finding)

	needs *knownNeeds
}

// A knownNeeds is what passes have found out of the needs of a document's stage, while so many files of its context had changed.
type knownNeeds struct {
	doc     *Document
	changes int
	found   bool
	needs   StageNeeds
}

// Needs returns what Packages, which must not be nil, says of the needs of the document's stage. It is asked once for all passes that see
// the same files; what it returns must not be changed.
func (c *Context) Needs() StageNeeds {
	if c.needs == nil {
		c.needs = &knownNeeds{}
	}
	if !c.needs.found {
		c.needs.found, c.needs.needs = true, c.Packages.Needs(c)
	}
	return c.needs.needs
}

// WithBases returns the context as it is where other things are known of base images.
func (c *Context) WithBases(bases Bases) *Context {
	other := *c
	other.Bases, other.needs = bases, nil
	return &other
}

// Missed reports a fix that was considered and left, with the reason.
func (c *Context) Missed(in *Instruction, kind, format string, args ...any) {
	c.Report(Finding{Kind: kind, Span: in.Span, Message: fmt.Sprintf(format, args...), Status: StatusMissed})
}

// Ships reports whether the layers of stage s leave the build.
func (c *Context) Ships(s *Stage) bool { return c.Doc.Ships(s, c.Settings.Targets) }

// Settings are the user's choices that passes read.
type Settings struct {
	// Merge says which RUN instructions pass merge joins.
	Merge MergePolicy
	// CacheMounts asks for BuildKit cache mounts instead of clean-up.
	CacheMounts bool
	// Builder is what will build the file.
	Builder Builder
	// Targets are names of stages, besides the last, that are built for their own sake.
	Targets []string
	// Declarations says where instructions go that only declare something.
	Declarations DeclarationPolicy
	// Official are registries, with a path where there is one, whose images are the official ones of the same names:
	// "registry.example.com/proxy".
	Official []string
	// Mirrors are the package managers whose inserted steps take the address of a mirror as a build argument: "apt".
	Mirrors []string
	// FormatAll lets pass format lay out the whole file. Without it the pass does nothing:
	// the other passes write in the file's own style, and the author's lines are not theirs to move.
	FormatAll bool
}

// A MergePolicy says which RUN instructions are joined.
type MergePolicy string

// The merge policies.
const (
	// MergePays joins where it saves bytes or costs no cache; the default ("" means the same).
	MergePays MergePolicy = "pays"
	// MergeAll joins whatever can be joined without changing what a command sees.
	MergeAll MergePolicy = "all"
	// MergeNone joins nothing.
	MergeNone MergePolicy = "none"
)

// A DeclarationPolicy says where EXPOSE, LABEL, CMD and ENTRYPOINT stand in a stage.
type DeclarationPolicy string

// The declaration policies.
const (
	// DeclarationsKeep leaves them where they are; the default ("" means the same).
	DeclarationsKeep DeclarationPolicy = "keep"
	// DeclarationsEarly puts them below FROM, where they cost no cache unless they change.
	DeclarationsEarly DeclarationPolicy = "early"
	// DeclarationsLate puts them at the end of the stage.
	DeclarationsLate DeclarationPolicy = "late"
)

// A Finding is one remark of a pass, with or without a fix.
type Finding struct {
	// Pass is set by the pipeline.
	Pass string
	// Kind is a short stable word for what this is about, such as "apt-lists"; it is part of the fix's ID.
	Kind string
	// Span is what the finding is about, in the document that the pass saw.
	Span Span
	// Line is the 1-based line of the span in the original file where it can still be told, set by the pipeline.
	Line int
	// Message says what was found: for a missed fix the reason.
	Message string
	Fix     *Fix
	Status  Status
	// Level is that of a missed fix: below it nothing is said.
	Level Level
	// Reasons says why a validator rejected the fix.
	Reasons []string
}

// A Fix is a set of edits that is made whole or not at all.
type Fix struct {
	// ID is stable across runs: the pass, the kind and a hash of the instruction. Set by the pipeline.
	ID string
	// Title is a verb phrase: "Join with the RUN above".
	Title    string
	Level    Level
	Evidence []Evidence
	// Saving is what is known without further ado; see Expected.
	Saving Saving
	// Estimate returns the saving where it takes milliseconds to find out; nil where Saving tells.
	Estimate func() Saving
	// Edits are all made, or none.
	Edits []Edit
	// Files are other files that change together with the Dockerfile.
	Files []FileChange
	// Bolder is a missed fix in the place of this one, nil if there is none: where this one is made, nothing is left to find it by.
	Bolder *Finding
	// Scope is the part of the file that later passes would treat otherwise once the fix is made; empty where that is so of the
	// edits alone. While the fix is held, they leave it.
	Scope Span
}

// Expected returns what the fix is expected to save. It is for those who print it: not all that is found is.
func (f *Fix) Expected() Saving {
	if f.Estimate != nil {
		return f.Estimate()
	}
	return f.Saving
}

// A FileChange is the new content of a file of the build context.
type FileChange struct {
	// Path is relative to the context, with slashes.
	Path string
	// Data is its whole new content.
	Data []byte
}

// Evidence is a fact that a fix rests on.
type Evidence struct {
	// Source is the file or the catalog's entry; Line is 0 where there is none.
	Source string
	Line   int
	Text   string
}

// A Saving is what a fix is expected to save, in bytes; nil is unknown, never 0.
type Saving struct {
	// Compressed is what a registry stores, Disk what a machine does.
	Compressed, Disk *int64
	// Rebuild says in words what the next build gains, "" if nothing.
	Rebuild string
}

// A Status is what became of a finding.
type Status string

// The statuses, set by the pipeline but for StatusMissed.
const (
	// StatusApplied: the fix is in the result.
	StatusApplied Status = "applied"
	// StatusMissed: considered and left, with the reason.
	StatusMissed Status = "missed"
	// StatusHeld: above the level asked for.
	StatusHeld Status = "held"
	// StatusDisabled: switched off by its ID or by a pragma.
	StatusDisabled Status = "disabled"
	// StatusUnproven: the validators cannot tell, so a fix that must be safe is not made.
	StatusUnproven Status = "unproven"
	// StatusRejected: a validator found a difference; a bug of the pass.
	StatusRejected Status = "rejected"
)

// A Validator says whether after keeps what before does, apart from what the
// claim lets change. Validators know nothing of the passes.
type Validator interface {
	Validate(before, after *Document, env Environment, claim Claim) Verdict
}

// An Environment is what a validator may look at besides the two documents.
type Environment struct {
	// Files is the build context as it is before the rewrite.
	Files fs.FS
	// Changes are the files of the context that the rewrite changes.
	Changes []FileChange
	Bases   Bases
	// Packages knows the packages of base images; nil where nothing does.
	Packages Packages
}

// A Verdict is the answer of a validator.
type Verdict struct {
	Status  VerdictStatus
	Reasons []string
}

// A VerdictStatus is the verdict itself; the smallest of several counts.
type VerdictStatus int

// The verdicts, worst first.
const (
	// Unsound: after differs from before in a way that the claim does not allow.
	Unsound VerdictStatus = iota
	// Unproven: the validator cannot tell.
	Unproven
	// Refines: after does what before does.
	Refines
)

func (v VerdictStatus) String() string { return [...]string{"unsound", "unproven", "refines"}[v] }

// Worse returns the worse of two verdicts, with the reasons of both.
func (v Verdict) Worse(o Verdict) Verdict {
	return Verdict{min(v.Status, o.Status), append(append([]string(nil), v.Reasons...), o.Reasons...)}
}
