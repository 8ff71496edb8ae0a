package python

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"unicode/utf16"

	"dopt/internal/project/manifest"
)

// An Entry is one logical line of a requirements file; one of its fields besides Line and Text
// is set, or none where it only sets an option.
type Entry struct {
	// Line is its first line, counted from 1, Text all of it without comments.
	Line int
	Text string
	// Requirements and Constraints are the other files that it names, relative to this one.
	Requirements, Constraints []string
	// FindLinks are the folders, files and URLs of --find-links.
	FindLinks []string
	// Local is a folder or an archive, relative to the working directory of the install, or a file: URL.
	Local string
	// Package is what it asks for otherwise, nil if nothing.
	Package *manifest.Dependency
}

// ReadRequirements reads one requirements file, without those that it names. getenv gives the
// values of ${NAME}, "" for what is not set.
// Source: https://pip.pypa.io/en/stable/reference/requirements-file-format/
func ReadRequirements(fsys fs.FS, name string, getenv func(string) string) ([]Entry, error) {
	data, err := manifest.Read(fsys, name)
	if err != nil {
		return nil, err
	}
	entries, err := parseRequirements(decoded(data), getenv)
	if err != nil {
		return nil, fmt.Errorf("%s:%w", name, err)
	}
	return entries, nil
}

// decoded returns a text that is UTF-8, or UTF-16 with a byte order mark, as PowerShell writes it.
func decoded(data []byte) string {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		order = binary.LittleEndian
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		order = binary.BigEndian
	default:
		return string(data)
	}
	var units []uint16
	for i := 2; i+1 < len(data); i += 2 {
		units = append(units, order.Uint16(data[i:]))
	}
	return string(utf16.Decode(units))
}

// parseRequirements reads the lines of a requirements file. An error begins with the line.
func parseRequirements(text string, getenv func(string) string) ([]Entry, error) {
	var entries []Entry
	var joined strings.Builder
	start := 0
	lines := strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text), "\n")
	for i, line := range lines {
		if joined.Len() == 0 {
			start = i + 1
		}
		comment := strings.HasPrefix(strings.TrimSpace(line), "#")
		if strings.HasSuffix(line, `\`) && !comment && i+1 < len(lines) {
			joined.WriteString(strings.Trim(line, `\`))
			continue
		}
		if comment {
			line = " " + line // so that it does not stick to the line before it
		}
		joined.WriteString(line)
		logical := expand(withoutComment(joined.String()), getenv)
		joined.Reset()
		if logical == "" {
			continue
		}
		e := Entry{Line: start, Text: logical}
		if err := e.parse(); err != nil {
			return nil, fmt.Errorf("%d: %w", start, err)
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// withoutComment removes what follows a # that stands first or behind a blank.
func withoutComment(line string) string {
	for i := range len(line) {
		if line[i] == '#' && (i == 0 || line[i-1] == ' ' || line[i-1] == '\t') {
			line = line[:i]
			break
		}
	}
	return strings.TrimSpace(line)
}

// expand replaces each ${NAME} that is set, as pip does: in capitals and with braces only.
func expand(line string, getenv func(string) string) string {
	var b strings.Builder
	for getenv != nil {
		before, rest, ok := strings.Cut(line, "${")
		name, after, closed := strings.Cut(rest, "}")
		if !ok || !closed {
			break
		}
		value := ""
		if strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == "" {
			value = getenv(name)
		}
		if value == "" {
			value = "${" + name + "}"
		}
		b.WriteString(before + value)
		line = after
	}
	return b.String() + line
}

// valueOptions are the options of a requirements file that take a value, with one spelling for all.
var valueOptions = map[string]string{
	"-r": "-r", "--requirement": "-r", "-c": "-c", "--constraint": "-c", "-e": "-e", "--editable": "-e", "-f": "-f", "--find-links": "-f",
	"-i": "-i", "--index-url": "-i", "--pypi-url": "-i", "--extra-index-url": "-i", "--no-binary": "", "--only-binary": "", "--trusted-host": "", "--use-feature": "",
}

// parse reads e.Text.
func (e *Entry) parse() error {
	if !strings.HasPrefix(e.Text, "-") {
		text, _, _ := strings.Cut(e.Text, " --") // --hash, --config-settings, --global-option
		return e.setPackage(strings.TrimSpace(text))
	}
	words := strings.Fields(e.Text)
	for i := 0; i < len(words); i++ {
		option, value, given := strings.Cut(words[i], "=")
		if !strings.HasPrefix(option, "--") && len(words[i]) > 2 {
			option, value, given = words[i][:2], strings.TrimPrefix(words[i][2:], "="), true
		}
		meaning, takesValue := valueOptions[option]
		switch {
		case option == "--no-index", option == "--pre", option == "--prefer-binary", option == "--require-hashes", option == "--process-dependency-links",
			option == "--hash", strings.HasPrefix(option, "--config-setting"), option == "--global-option", option == "--install-option":
			continue
		case !takesValue:
			return fmt.Errorf("option %s is not known", option)
		case !given && i+1 == len(words):
			return fmt.Errorf("option %s has no value", option)
		case !given:
			i++
			value = words[i]
		}
		if err := e.set(meaning, strings.Trim(value, `"'`)); err != nil {
			return err
		}
	}
	return nil
}

