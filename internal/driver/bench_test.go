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

// newPython returns the folder of a project of Python with so many sources.
func newPython(b *testing.B, sources int) string {
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
	write("Dockerfile", "FROM python:3.11\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\nEXPOSE 8000\nCMD [\"python\", \"app.py\"]\n")
	write("requirements.txt", "flask==3.0.0\nrequests==2.31.0\n")
	write("app.py", "from flask import Flask\n\napp = Flask(__name__)\napp.run(port=8000)\n")
	for i := range sources {
		write(fmt.Sprintf("shop/part%d/orders%d.py", i%10, i), fmt.Sprintf(module, i))
	}
	return dir
}

// BenchmarkContext rewrites a Dockerfile of Python, with all passes and validators, whose build context has one source or many.
// What a context adds is the difference.
func BenchmarkContext(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(800)) // as the command does
	for _, sources := range []int{1, 300} {
		b.Run(fmt.Sprintf("sources=%d", sources), func(b *testing.B) {
			dir := newPython(b, sources)
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
		})
	}
}

// BenchmarkContextRead only walks and reads such a context, below a folder that no link leads out of: the least that looking at all
// sources can take.
func BenchmarkContextRead(b *testing.B) {
	dir := newPython(b, 300)
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
