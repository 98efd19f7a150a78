package regex

import "strconv"

const (
	maxRepeat = 65535 // PCRE's own limit
	stdRepeat = 1000  // the standard library's
)

// counted reads {n}, {n,} or {n,m} after its {; anything else is no quantifier.
func (t *translator) counted(at int) bool {
	i := t.pos
	low, ok := t.count(&i)
	if !ok {
		return false
	}
	high := low
	if i < len(t.pattern) && t.pattern[i] == ',' {
		i++
		if high, ok = t.count(&i); !ok {
			high = -1
		}
	}
	if i >= len(t.pattern) || t.pattern[i] != '}' {
		return false
	}
	t.pos = i + 1
	if low > maxRepeat || high > maxRepeat {
		t.fail(at, "a repeat count is larger than %d", maxRepeat)
	}
	if high >= 0 && high < low {
		t.fail(at, "the counts of a quantifier are in the wrong order")
	}
	if low > stdRepeat || high > stdRepeat {
		t.need("a repeat count over 1000")
	}
	t.repeat(at, t.pattern[at:t.pos], low)
	return true
}

// count reads a number at *i.
func (t *translator) count(i *int) (int, bool) {
	start := *i
	for *i < len(t.pattern) && t.pattern[*i] >= '0' && t.pattern[*i] <= '9' {
		*i++
	}
	if *i == start {
		return 0, false
	}
	n, err := strconv.Atoi(t.pattern[start:*i])
	if err != nil {
		n = maxRepeat + 1
	}
	return n, true
}

// quantifier reads *, + or ?.
func (t *translator) quantifier(at int, c rune) {
	low := 0
	if c == '+' {
		low = 1
	}
	t.repeat(at, string(c), low)
}

// repeat writes a quantifier after the last atom, with the ? or + that follows.
func (t *translator) repeat(at int, text string, low int) {
	if t.atom < 0 {
		t.fail(at, "%s has nothing to repeat before it", text)
	}
	if t.flags.extended {
		t.skipExtended()
	}
	lazy, possessive := t.take("?"), false
	if !lazy {
		possessive = t.take("+")
	}
	if !possessive && lazy != t.flags.swapGreed {
		text += "?"
	}
	if t.atomKind != atomSingle {
		t.wrap("(?:", ")")
	}
	t.literals.repeated(low, t.depth)
	if t.atom == 0 || string(t.out[:t.atom]) == "(?i)" {
		t.startsWith = false // ^? or ^* does not bind
	}
	t.emit(text)
	t.atomKind = atomRepeat
	if possessive {
		t.need("a possessive quantifier")
		t.wrap("(?>", ")")
	}
}

// wrap puts text around the last atom.
func (t *translator) wrap(before, after string) {
	t.emit(before + after)
	copy(t.out[t.atom+len(before):], t.out[t.atom:len(t.out)-len(before)-len(after)])
	copy(t.out[t.atom:], before)
	copy(t.out[len(t.out)-len(after):], after)
}

// skipExtended skips what (?x) ignores.
func (t *translator) skipExtended() {
	for t.pos < len(t.pattern) {
		switch t.pattern[t.pos] {
		case ' ', '\t', '\n', '\v', '\f', '\r':
			t.pos++
		case '#':
			t.comment()
		default:
			return
		}
	}
}
