package command

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
	"spl/spl/knowledge"
)

var lookupCommand = Command{
	Name:    "lookup",
	Kind:    DistributableStreaming,
	Summary: "Adds fields from the rows of a lookup table that match.",
	Usage:   "lookup <table> <column> [AS <field>]... [OUTPUT|OUTPUTNEW <column> [AS <field>]...]",
	Options: []Option{
		{"local", Bool, "false", "accepted; there is one server"},
		{"update", Bool, "false", "accepted; a search has the table as it is when the search begins"},
	},
	Parse: parseLookup,
}

type (
	lookupTree struct {
		Before []*option    `parser:"( @@ ','* )*"`
		Table  *parser.Name `parser:"( @@ ','* )?"`
		In     []*lookupArg `parser:"( (?! 'output':Word | 'outputnew':Word) @@ ','* )*"`
		Output *parser.Name `parser:"( (?= 'output':Word | 'outputnew':Word) @@ ','*"`
		Out    []*lookupArg `parser:"( @@ ','* )* )?"`
	}
	lookupArg struct {
		Option *option      `parser:"  @@"`
		Pair   *lookupField `parser:"| @@"`
	}
	lookupField struct {
		Column parser.Name  `parser:"@@"`
		As     bool         `parser:"( @'as':Word"`
		Field  *parser.Name `parser:"@@ )?"`
	}
)

var lookupGrammar = parser.NewGrammar[lookupTree](parser.ArgTokens, "lookup assets host AS dest OUTPUT owner")

type lookupNode struct {
	use   *knowledge.LookupUse
	opts  *options
	table *parser.Name
	cols  []*parser.Name // of use.In and then of use.Out
}

func parseLookup(c *Command, a *parser.Args) (Node, source.Errors) {
	tree, err := lookupGrammar.Parse(a)
	if err != nil {
		return nil, source.Errors{err}
	}
	if tree.Table == nil {
		return nil, one(source.Errorf(source.Syntax, source.At(a.Base), "`lookup` needs the name of a lookup table").WithHelp("for example: lookup assets host AS dest OUTPUT owner"))
	}
	n := &lookupNode{table: tree.Table, use: &knowledge.LookupUse{Table: tree.Table.Text}}
	opts := tree.Before
	var errs, more source.Errors
	n.use.In, opts, errs = n.pairs(tree.In, opts)
	n.use.Out, opts, more = n.pairs(tree.Out, opts)
	n.opts = checkOptions(c, opts)
	errs = append(append(errs, more...), n.opts.errs...)
	if len(n.use.In) == 0 {
		errs = append(errs, source.Errorf(source.Syntax, source.At(tree.Table.Span.End), "`lookup` needs a column of `%s` to look up", tree.Table.Text).
			WithHelp("for example: lookup %s host AS dest OUTPUT owner", tree.Table))
	}
	if tree.Output != nil {
		n.use.New = len(tree.Output.Text) > len("output")
	}
	return n, errs
}

func (n *lookupNode) pairs(args []*lookupArg, opts []*option) (out []knowledge.FieldPair, _ []*option, errs source.Errors) {
	for _, x := range args {
		if x.Option != nil {
			opts = append(opts, x.Option)
			continue
		}
		if c := x.Pair.Column; c.Bare() && strings.EqualFold(c.Text, "as") && x.Pair.Field == nil {
			errs = append(errs, source.Errorf(source.Syntax, c.Span, "AS needs a column before it and a field behind it").WithHelp("for example: lookup assets host AS dest OUTPUT owner"))
			continue
		}
		p := knowledge.FieldPair{Table: x.Pair.Column.Text, Event: x.Pair.Column.Text}
		if x.Pair.Field != nil {
			p.Event = x.Pair.Field.Text
		}
		out = append(out, p)
		n.cols = append(n.cols, &x.Pair.Column)
	}
	return out, opts, errs
}

func (n *lookupNode) String() string {
	s := trimLeadingSpace(n.opts.String() + " " + parser.Word(n.table.Text))
	s += pairsString(n.use.In)
	switch {
	case n.use.New:
		s += " OUTPUTNEW"
	case len(n.use.Out) > 0:
		s += " OUTPUT"
	}
	return s + pairsString(n.use.Out)
}

func pairsString(pairs []knowledge.FieldPair) string {
	s := ""
	for _, p := range pairs {
		s += " " + parser.Word(p.Table)
		if p.Event != p.Table {
			s += " AS " + parser.Word(p.Event)
		}
	}
	return s
}

// Check is part of [Checker].
func (n *lookupNode) Check(p *Planning) source.Errors {
	err := p.Knowledge.CheckLookup(n.use)
	if err == nil {
		return nil
	}
	var errs source.Errors
	var column *knowledge.ColumnError
	if !errors.As(err, &column) {
		return one(lookupFault(n.table, err))
	}
	t, _ := p.Knowledge.Lookup(n.use.Table)
	table, _ := t.Table()
	for _, c := range n.cols {
		if table.Has(c.Text) {
			continue
		}
		missing := knowledge.ColumnError{Column: c.Text, Have: table.Fields}
		e := source.Errorf(source.UnknownArgument, c.Span, "%s", missing.Error())
		if near := Nearest(c.Text, table.Fields); near != "" {
			e.Help = "did you mean `" + near + "`?"
		} else if len(table.Fields) > 0 {
			e.Help = "its columns are " + nameList(table.Fields)
		}
		errs = append(errs, e)
	}
	return errs
}

// uses are the fields that are compared; those of OUTPUTNEW may well be missing.
func (n *lookupNode) uses() []string {
	out := make([]string, len(n.use.In))
	for i, p := range n.use.In {
		out[i] = p.Event
	}
	return out
}

func (n *lookupNode) gives(s engine.Schema) engine.Schema {
	if len(n.use.Out) == 0 {
		return opens(s)
	}
	for _, p := range n.use.Out {
		s = s.With(p.Event)
	}
	return s
}

func (n *lookupNode) Plan(p *Planning) *engine.Plan {
	use := *n.use
	use.Zone = p.Zone
	base := p.Knowledge
	reads := use.Reads(base)
	var once sync.Once
	return &engine.Plan{
		Gives:     n.gives,
		Uses:      n.uses(),
		Reads:     func(wanted batch.Fields) batch.Fields { return wanted.Add(reads...) },
		Transient: true,
		Map: engine.Streaming(func(c *engine.Context) (engine.MapFunc, error) {
			e, err := base.Enricher(&use)
			if err != nil {
				return nil, fmt.Errorf("`lookup`: %w", err)
			}
			once.Do(func() { remark(c, e.Remarks()) })
			return func(b *batch.Batch) (*batch.Batch, error) {
				names, cols := e.Columns(b)
				b = b.Clone()
				for i, name := range names {
					b.Set(name, cols[i])
				}
				return b, c.Err()
			}, nil
		}),
	}
}

// remark tells of faults of a table's file.
func remark(c *engine.Context, remarks []string) {
	for _, r := range remarks {
		c.Notices.Add("lookup", r, 1)
	}
}
