package command

import (
	"strings"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var strcatCommand = Command{
	Name:    "strcat",
	Kind:    DistributableStreaming,
	Summary: "Joins fields and texts to one text.",
	Usage:   `strcat [allrequired=<bool>] (<field> | "<text>")... <new-field>`,
	Options: []Option{{"allrequired", Bool, "false", "set nothing where a field is missing"}},
	Parse:   parseStrcat,
}

var strcatGrammar = parser.NewGrammar[argList](parser.ArgTokens, `strcat host ":" port address`)

type strcatNode struct {
	parts []*parser.Name // in double quotes a text, else a field
	dest  string
	all   bool
}

func parseStrcat(c *Command, a *parser.Args) (Node, source.Errors) {
	names, o, errs := fieldArgs(c, a, strcatGrammar)
	if len(errs) > 0 {
		return nil, errs
	}
	if len(names) < 2 {
		return nil, one(source.Errorf(source.Syntax, source.At(a.Base), "`strcat` needs what to join and the name of the new field").WithHelp(`for example: strcat host ":" port address`))
	}
	return &strcatNode{names[:len(names)-1], names[len(names)-1].Text, o.bool("allrequired", false)}, nil
}

func (n *strcatNode) String() string {
	s := ""
	if n.all {
		s = "allrequired=true "
	}
	for _, p := range n.parts {
		if p.Quote == '"' {
			s += parser.Quote(p.Text) + " "
		} else {
			s += fieldWord(p.Text) + " "
		}
	}
	return s + parser.Word(n.dest)
}

// fieldWord writes a field's name so that it is not read as a text.
func fieldWord(name string) string {
	if w := parser.Word(name); w[0] != '"' {
		return w
	}
	return parser.QuoteField(name)
}

func (n *strcatNode) reads(wanted batch.Fields) batch.Fields {
	if !n.all {
		wanted = wanted.Without(n.dest)
	}
	for _, p := range n.parts {
		if p.Quote != '"' {
			wanted = wanted.Add(p.Text)
		}
	}
	return wanted
}

func (n *strcatNode) Plan(*Planning) *engine.Plan {
	return &engine.Plan{
		Gives:     engine.Adds(n.dest),
		Reads:     n.reads,
		Transient: true,
		Map: engine.Streaming(func(*engine.Context) (engine.MapFunc, error) {
			return func(b *batch.Batch) (*batch.Batch, error) { return n.join(b), nil }, nil
		}),
	}
}

// join sets the new field.
//
// Choice: of a multivalue the values are joined with line feeds, as eval does.
func (n *strcatNode) join(b *batch.Batch) *batch.Batch {
	cols := make([]*batch.Column, len(n.parts))
	for i, p := range n.parts {
		if p.Quote == '"' {
			cols[i] = batch.Constant(p.Text, b.Rows)
		} else {
			cols[i] = b.Col(p.Text)
		}
	}
	var old *batch.Column
	if n.all {
		old = b.Col(n.dest)
	}
	bl := b.Builder()
	var text []byte
	for r := range b.Rows {
		text = text[:0]
		missing := false
		for _, c := range cols {
			vals := c.Values(r)
			missing = missing || len(vals) == 0
			if len(vals) == 1 {
				text = append(text, vals[0]...)
			} else {
				text = append(text, strings.Join(vals, "\n")...)
			}
		}
		if missing && n.all {
			bl.Append(old.Values(r)...)
		} else {
			bl.String(string(text))
		}
	}
	out := b.Clone()
	out.Set(n.dest, bl.Column())
	return out
}
