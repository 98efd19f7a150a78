package regex

import (
	"regexp/syntax"
	"strings"
	"sync"
	"unicode/utf8"
)

// walker runs a pattern by trying: from left to right, the first choice first, and back
// to the last choice where that fails. For most patterns that people write there is
// hardly anything to try: a run of characters ends where what follows begins, and one
// byte tells which of several ways to go. Runs are loops over bytes then, and nothing is
// remembered, which is several times as quick as the standard library.
//
// Trying may take a time that grows with the square of a text, or worse. A walker counts
// its steps, and gives up where there are more than the text is worth; the standard
// library, whose time is linear, takes over. Both find the same.
type walker struct {
	prog   []inst
	start  int
	slots  int       // two for each group, and for the whole
	prefix string    // what each match begins with
	begins bool      // matches only at the beginning of the text
	first  *firsts   // of a match, for those without a prefix
	tries  bool      // there are choices to come back to
	walks  sync.Pool // of *walk
}

type op uint8

const (
	opLiteral op = iota // lit
	opRun               // characters of a class, as many as there are
	opLazy              // characters of a class, as few as will do
	opEdge              // notes where a group begins or ends
	opEither            // goes on at next, and where that fails at other
	opTest              // asks about the place
	opDone
)

// inst is a step of a pattern.
type inst struct {
	op    op
	final bool // of a run: no other length of it can succeed where the first fails
	next  int  // the step behind this one
	other int
	lit   string
	class *class
	least int // characters of a run
	most  int // or many
	slot  int
	test  syntax.Op // what a place must be

	follow   *firsts // what can stand behind a run, or at next
	followed *firsts // what can stand at other
}

const many = -1

// maxChoices bounds the memory of a walk.
const maxChoices = 1 << 16

// choice is something to come back to.
type choice struct {
	pc, pos int // of an edge, pos is what it was
	low     int // where a run may end at the earliest
	taken   int // characters of a lazy run, where they are counted
}

// found says how a walk ended.
type found int8

const (
	nothing found = iota
	match
	tooLong
)

// find gives the offsets of the first match at or behind from, as the standard library
// does. They are put into room, if they fit. left is how many steps it may take, and then
// how many are left.
func (w *walker) find(text string, from int, room []int, left *int) (loc []int, how found) {
	if from = w.candidate(text, from); from < 0 {
		return nil, nothing
	}
	if !w.tries {
		return w.straight(text, from, room, left)
	}
	m := w.begin(text, *left)
	how = w.search(m, from)
	if *left = m.left; how == match {
		loc = append(room[:0], m.loc...)
	}
	w.end(m)
	return loc, how
}

// straight is find where there is nothing to come back to.
func (w *walker) straight(text string, from int, room []int, left *int) ([]int, found) {
	loc := room[:0]
	if cap(room) < w.slots {
		loc = make([]int, 0, w.slots)
	}
	m := walk{text: text, loc: loc[:w.slots], left: *left}
	how := w.search(&m, from)
	if *left = m.left; how != match {
		return nil, how
	}
	return m.loc, match
}

// matches says whether there is a match.
func (w *walker) matches(text string) found {
	from := w.candidate(text, 0)
	if from < 0 {
		return nothing
	}
	m := w.begin(text, worth(text))
	how := w.search(m, from)
	w.end(m)
	return how
}

// begin gives the state of a search in a text.
func (w *walker) begin(text string, left int) *walk {
	m, ok := w.walks.Get().(*walk)
	if !ok {
		m = &walk{loc: make([]int, w.slots)}
	}
	m.text, m.left = text, left
	return m
}

// end keeps the state for the next search.
func (w *walker) end(m *walk) {
	m.text = ""
	w.walks.Put(m)
}

// worth is how many steps a text is worth.
func worth(text string) int { return 1000 + 16*len(text) }

// search tries a place and all candidates behind it.
func (w *walker) search(m *walk, from int) found {
	for i := from; i >= 0; i = w.candidate(m.text, i+1) {
		if how := w.walk(m, i); how != nothing {
			return how
		}
	}
	return nothing
}

// candidate is the next place at or behind i where a match may begin, or -1.
func (w *walker) candidate(text string, i int) int {
	switch {
	case i > len(text) || w.begins && i > 0:
		return -1
	case w.begins:
		if !w.first.may(text, 0) {
			return -1
		}
		return 0
	case w.first.empty:
		for i < len(text) && !boundary(text, i) {
			i++
		}
		return i
	case w.prefix != "":
		at := strings.Index(text[i:], w.prefix)
		if at < 0 {
			return -1
		}
		return i + at
	}
	for ; i < len(text); i++ {
		if w.first.bytes[text[i]] && boundary(text, i) {
			return i
		}
	}
	return -1
}

// boundary says that a character begins at i, as who reads from the left sees it.
func boundary(text string, i int) bool {
	if utf8.RuneStart(text[i]) {
		return true
	}
	for from := i - 1; from >= 0 && from > i-utf8.UTFMax; from-- {
		if utf8.RuneStart(text[from]) {
			_, n := utf8.DecodeRuneInString(text[from:])
			return from+n <= i
		}
	}
	return true
}

