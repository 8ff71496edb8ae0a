package difftest

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"

	"dopt/transform"
)

// Base is the name that the programs' base image goes by: dopt takes it for what the name says.
const Base = "debian:bookworm-slim"

// ownFiles makes the files that the statements are about. They are the program's own: dopt knows what the base image has, and
// would be right to take them for absent.
const ownFiles = `RUN mkdir -p /w/d1/d2 /opt/app /srv/x /tmp/build && \
    echo one >/w/f1 && echo two >/w/f2 && echo three >/w/d1/f3 && echo four >/opt/f4 && echo five >/tmp/f5 && echo six >/srv/f6 && \
    chmod -R a+rwX /w /opt /srv /tmp`

// Generate returns the program of a seed, to be rewritten at level safe; a seed always gives the same one.
func Generate(seed uint64) *Program {
	g := &generator{rand: rand.New(rand.NewPCG(seed, 0))}
	p := &Program{
		Seed: seed, Level: transform.Safe, CRLF: g.one(12), Backtick: g.one(20), NoFinalNewline: g.one(20), MergeAll: g.one(2),
	}
	if g.one(10) && !p.Backtick {
		p.Head = "# syntax=docker/dockerfile:1\n"
	}
	if g.one(8) {
		g.add(Instruction{Prefix: "ARG BASE=" + Base, Fixed: true})
		g.base = "$BASE"
	}
	stages := []int{1, 1, 1, 2, 3}[g.rand.IntN(5)]
	for stage := range stages {
		g.stage(stage)
	}
	p.Instructions = g.list
	return p
}

type generator struct {
	rand *rand.Rand
	base string
	list []Instruction
	// outputs and names count the files and the other names that the program has used so far.
	outputs, names int
}

// one is true once in n times.
func (g *generator) one(n int) bool { return g.rand.IntN(n) == 0 }

func (g *generator) add(in Instruction) { g.list = append(g.list, in) }

func (g *generator) stage(index int) {
	from := Base
	switch {
	case g.base != "":
		from = g.base
	case index > 0 && g.one(4):
		from = fmt.Sprintf("s%d", index-1)
	}
	g.add(Instruction{Prefix: fmt.Sprintf("FROM %s AS s%d", from, index), Fixed: true})
	if from == Base || from == g.base {
		g.add(Instruction{Prefix: ownFiles})
	}
	if g.one(3) {
		g.add(Instruction{Prefix: "WORKDIR " + g.pick(folders)})
	}
	for range 3 + g.rand.IntN(5) {
		switch {
		case index > 0 && g.one(5):
			g.add(Instruction{Prefix: g.expand(fmt.Sprintf("COPY --from=s%d /w /opt/from{x}", g.rand.IntN(index)))})
		case g.one(2):
			g.idiom(idioms[g.rand.IntN(len(idioms))])
		default:
			for range 1 + g.rand.IntN(3) {
				g.run()
			}
		}
		if g.one(12) {
			g.add(Instruction{Prefix: "# " + g.pick([]string{"next", "RUN not me", "a && b"})})
		}
	}
}

// idiom adds the instructions of an idiom.
func (g *generator) idiom(lines []string) {
	for line := range strings.SplitSeq(g.expand(strings.Join(lines, "\x00")), "\x00") {
		g.add(Instruction{Prefix: line})
	}
}

// run adds a RUN of random statements.
func (g *generator) run() {
	in := Instruction{Prefix: "RUN "}
	heredoc := g.one(10)
	if heredoc {
		in.Prefix, in.Suffix = "RUN <<EOF\n", "\nEOF"
	} else if g.one(15) {
		in.Suffix = " # done"
	} else if g.one(25) {
		in.Suffix = ";"
	}
	for i := range 1 + g.rand.IntN(4) {
		part := Part{Text: g.expand(g.choose(statements)), Join: g.choose(joins)}
		if heredoc {
			part.Join, part.Text = "\n", strings.ReplaceAll(part.Text, "\\\n", "\n")
		}
		if i == 0 && g.one(8) {
			part.Text = g.pick([]string{"set -e; ", "set -ex && ", "set -eux; ", "export A=here && "}) + part.Text
		}
		in.Parts = append(in.Parts, part)
	}
	g.add(in)
}

func (g *generator) pick(list []string) string { return list[g.rand.IntN(len(list))] }

func (g *generator) choose(list []choice) string {
	total := 0
	for _, c := range list {
		total += c.weight
	}
	n := g.rand.IntN(total)
	for _, c := range list {
		if n -= c.weight; n < 0 {
			return c.text
		}
	}
	panic("unreachable")
}

var placeholder = regexp.MustCompile(`\{[nfdvtp]\}`)

// expand fills in the placeholders that choice describes.
func (g *generator) expand(text string) string {
	g.names++
	x := fmt.Sprint(g.names)
	text = strings.NewReplacer("{1}", g.pick(folders), "{2}", g.pick(files), "{x}", x, "{u}", "user"+x).Replace(text)
	return placeholder.ReplaceAllStringFunc(text, func(p string) string {
		switch p[1] {
		case 'n':
			g.outputs++
			return fmt.Sprintf("/o/r%d", g.outputs)
		case 'f':
			return g.pick(files)
		case 'd':
			return g.pick(folders)
		case 'v':
			return g.pick(variables)
		case 't':
			return g.pick(texts)
		}
		return g.pick(packages)
	})
}
