package command

import (
	"math"
	"strconv"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var analyzefieldsCommand = Command{
	Name:    "analyzefields",
	Aliases: []string{"af"},
	Kind:    DatasetProcessing,
	Summary: "Rates how well each numeric field foretells the value of another field.",
	Usage:   "analyzefields classfield=<field>",
	Options: []Option{{"classfield", Text, "", "the field to be foretold"}},
	Parse:   parseAnalyzefields,
}

var analyzefieldsGrammar = parser.NewGrammar[argList](parser.ArgTokens, "analyzefields classfield=action")

type analyzefieldsNode struct {
	class string
	opts  *options
}

func parseAnalyzefields(c *Command, a *parser.Args) (Node, source.Errors) {
	names, o, errs := fieldArgs(c, a, analyzefieldsGrammar)
	if o == nil {
		return nil, errs
	}
	n := &analyzefieldsNode{o.text("classfield", ""), o}
	switch {
	case len(errs) > 0:
	case len(names) > 0:
		errs = one(source.Errorf(source.Syntax, names[0].Span, "`%s` cannot be read here as an argument of `analyzefields`", names[0].Text).WithHelp("for example: analyzefields classfield=%s", names[0]))
	case n.class == "":
		errs = one(source.Errorf(source.Syntax, source.At(a.Base), "`analyzefields` needs a classfield").WithHelp("for example: analyzefields classfield=action"))
	}
	return n, errs
}

func (n *analyzefieldsNode) String() string { return listString(n.opts, nil) }

func (n *analyzefieldsNode) Plan(*Planning) *engine.Plan {
	return &engine.Plan{
		Gives: engine.Makes("field", "count", "cocur", "acc", "balacc"),
		Shape: engine.Table,
		Wants: engine.Order, // so that sums are the same every time
		Makes: true,
		Reads: func(batch.Fields) batch.Fields { return batch.FieldsOf("*", n.class) },
		Reduce: func(c *engine.Context) (engine.Operator, error) {
			return holdWhole(c, "analyzefields", n.run), nil
		},
	}
}

// run gives a row for each numeric field, in ASCII order.
//
// Choices: a field is numeric when each of its values is a number; the class field
// itself is left out.
func (n *analyzefieldsNode) run(c *engine.Context, b *batch.Batch, emit engine.Emit) error {
	classes := b.Col(n.class)
	total := 0
	for r := range b.Rows {
		total += int(b2i(classes.Count(r) > 0))
	}
	var rows [][]string
	for _, f := range chosen(b, nil) {
		if err := c.Err(); err != nil {
			return err
		}
		if col := b.Col(f); f != n.class && total > 0 && isNumeric(col, b.Rows) {
			rows = append(rows, analyzeField(b, f, col, classes, total))
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return emit(rowsTable([]string{"field", "count", "cocur", "acc", "balacc"}, rows))
}

// analyzeField rates one field: each row is taken to be of the class to whose mean
// its number is nearest, counted in that class's standard deviations, which is where
// a normal distribution gives it the highest probability.
//
// Choices: the deviation is that of a sample; where it is 0, a number that is the
// mean is at distance 0 and any other is infinitely far; of classes that are as near
// the first in ASCII order is taken; acc counts rows that have a class.
func analyzeField(b *batch.Batch, name string, col, classes *batch.Column, total int) []string {
	numbers := map[string][]float64{}
	count, both := 0, 0
	for r := range b.Rows {
		v, ok := finite(col, r)
		if !ok {
			continue
		}
		count++
		if class, ok := oneText(classes, r); ok {
			numbers[class] = append(numbers[class], v)
			both++
		}
	}
	names := sortedKeys(numbers)
	means, devs := make([]float64, len(names)), make([]float64, len(names))
	for i, class := range names {
		means[i], devs[i] = meanAndDeviation(numbers[class])
	}
	right, balanced := 0, 0.0
	for i, class := range names {
		hits := 0
		for _, v := range numbers[class] {
			hits += int(b2i(nearest(v, means, devs) == i))
		}
		right += hits
		balanced += float64(hits) / float64(len(numbers[class]))
	}
	out := []string{name, strconv.Itoa(count), batch.FormatNumber(float64(both) / float64(total)), nullCell, nullCell}
	if both > 0 {
		out[3] = batch.FormatNumber(float64(right) / float64(both))
		out[4] = batch.FormatNumber(balanced / float64(len(names)))
	}
	return out
}

// nearest is the class whose mean is the fewest deviations away.
func nearest(v float64, means, devs []float64) int {
	best, least := 0, math.Inf(1)
	for i := range means {
		z := math.Abs(v - means[i])
		switch {
		case devs[i] > 0:
			z /= devs[i]
		case z > 0:
			z = math.Inf(1)
		}
		if z < least {
			best, least = i, z
		}
	}
	return best
}
