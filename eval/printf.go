package eval

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// directive is one % of a printf pattern.
type directive struct {
	left, zero, plus, space, alt, commas bool
	width                                int
	precision                            int // -1: none given
	verb                                 byte
}

// maxWidth bounds what one directive may produce.
const maxWidth = 10000

// printFormatted is printf. A missing argument, or one that does not suit its
// directive, gives NULL.
func printFormatted(f *frame, a []Value) Value {
	if a[0].kind == Null {
		return Value{}
	}
	p := printer{pattern: a[0].Text(), args: a[1:]}
	for p.pos < len(p.pattern) {
		i := strings.IndexByte(p.pattern[p.pos:], '%')
		if i < 0 {
			p.out = append(p.out, p.pattern[p.pos:]...)
			break
		}
		p.out = append(p.out, p.pattern[p.pos:p.pos+i]...)
		p.pos += i + 1
		if !p.directive() || len(p.out) > f.left {
			return Value{}
		}
	}
	if !f.spend(len(p.out)) {
		return Value{}
	}
	return Text(string(p.out))
}

type printer struct {
	pattern string
	pos     int
	args    []Value
	out     []byte
}

// next takes the next argument; NULL when there is none left.
func (p *printer) next() Value {
	if len(p.args) == 0 {
		return Value{}
	}
	v := p.args[0]
	p.args = p.args[1:]
	return v
}

// directive reads what follows a % and writes its text.
func (p *printer) directive() bool {
	d := directive{precision: -1}
	for p.pos < len(p.pattern) && d.flag(p.pattern[p.pos]) {
		p.pos++
	}
	var ok bool
	if d.width, ok = p.size(); !ok {
		return false
	}
	if d.width < 0 {
		d.left, d.width = true, -d.width
	}
	if p.pos < len(p.pattern) && p.pattern[p.pos] == '.' {
		p.pos++
		if d.precision, ok = p.size(); !ok {
			return false
		}
		d.precision = max(-1, d.precision)
	}
	if d.width > maxWidth || d.precision > maxWidth || p.pos == len(p.pattern) {
		return false
	}
	d.verb = p.pattern[p.pos]
	p.pos++
	text, ok := p.verb(&d)
	p.pad(&d, text)
	return ok
}

func (d *directive) flag(c byte) bool {
	switch c {
	case '-':
		d.left = true
	case '0':
		d.zero = true
	case '+':
		d.plus = true
	case ' ':
		d.space = true
	case '#':
		d.alt = true
	case '\'':
		d.commas = true
	default:
		return false
	}
	return true
}

// size reads a width or precision: digits, or * for an argument.
func (p *printer) size() (int, bool) {
	if p.pos < len(p.pattern) && p.pattern[p.pos] == '*' {
		p.pos++
		n, ok := p.next().integer()
		return n, ok && n >= -maxWidth
	}
	n := 0
	for p.pos < len(p.pattern) && p.pattern[p.pos] >= '0' && p.pattern[p.pos] <= '9' {
		n = min(n*10+int(p.pattern[p.pos]-'0'), maxWidth+1)
		p.pos++
	}
	return n, true
}

// verb makes the text of a directive, without padding.
func (p *printer) verb(d *directive) (string, bool) {
	switch d.verb {
	case '%':
		return "%", true
	case 's', 'z':
		v := p.next()
		s := v.Text()
		if d.precision >= 0 {
			s = runeSlice(s, 0, d.precision)
		}
		d.zero = false
		return s, v.kind != Null
	case 'c':
		d.zero = false
		return character(p.next())
	case 'd', 'i', 'u', 'o', 'x', 'X', 'p':
		return d.integer(p.next())
	case 'e', 'E', 'f', 'F', 'g', 'G', 'a', 'A':
		n, ok := p.next().Number()
		return d.float(n), ok
	}
	return "", false
}

