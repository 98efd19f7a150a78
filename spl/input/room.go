package input

import (
	"strings"
	"sync"
	"unicode/utf8"

	"spl/eval/batch"
	"spl/spl/input/kernel"
)

// room is the memory that a part is read into and worked on in.
type room struct {
	text   []byte
	copied bool // what is wanted of the text lies elsewhere
	recs   []record
	lines  kernel.Lines
	survey kernel.Survey
	slabs  batch.Slabs
	match  matcher
	rows   []row
}

// rooms are those that no part is in. There are never more than parts were under way at
// one time, and they outlive a collection of garbage, which a sync.Pool does not.
type rooms struct {
	mu   sync.Mutex
	free []*room
}

func (r *rooms) take() *room {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := len(r.free)
	if n == 0 {
		return &room{}
	}
	m := r.free[n-1]
	r.free = r.free[:n-1]
	return m
}

func (r *rooms) put(m *room) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.free = append(r.free, m)
}

// newRoom gives room for a part, with text for it.
func (r *reader) newRoom() *room {
	m := r.rooms.take()
	if m.text == nil {
		size := r.src.o.ChunkSize
		m.text = make([]byte, 0, size+size/16+512)
	}
	return m
}

// leave gives up the room of a part whose rows were emitted. What somebody may still
// look at is not used again.
func (p *part) leave() {
	m := p.room
	p.room = nil
	clear(m.recs[:cap(m.recs)])
	m.slabs.Release(p.r.src.o.Scrub)
	switch {
	case !p.r.plan.scan.Transient:
		m.rows = nil
		if !m.copied {
			m.text = nil
		}
	case p.r.src.o.Scrub:
		scrub(m.text[:cap(m.text)])
	}
	if cap(m.text) > 4*p.r.src.o.ChunkSize+1<<16 {
		m.text = nil // it held a very long line
	}
	m.copied = false
	p.r.rooms.put(m)
}

// scrub makes sure that nobody finds what was there.
func scrub(text []byte) {
	for i := range text {
		text[i] = '#'
	}
}

// count gives the number of events in a part of lines, where nothing but their number
// is wanted and a look at the beginning of each line tells that it is one.
func (p *part) count() (n int, ok bool) {
	if !p.r.plan.blind || p.whole || p.table != nil || p.c.log || !p.c.plain() {
		return 0, false
	}
	text := p.text
	if p.room.lines.Read(textBytes(text)); !p.room.lines.ASCII && !utf8.ValidString(text) {
		return 0, false // which has to be noted
	}
	lines := 0
	for i := 0; i < len(text); lines++ {
		end := p.lineEnd(lines)
		switch c := at(text, i); {
		case c == '{' && at(text, i+1) == '"' && !manyEvents[at(text, i+2)], c > ' ' && c != '{':
			n++
		case !blank(text[i:end]):
			n += len(p.appendRows(p.room.rows[:0], record{text: strings.TrimRight(text[i:end], "\r"), at: i, line: lines}))
		}
		i = end + 1
	}
	p.countLines(lines)
	return n, true
}

func at(text string, i int) byte {
	if i < len(text) {
		return text[i]
	}
	return 0
}

// manyEvents are the first letters of the keys that a line of several events, or of
// none, may begin with.
var manyEvents = func() (first [256]bool) {
	for k := range batchKeys {
		first[k[0]] = true
	}
	first['R'], first['r'], first['\\'] = true, true, true
	return first
}()

// plain says that a line of the file is an event unless it is a batch of CloudWatch
// or a list of records.
func (c *content) plain() bool {
	return (c.format == "" || c.format == "json" || c.format == "text") && c.rules == noRules && c.r.src.ruling == nil
}
