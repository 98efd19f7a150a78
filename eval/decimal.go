package eval

import (
	"math"
	"strconv"

	"spl/eval/batch"
)

// decimal is a number as the shortest row of digits that reads back as the same
// double. Rounding it rounds what a reader sees: 2.555 becomes 2.56 although the
// double lies a little below.
type decimal struct {
	neg    bool
	digits []byte
	point  int // digits before the point; negative: zeros after it
}

func toDecimal(n float64, buf []byte) decimal {
	text := strconv.AppendFloat(buf, math.Abs(n), 'e', -1, 64)
	d := decimal{neg: math.Signbit(n), digits: text[:0]}
	for i, c := range text {
		if c == 'e' {
			e, _ := strconv.Atoi(string(text[i+1:])) // well formed: we wrote it
			d.point = e + 1
			break
		}
		if c != '.' {
			d.digits = append(d.digits, c)
		}
	}
	return d
}

// round cuts to n decimals, half away from zero; n may be negative.
func (d *decimal) round(n int) {
	keep := d.point + n
	if keep >= len(d.digits) {
		return
	}
	if keep < 0 {
		d.digits = d.digits[:0]
		return
	}
	up := d.digits[keep] >= '5'
	d.digits = d.digits[:keep]
	if !up {
		return
	}
	for i := keep - 1; i >= 0; i-- {
		if d.digits[i] != '9' {
			d.digits[i]++
			return
		}
		d.digits[i] = '0'
	}
	// All nines, or nothing left of the first digit: one more digit in front.
	d.digits = append(d.digits, '0')
	copy(d.digits[1:], d.digits)
	d.digits[0] = '1'
	d.point++
}

func (d *decimal) zero() bool {
	for _, c := range d.digits {
		if c != '0' {
			return false
		}
	}
	return true
}

// append writes the number with n decimals, n not negative.
func (d *decimal) append(out []byte, n int) []byte {
	if d.neg && !d.zero() {
		out = append(out, '-')
	}
	digit := func(i int) byte {
		if i < 0 || i >= len(d.digits) {
			return '0'
		}
		return d.digits[i]
	}
	if d.point <= 0 {
		out = append(out, '0')
	}
	for i := range d.point {
		out = append(out, digit(i))
	}
	if n > 0 {
		out = append(out, '.')
		for i := range n {
			out = append(out, digit(d.point+i))
		}
	}
	return out
}

// fixed writes n with the given number of decimals (at least 0), rounding half away
// from zero. A zero has no sign.
func fixed(n float64, decimals int) string {
	if math.IsNaN(n) || math.IsInf(n, 0) {
		return batch.FormatNumber(n)
	}
	var buf [32]byte
	d := toDecimal(n, buf[:0])
	d.round(decimals)
	var out [64]byte
	return string(d.append(out[:0], decimals))
}

// roundTo rounds to decimals places, which may be negative, half away from zero.
func roundTo(n float64, decimals int) float64 {
	if math.IsNaN(n) || math.IsInf(n, 0) {
		return n
	}
	var buf [32]byte
	d := toDecimal(n, buf[:0])
	d.round(decimals)
	var out [400]byte
	f, err := strconv.ParseFloat(string(d.append(out[:0], max(0, decimals))), 64)
	if err != nil {
		return n
	}
	return f
}
