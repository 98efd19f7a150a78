package command

import (
	"slices"
	"strings"

	"spl/eval"
	"spl/eval/agg"
	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var mcatalogCommand = Command{
	Name:     "mcatalog",
	Kind:     Generating,
	Anywhere: true,
	Summary:  "Lists the metrics, and the values and names of dimensions, of the measurements that events hold.",
	Usage:    "mcatalog [<option>]... values(<field>) [AS <name>]... [WHERE <search-expression>] [BY <field-list>]",
	Options: []Option{
		{"prestats", Bool, "false", "give partial results, for stats to finish"},
		{"append", Bool, "false", "with prestats: add to the rows that came in"},
	},
	Parse: parseMcatalog,
}

var mpreviewCommand = Command{
	Name:     "mpreview",
	Aliases:  []string{"msearch"},
	Kind:     Generating,
	Usage:    "mpreview [index=<index>] [filter=<filter>]",
	Summary:  "Shows a sample of the measurements of a metrics index.",
	Declined: "it shows a sample of an index in a form of its own; search index=<index> shows the events that hold the measurements",
}

// mcatalogNode is mcatalog. It reads measurements as mstats does, and lists what they
// are called and not what they measured.
type mcatalogNode struct{ mstatsNode }

const mcatalogUsage = "mcatalog values(metric_name) WHERE index=metrics BY host"

var mcatalogGrammar = parser.NewGrammar[aggTree](parser.ArgTokens, mcatalogUsage)

func parseMcatalog(c *Command, a *parser.Args) (Node, source.Errors) {
	cs := cutClauses(a.Text)
	if w := cs[clauseFrom]; w.word != "" {
		return nil, one(source.Errorf(source.Syntax, source.Span{Start: a.Base + w.at - len(w.word), End: a.Base + w.at}, "`mcatalog` has no FROM").WithHelp("the index is named in WHERE: %s", mcatalogUsage))
	}
	n := &mcatalogNode{mstatsNode{tstatsNode: tstatsNode{first: a.First}}}
	head := clauseArgs(a, cs[clauseHead])
	tree, err := mcatalogGrammar.Parse(head)
	if err != nil {
		return nil, source.Errors{err}
	}
	calls, opts, errs := newCalls(head, tree.Items)
	n.calls, opts = calls, append(opts, tree.After...)
	add := func(more []*option, es source.Errors) { opts, errs = append(opts, more...), append(errs, es...) }
	add(n.search(c, a, cs[clauseWhere]))
	add(n.group(a, cs[clauseBy]))
	n.dims = n.by
	n.opts = checkOptions(c, opts)
	errs = append(errs, n.opts.errs...)
	errs = append(errs, n.check(head)...)
	if len(errs) == 0 && n.where != nil {
		n.test, errs = eval.CompileSearch(exactCase(n.where))
	}
	return n, errs
}

func (n *mcatalogNode) check(a *parser.Args) source.Errors {
	var errs source.Errors
	fail := func(help, msg string, args ...any) {
		e := source.Errorf(source.Syntax, a.Span(), msg, args...)
		e.Help = help
		errs = append(errs, e)
	}
	if len(n.calls) == 0 {
		errs = append(errs, source.Errorf(source.Syntax, source.At(a.Base), "`mcatalog` needs values()").WithHelp("for example: %s", mcatalogUsage))
	}
	for _, c := range n.calls {
		switch {
		case c.fn.Name != "values" || c.spark:
			fail("mstats has the others", "`values` is the one function of mcatalog, not `%s`", c.typed)
		case c.expr != nil || c.wild():
			fail("for example: values(metric_name), values(_dims), values(host)", "mcatalog takes names of fields: `%s`", c)
		case c.field == metricValue:
			fail("mstats aggregates what was measured", "mcatalog does not see values of measurements")
		case c.as != "" && slices.Contains(n.by, c.as):
			fail("", "The output field '%s' cannot have the same name as a group-by field", c.as)
		}
	}
	if prestats := n.opts.bool("prestats", false); n.opts.bool("append", false) && !prestats {
		fail("add prestats=true", "`append` of mcatalog needs prestats=true")
	} else if !n.first && !n.opts.bool("append", false) {
		fail("begin the search with it, or write prestats=true append=true", "`mcatalog` makes rows of its own and must be the first command of a search")
	}
	return errs
}

// dimsField lists the names of a measurement's dimensions.
const dimsField = "_dims"

func (n *mcatalogNode) Plan(p *Planning) *engine.Plan {
	plan := n.plan(p)
	reads := n.reads().Add(metricPrefix + "*")
	for _, c := range n.calls {
		if c.field == dimsField {
			reads = batch.AllFields
		}
	}
	plan.Reads = func(batch.Fields) batch.Fields { return reads }
	plan.Map = func(c *engine.Context) (engine.Operator, error) {
		m, err := n.tstatsNode.mapper(c)
		return &mcatalogMap{m}, err
	}
	plan.Reduce = func(c *engine.Context) (engine.Operator, error) {
		a, err := newAggregator(c, n.calls, n.by, agg.Settings{}, false)
		return &tstatsReduce{statsReduce{aggregator: a}, &n.tstatsNode}, err
	}
	if n.first {
		return plan
	}
	return rowsAfter(plan)
}

// reads are the fields of events that are looked at.
func (n *mcatalogNode) reads() batch.Fields {
	f := aggReads(n.calls, n.by).Add(metricName, metricValue, "_time")
	if n.test != nil {
		f = f.Add(n.test.Fields()...)
	}
	return f
}

// mcatalogMap lists names.
type mcatalogMap struct{ *tstatsMap }

func (m *mcatalogMap) Push(b *batch.Batch, emit engine.Emit) error {
	dims := false
	for _, c := range m.calls {
		dims = dims || c.field == dimsField
	}
	return measurements(b, func(string) bool { return true }, func(_ string, rows *batch.Batch) error {
		if m.test != nil {
			if rows = keepRows(rows, m.test.Rows(rows)); rows == nil {
				return nil
			}
		}
		m.ctx.Matched.Add(int64(rows.Rows))
		rows = m.prepare(rows)
		if dims {
			rows.Set(dimsField, dimNames(rows))
		}
		return m.statsMap.Push(rows, emit)
	})
}

// dimNames are the names of the dimensions of each row.
//
// Choice: the fields that every event has are not among them.
func dimNames(b *batch.Batch) *batch.Column {
	var at []int
	for i, name := range b.Names {
		switch {
		case batch.Internal(name), name == metricName, strings.HasPrefix(name, metricPrefix), strings.HasPrefix(name, "date_"):
		case slices.Contains([]string{"host", "source", "sourcetype", "index", "splunk_server", "linecount", "punct", "timestamp", "eventtype", "tag"}, name):
		default:
			at = append(at, i)
		}
	}
	var bl batch.Builder
	for r := range b.Rows {
		var names []string
		for _, i := range at {
			if b.Cols[i].Count(r) > 0 {
				names = append(names, b.Names[i])
			}
		}
		bl.Append(names...)
	}
	return bl.Column()
}
