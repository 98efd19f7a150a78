package spill

import (
	"context"
)

// Order says how rows sort. K is what is made ready of a batch for comparing its rows.
// Rows that compare as equal keep the order in which they came.
type Order[K any] struct {
	Keys    func(p Positioned) K
	Compare func(x K, i int, y K, j int) int
	// Prefix is a number of a row so that of two rows with different numbers the one with
	// the lesser comes first. It saves most comparing; nil: there is none.
	Prefix func(x K, i int) uint64
	// Keyed tells the columns that keys are made of; nil does not. Where it is set, runs
	// can be merged on several goroutines; see [Runs.Ranges].
	Keyed func(name string) bool
}

// Cursor stands on a row of a sorted run.
type Cursor[K any] struct {
	Positioned
	Keys K
	Row  int

	end  int                        // the row after the last that belongs to the merge
	last bool                       // no later block has rows that do
	next func() (Positioned, error) // no rows: the end
	slot slot
	id   int
}

// Merge goes through the rows of several runs in order.
type Merge[K any] struct {
	order   Order[K]
	heap    []*Cursor[K]
	started bool
	all     []*Cursor[K]
	// Rows before from, and from to on, are left out; nil leaves out none.
	from, to *bound[K]
}

// NewMerge merges runs. Equal rows come in the order of the runs.
func NewMerge[K any](order Order[K], runs []*Run) *Merge[K] {
	m := &Merge[K]{order: order}
	for _, r := range runs {
		m.add(r, 0)
	}
	return m
}

// add adds a run from a block on.
func (m *Merge[K]) add(r *Run, from int) {
	m.all = append(m.all, &Cursor[K]{id: len(m.all), next: func() (Positioned, error) {
		if from >= r.Blocks() {
			return Positioned{}, nil
		}
		from++
		return r.Block(from - 1)
	}})
}

// Next moves to the next row. The cursor is good until the next call; nil at the end.
func (m *Merge[K]) Next() (*Cursor[K], error) {
	if !m.started {
		return m.start()
	}
	if len(m.heap) == 0 {
		return nil, nil
	}
	c := m.heap[0]
	if c.Row++; c.Row == c.end {
		if more, err := m.load(c); err != nil {
			return nil, err
		} else if !more {
			last := len(m.heap) - 1
			m.heap[0] = m.heap[last]
			m.heap[last] = nil
			m.heap = m.heap[:last]
		}
	}
	m.down(0)
	return m.top(), nil
}

func (m *Merge[K]) start() (*Cursor[K], error) {
	m.started = true
	for _, c := range m.all {
		more, err := m.load(c)
		if err != nil {
			return nil, err
		}
		if more {
			m.heap = append(m.heap, c)
		}
	}
	m.all = nil
	for i := len(m.heap)/2 - 1; i >= 0; i-- {
		m.down(i)
	}
	return m.top(), nil
}

func (m *Merge[K]) top() *Cursor[K] {
	if len(m.heap) == 0 {
		return nil
	}
	return m.heap[0]
}

// load reads the next block of a run with rows of the range; false at its end.
func (m *Merge[K]) load(c *Cursor[K]) (bool, error) {
	for !c.last {
		p, err := c.next()
		if err != nil || p.Batch == nil {
			c.Positioned = Positioned{}
			return false, err
		}
		c.Positioned, c.slot = p, slot{}
		c.Keys = m.order.Keys(p)
		c.Row, c.end = m.order.within(c.Keys, p.Rows, m.from, m.to)
		c.last = c.end < p.Rows
		if c.Row < c.end {
			return true, nil
		}
	}
	c.Positioned = Positioned{}
	return false, nil
}

func (m *Merge[K]) less(x, y *Cursor[K]) bool {
	c := m.order.Compare(x.Keys, x.Row, y.Keys, y.Row)
	return c < 0 || c == 0 && x.id < y.id
}

func (m *Merge[K]) down(i int) {
	for {
		least := i
		for j := 2*i + 1; j <= 2*i+2 && j < len(m.heap); j++ {
			if m.less(m.heap[j], m.heap[least]) {
				least = j
			}
		}
		if least == i {
			return
		}
		m.heap[i], m.heap[least] = m.heap[least], m.heap[i]
		i = least
	}
}

// Each gives the rows in order as batches, at most so many rows; 0: all.
func (m *Merge[K]) Each(ctx context.Context, limit int, f func(Positioned) error) error {
	var g gatherer
	size := int64(0)
	for n := 0; limit == 0 || n < limit; n++ {
		c, err := m.Next()
		if err != nil {
			return err
		}
		if c == nil {
			break
		}
		if c.slot.round != g.round+1 {
			size += Size(c.Batch)
		}
		g.put(c.Batch, int32(c.Row), &c.slot)
		if c.At != nil {
			g.at = append(g.at, c.At[c.Row])
		}
		// Rows from many blocks keep all of these in memory.
		if len(g.refs) == blockRows || size > int64(len(m.heap)+8)*2*blockBytes {
			if err := ctx.Err(); err != nil {
				return err
			}
			size = 0
			if err := f(g.take()); err != nil {
				return err
			}
		}
	}
	if len(g.refs) > 0 {
		return f(g.take())
	}
	return nil
}
