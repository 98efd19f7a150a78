package command

import (
	"fmt"
	"math"
	"strings"

	"spl/eval/batch"
	"spl/eval/timefmt"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
	"spl/spl/spill"
)

var binCommand = Command{
	Name:    "bin",
	Aliases: []string{"bucket", "discretize"},
	Kind:    DistributableStreaming,
	Summary: "Puts numbers and times into buckets.",
	Usage:   "bin [span=<span>] [bins=<int>] [minspan=<span>] [start=<number>] [end=<number>] [aligntime=<time>] <field> [AS <new-field>]",
	Options: []Option{
		{"span", Text, "", "the width of a bucket: 10, 5m, 1d, 1w@w1, log10, 2log10"},
		{"bins", Int, "100", "how many buckets at most, where there is no span"},
		{"minspan", Text, "", "the least width, where there is no span"},
		{"start", Text, "", "a number that the buckets reach down to, where there is no span"},
		{"end", Text, "", "a number that the buckets reach up to, where there is no span"},
		{"aligntime", Text, "", "where buckets of time shorter than a day are counted from: a time, earliest or latest"},
	},
	Parse: parseBin,
}

type (
	binArg struct {
		As    *binAs       `parser:"  @@"`
		Field *parser.Name `parser:"| @@"`
	}
	// binAs may stand behind the field, or behind options after it.
	binAs struct {
		Word *parser.Name `parser:"(?= 'as':Word) @@"`
		New  *parser.Name `parser:"( (?! 'as':Word) (?! Word '=':Op) @@ )?"`
	}
)

var binGrammar = parser.NewGrammar[mixed[binArg]](parser.ArgTokens, "bin _time span=5m")

type binNode struct {
	field, as string
	opts      *options
	span      *axis   // nil: to be found from the values
	least     float64 // minspan, in seconds where the field is a time
	align     *timefmt.Modifier
	alignTo   string // earliest or latest
	bins      int
	start     float64 // NaN: not given
	end       float64
}

func parseBin(c *Command, a *parser.Args) (Node, source.Errors) {
	tree, err := binGrammar.Parse(a)
	if err != nil {
		return nil, source.Errors{err}
	}
	n := &binNode{}
	var errs source.Errors
	names, opts := tree.part()
	for _, x := range names {
		errs = append(errs, n.name(x)...)
	}
	n.opts = checkOptions(c, opts)
	errs = append(errs, n.opts.errs...)
	if n.field == "" && len(errs) == 0 {
		errs = one(source.Errorf(source.Syntax, source.At(a.Base), "`bin` needs the name of a field").WithHelp("for example: bin _time span=5m"))
	}
	if len(errs) > 0 {
		return n, errs
	}
	return n, n.settings()
}

// name takes the field, or its new name. Without one as is the field itself.
func (n *binNode) name(x *binArg) source.Errors {
	switch {
	case x.As != nil && x.As.New == nil:
		return one(source.Errorf(source.Syntax, source.At(x.As.Word.Span.End), "the new name is missing after AS").WithHelp("for example: AS new_name"))
	case x.As != nil && n.field == "":
		return one(source.Errorf(source.Syntax, x.As.Word.Span, "the field of `bin` must stand before AS"))
	case x.As != nil:
		n.as = x.As.New.Text
	case n.field != "" && x.Field.Text[0] >= '0' && x.Field.Text[0] <= '9':
		return one(source.Errorf(source.Syntax, x.Field.Span, "`bin` takes one field, and `%s` is a second", x.Field.Text).
			WithHelp("the width of the bins is an option: span=%s", x.Field.Text))
	case n.field != "":
		return one(source.Errorf(source.Syntax, x.Field.Span, "`bin` takes one field, and `%s` is a second", x.Field.Text).
			WithHelp("a new name follows AS: bin %s AS %s", parser.Word(n.field), parser.Word(x.Field.Text)))
	default:
		n.field, n.as = x.Field.Text, x.Field.Text
	}
	return nil
}

// settings reads the options' values.
func (n *binNode) settings() source.Errors {
	n.bins, n.start, n.end = n.opts.int("bins", 100), math.NaN(), math.NaN()
	var errs source.Errors
	for _, o := range n.opts.list {
		var err error
		switch strings.ToLower(o.Key.Text) {
		case "span":
			n.span, err = parseBinSpan(o.Value.Text, n.field == "_time")
		case "minspan":
			var x *axis
			if x, err = parseBinSpan(o.Value.Text, n.field == "_time"); err == nil {
				n.least = max(x.width, x.span.Seconds())
			}
		case "start":
			n.start, err = parseBound(o.Value.Text)
		case "end":
			n.end, err = parseBound(o.Value.Text)
		case "aligntime":
			if n.alignTo = strings.ToLower(o.Value.Text); n.alignTo != "earliest" && n.alignTo != "latest" {
				var m timefmt.Modifier
				m, err = timefmt.ParseModifier(o.Value.Text)
				n.align = &m
			}
		case "bins":
			if n.bins < 2 {
				errs = append(errs, source.Errorf(source.Syntax, o.Value.Span, "`bins` of `bin` must be 2 or more, not `%s`", o.Value.Text))
			}
		}
		if err != nil {
			errs = append(errs, source.Errorf(source.Syntax, o.Value.Span, "%s", err).WithHelp("for example: span=5m; of numbers span=10"))
		}
	}
	return errs
}

func parseBound(s string) (float64, error) {
	v, ok := batch.ParseNumber(s)
	if !ok {
		return 0, fmt.Errorf("%q is not a number", s)
	}
	return v, nil
}

