package command

import (
	"slices"
	"strconv"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var makeresultsCommand = Command{
	Name:    "makeresults",
	Kind:    Generating,
	Summary: "Makes rows out of nothing, or out of the text of the search.",
	Usage:   `makeresults [count=<n>] [annotate=<bool>] [format=csv|json data="<text>"]`,
	Options: []Option{
		{"count", Int, "1", "how many rows"},
		{"annotate", Bool, "false", "give the rows the default fields of events too"},
		{"format", Text, "", "csv or json: what data holds"},
		{"data", Text, "", "the rows as text"},
		{"splunk_server", Text, "", "accepted; there is one server"},
		{"splunk_server_group", Text, "", "accepted; there is one server"},
	},
	Parse: parseMakeresults,
}

var makeresultsGrammar = parser.NewGrammar[mixed[headArg]](parser.ArgTokens, "makeresults count=3")

type makeresultsNode struct {
	count int
	rows  *batch.Batch // from data; nil when there is none
	opts  *options
}

func parseMakeresults(c *Command, a *parser.Args) (Node, source.Errors) {
	tree, err := makeresultsGrammar.Parse(a)
	if err != nil {
		return nil, source.Errors{err}
	}
	n := &makeresultsNode{count: 1}
	var errs source.Errors
	args, opts := tree.part()
	for _, x := range args {
		switch {
		case x.N != nil:
			v, err := strconv.Atoi(x.N.Text)
			if err != nil {
				errs = append(errs, source.Errorf(source.Syntax, x.N.Span, "`%s` is not a number of rows", x.N.Text).WithHelp("for example: makeresults count=3"))
			}
			n.count = v
		default:
			errs = append(errs, source.Errorf(source.Syntax, x.Until.Expr.Where(), "`makeresults` takes no expression").WithHelp("set fields with eval: | makeresults | eval a=1"))
		}
	}
	n.opts = checkOptions(c, opts)
	errs = append(errs, n.opts.errs...)
	n.count = n.opts.int("count", n.count)
	if n.count < 0 || n.count > maxResults {
		errs = append(errs, source.Errorf(source.Syntax, a.Span(), "`makeresults` makes 0 to %d rows", maxResults))
	}
	errs = append(errs, n.data(a)...)
	return n, errs
}

// maxResults bounds what one command can make out of nothing.
const maxResults = 100_000_000

func (n *makeresultsNode) data(a *parser.Args) source.Errors {
	format, data := n.opts.text("format", ""), n.opts.text("data", "")
	var err error
	switch {
	case format == "" && data == "":
		return nil
	case format == "csv":
		n.rows, err = csvRows(data)
	case format == "json":
		n.rows, err = jsonRows(data)
	default:
		return one(source.Errorf(source.Syntax, a.Span(), "`format` of `makeresults` must be csv or json, with data=\"...\" beside it"))
	}
	if err != nil {
		return one(source.Errorf(source.Syntax, a.Span(), "the data of `makeresults` cannot be read as %s: %s", format, err))
	}
	return nil
}

func (n *makeresultsNode) String() string {
	s := ""
	if !n.opts.given("count") && n.rows == nil {
		s = "count=" + strconv.Itoa(n.count)
	}
	return trimLeadingSpace(s + n.opts.String())
}

func trimLeadingSpace(s string) string {
	if s != "" && s[0] == ' ' {
		return s[1:]
	}
	return s
}

func (n *makeresultsNode) gives(engine.Schema) engine.Schema {
	if n.rows != nil {
		return engine.SchemaOf(append(slices.Clone(n.rows.Names), "_time")...)
	}
	if n.opts.bool("annotate", false) {
		return engine.SchemaOf("_time", "_raw", "host", "source", "sourcetype", "splunk_server", "splunk_server_group")
	}
	return engine.SchemaOf("_time")
}

func (n *makeresultsNode) Plan(p *Planning) *engine.Plan {
	return &engine.Plan{
		Gives: n.gives,
		Shape: engine.Events,
		Generate: func(c *engine.Context) (batch.Source, error) {
			now := strconv.FormatInt(c.Now.Unix(), 10)
			if n.rows != nil {
				b := n.rows.Clone()
				if b.Index("_time") < 0 {
					b.Set("_time", batch.Constant(now, b.Rows))
				}
				return engine.Rows{b}, nil
			}
			var rows engine.Rows
			for left := n.count; left > 0; left -= 1024 {
				rows = append(rows, n.make(min(left, 1024), now))
			}
			return rows, nil
		},
	}
}

// make gives rows with the time of the search, and with annotate the default
// fields of an event, empty but for the server's name.
func (n *makeresultsNode) make(rows int, now string) *batch.Batch {
	b := batch.New(rows)
	b.Set("_time", batch.Constant(now, rows))
	if n.opts.bool("annotate", false) {
		for _, name := range []string{"_raw", "host", "source", "sourcetype", "splunk_server_group"} {
			b.Set(name, nil)
		}
		b.Set("splunk_server", batch.Constant("local", rows))
	}
	return b
}
