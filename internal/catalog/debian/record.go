package debian

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A Record is what the catalog keeps of a name in one release.
type Record struct {
	Package // its Version, Source, Priority, Essential and Provides are not kept
	// Real is true if there is a package of that name; else it is only provided.
	Real bool
	// Providers are the packages that provide the name, sorted.
	Providers []string
}

// The fields of a record: the release's place in Releases with the sizes, the dependencies, the recommendations,
// and who provides the name.
const recordFields = 4

// same stands for a field that is as in the record before.
const same = "="

// FormatRecords writes the records of one name, one for each of Releases, as text without line break:
//
//	0,568,145;libpq5	1,595,153;libpq5 libssl-dev	2,612,156;=
func FormatRecords(records []Record) string {
	var sections []string
	var before []string
	for i, r := range records {
		if !r.Real && len(r.Providers) == 0 {
			continue
		}
		fields := r.fields(i)
		section := make([]string, len(fields))
		for k, f := range fields {
			section[k] = f
			if before != nil && f != "" && f == before[k] {
				section[k] = same
			}
		}
		before = fields
		sections = append(sections, strings.TrimRight(strings.Join(section, ";"), ";"))
	}
	return strings.Join(sections, "\t")
}

func (r Record) fields(release int) []string {
	head := mark(release)
	if r.Real {
		head += "," + strconv.Itoa(r.InstalledSize) + "," + strconv.Itoa(r.DownloadSize)
	}
	return []string{
		head, formatRelations(r.Depends), formatRelations(r.Recommends), strings.Join(r.Providers, " "),
	}
}

func formatRelations(relations []Alternatives) string {
	words := make([]string, len(relations))
	for i, a := range relations {
		words[i] = strings.Join(a, "|")
	}
	return strings.Join(words, " ")
}

// ParseRecord returns the record of a release from a text that FormatRecords wrote; ok is false if the
// release does not have the name.
func ParseRecord(name, text string, r Release) (record Record, ok bool, err error) {
	wanted := mark(slices.Index(Releases, r))
	var fields [recordFields]string
	for section := range strings.SplitSeq(text, "\t") {
		i := 0
		var found [recordFields]string
		for f := range strings.SplitSeq(section, ";") {
			if i == recordFields {
				return Record{}, false, fmt.Errorf("record of %s: too many fields", name)
			}
			if f == same {
				f = fields[i]
			}
			found[i] = f
			i++
		}
		fields = found
		if head, _, _ := strings.Cut(fields[0], ","); head == wanted {
			record, err := parseFields(name, fields)
			return record, err == nil, err
		}
	}
	return Record{}, false, nil
}

func parseFields(name string, fields [recordFields]string) (Record, error) {
	r := Record{Providers: strings.Fields(fields[3])}
	_, sizes, ok := strings.Cut(fields[0], ",")
	if !ok {
		return r, nil
	}
	installed, download, _ := strings.Cut(sizes, ",")
	var err, err2 error
	r.Real = true
	r.Name = name
	r.InstalledSize, err = strconv.Atoi(installed)
	r.DownloadSize, err2 = strconv.Atoi(download)
	if err != nil || err2 != nil {
		return Record{}, fmt.Errorf("record of %s: sizes %q", name, sizes)
	}
	r.Depends, r.Recommends = parseRelations(fields[1]), parseRelations(fields[2])
	return r, nil
}

func parseRelations(text string) []Alternatives {
	var relations []Alternatives
	for word := range strings.FieldsSeq(text) {
		relations = append(relations, strings.Split(word, "|"))
	}
	return relations
}
