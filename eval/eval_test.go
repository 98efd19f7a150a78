package eval

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
)

// row is a row of test data: a field with no values is NULL.
type row map[string][]string

func one(s string) []string { return []string{s} }

func batchOf(rows ...row) *batch.Batch {
	b := batch.New(len(rows))
	names := map[string]bool{}
	for _, r := range rows {
		for n := range r {
			names[n] = true
		}
	}
	for n := range names {
		var col batch.Builder
		for _, r := range rows {
			col.Append(r[n]...)
		}
		b.Set(n, col.Column())
	}
	return b
}

func parse(text string) (parser.Expr, source.Errors) {
	x, err := parser.ParseExpr(&parser.Args{Command: "eval", Text: text})
	if err != nil {
		return nil, source.Errors{err}
	}
	return x, nil
}

func compile(t testing.TB, text string) *Program {
	t.Helper()
	x, errs := parse(text)
	if len(errs) > 0 {
		t.Fatalf("parsing %s: %v", text, errs)
	}
	p, errs := Compile(x)
	if len(errs) > 0 {
		t.Fatalf("compiling %s: %v", text, errs)
	}
	return p
}

// testEnv starts a search on Wednesday 2024-05-15 at 13:47:31 UTC.
func testEnv() *Env {
	now := time.Date(2024, 5, 15, 13, 47, 31, 0, time.UTC)
	return &Env{Now: now, Clock: func() time.Time { return now.Add(250 * time.Millisecond) }}
}

func bind(t testing.TB, p *Program, env *Env, b *batch.Batch) *Evaluator {
	t.Helper()
	e, err := p.Bind(env)
	if err != nil {
		t.Fatalf("binding %s: %v", p, err)
	}
	e.Start(b)
	return e
}

// show writes a result as the tables of the tests do: NULL, TRUE, FALSE, values of
// a multivalue with a bar between them.
func show(v Value) string {
	switch v.Kind() {
	case Null:
		return "NULL"
	case Bool:
		return strings.ToUpper(v.Text())
	}
	return strings.Join(v.Values(), "|")
}

// want is a table of expressions and what they yield on one row.
type want []struct{ expr, result string }

func (w want) run(t *testing.T, r row) {
	t.Helper()
	b := batchOf(r)
	for _, c := range w {
		e := bind(t, compile(t, c.expr), testEnv(), b)
		if got := show(e.Value(0)); got != c.result {
			t.Errorf("%s = %s, want %s", c.expr, got, c.result)
		}
	}
}

func TestLogic(t *testing.T) {
	r := row{"t": one("1"), "f": one("0")}
	// Each side as a comparison: TRUE, FALSE, NULL.
	sides := map[string]string{"TRUE": "t=1", "FALSE": "f=1", "NULL": "missing=1"}
	tables := map[string][]string{ // columns and rows in the order TRUE, FALSE, NULL
		"AND": {"TRUE FALSE NULL", "FALSE FALSE FALSE", "NULL FALSE NULL"},
		"OR":  {"TRUE TRUE TRUE", "TRUE FALSE NULL", "TRUE NULL NULL"},
		"XOR": {"FALSE TRUE NULL", "TRUE FALSE NULL", "NULL NULL NULL"},
	}
	order := []string{"TRUE", "FALSE", "NULL"}
	for op, table := range tables {
		for i, l := range order {
			for j, x := range order {
				expr := fmt.Sprintf("%s %s %s", sides[l], op, sides[x])
				want{{expr, strings.Fields(table[i])[j]}}.run(t, r)
			}
		}
	}
	want{
		{"NOT t=1", "FALSE"}, {"NOT f=1", "TRUE"}, {"NOT missing=1", "NULL"}, {"!isnull(missing)", "FALSE"},
		{"t=1 AND t=1 AND missing=1 AND f=1", "FALSE"},
		{"NOT t=1 AND f=1", "FALSE"}, // (NOT t=1) AND f=1
		{"NOT t=2 AND f=0", "TRUE"},
	}.run(t, r)
}

