package input

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"spl/eval/regex"
)

// A breaker finds the breaks between lines. What it finds depends on the text alone
// and not on how the text comes in: a stream is looked at in blocks of fixed places,
// each with so much of the text after it that a match may reach.
type breaker struct {
	re *regex.Regexp
	// anchored is the expression at the start of a text, where it can only match at a
	// newline: most texts have few of them.
	anchored *regex.Regexp

	block, reach int // breakBlock and breakReach, but in tests
}

const (
	breakBlock = 64 << 10
	breakReach = 4 << 10 // how far a LINE_BREAKER looks beyond where its match begins
	breakBack  = 100     // and before it (LINE_BREAKER_LOOKBEHIND)
)

// atNewline fits expressions that begin with a group of newlines and have no other
// branch; what is after the newlines sees no further back than them.
var atNewline = regexp.MustCompile(`^\((?:\[(?:\\r\\n|\\n\\r|\\n|\\r)\]\+?|\\r\?\\n|\\r\\n|\\n\+?)\)`)

func newBreaker(re *regex.Regexp) *breaker {
	b := &breaker{re: re, block: breakBlock, reach: breakReach}
	text := re.String()
	if at := atNewline.FindString(text); at != "" && !topBranch(text) && !strings.Contains(text, "(?<=") && !strings.Contains(text, "(?<!") {
		b.anchored, _ = regex.Compile(`\A(?:`+text+`)`, regex.Options{})
	}
	return b
}

// topBranch says whether an expression has a | outside groups and classes.
func topBranch(s string) bool {
	depth, class := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\':
			i++
		case class:
			class = c != ']'
		case c == '[':
			class = true
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == '|' && depth == 0:
			return true
		}
	}
	return false
}

// breaks gives the breaks whose matches begin at or after lo and before hi, from left
// to right, with the end of the match; the text goes on for reach bytes after hi or to its end. back is how far
// before lo the text may be looked at. It stops where the expression takes too long.
func (b *breaker) breaks(text string, back, lo, hi int, emit func(start, end, to int)) error {
	if b.anchored == nil {
		return b.re.Each(text[back:min(len(text), hi+b.reach)], 0, func(loc []int) bool {
			if at := back + loc[0]; at >= hi {
				return false
			} else if at >= lo {
				start, end := brokenAt(loc, back)
				emit(start, end, back+loc[1])
			}
			return true
		})
	}
	for i := lo; i < hi; {
		n := strings.IndexAny(text[i:hi], "\r\n")
		if n < 0 {
			return nil
		}
		i += n
		loc, err := b.anchored.FindSubmatchIndex(text[i:min(len(text), i+b.reach)])
		if err != nil {
			return err
		}
		if loc == nil {
			i++
			continue
		}
		start, end := brokenAt(loc, i)
		emit(start, end, i+loc[1])
		i += max(loc[1], 1)
	}
	return nil
}

// brokenAt is what stands between two lines: the first group that took part, else
// nothing, before the match.
func brokenAt(loc []int, base int) (start, end int) {
	for g := 2; g+1 < len(loc); g += 2 {
		if loc[g] >= 0 {
			return base + loc[g], base + loc[g+1]
		}
	}
	return base + loc[0], base + loc[0]
}

// lineSplitter cuts a stream into lines and joins lines into events, as the rules of
// its origin say. It is a [splitter]; the spans of an event's lines follow one another,
// those after the first marked as more.
type lineSplitter struct {
	breaker  *breaker // nil: newlines and carriage returns
	merge    *MergeRules
	date     func(line string) bool
	truncate int
	failed   func() // told when an expression took too long
	cut      func() // told when a line was cut off

	base    int64 // place in the stream of the buffer's first byte
	from    int   // in the buffer: start of the line to come
	seen    int   // how far breaks were looked for
	matched int   // end of the last match
	breaks  []span
	event   []span // lines of the event to come
	locked  bool   // MUST_NOT_BREAK_AFTER holds
	mustEnd bool   // MUST_BREAK_AFTER said so
}

func (s *lineSplitter) split(buf []byte, eof bool) (recs []span, end int) {
	text := viewString(buf)
	for s.look(text, eof) {
		for _, b := range s.breaks {
			if b.start >= s.from {
				recs = s.line(recs, text, span{start: s.from, end: b.start})
				s.from = b.end
			}
		}
		s.breaks = s.breaks[:0]
	}
	if eof && s.seen >= len(text) {
		if s.from < len(text) {
			recs = s.line(recs, text, span{start: s.from, end: len(text)})
		}
		recs, s.event, s.from = append(recs, s.event...), nil, len(text)
	}
	end = s.from
	if len(s.event) > 0 {
		end = s.event[0].start
	}
	s.shift(end)
	return dropBlank(recs, text), end
}

