package command

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var predictCommand = Command{
	Name:    "predict",
	Kind:    DatasetProcessing,
	Summary: "Foretells the values of a time series, with bounds.",
	Usage:   "predict <field> [AS <name>] [<field> [AS <name>]]... [<option>...]",
	Options: []Option{
		{"algorithm", Text, "LLP5", "LL (level), LLT (level and trend), LLP (level for each place of a period), LLP5 (LLT and LLP together)"},
		{"future_timespan", Int, "5", "how many steps to foretell"},
		{"holdback", Int, "0", "leave so many of the last values unused"},
		{"period", Int, "", "after how many values the series repeats; without it, what the series shows"},
		{"upper<percent>", Text, "", "the name of the upper bound, and how sure it is; upper95=upper95"},
		{"lower<percent>", Text, "", "the name of the lower bound, and how sure it is; lower95=lower95"},
		{"suppress", Text, "", "a field whose prediction is not shown"},
	},
	Parse: parsePredict,
}

var predictGrammar = parser.NewGrammar[argList](parser.ArgTokens, "predict count AS forecast algorithm=LLT future_timespan=10")

type (
	predictNode struct{ groups []*predictGroup }
	// predictGroup is some fields with the options that stand after them.
	predictGroup struct {
		fields               []fieldAs
		opts                 *options
		shown                []*option // all, as written
		algorithm            string
		future, hold, period int
		upper, lower         predictBound
		suppress             string
	}
	// predictBound is a curve beside the prediction: the first part of its name, and how many
	// standard deviations off it is.
	predictBound struct {
		name string
		z    float64
	}
)

// parsePredict reads fields and options by turns. Options before the first field
// belong to the first fields.
func parsePredict(c *Command, a *parser.Args) (Node, source.Errors) {
	tree, err := predictGrammar.Parse(a)
	if err != nil {
		return nil, source.Errors{err}
	}
	n := &predictNode{}
	var errs source.Errors
	g := &predictGroup{}
	closed, as := false, false // options came after fields; a new name must follow
	for _, x := range tree.Args {
		switch {
		case x.Option != nil:
			g.shown = append(g.shown, x.Option)
			closed = len(g.fields) > 0
		case as:
			g.fields[len(g.fields)-1].as, as = x.Other.Text, false
		case x.Other.Bare() && strings.EqualFold(x.Other.Text, "as") && len(g.fields) > 0 && !closed:
			as = true
		default:
			if closed {
				n.groups = append(n.groups, g)
				g, closed = &predictGroup{}, false
			}
			g.fields = append(g.fields, fieldAs{field: x.Other.Text})
		}
	}
	n.groups = append(n.groups, g)
	if len(g.fields) == 0 {
		errs = append(errs, source.Errorf(source.Syntax, source.At(a.Base), "`predict` needs a field").WithHelp("for example: timechart count | predict count"))
	}
	if as {
		errs = append(errs, source.Errorf(source.Syntax, source.At(a.Span().End), "the new name is missing after AS").WithHelp("for example: AS new_name"))
	}
	for _, g := range n.groups {
		errs = append(errs, g.read(c)...)
	}
	return n, errs
}

// read checks the options of a group.
func (g *predictGroup) read(c *Command) source.Errors {
	var plain []*option
	var errs source.Errors
	g.upper, g.lower = newPredictBound("upper95", 95), newPredictBound("lower95", 95)
	for _, o := range g.shown {
		key := strings.ToLower(o.Key.Text)
		upper, isUpper := strings.CutPrefix(key, "upper")
		lower, isLower := strings.CutPrefix(key, "lower")
		if !isUpper && !isLower {
			plain = append(plain, o)
			continue
		}
		percent, err := strconv.Atoi(map[bool]string{true: upper, false: lower}[isUpper])
		if err != nil || percent < 0 || percent > 99 {
			errs = append(errs, source.Errorf(source.Syntax, o.Key.Span, "`%s` of `predict` must end in a percentage from 0 to 99", o.Key.Text).WithHelp("for example: upper90=high"))
			continue
		}
		if isUpper {
			g.upper = newPredictBound(o.Value.Text, percent)
		} else {
			g.lower = newPredictBound(o.Value.Text, percent)
		}
	}
	g.opts = checkOptions(c, plain)
	errs = append(errs, g.opts.errs...)
	for _, o := range plain {
		key := strings.ToLower(o.Key.Text)
		v, _ := strconv.Atoi(o.Value.Text)
		switch {
		case key == "algorithm" && slices.Contains([]string{"LLB", "BILL"}, strings.ToUpper(o.Value.Text)):
			errs = append(errs, source.Errorf(source.Unsupported, o.Value.Span, "the algorithm %s of `predict` is not supported: how it joins two series is not documented", o.Value.Text).WithHelp("of one series there are LL, LLT, LLP and LLP5"))
		case key == "algorithm" && !slices.Contains([]string{"LL", "LLT", "LLP", "LLP5"}, strings.ToUpper(o.Value.Text)):
			errs = append(errs, source.Errorf(source.Syntax, o.Value.Span, "`predict` has no algorithm `%s`", o.Value.Text).WithHelp("it has LL, LLT, LLP and LLP5"))
		case (key == "future_timespan" || key == "holdback") && (v < 0 || v > maxFuture),
			key == "period" && (v < 2 || v > maxFuture):
			errs = append(errs, source.Errorf(source.Syntax, o.Value.Span, "`%s` of `predict` cannot be %s", key, o.Value.Text))
		}
	}
	g.algorithm = strings.ToUpper(g.opts.text("algorithm", "LLP5"))
	g.future, g.hold, g.period = g.opts.int("future_timespan", 5), g.opts.int("holdback", 0), g.opts.int("period", 0)
	g.suppress = g.opts.text("suppress", "")
	return errs
}

