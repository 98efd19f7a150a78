package regex

import (
	"slices"
	"strings"
	"unicode"
)

// A runeRange is a range of characters, both ends included.
type runeRange struct{ low, high rune }

// The sets that escapes stand for. Those of \h and \v have the characters that
// PCRE lists beyond ASCII.
var (
	digitSet = []runeRange{{'0', '9'}}
	wordSet  = []runeRange{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}
	spaceSet = []runeRange{{'\t', '\r'}, {' ', ' '}}
	horizSet = []runeRange{
		{'\t', '\t'},
		{' ', ' '},
		{0xa0, 0xa0},
		{0x1680, 0x1680},
		{0x180e, 0x180e},
		{0x2000, 0x200a},
		{0x202f, 0x202f},
		{0x205f, 0x205f},
		{0x3000, 0x3000},
	}
	vertSet = []runeRange{{'\n', '\r'}, {0x85, 0x85}, {0x2028, 0x2029}}
)

// posixSets are the classes of [:name:], all ASCII.
var posixSets = map[string][]runeRange{
	"alnum":  {{'0', '9'}, {'A', 'Z'}, {'a', 'z'}},
	"alpha":  {{'A', 'Z'}, {'a', 'z'}},
	"ascii":  {{0, 0x7f}},
	"blank":  {{'\t', '\t'}, {' ', ' '}},
	"cntrl":  {{0, 0x1f}, {0x7f, 0x7f}},
	"digit":  digitSet,
	"graph":  {{'!', '~'}},
	"lower":  {{'a', 'z'}},
	"print":  {{' ', '~'}},
	"punct":  {{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}},
	"space":  spaceSet,
	"upper":  {{'A', 'Z'}},
	"word":   wordSet,
	"xdigit": {{'0', '9'}, {'A', 'F'}, {'a', 'f'}},
}

// classEscape gives the set of the escapes that the engines lack or read
// otherwise: RE2's \s has no vertical tab.
func classEscape(c rune) ([]runeRange, bool) {
	switch c {
	case 's':
		return spaceSet, true
	case 'S':
		return complement(spaceSet), true
	case 'h':
		return horizSet, true
	case 'H':
		return complement(horizSet), true
	case 'v':
		return vertSet, true
	case 'V':
		return complement(vertSet), true
	}
	return nil, false
}

// complement gives all other characters. The ranges have to be in order.
func complement(set []runeRange) []runeRange {
	var out []runeRange
	low := rune(0)
	for _, r := range set {
		if r.low > low {
			out = append(out, runeRange{low, r.low - 1})
		}
		low = r.high + 1
	}
	return append(out, runeRange{low, unicode.MaxRune})
}

// A classReader gathers what is in brackets.
type classReader struct {
	negate bool
	set    []runeRange
	props  []string
}

// class reads a character class after its [.
func (t *translator) class(at int) {
	c := classReader{negate: t.take("^")}
	first := true
	for {
		if t.pos == len(t.pattern) {
			t.fail(at, "a [ without its ]")
		}
		if !first && t.take("]") {
			break
		}
		if t.flags.moreExtended && (t.take(" ") || t.take("\t")) {
			continue
		}
		first = false
		t.member(at, &c)
	}
	if one := len(c.set) == 1 && c.set[0].low == c.set[0].high; one && !c.negate && c.props == nil {
		t.literal(c.set[0].low) // [.] is a way to write \.
		return
	}
	t.start(atomSingle)
	t.emit("[")
	if c.negate {
		t.emit("^")
	}
	for _, p := range c.props {
		t.emit(p)
	}
	t.emitRanges(c.set)
	t.emit("]")
}

// member reads one character, range or set of a class.
func (t *translator) member(at int, c *classReader) {
	low, single := t.classItem(at, c)
	if !single {
		return
	}
	high := low
	if strings.HasPrefix(t.rest(), "-") && !strings.HasPrefix(t.rest(), "-]") && len(t.rest()) > 1 {
		t.pos++
		if high, single = t.classItem(at, c); !single {
			// A set cannot end a range, so that both are for themselves.
			c.set = append(c.set, runeRange{low, low}, runeRange{'-', '-'})
			return
		}
		if high < low {
			t.fail(at, "the range %c-%c is in the wrong order", low, high)
		}
	}
	if low >= 0 {
		c.set = append(c.set, runeRange{low, high})
	}
}

