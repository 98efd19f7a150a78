package eval

import (
	"fmt"
	"testing"
)

// What functions give for NULL, for several values and for values of another type, and
// at the edges of what they take.
func TestOddNumbers(t *testing.T) {
	r := row{"m": {"1", "2"}, "s": one("abc"), "e": one(""), "one": one("1")}
	for _, f := range []string{"abs", "acos", "acosh", "asin", "asinh", "atan", "atanh", "ceiling", "ceil", "cos", "cosh", "exp", "floor", "ln", "log", "round", "sin", "sinh", "sqrt", "tan", "tanh", "exact", "sigfig", "toint", "todouble", "bit_not"} {
		for _, arg := range []string{"missing", "s", "e", "m"} {
			want{{fmt.Sprintf("%s(%s)", f, arg), "NULL"}}.run(t, r)
		}
	}
	for _, f := range []string{"atan2", "hypot", "pow", "bit_and", "bit_or", "bit_xor", "bit_shift_left", "bit_shift_right", "log", "round"} {
		for _, args := range []string{"missing,1", "1,missing", "s,1", "1,s", "m,1", "1,m"} {
			want{{fmt.Sprintf("%s(%s)", f, args), "NULL"}}.run(t, r)
		}
	}
}

func TestEdgesOfNumbers(t *testing.T) {
	want{
		{`acos(1)`, "0"}, {`acos(2)`, "nan"}, {`acosh(1)`, "0"}, {`acosh(0)`, "nan"}, {`asin(0)`, "0"}, {`asin(2)`, "nan"}, {`asinh(0)`, "0"}, {`atan(0)`, "0"},
		{`atan2(0,1)`, "0"}, {`atan2(0,0)`, "0"}, {`atanh(0)`, "0"}, {`atanh(1)`, "inf"}, {`cos(0)`, "1"}, {`cosh(0)`, "1"}, {`hypot(3,4)`, "5"}, {`sin(0)`, "0"}, {`sinh(0)`, "0"}, {`tan(0)`, "0"}, {`tanh(0)`, "0"},
		{`ceiling(1.2)`, "2"}, {`ceil(-1.2)`, "-1"}, {`ceiling(3)`, "3"}, {`floor(1.9)`, "1"}, {`floor(-1.1)`, "-2"}, {`exp(0)`, "1"}, {`exp(1000)`, "inf"}, {`exp(-1000)`, "0"},
		{`ln(1)`, "0"}, {`ln(0)`, "-inf"}, {`ln(-1)`, "nan"}, {`log(100)`, "2"}, {`log(8,2)`, "3"}, {`log(0)`, "-inf"}, {`log(-1)`, "nan"},
		{`bit_and(12,10)`, "8"}, {`bit_and(15,7,3)`, "3"}, {`bit_or(12,10)`, "14"}, {`bit_or(1,2,4)`, "7"}, {`bit_xor(12,10)`, "6"}, {`bit_xor(1,1,1)`, "1"},
		{`bit_not(0,15)`, "15"}, {`bit_not(5,15)`, "10"}, {`bit_not(0)`, "9007199254740991"}, {`bit_shift_left(1,4)`, "16"}, {`bit_shift_right(16,4)`, "1"}, {`bit_shift_right(1,1)`, "0"},
		{`bit_and(-1,1)`, "NULL"}, {`bit_or(1.5,1)`, "NULL"}, {`bit_xor(1,-1)`, "NULL"}, {`bit_not(-1)`, "NULL"}, {`bit_shift_left(1,-1)`, "NULL"}, {`bit_shift_right(-1,1)`, "NULL"},
		{`sqrt(-1)`, "nan"}, {`sqrt(0)`, "0"}, {`pow(0,0)`, "1"}, {`pow(2,-1)`, "0.5"}, {`pow(-1,0.5)`, "nan"}, {`pow(2,0.5)`, "1.4142135623730951"}, {`pi()`, "3.14159265359"},
		{`round(0.5)`, "1"}, {`round(-0.5)`, "-1"}, {`round(1.005,2)`, "1.01"}, {`round(1234.5,0)`, "1235"}, {`abs(-5)`, "5"}, {`abs("-5")`, "5"}, {`abs(0)`, "0"},
	}.run(t, row{})
}

