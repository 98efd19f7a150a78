package command

import (
	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
	"spl/spl/spill"
)

var appendpipeCommand = Command{
	Name:    "appendpipe",
	Kind:    DatasetProcessing,
	Summary: "Runs a pipeline over a copy of the rows and puts what comes out behind them.",
	Usage:   "appendpipe [run_in_preview=<bool>] [<pipeline>]",
	Options: []Option{{"run_in_preview", Bool, "true", "accepted; there are no previews"}},
	Parse:   parseAppendpipe,
}

var appendpipeGrammar = parser.NewGrammar[bracketTree](parser.ArgTokens, "appendpipe [stats sum(count) AS count]")

type appendpipeNode struct{ bracketNode }

func parseAppendpipe(c *Command, a *parser.Args) (Node, source.Errors) {
	b, errs := parseBracket(c, a, appendpipeGrammar)
	return &appendpipeNode{b}, errs
}

func (n *appendpipeNode) Plan(p *Planning) *engine.Plan {
	table := false
	return &engine.Plan{
		Pipes: true,
		Comes: func(t bool) { table = t },
		Gives: func(s engine.Schema) engine.Schema {
			if pending(n.sub) {
				return opens(s)
			}
			return s.Union(engine.Gives(Plans(n.sub, p), s))
		},
		Wants: engine.Order,
		Note:  "the pipeline runs over all rows when the last has come",
		Reads: func(wanted batch.Fields) batch.Fields { return wanted.Union(readsOf(n.sub, p, wanted)) },
		Reduce: func(c *engine.Context) (engine.Operator, error) {
			return &appendPiped{ctx: c, sub: n.sub, table: table, rows: c.Budget.NewRows("`appendpipe`")}, nil
		},
	}
}

// appendPiped passes rows on and keeps them for the pipeline.
type appendPiped struct {
	ctx   *engine.Context
	sub   *parser.Pipeline
	table bool // the rows are one
	rows  *spill.Rows
}

func (o *appendPiped) Push(b *batch.Batch, emit engine.Emit) error {
	if err := o.rows.Add(b); err != nil {
		return err
	}
	return emit(b)
}

func (o *appendPiped) Flush(emit engine.Emit) error {
	defer o.rows.Close()
	return o.ctx.Pipe(o.sub, o.rows, o.table, emit)
}

func emitAll(bs []*batch.Batch, emit engine.Emit) error {
	for _, b := range bs {
		if err := emit(b); err != nil {
			return err
		}
	}
	return nil
}
