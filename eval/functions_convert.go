package eval

import (
	"math"
	"net/netip"
	"strconv"
	"strings"

	"spl/eval/batch"
	"spl/parser"
)

var conversionFunctions = []*Function{
	{
		Name: "ipmask", Min: 2, Max: 2, Usage: `ipmask("255.255.0.0", ip)`, Summary: "an IPv4 address with only the bits that the mask has",
		result: isText, call: maskIP,
	},
	{
		Name: "printf", Min: 1, Max: -1, Usage: `printf("%-10s %5.2f", text, number)`, Summary: "text made from a pattern, as in C",
		nulls: true, result: isText, call: printFormatted,
	},
	{
		Name: "toarray", Min: 1, Max: 1, Usage: "toarray(value)", Summary: "a JSON array of the values, with numbers and Booleans as such",
		multi: whole, result: isText,
		call: func(_ *frame, a []Value) Value {
			if a[0].kind == Multi {
				return Text(jsonArrayOf(a[0].list, inferJSON))
			}
			return jsonContainer(a[0], '[')
		},
	},
	{
		Name: "tobool", Min: 1, Max: 1, Usage: "tobool(value)", Summary: "TRUE for true and numbers but 0, FALSE for false and 0, else NULL",
		test: toBoolean,
	},
	{
		Name: "todouble", Min: 1, Max: 1, Usage: "todouble(value)", Summary: "the value as a number", result: isNumber,
		call: func(_ *frame, a []Value) Value { return negate(a[0], 1) },
	},
	{
		Name: "toint", Min: 1, Max: 1, Usage: "toint(value)", Summary: "the value as a whole number, rounded down", result: isNumber,
		call: func(_ *frame, a []Value) Value {
			n, ok := a[0].Number()
			if !ok {
				return Value{}
			}
			return Num(math.Floor(n))
		},
	},
	{
		Name: "tomv", Min: 1, Max: 1, Usage: "tomv(value)", Summary: "a multivalue of a JSON array's elements, quotes kept",
		multi: whole,
		call: func(_ *frame, a []Value) Value {
			if a[0].kind == Multi {
				return a[0]
			}
			if j, ok := parseJSON(a[0].Text()); ok && j.IsArray() {
				return arrayToMV(j, true)
			}
			return a[0]
		},
	},
	{
		Name: "tonumber", Min: 1, Max: 2, Usage: "tonumber(text[, base])", Summary: "the number that a text spells, in base 10 or another up to 36",
		build: buildToNumber,
	},
	{
		Name: "toobject", Min: 1, Max: 1, Usage: "toobject(value)", Summary: "the value if it is a JSON object, else NULL",
		result: isText,
		call:   func(_ *frame, a []Value) Value { return jsonContainer(a[0], '{') },
	},
	{
		Name: "tostring", Min: 1, Max: 2, Usage: `tostring(value[, "hex" | "commas" | "duration" | "binary"])`,
		Summary: "the value as text, a number in another spelling if asked",
		multi:   each, result: isText, call: toText,
	},
}

func maskIP(_ *frame, a []Value) Value {
	mask, err1 := netip.ParseAddr(a[0].Text())
	ip, err2 := netip.ParseAddr(a[1].Text())
	if err1 != nil || err2 != nil || !mask.Is4() || !ip.Is4() {
		return Value{}
	}
	m, b := mask.As4(), ip.As4()
	for i := range b {
		b[i] &= m[i]
	}
	return Text(netip.AddrFrom4(b).String())
}

func toBoolean(_ *frame, a []Value) tri {
	if a[0].kind == Bool {
		return a[0].truth()
	}
	if n, ok := a[0].Number(); ok {
		return triOf(n != 0)
	}
	switch a[0].Text() {
	case "true", "True":
		return yes
	case "false", "False":
		return no
	}
	return unknown
}

