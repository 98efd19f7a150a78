package regex

import (
	"regexp/syntax"
	"strings"
)

// sequence is a pattern that a single look from left to right decides: a literal,
// and behind it literals and runs of characters, each run ending where what follows
// begins ("user=(\w+)", "/namespaces/([^/]+)/"). There is nothing to try twice, so it
// is matched without an engine; most extractions are like this.
type sequence struct {
	first string // the literal it begins with
	items []item
	slots int // two for each group, and for the whole
}

// item is a literal, a run, or the edge of a group.
type item struct {
	literal string
	run     *[256]bool // bytes of the run
	least   int        // of the run, in bytes
	slot    int        // where an edge's offset goes; 0 for what is none
}

// maxSequence bounds the items of a sequence.
const maxSequence = 32

// newSequence recognises a pattern in the standard library's syntax; nil when it is
// something else.
func newSequence(pattern string) *sequence {
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil
	}
	s := &sequence{slots: 2 * (tree.MaxCap() + 1)}
	if !s.add(tree) || len(s.items) == 0 || len(s.items) > maxSequence || s.items[0].literal == "" {
		return nil
	}
	s.first, s.items = s.items[0].literal, s.items[1:]
	if !s.decided() {
		return nil
	}
	return s
}

func (s *sequence) add(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			if !s.add(sub) {
				return false
			}
		}
		return true
	case syntax.OpLiteral:
		if re.Flags&syntax.FoldCase != 0 {
			return false
		}
		s.items = append(s.items, item{literal: string(re.Rune)})
		return true
	case syntax.OpCapture:
		s.items = append(s.items, item{slot: 2 * re.Cap})
		ok := s.add(re.Sub[0])
		s.items = append(s.items, item{slot: 2*re.Cap + 1})
		return ok
	case syntax.OpPlus, syntax.OpStar:
		if re.Flags&syntax.NonGreedy != 0 {
			return false
		}
		run := bytesOf(re.Sub[0])
		least := 0
		if re.Op == syntax.OpPlus {
			least = 1
		}
		s.items = append(s.items, item{run: run, least: least})
		return run != nil
	}
	return false
}

// bytesOf gives the bytes of a class of characters, where all characters beyond ASCII
// belong to it or none does; nil otherwise.
func bytesOf(re *syntax.Regexp) *[256]bool {
	ranges := re.Rune
	switch re.Op {
	case syntax.OpCharClass:
	case syntax.OpAnyCharNotNL:
		ranges = []rune{0, '\n' - 1, '\n' + 1, 0x10ffff}
	case syntax.OpAnyChar:
		ranges = []rune{0, 0x10ffff}
	default:
		return nil
	}
	var set [256]bool
	for i := 0; i < len(ranges); i += 2 {
		from, to := ranges[i], ranges[i+1]
		for c := from; c <= min(to, 0x7f); c++ {
			set[c] = true
		}
		if to < 0x80 {
			continue
		}
		if from > 0x80 || to != 0x10ffff {
			return nil
		}
		for c := 0x80; c < 0x100; c++ {
			set[c] = true
		}
	}
	return &set
}

// decided says that each run ends where it must: what follows cannot begin with a
// character of the run, so that giving one back never helps.
func (s *sequence) decided() bool {
	var run *[256]bool
	for _, it := range s.items {
		switch {
		case it.literal != "":
			if run != nil && run[it.literal[0]] {
				return false
			}
			run = nil
		case it.run != nil:
			if run != nil {
				for c := range run {
					if run[c] && it.run[c] {
						return false
					}
				}
				if it.least == 0 { // what follows it may meet the run before
					return false
				}
			}
			run = it.run
		}
	}
	return true
}

// find gives the offsets of the first match, as the standard library does, or nil. They
// are put into room, if they fit.
func (s *sequence) find(text string, room []int) []int {
	for from := 0; ; {
		i := strings.Index(text[from:], s.first)
		if i < 0 {
			return nil
		}
		from += i
		if loc := s.at(text, from, room); loc != nil {
			return loc
		}
		from++
	}
}

// at matches at one place, where the first literal is known to stand.
func (s *sequence) at(text string, start int, room []int) []int {
	i := start + len(s.first)
	var edges [2*maxSequence + 2]int
	for n := range s.items {
		switch it := &s.items[n]; {
		case it.run != nil:
			from := i
			for i < len(text) && it.run[text[i]] {
				i++
			}
			if i-from < it.least {
				return nil
			}
		case it.literal != "":
			if !strings.HasPrefix(text[i:], it.literal) {
				return nil
			}
			i += len(it.literal)
		default:
			edges[it.slot] = i
		}
	}
	loc := append(room[:0], edges[:s.slots]...)
	loc[0], loc[1] = start, i
	return loc
}