func TestComparison(t *testing.T) {
	want{
		{`"10" == 10`, "TRUE"}, {`"abc" < "abd"`, "TRUE"}, {`"9" > "10"`, "FALSE"}, {`"1.0" == 1`, "TRUE"},
		{`"B" < "a"`, "TRUE"}, {`"a" = "A"`, "FALSE"}, {`x = "a*"`, "FALSE"}, {`x != "a*"`, "TRUE"},
		{`missing != "a"`, "NULL"}, {`if(missing=="a",1,2)`, "2"}, {`n = "007"`, "TRUE"}, {`n < 10`, "TRUE"},
		{`n = "7 "`, "FALSE"}, {`"" = ""`, "TRUE"}, {`empty = ""`, "TRUE"}, {`empty < 1`, "TRUE"},
		{`m = 2`, "TRUE"}, {`m != 2`, "TRUE"}, {`m = 9`, "FALSE"}, {`m > 2`, "TRUE"}, {`m < 1`, "FALSE"}, {`2 = m`, "TRUE"},
		{`m = m`, "TRUE"}, {`m = missing`, "NULL"}, {`NOT m = 2`, "FALSE"},
		{`true() = true()`, "TRUE"}, {`true() = x`, "NULL"}, {`sqrt(-1) = 1`, "FALSE"}, {`sqrt(-1) != 1`, "TRUE"},
		{`x > 5`, "TRUE"}, // as texts: "abc" > "5"
		{`n >= 7`, "TRUE"}, {`n <= 7`, "TRUE"}, {`n > 7`, "FALSE"},
	}.run(t, row{"x": one("abc"), "n": one("7"), "m": {"1", "2", "3"}, "empty": one("")})
}

func TestArithmetic(t *testing.T) {
	want{
		{`a+1`, "6"}, {`a-1`, "4"}, {`a*2`, "10"}, {`a/2`, "2.5"}, {`7%3`, "1"}, {`-7%3`, "-1"}, {`-a`, "-5"}, {`+a`, "5"}, {`- -a`, "5"},
		{`1/0`, "NULL"}, {`1%0`, "NULL"}, {`a+missing`, "NULL"}, {`s*2`, "NULL"}, {`-s`, "NULL"},
		{`"1"+"2"`, "3"}, {`"1"."2"`, "12"}, {`"*"+s+"*"`, "*abc*"}, {`s+1`, "NULL"}, {`a+s`, "5abc"}, {`s+s`, "abcabc"},
		{`s."-".missing`, "NULL"}, {`s."-".a`, "abc-5"}, {`a.1`, "51"}, {`1+2 . "x"`, "3x"},
		{`m*2`, "NULL"}, {`m+m`, "NULL"}, {`m."x"`, "NULL"}, {`1+m`, "NULL"},
		{`a*2+1>10`, "TRUE"}, {`a*2>10`, "FALSE"}, {`s*2>1`, "NULL"}, {`m*2>1`, "NULL"}, {`a/zero>1`, "NULL"}, {`missing-1<a-1`, "NULL"}, {`1+s<5`, "NULL"},
		{`len(m)>0`, "TRUE"}, {`-a<0-4`, "TRUE"}, {`a%2=1`, "TRUE"}, {`8.250*0.2<2`, "TRUE"},
		{`2+3*4`, "14"}, {`(2+3)*4`, "20"}, {`2-3-4`, "-5"}, {`-2*3`, "-6"}, {`8/2/2`, "2"},
		{`6/2`, "3"}, {`10/4`, "2.5"}, {`10/3`, "3.3333333333333335"}, {`5.0`, "5.0"}, {`0.1+0.2`, "0.3"},
		{`9007199254740991`, "9007199254740991"}, {`9007199254740991-1`, "9007199254740990"},
		{`123456789012345678901`, "1.2345678901234568e+20"},
	}.run(t, row{"a": one("5"), "s": one("abc"), "m": {"1", "2"}, "zero": one("0")})
}

