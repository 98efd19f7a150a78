package eval

import (
	"math"

	"spl/parser"
)

// numberOf declares a function of one number with an exact result.
func numberOf(name, usage, summary string, do func(float64) float64) *Function {
	return &Function{
		Name: name, Min: 1, Max: 1, Usage: usage, Summary: summary, result: isNumber,
		call: func(_ *frame, a []Value) Value {
			n, ok := a[0].Number()
			if !ok {
				return Value{}
			}
			return Num(do(n))
		},
	}
}

// numbersOf declares a function of two numbers with an exact result.
func numbersOf(name, usage, summary string, do func(x, y float64) float64) *Function {
	return &Function{
		Name: name, Min: 2, Max: 2, Usage: usage, Summary: summary, result: isNumber,
		call: func(_ *frame, a []Value) Value {
			x, ok1 := a[0].Number()
			y, ok2 := a[1].Number()
			if !ok1 || !ok2 {
				return Value{}
			}
			return Num(do(x, y))
		},
	}
}

func withAlias(fn *Function, aliases ...string) *Function {
	fn.Aliases = aliases
	return fn
}

var mathFunctions = []*Function{
	{
		Name: "abs", Min: 1, Max: 1, Usage: "abs(number)", Summary: "the number without its sign", result: isNumber,
		call: func(_ *frame, a []Value) Value {
			n, ok := a[0].Number()
			if !ok {
				return Value{}
			}
			return Value{kind: Number, num: math.Abs(n), dec: a[0].decimals()}
		},
	},
	{
		Name: "avg", Min: 1, Max: -1, Usage: "avg(value, value, ...)",
		Summary: "the mean of all numbers among the values; others are passed over",
		build:   func(c *compiler, x *parser.Call) node { return c.total(x, true) },
	},
	withAlias(numberOf("ceiling", "ceiling(number)", "the next whole number upwards", math.Ceil), "ceil"),
	{
		Name: "exact", Min: 1, Max: 1, Usage: "exact(number)", Summary: "the number, printed in full from here on", result: isNumber,
		call: func(_ *frame, a []Value) Value {
			n, ok := a[0].Number()
			if !ok {
				return Value{}
			}
			return Num(n)
		},
	},
	numberOf("exp", "exp(number)", "e to the power of the number", math.Exp),
	numberOf("floor", "floor(number)", "the next whole number downwards", math.Floor),
	numberOf("ln", "ln(number)", "the natural logarithm", math.Log),
	{
		Name: "log", Min: 1, Max: 2, Usage: "log(number[, base])", Summary: "the logarithm, to base 10 unless another is given", result: isNumber,
		call: logarithm,
	},
	{
		Name: "max", Min: 1, Max: -1, Usage: "max(value, value, ...)",
		Summary: "the largest value; texts rank above numbers, NULL is passed over",
		multi:   whole, nulls: true,
		call: func(_ *frame, a []Value) Value { return extreme(a, true) },
	},
	{
		Name: "min", Min: 1, Max: -1, Usage: "min(value, value, ...)",
		Summary: "the smallest value; texts rank above numbers, NULL is passed over",
		multi:   whole, nulls: true,
		call: func(_ *frame, a []Value) Value { return extreme(a, false) },
	},
	{
		Name: "pi", Min: 0, Max: 0, Usage: "pi()", Summary: "3.14159265359", result: isNumber,
		call: func(*frame, []Value) Value { return limited(math.Pi, 11) },
	},
	numbersOf("pow", "pow(number, exponent)", "the number to the power of the exponent", math.Pow),
	{
		Name: "random", Min: 0, Max: 0, Usage: "random()", Summary: "a whole number from 0 to 2147483647", result: isNumber, draws: true,
		call: func(f *frame, _ []Value) Value { return Num(f.draw()) },
	},
	{
		Name: "round", Min: 1, Max: 2, Usage: "round(number[, decimals])",
		Summary: "the number with so many decimals, none unless told; halves go away from zero",
		build:   buildRound,
	},
	{
		Name: "sigfig", Min: 1, Max: 1, Usage: "sigfig(number)", Summary: "the number rounded to the digits that mean something", result: isNumber,
		call: func(_ *frame, a []Value) Value {
			n, ok := a[0].Number()
			dec := a[0].decimals()
			if !ok || dec == exact {
				return negate(a[0], 1)
			}
			return limited(roundTo(n, int(dec)), int(dec))
		},
	},
	numberOf("sqrt", "sqrt(number)", "the square root", math.Sqrt),
	{
		Name: "sum", Min: 1, Max: -1, Usage: "sum(value, value, ...)",
		Summary: "the sum of all numbers among the values; others are passed over",
		build:   func(c *compiler, x *parser.Call) node { return c.total(x, false) },
	},
}

