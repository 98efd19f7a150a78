package agg

import (
	"math"
	"math/big"
	"math/bits"
	"strconv"
	"strings"
)

// exact is a sum of doubles without any rounding.
//
// Most of it is an expansion after Shewchuk (1997): doubles that do not overlap,
// smallest first, whose true sum is the sum of all that was added. Numbers so large
// or small that an expansion could overflow, or a square lose bits, go into a whole
// number instead, counted in units of 2^wildExp.
type exact struct {
	parts []float64
	wild  *big.Int
	inf   infinity
}

// infinity says which infinities are part of a sum.
type infinity uint8

const (
	plusInf infinity = 1 << iota
	minusInf
)

const (
	wildExp   = -2148 // the square of the smallest double is 2^-2148
	tameBits  = 970   // 2^50 numbers below 2^970 cannot overflow
	tameTop   = 0x1p970
	squareTop = 0x1p480
	squareLow = 0x1p-480
)

// add adds x.
func (e *exact) add(x float64) {
	switch a := math.Abs(x); {
	case x == 0:
	case a < tameTop:
		e.grow(x)
	case math.IsInf(x, 1):
		e.inf |= plusInf
	case math.IsInf(x, -1):
		e.inf |= minusInf
	default:
		mant, exp := split(x)
		e.addWild(big.NewInt(mant), exp)
	}
}

// addSquare adds x².
func (e *exact) addSquare(x float64) {
	switch a := math.Abs(x); {
	case x == 0:
	case a > squareLow && a < squareTop:
		hi := x * x
		e.grow(hi)
		if lo := math.FMA(x, x, -hi); lo != 0 {
			e.grow(lo)
		}
	case math.IsInf(a, 1):
		e.inf |= plusInf
	default:
		mant, exp := split(a)
		m := big.NewInt(mant)
		e.addWild(m.Mul(m, m), 2*exp)
	}
}

// grow adds a tame number to the expansion.
func (e *exact) grow(x float64) {
	n := 0
	for _, y := range e.parts {
		if math.Abs(x) < math.Abs(y) {
			x, y = y, x
		}
		hi := x + y
		if lo := y - (hi - x); lo != 0 {
			e.parts[n] = lo
			n++
		}
		x = hi
	}
	e.parts = e.parts[:n]
	if x != 0 {
		e.parts = append(e.parts, x)
	}
}

// addWild adds m·2^exp, a multiple of 2^wildExp. It may change m.
func (e *exact) addWild(m *big.Int, exp int) {
	if exp >= wildExp {
		m.Lsh(m, uint(exp-wildExp))
	} else { // m ends in zeros
		m.Rsh(m, uint(wildExp-exp))
	}
	if e.wild == nil {
		e.wild = m
		return
	}
	e.wild.Add(e.wild, m)
}

// addNumber adds a number, whatever its size. It may change the number.
func (e *exact) addNumber(n number) {
	e.inf |= n.inf
	if n.exp < -1000 || n.exp+n.mant.BitLen() >= tameBits {
		e.addWild(n.mant, n.exp)
		return
	}
	sign := float64(n.mant.Sign())
	rest := n.mant.Abs(n.mant)
	for rest.Sign() != 0 {
		low := max(0, rest.BitLen()-53)
		top := new(big.Int).Rsh(rest, uint(low))
		e.grow(sign * math.Ldexp(float64(top.Int64()), n.exp+low))
		rest.Sub(rest, top.Lsh(top, uint(low)))
	}
}

// number is the sum so far.
func (e *exact) number() number {
	n := number{mant: new(big.Int), inf: e.inf}
	switch {
	case e.wild != nil:
		n.mant.Set(e.wild)
		n.exp = wildExp
	case len(e.parts) > 0:
		_, n.exp = split(e.parts[0])
		for _, p := range e.parts[1:] {
			_, x := split(p)
			n.exp = min(n.exp, x)
		}
	}
	for _, p := range e.parts {
		mant, exp := split(p)
		m := big.NewInt(mant)
		n.mant.Add(n.mant, m.Lsh(m, uint(exp-n.exp)))
	}
	return n
}

