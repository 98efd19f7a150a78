package command

import (
	"slices"
	"strconv"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"

	"spl/eval"
	"spl/eval/timefmt"
	"spl/parser"
	"spl/parser/source"
)

var chartCommand = Command{
	Name:    "chart",
	Kind:    Transforming,
	Summary: "Aggregates rows into a table: a row for each value of one field, a column for each of another.",
	Usage:   "chart [<option>...] <function>... [OVER <row>] [BY <row or column> [<column>]] [where <function> in topN]",
	Options: append([]Option{
		{"start", Text, "", "the range of bins begins at or below this"},
		{"end", Text, "", "the range of bins ends at or above this"},
		{"dedup_splitvals", Bool, "false", "count a row once for equal values of a multivalue field"},
	}, chartOptions...),
	Parse: parseChart,
}

var timechartCommand = Command{
	Name:    "timechart",
	Kind:    Transforming,
	Summary: "Aggregates rows into a table over time: a row for each bin of time, a column for each value of a field.",
	Usage:   "timechart [<option>...] <function>... [BY <field> [<option>...] [where <function> in topN]]",
	Options: append([]Option{
		{"partial", Bool, "true", "give the first and last bin although the search's range cuts them"},
		{"fixedrange", Bool, "true", "give bins for the whole range of the search, where it is bounded"},
		{"dedup_splitvals", Bool, "false", "count a row once for equal values of a multivalue field"},
	}, chartOptions...),
	Parse: parseChart,
}

var chartOptions = []Option{
	{"span", Text, "", "the width of the bins: 10, log10, 5m, 1d, 1h@h"},
	{"bins", Int, "100", "at most so many bins, where no span is given"},
	{"minspan", Text, "", "the least width of bins that are chosen"},
	{"aligntime", Text, "", "where bins shorter than a day are counted from: earliest, latest or a time"},
	{"cont", Bool, "true", "give empty bins too"},
	{"limit", Text, "10", "how many columns: 5, top5, bottom5; 0: all"},
	{"useother", Bool, "true", "put the columns beyond the limit together in one"},
	{"otherstr", Text, "OTHER", "the name of that column"},
	{"usenull", Bool, "true", "give a column for rows without the column's field"},
	{"nullstr", Text, "NULL", "the name of that column"},
	{"sep", Text, ": ", "what stands between function and value in the names of columns"},
	{"format", Text, "$AGG$: $VAL$", "the form of those names"},
}

// chartTree is a loose list: options, functions and clauses stand in many orders.
type (
	chartTree struct {
		Items []*chartItem `parser:"( ','* @@ )* ','*"`
	}
	chartItem struct {
		Over   *parser.Name `parser:"  'over':Word @@"`
		By     *chartBy     `parser:"| @@"`
		Where  *whereTree   `parser:"| @@"`
		Agg    *aggOption   `parser:"| @@"`
		Option *option      `parser:"| @@"`
		Eval   *evalAgg     `parser:"| @@"`
		Call   *chartCall   `parser:"| @@"`
		Field  *parser.Name `parser:"| @@"`
	}
	chartBy struct {
		Pos    lexer.Position
		Word   string         `parser:"@( 'by':Word | 'groupby':Word )"`
		Fields []*parser.Name `parser:"( ','* (?! Word '=':Op) (?! 'where':Word | 'over':Word) @@ )* ','*"`
	}
	whereTree struct {
		Call chartCall    `parser:"'where':Word @@"`
		In   string       `parser:"( @( 'in':Word | 'notin':Word )"`
		Top  *parser.Name `parser:"  @@"`
		Op   string       `parser:"| @( '<':Op | '>':Op | '<=':Op | '>=':Op )"`
		Num  *parser.Name `parser:"  @@ )"`
	}
	aggOption struct {
		Call chartCall `parser:"'agg':Word '=':Op @@"`
	}
	evalAgg struct {
		Pos  lexer.Position
		Word string             `parser:"@'eval':Word '(':Op"`
		Expr *parser.Expression `parser:"@@ ')':Op"`
		As   *parser.Name       `parser:"( 'as':Word @@ )?"`
	}
	// chartCall is aggCall, less the words that may follow it here.
	chartCall struct {
		Pos  lexer.Position
		Func string       `parser:"@Word"`
		Open bool         `parser:"( @'(':Op"`
		Args []*aggArg    `parser:"  ( @@ ','* )* ')':Op )?"`
		As   []string     `parser:"( @'as':Word"`
		Name *parser.Name `parser:"  @@ )?"`
	}
)

