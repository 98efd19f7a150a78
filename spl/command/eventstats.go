package command

import (
	"strings"

	"spl/eval/agg"
	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
	"spl/spl/spill"
)

var eventstatsCommand = Command{
	Name:    "eventstats",
	Kind:    DatasetProcessing,
	Summary: "Aggregates rows like stats and adds the results to every row.",
	Usage:   "eventstats <function>[(<field>)] [AS <name>]... [BY <field-list>]",
	Options: []Option{
		{"allnum", Bool, "false", "no numeric result for a group with a value that is no number"},
	},
	Parse: parseEventstats,
}

var eventstatsGrammar = parser.NewGrammar[aggTree](parser.ArgTokens, "eventstats avg(bytes) AS mean BY host")

type eventstatsNode struct {
	calls []*call
	by    []string
	opts  *options
}

func parseEventstats(c *Command, a *parser.Args) (Node, source.Errors) {
	tree, err := eventstatsGrammar.Parse(a)
	if err != nil {
		return nil, source.Errors{err}
	}
	n := &eventstatsNode{}
	var errs source.Errors
	n.calls, n.by, n.opts, errs = newAggregates(c, "eventstats", a, tree)
	return n, errs
}

func (n *eventstatsNode) String() string { return callsString(n.opts, n.calls, n.by) }

// callsString prints options, calls and BY, as stats and its relatives take them.
func callsString(o *options, calls []*call, by []string) string {
	parts := make([]string, len(calls))
	for i, c := range calls {
		parts[i] = c.String()
	}
	s := strings.TrimSpace(o.String() + " " + strings.Join(parts, ", "))
	if len(by) > 0 {
		s += " BY " + nameList(by)
	}
	return s
}

func (n *eventstatsNode) Plan(*Planning) *engine.Plan {
	reads := aggReads(n.calls, n.by)
	p := &engine.Plan{
		Wants: placesFor(n.calls),
		Gives: engine.Adds(callNames(n.calls)...),
		Note:  "every row waits for the last one, whose values count too",
		// A field that is set is read too: a row without a group keeps what it had.
		Reads: func(wanted batch.Fields) batch.Fields { return wanted.Union(reads) },
		Reduce: func(c *engine.Context) (engine.Operator, error) {
			a, err := newAggregator(c, n.calls, n.by, agg.Settings{AllNum: n.opts.bool("allnum", false)}, false)
			return &eventstats{statsReduce: statsReduce{aggregator: a}, rows: c.Budget.NewRows("`eventstats`")}, err
		},
	}
	return p
}

// eventstats holds all rows and the number of each one's group. When the groups are
// too many for memory, it divides the rows by the hash of their key and works on each
// part by itself.
type eventstats struct {
	statsReduce
	rows  *spill.Rows
	own   []int32         // while all groups are in memory
	parts *eventstatsFile // nil: they are
}

func (e *eventstats) Push(b *batch.Batch, _ engine.Emit) error {
	b.Load()
	if e.parts != nil {
		return e.parts.add(b)
	}
	if err := e.rows.Add(b); err != nil {
		return err
	}
	rows, ids, added := e.aggregator.groups.number(b)
	e.fold(b, rows, ids)
	if full, err := e.grown(added); err != nil {
		return err
	} else if full {
		return e.divide()
	}
	e.own = firstGroups(e.own, b.Rows, rows, ids)
	return e.ctx.Budget.Grow(int64(4*b.Rows), "`eventstats`")
}

// firstGroups appends the group of each of n rows, -1 where there is none.
//
// Choice: a row with several values in a BY field counts in all their groups, and
// shows the results of the first.
func firstGroups(own []int32, n int, rows, ids []int32) []int32 {
	first := len(own)
	for range n {
		own = append(own, -1)
	}
	for i := len(rows) - 1; i >= 0; i-- {
		own[first+int(rows[i])] = ids[i]
	}
	return own
}

func (e *eventstats) Flush(emit engine.Emit) error {
	if e.parts != nil {
		return e.parts.emit(emit)
	}
	type added struct {
		name    string
		results [][]string // by group
	}
	var cols []added
	for i, c := range e.calls {
		for _, field := range sortedKeys(e.accs[i]) {
			x := added{c.column(field), make([][]string, e.aggregator.groups.len())}
			for g := range x.results {
				x.results[g] = e.accs[i][field].Result(int32(g))
			}
			cols = append(cols, x)
		}
	}
	done := 0
	return e.rows.Drain(func(b *batch.Batch) error {
		if err := e.ctx.Err(); err != nil {
			return err
		}
		out := b.Clone()
		for _, x := range cols {
			old := out.Col(x.name)
			var bl batch.Builder
			bl.Grow(b.Rows)
			for r, g := range e.own[done : done+b.Rows] {
				if g < 0 {
					bl.AppendRow(old, r)
				} else {
					bl.Append(x.results[g]...)
				}
			}
			out.Set(x.name, bl.Column())
		}
		done += b.Rows
		return emit(out)
	})
}
