package command

import (
	"slices"
	"strings"

	"spl/eval"
	"spl/eval/timefmt"
	"spl/parser"
	"spl/parser/source"
)

var mstatsCommand = Command{
	Name:     "mstats",
	Kind:     Generating,
	Anywhere: true,
	Summary:  "Aggregates the measurements that events hold: metric_name and _value, or metric_name:<name>=<value>.",
	Usage:    "mstats [<option>]... <function>(<metric>) [AS <name>]... [WHERE <search-expression>] [BY <field-list>] [span=<span>]",
	Options: []Option{
		{"prestats", Bool, "false", "give partial results, for stats, chart or timechart to finish"},
		{"append", Bool, "false", "with prestats: add to the rows that came in"},
		{"fillnull_value", Text, "", "the value of BY fields without one; without it such measurements count nowhere"},
		{"span", Text, "", "group by buckets of _time of this width"},
		{"every", Text, "", "with span: of each such span of time only the first bucket"},
		{"chart", Bool, "false", "not supported; write prestats=true and timechart"},
		{"backfill", Bool, "true", "accepted"},
		{"update_period", Int, "0", "accepted"},
		{"chunk_size", Int, "10000000", "accepted"},
	},
	Parse: parseMstats,
}

// mstatsNode is mstats. Its clauses, and the end of its run, are those of tstats; it
// differs in the rows that it counts, which are measurements.
type mstatsNode struct {
	tstatsNode
	dims  []string     // BY as typed, without the _time that span= adds
	every timefmt.Span // of every=
}

const mstatsUsage = "mstats avg(cpu.user) AS cpu WHERE index=metrics host=web* BY host span=1m"

var mstatsGrammar = parser.NewGrammar[aggTree](parser.ArgTokens, mstatsUsage)

func parseMstats(c *Command, a *parser.Args) (Node, source.Errors) {
	cs := cutClauses(a.Text)
	if w := cs[clauseFrom]; w.word != "" {
		return nil, one(source.Errorf(source.Syntax, source.Span{Start: a.Base + w.at - len(w.word), End: a.Base + w.at}, "`mstats` has no FROM").WithHelp("the index is named in WHERE: %s", mstatsUsage))
	}
	n := &mstatsNode{tstatsNode: tstatsNode{first: a.First}}
	head := clauseArgs(a, cs[clauseHead])
	tree, err := mstatsGrammar.Parse(head)
	if err != nil {
		return nil, source.Errors{err}
	}
	calls, opts, errs := newCalls(head, tree.Items)
	n.calls, opts = calls, append(opts, tree.After...)
	add := func(more []*option, es source.Errors) { opts, errs = append(opts, more...), append(errs, es...) }
	add(n.search(c, a, cs[clauseWhere]))
	add(n.group(a, cs[clauseBy]))
	n.opts = checkOptions(c, opts)
	errs = append(errs, n.opts.errs...)
	errs = append(errs, n.check(head)...)
	if len(errs) == 0 && n.where != nil {
		n.test, errs = eval.CompileSearch(exactCase(n.where))
	}
	return n, errs
}

// exactCase makes a search that takes case for something: names of metrics and values
// of dimensions have it.
func exactCase(x parser.SearchExpr) parser.SearchExpr {
	if whole, ok := parser.Rebuild(x, exactCase); ok {
		return whole
	}
	switch x := x.(type) {
	case *parser.Compare:
		out := *x
		out.Value.Case = true
		return &out
	case *parser.InList:
		out := *x
		out.Values = slices.Clone(x.Values)
		for i := range out.Values {
			out.Values[i].Case = true
		}
		return &out
	}
	return x
}

// check reports what mstats does not take though its grammar does, and reads span.
func (n *mstatsNode) check(a *parser.Args) source.Errors {
	var errs source.Errors
	fail := func(code source.Code, help, msg string, args ...any) {
		e := source.Errorf(code, a.Span(), msg, args...)
		e.Help = help
		errs = append(errs, e)
	}
	if len(n.calls) == 0 {
		errs = append(errs, source.Errorf(source.Syntax, source.At(a.Base), "`mstats` needs a function").WithHelp("for example: %s", mstatsUsage))
	}
	for _, c := range n.calls {
		switch {
		case c.expr != nil:
			fail(source.Syntax, "use stats after it", "mstats takes metrics, not expressions: `%s`", c)
		case c.fn.Name == "list" || c.fn.Name == "values" || c.spark:
			fail(source.Syntax, "mcatalog lists names and dimensions", "`%s` is not a function of mstats", c.typed)
		case c.as != "" && slices.Contains(n.by, c.as):
			fail(source.Syntax, "", "The output field '%s' cannot have the same name as a group-by field", c.as)
		}
	}
	read := func(name string) (timefmt.Span, bool) {
		text := n.opts.text(name, "")
		if text == "" {
			return timefmt.Span{}, false
		}
		if strings.EqualFold(text, "auto") {
			// Choice: as in tstats, buckets of no stated width are a second wide.
			return timefmt.Span{Count: 1, Unit: timefmt.Second}, true
		}
		span, err := timefmt.ParseSpan(text)
		if err == nil && span.Unit < timefmt.Second {
			fail(source.Syntax, "for example: "+name+"=1s", "the %s of mstats is at least a second: `%s`", name, text)
		} else if err != nil {
			fail(source.Syntax, "for example: "+name+"=1h", "`%s` of `mstats`: %s", name, err)
		}
		return span, err == nil
	}
	n.dims = n.by
	span, ok := read("span")
	// Choice: partial results without a span are by the second, so that timechart can
	// have any span.
	if !ok && (slices.Contains(n.by, "_time") || n.opts.bool("prestats", false)) {
		span, ok = timefmt.Span{Count: 1, Unit: timefmt.Second}, true
	}
	if ok {
		n.span = span
		if !slices.Contains(n.by, "_time") {
			n.by = append([]string{"_time"}, n.by...)
		}
	}
	if n.every, ok = read("every"); ok && !n.opts.given("span") {
		fail(source.Syntax, "for example: span=1m every=1h", "`every` of mstats needs a span")
	}
	if n.opts.bool("chart", false) {
		fail(source.Unsupported, "write prestats=true, and timechart or chart after it", "`chart=true` of mstats is not supported")
	}
	if prestats := n.opts.bool("prestats", false); n.opts.bool("append", false) && !prestats {
		fail(source.Syntax, "add prestats=true", "`append` of mstats needs prestats=true")
	} else if !n.first && !n.opts.bool("append", false) {
		fail(source.Syntax, "begin the search with it, or write prestats=true append=true", "`mstats` makes rows of its own and must be the first command of a search")
	}
	return errs
}

// String prints the arguments.
func (n *mstatsNode) String() string {
	t := n.tstatsNode
	t.by = n.dims
	return t.String()
}
