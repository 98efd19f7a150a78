package regex

import "unicode/utf8"

// A literalTracker watches what a translator writes for two facts: that the
// whole pattern is literal text, and which text every match must contain.
type literalTracker struct {
	whole      bool // only literals and anchors so far
	fold       bool // the whole pattern ignores case
	wasWhole   bool // whole before the last stop
	start, end bool
	text       []byte // the whole, while it is
	run        []byte // literals since the last other item, outside of groups
	best       []byte
	branches   bool // the pattern has alternatives outside of groups
}

// add notes a literal character.
func (l *literalTracker) add(r rune, depth int, ignoreCase bool) {
	if l.end || depth != 1 || ignoreCase != l.fold || l.fold && r >= utf8.RuneSelf || r == utf8.RuneError {
		l.whole = false
	}
	if depth != 1 || ignoreCase && (isLetter(r) || r >= utf8.RuneSelf) || r == utf8.RuneError {
		l.flush()
	} else {
		l.run = utf8.AppendRune(l.run, r)
	}
	if l.whole {
		l.text = utf8.AppendRune(l.text, r)
	}
}

func isLetter(r rune) bool { return r|0x20 >= 'a' && r|0x20 <= 'z' }

// stop notes an item that is not literal text.
func (l *literalTracker) stop() {
	l.flush()
	// An anchor sets whole again, as it is noted after its start.
	l.whole, l.wasWhole = false, l.whole
}

// flush ends a run of literals.
func (l *literalTracker) flush() {
	if len(l.run) > len(l.best) {
		l.best = append(l.best[:0], l.run...)
	}
	l.run = l.run[:0]
}

// anchorStart notes \A; first tells that nothing stands before it.
func (l *literalTracker) anchorStart(first bool) {
	l.whole = l.wasWhole && first
	l.start = true
}

// anchorEnd notes $; plain tells that it means the end of the text.
func (l *literalTracker) anchorEnd(depth int, plain bool) {
	l.whole = l.wasWhole && plain && depth == 1
	l.end = true
}

// alternative notes a |.
func (l *literalTracker) alternative(depth int) {
	l.whole = false
	l.flush()
	if depth == 1 {
		l.branches = true
	}
}

// repeated notes that the last item has a quantifier: its last character may
// be missing, and what follows it is not next to what stands before it.
func (l *literalTracker) repeated(low, depth int) {
	l.whole = false
	if depth != 1 || len(l.run) == 0 {
		l.flush()
		return
	}
	if low == 0 {
		_, n := utf8.DecodeLastRune(l.run)
		l.run = l.run[:len(l.run)-n]
	}
	l.flush()
}

func (l *literalTracker) literal() literal {
	if !l.whole {
		return literal{}
	}
	return literal{ok: true, Literal: Literal{Text: string(l.text), Fold: l.fold, Start: l.start, End: l.end}}
}

// longest gives the longest run of literals, or "" if there is none that every
// match has.
func (l *literalTracker) longest() string {
	if l.branches {
		return ""
	}
	l.flush()
	return string(l.best)
}
