package validate

import (
	"reflect"
	"strconv"
	"strings"
	"sync"

	"mvdan.cc/sh/v3/syntax"
)

// canonical returns a text that is equal for two nodes exactly when they mean the same
// syntax: positions, comments, "$x" for "${x}" and backquotes for "$( )" aside.
func canonical(n syntax.Node) string {
	var c canon
	c.value(reflect.ValueOf(n))
	return c.b.String()
}

// canonicalList is canonical for the statements of a list.
func canonicalList(stmts []*syntax.Stmt) string {
	var c canon
	c.value(reflect.ValueOf(stmts))
	return c.b.String()
}

type canon struct{ b strings.Builder }

var (
	typePos     = reflect.TypeFor[syntax.Pos]()
	typeComment = reflect.TypeFor[[]syntax.Comment]()
)

// spelling are the fields that say how something is written, not what it means.
var spelling = map[string]bool{"Short": true, "Backquotes": true}

func (c *canon) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() {
			c.b.WriteByte('-')
			return
		}
		c.value(v.Elem())
	case reflect.Struct:
		c.b.WriteString(v.Type().Name())
		c.b.WriteByte('{')
		for _, f := range meaning(v.Type()) {
			if f.presence {
				c.b.WriteString(strconv.FormatBool(present(v.Field(f.index)))[:1])
			} else {
				c.value(v.Field(f.index))
			}
		}
		c.b.WriteByte('}')
	case reflect.Slice:
		c.b.WriteByte('[')
		for i := range v.Len() {
			c.value(v.Index(i))
		}
		c.b.WriteByte(']')
	case reflect.String:
		c.b.WriteString(strconv.Quote(v.String()))
	case reflect.Bool:
		c.b.WriteString(strconv.FormatBool(v.Bool())[:1])
	case reflect.Uint8, reflect.Uint32, reflect.Uint64:
		c.b.WriteString(strconv.FormatUint(v.Uint(), 10))
		c.b.WriteByte(',')
	default:
		panic("syntax tree with a " + v.Kind().String())
	}
}

// sameSyntax reports whether two nodes mean the same syntax: whether their canonical texts are equal.
func sameSyntax(a, b syntax.Node) bool { return equal(reflect.ValueOf(a), reflect.ValueOf(b)) }

func equal(a, b reflect.Value) bool {
	a, b = pointed(a), pointed(b)
	if !a.IsValid() || !b.IsValid() || a.Type() != b.Type() {
		return a.IsValid() == b.IsValid() && !a.IsValid()
	}
	switch a.Kind() {
	case reflect.Struct:
		for _, f := range meaning(a.Type()) {
			x, y := a.Field(f.index), b.Field(f.index)
			if f.presence && present(x) != present(y) || !f.presence && !equal(x, y) {
				return false
			}
		}
		return true
	case reflect.Slice:
		if a.Len() != b.Len() {
			return false
		}
		for i := range a.Len() {
			if !equal(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	}
	return a.Equal(b)
}

// pointed returns what a pointer or interface leads to, the zero Value where that is nothing.
func pointed(v reflect.Value) reflect.Value {
	for v.Kind() == reflect.Interface || v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	return v
}

// A field is a field of a node that has a meaning; presence is true for a position that
// matters only in that there is one.
type field struct {
	index    int
	presence bool
}

// meanings holds the fields of each type of node: to look them up by reflection each time is
// what comparing syntax costs most.
var meanings sync.Map

func meaning(t reflect.Type) []field {
	if m, ok := meanings.Load(t); ok {
		return m.([]field)
	}
	var fields []field
	for i := range t.NumField() {
		switch f := t.Field(i); {
		case f.Name == "InPos": // "for i; do" is not "for i in; do"
			fields = append(fields, field{i, true})
		case f.Type == typePos, f.Type == typeComment, spelling[f.Name]:
		default:
			fields = append(fields, field{index: i})
		}
	}
	meanings.Store(t, fields)
	return fields
}

func present(v reflect.Value) bool { return v.Interface().(syntax.Pos).IsValid() }
