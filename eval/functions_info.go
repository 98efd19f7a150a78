package eval

import (
	"math"
	"strings"
)

var informationFunctions = []*Function{
	{
		Name: "isarray", Min: 1, Max: 1, Usage: "isarray(value)", Summary: "whether the text is a JSON array",
		multi: whole,
		test: func(_ *frame, a []Value) tri {
			j, ok := parseJSON(a[0].Text())
			return triOf(ok && j.IsArray())
		},
	},
	{
		Name: "isbool", Min: 1, Max: 1, Usage: "isbool(value)", Summary: "whether the value is TRUE or FALSE",
		multi: whole, nulls: true,
		test: func(_ *frame, a []Value) tri { return triOf(a[0].kind == Bool) },
	},
	{
		Name: "isdouble", Min: 1, Max: 1, Usage: "isdouble(value)", Summary: "whether the value is a number with a fraction",
		multi: whole, nulls: true,
		test: func(_ *frame, a []Value) tri {
			_, ok := a[0].Number()
			return triOf(ok && !isInteger(a[0]))
		},
	},
	{
		Name: "isint", Min: 1, Max: 1, Usage: "isint(value)", Summary: "whether the value is a whole number",
		multi: whole, nulls: true,
		test: func(_ *frame, a []Value) tri { return triOf(isInteger(a[0])) },
	},
	{
		Name: "ismv", Min: 1, Max: 1, Usage: "ismv(field)", Summary: "whether the field has several values",
		multi: whole, nulls: true,
		test: func(_ *frame, a []Value) tri { return triOf(a[0].kind == Multi) },
	},
	{
		Name: "isnotnull", Min: 1, Max: 1, Usage: "isnotnull(value)", Summary: "whether there is a value; the empty text is one",
		multi: whole, nulls: true,
		test: func(_ *frame, a []Value) tri { return triOf(a[0].kind != Null) },
	},
	{
		Name: "isnull", Min: 1, Max: 1, Usage: "isnull(value)", Summary: "whether there is no value; the empty text is one",
		multi: whole, nulls: true,
		test: func(_ *frame, a []Value) tri { return triOf(a[0].kind == Null) },
	},
	{
		Name: "isnum", Min: 1, Max: 1, Usage: "isnum(value)", Summary: "whether the value is a number or looks like one",
		multi: whole, nulls: true,
		test: func(_ *frame, a []Value) tri {
			_, ok := a[0].Number()
			return triOf(ok)
		},
	},
	{
		Name: "isobject", Min: 1, Max: 1, Usage: "isobject(value)", Summary: "whether the text is a JSON object",
		multi: whole,
		test: func(_ *frame, a []Value) tri {
			j, ok := parseJSON(a[0].Text())
			return triOf(ok && j.IsObject())
		},
	},
	{
		Name: "isstr", Min: 1, Max: 1, Usage: "isstr(value)", Summary: "whether the value is a text; a field that holds a number is none",
		multi: whole, nulls: true,
		test: func(_ *frame, a []Value) tri { return triOf(typeName(a[0]) == "String") },
	},
	{
		Name: "typeof", Min: 1, Max: 1, Usage: "typeof(value)", Summary: "the type's name: Number, String, Boolean, Multivalue, or Invalid for NULL",
		multi: whole, nulls: true, result: isText,
		call: func(_ *frame, a []Value) Value { return Text(typeName(a[0])) },
	},
}

// isInteger is a choice for "5.0": a fraction that is written makes it none.
func isInteger(v Value) bool {
	n, ok := v.Number()
	if !ok || n != math.Trunc(n) || math.IsInf(n, 0) {
		return false
	}
	return v.kind == Number || strings.IndexByte(v.str, '.') < 0
}

// typeName is what typeof says. A number in a field is a Number, the literal "5" a
// String.
func typeName(v Value) string {
	switch v.kind {
	case Number:
		return "Number"
	case Bool:
		return "Boolean"
	case Multi:
		return "Multivalue"
	case String:
		if v.numeric() {
			return "Number"
		}
		return "String"
	}
	return "Invalid"
}

// numeric says whether the value is a number by itself: not a text that was made or
// written as text and happens to look like one.
func (v Value) numeric() bool {
	if v.kind == String && v.origin != fromField {
		return false
	}
	_, ok := v.Number()
	return ok
}
