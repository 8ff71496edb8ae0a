// Package language says how the catalog writes down what packages of programming languages need of the
// distribution.
package language

import (
	"slices"
	"strings"
)

// A Language is one whose packages the catalog knows by the names that its own package index has for them.
type Language string

// The languages, with how their packages are named.
const (
	Python Language = "python" // PyPI: "mysqlclient"; an extra is a package of its own: "psycopg[c]"
	Node   Language = "node"   // npm: "canvas", "@img/sharp-linux-x64"
	Ruby   Language = "ruby"   // RubyGems: "nokogiri"
	Rust   Language = "rust"   // crates.io: "openssl-sys"
	Go     Language = "go"     // the module's path: "github.com/mattn/go-sqlite3"
	PHP    Language = "php"    // the extension, as docker-php-ext-install or pecl has it: "gd"
	R      Language = "r"      // CRAN: "RCurl"
	Perl   Language = "perl"   // CPAN: the module, "DBD::mysql"
)

// All are the languages, in the order in which one looks for a bare name.
var All = []Language{Python, Node, Ruby, PHP, Rust, Go, R, Perl}

// Key returns the key of a package in the table of needs.
func Key(l Language, name string) string { return string(l) + " " + normal(l, name) }

// normal returns what all spellings of a name have in common.
func normal(l Language, name string) string {
	switch l {
	case Python:
		return normalPython(name)
	case Rust:
		return strings.ReplaceAll(strings.ToLower(name), "_", "-")
	case Go:
		return withoutMajor(strings.ToLower(name))
	case Node, PHP:
		return strings.ToLower(name)
	}
	return name
}

// normalPython writes a name as PEP 503 does, with its extras sorted: "psycopg[c,pool]".
func normalPython(name string) string {
	name, extras, _ := strings.Cut(name, "[")
	name = strings.Join(strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return strings.ContainsRune("-_. ", r) }), "-")
	wanted := strings.FieldsFunc(strings.ToLower(extras), func(r rune) bool { return strings.ContainsRune(", ]", r) })
	if len(wanted) == 0 {
		return name
	}
	slices.Sort(wanted)
	return name + "[" + strings.Join(wanted, ",") + "]"
}

// withoutMajor drops the major version at the end of a module's path: the needs of /v2 are looked for
// where those of /v1 are.
func withoutMajor(path string) string {
	i := strings.LastIndex(path, "/v")
	if i < 0 || path[i+2:] == "" || strings.Trim(path[i+2:], "0123456789") != "" {
		return path
	}
	return path[:i]
}
