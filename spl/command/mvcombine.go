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
	p.joiners.set(n.field, n.opts.text("delim", " "))
	return &engine.Plan{
		Wants: engine.Order,
		Note:  "it has to see all rows to find those that are equal",
		Reads: func(batch.Fields) batch.Fields { return batch.AllFields },
		Reduce: func(c *engine.Context) (engine.Operator, error) {
			return holdRows(c, "mvcombine", func(rows *spill.Rows, emit engine.Emit) error {
				others := slices.DeleteFunc(rows.Fields(), func(name string) bool { return name == n.field })
				key := func(b *batch.Batch) func([]byte, int) []byte {
					cols := columnsNamed(b, others)
					return func(key []byte, r int) []byte { return wholeKey(key, cols, r) }
				}
				d := &divided{ctx: c, name: "mvcombine", key: key}
				d.work = func(rows spill.Positioned, keep func(spill.Positioned) error) error {
					return n.combine(c, key(rows.Batch), rows, keep)
				}
				return d.run(rows, emit)
			}), nil
		},
	}
}

// combine groups rows that are the same in all other fields.
//
// Choice: the row that stays is the first, in its place. A row without the field
// belongs to its group like any other.
func (n *mvcombineNode) combine(c *engine.Context, keyOf func([]byte, int) []byte, rows spill.Positioned, keep func(spill.Positioned) error) error {
	var firsts []int32
	var values [][]string
	groups := map[string]int{}
	var key []byte
	size := int64(0)
	defer func() { c.Budget.Free(size) }()
	field := rows.Col(n.field)
	for r := range rows.Rows {
		if r%1024 == 0 && c.Err() != nil {
			return c.Err()
		}
		key = keyOf(key[:0], r)
		g, ok := groups[string(key)]
		if !ok {
			g = len(firsts)
			size += int64(len(key)) + 96
			if err := c.Budget.Grow(int64(len(key))+96, "`mvcombine`"); err != nil {
				return err
			}
			groups[string(key)] = g
			firsts, values = append(firsts, int32(r)), append(values, nil)
		}
		values[g] = append(values[g], field.Values(r)...)
	}
	var bl batch.Builder
	for _, v := range values {
		bl.Append(v...)
	}
	out := rows.Pick(firsts)
	out.Batch = out.Clone()
	out.Set(n.field, bl.Column())
	return keep(out)
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
