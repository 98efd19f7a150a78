package macros

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml/ast"
	yamlparser "github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"spl/parser/source"
)

// maxYAML is how large the YAML of one macro may be, in bytes: many times the longest
// published one. maxBrackets is how many more brackets may be opened than closed in
// it, also within texts: the YAML library's work, and its stack, grow with the nesting.
const (
	maxYAML     = 256 << 10
	maxBrackets = 1000
)

// LoadYAML adds the macro of an ESCU file: name, definition, and arguments as a
// list of names (macros.md 2.4). Line breaks in the definition count as spaces. It
// replaces the whole of a macro of that name and number of arguments.
func (s *Set) LoadYAML(name, text string) source.Errors { return s.loadYAML(name, text, false) }

// loadYAML passes over a file without a definition if that may be something else.
func (s *Set) loadYAML(name, text string, maybeOther bool) source.Errors {
	f := &source.File{Name: name, Text: strings.TrimPrefix(text, "\ufeff")}
	if len(f.Text) > maxYAML {
		if maybeOther {
			return nil
		}
		return source.Errors{faultIn(f, source.At(0), "the file has more than %d bytes, too many for a macro", maxYAML)}
	}
	if at := tooNested(f.Text); at >= 0 {
		return source.Errors{faultIn(f, source.At(at), "brackets nest more than %d deep here", maxBrackets)}
	}
	root, err := parseYAML(f)
	if err != nil {
		return source.Errors{err}
	}
	y := yamlMacro{file: f, values: map[string]ast.Node{}}
	for _, v := range root {
		y.values[v.Key.String()] = v.Value
	}
	if maybeOther && y.values["definition"] == nil {
		return nil
	}
	m := y.macro()
	if len(y.errs) == 0 {
		if e := m.Fault(); e != nil {
			y.errs = append(y.errs, e)
		} else {
			s.Add(m)
		}
	}
	return y.errs
}

// tooNested is where brackets nest too deep, or -1.
func tooNested(text string) int {
	depth := 0
	for i := range len(text) {
		switch text[i] {
		case '[', '{':
			if depth++; depth > maxBrackets {
				return i
			}
		case ']', '}':
			depth = max(0, depth-1)
		}
	}
	return -1
}

// parseYAML gives the keys of a file whose whole is one mapping.
func parseYAML(f *source.File) (root []*ast.MappingValueNode, fault *source.Error) {
	defer func() {
		if r := recover(); r != nil { // a fault of the library must not end the program
			root, fault = nil, faultIn(f, source.At(0), "the file cannot be read as YAML")
		}
	}()
	tree, err := yamlparser.ParseBytes([]byte(f.Text), 0)
	if err != nil {
		return nil, yamlFault(f, err)
	}
	if len(tree.Docs) > 0 {
		switch body := tree.Docs[0].Body.(type) {
		case *ast.MappingNode:
			return body.Values, nil
		case *ast.MappingValueNode:
			return []*ast.MappingValueNode{body}, nil
		case nil:
			return nil, nil
		}
	}
	return nil, faultIn(f, source.At(0), "the file is not a macro").WithHelp("write lines name: ... and definition: ...")
}

func yamlFault(f *source.File, err error) *source.Error {
	var placed interface {
		GetToken() *token.Token
		GetMessage() string
	}
	if !errors.As(err, &placed) {
		msg, _, _ := strings.Cut(err.Error(), "\n")
		return faultIn(f, source.At(0), "the file cannot be read as YAML: %s", msg)
	}
	off := tokenAt(f, placed.GetToken())
	return faultIn(f, source.At(off), "the file cannot be read as YAML: %s", placed.GetMessage()).
		WithHelp("put a definition with a colon or a quote in it between single quotes, and double the single quotes in it")
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
	rest := f.Text[off:]
	column := 1
	for i, r := range rest {
		if column == t.Position.Column || r == '\n' {
			return off + i
		}
		column++
	}
	return len(f.Text)
}

// yamlMacro makes a macro of a file's values.
type yamlMacro struct {
	file   *source.File
	values map[string]ast.Node
	errs   source.Errors
}

func (y *yamlMacro) fault(n ast.Node, help, msg string, args ...any) {
	at := source.At(0)
	if n != nil && n.GetToken() != nil {
		off := tokenAt(y.file, n.GetToken())
		at = source.Span{Start: off, End: min(len(y.file.Text), off+len(n.GetToken().Value))}
	}
	y.errs = append(y.errs, faultIn(y.file, at, msg, args...).WithHelp("%s", help))
}

