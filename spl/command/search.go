package command

import (
	"strings"

	"spl/eval"
	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var searchCommand = Command{
	Name:    "search",
	Kind:    DistributableStreaming,
	Summary: "Keeps the events that match a search expression.",
	Usage:   "search <search-expression>",
	Parse:   parseSearch,
}

// searchNode is the search command. Standing first it is what the source reads by;
// it says which texts an event must hold, and the time range.
type searchNode struct {
	expr  parser.SearchExpr // nil: everything
	run   *eval.Search
	first bool // it reads the events
}

func parseSearch(_ *Command, a *parser.Args) (Node, source.Errors) {
	if err := statementName(a); err != nil {
		return nil, one(err)
	}
	x, errs := parser.ParseSearch(a)
	if len(errs) > 0 {
		return nil, errs
	}
	first := a.First && a.Depth == 0
	if n, errs := newSavedTerms(x, first); n != nil {
		return n, errs
	}
	run, errs := eval.CompileSearch(x)
	return &searchNode{x, run, first}, errs
}

func (n *searchNode) String() string {
	if n.expr == nil {
		return "*"
	}
	return n.expr.String()
}

// InEventText says whether a field's value, if it has one, stands in the event's
// text. Fields that Splunk sets beside the text, and those it works out, do not.
func InEventText(field string) bool {
	switch field {
	case "host", "source", "sourcetype", "index", "splunk_server", "splunk_server_group", "linecount",
		"punct", "timestartpos", "timeendpos", "eventtype", "tag", "hosttag", "eventtypetag":
		return false
	}
	return !batch.Internal(field) && !strings.HasPrefix(field, "date_") && !strings.HasPrefix(field, "tag::") && !strings.Contains(field, "*")
}

// asked is the time range that a search expression asks for; nil for none.
func asked(s *eval.Search, p *Planning) *engine.Range {
	if s == nil {
		return nil
	}
	earliest, latest, timed := s.Bounds(p.Now, p.Zone)
	if !timed {
		return nil
	}
	return &engine.Range{Earliest: earliest, Latest: latest}
}

func (n *searchNode) Plan(p *Planning) *engine.Plan {
	fields := n.run.Fields()
	plain := func(field string) bool { return InEventText(field) && !p.Knowledge.ComputedByApps(field) }
	f := &engine.Filter{
		Fields:   fields,
		Literals: n.run.Literals(func(field string) bool { return InEventText(field) && !p.Knowledge.Computed(field) }),
		Plain:    n.run.Literals(plain),
		Origins:  eval.Origins(n.expr, p.Knowledge.ComputedByApps),
	}
	if p.Knowledge.NamesStand() {
		f.PlainNames = n.run.Names(plain)
	}
	return &engine.Plan{
		Range:     asked(n.run, p),
		Reads:     func(wanted batch.Fields) batch.Fields { return wanted.Add(fields...) },
		Filter:    f,
		Front:     true,
		Tests:     func() *engine.Tests { return searchTests(n.expr) },
		Transient: true,
		Map: engine.Streaming(func(c *engine.Context) (engine.MapFunc, error) {
			m := n.run.Bind(c.Eval())
			return func(b *batch.Batch) (*batch.Batch, error) {
				rows := m.Rows(b)
				if n.first {
					c.Matched.Add(int64(len(rows)))
				}
				return keepRows(b, rows), nil
			}, nil
		}),
	}
}

// Condition is a test of where events come from that every event must pass:
// sourcetype=x and the like.
type Condition struct {
	Fields []string
	Expr   parser.SearchExpr
}

// Conditions are the tests on source, sourcetype, index and host that a search at
// the front of a query makes of every event. Other commands make none.
func Conditions(n parser.Node) []Condition {
	s, ok := n.(*searchNode)
	if !ok {
		return nil
	}
	var out []Condition
	for _, t := range eval.Conjuncts(s.expr) {
		one, err := eval.CompileSearch(t)
		if len(err) > 0 {
			continue
		}
		fields := one.Fields()
		origin := len(fields) > 0
		for _, f := range fields {
			origin = origin && (f == "source" || f == "sourcetype" || f == "index" || f == "host")
		}
		if origin {
			out = append(out, Condition{fields, t})
		}
	}
	return out
}

// keepRows is the batch with only these rows.
func keepRows(b *batch.Batch, rows []int32) *batch.Batch {
	switch len(rows) {
	case b.Rows:
		return b
	case 0:
		return nil
	}
	return b.Take(rows)
}