var chartGrammar = parser.NewGrammar[chartTree](parser.ArgTokens, "chart count OVER method BY status limit=5")

// chartNode is chart and timechart.
type chartNode struct {
	command  *Command
	time     bool // timechart: the row is _time
	calls    []*call
	measures []measure
	row, col string
	opts     *options
	limit    int // of columns; 0: all
	bottom   bool
	rank     *ranking // agg=
	where    *ranking
	axis     axis // span=; of no kind when none is given
	minspan  float64
	columns  columnBins
}

// measure is what a column of the result shows: a call, or an expression over calls.
type measure struct {
	call int
	expr parser.Expr // as written; nil: the call
	run  *eval.Program
	over []int // the calls that the expression reads
	name string
}

func parseChart(c *Command, a *parser.Args) (Node, source.Errors) {
	tree, err := chartGrammar.Parse(a)
	if err != nil {
		return nil, source.Errors{err}
	}
	n := &chartNode{command: c, time: c.Name == "timechart" || c.Name == "sitimechart", limit: 10}
	var opts, colOpts []*option
	var by []*parser.Name
	var errs source.Errors
	over := false
	for _, x := range tree.Items {
		switch {
		case x.Over != nil:
			over = true
			n.row = x.Over.Text
		case x.By != nil:
			by = append(by, x.By.Fields...)
			errs = append(errs, checkBy(&byTree{Pos: x.By.Pos, Word: x.By.Word, Fields: x.By.Fields})...)
		case x.Where != nil:
			var es source.Errors
			n.where, es = n.newWhere(a, x.Where)
			errs = append(errs, es...)
		case x.Agg != nil:
			var es source.Errors
			n.rank, es = n.newRanking(a, &x.Agg.Call)
			errs = append(errs, es...)
		case x.Option != nil && !n.time && (len(by) > 1 || over && len(by) > 0) && ofColumn(x.Option):
			colOpts = append(colOpts, x.Option)
		case x.Option != nil:
			opts = append(opts, x.Option)
		case x.Eval != nil:
			errs = append(errs, n.addEval(a, x.Eval)...)
		case x.Call != nil && len(by) > 0 && !x.Call.Open && x.Call.Name == nil:
			at := x.Call.Pos.Offset // a field after the options of the one before
			by = append(by, &parser.Name{Text: x.Call.Func, Span: source.Span{Start: at, End: at + len(x.Call.Func)}})
		case x.Call != nil:
			errs = append(errs, n.addCall(a, x.Call)...)
		case len(by) > 0:
			by = append(by, x.Field)
		default:
			errs = append(errs, source.Errorf(source.Syntax, x.Field.Span, "`%s` cannot be read here as an argument", x.Field.Text).WithHelp("a new name follows AS; fields follow BY"))
		}
	}
	n.opts = checkOptions(c, opts)
	errs = append(errs, n.opts.errs...)
	errs = append(errs, n.fields(a, by, over)...)
	errs = append(errs, n.readOptions()...)
	errs = append(errs, n.columns.read(c, colOpts)...)
	if len(n.measures) == 0 && len(errs) == 0 {
		errs = append(errs, source.Errorf(source.Syntax, source.At(a.Base), "`%s` needs a function", c.Name).WithHelp("for example: %s count BY host", c.Name))
	}
	for _, m := range n.measures {
		if n.col == "" && m.name == n.row {
			errs = append(errs, source.Errorf(source.Syntax, a.Span(), "The output field '%s' cannot have the same name as the field of the rows", m.name).WithHelp("give the result another name after AS"))
		}
	}
	return n, errs
}

