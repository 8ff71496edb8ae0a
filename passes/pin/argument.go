package pin

import (
	"regexp"
	"strings"
	"sync"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"dopt/transform"
)

// variable returns the name of the build argument that a reference consists of.
func variable(image string) (name string, ok bool) {
	name, ok = strings.CutPrefix(image, "$")
	if inner, braced := strings.CutPrefix(name, "{"); braced {
		name, ok = strings.CutSuffix(inner, "}")
	}
	return name, ok && argumentName().MatchString(name)
}

var argumentName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`) })

// pinDefault names the series of the image that is the default of a build argument above the first FROM.
func pinDefault(c *transform.Context, name string) {
	in, value := defaultOf(c.Doc, name)
	if in == nil || strings.Contains(value, "$") || !floats(value) || c.Doc.HasStage(value) {
		return
	}
	base, known := c.Bases.Base(value)
	if !known || base.Pinned == "" {
		return
	}
	at, found := placeOf(in, name, value)
	switch {
	case !found:
		c.Missed(in, kindLatest, "%s is not pinned: the argument is not written plainly", value)
	case !onlyFrom(c.Doc, name):
		c.Missed(in, kindLatest, "%s is not pinned: the argument %s is used for more than FROM", value, name)
	default:
		c.Report(finding(in, base, transform.Edit{Span: at, New: base.Pinned}))
	}
}

// defaultOf returns the one ARG above the first FROM that declares a name, and its value; nil if there
// are none or several.
func defaultOf(doc *transform.Document, name string) (in *transform.Instruction, value string) {
	for _, head := range doc.Head {
		for _, kv := range head.Command.(*instructions.ArgCommand).Args {
			switch {
			case kv.Key != name:
			case in != nil || kv.Value == nil:
				return nil, ""
			default:
				in, value = head, unquoted(*kv.Value)
			}
		}
	}
	return in, value
}

// unquoted returns a value without the quotes around it.
func unquoted(value string) string {
	for _, quote := range []string{`"`, "'"} {
		if inner, ok := strings.CutPrefix(value, quote); ok {
			return strings.TrimSuffix(inner, quote)
		}
	}
	return value
}

// placeOf returns where the value of an argument stands in the source.
func placeOf(in *transform.Instruction, name, value string) (transform.Span, bool) {
	args := in.Args()
	for _, quote := range []string{"", `"`, "'"} {
		written := name + "=" + quote + value + quote
		at := strings.Index(" "+args.Text+" ", " "+written+" ")
		if at < 0 {
			continue
		}
		start := at + len(name) + 1 + len(quote)
		span := args.Span(start, start+len(value))
		return span, string(in.Document().Src[span.Start:span.End]) == value
	}
	return transform.Span{}, false
}

// onlyFrom reports whether FROM names an argument as its whole image, and nothing else uses it.
func onlyFrom(doc *transform.Document, name string) bool {
	for _, in := range doc.Instructions {
		switch {
		case in.Stage == nil:
			if strings.Contains(in.Source(), "$"+name) || strings.Contains(in.Source(), "${"+name) {
				return false
			}
		case in.Keyword == "FROM":
			of, whole := variable(in.Stage.Base)
			if strings.Contains(in.Stage.Base, name) && (!whole || of != name) || strings.Count(in.Source(), name) > 1 {
				return false
			}
		case strings.Contains(in.Source(), name):
			return false
		}
	}
	return true
}
