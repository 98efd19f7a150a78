package command

import (
	"slices"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
	"spl/spl/spill"
)

var mvcombineCommand = Command{
	Name:    "mvcombine",
	Kind:    Transforming,
	Summary: "Makes one row of rows that differ in one field only.",
	Usage:   `mvcombine [delim="<text>"] <field>`,
	Options: []Option{{"delim", Text, " ", "what stands between the values where nomv makes them one text"}},
	Parse:   parseMvcombine,
}

var mvcombineGrammar = parser.NewGrammar[argList](parser.NameTokens, `mvcombine delim="," host`)

type mvcombineNode struct {
	field string
	opts  *options
}

func parseMvcombine(c *Command, a *parser.Args) (Node, source.Errors) {
	field, o, errs := oneField(c, a, mvcombineGrammar, "")
	return &mvcombineNode{field, o}, errs
}

func (n *mvcombineNode) String() string {
	s := n.opts.String() + " " + parser.Word(n.field)
	return s[1:]
}

func (n *mvcombineNode) Plan(p *Planning) *engine.Plan {
	p.joinWith(n.field, n.opts.text("delim", " "))
	return &engine.Plan{
		Wants: engine.Order,
		Note:  "it has to see all rows to find those that are equal",
		Reads: func(batch.Fields) batch.Fields { return batch.AllFields },
		Reduce: func(c *engine.Context) (engine.Operator, error) {
			return &holdAll{ctx: c, name: "mvcombine", then: func(bs []*batch.Batch, emit engine.Emit) error {
				return n.combine(c, bs, emit)
			}}, nil
		},
	}
}

// combine groups rows that are the same in all other fields.
//
// Choice: the row that stays is the first, in its place. A row without the field
// belongs to its group like any other.
func (n *mvcombineNode) combine(c *engine.Context, bs []*batch.Batch, emit engine.Emit) error {
	all := fieldNames(bs)
	all = slices.DeleteFunc(all, func(name string) bool { return name == n.field })
	var firsts []spill.Ref
	var values [][]string
	groups := map[string]int{}
	var key []byte
	for i, b := range bs {
		if err := c.Err(); err != nil {
			return err
		}
		cols := make([]*batch.Column, len(all))
		for j, name := range all {
			cols[j] = b.Col(name)
		}
		field := b.Col(n.field)
		for r := range b.Rows {
			key = wholeKey(key[:0], cols, r)
			g, ok := groups[string(key)]
			if !ok {
				g = len(firsts)
				if err := c.Budget.Grow(int64(len(key))+96, "`mvcombine`"); err != nil {
					return err
				}
				groups[string(key)] = g
				firsts = append(firsts, spill.Ref{Batch: int32(i), Row: int32(r)})
				values = append(values, nil)
			}
			values[g] = append(values[g], field.Values(r)...)
		}
	}
	done := 0
	return spill.Pick(c, bs, firsts, func(b *batch.Batch) error {
		var bl batch.Builder
		for _, v := range values[done : done+b.Rows] {
			bl.Append(v...)
		}
		done += b.Rows
		b.Set(n.field, bl.Column()) // the batch was made for us
		return emit(b)
	})
}

// wholeKey appends a row's values in some columns, those that are missing too.
func wholeKey(key []byte, cols []*batch.Column, row int) []byte {
	for _, c := range cols {
		for _, v := range c.Values(row) {
			key = append(appendKey(key, v), 1)
		}
		key = append(key, 0)
	}
	return key
}
