package command

import (
	"slices"
	"strings"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
	"spl/spl/spill"
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
			rows := spill.NewSorter(c.Budget, "`xyseries`", n.order(), 0)
			rows.Workers = c.Workers
			return &xyseries{node: n, ctx: c, rows: rows, cols: map[string]bool{}}, nil
		},
	}
}

// xyseries sorts rows by what becomes the row of the table.
type xyseries struct {
	node *xyseriesNode
	ctx  *engine.Context
	rows *spill.Sorter[*xyKeys]
	cols map[string]bool
}

// xyKeys are the values of a batch that rows are sorted by.
type xyKeys struct {
	col  *batch.Column
	keys []sortValue
}

// order is that of compareNatural; of equal cells the last one stays.
func (n *xyseriesNode) order() spill.Order[*xyKeys] {
	return spill.Order[*xyKeys]{
		Prefix: func(x *xyKeys, i int) uint64 { return x.keys[i].prefix(false) },
		Keys: func(p spill.Positioned) *xyKeys {
			c := p.Col(n.x)
			return &xyKeys{c, sortValues(c, p.Rows, "num")}
		},
		Compare: func(x *xyKeys, i int, y *xyKeys, j int) int {
			if c := x.keys[i].compare(y.keys[j], false); c != 0 {
				return c
			}
			v, _ := x.col.First(i)
			w, _ := y.col.First(j)
			return strings.Compare(v, w)
		},
	}
}

func (x *xyseries) Push(b *batch.Batch, _ engine.Emit) error {
	row, name := b.Col(x.node.x), b.Col(x.node.name)
	var rows []int32
	size := int64(0)
	for r := range b.Rows {
		v, named := name.First(r)
		if row.Count(r) == 0 || !named {
			continue
		}
		if !x.cols[v] {
			x.cols[strings.Clone(v)] = true
			size += int64(len(v)) + 64
		}
		rows = append(rows, int32(r))
	}
	if err := x.ctx.Budget.Grow(size, "`xyseries`"); err != nil || len(rows) == 0 {
		return err
	}
	return x.rows.Add(x.ctx, tabulate(b, x.node.fields()).Take(rows))
}

func (x *xyseries) Flush(emit engine.Emit) error {
	cols := sortedKeys(x.cols)
	slices.SortFunc(cols, compareNatural)
	p := &xyPage{node: x.node, cols: cols}
	err := x.rows.Each(x.ctx, func(b *batch.Batch) error {
		row, name := b.Col(x.node.x), b.Col(x.node.name)
		data := columnsNamed(b, x.node.data)
		for r := range b.Rows {
			k, _ := row.First(r)
			v, _ := name.First(r)
			if n := len(p.rows); n == 0 || p.rows[n-1] != k {
				if err := p.full(emit); err != nil {
					return err
				}
				p.rows, p.cells = append(p.rows, k), append(p.cells, map[string][][]string{})
			}
			vals := make([][]string, len(data))
			for i, c := range data {
				vals[i] = c.Values(r)
			}
			p.cells[len(p.cells)-1][v] = vals
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.give(emit)
}

// xyPage is some rows of the table.
type xyPage struct {
	node  *xyseriesNode
	cols  []string
	rows  []string
	cells []map[string][][]string
}

// full gives the rows when they are many.
func (p *xyPage) full(emit engine.Emit) error {
	if len(p.rows) < 1024 {
		return nil
	}
	return p.give(emit)
}

func (p *xyPage) give(emit engine.Emit) error {
	if len(p.rows) == 0 {
		return nil
	}
	n := p.node
	format := n.opts.text("format", "$AGG$"+n.opts.text("sep", ": ")+"$VAL$")
	out := batch.New(len(p.rows))
	out.Set(n.x, batch.Strings(p.rows))
	used := map[string]bool{n.x: true}
	for i, field := range n.data {
		for _, col := range p.cols {
			var bl batch.Builder
			for _, cells := range p.cells {
				if v := cells[col]; v != nil {
					bl.Append(v[i]...)
				} else {
					bl.Null()
				}
			}
			name := col
			if len(n.data) > 1 {
				name = strings.NewReplacer("$AGG$", field, "$VAL$", col).Replace(format)
			}
			for used[name] { // as in a chart
				name = "VALUE" + name
			}
			used[name] = true
			out.Set(name, bl.Column())
		}
	}
	p.rows, p.cells = nil, nil
	return emit(out)
}
