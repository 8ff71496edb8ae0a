package rust_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"dopt/internal/project/ecosystem/rust"
	"dopt/internal/project/manifest/manifesttest"
)

// TestCargo asks cargo itself, where it is installed, whether it loads a project of which nothing
// but the inputs is there, or, of those refused, nothing but the manifests.
func TestCargo(t *testing.T) {
	cargo, err := exec.LookPath("cargo")
	if err != nil {
		t.Skip("cargo is not installed")
	}
	manifestOf := func(lines string) string { return "-- Cargo.toml --\n[package]\nname = \"app\"\n" + lines }
	for name, context := range map[string]string{
		"a program":       service,
		"a workspace":     workspace,
		"a missing build": strings.Replace(service, "edition", "build = \"build.rs\"\nedition", 1),
		"only a test":     manifestOf("[[test]]\nname = \"t\"\npath = \"tests/t.rs\"\n"),
		"nothing named":   manifestOf(""),
		"links":           strings.Replace(service, "edition", "links = \"z\"\nedition", 1),
		"an example":      strings.Replace(service, "[[bin]]", "[[example]]\nname = \"e\"\n\n[[bin]]", 1),
		"default-run":     strings.Replace(service, "edition", "default-run = \"x\"\nedition", 1),
	} {
		t.Run(name, func(t *testing.T) {
			fsys := manifesttest.Context(context)
			in, err := rust.Inputs(fsys, manifesttest.Case{Command: "cargo fetch"}.Install())
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			for path, file := range fsys {
				if filepath.Base(path) != "Cargo.toml" || strings.Contains(path, "old/") {
					continue
				}
				to := filepath.Join(dir, path)
				if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(to, file.Data, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			command := exec.Command(cargo, "fetch", "--offline")
			command.Dir = dir
			output, err := command.CombinedOutput()
			if loads := err == nil; loads != (in.Refusal == "") {
				t.Errorf("refusal %q, but cargo loads it: %t\n%s", in.Refusal, loads, output)
			}
		})
	}
}
