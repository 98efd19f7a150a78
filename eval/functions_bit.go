package eval

// bitFunctions work on whole numbers from 0 up to 2^53-1; anything else gives NULL.
var bitFunctions = []*Function{
	bits("bit_and", "the bits that all numbers have", func(x, y uint64) uint64 { return x & y }),
	{
		Name: "bit_not", Min: 1, Max: 2, Usage: "bit_not(number[, mask])",
		Summary: "the bits that the number has not, within the mask of 53 bits or a given one",
		result:  isNumber,
		call: func(_ *frame, a []Value) Value {
			mask := uint64(maxInteger - 1)
			n, ok := bitsOf(a[0])
			if ok && len(a) > 1 {
				mask, ok = bitsOf(a[1])
			}
			if !ok {
				return Value{}
			}
			return Num(float64(^n & mask))
		},
	},
	bits("bit_or", "the bits that any number has", func(x, y uint64) uint64 { return x | y }),
	shift("bit_shift_left", "the bits moved upwards by so many places; NULL if any is lost", func(x, n uint64) (uint64, bool) {
		return x << n, x <= (maxInteger-1)>>n
	}),
	shift("bit_shift_right", "the bits moved downwards by so many places", func(x, n uint64) (uint64, bool) {
		return x >> n, true
	}),
	bits("bit_xor", "the bits that an odd count of the numbers has", func(x, y uint64) uint64 { return x ^ y }),
}

func bits(name, summary string, do func(x, y uint64) uint64) *Function {
	return &Function{
		Name: name, Min: 2, Max: -1, Usage: name + "(number, number, ...)", Summary: summary, result: isNumber,
		call: func(_ *frame, a []Value) Value {
			result, ok := bitsOf(a[0])
			for _, v := range a[1:] {
				n, good := bitsOf(v)
				ok = ok && good
				result = do(result, n)
			}
			if !ok {
				return Value{}
			}
			return Num(float64(result))
		},
	}
}

func shift(name, summary string, do func(x, n uint64) (uint64, bool)) *Function {
	return &Function{
		Name: name, Min: 2, Max: 2, Usage: name + "(number, places)", Summary: summary, result: isNumber,
		call: func(_ *frame, a []Value) Value {
			x, ok1 := bitsOf(a[0])
			n, ok2 := bitsOf(a[1])
			if !ok1 || !ok2 {
				return Value{}
			}
			result, ok := do(x, min(n, 63))
			if !ok {
				return Value{}
			}
			return Num(float64(result))
		},
	}
}

// bitsOf is a value as a whole number of at most 53 bits.
func bitsOf(v Value) (uint64, bool) {
	n, ok := v.Number()
	if !ok || !(n >= 0 && n < maxInteger) || n != float64(uint64(n)) {
		return 0, false
	}
	return uint64(n), true
}
