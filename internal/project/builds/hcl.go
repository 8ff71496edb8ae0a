package builds

import (
	"errors"
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// maxNesting is how deep brackets, templates and operators may be nested. The parser takes 10 KB of its stack for
// each level, and a stack that overflows ends the program.
const maxNesting = 200

// readBakeHCL reads a Bake file in HCL. Nothing is evaluated: an expression may loop for as long as it likes.
func readBakeHCL(data []byte) ([]definition, error) {
	if line := tooDeep(data); line > 0 {
		return nil, fmt.Errorf("line %d: nested more than %d deep", line, maxNesting)
	}
	file, diagnostics := hclsyntax.ParseConfig(data, "", hcl.InitialPos)
	if diagnostics.HasErrors() {
		first := diagnostics[0]
		if first.Subject == nil {
			return nil, errors.New(first.Summary)
		}
		return nil, fmt.Errorf("line %d: %s", first.Subject.Start.Line, first.Summary)
	}
	f := &bakeFile{targets: map[string]target{}}
	for _, block := range file.Body.(*hclsyntax.Body).Blocks {
		if block.Type != "target" || len(block.Labels) != 1 {
			continue
		}
		t := target{line: block.TypeRange.Start.Line, values: map[string]value{}}
		for _, key := range bakeKeys {
			if attribute, ok := block.Body.Attributes[key]; ok {
				t.values[key] = hclValue(attribute.Expr)
			}
		}
		f.targets[block.Labels[0]] = t
	}
	return f.definitions()
}

// tooDeep returns the line at which a file is nested too deep, 0 if it is not.
func tooDeep(data []byte) (line int) {
	tokens, _ := hclsyntax.LexConfig(data, "", hcl.InitialPos) // what is wrong with them the parser says
	brackets, operators := 0, 0
	for _, token := range tokens {
		switch token.Type {
		case hclsyntax.TokenOBrace, hclsyntax.TokenOBrack, hclsyntax.TokenOParen, hclsyntax.TokenTemplateInterp, hclsyntax.TokenTemplateControl:
			brackets++
		case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen, hclsyntax.TokenTemplateSeqEnd:
			brackets--
		case hclsyntax.TokenBang, hclsyntax.TokenMinus, hclsyntax.TokenQuestion:
			operators++
		case hclsyntax.TokenEqual:
			operators = 0 // of a new attribute
		}
		if brackets+operators > maxNesting {
			return token.Range.Start.Line
		}
	}
	return 0
}

// hclValue returns what is written as a string, or as a list of strings.
func hclValue(expr hclsyntax.Expression) (v value) {
	if v.text, v.known = hclString(expr); v.known {
		return v
	}
	tuple, ok := expr.(*hclsyntax.TupleConsExpr)
	if !ok {
		return v
	}
	v.known = true
	for _, item := range tuple.Exprs {
		text, ok := hclString(item)
		v.list = append(v.list, text)
		v.known = v.known && ok
	}
	return v
}

func hclString(expr hclsyntax.Expression) (text string, ok bool) {
	template, ok := expr.(*hclsyntax.TemplateExpr)
	if !ok || !template.IsStringLiteral() {
		return "", false
	}
	literal, diagnostics := template.Value(nil)
	return literal.AsString(), !diagnostics.HasErrors()
}
