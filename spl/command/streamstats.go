package command

import (
	"strings"

	"spl/eval"
	"spl/eval/batch"
	"spl/eval/timefmt"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var streamstatsCommand = Command{
	Name:    "streamstats",
	Kind:    CentralizedStreaming,
	Summary: "Adds to each row the statistics of the rows up to it.",
	Usage:   "streamstats [<option>...] <function>[(<field>)] [AS <name>]... [BY <field-list>]",
	Options: []Option{
		{"current", Bool, "true", "count the row itself"},
		{"window", Int, "0", "only the last so many rows, at most 10000; 0: all"},
		{"time_window", Text, "", "only rows whose _time is at most so far away: 5m"},
		{"global", Bool, "true", "the window is of all rows; false: of each group's own"},
		{"reset_on_change", Bool, "false", "begin anew when the BY values change"},
		{"reset_before", Text, "", "begin anew before a row for which the expression in parentheses is true"},
		{"reset_after", Text, "", "begin anew after such a row; the expression sees the new fields"},
		{"allnum", Bool, "false", "no numeric result where a value is no number"},
	},
	Parse: parseStreamstats,
}

type (
	streamTree struct {
		Items []*streamItem  `parser:"( ','* (?! 'by':Word | 'groupby':Word) @@ )* ','*"`
		By    *byTree        `parser:"@@?"`
		After []*streamAfter `parser:"@@*"`
	}
	streamItem struct {
		Reset  *resetTree `parser:"  @@"`
		Option *option    `parser:"| @@"`
		Call   *aggCall   `parser:"| @@"`
	}
	streamAfter struct {
		Reset  *resetTree `parser:"  @@"`
		Option *option    `parser:"| @@"`
	}
	resetTree struct {
		Key  string             `parser:"@( 'reset_before':Word | 'reset_after':Word ) '=':Op '(':Op"`
		Expr *parser.Expression `parser:"@@ ')':Op"`
	}
)

var streamGrammar = parser.NewGrammar[streamTree](parser.ArgTokens, "streamstats window=5 avg(bytes) AS mean BY host")

// maxWindow is limits.conf, [stats] max_stream_window.
const maxWindow = 10000

type streamNode struct {
	calls  []*call
	by     []string
	opts   *options
	window int
	span   timefmt.Span
	resets [2]*reset // before, after; nil: none
}

type reset struct {
	expr parser.Expr
	run  *eval.Program
}

func parseStreamstats(c *Command, a *parser.Args) (Node, source.Errors) {
	plain := *a
	plain.Text = unquoteResets(a.Text)
	tree, err := streamGrammar.Parse(&plain)
	if err != nil {
		return nil, source.Errors{err}
	}
	n := &streamNode{}
	var items []*aggItem
	var resets []*resetTree
	for _, x := range tree.Items {
		if x.Reset != nil {
			resets = append(resets, x.Reset)
		} else {
			items = append(items, &aggItem{Option: x.Option, Call: x.Call})
		}
	}
	calls, opts, errs := newCalls(a, items)
	n.calls = calls
	for _, x := range tree.After {
		if x.Reset != nil {
			resets = append(resets, x.Reset)
		} else {
			opts = append(opts, x.Option)
		}
	}
	n.opts = checkOptions(c, opts)
	errs = append(errs, n.opts.errs...)
	errs = append(errs, n.windows()...)
	if len(calls) == 0 && len(errs) == 0 {
		errs = append(errs, source.Errorf(source.Syntax, source.At(a.Base), "`streamstats` needs a function").WithHelp("for example: streamstats count"))
	}
	if tree.By != nil {
		n.by = texts(tree.By.Fields)
		errs = append(errs, checkBy(tree.By)...)
	}
	for _, r := range resets {
		i := b2i(strings.EqualFold(r.Key, "reset_after"))
		run, es := compile(a, r.Expr.Expr)
		errs = append(errs, es...)
		n.resets[i] = &reset{r.Expr.Expr, run}
	}
	return n, errs
}

// windows reads the options that bound the window.
func (n *streamNode) windows() source.Errors {
	var errs source.Errors
	n.window = n.opts.int("window", 0)
	for _, o := range n.opts.list {
		switch {
		case strings.EqualFold(o.Key.Text, "window") && n.window < 0:
			errs = append(errs, source.Errorf(source.Syntax, o.Value.Span, "a window cannot have %d rows", n.window).WithHelp("0 means all rows"))
		case strings.EqualFold(o.Key.Text, "time_window"):
			var err error
			if n.span, err = timefmt.ParseSpan(o.Value.Text); err != nil {
				errs = append(errs, source.Errorf(source.Syntax, o.Value.Span, "`%s` is not a span of time", o.Value.Text).WithHelp("for example: time_window=5m"))
			}
		case strings.EqualFold(o.Key.Text, "reset_before"), strings.EqualFold(o.Key.Text, "reset_after"):
			errs = append(errs, source.Errorf(source.Syntax, o.Value.Span, "the expression of `%s` stands in parentheses", o.Key.Text).WithHelp("for example: %s=(action==\"success\")", o.Key.Text))
		}
	}
	return errs
}

// unquoteResets blanks the quotes around the expressions of reset_before and
// reset_after, which are documented in two forms: "(x==1)" and "("x==1")". What is
// left has the same length, so that places stay right.
func unquoteResets(text string) string {
	out := []byte(text)
	for _, key := range []string{"reset_before", "reset_after"} {
		for at := 0; ; {
			i := strings.Index(strings.ToLower(text[at:]), key)
			if i < 0 {
				break
			}
			at += i + len(key)
			i = at
			for i < len(text) && (text[i] == '=' || text[i] == ' ') {
				i++
			}
			if i == at || i >= len(text) || text[i] != '"' {
				continue
			}
			blankQuotes(out, text, i)
		}
	}
	return string(out)
}

// blankQuotes blanks the quotes of one value, which begins at a quote.
func blankQuotes(out []byte, text string, at int) {
	if strings.HasPrefix(text[at:], `"("`) {
		end := at + 3
		for end < len(text) && !(strings.HasPrefix(text[end:], `")"`) && text[end-1] != '\\') {
			end++
		}
		if end < len(text) {
			out[at], out[at+2], out[end], out[end+2] = ' ', ' ', ' ', ' '
			unescapeQuotes(out, at+3, end)
		}
		return
	}
	for i := at + 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			if strings.HasPrefix(strings.TrimSpace(text[at+1:i]), "(") {
				out[at], out[i] = ' ', ' '
				unescapeQuotes(out, at+1, i)
			}
			return
		}
	}
}

