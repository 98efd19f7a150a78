// Package spill is how a search works on more rows than fit in memory: it keeps count
// of what its commands hold, and puts rows into temporary files when that is too much.
//
// Read [Budget] first. Then what commands hold rows with: [Rows] keeps them in the
// order in which they came, [Sorter] sorts them, [Parts] divides them by the hash of a
// key so that each part can be worked on alone, and [Merge] brings sorted runs
// together. Each of them works in memory as long as it can. Whether it could changes
// no row and no order.
//
// Files hold rows in the binary form of package batch. They are made in the folder
// that the caller allows ([Folder]), and nothing is written when there is none.
package spill

import (
	"fmt"
	"sync/atomic"

	"spl/eval/batch"
)

// Budget is the memory that the commands of a run may hold together. It is safe for
// use by many goroutines; the nil Budget sets no limit.
type Budget struct {
	limit  int64 // bytes that may be held for good; 0: no limit
	spill  int64 // bytes from which on rows go to files; 0: never
	folder *Folder

	held atomic.Int64 // cannot be put into files
	soft atomic.Int64 // can be
}

// NewBudget makes a budget of so many bytes; 0 is no limit. From spillAt bytes on, rows
// go to files of the folder; 0 means limit. With a nil folder a command that needs
// more fails.
func NewBudget(limit, spillAt int64, folder *Folder) *Budget {
	if spillAt == 0 {
		spillAt = limit
	}
	return &Budget{limit: limit, spill: spillAt, folder: folder}
}

// Grow asks for n more bytes that stay in memory, for what, which names the command
// in the error.
func (b *Budget) Grow(n int64, what string) error {
	if b == nil {
		return nil
	}
	if held := b.held.Add(n); b.limit > 0 && held > b.limit {
		return b.tooMuch(what)
	}
	return nil
}

// Large says that so many bytes are too much to be held at once.
func (b *Budget) Large(n int64) bool { return b != nil && b.spill > 0 && n > b.spill/2 }

// Free gives memory back.
func (b *Budget) Free(n int64) {
	if b != nil {
		b.held.Add(-n)
	}
}

func (b *Budget) tooMuch(what string) error {
	return fmt.Errorf("%s needs more memory than the %s that commands may hold, which is somewhat less than half of --memory; allow more with it, or leave fewer rows and fields before this command", what, bytes(max(b.limit, b.spill)))
}

func bytes(n int64) string {
	switch {
	case n >= 1<<30 && n%(1<<30) == 0:
		return fmt.Sprintf("%d GB", n>>30)
	case n >= 1<<20:
		return fmt.Sprintf("%d MB", n>>20)
	case n >= 1<<10:
		return fmt.Sprintf("%d KB", n>>10)
	}
	return fmt.Sprintf("%d bytes", n)
}

// Share is what one operator holds of a budget and can put elsewhere. It is used by
// one goroutine.
type Share struct {
	budget *Budget
	what   string
	held   int64
}

// Share makes an empty share; what names the command in errors.
func (b *Budget) Share(what string) *Share { return &Share{budget: b, what: what} }

// leastShare is the part of the budget that an operator may hold whatever others do, so
// that what it puts into files comes in pieces worth the name.
const leastShare = 32

// Take counts n more bytes as held. It says whether the holder should now put what it
// holds elsewhere; an error, when that is due and nothing may be written.
func (s *Share) Take(n int64) (full bool, err error) {
	b := s.budget
	if b == nil {
		return false, nil
	}
	s.held += n
	total := b.soft.Add(n) + b.held.Load()
	if b.spill == 0 || total <= b.spill || s.held*leastShare < b.spill {
		return false, nil
	}
	if b.folder == nil {
		return false, b.tooMuch(s.what)
	}
	return true, nil
}

// Give gives n bytes back.
func (s *Share) Give(n int64) {
	if s.budget != nil {
		s.held -= n
		s.budget.soft.Add(-n)
	}
}

// Empty gives all back.
func (s *Share) Empty() { s.Give(s.held) }

// Adopt takes over what another share of the same budget holds.
func (s *Share) Adopt(o *Share) {
	s.held += o.held
	o.held = 0
}

// fanIn is how many runs are merged at a time: as many as leave room for a block of
// each.
func (b *Budget) fanIn() int {
	return int(min(max(b.spill/(4*blockBytes), 3), 64))
}

// Size is about how many bytes a batch holds in memory.
func Size(b *batch.Batch) int64 {
	n := int64(b.Rows)*24 + 128
	for i, c := range b.Cols {
		n += c.Size() + int64(len(b.Names[i])) + 96
	}
	return n
}
