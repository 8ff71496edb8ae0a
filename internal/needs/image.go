package needs

import (
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"dopt/transform"
	"dopt/transform/effects"
	"dopt/transform/rebuild"
)

// An image is what the steps so far have put into the file system.
type image struct {
	files  fs.FS
	budget *budget
	// entries are what is copied, oldest first.
	entries []entry
	// made are other paths that steps make, with what is below them; users and groups are those that steps make.
	made          map[string]bool
	users, groups map[string]bool
	// commands are the programs that steps put into PATH, with their paths; "" where that is not known.
	commands map[string]string
	// builds is true where a step compiles something: programs that nothing names may then be there. compiles is
	// the first step that calls a compiler or make.
	builds   bool
	compiles *transform.Instruction
	// linked are the libraries that programs are linked with: they load them when they run.
	linked *packages
	// generated is true where a step writes Makefiles.
	generated bool
	// fetches is true where a step fetches sources that are not in the context: what they need is not known.
	fetches bool
	// sources are the paths of the context that are copied.
	sources []string
}

// An entry is a file or folder of the image that comes from the build context, or from the Dockerfile itself.
type entry struct {
	image, context string
	// data is the content where inline is true: that of a here-document, or what a step writes. Its first line is
	// line of the Dockerfile, and so are the others where flat is true.
	data         string
	inline, flat bool
	line         int
}

func newImage(files fs.FS, b *budget) *image {
	return &image{files: files, budget: b, linked: newPackages(), made: map[string]bool{}, users: map[string]bool{}, groups: map[string]bool{}, commands: map[string]string{}}
}

// clone returns the image as the beginning of another one.
func (m *image) clone() *image {
	c := *m
	c.linked = m.linked.clone()
	c.entries, c.sources = slices.Clone(m.entries), slices.Clone(m.sources)
	c.made, c.users, c.groups, c.commands = maps.Clone(m.made), maps.Clone(m.users), maps.Clone(m.groups), maps.Clone(m.commands)
	return &c
}

// A file is one of the image whose content is known.
type file struct {
	// name is what evidence calls it: its path in the context, or that of the Dockerfile.
	name string
	// line is the number of its first line there, and of all where flat is true.
	line int
	flat bool
	data []byte
}

// context returns the path in the build context of a path of the image.
func (m *image) context(name string) (string, bool) {
	if m.files == nil || !path.IsAbs(name) {
		return "", false
	}
	for _, e := range slices.Backward(m.entries) {
		if e.inline || !within(name, e.image) || m.budget.lookups <= 0 {
			continue
		}
		m.budget.lookups--
		p := path.Join(e.context, strings.TrimPrefix(name[len(strings.TrimSuffix(e.image, "/")):], "/"))
		if _, err := fs.Stat(m.files, p); err == nil {
			return p, true
		}
	}
	return "", false
}

// folder returns the folder of the build context that a folder of the image, or a file in it, is copied from.
func (m *image) folder(name string) (string, bool) {
	if p, ok := m.context(name); ok {
		return p, true
	}
	for _, e := range slices.Backward(m.entries) {
		if m.files != nil && !e.inline && path.Dir(e.image) == name && path.Base(e.image) == path.Base(e.context) {
			return path.Dir(e.context), true
		}
	}
	return "", false
}

// read returns a file of the image.
func (m *image) read(name, doc string) (file, bool) {
	for _, e := range slices.Backward(m.entries) {
		if e.inline && e.image == name {
			return file{doc, e.line, e.flat, []byte(e.data)}, true
		}
	}
	p, ok := m.context(name)
	if !ok {
		return file{}, false
	}
	data, ok := m.budget.read(m.files, p)
	return file{p, 1, false, data}, ok
}

// maxEntries bounds what is remembered of the copies of a stage, and of the sources that they come from.
const maxEntries = 2000

