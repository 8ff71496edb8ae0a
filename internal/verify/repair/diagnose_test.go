package repair

import (
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"dopt/internal/verify/result"
	"dopt/transform"
)

// The planted set of broken rewrites: what would mend each, by what it says when it fails.
func TestDiagnosePlanted(t *testing.T) {
	files, err := filepath.Glob("../../../golden/verify/*.txtar")
	if err != nil || len(files) < 15 {
		t.Fatalf("%d cases: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			sections := map[string]string{}
			for _, f := range archive.Files {
				sections[f.Name] = string(f.Data)
			}
			fault, want := parseFault(t, sections["fault"])
			report := &transform.Report{Before: parse(t, sections["Dockerfile"]), After: parse(t, sections["broken/Dockerfile"])}
			r, ok := Diagnose([]result.Fault{fault}, report, nil)
			if ok != (want != "none") || ok && (r.Name != want || r.Stage != fault.Stage) {
				t.Fatalf("got %+v, want %s", r, want)
			}
			if again, ok := Diagnose([]result.Fault{fault}, report, []result.Package{r.Package}); ok && again.Package == r.Package {
				t.Error("a package that did not help is named again")
			}
		})
	}
}

func parse(t *testing.T, text string) *transform.Document {
	t.Helper()
	doc, err := transform.Parse("Dockerfile", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// parseFault reads what is wrong, and the package that mends it.
func parseFault(t *testing.T, text string) (fault result.Fault, repair string) {
	t.Helper()
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch name {
		case "check":
			fault.Check = value
		case "stage":
			fault.Stage = value
		case "missing":
			fault.Missing = value
		case "output":
			fault.Output += value + "\n"
		case "repair":
			repair = value
		default:
			t.Fatalf("unknown line %q", line)
		}
	}
	return fault, repair
}

// The stage that a step failed in is the one that gets the package, of that stage's release.
func TestDiagnoseNamesTheStage(t *testing.T) {
	doc := parse(t, "FROM debian:bookworm AS Builder\nRUN make\nFROM alpine\nRUN make\nFROM builder\nRUN make\nFROM scratch\nCOPY --from=2 / /\n")
	report := &transform.Report{Before: doc, After: doc}
	for stage, want := range map[string]string{"builder": "libldap-dev", "1": "", "2": "libldap-dev", "": ""} {
		fault := result.Fault{Check: "build", Stage: stage, Message: "exit status 1", Output: "x.c:1:10: fatal error: ldap.h: No such file or directory\n"}
		r, ok := Diagnose([]result.Fault{fault}, report, nil)
		if ok != (want != "") || r.Name != want || ok && (r.Stage != stage || r.Need != "header ldap.h") {
			t.Errorf("stage %q: got %+v, want %q", stage, r, want)
		}
	}
}

func TestPackagePrefersWhatWasThere(t *testing.T) {
	s := Symptom{Kind: Command, Name: "mpicc"} // two packages have it
	first := Place{Release: "bookworm"}.Package(s)
	for _, name := range []string{"libmpich-dev", "libopenmpi-dev"} {
		if got := (Place{Release: "bookworm", Had: []string{name}}).Package(s); got != name {
			t.Errorf("got %s, want %s, which the image had; %s where it had none", got, name, first)
		}
	}
	if got := (Place{}).Package(s); got != "" {
		t.Errorf("of a release that nothing is known of: %s", got)
	}
}

func TestLearn(t *testing.T) {
	got := Learn(parse(t, "FROM debian:bookworm AS build\nFROM debian:trixie\n"), []result.Repair{
		{Package: result.Package{Name: "libgl1", Stage: "build"}, Need: "library libGL.so.1", Evidence: "ImportError:\tlibGL.so.1: cannot open"},
		{Package: result.Package{Name: "zlib1g-dev"}, Need: "link z", Evidence: "ld: cannot find -lz"},
		{Package: result.Package{Name: "ca-certificates"}, Need: "certificates", Evidence: "x509"},
	})
	want := "library\tlibGL.so.1\tbookworm\tlibgl1\t?\ta build asked for it: ImportError: libGL.so.1: cannot open\n" +
		"library\tlibz.so\ttrixie\tzlib1g-dev\t?\ta build asked for it: ld: cannot find -lz\n"
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