func TestOddTexts(t *testing.T) {
	r := row{"m": {" a", "b "}, "n": one("5"), "e": one("")}
	want{
		{`ltrim(missing)`, "NULL"}, {`ltrim(m)`, "a|b "}, {`ltrim(5)`, "5"}, {`ltrim(e)`, ""}, {`rtrim(m)`, " a|b"}, {`rtrim(missing)`, "NULL"}, {`rtrim(n)`, "5"}, {`ltrim("xxa","")`, "xxa"},
		{`urldecode(missing)`, "NULL"}, {`urldecode(m)`, " a|b "}, {`urldecode("%4")`, "%4"}, {`commands(missing)`, "NULL"}, {`commands("")`, "NULL"},
		{`md5("")`, "d41d8cd98f00b204e9800998ecf8427e"}, {`md5(missing)`, "NULL"}, {`md5(n)`, "e4da3b7fbbce2345d7772b0674a318d5"},
		{`sha1("")`, "da39a3ee5e6b4b0d3255bfef95601890afd80709"}, {`sha1(missing)`, "NULL"}, {`sha256(missing)`, "NULL"}, {`sha512(missing)`, "NULL"}, {`sha256("abc")`, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
		{`ipmask("255.255.0.0","10.20.30.40")`, "10.20.0.0"}, {`ipmask(missing,"10.0.0.1")`, "NULL"}, {`ipmask("255.0.0.0",missing)`, "NULL"}, {`ipmask("255.0.0.0","10.0.0")`, "NULL"}, {`ipmask("255.0.0.0",5)`, "NULL"},
		{`mvreverse(missing)`, "NULL"}, {`mvreverse(m)`, "b | a"}, {`mvreverse(n)`, "5"}, {`mvreverse(e)`, ""},
		{`isnotnull(missing)`, "FALSE"}, {`isnotnull(m)`, "TRUE"}, {`isnotnull(5)`, "TRUE"}, {`ifnull(missing,missing)`, "NULL"}, {`ifnull(m,1)`, " a|b "}, {`ifnull(e,1)`, ""},
		{`isbool(missing)`, "FALSE"}, {`isbool(m)`, "FALSE"}, {`ismv(e)`, "FALSE"}, {`ismv(mvindex(m,0))`, "FALSE"},
		{`isarray(missing)`, "NULL"}, {`isarray(m)`, "FALSE"}, {`isobject(missing)`, "NULL"}, {`isobject(n)`, "FALSE"}, {`isdouble(missing)`, "FALSE"}, {`isdouble(m)`, "FALSE"},
	}.run(t, r)
}

func TestOddJSON(t *testing.T) {
	r := row{"m": {"1", "2"}, "s": one("abc"), "o": one(`{"a":{"b":1},"c":[1]}`), "l": one(`[1,{"a":2}]`)}
	want{
		{`json_delete(missing,"a")`, "NULL"}, {`json_delete(s,"a")`, "NULL"}, {`json_delete(o,"x")`, `{"a":{"b":1},"c":[1]}`}, {`json_delete(o,"a.b","c")`, `{"a":{}}`}, {`json_delete(m,"a")`, "NULL"},
		{`json_entries(missing)`, "NULL"}, {`json_entries(s)`, "NULL"}, {`json_entries(l)`, "NULL"}, {`json_entries("{}")`, "[]"}, {`json_entries(o)`, `[{"key":"a","value":{"b":1}},{"key":"c","value":[1]}]`},
		{`json_extend(missing,"c",json_array(1))`, "NULL"}, {`json_extend(o,"c",json_array(2,3))`, `{"a":{"b":1},"c":[1,2,3]}`}, {`json_extend(o,"x",json_array(2))`, `{"a":{"b":1},"c":[1]}`}, {`json_extend(s,"c",json_array(1))`, "NULL"},
		{`json_extract_exact(o,"a.b")`, "NULL"}, {`json_extract_exact(missing,"a")`, "NULL"}, {`json_extract_exact(s,"a")`, "NULL"}, {`json_extract_exact(o,"a")`, `{"b":1}`},
		{`json_has_key_exact(missing,"a")`, "NULL"}, {`json_has_key_exact(o,"a.b")`, "FALSE"}, {`json_has_key_exact(o,"c")`, "TRUE"},
		{`json_set_exact(o,"a.b",2)`, `{"a":{"b":1},"c":[1],"a.b":2}`}, {`json_set_exact(missing,"a",1)`, "NULL"}, {`json_set_exact(s,"a",1)`, "NULL"}, {`json_set_exact("{}","a",null())`, `{"a":null}`},
		{`json_valid(missing)`, "NULL"}, {`json_valid(m)`, "NULL"}, {`json_valid("5")`, "TRUE"}, {`json_valid(s)`, "FALSE"},
	}.run(t, r)
}

func TestOddConversions(t *testing.T) {
	r := row{"m": {"b", "a"}, "n": one("5"), "e": one("")}
	want{
		{`mvsort(missing)`, "NULL"}, {`mvsort(n)`, "5"}, {`mvsort(m)`, "a|b"}, {`nullif(missing,1)`, "NULL"}, {`nullif(m,"a")`, "NULL"}, {`nullif(n,5.0)`, "NULL"},
		{`pi()*1`, "3.14159265359"}, {`sha1("abc")`, "a9993e364706816aba3e25717850c26c9cd0d89d"}, {`len(sha512(""))`, "128"}, {`sha512(missing)`, "NULL"},
		{`sha256(e)`, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}, {`sigfig(1.00*1111)`, "1110"}, {`sigfig(123.0+4.567)`, "127.6"},
		{`toarray(missing)`, "NULL"}, {`toarray(n)`, "NULL"}, {`todouble(n)`, "5"}, {`todouble("x")`, "NULL"}, {`toint(n)`, "5"}, {`toint("5.9")`, "5"}, {`tomv(missing)`, "NULL"}, {`tomv(n)`, "5"},
		{`toobject(missing)`, "NULL"}, {`toobject(n)`, "NULL"}, {`toobject(m)`, "NULL"}, {`validate(missing>1,"a")`, "NULL"}, {`validate(n=5,"a",n=6,m)`, "b|a"}, {`validate(1=1,"a")`, "NULL"},
	}.run(t, r)
}
