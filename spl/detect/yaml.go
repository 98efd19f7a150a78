package detect

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

// readYAML reads a detection of the security content.
func readYAML(f *source.File) (*Detection, source.Errors) {
	if e := hostile(f); e != nil {
		return nil, faults(e)
	}
	root, err := parseYAML(f)
	if err != nil {
		if d := readLoose(f); d != nil {
			return d, nil
		}
		return nil, faults(err)
	}
	m := mapping(root)
	n := m["search"]
	if n == nil {
		e := fault(f, source.At(0), "the file has no search")
		if m["definition"] != nil {
			return nil, faults(e.WithHelp("it defines a macro; give it with --macros"))
		}
		return nil, faults(e.WithHelp("a detection has a line search: with the search after it"))
	}
	text, ok := scalar(n)
	if !ok || strings.TrimSpace(text) == "" {
		if d := readLoose(f); d != nil {
			return d, nil
		}
		off, _, _ := valueAt(f.Text, "search")
		return nil, faults(fault(f, source.At(off), "the search of this file is empty or not a text").
			WithHelp("write search: |- and the search below it, each line indented by two spaces"))
	}
	off, _, _ := valueAt(f.Text, "search")
	origin, _ := align(f, off, text)
	d := describe(m)
	d.Origin, d.Search = origin, part(origin)
	return d, nil
}

// hostile refuses what would take the YAML library too far.
func hostile(f *source.File) *source.Error {
	if len(f.Text) > maxYAML {
		return fault(f, source.At(0), "the file has more than %d MB, too many for a detection", maxYAML>>20)
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
				return fault(f, source.At(i), "this line is indented by more than %d columns", maxIndent)
			}
			continue
		}
		if depth > maxBrackets {
			return fault(f, source.At(i), "brackets nest more than %d deep here", maxBrackets)
		}
	}
	return nil
}

// parseYAML gives the value of the file's first document.
func parseYAML(f *source.File) (root ast.Node, fail *source.Error) {
	defer func() {
		if r := recover(); r != nil { // a fault of the library must not end the program
			root, fail = nil, fault(f, source.At(0), "the file cannot be read as YAML")
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
	return nil, fault(f, source.At(0), "the file is not a detection").
		WithHelp("a detection has lines name: ... and search: ...")
}

func yamlFault(f *source.File, err error) *source.Error {
	const help = "indent the lines below a key ending in | or > by two spaces; put a text that has ': ' or ' #' in it, or begins with ` | @ or %, between single quotes"
	var placed interface {
		GetToken() *token.Token
		GetMessage() string
	}
	if !errors.As(err, &placed) {
		msg, _, _ := strings.Cut(err.Error(), "\n")
		return fault(f, source.At(0), "the file is not valid YAML: %s", msg).WithHelp("%s", help)
	}
	return fault(f, source.At(tokenAt(f, placed.GetToken())), "the file is not valid YAML here: %s", placed.GetMessage()).WithHelp("%s", help)
}

// tokenAt is the byte offset of a token. The library counts lines and columns from
// 1, columns in characters; its own offsets cannot be relied on.
func tokenAt(f *source.File, t *token.Token) int {
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

// mapping gives the values of a mapping by their keys; empty for anything else.
func mapping(n ast.Node) map[string]ast.Node {
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
		if s, ok := scalar(n); ok {
			return s
		}
	}
	return v.Key.String()
}

// list gives the values of a list. One value alone counts as a list of it.
func list(n ast.Node) []ast.Node {
	switch x := unwrap(n).(type) {
	case nil, *ast.NullNode:
		return nil
	case *ast.SequenceNode:
		return x.Values
	default:
		return []ast.Node{x}
	}
}

// scalar is the text of a value as it was written, without quotes: 1.10 stays 1.10.
func scalar(n ast.Node) (string, bool) {
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

func text(n ast.Node) string {
	s, _ := scalar(n)
	return strings.TrimSpace(s)
}

func texts(n ast.Node) []string {
	var out []string
	for _, v := range list(n) {
		if s := text(v); s != "" {
			out = append(out, s)
		}
	}
	return out
}
