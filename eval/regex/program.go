package regex

import (
	"regexp/syntax"
	"strings"
)

// A program is a pattern rewritten for one engine.
type program struct {
	text       string
	names      []string // by PCRE's group number; element 0 is the whole match
	numbers    []int    // engine group to PCRE's number; keepGroup for \K
	straight   bool     // numbers is 0, 1, 2 …
	needs      string   // what only regexp2 can do, or ""
	endNewline bool     // an anchor that differs on a text that ends in a newline
	anchored   bool     // starts with \A, so that there is at most one match
	required   string   // a text that every match contains, or ""
	literal    literal
}

// keepGroup marks the empty group that stands for \K.
const keepGroup = -1

// groups turns the offsets of an engine's groups into those of PCRE's. It may
// return loc itself.
func (p *program) groups(loc []int) []int {
	if loc == nil || p.straight {
		return loc
	}
	out := make([]int, 2*len(p.names))
	for i := range out {
		out[i] = -1
	}
	for i, number := range p.numbers {
		start, end := loc[2*i], loc[2*i+1]
		switch {
		case start < 0:
		case number == keepGroup:
			out[0] = min(start, out[1])
		default:
			out[2*number], out[2*number+1] = start, end
		}
	}
	return out
}

// mayBeEmpty reports whether some match of a pattern that is not anchored may
// take no characters. It is asked only of patterns for the standard library.
func (p *program) mayBeEmpty() bool {
	if p.anchored {
		return false
	}
	re, err := syntax.Parse(p.text, syntax.Perl)
	return err != nil || minLength(re) == 0
}

// minLength gives 0 if an expression can match nothing, else 1.
func minLength(re *syntax.Regexp) int {
	switch re.Op {
	case syntax.OpLiteral, syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL, syntax.OpNoMatch:
		return 1
	case syntax.OpCapture, syntax.OpPlus:
		return minLength(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min == 0 {
			return 0
		}
		return minLength(re.Sub[0])
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			if minLength(sub) > 0 {
				return 1
			}
		}
		return 0
	case syntax.OpAlternate:
		for _, sub := range re.Sub {
			if minLength(sub) == 0 {
				return 0
			}
		}
		return 1
	}
	return 0
}

// A Literal is what a pattern without any operators looks for.
type Literal struct {
	Text  string
	Fold  bool // in any case; Text is then ASCII
	Start bool // only at the start of the text
	End   bool // only at the end of the text, or before its final newline
}

type literal struct {
	Literal
	ok bool
}

// Literal reports whether the pattern is plain text, perhaps anchored, so that
// a caller can look for it by other means.
func (re *Regexp) Literal() (Literal, bool) {
	return re.prog.literal.Literal, re.prog.literal.ok
}

// Required returns a text that every match contains as it is, or "". A text
// without it cannot match.
func (re *Regexp) Required() string { return re.prog.required }

// Match reports whether s has the literal.
func (l Literal) Match(s string) bool { return literal{Literal: l}.match(s) }

func (l literal) match(s string) bool {
	if l.End {
		return l.matchEnd(s) || strings.HasSuffix(s, "\n") && l.matchEnd(s[:len(s)-1])
	}
	if l.Start {
		return len(s) >= len(l.Text) && l.equal(s[:len(l.Text)])
	}
	if l.Fold {
		return containsFold(s, l.Text)
	}
	return strings.Contains(s, l.Text)
}

func (l literal) matchEnd(s string) bool {
	if len(s) < len(l.Text) || l.Start && len(s) != len(l.Text) {
		return false
	}
	return l.equal(s[len(s)-len(l.Text):])
}

func (l literal) equal(s string) bool {
	if l.Fold {
		return equalFold(s, l.Text)
	}
	return s == l.Text
}

// containsFold looks for an ASCII text in any case.
func containsFold(s, text string) bool {
	if text == "" {
		return true
	}
	lower, upper := lowerByte(text[0]), upperByte(text[0])
	for i := 0; i+len(text) <= len(s); i++ {
		if s[i] != lower && s[i] != upper {
			continue
		}
		if equalFold(s[i:i+len(text)], text) {
			return true
		}
	}
	return false
}

// equalFold compares two texts of one length, of which one is ASCII.
func equalFold(a, b string) bool {
	for i := range len(a) {
		if a[i] != b[i] && lowerByte(a[i]) != lowerByte(b[i]) {
			return false
		}
	}
	return true
}

func lowerByte(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

func upperByte(c byte) byte {
	if c >= 'a' && c <= 'z' {
		return c - ('a' - 'A')
	}
	return c
}
