package command

import (
	"math"
	"slices"
	"strings"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
	"spl/spl/spill"
)

var outlierCommand = Command{
	Name:    "outlier",
	Aliases: []string{"outlierfilter"},
	Kind:    DatasetProcessing,
	Summary: "Cuts off, or removes, numbers that lie far from the median.",
	Usage:   "outlier [action=remove|transform] [param=<number>] [uselower=<bool>] [mark=<bool>] [<field-list>]",
	Options: []Option{
		{"action", Text, "transform", "transform (tf) cuts a number down to the bound; remove (rm) drops the row"},
		{"param", Text, "2.5", "how many interquartile ranges from the median the bounds are"},
		{"uselower", Bool, "false", "there is a bound below the median too"},
		{"mark", Bool, "false", "put 000 in front of numbers that were cut"},
		{"type", Text, "iqr", "accepted; there is no other"},
	},
	Parse: parseOutlier,
}

var outlierGrammar = parser.NewGrammar[argList](parser.ArgTokens, "outlier action=remove bytes")

type outlierNode struct {
	names        []string
	opts         *options
	remove       bool
	param        float64
	lower, marks bool
}

func parseOutlier(c *Command, a *parser.Args) (Node, source.Errors) {
	names, o, errs := fieldArgs(c, a, outlierGrammar)
	if o == nil {
		return nil, errs
	}
	n := &outlierNode{names: texts(names), opts: o, lower: o.bool("uselower", false), marks: o.bool("mark", false)}
	switch v := strings.ToLower(o.text("action", "tf")); v {
	case "remove", "rm":
		n.remove = true
	case "transform", "tf":
	default:
		errs = append(errs, source.Errorf(source.Syntax, a.Span(), "`outlier` has no action `%s`", v).WithHelp("it has remove (rm) and transform (tf)"))
	}
	var ok bool
	if n.param, ok = batch.ParseNumber(o.text("param", "2.5")); !ok {
		errs = append(errs, source.Errorf(source.Syntax, a.Span(), "`param` of `outlier` must be a number, not `%s`", o.text("param", "")))
	}
	return n, errs
}

func (n *outlierNode) String() string { return listString(n.opts, n.names) }

func (n *outlierNode) Plan(*Planning) *engine.Plan {
	names := n.names
	if len(names) == 0 {
		names = []string{"*"}
	}
	return &engine.Plan{
		Gives: opens,
		Wants: engine.Order,
		Note:  "the bounds are known when the last row has come",
		Reads: func(wanted batch.Fields) batch.Fields { return wanted.Add(names...) },
		Reduce: func(c *engine.Context) (engine.Operator, error) {
			return holdRows(c, "outlier", func(rows *spill.Rows, emit engine.Emit) error {
				return n.run(c, rows, names, emit)
			}), nil
		},
	}
}

// bounds are the least and greatest number of a field that are left alone. Choice:
// quartiles are taken as perc25 and perc75 of stats; a field whose quartiles are the
// same number has no outliers.
func (n *outlierNode) bounds(c *engine.Context, rows *spill.Rows, name string) (low, high float64, err error) {
	low, high = math.Inf(-1), math.Inf(1)
	size := int64(8 * rows.Len())
	if err := c.Budget.Grow(size, "`outlier`"); err != nil {
		return low, high, err
	}
	defer c.Budget.Free(size)
	all := make([]float64, 0, rows.Len())
	err = rows.Each(func(b *batch.Batch) error {
		c := b.Col(name)
		for r := range b.Rows {
			if v, ok := c.Number(r); ok {
				all = append(all, v)
			}
		}
		return nil
	})
	if err != nil || len(all) == 0 {
		return low, high, err
	}
	slices.Sort(all)
	quantile := func(q float64) float64 {
		at := q * float64(len(all)-1)
		i := int(at)
		if i+1 >= len(all) {
			return all[i]
		}
		return all[i] + (at-float64(i))*(all[i+1]-all[i])
	}
	iqr := quantile(0.75) - quantile(0.25)
	if !(iqr > 0) {
		return low, high, nil
	}
	high = quantile(0.5) + n.param*iqr
	if n.lower {
		low = quantile(0.5) - n.param*iqr
	}
	return low, high, nil
}

func (n *outlierNode) run(c *engine.Context, rows *spill.Rows, patterns []string, emit engine.Emit) error {
	type field struct {
		name      string
		low, high float64
	}
	var fields []field
	for _, name := range rows.Fields() {
		if slices.ContainsFunc(patterns, func(p string) bool { return p == name || batch.MatchName(p, name) }) {
			low, high, err := n.bounds(c, rows, name)
			if err != nil {
				return err
			}
			fields = append(fields, field{name, low, high})
		}
	}
	return rows.Drain(func(b *batch.Batch) error {
		out := b.Clone()
		drop := make([]bool, b.Rows)
		for _, f := range fields {
			n.cut(out, f.name, f.low, f.high, drop)
		}
		var rows []int32
		for r := range drop {
			if !drop[r] {
				rows = append(rows, int32(r))
			}
		}
		if out = keepRows(out, rows); out == nil {
			return nil
		}
		return emit(out)
	})
}

func (n *outlierNode) cut(out *batch.Batch, name string, low, high float64, drop []bool) {
	c := out.Col(name)
	var bl batch.Builder
	for r := range out.Rows {
		v, ok := c.Number(r)
		if !ok || v >= low && v <= high {
			bl.Append(c.Values(r)...)
			continue
		}
		if n.remove {
			drop[r] = true
		}
		text := batch.FormatNumber(min(max(v, low), high))
		if n.marks {
			text = "000" + text
		}
		bl.String(text)
	}
	if !n.remove {
		out.Set(name, bl.Column())
	}
}