func TestPrecision(t *testing.T) {
	want{
		{`8.250*0.2`, "2"}, {`8.250*0.20`, "1.7"}, {`8.250*0.200`, "1.65"}, {`8.250*exact(0.2)`, "1.650"},
		{`1.00*1111`, "1111"}, {`sigfig(1.00*1111)`, "1110"}, {`sigfig(123.0+4.567)`, "127.6"}, {`0.1+0.2`, "0.3"},
		{`0.05*0.5`, "0.03"}, {`0.00*5`, "0.00"}, {`pi()`, "3.14159265359"}, {`pi()*2`, "6.28318530718"},
		{`-1.50`, "-1.50"}, {`1.5e3`, "1500"}, {`1e3`, "1000"}, {`abs(-2.50)`, "2.50"},
		{`exact(8.250)*exact(0.2)`, "1.6500000000000001"}, {`exact(3.99*2)`, "7.98"},
		{`strptime("2018-08-13","%Y-%m-%d")-0`, "1534118400.000000"}, {`strptime("2018-08-13","%Y-%m-%d")`, "1534118400.000000"},
		// A field's text is exact, unless its fraction ends in 0 (our choice).
		{`written*2`, "2.500"}, {`measured*2`, "2.5"}, {`whole*0.333`, "3.33"}, {`round_trip+1`, "1.1"},
		{`sum(written, 1)`, "2.25"}, {`avg(1,2)`, "1.5"},
		{`-0.4*exact(0)`, "0"}, {`sqrt(2.0)`, "1.4142135623730951"},
		{`round(written,1)+0`, "1.3"},
	}.run(t, row{"written": one("1.250"), "measured": one("1.25"), "whole": one("10"), "round_trip": one("0.1")})
}

func TestFixed(t *testing.T) {
	for _, c := range []struct {
		n        float64
		decimals int
		want     string
	}{
		{2.555, 2, "2.56"}, {0.80499, 4, "0.8050"}, {5, 2, "5.00"}, {0.5, 0, "1"}, {0.4, 0, "0"}, {-0.4, 0, "0"}, {-0.5, 0, "-1"},
		{9.99, 1, "10.0"}, {99.999, 0, "100"}, {0.0005, 3, "0.001"}, {0.00049, 3, "0.000"}, {1e20, 1, "100000000000000000000.0"},
		{1e-7, 3, "0.000"}, {1e-7, 8, "0.00000010"}, {123456, 0, "123456"}, {0, 3, "0.000"},
	} {
		if got := fixed(c.n, c.decimals); got != c.want {
			t.Errorf("fixed(%v, %d) = %s, want %s", c.n, c.decimals, got, c.want)
		}
	}
	for _, c := range []struct {
		n, want float64
		places  int
	}{{1234, 1230, -1}, {1250, 1300, -2}, {49, 0, -2}, {50, 100, -2}, {2.555, 2.56, 2}} {
		if got := roundTo(c.n, c.places); got != c.want {
			t.Errorf("roundTo(%v, %d) = %v, want %v", c.n, c.places, got, c.want)
		}
	}
}

// The frequent pitfalls of eval-functions 5.7.
func TestPitfalls(t *testing.T) {
	want{
		{`if(a=="","e","n")`, "n"}, {`mvcount(a)`, "NULL"}, {`mvcount(a)>1`, "NULL"}, {`NOT match(a,"x")`, "NULL"},
		{`user."-".b`, "NULL"}, {`"1"+"2"`, "3"}, {`"1"."2"`, "12"}, {`case(isnull(a),"none",true(),a)`, "none"},
		{`split("a,,b",",")`, "a||b"}, {`mvcount(split("a,,b",","))`, "3"},
		{`if(like(path,"%\\Temp\\%"),1,0)`, "1"}, {`user in ("a","B")`, "FALSE"},
	}.run(t, row{"user": one("b"), "path": one(`C:\Temp\x`)})
}

// The rows of data set D2 in 05-examples that are eval or where.
func TestExamples(t *testing.T) {
	r := row{
		"m": {"1", "2", "3"}, "s": one("k1=v1;k2=v2"),
		"j": one(`{"a":{"b":[{"c":1},{"c":2}],"d":null,"e":true}}`),
	}
	want{
		{`mvindex(m,-1)`, "3"}, {`mvcount(m)`, "3"}, {`mvjoin(m,"-")`, "1-2-3"}, {`mvindex(m,0,1)`, "1|2"},
		{`mvfind(m,"^2$")`, "1"}, {`mvindex(m,5)`, "NULL"},
		{`mvmap(m,m*10)`, "10|20|30"}, {`mvfilter(m>1)`, "2|3"}, {`mvappend(m,"9")`, "1|2|3|9"}, {`mvdedup(mvappend(m,m))`, "1|2|3"},
		{`mvzip(m,split("a,b,c",","))`, "1,a|2,b|3,c"}, {`m="2"`, "TRUE"},
		{`json_extract(j,"a.b{}.c")`, "[1,2]"}, {`json_extract(j,"a.b{0}.c")`, "1"}, {`json_keys(json_extract(j,"a"))`, `["b","d","e"]`},
		{`replace(s,"(\w+)=(\w+)","\2=\1")`, "v1=k1;v2=k2"},
		{`spath(j,"a.b{}")`, `{"c":1}|{"c":2}`}, {`spath(j,"a.b{1}.c")`, "2"}, {`spath(j,"a.d")`, "null"}, {`spath(j,"a.e")`, "true"},
	}.run(t, r)
}

