package input

import (
	"bytes"
	"io"
	"slices"

	"spl/eval/batch"
	"spl/spl/input/kernel"
)

// chunk is a stretch of a file.
type chunk struct {
	c     *content
	index int   // of a part of a plain file; -1 of a stream
	line  int   // number of the first line, of a stream
	base  int64 // offset of the first byte
}

// firstLine is the number of the first line, if all lines before were counted.
func (ch *chunk) firstLine() (int, bool) {
	if ch.c.log {
		return 0, false // there are none
	}
	if ch.index < 0 {
		return ch.line, true
	}
	ch.c.mu.Lock()
	defer ch.c.mu.Unlock()
	n := 1
	for _, k := range ch.c.lines[:ch.index] {
		if k < 0 {
			return 0, false
		}
		n += k
	}
	return n, true
}

// span is a record in a text. With more it goes on the record before it: a further
// line of its event.
type span struct {
	start, end int
	more       bool
}

// part is a share of a file.
type part struct {
	chunk
	r      *reader
	number int
	text   string // of a stream; a plain file is read in Each
	whole  bool   // recs are the records; otherwise lines are
	recs   []span
	table  *table
	ascii  bool // all of the text is ASCII
	plain  bool // and nothing in it is escaped with \\u, or begins a Windows event
	// rawless says that no record has a key that begins with an underscore; it may be
	// said of none.
	rawless bool
	// ordinary is how an event of no known shape began, up to the end of its first key:
	// others that begin so have none either, unless they have a _raw.
	ordinary string
	room     *room // memory to work in; of a stream, the text is in it

	chunks []byte // of an event log's stream
	places []int  // of an event log's records: where they stand in the file, from base
	extent int64  // of those records: how much of the file they were read from
}

// Number counts the parts from 0.
func (p *part) Number() int { return p.number }

// Each reads the part and emits its rows.
func (p *part) Each(emit func(*batch.Batch) bool) error {
	defer p.c.release()
	if err := p.r.ctx.Err(); err != nil {
		return err
	}
	if p.room == nil {
		p.room = p.r.newRoom()
	}
	defer p.leave()
	if err := p.readText(); err != nil {
		return err
	}
	if t := p.r.src.o.Tally; t != nil {
		defer t.count(p, int64(len(p.text)), p.seen())
	}
	if n, ok := p.count(); ok {
		for n > 0 && emit(batch.New(min(n, batchRows))) {
			n -= batchRows
		}
		return nil
	}
	p.room.recs = p.wanted()
	return p.emitRows(p.room.recs, emit)
}

// readText reads the text of the part, where it was not when the part was claimed.
func (p *part) readText() error {
	switch {
	case p.c.log:
		return p.readLog()
	case p.index >= 0 && p.c.split != nil:
		return p.read()
	case p.index >= 0:
		return p.readLines()
	}
	return nil
}

// wanted are the records that may matter to the search; what all of the text has or has
// not is found out on the way.
func (p *part) wanted() []record {
	filtered := len(p.filter().clauses) > 0
	recs, known := p.surveyed()
	switch {
	case known:
	case filtered:
		p.plain = kernel.Plain(textBytes(p.text))
		p.ascii = p.plain || kernel.ASCII(textBytes(p.text))
	default:
		p.room.lines.Read(textBytes(p.text))
		p.ascii, p.rawless = p.room.lines.ASCII, !p.room.lines.Underscored
	}
	if !known {
		recs = p.records()
	}
	if filtered {
		p.rawless = len(recs) > 16 && underscored.Index(textBytes(p.text), 0) == len(p.text)
	}
	if size := total(recs); p.room.text != nil && !p.r.plan.scan.Transient && size*4 < len(p.text) {
		// Little of the text is wanted: copy that, and use the room again.
		compact(recs, size)
		p.text, p.room.copied = "", true
	}
	return recs
}

// emitRows emits the rows of the records.
func (p *part) emitRows(recs []record, emit func(*batch.Batch) bool) error {
	rows := p.room.rows[:0]
	for i := range recs {
		if len(rows) >= batchRows && !p.r.ordered { // short lines are many: their rows are not all held
			if more, err := p.emit(p.ruleRows(rows), emit); err != nil || !more {
				return err
			}
			if rows = rows[:0]; !p.r.plan.scan.Transient {
				rows = make([]row, 0, batchRows)
			}
		}
		if p.isOrdinary(recs[i].text) {
			rows = append(rows, row{})
			r := &rows[len(rows)-1]
			r.raw, r.body, r.kind = recs[i].text, recs[i].text, jsonKind
			r.seq, r.line = p.c.seq(p.base+int64(recs[i].at)), int32(recs[i].line)
			continue
		}
		rows = p.appendRows(rows, recs[i])
	}
	p.room.rows = rows
	_, err := p.emit(p.ruleRows(rows), emit)
	return err
}

