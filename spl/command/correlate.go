package command

import (
	"fmt"
	"slices"
	"strings"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var correlateCommand = Command{
	Name:    "correlate",
	Kind:    Transforming,
	Summary: "Gives how often each two fields are in the same rows, as a matrix.",
	Usage:   "correlate [type=cocur]",
	Options: []Option{{"type", Text, "cocur", "accepted; there is no other"}},
	Parse:   parseCorrelate,
}

// correlateFields is how many fields are looked at, Splunk's maxfields.
const correlateFields = 1000

var correlateGrammar = parser.NewGrammar[argList](parser.ArgTokens, "correlate")

type correlateNode struct{ opts *options }

func parseCorrelate(c *Command, a *parser.Args) (Node, source.Errors) {
	names, o, errs := fieldArgs(c, a, correlateGrammar)
	if o == nil {
		return nil, errs
	}
	if len(names) > 0 {
		errs = append(errs, source.Errorf(source.Syntax, names[0].Span, "`correlate` takes no fields").WithHelp("choose them before it: fields a, b | correlate"))
	}
	if _, err := o.word(c, "type", "cocur", "cocur"); err != nil {
		errs = append(errs, err)
	}
	return &correlateNode{o}, errs
}

func (n *correlateNode) String() string { return listString(n.opts, nil) }

func (n *correlateNode) Plan(*Planning) *engine.Plan {
	return &engine.Plan{
		Gives: engine.MakesAny,
		Shape: engine.Table,
		Wants: engine.Order, // the first 1000 fields count
		Makes: true,
		Reads: func(batch.Fields) batch.Fields { return batch.FieldsOf("*") },
		Reduce: func(c *engine.Context) (engine.Operator, error) {
			return &correlate{ctx: c, at: map[string]int{}}, nil
		},
	}
}

// correlate counts, for each pair of fields, the rows that have both.
type correlate struct {
	ctx   *engine.Context
	names []string
	at    map[string]int
	both  [][]int64 // both[i][j], j <= i
	full  bool
}

func (x *correlate) Push(b *batch.Batch, _ engine.Emit) error {
	if err := x.ctx.Err(); err != nil {
		return err
	}
	b.Load()
	have := make([]int, len(b.Names))
	// Fields are met row by row, so that it is the same which come first however
	// rows are cut into batches.
	for i := range have {
		have[i] = -1
	}
	order := make([]int, len(b.Names))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return strings.Compare(b.Names[i], b.Names[j]) })
	var in []int
	for r := range b.Rows {
		in = in[:0]
		for _, i := range order {
			if batch.Internal(b.Names[i]) || b.Cols[i].Count(r) == 0 {
				continue
			}
			if have[i] < 0 {
				k, err := x.field(b.Names[i])
				if err != nil {
					return err
				}
				have[i] = k
			}
			if have[i] < correlateFields {
				in = append(in, have[i])
			}
		}
		for _, i := range in {
			for _, j := range in {
				if j <= i {
					x.both[i][j]++
				}
			}
		}
	}
	return nil
}

// field is the number of a field; a new one gets the next.
func (x *correlate) field(name string) (int, error) {
	if k, ok := x.at[name]; ok {
		return k, nil
	}
	k := len(x.names)
	if k == correlateFields {
		if !x.full {
			x.full = true
			x.ctx.Notices.Add("correlate.fields", fmt.Sprintf("correlate: there are more than %d fields; the others are left out", correlateFields), 1)
		}
		return correlateFields, nil
	}
	name = string([]byte(name))
	x.names = append(x.names, name)
	x.at[name] = k
	x.both = append(x.both, make([]int64, k+1))
	return k, x.ctx.Budget.Grow(int64(8*k+64), "`correlate`")
}

// Flush gives the matrix, fields in ASCII order.
//
// Choice: a cell is the number of rows that have both fields, of those that have
// either, with two decimals: 1.00 where they are always together.
func (x *correlate) Flush(emit engine.Emit) error {
	if len(x.names) == 0 {
		return nil
	}
	names := slices.Clone(x.names)
	slices.Sort(names)
	out := batch.New(len(names))
	out.Set("RowField", batch.Strings(names))
	for _, col := range names {
		if err := x.ctx.Err(); err != nil {
			return err
		}
		vals := make([]string, len(names))
		for r, row := range names {
			i, j := x.at[row], x.at[col]
			both := x.both[max(i, j)][min(i, j)]
			vals[r] = fixed(float64(both)/float64(x.both[i][i]+x.both[j][j]-both), 2)
		}
		out.Set(col, batch.Strings(vals))
	}
	return emit(out)
}
