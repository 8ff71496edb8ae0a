package html_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"

	xhtml "golang.org/x/net/html"

	"dopt/internal/report"
	"dopt/internal/report/html"
	"dopt/internal/verify/result"
	"dopt/transform"
)

// render writes the page of some files.
func render(t *testing.T, files ...report.File) string {
	t.Helper()
	var b strings.Builder
	var s report.Summary
	p := html.New(&b)
	for _, f := range files {
		s.Add(f)
		if err := p.File(f); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Close(s); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// rewritten is the report of a rewrite.
func rewritten(t *testing.T, before, after string, files ...transform.ChangedFile) *transform.Report {
	t.Helper()
	var docs []*transform.Document
	for _, text := range []string{before, after} {
		doc, err := transform.Parse("Dockerfile", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		docs = append(docs, doc)
	}
	return &transform.Report{Before: docs[0], After: docs[1], Files: files}
}

// A filler sets all fields of a value to texts and numbers of which no two are the same, but for flags, which stay off.
type filler struct {
	// text is a part of each text.
	text string
	n    int
	// texts and numbers are what has been set.
	texts, numbers []string
}

// unseen are fields that the page tells in another way: the texts as a diff, the parts of an ID as the ID.
var unseen = []string{"Version", "Diff", "Original", "Rewritten", "Pass", "Kind"}

func (f *filler) fill(v reflect.Value) {
	switch f.n++; v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			if !slices.Contains(unseen, v.Type().Field(i).Name) {
				f.fill(v.Field(i))
			}
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		f.fill(v.Index(0))
		f.fill(v.Index(1))
	case reflect.String:
		v.SetString(fmt.Sprintf("t%d%s", f.n, f.text))
		f.texts = append(f.texts, v.String())
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(1000 + f.n))
		f.numbers = append(f.numbers, fmt.Sprint(1000+f.n))
	case reflect.Float64:
		v.SetFloat(float64(f.n) + 0.25)
		f.numbers = append(f.numbers, fmt.Sprint(float64(f.n)+0.25))
	}
}

// full returns a result with all that a result can have; text is a part of each of its texts.
func full(text string) (*result.Result, *filler) {
	r, f := &result.Result{}, &filler{text: text}
	f.fill(reflect.ValueOf(r).Elem())
	return r, f
}

// parse reads a page as a browser does.
func parse(t *testing.T, text string) *xhtml.Node {
	t.Helper()
	doc, err := xhtml.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// elements returns the elements of a name in their order; "" is all.
func elements(n *xhtml.Node, name string) []*xhtml.Node {
	var list []*xhtml.Node
	for d := range n.Descendants() {
		if d.Type == xhtml.ElementNode && (name == "" || d.Data == name) {
			list = append(list, d)
		}
	}
	return list
}

// content returns the texts of a node with one blank between them.
func content(n *xhtml.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == xhtml.TextNode && d.Parent.Data != "style" {
			b.WriteString(" " + d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func attribute(n *xhtml.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// What was found out is on the page, each text and each number of it.
func TestAllIsTold(t *testing.T) {
	r, f := full("")
	doc := parse(t, render(t, report.File{Path: r.Path, Verified: r}))
	text := content(doc)
	told := map[string]bool{}
	for _, word := range strings.FieldsFunc(text, func(c rune) bool { return !unicode.IsDigit(c) && c != ',' && c != '.' }) {
		told[strings.ReplaceAll(strings.TrimRight(word, ".,"), ",", "")] = true
	}
	for _, e := range elements(doc, "data") {
		told[attribute(e, "value")] = true
	}
	for _, e := range elements(doc, "") {
		text += " " + attribute(e, "title")
	}
	for _, want := range f.texts {
		if !strings.Contains(text, want) {
			t.Errorf("text %s is not told", want)
		}
	}
	for _, want := range f.numbers {
		if !told[want] {
			t.Errorf("number %s is not told", want)
		}
	}
	if len(f.texts) < 100 || len(f.numbers) < 80 {
		t.Errorf("only %d texts and %d numbers", len(f.texts), len(f.numbers))
	}
}

// attack is what a file name, a Dockerfile or the output of a program could hold.
const attack = `</code></style></title><script>alert(1)</script><img src=http://evil.example/x onerror=alert(2)>" onclick="alert(3)' style='color:red{{.}}` + "\x1b[2J\u202e\xff\r"

// allowed are the elements of the page and, after them, their attributes.
var allowed = map[string][]string{
	"html": {"lang"}, "head": nil, "meta": {"charset", "name", "content", "http-equiv"}, "title": nil, "style": nil, "body": nil,
	"header": nil, "main": nil, "section": {"id", "class"}, "h1": nil, "h2": nil, "h3": nil, "h4": nil, "p": {"class"}, "br": nil,
	"a": {"href"}, "span": {"class", "style"}, "strong": nil, "code": {"class", "title"}, "pre": nil, "data": {"value", "title"},
	"div": {"class", "aria-hidden"}, "del": {"class"}, "ins": {"class"}, "dl": {"class"}, "dt": nil, "dd": {"class"},
	"table": {"class"}, "caption": nil, "thead": nil, "tbody": nil, "tr": nil, "th": {"scope", "class"}, "td": {"class", "colspan"},
	"ul": {"class"}, "ol": {"class"}, "li": {"class"}, "details": nil, "summary": nil,
}

// Whatever the texts are, the page has the elements that it always has, and nothing is loaded or run.
func TestHostileTexts(t *testing.T) {
	file := func(text string) report.File {
		r, _ := full(text)
		other := transform.ChangedFile{Path: text, After: []byte(text + "\n")}
		return report.File{
			Path: text, Context: text, Notes: []string{text}, Verified: r,
			Result: rewritten(t, "FROM a\n# old "+text+"\n", "FROM a\n# new "+text+"\n", other),
		}
	}
	page := render(t, file(attack), file(attack))
	shape := func(page string) (names []string) {
		for _, e := range elements(parse(t, page), "") {
			names = append(names, e.Data)
		}
		return names
	}
	if got, want := shape(page), shape(render(t, file("x"), file("x"))); !slices.Equal(got, want) {
		t.Errorf("%d elements, %d with harmless texts", len(got), len(want))
	}
	for _, e := range elements(parse(t, page), "") {
		attributes, ok := allowed[e.Data]
		if !ok {
			t.Errorf("element %s", e.Data)
		}
		for _, a := range e.Attr {
			switch {
			case !slices.Contains(attributes, a.Key):
				t.Errorf("attribute %s of %s", a.Key, e.Data)
			case a.Key == "href" && !strings.HasPrefix(a.Val, "#"):
				t.Errorf("a link to %s", a.Val)
			case a.Key == "style" && strings.Trim(a.Val, "0123456789.:;%-abcdefghijklmnopqrstuvwxyz") != "":
				t.Errorf("style %s", a.Val)
			}
		}
	}
	for _, r := range page {
		if r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
			t.Fatalf("the page has %U", r)
		}
	}
	for _, e := range elements(parse(t, page), "style") {
		if css := e.FirstChild.Data; strings.Contains(css, "url(") || strings.Contains(css, "@import") || strings.Contains(css, "//") {
			t.Errorf("the style loads something")
		}
	}
	if !strings.Contains(content(parse(t, page)), "alert(1)") {
		t.Error("the texts are not told")
	}
}
