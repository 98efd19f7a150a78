package engine

import "spl/eval/batch"

// chain is operators one behind the other, ending in a sink.
type chain struct {
	ops  []Operator
	emit []Emit // emit[i] takes what ops[i] emits
	// done[i] says that ops[i] asked for no more.
	done []bool
}

// newChain links operators. sink takes what comes out of the last.
func newChain(ops []Operator, sink Emit) *chain {
	c := &chain{ops: ops, emit: make([]Emit, len(ops)), done: make([]bool, len(ops))}
	for i := range ops {
		if i == len(ops)-1 {
			c.emit[i] = sink
			continue
		}
		c.emit[i] = func(b *batch.Batch) error { return c.push(i+1, b) }
	}
	if len(ops) == 0 {
		c.emit = []Emit{sink}
	}
	return c
}

// Push sends rows in at the front.
func (c *chain) Push(b *batch.Batch) error {
	if len(c.ops) == 0 {
		return c.emit[0](b)
	}
	return c.push(0, b)
}

func (c *chain) push(i int, b *batch.Batch) error {
	if c.done[i] {
		return Enough
	}
	err := c.ops[i].Push(b, c.emit[i])
	if err == Enough { //nolint:errorlint // a sentinel passed as it is
		c.done[i] = true
	}
	return err
}

// Flush tells each operator in turn that its input has ended.
func (c *chain) Flush() error { return c.flush(len(c.ops)) }

// flush tells the first n operators.
func (c *chain) flush(n int) error {
	for i, op := range c.ops[:n] {
		if err := op.Flush(c.emit[i]); err != nil && err != Enough { //nolint:errorlint // a sentinel passed as it is
			return err
		}
	}
	return nil
}

// mapOps makes one worker's operators of the map part.
func (c *Cut) mapOps(ctx *Context) ([]Operator, error) {
	plans := c.Map
	if len(c.Reduce) > 0 && c.Reduce[0].Map != nil {
		plans = append(plans[:len(plans):len(plans)], c.Reduce[0])
	}
	var ops []Operator
	for _, p := range plans {
		if p.Map == nil {
			continue
		}
		op, err := p.Map(ctx)
		if err != nil {
			return nil, err
		}
		if c.Trace != nil {
			op = c.Trace.wrap(ctx, p, op, true, p.Reduce == nil)
		}
		ops = append(ops, op)
	}
	return ops, nil
}

// reduceOps makes the operators that see everything.
func (c *Cut) reduceOps(ctx *Context) ([]Operator, error) {
	var ops []Operator
	add := func(p *Plan, make func(*Context) (Operator, error), in, out bool) error {
		if make == nil {
			return nil
		}
		op, err := make(ctx)
		if c.Trace != nil && err == nil {
			op = c.Trace.wrap(ctx, p, op, in, out)
		}
		ops = append(ops, op)
		return err
	}
	for i, p := range c.Reduce {
		if i > 0 && !p.Thins {
			if err := add(p, p.Map, true, p.Reduce == nil); err != nil {
				return nil, err
			}
		}
		if err := add(p, p.Reduce, p.Map == nil || p.Thins && i > 0, true); err != nil {
			return nil, err
		}
		// What neither sees the order of rows nor makes one (eventstats) passes their
		// places on, for somebody behind it may ask.
		if p.Reduce != nil && (p.Makes || p.Wants == Order) {
			ops[len(ops)-1] = &numbered{op: ops[len(ops)-1]}
		}
	}
	return ops, nil
}

// numbered gives the rows that an operator emits their places: the order in which
// they come out.
type numbered struct {
	op   Operator
	from int64
}

func (n *numbered) Push(b *batch.Batch, emit Emit) error { return n.op.Push(b, n.number(emit)) }
func (n *numbered) Flush(emit Emit) error                { return n.op.Flush(n.number(emit)) }

// Absorb is part of [Absorber], if the operator within is one.
func (n *numbered) Absorb(maps []Operator) ([]Operator, error) {
	if a, ok := n.op.(Absorber); ok {
		return a.Absorb(maps)
	}
	return maps, nil
}

func (n *numbered) number(emit Emit) Emit {
	return func(b *batch.Batch) error {
		if b.Places != nil || b.From != n.from {
			b = b.Clone()
			b.Places, b.From = nil, n.from
		}
		n.from += int64(b.Rows)
		return emit(b)
	}
}
