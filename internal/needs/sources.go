package needs

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"dopt/internal/needs/source"
	"dopt/transform"
	"dopt/transform/shell"
)

// foreign are folders whose sources are not the project's: packages, and what tools leave behind.
var foreign = []string{
	"node_modules", "bower_components", "vendor", "venv", "env", "site-packages", "__pycache__", "third_party", "external", "docs", "doc", "examples", "target", "build",
}

// readSources reads the sources that the image is made from: what they ask for is needed at run time, and headers
// and modules of pkg-config by the steps that compile.
func (w *walk) readSources() {
	seen := map[string]bool{}
	for _, name := range slices.Sorted(slices.Values(w.image.sources)) {
		w.readSource(name, seen, 0)
	}
	w.servedTypes()
	if w.budget.spent() {
		w.unknown(transform.Evidence{Source: w.doc.Name}, "copies more than is read: the rest of its sources is not known")
	}
}

func (w *walk) readSource(name string, seen map[string]bool, depth int) {
	if w.files == nil || seen[name] || depth > maxDepth || w.budget.spent() {
		return
	}
	info, err := fs.Stat(w.files, name)
	switch {
	case err != nil:
		seen[name] = true
	case !info.IsDir():
		w.readFile(name, seen)
	default:
		seen[name] = true
		w.readFolder(name, seen, depth)
	}
}

func (w *walk) readFolder(name string, seen map[string]bool, depth int) {
	entries, err := fs.ReadDir(w.files, name)
	if err != nil {
		return
	}
	w.budget.files--
	for _, e := range entries {
		below := path.Join(name, e.Name())
		switch {
		case e.Type().IsRegular():
			w.readFile(below, seen)
		case e.IsDir() && (slices.Contains(foreign, e.Name()) || strings.HasPrefix(e.Name(), ".")):
		default:
			w.readSource(below, seen, depth+1)
		}
	}
}

func (w *walk) readFile(name string, seen map[string]bool) {
	if seen[name] || !source.Known(name) || w.budget.spent() {
		return
	}
	seen[name] = true
	if inTests(name) {
		if w.tests == nil {
			return
		}
		w.step = w.tests
		defer func() { w.step = nil }()
	}
	if s := scan(w.files, name); s.there {
		w.budget.spend(s.size)
		w.uses(name, s.uses)
	}
}

// A scanned source is what a file asks for. there is false where it is not read.
type scanned struct {
	there bool
	size  int
	uses  []lineUse
}

// A lineUse is a use with the line that asks for it.
type lineUse struct {
	source.Use
	text string
}

// scannedFile is the key under which a project remembers a scanned source.
type scannedFile string

// scan reads a source, of a project once for all that ask: passes do in each round.
func scan(files fs.FS, name string) scanned {
	return transform.Remember(files, scannedFile(name), func(files fs.FS) scanned { return scanAnew(transform.Received(files), name) })
}

func scanAnew(files fs.FS, name string) scanned {
	text, ok := transform.ReadText(files, name, maxFileSize)
	if !ok {
		return scanned{}
	}
	return scanned{there: true, size: len(text), uses: withLines(text, 1, source.Scan(name, text))}
}

// withLines adds to uses the lines that ask for them; first is the number of the first line.
func withLines(src string, first int, uses []source.Use) (list []lineUse) {
	if len(uses) == 0 {
		return nil
	}
	lines := strings.Split(src, "\n")
	for _, u := range uses {
		text := lines[min(u.Line, len(lines))-1]
		u.Line += first - 1
		list = append(list, lineUse{u, strings.Clone(text)})
	}
	return list
}

// uses adds what a source asks for.
func (w *walk) uses(name string, uses []lineUse) {
	for _, u := range uses {
		because := at(name, u.Line, u.text)
		if u.Problem != "" {
			w.unknown(because, "%s", u.Problem)
			continue
		}
		w.use(u.Use, because)
	}
}

// unknownVariable stands in a script for a part that the source does not tell.
const unknownVariable = "${unknown}"

// kindsOf are the needs that uses become where nothing else is to be said.
var kindsOf = map[source.Kind]Kind{
	source.Library: Library, source.Header: Header, source.PkgConfig: PkgConfig, source.Path: Path, source.Locale: Locale, source.Certificates: Certificates, source.Zone: Zone,
}

