package engine

import "spl/eval/batch"

// Chain makes one operator of several, each taking what the one before emits.
func Chain(ops ...Operator) Operator { return &chained{ops: ops} }

// chained links operators anew for each batch, since where the last one emits to
// may change with each call.
type chained struct {
	ops []Operator
}

func (c *chained) Push(b *batch.Batch, emit Emit) error { return c.push(0, b, emit) }

func (c *chained) push(i int, b *batch.Batch, emit Emit) error {
	if i == len(c.ops) {
		return emit(b)
	}
	return c.ops[i].Push(b, c.after(i, emit))
}

func (c *chained) after(i int, emit Emit) Emit {
	return func(b *batch.Batch) error { return c.push(i+1, b, emit) }
}

func (c *chained) Flush(emit Emit) error {
	for i, op := range c.ops {
		if err := op.Flush(c.after(i, emit)); err != nil && err != Enough { //nolint:errorlint // a sentinel passed as it is
			return err
		}
	}
	return nil
}

// Compose makes one plan of several, for a command that stands for a pipeline. It
// reads the input where they do: none of them may generate rows. What they say of
// filters is not passed on, since the rows that come out are not those that went in.
func Compose(plans []*Plan) *Plan {
	c := NewCut(plans, batch.AllFields)
	out := &Plan{Wants: c.Wants, Limit: c.Limit}
	for _, p := range plans {
		out.Makes = out.Makes || p.Makes
		out.Draws = out.Draws || p.Draws
		if p.Shape != SameShape {
			out.Shape = p.Shape
		}
	}
	out.Reads = func(wanted batch.Fields) batch.Fields {
		for i := len(plans) - 1; i >= 0; i-- {
			if plans[i].Reads != nil {
				wanted = plans[i].Reads(wanted)
			}
		}
		return wanted
	}
	out.Gives = func(s Schema) Schema { return Gives(plans, s) }
	out.Map = func(ctx *Context) (Operator, error) {
		ops, err := c.mapOps(ctx)
		return Chain(ops...), err
	}
	if len(c.Reduce) > 0 {
		out.Reduce = func(ctx *Context) (Operator, error) {
			ops, err := c.reduceOps(ctx)
			return Chain(ops...), err
		}
	}
	return out
}