// fields says which field is the row and which the column.
func (n *chartNode) fields(a *parser.Args, by []*parser.Name, over bool) source.Errors {
	names := texts(by)
	most := 2
	switch {
	case n.time && over:
		return one(source.Errorf(source.Syntax, a.Find("over"), "`timechart` is always over _time").WithHelp("the field of the columns follows BY"))
	case n.time:
		n.row = "_time"
		most = 1
	case over:
		most = 1
	case len(names) > 0:
		n.row, names = names[0], names[1:]
		by = by[1:]
		most = 1
	}
	if len(names) > most {
		return one(source.Errorf(source.Syntax, by[most].Span, "The argument '%s' is invalid", names[most]).
			WithHelp("`%s` has one field for its columns; join two with eval to split by both", n.command.Name))
	}
	if len(names) > 0 {
		n.col = names[0]
	}
	return nil
}

// readOptions reads those whose values have a form of their own.
func (n *chartNode) readOptions() source.Errors {
	var errs source.Errors
	for _, o := range n.opts.list {
		v := o.Value.Text
		ok, help := true, ""
		switch strings.ToLower(o.Key.Text) {
		case "limit":
			ok, help = n.readLimit(v), "for example: limit=5, limit=top5, limit=bottom5"
		case "span":
			ok, help = n.readSpan(v), "for example: span=5m; of numbers span=10 or span=log10"
		case "minspan":
			s, err := timefmt.ParseSpan(v)
			n.minspan = s.Seconds()
			ok, help = err == nil, "for example: minspan=1m"
		}
		if !ok {
			errs = append(errs, source.Errorf(source.Syntax, o.Value.Span, "`%s` is no value for `%s`", v, o.Key.Text).WithHelp("%s", help))
		}
	}
	return errs
}

func (n *chartNode) readLimit(s string) bool {
	low := strings.ToLower(strings.ReplaceAll(s, " ", ""))
	n.bottom = strings.HasPrefix(low, "bottom")
	v, err := strconv.Atoi(strings.TrimPrefix(strings.TrimPrefix(low, "bottom"), "top"))
	n.limit = v
	return err == nil && v >= 0
}

func (n *chartNode) readSpan(s string) bool { return n.axis.read(s, n.row == "_time") }

// aggCall is the call as stats reads it.
func (t *chartCall) aggCall() *aggCall {
	return &aggCall{Pos: t.Pos, Func: t.Func, Open: t.Open, Args: t.Args, As: t.As, Name: t.Name}
}

func (n *chartNode) addCall(a *parser.Args, t *chartCall) source.Errors {
	c, errs := newCall(a, t.aggCall())
	if c != nil {
		n.calls = append(n.calls, c)
		n.measures = append(n.measures, measure{call: len(n.calls) - 1, name: c.name})
	}
	return errs
}

func (n *chartNode) String() string {
	s := strings.TrimSpace(n.opts.String())
	if n.rank != nil {
		s += " agg=" + n.rank.call.String()
	}
	parts := make([]string, len(n.measures))
	for i, m := range n.measures {
		if m.expr == nil {
			parts[i] = n.calls[m.call].String()
		} else {
			parts[i] = "eval(" + m.expr.String() + ") AS " + parser.Word(m.name)
		}
	}
	s = strings.TrimSpace(s + " " + strings.Join(parts, ", "))
	switch {
	case n.time && n.col != "":
		s += " BY " + parser.Word(n.col)
	case !n.time && n.row != "":
		s += " BY " + nameList(slices.DeleteFunc([]string{n.row, n.col}, func(s string) bool { return s == "" })) + n.columns.String()
	}
	if n.where != nil {
		s += " " + n.where.String()
	}
	return s
}