// set notes the value of one option.
func (e *Entry) set(option, value string) error {
	switch option {
	case "-r":
		e.Requirements = append(e.Requirements, value)
	case "-c":
		e.Constraints = append(e.Constraints, value)
	case "-f":
		e.FindLinks = append(e.FindLinks, value)
	case "-i":
		if strings.HasPrefix(value, "file:") || strings.HasPrefix(value, ".") || strings.HasPrefix(value, "/") {
			return fmt.Errorf("the index %s is a folder", value)
		}
	case "-e":
		if local, ok := editablePath(value); ok {
			e.Local = local
			return nil
		}
		return e.setPackage(value)
	}
	return nil
}

// setPackage sorts a requirement into what lies in the project and what does not.
func (e *Entry) setPackage(text string) error {
	if local, ok := localPath(text); ok {
		e.Local = local
		return nil
	}
	if strings.Contains(text, "git+file:") {
		return fmt.Errorf("%q is a repository in a folder", text)
	}
	d, ok := ParseRequirement(text)
	if strings.Contains(text, "://") && !strings.Contains(text, "@ ") {
		d, ok = ParseURL(text), true
	}
	if !ok {
		return fmt.Errorf("%q is no requirement", text)
	}
	e.Package = &d
	return nil
}

// ParseURL reads a requirement that is a URL, by the name that the URL gives to its package.
func ParseURL(url string) manifest.Dependency {
	d := manifest.Dependency{Name: nameInURL(url)}
	setURL(&d, url)
	return d
}

// nameInURL returns the name that a URL gives to its package: #egg=name, else the beginning of the
// archive's name. That of a repository without a name is the URL.
func nameInURL(url string) string {
	url, egg, ok := strings.Cut(url, "#egg=")
	switch {
	case !ok && strings.HasPrefix(url, "git+"):
		return url
	case !ok:
		egg, _, _ = strings.Cut(path.Base(url), "-")
	}
	if end := strings.IndexAny(egg, "&[; "); end >= 0 {
		egg = egg[:end]
	}
	return Normalize(egg)
}

// archives are the endings of the files that pip installs.
var archives = []string{".whl", ".zip", ".tar.gz", ".tgz", ".tar", ".tar.bz2", ".tbz", ".tar.xz", ".txz", ".tlz", ".tar.lz", ".tar.lzma"}

// localPath returns the folder or archive that a requirement names, without extras; a file: URL
// stays one. What has a slash or begins with a dot is a path, what ends as an archive does, too.
func localPath(text string) (string, bool) {
	if name, url, ok := strings.Cut(text, "@"); ok && !strings.ContainsAny(name, "/:") {
		url = strings.TrimSpace(url)
		url, _, _ = strings.Cut(url, " ;")
		if strings.HasPrefix(url, "file:") || strings.HasPrefix(url, ".") || strings.HasPrefix(url, "/") {
			return url, true
		}
		return "", false
	}
	if strings.HasPrefix(text, "file:") {
		url, _, _ := strings.Cut(text, "#")
		return url, true
	}
	if strings.Contains(text, "://") {
		return "", false
	}
	text, _, _ = strings.Cut(text, ";")
	text, _, _ = strings.Cut(strings.TrimSpace(text), "[")
	if strings.HasPrefix(text, ".") || strings.Contains(text, "/") || hasArchiveEnding(text) {
		return text, true
	}
	return "", false
}

// editablePath returns the folder that is to be installed editable: other than elsewhere, a bare
// name is one, too.
func editablePath(text string) (string, bool) {
	if local, ok := localPath(text); ok || strings.Contains(text, "://") || strings.Contains(text, "@") {
		return local, ok
	}
	local, _, _ := strings.Cut(text, "[")
	return local, local != ""
}

func hasArchiveEnding(name string) bool {
	for _, ending := range archives {
		if strings.HasSuffix(strings.ToLower(name), ending) {
			return true
		}
	}
	return false
}
