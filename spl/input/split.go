package input

import (
	"bytes"
	"strings"
)

// splitter finds the records of a stream whose records are not lines.
type splitter interface {
	// split gives the records in buf that are complete, or at the end of the stream
	// all of them, and the position after the last. The next buf must begin there
	// and go further; the splitter knows what it has seen.
	split(buf []byte, eof bool) (recs []span, end int)
}

// recordSplitter finds the records of a table: lines, but for newlines inside
// quotes. Quotes count only where a cell begins.
type recordSplitter struct {
	comma  byte
	quote  byte // 0: cells have none
	start  int  // of the record
	pos    int  // seen so far
	quoted bool // inside quotes
	inCell bool // not at the beginning of a cell
}

func (s *recordSplitter) split(buf []byte, eof bool) (recs []span, end int) {
	text := viewString(buf)
	i, line, quote := s.pos, upcoming{text: text, of: '\n'}, upcoming{text: text, of: s.quote, none: s.quote == 0}
	for i < len(buf) {
		if s.quoted {
			n := bytes.IndexByte(buf[i:], s.quote)
			if n < 0 {
				i = len(buf)
				break
			}
			// A quote that is written twice closes and opens again.
			i += n + 1
			s.quoted, s.inCell = false, true
			if i < len(buf) && buf[i] == s.quote {
				s.quoted = true
				i++
			} else if i == len(buf) && !eof {
				// Whether it is written twice shows in the next buffer.
				s.quoted = true
				i--
				break
			}
			continue
		}
		// Between here and the next newline or quote there is nothing to see but whether
		// the last byte ends a cell.
		at := min(line.from(i), quote.from(i))
		if at > i {
			s.inCell = buf[at-1] != s.comma
		}
		switch i = at; {
		case i == len(buf):
			continue
		case buf[i] == '\n':
			recs = appendRecord(recs, buf, s.start, i)
			s.start, end, s.inCell = i+1, i+1, false
		case s.inCell:
		default:
			s.quoted = true
		}
		i++
	}
	if eof && s.start < len(buf) {
		recs = appendRecord(recs, buf, s.start, len(buf))
		s.start, end = len(buf), len(buf)
	}
	s.start -= end
	s.pos = i - end
	return recs, end
}

// upcoming looks for a byte, once for each that there is.
type upcoming struct {
	text string
	of   byte
	none bool // there is nothing to look for
	next int  // the byte's next place, if it is not passed; 0: not known
}

// from is the byte's first place at or behind i, or the length.
func (a *upcoming) from(i int) int {
	switch {
	case a.none:
		return len(a.text)
	case a.next > i || a.next == i && i > 0:
		return a.next
	}
	a.next = len(a.text)
	if n := strings.IndexByte(a.text[i:], a.of); n >= 0 {
		a.next = i + n
	}
	return a.next
}

// appendRecord adds a record without the line end at its end, unless it is blank.
func appendRecord(recs []span, buf []byte, start, end int) []span {
	for end > start && (buf[end-1] == '\r' || buf[end-1] == '\n') {
		end--
	}
	if blank(viewString(buf[start:end])) {
		return recs
	}
	return append(recs, span{start: start, end: end})
}

// valueSplitter finds JSON values one after the other, or the elements of an array
// that holds them all, wherever the lines break. What is no object or array between
// them is a record as well, up to the next newline or comma.
type valueSplitter struct {
	list    bool // elements of an array
	start   int  // of the value; -1 between values
	pos     int  // seen so far
	depth   int
	quoted  bool
	escaped bool
}

func newValueSplitter(head string) *valueSplitter {
	return &valueSplitter{list: strings.HasPrefix(strings.TrimLeft(head, " \t\r\n"), "["), start: -1}
}

func (s *valueSplitter) split(buf []byte, eof bool) (recs []span, end int) {
	for i := s.pos; i < len(buf); i++ {
		switch c := buf[i]; {
		case s.start < 0:
			if c > ' ' && c != ',' && !(s.list && (c == '[' || c == ']')) {
				s.start = i
				s.open(c)
			} else {
				end = i + 1
			}
		case s.quoted:
			switch {
			case s.escaped:
				s.escaped = false
			case c == '\\':
				s.escaped = true
			case c == '"':
				s.quoted = false
			}
		case s.depth == 0: // neither an object nor an array
			if c == '\n' || c == ',' || s.list && c == ']' {
				recs = appendRecord(recs, buf, s.start, i)
				s.start, end = -1, i+1
			}
		case c == '}' || c == ']':
			if s.depth--; s.depth == 0 {
				recs = append(recs, span{start: s.start, end: i + 1})
				s.start, end = -1, i+1
			}
		default:
			s.open(c)
		}
	}
	if eof && s.start >= 0 {
		recs = appendRecord(recs, buf, s.start, len(buf))
		s.start, end = -1, len(buf)
	}
	if s.start >= 0 {
		s.start -= end
	}
	s.pos = len(buf) - end
	return recs, end
}

func (s *valueSplitter) open(c byte) {
	switch c {
	case '{', '[':
		s.depth++
	case '"':
		s.quoted = s.depth > 0
	}
}
