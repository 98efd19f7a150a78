package command

import (
	"slices"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
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
		Gives: only(n.names...),
		Shape: engine.Table,
		Reads: func(batch.Fields) batch.Fields { return batch.FieldsOf(n.names...) },
	}
	if !slices.ContainsFunc(n.names, isPattern) {
		p.Map = engine.Streaming(func(*engine.Context) (engine.MapFunc, error) {
			return func(b *batch.Batch) (*batch.Batch, error) { return tabulate(b, n.names), nil }, nil
		})
		return p
	}
	p.Wants = engine.Order
	p.Note = "a wildcard has to see which fields all rows have"
	p.Reduce = func(c *engine.Context) (engine.Operator, error) {
		return &holdAll{ctx: c, name: "table", then: func(bs []*batch.Batch, emit engine.Emit) error {
			names := n.columns(bs)
			for _, b := range bs {
				if err := emit(tabulate(b, names)); err != nil {
					return err
				}
			}
			return nil
		}}, nil
	}
	return p
}

// columns expands the wildcards over all rows, in ASCII order; a name listed twice
// appears once.
func (n *tableNode) columns(bs []*batch.Batch) []string {
	all := fieldNames(bs)
	var out []string
	for _, p := range n.names {
		for _, name := range expand(p, all) {
			if !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
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

// holdAll keeps all rows and works on them when the last has come. It obeys the
// budget of memory.
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
