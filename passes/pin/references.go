package pin

import (
	"strings"

	"dopt/transform"
)

// A reference is an image that an instruction names.
type reference struct {
	image string
	// span is where it stands in the source, byte for byte.
	span transform.Span
}

// references returns the images that an instruction names: those of FROM, COPY --from and RUN --mount=from. What is
// quoted, or broken over lines, is left out.
func references(in *transform.Instruction) []reference {
	var found []reference
	add := func(span transform.Span, image string) {
		if image != "" && string(in.Document().Src[span.Start:span.End]) == image {
			found = append(found, reference{image, span})
		}
	}
	switch in.Keyword {
	case "FROM":
		args := in.Args()
		add(args.Span(0, min(len(in.Stage.Base), len(args.Text))), in.Stage.Base)
	case "COPY", "RUN":
		for _, f := range in.Flags() {
			switch {
			case f.Name == "from" && in.Keyword == "COPY":
				add(transform.Span{Start: f.Span.End - len(f.Value), End: f.Span.End}, f.Value)
			case f.Name == "mount":
				at := f.Span.End - len(f.Value)
				for field := range strings.SplitSeq(f.Value, ",") {
					end := at + len(field)
					if image, ok := strings.CutPrefix(field, "from="); ok {
						add(transform.Span{Start: end - len(image), End: end}, image)
					}
					at = end + 1
				}
			}
		}
	}
	return found
}
