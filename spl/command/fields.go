package command

import (
	"slices"
	"strings"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var fieldsCommand = Command{
	Name:    "fields",
	Kind:    DistributableStreaming,
	Summary: "Keeps or removes fields.",
	Usage:   "fields [+|-] <field-list>",
	Parse:   parseFields,
}

type fieldsTree struct {
	Sign  string         `parser:"@( '+':Word | '-':Word )?"`
	Names []*parser.Name `parser:"( ','* @@ )* ','*"`
}

var fieldsGrammar = parser.NewGrammar[fieldsTree](parser.NameTokens, "fields src, dest, user*")

type fieldsNode struct {
	remove bool
	names  []string // with wildcards
}

func parseFields(_ *Command, a *parser.Args) (Node, source.Errors) {
	tree, err := fieldsGrammar.Parse(a)
	if err != nil {
		return nil, source.Errors{err}
	}
	n := &fieldsNode{remove: tree.Sign == "-", names: texts(tree.Names)}
	// A sign may touch the first name: fields -a
	if tree.Sign == "" && len(tree.Names) > 0 && tree.Names[0].Bare() {
		if first := n.names[0]; len(first) > 1 && (first[0] == '-' || first[0] == '+') {
			n.remove, n.names[0] = first[0] == '-', first[1:]
		}
	}
	if len(n.names) == 0 {
		return nil, one(source.Errorf(source.Syntax, source.At(a.Base), "`fields` needs the names of fields").WithHelp("for example: fields src, dest"))
	}
	return n, nil
}

func (n *fieldsNode) String() string {
	if n.remove {
		return "- " + nameList(n.names)
	}
	s := nameList(n.names)
	if strings.HasPrefix(s, "-") || strings.HasPrefix(s, "+") {
		return "+ " + s
	}
	return s
}

// reads narrows what is wanted to what is kept. Splunk's own fields are kept
// though nobody names them.
func (n *fieldsNode) reads(wanted batch.Fields) batch.Fields {
	if n.remove {
		return wanted.Without(n.names...)
	}
	keep := batch.FieldsOf(n.names...)
	if wanted.All {
		return keep.Add("_time", "_raw", "_*")
	}
	out := batch.Fields{}
	for _, w := range wanted.Names {
		if keep.Has(w) || batch.Internal(w) {
			out = out.Add(w)
		}
	}
	for _, p := range wanted.Patterns {
		if batch.Internal(p) {
			out = out.Add(p)
			continue
		}
		return out.Union(keep).Union(wanted)
	}
	return out
}

func (n *fieldsNode) Plan(*Planning) *engine.Plan {
	return &engine.Plan{
		Gives:     n.gives,
		Chooses:   true,
		Uses:      n.uses(),
		Reads:     n.reads,
		Transient: true,
		Map: engine.Streaming(func(*engine.Context) (engine.MapFunc, error) {
			if n.remove {
				return func(b *batch.Batch) (*batch.Batch, error) { return n.drop(b), nil }, nil
			}
			return func(b *batch.Batch) (*batch.Batch, error) { return n.keep(b), nil }, nil
		}),
	}
}

func (n *fieldsNode) gives(s engine.Schema) engine.Schema {
	if n.remove {
		return s.Without(n.names...)
	}
	return s.Only(append(slices.Clone(n.names), "_*", "_time", "_raw")...)
}

// uses are the fields that are to be kept.
func (n *fieldsNode) uses() []string {
	if n.remove {
		return nil
	}
	return n.names
}

func (n *fieldsNode) drop(b *batch.Batch) *batch.Batch {
	if slices.ContainsFunc(n.names, isPattern) {
		b.Load()
	}
	b = b.Clone()
	for _, p := range n.names {
		if !isPattern(p) {
			b.Drop(p)
			continue
		}
		for _, name := range slices.Clone(b.Names) {
			if batch.MatchName(p, name) {
				b.Drop(name)
			}
		}
	}
	return b
}

func isPattern(name string) bool { return strings.Contains(name, "*") }

// keep puts the fields in the order of the list, then Splunk's own.
func (n *fieldsNode) keep(b *batch.Batch) *batch.Batch {
	if slices.ContainsFunc(n.names, isPattern) {
		b.Load()
	}
	out := &batch.Batch{Rows: b.Rows, Places: b.Places, From: b.From}
	for _, p := range n.names {
		for _, name := range expand(p, b.Names) {
			// A field that no row has gets no column.
			if c := b.Col(name); c != nil && out.Index(name) < 0 {
				out.Set(name, c)
			}
		}
	}
	internal := []string{"_time", "_raw"}
	for _, name := range b.Names {
		if batch.Internal(name) {
			internal = append(internal, name)
		}
	}
	for _, name := range internal {
		if c := b.Col(name); c != nil && out.Index(name) < 0 {
			out.Set(name, c)
		}
	}
	return out
}

// expand gives the names that a pattern stands for, in their order; a plain name
// stands for itself.
func expand(pattern string, names []string) []string {
	if !isPattern(pattern) {
		return []string{pattern}
	}
	var out []string
	for _, n := range names {
		if batch.MatchName(pattern, n) {
			out = append(out, n)
		}
	}
	return out
}
