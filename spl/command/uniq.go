package command

import (
	"slices"
	"strings"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var uniqCommand = Command{
	Name:    "uniq",
	Kind:    CentralizedStreaming,
	Summary: "Drops rows that are equal to the one before in all fields.",
	Usage:   "uniq",
	Parse:   parseUniq,
}

type uniqNode struct{}

func parseUniq(_ *Command, a *parser.Args) (Node, source.Errors) { return uniqNode{}, noArguments(a) }

func (uniqNode) String() string { return "" }

func (uniqNode) Plan(*Planning) *engine.Plan {
	return &engine.Plan{
		Wants: engine.Order,
		Note:  "each row is held against the one before",
		Reads: func(batch.Fields) batch.Fields { return batch.AllFields },
		Reduce: func(*engine.Context) (engine.Operator, error) {
			var last []byte
			began := false
			return inOrder(func(b *batch.Batch) (*batch.Batch, error) {
				b.Load()
				var rows []int32
				for r, key := range wholeRows(b) {
					if !began || string(key) != string(last) {
						rows = append(rows, int32(r))
					}
					last, began = key, true
				}
				return keepRows(b, rows), nil
			}), nil
		},
	}
}

// wholeRows is a key of each row that two rows share when they have the same
// values in all fields.
func wholeRows(b *batch.Batch) [][]byte {
	order := make([]int, len(b.Names))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(x, y int) int { return strings.Compare(b.Names[x], b.Names[y]) })
	out := make([][]byte, b.Rows)
	for r := range out {
		for _, i := range order {
			vals := b.Cols[i].Values(r)
			if len(vals) == 0 {
				continue
			}
			out[r] = append(appendKey(out[r], b.Names[i]), 1)
			for _, v := range vals {
				out[r] = append(appendKey(out[r], v), 1)
			}
			out[r] = append(out[r], 0)
		}
	}
	return out
}
