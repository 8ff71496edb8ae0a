package main

import (
	"context"
	"errors"
	"slices"
	"strings"

	"dopt/internal/catalog/debian"
	"dopt/internal/catalog/language"
	"dopt/internal/catalog/table"
)

// A needFinder turns the packages of a release into what packages of languages need.
type needFinder struct {
	*release
	sources map[string]sourcePackage
	modules modules
	// keys are the keys of the modules that a package holds.
	keys map[string][]string
	// libraries, commands and pkgConfig are the packages that have such files.
	libraries, commands, pkgConfig map[string]bool
}

func newNeedFinder(r *release) *needFinder {
	return &needFinder{
		release: r, modules: modules{}, keys: map[string][]string{},
		libraries: map[string]bool{}, commands: map[string]bool{}, pkgConfig: map[string]bool{},
	}
}

// addFile notes what a file of the release tells.
func (f *needFinder) addFile(path string, owners []string) {
	f.modules.addFile(path, owners)
	isLibrary := strings.Contains(debian.LibraryKey(path), ".so.") || isAlternative(path)
	isCommand := debian.CommandKey(path) != ""
	isModule := debian.PkgConfigKey(path) != ""
	if !isLibrary && !isCommand && !isModule {
		return
	}
	for _, owner := range owners {
		if p, ok := f.packages[owner]; ok { // the name of the index rather than a part of the line
			f.libraries[p.Name] = f.libraries[p.Name] || isLibrary
			f.commands[p.Name] = f.commands[p.Name] || isCommand
			f.pkgConfig[p.Name] = f.pkgConfig[p.Name] || isModule
		}
	}
}

// isAlternative tells whether a path is that of a library which update-alternatives links to where the loader looks, as it does with
// blas/libblas.so.3: such libraries have a folder of their own name.
func isAlternative(path string) bool {
	folder, file, ok := strings.Cut(strings.TrimPrefix(path, "usr/lib/x86_64-linux-gnu/"), "/")
	return ok && strings.HasPrefix(file, "lib"+folder+".so.")
}

// needTable has a line for each package of a language, with what it needs in each release.
func needTable(ctx context.Context, m mirror, finders []*needFinder, byHand string) ([]table.Entry, error) {
	hand, err := readHandNeeds(byHand)
	if err != nil {
		return nil, err
	}
	found := map[string][]language.Record{}
	for _, f := range finders {
		if f.sources, err = readSources(ctx, m, f.name); err != nil {
			return nil, err
		}
		for key, r := range f.records() {
			found[key] = append(found[key], r)
		}
	}
	for _, need := range hand {
		records, wrong := need.records(finders, found[need.key()])
		err = errors.Join(err, wrong)
		found[need.key()] = records
	}
	if err != nil {
		return nil, err
	}
	var entries []table.Entry
	for key, records := range found {
		entries = append(entries, table.Entry{Key: key, Value: language.Format(distinct(records))})
	}
	return entries, nil
}

// distinct leaves out records that say the same as the one of the next release, which names their releases instead.
func distinct(records []language.Record) []language.Record {
	var kept []language.Record
	var same []debian.Release
	for i, r := range records {
		if i+1 < len(records) && r.SameNeeds(records[i+1]) {
			same = append(same, r.Release)
			continue
		}
		r.Same, same = same, nil
		kept = append(kept, r)
	}
	return kept
}

// records returns the needs of all modules of the release by their keys.
func (f *needFinder) records() map[string]language.Record {
	f.modules.addCrates(f.packages)
	for key, module := range f.modules {
		f.keys[module.owner] = append(f.keys[module.owner], key)
	}
	records := map[string]language.Record{}
	for key, module := range f.modules {
		if r, ok := f.record(key, module); ok {
			records[key] = r
		}
	}
	done := make(map[string]language.Record, len(records))
	for key, r := range records {
		r.Requires = needy(key, records)
		done[key] = r
	}
	return done
}

