package command

import (
	"math"
	"slices"
	"strings"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"

	"spl/eval"
	"spl/eval/agg"
	"spl/eval/batch"
	"spl/eval/timefmt"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

// What stats, and the commands that take the same functions, share: the grammar of
// aggregate calls and BY. groups.go numbers the groups, aggregator.go holds their state.

type (
	// aggTree is a list of calls with options before, between and after them.
	aggTree struct {
		Items []*aggItem `parser:"( ','* (?! 'by':Word | 'groupby':Word) @@ )* ','*"`
		By    *byTree    `parser:"@@?"`
		After []*option  `parser:"@@*"`
	}
	aggItem struct {
		Option *option  `parser:"  @@"`
		Call   *aggCall `parser:"| @@"`
	}
	aggCall struct {
		Pos  lexer.Position
		Func string       `parser:"@Word"`
		Open bool         `parser:"( @'(':Op"`
		Args []*aggArg    `parser:"  ( @@ ','* )* ')':Op )?"`
		As   []string     `parser:"( @'as':Word"`
		Name *parser.Name `parser:"  ( (?! 'by':Word | 'groupby':Word) @@ )? )?"`
	}
	aggArg struct {
		Pos  lexer.Position
		Eval *parser.Expression `parser:"  'eval':Word '(':Op @@ ')':Op"`
		Call *innerCall         `parser:"| @@"`
		Name *parser.Name       `parser:"| @@"`
	}
	// innerCall is an aggregate within sparkline().
	innerCall struct {
		Func  string
		Field *parser.Name // in parentheses; nil: there is none
	}
	byTree struct {
		Pos    lexer.Position
		Word   string         `parser:"@( 'by':Word | 'groupby':Word )"`
		Fields []*parser.Name `parser:"( ','* (?! Word '=':Op) @@ )* ','*"`
	}
)

// Parse is called by participle, by hand as that of option.
func (c *innerCall) Parse(lex *lexer.PeekingLexer) error {
	t := lex.Peek()
	if !parser.IsWord(t) {
		return participle.NextMatch
	}
	c.Func = t.Value
	lex.Next()
	if t = lex.Peek(); !parser.IsSign(t, "(") {
		return parser.Unexpected(t)
	}
	lex.Next()
	var name parser.Name
	if name.Parse(lex) == nil {
		c.Field = &name
	}
	if t = lex.Peek(); !parser.IsSign(t, ")") {
		return parser.Unexpected(t)
	}
	lex.Next()
	return nil
}

// call is one aggregate of a command, checked.
type call struct {
	fn    *agg.Function
	typed string // the function's name as typed
	field string // argument: a field's name, perhaps with *
	expr  parser.Expr
	run   *eval.Program // of eval(...)
	arg   bool          // there is an argument
	as    string        // the name after AS; "" none
	name  string        // of the output column, where the argument has no *

	// spark makes it sparkline(fn(field), span): fn over bins of time.
	spark bool
	span  timefmt.Span
}

// wild says that the call stands for one call a field.
func (c *call) wild() bool { return c.expr == nil && isPattern(c.field) }

// column is the output column for one of the fields that a wildcard stands for.
func (c *call) column(field string) string {
	if !c.wild() {
		return c.name
	}
	if c.as == "" {
		return c.typed + "(" + field + ")"
	}
	stars, _ := batch.MatchStars(c.field, field)
	return batch.FillStars(c.as, stars)
}

// newAggregates checks what stats and eventstats are given: options, at least one
// call, and the fields to group by. Faults call the command by name, since sistats
// is read as stats is.
func newAggregates(c *Command, name string, a *parser.Args, tree *aggTree) (calls []*call, by []string, o *options, errs source.Errors) {
	calls, opts, errs := newCalls(a, tree.Items)
	o = checkOptions(c, opts, tree.After)
	errs = append(errs, o.errs...)
	if len(calls) == 0 && len(errs) == 0 {
		errs = append(errs, source.Errorf(source.Syntax, source.At(a.Base), "`%s` needs a function", name).WithHelp("for example: %s count BY src", name))
	}
	if tree.By != nil {
		by = texts(tree.By.Fields)
		errs = append(errs, checkBy(tree.By)...)
	}
	return calls, by, o, errs
}

// newCalls checks the calls of a command.
func newCalls(a *parser.Args, items []*aggItem) (calls []*call, opts []*option, errs source.Errors) {
	for _, it := range items {
		if it.Option != nil {
			opts = append(opts, it.Option)
			continue
		}
		c, es := newCall(a, it.Call)
		errs = append(errs, es...)
		if c != nil {
			calls = append(calls, c)
		}
		if a.Full(errs) {
			break
		}
	}
	return calls, opts, errs
}

func newCall(a *parser.Args, t *aggCall) (*call, source.Errors) {
	at := source.Span{Start: t.Pos.Offset, End: t.Pos.Offset + len(t.Func)}
	if strings.EqualFold(t.Func, "sparkline") {
		return newSparkline(a, t, at)
	}
	fn, err := agg.Find(t.Func)
	if err != nil {
		err.Span = at
		if help := aggHint(a, t); help != "" && (err.Help == "" || isFunction(t.Func)) {
			err.Help = help
		}
		return nil, source.Errors{err}
	}
	c := &call{fn: fn, typed: t.Func, name: t.Func}
	errs := c.legal(at, a.Command)
	if name := spaced(a, t.Args); name != nil {
		t.Args = []*aggArg{{Pos: t.Args[0].Pos, Name: name}}
	}
	if len(t.Args) > 1 {
		errs = append(errs, source.Errorf(source.Syntax, at, "`%s` takes one field", t.Func).
			WithHelp("write a call for each: %s", each(t)))
	}
	errs = append(errs, c.argument(a, t)...)
	errs = append(errs, c.rename(t)...)
	return c, errs
}

// each is a call for each of the arguments of one.
func each(t *aggCall) string {
	var calls []string
	for _, x := range t.Args {
		if x.Name == nil {
			return t.Func + "(a) " + t.Func + "(b)"
		}
		calls = append(calls, t.Func+"("+x.Name.String()+")")
	}
	return strings.Join(calls, " ")
}

// spaced reads words in the parentheses of a function, with no quotes and no commas, as
// one name with spaces in it: sum(Size in bytes). nil: they are something else.
func spaced(a *parser.Args, args []*aggArg) *parser.Name {
	if len(args) < 2 {
		return nil
	}
	for _, x := range args {
		if x.Name == nil || x.Name.Quote != 0 {
			return nil
		}
	}
	at := args[0].Name.Span.Cover(args[len(args)-1].Name.Span)
	text := a.Source(at)
	if strings.Contains(text, ",") {
		return nil
	}
	return &parser.Name{Text: squeeze(text), Span: at}
}

// aggHint says what to write in the place of a function that there is none of.
func aggHint(a *parser.Args, t *aggCall) string {
	word := strings.ToLower(t.Func)
	switch {
	case word == "where" || word == "having":
		return "filter the result with a command of its own: | where count>5"
	case word == "from" || word == "over":
		return "the fields to group by follow BY"
	case word == "eval":
		return "eval(...) stands within a function: count(eval(status>=400)) AS failed"
	case isFunction(word) && t.Open:
		return "`" + t.Func + "` works on a value, not on rows; let a function of rows take it: values(eval(" + t.Func + "(field)))"
	case word[0] >= '0' && word[0] <= '9' && strings.HasSuffix(strings.ToLower(a.Command), "chart"):
		return "the width of the bins is an option: span=" + t.Func
	case !t.Open:
		return "a function has its field in parentheses: avg(" + parser.Word(t.Func) + "); a new name follows AS; the fields to group by follow BY"
	}
	return ""
}

// isFunction says whether eval has a function of that name.
func isFunction(name string) bool {
	f := eval.LookupFunction(name)
	return f != nil && strings.EqualFold(f.Name, name)
}

// legal reports functions that are not for this command.
func (c *call) legal(at source.Span, command string) source.Errors {
	switch {
	case c.fn.TimechartOnly && !strings.HasSuffix(strings.ToLower(command), "timechart"):
		return one(source.Errorf(source.Unsupported, at, "`%s` is a function of timechart", c.typed))
	case c.fn.MstatsOnly && !strings.EqualFold(command, "mstats"):
		return one(source.Errorf(source.Unsupported, at, "`%s` is a function of mstats", c.typed))
	}
	return nil
}

// argument reads what stands in the parentheses. A function without them is over
// all fields, but count is of rows.
func (c *call) argument(a *parser.Args, t *aggCall) source.Errors {
	at := source.Span{Start: t.Pos.Offset, End: t.Pos.Offset + len(t.Func)}
	if len(t.Args) == 0 {
		if c.fn.NeedsField {
			if t.Open {
				return one(source.Errorf(source.Syntax, at, "`%s` needs a field", t.Func).WithHelp("for example: %s(bytes)", t.Func))
			}
			c.field, c.arg = "*", true
		}
		return nil
	}
	c.arg = true
	switch x := t.Args[0]; {
	case x.Call != nil && isAggregate(x.Call.Func):
		// A field that an earlier stats made and nobody renamed: stats sum(count(x)).
		c.field = x.Call.Func + "(" + fieldText(x.Call.Field) + ")"
		c.name = t.Func + "(" + c.field + ")"
	case x.Call != nil:
		return one(source.Errorf(source.Syntax, at, "a function cannot stand within `%s`", t.Func).
			WithHelp("an expression over a row stands in eval(): %s(eval(%s(%s)))", t.Func, x.Call.Func, fieldText(x.Call.Field)))
	case x.Eval != nil:
		c.expr = x.Eval.Expr
		var errs source.Errors
		c.run, errs = compile(a, c.expr)
		c.name = t.Func + "(eval(" + squeeze(evalSource(a, x.Pos.Offset)) + "))"
		return errs
	default:
		c.field = x.Name.Text
		c.name = t.Func + "(" + c.field + ")"
	}
	return nil
}

func isAggregate(name string) bool {
	_, err := agg.Find(name)
	return err == nil
}

func fieldText(n *parser.Name) string {
	if n == nil {
		return ""
	}
	return n.Text
}

// evalSource is the text in the parentheses of eval( at an offset, as typed: it is
// part of the output column's name.
func evalSource(a *parser.Args, at int) string {
	text := a.Text[at-a.Base:]
	text = text[strings.IndexByte(text, '(')+1:]
	depth, quote := 0, byte(0)
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '(':
			depth++
		case c == ')':
			if depth--; depth < 0 {
				return text[:i]
			}
		}
	}
	return text
}

