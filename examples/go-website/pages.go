package main

import (
	"bytes"
	"html/template"
	"os"
	"path/filepath"

	"github.com/yuin/goldmark"
)

// pages renders the Markdown files of a folder.
type pages struct{ dir string }

// html returns the page of that name. Base keeps names from leaving the folder.
func (p *pages) html(name string) (template.HTML, error) {
	source, err := os.ReadFile(filepath.Join(p.dir, filepath.Base(name)+".md"))
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	if err := goldmark.Convert(source, &out); err != nil {
		return "", err
	}
	return template.HTML(out.String()), nil // goldmark leaves raw HTML out
}
