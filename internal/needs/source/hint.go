package source

import (
	"slices"
	"strings"
	"sync"
)

// A hint is what a source has, as a text anywhere in it, that asks for one kind of thing: all of some words and any of others. Most sources
// have none, and need not be cut into tokens.
type hint struct{ all, any []string }

// hintsOf returns the hints of a language. They follow from what the scanner looks for.
func hintsOf(l *language) []hint {
	hints := []hint{{any: slices.Concat(l.settings, systemRoots(), []string{zonesImport})}}
	if l.store {
		hints = append(hints, hint{all: []string{secure}})
	}
	if l.served {
		hints = append(hints, hint{any: extensionsOfTypes()})
	}
	if l.includes {
		hints = append(hints, hint{all: []string{"include"}})
	}
	for _, q := range l.quotes {
		if q.runs {
			hints = append(hints, hint{all: []string{q.open}})
		}
	}
	for _, c := range l.calls {
		h := c.hint()
		same := slices.IndexFunc(hints, func(o hint) bool { return len(o.all) > 0 && slices.Equal(o.all, h.all) })
		switch {
		case same < 0:
			hints = append(hints, h)
		case len(h.any) == 0:
			hints[same].any = nil
		case len(hints[same].any) > 0:
			hints[same].any = append(hints[same].any, h.any...)
		}
	}
	return hints
}

// hint is that of a call: a file may give module and function other names, but has to say whose.
func (c *call) hint() hint {
	var h hint
	for _, name := range []string{c.module, c.beside} {
		if name != "" {
			h.all = append(h.all, lastPart(name))
		}
	}
	for name := range strings.FieldsSeq(c.names) {
		if name == "default" { // it is named as the file likes
			h.any = nil
			break
		}
		h.any = append(h.any, lastPart(strings.TrimPrefix(name, "^")))
	}
	return h
}

func lastPart(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

// systemRoots are the folders at the top in which the system's files lie.
func systemRoots() []string {
	var roots []string
	for _, name := range system {
		top, _, _ := strings.Cut(name[1:], "/")
		roots = append(roots, "/"+top+"/")
	}
	slices.Sort(roots)
	return slices.Compact(roots)
}

// unescaped takes escapes away, so that what a string means can be found in the source as it is meant.
var unescaped = sync.OnceValue(func() *strings.Replacer { return strings.NewReplacer("\\\n", "", `\`, "") })

// silent reports whether a source asks for nothing, as its words alone tell.
func (l *language) silent(src string) bool {
	if strings.IndexByte(src, '\\') >= 0 {
		src = unescaped().Replace(src)
	}
	var there pairs
	there.add(src)
	has := func(word string) bool { return there.hold(word) && strings.Contains(src, word) }
	lacks := func(word string) bool { return !has(word) }
	return !slices.ContainsFunc(l.hints, func(h hint) bool {
		return !slices.ContainsFunc(h.all, lacks) && (len(h.any) == 0 || slices.ContainsFunc(h.any, has))
	})
}

// pairs are the pairs of bytes that a text has, a bit each. Most words have one that the text lacks, so that few need to be searched for.
type pairs [1 << 16 / 64]uint64

func (p *pairs) add(text string) {
	for i := 1; i < len(text); i++ {
		pair := uint16(text[i-1])<<8 | uint16(text[i])
		p[pair/64] |= 1 << (pair % 64)
	}
}

// hold reports whether the text has all pairs of a word.
func (p *pairs) hold(word string) bool {
	for i := 1; i < len(word); i++ {
		if pair := uint16(word[i-1])<<8 | uint16(word[i]); p[pair/64]&(1<<(pair%64)) == 0 {
			return false
		}
	}
	return true
}
