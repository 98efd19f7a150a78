package input

import (
	"bytes"
	"cmp"
	"slices"

	"spl/eval/batch"
)

const (
	orderSamples  = 64
	orderMaxFiles = 64 // more are not opened ahead
	orderMinParts = 8  // fewer are soon sorted, which is never wrong
)

// timeSpan is what a part that was read in order held.
type timeSpan struct {
	number         int
	newest, oldest batch.Place
	chunk          chunk
	line           int
}

// order finds out whether all files are plain, written in order of time, and do not
// overlap in time. If so the newest is read first, each from its end. That is told
// by the first line, the last, and some between, so it may be wrong: see
// noteDisorder. Where there is little to read, it is not asked. Files opened here are
// read from the queue either way.
func (r *reader) order() error {
	type timed struct {
		c           *content
		first, last float64
	}
	var files []timed
	ordered := len(r.src.files) <= orderMaxFiles
	for ordered && r.next < len(r.src.files) {
		c, err := r.openFile(r.next)
		if err != nil {
			return err
		}
		r.next++
		if c == nil {
			continue
		}
		r.queue = append(r.queue, c)
		if c.stream != nil || c.split != nil || c.log {
			ordered = false
			break
		}
		times, ok := r.sample(c)
		if !ok || !slices.IsSorted(times) {
			ordered = false
			break
		}
		if len(times) > 0 {
			files = append(files, timed{c, times[0], times[len(times)-1]})
		}
	}
	parts := 0
	for _, f := range files {
		parts += f.c.parts
	}
	if !ordered || parts < r.src.o.OrderedParts {
		return nil
	}
	slices.SortStableFunc(files, func(a, b timed) int {
		return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(a.c.number, b.c.number))
	})
	for i := 1; i < len(files); i++ {
		a, b := files[i-1], files[i]
		if a.last > b.first || a.last == b.first && a.c.number > b.c.number {
			return nil
		}
	}
	r.ordered = true
	r.queue = r.queue[:0]
	for _, f := range slices.Backward(files) {
		r.queue = append(r.queue, f.c)
	}
	return nil
}

// sample gives the times of some lines of a plain file, in the order in which they
// stand there. ok is false when a line has none or is too long.
func (r *reader) sample(c *content) (times []float64, ok bool) {
	probe := &reader{src: r.src, ctx: r.ctx, plan: r.plan}
	pc := &content{r: probe, number: c.number, rank: c.rank, name: c.name, meta: c.meta, format: c.format, layout: c.layout, rules: c.rules}
	x := newExtractor(pc, nil, true)
	last := int64(-1)
	for i := range orderSamples + 1 {
		at := c.start + (c.size-c.start)*int64(i)/orderSamples
		begin, line, ok := lineAround(c, at)
		if !ok {
			return nil, false
		}
		if begin == last || blank(line) {
			continue
		}
		last = begin
		p := &part{chunk: chunk{c: pc, index: -1}, r: probe}
		l := newLoader(p, p.ruleRows(p.appendRows(nil, record{text: line})))
		l.group(x)
		for i := range l.rows {
			times = append(times, l.rows[i].time)
		}
	}
	_, lacks := probe.notes.all[NoticeNoTimestamp]
	return times, !lacks
}

// lineAround gives the line that holds the byte at an offset; at the end of the
// file the last. ok is false when the line is too long.
func lineAround(c *content, at int64) (begin int64, line string, ok bool) {
	for _, reach := range []int64{2 << 10, 64 << 10} {
		if begin, line, ok = lineWithin(c, at, reach); ok {
			break
		}
	}
	return begin, line, ok
}

// lineWithin looks no further than reach bytes to either side.
func lineWithin(c *content, at, reach int64) (begin int64, line string, ok bool) {
	from := max(c.start, at-reach)
	buf, err := readRange(c.at, nil, from, min(at+reach, c.size))
	if err != nil {
		return 0, "", false
	}
	i := min(int(at-from), len(buf))
	for i > 0 && i == len(buf) && (buf[i-1] == '\n' || buf[i-1] == '\r') {
		buf = buf[:i-1] // the end of the last line, not a line after it
		i--
	}
	start := bytes.LastIndexByte(buf[:i], '\n') + 1
	if start == 0 && from > c.start {
		return 0, "", false
	}
	end := bytes.IndexByte(buf[i:], '\n')
	if end < 0 {
		if at+reach < c.size {
			return 0, "", false
		}
		end = len(buf) - i
	}
	text := bytes.TrimRight(buf[start:i+end], "\r")
	return from + int64(start), string(text), true
}

// emitSorted hands on the rows of a part newest first.
func (p *part) emitSorted(rows []row, emit func(*batch.Batch) bool) error {
	l := newLoader(p, rows)
	l.group(p.c.first)
	if p.r.plan.bounded {
		l = l.within(p.r.plan.scan.Earliest, p.r.plan.scan.Latest)
	}
	if len(l.rows) == 0 {
		return nil
	}
	place := func(i int32) batch.Place { return batch.Place{Time: l.rows[i].time, Seq: l.rows[i].seq} }
	at := make([]int32, len(l.rows))
	for i := range at {
		at[i] = int32(i)
	}
	slices.SortFunc(at, func(a, b int32) int { return place(a).Compare(place(b)) })
	newest, oldest := at[0], at[len(at)-1]
	p.r.mu.Lock()
	p.r.spans = append(p.r.spans, timeSpan{p.number, place(newest), place(oldest), p.chunk, int(l.rows[newest].line)})
	p.r.mu.Unlock()
	for len(at) > 0 {
		if err := p.r.ctx.Err(); err != nil {
			return err
		}
		n := min(len(at), batchRows)
		if !emit(l.take(at[:n]).batch()) {
			return nil
		}
		at = at[n:]
	}
	return nil
}

// noteDisorder counts the parts that hold a row which should have come before a
// part that was handed out earlier.
func (r *reader) noteDisorder() {
	slices.SortFunc(r.spans, func(a, b timeSpan) int { return cmp.Compare(a.number, b.number) })
	for i := 1; i < len(r.spans); i++ {
		s, before := r.spans[i], &r.spans[i-1]
		if s.newest.Compare(before.oldest) < 0 {
			r.notes.event(NoticeOutOfOrder, s.chunk, s.newest.Seq, s.line)
		}
		if before.oldest.Compare(s.oldest) > 0 {
			r.spans[i].oldest = before.oldest
		}
	}
	r.spans = nil
}
