package command

import (
	"slices"
	"strconv"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
	"spl/spl/spill"
)

var tailCommand = Command{
	Name:    "tail",
	Kind:    DatasetProcessing,
	Summary: "Keeps the last rows, from the end backwards.",
	Usage:   "tail [<n> | limit=<n>]",
	Options: []Option{{"limit", Int, "10", "how many rows"}},
	Parse:   parseTail,
}

var reverseCommand = Command{
	Name:    "reverse",
	Kind:    DatasetProcessing,
	Summary: "Reverses the order of the rows.",
	Usage:   "reverse",
	Parse:   parseReverse,
}

type tailTree struct {
	Option *option      `parser:"( @@"`
	N      *parser.Name `parser:"| @@ )?"`
}

var tailGrammar = parser.NewGrammar[tailTree](parser.ArgTokens, "tail 10")

// tailNode keeps the last n rows and gives them last first; reverse is tail of all
// rows.
type tailNode struct{ n int } // negative: all

func parseTail(c *Command, a *parser.Args) (Node, source.Errors) {
	tree, err := tailGrammar.Parse(a)
	if err != nil {
		return nil, source.Errors{err}
	}
	n := &tailNode{n: 10}
	switch {
	case tree.Option != nil:
		o := checkOptions(c, []*option{tree.Option})
		n.n = o.int("limit", 10)
		return n, o.errs
	case tree.N != nil:
		v, err := strconv.Atoi(tree.N.Text)
		if err != nil || v < 0 {
			return n, one(source.Errorf(source.Syntax, tree.N.Span, "`%s` is not a number of rows", tree.N.Text).WithHelp("for example: tail 10"))
		}
		n.n = v
	}
	return n, nil
}

func parseReverse(_ *Command, a *parser.Args) (Node, source.Errors) {
	return &tailNode{n: -1}, noArguments(a)
}

func (n *tailNode) String() string {
	if n.n < 0 {
		return ""
	}
	return strconv.Itoa(n.n)
}

func (n *tailNode) Plan(*Planning) *engine.Plan {
	return &engine.Plan{
		Wants: engine.Order,
		Reduce: func(c *engine.Context) (engine.Operator, error) {
			if n.n < 0 {
				return holdRows(c, "reverse", func(rows *spill.Rows, emit engine.Emit) error {
					return rows.Backward(func(b *batch.Batch) error { return emit(backwards(b)) })
				}), nil
			}
			return &tail{ctx: c, want: n.n}, nil
		},
	}
}

// tail holds no more batches than it needs for its rows.
type tail struct {
	ctx        *engine.Context
	want, rows int
	held       []*batch.Batch
}

func (t *tail) Push(b *batch.Batch, _ engine.Emit) error {
	t.held = append(t.held, b)
	t.rows += b.Rows
	size := engine.Size(b)
	for len(t.held) > 0 && t.rows-t.held[0].Rows >= t.want {
		t.rows -= t.held[0].Rows
		size -= engine.Size(t.held[0])
		t.held[0], t.held = nil, t.held[1:]
	}
	return t.ctx.Budget.Grow(size, "`tail`")
}

func (t *tail) Flush(emit engine.Emit) error {
	if len(t.held) == 0 || t.want == 0 {
		return nil
	}
	if skip := t.rows - t.want; skip > 0 {
		first := t.held[0]
		rows := make([]int32, first.Rows-skip)
		for i := range rows {
			rows[i] = int32(skip + i)
		}
		t.held[0] = first.Take(rows)
	}
	for _, b := range slices.Backward(t.held) {
		if err := emit(backwards(b)); err != nil {
			return err
		}
	}
	return nil
}

func backwards(b *batch.Batch) *batch.Batch {
	rows := make([]int32, b.Rows)
	for i := range rows {
		rows[i] = int32(b.Rows - 1 - i)
	}
	out := b.Take(rows)
	out.Places = nil
	return out
}
