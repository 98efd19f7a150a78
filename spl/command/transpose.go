package command

import (
	"strconv"
	"strings"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var transposeCommand = Command{
	Name:    "transpose",
	Kind:    DatasetProcessing,
	Summary: "Turns rows into columns.",
	Usage:   "transpose [<n>] [column_name=<text>] [header_field=<field>] [include_empty=<bool>]",
	Options: []Option{
		{"column_name", Text, "column", "the name of the column that holds the names of fields"},
		{"header_field", Text, "", "the field whose values name the new columns"},
		{"include_empty", Bool, "true", "give fields without any value too"},
	},
	Parse: parseTranspose,
}

var transposeGrammar = parser.NewGrammar[argList](parser.ArgTokens, "transpose 10 header_field=host")

type transposeNode struct {
	n    int // 0: all rows
	opts *options
}

func parseTranspose(c *Command, a *parser.Args) (Node, source.Errors) {
	names, o, errs := fieldArgs(c, a, transposeGrammar)
	if o == nil {
		return nil, errs
	}
	n := &transposeNode{n: 5, opts: o}
	for i, x := range names {
		v, err := strconv.Atoi(x.Text)
		if err != nil || v < 0 || i > 0 {
			errs = append(errs, source.Errorf(source.Syntax, x.Span, "`%s` is not a number of rows", x.Text).WithHelp("for example: transpose 10; all rows: transpose 0"))
			continue
		}
		n.n = v
	}
	return n, errs
}

func (n *transposeNode) String() string { return strconv.Itoa(n.n) + n.opts.String() }

func (n *transposeNode) Plan(*Planning) *engine.Plan {
	table := false
	return &engine.Plan{
		Comes: func(t bool) { table = t },
		Gives: engine.MakesAny,
		Shape: engine.Table,
		Wants: engine.Order,
		Makes: true,
		Limit: n.n,
		Reads: func(batch.Fields) batch.Fields { return batch.AllFields },
		Reduce: func(c *engine.Context) (engine.Operator, error) {
			turn := func(bs []*batch.Batch, emit engine.Emit) error { return n.turn(bs, table, emit) }
			return &transpose{node: n, hold: holdAll{ctx: c, name: "transpose", then: turn}, left: n.n}, nil
		},
	}
}

type transpose struct {
	node *transposeNode
	hold holdAll
	left int
}

func (t *transpose) Push(b *batch.Batch, emit engine.Emit) error {
	if t.node.n > 0 {
		if t.left == 0 {
			return engine.Enough
		}
		b = b.First(min(t.left, b.Rows))
		t.left -= b.Rows
	}
	return t.hold.Push(b, emit)
}

func (t *transpose) Flush(emit engine.Emit) error { return t.hold.Flush(emit) }

// turn makes the table. Choice: of the internal fields only _time and _raw become
// rows.
func (n *transposeNode) turn(bs []*batch.Batch, table bool, emit engine.Emit) error {
	if len(bs) == 0 {
		return nil
	}
	all := batch.Concat(bs)
	header := n.opts.text("header_field", "")
	var names []string
	var cols []*batch.Column
	all.Load()
	for _, i := range columnOrder(all, table) {
		name, c := all.Names[i], all.Cols[i]
		if name == header || batch.Internal(name) && name != "_time" && name != "_raw" {
			continue
		}
		if !n.opts.bool("include_empty", true) && emptyColumn(c, all.Rows) {
			continue
		}
		names, cols = append(names, name), append(cols, c)
	}
	out := batch.New(len(names))
	out.Set(n.opts.text("column_name", "column"), batch.Strings(names))
	heads := all.Col(header)
	for r := range all.Rows {
		var bl batch.Builder
		for _, c := range cols {
			bl.Append(c.Values(r)...)
		}
		head := "row " + strconv.Itoa(r+1)
		if v := heads.Values(r); len(v) > 0 {
			head = strings.Join(v, " ")
		}
		out.Set(head, bl.Column())
	}
	return emit(out)
}

// emptyColumn says whether no row has more than an empty text.
func emptyColumn(c *batch.Column, rows int) bool {
	for r := range rows {
		for _, v := range c.Values(r) {
			if v != "" {
				return false
			}
		}
	}
	return true
}
