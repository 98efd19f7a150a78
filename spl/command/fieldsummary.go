package command

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"spl/eval/agg"
	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var fieldsummaryCommand = Command{
	Name:    "fieldsummary",
	Kind:    Transforming,
	Summary: "Gives a row of statistics for each field.",
	Usage:   "fieldsummary [maxvals=<n>] [<field-list>]",
	Options: []Option{{"maxvals", Int, "100", "how many values to list; 0: all"}},
	Parse:   parseFieldsummary,
}

var fieldsummaryGrammar = parser.NewGrammar[argList](parser.ArgTokens, "fieldsummary maxvals=10 bytes")

// fieldsummaryNode aggregates like stats: mode's state has every value and how often
// it came, which is all that is needed but for exact sums.
type fieldsummaryNode struct {
	names []string
	opts  *options
	calls []*call
}

func parseFieldsummary(c *Command, a *parser.Args) (Node, source.Errors) {
	names, o, errs := fieldArgs(c, a, fieldsummaryGrammar)
	if o == nil {
		return nil, errs
	}
	if o.int("maxvals", 100) < 0 {
		errs = append(errs, source.Errorf(source.Syntax, a.Span(), "`maxvals` cannot be less than 0"))
	}
	n := &fieldsummaryNode{names: texts(names), opts: o}
	patterns := n.names
	if len(patterns) == 0 {
		patterns = []string{"*"}
	}
	for _, p := range patterns {
		for _, name := range []string{"mode", "avg", "stdev"} {
			fn, _ := agg.Find(name)
			n.calls = append(n.calls, &call{fn: fn, typed: name, field: p, arg: true, name: name})
		}
	}
	return n, errs
}

func (n *fieldsummaryNode) String() string { return listString(n.opts, n.names) }

func (n *fieldsummaryNode) Plan(*Planning) *engine.Plan {
	return &engine.Plan{
		Gives: engine.MakesAny,
		Shape: engine.Table,
		Makes: true,
		Reads: func(batch.Fields) batch.Fields { return aggReads(n.calls, nil) },
		Map: func(c *engine.Context) (engine.Operator, error) {
			a, err := newAggregator(c, n.calls, nil, agg.Settings{}, false)
			return &statsMap{aggregator: a}, err
		},
		Reduce: func(c *engine.Context) (engine.Operator, error) {
			a, err := newAggregator(c, n.calls, nil, agg.Settings{}, false)
			return &fieldsummary{statsReduce{aggregator: a}, n}, err
		},
	}
}

type fieldsummary struct {
	statsReduce
	node *fieldsummaryNode
}

// valueCount is a value and how often it came.
type valueCount struct {
	Value string `json:"value"`
	Count int64  `json:"count"`
}

func (f *fieldsummary) Flush(emit engine.Emit) error {
	rows := map[string]map[string]string{}
	for i := 0; i < len(f.calls); i += 3 {
		for _, field := range sortedKeys(f.accs[i]) {
			name := field
			if name == "" {
				name = f.calls[i].field
			}
			if rows[name] == nil {
				if r := f.row(i, field); r != nil {
					rows[name] = r
				}
			}
		}
	}
	names := sortedKeys(rows)
	if len(names) == 0 {
		return nil
	}
	out := batch.New(len(names))
	out.Set("field", batch.Strings(names))
	for _, col := range []string{"count", "distinct_count", "is_exact", "max", "mean", "min", "numeric_count", "stdev", "values"} {
		var bl batch.Builder
		for _, name := range names {
			if v, ok := rows[name][col]; ok {
				bl.String(v)
			} else {
				bl.Null()
			}
		}
		out.Set(col, bl.Column())
	}
	return emit(out)
}

// row is the summary of a field; nil when no row has it.
func (f *fieldsummary) row(i int, field string) map[string]string {
	values := countsOf(f.accs[i][field].Partial(0))
	if len(values) == 0 {
		return nil
	}
	total, numeric := int64(0), int64(0)
	low, high := 0.0, 0.0
	var lowText, highText string
	for _, v := range values {
		total += v.Count
		x, ok := batch.ParseNumber(v.Value)
		if !ok {
			continue
		}
		if numeric == 0 || x < low {
			low, lowText = x, v.Value
		}
		if numeric == 0 || x > high {
			high, highText = x, v.Value
		}
		numeric += v.Count
	}
	r := map[string]string{
		"count": strconv.FormatInt(total, 10), "distinct_count": strconv.Itoa(len(values)), "is_exact": "1",
		"numeric_count": strconv.FormatInt(numeric, 10), "values": f.list(values),
	}
	if numeric > 0 {
		r["min"], r["max"] = lowText, highText
		r["mean"] = strings.Join(f.accs[i+1][field].Result(0), "")
		r["stdev"] = strings.Join(f.accs[i+2][field].Result(0), "")
	}
	return r
}

// countsOf reads the state of mode: a word, then counts and values by turns. The
// values come sorted: the most frequent first, of the same count the smaller text.
func countsOf(state []string) []valueCount {
	var out []valueCount
	for i := 1; i+1 < len(state); i += 2 {
		n, _ := strconv.ParseInt(state[i], 10, 64)
		out = append(out, valueCount{state[i+1], n})
	}
	slices.SortFunc(out, func(x, y valueCount) int {
		return cmp.Or(cmp.Compare(y.Count, x.Count), strings.Compare(x.Value, y.Value))
	})
	return out
}

func (f *fieldsummary) list(values []valueCount) string {
	if n := f.node.opts.int("maxvals", 100); n > 0 && len(values) > n {
		values = values[:n]
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(values); err != nil {
		return ""
	}
	return strings.TrimSpace(b.String())
}
