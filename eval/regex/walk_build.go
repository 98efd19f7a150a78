package regex

import (
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxWalk bounds the steps of a walker's pattern.
const maxWalk = 400

// newWalker makes a walker of a pattern in the standard library's syntax; nil where it
// has something that a walker does not do.
func newWalker(pattern string) *walker {
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil
	}
	b := &builder{}
	start := b.build(tree, b.add(inst{op: opDone}))
	if b.failed {
		return nil
	}
	w := &walker{prog: b.prog, start: start, slots: 2 * (tree.MaxCap() + 1)}
	w.look()
	return w
}

// builder makes steps, each after those behind it.
type builder struct {
	prog   []inst
	failed bool
}

func (b *builder) add(in inst) int {
	if len(b.prog) >= maxWalk {
		b.failed = true
		return 0
	}
	b.prog = append(b.prog, in)
	return len(b.prog) - 1
}

// build adds the steps of a part of the pattern, and gives the first; next is the step
// behind them.
func (b *builder) build(re *syntax.Regexp, next int) int {
	if b.failed {
		return next
	}
	switch re.Op {
	case syntax.OpEmptyMatch:
		return next
	case syntax.OpLiteral:
		return b.literal(re, next)
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return b.run(re, 1, 1, false, next)
	case syntax.OpCapture:
		inner := b.build(re.Sub[0], b.add(inst{op: opEdge, slot: 2*re.Cap + 1, next: next}))
		return b.add(inst{op: opEdge, slot: 2 * re.Cap, next: inner})
	case syntax.OpConcat:
		for i := len(re.Sub) - 1; i >= 0; i-- {
			next = b.build(re.Sub[i], next)
		}
		return next
	case syntax.OpAlternate:
		other := b.build(re.Sub[len(re.Sub)-1], next)
		for i := len(re.Sub) - 2; i >= 0; i-- {
			other = b.add(inst{op: opEither, next: b.build(re.Sub[i], next), other: other})
		}
		return other
	case syntax.OpStar, syntax.OpPlus, syntax.OpQuest, syntax.OpRepeat:
		return b.repeat(re, next)
	}
	if isTest(re.Op) {
		return b.add(inst{op: opTest, test: re.Op, next: next})
	}
	b.failed = true // what never matches, and what comes in newer versions
	return next
}

func (b *builder) literal(re *syntax.Regexp, next int) int {
	if re.Flags&syntax.FoldCase == 0 {
		lit := string(re.Rune)
		if strings.ContainsRune(lit, utf8.RuneError) { // is also what a wrong byte is
			b.failed = true
		}
		return b.add(inst{op: opLiteral, lit: lit, next: next})
	}
	for i := len(re.Rune) - 1; i >= 0; i-- {
		r := re.Rune[i]
		ranges := []rune{r, r}
		for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
			ranges = append(ranges, f, f)
		}
		next = b.add(inst{op: opRun, class: newClass(ranges), least: 1, most: 1, next: next})
	}
	return next
}

func (b *builder) run(re *syntax.Regexp, least, most int, lazy bool, next int) int {
	in := inst{op: opRun, class: newClass(rangesOf(re)), least: least, most: most, next: next}
	if lazy && least != most {
		in.op = opLazy
	}
	return b.add(in)
}

// repeat builds what comes several times. What may be nothing is left to others: the
// rules for its repetition are intricate.
func (b *builder) repeat(re *syntax.Regexp, next int) int {
	sub, lazy := re.Sub[0], re.Flags&syntax.NonGreedy != 0
	least, most := 0, many
	switch re.Op {
	case syntax.OpPlus:
		least = 1
	case syntax.OpQuest:
		most = 1
	case syntax.OpRepeat:
		least, most = re.Min, re.Max
	}
	if rangesOf(sub) != nil {
		return b.run(sub, least, most, lazy, next)
	}
	if re.Op == syntax.OpRepeat {
		return b.build(re.Simplify(), next)
	}
	if most == 1 {
		return b.either(b.build(sub, next), next, lazy)
	}
	if mayBeNothing(sub) {
		b.failed = true
		return next
	}
	loop := b.add(inst{op: opEither})
	if !lazy {
		sub = inRuns(sub)
	}
	inner := b.build(sub, loop)
	b.prog[loop].next, b.prog[loop].other = inner, next
	if lazy {
		b.prog[loop].next, b.prog[loop].other = next, inner
	}
	if least == 1 {
		return inner
	}
	return loop
}

// inRuns makes of a choice that is repeated, a character or something that begins with
// another one, a choice of a run of these characters: (?:[^"\\]|\\.)* is the most frequent.
func inRuns(re *syntax.Regexp) *syntax.Regexp {
	if re.Op != syntax.OpAlternate {
		return re
	}
	out := *re
	out.Sub = slices.Clone(re.Sub)
	for i, sub := range re.Sub {
		ranges := rangesOf(sub)
		if ranges == nil {
			continue
		}
		c, apart := newClass(ranges), true
		for j, other := range re.Sub {
			apart = apart && (i == j || beginsOutside(other, c))
		}
		if apart {
			out.Sub[i] = &syntax.Regexp{Op: syntax.OpPlus, Sub: []*syntax.Regexp{sub}}
		}
	}
	return &out
}

// beginsOutside says for certain that a part begins with a character that a class has not.
func beginsOutside(re *syntax.Regexp, c *class) bool {
	for re.Op == syntax.OpConcat || re.Op == syntax.OpCapture || re.Op == syntax.OpPlus {
		re = re.Sub[0]
	}
	switch {
	case re.Op == syntax.OpLiteral && re.Flags&syntax.FoldCase == 0:
		return !c.bytes[string(re.Rune[:1])[0]]
	case rangesOf(re) != nil:
		return !overlap(&c.bytes, &newClass(rangesOf(re)).bytes)
	}
	return false
}

func (b *builder) either(inner, next int, lazy bool) int {
	if lazy {
		inner, next = next, inner
	}
	return b.add(inst{op: opEither, next: inner, other: next})
}

// mayBeNothing says that a part of a pattern may match no characters.
func mayBeNothing(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpLiteral, syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return false
	case syntax.OpCapture, syntax.OpPlus:
		return mayBeNothing(re.Sub[0])
	case syntax.OpRepeat:
		return re.Min == 0 || mayBeNothing(re.Sub[0])
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			if !mayBeNothing(sub) {
				return false
			}
		}
		return true
	case syntax.OpAlternate:
		for _, sub := range re.Sub {
			if mayBeNothing(sub) {
				return true
			}
		}
		return false
	}
	return true
}

func isTest(op syntax.Op) bool {
	switch op {
	case syntax.OpBeginText, syntax.OpEndText, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return true
	}
	return false
}

// holds says whether a place is what a test asks for.
func holds(test syntax.Op, text string, i int) bool {
	switch test {
	case syntax.OpBeginText:
		return i == 0
	case syntax.OpEndText:
		return i == len(text)
	case syntax.OpBeginLine:
		return i == 0 || text[i-1] == '\n'
	case syntax.OpEndLine:
		return i == len(text) || text[i] == '\n'
	case syntax.OpWordBoundary:
		return betweenWords(text, i)
	default: // OpNoWordBoundary
		return !betweenWords(text, i)
	}
}

func betweenWords(text string, i int) bool {
	before := i > 0 && syntax.IsWordChar(rune(text[i-1]))
	return before != (i < len(text) && syntax.IsWordChar(rune(text[i])))
}
