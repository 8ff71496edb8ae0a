package pin

import (
	"fmt"
	"strings"

	"dopt/transform"
)

const kindLatest = "latest"

func run(c *transform.Context) error {
	arguments := map[string]bool{}
	for _, in := range c.Doc.Instructions {
		for _, r := range references(in) {
			if name, ok := variable(r.image); ok && !arguments[name] {
				arguments[name] = true
				pinDefault(c, name)
			} else if !strings.Contains(r.image, "$") {
				pin(c, in, r)
			}
		}
	}
	return nil
}

// pin names the series of an image that an instruction names.
func pin(c *transform.Context, in *transform.Instruction, r reference) {
	if isStage(c.Doc, in, r.image) || strings.EqualFold(r.image, "scratch") || !floats(r.image) {
		return
	}
	base, known := c.Bases.Base(r.image)
	switch {
	case !known: // what tags mean is known of official images only
	case base.Pinned == "":
		c.Missed(in, kindLatest, "%s is not pinned: which release series its latest means is not known", r.image)
	default:
		c.Report(finding(in, base, transform.Edit{Span: r.span, New: base.Pinned}))
	}
}

func finding(in *transform.Instruction, base transform.Base, edit transform.Edit) transform.Finding {
	fix := &transform.Fix{
		Title: "Name the release series that latest is today: " + base.Pinned,
		Level: transform.Standard,
		Evidence: []transform.Evidence{{
			Source: "docker-library/official-images",
			Text:   fmt.Sprintf("latest is the same image as %s (%s) on %s", base.Pinned, base.Release, base.Date),
		}},
		Edits: []transform.Edit{edit},
	}
	return transform.Finding{Kind: kindLatest, Span: in.Span, Message: fix.Title, Fix: fix}
}

// isStage reports whether the name that an instruction uses is, or may be, that of a stage.
func isStage(doc *transform.Document, in *transform.Instruction, name string) bool {
	if in.Keyword == "FROM" {
		return doc.StageOf(name, in.Stage) != nil
	}
	return doc.HasStage(name) || strings.Trim(name, "0123456789") == ""
}

// floats reports whether a reference has no tag, or the tag latest, and no digest.
func floats(image string) bool {
	name := image[strings.LastIndexByte(image, '/')+1:]
	_, tag, tagged := strings.Cut(name, ":")
	return !strings.Contains(image, "@") && (!tagged || tag == "latest")
}
