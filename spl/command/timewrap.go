package command

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"spl/eval/batch"
	"spl/eval/timefmt"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var timewrapCommand = Command{
	Name:    "timewrap",
	Kind:    Transforming,
	Summary: "Lays periods of a timechart beside one another.",
	Usage:   "timewrap <span> [align=now | end] [series=relative | exact | short] [time_format=<text>]",
	Options: []Option{
		{"align", Text, "end", "where the latest period ends: end, the end of the search's range, or now"},
		{"series", Text, "relative", "how periods are named: relative (1day_before), short (s1) or exact (by time_format)"},
		{"time_format", Text, "%Y-%m-%d %H:%M:%S", "with series=exact, how the start of a period is written"},
	},
	Parse: parseTimewrap,
}

var timewrapGrammar = parser.NewGrammar[argList](parser.ArgTokens, "timewrap 1week series=short")

// maxPeriods bounds how many columns the periods make of one.
const maxPeriods = 1000

type timewrapNode struct {
	span   timefmt.Span
	opts   *options
	layout *timefmt.Layout
}

func parseTimewrap(c *Command, a *parser.Args) (Node, source.Errors) {
	names, o, errs := fieldArgs(c, a, timewrapGrammar)
	n := &timewrapNode{opts: o, layout: timefmt.CompileLayout(o.text("time_format", "%Y-%m-%d %H:%M:%S"))}
	switch {
	case len(errs) > 0:
		return n, errs
	case len(names) == 0:
		return n, one(source.Errorf(source.Syntax, source.At(a.Base), "`timewrap` needs the length of a period").WithHelp("for example: timewrap 1week"))
	case len(names) > 1:
		errs = append(errs, source.Errorf(source.Syntax, names[1].Span, "`timewrap` takes one length, and `%s` is a second", names[1].Text).WithHelp("for example: timewrap 2weeks"))
	}
	var err error
	if n.span, err = timefmt.ParseSpan(names[0].Text); err != nil || onlyDigits(names[0].Text) || n.span.Unit < timefmt.Second || n.span.Snap != timefmt.NoUnit {
		errs = append(errs, source.Errorf(source.Syntax, names[0].Span, "`%s` is not the length of a period", names[0].Text).WithHelp("for example: 1day, 2weeks, 1month"))
	}
	for _, x := range o.list {
		choices := map[string][]string{"align": {"now", "end"}, "series": {"relative", "exact", "short"}}[strings.ToLower(x.Key.Text)]
		if choices != nil && !slices.Contains(choices, strings.ToLower(x.Value.Text)) {
			errs = append(errs, source.Errorf(source.Syntax, x.Value.Span, "`%s` of `timewrap` is %s, not `%s`", x.Key.Text, strings.Join(choices, " or "), x.Value.Text))
		}
	}
	return n, errs
}

func onlyDigits(s string) bool { return strings.Trim(s, "0123456789.") == "" }

func (n *timewrapNode) String() string { return n.span.String() + n.opts.String() }

func (n *timewrapNode) Plan(*Planning) *engine.Plan {
	table := false
	return &engine.Plan{
		Comes: func(t bool) { table = t },
		Gives: engine.MakesAny,
		Wants: engine.Order,
		Makes: true,
		Shape: engine.Table,
		Reads: func(batch.Fields) batch.Fields { return batch.AllFields },
		Reduce: func(c *engine.Context) (engine.Operator, error) {
			return &holdAll{ctx: c, name: "timewrap", then: func(bs []*batch.Batch, emit engine.Emit) error {
				if len(bs) == 0 {
					return nil
				}
				return emitSome(n.wrap(c, batch.Concat(bs), table), emit)
			}}, nil
		},
	}
}

// emitSome emits a batch that has rows.
func emitSome(b *batch.Batch, emit engine.Emit) error {
	if b.Rows == 0 {
		return nil
	}
	return emit(b)
}

// end is where the latest period ends. Over all time that is now, as in Splunk.
func (n *timewrapNode) end(c *engine.Context) float64 {
	now := timefmt.Epoch(c.Now)
	if strings.EqualFold(n.opts.text("align", "end"), "now") || math.IsInf(c.Latest, 0) {
		return now
	}
	return c.Latest
}

