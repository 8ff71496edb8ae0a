package debian

import "strings"

// ParseRelation reads a list of relations such as "libc6 (>= 2.36), python3:any | python3-minimal": the
// names only. It leaves out repetitions.
func ParseRelation(field string) []Alternatives {
	return ParseSatisfiable(field, func(string) string { return "" })
}

// ParseSatisfiable is ParseRelation without the alternatives that the release cannot meet: libcgi-pm-perl | perl (<< 5.19)
// is libcgi-pm-perl where perl is newer. The version of a package is "" if there is none of that name, and
// anything is then good enough: it may be provided. Without any alternative left, the relation stays as it is.
func ParseSatisfiable(field string, version func(name string) string) []Alternatives {
	var relations []Alternatives
	seen := map[string]bool{}
	for clause := range strings.SplitSeq(field, ",") {
		var all, names Alternatives
		for alternative := range strings.SplitSeq(clause, "|") {
			name, constraint := splitRelation(alternative)
			if name == "" {
				continue
			}
			all = append(all, name)
			if satisfies(version(name), constraint) {
				names = append(names, name)
			}
		}
		if len(names) == 0 {
			names = all
		}
		if key := strings.Join(names, "|"); key != "" && !seen[key] {
			seen[key] = true
			relations = append(relations, names)
		}
	}
	return relations
}

// splitRelation splits "python3:any (>= 3.11) [amd64]" into "python3" and ">= 3.11".
func splitRelation(text string) (name, constraint string) {
	name, rest, _ := strings.Cut(strings.TrimSpace(text), "(")
	name, _, _ = strings.Cut(strings.TrimSpace(name), " ")
	name, _, _ = strings.Cut(name, ":")
	constraint, _, _ = strings.Cut(rest, ")")
	return name, strings.TrimSpace(constraint)
}

// satisfies tells whether a version meets a constraint such as ">= 3.11".
func satisfies(version, constraint string) bool {
	operator := constraint[:len(constraint)-len(strings.TrimLeft(constraint, "<>="))]
	if version == "" || operator == "" {
		return true
	}
	order := CompareVersions(version, strings.TrimSpace(constraint[len(operator):]))
	switch operator {
	case "<<":
		return order < 0
	case "<=":
		return order <= 0
	case ">=":
		return order >= 0
	case ">>":
		return order > 0
	}
	return order == 0
}
