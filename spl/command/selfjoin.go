package command

import (
	"strconv"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
	"spl/spl/spill"
)

var selfjoinCommand = Command{
	Name:    "selfjoin",
	Kind:    DatasetProcessing,
	Summary: "Joins each row with other rows that have the same values in the given fields.",
	Usage:   "selfjoin [overwrite=<bool>] [max=<n>] [keepsingle=<bool>] <field-list>",
	Options: []Option{
		{"overwrite", Bool, "true", "fields of the other row replace those of the row"},
		{"max", Int, "1", "how many other rows a row is joined with; 0 all"},
		{"keepsingle", Bool, "false", "keep rows that no other row is like"},
	},
	Parse: parseSelfjoin,
}

var selfjoinGrammar = parser.NewGrammar[argList](parser.ArgTokens, "selfjoin id")

type selfjoinNode struct {
	opts  *options
	names []string
}

func parseSelfjoin(c *Command, a *parser.Args) (Node, source.Errors) {
	names, o, errs := fieldArgs(c, a, selfjoinGrammar)
	n := &selfjoinNode{opts: o, names: texts(names)}
	if len(n.names) == 0 && len(errs) == 0 {
		errs = append(errs, source.Errorf(source.Syntax, source.At(a.Base+len(a.Text)), "`selfjoin` needs the names of fields").WithHelp("for example: selfjoin id"))
	}
	return n, errs
}

func (n *selfjoinNode) String() string {
	return trimLeadingSpace(n.opts.String() + " " + nameList(n.names))
}

// Plan holds all rows. Choice: each row is joined with the first others after it, in
// the order of the rows, so that two rows make one pair and not two.
func (n *selfjoinNode) Plan(*Planning) *engine.Plan {
	return &engine.Plan{
		Wants: engine.Order,
		Reads: func(wanted batch.Fields) batch.Fields { return wanted.Add(n.names...) },
		Reduce: func(c *engine.Context) (engine.Operator, error) {
			d := &divided{ctx: c, name: "selfjoin", key: n.key, work: n.join}
			return holdRows(c, "selfjoin", d.run), nil
		},
	}
}

func (n *selfjoinNode) join(all spill.Positioned, keep func(spill.Positioned) error) error {
	cols := columnsNamed(all.Batch, n.names)
	groups := map[string][]int32{}
	var key []byte
	keys := make([]string, all.Rows)
	for r := range all.Rows {
		var ok bool
		if key, ok = rowKey(key[:0], cols, r); ok {
			keys[r] = string(key)
		} else {
			keys[r] = "\x02" + strconv.Itoa(r) // like no other row
		}
		groups[keys[r]] = append(groups[keys[r]], int32(r))
	}
	most, single := n.opts.int("max", 1), n.opts.bool("keepsingle", false)
	var left, right []int32
	for r := range all.Rows {
		group := groups[keys[r]]
		if len(group) == 1 && single {
			left, right = append(left, int32(r)), append(right, -1)
		}
		found := 0
		for _, s := range group {
			if s <= int32(r) {
				continue
			}
			left, right = append(left, int32(r)), append(right, s)
			if found++; found == most {
				break
			}
		}
	}
	if len(left) == 0 {
		return nil
	}
	out := spill.Positioned{Batch: all.Take(left), At: make([]int64, len(left))}
	for i, r := range left {
		out.At[i] = all.At[r]
	}
	for i := range all.Names {
		other, have := all.Cols[i].Take(right), out.Cols[i]
		if n.opts.bool("overwrite", true) {
			out.Cols[i] = coalesce(other, have, out.Rows)
		} else {
			out.Cols[i] = coalesce(have, other, out.Rows)
		}
	}
	return keep(out)
}

// key is what rows must share. A row without it is like no other.
func (n *selfjoinNode) key(b *batch.Batch) func([]byte, int) []byte {
	cols := columnsNamed(b, n.names)
	return func(key []byte, r int) []byte {
		key, _ = rowKey(key, cols, r)
		return key
	}
}
