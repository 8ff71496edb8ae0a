package source

import (
	"strings"
	"sync"
)

// A language is one that Scan reads.
type language struct {
	// extensions are separated by blanks.
	extensions string
	// comments begin a comment up to the end of the line, block are the ends of one that goes further.
	comments []string
	block    [2]string
	quotes   []quote
	// begin and end are around the program in a file of something else; "" where all of it is the program.
	begin, end string
	// patterns is true where /…/ is a regular expression.
	patterns bool
	// prefixes is true where letters before a quote say how the string is read.
	prefixes bool
	// bare is true where a call needs no parentheses.
	bare bool
	// store is true where HTTPS is checked against the certificates of the system.
	store bool
	// served is true where frameworks look up the types of the files that they serve in /etc/mime.types.
	served bool
	// includes is true where #include names headers.
	includes bool
	calls    []call
	// settings are variables whose value is a time zone.
	settings []string
	// byLast has the indexes of the calls, in order, by the last part of a name that they match: most names of a source match none.
	byLast map[string][]int
	// hints are what a source of the language has that asks for something.
	hints []hint
}

var (
	double = quote{open: `"`, close: `"`}
	single = quote{open: "'", close: "'"}
	// character is a quote that is no string where it does not end within the line, as in a lifetime of Rust.
	character = single
	slashes   = []string{"//"}
	stars     = [2]string{"/*", "*/"}
)

// languages are all of the table.
func languages() []*language {
	return []*language{
		{
			extensions: ".py .pyw", comments: []string{"#"}, prefixes: true, served: true, calls: pythonCalls, settings: []string{"TIME_ZONE"},
			quotes: []quote{{open: `"""`, close: `"""`, long: true}, {open: "'''", close: "'''", long: true}, double, single},
		},
		{
			extensions: ".js .mjs .cjs .jsx .ts .mts .cts .tsx", comments: slashes, block: stars, patterns: true, calls: nodeCalls,
			quotes: []quote{double, single, {open: "`", close: "`", long: true, insert: "${"}},
		},
		{
			extensions: ".go", comments: slashes, block: stars, store: true, calls: goCalls,
			quotes: []quote{double, {open: "`", close: "`", raw: true, long: true}, character},
		},
		{
			extensions: ".rb .rake .ru", comments: []string{"#"}, block: [2]string{"\n=begin", "\n=end"}, patterns: true, bare: true, store: true, calls: rubyCalls,
			quotes: []quote{
				{open: `"`, close: `"`, long: true, insert: "#{"},
				{open: "'", close: "'", long: true},
				{open: "`", close: "`", insert: "#{", runs: true},
				{open: "%x(", close: ")", long: true, insert: "#{", runs: true},
				{open: "%x{", close: "}", long: true, insert: "#{", runs: true},
				{open: "%x[", close: "]", long: true, insert: "#{", runs: true},
			},
		},
		{
			extensions: ".php .phtml", comments: []string{"//", "#"}, block: stars, begin: "<?", end: "?>", store: true, calls: phpCalls,
			quotes: []quote{{open: `"`, close: `"`, long: true, insert: "$"}, {open: "'", close: "'", long: true}, {open: "`", close: "`", insert: "$", runs: true}},
		},
		{
			extensions: ".java .kt .kts .scala .groovy", comments: slashes, block: stars, calls: javaCalls,
			quotes: []quote{{open: `"""`, close: `"""`, long: true}, double, character},
		},
		{extensions: ".cs", comments: slashes, block: stars, store: true, calls: dotnetCalls, quotes: []quote{{open: `@"`, close: `"`, raw: true, long: true}, double, character}},
		{extensions: ".rs", comments: slashes, block: stars, store: true, calls: rustCalls, quotes: []quote{{open: `r#"`, close: `"#`, raw: true, long: true}, {open: `r"`, close: `"`, raw: true, long: true}, {open: `"`, close: `"`, long: true}, character}},
		{extensions: ".ex .exs", comments: []string{"#"}, store: true, calls: elixirCalls, quotes: []quote{{open: `"""`, close: `"""`, long: true, insert: "#{"}, {open: `"`, close: `"`, insert: "#{"}, single}},
		{
			extensions: ".c .h .cc .cpp .cxx .hh .hpp", comments: slashes, block: stars, store: true, includes: true, calls: cCalls,
			quotes: []quote{{open: `R"(`, close: `)"`, raw: true, long: true}, double, character},
		},
	}
}

// byExtension has the language for each extension.
var byExtension = sync.OnceValue(func() map[string]*language {
	table := map[string]*language{}
	for _, l := range languages() {
		l.hints, l.byLast = hintsOf(l), lastParts(l.calls)
		for _, ext := range strings.Fields(l.extensions) {
			table[ext] = l
		}
	}
	return table
})

// lastParts returns the indexes of calls by the last part of the names that they match.
func lastParts(calls []call) map[string][]int {
	table := map[string][]int{}
	for k, c := range calls {
		for name := range strings.FieldsSeq(c.names) {
			last := lastPart(strings.TrimPrefix(name, "^"))
			if last == "default" { // what a module is called is what it exports by default
				table[lastPart(c.module)] = append(table[lastPart(c.module)], k)
			}
			table[last] = append(table[last], k)
		}
	}
	return table
}