// split gives a finite x as a whole number times a power of two.
func split(x float64) (mant int64, exp int) {
	f, exp := math.Frexp(x)
	return int64(f * (1 << 53)), exp - 53
}

// number is mant·2^exp, a value without rounding, or an infinity.
type number struct {
	mant *big.Int
	exp  int
	inf  infinity
}

// special is the double of a number that is not finite.
func (n number) special() (float64, bool) {
	switch n.inf {
	case 0:
		return 0, false
	case plusInf:
		return math.Inf(1), true
	case minusInf:
		return math.Inf(-1), true
	}
	return math.NaN(), true
}

// float is a finite number with all its bits.
func (n number) float() *big.Float {
	f := new(big.Float).SetPrec(uint(max(64, n.mant.BitLen()))).SetInt(n.mant)
	return f.SetMantExp(f, n.exp)
}

// round is the nearest double.
func (n number) round() float64 {
	if x, ok := n.special(); ok {
		return x
	}
	x, _ := n.float().Float64()
	return x
}

// over is the double nearest to n divided by a finite d, which is not 0.
func (n number) over(d *big.Float) float64 {
	if x, ok := n.special(); ok {
		if d.Sign() < 0 {
			return -x
		}
		return x
	}
	x, _ := new(big.Float).SetPrec(53).Quo(n.float(), d).Float64()
	return x
}

// text is the number for a partial: inf, -inf, nan, or hexadecimal digits, p and
// the power of two.
func (n number) text() string {
	switch n.inf {
	case plusInf:
		return "inf"
	case minusInf:
		return "-inf"
	case plusInf | minusInf:
		return "nan"
	}
	m, exp := n.mant, n.exp
	if z := m.TrailingZeroBits(); z > 0 {
		m = new(big.Int).Rsh(m, z)
		exp += int(z)
	}
	if m.Sign() == 0 {
		exp = 0
	}
	return m.Text(16) + "p" + strconv.Itoa(exp)
}

// wholeText is text of a whole number.
func wholeText(i int64) string {
	if i == 0 {
		return "0p0"
	}
	z := bits.TrailingZeros64(uint64(i))
	b := strconv.AppendInt(make([]byte, 0, 24), i>>z, 16)
	return string(strconv.AppendInt(append(b, 'p'), int64(z), 10))
}

// readWhole reads what wholeText gave of a number of at most 62 bits. All that it reads
// readNumber reads alike.
func readWhole(s string) (int64, bool) {
	mant, exp, ok := strings.Cut(s, "p")
	if !ok || len(mant) > 16 || len(exp) > 2 {
		return 0, false
	}
	m, err := strconv.ParseInt(mant, 16, 64)
	if err != nil {
		return 0, false
	}
	x, err := strconv.Atoi(exp)
	if err != nil || x < 0 || bits.Len64(uint64(max(m, -m)))+x > 62 {
		return 0, false
	}
	return m << x, true
}

// readNumber reads what text gave. What no sum can be is refused, so that hostile
// text cannot ask for much memory.
func readNumber(s string) (number, bool) {
	n := number{mant: new(big.Int)}
	switch s {
	case "inf":
		n.inf = plusInf
		return n, true
	case "-inf":
		n.inf = minusInf
		return n, true
	case "nan":
		n.inf = plusInf | minusInf
		return n, true
	}
	mant, exp, ok := strings.Cut(s, "p")
	if !ok || len(mant) > 1200 {
		return n, false
	}
	if _, ok := n.mant.SetString(mant, 16); !ok {
		return n, false
	}
	x, err := strconv.Atoi(exp)
	n.exp = x
	return n, err == nil && x >= wildExp && x+n.mant.BitLen() <= 2200
}
