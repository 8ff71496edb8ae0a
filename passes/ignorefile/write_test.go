package ignorefile

import "testing"

func TestExtend(t *testing.T) {
	find := func(kind string) *row {
		for i := range rows {
			if rows[i].kind == kind {
				return &rows[i]
			}
		}
		t.Fatal("no row ", kind)
		return nil
	}
	entries := []entry{{pattern: ".git", row: find("history")}, {pattern: "a", row: find("cache")}, {pattern: "b", row: find("cache")}}
	for name, c := range map[string]struct{ before, want string }{
		"new":                      {"", "# Version history\n.git\n\n# Caches\na\nb\n"},
		"patterns alone":           {"x\n", "x\n.git\na\nb\n"},
		"no line break at the end": {"x", "x\n.git\na\nb\n"},
		"line breaks of Windows":   {"# x\r\ny\r\n", "# x\r\ny\r\n\r\n# version history\r\n.git\r\n\r\n# caches\r\na\r\nb\r\n"},
		"signs of comments":        {"#Docs\ny\n", "#Docs\ny\n\n#Version history\n.git\n\n#Caches\na\nb\n"},
		"section in the middle":    {"# caches\nx\n\n# docs\ny\n", "# caches\nx\na\nb\n\n# docs\ny\n\n# version history\n.git\n"},
		"exception below":          {"# caches\nx\n!y\n", "# caches\nx\n!y\n\n# version history\n.git\n\n# caches\na\nb\n"},
		"blank line at the end":    {"x\n\n", "x\n\n.git\na\nb\n"},
		"byte order mark":          {"\ufeff# docs\nx\n", "\ufeff# docs\nx\n\n# version history\n.git\n\n# caches\na\nb\n"},
		"only blank lines":         {"\n", "\n# Version history\n.git\n\n# Caches\na\nb\n"},
	} {
		if got := string(extend([]byte(c.before), entries)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestRelation(t *testing.T) {
	for _, c := range []struct {
		source, path string
		want         relation
	}{
		{".", ".git", receives},
		{"web", "web/node_modules", receives},
		{"web", "node_modules", unrelated},
		{"web/node_modules", "web/node_modules", names},
		{"target/app.jar", "target", names},
		{"*", ".git", receives},
		{"*.jar", "app.jar", names},
		{"services/*", "services/a/target", receives},
		{"services/*/target", "services/a/target", names},
		{"node_modules*", "node_modules", names},
		{"$SRC", ".git", names},
		{"dist/$NAME", "dist", names},
		{"dist/$NAME", ".git", unrelated},
		{"dist/$NAME/x", "dist/a", names},
		{"[", "x", names},
	} {
		if got := (source{path: c.source}).to(c.path); got != c.want {
			t.Errorf("%s to %s: %d, want %d", c.source, c.path, got, c.want)
		}
	}
}