// walk is the state of a search in one text.
type walk struct {
	text string
	loc  []int
	back []choice
	left int // steps
}

// walk tries for a match that begins at a place.
func (w *walker) walk(m *walk, start int) found {
	for k := range m.loc {
		m.loc[k] = -1
	}
	m.back = m.back[:0]
	text, i, pc := m.text, start, w.start
	for {
		at, ok := pc, true
		in := &w.prog[at]
		pc = in.next
		switch in.op {
		case opLiteral:
			n := len(in.lit)
			if ok = len(text)-i >= n && text[i] == in.lit[0] && (n == 1 || text[i:i+n] == in.lit); ok {
				i += n
			}
		case opEdge:
			if len(m.back) > 0 {
				m.back = append(m.back, choice{pc: at, pos: m.loc[in.slot]})
			}
			m.loc[in.slot] = i
		case opRun:
			from := i
			if i, ok = in.run(text, i); ok && !in.final {
				if low := in.skip(text, from); low < i {
					m.back = append(m.back, choice{pc: at, pos: i, low: low})
				}
			}
			m.left -= (i - from) / 8
		case opLazy:
			if i = in.skip(text, i); i < 0 {
				ok = false
				break
			}
			m.back = append(m.back, choice{pc: at, pos: i, taken: in.least})
			i, ok = m.longer(in)
		case opTest:
			ok = holds(in.test, text, i)
		case opEither:
			one, two := in.follow.may(text, i), in.followed.may(text, i)
			switch {
			case one && two:
				m.back = append(m.back, choice{pc: at, pos: i})
			case two:
				pc = in.other
			default:
				ok = one
			}
		case opDone:
			m.loc[0], m.loc[1] = start, i
			return match
		}
		if !ok {
			if i, pc = m.again(w); pc < 0 {
				return nothing
			}
		}
		if m.left--; m.left < 0 || len(m.back) > maxChoices {
			return tooLong
		}
	}
}

// again goes back to the last choice and takes the next way: where it goes on, and with
// which step. The step is -1 when there is none.
func (m *walk) again(w *walker) (i, pc int) {
	for len(m.back) > 0 {
		m.left--
		c := &m.back[len(m.back)-1]
		in := &w.prog[c.pc]
		switch in.op {
		case opEdge:
			m.loc[in.slot] = c.pos
		case opEither:
			i = c.pos
			m.back = m.back[:len(m.back)-1]
			return i, in.other
		case opRun:
			if m.shorter(in, c) {
				return c.pos, in.next
			}
		case opLazy:
			if n := in.class.size(m.text, c.pos); n > 0 && c.taken != in.most {
				c.pos += n
				c.taken++
				if i, ok := m.longer(in); ok {
					return i, in.next
				}
				continue // longer has dropped the choice
			}
		}
		m.back = m.back[:len(m.back)-1]
	}
	return 0, -1
}

// shorter makes a run end a character earlier, or as many as it takes for what follows
// to have a chance.
func (m *walk) shorter(in *inst, c *choice) bool {
	for c.pos > c.low {
		n := 1
		if m.text[c.pos-1] >= utf8.RuneSelf {
			_, n = utf8.DecodeLastRuneInString(m.text[c.low:c.pos])
		}
		c.pos -= n
		if in.follow.may(m.text, c.pos) {
			return true
		}
		m.left--
	}
	return false
}

// longer makes the lazy run of the last choice as long as it takes for what follows to
// have a chance. Where it never has, the choice is dropped.
func (m *walk) longer(in *inst) (i int, ok bool) {
	c := &m.back[len(m.back)-1]
	for !in.follow.may(m.text, c.pos) {
		n := in.class.size(m.text, c.pos)
		if n == 0 || c.taken == in.most {
			m.back = m.back[:len(m.back)-1]
			return 0, false
		}
		c.pos += n
		c.taken++
		m.left--
	}
	return c.pos, true
}

// run takes as many characters as there are, and says whether they are enough.
func (in *inst) run(text string, i int) (int, bool) {
	c := in.class
	if in.most != many || in.least > 1 || c.odd != nil {
		return in.count(text, i, in.most)
	}
	from := i
	if c.until >= 0 {
		if n := strings.IndexByte(text[i:], byte(c.until)); n >= 0 {
			i += n
		} else {
			i = len(text)
		}
	} else {
		for i < len(text) && c.bytes[text[i]] {
			i++
		}
	}
	return i, i-from >= in.least
}

// count takes characters one by one.
func (in *inst) count(text string, i, most int) (int, bool) {
	taken, c := 0, in.class
	for taken != most && i < len(text) && c.bytes[text[i]] {
		n := 1
		if text[i] >= utf8.RuneSelf {
			if n = c.size(text, i); n == 0 {
				break
			}
		}
		i += n
		taken++
	}
	return i, taken >= in.least
}

// skip is the place behind the characters that a run must have, or -1.
func (in *inst) skip(text string, i int) int {
	if in.least == 0 {
		return i
	}
	if i, ok := in.count(text, i, in.least); ok {
		return i
	}
	return -1
}
