package needs

import (
	"io/fs"
	"path"
	"slices"
	"strings"
)

// supervisorFile is where supervisord looks for its configuration in Debian's package. Source:
// http://supervisord.org/configuration.html
const supervisorFile = "/etc/supervisor/supervisord.conf"

// supervisord reads the programs of its configuration.
func (f *frame) supervisord(c command) {
	name := supervisorFile
	for i, w := range c.argv {
		value, ok := strings.CutPrefix(w, "--configuration=")
		if (w == "-c" || w == "--configuration") && i+1 < len(c.argv) {
			value, ok = c.argv[i+1], true
		}
		if ok {
			name = c.abs(value)
		}
	}
	file, ok := f.image.read(name, f.doc.Name)
	switch {
	case ok:
		f.supervisorConfig(c, file)
	case name != supervisorFile:
		f.unknown(c.because, "runs the programs of %s, which is not in the build context", name)
	default: // the package's own, which includes all of this folder
		f.supervisorFolder(c, "/etc/supervisor/conf.d/*.conf")
	}
}

// supervisorFolder reads the files that a pattern of [include] names.
func (f *frame) supervisorFolder(c command, pattern string) {
	dir, glob := path.Split(pattern)
	found := false
	for _, name := range f.image.list(path.Clean(dir)) {
		if ok, _ := path.Match(glob, path.Base(name)); ok {
			if file, ok := f.image.read(name, f.doc.Name); ok {
				found = true
				f.supervisorConfig(c, file)
			}
		}
	}
	if !found {
		f.unknown(c.because, "runs the programs of %s, which are not in the build context", pattern)
	}
}

// supervisorConfig reads one file.
func (f *frame) supervisorConfig(c command, one file) {
	if f.scripts[one.name] {
		return
	}
	f.scripts[one.name] = true
	section, line := "", one.line-1
	for text := range strings.SplitSeq(string(one.data), "\n") {
		line++
		text = strings.TrimSpace(text)
		if strings.HasPrefix(text, "[") {
			section = strings.Trim(text, "[]")
			continue
		}
		key, value, ok := strings.Cut(text, "=")
		if !ok || strings.HasPrefix(text, ";") || strings.HasPrefix(text, "#") {
			continue
		}
		value, _, _ = strings.Cut(value, " ;")
		f.supervisorSetting(c, section, strings.TrimSpace(key), strings.TrimSpace(value), one, line)
	}
}

func (f *frame) supervisorSetting(c command, section, key, value string, one file, line int) {
	c.because = at(one.name, line, key+"="+value)
	kind, _, _ := strings.Cut(section, ":")
	switch {
	case section == "include" && key == "files":
		for pattern := range strings.FieldsSeq(value) {
			f.supervisorFolder(c, absolute(pattern, "/etc/supervisor"))
		}
	case !slices.Contains([]string{"program", "eventlistener", "fcgi-program"}, kind):
	case key == "user":
		f.account(value, c.because, c.certainty)
	case key == "command":
		f.inner(c, shellVariables(value), nil)
	}
}

// shellVariables writes the expansions of a setting, as in %(ENV_TOOL)s, as variables of a shell.
func shellVariables(value string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(value, "%(")
		b.WriteString(before)
		name, after, closed := strings.Cut(rest, ")s")
		if !ok || !closed {
			return b.String()
		}
		b.WriteString("${" + name + "}")
		value = after
	}
}

// procfile reads the programs of a Procfile. Source: https://devcenter.heroku.com/articles/procfile
func (f *frame) procfile(c command) {
	name := "Procfile"
	for i, w := range c.argv {
		if (w == "-f" || w == "--procfile") && i+1 < len(c.argv) {
			name = c.argv[i+1]
		}
	}
	file, ok := f.image.read(c.abs(name), f.doc.Name)
	if !ok {
		f.unknown(c.because, "runs the programs of %s, which is not in the build context", name)
		return
	}
	line := 0
	for text := range strings.SplitSeq(string(file.data), "\n") {
		line++
		process, script, ok := strings.Cut(text, ":")
		if ok && !strings.HasPrefix(strings.TrimSpace(process), "#") {
			c.because = at(file.name, line, text)
			f.inner(c, strings.TrimSpace(script), nil)
		}
	}
}

// list returns the files that steps have copied into a folder of the image.
func (m *image) list(dir string) []string {
	var names []string
	if p, ok := m.context(dir); ok {
		entries, _ := fs.ReadDir(m.files, p)
		for _, e := range entries {
			names = append(names, path.Join(dir, e.Name()))
		}
	}
	for _, e := range m.entries {
		if path.Dir(e.image) == dir {
			names = append(names, e.image)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
