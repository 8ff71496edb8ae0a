package html_test

import (
	"fmt"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	xhtml "golang.org/x/net/html"

	"dopt/internal/report"
)

// The page can be read by those who do not see it, and its tags are balanced.
func TestStructure(t *testing.T) {
	r, _ := full("")
	page := render(t,
		report.File{Path: "a/Dockerfile", Verified: r, Result: rewritten(t, "FROM a\n", "FROM b\n")},
		report.File{Path: "b/Dockerfile", Err: fmt.Errorf("b/Dockerfile:1: no such file")},
		report.File{Path: "c/Dockerfile", Excluded: ".dopt.yaml"})
	checkTags(t, page)
	doc := parse(t, page)
	level := 0
	for _, e := range elements(doc, "") {
		if len(e.Data) != 2 || e.Data[0] != 'h' || e.Data[1] < '1' || e.Data[1] > '6' {
			continue
		}
		n := int(e.Data[1] - '0')
		if n > level+1 || n == 1 && level > 0 {
			t.Errorf("%s %q comes below level %d", e.Data, content(e), level)
		}
		level = n
	}
	for _, e := range elements(doc, "table") {
		if captions := elements(e, "caption"); len(captions) != 1 || content(captions[0]) == "" {
			t.Errorf("a table has %d captions: %s", len(captions), content(e))
		}
	}
	for _, e := range elements(doc, "th") {
		if s := attribute(e, "scope"); s != "row" && s != "col" {
			t.Errorf("th %q has scope %q", content(e), s)
		}
	}
	ids := map[string]bool{}
	for _, e := range elements(doc, "section") {
		if id := attribute(e, "id"); id != "" {
			if ids[id] {
				t.Errorf("%s is there twice", id)
			}
			ids[id] = true
		}
	}
	links := elements(doc, "a")
	for _, e := range links {
		if !ids[strings.TrimPrefix(attribute(e, "href"), "#")] {
			t.Errorf("a link to %s", attribute(e, "href"))
		}
	}
	if len(ids) != 3 || len(links) != 3 {
		t.Errorf("%d sections, %d links for three files", len(ids), len(links))
	}
	if attribute(elements(doc, "html")[0], "lang") != "en" {
		t.Error("the page does not say its language")
	}
}

// checkTags checks that each element is closed where it is to be: a browser's parser would mend it.
func checkTags(t *testing.T, page string) {
	t.Helper()
	var open []string
	for z := xhtml.NewTokenizer(strings.NewReader(page)); ; {
		switch z.Next() {
		case xhtml.ErrorToken:
			if len(open) > 0 {
				t.Errorf("not closed: %v", open)
			}
			return
		case xhtml.StartTagToken:
			if name := z.Token().Data; name != "meta" && name != "br" {
				open = append(open, name)
			}
		case xhtml.EndTagToken:
			name := z.Token().Data
			if len(open) == 0 || open[len(open)-1] != name {
				t.Fatalf("</%s> in %v", name, open)
			}
			open = open[:len(open)-1]
		}
	}
}

// Each text can be told from what is behind it, in light and in dark mode.
func TestContrast(t *testing.T) {
	css, err := os.ReadFile("style.css")
	if err != nil {
		t.Fatal(err)
	}
	light, dark, ok := strings.Cut(string(css), "prefers-color-scheme: dark")
	if !ok {
		t.Fatal("there is no dark mode")
	}
	for mode, text := range map[string]string{"light": light, "dark": dark} {
		colors := map[string]float64{}
		for _, m := range regexp.MustCompile(`--(\w+): #(\w{6})`).FindAllStringSubmatch(text, -1) {
			colors[m[1]] = luminance(t, m[2])
		}
		// The ratios are what WCAG 2.2 asks for at level AA: of text (1.4.3), and of graphics (1.4.11).
		for _, rule := range []struct {
			ratio        float64
			front, backs string
		}{
			{4.5, "text", "page card old new"},
			{4.5, "faint", "page card old new"},
			{4.5, "good", "page card"},
			{4.5, "bad", "page card"},
			{4.5, "warn", "page card"},
			{4.5, "link", "page"},
			{3, "fill", "page card"},
		} {
			for back := range strings.FieldsSeq(rule.backs) {
				a, known := colors[rule.front]
				b, both := colors[back]
				if got := (max(a, b) + 0.05) / (min(a, b) + 0.05); !known || !both || got < rule.ratio {
					t.Errorf("%s: the contrast of %s on %s is %.1f, want %.1f", mode, rule.front, back, got, rule.ratio)
				}
			}
		}
	}
}

// luminance is the relative luminance of a colour as WCAG 2.2 defines it.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		if c := float64(n) / 255; c <= 0.04045 {
			sum += weight * c / 12.92
		} else {
			sum += weight * math.Pow((c+0.055)/1.055, 2.4)
		}
	}
	return sum
}
