package regex

import (
	"slices"
	"strconv"
	"strings"
)

// single gives the engine's number for a group that has just one.
func (t *translator) single(at, number int) int {
	if t.known == nil {
		return 1
	}
	groups := t.known.engine[number]
	if len(groups) == 0 {
		t.fail(at, "there is no group %d", number)
	}
	if len(groups) > 1 {
		t.unsupported(at, "a condition on a group that several parentheses share")
	}
	return groups[0]
}

// backName writes a reference to what a named group took.
func (t *translator) backName(at int, name string) {
	var groups []int
	if t.known != nil {
		t.numberOf(at, name)
		for _, n := range t.known.byName[name] {
			groups = append(groups, t.known.engine[n]...)
		}
	}
	t.backGroups(at, groups)
}

// backNumber writes a reference to what a group took.
func (t *translator) backNumber(at, number int) {
	var groups []int
	if t.known != nil {
		if groups = t.known.engine[number]; number < 1 || len(groups) == 0 {
			t.fail(at, "there is no group %d", number)
		}
	}
	t.backGroups(at, groups)
}

// backGroups writes a reference to the first of some engine groups that took
// part; if none did, it does not match.
func (t *translator) backGroups(_ int, groups []int) {
	t.need("a back reference")
	t.start(atomSingle)
	if len(groups) == 1 {
		t.emit(`(?:\` + strconv.Itoa(groups[0]) + ")")
		return
	}
	for _, g := range groups {
		n := strconv.Itoa(g)
		t.emit("(?(" + n + `)(?:\` + n + ")|")
	}
	t.emit("(?!)" + strings.Repeat(")", len(groups)))
}

// call writes the text of a group once more, in place of a subroutine call.
// The groups in it do not capture. A group that calls itself is an error.
func (t *translator) call(at, number int) {
	t.start(atomSingle)
	start := t.atom
	if t.known == nil {
		t.emit("(?:)")
		return
	}
	if number == 0 || slices.Contains(t.calls, number) || len(t.calls) == 0 && slices.Contains(t.open, number) {
		t.unsupported(at, "recursion, a group that calls itself,")
	}
	body, ok := t.known.body[number]
	if !ok {
		t.fail(at, "there is no group %d", number)
	}
	pos, outer, group := t.pos, t.flags, "(?:"
	if body.flags.ignoreCase != outer.ignoreCase {
		group = caseFlag(body.flags) + ":"
	}
	t.pos, t.flags = body.start, body.flags
	t.calls = append(t.calls, number)
	t.emit(group)
	t.alternatives()
	t.emit(")")
	t.calls = t.calls[:len(t.calls)-1]
	t.pos, t.flags = pos, outer
	t.atom, t.atomKind = start, atomSingle
}

// reference reads \g and \k after that letter.
func (t *translator) reference(at int, letter rune) {
	switch {
	case letter == 'k' && t.take("{"):
		t.backName(at, t.name(at, '}'))
	case letter == 'k' && t.take("<"):
		t.backName(at, t.name(at, '>'))
	case letter == 'k' && t.take("'"):
		t.backName(at, t.name(at, '\''))
	case letter == 'g' && t.take("{"):
		if n, ok := t.relative('}'); ok {
			t.backNumber(at, n)
			return
		}
		t.backName(at, t.name(at, '}'))
	case letter == 'g' && t.take("<"):
		t.callEither(at, '>')
	case letter == 'g' && t.take("'"):
		t.callEither(at, '\'')
	case letter == 'g':
		t.plainReference(at)
	default:
		t.fail(at, `\k without the name of a group`)
	}
}

func (t *translator) callEither(at int, end byte) {
	n, ok := t.relative(end)
	if !ok {
		n = t.numberOf(at, t.name(at, end))
	}
	t.call(at, n)
}

// plainReference reads \g1 and \g-1.
func (t *translator) plainReference(at int) {
	back := t.take("-")
	n, ok := t.count(&t.pos)
	if !ok {
		t.fail(at, `\g without the number of a group`)
	}
	if back {
		n = t.groups.last + 1 - n
	}
	t.backNumber(at, n)
}
