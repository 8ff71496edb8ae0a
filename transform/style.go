package transform

import (
	"strings"
	"unicode"
)

// A Style is how a file lays out its RUN scripts and writes its keywords; new
// text follows it.
type Style struct {
	// Indent stands before a continued line.
	Indent string
	// AndFirst is true where "&&" begins a continued line, false where it ends the line before.
	AndFirst bool
	// Lower is true where keywords are in lower case.
	Lower bool
}

// votes counts what the lines of instructions do.
type votes struct {
	// command counts the indentation of lines that begin a command, argument that of other lines.
	command, argument map[string]int
	first, last       int
	lower, keywords   int
}

// Style returns the style that most lines of the document follow; what it does
// not tell is as in Docker's documentation: four spaces, "&&" first, upper case.
func (d *Document) Style() Style {
	if d.style == nil {
		v := newVotes()
		for _, in := range d.Instructions {
			v.count(in)
		}
		s := v.style(Style{Indent: "    ", AndFirst: true})
		d.style = &s
	}
	return *d.style
}

// Style returns the style of one instruction, and of the document where the instruction does not tell.
func (in *Instruction) Style() Style {
	v := newVotes()
	v.count(in)
	return v.style(in.doc.Style())
}

// Keyword returns an upper-case keyword in the style's case.
func (s Style) Keyword(word string) string {
	if s.Lower {
		return strings.ToLower(word)
	}
	return word
}

func newVotes() votes { return votes{command: map[string]int{}, argument: map[string]int{}} }

func (v *votes) count(in *Instruction) {
	v.keywords++
	if word := in.Node.Value; word == strings.ToLower(word) {
		v.lower++
	}
	if in.Keyword != "RUN" {
		return
	}
	begins := false // whether the line begins a command
	for i, l := range in.Lines {
		if l.Kind != Text {
			continue
		}
		body := string(in.doc.Src[l.Body.Start:l.Body.End])
		text := strings.TrimSpace(body)
		if strings.HasPrefix(text, "&&") {
			begins = true
			v.first++
		}
		if i > 0 && text != "" {
			list := v.argument
			if begins {
				list = v.command
			}
			list[body[:len(body)-len(strings.TrimLeftFunc(body, unicode.IsSpace))]]++
		}
		begins = false
		if l.Continued && (strings.HasSuffix(text, "&&") || strings.HasSuffix(text, ";")) {
			begins = true
			if strings.HasSuffix(text, "&&") {
				v.last++
			}
		}
	}
}

func (v *votes) style(fallback Style) Style {
	s := fallback
	list := v.command
	if len(list) == 0 {
		list = v.argument
	}
	best := 0
	for indent, n := range list {
		if n > best || n == best && indent < s.Indent {
			best, s.Indent = n, indent
		}
	}
	if v.first != v.last {
		s.AndFirst = v.first > v.last
	}
	if v.keywords > 0 {
		s.Lower = 2*v.lower > v.keywords
	}
	return s
}
