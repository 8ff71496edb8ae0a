package needs

import (
	"slices"
	"strings"

	"dopt/transform/shell"
)

// addresses adds the certificates that a program checks the server of an address with.
func (f *frame) addresses(name string, c command) {
	f.image.fetches = f.image.fetches || fetchesSources(name, c)
	if slices.ContainsFunc(c.argv[1:], httpsSource) {
		f.walk.need(Need{Kind: Certificates, Evidence: c.because, Certainty: c.certainty})
		return
	}
	if !slices.Contains([]string{"curl", "wget", "git", "aria2c", "http", "openssl", "svn", "hg"}, name) {
		return
	}
	if slices.ContainsFunc(c.argv[1:], func(w string) bool { return strings.HasPrefix(w, "https://") }) {
		f.walk.need(Need{Kind: Certificates, Evidence: c.because, Certainty: c.certainty})
		return
	}
	if slices.Contains(c.argv[1:], shell.Unknown) && (name == "curl" || name == "wget" || slices.Contains(c.argv, "clone")) && !local(c) {
		f.walk.need(Need{Kind: Certificates, Evidence: c.because, Certainty: Likely})
	}
}

// archives are ends of the names of archives that hold sources or programs.
var archives = []string{".tar", ".gz", ".tgz", ".xz", ".bz2", ".zip", ".git"}

// fetchesSources reports whether a command fetches sources.
func fetchesSources(name string, c command) bool {
	switch name {
	case "git", "svn", "hg":
		return slices.Contains(c.argv, "clone") || slices.Contains(c.argv, "checkout") && name == "svn"
	case "curl", "wget", "aria2c":
		return slices.ContainsFunc(c.raw, func(w string) bool {
			return slices.ContainsFunc(archives, func(end string) bool { return strings.HasSuffix(strings.Trim(w, `"'`), end) })
		})
	}
	return false
}

// httpsSource reports whether a word is a line of apt's sources with an address that apt checks the certificate of.
func httpsSource(word string) bool {
	kind, rest, _ := strings.Cut(word, " ")
	return (kind == "deb" || kind == "deb-src") && strings.Contains(rest, "https://")
}

// local reports whether a word is an address without TLS.
func local(c command) bool {
	return slices.ContainsFunc(c.argv, func(w string) bool { return strings.HasPrefix(w, "http://") }) ||
		slices.ContainsFunc(c.raw, func(w string) bool {
			return strings.HasPrefix(strings.Trim(w, `"`), "http://") || strings.Contains(w, "localhost")
		})
}
