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

// What the commands of statistics share. They see all rows before they answer, so
// they hold them, all in one batch, under the budget of memory.

// whole keeps all rows and works on them as one batch.
type whole struct {
	hold holdAll
	then func(c *engine.Context, b *batch.Batch, emit engine.Emit) error
}

func holdWhole(c *engine.Context, name string, then func(*engine.Context, *batch.Batch, engine.Emit) error) *whole {
	return &whole{holdAll{ctx: c, name: name}, then}
}

func (w *whole) Push(b *batch.Batch, emit engine.Emit) error {
	if err := w.hold.ctx.Err(); err != nil {
		return err
	}
	return w.hold.Push(b, emit)
}

func (w *whole) Flush(emit engine.Emit) error {
	held := w.hold.held
	w.hold.held = nil
	size := int64(0)
	for _, b := range held {
		size += engine.Size(b)
	}
	if len(held) == 0 {
		return nil
	}
	if err := w.hold.ctx.Budget.Grow(size, "`"+w.hold.name+"`"); err != nil {
		return err
	}
	defer w.hold.ctx.Budget.Free(2 * size)
	b := batch.Concat(held)
	if b.Rows == 0 {
		return nil
	}
	return w.then(w.hold.ctx, b, emit)
}

// chosen are the fields of a batch that a list of names and patterns means, in
// ASCII order for each; an empty list means all that are not internal.
func chosen(b *batch.Batch, names []string) []string {
	all := fieldNames([]*batch.Batch{b})
	if len(names) == 0 {
		names = []string{"*"}
	}
	var out batch.NameList
	for _, p := range names {
		for _, name := range all {
			if name == p || batch.MatchName(p, name) {
				out.Add(name)
			}
		}
	}
	return out.Names()
}

// patternsOr is what a plan reads for a list that may be empty.
func patternsOr(names []string) []string {
	if len(names) == 0 {
		return []string{"*"}
	}
	return names
}

// oneText is a row's value as one text, values of a multivalue field on lines of
// their own; false for NULL.
func oneText(c *batch.Column, row int) (string, bool) {
	switch vals := c.Values(row); len(vals) {
	case 0:
		return "", false
	case 1:
		return vals[0], true
	default:
		return strings.Join(vals, "\n"), true
	}
}

// finite is a row's value as a number that can be reckoned with.
func finite(c *batch.Column, row int) (float64, bool) {
	v, ok := c.Number(row)
	return v, ok && !math.IsNaN(v) && !math.IsInf(v, 0)
}

// isNumeric says whether a field has values and each is one finite number.
func isNumeric(c *batch.Column, rows int) bool {
	some := false
	for r := range rows {
		n := c.Count(r)
		if n == 0 {
			continue
		}
		if _, ok := finite(c, r); !ok || n > 1 {
			return false
		}
		some = true
	}
	return some
}

// meanAndDeviation are the mean and the standard deviation of a sample; that of one
// number is 0. Both are summed in the order given, around the first number so that
// little is lost.
func meanAndDeviation(x []float64) (mean, dev float64) {
	if len(x) == 0 {
		return 0, 0
	}
	sum := 0.0
	for _, v := range x {
		sum += v - x[0]
	}
	mean = x[0] + sum/float64(len(x))
	if len(x) == 1 {
		return mean, 0
	}
	squares := 0.0
	for _, v := range x {
		squares += (v - mean) * (v - mean)
	}
	return mean, math.Sqrt(squares / float64(len(x)-1))
}

// quantileOf is a quantile of sorted numbers, between two of them by the line.
func quantileOf(sorted []float64, q float64) float64 {
	at := q * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}

// fixed writes a number with a fixed number of decimals.
func fixed(v float64, places int) string { return strconv.FormatFloat(v, 'f', places, 64) }

// number reads a number option and checks its bounds.
func (o *options) number(c *Command, name string, def, low, high float64) (float64, *source.Error) {
	var at source.Span
	text := ""
	for _, x := range o.list {
		if strings.EqualFold(x.Key.Text, name) {
			at, text = x.Value.Span, x.Value.Text
		}
	}
	if text == "" || parser.HasToken(text) {
		return def, nil
	}
	v, ok := batch.ParseNumber(text)
	if !ok || v < low || v > high || math.IsNaN(v) {
		bounds := "from " + batch.FormatNumber(low) + " to " + batch.FormatNumber(high)
		if math.IsInf(high, 1) {
			bounds = "not less than " + batch.FormatNumber(low)
		}
		return def, source.Errorf(source.Syntax, at, "`%s` of `%s` must be a number %s, not `%s`", name, c.Name, bounds, text)
	}
	return v, nil
}

// word reads an option that is one of some words, in lower case.
func (o *options) word(c *Command, name, def string, words ...string) (string, *source.Error) {
	var at source.Span
	v := def
	for _, x := range o.list {
		if strings.EqualFold(x.Key.Text, name) {
			at, v = x.Value.Span, strings.ToLower(x.Value.Text)
		}
	}
	if slices.Contains(words, v) || v == def {
		return v, nil
	}
	return def, source.Errorf(source.Syntax, at, "`%s` of `%s` cannot be `%s`", name, c.Name, v).WithHelp("it is one of %s", strings.Join(words, ", "))
}

// rowsTable makes a table of rows of text; an absent cell is NULL.
func rowsTable(columns []string, rows [][]string) *batch.Batch {
	out := batch.New(len(rows))
	for i, name := range columns {
		var bl batch.Builder
		for _, r := range rows {
			if r[i] == nullCell {
				bl.Null()
			} else {
				bl.String(r[i])
			}
		}
		out.Set(name, bl.Column())
	}
	return out
}

// nullCell stands for NULL in rowsTable.
const nullCell = "\x00null"