func (p *printer) pad(d *directive, s string) {
	missing := d.width - utf8.RuneCountInString(s)
	switch {
	case missing <= 0:
		p.out = append(p.out, s...)
	case d.left:
		p.out = append(append(p.out, s...), strings.Repeat(" ", missing)...)
	case d.zero:
		digits := strings.IndexAny(s, "0123456789")
		if digits < 0 { // inf and nan
			digits = len(s)
		}
		if digits == 0 && len(s) > 1 && (s[1] == 'x' || s[1] == 'X') {
			digits = 2
		}
		p.out = append(p.out, s[:digits]...)
		p.out = append(append(p.out, strings.Repeat("0", missing)...), s[digits:]...)
	default:
		p.out = append(append(p.out, strings.Repeat(" ", missing)...), s...)
	}
}

// character is %c: a number is a code point, a text gives its first letter.
func character(v Value) (string, bool) {
	if n, ok := v.integer(); ok {
		return string(rune(min(max(n, -1), utf8.MaxRune+1))), true
	}
	s := v.Text()
	return runeSlice(s, 0, 1), v.kind == String && s != ""
}

func (d *directive) sign(negative bool) string {
	switch {
	case negative:
		return "-"
	case d.plus:
		return "+"
	case d.space:
		return " "
	}
	return ""
}

// integer writes the whole part of a number.
func (d *directive) integer(v Value) (string, bool) {
	n, ok := v.Number()
	if !ok || !(math.Abs(n) < 1<<63) {
		return "", false
	}
	base, prefix := 10, ""
	switch d.verb {
	case 'o':
		base, prefix = 8, "0"
	case 'x':
		base, prefix = 16, "0x"
	case 'X', 'p':
		base, prefix = 16, "0X"
	}
	i := int64(n)
	var digits, sign string
	if d.verb == 'd' || d.verb == 'i' {
		sign = d.sign(i < 0)
		digits = strings.TrimPrefix(strconv.FormatInt(i, 10), "-")
	} else {
		digits = strconv.FormatUint(uint64(i), base)
	}
	if d.verb == 'X' || d.verb == 'p' {
		digits = strings.ToUpper(digits)
	}
	if d.precision > len(digits) {
		digits = strings.Repeat("0", d.precision-len(digits)) + digits
	}
	if d.precision >= 0 {
		d.zero = false
	}
	if d.commas && base == 10 {
		digits = groupThousands(digits)
	}
	if d.alt && base != 10 && i != 0 {
		digits = prefix + digits
	}
	return sign + digits, true
}

func (d *directive) float(n float64) string {
	sign := d.sign(math.Signbit(n))
	abs := math.Abs(n)
	upper := d.verb >= 'A' && d.verb <= 'Z'
	var s string
	switch {
	case math.IsNaN(n) || math.IsInf(n, 0):
		s = map[bool]string{true: "nan", false: "inf"}[math.IsNaN(n)]
		d.zero = false
	case d.verb == 'a' || d.verb == 'A':
		s = hexFloat(abs, d.precision)
	default:
		s = d.decimalFloat(abs)
	}
	if d.commas {
		s = groupThousands(s)
	}
	if upper {
		s = strings.ToUpper(s)
	}
	return sign + s
}

func (d *directive) decimalFloat(n float64) string {
	precision := d.precision
	if precision < 0 {
		precision = 6
	}
	verb := d.verb | 0x20
	if verb != 'g' {
		s := strconv.FormatFloat(n, verb, precision, 64)
		if d.alt && precision == 0 && verb == 'f' {
			s += "."
		}
		return s
	}
	// %g as C has it: the shorter of %e and %f, zeros at the end dropped unless #.
	precision = max(1, precision)
	exponential := strconv.FormatFloat(n, 'e', precision-1, 64)
	mantissa, exponent, _ := strings.Cut(exponential, "e")
	e, _ := strconv.Atoi(exponent)
	if e >= -4 && e < precision {
		s := strconv.FormatFloat(n, 'f', precision-1-e, 64)
		return d.dropZeros(s)
	}
	return d.dropZeros(mantissa) + "e" + exponent
}

func (d *directive) dropZeros(s string) string {
	if d.alt || strings.IndexByte(s, '.') < 0 {
		return s
	}
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// hexFloat is %a as C writes it: 0x1.8p+1.
func hexFloat(n float64, precision int) string {
	s := strconv.FormatFloat(n, 'x', precision, 64)
	i := strings.IndexByte(s, 'p')
	exponent := strings.TrimLeft(s[i+2:], "0")
	if exponent == "" {
		exponent = "0"
	}
	return s[:i+2] + exponent
}
