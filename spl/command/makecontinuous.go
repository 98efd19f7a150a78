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
	"spl/spl/spill"
)

var makecontinuousCommand = Command{
	Name:    "makecontinuous",
	Kind:    DatasetProcessing,
	Summary: "Cuts a field into bins and adds a row for each empty one.",
	Usage:   "makecontinuous [<field>] [span=<span>] [bins=<n>] [start=<value>] [end=<value>] [aligntime=<time>]",
	Options: []Option{
		{"span", Text, "", "the width of the bins"},
		{"bins", Int, "100", "at most so many bins, where no span is given"},
		{"start", Text, "", "the bins begin at or below this"},
		{"end", Text, "", "the bins end at or above this"},
		{"aligntime", Text, "", "the time that bins shorter than a day are counted from, in seconds"},
	},
	Parse: parseMakecontinuous,
}

var continuousGrammar = parser.NewGrammar[argList](parser.ArgTokens, "makecontinuous _time span=1h")

type continuousNode struct {
	field string
	opts  *options
	axis  axis
}

func parseMakecontinuous(c *Command, a *parser.Args) (Node, source.Errors) {
	names, o, errs := fieldArgs(c, a, continuousGrammar)
	if o == nil {
		return nil, errs
	}
	n := &continuousNode{field: "_time", opts: o}
	for i, x := range names {
		if n.field = x.Text; i > 0 {
			errs = append(errs, source.Errorf(source.Syntax, x.Span, "`makecontinuous` takes one field").WithHelp("for example: makecontinuous _time span=1h"))
		}
	}
	for _, x := range o.list {
		if !strings.EqualFold(x.Key.Text, "span") {
			continue
		}
		var ok bool
		n.axis.width, n.axis.base, n.axis.coef, ok = numberSpan(x.Value.Text)
		if n.field == "_time" || !ok {
			var err error
			n.axis = axis{}
			n.axis.span, err = timefmt.ParseSpan(x.Value.Text)
			ok = err == nil
		}
		if !ok {
			errs = append(errs, source.Errorf(source.Syntax, x.Value.Span, "`%s` is not a span", x.Value.Text).WithHelp("for example: span=1h; of numbers span=10"))
		}
	}
	return n, errs
}

func (n *continuousNode) String() string { return listString(n.opts, []string{n.field}) }

func (n *continuousNode) Plan(*Planning) *engine.Plan {
	return &engine.Plan{
		Wants: engine.Order,
		Makes: true,
		Reads: func(wanted batch.Fields) batch.Fields { return wanted.Add(n.field) },
		Reduce: func(c *engine.Context) (engine.Operator, error) {
			return &holdAll{ctx: c, name: "makecontinuous", then: func(bs []*batch.Batch, emit engine.Emit) error {
				return n.run(c, bs, emit)
			}}, nil
		},
	}
}

// continuousRow is a row with the start of its bin; one without a number in the
// field comes last.
type continuousRow struct {
	ref   spill.Ref
	start float64
}

func (n *continuousNode) run(c *engine.Context, bs []*batch.Batch, emit engine.Emit) error {
	var rows []continuousRow
	low, high := math.Inf(1), math.Inf(-1)
	for i, b := range bs {
		col := b.Col(n.field)
		for r := range b.Rows {
			x := continuousRow{spill.Ref{Batch: int32(i), Row: int32(r)}, math.Inf(1)}
			if v, ok := col.Number(r); ok {
				x.start = v
				low, high = min(low, v), max(high, v)
			}
			rows = append(rows, x)
		}
	}
	if low > high {
		return spill.Pick(c, bs, refsOf(rows), emit)
	}
	if v, ok := batch.ParseNumber(n.opts.text("start", "")); ok {
		low = min(low, v)
	}
	if v, ok := batch.ParseNumber(n.opts.text("end", "")); ok {
		high = max(high, below(v))
	}
	x := n.newAxis(c, low, high)
	for i := range rows {
		if !math.IsInf(rows[i].start, 1) {
			rows[i].start = x.start(rows[i].start)
		}
	}
	slices.SortStableFunc(rows, func(a, b continuousRow) int {
		switch {
		case a.start < b.start:
			return -1
		case a.start > b.start:
			return 1
		}
		return 0
	})
	return n.emit(c, &x, bs, rows, x.start(low), x.start(high), emit)
}

func refsOf(rows []continuousRow) []spill.Ref {
	out := make([]spill.Ref, len(rows))
	for i, r := range rows {
		out[i] = r.ref
	}
	return out
}

func (n *continuousNode) newAxis(c *engine.Context, low, high float64) axis {
	x := n.axis
	x.zone = c.Zone
	if v, ok := batch.ParseNumber(n.opts.text("aligntime", "")); ok {
		x.aligned, x.origin = true, v
	}
	if x.cuts() {
		return x
	}
	bins := n.opts.int("bins", 100)
	if n.field == "_time" {
		x.span = stepFor(high-low, bins, 0)
	} else {
		x.width = niceWidth(low, high, bins)
	}
	return x
}

// emit gives the rows bin by bin, and a row with the field alone for an empty bin.
func (n *continuousNode) emit(c *engine.Context, x *axis, bs []*batch.Batch, rows []continuousRow, low, high float64, emit engine.Emit) error {
	set := func(rows []continuousRow) error {
		at := 0
		return spill.Pick(c, bs, refsOf(rows), func(b *batch.Batch) error {
			out := b.Clone()
			old := out.Col(n.field)
			var bl batch.Builder
			for r := range b.Rows {
				if s := rows[at].start; math.IsInf(s, 1) {
					bl.Append(old.Values(r)...)
				} else {
					bl.String(x.label(batch.FormatNumber(s)))
				}
				at++
			}
			out.Set(n.field, bl.Column())
			return emit(out)
		})
	}
	for bins, v := 0, low; v <= high; bins, v = bins+1, x.next(v) {
		if bins >= maxBins {
			c.Notices.Add("limit", "makecontinuous adds at most "+strconv.Itoa(maxBins)+" bins", 1)
			break
		}
		in := 0
		for in < len(rows) && rows[in].start <= v {
			in++
		}
		if in > 0 {
			if err := set(rows[:in]); err != nil {
				return err
			}
			rows = rows[in:]
			continue
		}
		if err := emit(emptyBin(bs[0], n.field, x.label(batch.FormatNumber(v)))); err != nil {
			return err
		}
	}
	return set(rows)
}

// emptyBin is a row with the field alone, its columns in the order of the others.
func emptyBin(like *batch.Batch, field, label string) *batch.Batch {
	out := batch.New(1)
	for _, name := range like.Names {
		out.Set(name, nil)
	}
	out.Set(field, batch.Constant(label, 1))
	return out
}
