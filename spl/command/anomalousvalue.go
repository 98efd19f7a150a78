package command

import (
	"math"
	"strconv"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var anomalousvalueCommand = Command{
	Name:    "anomalousvalue",
	Kind:    DatasetProcessing,
	Summary: "Finds values that are rare, or far from the mean, for their field.",
	Usage:   "anomalousvalue [<option>...] [action=annotate|filter|summary] [pthresh=<number>] [<field-list>]",
	Options: append([]Option{
		{"action", Text, "filter", "filter keeps the rows with such a value; annotate keeps all; summary gives a row for each field"},
		{"pthresh", Text, "0.01", "a value less probable than this is anomalous"},
	}, fieldSupport...),
	Parse: parseAnomalousvalue,
}

// fieldSupport says which fields anomalousvalue looks at.
var fieldSupport = []Option{
	{"minsupcount", Int, "100", "leave out fields that are in fewer rows"},
	{"minsupfreq", Text, "0.05", "leave out fields that are in a smaller share of the rows"},
	{"maxanofreq", Text, "0.05", "leave out fields of whose values a larger share is anomalous"},
	{"minnormfreq", Text, "0.01", "leave out fields of whose values a smaller share is anomalous"},
}

var anomalousGrammar = parser.NewGrammar[argList](parser.ArgTokens, "anomalousvalue action=annotate bytes")

type anomalousNode struct {
	names                   []string
	opts                    *options
	action                  string
	pthresh                 float64
	minSup, maxAno, minNorm float64
}

func parseAnomalousvalue(c *Command, a *parser.Args) (Node, source.Errors) {
	names, o, errs := fieldArgs(c, a, anomalousGrammar)
	if o == nil {
		return nil, errs
	}
	n, es := newAnomalous(c, texts(names), o)
	return n, append(errs, es...)
}

// newAnomalous reads the options.
func newAnomalous(c *Command, names []string, o *options) (*anomalousNode, source.Errors) {
	n := &anomalousNode{names: names, opts: o}
	var errs source.Errors
	read := func(to *float64, name string, def float64) {
		v, err := o.number(c, name, def, 0, 1)
		if *to = v; err != nil {
			errs = append(errs, err)
		}
	}
	read(&n.pthresh, "pthresh", 0.01)
	read(&n.minSup, "minsupfreq", 0.05)
	read(&n.maxAno, "maxanofreq", 0.05)
	read(&n.minNorm, "minnormfreq", 0.01)
	var err *source.Error
	if n.action, err = o.word(c, "action", "filter", "annotate", "filter", "summary"); err != nil {
		errs = append(errs, err)
	}
	return n, errs
}

func (n *anomalousNode) String() string { return listString(n.opts, n.names) }

func (n *anomalousNode) Plan(*Planning) *engine.Plan {
	p := &engine.Plan{
		Gives: opens,
		Wants: engine.Order,
		Reads: func(wanted batch.Fields) batch.Fields { return wanted.Add(patternsOr(n.names)...) },
		Reduce: func(c *engine.Context) (engine.Operator, error) {
			return holdWhole(c, "anomalousvalue", n.run), nil
		},
	}
	if n.action == "summary" {
		p.Shape, p.Makes = engine.Table, true
		p.Reads = func(batch.Fields) batch.Fields { return batch.FieldsOf(patternsOr(n.names)...) }
	}
	return p
}

// anomalies is what is known of a field: how probable each row's value is.
type anomalies struct {
	name            string
	numeric, used   bool
	count, distinct int
	mean, dev       float64
	rare            int       // rows whose value is less probable than the threshold
	prob            []float64 // of each row; 2 where it has no value
}

// measure finds the probabilities of a field's values.
//
// Choices: a field is numeric when each of its values is a number. A number is as
// probable as it is that one of a normal distribution with this mean and sample
// deviation lies as far from the mean or farther; another value is as probable as the
// share of the field's rows that have it. The documentation says of minnormfreq
// that it leaves out fields that are too seldom anomalous, and so it is here.
func (n *anomalousNode) measure(b *batch.Batch, name string) *anomalies {
	col := b.Col(name)
	f := &anomalies{name: name, numeric: isNumeric(col, b.Rows), prob: make([]float64, b.Rows)}
	counts := map[string]int{}
	var numbers []float64
	for r := range b.Rows {
		if v, ok := oneText(col, r); ok {
			counts[v]++
			f.count++
		}
		if v, ok := finite(col, r); ok && f.numeric {
			numbers = append(numbers, v)
		}
	}
	f.distinct = len(counts)
	f.mean, f.dev = meanAndDeviation(numbers)
	for r := range b.Rows {
		f.prob[r] = 2
		text, ok := oneText(col, r)
		if !ok {
			continue
		}
		f.prob[r] = float64(counts[text]) / float64(f.count)
		if v, _ := finite(col, r); f.numeric {
			f.prob[r] = 1
			if f.dev > 0 {
				f.prob[r] = math.Erfc(math.Abs(v-f.mean) / f.dev / math.Sqrt2)
			}
		}
		f.rare += int(b2i(f.prob[r] < n.pthresh))
	}
	share := float64(f.rare) / float64(max(f.count, 1))
	f.used = f.count >= n.opts.int("minsupcount", 100) && float64(f.count) >= n.minSup*float64(b.Rows) &&
		share <= n.maxAno && share >= n.minNorm
	return f
}

func (n *anomalousNode) run(c *engine.Context, b *batch.Batch, emit engine.Emit) error {
	var fields []*anomalies
	for _, name := range chosen(b, n.names) {
		if err := c.Err(); err != nil {
			return err
		}
		f := n.measure(b, name)
		if n.action == "summary" {
			f.prob = nil
		} else if !f.used {
			continue
		}
		if err := c.Budget.Grow(int64(8*len(f.prob)), "`anomalousvalue`"); err != nil {
			return err
		}
		fields = append(fields, f)
	}
	if n.action == "summary" {
		return summarize(fields, b.Rows, emit)
	}
	return n.mark(b, fields, emit)
}

// mark adds the scores of anomalous values, and drops rows without any.
//
// Choice: the score is the value's probability.
func (n *anomalousNode) mark(b *batch.Batch, fields []*anomalies, emit engine.Emit) error {
	out := b.Clone()
	keep := make([]bool, b.Rows)
	for _, f := range fields {
		var bl batch.Builder
		for r, p := range f.prob {
			if p >= n.pthresh {
				bl.Null()
				continue
			}
			keep[r] = true
			bl.String(batch.FormatNumber(p))
		}
		name := "Anomaly_Score_Cat(" + f.name + ")"
		if f.numeric {
			name = "Anomaly_Score_Num(" + f.name + ")"
		}
		if bl.Any() {
			out.Set(name, bl.Column())
		}
	}
	if n.action == "filter" {
		return emitKept(out, keep, emit)
	}
	return emit(out)
}

// emitKept passes on the rows that are kept, if there are any.
func emitKept(b *batch.Batch, keep []bool, emit engine.Emit) error {
	var rows []int32
	for r, k := range keep {
		if k {
			rows = append(rows, int32(r))
		}
	}
	if out := keepRows(b, rows); out != nil {
		return emit(out)
	}
	return nil
}

// summarize gives a row for each field.
//
// Choices: shares are percentages with two decimals; catNormFreq% is the share that
// is not anomalous; numeric fields are judged as numbers only, others by how rare
// values are.
func summarize(fields []*anomalies, rows int, emit engine.Emit) error {
	yes := func(b bool) string {
		if b {
			return "YES"
		}
		return "NO"
	}
	var out [][]string
	for _, f := range fields {
		percent := func(n, of int) string { return fixed(100*float64(n)/float64(max(of, 1)), 2) }
		row := []string{
			f.name, strconv.Itoa(f.count), strconv.Itoa(f.distinct), nullCell, nullCell, nullCell, nullCell, nullCell,
			percent(f.count, rows), yes(f.used && !f.numeric), yes(f.used && f.numeric), yes(f.numeric),
		}
		if f.numeric {
			row[3], row[6], row[7] = batch.FormatNumber(f.mean), percent(f.rare, f.count), batch.FormatNumber(f.dev)
		} else {
			row[4], row[5] = percent(f.rare, f.count), percent(f.count-f.rare, f.count)
		}
		out = append(out, row)
	}
	if len(out) == 0 {
		return nil
	}
	return emit(rowsTable([]string{"fieldname", "count", "distinct_count", "mean", "catAnoFreq%", "catNormFreq%",
		"numAnoFreq%", "stdev", "supportFreq%", "useCat", "useNum", "isNum"}, out))
}
