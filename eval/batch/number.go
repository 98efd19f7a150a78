package batch

import (
	"math"
	"strconv"
)

// ParseNumber reads a text that is a decimal number and nothing else: an optional
// sign, digits with at most one point, an optional exponent. Spaces, hexadecimal,
// "inf" and "nan" are text to Splunk (eval-functions 5.3).
func ParseNumber(s string) (float64, bool) {
	if len(s) == 0 || len(s) > 400 {
		return 0, false
	}
	i := 0
	neg := s[0] == '-'
	if neg || s[0] == '+' {
		i = 1
	}
	var n uint64
	digits, point := 0, -1
	for ; i < len(s); i++ {
		c := s[i]
		if c == '.' && point < 0 {
			point = digits
			continue
		}
		if c < '0' || c > '9' {
			break
		}
		digits++
		if digits <= 18 {
			n = n*10 + uint64(c-'0')
		}
	}
	if digits == 0 {
		return 0, false
	}
	if i == len(s) && point < 0 && digits <= 15 { // the common case: a short integer
		if neg {
			return -float64(n), true
		}
		return float64(n), true
	}
	if i < len(s) && !isExponent(s[i:]) {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil && !math.IsInf(f, 0) {
		return 0, false
	}
	return f, true
}

// isExponent says whether s is e, an optional sign and digits.
func isExponent(s string) bool {
	if s[0] != 'e' && s[0] != 'E' {
		return false
	}
	s = s[1:]
	if s != "" && (s[0] == '-' || s[0] == '+') {
		s = s[1:]
	}
	if s == "" {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// FormatNumber renders an exact number as Splunk does: an integral value without a
// decimal point, any other as the shortest text that reads back as the same double.
func FormatNumber(n float64) string {
	switch {
	case math.IsNaN(n):
		return "nan"
	case math.IsInf(n, 1):
		return "inf"
	case math.IsInf(n, -1):
		return "-inf"
	case n == math.Trunc(n) && math.Abs(n) < 1e15:
		return strconv.FormatInt(int64(n), 10)
	case n == math.Trunc(n) && math.Abs(n) < 1e17:
		return strconv.FormatFloat(n, 'f', 0, 64)
	case math.Abs(n) >= 1e17 || math.Abs(n) < 1e-4:
		return strconv.FormatFloat(n, 'e', -1, 64)
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}

// OrderedBits is a number of 64 bits that compares as cmp.Compare does with x: NaN is
// less than all else, and both zeros are the same.
func OrderedBits(x float64) uint64 {
	if math.IsNaN(x) {
		return 0
	}
	p := math.Float64bits(x + 0) // -0 + 0 is 0
	if p>>63 == 1 {
		return ^p
	}
	return p | 1<<63
}
