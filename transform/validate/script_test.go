package validate

import (
	"slices"
	"strings"
	"testing"

	"mvdan.cc/sh/v3/syntax"
)

func TestNewScript(t *testing.T) {
	for _, c := range []struct {
		args string
		ok   bool
	}{
		{"/bin/sh -c|make", true},
		{"/bin/bash -o pipefail -ec|make", true},
		{"bash --login -c|make", true},
		{"make|install", false},
		{"/bin/sh|script", false},
		{"powershell -Command|make", false},
		{"cmd /S /C|make", false},
		{"python -c|print()", false},
	} {
		shell, text, _ := strings.Cut(c.args, "|")
		if _, ok := NewScript(append(strings.Fields(shell), text)); ok != c.ok {
			t.Errorf("%s: ok is %v", c.args, ok)
		}
	}
}

func TestCanonical(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"a  &&   b", "a && b", true},
		{"a && b # c", "a&&b", true},
		{"a\nb", "a; b", true},
		{"echo $x `d`", "echo ${x} $(d)", true},
		{"foo >a bar", "foo bar >a", true},
		{"for i; do a; done", "for i in; do a; done", false},
		{"a; b", "a && b", false},
		{`echo "$x"`, "echo $x", false},
		{"echo 'x'", "echo x", false},
		{"a | b", "a |& b", false},
		{"a &", "a", false},
		{"! a", "a", false},
		{"(a)", "{ a; }", false},
		{"cat <<E\nx\nE", "cat <<E\ny\nE", false},
		{"a >x", "a >>x", false},
		{"a 2>x", "a >x", false},
		{"x=1 a", "x=2 a", false},
		{"${x:-a}", "${x-a}", false},
		{"while a; do b; done", "until a; do b; done", false},
		{"case x in a) b ;; esac", "case x in a) b ;& esac", false},
	} {
		if same := canonicalList(stmtsOf(t, c.a)) == canonicalList(stmtsOf(t, c.b)); same != c.same {
			t.Errorf("%q and %q: same is %v", c.a, c.b, same)
		}
	}
}

func stmtsOf(t *testing.T, text string) []*syntax.Stmt {
	t.Helper()
	file, err := Script{Shell: []string{"bash", "-c"}, Text: text}.parse()
	if err != nil {
		t.Fatal(err)
	}
	return file.Stmts
}

// The shell's own words for what -e does: a failure in front of "&&" or behind "!" does not end it.
func TestStrict(t *testing.T) {
	for text, want := range map[string]bool{
		"a": true, "a | b": true, "a || b": true, "(a && b)": true, "{ a; b; }": true, "[[ -e x ]]": true,
		"a && b": false, "! a": false, "a &": false, "a || b && c": false, "{ a; b && c; }": false, "a && b || c": true,
	} {
		if got := strict(stmtsOf(t, text)[0]); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestExecWords(t *testing.T) {
	for text, want := range map[string]string{
		"npm start":                 "npm|start",
		"exec npm start":            "npm|start",
		`nginx -g "daemon off;"`:    "nginx|-g|daemon off;",
		`printf a\ b 'c d'`:         "printf|a b|c d",
		"python -m http.server # x": "python|-m|http.server",
		"A=1 b":                     "",
		"echo $A":                   "",
		"ls *":                      "",
		"ls ~/x":                    "",
		"a {b,c}":                   "",
		"a; b":                      "",
		"a >b":                      "",
		"! a":                       "",
		"source x":                  "",
		"exec -a x y":               "",
		`echo "a\nb"`:               "",
	} {
		words, ok := Script{Shell: []string{"/bin/sh", "-c"}, Text: text}.ExecWords()
		if got := strings.Join(words, "|"); got != want || ok != (want != "") {
			t.Errorf("%q: %q, %v", text, got, ok)
		}
	}
}

func TestCacheAt(t *testing.T) {
	root := Script{Env: []string{"HOME=/srv/app"}}
	for path, want := range map[string]string{
		"/var/lib/apt/lists/*": "apt", "/var/lib/apt/lists": "apt", "/var/lib/apt/lists/partial/*": "apt", "/var/cache/apt/archives/*.deb": "apt",
		"/root/.npm": "npm", "~/.npm/_cacache": "npm", "${HOME}/.cache/pip": "pip", "/srv/app/.cache/pip": "pip", "/home/node/.npm": "npm",
		"/var/lib/gems/2.7.0/cache": "gem", "/go/pkg/mod": "go",
		"/root": "", "/root/.cache": "", "/var/cache/*": "", "/var/cache/aptitude": "", "/var/lib/apt/lists/../../dpkg": "", "/": "", "/var/lib/apt": "",
	} {
		got := ""
		if pm, _, ok := root.cacheAt(path); ok {
			got = pm.name
		}
		if got != want {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
	}
}

// A directory that a variable names stays the same only as long as nobody leaves it.
func TestCallsKnowTheirDirectory(t *testing.T) {
	s := Script{Shell: []string{"sh", "-c"}, Dir: "/w", Text: "a && cd x && b; (cd /y && c); d; cd $Z && e; cd / || f; if g; then cd /h; fi; i"}
	var got []string
	for _, c := range s.calls(stmtsOf(t, s.Text)...) {
		if c.words[0] != "cd" {
			got = append(got, c.words[0]+"="+c.dir)
		}
	}
	want := []string{"a=/w", "b=/w/x", "c=/y", "d=/w/x", "e=/w/x?${Z}", "f=/w/x?${Z}", "g=/", "i="}
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

// Every manager of the table is found by each of its programs, and its own clean-ups empty its caches only.
func TestManagers(t *testing.T) {
	for i := range managers {
		m := &managers[i]
		s := Script{Shell: []string{"sh", "-c"}}
		for _, clean := range m.cleans {
			c := s.calls(stmtsOf(t, m.programs[0]+" "+clean)...)[0]
			if managerOf(c) != m {
				t.Errorf("%s is not %s", c, m.name)
			}
			if _, ok := m.emptiedBy(c); !ok {
				t.Errorf("%s empties no cache", c)
			}
		}
		for _, dir := range slices.Concat(m.caches, m.index, m.store) {
			if _, _, ok := s.cacheAt(dir); !ok {
				t.Errorf("%s of %s is no cache", dir, m.name)
			}
		}
	}
	for text, want := range map[string]string{
		"sudo -E apt-get update": "apt", "env A=b apt-get update": "apt", "DEBIAN_FRONTEND=x apt-get update": "apt", "/usr/bin/apt-get update": "apt",
		"python3.10 -m pip install x": "pip", "pip3.11 install x": "pip", "pip-3.2 install x": "pip", "command npm ci": "npm", "apt-cache search x": "", "pip-compile x": "",
	} {
		got := ""
		if pm := managerOf((Script{}).calls(stmtsOf(t, text)...)[0]); pm != nil {
			got = pm.name
		}
		if got != want {
			t.Errorf("%s is %q, want %q", text, got, want)
		}
	}
}
