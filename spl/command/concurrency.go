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

var concurrencyCommand = Command{
	Name:    "concurrency",
	Kind:    DatasetProcessing,
	Summary: "Counts for each row how many rows' spans of time hold its start.",
	Usage:   "concurrency duration=<field> [start=<field>] [output=<field>]",
	Options: []Option{
		{"duration", Text, "", "the field with the length, in seconds"},
		{"start", Text, "_time", "the field with the start"},
		{"output", Text, "concurrency", "the field for the count"},
	},
	Parse: parseConcurrency,
}

var concurrencyGrammar = parser.NewGrammar[argList](parser.ArgTokens, "concurrency duration=seconds")

type concurrencyNode struct {
	opts                    *options
	duration, start, output string
}

func parseConcurrency(c *Command, a *parser.Args) (Node, source.Errors) {
	names, o, errs := fieldArgs(c, a, concurrencyGrammar)
	if o == nil {
		return nil, errs
	}
	n := &concurrencyNode{o, o.text("duration", ""), o.text("start", "_time"), o.text("output", "concurrency")}
	if len(names) > 0 {
		errs = append(errs, source.Errorf(source.Syntax, names[0].Span, "`%s` cannot be read here as an argument of `concurrency`", names[0].Text))
	}
	if n.duration == "" && len(errs) == 0 {
		errs = append(errs, source.Errorf(source.Syntax, source.At(a.Base), "`concurrency` needs duration=<field>").WithHelp("for example: concurrency duration=seconds"))
	}
	return n, errs
}

func (n *concurrencyNode) String() string { return listString(n.opts, nil) }

func (n *concurrencyNode) Plan(*Planning) *engine.Plan {
	return &engine.Plan{
		Gives: engine.Adds(n.output),
		Wants: engine.Order,
		Note:  "every row waits for the last one, which may overlap it",
		Reads: func(wanted batch.Fields) batch.Fields { return wanted.Add(n.start, n.duration) },
		Reduce: func(c *engine.Context) (engine.Operator, error) {
			return holdRows(c, "concurrency", func(rows *spill.Rows, emit engine.Emit) error {
				return n.run(c, rows, emit)
			}), nil
		},
	}
}

// run counts the spans [start, start+duration) that hold each row's start, and the
// row itself. Choice: a row without a start or a duration is not counted and gets no
// count.
func (n *concurrencyNode) run(c *engine.Context, rows *spill.Rows, emit engine.Emit) error {
	size := int64(16 * rows.Len())
	if err := c.Budget.Grow(size, "`concurrency`"); err != nil {
		return err
	}
	defer c.Budget.Free(size)
	starts, ends := make([]float64, 0, rows.Len()), make([]float64, 0, rows.Len())
	err := rows.Each(func(b *batch.Batch) error {
		s, d := b.Col(n.start), b.Col(n.duration)
		for r := range b.Rows {
			if v, ok := s.Number(r); ok {
				if l, ok := d.Number(r); ok {
					starts, ends = append(starts, v), append(ends, v+max(l, 0))
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	slices.Sort(starts)
	slices.Sort(ends)
	upTo := func(xs []float64, v float64) int {
		i, _ := slices.BinarySearchFunc(xs, v, func(x, v float64) int {
			if x <= v {
				return -1
			}
			return 1
		})
		return i
	}
	return rows.Drain(func(b *batch.Batch) error {
		s, d := b.Col(n.start), b.Col(n.duration)
		var bl batch.Builder
		for r := range b.Rows {
			v, ok1 := s.Number(r)
			l, ok2 := d.Number(r)
			if !ok1 || !ok2 {
				bl.Null()
				continue
			}
			count := upTo(starts, v) - upTo(ends, v)
			if l <= 0 {
				count++ // its own span is empty
			}
			bl.String(strconv.Itoa(count))
		}
		out := b.Clone()
		out.Set(n.output, bl.Column())
		return emit(out)
	})
}
