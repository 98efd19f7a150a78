package command

import (
	"slices"

	"spl/eval/batch"
	"spl/spl/engine"
	"spl/spl/spill"
)

// eventstatsFile are the rows of eventstats divided by the hash of their keys. A row
// with several keys lies in the part of each: it counts in all, and comes out of the
// part of the first.
type eventstatsFile struct {
	*eventstats
	parts   *spill.Parts
	at      int64    // the position of the next row
	columns []string // of the rows, in the order in which they first appeared
	have    map[string]bool
}

// divide puts all rows that came so far into parts, and gives up their groups.
func (e *eventstats) divide() error {
	parts, err := e.ctx.Budget.NewParts(0)
	if err != nil {
		return err
	}
	e.parts = &eventstatsFile{eventstats: e, parts: parts, have: map[string]bool{}}
	e.clear(e.aggregator.groups.splits)
	e.ctx.Budget.Free(int64(4 * len(e.own)))
	e.own = nil
	return e.rows.Drain(e.parts.add)
}

// add puts rows into their parts. A row without a group is done.
func (f *eventstatsFile) add(b *batch.Batch) error {
	p := spill.Numbered(b, &f.at)
	for _, n := range b.Names {
		if !f.have[n] {
			f.have[n] = true
			f.columns = append(f.columns, n)
		}
	}
	without, err := f.put(f.parts, nil, p)
	if err != nil {
		return err
	}
	return f.parts.Keep(p.Pick(without))
}

// put puts the rows of the part at path into parts of it, and gives those without a key.
func (f *eventstatsFile) put(parts *spill.Parts, path []int, p spill.Positioned) (without []int32, err error) {
	cols := columnsNamed(p.Batch, f.by)
	var rows []int32
	var hashes []uint64
	values := make([]string, len(f.by))
	for r := range p.Rows {
		from := len(rows)
		some := false
		crossValues(cols, r, values, 0, func() {
			some = true
			h := keyHash(values)
			if !spill.Within(path, h) || slices.ContainsFunc(hashes[from:], func(o uint64) bool { return parts.Of(o) == parts.Of(h) }) {
				return
			}
			rows, hashes = append(rows, int32(r)), append(hashes, h)
		})
		if !some {
			without = append(without, int32(r))
		}
	}
	return without, parts.Add(p, rows, hashes)
}

// keyHash is the hash of a group's values.
func keyHash(values []string) uint64 {
	var buf [128]byte
	key := buf[:0]
	for _, v := range values {
		key = append(appendKey(key, v), 0)
	}
	return spill.Hash(key)
}

// emit gives the rows with the results of their groups, in order.
func (f *eventstatsFile) emit(emit engine.Emit) error {
	defer f.parts.Close()
	if err := f.parts.Next(); err != nil {
		return err
	}
	fields, err := f.eachPart(f.parts, nil)
	if err != nil {
		return err
	}
	names := f.columns
	for i, c := range f.calls {
		for _, field := range sortedKeys(fields[i]) {
			if n := c.column(field); !f.have[n] {
				f.have[n] = true
				names = append(names, n)
			}
		}
	}
	return f.parts.Merged(f.ctx, func(p spill.Positioned) error { return emit(tabulate(p.Batch, names)) })
}

// eachPart works on the parts of the part at path, several at a time, and gives for each
// call the fields that its wildcard stood for.
func (f *eventstatsFile) eachPart(parts *spill.Parts, path []int) ([]map[string]bool, error) {
	runs, err := parts.Runs()
	if err != nil {
		return nil, err
	}
	kept, found := make([]*spill.Kept, len(runs)), make([][]map[string]bool, len(runs))
	err = f.ctx.Each(len(runs), func(n int) (err error) {
		if runs[n] == nil {
			return nil
		}
		kept[n] = parts.NewKept()
		found[n], err = f.part(runs[n], append(slices.Clone(path), n), kept[n].Add)
		return err
	})
	if err != nil {
		return nil, err
	}
	fields := make([]map[string]bool, len(f.calls))
	for n, k := range kept {
		if k == nil {
			continue
		}
		if err := parts.Take(k); err != nil {
			return nil, err
		}
		addFields(fields, found[n])
	}
	return fields, nil
}

