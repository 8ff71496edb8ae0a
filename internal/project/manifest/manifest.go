// Package manifest holds what the readers of dependency manifests have in common: what an install
// reads of a project, and the bounds within which files are read.
//
// The readers are in internal/project/ecosystem, one package an ecosystem; internal/project/inputs
// has the one that fits a package manager's command.
package manifest

import "dopt/transform"

// An Install is one command that installs a project's dependencies, as a reader needs it.
type Install struct {
	// Argv are the words of the command, from the manager's own program on.
	Argv []string
	// Manager is the name of the row of pkgmgr's table, Verb the verb's name.
	Manager, Verb string
	// Dir is the folder of the context that becomes the command's working directory.
	Dir string
	// Workdir is that working directory itself, absolute, "" if it is not known: absolute paths
	// below it are those below Dir. Readers turn words into paths by Install.Path alone.
	Workdir string
	// Getenv returns a variable's value in the step, "" for what is not set.
	Getenv func(string) string
}

// Inputs is what an install reads of the build context.
type Inputs struct {
	// Files are the files that it reads, context-relative, sorted, all of them there. With
	// exactly these in place the install does what it does with the whole context in place.
	Files []Input
	// Dirs are folders that it needs whole, such as vendor or patches.
	Dirs []Input
	// Refusal is why the files cannot be told or are not enough, as a reason for people:
	// `package.json:12: "postinstall" runs scripts/build.js, which is part of the source`. "" if they are.
	Refusal string
}

// An Input is one file or folder, and what names it.
type Input struct {
	Path string
	// Because is what says that the install reads it: the convention ("npm reads it beside
	// package.json") or the entry of a manifest.
	Because transform.Evidence
}

// A Dependency is one package that a project asks for.
type Dependency struct {
	// Name is the package's name as its index writes it (PyPI names normalised as in PEP 503).
	Name string
	// Version is the exact version that a lock file or an == gives, "" if it is open.
	Version string
	// Constraint is the manifest's own version text, "" if none.
	Constraint string
	// Extras are the optional parts asked for.
	Extras []string
	// Marker is the condition under which it is installed (PEP 508 or the like), "" if always.
	Marker string
	// Group is "" for what the program needs to run, else the group's name: "dev", "test", "build", "optional".
	Group string
	// Git, URL and Path are where it comes from instead of the index; Path is context-relative.
	Git, URL, Path string
	// Files are the names or addresses of the files that the index has of the version, as far as a lock file lists them.
	Files []string
	// InstallScript is true where the lock file says that it runs code when it is installed.
	InstallScript bool
	// Transitive is true for what only another dependency asks for.
	Transitive bool
	// Source is the line that names it.
	Source transform.Evidence
}
