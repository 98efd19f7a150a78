package command

import (
	"spl/eval/batch"
	"spl/spl/engine"
	"spl/spl/spill"
)

// divided is the work of a command whose rows have to do with one another only where
// they have the same key. Where the rows do not fit in memory they are divided by the
// hash of it, and each part is worked on by itself.
type divided struct {
	ctx  *engine.Context
	name string // of the command
	// key gives what appends the key of a row of a batch.
	key func(b *batch.Batch) func(key []byte, row int) []byte
	// work takes rows in order, at least one, and keeps what comes of them, in the order
	// of their positions.
	work func(rows spill.Positioned, keep func(spill.Positioned) error) error
}

// run works on rows that were held.
func (d *divided) run(rows *spill.Rows, emit engine.Emit) error {
	give := func(p spill.Positioned) error {
		for from := 0; from < p.Rows; from += 1024 {
			if err := d.ctx.Err(); err != nil {
				return err
			}
			if err := emit(p.Batch.Slice(from, min(p.Rows, from+1024))); err != nil {
				return err
			}
		}
		return nil
	}
	if rows.Len() == 0 {
		return nil
	}
	at := int64(0)
	if !rows.InFile() {
		bs, err := rows.All()
		if err != nil {
			return err
		}
		return d.work(spill.Numbered(batch.Concat(bs), &at), give)
	}
	return d.parts(0, func(f func(spill.Positioned) error) error {
		return rows.Drain(func(b *batch.Batch) error { return f(spill.Numbered(b, &at)) })
	}, give)
}

// parts divides rows and works on each part.
func (d *divided) parts(depth int, rows func(f func(spill.Positioned) error) error, keep func(spill.Positioned) error) error {
	parts, err := d.ctx.Budget.NewParts(depth)
	if err != nil {
		return err
	}
	defer parts.Close()
	err = rows(func(p spill.Positioned) error {
		if err := d.ctx.Err(); err != nil {
			return err
		}
		key := d.key(p.Batch)
		all, hashes := make([]int32, p.Rows), make([]uint64, p.Rows)
		var buf []byte
		for r := range all {
			buf = key(buf[:0], r)
			all[r], hashes[r] = int32(r), spill.Hash(buf)
		}
		return parts.Add(p, all, hashes)
	})
	if err != nil {
		return err
	}
	err = parts.Each(func(_ int, r *spill.Run) error {
		if err := d.part(depth, r, parts.Keep); err != nil {
			return err
		}
		return parts.Next()
	})
	if err != nil {
		return err
	}
	return parts.Merged(d.ctx, keep)
}

// part works on one part, which is divided once more when it is too large.
func (d *divided) part(depth int, r *spill.Run, keep func(spill.Positioned) error) error {
	const inMemory = 4 // times what it takes in a file
	if d.ctx.Budget.Large(r.Bytes()*inMemory) && spill.CanDivide(depth+1) && depth < 2 {
		return d.parts(depth+1, r.Each, keep)
	}
	var bs []*batch.Batch
	var at []int64
	size := int64(0)
	err := r.Each(func(p spill.Positioned) error {
		bs, at = append(bs, p.Batch), append(at, p.At...)
		n := 2 * spill.Size(p.Batch)
		size += n
		return d.ctx.Budget.Grow(n, "`"+d.name+"`")
	})
	defer func() { d.ctx.Budget.Free(size) }()
	if err != nil {
		return err
	}
	return d.work(spill.Positioned{Batch: batch.Concat(bs), At: at}, keep)
}
