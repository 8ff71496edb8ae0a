package llb

import (
	"bytes"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"dopt/transform"
)

// argsOf returns the arguments that an ARG instruction declares.
func argsOf(in *transform.Instruction) []instructions.KeyValuePairOptional {
	if c, ok := in.Command.(*instructions.ArgCommand); ok {
		return c.Args
	}
	return nil
}

// placeholders returns values for the build arguments that are declared without a default, so
// that the compiler sees where each is used. The value depends on the name and its use alone.
// Where another stage gives such an argument a default, the value hides it: those
// declarations are returned, to be compared as they are written.
func placeholders(doc *transform.Document) (args map[string]string, hidden []string) {
	args = map[string]string{}
	global := map[string]bool{}
	for _, in := range doc.Instructions {
		for _, kv := range argsOf(in) {
			switch {
			case kv.Value != nil && in.Stage == nil:
				global[kv.Key] = true
			case kv.Value == nil && !global[kv.Key] && !predefined(kv.Key):
				args[kv.Key] = placeholder(doc.Src, kv.Key)
			}
		}
	}
	for _, in := range doc.Instructions {
		for _, kv := range argsOf(in) {
			if _, ok := args[kv.Key]; ok && kv.Value != nil {
				hidden = append(hidden, kv.Key+"="+*kv.Value)
			}
		}
	}
	return args, hidden
}

// predefined reports whether BuildKit itself gives the argument a meaning.
func predefined(key string) bool {
	return strings.HasSuffix(strings.ToUpper(key), "_PROXY") || strings.HasPrefix(key, "TARGET") || strings.HasPrefix(key, "BUILDKIT_") ||
		slices.Contains([]string{"BUILDPLATFORM", "BUILDOS", "BUILDOSVERSION", "BUILDARCH", "BUILDVARIANT", "SOURCE_DATE_EPOCH"}, key)
}

// special are uses that take no free text: the instruction, "" for any, what stands in front of
// the argument, and a value that is valid there.
var special = []struct{ keyword, front, value string }{
	{"FROM", "--platform=", target.OS + "/" + target.Architecture},
	{"FROM", "@", anyDigest},
	{"", "sha256:", strings.TrimPrefix(anyDigest, "sha256:")},
	{"", "--checksum=", anyDigest},
	{"", "--chmod=", "0751"},
	{"STOPSIGNAL", "", "SIGUSR2"},
	{"EXPOSE", "", "10751"},
}

// placeholder returns a value that is valid where the argument is used.
func placeholder(src []byte, key string) string {
	for line := range bytes.Lines(src) {
		text := string(line)
		keyword, _, _ := strings.Cut(strings.TrimSpace(text), " ")
		at := max(strings.Index(text, "$"+key), strings.Index(text, "${"+key))
		for _, s := range special {
			if at >= 0 && (s.keyword == "" || strings.EqualFold(keyword, s.keyword)) && strings.HasSuffix(text[:at], s.front) {
				return s.value
			}
		}
	}
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(key))
	return "arg-" + strings.Trim(name, "-")
}
