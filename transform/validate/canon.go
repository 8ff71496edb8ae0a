package validate

import (
	"reflect"
	"strconv"
	"strings"

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
		for i := range v.NumField() {
			c.field(v.Type().Field(i), v.Field(i))
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

func (c *canon) field(f reflect.StructField, v reflect.Value) {
	switch {
	case f.Name == "InPos": // "for i; do" is not "for i in; do"
		c.b.WriteString(strconv.FormatBool(v.Interface().(syntax.Pos).IsValid())[:1])
	case f.Type == typePos, f.Type == typeComment, spelling[f.Name]:
	default:
		c.value(v)
	}
}