// maxFuture bounds how many rows are made.
const maxFuture = 1_000_000

func newPredictBound(name string, percent int) predictBound {
	return predictBound{name, math.Sqrt2 * math.Erfinv(float64(percent)/100)}
}

func (n *predictNode) String() string {
	var parts []string
	for _, g := range n.groups {
		for _, f := range g.fields {
			parts = append(parts, f.String())
		}
		for _, o := range g.shown {
			parts = append(parts, o.String())
		}
	}
	return strings.Join(parts, " ")
}

func (n *predictNode) Plan(*Planning) *engine.Plan {
	names := []string{"_time", "_span"}
	for _, g := range n.groups {
		for _, f := range g.fields {
			names = append(names, f.field)
		}
	}
	return &engine.Plan{
		Gives: opens,
		Wants: engine.Order,
		Makes: true,
		Reads: func(wanted batch.Fields) batch.Fields { return wanted.Add(names...) },
		Reduce: func(c *engine.Context) (engine.Operator, error) {
			return holdWhole(c, "predict", n.run), nil
		},
	}
}

func (n *predictNode) run(c *engine.Context, b *batch.Batch, emit engine.Emit) error {
	rows := b.Rows
	for _, g := range n.groups {
		rows = max(rows, b.Rows-min(g.hold, b.Rows)+g.future)
	}
	if err := c.Budget.Grow(int64(rows)*64, "`predict`"); err != nil {
		return err
	}
	out := lengthen(b, rows)
	for _, g := range n.groups {
		for _, f := range g.fields {
			if err := g.foretell(c, b, out, f); err != nil {
				return err
			}
		}
	}
	return emit(out)
}

// lengthen adds rows with nothing but a time.
//
// Choice: a new row is as far from the one before it as the last two rows are from
// one another; _span, which timechart adds, goes on.
func lengthen(b *batch.Batch, rows int) *batch.Batch {
	if rows == b.Rows {
		return b.Clone()
	}
	out := batch.New(rows)
	for i, name := range b.Names {
		var bl batch.Builder
		for r := range b.Rows {
			bl.Append(b.Cols[i].Values(r)...)
		}
		if name == "_time" && b.Rows > 1 {
			last, ok := finite(b.Cols[i], b.Rows-1)
			before, ok2 := finite(b.Cols[i], b.Rows-2)
			for k := b.Rows; ok && ok2 && k < rows; k++ {
				bl.String(batch.FormatNumber(last + float64(k-b.Rows+1)*(last-before)))
			}
		}
		if name == "_span" {
			for k := b.Rows; k < rows; k++ {
				bl.Append(b.Cols[i].Values(b.Rows - 1)...)
			}
		}
		bl.PadTo(rows)
		out.Set(name, bl.Column())
	}
	return out
}

// foretell adds the prediction of a field and its bounds.
func (g *predictGroup) foretell(c *engine.Context, b, out *batch.Batch, f fieldAs) error {
	used := b.Rows - min(g.hold, b.Rows)
	series := make([]float64, used)
	col := b.Col(f.field)
	for r := range series {
		v, ok := finite(col, r)
		if series[r] = v; !ok {
			series[r] = math.NaN()
		}
	}
	p, why, err := g.model(c, series, used+g.future)
	if err != nil {
		return err
	}
	if why != "" {
		c.Notices.Add("predict.values", "predict: nothing is foretold of `"+f.field+"`: "+why, 1)
	}
	if g.suppress != "" && (g.suppress == f.field || g.suppress == f.as) {
		return nil
	}
	name := f.name("prediction(" + f.field + ")")
	write := func(name string, z float64) {
		var bl batch.Builder
		for _, x := range p {
			if math.IsNaN(x.value) {
				bl.Null()
				continue
			}
			bl.String(tenDigits(x.value + z*math.Sqrt(x.variance)))
		}
		bl.PadTo(out.Rows)
		out.Set(name, bl.Column())
	}
	write(name, 0)
	write(g.lower.name+"("+name+")", -g.lower.z)
	write(g.upper.name+"("+name+")", g.upper.z)
	return nil
}

// tenDigits writes a number with ten digits, which do not depend on how a machine
// rounds.
func tenDigits(v float64) string {
	v, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 10, 64), 64)
	if err != nil {
		return batch.FormatNumber(v)
	}
	if math.Abs(v) < 1e-12 {
		v = 0
	}
	return batch.FormatNumber(v)
}
