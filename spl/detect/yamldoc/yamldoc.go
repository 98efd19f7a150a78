// Package yamldoc reads YAML files so that every value keeps its place: what is wrong
// can be said with file, line and column. It guards the library beneath against what
// would take it too far, and knows nothing of detections.
package yamldoc

import (
	"errors"
	"strings"

	"github.com/goccy/go-yaml/ast"
	yamlparser "github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"spl/parser/source"
)

// Bounds of what the YAML library is given, since its work and its stack grow with
// the nesting: bytes, brackets open at a time, and levels of indent.
const (
	maxYAML     = 4 << 20
	maxBrackets = 1000
	maxIndent   = 1000
)

// Node is a value of a document.
type Node = ast.Node

// Parse gives the value of the file's first document, which must be a mapping. what
// names the kind of file in the error.
func Parse(f *source.File, what, help string) (Node, *source.Error) {
	if e := hostile(f); e != nil {
		return nil, e
	}
	return parse(f, what, help)
}

// Fault is a fault of a file at an offset of it.
func Fault(f *source.File, at source.Span, msg string, args ...any) *source.Error {
	e := source.Errorf(source.Syntax, at, msg, args...)
	e.File, e.Where = f, at
	return e
}

// hostile refuses what would take the YAML library too far.
func hostile(f *source.File) *source.Error {
	if len(f.Text) > maxYAML {
		return Fault(f, source.At(0), "the file has more than %d MB, too many to read as YAML", maxYAML>>20)
	}
	depth, indent := 0, 0
	for i := range len(f.Text) {
		switch f.Text[i] {
		case '[', '{':
			depth++
		case ']', '}':
			depth = max(0, depth-1)
		case '\n':
			indent = 0
			continue
		case ' ', '-', '?', '\t':
			indent++
			if indent > maxIndent && indent == i-strings.LastIndexByte(f.Text[:i], '\n') {
				return Fault(f, source.At(i), "this line is indented by more than %d columns", maxIndent)
			}
			continue
		}
		if depth > maxBrackets {
			return Fault(f, source.At(i), "brackets nest more than %d deep here", maxBrackets)
		}
	}
	return nil
}

func parse(f *source.File, what, help string) (root ast.Node, fail *source.Error) {
	defer func() {
		if r := recover(); r != nil { // a fault of the library must not end the program
			root, fail = nil, Fault(f, source.At(0), "the file cannot be read as YAML")
		}
	}()
	tree, err := yamlparser.ParseBytes([]byte(f.Text), 0)
	if err != nil {
		return nil, yamlFault(f, err)
	}
	if len(tree.Docs) > 0 && tree.Docs[0].Body != nil {
		switch tree.Docs[0].Body.(type) {
		case *ast.MappingNode, *ast.MappingValueNode:
			return tree.Docs[0].Body, nil
		}
	}
	return nil, Fault(f, source.At(0), "the file is not %s", what).WithHelp("%s", help)
}

func yamlFault(f *source.File, err error) *source.Error {
	const help = "indent the lines below a key ending in | or > by two spaces; put a text that has ': ' or ' #' in it, or begins with ` | @ or %, between single quotes"
	var placed interface {
		GetToken() *token.Token
		GetMessage() string
	}
	if !errors.As(err, &placed) {
		msg, _, _ := strings.Cut(err.Error(), "\n")
		return Fault(f, source.At(0), "the file is not valid YAML: %s", msg).WithHelp("%s", help)
	}
	return Fault(f, source.At(Offset(f, placed.GetToken())), "the file is not valid YAML here: %s", placed.GetMessage()).WithHelp("%s", help)
}

// Offset is the byte offset of a token. The library counts lines and columns from
// 1, columns in characters; its own offsets cannot be relied on.
func Offset(f *source.File, t *token.Token) int {
	if t == nil || t.Position == nil {
		return 0
	}
	off := 0
	for line := 1; line < t.Position.Line; line++ {
		i := strings.IndexByte(f.Text[off:], '\n')
		if i < 0 {
			return len(f.Text)
		}
		off += i + 1
	}
	column := 1
	for i, r := range f.Text[off:] {
		if column >= t.Position.Column || r == '\n' {
			return off + i
		}
		column++
	}
	return len(f.Text)
}

