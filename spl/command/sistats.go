package command

import (
	"slices"

	"spl/eval/agg"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

// The si commands: stats, chart, timechart, top and rare that stop halfway. They give
// the state of each group (prestats.go), which the command itself, with the same
// arguments, finishes: over rows of many searches as if they had been one.

var (
	sistatsCommand = Command{
		Name: "sistats", Kind: Transforming,
		Summary: "Aggregates rows as stats does, and gives partial results for stats to finish.",
		Usage:   "si" + statsCommand.Usage,
		Options: statsCommand.Options,
		Parse:   parseSi,
	}
	sichartCommand = Command{
		Name: "sichart", Kind: Transforming,
		Summary: "Aggregates rows as chart does, and gives partial results for chart to finish.",
		Usage:   "si" + chartCommand.Usage,
		Options: chartCommand.Options,
		Parse:   parseSi,
	}
	sitimechartCommand = Command{
		Name: "sitimechart", Kind: Transforming,
		Summary: "Aggregates rows as timechart does, and gives partial results for timechart to finish.",
		Usage:   "si" + timechartCommand.Usage,
		Options: timechartCommand.Options,
		Parse:   parseSi,
	}
	sitopCommand = Command{
		Name: "sitop", Kind: Transforming,
		Summary: "Counts values as top does, and gives partial results for top to finish.",
		Usage:   "si" + topCommand.Usage,
		Options: topOptions,
		Parse:   parseSi,
	}
	sirareCommand = Command{
		Name: "sirare", Kind: Transforming,
		Summary: "Counts values as rare does, and gives partial results for rare to finish.",
		Usage:   "si" + rareCommand.Usage,
		Options: topOptions,
		Parse:   parseSi,
	}
)

// siNode is a command that stops halfway.
type siNode struct{ Node }

func parseSi(c *Command, a *parser.Args) (Node, source.Errors) {
	parse := parseStats
	switch c.Name {
	case "sichart", "sitimechart":
		parse = parseChart
	case "sitop", "sirare":
		parse = parseTop
	}
	n, errs := parse(c, a)
	if n == nil {
		return nil, errs
	}
	return &siNode{n}, errs
}

func (s *siNode) Plan(p *Planning) *engine.Plan {
	plan := s.Node.Plan(p)
	reduce := plan.Reduce
	plan.Gives = engine.MakesAny // states, for whoever finishes the work
	plan.Reduce = func(c *engine.Context) (engine.Operator, error) {
		op, err := reduce(c)
		if err != nil {
			return nil, err
		}
		switch n := s.Node.(type) {
		case *chartNode:
			return &siChart{op.(*chartReduce)}, nil
		case *topNode:
			a, err := newAggregator(c, counting(), slices.Concat(n.by, n.fields), agg.Settings{}, false)
			return &siStats{statsReduce{aggregator: a}}, err
		}
		return &siStats{*op.(*statsReduce)}, nil
	}
	return plan
}

// siStats gives the states of groups in the place of their results.
type siStats struct{ statsReduce }

func (s *siStats) Flush(emit engine.Emit) error { return s.prestats(s.by, emit) }

// siChart does so for chart: bins are made, columns are not chosen.
type siChart struct{ *chartReduce }

func (s *siChart) Flush(emit engine.Emit) error {
	n := s.node
	if n.chooses() && s.low <= s.high {
		s.chooseAxis()
		if err := s.regroup(n.rebin(&s.axis)); err != nil {
			return err
		}
	}
	by := []string{n.row, n.col}
	return s.prestats(by[:len(n.by())], emit)
}
