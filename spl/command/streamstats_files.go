package command

import (
	"errors"
	"slices"

	"spl/eval/batch"
	"spl/spl/engine"
	"spl/spl/spill"
)

// divides says that groups have nothing to do with one another, so that they may be gone
// through one after the other.
func (n *streamNode) divides() bool {
	return len(n.by) > 0 && n.window <= 0 && n.span.Seconds() <= 0 && n.resets[0] == nil && n.resets[1] == nil &&
		!n.opts.bool("reset_on_change", false) && !slices.ContainsFunc(n.calls, (*call).wild)
}

// streamFiles is what streamstats does when its groups take too much memory: it takes no
// new ones. A row of another group is put aside, into one of several parts by the hash
// of its key. In the end each part is gone through by itself, and the rows come together
// in order.
type streamFiles struct {
	ctx   *engine.Context
	node  *streamNode
	share *spill.Share
	depth int
	at    int64        // the position of the next row
	parts *spill.Parts // nil: all groups are in memory
	full  bool         // that is no longer so

	aside  []int32 // of the batch that is worked on: rows of groups that are not in memory
	hashes []uint64
}

// take counts memory.
func (f *streamFiles) take(n int64) error {
	full, err := f.share.Take(n)
	f.full = f.full || full && spill.CanDivide(f.depth)
	return err
}

// ids are the groups of a row once no new ones are taken; before that it says that it is
// not done.
func (f *streamFiles) ids(s *stream, by []*batch.Column, r int) (ids []int32, done bool, err error) {
	if f.parts == nil {
		return nil, false, nil
	}
	values := make([]string, len(by))
	for i, c := range by {
		switch c.Count(r) {
		case 0:
			return nil, true, nil
		case 1:
			values[i], _ = c.First(r)
		default:
			return nil, true, errors.New("the groups of `streamstats` need more memory than this search may use, and a field of BY has several values; allow more with --memory, or narrow the search")
		}
	}
	if id, ok := s.groups.known(values); ok {
		return []int32{id}, true, nil
	}
	f.aside, f.hashes = append(f.aside, int32(r)), append(f.hashes, keyHash(values))
	return nil, true, nil
}

// push takes rows and passes on those that are done.
func (f *streamFiles) push(s *stream, b *batch.Batch, emit engine.Emit) error {
	return f.add(s, spill.Numbered(b, &f.at), func(p spill.Positioned) error { return emit(p.Batch) })
}

func (f *streamFiles) add(s *stream, p spill.Positioned, emit func(spill.Positioned) error) (err error) {
	if f.full && f.parts == nil {
		if f.parts, err = f.ctx.Budget.NewParts(f.depth); err != nil {
			return err
		}
	}
	f.aside, f.hashes = f.aside[:0], f.hashes[:0]
	res, err := s.add(p.Batch)
	if err != nil {
		return err
	}
	out := spill.Positioned{Batch: res, At: p.At}
	if f.parts == nil {
		return emit(out)
	}
	if err := f.parts.Add(p, f.aside, f.hashes); err != nil {
		return err
	}
	if len(f.aside) > 0 {
		var rows []int32
		for r := range int32(p.Rows) {
			if _, aside := slices.BinarySearch(f.aside, r); !aside {
				rows = append(rows, r)
			}
		}
		out = out.Pick(rows)
	}
	return f.parts.Keep(out) // others may come before
}

// flush goes through the rows that were put aside.
func (f *streamFiles) flush(s *stream, emit func(spill.Positioned) error) error {
	f.share.Empty()
	if f.parts == nil {
		return nil
	}
	s.reset() // what it holds is of no more use
	defer f.parts.Close()
	if err := f.parts.Next(); err != nil {
		return err
	}
	err := f.parts.Each(func(_ int, r *spill.Run) error {
		part, err := newStream(f.node, f.ctx)
		if err != nil {
			return err
		}
		part.files.depth = f.depth + 1
		err = r.Each(func(p spill.Positioned) error {
			if err := f.ctx.Err(); err != nil {
				return err
			}
			return part.files.add(part, p, f.parts.Keep)
		})
		if err == nil {
			err = part.files.flush(part, f.parts.Keep)
		}
		if err != nil {
			return err
		}
		return f.parts.Next()
	})
	if err != nil {
		return err
	}
	return f.parts.Merged(f.ctx, emit)
}