// unwrap takes off what may stand around a value.
func unwrap(n ast.Node) ast.Node {
	for range 8 {
		switch x := n.(type) {
		case *ast.AnchorNode:
			n = x.Value
		case *ast.TagNode:
			n = x.Value
		default:
			return n
		}
	}
	return n
}

// Map gives the values of a mapping by their keys; empty for anything else.
func Map(n ast.Node) map[string]ast.Node {
	m := map[string]ast.Node{}
	switch x := unwrap(n).(type) {
	case *ast.MappingNode:
		for _, v := range x.Values {
			m[keyName(v)] = v.Value
		}
	case *ast.MappingValueNode:
		m[keyName(x)] = x.Value
	}
	return m
}

func keyName(v *ast.MappingValueNode) string {
	if n, ok := v.Key.(ast.Node); ok {
		if s, ok := Scalar(n); ok {
			return s
		}
	}
	return v.Key.String()
}

// List gives the values of a list. One value alone counts as a list of it.
func List(n ast.Node) []ast.Node {
	switch x := unwrap(n).(type) {
	case nil, *ast.NullNode:
		return nil
	case *ast.SequenceNode:
		return x.Values
	default:
		return []ast.Node{x}
	}
}

// Scalar is the text of a value as it was written, without quotes: 1.10 stays 1.10.
func Scalar(n ast.Node) (string, bool) {
	switch x := unwrap(n).(type) {
	case *ast.StringNode:
		return x.Value, true
	case *ast.LiteralNode:
		return x.Value.Value, true
	case nil, *ast.NullNode, *ast.MappingNode, *ast.MappingValueNode, *ast.SequenceNode, *ast.AliasNode, *ast.MergeKeyNode:
		return "", false
	default:
		if t := x.GetToken(); t != nil {
			return t.Value, true
		}
	}
	return "", false
}

// Text is the text of a value without white space around it, "" for none.
func Text(n ast.Node) string {
	s, _ := Scalar(n)
	return strings.TrimSpace(s)
}

// Texts are the texts of a list, empty ones left out.
func Texts(n ast.Node) []string {
	var out []string
	for _, v := range List(n) {
		if s := Text(v); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// At is where a value stands: all of it for a text on one line, else its start.
func At(f *source.File, n Node) source.Span {
	n = unwrap(n)
	if n == nil {
		return source.At(0)
	}
	tok := n.GetToken()
	switch x := n.(type) {
	case *ast.MappingNode:
		if len(x.Values) > 0 && !x.IsFlowStyle {
			return At(f, x.Values[0])
		}
		tok = x.Start
	case *ast.MappingValueNode:
		tok = x.Key.GetToken()
	case *ast.SequenceNode:
		tok = x.Start
	}
	off := Offset(f, tok)
	end := off
	if tok != nil && len(f.Text) >= off+len(tok.Value) && f.Text[off:off+len(tok.Value)] == tok.Value {
		end += len(tok.Value)
	}
	return source.Span{Start: off, End: end}
}

// Pair is an entry of a mapping.
type Pair struct {
	Key   string
	At    source.Span // of the key
	Value Node
}

// Pairs gives the entries of a mapping in their order; ok is false for what is none.
func Pairs(f *source.File, n Node) (pairs []Pair, ok bool) {
	add := func(v *ast.MappingValueNode) {
		pairs = append(pairs, Pair{keyName(v), source.Span{}, v.Value})
		p := &pairs[len(pairs)-1]
		p.At.Start = Offset(f, v.Key.GetToken())
		p.At.End = p.At.Start + len(p.Key)
	}
	switch x := unwrap(n).(type) {
	case *ast.MappingNode:
		for _, v := range x.Values {
			add(v)
		}
	case *ast.MappingValueNode:
		add(x)
	default:
		return nil, false
	}
	return pairs, true
}

// IsNull says whether a value is absent or null.
func IsNull(n Node) bool {
	switch unwrap(n).(type) {
	case nil, *ast.NullNode:
		return true
	}
	return false
}

// IsList says whether a value is a list.
func IsList(n Node) bool {
	_, ok := unwrap(n).(*ast.SequenceNode)
	return ok
}
