package transform

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// A Pragma is a comment that tells a tool to leave something alone.
type Pragma struct {
	// Tool is "dopt", "hadolint", "check" (BuildKit), "tally" or "dockerfmt".
	Tool string
	// Names are what is ignored: passes or rules; empty means all.
	Names []string
	// Reason is what the author gives as reason.
	Reason string
	// File is true when it holds for the whole file, else it holds for the
	// instruction below, and for the whole stage where that is FROM.
	File bool
	// Line is 1-based; Span is the comment's line.
	Line int
	Span Span
	// Target is the instruction that the pragma is bound to; nil where File is set or nothing follows.
	Target *Instruction
}

var pragmaForms = sync.OnceValue(func() map[string]*regexp.Regexp {
	return map[string]*regexp.Regexp{
		"dopt":      regexp.MustCompile(`^#\s*dopt:\s*(ignore-file|ignore)(?:\s*=\s*([\w,-]+))?(?:\s+reason\s*=\s*(.+))?\s*$`),
		"hadolint":  regexp.MustCompile(`^#\s*hadolint\s+(global\s+|stage\s+)?ignore\s*=\s*([\w,\s]+)`),
		"check":     regexp.MustCompile(`^#\s*(check)\s*=\s*skip=([\w,]+)`),
		"tally":     regexp.MustCompile(`^#\s*tally\s+(global\s+)?ignore\s*=\s*([\w,/-]+)`),
		"dockerfmt": regexp.MustCompile(`^#\s*(dockerfmt-ignore)`),
	}
})

// Pragmas returns the pragmas of the file, in source order.
func (d *Document) Pragmas() []Pragma {
	if d.pragmas == nil {
		d.pragmas = d.findPragmas()
	}
	return d.pragmas
}

func (d *Document) findPragmas() []Pragma {
	found := []Pragma{}
	if !bytes.Contains(d.Src, []byte("ignore")) && !bytes.Contains(d.Src, []byte("skip")) {
		return found
	}
	next := 0
	for i, raw := range d.lines {
		for next < len(d.Instructions) && d.Instructions[next].Node.EndLine <= i {
			next++
		}
		text := strings.TrimSpace(strings.TrimPrefix(string(d.Src[raw.start:raw.eol]), string(bom)))
		if !strings.HasPrefix(text, "#") {
			continue
		}
		var target *Instruction
		if next < len(d.Instructions) {
			target = d.Instructions[next]
			if i+1 >= target.Node.StartLine {
				continue // within the instruction: data, or a comment that no tool reads
			}
		}
		if p, ok := parsePragma(text); ok {
			p.Line, p.Span = i+1, Span{raw.start, raw.end}
			if !p.File {
				p.Target = target
			}
			found = append(found, p)
		}
	}
	return found
}

func parsePragma(text string) (Pragma, bool) {
	for _, tool := range []string{"dopt", "hadolint", "check", "tally", "dockerfmt"} {
		m := pragmaForms()[tool].FindStringSubmatch(text)
		if m == nil {
			continue
		}
		scope := strings.TrimSpace(m[1])
		p := Pragma{Tool: tool, File: scope == "global" || scope == "ignore-file"}
		if len(m) > 2 && m[2] != "" {
			p.Names = strings.FieldsFunc(m[2], func(r rune) bool { return r == ',' || r == ' ' || r == '\t' })
		}
		if len(m) > 3 {
			p.Reason = strings.Trim(strings.TrimSpace(m[3]), `"'`)
		}
		return p, true
	}
	return Pragma{}, false
}

// Pragmas returns the pragmas that are bound to the instruction.
func (in *Instruction) Pragmas() []Pragma {
	var bound []Pragma
	for _, p := range in.doc.Pragmas() {
		if p.Target == in {
			bound = append(bound, p)
		}
	}
	return bound
}

// covers reports whether the pragma holds for an instruction.
func (p Pragma) covers(in *Instruction) bool {
	if p.File || p.Target == in {
		return true
	}
	// check and dockerfmt mean the next instruction alone.
	return p.Target != nil && p.Target.Keyword == "FROM" && p.Target.Stage == in.Stage && p.Tool != "check" && p.Tool != "dockerfmt"
}

// rules names the rules of other tools that ask for what a kind of fix does: who ignores the
// rule does not want the fix. Source: the rule lists of hadolint (wiki) and BuildKit (docs/rules).
var rules = map[string][]string{
	"join": {"DL3059"}, "apt-lists": {"DL3009"}, "apt": {"DL3027"}, "apk-cache": {"DL3019"},
	"pip-cache": {"DL3042"}, "yum-cache": {"DL3032"}, "dnf-cache": {"DL3040", "DL3041"}, "zypper-cache": {"DL3036"},
	"yarn-cache": {"DL3060"}, "maintainer": {"DL4000", "MaintainerDeprecated"}, "add": {"DL3020"},
	"exec-form": {"DL3025", "JSONArgsRecommended"}, "cd": {"DL3003"}, "workdir": {"DL3000", "WorkdirRelativePath"},
	"legacy-env": {"LegacyKeyValueFormat"}, "case": {"ConsistentInstructionCasing", "FromAsCasing"},
	"empty-continuation": {"NoEmptyContinuation"}, "latest": {"DL3006", "DL3007"},
}

// ignoredBy returns the pragma that switches a finding of a pass off for an instruction.
func (d *Document) ignoredBy(pass, kind string, in *Instruction) (Pragma, bool) {
	for _, p := range d.Pragmas() {
		if !p.covers(in) {
			continue
		}
		switch p.Tool {
		case "dopt":
			if len(p.Names) == 0 || slices.Contains(p.Names, pass) {
				return p, true
			}
		case "dockerfmt":
			if pass == "format" {
				return p, true
			}
		default:
			for _, rule := range rules[kind] {
				if slices.ContainsFunc(p.Names, func(n string) bool { return n == "all" || n == rule || strings.HasSuffix(n, "/"+rule) }) {
					return p, true
				}
			}
		}
	}
	return Pragma{}, false
}
