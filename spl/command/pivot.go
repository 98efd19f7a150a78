package command

import (
	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var pivotCommand = Command{
	Name:    "pivot",
	Kind:    Generating,
	Summary: "Aggregates the events of a dataset into a table of rows and columns.",
	Usage:   `pivot <model> <dataset> <function>(<field>) [AS <name>]... [SPLITROW <field> [AS <name>] [RANGE ... | PERIOD <unit>]]... [SPLITCOL <field>] [FILTER <field> <operator> [<value>]]... [LIMIT <field> BY TOP|BOTTOM <n> <function>(<field>)] [SORT <n> <field>] [ROWSUMMARY 0|1] [COLSUMMARY 0|1] [NUMCOLS <n>] [SHOWOTHER 0|1]`,
	Parse:   parsePivot,
}

type (
	pivotTree struct {
		Items []*pivotItem `parser:"( ','* @@ )* ','*"`
	}
	// pivotItem is an operator, or a word, perhaps with values in parentheses.
	pivotItem struct {
		Op   string         `parser:"  @( '=':Op | '!=':Op | '<':Op | '>':Op | '<=':Op | '>=':Op )"`
		Word *parser.Name   `parser:"| ( @@"`
		Open bool           `parser:"    ( @'(':Op"`
		Args []*parser.Name `parser:"      ( ','* @@ )* ','* ')':Op )? )"`
	}
)

const pivotUsage = "pivot Web Web count(Web) AS hits SPLITROW status AS status FILTER user isNot unknown"

var pivotGrammar = parser.NewGrammar[pivotTree](parser.ArgTokens, pivotUsage)

// pivotNode is pivot. It stands for a pipeline: the events of the dataset, filtered,
// then stats or chart.
type pivotNode struct {
	text  string // the arguments, as they are printed
	model string
	part  string
	steps *parser.Pipeline // what is done with the events
}

func parsePivot(_ *Command, a *parser.Args) (Node, source.Errors) {
	tree, err := pivotGrammar.Parse(a)
	if err != nil {
		return nil, one(err)
	}
	r := &pivotReader{items: tree.Items, end: a.Base + len(a.Text)}
	if fault := r.read(); fault != nil {
		return nil, one(fault)
	}
	n := &pivotNode{text: squeeze(a.Text), model: r.model, part: r.object}
	var errs source.Errors
	if n.steps, errs = a.Parser.Parse(r.pipeline()); len(errs) > 0 {
		// What was given is right as such, but stats or chart do not take it.
		for _, e := range errs {
			e.Span = a.Span()
		}
		return nil, errs
	}
	return n, nil
}

func (n *pivotNode) String() string { return n.text }

func (n *pivotNode) Plan(p *Planning) *engine.Plan {
	return &engine.Plan{
		Gives: func(engine.Schema) engine.Schema { return Fields(n.steps, p) },
		Shape: engine.Table,
		Front: true,
		Generate: func(c *engine.Context) (batch.Source, error) {
			if _, err := findDatasets(p.Knowledge, n.model, n.part); err != nil {
				return nil, err
			}
			return engine.Pulled(func(_ *batch.Scan, emit engine.Emit) error { return c.Stream(n.steps, 0, emit) }), nil
		},
		Note: "runs as " + n.steps.String(),
	}
}
