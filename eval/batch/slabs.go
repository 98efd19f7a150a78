package batch

import (
	"math"
	"math/bits"
)

// Slabs are room for columns that nobody looks at for longer than their rows are under
// way. Where a plan keeps nothing of what it is given (see [Scan.Transient]), the reader
// puts them into its batches, and uses the room again when it is done with a part.
//
// A nil *Slabs is legal: columns made with it have memory of their own.
type Slabs struct {
	vals shelf[string]
	offs shelf[int32]
	nums shelf[float64]
}

// Builder makes a column of so many rows.
func (s *Slabs) Builder(rows int) Builder {
	if s == nil {
		return Builder{vals: make([]string, 0, rows)}
	}
	return Builder{vals: s.vals.take(rows), slabs: s}
}

// offsets is room for n offsets of values.
func (s *Slabs) offsets(n int) []int32 {
	if s == nil {
		return make([]int32, 0, n)
	}
	return s.offs.take(n)
}

// floats is room for n numbers.
func (s *Slabs) floats(n int) []float64 {
	if s == nil {
		return make([]float64, 0, n)
	}
	return s.nums.take(n)
}

// Builder makes a column of the batch's rows that is handed on with them, and not kept.
func (b *Batch) Builder() Builder { return b.Slabs.Builder(b.Rows) }

// Release takes all room back; scrubbed makes sure that nobody finds what was there.
func (s *Slabs) Release(scrubbed bool) {
	if scrubbed {
		s.vals.fill("#scrubbed#")
		s.offs.fill(-1)
		s.nums.fill(math.Pi)
	}
	s.vals.release(!scrubbed) // what the texts are parts of may go
	s.offs.release(false)
	s.nums.release(false)
}

// shelf holds slices that are in use, and those that are free.
type shelf[T any] struct{ free, used [][]T }

const (
	maxSlabs = 64   // how many slices of one kind are lent at a time; further ones are not used again
	minSlab  = 256  // values in the least of them: whoever needs fewer takes it, too
	maxSlab  = 8192 // values in the largest
)

// take gives room for n values.
func (s *shelf[T]) take(n int) []T {
	if n > maxSlab || len(s.used) >= maxSlabs {
		return make([]T, 0, n)
	}
	for i := len(s.free) - 1; i >= 0; i-- {
		if v := s.free[i]; cap(v) >= n {
			s.free[i] = s.free[len(s.free)-1]
			s.free = s.free[:len(s.free)-1]
			s.used = append(s.used, v)
			return v[:0]
		}
	}
	v := make([]T, 0, max(minSlab, 1<<bits.Len(uint(n-1))))
	s.used = append(s.used, v)
	return v
}

func (s *shelf[T]) fill(v T) {
	for _, u := range s.used {
		u = u[:cap(u)]
		for i := range u {
			u[i] = v
		}
	}
}

func (s *shelf[T]) release(cleared bool) {
	for _, v := range s.used {
		if cleared {
			clear(v[:cap(v)])
		}
		s.free = append(s.free, v[:0])
	}
	clear(s.used)
	s.used = s.used[:0]
}
