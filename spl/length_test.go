package spl_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"spl/macros"
	"spl/parser"
	"spl/spl"
)

// shapes are the ways in which a search can be long: n bytes of each.
var shapes = []struct {
	name              string
	head, unit, after string // unit is repeated; # in it stands for a number that counts up
}{
	{"terms", "a", " b=c", ""},
	{"other terms", "a", " f#=v#", ""},
	{"phrases", "a", ` "foo bar"`, ""},
	{"AND", "a", " AND b=c", ""},
	{"OR", "a", " OR b=c", ""},
	{"NOT", "a", " NOT b=c", ""},
	{"wildcards", "a", " b=*c*d", ""},
	{"parentheses", "a", " " + strings.Repeat("(", 190) + "b" + strings.Repeat(")", 190), ""},
	{"a list", "a x IN (", "abc, ", "z)"},
	{"stages", "a", " | where x=1234", ""},
	{"evals", "a", " | eval x#=x+1", ""},
	{"renames", "a", " | rename f# AS g#", ""},
	{"an expression", "a | eval x=1", " + abc", ""},
	{"nested expressions", "a", " | eval x=" + strings.Repeat("(", 150) + "b" + strings.Repeat(")", 150), ""},
	{"nested calls", "a", " | eval x=" + strings.Repeat("lower(", 80) + "b" + strings.Repeat(")", 80), ""},
	{"arguments", "a | eval x=coalesce(", "f#,", "z)"},
	{"a choice", "a | eval x=case(", `a=#,"b",`, "1=1,2)"},
	{"conditions", "a | where x=1", " OR f#=v#", ""},
	{"assignments", "a | eval x=1", ", x#=1+x", ""},
	{"fields", "a | table x", " f#", ""},
	{"aggregates", "a | stats count", " sum(f#) AS s#", ""},
	{"groups", "a | stats count BY x", " f#", ""},
	{"subsearches", "a", " " + strings.Repeat("[search ", 20) + "b" + strings.Repeat("]", 20), ""},
	{"pipelines in brackets", "a", " | append " + strings.Repeat("[search b | append ", 10) + "[search c]" + strings.Repeat("]", 10), ""},
	{"a string", `a "`, "x y ", `"`},
	{"a word", "a", "bcde", ""},
	{"a name", "a | eval ", "bcde", "=1"},
	{"a comment", "a ```", "x y ", "``` b"},
	{"comments", "a", " ```a comment``` b", ""},
	{"macro calls", "a", " `filter`", ""},
	// What is faulty from end to end.
	{"open parentheses", "a", " (", ""},
	{"open brackets", "a", " [search", ""},
	{"a string without end", `a "`, " | head 5", ""},
	{"strings without end", "a ", `"b | head 5 " `, `"`},
	{"backticks", "a", " ` b` c", "`"},
	{"unknown macros", "a", " `nope#`", ""},
	{"unknown commands", "a", " | stast count BY b", ""},
	{"unknown functions", "a | eval x=1", " + abcdef(1)", ""},
	{"unknown aggregates", "a | stats count", " avv(b)", ""},
	{"unknown options", "a | head 5", " limti=5", ""},
	{"no operands", "a", " = b OR OR", ""},
	{"no commands", "a", "| ", ""},
	{"no values", "a | eval ", "b c,", ""},
	{"a command's name", "a | ", "abcd", ""},
	{"a function's name", "a | eval x=", "abcd", "(1)"},
}

// long makes a text of about n bytes.
func long(head, unit, after string, n int) string {
	var b strings.Builder
	b.WriteString(head)
	for i := 0; b.Len()+len(unit)+len(after) <= n; i++ {
		b.WriteString(strings.ReplaceAll(unit, "#", fmt.Sprint(i)))
	}
	b.WriteString(after)
	return b.String()
}

func shapeConfig() *spl.Config {
	set := macros.Builtin()
	set.DefineText("filter=b=c", "test")
	return &spl.Config{Macros: set}
}

// A search four times as long takes four times the memory, and so much the work, whatever
// it is made of.
func TestLengthAndWork(t *testing.T) {
	c := shapeConfig()
	work := func(text string) float64 {
		least := ^uint64(0)
		for range 3 {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			spl.Compile(text, c)
			runtime.ReadMemStats(&after)
			least = min(least, after.TotalAlloc-before.TotalAlloc)
		}
		return float64(least)
	}
	for _, s := range shapes {
		few, many := work(long(s.head, s.unit, s.after, 1<<13)), work(long(s.head, s.unit, s.after, 1<<15))
		if ratio := many / few; ratio > 6 {
			t.Errorf("%s: 8 KB take %.0f bytes, 32 KB %.1f times as many", s.name, few, ratio)
		}
	}
}

// Whole texts of 256 KB and of a megabyte: MB/s is the same for both where the time grows
// with the length alone.
func BenchmarkLength(b *testing.B) {
	c := shapeConfig()
	for _, s := range shapes {
		for _, size := range []int{1 << 18, 1 << 20} {
			text := long(s.head, s.unit, s.after, size)
			b.Run(fmt.Sprintf("%s/%d", s.name, size>>10), func(b *testing.B) {
				b.SetBytes(int64(len(text)))
				for b.Loop() {
					spl.Compile(text, c)
				}
			})
		}
	}
}

// What is past a limit is refused with an error that names it, in its place.
func TestLimits(t *testing.T) {
	many := strings.Repeat
	f := func(text string, want string) {
		t.Helper()
		got := said(text)
		if len(got) == 0 || got[len(got)-1] != want {
			t.Errorf("%.40s…\n got %s\nwant %s", text, strings.Join(got, "\n     "), want)
		}
	}
	f("a "+many("(", 300)+"b"+many(")", 300), "1:203 syntax: parentheses nest more than 200 deep here "+
		"(take out those that hold nothing together, or eval a part into a field of its own first)")
	f("a | eval x="+many("-", 300)+"1", "1:212 syntax: the expression nests more than 200 deep here (eval a part of it into a field of its own first)")
	f("a "+many("[search ", 60)+"b"+many("]", 60), "1:195 syntax: subsearches nest more than 25 deep here "+
		"(put what the innermost find in a lookup table, with outputlookup, and read it with inputlookup)")
	f("a"+many(" b", parser.MaxTokens), "1:2000001 syntax: the command has more than 1000000 words and signs; what follows here is not read "+
		"(a long list of values belongs in a lookup table)")
	f("a"+many(" b", parser.MaxLength/2), "1:1 syntax: the query is 16777217 bytes long; at most 16777216 are read (a long list of values belongs in a lookup table)")
	f("a"+many(" = b OR OR", 60), "1:510 syntax: there are more than 100 faults; from here on they are not listed "+
		"(mend those above first: some of the rest may follow from them)")
	f("a"+many(" | nope", 150), "1:705 unknown-command: there are more than 100 faults; from here on they are not listed "+
		"(mend those above first: some of the rest may follow from them)")
	f(many("`nope` ", 150), "1:701 unknown-macro: there are more than 100 faults; from here on they are not listed "+
		"(mend those above first: some of the rest may follow from them)")
}

// A word of a megabyte is not repeated in what is said of it.
func TestLongWord(t *testing.T) {
	for _, text := range []string{"a | WORD", "a | eval x=WORD(1)", "a | stats WORD(x)", "a | head WORD=1", "a `WORD`", "a | where x=(WORD"} {
		for _, l := range said(strings.Replace(text, "WORD", strings.Repeat("x", 1<<20), 1)) {
			if len(l) > 2500 {
				t.Errorf("%s: %d bytes are said", text, len(l))
			}
		}
	}
}