func buildToNumber(c *compiler, x *parser.Call) node {
	value := c.operand(x.Args[0])
	base := constantNode(Num(10))
	if len(x.Args) > 1 {
		base = c.operand(x.Args[1])
		if n, ok := base.value.integer(); base.constant && (!ok || n < 2 || n > 36) {
			c.fault(x.Args[1].Where(), "the base of `tonumber` must be a number from 2 to 36")
			return constantNode(Value{})
		}
	}
	convert := func(v, b Value) Value {
		n, ok := b.integer()
		if !ok || n < 2 || n > 36 {
			return Value{}
		}
		return toNumber(v, n)
	}
	_, isLiteral := x.Args[0].(*parser.Literal)
	if v := value.value; isLiteral && base.constant && convert(v, base.value).kind == Null {
		c.fault(x.Args[0].Where(), "`tonumber` cannot read this text as a number").
			WithHelp("a field's name is written without double quotes")
	}
	run, in := value.run, base.run
	return valueNode(isNumber, func(f *frame) Value { return convert(run(f), in(f)) })
}

// toNumber reads a text in a base. Spaces around it make it no number.
func toNumber(v Value, base int) Value {
	if v.kind != String && v.kind != Number {
		return Value{}
	}
	if base == 10 {
		return negate(v, 1)
	}
	s := v.Text()
	sign := 1.0
	if s != "" && (s[0] == '-' || s[0] == '+') {
		if s[0] == '-' {
			sign = -1
		}
		s = s[1:]
	}
	if base == 16 && len(s) > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X') {
		s = s[2:]
	}
	if s == "" {
		return Value{}
	}
	n := 0.0
	for i := range len(s) {
		d := digitValue(s[i])
		if d >= base {
			return Value{}
		}
		n = n*float64(base) + float64(d)
	}
	return Num(sign * n)
}

func digitValue(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'z':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'Z':
		return int(c-'A') + 10
	}
	return 99
}

// toText is tostring. A text that is no number stays as it is, whatever the format;
// an unknown format changes nothing. Formats may be in any case, as published searches
// have them.
func toText(_ *frame, a []Value) Value {
	n, ok := a[0].Number()
	if len(a) == 1 || !ok || math.IsNaN(n) || math.IsInf(n, 0) {
		return Text(a[0].Text())
	}
	switch strings.ToLower(a[1].Text()) {
	case "hex":
		return inBase(a[0], 16)
	case "binary":
		return inBase(a[0], 2)
	case "commas":
		return Text(withCommas(n))
	case "duration":
		return Text(duration(a[0]))
	}
	return Text(a[0].Text())
}

// inBase writes the whole part of a number; a negative one gets its sign in front
// (choice).
func inBase(v Value, base int) Value {
	n, ok := v.integer()
	if !ok {
		return Text(v.Text())
	}
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	if base == 16 {
		sign += "0x"
	}
	return Text(sign + strings.ToUpper(strconv.FormatInt(int64(n), base)))
}

func withCommas(n float64) string {
	if n == math.Trunc(n) {
		return groupThousands(fixed(n, 0))
	}
	return groupThousands(fixed(n, 2))
}

// groupThousands puts commas into the digits before the point.
func groupThousands(s string) string {
	start := 0
	for start < len(s) && (s[start] < '0' || s[start] > '9') {
		start++
	}
	end := start
	for end < len(s) && s[end] >= '0' && s[end] <= '9' {
		end++
	}
	out := []byte(s[:start])
	for i := start; i < end; i++ {
		if i > start && (end-i)%3 == 0 {
			out = append(out, ',')
		}
		out = append(out, s[i])
	}
	return string(append(out, s[end:]...))
}

// duration writes seconds as D+HH:MM:SS, with six decimals where there is a
// fraction, be it all zeros.
func duration(v Value) string {
	n, _ := v.Number()
	if math.Abs(n) >= maxInteger {
		return batch.FormatNumber(n)
	}
	decimals := 0
	if d := v.decimals(); n != math.Trunc(n) || d != exact && d > 0 {
		decimals = 6
	}
	whole, fraction, _ := strings.Cut(fixed(math.Abs(n), decimals), ".")
	seconds, _ := strconv.ParseInt(whole, 10, 64) // well formed and below 2^53
	var out []byte
	if n < 0 {
		out = append(out, '-')
	}
	if days := seconds / 86400; days > 0 {
		out = append(strconv.AppendInt(out, days, 10), '+')
	}
	out = appendTwo(out, seconds/3600%24)
	out = appendTwo(append(out, ':'), seconds/60%60)
	out = appendTwo(append(out, ':'), seconds%60)
	if decimals > 0 {
		out = append(append(out, '.'), fraction...)
	}
	return string(out)
}

func appendTwo(out []byte, n int64) []byte {
	return append(out, byte('0'+n/10), byte('0'+n%10))
}
