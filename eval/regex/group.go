package regex

import (
	"strconv"
	"strings"
)

// group reads a parenthesis after its (.
func (t *translator) group(at int) {
	switch {
	case t.take("*"):
		t.verb(at)
	case !t.take("?"):
		t.capture(at, "")
	case t.take("#"):
		if n := strings.IndexByte(t.rest(), ')'); n >= 0 {
			t.pos += n + 1
			return
		}
		t.fail(at, "a comment without its )")
	case t.take(":"):
		t.enclose(at, "(?:")
	case t.take("|"):
		t.branchReset(at)
	case t.take(">"):
		t.need("an atomic group")
		t.enclose(at, "(?>")
	case t.take("="), t.take("!"), t.take("<="), t.take("<!"):
		t.look(at)
	case t.take("("):
		t.conditional(at)
	default:
		t.namedGroup(at)
	}
}

// namedGroup reads the groups with a name or a number in their head, and those
// that set flags.
func (t *translator) namedGroup(at int) {
	switch {
	case t.take("P<"), t.take("<"):
		t.capture(at, t.name(at, '>'))
	case t.take("'"):
		t.capture(at, t.name(at, '\''))
	case t.take("P="):
		t.backName(at, t.name(at, ')'))
	case t.take("P>"), t.take("&"):
		t.call(at, t.numberOf(at, t.name(at, ')')))
	case t.take("R)"):
		t.unsupported(at, "recursion, (?R),")
	case t.take("C"):
		t.unsupported(at, "a callout, (?C),")
	default:
		if n, ok := t.relative(')'); ok {
			t.call(at, n)
			return
		}
		t.setFlags(at)
	}
}

// enclose writes a group up to its ).
func (t *translator) enclose(at int, open string) {
	t.start(atomSingle)
	start := t.atom
	t.emit(open)
	t.alternatives()
	t.closing(at)
	t.emit(")")
	t.atom, t.atomKind = start, atomSingle
}

func (t *translator) closing(at int) {
	if !t.take(")") {
		t.fail(at, "a ( without its )")
	}
}

// capture reads the text of a capturing group.
func (t *translator) capture(at int, name string) {
	if len(t.calls) > 0 || name == "" && t.flags.noCapture {
		t.enclose(at, "(?:")
		return
	}
	n := t.groups.next()
	t.groups.names[n] = name
	if name != "" {
		t.groups.addName(name, n)
	}
	if _, ok := t.groups.body[n]; !ok {
		t.groups.body[n] = span{t.pos, t.flags}
	}
	open := "(?:"
	if t.muted == 0 {
		open = "("
		t.groups.engine[n] = append(t.groups.engine[n], len(t.groups.numbers))
		t.groups.numbers = append(t.groups.numbers, n)
	}
	t.open = append(t.open, n)
	t.enclose(at, open)
	t.open = t.open[:len(t.open)-1]
}

// next gives the number of the group that begins.
func (g *groupTable) next() int {
	g.last++
	if g.last == len(g.names) {
		g.names = append(g.names, "")
	}
	return g.last
}

func (g *groupTable) addName(name string, n int) {
	for _, known := range g.byName[name] {
		if known == n {
			return
		}
	}
	g.byName[name] = append(g.byName[name], n)
}

// branchReset reads (?|…), whose alternatives number their groups alike.
func (t *translator) branchReset(at int) {
	outer := t.reset
	t.reset = &resetGroup{depth: t.depth + 1, first: t.groups.last, max: t.groups.last}
	t.enclose(at, "(?:")
	t.groups.last = max(t.groups.last, t.reset.max)
	t.reset = outer
}

// A resetGroup is a (?| that is being read.
type resetGroup struct {
	depth      int
	first, max int // group numbers
}

// nextBranch starts another alternative.
func (t *translator) nextBranch() {
	if r := t.reset; r != nil && r.depth == t.depth && len(t.calls) == 0 {
		r.max = max(r.max, t.groups.last)
		t.groups.last = r.first
	}
}

// look reads a lookahead or lookbehind, whose head has been consumed.
func (t *translator) look(at int) {
	head := t.pattern[at:t.pos]
	t.need(map[string]string{
		"(?=": "a lookahead", "(?!": "a negative lookahead",
		"(?<=": "a lookbehind", "(?<!": "a negative lookbehind",
	}[head])
	t.enclose(at, head)
	t.atomKind = atomAssert
}

// verb reads (*NAME).
func (t *translator) verb(at int) {
	end := strings.IndexByte(t.rest(), ')')
	if end < 0 {
		t.fail(at, "a ( without its )")
	}
	name := t.rest()[:end]
	t.pos += end + 1
	if name != "F" && name != "FAIL" {
		t.unsupported(at, "(*"+name+")")
	}
	t.start(atomSingle)
	t.emit(noChar)
}

