package command

import (
	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

// subOptions are what append, appendcols and union take to bound a subsearch.
var subOptions = []Option{
	{"maxtime", Int, "60", "accepted; a subsearch runs to its end"},
	{"maxout", Int, "50000", "how many rows of the subsearch are taken; 0 all"},
	{"timeout", Int, "60", "accepted; a subsearch runs to its end"},
}

var appendCommand = Command{
	Name:    "append",
	Kind:    DatasetProcessing,
	Summary: "Puts the rows of a subsearch behind the rows.",
	Usage:   "append [<option>]... [<subsearch>]",
	Options: append([]Option{
		{"extendtimerange", Bool, "false", "accepted; the subsearch has the time range of the search, or its own"},
	}, subOptions...),
	Parse: parseAppend,
}

// bracketTree is a command with options and one pipeline in brackets.
type bracketTree struct {
	Before []*option `parser:"( @@ ','* )*"`
	Sub    *sub      `parser:"@@?"`
	After  []*option `parser:"( @@ ','* )*"`
}

var appendGrammar = parser.NewGrammar[bracketTree](parser.ArgTokens, "append [search error | stats count]")

// bracketNode is a command with options and one pipeline.
type bracketNode struct {
	opts *options
	sub  *parser.Pipeline
}

// parseBracket reads options and one pipeline, in whatever order.
func parseBracket(c *Command, a *parser.Args, g *parser.Grammar[bracketTree]) (bracketNode, source.Errors) {
	tree, err := g.Parse(a)
	if err != nil {
		return bracketNode{}, source.Errors{err}
	}
	n := bracketNode{opts: checkOptions(c, tree.Before, tree.After)}
	errs := n.opts.errs
	if tree.Sub == nil {
		return n, append(errs, source.Errorf(source.Syntax, source.At(a.Base+len(a.Text)), "`%s` needs a subsearch in brackets", c.Name).
			WithHelp("for example: %s [search error | stats count]", c.Name))
	}
	var es source.Errors
	n.sub, es = tree.Sub.parse(a)
	return n, append(errs, es...)
}

func (n *bracketNode) String() string {
	return trimLeadingSpace(n.opts.String() + " " + inBrackets(n.sub))
}

// Pipelines is part of [HasPipelines].
func (n *bracketNode) Pipelines() []*parser.Pipeline { return []*parser.Pipeline{n.sub} }

type appendNode struct{ bracketNode }

func parseAppend(c *Command, a *parser.Args) (Node, source.Errors) {
	b, errs := parseBracket(c, a, appendGrammar)
	return &appendNode{b}, errs
}

func (n *appendNode) Plan(p *Planning) *engine.Plan {
	return appendSubs([]*parser.Pipeline{n.sub}, n.opts.int("maxout", maxAppend), p)
}

// appendSubs puts the rows of subsearches behind the rows. It sees no order: the new
// rows carry places behind all others.
func appendSubs(subs []*parser.Pipeline, most int, p *Planning) *engine.Plan {
	return &engine.Plan{
		Gives: withSubs(subs, p),
		Note:  "the subsearch runs when the rows before it have passed",
		Reduce: func(c *engine.Context) (engine.Operator, error) {
			return &appender{ctx: c, run: func(emit engine.Emit) error {
				for _, s := range subs {
					if err := streamSub(c, s, most, emit); err != nil {
						return err
					}
				}
				return nil
			}}, nil
		},
	}
}

// appender passes rows on and then gives further ones.
type appender struct {
	ctx *engine.Context
	run func(engine.Emit) error
	end last
}

// emits makes a function that gives rows one that emits them.
func emits(rows func() ([]*batch.Batch, error)) func(engine.Emit) error {
	return func(emit engine.Emit) error {
		bs, err := rows()
		if err != nil {
			return err
		}
		return emitAll(bs, emit)
	}
}

func (o *appender) Push(b *batch.Batch, emit engine.Emit) error {
	o.end.pass(b)
	return emit(b)
}

func (o *appender) Flush(emit engine.Emit) error {
	return o.run(func(b *batch.Batch) error {
		if err := o.ctx.Err(); err != nil {
			return err
		}
		return emit(o.end.put(b))
	})
}