// part gives the rows of a part whose first group lies in it their results.
func (f *eventstatsFile) part(r *spill.Run, path []int, keep func(spill.Positioned) error) ([]map[string]bool, error) {
	t, err := newAggregator(f.ctx, f.calls, f.by, f.settings, false)
	if err != nil {
		return nil, err
	}
	defer t.release()
	p := &eventstatsPart{aggregator: t, path: path}
	defer func() { f.ctx.Budget.Free(p.size) }()
	full := false
	err = r.Each(func(b spill.Positioned) (err error) {
		if full || f.ctx.Err() != nil {
			return f.ctx.Err()
		}
		full, err = p.add(b.Batch)
		full = full && spill.CanDivide(len(path)) && t.groups.len() > 1
		return err
	})
	if err != nil {
		return nil, err
	}
	if full {
		t.clear(false)
		return f.deeper(r, path, keep)
	}
	fields := make([]map[string]bool, len(f.calls))
	addFields(fields, t.accs)
	done := 0
	return fields, r.Each(func(b spill.Positioned) error {
		if err := f.ctx.Err(); err != nil {
			return err
		}
		own := p.own[done : done+b.Rows]
		done += b.Rows
		return keep(p.results(b, own))
	})
}

// deeper divides a part once more.
func (f *eventstatsFile) deeper(r *spill.Run, path []int, keep func(spill.Positioned) error) ([]map[string]bool, error) {
	parts, err := f.ctx.Budget.NewParts(len(path))
	if err != nil {
		return nil, err
	}
	defer parts.Close()
	err = r.Each(func(b spill.Positioned) error {
		_, err := f.put(parts, path, b)
		return err
	})
	if err != nil {
		return nil, err
	}
	fields, err := f.eachPart(parts, path)
	if err != nil {
		return nil, err
	}
	return fields, parts.Merged(f.ctx, keep)
}

// eventstatsPart are the groups of one part.
type eventstatsPart struct {
	*aggregator
	path   []int
	inside []bool  // by group: it lies in the part
	own    []int32 // by row: its first group, -1 where that lies in another part
	rows   []int32
	ids    []int32
	size   int64 // that the budget was asked for
}

// add folds rows into the groups of the part, and passes over others that they have.
func (p *eventstatsPart) add(b *batch.Batch) (full bool, err error) {
	rows, ids, added := p.groups.number(b)
	for g := len(p.inside); g < p.groups.len(); g++ {
		p.inside = append(p.inside, spill.Within(p.path, keyHash(p.groups.key(int32(g)))))
	}
	from := len(p.own)
	p.own = firstGroups(p.own, b.Rows, rows, ids)
	for i, g := range p.own[from:] {
		if g >= 0 && !p.inside[g] {
			p.own[from+i] = -1
		}
	}
	p.rows, p.ids = p.rows[:0], p.ids[:0]
	for i, g := range ids {
		if p.inside[g] {
			p.rows, p.ids = append(p.rows, rows[i]), append(p.ids, g)
		}
	}
	p.fold(b, p.rows, p.ids)
	size := int64(4*b.Rows + len(ids))
	p.size += size
	if err := p.ctx.Budget.Grow(size, "`eventstats`"); err != nil {
		return false, err
	}
	return p.grown(added)
}

// results gives rows the results of their groups, and leaves out those of other parts.
func (p *eventstatsPart) results(b spill.Positioned, own []int32) spill.Positioned {
	var rows, ids []int32
	for r, g := range own {
		if g >= 0 {
			rows, ids = append(rows, int32(r)), append(ids, g)
		}
	}
	out := b.Pick(rows)
	out.Batch = out.Clone()
	p.setResults(ids, out.Batch)
	return out
}