// put adds an entry, which hides those before it.
func (m *image) put(e entry) {
	if len(m.entries) < maxEntries && (len(m.entries) == 0 || m.entries[len(m.entries)-1] != e) {
		m.entries = append(m.entries, e)
	}
}

// source takes note of a path of the context that is copied.
func (m *image) source(name string) {
	if len(m.sources) < maxEntries && !slices.Contains(m.sources, name) {
		m.sources = append(m.sources, name)
	}
}

// within reports whether a path is folder or below it.
func within(name, folder string) bool {
	return name == folder || folder == "/" || strings.HasPrefix(name, folder+"/")
}

// makes reports whether a step has made a path, as a file or within a folder.
func (m *image) makes(name string) bool {
	for ; name != "/" && name != "."; name = path.Dir(name) {
		if m.made[name] {
			return true
		}
	}
	return false
}

// add adds what a COPY or ADD brings. from is the image of the stage that --from names; expand puts in variables.
func (m *image) add(in *transform.Instruction, dir string, from *image, expand func(string, transform.State) (string, bool)) {
	var sources []string
	var dest string
	var contents []instructions.SourceContent
	external := false
	switch c := in.Command.(type) {
	case *instructions.CopyCommand:
		sources, dest, contents, external = c.SourcePaths, c.DestPath, c.SourceContents, c.From != "" && from == nil
	case *instructions.AddCommand:
		sources, dest, contents = c.SourcePaths, c.DestPath, c.SourceContents
	}
	st := in.State()
	dest, sure := expand(dest, st)
	if !sure {
		return
	}
	folder := strings.HasSuffix(dest, "/") || dest == "." || len(sources)+len(contents) > 1
	dest = absolute(dest, dir)
	for _, c := range contents {
		m.put(entry{image: m.target(dest, c.Path, folder), data: c.Data, inline: true, line: in.Line() + 1})
		m.own(m.target(dest, c.Path, folder))
	}
	for _, source := range sources {
		source, sure = expand(source, st)
		switch {
		case !sure || strings.Contains(source, "://"):
			m.made[dest], m.fetches = true, true
		case external:
			m.made[m.target(dest, source, folder)] = true
			m.own(m.target(dest, source, folder))
		case from != nil:
			m.addFrom(from, absolute(source, "/"), dest, folder)
		default:
			m.addSource(source, dest, folder)
		}
	}
}

// target is where a source goes.
func (m *image) target(dest, source string, folder bool) string {
	if folder {
		return path.Join(dest, path.Base(source))
	}
	return dest
}

// own takes note of a program that is put into a folder for programs.
func (m *image) own(name string) {
	if base := path.Base(path.Dir(name)); base == "bin" || base == "sbin" || path.Dir(name) == "/" {
		m.commands[path.Base(name)] = name
	}
}

