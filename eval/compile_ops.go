package eval

import (
	"math"

	"spl/parser"
	"spl/parser/source"
)

func (c *compiler) unary(x *parser.Unary) node {
	if x.Op == "NOT" {
		truth := c.condition(x.X, "what follows NOT").truth
		return truthNode(func(f *frame) tri { return truth(f).not() })
	}
	sign := 1.0
	if x.Op == "-" {
		sign = -1
	}
	n := c.notBoolean(x.X, x.Op)
	if n.constant {
		return constantNode(negate(n.value, sign))
	}
	run := n.run
	return valueNode(isNumber, func(f *frame) Value { return negate(run(f), sign) })
}

func (c *compiler) binary(x *parser.Binary) node {
	switch x.Op {
	case "AND", "OR":
		return c.junction(x)
	case "XOR":
		return c.xor(x)
	case "LIKE":
		return c.like(x.L, x.R)
	case ".":
		return c.concat(x)
	}
	if op, ok := comparisons[x.Op]; ok {
		return c.comparison(x, op)
	}
	op, ok := arithmetic[x.Op]
	if !ok {
		c.errs = append(c.errs, source.Errorf(codeInternal, x.At, "unknown operator %s", x.Op))
		return constantNode(Value{})
	}
	l, r := c.notBoolean(x.L, x.Op), c.notBoolean(x.R, x.Op)
	if l.constant && r.constant {
		return constantNode(op(l.value, r.value))
	}
	s := isNumber
	if x.Op == "+" && (l.static != isNumber && r.static != isNumber) {
		s = anything
	}
	left, right := l.run, r.run
	n := valueNode(s, func(f *frame) Value { return op(left(f), right(f)) })
	if s == isNumber && l.number != nil && r.number != nil {
		n.number = numberOnly(x.Op, l.number, r.number)
	}
	return n
}

// chain gives the operands of the same operator in a row, left to right: a long
// list of them then costs no depth.
func chain(x *parser.Binary) []parser.Expr {
	var rev []parser.Expr
	var left parser.Expr = x
	for {
		b, ok := left.(*parser.Binary)
		if !ok || b.Op != x.Op {
			break
		}
		rev = append(rev, b.R)
		left = b.L
	}
	out := make([]parser.Expr, 0, len(rev)+1)
	out = append(out, left)
	for i := len(rev) - 1; i >= 0; i-- {
		out = append(out, rev[i])
	}
	return out
}

// junction is AND or OR: it stops at the first operand that decides.
func (c *compiler) junction(x *parser.Binary) node {
	var parts []func(*frame) tri
	for _, p := range chain(x) {
		parts = append(parts, c.condition(p, "each side of "+x.Op).truth)
	}
	decides := no
	if x.Op == "OR" {
		decides = yes
	}
	otherwise := decides.not()
	return truthNode(func(f *frame) tri {
		result := otherwise
		for _, p := range parts {
			switch t := p(f); t {
			case decides:
				return decides
			case unknown:
				result = unknown
			}
		}
		return result
	})
}

func (c *compiler) xor(x *parser.Binary) node {
	l := c.condition(x.L, "each side of XOR").truth
	r := c.condition(x.R, "each side of XOR").truth
	return truthNode(func(f *frame) tri {
		lt, rt := l(f), r(f)
		if lt == unknown || rt == unknown {
			return unknown
		}
		return triOf(lt != rt)
	})
}

func (c *compiler) concat(x *parser.Binary) node {
	var parts []node
	for _, p := range chain(x) {
		n := c.expr(p)
		if n.static == isBool {
			c.fault(p.Where(), "`.` cannot be used on a true-or-false value").
				WithHelp("turn it into text first: tostring(condition)")
		}
		parts = append(parts, n)
	}
	return valueNode(isText, func(f *frame) Value { return joinTexts(f, parts) })
}

// joinTexts puts texts in a row; NULL or a multivalue among them gives NULL (the
// latter is a choice).
func joinTexts(f *frame, parts []node) Value {
	var buf [8]string
	texts := buf[:0]
	size := 0
	for i := range parts {
		v := parts[i].run(f)
		if v.kind == Null || v.kind == Multi {
			return Value{}
		}
		s := v.Text()
		texts = append(texts, s)
		size += len(s)
	}
	return Text(join(texts, size))
}

func join(texts []string, size int) string {
	if len(texts) == 2 {
		return texts[0] + texts[1]
	}
	out := make([]byte, 0, size)
	for _, s := range texts {
		out = append(out, s...)
	}
	return string(out)
}

func (c *compiler) comparison(x *parser.Binary, op comparison) node {
	l, r := c.operand(x.L), c.operand(x.R)
	c.comparable(x.At, l, r)
	if l.isField && r.constant && r.value.kind == Number {
		return fieldToNumber(op, l, r.value.num)
	}
	if l.number != nil && r.number != nil && !l.isField && !r.isField {
		return numberToNumber(op, l.number, r.number)
	}
	left, right := l.run, r.run
	return truthNode(func(f *frame) tri { return op.compare(left(f), right(f)) })
}

// comparable reports a Boolean compared with something that is surely none.
func (c *compiler) comparable(at source.Span, l, r node) {
	lb, rb := l.static == isBool, r.static == isBool
	known := func(n node) bool { return n.static == isText || n.static == isNumber }
	if lb && known(r) || rb && known(l) {
		c.fault(at, "a true-or-false value cannot be compared with text or a number").
			WithHelp("the condition can stand by itself, or with NOT before it")
	}
}

// numberOnly is arithmetic without the precision of the result, which a comparison
// does not look at.
func numberOnly(op string, l, r func(*frame) (float64, bool)) func(*frame) (float64, bool) {
	do := plainArithmetic[op]
	return func(f *frame) (float64, bool) {
		ln, ok := l(f)
		if !ok {
			return 0, false
		}
		rn, ok := r(f)
		if !ok {
			return 0, false
		}
		return do(ln, rn)
	}
}

// numberToNumber compares what is sure to be a number or NULL.
func numberToNumber(op comparison, l, r func(*frame) (float64, bool)) node {
	return truthNode(func(f *frame) tri {
		ln, ok := l(f)
		if !ok {
			return unknown
		}
		rn, ok := r(f)
		if !ok {
			return unknown
		}
		return op.numbers(ln, rn)
	})
}

// fieldToNumber compares a field with a number that is known: the commonest of
// comparisons, done without making values.
func fieldToNumber(op comparison, l node, n float64) node {
	slot, slow := l.slot, l.run
	constant := Num(n)
	if math.IsNaN(n) {
		return truthNode(func(f *frame) tri { return op.compare(slow(f), constant) })
	}
	return truthNode(func(f *frame) tri {
		col := f.cols[slot]
		if col.Count(f.row) == 1 {
			if v, ok := col.Number(f.row); ok {
				return op.numbers(v, n)
			}
		}
		return op.compare(slow(f), constant)
	})
}
