package eval

import (
	"os"
	"regexp"
	"testing"

	"spl/eval/batch"
)

// seeds are all expressions of the table tests.
func seeds(f *testing.F) {
	quoted := regexp.MustCompile("\\{`([^`]+)`, ")
	n := 0
	for _, file := range []string{"eval_test.go", "functions_test.go", "compile_test.go"} {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, m := range quoted.FindAllStringSubmatch(string(text), -1) {
			f.Add(m[1])
			n++
		}
	}
	if n < 500 {
		f.Fatalf("only %d expressions were found in the tests", n)
	}
}

func fuzzEnv() *Env {
	env := testEnv()
	env.SearchMatch = func(string) (func(*batch.Batch, int) bool, error) {
		return func(*batch.Batch, int) bool { return true }, nil
	}
	env.Lookup = func(string) (LookupFunc, error) {
		return func(_ []Pair, out []string) [][]string { return [][]string{out, nil} }, nil
	}
	return env
}

// Whatever is an expression is evaluated without a panic; printed and read again
// it gives the same.
func FuzzEval(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text string) {
		x, errs := parse(text)
		if len(errs) > 0 {
			return
		}
		p, errs := Compile(x)
		if len(errs) > 0 {
			for _, e := range errs {
				if e.Message == "" {
					t.Fatal("an error without a message")
				}
			}
			return
		}
		again := compile(t, p.String())
		r := row{"m": {"1", "2", "x"}, "n": one("5"), "s": one("abc"), "e": one(""), "j": one(`{"a":[1,{"b":null}]}`), "a": one("1.50")}
		b := batchOf(r, row{}, row{"m": one("7"), "s": {"", "b"}})
		ev, ev2 := bind(t, p, fuzzEnv(), b), bind(t, again, fuzzEnv(), b)
		for i := range b.Rows {
			if got, want := show(ev2.Value(i)), show(ev.Value(i)); got != want {
				t.Fatalf("%s gives %q, and printed as %s it gives %q", text, want, p, got)
			}
			ev.True(i)
		}
		if n := ev.Column().Len(); n != b.Rows && n != 0 {
			t.Fatalf("%s: %d rows in the column of %d", text, n, b.Rows)
		}
	})
}

// The data may be anything.
func FuzzData(f *testing.F) {
	for _, s := range []string{"", "1", "-0", "1e400", "[1,{}]", `{"a":{"b":[1]}}`, "<a x='1'>&lt;<b/></a>", "%d%s%*.*f", "\xff\x00", "10.0.0.0/8", "-1d@d", "(?<a>x)+", "%Y-%m-%dT%H:%M:%S.%3N%z"} {
		f.Add(s, s)
	}
	var programs []*Program
	for _, fn := range Functions() {
		for n := max(1, fn.Min); n <= max(fn.Min, 3) && (fn.Max < 0 || n <= fn.Max); n++ {
			for _, args := range []string{"s,t,s", "t,s,m", "m,t,1", "s,m,t"} {
				if p := tryCompile(fn.Name + "(" + firstArgs(args, n) + ")"); p != nil {
					programs = append(programs, p)
				}
			}
		}
	}
	for _, text := range []string{`s+t`, `s.t.m`, `s<t`, `s%t`, `s LIKE t`, `s IN (t, m, "1")`, `mvmap(m,m.s)`, `mvfilter(m=1)`, `if(s=t,m,null())`, `json_set("{}",s,t)`, `json_set(s,"a{}.b",t)`, `replace(s,"(.)","\1".t)`, `tostring(s,"duration").tostring(t,"commas")`} {
		if p := tryCompile(text); p != nil {
			programs = append(programs, p)
		}
	}
	if len(programs) < 200 {
		f.Fatalf("only %d programs", len(programs))
	}
	f.Fuzz(func(t *testing.T, s, u string) {
		b := batchOf(row{"s": one(s), "t": one(u), "m": {s, u, "x"}})
		for _, p := range programs {
			e := bind(t, p, fuzzEnv(), b)
			e.Value(0).Text()
			e.True(0)
		}
	})
}

func firstArgs(args string, n int) string { return args[:min(len(args), 2*n-1)] }

// tryCompile gives nil for what does not compile.
func tryCompile(text string) *Program {
	x, errs := parse(text)
	if len(errs) > 0 {
		return nil
	}
	p, _ := Compile(x)
	return p
}
