package driver

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"testing"

	"dopt/internal/catalog"
	"dopt/internal/system"
	"dopt/passes"
	"dopt/transform"
	"dopt/transform/validate/ignore"
	"dopt/transform/validate/llb"
)

// module is a source as projects have them: some functions with texts and comments, no calls of programs.
const module = `"""Orders and their lines."""
import logging
from dataclasses import dataclass, field

from .store import Store

log = logging.getLogger(__name__)


@dataclass
class Order%[1]d:
    number: str
    customer: str
    lines: list = field(default_factory=list)

    def add(self, product, amount=1):
        # the same product once more is the same line
        for line in self.lines:
            if line["product"] == product:
                line["amount"] += amount
                return line
        line = {"product": product, "amount": amount, "state": "open"}
        self.lines.append(line)
        return line

    def total(self, prices):
        total = 0
        for line in self.lines:
            try:
                total += prices[line["product"]] * line["amount"]
            except KeyError:
                log.warning("no price for %%s in order %%s", line["product"], self.number)
        return total


def load(store: Store, number: str) -> Order%[1]d:
    """Return the order with a number."""
    row = store.one("SELECT number, customer FROM orders WHERE number = ?", number)
    order = Order%[1]d(row["number"], row["customer"])
    for line in store.all("SELECT product, amount FROM lines WHERE number = ?", number):
        order.add(line["product"], line["amount"])
    return order
`

// unit is a source of Go of the same kind.
const unit = `// Package shop has orders and their lines.
package shop

import (
	"context"
	"fmt"
)

// A Line is a product of an order.
type Line%[1]d struct {
	Product string
	Amount  int
	State   string
}

// An Order has lines.
type Order%[1]d struct {
	Number, Customer string
	Lines            []Line%[1]d
}

// Add adds so many of a product; the same product once more is the same line.
func (o *Order%[1]d) Add(product string, amount int) {
	for i := range o.Lines {
		if o.Lines[i].Product == product {
			o.Lines[i].Amount += amount
			return
		}
	}
	o.Lines = append(o.Lines, Line%[1]d{Product: product, Amount: amount, State: "open"})
}

// Total returns what an order costs.
func (o *Order%[1]d) Total(ctx context.Context, prices map[string]int) (int, error) {
	total := 0
	for _, line := range o.Lines {
		price, ok := prices[line.Product]
		if !ok {
			return 0, fmt.Errorf("order %%s: no price for %%s", o.Number, line.Product)
		}
		total += price * line.Amount
	}
	return total, ctx.Err()
}
`

// A sample is a project whose context has many sources.
type sample struct {
	name string
	// files are those beside the sources; source is the text of one, with the place of its number, and path where it lies, with the places
	// of its folder and its number.
	files        map[string]string
	source, path string
}

var samples = []sample{
	{
		"python", map[string]string{
			"Dockerfile":       "FROM python:3.11\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\nEXPOSE 8000\nCMD [\"python\", \"app.py\"]\n",
			"requirements.txt": "flask==3.0.0\nrequests==2.31.0\n",
			"app.py":           "from flask import Flask\n\napp = Flask(__name__)\napp.run(port=8000)\n",
		}, module, "shop/part%d/orders%d.py",
	},
	{
		"go", map[string]string{
			"Dockerfile": "FROM golang:1.23\nWORKDIR /src\nCOPY . .\nRUN go build -o /usr/local/bin/shop .\nEXPOSE 8000\nCMD [\"shop\"]\n",
			"go.mod":     "module shop\n\ngo 1.23\n\nrequire github.com/google/uuid v1.6.0\n",
			"go.sum":     "github.com/google/uuid v1.6.0 h1:NIvaJDMOsjHA8n1jAhLSgzrAzy1Hgr+hNrb57e+94F0=\ngithub.com/google/uuid v1.6.0/go.mod h1:TIyPZe4MgqvfeYDBFedMoGGpEw/LqOeaOT+nhxU+yHo=\n",
			"main.go":    "package main\n\nimport (\n\t\"net/http\"\n\n\t\"github.com/google/uuid\"\n)\n\nfunc main() {\n\tprintln(uuid.NewString())\n\t_ = http.ListenAndServe(\":8000\", nil)\n}\n",
		}, unit, "part%d/orders%d.go",
	},
}

// folder returns the folder of a project with so many sources.
func (p *sample) folder(b *testing.B, sources int) string {
	dir := b.TempDir()
	write := func(name, text string) {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			b.Fatal(err)
		}
	}
	for name, text := range p.files {
		write(name, text)
	}
	for i := range sources {
		write(fmt.Sprintf(p.path, i%10, i), fmt.Sprintf(p.source, i))
	}
	return dir
}

// BenchmarkContext rewrites a Dockerfile, with all passes and validators, whose build context has one source or many. What a context adds is
// the difference.
func BenchmarkContext(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(800)) // as the command does
	for _, p := range samples {
		for _, sources := range []int{1, 300} {
			b.Run(fmt.Sprintf("%s/sources=%d", p.name, sources), func(b *testing.B) { benchmarkRewrite(b, p.folder(b, sources)) })
		}
	}
}

func benchmarkRewrite(b *testing.B, dir string) {
	options := Options{
		Passes: passes.All(), Bases: catalog.Bases(), Packages: system.Packages(), Jobs: 1,
		Validators: func() []transform.Validator { return []transform.Validator{llb.New(), ignore.New()} },
	}
	for b.Loop() {
		inputs, errs := Inputs([]string{filepath.Join(dir, "Dockerfile")}, "")
		if len(errs) > 0 {
			b.Fatal(errs)
		}
		for f := range Run(b.Context(), inputs, options) {
			if f.Err != nil || !f.Result.Changed() {
				b.Fatalf("not rewritten: %v", f.Err)
			}
		}
	}
}

// BenchmarkContextRead only walks and reads such a context, below a folder that no link leads out of: the least that looking at all
// sources can take.
func BenchmarkContextRead(b *testing.B) {
	dir := samples[0].folder(b, 300)
	for b.Loop() {
		root, err := os.OpenRoot(dir)
		if err != nil {
			b.Fatal(err)
		}
		err = fs.WalkDir(root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() {
				_, err = fs.ReadFile(root.FS(), name)
			}
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
		root.Close()
	}
}
