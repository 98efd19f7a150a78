package testfile

import (
	"encoding/json"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"spl/parser/source"
	"spl/spl/detect/yamldoc"
)

// eventText is the text of an inline event: a text stands as it is; keys and values
// become JSON, in their order and with numbers as they are written.
func eventText(f *source.File, n yamldoc.Node) string {
	if s, ok := yamldoc.Scalar(n); ok {
		return strings.TrimRight(s, "\n")
	}
	var b strings.Builder
	writeJSON(&b, f, n, 0)
	return b.String()
}

// maxNested is how deep an event may be nested.
const maxNested = 200

func writeJSON(b *strings.Builder, f *source.File, n yamldoc.Node, depth int) {
	if depth > maxNested {
		b.WriteString("null")
		return
	}
	if pairs, ok := yamldoc.Pairs(f, n); ok {
		b.WriteByte('{')
		for i, p := range pairs {
			if i > 0 {
				b.WriteByte(',')
			}
			b.Write(quote(p.Key))
			b.WriteByte(':')
			writeJSON(b, f, p.Value, depth+1)
		}
		b.WriteByte('}')
		return
	}
	if yamldoc.IsList(n) {
		b.WriteByte('[')
		for i, v := range yamldoc.List(n) {
			if i > 0 {
				b.WriteByte(',')
			}
			writeJSON(b, f, v, depth+1)
		}
		b.WriteByte(']')
		return
	}
	writeScalar(b, n)
}

func writeScalar(b *strings.Builder, n yamldoc.Node) {
	s, ok := yamldoc.Scalar(n)
	if !ok {
		b.WriteString("null")
		return
	}
	switch n.(type) {
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		if json.Valid([]byte(s)) { // 0x10 and 1_000 are no JSON
			b.WriteString(s)
			return
		}
	}
	b.Write(quote(s))
}

func quote(s string) []byte {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a text can always be written
	return []byte(strings.TrimSuffix(b.String(), "\n"))
}