// addSource adds a source of the build context, which may have wildcards.
func (m *image) addSource(source, dest string, folder bool) {
	source = strings.TrimPrefix(path.Clean("/"+source), "/")
	if source == "" {
		source = "."
	}
	list := []string{source}
	if strings.ContainsAny(source, `*?[\`) && m.files != nil {
		list = m.glob(source)
		folder = true
	}
	for _, s := range list {
		to := dest
		isDir := s == "."
		if m.files != nil && !isDir {
			info, err := fs.Stat(m.files, s)
			isDir = err == nil && info.IsDir()
		}
		if !isDir {
			to = m.target(dest, s, folder)
			m.own(to)
		}
		m.put(entry{image: to, context: s})
		m.source(s)
	}
}

// glob returns what a pattern means in the build context.
func (m *image) glob(pattern string) []string {
	if m.budget.files <= 0 {
		return nil
	}
	list, err := fs.Glob(m.files, pattern)
	m.budget.files -= len(list) + 1
	if err != nil {
		return nil
	}
	return list
}

// addFrom adds what an earlier stage has at source. What that stage made from its own sources needs what these
// need: they count as sources of this one.
func (m *image) addFrom(from *image, source, dest string, folder bool) {
	to := dest
	if _, isEntry := from.context(source); folder && (isEntry || path.Ext(source) != "" || path.Base(path.Dir(source)) == "bin") {
		if info, err := from.stat(source); err != nil || !info.IsDir() {
			to = path.Join(dest, path.Base(source))
		}
	}
	m.made[to] = true
	m.own(to)
	for _, e := range from.entries {
		switch {
		case within(e.image, source):
			e.image = path.Join(to, strings.TrimPrefix(e.image[len(strings.TrimSuffix(source, "/")):], "/"))
			m.put(e)
		case within(source, e.image) && !e.inline:
			e.context = path.Join(e.context, strings.TrimPrefix(source[len(strings.TrimSuffix(e.image, "/")):], "/"))
			e.image = to
			m.put(e)
		}
	}
	for _, s := range from.sources {
		m.source(s)
	}
	for _, n := range from.linked.list {
		m.linked.add(n)
	}
	m.builds, m.fetches = m.builds || from.builds, m.fetches || from.fetches
	for program, place := range from.commands {
		if place == "" || within(place, source) {
			m.commands[program] = place
		}
	}
}

func (m *image) stat(name string) (fs.FileInfo, error) {
	p, ok := m.context(name)
	if !ok {
		return nil, fs.ErrNotExist
	}
	return fs.Stat(m.files, p)
}

// mount adds what a RUN mounts of the build context.
func (m *image) mount(in *transform.Instruction, dir string) {
	for _, f := range in.Flags() {
		if f.Name != "mount" {
			continue
		}
		if b := rebuild.ReadMount(f.Value); b.Type == "bind" && b.From == "" && b.Target != "" && !strings.Contains(b.Target, "$") {
			source := b.Source
			if source == "" {
				source = "."
			}
			m.addSource(source, absolute(b.Target, dir), false)
		}
	}
}

// change does what a command does to files: copies of what is known stay known.
func (m *image) change(argv []string, abs func(string) string, effect effects.Effect) {
	for _, p := range slices.Concat(effect.Makes, effect.Changes) {
		if !strings.ContainsAny(p.Name, "*?[") && (path.Dir(p.Name) != "/" || !p.Tree) {
			m.own(p.Name)
			if _, err := m.stat(p.Name); err != nil && !slices.ContainsFunc(effect.Changes, func(c effects.Path) bool { return c == p }) {
				m.made[p.Name] = true
			}
		}
	}
	if len(argv) < 3 {
		return
	}
	switch path.Base(argv[0]) {
	case "cp", "mv", "ln", "install":
		m.copy(argv, abs)
	}
}

// copy does what cp, mv, ln and install do with files that are known.
func (m *image) copy(argv []string, abs func(string) string) {
	words := operands(argv[1:], "-m -o -g -t")
	if len(words) < 2 {
		return
	}
	dest := words[len(words)-1]
	to := abs(dest)
	if to == "" {
		return
	}
	for _, source := range words[:len(words)-1] {
		from := abs(source)
		p, ok := m.context(from)
		if from == "" || !ok {
			continue
		}
		target := to
		if info, err := m.stat(to); strings.HasSuffix(dest, "/") || len(words) > 2 || err == nil && info.IsDir() || standardFolder(to) {
			target = path.Join(to, path.Base(from))
		}
		m.put(entry{image: target, context: p})
		m.own(target)
	}
}

// standardFolder reports whether a path is one of the folders that every image has.
func standardFolder(name string) bool {
	return slices.Contains([]string{"/usr/local/bin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/sbin", "/etc", "/tmp", "/opt", "/root", "/usr/local", "/"}, name)
}

// absolute returns a path as seen from a folder.
func absolute(name, dir string) string {
	if path.IsAbs(name) {
		return path.Clean(name)
	}
	return path.Join(dir, name)
}
