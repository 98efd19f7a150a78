package command

import (
	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
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
	return &engine.Plan{
		Pipes: true,
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
			return &holdAll{ctx: c, name: "appendpipe", then: func(bs []*batch.Batch, emit engine.Emit) error {
				for _, b := range bs {
					if err := emit(b); err != nil {
						return err
					}
				}
				res, err := c.Pipe(n.sub, bs)
				if err != nil {
					return err
				}
				return emitAll(res.Batches, emit)
			}}, nil
		},
	}
}

func emitAll(bs []*batch.Batch, emit engine.Emit) error {
	for _, b := range bs {
		if err := emit(b); err != nil {
			return err
		}
	}
	return nil
}