func (y *yamlMacro) macro() *Macro {
	m := &Macro{Origin: y.file.Name, File: y.file}
	if n := y.need("name"); n != nil {
		m.Name = strings.TrimSpace(scalar(n))
		off := startOf(y.file, tokenAt(y.file, n.GetToken()), m.Name)
		m.At = source.Span{Start: off, End: min(len(y.file.Text), off+len(m.Name))}
		if !isName(m.Name) {
			y.fault(n, "a macro's name is made of letters, digits, '_' and '-'", "%q cannot be a macro's name", m.Name)
		}
	}
	if n := y.need("definition"); n != nil {
		if !isScalar(n) {
			y.fault(n, "put the definition between quotes", "the definition is not a text")
		}
		m.Definition = y.text(n)
	}
	m.Args = y.arguments()
	m.Arity = len(m.Args)
	if n := y.values["description"]; n != nil {
		m.Description = scalar(n)
	}
	return m
}

func (y *yamlMacro) need(key string) ast.Node {
	n := y.values[key]
	if n == nil {
		y.fault(nil, fmt.Sprintf("add a line %s: ...", key), "the macro has no %s", key)
	}
	return n
}

func (y *yamlMacro) arguments() []string {
	n := y.values["arguments"]
	switch n := n.(type) {
	case nil, *ast.NullNode:
		return nil
	case *ast.SequenceNode:
		var names []string
		for _, v := range n.Values {
			if v == nil || !isScalar(v) {
				y.fault(n, "write arguments: [first, second]", "the arguments are not a list of names")
				return nil
			}
			names = append(names, strings.TrimSpace(scalar(v)))
		}
		return names
	}
	y.fault(n, "write arguments: [first, second]", "the arguments are not a list of names")
	return nil
}

// isScalar says whether a node is a text. Definitions such as false, null or 100
// are texts too, whatever YAML makes of them.
func isScalar(n ast.Node) bool {
	switch n.(type) {
	case *ast.MappingNode, *ast.MappingValueNode, *ast.SequenceNode, *ast.AliasNode, *ast.AnchorNode, *ast.TagNode, *ast.MergeKeyNode:
		return false
	}
	return true
}

// scalar is a node's text as it was written, without quotes.
func scalar(n ast.Node) string {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value
	case *ast.LiteralNode:
		return n.Value.Value
	}
	if t := n.GetToken(); t != nil && isScalar(n) {
		return t.Value
	}
	return ""
}

// text is the definition, its line breaks made spaces, with the place of each
// character as far as it can be followed in the file.
func (y *yamlMacro) text(n ast.Node) *source.Text {
	value := strings.TrimSpace(strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ").Replace(scalar(n)))
	off := tokenAt(y.file, n.GetToken())
	if _, block := n.(*ast.LiteralNode); block { // its text begins on the line after the '|' or '>'
		if i := strings.IndexByte(y.file.Text[off:], '\n'); i >= 0 {
			off += i + 1
		}
	}
	return align(y.file, startOf(y.file, off, value), value)
}

// startOf finds where a value begins, near the place where the library saw it: that
// is the opening quote, or a line before the text of a block, or too far right by the
// spaces that follow a plain value.
func startOf(f *source.File, off int, value string) int {
	word, _, _ := strings.Cut(value, " ")
	if off == len(f.Text) || word == "" || strings.HasPrefix(f.Text[off:], word) {
		return off
	}
	_, start := f.Line(off)
	if i := strings.LastIndex(f.Text[start:min(len(f.Text), off+len(word))], word); i > 0 && !isQuote(f.Text[off]) {
		return start + i
	}
	if i := strings.IndexByte(f.Text[off:], value[0]); i > 0 {
		return off + i
	}
	return off
}

func isQuote(c byte) bool { return c == '\'' || c == '"' }

// align follows value through the file from off on: YAML drops indents, folds line
// breaks into spaces, and doubles or escapes quotes. Where it cannot be followed
// any more, the rest points at that spot.
func align(f *source.File, off int, value string) *source.Text {
	work := maxWork
	b := &builder{work: &work}
	for i := 0; i < len(value); {
		n := 0
		for i+n < len(value) && off+n < len(f.Text) && value[i+n] == f.Text[off+n] {
			n++
		}
		b.add(value[i:i+n], source.Piece{File: f, Src: source.Span{Start: off, End: off + n}})
		i, off = i+n, off+n
		if i == len(value) {
			break
		}
		switch {
		case off < len(f.Text) && value[i] == ' ' && isBreak(f.Text[off]):
			b.fixed(" ", f, source.At(off), nil)
			i, off = i+1, off+1
		case off < len(f.Text) && (isBreak(f.Text[off]) || strings.IndexByte(" \t'\\", f.Text[off]) >= 0):
			off++
		default:
			b.fixed(value[i:], f, source.At(min(off, len(f.Text))), nil)
			i = len(value)
		}
	}
	return b.text()
}

func isBreak(c byte) bool { return c == '\n' || c == '\r' }
