package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dopt/internal/catalog/official"
)

func TestLatestRulesAreRefused(t *testing.T) {
	tags := map[string]*official.Tag{"python:latest": {}}
	for name, rule := range map[string]string{
		"no source":      "python\thighest\t2\n",
		"empty source":   "python\thighest\t2\t\n",
		"no number":      "python\thighest\ttwo\tgenerator\n",
		"unheard-of":     "python\tnewest\t2\tgenerator\n",
		"spaces as tabs": "python highest 2 generator\n",
	} {
		if err := resolveLatest(tags, rule); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if err := resolveLatest(tags, "# a comment\nunknown\thighest\t2\tgenerator\n"); err != nil {
		t.Errorf("a rule for an image without tags: %v", err)
	}
}

// What the rule says counts only if it is on the release that latest is on.
func TestLatestIsOnItsRelease(t *testing.T) {
	for name, c := range map[string]struct {
		tags map[string]*official.Tag
		want string
	}{
		"highest":           {map[string]*official.Tag{"3.9": {Release: "trixie"}, "3.10": {Release: "trixie"}}, "3.10"},
		"pre-release":       {map[string]*official.Tag{"3.10": {Release: "trixie"}, "3.11rc1": {Release: "trixie"}, "3.11-rc": {Release: "trixie"}}, "3.10"},
		"patch release":     {map[string]*official.Tag{"3.10": {Release: "trixie"}, "3.10.1": {Release: "trixie"}, "3": {Release: "trixie"}}, "3.10"},
		"other release":     {map[string]*official.Tag{"3.9": {Release: "trixie"}, "3.10": {Release: "bookworm"}}, ""},
		"dropped":           {map[string]*official.Tag{"3.9": {Release: "trixie"}, "3.10": {Release: "trixie", Until: "2026-01-01"}}, "3.9"},
		"another variant":   {map[string]*official.Tag{"3.10": {Release: "trixie", Variant: "slim"}}, ""},
		"none of that form": {map[string]*official.Tag{"3": {Release: "trixie"}}, ""},
	} {
		tags := map[string]*official.Tag{"python:latest": {Release: "trixie"}, "other:4.0": {Release: "trixie"}}
		for tag, t := range c.tags {
			tags["python:"+tag] = t
		}
		if err := resolveLatest(tags, "python\thighest\t2\tgenerator\n"); err != nil || tags["python:latest"].Same != c.want {
			t.Errorf("%s: %q, %v; want %q", name, tags["python:latest"].Same, err, c.want)
		}
	}
}

func TestTagFilesAreRefused(t *testing.T) {
	const header = "image\ttags\tdistro\tcodename\tvariant\tfirst_seen\tlast_seen\n"
	for name, files := range map[string][3]string{
		"too many fields": {header + "a\tb\tc\td\te\tf\tg\th\n", "\n", "\n"},
		"size no number":  {header + "python\t3\tdebian\ttrixie\tfull\t2025-01-01\t\n", "\n", "image\ttag\tbytes\tdate\npython\t3\tbig\t\n"},
	} {
		folder := t.TempDir()
		for i, file := range []string{"official-tags.tsv", "variants.tsv", "sizes.tsv"} {
			if err := os.WriteFile(filepath.Join(folder, file), []byte(files[i]), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if _, _, err := tagTable(folder); err == nil || !strings.Contains(err.Error(), ".tsv:2: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
