package golang

import (
	"maps"
	"slices"
	"strings"

	"dopt/transform"
)

// needs adds what the programs need of the distribution when they run.
func (f *finder) needs() {
	because := f.out.Evidence[0]
	need := func(what string, because transform.Evidence, packages ...string) {
		f.out.Needs = append(f.out.Needs, transform.Need{What: what, Packages: packages, Evidence: because})
	}
	if f.dynamic {
		need("the C library", because, "libc6")
	}
	if f.cgo {
		need("the compiler's library", because, "libgcc-s1")
		need("the compiler's library for C++", because, "libstdc++6")
		f.out.Needs = append(f.out.Needs, f.Linked()...)
	}
	for _, w := range f.wants() {
		need(w.what, w.because, w.pkg)
	}
}

// A want is something of the system that the source asks for.
type want struct {
	what, pkg string
	because   transform.Evidence
}

// marks are packages of the standard library, or names of functions, by which a program asks for something of the system.
var marks = []struct{ what, pkg, imports, text string }{
	{"certificates of servers", "ca-certificates", "crypto/tls", ""},
	{"certificates of servers", "ca-certificates", "crypto/x509", ""},
	{"certificates of servers", "ca-certificates", "net/http", ""},
	{"users", "base-passwd", "os/user", ""},
	{"types of files", "media-types", "mime", ""},
}

// wants returns what the source asks for. Of modules that are not known it is taken that they ask for all of it.
func (f *finder) wants() (list []want) {
	add := func(w want) {
		if !slices.ContainsFunc(list, func(o want) bool { return o.pkg == w.pkg }) {
			list = append(list, w)
		}
	}
	if f.code.unread {
		because := transform.Evidence{Source: "go.mod", Text: "it uses modules whose source is not read"}
		for _, w := range []want{{"certificates of servers", "ca-certificates", because}, {"time zones", "tzdata", because}, {"folders for temporary files", "base-files", because}, {"users", "base-passwd", because}} {
			add(w)
		}
	}
	for _, folder := range slices.Sorted(maps.Keys(f.code.packages)) {
		p := f.code.packages[folder]
		if p == nil {
			continue
		}
		because := transform.Evidence{Source: folder}
		for _, m := range marks {
			if slices.Contains(p.imports, m.imports) {
				because.Text = "imports " + m.imports
				add(want{m.what, m.pkg, because})
			}
		}
		for _, call := range p.calls {
			switch call {
			case "time.LoadLocation":
				because.Text = call
				add(want{"time zones", "tzdata", because})
			case "os.CreateTemp", "os.MkdirTemp", "os.TempDir", "ioutil.TempFile", "ioutil.TempDir":
				because.Text = call
				add(want{"folders for temporary files", "base-files", because})
			}
		}
		if i := slices.IndexFunc(p.literals, func(l literal) bool { return l.text == "/tmp" || strings.HasPrefix(l.text, "/tmp/") }); i >= 0 {
			add(want{"folders for temporary files", "base-files", p.literals[i].because})
		}
		if slices.Contains(p.imports, "mime/multipart") || slices.ContainsFunc(p.calls, func(c string) bool {
			return strings.HasSuffix(c, ".ParseMultipartForm") || strings.HasSuffix(c, ".FormFile")
		}) {
			because.Text = "reads forms with files"
			add(want{"folders for temporary files", "base-files", because})
		}
	}
	return list
}
