package command

import (
	"slices"
	"strings"

	"spl/eval/agg"
	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var statsCommand = Command{
	Name:    "stats",
	Kind:    Transforming,
	Summary: "Aggregates rows, in groups of equal BY values.",
	Usage:   "stats <function>[(<field>)] [AS <name>]... [BY <field-list>]",
	Options: []Option{
		{"allnum", Bool, "false", "no numeric result for a group with a value that is no number"},
		{"delim", Text, " ", "how multivalues are joined where they are made one text"},
		{"partitions", Int, "1", "accepted; the number of workers is the engine's business"},
		{"dedup_splitvals", Bool, "false", "count a row once for equal values of a multivalue BY field"},
	},
	Parse: parseStats,
}

var statsGrammar = parser.NewGrammar[aggTree](parser.ArgTokens, "stats count, values(user) AS users BY src, dest")

// statsNode is stats. Its map part aggregates each worker's share of the rows and
// gives partial rows, one a group; its reduce part merges them.
type statsNode struct {
	calls []*call
	by    []string
	opts  *options
}

func parseStats(c *Command, a *parser.Args) (Node, source.Errors) {
	tree, err := statsGrammar.Parse(a)
	if err != nil {
		return nil, source.Errors{err}
	}
	n := &statsNode{}
	var errs source.Errors
	n.calls, n.by, n.opts, errs = newAggregates(c, "stats", a, tree)
	for _, c := range n.calls {
		if slices.Contains(n.by, c.name) {
			errs = append(errs, source.Errorf(source.Syntax, a.Span(), "The output field '%s' cannot have the same name as a group-by field", c.name).WithHelp("give the result another name after AS, or leave %s out of BY", c.name))
		}
	}
	return n, errs
}

// checkBy reports a BY that names no field, or a wildcard.
func checkBy(by *byTree) source.Errors {
	if len(by.Fields) == 0 {
		return one(source.Errorf(source.Syntax, source.Span{Start: by.Pos.Offset, End: by.Pos.Offset + len(by.Word)}, "the fields to group by are missing after %s", strings.ToUpper(by.Word)).
			WithHelp("for example: BY src, dest"))
	}
	var errs source.Errors
	for _, f := range by.Fields {
		if isPattern(f.Text) && f.Bare() {
			errs = append(errs, source.Errorf(source.Syntax, f.Span, "a wildcard cannot stand after %s", strings.ToUpper(by.Word)).WithHelp("name each field to group by"))
		}
	}
	return errs
}

func (n *statsNode) String() string {
	parts := make([]string, len(n.calls))
	for i, c := range n.calls {
		parts[i] = c.String()
	}
	s := strings.TrimSpace(n.opts.String() + " " + strings.Join(parts, ", "))
	if len(n.by) > 0 {
		s += " BY " + nameList(n.by)
	}
	return s
}

func (n *statsNode) settings() agg.Settings {
	return agg.Settings{AllNum: n.opts.bool("allnum", false)}
}

func (n *statsNode) Plan(planning *Planning) *engine.Plan {
	planning.joiners.clear()
	if n.opts.given("delim") {
		for _, c := range n.calls {
			planning.joiners.set(c.name, n.opts.text("delim", " "))
		}
	}
	p := &engine.Plan{
		Wants:     placesFor(n.calls),
		Gives:     engine.Makes(append(callNames(n.calls), n.by...)...),
		Shape:     engine.Table,
		Makes:     true,
		Reads:     func(batch.Fields) batch.Fields { return aggReads(n.calls, n.by) },
		Renames:   callRenames(n.calls),
		Transient: true,
		Map: func(c *engine.Context) (engine.Operator, error) {
			a, err := newAggregator(c, n.calls, n.by, n.settings(), n.opts.bool("dedup_splitvals", false))
			return &statsMap{a, c.Absorbs()}, err
		},
		Reduce: func(c *engine.Context) (engine.Operator, error) {
			a, err := newAggregator(c, n.calls, n.by, n.settings(), false)
			return &statsReduce{aggregator: a}, err
		},
	}
	return p
}
