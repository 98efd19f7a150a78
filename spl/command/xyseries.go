package command

import (
	"slices"
	"strings"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var xyseriesCommand = Command{
	Name:    "xyseries",
	Aliases: []string{"maketable"},
	Kind:    Transforming,
	Summary: "Makes a table of rows: a row for each value of one field, a column for each value of another.",
	Usage:   "xyseries [grouped=<bool>] <x-field> <name-field> <value-field>... [sep=<text>] [format=<text>]",
	Options: []Option{
		{"grouped", Bool, "false", "accepted; rows need not stand together"},
		{"sep", Text, ": ", "what stands between field and value in the names of columns"},
		{"format", Text, "$AGG$: $VAL$", "the form of those names"},
	},
	Parse: parseXyseries,
}

var xyseriesGrammar = parser.NewGrammar[argList](parser.NameTokens, "xyseries _time host count")

type xyseriesNode struct {
	x, name string
	data    []string
	opts    *options
}

func parseXyseries(c *Command, a *parser.Args) (Node, source.Errors) {
	names, o, errs := fieldArgs(c, a, xyseriesGrammar)
	if o == nil {
		return nil, errs
	}
	if len(names) < 3 {
		return nil, append(errs, source.Errorf(source.Syntax, a.Span(), "`%s` needs three fields, not %d", c.Name, len(names)).
			WithHelp("the field of the rows, the field whose values become columns, and the field of the cells: xyseries _time host count"))
	}
	t := texts(names)
	return &xyseriesNode{t[0], t[1], t[2:], o}, errs
}

func (n *xyseriesNode) fields() []string { return append([]string{n.x, n.name}, n.data...) }

func (n *xyseriesNode) String() string { return listString(n.opts, n.fields()) }

func (n *xyseriesNode) Plan(*Planning) *engine.Plan {
	return &engine.Plan{
		Gives: engine.Makes(n.x, "*"),
		Shape: engine.Table,
		Wants: engine.Order, // of equal cells the last one stays
		Makes: true,
		Reads: func(batch.Fields) batch.Fields { return batch.FieldsOf(n.fields()...) },
		Reduce: func(c *engine.Context) (engine.Operator, error) {
			return &xyseries{node: n, ctx: c, cells: map[string]map[string][][]string{}, cols: map[string]bool{}}, nil
		},
	}
}

// xyseries holds the cells: by row, by column, then a list of values for each data
// field.
type xyseries struct {
	node  *xyseriesNode
	ctx   *engine.Context
	cells map[string]map[string][][]string
	cols  map[string]bool
}

func (x *xyseries) Push(b *batch.Batch, _ engine.Emit) error {
	row, name := b.Col(x.node.x), b.Col(x.node.name)
	data := make([]*batch.Column, len(x.node.data))
	for i, f := range x.node.data {
		data[i] = b.Col(f)
	}
	size := int64(0)
	for r := range b.Rows {
		k, ok := row.First(r)
		v, named := name.First(r)
		if !ok || !named {
			continue
		}
		cells := x.cells[k]
		if cells == nil {
			cells = map[string][][]string{}
			x.cells[strings.Clone(k)] = cells
			size += int64(len(k)) + 64
		}
		if !x.cols[v] {
			x.cols[strings.Clone(v)] = true
		}
		vals := make([][]string, len(data))
		for i, c := range data {
			vals[i] = cloneStrings(c.Values(r))
			for _, s := range vals[i] {
				size += int64(len(s)) + 16
			}
		}
		cells[strings.Clone(v)] = vals
		size += int64(len(v)) + 64
	}
	return x.ctx.Budget.Grow(size, "`xyseries`")
}

func (x *xyseries) Flush(emit engine.Emit) error {
	rows, cols := sortedKeys(x.cells), sortedKeys(x.cols)
	slices.SortFunc(rows, compareNatural)
	slices.SortFunc(cols, compareNatural)
	n := x.node
	format := n.opts.text("format", "$AGG$"+n.opts.text("sep", ": ")+"$VAL$")
	const most = 1024
	for len(rows) > 0 {
		page := rows[:min(most, len(rows))]
		rows = rows[len(page):]
		out := batch.New(len(page))
		out.Set(n.x, batch.Strings(page))
		for i, field := range n.data {
			for _, col := range cols {
				var bl batch.Builder
				for _, k := range page {
					if v := x.cells[k][col]; v != nil {
						bl.Append(v[i]...)
					} else {
						bl.Null()
					}
				}
				name := col
				if len(n.data) > 1 {
					name = strings.NewReplacer("$AGG$", field, "$VAL$", col).Replace(format)
				}
				out.Set(name, bl.Column())
			}
		}
		if err := emit(out); err != nil {
			return err
		}
	}
	return nil
}
