// Package debian reads the indexes of a Debian release (Packages, Sources, Contents) and follows the dependencies
// that they tell.
package debian

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// A Package is what an index says of one binary package. The names of packages in it are without version
// and architecture.
type Package struct {
	Name    string
	Version string
	// Source is the source package that it is built from.
	Source string
	// Essential packages are installed everywhere; Priority is required, important, standard, optional or extra.
	Essential bool
	Priority  string
	// InstalledSize and DownloadSize are in KiB, the size unpacked as dpkg estimates it and that of the .deb.
	InstalledSize, DownloadSize int
	// Depends holds Pre-Depends and Depends; each needs one package of its Alternatives.
	Depends, Recommends []Alternatives
	// Provides are the virtual packages, and the former names, that it stands in for.
	Provides []string
}

// Alternatives are packages, real or virtual, of which one is enough: the maintainer's first choice first.
type Alternatives []string

// maxLine bounds a line of an index, in bytes. The longest, a list of binary packages, has 50 KB.
const maxLine = 1 << 20

// Stanzas calls visit for each stanza of a control file: its fields by lower-case name, the lines of a
// folded field joined by spaces. The map is reused.
func Stanzas(r io.Reader, visit func(map[string]string) error) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 64<<10), maxLine)
	fields, last := map[string]string{}, ""
	for lines.Scan() {
		line := lines.Text()
		switch {
		case strings.TrimSpace(line) == "":
			if err := visitStanza(fields, visit); err != nil {
				return err
			}
			last = ""
		case line[0] == ' ' || line[0] == '\t':
			if last != "" {
				fields[last] += " " + strings.TrimSpace(line)
			}
		default:
			name, value, ok := strings.Cut(line, ":")
			if !ok {
				return fmt.Errorf("line %.40q: no field", line)
			}
			last = strings.ToLower(name)
			fields[last] = strings.TrimSpace(value)
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	return visitStanza(fields, visit)
}

func visitStanza(fields map[string]string, visit func(map[string]string) error) error {
	if len(fields) == 0 {
		return nil
	}
	defer clear(fields)
	return visit(fields)
}

// ParsePackage reads a stanza of a Packages index.
func ParsePackage(fields map[string]string) (Package, error) {
	p := Package{
		Name: fields["package"], Version: fields["version"], Source: fields["source"],
		Essential: fields["essential"] == "yes", Priority: fields["priority"],
		Recommends: ParseRelation(fields["recommends"]),
		Depends:    append(ParseRelation(fields["pre-depends"]), ParseRelation(fields["depends"])...),
	}
	if p.Name == "" {
		return Package{}, fmt.Errorf("stanza without package")
	}
	p.Source, _, _ = strings.Cut(p.Source, " ")
	if p.Source == "" {
		p.Source = p.Name
	}
	for _, provided := range ParseRelation(fields["provides"]) {
		p.Provides = append(p.Provides, provided...)
	}
	bytes, err := number(fields["size"])
	if err != nil {
		return Package{}, fmt.Errorf("package %s: size: %w", p.Name, err)
	}
	p.DownloadSize = (bytes + 1023) / 1024
	if p.InstalledSize, err = number(fields["installed-size"]); err != nil {
		return Package{}, fmt.Errorf("package %s: installed size: %w", p.Name, err)
	}
	return p, nil
}

// number reads a field that may be missing.
func number(field string) (int, error) {
	if field == "" {
		return 0, nil
	}
	return strconv.Atoi(field)
}
