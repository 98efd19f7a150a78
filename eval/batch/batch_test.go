package batch_test

import (
	"math"
	"slices"
	"testing"

	"spl/eval/batch"
)

func TestParseNumber(t *testing.T) {
	f := func(s string, want float64, ok bool) {
		t.Helper()
		n, got := batch.ParseNumber(s)
		if got != ok || n != want {
			t.Errorf("%q: %v %v, want %v %v", s, n, got, want, ok)
		}
	}
	f("0", 0, true)
	f("-12", -12, true)
	f("+7", 7, true)
	f("007", 7, true)
	f("1.50", 1.5, true)
	f(".5", 0.5, true)
	f("5.", 5, true)
	f("1e3", 1000, true)
	f("1E-2", 0.01, true)
	f("12345678901234567890", 12345678901234567890, true)
	f("", 0, false)
	f("-", 0, false)
	f(".", 0, false)
	f("e5", 0, false)
	f("1e", 0, false)
	f("1e+", 0, false)
	f(" 1", 0, false)
	f("1 ", 0, false)
	f("0x10", 0, false)
	f("1_000", 0, false)
	f("inf", 0, false)
	f("nan", 0, false)
	f("1.2.3", 0, false)
}

func TestFormatNumber(t *testing.T) {
	f := func(n float64, want string) {
		t.Helper()
		if got := batch.FormatNumber(n); got != want {
			t.Errorf("%v: %q, want %q", n, got, want)
		}
	}
	f(28, "28")
	f(math.Copysign(0, -1), "0")
	f(10.0/3, "3.3333333333333335")
	f(3.9900000000000055, "3.9900000000000055")
	f(1e20, "1e+20")
	f(1e-7, "1e-07")
	f(0.0001, "0.0001")
	f(9007199254740993, "9007199254740992")
}

func TestColumn(t *testing.T) {
	var b batch.Builder
	b.String("1")
	b.Null()
	b.Append("a", "b")
	b.String("")
	for name, c := range map[string]*batch.Column{"built": b.Column(), "owned": b.Column().Own(), "taken": b.Column().Take([]int32{0, 1, 2, 3})} {
		for row, want := range [][]string{{"1"}, {}, {"a", "b"}, {""}} {
			if got := c.Values(row); !slices.Equal(got, want) {
				t.Errorf("%s row %d: %q, want %q", name, row, got, want)
			}
			if c.Count(row) != len(want) {
				t.Errorf("%s row %d: count %d", name, row, c.Count(row))
			}
		}
		if n, ok := c.Number(0); n != 1 || !ok {
			t.Errorf("%s: number %v %v", name, n, ok)
		}
		if _, ok := c.Number(1); ok {
			t.Errorf("%s: NULL is a number", name)
		}
		if _, ok := c.Number(2); ok {
			t.Errorf("%s: a is a number", name)
		}
		if back := c.Take([]int32{3, -1, 0}); !slices.Equal(back.Values(2), []string{"1"}) || back.Count(1) != 0 {
			t.Errorf("%s: taken wrongly", name)
		}
	}
	var none *batch.Column
	if _, ok := none.First(5); ok || none.Count(3) != 0 || none.Any() || none.Take([]int32{0}) != nil {
		t.Error("the nil column is not NULL")
	}
	if c := batch.Constant("x", 3).Take([]int32{2, 2}); c.Len() != 2 || c.Count(1) != 1 {
		t.Error("a constant taken wrongly")
	}
}

// A column whose rows are all alike is held as a constant, and says what it said.
func TestOwnAlike(t *testing.T) {
	for _, c := range []struct {
		vals     []string
		constant bool
	}{{[]string{"7", "7", "7"}, true}, {[]string{"7"}, true}, {[]string{"7", "7", "8"}, false}, {nil, false}} {
		column := batch.Strings(c.vals)
		if len(c.vals) > 0 {
			column.Number(0) // which it may remember
		}
		own := column.Own()
		if _, constant := own.IsConstant(); constant != c.constant || own.Len() != len(c.vals) {
			t.Errorf("%q: constant %v, %d rows", c.vals, constant, own.Len())
		}
		for row, want := range c.vals {
			if got := own.Values(row); !slices.Equal(got, []string{want}) {
				t.Errorf("%q row %d: %q", c.vals, row, got)
			}
			if _, ok := own.Number(row); !ok {
				t.Errorf("%q row %d: no number", c.vals, row)
			}
		}
	}
	if own := batch.Multi([]string{"a", "a"}, []int32{0, 2}).Own(); own.Count(0) != 2 {
		t.Error("several values of one row became one")
	}
}

func TestMatchStars(t *testing.T) {
	f := func(pattern, s string, ok bool, stars ...string) {
		t.Helper()
		got, matched := batch.MatchStars(pattern, s)
		if matched != ok || !slices.Equal(got, stars) {
			t.Errorf("%s on %s: %q %v, want %q %v", pattern, s, got, matched, stars, ok)
		}
	}
	f("a", "a", true)
	f("a", "b", false)
	f("*", "abc", true, "abc")
	f("a*c", "abc", true, "b")
	f("a*a", "a", false)
	f("*.b*", "x.by", true, "x", "y")
	f("a*b*c", "abbc", true, "", "b")
	f("**", "x", true, "", "x")
}

func TestFields(t *testing.T) {
	f := batch.FieldsOf("b", "a", "x*", "a")
	for name, want := range map[string]bool{"a": true, "b": true, "xy": true, "y": false, "_x": false} {
		if f.Has(name) != want {
			t.Errorf("Has(%s) is not %v", name, want)
		}
	}
	if g := f.Without("a"); g.Has("a") || !g.Has("b") {
		t.Error("Without takes the wrong names")
	}
	if u := f.Union(batch.AllFields); !u.All {
		t.Error("the union with all is not all")
	}
	if _, ok := f.Exact(); ok {
		t.Error("a pattern is no exact name")
	}
}

func TestPlaces(t *testing.T) {
	newer, older := batch.Place{Time: 2, Seq: 1}, batch.Place{Time: 1, Seq: 9}
	later, first, second := batch.Place{Time: 1, Seq: 10}, batch.Place{Time: 1, Seq: 9, Sub: 0}, batch.Place{Time: 1, Seq: 9, Sub: 1}
	order := []batch.Place{newer, later, first, second}
	if !slices.IsSortedFunc(order, batch.Place.Compare) || older.Compare(first) != 0 {
		t.Error("places are not newest first, then later in the input first")
	}
}
