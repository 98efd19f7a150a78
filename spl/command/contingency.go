package command

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"spl/eval/agg"
	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var contingencyCommand = Command{
	Name:    "contingency",
	Aliases: []string{"counttable", "ctable"},
	Kind:    Transforming,
	Summary: "Counts the combinations of the values of two fields, as a table with totals.",
	Usage:   "contingency [<option>...] <row-field> <column-field>",
	Options: []Option{
		{"usetotal", Bool, "true", "add a row and a column of totals"},
		{"totalstr", Text, "TOTAL", "their name"},
		{"maxrows", Int, "0", "the most rows, the most frequent values; 0: 1000"},
		{"maxcols", Int, "0", "the most columns, the most frequent values; 0: 1000"},
		{"mincolcover", Text, "1.0", "only as many columns as cover this share of the rows"},
		{"minrowcover", Text, "1.0", "only as many rows as cover this share"},
	},
	Parse: parseContingency,
}

var contingencyGrammar = parser.NewGrammar[argList](parser.ArgTokens, "contingency host status")

type contingencyNode struct {
	fields []string
	opts   *options
}

func parseContingency(c *Command, a *parser.Args) (Node, source.Errors) {
	names, o, errs := fieldArgs(c, a, contingencyGrammar)
	if o == nil {
		return nil, errs
	}
	if len(names) != 2 {
		errs = append(errs, source.Errorf(source.Syntax, a.Span(), "`%s` needs two fields, not %d", c.Name, len(names)).WithHelp("for example: contingency host status"))
	}
	for _, k := range []string{"mincolcover", "minrowcover"} {
		if v, ok := batch.ParseNumber(o.text(k, "1")); !ok || v < 0 || v > 1 {
			errs = append(errs, source.Errorf(source.Syntax, a.Span(), "`%s` must be a number from 0 to 1", k))
		}
	}
	return &contingencyNode{texts(names), o}, errs
}

func (n *contingencyNode) String() string { return listString(n.opts, n.fields) }

func (n *contingencyNode) Plan(*Planning) *engine.Plan {
	return &engine.Plan{
		Gives: engine.MakesAny,
		Shape: engine.Table,
		Makes: true,
		Reads: func(batch.Fields) batch.Fields { return batch.FieldsOf(n.fields...) },
		Map: func(c *engine.Context) (engine.Operator, error) {
			a, err := newAggregator(c, counting(), n.fields, agg.Settings{}, false)
			return &statsMap{aggregator: a}, err
		},
		Reduce: func(c *engine.Context) (engine.Operator, error) {
			a, err := newAggregator(c, counting(), n.fields, agg.Settings{}, false)
			a.keep()
			return &contingency{statsReduce{aggregator: a}, n}, err
		},
	}
}

type contingency struct {
	statsReduce
	node *contingencyNode
}

// axisCounts are the values of one field that are kept, the most frequent first.
// Choice: of the same count the first in order comes first.
func axisCounts(counts map[string]int64, most int, cover float64) []string {
	names := sortedKeys(counts)
	slices.SortStableFunc(names, func(x, y string) int {
		return cmp.Or(cmp.Compare(counts[y], counts[x]), compareNatural(x, y))
	})
	if most <= 0 || most > 1000 {
		most = 1000
	}
	total, seen := int64(0), int64(0)
	for _, c := range counts {
		total += c
	}
	for i, name := range names {
		if i == most || cover < 1 && float64(seen) >= cover*float64(total) {
			return names[:i]
		}
		seen += counts[name]
	}
	return names
}

func (c *contingency) Flush(emit engine.Emit) error {
	cells := map[[2]string]int64{}
	rowSum, colSum := map[string]int64{}, map[string]int64{}
	for g, k := range c.groups.all() {
		n, _ := strconv.ParseInt(strings.Join(c.accs[0][""].Result(g), ""), 10, 64)
		cells[[2]string{k[0], k[1]}] += n
		rowSum[k[0]] += n
		colSum[k[1]] += n
	}
	if len(cells) == 0 {
		return nil
	}
	o := c.node.opts
	rowCover, _ := batch.ParseNumber(o.text("minrowcover", "1"))
	colCover, _ := batch.ParseNumber(o.text("mincolcover", "1"))
	rows := axisCounts(rowSum, o.int("maxrows", 0), rowCover)
	cols := axisCounts(colSum, o.int("maxcols", 0), colCover)
	total := o.bool("usetotal", true)
	name := o.text("totalstr", "TOTAL")
	out := batch.New(len(rows) + int(b2i(total)))
	heads := slices.Clone(rows)
	if total {
		heads = append(heads, name)
	}
	out.Set(c.node.fields[0], batch.Strings(heads))
	line := func(of func(row string) int64) *batch.Column {
		vals := make([]string, 0, len(heads))
		sum := int64(0)
		for _, r := range rows {
			sum += of(r)
			vals = append(vals, strconv.FormatInt(of(r), 10))
		}
		if total {
			vals = append(vals, strconv.FormatInt(sum, 10))
		}
		return batch.Strings(vals)
	}
	for _, col := range cols {
		out.Set(col, line(func(r string) int64 { return cells[[2]string{r, col}] }))
	}
	if total {
		out.Set(name, line(func(r string) (n int64) {
			for _, col := range cols {
				n += cells[[2]string{r, col}]
			}
			return n
		}))
	}
	return emit(out)
}
