package llb_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"dopt/internal/catalog"
	"dopt/internal/project"
	"dopt/internal/system"
	"dopt/transform"
	"dopt/transform/validate/llb"
)

var update = flag.Bool("update", false, "rewrite the reasons of the golden cases; never the verdict")

// A golden case is a txtar file golden/validate/<name>.txtar:
//
//	What the case shows or plants, in a sentence or two.
//	claim: join-runs,clean-up      absent: the zero claim
//	-- before --
//	-- after --
//	-- app/config.json --          anything else is a file of the build context
//	-- want.verdict --             "refines", "unproven" or "unsound", then a line a reason
//
// No document may be judged unsound against itself.
func TestGolden(t *testing.T) {
	cases, err := filepath.Glob("../../../golden/validate/*.txtar")
	if err != nil || len(cases) == 0 {
		t.Fatal("no golden cases: ", err)
	}
	for _, path := range cases {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			t.Parallel()
			runGolden(t, path)
		})
	}
}

func runGolden(t *testing.T, path string) {
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	docs := map[string]*transform.Document{}
	context := &txtar.Archive{}
	var want *txtar.File
	for i, f := range archive.Files {
		switch f.Name {
		case "before", "after":
			if docs[f.Name], err = transform.Parse(f.Name, f.Data); err != nil {
				t.Fatal(err)
			}
		case "want.verdict":
			want = &archive.Files[i]
		default:
			context.Files = append(context.Files, f)
		}
	}
	if docs["before"] == nil || docs["after"] == nil || want == nil {
		t.Fatal("the case lacks one of before, after and want.verdict")
	}
	env := transform.Environment{Bases: catalog.Bases(), Packages: system.Packages()}
	if len(context.Files) > 0 {
		files, err := txtar.FS(context)
		if err != nil {
			t.Fatal(err)
		}
		env.Files = project.New(files, "", nil, nil)
	}
	claim := claimOf(t, string(archive.Comment))
	v := llb.New()
	got := v.Validate(docs["before"], docs["after"], env, claim)
	verdict, reasons, _ := strings.Cut(string(want.Data), "\n")
	if got.Status.String() != verdict {
		t.Fatalf("the verdict is %s, want %s\n%s", got.Status, verdict, strings.Join(got.Reasons, "\n"))
	}
	have := ""
	for _, r := range got.Reasons {
		have += r + "\n"
	}
	if *update {
		want.Data = []byte(verdict + "\n" + have)
		if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if have != reasons {
		t.Errorf("wrong reasons:\n%swant:\n%s", have, reasons)
	}
	for name, doc := range docs {
		if self := v.Validate(doc, doc, env, claim); self.Status == transform.Unsound {
			t.Errorf("%s does not refine itself: %s", name, strings.Join(self.Reasons, "; "))
		}
	}
}

// claimOf reads the "claim: a,b" line of a case.
func claimOf(t *testing.T, comment string) transform.Claim {
	t.Helper()
	for line := range strings.Lines(comment) {
		if names, ok := strings.CutPrefix(strings.TrimSpace(line), "claim: "); ok {
			return parseClaim(t, names)
		}
	}
	return 0
}

func parseClaim(t *testing.T, names string) transform.Claim {
	t.Helper()
	var claim transform.Claim
	for name := range strings.SplitSeq(names, ",") {
		found := false
		for bit := transform.Claim(1); bit <= transform.JavaBase; bit <<= 1 {
			if bit.String() == name {
				claim |= bit
				found = true
			}
		}
		if !found {
			t.Fatalf("no claim is called %q", name)
		}
	}
	return claim
}
