package eval

import (
	"math"
	"strings"
)

// tri is a truth value of three-valued logic: a comparison with NULL is neither
// TRUE nor FALSE (eval-functions 5.3).
type tri int8

const (
	no tri = iota
	yes
	unknown
)

func triOf(b bool) tri {
	if b {
		return yes
	}
	return no
}

func (t tri) not() tri {
	switch t {
	case no:
		return yes
	case yes:
		return no
	}
	return unknown
}

func (t tri) value() Value {
	switch t {
	case no:
		return Value{kind: Bool}
	case yes:
		return Value{kind: Bool, num: 1}
	}
	return Value{}
}

// truth is a value taken as a condition. Only Booleans are one; anything else is
// neither TRUE nor FALSE.
func (v Value) truth() tri {
	if v.kind != Bool {
		return unknown
	}
	return triOf(v.num != 0)
}

// comparison is a set of outcomes that satisfy an operator.
type comparison uint8

const (
	less comparison = 1 << iota
	equal
	greater
	unordered // one side is nan
)

var comparisons = map[string]comparison{
	"=":  equal,
	"!=": less | greater | unordered,
	"<":  less,
	"<=": less | equal,
	">":  greater,
	">=": greater | equal,
}

func (c comparison) numbers(l, r float64) tri {
	switch {
	case l < r:
		return triOf(c&less != 0)
	case l == r:
		return triOf(c&equal != 0)
	case l > r:
		return triOf(c&greater != 0)
	}
	return triOf(c&unordered != 0)
}

func (c comparison) texts(l, r string) tri {
	switch strings.Compare(l, r) {
	case -1:
		return triOf(c&less != 0)
	case 0:
		return triOf(c&equal != 0)
	}
	return triOf(c&greater != 0)
}

// compare applies the operator: as numbers if both sides look like numbers, else as
// texts, byte by byte. NULL on either side gives NULL. With a multivalue it holds
// if it does for any of the values, != as well.
func (c comparison) compare(l, r Value) tri {
	switch {
	case l.kind == Null || r.kind == Null:
		return unknown
	case l.kind == Multi || r.kind == Multi:
		return c.any(l, r)
	case l.kind == Bool || r.kind == Bool:
		if l.kind != r.kind {
			return unknown
		}
		return c.numbers(l.num, r.num)
	}
	if ln, ok := l.Number(); ok {
		if rn, ok := r.Number(); ok {
			return c.numbers(ln, rn)
		}
	}
	return c.texts(l.Text(), r.Text())
}

func (c comparison) any(l, r Value) tri {
	l, r = l.readNumber(), r.readNumber()
	for i := range l.Count() {
		lv := l.at(i).readNumber()
		for j := range r.Count() {
			if c.compare(lv, r.at(j)) == yes {
				return yes
			}
		}
	}
	return no
}

// add is the + operator: a sum of numbers, the two texts in a row otherwise. A
// computed number and a text that is none give NULL (choice).
func add(l, r Value) Value {
	ln, lok := l.Number()
	rn, rok := r.Number()
	if lok && rok {
		return Value{kind: Number, num: ln + rn, dec: sumDecimals(l, r)}
	}
	if l.kind != String || r.kind != String {
		return Value{}
	}
	return Text(l.str + r.str)
}

// plainArithmetic are the operators on numbers; false is NULL.
var plainArithmetic = map[string]func(l, r float64) (float64, bool){
	"+": func(l, r float64) (float64, bool) { return l + r, true },
	"-": func(l, r float64) (float64, bool) { return l - r, true },
	"*": func(l, r float64) (float64, bool) { return l * r, true },
	"/": func(l, r float64) (float64, bool) { return l / r, r != 0 },
	"%": func(l, r float64) (float64, bool) { return math.Mod(l, r), r != 0 },
}

// arithmetic are the operators that want numbers on both sides, and give NULL
// otherwise: for a multivalue too (choice). A sum is as precise as its less precise
// side in decimals, a product in significant digits.
var arithmetic = map[string]func(l, r Value) Value{
	"+": add,
	"-": sumLike("-"),
	"*": productLike("*"),
	"/": productLike("/"),
	"%": sumLike("%"),
}

func sumLike(op string) func(l, r Value) Value {
	do := plainArithmetic[op]
	return func(l, r Value) Value {
		ln, lok := l.Number()
		rn, rok := r.Number()
		n, ok := do(ln, rn)
		if !lok || !rok || !ok {
			return Value{}
		}
		return Value{kind: Number, num: n, dec: sumDecimals(l, r)}
	}
}

func productLike(op string) func(l, r Value) Value {
	do := plainArithmetic[op]
	return func(l, r Value) Value {
		ln, lok := l.Number()
		rn, rok := r.Number()
		n, ok := do(ln, rn)
		if !lok || !rok || !ok {
			return Value{}
		}
		return Value{kind: Number, num: n, dec: productDecimals(l, r, n)}
	}
}

// negate is the unary minus, and plus with sign 1.
func negate(v Value, sign float64) Value {
	n, ok := v.Number()
	if !ok {
		return Value{}
	}
	return Value{kind: Number, num: sign * n, dec: v.decimals()}
}

// better says whether a value of max or min replaces the best so far. Texts rank
// above numbers (eval-functions 5.5).
func better(v, best Value, wantMore bool) bool {
	return rank(v, best) > 0 == wantMore && rank(v, best) != 0
}

func rank(l, r Value) int {
	ln, lok := l.Number()
	rn, rok := r.Number()
	switch {
	case lok && rok && ln < rn, lok && !rok:
		return -1
	case lok && rok && ln > rn, !lok && rok:
		return 1
	case lok && rok:
		return 0
	}
	return strings.Compare(l.Text(), r.Text())
}
