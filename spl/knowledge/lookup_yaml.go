package knowledge

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/goccy/go-yaml/ast"
	yamlparser "github.com/goccy/go-yaml/parser"

	"spl/parser/source"
)

const (
	maxYAMLBytes = 1 << 20
	maxYAMLDepth = 100 // of brackets, and of spaces before a line
)

// readYAML reads an ESCU lookup file: a mapping with name, and filename or
// collection or lookup_type. Any other YAML file is none of ours.
func (ls *lookups) readYAML(folder fs.FS, p string, d fs.DirEntry) source.Errors {
	if info, err := d.Info(); err != nil || !d.Type().IsRegular() || info.Size() > maxYAMLBytes {
		return nil
	}
	text, err := fs.ReadFile(folder, p)
	if err != nil {
		return source.Errors{fileFault(p, "cannot be read: %s", err)}
	}
	m, lines, err := yamlTexts(string(text))
	if err != nil {
		return source.Errors{fileFault(p, "cannot be read as YAML: %s", err)}
	}
	name := m["name"]
	if name == "" || m["filename"] == "" && m["collection"] == "" && m["lookup_type"] == "" {
		return nil
	}
	if m["fields_list"] == "" {
		m["fields_list"] = m["fields"]
	}
	switch m["lookup_type"] {
	case "kvstore":
		if m["collection"] == "" {
			m["collection"] = name
		}
	case "csv":
		if m["filename"] == "" {
			m["filename"] = strings.TrimSuffix(strings.TrimSuffix(path.Base(p), ".yaml"), ".yml") + ".csv"
		}
	}
	l, errs := newLookup(name, func(key string) (defSetting, bool) {
		v, ok := m[key]
		line := lines[key]
		if key == "fields_list" && line == 0 {
			line = lines["fields"]
		}
		return defSetting{v, func(format string, args ...any) *source.Error { return lineFault(p, line, format, args...) }}, ok
	})
	// The files of the folder may not all be known yet.
	ls.later = append(ls.later, l)
	return errs
}

// yamlTexts reads a mapping as texts, of a list its elements with commas between, and
// the line of each key.
func yamlTexts(text string) (_ map[string]string, lines map[string]int, err error) {
	defer func() {
		if r := recover(); r != nil { // a fault of the library must not end the program
			err = fmt.Errorf("%v", r)
		}
	}()
	if err := tooDeep(text); err != nil {
		return nil, nil, err
	}
	tree, err := yamlparser.ParseBytes([]byte(text), 0)
	if err != nil {
		first, _, _ := strings.Cut(err.Error(), "\n")
		return nil, nil, errors.New(first)
	}
	out, lines := map[string]string{}, map[string]int{}
	if len(tree.Docs) == 0 {
		return out, lines, nil
	}
	for _, v := range mappingValues(tree.Docs[0].Body) {
		out[v.Key.String()] = nodeText(v.Value)
		lines[v.Key.String()] = v.Key.GetToken().Position.Line
	}
	return out, lines, nil
}

func mappingValues(n ast.Node) []*ast.MappingValueNode {
	switch n := n.(type) {
	case *ast.MappingNode:
		return n.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}
	}
	return nil
}

// nodeText is a scalar as it was written, without quotes. Aliases are not followed.
func nodeText(n ast.Node) string {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value
	case *ast.LiteralNode:
		return n.Value.Value
	case *ast.SequenceNode:
		var list []string
		for _, x := range n.Values {
			list = append(list, nodeText(x))
		}
		return strings.Join(list, ",")
	case *ast.IntegerNode, *ast.BoolNode, *ast.FloatNode:
		return n.GetToken().Value
	}
	return ""
}

// tooDeep refuses a text whose nesting could exhaust the stack of the YAML reader.
func tooDeep(text string) error {
	depth := 0
	for i := range len(text) {
		switch text[i] {
		case '[', '{':
			depth++
		case ']', '}':
			depth = max(0, depth-1)
		case '-':
			if strings.HasPrefix(text[i:], strings.Repeat("- ", maxYAMLDepth)) {
				depth = maxYAMLDepth + 1
			}
		}
		if depth > maxYAMLDepth {
			return fmt.Errorf("it nests more than %d deep", maxYAMLDepth)
		}
	}
	for line := range strings.Lines(text) {
		if len(line)-len(strings.TrimLeft(line, " ")) > maxYAMLDepth*2 {
			return fmt.Errorf("it nests more than %d deep", maxYAMLDepth)
		}
	}
	return nil
}