// unescapeQuotes makes \" a quote; the blank that takes the backslash's place stands
// outside the quotes.
func unescapeQuotes(out []byte, from, to int) {
	inside := false
	for i := from; i+1 < to; i++ {
		if out[i] != '\\' || out[i+1] != '"' {
			continue
		}
		if out[i] = ' '; inside {
			out[i], out[i+1] = '"', ' '
		}
		inside = !inside
		i++
	}
}

func (n *streamNode) String() string {
	s := strings.TrimSpace(n.opts.String())
	for i, key := range []string{"reset_before", "reset_after"} {
		if r := n.resets[i]; r != nil {
			s += " " + key + "=(" + r.expr.String() + ")"
		}
	}
	return strings.TrimSpace(s + " " + callsString(&options{}, n.calls, n.by))
}

func (n *streamNode) Plan(*Planning) *engine.Plan {
	reads := aggReads(n.calls, n.by)
	for _, r := range n.resets {
		if r != nil {
			reads = reads.Add(r.run.Reads()...)
		}
	}
	if n.span.Unit != timefmt.NoUnit {
		reads = reads.Add("_time")
	}
	return &engine.Plan{
		Gives:  engine.Adds(callNames(n.calls)...),
		Wants:  engine.Order,
		Note:   "each row sees those before it",
		Reads:  func(wanted batch.Fields) batch.Fields { return wanted.Union(reads) },
		Reduce: func(c *engine.Context) (engine.Operator, error) { return newStream(n, c) },
	}
}
