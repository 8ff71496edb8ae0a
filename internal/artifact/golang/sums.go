package golang

import (
	"go/ast"
	"go/token"
	"maps"
	"slices"
	"strconv"

	"dopt/transform"
)

// The bounds of what is made of texts that are put together: how many values a name or a sum may have, and of how many parts a sum is.
const (
	maxValues = 8
	maxParts  = 64
)

// A sum is an expression that puts texts together: its operands, of which some may be known.
type sum struct {
	operands []ast.Expr
	because  transform.Evidence
}

// operands returns the operands of a sum from left to right.
func operands(n ast.Expr) (list []ast.Expr) {
	for {
		b, ok := n.(*ast.BinaryExpr)
		if !ok || b.Op != token.ADD {
			break
		}
		list = append(list, b.Y)
		n = b.X
	}
	list = append(list, n)
	slices.Reverse(list)
	return list
}

// declare notes the constants of a declaration that are given a value of their own.
func (p *pack) declare(spec *ast.ValueSpec) {
	for i, name := range spec.Names {
		if i < len(spec.Values) {
			p.constants[name.Name] = append(p.constants[name.Name], spec.Values[i])
		}
	}
}

// join adds to each package the texts that its sums of constants amount to. Of a sum with other operands it is each run of constants in it.
func (c *code) join() {
	known := constants{declared: map[string][]ast.Expr{}, values: map[string][]string{}}
	folders := slices.Sorted(maps.Keys(c.packages))
	for _, folder := range folders {
		if p := c.packages[folder]; p != nil {
			for name, values := range p.constants {
				known.declared[name] = append(known.declared[name], values...)
			}
		}
	}
	for _, folder := range folders {
		p := c.packages[folder]
		if p == nil {
			continue
		}
		for _, s := range p.sums {
			for _, text := range known.runs(s.operands) {
				p.literals = append(p.literals, literal{text: text, because: s.because})
			}
		}
	}
}

// A constants knows the constants of a program by their names, of whatever package they are. Of a name that several have, each value may be meant: a
// file too many in the image does no harm.
type constants struct {
	declared map[string][]ast.Expr
	// values are those of the names that have been asked for.
	values map[string][]string
}

// runs returns the texts of two constants or more that stand side by side.
func (k *constants) runs(operands []ast.Expr) (found []string) {
	var run []string
	length := 0
	for _, o := range operands {
		values := k.of(o)
		if len(values) == 0 {
			length = 0
			continue
		}
		if length++; length == 1 {
			run = values
			continue
		}
		run = products(run, values)
		found = append(found, run...)
	}
	return found
}

// of returns what an expression may be where it is made of constants only, nothing for others.
func (k *constants) of(n ast.Expr) (list []string) {
	switch n := n.(type) {
	case *ast.BasicLit:
		if text, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING && len(text) <= maxLiteral {
			return []string{text}
		}
	case *ast.ParenExpr:
		return k.of(n.X)
	case *ast.SelectorExpr: // a constant of another package
		return k.named(n.Sel.Name)
	case *ast.Ident:
		return k.named(n.Name)
	case *ast.BinaryExpr:
		if n.Op != token.ADD {
			return nil
		}
		list = []string{""}
		for _, o := range operands(n) {
			list = products(list, k.of(o))
		}
	}
	return list
}

// named returns the values of the constants of a name.
func (k *constants) named(name string) []string {
	if values, ok := k.values[name]; ok {
		return values
	}
	k.values[name] = nil // one that is made of itself has no value
	var list []string
	for _, value := range k.declared[name] {
		list = append(list, k.of(value)...)
	}
	k.values[name] = list[:min(len(list), maxValues)]
	return k.values[name]
}

// products returns each of one list with each of another behind it, as far as that may be a path.
func products(first, second []string) (list []string) {
	for _, a := range first {
		for _, b := range second {
			if len(a)+len(b) <= maxLiteral && len(list) < maxValues {
				list = append(list, a+b)
			}
		}
	}
	return list
}