// squeeze trims a text and makes its line ends spaces.
func squeeze(s string) string {
	s = strings.TrimSpace(s)
	if strings.ContainsAny(s, "\r\n\t") {
		s = strings.Join(strings.Fields(s), " ")
	}
	return s
}

func (c *call) rename(t *aggCall) source.Errors {
	at := source.At(t.Pos.Offset + len(t.Func))
	switch {
	case len(t.As) == 0:
		return nil
	case t.Name == nil:
		return one(source.Errorf(source.Syntax, at, "the name of the result is missing after AS").WithHelp("for example: %s AS total", t.Func))
	}
	c.as = t.Name.Text
	if c.wild() {
		if strings.Count(c.as, "*") != strings.Count(c.field, "*") {
			return one(source.Errorf(source.Syntax, t.Name.Span, "Wildcard mismatch: '%s' as '%s'", c.field, c.as).
				WithHelp("for example: %s(%s) AS %s_*", c.typed, c.field, c.typed))
		}
		return nil
	}
	c.name = c.as
	return nil
}

// newSparkline reads sparkline, sparkline(count), sparkline(avg(x)) and the same
// with a span: sparkline(avg(x), 5m).
func newSparkline(a *parser.Args, t *aggCall, at source.Span) (*call, source.Errors) {
	count, _ := agg.Find("count")
	c := &call{fn: count, typed: t.Func, name: t.Func, spark: true}
	help := "for example: sparkline(avg(bytes), 5m)"
	for i, x := range t.Args {
		switch {
		case i == 0 && x.Call != nil:
			fn, err := agg.Find(x.Call.Func)
			if err != nil {
				err.Span = at
				return nil, source.Errors{err}
			}
			c.fn = fn
			if x.Call.Field != nil {
				c.field, c.arg = x.Call.Field.Text, true
			}
		case i == 0 && x.Name != nil && strings.EqualFold(x.Name.Text, "count"):
		case i == 1 && x.Name != nil:
			span, err := timefmt.ParseSpan(x.Name.Text)
			if err != nil {
				return nil, one(source.Errorf(source.Syntax, x.Name.Span, "`%s` is not a span of time", x.Name.Text).WithHelp("%s", help))
			}
			c.span = span
		default:
			return nil, one(source.Errorf(source.Syntax, at, "`sparkline` takes a function and a span of time").WithHelp("%s", help))
		}
	}
	if !c.fn.Sparkline || c.fn.NeedsField && !c.arg {
		return nil, one(source.Errorf(source.Syntax, at, "`sparkline` cannot draw `%s`", c.fn.Name).WithHelp("%s", help))
	}
	if len(t.Args) > 0 {
		c.name = t.Func + "(" + squeeze(evalSource(a, t.Pos.Offset)) + ")"
	}
	return c, c.rename(t)
}

