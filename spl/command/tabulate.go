package command

import (
	"slices"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
	"spl/spl/spill"
)

var tableCommand = Command{
	Name:    "table",
	Kind:    Transforming,
	Summary: "Makes a table of the given fields, in that order.",
	Usage:   "table <field-list>",
	Parse:   parseTable,
}

type tableTree struct {
	Names []*parser.Name `parser:"( ','* @@ )* ','*"`
}

var tableGrammar = parser.NewGrammar[tableTree](parser.NameTokens, "table _time, src, dest")

type tableNode struct{ names []string }

func parseTable(_ *Command, a *parser.Args) (Node, source.Errors) {
	tree, err := tableGrammar.Parse(a)
	if err != nil {
		return nil, source.Errors{err}
	}
	if len(tree.Names) == 0 {
		return nil, one(source.Errorf(source.Syntax, source.At(a.Base), "`table` needs the names of fields").WithHelp("for example: table _time, src, dest; all fields: table *"))
	}
	return &tableNode{texts(tree.Names)}, nil
}

func (n *tableNode) String() string { return nameList(n.names) }

// Plan runs row by row when the columns are known; a wildcard needs to see which
// fields all rows have before the first can be given.
func (n *tableNode) Plan(*Planning) *engine.Plan {
	p := &engine.Plan{
		Chooses: true,
		Gives:   only(n.names...),
		Shape:   engine.Table,
		Reads:   func(batch.Fields) batch.Fields { return batch.FieldsOf(n.names...) },
	}
	if !slices.ContainsFunc(n.names, isPattern) {
		p.Transient = true
		p.Map = engine.Streaming(func(*engine.Context) (engine.MapFunc, error) {
			return func(b *batch.Batch) (*batch.Batch, error) { return tabulate(b, n.names), nil }, nil
		})
		return p
	}
	p.Wants = engine.Order
	p.Note = "a wildcard has to see which fields all rows have"
	p.Reduce = func(c *engine.Context) (engine.Operator, error) {
		return holdRows(c, "table", func(rows *spill.Rows, emit engine.Emit) error {
			names := n.columns(rows.Fields())
			return rows.Drain(func(b *batch.Batch) error { return emit(tabulate(b, names)) })
		}), nil
	}
	return p
}

// columns expands the wildcards over the fields of all rows, in ASCII order; a name listed twice
// appears once.
func (n *tableNode) columns(all []string) []string {
	var out batch.NameList
	for _, p := range n.names {
		out.Add(expand(p, all)...)
	}
	return out.Names()
}

// tabulate gives exactly these columns; one that no row has is there and empty.
func tabulate(b *batch.Batch, names []string) *batch.Batch {
	out := &batch.Batch{Rows: b.Rows, Places: b.Places, From: b.From}
	for _, name := range names {
		if out.Index(name) < 0 {
			out.Set(name, b.Col(name))
		}
	}
	return out
}

// fieldNames are the names of all fields that some row has, in ASCII order.
func fieldNames(bs []*batch.Batch) []string {
	seen := map[string]bool{}
	var out []string
	for _, b := range bs {
		b.Load()
		for i, n := range b.Names {
			if !seen[n] && b.Cols[i].Any() {
				seen[n] = true
				out = append(out, n)
			}
		}
	}
	slices.Sort(out)
	return out
}

// holdAll keeps all rows in memory and works on them when the last has come. It obeys
// the budget of memory.
type holdAll struct {
	ctx  *engine.Context
	name string
	held []*batch.Batch
	then func(bs []*batch.Batch, emit engine.Emit) error
}

func (h *holdAll) Push(b *batch.Batch, _ engine.Emit) error {
	if b.Lazy != nil {
		b.Load()
	}
	h.held = append(h.held, b)
	return h.ctx.Budget.Grow(engine.Size(b), "`"+h.name+"`")
}

func (h *holdAll) Flush(emit engine.Emit) error {
	held := h.held
	h.held = nil
	return h.then(held, emit)
}

// heldRows is holdAll for commands that go through the rows one batch after the other:
// what does not fit in memory lies in a file.
type heldRows struct {
	ctx  *engine.Context
	rows *spill.Rows
	see  func(*batch.Batch) // looks at the rows as they come; nil: nobody does
	then func(rows *spill.Rows, emit engine.Emit) error
}

func holdRows(c *engine.Context, name string, then func(rows *spill.Rows, emit engine.Emit) error) *heldRows {
	return &heldRows{ctx: c, rows: c.Budget.NewRows("`" + name + "`"), then: then}
}

func (h *heldRows) Push(b *batch.Batch, _ engine.Emit) error {
	if h.see != nil {
		h.see(b)
	}
	return h.rows.Add(b)
}

func (h *heldRows) Flush(emit engine.Emit) error {
	defer h.rows.Close()
	return h.then(h.rows, func(b *batch.Batch) error {
		if err := h.ctx.Err(); err != nil {
			return err
		}
		return emit(b)
	})
}