func (n *binNode) String() string {
	s := strings.TrimPrefix(n.opts.String()+" ", " ") + parser.Word(n.field)
	if n.as != n.field {
		s += " AS " + parser.Word(n.as)
	}
	return s
}

func (n *binNode) reads(wanted batch.Fields) batch.Fields {
	return wanted.Without(n.as).Add(n.field)
}

// Plan runs row by row with a span; else all values must be seen to find one.
func (n *binNode) Plan(*Planning) *engine.Plan {
	p := &engine.Plan{Reads: n.reads, Gives: engine.Adds(n.as), Uses: []string{n.field}}
	if n.span != nil {
		p.Transient = true
		p.Map = engine.Streaming(func(c *engine.Context) (engine.MapFunc, error) {
			bucket := n.bucket(*n.span, c)
			return func(b *batch.Batch) (*batch.Batch, error) { return n.apply(b, bucket), nil }, nil
		})
		return p
	}
	p.Wants = engine.Order
	p.Note = "without span it has to see all values to choose one"
	p.Reduce = func(c *engine.Context) (engine.Operator, error) {
		low, high := math.Inf(1), math.Inf(-1)
		rows := holdRows(c, "bin", func(rows *spill.Rows, emit engine.Emit) error {
			bucket := n.bucket(n.choose(low, high, c), c)
			return rows.Drain(func(b *batch.Batch) error { return emit(n.apply(b, bucket)) })
		})
		rows.see = func(b *batch.Batch) { low, high = n.spread(b.Col(n.field), b.Rows, low, high) }
		return rows, nil
	}
	return p
}

// apply puts each value into its bucket. What is no number stays as it is.
func (n *binNode) apply(b *batch.Batch, bucket func(float64) (string, bool)) *batch.Batch {
	put := func(v string, x float64, isNumber bool) string {
		if isNumber {
			if s, ok := bucket(x); ok {
				return s
			}
		}
		return v
	}
	c := b.Col(n.field)
	out := b.Clone()
	if !c.Single() {
		out.Set(n.as, mapValues(b, c, func(v string) string {
			x, ok := batch.ParseNumber(v)
			return put(v, x, ok)
		}))
		return out
	}
	bl := b.Builder()
	for r := range b.Rows { // the column may know its numbers
		v, _ := c.First(r)
		x, ok := c.Number(r)
		bl.String(put(v, x, ok))
	}
	out.Set(n.as, bl.Column())
	return out
}

// spread widens bounds to the numbers of a column.
func (n *binNode) spread(c *batch.Column, rows int, low, high float64) (float64, float64) {
	for r := range rows {
		for _, v := range c.Values(r) {
			if x, ok := batch.ParseNumber(v); ok && isFinite(x) {
				low, high = min(low, x), max(high, x)
			}
		}
	}
	return low, high
}

// choose finds a span for values within bounds.
func (n *binNode) choose(low, high float64, c *engine.Context) axis {
	see := func(x float64) {
		if isFinite(x) {
			low, high = min(low, x), max(high, x)
		}
	}
	see(n.start)
	see(below(n.end))
	if n.field == "_time" {
		see(c.Earliest)
		see(c.Latest)
		return axis{span: stepFor(max(high-low, 0), n.bins, n.least)}
	}
	return axis{width: max(niceWidth(low, high, n.bins), n.least)}
}

// parseBinSpan reads a span. On _time a number without unit is seconds.
func parseBinSpan(s string, isTime bool) (*axis, error) {
	text := strings.TrimSpace(s)
	if !isTime {
		if width, base, coef, ok := numberSpan(text); ok && !math.IsInf(width, 0) {
			return &axis{width: width, base: base, coef: coef}, nil
		}
	}
	span, err := timefmt.ParseSpan(text)
	if err != nil {
		return nil, err
	}
	return &axis{span: span}, nil
}

// bucket gives the function that names the bucket of a number: a time by its start,
// a number by its bounds, lo-hi. ok is false for a number that lies in none.
//
// Choice: with a span of logarithms, what is not above zero lies in no bucket; a time
// span on a field other than _time gives the start of the bucket.
func (n *binNode) bucket(x axis, c *engine.Context) func(v float64) (string, bool) {
	x.zone = c.Zone
	if x.timed() {
		n.alignTimes(&x, c)
		last, name := math.NaN(), "" // most rows are of the bucket of the one before
		return func(v float64) (string, bool) {
			if start := x.start(v); start != last {
				last, name = start, batch.FormatNumber(start)
			}
			return name, true
		}
	}
	return func(v float64) (string, bool) {
		if math.IsInf(v, 0) || math.IsNaN(v) || x.base > 0 && v <= 0 {
			return "", false
		}
		low := x.start(v)
		return batch.FormatNumber(low) + "-" + batch.FormatNumber(x.next(low)), true
	}
}

// alignTimes says where the buckets of a time are counted from. aligntime is of no
// use to days and longer, nor to a span that says itself what it is aligned to.
func (n *binNode) alignTimes(x *axis, c *engine.Context) {
	origin := math.NaN()
	switch {
	case n.align != nil:
		origin = timefmt.Epoch(n.align.Apply(c.Now, c.Zone))
	case n.alignTo == "earliest":
		origin = c.Earliest
	case n.alignTo == "latest":
		origin = c.Latest
	}
	if !math.IsNaN(origin) && !math.IsInf(origin, 0) && x.span.Snap == timefmt.NoUnit {
		x.aligned, x.origin = true, origin
	}
}