// shift makes places those of the buffer to come.
func (s *lineSplitter) shift(n int) {
	s.base += int64(n)
	s.from -= n
	s.seen -= n
	s.matched -= n
	for i := range s.event {
		s.event[i].start -= n
		s.event[i].end -= n
	}
}

// look finds the breaks in the next block, if all of it is there.
func (s *lineSplitter) look(text string, eof bool) bool {
	if s.breaker == nil {
		return s.lookNewlines(text, eof)
	}
	// The block's end is the next multiple of the block size after what was seen.
	at := s.base + int64(s.seen)
	block := int64(s.breaker.block)
	hi := s.seen + int(block-at%block)
	if s.seen >= len(text) || hi+s.breaker.reach > len(text) && !eof {
		return false
	}
	hi = min(hi, len(text))
	lo := max(s.seen, s.from, s.matched)
	if lo < hi {
		err := s.breaker.breaks(text, max(s.from, lo-breakBack), lo, hi, func(start, end, to int) {
			s.breaks = append(s.breaks, span{start: start, end: end})
			s.matched = to
		})
		if err != nil {
			s.failed()
		}
	}
	s.seen = hi
	return true
}

// lookNewlines finds the runs of newlines and carriage returns that are whole.
func (s *lineSplitter) lookNewlines(text string, eof bool) bool {
	feed, carriage := upcoming{text: text, of: '\n'}, upcoming{text: text, of: '\r'}
	for i := s.seen; i < len(text); {
		start := min(feed.from(i), carriage.from(i))
		if start == len(text) {
			break
		}
		for i = start; i < len(text) && (text[i] == '\r' || text[i] == '\n'); i++ {
		}
		if i == len(text) && !eof {
			s.seen = start
			return len(s.breaks) > 0
		}
		s.breaks = append(s.breaks, span{start: start, end: i})
		s.seen = i
	}
	s.seen = len(text)
	return len(s.breaks) > 0
}

// line adds a line: to the event that it belongs to, or as the first of the next.
func (s *lineSplitter) line(recs []span, text string, l span) []span {
	for l.end > l.start && (text[l.end-1] == '\n' || text[l.end-1] == '\r') {
		l.end--
	}
	if l.start == l.end {
		return recs
	}
	if kept := truncated(text[l.start:l.end], s.truncate); len(kept) < l.end-l.start {
		l.end = l.start + len(kept)
		s.cut()
	}
	if s.merge == nil {
		return append(recs, l)
	}
	line := text[l.start:l.end]
	if len(s.event) > 0 && s.breaksBefore(line) {
		recs, s.event = append(recs, s.event...), s.event[:0]
		s.locked = false
	}
	l.more = len(s.event) > 0
	s.event = append(s.event, l)
	m := s.merge
	s.mustEnd = s.fits(m.MustAfter, line)
	s.locked = !s.mustEnd && (s.locked || s.fits(m.MustNotAfter, line))
	return recs
}

// breaksBefore says whether an event ends before a line.
func (s *lineSplitter) breaksBefore(line string) bool {
	m := s.merge
	switch {
	case s.mustEnd || m.MaxLines > 0 && len(s.event) >= m.MaxLines:
		return true
	case s.locked || s.fits(m.MustNotBefore, line):
		return false
	}
	return s.fits(m.Before, line) || m.BeforeDate && s.date(line)
}

func (s *lineSplitter) fits(re *regex.Regexp, line string) bool {
	if re == nil {
		return false
	}
	ok, err := re.MatchString(line)
	if err != nil {
		s.failed()
	}
	return ok
}

// dropBlank takes away the events that hold nothing but blanks.
func dropBlank(recs []span, text string) []span {
	out := recs[:0]
	for i := 0; i < len(recs); {
		n := i + 1
		for n < len(recs) && recs[n].more {
			n++
		}
		event := recs[i:n]
		if slices.ContainsFunc(event, func(l span) bool { return !blank(text[l.start:l.end]) }) {
			out = append(out, event...)
		}
		i = n
	}
	return out
}

// joined is the text of an event of several lines: a newline stands between them.
func joined(text string, lines []span) string {
	straight := true
	for i := 1; i < len(lines); i++ {
		straight = straight && lines[i].start == lines[i-1].end+1 && text[lines[i].start-1] == '\n'
	}
	if straight {
		return text[lines[0].start:lines[len(lines)-1].end]
	}
	var b bytes.Buffer
	for i, l := range lines {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(text[l.start:l.end])
	}
	return b.String()
}
