package regex

import (
	"regexp/syntax"
	"unicode/utf8"
)

// class is a set of characters. A byte of bytes is true where a character of the class
// may begin with it.
type class struct {
	bytes [256]bool
	until int    // the one byte that no character of the class has; -1: there are others
	odd   []rune // ranges beyond ASCII, where some of those characters belong and some do not
}

// rangesOf are the ranges of one character of a pattern, nil for anything else.
func rangesOf(re *syntax.Regexp) []rune {
	switch re.Op {
	case syntax.OpCharClass:
		if len(re.Rune) > 0 {
			return re.Rune
		}
	case syntax.OpAnyCharNotNL:
		return []rune{0, '\n' - 1, '\n' + 1, utf8.MaxRune}
	case syntax.OpAnyChar:
		return []rune{0, utf8.MaxRune}
	}
	return nil
}

func newClass(ranges []rune) *class {
	c := &class{until: -1}
	var odd []rune
	for k := 0; k < len(ranges); k += 2 {
		from, to := ranges[k], ranges[k+1]
		for r := from; r <= min(to, utf8.RuneSelf-1); r++ {
			c.bytes[r] = true
		}
		if to >= utf8.RuneSelf {
			odd = append(odd, max(from, utf8.RuneSelf), to)
		}
	}
	if len(odd) > 0 {
		for k := utf8.RuneSelf; k < 256; k++ {
			c.bytes[k] = true
		}
		if len(odd) != 2 || odd[0] != utf8.RuneSelf || odd[1] != utf8.MaxRune {
			c.odd = odd
		}
	}
	c.until = c.onlyOther()
	return c
}

// onlyOther is the one byte that is not of the class, or -1.
func (c *class) onlyOther() int {
	other := -1
	for k, in := range c.bytes {
		if in {
			continue
		}
		if other >= 0 {
			return -1
		}
		other = k
	}
	return other
}

// size is the length in bytes of the character at i where it belongs to the class, else 0.
func (c *class) size(text string, i int) int {
	if i >= len(text) || !c.bytes[text[i]] {
		return 0
	}
	if text[i] < utf8.RuneSelf {
		return 1
	}
	r, n := utf8.DecodeRuneInString(text[i:])
	if c.odd == nil {
		return n
	}
	for k := 0; k < len(c.odd); k += 2 {
		if c.odd[k] <= r && r <= c.odd[k+1] {
			return n
		}
	}
	return 0
}

// firsts are the bytes that what matches from a step on may begin with.
type firsts struct {
	bytes  [256]bool
	empty  bool // it may match nothing
	tested bool // and a place is asked about before that
}

// may says whether there is a chance for a match at a place.
func (f *firsts) may(text string, i int) bool {
	return f.empty || i < len(text) && f.bytes[text[i]]
}

// look finds out what can stand where, and with it which choices there are.
func (w *walker) look() {
	known := make([]*firsts, len(w.prog))
	w.first = w.firsts(w.start, known)
	for pc := range w.prog {
		switch in := &w.prog[pc]; in.op {
		case opRun:
			in.follow = w.firsts(in.next, known)
			in.final = in.least == in.most || decided(in.class, in.follow)
			w.tries = w.tries || !in.final
		case opLazy:
			in.follow = w.firsts(in.next, known)
			w.tries = true
		case opEither:
			in.follow, in.followed = w.firsts(in.next, known), w.firsts(in.other, known)
			w.tries = w.tries || in.follow.meets(in.followed)
		}
	}
	for pc := w.start; ; pc = w.prog[pc].next {
		switch in := &w.prog[pc]; in.op {
		case opEdge:
			continue
		case opLiteral:
			w.prefix = in.lit
		case opTest:
			w.begins = in.test == syntax.OpBeginText
		}
		return
	}
}

// decided says that a run has one length only: wherever it might end earlier, what
// follows cannot begin, or it follows in any case.
func decided(c *class, follow *firsts) bool {
	if follow.empty {
		return !follow.tested
	}
	return !overlap(&c.bytes, &follow.bytes)
}

// overlap says that sets of bytes have one in common.
func overlap(a, b *[256]bool) bool {
	for k := range a {
		if a[k] && b[k] {
			return true
		}
	}
	return false
}

// meets says that there are places where both have a chance.
func (f *firsts) meets(o *firsts) bool {
	return f.empty || o.empty || overlap(&f.bytes, &o.bytes)
}

// firsts finds what may stand at a step. Steps lead back to earlier ones only behind
// characters.
func (w *walker) firsts(pc int, known []*firsts) *firsts {
	if known[pc] != nil {
		return known[pc]
	}
	f := &firsts{}
	switch in := &w.prog[pc]; in.op {
	case opDone:
		f.empty = true
	case opLiteral:
		f.bytes[in.lit[0]] = true
	case opEdge:
		*f = *w.firsts(in.next, known)
	case opTest:
		*f = *w.firsts(in.next, known)
		f.tested = true
	case opEither:
		f.join(w.firsts(in.next, known))
		f.join(w.firsts(in.other, known))
	default:
		if f.bytes = in.class.bytes; in.least == 0 {
			f.join(w.firsts(in.next, known))
		}
	}
	known[pc] = f
	return f
}

func (f *firsts) join(o *firsts) {
	for k := range f.bytes {
		f.bytes[k] = f.bytes[k] || o.bytes[k]
	}
	f.empty = f.empty || o.empty
	f.tested = f.tested || o.tested
}