// wrapped is a row: the period that it lies in, counted backwards, and the time that
// it has in the latest one.
type wrapped struct {
	row, period int
	time        float64
}

// wrap moves each row into the latest period and gives the fields of each period names
// of their own: first those of the first field from the earliest period to the latest,
// then those of the next.
func (n *timewrapNode) wrap(c *engine.Context, b *batch.Batch, table bool) *batch.Batch {
	b.Load()
	rows, left := n.place(c, b)
	if left > 0 {
		c.Notices.Add("limit", "timewrap has at most "+strconv.Itoa(maxPeriods)+" periods, and leaves out rows of earlier ones", left)
	}
	times, periods := []float64{}, []int{}
	for _, r := range rows {
		times, periods = append(times, r.time), append(periods, r.period)
	}
	slices.Sort(times)
	times = slices.Compact(times)
	slices.Sort(periods)
	periods = slices.Compact(periods)
	slices.Reverse(periods)

	out := batch.New(len(times))
	texts := make([]string, len(times))
	for i, t := range times {
		texts[i] = batch.FormatNumber(t)
	}
	out.Set("_time", batch.Strings(texts))
	for _, i := range columnOrder(b, table) {
		name, col := b.Names[i], b.Cols[i]
		if batch.Internal(name) {
			continue
		}
		for _, p := range periods {
			out.Set(name+"_"+n.name(c, p), n.column(col, rows, times, p))
		}
	}
	if span, ok := b.Col("_span").First(0); ok && b.Rows > 0 {
		out.Set("_span", batch.Constant(span, len(times)))
	}
	return out
}

// place finds the period of each row; left rows lie too far back.
func (n *timewrapNode) place(c *engine.Context, b *batch.Batch) (rows []wrapped, left int) {
	end := n.end(c)
	starts := []float64{} // of the periods, the latest first
	col := b.Col("_time")
	for r := range b.Rows {
		t, ok := col.Number(r)
		if !ok {
			continue
		}
		p := 0
		for t < end || p > 0 { // what lies after the end belongs to the latest period
			if p == len(starts) {
				starts = append(starts, n.back(c, end, p+1))
			}
			if t >= starts[p] || p == maxPeriods {
				break
			}
			p++
		}
		if p == maxPeriods {
			left++
			continue
		}
		at := t
		if p > 0 {
			at = n.back(c, t, -p)
		}
		rows = append(rows, wrapped{r, p, at})
	}
	return rows, left
}

// back is the time so many periods before another.
func (n *timewrapNode) back(c *engine.Context, t float64, periods int) float64 {
	return timefmt.Epoch(timefmt.Add(timefmt.Time(t, c.Zone), -n.span.Count*int64(periods), n.span.Unit, c.Zone))
}

func (n *timewrapNode) column(col *batch.Column, rows []wrapped, times []float64, period int) *batch.Column {
	values := make([][]string, len(times))
	for _, r := range rows {
		if r.period == period {
			i, _ := slices.BinarySearch(times, r.time)
			values[i] = col.Values(r.row)
		}
	}
	var bl batch.Builder
	for _, v := range values {
		bl.Append(v...)
	}
	return bl.Column()
}

// name is what a period is called: latest_week, 1week_before, 2weeks_before.
func (n *timewrapNode) name(c *engine.Context, period int) string {
	switch strings.ToLower(n.opts.text("series", "relative")) {
	case "short":
		return "s" + strconv.Itoa(period)
	case "exact":
		return n.layout.Format(n.back(c, n.end(c), period+1), c.Zone)
	}
	unit := map[timefmt.Unit]string{
		timefmt.Second: "second", timefmt.Minute: "minute", timefmt.Hour: "hour", timefmt.Day: "day",
		timefmt.Week: "week", timefmt.Month: "month", timefmt.Quarter: "quarter", timefmt.Year: "year",
	}[n.span.Unit]
	count := n.span.Count
	if period > 0 {
		count *= int64(period)
	}
	text := unit
	if count > 1 {
		text = strconv.FormatInt(count, 10) + unit + "s"
	} else if period > 0 {
		text = "1" + unit
	}
	if period == 0 {
		return "latest_" + text
	}
	return text + "_before"
}