// use adds one. That a line of the source runs is likely, not sure.
func (w *walk) use(u source.Use, because transform.Evidence) {
	f := frame{walk: w, certainty: Likely, env: nil, at: func(int, int) transform.Evidence { return because }, depth: 1}
	c := command{because: because, certainty: Likely, dir: w.dir}
	n := Need{Kind: kindsOf[u.Kind], Name: u.Name, Evidence: because, Certainty: Likely, Optional: u.Optional}
	switch u.Kind {
	case source.Script:
		w.need(Need{Kind: Shell, Name: "sh", Evidence: because, Certainty: Likely})
		f.inner(c, strings.ReplaceAll(u.Name, source.Unknown, unknownVariable), nil)
	case source.Command:
		f.called(u, c)
	case source.FileType:
		w.nameFile(u.Name, because)
	case source.Zones:
		w.ownZones[path.Ext(because.Source)] = true
	case source.Certificates:
		n.Name = ""
		w.need(n)
	case source.Zone:
		if u.Name == "" {
			n.Kind, n.Name = Path, zoneFolder
		}
		w.need(n)
	case source.Path:
		f.path(u.Name, c)
	case source.Header:
		if !w.projectHeader(u.Name) {
			w.compiled(n)
		}
	case source.PkgConfig:
		w.compiled(n)
	default:
		w.need(n)
	}
}

// zonePackages are packages that bring the time zones, by the extension of the sources that use them then. Sources:
// docs.python.org/3/library/zoneinfo.html, github.com/tzinfo/tzinfo-data.
var zonePackages = map[Need]string{
	{Kind: Package, Ecosystem: "python", Name: "tzdata"}:    ".py",
	{Kind: Package, Ecosystem: "ruby", Name: "tzinfo-data"}: ".rb",
}

// dropZones takes away the time zones that a program brings itself.
func (w *walk) dropZones() {
	for _, p := range w.packages.list {
		if ext, ok := zonePackages[Need{Kind: Package, Ecosystem: p.Ecosystem, Name: p.Name}]; ok {
			w.ownZones[ext] = true
		}
	}
	w.out.Needs = slices.DeleteFunc(w.out.Needs, func(n Need) bool {
		zone := n.Kind == Zone || n.Kind == Path && n.Name == zoneFolder
		return zone && n.Certainty == Likely && w.ownZones[path.Ext(n.Evidence.Source)]
	})
}

// zoneFolder is where the time zones are. Source: Debian's package tzdata.
const zoneFolder = "/usr/share/zoneinfo"

// called reads a command that a source calls.
func (f *frame) called(u source.Use, c command) {
	c = c.words(append([]string{u.Name}, replaceUnknown(u.Args)...))
	switch {
	case u.Optional:
		if name := path.Base(u.Name); plainName(name) && !f.image.has(name) && !f.brought(name) {
			f.walk.need(Need{Kind: Command, Name: name, Evidence: c.because, Certainty: Likely, Optional: true})
		}
	case strings.Contains(u.Name, "/") && !path.IsAbs(u.Name): // the project's own
	default:
		f.run(c)
	}
}

func replaceUnknown(args []string) []string {
	out := slices.Clone(args)
	for i, a := range out {
		if strings.Contains(a, source.Unknown) {
			out[i] = shell.Unknown
		}
	}
	return out
}

// compiled adds what the compilation of the sources needs: at the first step that compiles, else nowhere.
func (w *walk) compiled(n Need) {
	if w.image.compiles == nil {
		return
	}
	before := w.step
	w.step = w.image.compiles
	w.need(n)
	w.step = before
}

// projectHeader reports whether a header is one of the sources.
func (w *walk) projectHeader(name string) bool {
	return slices.ContainsFunc(w.image.sources, func(s string) bool {
		for _, p := range []string{path.Join(s, name), path.Join(s, "include", name), path.Join(s, "src", name)} {
			if info, err := fs.Stat(w.files, p); fs.ValidPath(p) && err == nil && !info.IsDir() {
				return true
			}
		}
		return false
	})
}