// classItem reads one character, or adds a set and returns false.
func (t *translator) classItem(at int, c *classReader) (rune, bool) {
	if strings.HasPrefix(t.rest(), "[") {
		if t.posix(at, c) {
			return 0, false
		}
	}
	r := t.next()
	if r != '\\' {
		return r, true
	}
	if t.pos == len(t.pattern) {
		t.fail(at, "a [ without its ]")
	}
	start := t.pos - 1
	r = t.next()
	if set, ok := classEscape(r); ok {
		c.set = append(c.set, set...)
		return 0, false
	}
	switch r {
	case 'd':
		c.set = append(c.set, digitSet...)
	case 'D':
		c.set = append(c.set, complement(digitSet)...)
	case 'w':
		c.set = append(c.set, wordSet...)
	case 'W':
		c.set = append(c.set, complement(wordSet)...)
	case 'p', 'P':
		c.addProperty(t.property(start, r == 'P'))
	case 'Q':
		return t.classQuote(c)
	case 'E':
	case 'b':
		return '\b', true
	case 'N', 'R', 'X', 'B', 'C':
		t.fail(start, `\%c cannot stand in a class`, r)
	default:
		if r >= '0' && r <= '7' {
			t.pos--
			return t.octal(3), true
		}
		return t.character(start, r), true
	}
	return 0, false
}

// addProperty adds a property, which may have been written as a class.
func (c *classReader) addProperty(text string) {
	switch text {
	case anyChar:
		c.set = append(c.set, runeRange{0, unicode.MaxRune})
	case noChar:
	default:
		c.props = append(c.props, text)
	}
}

// classQuote reads \Q…\E in a class: all but its last character are for
// themselves, and the last may begin a range.
func (t *translator) classQuote(c *classReader) (rune, bool) {
	text, _, closed := strings.Cut(t.rest(), `\E`)
	t.pos += len(text)
	if closed {
		t.pos += len(`\E`)
	}
	runes := []rune(text)
	if len(runes) == 0 {
		return 0, false
	}
	last := runes[len(runes)-1]
	for _, r := range runes[:len(runes)-1] {
		c.set = append(c.set, runeRange{r, r})
	}
	return last, true
}

// posix reads [:name:] or [:^name:].
func (t *translator) posix(at int, c *classReader) bool {
	rest := t.rest()
	if len(rest) < 4 || !strings.ContainsRune(":.=", rune(rest[1])) {
		return false
	}
	name, _, ok := strings.Cut(rest[2:], rest[1:2]+"]")
	bare := strings.TrimPrefix(name, "^")
	if !ok || bare == "" || strings.IndexFunc(bare, func(r rune) bool { return r < 'a' || r > 'z' }) >= 0 {
		return false
	}
	if rest[1] != ':' {
		t.unsupported(at, "a collating element, ["+rest[1:2]+name+rest[1:2]+"],")
	}
	set, ok := posixSets[bare]
	if !ok {
		t.fail(at, "[:%s:] is not a class that is known", name)
	}
	if bare != name {
		set = complement(set)
	}
	c.set = append(c.set, set...)
	t.pos += len(name) + 4
	return true
}

// emitRanges writes ranges as the inside of a class, in order and joined.
func (t *translator) emitRanges(set []runeRange) {
	set = slices.Clone(set)
	slices.SortFunc(set, func(a, b runeRange) int { return int(a.low - b.low) })
	for i := 0; i < len(set); {
		r := set[i]
		for i++; i < len(set) && set[i].low <= r.high+1; i++ {
			r.high = max(r.high, set[i].high)
		}
		t.emit(quote(r.low))
		if r.high > r.low {
			t.emit("-" + quote(r.high))
		}
	}
}
