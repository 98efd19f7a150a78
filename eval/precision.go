package eval

import (
	"math"
	"strconv"
	"strings"

	"spl/eval/batch"
)

// A number knows how precise it is (eval-functions 5.4). We keep one figure: the
// count of decimal places that mean something. It is negative where not even the
// last digits before the point do. The significant digits follow from it and from
// the size of the number.
//
// Choices, for the pages leave them open: tracking applies to numbers read from
// fields too, where a text is taken as exact unless its fraction ends in a 0 (an
// exact double is never written so, hence somebody rounded it); 0 counts as having
// one digit before the point.

// trackPrecision is the one switch: false makes every number exact.
const trackPrecision = true

// exact marks a number without limits to its precision. As the largest possible
// figure it yields to any other in min.
const exact int16 = math.MaxInt16

// maxDecimals keeps absurd precision out of the output.
const maxDecimals = 320

func clampDecimals(n int) int16 {
	if !trackPrecision {
		return exact
	}
	return int16(max(-maxDecimals, min(n, maxDecimals)))
}

// limited makes a number that is precise to dec decimal places.
func limited(n float64, dec int) Value {
	return Value{kind: Number, num: n, dec: clampDecimals(dec)}
}

// decimals is the precision of a value that is a number or looks like one.
func (v Value) decimals() int16 {
	if v.kind == Number {
		return v.dec
	}
	if !trackPrecision || v.str == "" || strings.IndexByte(v.str, '.') < 0 {
		return exact
	}
	return decimalsOfField(v.str)
}

// decimalsOfField is the precision of a number in a field's text.
func decimalsOfField(s string) int16 {
	mantissa, _, _ := cutExponent(s)
	if !strings.HasSuffix(mantissa, "0") {
		return exact
	}
	return decimalsAsWritten(s)
}

// decimalsAsWritten is the precision of a literal: as many places as it shows.
func decimalsAsWritten(s string) int16 {
	mantissa, exponent, _ := cutExponent(s)
	point := strings.IndexByte(mantissa, '.')
	if point < 0 || !trackPrecision {
		return exact
	}
	e, err := strconv.Atoi(exponent)
	if err != nil {
		e = 0
	}
	e = max(-maxDecimals, min(e, maxDecimals))
	return clampDecimals(len(mantissa) - point - 1 - e)
}

func cutExponent(s string) (mantissa, exponent string, found bool) {
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return s, "", false
}

// magnitude is the number of digits before the point; for 0.05 it is -1.
func magnitude(n float64) int {
	n = math.Abs(n)
	if n == 0 || math.IsInf(n, 0) || math.IsNaN(n) {
		return 1
	}
	e := int(math.Floor(math.Log10(n)))
	if math.Pow10(e+1) <= n {
		e++
	}
	if math.Pow10(e) > n {
		e--
	}
	return e + 1
}

// sumDecimals is the precision of l+r and l-r: the fewer decimals.
func sumDecimals(l, r Value) int16 { return min(l.decimals(), r.decimals()) }

// productDecimals is the precision of a product or quotient: the fewer significant
// digits.
func productDecimals(l, r Value, result float64) int16 {
	ld, rd := l.decimals(), r.decimals()
	if ld == exact && rd == exact {
		return exact
	}
	digits := math.MaxInt
	if ld != exact {
		n, _ := l.Number()
		digits = int(ld) + magnitude(n)
	}
	if rd != exact {
		n, _ := r.Number()
		digits = min(digits, int(rd)+magnitude(n))
	}
	return clampDecimals(digits - magnitude(result))
}

// formatNumber renders a number by its precision: an exact one in full, another
// with as many decimals as mean something, zeros at the end included.
func formatNumber(n float64, dec int16) string {
	if dec == exact || math.IsNaN(n) || math.Abs(n) >= 1e17 {
		return batch.FormatNumber(n)
	}
	return fixed(n, max(0, int(dec)))
}
