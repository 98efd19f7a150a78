package command

import (
	"cmp"
	"slices"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
	"spl/spl/spill"
)

var unionCommand = Command{
	Name:     "union",
	Kind:     DatasetProcessing,
	Anywhere: true,
	Summary:  "Gives the rows of several subsearches; later in a search, behind the rows.",
	Usage:    "union [<option>]... [<subsearch>]...",
	Options:  subOptions,
	Parse:    parseUnion,
}

type unionTree struct {
	Args []*mapArg `parser:"( ','* @@ )* ','*"`
}

var unionGrammar = parser.NewGrammar[unionTree](parser.ArgTokens, "| union [search error] [search warning]")

type unionNode struct {
	opts  *options
	subs  []*parser.Pipeline
	first bool
}

func parseUnion(c *Command, a *parser.Args) (Node, source.Errors) {
	tree, err := unionGrammar.Parse(a)
	if err != nil {
		return nil, source.Errors{err}
	}
	n := &unionNode{first: a.First}
	var opts []*option
	var errs source.Errors
	for _, x := range tree.Args {
		switch {
		case x.Option != nil:
			opts = append(opts, x.Option)
		case x.Sub != nil:
			p, es := x.Sub.parse(a)
			n.subs = append(n.subs, p)
			errs = append(errs, es...)
		default:
			errs = append(errs, source.Errorf(source.Unsupported, x.Name.Span, "`union` cannot read the data set `%s` by its name", x.Name.Text).
				WithHelp("write it as a subsearch in brackets, such as [| inputlookup x]"))
		}
	}
	n.opts = checkOptions(c, opts)
	errs = append(errs, n.opts.errs...)
	if len(n.subs) == 0 && len(errs) == 0 {
		errs = append(errs, source.Errorf(source.Syntax, source.At(a.Base+len(a.Text)), "`union` needs a subsearch in brackets").WithHelp("for example: | union [search error] [search warning]"))
	}
	return n, errs
}

func (n *unionNode) String() string {
	s := n.opts.String()
	for _, p := range n.subs {
		s += " " + inBrackets(p)
	}
	return trimLeadingSpace(s)
}

// Pipelines is part of [HasPipelines].
func (n *unionNode) Pipelines() []*parser.Pipeline { return n.subs }

// Plan: first in a search, subsearches that all stream are merged newest first, and
// others stand one behind the other. Choice: later in a search their rows are put
// behind the rows, as append does.
func (n *unionNode) Plan(p *Planning) *engine.Plan {
	most := n.opts.int("maxout", maxAppend)
	if !n.first {
		return appendSubs(n.subs, most, p)
	}
	merge := true
	for _, s := range n.subs {
		merge = merge && !slices.ContainsFunc(s.Stages, func(s *parser.Stage) bool { return !streams(s) })
	}
	return &engine.Plan{
		Gives:    withSubs(n.subs, p),
		Shape:    shapeOf(n.subs, p),
		Generate: func(c *engine.Context) (batch.Source, error) { return gatherSubs(c, n.subs, most, merge), nil },
	}
}

// shapeOf is the shape of rows that come from several pipelines: a table when the
// first makes one.
func shapeOf(subs []*parser.Pipeline, p *Planning) engine.Shape {
	if len(subs) > 0 && !pending(subs[0]) && engine.NewCut(Plans(subs[0], p), batch.AllFields).Table {
		return engine.Table
	}
	return engine.Events
}

// gatherSubs runs pipelines and gives the rows of all, merged newest first or one behind
// the other. Where nobody sees the order of rows they are not put in order.
func gatherSubs(c *engine.Context, subs []*parser.Pipeline, most int, merge bool) batch.Source {
	return engine.Pulled(func(scan *batch.Scan, emit engine.Emit) error {
		if merge && scan.Places {
			return newestFirst(c, subs, most, emit)
		}
		for _, s := range subs {
			if err := streamSub(c, s, most, emit); err != nil {
				return err
			}
		}
		return nil
	})
}

// newestFirst merges rows by time. Choice: equal times in the order of the
// subsearches; rows without a time last.
func newestFirst(c *engine.Context, subs []*parser.Pipeline, most int, emit engine.Emit) error {
	s := spill.NewSorter(c.Budget, "putting the events of subsearches in order of time", byTime, 0)
	for _, sub := range subs {
		if err := streamSub(c, sub, most, func(b *batch.Batch) error { return s.Add(c, b) }); err != nil {
			return err
		}
	}
	return s.Each(c, emit)
}

// byTime is the order of the field _time, the newest first.
var byTime = spill.Order[*batch.Column]{
	Keys: func(p spill.Positioned) *batch.Column { return p.Col("_time") },
	Compare: func(x *batch.Column, i int, y *batch.Column, j int) int {
		t, timed := x.Number(i)
		u, also := y.Number(j)
		return cmp.Or(cmp.Compare(b2i(also), b2i(timed)), cmp.Compare(u, t))
	},
}
