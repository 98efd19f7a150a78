package eval

import (
	"strconv"
	"strings"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
)

// static is what is known of a value before there is any.
type static uint8

const (
	anything static = iota
	isNull
	isText
	isNumber
	isBool
)

func (s static) String() string {
	switch s {
	case isNull:
		return "no value"
	case isText:
		return "text"
	case isNumber:
		return "a number"
	case isBool:
		return "a true-or-false value"
	}
	return "a value"
}

// node is a compiled expression. run yields its value, truth its value as a
// condition; both are always set.
type node struct {
	static   static
	run      func(*frame) Value
	truth    func(*frame) tri
	constant bool // value is what run yields in every row
	value    Value
	isField  bool // the node is the field at slot, nothing more
	slot     int
	// number, where it is set, yields the value's number alone, for whoever does not
	// need its precision; false is NULL, or a field that is no number.
	number func(*frame) (float64, bool)
}

func valueNode(s static, run func(*frame) Value) node {
	return node{static: s, run: run, truth: func(f *frame) tri { return run(f).truth() }}
}

func truthNode(truth func(*frame) tri) node {
	return node{static: isBool, truth: truth, run: func(f *frame) Value { return truth(f).value() }}
}

func constantNode(v Value) node {
	v = v.readNumber()
	n := valueNode(staticOf(v), func(*frame) Value { return v })
	n.constant, n.value = true, v
	if num := v.num; v.kind == Number {
		n.number = func(*frame) (float64, bool) { return num, true }
	}
	return n
}

func staticOf(v Value) static {
	switch v.kind {
	case Null:
		return isNull
	case Number:
		return isNumber
	case Bool:
		return isBool
	case String:
		return isText
	}
	return anything
}

// compiler turns a tree into closures and gathers the faults.
type compiler struct {
	prog      *Program
	slots     map[string]int
	scope     []binding
	functions map[string]*Function
	errs      source.Errors
	depth     int
	tooDeep   bool // said once
}

// binding is a field name that mvmap or mvfilter gives a value of its own.
type binding struct {
	name  string
	local int
}

// maxDepth is how deep expressions may nest, operators in a row included where they
// are not simply joined (AND, OR and the dot are).
const maxDepth = 5000

func (c *compiler) fault(at source.Span, format string, args ...any) *source.Error {
	e := source.Errorf(source.Syntax, at, format, args...)
	c.errs = append(c.errs, e)
	return e
}

// expr compiles any expression. Where there is a fault it stands for NULL.
func (c *compiler) expr(x parser.Expr) node {
	if c.depth >= maxDepth {
		if !c.tooDeep {
			c.fault(spot(x), "the expression nests more than %d deep", maxDepth)
		}
		c.tooDeep = true
		return constantNode(Value{})
	}
	c.depth++
	defer func() { c.depth-- }()
	return c.node(x)
}

// spot is where an expression is, without asking its operands.
func spot(x parser.Expr) source.Span {
	if b, ok := x.(*parser.Binary); ok {
		return b.At
	}
	return x.Where()
}

func (c *compiler) node(x parser.Expr) node {
	switch x := x.(type) {
	case *parser.Literal:
		return c.literal(x)
	case *parser.Field:
		return c.field(x)
	case *parser.Call:
		return c.call(x)
	case *parser.Unary:
		return c.unary(x)
	case *parser.Binary:
		return c.binary(x)
	case *parser.InExpr:
		n := c.in(x.X, x.List)
		if len(x.List) == 0 {
			c.fault(x.At, "the list after IN is empty").WithHelp("for example: status IN (404, 500)")
		}
		return n
	case *parser.SubExpr:
		c.errs = append(c.errs, source.Errorf(codeInternal, x.At, "subsearch not resolved"))
	default:
		c.errs = append(c.errs, source.Errorf(codeInternal, source.Span{}, "unknown kind of expression %T", x))
	}
	return constantNode(Value{})
}

func (c *compiler) literal(x *parser.Literal) node {
	if !x.Number {
		return constantNode(Value{kind: String, origin: written, str: x.Text})
	}
	n, ok := batch.ParseNumber(x.Text)
	if hex, err := strconv.ParseUint(x.Text, 0, 64); !ok && err == nil {
		return constantNode(Value{kind: Number, num: float64(hex)})
	}
	if !ok {
		c.fault(x.At, "this number cannot be read")
	}
	return constantNode(Value{kind: Number, num: n, dec: decimalsAsWritten(x.Text)})
}

// field reads a field as text.
func (c *compiler) field(x *parser.Field) node {
	for i := len(c.scope) - 1; i >= 0; i-- {
		if c.scope[i].name == x.Name {
			local := c.scope[i].local
			return valueNode(anything, func(f *frame) Value { return f.locals[local] })
		}
	}
	if parser.IsToken(x.Name) {
		c.errs = append(c.errs, source.Errorf(source.Unsupported, x.At, "`%s` is a token of a dashboard or of map, and has no value here", x.Name).
			WithHelp("write the value in its place"))
	}
	slot, ok := c.slots[x.Name]
	if !ok {
		slot = len(c.prog.fields)
		c.slots[x.Name] = slot
		c.prog.fields = append(c.prog.fields, x.Name)
	}
	n := valueNode(anything, func(f *frame) Value { return readField(f.cols[slot], f.row) })
	n.isField, n.slot = true, slot
	return n
}

func readField(col *batch.Column, row int) Value {
	switch col.Count(row) {
	case 0:
		return Value{}
	case 1:
		s, _ := col.First(row)
		return Value{kind: String, origin: fromField, str: s}
	}
	return Value{kind: Multi, list: col.Values(row)}
}

// operand compiles an expression whose number will be wanted: a field then reads
// it from the column, where all rows are parsed at once and kept.
func (c *compiler) operand(x parser.Expr) node {
	n := c.expr(x)
	if !n.isField {
		return n
	}
	slot := n.slot
	run := func(f *frame) Value {
		col := f.cols[slot]
		v := readField(col, f.row)
		if v.kind == String {
			v.read = notNum
			if num, ok := col.Number(f.row); ok {
				v.num, v.read = num, isNum
			}
		}
		return v
	}
	m := valueNode(anything, run)
	m.isField, m.slot = true, slot
	m.number = func(f *frame) (float64, bool) {
		col := f.cols[slot]
		if col.Count(f.row) != 1 {
			return 0, false
		}
		return col.Number(f.row)
	}
	return m
}

// condition compiles what must be TRUE or FALSE. what says where it stands.
func (c *compiler) condition(x parser.Expr, what string) node {
	n := c.expr(x)
	if f, field := x.(*parser.Field); field {
		e := c.fault(x.Where(), "%s must be a condition, and a field's value is none", what).
			WithHelp(`compare it with something: %s="true"`, x)
		if strings.EqualFold(f.Name, "true") || strings.EqualFold(f.Name, "false") {
			e.Help = "the function has parentheses: " + strings.ToLower(f.Name) + "()"
		}
	} else if n.static == isText || n.static == isNumber {
		c.fault(x.Where(), "%s must be a condition, and this is %s", what, n.static).
			WithHelp("a condition compares values, as in status>=400, or asks a function such as isnull(x)")
	}
	return n
}

// notBoolean compiles an operand that cannot be TRUE or FALSE.
func (c *compiler) notBoolean(x parser.Expr, op string) node {
	n := c.operand(x)
	if n.static == isBool {
		c.fault(x.Where(), "`%s` cannot be used on a true-or-false value", op).
			WithHelp(`turn it into text or a number first: if(condition, "yes", "no")`)
	}
	return n
}