// setFlags reads (?flags) and (?flags:…).
func (t *translator) setFlags(at int) {
	f, on := t.flags, true
	if t.take("^") {
		f = flags{}
	}
	for t.pos < len(t.pattern) {
		switch c := t.next(); c {
		case '-':
			on = false
		case 'i':
			f.ignoreCase = on
		case 's':
			f.dotAll = on
		case 'm':
			f.multiline = on
		case 'x':
			f.moreExtended = on && strings.HasSuffix(t.pattern[:t.pos], "xx")
			f.extended = on
		case 'n':
			f.noCapture = on
		case 'U':
			f.swapGreed = on
		case 'J': // duplicate names are always allowed here
		case ')':
			t.switchFlags(f)
			return
		case ':':
			t.flagGroup(at, f)
			return
		default:
			t.fail(at, "(?%c is not a group that is known", c)
		}
	}
	t.fail(at, "a ( without its )")
}

// switchFlags sets flags up to the end of the group.
func (t *translator) switchFlags(f flags) {
	if len(t.out) == 0 && f.ignoreCase {
		t.literals.fold = true
	}
	if f.ignoreCase != t.flags.ignoreCase {
		t.emit(caseFlag(f) + ")")
		t.literals.flush()
	}
	t.flags = f
	t.atom = -1
}

func (t *translator) flagGroup(at int, f flags) {
	outer := t.flags
	open := "(?:"
	if f.ignoreCase != outer.ignoreCase {
		open = caseFlag(f) + ":"
	}
	t.flags = f
	t.enclose(at, open)
	t.flags = outer
}

func caseFlag(f flags) string {
	if f.ignoreCase {
		return "(?i"
	}
	return "(?-i"
}

// name reads a group's name and the character that ends it.
func (t *translator) name(at int, end byte) string {
	n := 0
	for n < len(t.rest()) && isWord(t.rest()[n]) {
		n++
	}
	name := t.rest()[:n]
	if n == len(t.rest()) || t.rest()[n] != end {
		t.fail(at, "the name of a group has only letters, digits and _, and ends with %c", end)
	}
	if n == 0 || name[0] >= '0' && name[0] <= '9' {
		t.fail(at, "the name of a group starts with a letter or _")
	}
	t.pos += n + 1
	return name
}

// relative reads a group number, perhaps counted from here with + or -, and
// the character that ends it. It consumes nothing if that is not there.
func (t *translator) relative(end byte) (int, bool) {
	i := t.pos
	sign := byte(0)
	if i < len(t.pattern) && (t.pattern[i] == '+' || t.pattern[i] == '-') {
		sign = t.pattern[i]
		i++
	}
	n, ok := t.count(&i)
	if !ok || i >= len(t.pattern) || t.pattern[i] != end {
		return 0, false
	}
	at := t.pos
	t.pos = i + 1
	switch sign {
	case '-':
		n = t.groups.last + 1 - n
	case '+':
		n += t.groups.last
	}
	if n < 0 || sign == '-' && n == 0 {
		t.fail(at, "there is no group so far before this")
	}
	return n, true
}

// numberOf gives the number of the first group with a name.
func (t *translator) numberOf(at int, name string) int {
	if t.known == nil {
		return 1
	}
	numbers := t.known.byName[name]
	if len(numbers) == 0 {
		t.fail(at, "there is no group named %q", name)
	}
	return numbers[0]
}

// conditional reads (?(condition)yes|no) after its second (.
func (t *translator) conditional(at int) {
	t.need("a conditional group")
	switch {
	case t.take("?="), t.take("?!"), t.take("?<="), t.take("?<!"):
		t.start(atomSingle)
		start := t.atom
		t.emit("(?")
		head := t.pattern[at+2 : t.pos]
		t.enclose(at, head)
		t.alternatives()
		t.closing(at)
		t.emit(")")
		t.atom, t.atomKind = start, atomSingle
		return
	case t.take("DEFINE)"):
		t.define(at)
		return
	}
	n := t.condition(at)
	t.enclose(at, "(?("+strconv.Itoa(t.single(at, n))+")")
}

// condition reads the group that a conditional asks about.
func (t *translator) condition(at int) int {
	if n, ok := t.relative(')'); ok {
		return n
	}
	switch {
	case t.take("<"):
		n := t.numberOf(at, t.name(at, '>'))
		t.closing(at)
		return n
	case t.take("'"):
		n := t.numberOf(at, t.name(at, '\''))
		t.closing(at)
		return n
	case strings.HasPrefix(t.rest(), "R"), strings.HasPrefix(t.rest(), "VERSION"):
		t.unsupported(at, "a condition on recursion or version")
	}
	return t.numberOf(at, t.name(at, ')'))
}

// define reads groups that are there only to be called.
func (t *translator) define(at int) {
	t.start(atomAssert)
	length, needs := len(t.out), t.needs
	t.muted++
	t.alternatives()
	t.muted--
	t.closing(at)
	t.out = t.out[:length]
	t.needs = needs
	t.atom = -1
}
