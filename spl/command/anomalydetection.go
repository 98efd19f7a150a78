package command

import (
	"math"
	"slices"
	"strconv"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var anomalydetectionCommand = Command{
	Name:    "anomalydetection",
	Kind:    DatasetProcessing,
	Summary: "Finds rows whose values are improbable together.",
	Usage:   "anomalydetection [method=histogram|zscore|iqr] [action=<action>] [pthresh=<number>] [cutoff=<bool>] [<option>...] [<field-list>]",
	Options: append(append([]Option{
		{"method", Text, "histogram", "histogram; zscore, as anomalousvalue; iqr, as outlier"},
		{"action", Text, "filter", "filter, annotate or summary; of iqr: transform (the default) or remove"},
		{"pthresh", Text, "", "rows, or with zscore values, less probable than this are anomalous; zscore 0.01, histogram reckons it"},
		{"cutoff", Bool, "true", "with histogram, be sterner, so that there are fewer anomalies"},
	}, fieldSupport...),
		Option{"param", Text, "2.5", "with iqr, as in outlier"},
		Option{"uselower", Bool, "false", "with iqr, as in outlier"},
		Option{"mark", Bool, "false", "with iqr, as in outlier"}),
	Parse: parseAnomalydetection,
}

var detectionGrammar = parser.NewGrammar[argList](parser.ArgTokens, "anomalydetection action=annotate user, bytes")

// detectionNode is the method histogram; the others are nodes of other commands.
type detectionNode struct {
	names   []string
	opts    *options
	action  string
	pthresh float64 // 0: from the rows
}

func parseAnomalydetection(c *Command, a *parser.Args) (Node, source.Errors) {
	list, o, errs := fieldArgs(c, a, detectionGrammar)
	if o == nil {
		return nil, errs
	}
	names := texts(list)
	method, err := o.word(c, "method", "histogram", "histogram", "zscore", "iqr")
	if err != nil {
		return nil, append(errs, err)
	}
	if method == "zscore" {
		n, es := newAnomalous(c, names, o)
		return n, append(errs, es...)
	}
	if method == "iqr" {
		n, es := detectOutliers(c, a, names, o)
		return n, append(errs, es...)
	}
	n := &detectionNode{names: names, opts: o}
	if n.action, err = o.word(c, "action", "filter", "annotate", "filter", "summary"); err != nil {
		errs = append(errs, err)
	}
	if n.pthresh, err = o.number(c, "pthresh", 0, 0, 1); err != nil {
		errs = append(errs, err)
	}
	return n, errs
}

// detectOutliers makes the node of outlier.
func detectOutliers(c *Command, a *parser.Args, names []string, o *options) (Node, source.Errors) {
	n := &outlierNode{names: names, opts: o, lower: o.bool("uselower", false), marks: o.bool("mark", false)}
	action, err := o.word(c, "action", "transform", "transform", "tf", "remove", "rm")
	errs := one(err)
	n.remove = action == "remove" || action == "rm"
	if n.param, err = o.number(c, "param", 2.5, 0, math.Inf(1)); err != nil {
		errs = append(errs, err)
	}
	if o.given("pthresh") {
		errs = append(errs, source.Errorf(source.Syntax, a.Span(), "`pthresh` does not go with method=iqr").WithHelp("method=iqr has param, the number of interquartile ranges"))
	}
	return n, errs
}

func (n *detectionNode) String() string { return listString(n.opts, n.names) }

func (n *detectionNode) Plan(*Planning) *engine.Plan {
	p := &engine.Plan{
		Gives: opens,
		Wants: engine.Order,
		Reads: func(wanted batch.Fields) batch.Fields { return wanted.Add(patternsOr(n.names)...) },
		Reduce: func(c *engine.Context) (engine.Operator, error) {
			return holdWhole(c, "anomalydetection", n.run), nil
		},
	}
	if n.action == "summary" {
		p.Shape, p.Makes = engine.Table, true
		p.Reads = func(batch.Fields) batch.Fields { return batch.FieldsOf(patternsOr(n.names)...) }
	}
	return p
}

// improbable is what is known of a row: the logarithm of its probability, the field
// whose value is the rarest, and the frequencies of its rarest and most common value.
type improbable struct {
	log   float64
	cause string
	rare  float64
	most  float64
}

// frequencies gives how frequent each row's value of a field is, of all rows; 0
// where it has none.
//
// Choices: a field is numeric when each of its values is a number. Numbers are put
// in bins of equal width from the least to the greatest, as many as Sturges' rule
// says: 1 + log2 of how many there are, rounded up.
func frequencies(b *batch.Batch, name string) []float64 {
	col := b.Col(name)
	out := make([]float64, b.Rows)
	var bins func(r int) (string, bool)
	if isNumeric(col, b.Rows) {
		bins = histogram(col, b.Rows)
	} else {
		bins = func(r int) (string, bool) { return oneText(col, r) }
	}
	counts := map[string]int{}
	for r := range b.Rows {
		if k, ok := bins(r); ok {
			counts[k]++
		}
	}
	for r := range b.Rows {
		if k, ok := bins(r); ok {
			out[r] = float64(counts[k]) / float64(b.Rows)
		}
	}
	return out
}

// histogram puts numbers in bins.
func histogram(col *batch.Column, rows int) func(r int) (string, bool) {
	low, high, n := math.Inf(1), math.Inf(-1), 0
	for r := range rows {
		if v, ok := finite(col, r); ok {
			low, high = min(low, v), max(high, v)
			n++
		}
	}
	bins := 1 + int(math.Ceil(math.Log2(float64(max(n, 1)))))
	return func(r int) (string, bool) {
		v, ok := finite(col, r)
		if !ok {
			return "", false
		}
		i := 0
		if width := (high - low) / float64(bins); width > 0 {
			i = min(int((v-low)/width), bins-1)
		}
		return strconv.Itoa(i), true
	}
}

func (n *detectionNode) run(c *engine.Context, b *batch.Batch, emit engine.Emit) error {
	if err := c.Budget.Grow(int64(b.Rows)*64, "`anomalydetection`"); err != nil {
		return err
	}
	found := make([]improbable, b.Rows)
	for _, name := range chosen(b, n.names) {
		if err := c.Err(); err != nil {
			return err
		}
		for r, f := range frequencies(b, name) {
			x := &found[r]
			if f == 0 {
				continue // Choice: a field that a row lacks says nothing of it
			}
			x.log += math.Log(f)
			x.most = max(x.most, f)
			if x.cause == "" || f < x.rare {
				x.cause, x.rare = name, f
			}
		}
	}
	logs := make([]float64, b.Rows)
	for r := range found {
		logs[r] = found[r].log
	}
	slices.Sort(logs)
	limit := n.limit(logs)
	if n.action == "summary" {
		return n.summary(logs, limit, emit)
	}
	return n.mark(b, found, limit, emit)
}

// slack keeps rows that are as probable as the limit, but for rounding, above it.
const slack = 1e-9

// limit is the logarithm of the probability below which rows are anomalous.
//
// Choice: how cutoff=true makes the limit sterner is not documented; here it takes 3
// interquartile ranges in the place of 1.5.
func (n *detectionNode) limit(logs []float64) float64 {
	if n.pthresh > 0 {
		return math.Log(n.pthresh)
	}
	q1, q3 := quantileOf(logs, 0.25), quantileOf(logs, 0.75)
	if n.opts.bool("cutoff", true) {
		return q1 - 3*(q3-q1)
	}
	return q1 - 1.5*(q3-q1)
}

// summary gives the one row of action=summary.
//
// Choice: thresh is a probability, as its description says; the others are
// logarithms.
func (n *detectionNode) summary(logs []float64, limit float64, emit engine.Emit) error {
	count := 0
	for _, l := range logs {
		count += int(b2i(l < limit-slack))
	}
	num := batch.FormatNumber
	return emit(rowsTable(
		[]string{"num_anomalies", "thresh", "max_logprob", "min_logprob", "1st_quartile", "3rd_quartile"},
		[][]string{{strconv.Itoa(count), num(math.Exp(limit)), num(logs[len(logs)-1]), num(logs[0]), num(quantileOf(logs, 0.25)), num(quantileOf(logs, 0.75))}}))
}

// mark adds the four fields.
//
// Choice: log_event_prob and max_freq are added to every row, the probable cause only
// to anomalous ones: searches that annotate look for probable_cause=* afterwards.
func (n *detectionNode) mark(b *batch.Batch, found []improbable, limit float64, emit engine.Emit) error {
	var logs, most, cause, rare batch.Builder
	keep := make([]bool, b.Rows)
	for r, x := range found {
		if x.cause == "" {
			logs.Null()
			most.Null()
			cause.Null()
			rare.Null()
			continue
		}
		logs.String(batch.FormatNumber(x.log))
		most.String(batch.FormatNumber(x.most))
		if keep[r] = x.log < limit-slack; !keep[r] {
			cause.Null()
			rare.Null()
			continue
		}
		cause.String(x.cause)
		rare.String(batch.FormatNumber(x.rare))
	}
	out := b.Clone()
	out.Set("log_event_prob", logs.Column())
	out.Set("max_freq", most.Column())
	out.Set("probable_cause", cause.Column())
	out.Set("probable_cause_freq", rare.Column())
	if n.action == "annotate" {
		return emit(out)
	}
	return emitKept(out, keep, emit)
}
