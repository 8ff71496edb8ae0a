package smoke

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// ParseCommand reads a test as --test takes it: a command in the place of the image's ENTRYPOINT and CMD. Plain words are
// started as they are, so that no shell is needed; all else is a script for the image's /bin/sh.
func ParseCommand(text string) (Check, error) {
	if strings.TrimSpace(text) == "" {
		return Check{}, fmt.Errorf("an empty command tests nothing")
	}
	words, err := plainWords(text)
	if err != nil {
		return Check{}, err
	}
	if words == nil {
		words = []string{"/bin/sh", "-c", text}
	}
	return Check{Entrypoint: words, Name: text}, nil
}

// plainWords returns the words of a simple command without expansions; nil where it is something else.
func plainWords(text string) ([]string, error) {
	file, err := syntax.NewParser(syntax.Variant(syntax.LangPOSIX)).Parse(strings.NewReader(text), "")
	if err != nil {
		return nil, fmt.Errorf("%q: %w", text, err)
	}
	if len(file.Stmts) != 1 {
		return nil, nil
	}
	stmt := file.Stmts[0]
	call, ok := stmt.Cmd.(*syntax.CallExpr)
	if !ok || len(call.Assigns) > 0 || len(stmt.Redirs) > 0 || stmt.Background || stmt.Negated {
		return nil, nil
	}
	var words []string
	for _, w := range call.Args {
		word, ok := literal(w)
		if !ok {
			return nil, nil
		}
		words = append(words, word)
	}
	return words, nil
}

// literal returns the value of a word that a shell leaves as it is, quotes apart.
func literal(w *syntax.Word) (string, bool) {
	var b strings.Builder
	for _, part := range w.Parts {
		switch part := part.(type) {
		case *syntax.Lit:
			if strings.ContainsAny(part.Value, `\*?[~`) {
				return "", false
			}
			b.WriteString(part.Value)
		case *syntax.SglQuoted:
			b.WriteString(part.Value)
		case *syntax.DblQuoted:
			for _, p := range part.Parts {
				lit, ok := p.(*syntax.Lit)
				if !ok || strings.Contains(lit.Value, `\`) {
					return "", false
				}
				b.WriteString(lit.Value)
			}
		default:
			return "", false
		}
	}
	return b.String(), true
}

// ParseProbe reads a probe as --probe takes it: "http://:8000/health", "tcp://:5432", or a number of seconds that the
// program has to run.
func ParseProbe(text string) (Check, error) {
	if seconds, err := strconv.Atoi(strings.TrimSuffix(text, "s")); err == nil && seconds > 0 {
		return Check{Probe: &Probe{Alive: seconds}, Seconds: seconds + 60}, nil
	}
	u, err := url.Parse(text)
	if err != nil {
		return Check{}, fmt.Errorf("%q is no probe: %w", text, err)
	}
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	local := u.Hostname() == "" || u.Hostname() == "localhost" || u.Hostname() == "127.0.0.1"
	switch {
	case u.Scheme != "http" && u.Scheme != "tcp":
		return Check{}, fmt.Errorf("%q is no probe: it is http://:PORT/PATH, tcp://:PORT or SECONDS", text)
	case err != nil || port == 0:
		return Check{}, fmt.Errorf("%q needs the port that the server listens on", text)
	case !local:
		return Check{}, fmt.Errorf("%q: the server is inside the image, so the host is left out", text)
	case u.Scheme == "tcp":
		return Check{Probe: &Probe{Port: int(port)}}, nil
	}
	return Check{Probe: &Probe{Port: int(port), Path: u.RequestURI()}}, nil
}
