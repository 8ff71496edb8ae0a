package order

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"dopt/transform"
)

// report reports the new order, and why installs stay where they are.
func (p *plan) report() {
	if len(p.gains) > 0 {
		edits, added := p.edits()
		first := p.gains[len(p.gains)-1]
		p.Report(transform.Finding{
			Kind: "copy", Span: first.t.in.Span, Message: fmt.Sprintf("a change of %s runs `%s` again", first.t.what(), first.text),
			Fix: &transform.Fix{
				Title: p.title(), Level: transform.Standard, Evidence: p.evidence(added),
				Saving: transform.Saving{Rebuild: p.rebuild()}, Edits: edits,
			},
		})
	}
	p.missed()
}

// title says what now comes before the copy.
func (p *plan) title() string {
	// What says most comes first: an install of the project's dependencies, the source.
	weight := func(g gain) int {
		w := 0
		if g.readsManifests() {
			w += 2
		}
		if g.t.wide() {
			w++
		}
		return w
	}
	first := slices.MaxFunc(p.gains, func(a, b gain) int { return cmp.Compare(weight(a), weight(b)) })
	return fmt.Sprintf("Run `%s` before %s is copied", first.text, first.t.what())
}

// readsManifests reports whether a gain is an install of what manifests name.
func (g gain) readsManifests() bool {
	return g.step.install != nil
}

// what names what a transfer copies.
func (t *transfer) what() string {
	if t.wide() {
		return "the source"
	}
	for _, f := range t.in.Flags() {
		if f.Name == "from" {
			return "what stage " + f.Value + " makes"
		}
	}
	words := strings.Fields(strings.NewReplacer("[", " ", "]", " ", `"`, " ", ",", " ").Replace(t.in.Args().Text))
	return brief(strings.Join(words[:max(0, len(words)-1)], " "))
}

func (p *plan) evidence(added []need) []transform.Evidence {
	var list []transform.Evidence
	for _, n := range added {
		list = append(list, n.because)
	}
	for _, g := range p.gains {
		e := transform.Evidence{Source: p.Doc.Name, Line: g.in().Line(), Text: fmt.Sprintf("`%s` reads nothing of %s", g.text, g.t.what())}
		if g.readsManifests() {
			e.Text = fmt.Sprintf("`%s` reads of %s only what is copied before it", g.text, g.t.what())
		}
		if !slices.Contains(list, e) {
			list = append(list, e)
		}
	}
	return list
}

// rebuild says what a change no longer runs again.
func (p *plan) rebuild() string {
	var t *transfer
	for _, g := range p.gains {
		if t == nil || g.t.wide() && !t.wide() {
			t = g.t
		}
	}
	var runs []string
	for _, g := range p.gains {
		if text := "`" + g.text + "`"; g.t == t && !slices.Contains(runs, text) {
			runs = append(runs, text)
		}
	}
	text := "a change of " + t.what()
	if t.ofContext() && p.Project != nil {
		var paths []string
		for _, e := range t.entries {
			paths = append(paths, e.context)
		}
		if churn := p.Project.Churn(paths...); strings.Contains(churn.Source, "commits") {
			text += " (" + churn.Source + ")"
		}
	}
	return text + " no longer runs " + list(runs) + " again"
}

// list joins words as in a sentence.
func list(words []string) string {
	if n := len(words); n > 1 {
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
	return words[0]
}

// missed says, once for each install, why a change of the source runs it again.
func (p *plan) missed() {
	told := map[*transform.Instruction]bool{}
	for _, r := range p.reasons {
		if !r.t.wide() || r.in == nil || r.text == needed || slices.ContainsFunc(p.gains, func(g gain) bool { return g.in() == r.in }) {
			continue
		}
		in, text, why := r.in, "", r.text
		if r.refused != nil {
			text = r.refused.text
		} else if in, text = p.installBehind(r.in); in == nil || strings.HasPrefix(why, "`"+text+"`") {
			continue
		}
		if told[in] {
			continue
		}
		told[in] = true
		if r.downloads {
			p.Missed(in, "dependencies", "a change of the source downloads the dependencies of `%s` again: %s%s", text, why, p.advice())
			continue
		}
		p.Missed(in, "dependencies", "a change of the source runs `%s` again: %s", text, why)
	}
}

// advice is what helps where no step of its own can download.
func (p *plan) advice() string {
	if p.Settings.CacheMounts {
		return ""
	}
	return "; --cache-mounts keeps the downloads between builds"
}

// installBehind returns the first install from an instruction on that a change of the source need
// not run again: of what manifests name, or of system packages.
func (p *plan) installBehind(in *transform.Instruction) (*transform.Instruction, string) {
	for _, s := range p.steps {
		if s.in == nil || s.in.Index < in.Index {
			continue
		}
		for _, c := range s.calls {
			use := c.effect.Use
			if use == nil || !p.forProject(c) {
				continue
			}
			if slices.Contains(system, use.Manager.Ecosystem) || !p.free(use, c.Argv()) && len(use.Packages) == 0 {
				return s.in, c.text
			}
		}
	}
	return nil, ""
}
