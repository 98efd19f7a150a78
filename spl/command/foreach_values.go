package command

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"spl/eval/batch"
	"spl/parser"
	"spl/spl/engine"
)

// The modes of foreach that go through the values of one field. The template is one
// eval; it runs once for the first value of all rows that have one, once for the
// second, and so on. A value stands in it as a field that only the template sees,
// so that it need not be parsed for each value; only where the template puts it
// between quotes of its own is it text.

// itemField holds the value while the template runs. No query can name it.
const itemField = "\x00item"

// planValues: what an eval does to a row depends on the row alone, so it runs in
// parallel.
func (n *foreachNode) planValues(p *Planning) *engine.Plan {
	return &engine.Plan{
		Gives: opens,
		Reads: func(wanted batch.Fields) batch.Fields { return n.valueReads(p, wanted) },
		Map: engine.Streaming(func(c *engine.Context) (engine.MapFunc, error) {
			e := &eachValue{node: n, ctx: c, planning: p, textual: n.textual(), evals: map[string]engine.Operator{}}
			return e.run, nil
		}),
	}
}

// valueReads: each turn may read what the one before set, and rows without a value
// keep what they had.
func (n *foreachNode) valueReads(p *Planning, wanted batch.Fields) batch.Fields {
	wanted = wanted.Add(n.names[0])
	body, err := n.valueBody(parser.QuoteField(itemField), 0)
	if err != nil || pending(body) {
		return batch.AllFields
	}
	for {
		more := wanted.Union(readsOf(body, p, wanted))
		if more.All || len(more.Names) == len(wanted.Names) && len(more.Patterns) == len(wanted.Patterns) {
			return more.Without(itemField)
		}
		wanted = more
	}
}

// valueBody is the eval for one value.
func (n *foreachNode) valueBody(item string, i int) (*parser.Pipeline, error) {
	number := strconv.Itoa(i)
	return n.parse([]string{
		n.opts.text("itemstr", "<<ITEM>>"), item,
		n.opts.text("iterstr", "<<ITER>>"), number,
		n.opts.text("fieldstr", "<<FIELD>>"), n.names[0],
	}, "value "+number+" of `"+n.names[0]+"`")
}

// textual says whether the template has the value between quotes.
func (n *foreachNode) textual() bool {
	item := n.opts.text("itemstr", "<<ITEM>>")
	quote := byte(0)
	for i := 0; i < len(n.template); i++ {
		switch c := n.template[i]; {
		case c == '\\' && quote != 0:
			i++
		case quote != 0 && strings.HasPrefix(n.template[i:], item):
			return true
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case c == quote:
			quote = 0
		}
	}
	return false
}

var errNested = errors.New("foreach: a subsearch cannot stand in the template of this mode")

// eachValue runs the template.
type eachValue struct {
	node     *foreachNode
	ctx      *engine.Context
	planning *Planning
	textual  bool
	evals    map[string]engine.Operator // by the number of the value, and its text
}

// maxTemplates bounds how many parsed templates are kept.
const maxTemplates = 1000

func (e *eachValue) run(b *batch.Batch) (*batch.Batch, error) {
	values := make([][]string, b.Rows)
	c := b.Col(e.node.names[0])
	most := 0
	for r := range values {
		values[r] = e.node.values(c.Values(r))
		most = max(most, len(values[r]))
	}
	for i := range most {
		if err := e.ctx.Err(); err != nil {
			return nil, err
		}
		var err error
		if b, err = e.turn(b, values, i); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// values are what to go through in a row.
func (n *foreachNode) values(vals []string) []string {
	if n.mode == "multivalue" || n.mode == "auto_collections" && len(vals) != 1 {
		return vals
	}
	if len(vals) == 0 {
		return nil
	}
	top := gjson.Parse(vals[0])
	if !gjson.Valid(vals[0]) || !top.IsArray() {
		if n.mode == "auto_collections" {
			return vals
		}
		return nil
	}
	var out []string
	for _, x := range top.Array() {
		if x.Type == gjson.String {
			out = append(out, x.String())
		} else {
			out = append(out, x.Raw)
		}
	}
	return out
}

// turn runs the template for value i of the rows that have so many.
func (e *eachValue) turn(b *batch.Batch, values [][]string, i int) (*batch.Batch, error) {
	var order []string
	groups := map[string][]int32{}
	for r, vals := range values {
		if i >= len(vals) {
			continue
		}
		key := ""
		if e.textual {
			key = vals[i]
		}
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], int32(r))
	}
	for _, key := range order {
		rows := groups[key]
		part := b
		if len(rows) < b.Rows {
			part = b.Take(rows)
		}
		items := make([]string, len(rows))
		for j, r := range rows {
			items[j] = values[r][i]
		}
		out, err := e.eval(part, key, items, i)
		if err != nil {
			return nil, err
		}
		b = scatter(b, rows, out)
	}
	return b, nil
}

func (e *eachValue) eval(b *batch.Batch, key string, items []string, i int) (*batch.Batch, error) {
	op, err := e.operator(key, i)
	if err != nil && leaveOut(e.ctx, err) {
		return b, nil
	}
	if err != nil {
		return nil, err
	}
	b = b.Clone()
	b.Set(itemField, batch.Strings(items))
	var out *batch.Batch
	if err := op.Push(b, func(b *batch.Batch) error { out = b; return nil }); err != nil {
		return nil, err
	}
	out = out.Clone()
	out.Drop(itemField)
	return out, nil
}

// operator is the eval for value i; with quotes around the value, for the value key.
func (e *eachValue) operator(key string, i int) (engine.Operator, error) {
	id := strconv.Itoa(i) + " " + key
	if op := e.evals[id]; op != nil {
		return op, nil
	}
	item := parser.QuoteField(itemField)
	if e.textual {
		item = strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(key)
	}
	body, err := e.node.valueBody(item, i)
	if err != nil {
		return nil, err
	}
	if pending(body) {
		return nil, errNested
	}
	op, err := Plans(body, e.planning)[0].Map(e.ctx)
	if err == nil && len(e.evals) < maxTemplates {
		e.evals[strings.Clone(id)] = op
	}
	return op, err
}

// scatter puts the rows of part, which are some of b's, in their places in b.
func scatter(b *batch.Batch, rows []int32, part *batch.Batch) *batch.Batch {
	if len(rows) == b.Rows {
		return part
	}
	at := make([]int32, b.Rows)
	for i := range at {
		at[i] = -1
	}
	for i, r := range rows {
		at[r] = int32(i)
	}
	out := b.Clone()
	for _, name := range slices.Clone(part.Names) {
		have, set := out.Col(name), part.Col(name)
		var bl batch.Builder
		bl.Grow(b.Rows)
		for r := range b.Rows {
			if at[r] >= 0 {
				bl.Append(set.Values(int(at[r]))...)
			} else {
				bl.Append(have.Values(r)...)
			}
		}
		out.Set(name, bl.Column())
	}
	return out
}
