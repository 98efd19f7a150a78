package kernel

import "math/bits"

// Survey is what one pass over a text tells a search for a rare word.
type Survey struct {
	// Hits are the places where the pair stands.
	Hits []Hit
	// Lines are the newlines in the text.
	Lines int
}

// Hit is a place, and how many newlines stand before it.
type Hit struct{ At, Lines int }

// Surveys says that a survey is fast on this machine.
var Surveys = len(surveyLevels) > 0

var survey = best(surveyLevels, surveyGo)

// maxHits is how many hits make a word too frequent for a survey.
const maxHits = 256

// Read goes over the text. It gives false, and Survey tells nothing, when the text is
// not plain, as [Plain] says, or has too many hits.
func (s *Survey) Read(text []byte, p Pair) bool {
	*s = Survey{Hits: s.Hits[:0]}
	a, fa := fold(p.A, p.FoldA)
	b, fb := fold(p.B, p.FoldB)
	q := query{p.Gap, a, b, fa, fb}
	// The kernel looks at whole blocks, and at the bytes after each that the pair needs.
	whole := max(len(text)-p.Gap, 0) &^ 63
	for i := 0; i < whole; {
		f := survey(text[i:], whole-i, q)
		s.add(i, f)
		if i += f.at + 64; f.odd || len(s.Hits) > maxHits {
			return false
		}
	}
	return s.rest(text, whole, q)
}

// rest looks at what is left of the text.
func (s *Survey) rest(text []byte, from int, q query) bool {
	var f finding
	for i := from; i < len(text); i++ {
		f.see(text, i, q, i-from)
		if i-from == 63 || i == len(text)-1 {
			f.lines = 0
			s.add(from, f)
			if f.odd {
				return false
			}
			from, f = i+1, finding{}
		}
	}
	return len(s.Hits) <= maxHits
}

// add notes what was found in the block where the kernel stopped, and before it.
func (s *Survey) add(base int, f finding) {
	s.Lines += f.lines
	for m := f.pairs; m != 0; m &= m - 1 {
		before := m&-m - 1
		s.Hits = append(s.Hits, Hit{base + f.at + bits.TrailingZeros64(m), s.Lines + bits.OnesCount64(f.ends&before)})
	}
	s.Lines += bits.OnesCount64(f.ends)
}

// query is a pair ready to be looked for.
type query struct {
	gap          int
	a, b, fa, fb byte
}

// finding is a block that has something, and what: at which byte it begins (the end of
// the text if there is none), the newlines before it, where its newlines and pairs are,
// and whether it is not plain.
type finding struct {
	at, lines   int
	ends, pairs uint64
	odd         bool
}

// surveyGo looks at the first n bytes, in blocks of 64; there are gap more.
func surveyGo(text []byte, n int, q query) (f finding) {
	for ; f.at < n; f.at += 64 {
		f.ends, f.pairs = 0, 0
		for i := range 64 {
			f.see(text, f.at+i, q, i)
		}
		if f.pairs != 0 || f.odd {
			return f
		}
		f.lines += bits.OnesCount64(f.ends)
	}
	f.ends = 0
	return f
}

// see looks at the byte at i, the bit-th of its block.
func (f *finding) see(text []byte, i int, q query, bit int) {
	switch c := text[i]; {
	case c == '\n':
		f.ends |= 1 << bit
	case c >= 0x80, oddFirst(c) && i+1 < len(text) && oddSecond(text[i+1]):
		f.odd = true
	}
	if i+q.gap < len(text) && text[i]|q.fa == q.a && text[i+q.gap]|q.fb == q.b {
		f.pairs |= 1 << bit
	}
}

// \ and < differ in two bits, as do u, U, e and E: [Plain] looks for a first and a second.
func oddFirst(c byte) bool  { return c&0x9f == 0x1c }
func oddSecond(c byte) bool { return c&0xcf == 0x45 }
