package input

import (
	"strings"

	"spl/spl/input/kernel"
)

// maxUnsurveyed is how many parts in a row may turn out not to be worth a survey before
// none is tried any more.
const maxUnsurveyed = 16

// maxSurveyed is how many words a search may want one of for a survey to be tried.
const maxSurveyed = 8

// surveyed are the records of a part of lines, where a search wants one rare word of
// plain text, or one of a few of which the others do not stand in the part at all: all is
// known after one pass over the text. It gives false where that does not do, and on
// machines that are quicker with several passes.
func (p *part) surveyed() (recs []record, ok bool) {
	f := p.filter()
	if !kernel.Surveys || len(f.clauses) == 0 || p.whole || p.table != nil || !p.c.filters() || f.unsurveyed.Load() > maxUnsurveyed {
		return nil, false
	}
	clauses := f.tuned(p.text)
	c := clauses[0]
	if len(c.literals) > maxSurveyed || len(c.literals[0].text) < 2 || c.escapes != &unicodeEscape {
		return nil, false
	}
	if s := &p.room.survey; !s.Read(textBytes(p.text), c.literals[0].pair) || p.hasAny(c.literals[1:]) {
		f.unsurveyed.Add(1)
		return nil, false
	}
	f.unsurveyed.Store(0)
	p.plain, p.ascii = true, true
	p.countLines(p.room.survey.Lines)
	return p.hits(clauses), true
}

// hits are the records that a survey found the word in, and that hold the other words.
func (p *part) hits(clauses []clause) []record {
	m := &p.room.match
	m.begin(clauses, p.text, false, true)
	m.plain()
	lit := clauses[0].literals[0]
	out := p.room.recs[:0]
	next := 0 // where the line after the last one begins
	for _, hit := range p.room.survey.Hits {
		at := hit.At - lit.offset
		if at < next || !lit.stands(p.text, at, false) {
			continue
		}
		start, end := next+strings.LastIndexByte(p.text[next:at], '\n')+1, indexByte(p.text, '\n', at)
		next = min(end+1, len(p.text))
		end = beforeCR(p.text, start, end)
		if at+len(lit.text) <= end && m.others(start, end) {
			// Between the word's start and the hit there is no newline.
			out = append(out, record{p.cutLine(p.text[start:end]), start, hit.Lines})
		}
	}
	return out
}

// hasAny says whether a literal stands anywhere in a part that is plain.
func (p *part) hasAny(literals []literal) bool {
	for i := range literals {
		if literals[i].text == windowsStart.text {
			continue // it would not be plain
		}
		f := finder{lit: &literals[i]}
		if f.search(p.text, 0) < len(p.text) {
			return true
		}
	}
	return false
}
