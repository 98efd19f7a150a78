package input

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// record is the text of a line, or of what else makes an event.
type record struct {
	text string
	at   int // its place in the part's text
	line int // lines before it in the part's text
}

// records are the records of the part that may matter to the search.
func (p *part) records() []record {
	var m *matcher
	// A byte that is not UTF-8 is shown as \xHH, which is not in the text yet.
	f := p.filter()
	if len(f.clauses) > 0 && p.c.filters() {
		if p.ascii || utf8.ValidString(p.text) {
			if m = &p.room.match; !m.begin(f.tuned(p.text), p.text, p.table != nil, p.ascii) {
				m = nil
			} else if p.plain {
				m.plain()
			}
		}
	}
	switch {
	case p.whole:
	case len(f.clauses) == 0:
		return p.allLines()
	default:
		return p.lines(m)
	}
	out := p.room.recs[:0]
	line, counted := 0, 0
	for i := 0; i < len(p.recs); {
		n := i + 1
		for n < len(p.recs) && p.recs[n].more {
			n++
		}
		rec, last := p.recs[i], p.recs[n-1]
		line += strings.Count(p.text[counted:rec.start], "\n")
		counted = rec.start
		if m == nil || m.matches(rec.start, last.end) {
			at := rec.start
			if p.places != nil {
				at = p.places[i]
			}
			out = append(out, record{joined(p.text, p.recs[i:n]), at, line})
		}
		i = n
	}
	return out
}

// allLines are the lines that are not blank.
func (p *part) allLines() []record {
	out := slices.Grow(p.room.recs[:0], len(p.room.lines.Ends)+1)
	start, line := 0, 0
	for ; start < len(p.text); line++ {
		end := p.lineEnd(line)
		stop := beforeCR(p.text, start, end)
		if !blank(p.text[start:stop]) {
			out = append(out, record{p.cutLine(p.text[start:stop]), start, line})
		}
		start = end + 1
	}
	p.countLines(line)
	return out
}

// lineEnd is where a line ends, of which the room has the ends.
func (p *part) lineEnd(line int) int {
	if line < len(p.room.lines.Ends) {
		return int(p.room.lines.Ends[line])
	}
	return len(p.text)
}

// lines are the lines that are not blank and that m, if any, lets pass.
func (p *part) lines(m *matcher) []record {
	out := p.room.recs[:0]
	line := 0
	for i := 0; i < len(p.text); line++ {
		if m != nil {
			to := min(m.jump(i), len(p.text))
			line += strings.Count(p.text[i:to], "\n")
			if i = to; i == len(p.text) {
				break
			}
		}
		end, next := len(p.text), len(p.text)
		if n := strings.IndexByte(p.text[i:], '\n'); n >= 0 {
			end, next = i+n, i+n+1
		}
		end = beforeCR(p.text, i, end)
		if !blank(p.text[i:end]) && (m == nil || m.matches(i, end)) {
			out = append(out, record{p.cutLine(p.text[i:end]), i, line})
		}
		i = next
	}
	p.countLines(line)
	return out
}

// beforeCR is where a line ends without the carriage returns at its end.
func beforeCR(text string, start, end int) int {
	for end > start && text[end-1] == '\r' {
		end--
	}
	return end
}

func blank(s string) bool {
	for i := range len(s) {
		if s[i] != ' ' && s[i] != '\t' && s[i] != '\r' && s[i] != '\n' {
			return false
		}
	}
	return true
}

func total(recs []record) int {
	n := 0
	for _, rec := range recs {
		n += len(rec.text)
	}
	return n
}

// compact moves the texts, size bytes together, to memory of their own.
func compact(recs []record, size int) {
	all := make([]byte, 0, size)
	for i := range recs {
		from := len(all)
		all = append(all, recs[i].text...)
		recs[i].text = viewString(all[from:])
	}
}
