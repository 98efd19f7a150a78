package eval

import (
	"strings"

	"spl/eval/batch"
)

// Kind is the type of a value at run time (eval-functions 5.3).
type Kind uint8

// The kinds of value.
const (
	Null   Kind = iota // no value
	String             // one text; it may look like a number
	Number             // a double that the expression computed or that was written as one
	Bool               // TRUE or FALSE
	Multi              // two texts or more
)

// origin says where a text came from. A field that holds 5 is a number to typeof
// and to the JSON functions, while the literal "5" is a text.
type origin uint8

const (
	computed origin = iota
	fromField
	written
)

// reading says whether a text has been read as a number already.
type reading uint8

const (
	unread reading = iota
	isNum
	notNum
)

// Value is what an expression yields. It is small and passed by value; only a
// multivalue and a new text cost memory. The zero Value is NULL.
type Value struct {
	kind   Kind
	origin origin
	read   reading // for String: whether num holds the text's number
	dec    int16   // for Number: see precision.go
	num    float64 // Bool: 1 is TRUE
	str    string
	list   []string
}

// Text makes a value of one text.
func Text(s string) Value { return Value{kind: String, str: s} }

// Num makes an exact number.
func Num(n float64) Value { return Value{kind: Number, num: n, dec: exact} }

// List makes a value of any number of texts: none is NULL, one is a String. It
// keeps vals.
func List(vals []string) Value {
	switch len(vals) {
	case 0:
		return Value{}
	case 1:
		return Text(vals[0])
	}
	return Value{kind: Multi, list: vals}
}

// fieldText is the text of a field, or of something that stands for one.
func fieldText(s string) Value { return Value{kind: String, origin: fromField, str: s} }

// Kind is the value's type.
func (v Value) Kind() Kind { return v.kind }

// IsNull says that there is no value. The empty text is one.
func (v Value) IsNull() bool { return v.kind == Null }

// True says that the value is the Boolean TRUE.
func (v Value) True() bool { return v.kind == Bool && v.num != 0 }

// Number is the value as a number, and whether it is one or is a text that looks
// like one.
func (v Value) Number() (float64, bool) {
	switch v.kind {
	case Number:
		return v.num, true
	case String:
		if v.read == unread {
			return batch.ParseNumber(v.str)
		}
		return v.num, v.read == isNum
	}
	return 0, false
}

// Text renders the value as a field would hold it: numbers by their precision
// (eval-functions 5.4, output 7.1), Booleans as True and False, a multivalue with
// line feeds between its values, NULL as nothing.
func (v Value) Text() string {
	switch v.kind {
	case String:
		return v.str
	case Number:
		return formatNumber(v.num, v.dec)
	case Bool:
		if v.num != 0 {
			return "True"
		}
		return "False"
	case Multi:
		return strings.Join(v.list, "\n")
	}
	return ""
}

// Count is the number of values: 0 for NULL.
func (v Value) Count() int {
	switch v.kind {
	case Null:
		return 0
	case Multi:
		return len(v.list)
	}
	return 1
}

// Values are the texts, none for NULL. The caller must not change them.
func (v Value) Values() []string {
	switch v.kind {
	case Null:
		return nil
	case Multi:
		return v.list
	}
	return []string{v.Text()}
}

// at is one of a multivalue's values, which act as a field's do.
func (v Value) at(i int) Value {
	if v.kind == Multi {
		return fieldText(v.list[i])
	}
	return v
}

// readNumber reads a text as a number once, for values that are used often.
func (v Value) readNumber() Value {
	if v.kind == String && v.read == unread {
		n, ok := batch.ParseNumber(v.str)
		v.num, v.read = n, notNum
		if ok {
			v.read = isNum
		}
	}
	return v
}

// integer is the value as a whole number; a fraction is cut off. It is false for
// what is no number or too large to be exact.
func (v Value) integer() (int, bool) {
	n, ok := v.Number()
	if !ok || !(n > -maxInteger && n < maxInteger) {
		return 0, false
	}
	return int(n), true
}

// maxInteger is 2^53, up to which doubles hold every whole number.
const maxInteger = 1 << 53