func TestFields(t *testing.T) {
	for _, c := range []struct{ expr, fields string }{
		{`a+b*a`, "a b"}, {`'x y'.z`, "x y z"}, {`mvmap(m, m*n)`, "m n"}, {`mvfilter(m>1)`, "m"}, {`1+2`, ""},
		{`if(isnull(a), b, c IN (d, "e"))`, "a b c d"}, {`mvmap(mvfilter(m>1), m.k)`, "m k"},
	} {
		if got := strings.Join(compile(t, c.expr).Fields(), " "); got != c.fields {
			t.Errorf("%s reads %q, want %q", c.expr, got, c.fields)
		}
	}
}

func TestBoolean(t *testing.T) {
	for expr, want := range map[string]bool{
		`a=1`: true, `true()`: true, `NOT a=1`: true, `isnull(a)`: true, `a IN (1)`: true, `a LIKE "x"`: true,
		`if(a=1,true(),false())`: true, `if(a=1,true(),null())`: false, `case(a=1,a>2)`: true, `mvfilter(a=1)`: false,
		`a`: false, `1`: false, `a+1`: false, `if(a=1,true(),"x")`: false, `null()`: false, `coalesce(a, true())`: false,
	} {
		if got := compile(t, expr).Boolean(); got != want {
			t.Errorf("%s: Boolean is %v, want %v", expr, got, want)
		}
	}
}

func TestColumn(t *testing.T) {
	b := batchOf(row{"a": one("1"), "m": {"x", "y"}}, row{"m": one("z")}, row{"a": one("3")})
	for expr, want := range map[string]string{
		`a`:              "[1] [] [3]",
		`a*2`:            "[2] [] [6]",
		`m`:              "[x y] [z] []",
		`upper(m)`:       "[X Y] [Z] []",
		`"c"`:            "[c] [c] [c]",
		`null()`:         "[] [] []",
		`mvappend(a, m)`: "[1 x y] [z] [3]",
		`nosuch`:         "[] [] []",
		`a=1`:            "[True] [] [False]",
	} {
		col := bind(t, compile(t, expr), nil, b).Column()
		var got []string
		for r := range b.Rows {
			got = append(got, fmt.Sprint(col.Values(r)))
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("column of %s is %s, want %s", expr, s, want)
		}
	}
}

func TestHooks(t *testing.T) {
	b := batchOf(row{"u": one("bob")})
	for _, expr := range []string{`searchmatch("u=bob")`, `lookup("t.csv", json_object("user",u), json_array("id"))`} {
		if _, err := compile(t, expr).Bind(nil); err == nil || !strings.Contains(err.Error(), "cannot be used here") {
			t.Errorf("binding %s without a hook: %v", expr, err)
		}
	}
	env := testEnv()
	env.SearchMatch = func(text string) (func(*batch.Batch, int) bool, error) {
		return func(b *batch.Batch, row int) bool { s, _ := b.Col("u").First(row); return "u="+s == text }, nil
	}
	var matches int
	env.Lookup = func(table string) (LookupFunc, error) {
		if table != "t.csv" {
			return nil, fmt.Errorf("there is none")
		}
		return func(match []Pair, outputs []string) (rows [][]string) {
			if len(match) != 1 || match[0] != (Pair{"user", "bob"}) || outputs[0] != "id" {
				return nil
			}
			for i := range matches {
				rows = append(rows, []string{fmt.Sprint(i)})
			}
			return rows
		}, nil
	}
	for _, c := range []struct {
		expr    string
		matches int
		want    string
	}{
		{`searchmatch("u=bob")`, 0, "TRUE"}, {`searchmatch("u=al")`, 0, "FALSE"},
		{`lookup("t.csv", json_object("user",u), json_array("id"))`, 1, `{"id":"0"}`},
		{`lookup("t.csv", json_object("user",u), json_array("id"))`, 2, `{"id":["0","1"]}`},
		{`lookup("t.csv", json_object("user",u), json_array("id"))`, 0, "NULL"},
		{`lookup("t.csv", json_object("user",missing), json_array("id"))`, 1, "NULL"},
	} {
		matches = c.matches
		if got := show(bind(t, compile(t, c.expr), env, b).Value(0)); got != c.want {
			t.Errorf("%s = %s, want %s", c.expr, got, c.want)
		}
	}
	if _, err := compile(t, `lookup("no.csv", json_object(), json_array())`).Bind(env); err == nil {
		t.Error("an unknown lookup table was bound")
	}
}

