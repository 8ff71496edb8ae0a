package shell

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

func parse(t *testing.T, text string) *Script {
	t.Helper()
	s, err := Parse(text, POSIX, "/app", func(name string) (string, bool) {
		if name == "VERSION" {
			return "1.2", true
		}
		return "", false
	})
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return s
}

// Each command is written as dir, a mark (! always and top, + always, . neither), and its words.
func TestCommands(t *testing.T) {
	for text, want := range map[string]string{
		"make":                        "/app!make",
		"a && b || c":                 "/app!a; /app.b; /app.c",
		"a && b; c":                   "/app!a; /app.b; /app!c",
		"a; b && c":                   "/app!a; /app!b; /app!c",
		"cd src && make":              "/app!cd src; /app/src!make",
		"cd /x; cd .. && ls":          "/app!cd /x; /x!cd ..; /!ls",
		"cd - && ls":                  "/app!cd -; ?!ls",
		"cd $HOME && ls":              "/app!cd \x00; ?!ls",
		"(cd /x && a) && b":           "/app+cd /x; /x+a; /app!b",
		"{ cd /x; a; } && b":          "/app+cd /x; /x+a; /x!b",
		"cd /x || true; a":            "/app!cd /x; /app.true; ?!a",
		"cd /x || exit 1; a":          "/app!cd /x; /app.exit 1; /x!a",
		"true || cd /x; a":            "/app!true; /app.cd /x; ?!a",
		"if a; then cd /x; fi; b":     "/app.a; /app.cd /x; ?!b",
		"for i in 1 2; do a $i; done": "/app.a \x00",
		"a | b":                       "/app+a; /app+b",
		"(a && b) | c":                "/app+a; /app.b; /app+c",
		"! a && b":                    "/app.a; /app!b",
		"a & b":                       "/app.a; /app!b",
		"V=$(git describe) make":      "/app!make; /app+git describe",
		"X=$(a) Y=b":                  "/app!; /app+a",
		"echo $(cd /y && pwd) x":      "/app!echo \x00 x; /app+cd /y; /y+pwd",
		"X=1 make -j$VERSION":         "/app!make -j1.2",
		"VERSION=2; echo $VERSION":    "/app!; /app!echo \x00",
		`echo "a b" 'c d' e\ f`:       "/app!echo a b c d e f",
		"f() { rm -rf /; }; f":        "/app.rm -rf /; /app!f",
		"cd $PWD/lib && x":            "/app!cd /app/lib; /app/lib!x",
	} {
		var got []string
		for _, c := range parse(t, text).Commands {
			dir, mark := c.Dir, "."
			if dir == "" {
				dir = "?"
			}
			if c.Always && c.Top {
				mark = "!"
			} else if c.Always {
				mark = "+"
			}
			got = append(got, dir+mark+strings.Join(c.Argv(), " "))
		}
		if g := strings.Join(got, "; "); g != want {
			t.Errorf("%s\n got %q\nwant %q", text, g, want)
		}
	}
}

func TestWordOffsetsCutTheSource(t *testing.T) {
	s := parse(t, `apt-get  install -y "curl" \$x >/dev/null 2>&1`)
	c := s.Commands[0]
	var got []string
	for _, w := range c.Words {
		got = append(got, s.Text[w.Start:w.End])
	}
	if want := `[apt-get install -y "curl" \$x]`; fmt.Sprint(got) != want {
		t.Errorf("words %v, want %s", got, want)
	}
	if len(c.Redirs) != 2 || s.Text[c.Redirs[0].Start:c.Redirs[0].End] != ">/dev/null" {
		t.Errorf("redirections %+v", c.Redirs)
	}
}

func TestPlainWords(t *testing.T) {
	for word, plain := range map[string]bool{
		"abc": true, `'a*b'`: true, `"a b"`: true, `a\*b`: true, "a{b": true, "a}": true,
		"a*b": false, "~/x": false, "$x": false, `"$x"`: false, "{a,b}": false, "`x`": false, "a?": false, "[a]": false, "{1..3}": false,
	} {
		if got := parse(t, "echo "+word).Commands[0].Words[1].Plain; got != plain {
			t.Errorf("%s: plain is %v, want %v", word, got, plain)
		}
	}
}

func TestLeaks(t *testing.T) {
	for text, want := range map[string]string{
		"make && ls":             "",
		"(cd /x && make)":        "",
		"cd /x && make":          "changes the directory",
		"cd /x | cat":            "",
		"set -ex; make":          "sets a shell option",
		"A=1; make":              "sets a variable",
		"A=1 make":               "",
		"export A=1":             "sets a variable",
		"{ umask 077; }":         "sets the umask",
		"if x; then cd /y; fi":   "changes the directory",
		"for i in 1; do :; done": "sets a variable",
		"sleep 1 &":              "starts a background job",
		"(sleep 1 &)":            "starts a background job",
		"exec make":              "replaces the shell",
		". ./env":                "runs a script in this shell",
		"f() { :; }":             "defines a function",
		"echo ${A:=1}":           "sets a variable",
		"$HOME/bin/x y":          "",
		"$CC x.c":                "calls a command by a variable",
		"echo $(cd /x; pwd)":     "",
		"command cd /x":          "changes the directory",
	} {
		if got := strings.Join(parse(t, text).Leaks(), ", "); got != want {
			t.Errorf("%s: leaks %q, want %q", text, got, want)
		}
	}
}

func TestOperands(t *testing.T) {
	s := parse(t, "a && b || c && d && (e && f)")
	ops := Operands(s.File.Stmts[0])
	var got []string
	for _, op := range ops {
		got = append(got, s.Text[op.Pos().Offset():op.End().Offset()])
	}
	if want := "[a && b || c d (e && f)]"; fmt.Sprint(got) != want {
		t.Errorf("operands %v, want %s", got, want)
	}
}

// A script in another directory or with other variables is what it would be if it were parsed there.
func TestIn(t *testing.T) {
	text := "cd $A && x $B; A=1; y $A"
	variables := func(list ...string) Env {
		return func(name string) (string, bool) {
			for i := 0; i < len(list); i += 2 {
				if list[i] == name {
					return list[i+1], true
				}
			}
			return "not known", false
		}
	}
	places := []struct {
		dir string
		env Env
	}{
		{"/w", variables("A", "a", "B", "b")},
		{"/w", variables("A", "a", "B", "b", "C", "c")},
		{"/v", variables("A", "a", "B", "b")},
		{"/w", variables("A", "/a", "B", "b")},
		{"/w", variables("B", "b")},
		{"/w", variables("A", "not known")},
		{"", nil},
		{"", variables()},
	}
	for i, from := range places {
		for j, to := range places {
			s, err := Parse(text, POSIX, from.dir, from.env)
			if err != nil {
				t.Fatal(err)
			}
			want, _ := Parse(text, POSIX, to.dir, to.env)
			same := reflect.DeepEqual(s, want)
			got := s.In(to.dir, to.env)
			if !reflect.DeepEqual(got, want) {
				t.Errorf("from place %d to %d: %+v, want %+v", i, j, got, want)
			}
			if same != (got == s) {
				t.Errorf("from place %d to %d: taken as it is: %v, want %v", i, j, got == s, same)
			}
		}
	}
}