// emit hands on the rows in batches, and says whether more are wanted.
func (p *part) emit(rows []row, emit func(*batch.Batch) bool) (goesOn bool, err error) {
	if p.r.ordered {
		return false, p.emitSorted(rows, emit)
	}
	for len(rows) > 0 {
		if err := p.r.ctx.Err(); err != nil {
			return false, err
		}
		n := min(len(rows), batchRows)
		l := newLoader(p, rows[:n:n])
		rows = rows[n:]
		if p.r.plan.early {
			l.group(p.c.first)
			if p.r.plan.bounded {
				l = l.within(p.r.plan.scan.Earliest, p.r.plan.scan.Latest)
			}
		}
		if len(l.rows) > 0 && !emit(l.batch()) {
			return false, nil
		}
	}
	return true, nil
}

// read reads the records of a plain file that begin in this part's range. The one
// that reaches over the end of the range is read to its own end.
func (p *part) read() error {
	size := p.c.unit
	from := p.c.start + int64(p.index)*size
	to := min(from+size, p.c.size)
	if p.index > 0 { // the bytes before tell whether a record begins at from
		from = max(from-int64(p.c.endSize()), p.c.start)
	}
	text, err := readRange(p.c.at, p.room.text[:0], from, to)
	if err != nil {
		return err
	}
	begin := 0
	if p.index > 0 {
		if begin = p.c.endIn(text, 0); begin < 0 {
			begin = len(text)
		}
	}
	if begin < len(text) && p.c.endIn(text, len(text)-p.c.endSize()) != len(text) {
		if text, err = p.c.readOn(text, to); err != nil {
			return err
		}
	}
	p.room.text = text
	p.base = from + int64(begin)
	p.text = viewString(text[begin:])
	p.countLines(bytes.Count(text[begin:], newline))
	p.whole = true
	p.recs, _ = (&windowsSplitter{}).split(text[begin:], true)
	return nil
}

// readLines reads the lines of a plain file that begin after the part's first byte,
// and the one that begins where the next part does: a read that starts where the part
// does is aligned to the pages of the file and of memory, and several times as fast.
func (p *part) readLines() error {
	size := p.c.unit
	from := p.c.start + int64(p.index)*size
	to := min(from+size, p.c.size)
	more := min(size/32+64, 8<<10) // to save reading the last line on its own
	text, err := readRange(p.c.at, p.room.text[:0], from, min(to+more, p.c.size))
	if err != nil {
		return err
	}
	inside := min(int(to-from), len(text))
	begin := 0
	if p.index > 0 {
		if begin = bytes.IndexByte(text[:inside], '\n') + 1; begin == 0 {
			begin = inside // within one line
			text = text[:inside]
		}
	}
	if begin < inside || begin > 0 && text[begin-1] == '\n' {
		if n := bytes.IndexByte(text[inside:], '\n'); n >= 0 {
			text = text[:inside+n+1]
		} else if text, err = p.c.readOn(text, from+int64(len(text))); err != nil {
			return err
		}
	}
	p.room.text = text
	p.base = from + int64(begin)
	p.text = viewString(text[begin:])
	return nil
}

// countLines keeps the number of lines of a part of a plain file.
func (p *part) countLines(n int) {
	if p.index < 0 {
		return
	}
	p.c.mu.Lock()
	p.c.lines[p.index] = n
	p.c.mu.Unlock()
}

// readRange appends the bytes of a range; fewer when the file has become shorter.
func readRange(at io.ReaderAt, buf []byte, from, to int64) ([]byte, error) {
	n := int(to - from)
	buf = slices.Grow(buf, n)
	got, err := at.ReadAt(buf[len(buf):len(buf)+n], from)
	if err == io.EOF {
		err = nil
	}
	return buf[:len(buf)+got], err
}

// readOn appends what is after offset until the end of a record, in steps that grow
// with it.
func (c *content) readOn(buf []byte, offset int64) ([]byte, error) {
	step := int64(4 << 10)
	for offset < c.size {
		before := len(buf)
		var err error
		if buf, err = readRange(c.at, buf, offset, min(offset+step, c.size)); err != nil {
			return nil, err
		}
		// A part of the end may have been there.
		if i := c.endIn(buf, max(before-c.endSize()+1, 0)); i >= 0 {
			return buf[:i], nil
		}
		got := len(buf) - before
		if got == 0 {
			break
		}
		offset += int64(got)
		step *= 2
	}
	return buf, nil
}

// endIn gives the position after the first end of a record from i on, or -1; endSize
// is how long an end is. They are of plain files: a newline, or the end of a Windows
// event.
func (c *content) endIn(buf []byte, i int) int {
	if c.split != nil {
		return windowsEndIn(buf, max(i, 0))
	}
	if n := bytes.IndexByte(buf[i:], '\n'); n >= 0 {
		return i + n + 1
	}
	return -1
}

func (c *content) endSize() int {
	if c.split != nil {
		return len(windowsEnd)
	}
	return 1
}