func TestNotices(t *testing.T) {
	codes := map[string]int{}
	env := &Env{Notice: func(code, message string) { codes[code]++ }}
	b := batchOf(row{"bad": one("("), "s": one("abc")})
	for _, expr := range []string{`match(s, bad)`, `mvcount(mvrange(0, 1000000000))`, `relative_time(0, bad)`} {
		if v := bind(t, compile(t, expr), env, b).Value(0); !v.IsNull() {
			t.Errorf("%s = %s", expr, show(v))
		}
	}
	if codes["regex"] != 1 || codes["limit"] != 1 || codes["modifier"] != 1 {
		t.Errorf("notices: %v", codes)
	}
}

// One row may not make more than memory can bear.
func TestLimits(t *testing.T) {
	long := strings.Repeat("a", 1000)
	deep := strings.Repeat("[", 5_000_000)
	b := batchOf(row{"s": one(long), "deep": one(deep)})
	blow := `replace(replace(replace(replace(s,"a","` + long + `"),"a","` + long + `"),"a","` + long + `"),"a","b")`
	for _, expr := range []string{
		blow, `mvmap(mvrange(0,99999),mvrange(0,99999))`, `printf("%1000000000d",1)`, `printf("%*d",1000000000,1)`,
		`mvjoin(split(mvjoin(split(s,""),s),""),s.s.s.s)`, `json_extract(deep,"a")`,
		`replace(s,"(?=(.*))",` + `"` + strings.Repeat(`\1`, 5000) + `")`,
	} {
		if v := bind(t, compile(t, expr), testEnv(), b).Value(0); !v.IsNull() {
			t.Errorf("%.60s gave %.60s", expr, show(v))
		}
	}
	terms := strings.Repeat(`s="x" OR `, 20_000) + `s="x"`
	if got := show(bind(t, compile(t, terms), nil, b).Value(0)); got != "FALSE" {
		t.Errorf("a long OR gave %s", got)
	}
	x, _ := parse(strings.Repeat(`1+`, 20_000) + `1`)
	if _, errs := Compile(x); len(errs) != 1 || !strings.Contains(errs[0].Message, "nests") {
		t.Errorf("a deep expression: %v", errs)
	}
}

func TestRandom(t *testing.T) {
	e := bind(t, compile(t, `random()`), nil, batchOf(make([]row, 100)...))
	seen := map[float64]bool{}
	for r := range 100 {
		n, ok := e.Value(r).Number()
		if !ok || n < 0 || n > 1<<31-1 || n != float64(int64(n)) {
			t.Fatalf("random() gave %v", n)
		}
		seen[n] = true
	}
	if len(seen) < 90 {
		t.Errorf("100 random numbers hold only %d different ones", len(seen))
	}
}

// Programs are shared; evaluators are not.
func TestConcurrent(t *testing.T) {
	p := compile(t, `match(a,"^x\d+$") AND like(a,"x%") AND len(replace(a,"\d","")) = 1 AND a IN ("x1","x2")`)
	done := make(chan bool)
	for range 4 {
		go func() {
			e, err := p.Bind(nil)
			if err == nil {
				e.Start(batchOf(row{"a": one("x2")}))
			}
			done <- err == nil && e.True(0)
		}()
	}
	for range 4 {
		if !<-done {
			t.Error("a goroutine disagrees")
		}
	}
}
