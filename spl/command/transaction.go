package command

import (
	"math"
	"strings"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"

	"spl/eval"
	"spl/eval/batch"
	"spl/eval/timefmt"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var transactionCommand = Command{
	Name:    "transaction",
	Kind:    CentralizedStreaming,
	Summary: "Groups events that belong together into one row each.",
	Usage:   "transaction [<field-list>] [<option>]...",
	Options: []Option{
		{"fields", Text, "", "the fields, as a list in quotes, in the place of their names"},
		{"name", Text, "", "accepted; there are no transaction types"},
		{"maxspan", Text, "-1", "how long a transaction may last: 30s, 5m, 1h, 1d; -1 any time"},
		{"maxpause", Text, "-1", "how much time may lie between two of its events; -1 any"},
		{"maxevents", Int, "1000", "how many events it may have; -1 any number"},
		{"startswith", Text, "", `its first event: "<search>", (<search>) or eval(<expression>)`},
		{"endswith", Text, "", "its last event, in the same forms"},
		{"connected", Bool, "true", "an event must share a field with a transaction to join it"},
		{"unifyends", Bool, "true", "so must the first and the last; as connected when not given"},
		{"keeporphans", Bool, "false", "give events that belong to no transaction, with _txn_orphan=1"},
		{"keepevicted", Bool, "false", "give transactions that were not complete, with closed_txn=0"},
		{"maxopentxn", Int, "5000", "how many transactions may be open at a time"},
		{"maxopenevents", Int, "100000", "how many events open transactions may have together"},
		{"mvlist", Text, "false", "true, or names of fields: keep all their values in order of time, repeats too"},
		{"mvraw", Bool, "false", "keep the texts of the events as values of _raw"},
		{"delim", Text, " ", "what is put between values where they are made one text"},
		{"nullstr", Text, "NULL", "what stands in a list for an event that lacks the field"},
	},
	Parse: parseTransaction,
}

type (
	transactionTree struct {
		Args []*transactionArg `parser:"( ','* @@ )* ','*"`
	}
	transactionArg struct {
		Bound  *boundTree   `parser:"  @@"`
		List   *listOption  `parser:"| @@"`
		Option *option      `parser:"| @@"`
		Field  *parser.Name `parser:"| @@"`
		joined bool
	}
	boundTree struct {
		Key   parser.Name `parser:"(?= ( 'startswith':Word | 'endswith':Word ) '=':Op ) @@ '=':Op"`
		Value boundValue  `parser:"@@"`
	}
	boundValue struct {
		Eval  *parser.Expression `parser:"  'eval':Word '(':Op @@ ')':Op"`
		Paren *balanced          `parser:"| @@"`
		Text  *parser.Name       `parser:"| @@"`
	}
	// listOption is mvlist="a,b".
	listOption struct {
		Key    parser.Name    `parser:"(?= 'mvlist':Word '=':Op '(':Op ) @@ '=':Op"`
		Fields []*parser.Name `parser:"'(':Op ( ','* @@ )* ','* ')':Op"`
	}
)

// balanced is text in parentheses, whatever it is.
type balanced struct{ span source.Span }

// Parse is called by participle.
func (b *balanced) Parse(lex *lexer.PeekingLexer) error {
	if t := lex.Peek(); t.Value != "(" {
		return participle.NextMatch
	}
	b.span.Start = lex.Peek().Pos.Offset
	for depth := 0; ; {
		t := lex.Next()
		if t.EOF() {
			return nil
		}
		b.span.End = t.Pos.Offset + len(t.Value)
		switch t.Value {
		case "(":
			depth++
		case ")":
			if depth--; depth == 0 {
				return nil
			}
		}
	}
}

var transactionGrammar = parser.NewGrammar[transactionTree](parser.ArgTokens, `transaction user maxspan=5m startswith="login" endswith="logout"`)

// bound is startswith or endswith: a search, or an expression.
type bound struct {
	text   string // as it is printed
	search *eval.Search
	expr   *eval.Program
}

type transactionNode struct {
	names      []string
	opts       *options
	start, end *bound
	span       float64 // seconds; negative: any
	pause      float64
	list       bool // mvlist=t
	lists      map[string]bool
}

func parseTransaction(c *Command, a *parser.Args) (Node, source.Errors) {
	tree, err := transactionGrammar.Parse(a)
	if err != nil {
		return nil, source.Errors{err}
	}
	n := &transactionNode{lists: map[string]bool{}}
	var opts []*option
	var errs source.Errors
	for i, x := range tree.Args {
		switch {
		case x.Bound != nil:
			joinBound(a, x.Bound, tree.Args[i+1:])
			b, es := newBound(a, x.Bound)
			errs = append(errs, es...)
			if strings.EqualFold(x.Bound.Key.Text, "startswith") {
				n.start = b
			} else {
				n.end = b
			}
		case x.joined:
		case x.List != nil:
			for _, f := range x.List.Fields {
				n.lists[f.Text] = true
			}
		case x.Option != nil:
			opts = append(opts, x.Option)
		default:
			n.names = append(n.names, x.Field.Text)
		}
	}
	n.opts = checkOptions(c, opts)
	if len(n.names) == 0 {
		n.names = namesIn(n.opts.text("fields", ""))
	}
	errs = append(errs, n.opts.errs...)
	n.span, err = n.seconds(a, "maxspan")
	errs = append(errs, one(err)...)
	n.pause, err = n.seconds(a, "maxpause")
	errs = append(errs, one(err)...)
	n.mvlist()
	return n, errs
}

// joinBound reads startswith=event="login", a search without quotes of its own: the
// quoted value is the next argument, right behind it.
func joinBound(a *parser.Args, t *boundTree, rest []*transactionArg) {
	text := t.Value.Text
	if text == nil || !text.Bare() || !strings.HasSuffix(text.Text, "=") || len(rest) == 0 {
		return
	}
	next := rest[0].Field
	if next == nil || next.Bare() || next.Span.Start != text.Span.End {
		return
	}
	text.Span.End = next.Span.End
	text.Text = a.Source(text.Span)
	rest[0].joined = true
}

func newBound(a *parser.Args, t *boundTree) (*bound, source.Errors) {
	switch v := t.Value; {
	case v.Eval != nil:
		run, errs := compile(a, v.Eval.Expr)
		return &bound{text: "eval(" + v.Eval.String() + ")", expr: run}, errs
	case v.Paren != nil:
		return searchBound(a, a.Source(v.Paren.span), v.Paren.span.Start)
	default:
		at := v.Text.Span.Start
		if !v.Text.Bare() {
			at++
		}
		return searchBound(a, v.Text.Text, at)
	}
}

// searchBound reads a search: startswith="login failed" is one of two terms.
func searchBound(a *parser.Args, text string, base int) (*bound, source.Errors) {
	x, errs := parser.ParseSearch(&parser.Args{Command: a.Command, Text: text, Base: base, Depth: a.Depth, Parser: a.Parser})
	if len(errs) > 0 {
		return nil, errs
	}
	b := &bound{text: "(*)"}
	if x != nil {
		b.text = "(" + x.String() + ")"
	}
	b.search, errs = eval.CompileSearch(x)
	return b, errs
}

// seconds reads an option that is a length of time.
func (n *transactionNode) seconds(a *parser.Args, name string) (float64, *source.Error) {
	text := n.opts.text(name, "-1")
	if v, ok := batch.ParseNumber(text); ok {
		return v, nil
	}
	for i, c := range text {
		if c < '0' || c > '9' {
			v, ok := batch.ParseNumber(text[:i])
			unit := unitSeconds(text[i:])
			if ok && unit > 0 {
				return v * unit, nil
			}
			break
		}
	}
	return -1, source.Errorf(source.Syntax, a.Span(), "`%s` of `transaction` must be a length of time, not `%s`", name, text).WithHelp("for example: %s=30s, 5m, 1h or 1d", name)
}

// unitSeconds is how long a unit of time lasts; 0: it is none.
func unitSeconds(unit string) float64 {
	switch strings.ToLower(unit) {
	case "s", "sec", "secs", "second", "seconds":
		return 1
	case "m", "min", "mins", "minute", "minutes":
		return 60
	case "h", "hr", "hrs", "hour", "hours":
		return 3600
	case "d", "day", "days":
		return 86400
	case "w", "week", "weeks":
		return 7 * 86400
	case "ms":
		return 1e-3
	}
	return 0
}

// mvlist reads true, false or names of fields.
func (n *transactionNode) mvlist() {
	text := n.opts.text("mvlist", "f")
	if v, ok := parseBool(text); ok {
		n.list = v
		return
	}
	for _, f := range namesIn(text) {
		n.lists[f] = true
	}
}

// namesIn are the names in a text such as "a, b".
func namesIn(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
}

func (n *transactionNode) String() string {
	s := n.opts.String()
	if !n.opts.given("fields") {
		s = nameList(n.names) + s
	}
	if n.start != nil {
		s += " startswith=" + n.start.text
	}
	if n.end != nil {
		s += " endswith=" + n.end.text
	}
	if len(n.lists) > 0 && !n.opts.given("mvlist") {
		s += " mvlist=(" + nameList(sortedKeys(n.lists)) + ")"
	}
	return strings.TrimSpace(s)
}

func (b *bound) fields() []string {
	switch {
	case b == nil:
		return nil
	case b.expr != nil:
		return b.expr.Reads()
	}
	return b.search.Fields()
}

// test makes the bound ready: what comes of it looks at a batch and then tells of its
// rows. Nil where there is no bound.
func (b *bound) test(c *engine.Context) (func(*batch.Batch) func(int) bool, error) {
	switch {
	case b == nil:
		return nil, nil
	case b.expr != nil:
		ev, err := b.expr.Bind(c.Eval())
		if err != nil {
			return nil, err
		}
		return func(rows *batch.Batch) func(int) bool {
			ev.Start(rows)
			return ev.True
		}, nil
	}
	m := b.search.Bind(c.Eval())
	return func(rows *batch.Batch) func(int) bool {
		found := make([]bool, rows.Rows)
		for _, r := range m.Rows(rows) {
			found[r] = true
		}
		return func(r int) bool { return found[r] }
	}, nil
}

// advice: without a bound, transactions stay open until too many are, and are then
// dropped.
func (n *transactionNode) advice() []engine.Advice {
	if n.start != nil || n.end != nil || n.opts.given("maxspan") || n.opts.given("maxpause") || n.opts.given("maxevents") {
		return nil
	}
	return []engine.Advice{{
		Code: "transaction-limits",
		Text: "`transaction` without maxspan or maxpause keeps every transaction open; past maxopentxn and maxopenevents some are dropped",
		Help: "bound it, as in maxspan=1h, or use stats BY the same fields",
	}}
}

func (n *transactionNode) Plan(p *Planning) *engine.Plan {
	p.joiners.clear()
	if n.opts.given("delim") {
		p.joiners.setAll(n.opts.text("delim", " "))
	}
	return &engine.Plan{
		Advice: n.advice(),
		Gives:  engine.Adds("duration", "eventcount", "closed_txn", "field_match_sum", "linecount"),
		Wants:  engine.Order,
		Makes:  true,
		Note:   "it goes through the events from the newest to the oldest",
		Reads: func(wanted batch.Fields) batch.Fields {
			if wanted.Has("linecount") {
				wanted = wanted.Add("_raw")
			}
			return wanted.Add("_time").Add(n.names...).Add(n.start.fields()...).Add(n.end.fields()...)
		},
		Reduce: func(c *engine.Context) (engine.Operator, error) {
			return newTransactions(c, n)
		},
	}
}

// rowTimes gives the rows' times; one without a time has that of the row before it.
type rowTimes struct{ last float64 }

func (t *rowTimes) of(b *batch.Batch) []float64 {
	out := make([]float64, b.Rows)
	c := b.Col("_time")
	for r := range out {
		if v, ok := c.Number(r); ok && !math.IsInf(v, 0) && !math.IsNaN(v) {
			t.last = timefmt.FromNumber(v)
		}
		out[r] = t.last
	}
	return out
}
