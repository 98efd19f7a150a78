package command

import (
	"slices"
	"strings"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var replaceCommand = Command{
	Name:    "replace",
	Kind:    DistributableStreaming,
	Summary: "Replaces values of fields by others.",
	Usage:   `replace <value> WITH <value> [, <value> WITH <value>]... [IN <field-list>]`,
	Parse:   parseReplace,
}

type (
	replaceTree struct {
		Pairs []*replacePair `parser:"( ','* (?! 'in':Word) @@ )* ','*"`
		In    *replaceIn     `parser:"@@?"`
	}
	replacePair struct {
		Old  parser.Name  `parser:"@@"`
		With []string     `parser:"( ','* @'with':Word )?"`
		New  *parser.Name `parser:"( (?! 'with':Word | 'in':Word) @@ )?"`
	}
	replaceIn struct {
		Word   parser.Name    `parser:"@@"`
		Fields []*parser.Name `parser:"( ','* @@ )* ','*"`
	}
)

var replaceGrammar = parser.NewGrammar[replaceTree](parser.ArgTokens, `replace "-" WITH "unknown" IN user`)

type replaceNode struct {
	pairs  []namePair
	fields []string // none: all but Splunk's own
}

func parseReplace(_ *Command, a *parser.Args) (Node, source.Errors) {
	tree, err := replaceGrammar.Parse(a)
	if err != nil {
		return nil, source.Errors{err}
	}
	n := &replaceNode{}
	var errs source.Errors
	for _, p := range tree.Pairs {
		switch {
		case len(p.With) == 0:
			errs = append(errs, source.Errorf(source.Syntax, source.At(p.Old.Span.End), "WITH is missing after `%s`", p.Old.Text).
				WithHelp(`for example: replace "-" WITH "unknown" IN user`))
		case p.New == nil:
			errs = append(errs, source.Errorf(source.Syntax, source.At(p.Old.Span.End), "the new value of `%s` is missing after WITH", p.Old.Text))
		default:
			n.pairs = append(n.pairs, namePair{p.Old.Text, p.New.Text})
		}
	}
	if len(tree.Pairs) == 0 {
		errs = append(errs, source.Errorf(source.Syntax, source.At(a.Base), "`replace` needs a value and its new value").WithHelp(`for example: replace "-" WITH "unknown" IN user`))
	}
	if tree.In != nil {
		n.fields = texts(tree.In.Fields)
		if len(n.fields) == 0 {
			errs = append(errs, source.Errorf(source.Syntax, source.At(tree.In.Word.Span.End), "the fields are missing after IN"))
		}
	}
	return n, errs
}

func (n *replaceNode) String() string {
	out := make([]string, len(n.pairs))
	for i, p := range n.pairs {
		out[i] = parser.Quote(p.old) + " WITH " + parser.Quote(p.new)
	}
	s := strings.Join(out, ", ")
	if len(n.fields) > 0 {
		s += " IN " + nameList(n.fields)
	}
	return s
}

func (n *replaceNode) Plan(*Planning) *engine.Plan {
	wanted := batch.AllFields
	return &engine.Plan{

		Reads: func(w batch.Fields) batch.Fields {
			wanted = w // so that no other field is read
			return w
		},
		Transient: true,
		Map: engine.Streaming(func(*engine.Context) (engine.MapFunc, error) {
			return func(b *batch.Batch) (*batch.Batch, error) {
				out := b.Clone()
				for _, name := range n.fieldsOf(out, wanted) {
					if c := out.Col(name); c.Any() {
						out.Set(name, mapValues(b, c, n.replace))
					}
				}
				return out, nil
			}, nil
		}),
	}
}

// fieldsOf are the fields to look at.
func (n *replaceNode) fieldsOf(b *batch.Batch, wanted batch.Fields) []string {
	patterns := n.fields
	if len(patterns) == 0 {
		if names, ok := wanted.Exact(); ok {
			return slices.DeleteFunc(slices.Clone(names), batch.Internal)
		}
		patterns = []string{"*"}
	}
	if slices.ContainsFunc(patterns, isPattern) {
		b.Load()
	}
	var out []string
	for _, p := range patterns {
		out = append(out, expand(p, b.Names)...)
	}
	return out
}

// replace is the value that the first pair that fits makes of a value. A * in the
// new value is what the * of the old one stood for; where the old one has none, it
// is a star.
func (n *replaceNode) replace(v string) string {
	for _, p := range n.pairs {
		if !isPattern(p.old) {
			if v == p.old {
				return p.new
			}
			continue
		}
		if stars, ok := batch.MatchStars(p.old, v); ok {
			return batch.FillStars(p.new, stars)
		}
	}
	return v
}
