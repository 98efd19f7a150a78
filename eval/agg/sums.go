package agg

import (
	"math/big"
	"math/bits"
)

// maxInt bounds the whole numbers that a double holds exactly.
const maxInt = 1 << 53

// spill holds the exact sums of those groups for which plain integers do not do.
type spill struct {
	ext   []*exact
	bytes int64
}

// at is the exact sum of a group, made if need be.
func (s *spill) at(g int32) *exact {
	if int(g) >= len(s.ext) {
		s.ext = grow(s.ext, int(g)+1)
	}
	if s.ext[g] == nil {
		s.ext[g] = &exact{}
	}
	return s.ext[g]
}

// change runs f on a group's exact sum and keeps the account of memory.
func (s *spill) change(g int32, f func(*exact)) {
	e := s.at(g)
	before := cap(e.parts)
	wild := e.wild != nil
	f(e)
	if cap(e.parts) != before {
		s.bytes += int64(cap(e.parts)-before) * 8
		if before == 0 {
			s.bytes += 48
		}
	}
	if !wild && e.wild != nil {
		s.bytes += 300
	}
}

// number is a group's exact sum, 0 when it has none.
func (s *spill) number(g int32) (number, bool) {
	if int(g) >= len(s.ext) || s.ext[g] == nil {
		return number{mant: new(big.Int)}, false
	}
	return s.ext[g].number(), true
}

func (s *spill) size() int64 { return int64(cap(s.ext))*8 + s.bytes }

// sums are sums of numbers, one a group. Whole numbers are added as integers, the
// rest without rounding.
type sums struct {
	ints  []int64
	spill spill
}

// grow makes room for n groups.
func (s *sums) grow(n int) { s.ints = grow(s.ints, n) }

// add adds x to a group.
func (s *sums) add(g int32, x float64) {
	if x < maxInt && x > -maxInt {
		if i := int64(x); float64(i) == x {
			s.addInt(g, i)
			return
		}
	}
	s.spill.change(g, func(e *exact) { e.add(x) })
}

func (s *sums) addInt(g int32, i int64) {
	old := s.ints[g]
	sum := old + i
	if (old^sum)&(i^sum) < 0 { // overflow: set the old sum aside
		s.spill.change(g, func(e *exact) { e.addNumber(number{mant: big.NewInt(old)}) })
		sum = i
	}
	s.ints[g] = sum
}

// plain is a group's sum when it is a whole number below maxInt.
func (s *sums) plain(g int32) (int64, bool) {
	i := s.ints[g]
	spilled := int(g) < len(s.spill.ext) && s.spill.ext[g] != nil
	return i, !spilled && i < maxInt && i > -maxInt
}

// number is a group's sum.
func (s *sums) number(g int32) number {
	n, ok := s.spill.number(g)
	i := big.NewInt(s.ints[g])
	if !ok {
		n.mant = i
		return n
	}
	return plus(n, number{mant: i})
}

// text is a group's sum as [number.text] writes it.
func (s *sums) text(g int32) string {
	if int(g) < len(s.spill.ext) && s.spill.ext[g] != nil {
		return s.number(g).text()
	}
	return wholeText(s.ints[g])
}

// merge adds a number to a group.
func (s *sums) merge(g int32, n number) {
	if n.inf == 0 && n.exp >= 0 && n.mant.BitLen()+n.exp <= 62 {
		s.addInt(g, n.mant.Int64()<<n.exp)
		return
	}
	s.spill.change(g, func(e *exact) { e.addNumber(n) })
}

func (s *sums) bytes() int64 { return int64(cap(s.ints))*8 + s.spill.size() }

// plus is the sum of two numbers.
func plus(a, b number) number {
	if a.exp < b.exp {
		a, b = b, a
	}
	m := new(big.Int).Lsh(a.mant, uint(a.exp-b.exp))
	return number{mant: m.Add(m, b.mant), exp: b.exp, inf: a.inf | b.inf}
}

// squares are sums of squares, one a group. Whole numbers have 128 bits.
type squares struct {
	hi, lo []uint64
	spill  spill
}

func (s *squares) grow(n int) {
	s.hi = grow(s.hi, n)
	s.lo = grow(s.lo, n)
}

// add adds x² to a group.
func (s *squares) add(g int32, x float64) {
	if x < maxInt && x > -maxInt {
		if i := int64(x); float64(i) == x {
			i = max(i, -i)
			hi, lo := bits.Mul64(uint64(i), uint64(i))
			s.addInt(g, hi, lo)
			return
		}
	}
	s.spill.change(g, func(e *exact) { e.addSquare(x) })
}

func (s *squares) addInt(g int32, hi, lo uint64) {
	l, carry := bits.Add64(s.lo[g], lo, 0)
	h, carry := bits.Add64(s.hi[g], hi, carry)
	if carry != 0 { // overflow: set the old sum aside
		n := number{mant: s.whole(g)}
		s.spill.change(g, func(e *exact) { e.addNumber(n) })
		h, l = hi, lo
	}
	s.hi[g], s.lo[g] = h, l
}

// whole is the part of a group's sum that is held as an integer.
func (s *squares) whole(g int32) *big.Int {
	m := new(big.Int).SetUint64(s.hi[g])
	m.Lsh(m, 64)
	return m.Or(m, new(big.Int).SetUint64(s.lo[g]))
}

// number is a group's sum of squares.
func (s *squares) number(g int32) number {
	n, ok := s.spill.number(g)
	w := number{mant: s.whole(g)}
	if !ok {
		return w
	}
	return plus(n, w)
}

// merge adds a number, which is not negative, to a group.
func (s *squares) merge(g int32, n number) {
	if n.inf == 0 && n.exp >= 0 && n.mant.Sign() >= 0 && n.mant.BitLen()+n.exp <= 127 {
		m := n.mant.Lsh(n.mant, uint(n.exp))
		lo := new(big.Int).And(m, new(big.Int).SetUint64(^uint64(0))).Uint64()
		s.addInt(g, m.Rsh(m, 64).Uint64(), lo)
		return
	}
	s.spill.change(g, func(e *exact) { e.addNumber(n) })
}

func (s *squares) bytes() int64 { return int64(cap(s.hi)+cap(s.lo))*8 + s.spill.size() }