// state makes the accumulator of the call.
func (c *call) state(ctx *engine.Context, s agg.Settings) agg.Accumulator {
	s.Arg = c.arg
	if !c.spark {
		return c.fn.New(s)
	}
	bins := agg.Bins{Span: c.span.Seconds()}
	if bins.Span == 0 {
		return agg.NewSparkline(c.fn, s, agg.Suiting(ctx.Earliest, ctx.Latest))
	}
	if width := ctx.Latest - ctx.Earliest; bins.Span > 0 && width/bins.Span <= 100 {
		bins.Start, bins.Count = ctx.Earliest, int(math.Ceil(width/bins.Span))
	}
	return agg.NewSparkline(c.fn, s, bins)
}

// usesTime and usesPlace are what the call needs of rows beside its field.
func (c *call) usesTime() bool  { return c.spark || c.fn.UsesTime }
func (c *call) usesPlace() bool { return c.fn.UsesPlace || c.run != nil && c.run.Draws() }

// placesFor is what calls want of the order of rows: their places, where one of them
// tells earlier rows from later ones.
func placesFor(calls []*call) engine.Wants {
	if slices.ContainsFunc(calls, (*call).usesPlace) {
		return engine.Places
	}
	return engine.Nothing
}

// String prints the call.
func (c *call) String() string {
	s := c.typed
	switch {
	case c.spark && c.name != c.as && c.as == "":
		return c.name
	case c.spark:
		s += "(" + c.fn.Name
		if c.arg {
			s += "(" + parser.Word(c.field) + ")"
		}
		if c.span.Seconds() > 0 {
			s += ", " + c.span.String()
		}
		return s + ") AS " + parser.Word(c.as)
	case c.expr != nil:
		s += "(eval(" + c.expr.String() + "))"
	case c.arg:
		s += "(" + parser.Word(c.field) + ")"
	}
	if c.as != "" {
		return s + " AS " + parser.Word(c.as)
	}
	// The name of the column is the text as it was typed.
	if c.expr != nil && c.name != s {
		return s + " AS " + parser.Word(c.name)
	}
	return s
}

// reads are the fields that the calls and BY read.
func aggReads(calls []*call, by []string) batch.Fields {
	f := slices.Clone(by)
	for _, c := range calls {
		switch {
		case c.run != nil:
			f = append(f, c.run.Reads()...)
		case c.arg:
			f = append(f, c.field)
		}
		if c.usesTime() {
			f = append(f, "_time")
		}
	}
	return batch.FieldsOf(f...)
}
