package needs

import (
	"fmt"
	"strings"

	"dopt/internal/catalog"
	"dopt/internal/catalog/debian"
	"dopt/transform"
)

// maxVersion is the highest version of a library that is tried for one that is named without.
const maxVersion = 40

// Owners returns the packages of a release that each provide what a need names, nil if none is known to. It does
// not answer for packages of programming languages, users and groups.
func Owners(r debian.Release, n *Need) []string {
	switch n.Kind {
	case Zone:
		return fileOwners(r, catalog.Path, zoneFolder+"/"+n.Name)
	case Certificates:
		return []string{"ca-certificates"} // made when it is installed: no index of files has it
	case Locale:
		return []string{"locales", "locales-all"}
	case Library:
		return libraryOwners(r, n)
	case Command, Shell:
		return fileOwners(r, catalog.Command, n.Name)
	case Header:
		return fileOwners(r, catalog.Header, n.Name)
	case PkgConfig:
		return fileOwners(r, catalog.PkgConfig, n.Name)
	case Path:
		return fileOwners(r, catalog.Path, n.Name)
	}
	return nil
}

func fileOwners(r debian.Release, kind catalog.FileKind, name string) []string {
	o, _ := catalog.FileOwner(r, kind, name)
	return o.Packages
}

// libraryOwners looks for a library that may be named as a linker does: a program that loads "magic" gets
// libmagic.so.1, one that is linked with it needs libmagic.so.
func libraryOwners(r debian.Release, n *Need) []string {
	if strings.Contains(n.Name, ".so") {
		return fileOwners(r, catalog.Library, n.Name)
	}
	file := "lib" + strings.TrimPrefix(n.Name, "lib") + ".so"
	if n.Step != nil {
		return fileOwners(r, catalog.Library, file)
	}
	for version := range maxVersion {
		if owners := fileOwners(r, catalog.Library, fmt.Sprintf("%s.%d", file, version)); len(owners) > 0 {
			return owners
		}
	}
	return nil
}

// InstalledAt returns the packages that the steps up to one, nil for all, install by name, and what comes with
// them by the catalog.
func (s *Stage) InstalledAt(step *transform.Instruction) map[string]bool {
	there := map[string]bool{}
	for _, recommends := range []bool{true, false} {
		var names []string
		for _, i := range s.Installs {
			if i.Recommends == recommends && place(i.Step) <= place(step) {
				names = append(names, i.Package)
			}
		}
		if len(names) == 0 {
			continue
		}
		closure, _, err := catalog.Closure(s.Release, names, recommends, nil)
		if err != nil {
			continue
		}
		for _, p := range closure.Packages {
			there[p.Name] = true
		}
	}
	return there
}

// InstalledBy returns for each of the needs the package of the distribution that a step of the stage installs and that has it, "" if
// none does or the catalog does not know.
func (s *Stage) InstalledBy() []string {
	packages := make([]string, len(s.Needs))
	if s.Release == "" || len(s.Installs) == 0 {
		return packages
	}
	at := map[int]map[string]bool{} // by how many packages are installed up to the step
	owners := map[Need][]string{}
	for i := range s.Needs {
		n := &s.Needs[i]
		before := 0
		for _, install := range s.Installs {
			if place(install.Step) <= place(n.Step) {
				before++
			}
		}
		if at[before] == nil {
			at[before] = s.InstalledAt(n.Step)
		}
		key := Need{Kind: n.Kind, Name: n.Name}
		if n.Kind == Library {
			key = n.key() // a linker looks for another file than a running program
		}
		if _, ok := owners[key]; !ok {
			owners[key] = Owners(s.Release, n)
		}
		for _, owner := range owners[key] {
			if at[before][owner] {
				packages[i] = owner
				break
			}
		}
	}
	return packages
}
