package command

import (
	"math"
	"slices"

	"spl/eval/agg"
	"spl/eval/batch"
)

// slide moves the window on to a row and gives the results over it.
func (s *stream) slide(h *heldBatch, r int32, ids []int32, out []batch.Builder) {
	at := int32(-1)
	if !s.global {
		at = ids[0]
	}
	if s.current {
		for _, id := range ids {
			s.enter(h, r, id)
		}
	}
	q := s.queue(at)
	s.expire(q, h, r)
	s.windowResults(q, ids[0], out)
	if !s.current {
		for _, id := range ids {
			s.enter(h, r, id)
		}
		for _, id := range ids {
			if s.global {
				id = -1
			}
			s.shrink(s.queue(id))
		}
	}
}

func (s *stream) queue(id int32) *queue {
	q := s.queues[id]
	if q == nil {
		q = &queue{}
		s.queues[id] = q
	}
	return q
}

func (s *stream) enter(h *heldBatch, r, id int32) {
	at := int32(-1)
	if !s.global {
		at = id
	}
	q := s.queue(at)
	h.refs++
	q.rows = append(q.rows, windowRow{h, r, id})
}

func (s *stream) shrink(q *queue) {
	for s.window > 0 && q.len() > s.window {
		s.drop(q)
	}
}

// expire drops the rows that a window leaves behind. Choice: a row exactly
// time_window away is still in it.
func (s *stream) expire(q *queue, h *heldBatch, r int32) {
	s.shrink(q)
	if s.seconds == 0 {
		return
	}
	now, _ := h.time.Number(int(r))
	for q.len() > 0 {
		x := q.rows[q.head]
		if t, _ := x.h.time.Number(int(x.row)); math.Abs(now-t) <= s.seconds {
			return
		}
		s.drop(q)
	}
}

func (s *stream) drop(q *queue) {
	h := q.rows[q.head].h
	q.rows[q.head] = windowRow{}
	q.head++
	if q.head > 64 && q.head*2 > len(q.rows) {
		q.rows, q.head = slices.Clone(q.rows[q.head:]), 0
	}
	if h.refs--; h.refs == 0 {
		s.ctx.Budget.Free(h.size)
		h.size = 0
	}
}

// windowResults aggregates the rows of a window that are of one group.
func (s *stream) windowResults(q *queue, id int32, out []batch.Builder) {
	accs := make([]agg.Accumulator, len(s.slots))
	for i, x := range s.slots {
		accs[i] = s.node.calls[x.call].state(s.ctx, s.settings)
	}
	var rows, zeros []int32
	add := func(h *heldBatch) {
		for i, in := range h.inputs {
			accs[i].Add(in, rows, zeros[:len(rows)])
		}
		rows = rows[:0]
	}
	var last *heldBatch
	for _, x := range q.rows[q.head:] {
		if x.group != id {
			continue
		}
		if last != nil && last != x.h {
			add(last)
		}
		last = x.h
		rows = append(rows, x.row)
		if len(zeros) < len(rows) {
			zeros = append(zeros, 0)
		}
	}
	if last != nil {
		add(last)
	}
	for i, x := range s.slots {
		if x.seen {
			out[i].Append(accs[i].Result(0)...)
		} else {
			out[i].Null()
		}
	}
}