func logarithm(_ *frame, a []Value) Value {
	n, ok := a[0].Number()
	if !ok {
		return Value{}
	}
	base := 10.0
	if len(a) > 1 {
		if base, ok = a[1].Number(); !ok {
			return Value{}
		}
	}
	switch base {
	case 10:
		return Num(math.Log10(n))
	case 2:
		return Num(math.Log2(n))
	}
	return Num(math.Log(n) / math.Log(base))
}

// extreme is max or min over all values of all arguments.
func extreme(a []Value, most bool) Value {
	var best Value
	for _, v := range a {
		for i := range v.Count() {
			if w := v.at(i); best.kind == Null || better(w, best, most) {
				best = w
			}
		}
	}
	return best
}

// total is sum and avg. Their result is exact (eval-functions 5.4).
func (c *compiler) total(x *parser.Call, mean bool) node {
	var args []func(*frame) Value
	for _, a := range x.Args {
		n := c.operand(a)
		if lit, ok := a.(*parser.Literal); ok && !lit.Number {
			c.fault(lit.At, "`%s` adds numbers, and this is text", x.Name).
				WithHelp("a field's name is written without double quotes")
		}
		args = append(args, n.run)
	}
	return valueNode(isNumber, func(f *frame) Value {
		sum, count := 0.0, 0
		for _, arg := range args {
			v := arg(f)
			for i := range v.Count() {
				if n, ok := v.at(i).Number(); ok {
					sum += n
					count++
				}
			}
		}
		switch {
		case count == 0:
			return Value{}
		case mean:
			return Num(sum / float64(count))
		}
		return Num(sum)
	})
}

// maxPlaces bounds the decimals of round; a double has no more.
const maxPlaces = 300

func buildRound(c *compiler, x *parser.Call) node {
	value := c.operand(x.Args[0]).run
	places := constantNode(Num(0))
	if len(x.Args) > 1 {
		places = c.operand(x.Args[1])
		if n, ok := places.value.Number(); places.constant && (!ok || n < 0) {
			c.fault(x.Args[1].Where(), "the number of decimals must be 0 or more").WithHelp("for example: round(value, 2)")
		}
	}
	decimals := places.run
	return valueNode(isNumber, func(f *frame) Value {
		n, ok1 := value(f).Number()
		d, ok2 := decimals(f).integer()
		if !ok1 || !ok2 || d < 0 {
			return Value{}
		}
		d = min(d, maxPlaces)
		if d == 0 {
			return Num(roundTo(n, 0))
		}
		// The padding stays even when precision is not tracked.
		return Value{kind: Number, num: roundTo(n, d), dec: int16(d)}
	})
}

var trigFunctions = []*Function{
	numberOf("acos", "acos(x)", "the arc cosine, in radians", math.Acos),
	numberOf("acosh", "acosh(x)", "the inverse hyperbolic cosine", math.Acosh),
	numberOf("asin", "asin(x)", "the arc sine, in radians", math.Asin),
	numberOf("asinh", "asinh(x)", "the inverse hyperbolic sine", math.Asinh),
	numberOf("atan", "atan(x)", "the arc tangent, in radians", math.Atan),
	numbersOf("atan2", "atan2(y, x)", "the angle of the point (x, y), in radians", math.Atan2),
	numberOf("atanh", "atanh(x)", "the inverse hyperbolic tangent", math.Atanh),
	numberOf("cos", "cos(x)", "the cosine of an angle in radians", math.Cos),
	numberOf("cosh", "cosh(x)", "the hyperbolic cosine", math.Cosh),
	numbersOf("hypot", "hypot(x, y)", "the length of the hypotenuse over two sides", math.Hypot),
	numberOf("sin", "sin(x)", "the sine of an angle in radians", math.Sin),
	numberOf("sinh", "sinh(x)", "the hyperbolic sine", math.Sinh),
	numberOf("tan", "tan(x)", "the tangent of an angle in radians", math.Tan),
	numberOf("tanh", "tanh(x)", "the hyperbolic tangent", math.Tanh),
}
