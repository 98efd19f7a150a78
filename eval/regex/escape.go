package regex

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// escape reads an escape outside of a class, after its backslash.
func (t *translator) escape(at int) {
	if t.pos == len(t.pattern) {
		t.fail(at, `a \ at the end`)
	}
	c := t.next()
	if c >= '1' && c <= '9' {
		t.digits(at)
		return
	}
	if set, ok := classEscape(c); ok {
		t.start(atomSingle)
		t.emit("[")
		t.emitRanges(set)
		t.emit("]")
		return
	}
	switch c {
	case 'd', 'D', 'w', 'W':
		t.start(atomSingle)
		t.emit(`\` + string(c))
	case 'b', 'B', 'A', 'z', 'Z', 'G':
		t.anchor(c)
	case 'N', 'R', 'K', 'X', 'C':
		t.special(at, c)
	case 'p', 'P':
		t.start(atomSingle)
		t.emit(t.property(at, c == 'P'))
	case 'k', 'g':
		t.reference(at, c)
	case 'Q':
		t.quoted()
	case 'E': // the end of a quotation that did not begin
	default:
		t.literal(t.character(at, c))
	}
}

// quoted reads \Q…\E.
func (t *translator) quoted() {
	text, _, closed := strings.Cut(t.rest(), `\E`)
	end := t.pos + len(text)
	for t.pos < end {
		t.literal(t.next())
	}
	if closed {
		t.pos += len(`\E`)
	}
}

// boundaries spell \b and \B out for regexp2, whose own know the letters of all
// languages even in its RE2 mode.
var boundaries = map[rune]string{
	'b': `(?:(?<=[0-9A-Za-z_])(?![0-9A-Za-z_])|(?<![0-9A-Za-z_])(?=[0-9A-Za-z_]))`,
	'B': `(?:(?<=[0-9A-Za-z_])(?=[0-9A-Za-z_])|(?<![0-9A-Za-z_])(?![0-9A-Za-z_]))`,
}

// anchor writes the escapes that take no characters.
func (t *translator) anchor(c rune) {
	first := len(t.out) == 0 || string(t.out) == "(?i)"
	t.start(atomAssert)
	switch c {
	case 'Z':
		t.endOrNewline()
		t.literals.anchorEnd(t.depth, true)
		return
	case 'A':
		t.startsWith = t.startsWith || first && t.depth == 1
		t.literals.anchorStart(first)
	case 'G':
		t.need(`\G`)
	case 'b', 'B':
		if t.engine == engineBack {
			t.emit(boundaries[c])
			return
		}
	}
	t.emit(`\` + string(c))
}

// special writes the escapes that neither engine has.
func (t *translator) special(at int, c rune) {
	t.start(atomSingle)
	switch c {
	case 'N':
		if t.take("{U+") {
			t.unsupported(at, `\N{U+…}`)
		}
		t.emit(`[^\n]`)
	case 'R':
		t.need(`\R`)
		t.emit(`(?>\r\n|[\n-\r` + "\u0085\u2028\u2029" + `])`)
	case 'K':
		t.atomKind = atomAssert
		t.emit("()")
		t.groups.numbers = append(t.groups.numbers, keepGroup)
	default:
		t.unsupported(at, `\`+string(c))
	}
}

// digits reads \1 and the like: a reference, or from \10 on perhaps the octal
// number of a character.
func (t *translator) digits(at int) {
	t.pos = at + 1
	i := t.pos
	n, _ := t.count(&i)
	total := len(t.groups.names)
	if t.known != nil {
		total = len(t.known.names)
	}
	if n < 10 || n < total || t.pattern[t.pos] >= '8' {
		t.pos = i
		t.backNumber(at, n)
		return
	}
	t.literal(t.octal(3))
}

// octal reads at most some octal digits.
func (t *translator) octal(most int) rune {
	v := rune(0)
	for ; most > 0 && t.pos < len(t.pattern); most-- {
		c := t.pattern[t.pos]
		if c < '0' || c > '7' {
			break
		}
		v = v*8 + rune(c-'0')
		t.pos++
	}
	return v
}

// character gives the character that an escape stands for, in a class or not.
// c is what follows the backslash, and is consumed.
func (t *translator) character(at int, c rune) rune {
	switch c {
	case 'a':
		return '\a'
	case 'e':
		return 0x1b
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	case '0':
		return t.octal(2)
	case 'o':
		return t.braced(at, 8)
	case 'x':
		return t.hex(at)
	case 'c':
		return t.control(at)
	case 'L', 'l', 'U', 'u':
		t.unsupported(at, `\`+string(c))
	}
	return c // punctuation, and letters that mean nothing, are themselves
}

// control reads \cX.
func (t *translator) control(at int) rune {
	if t.pos == len(t.pattern) || t.pattern[t.pos] < ' ' || t.pattern[t.pos] > '~' {
		t.fail(at, `\c without a character`)
	}
	return rune(upperByte(byte(t.next()))) ^ 0x40
}

// hex reads \xhh with two digits or less, or \x{h…}.
func (t *translator) hex(at int) rune {
	if t.pos < len(t.pattern) && t.pattern[t.pos] == '{' {
		return t.braced(at, 16)
	}
	n := 0
	for n < 2 && n < len(t.rest()) && isHex(t.rest()[n]) {
		n++
	}
	v, _ := strconv.ParseUint("0"+t.rest()[:n], 16, 32)
	t.pos += n
	return rune(v)
}

func isHex(c byte) bool { return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f' }

// braced reads the number of a character in braces.
func (t *translator) braced(at, base int) rune {
	text, _, ok := strings.Cut(strings.TrimPrefix(t.rest(), "{"), "}")
	v, err := strconv.ParseUint(strings.TrimSpace(text), base, 32)
	if !ok || t.rest()[0] != '{' || err != nil {
		t.fail(at, "a character number is {digits} of base %d", base)
	}
	if !utf8.ValidRune(rune(v)) || v > unicode.MaxRune {
		t.fail(at, "%s is not the number of a character", text)
	}
	t.pos += len(text) + 2
	return rune(v)
}

// property reads \p{Name}, \p{^Name} or \pL, after its p, and writes it.
func (t *translator) property(at int, negate bool) string {
	var name string
	if t.take("{") {
		end := strings.IndexByte(t.rest(), '}')
		if end < 0 {
			t.fail(at, `\p{ without its }`)
		}
		name = t.rest()[:end]
		t.pos += end + 1
	} else if t.pos < len(t.pattern) {
		name = string(t.next())
	}
	if rest, ok := strings.CutPrefix(name, "^"); ok {
		name, negate = rest, !negate
	}
	p := `\p`
	if negate {
		p = `\P`
	}
	_, category := unicode.Categories[name]
	_, script := unicode.Scripts[name]
	switch {
	case name == "Any" && negate:
		return noChar
	case name == "Any":
		return anyChar
	case category || script:
		return p + "{" + name + "}"
	}
	t.unsupported(at, p+"{"+name+"}")
	return ""
}