// needy returns the names of the packages that come with one and need something themselves, sorted. Of the
// records, Requires holds those that come directly.
func needy(key string, records map[string]language.Record) []string {
	prefix, _, _ := strings.Cut(key, " ")
	seen := map[string]bool{key: true}
	var names []string
	for open := []string{key}; len(open) > 0; open = open[1:] {
		for _, name := range records[open[0]].Requires {
			other := prefix + " " + name
			if seen[other] {
				continue
			}
			seen[other] = true
			open = append(open, other)
			if r := records[other]; r.Native || len(r.Loaded) > 0 {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names
}

// record returns what a module needs; ok is false if the release does not tell.
func (f *needFinder) record(key string, m module) (r language.Record, ok bool) {
	p, ok := f.packages[m.owner]
	if !ok {
		return language.Record{}, false
	}
	source, ok := f.sources[p.Source]
	if !ok {
		return language.Record{}, false
	}
	r = language.Record{Release: f.name, Version: m.version, Origin: p.Source}
	if r.Version == "" {
		r.Version = upstream(source.version)
	}
	of, _, _ := strings.Cut(key, " ")
	if of == string(language.Rust) {
		return f.bindings(r, p)
	}
	parts := f.parts(p)
	r.Native = slices.ContainsFunc(parts, func(p debian.Package) bool { return dependsOn(p, "libc6") })
	for _, part := range parts {
		r.Linked = append(r.Linked, f.linked(part)...)
		r.Loaded = append(r.Loaded, f.loaded(of, part)...)
		r.Requires = append(r.Requires, f.required(key, part)...)
	}
	if r.Native {
		r.Build = append(f.build(of, p.Source, source, parts), languageTools[of]...)
		if slices.Contains(r.Build, compilers["rust"][0]) {
			if len(f.runtimeOf(r.Build)) > 0 { // crates look for the system's libraries with pkg-config
				r.Build = append(r.Build, crateTools["pkg-config"]...)
			}
			r.Linked = f.withHeaders(r.Linked, r.Build)
		}
	} else {
		r.Loaded = append(r.Loaded, r.Linked...) // whatever a package without compiled code has to do with a library
		r.Linked = nil
	}
	sortRecord(&r)
	return r, true
}

// bindings completes the record of a package that is source code only, in Debian, too: what that one depends on
// is what it takes to compile.
func (f *needFinder) bindings(r language.Record, p debian.Package) (language.Record, bool) {
	r.Native = true
	for _, need := range p.Depends {
		if name := f.choose(need); f.isBuildNeed(name) {
			r.Build = append(r.Build, name)
		}
	}
	if r.Build == nil {
		return r, false // source code of a library that the crate brings along, or that every image has
	}
	for _, need := range p.Depends {
		for helper, tools := range crateTools {
			if strings.HasPrefix(need[0], "librust-"+helper+"-") {
				r.Build = append(r.Build, tools...)
			}
		}
	}
	r.Build = append(r.Build, compilers["c"]...)
	r.Linked = f.runtimeOf(r.Build)
	sortRecord(&r)
	return r, true
}

// parts returns a package and those of the same source that it depends on: the compiled half of pandas is in a package
// of its own.
func (f *needFinder) parts(p debian.Package) []debian.Package {
	parts := []debian.Package{p}
	for i := 0; i < len(parts); i++ {
		for _, need := range parts[i].Depends {
			part, ok := f.packages[need[0]]
			known := func(q debian.Package) bool { return q.Name == part.Name }
			if ok && part.Source == p.Source && !f.libraries[part.Name] && !slices.ContainsFunc(parts, known) {
				parts = append(parts, part)
			}
		}
	}
	return parts
}

func dependsOn(p debian.Package, name string) bool {
	return slices.ContainsFunc(p.Depends, func(a debian.Alternatives) bool { return a[0] == name })
}

// linked returns the libraries that a package depends on.
func (f *needFinder) linked(p debian.Package) []string {
	var names []string
	for _, need := range p.Depends {
		if name := f.realName(need[0]); f.libraries[name] && !everywhere[name] && !ofLanguage(name) {
			names = append(names, name)
		}
	}
	return names
}

// loaded returns the packages with commands that a package depends on. A command that is itself written in Python or Ruby
// is what pip or gem installs.
func (f *needFinder) loaded(of string, p debian.Package) []string {
	var names []string
	for _, need := range p.Depends {
		name := f.realName(need[0])
		q := f.packages[name]
		switch {
		case interpreters[name] != "" && interpreters[name] != of:
			names = append(names, name)
		case !f.commands[name] || f.libraries[name] || f.keys[name] != nil || q.Source == p.Source:
		case ofLanguage(name) || ofDebian[name] || f.isBuildNeed(name) && !buildTools[name]:
		case dependsOn(q, "python3") || dependsOn(q, "ruby"):
		default:
			names = append(names, name)
		}
	}
	return names
}

// required returns the keys of the packages of the same language that a package depends on.
func (f *needFinder) required(key string, p debian.Package) []string {
	prefix, _, _ := strings.Cut(key, " ")
	var names []string
	for _, need := range p.Depends {
		for _, other := range f.keys[need[0]] {
			if l, name, _ := strings.Cut(other, " "); l == prefix && other != key {
				names = append(names, name)
			}
		}
	}
	return names
}

// embeds tells whether a build dependency is the headers of an interpreter of another language that any of the parts runs.
func embeds(of, name string, parts []debian.Package) bool {
	interpreter := interpreterHeaders[name]
	return interpreter != "" && interpreters[interpreter] != of &&
		slices.ContainsFunc(parts, func(p debian.Package) bool { return dependsOn(p, interpreter) })
}

// build returns what it takes to compile a source package, of which parts are wanted, for a language.
func (f *needFinder) build(of, name string, source sourcePackage, parts []debian.Package) []string {
	mixed := f.mixed(name, source)
	var names []string
	for _, need := range source.needs {
		switch choice := f.choose(need); {
		case embeds(of, choice, parts):
			names = append(names, choice)
		case !f.isBuildNeed(choice):
		case mixed && !f.used(choice, parts):
		default:
			names = append(names, choice)
		}
	}
	if mixed {
		names = append(names, f.ownLibraries(name, source, parts)...)
	}
	return append(names, f.compilers(source, parts)...)
}

// choose returns the first of the alternatives that the release has.
func (f *needFinder) choose(need debian.Alternatives) string {
	for _, name := range need {
		if real := f.realName(name); f.packages[real].Name != "" {
			return real
		}
	}
	return ""
}

// realName returns the package that provides a virtual one, if it is the only one.
func (f *needFinder) realName(name string) string {
	if providers := f.virtual[name]; f.packages[name].Name == "" && len(providers) == 1 {
		return providers[0]
	}
	return name
}

// mixed tells whether a source makes more than packages of languages: then much of what it is built with is for the rest.
func (f *needFinder) mixed(name string, source sourcePackage) bool {
	return slices.ContainsFunc(source.binaries, func(binary string) bool {
		return f.packages[binary].Source == name && (f.libraries[binary] || f.commands[binary]) && !ofLanguage(binary)
	})
}

// used tells whether any of the parts is linked to the libraries of a development package.
func (f *needFinder) used(development string, parts []debian.Package) bool {
	libraries := f.runtimeOf([]string{development})
	return slices.ContainsFunc(parts, func(p debian.Package) bool {
		return slices.ContainsFunc(libraries, func(name string) bool { return dependsOn(p, name) })
	})
}

// ownLibraries returns the development packages of libraries that the source itself makes and the parts are linked to.
func (f *needFinder) ownLibraries(name string, source sourcePackage, parts []debian.Package) []string {
	var names []string
	for _, binary := range source.binaries {
		if f.packages[binary].Source == name && f.isBuildNeed(binary) && f.used(binary, parts) {
			names = append(names, binary)
		}
	}
	return names
}

// compilers returns what compiles a source package, by the run-time libraries of its languages.
func (f *needFinder) compilers(source sourcePackage, parts []debian.Package) []string {
	names := slices.Clone(compilers["c"])
	for _, p := range parts {
		for library, compiler := range map[string]string{"libstdc++6": "c++", "libgfortran5": "fortran"} {
			if dependsOn(p, library) {
				names = append(names, compilers[compiler]...)
			}
		}
	}
	for _, need := range source.needs {
		if rustTools[need[0]] || strings.HasPrefix(need[0], "librust-") {
			names = append(names, compilers["rust"]...)
		}
		names = append(names, helperTools[need[0]]...)
	}
	return names
}

func sortRecord(r *language.Record) {
	for _, list := range []*[]string{&r.Build, &r.Linked, &r.Loaded, &r.Requires} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
}
