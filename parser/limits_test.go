package parser_test

import (
	"strings"
	"testing"

	"spl/parser"
	"spl/spl/command"
)

// Texts that are as long or as deep as hostile texts are: each is read, or refused with an
// error that says why, and none exhausts the stack.
func TestLimits(t *testing.T) {
	f := func(name, text, want string) {
		t.Helper()
		_, errs := command.Parser().Parse(text)
		if want == "" {
			if len(errs) > 0 {
				t.Errorf("%s: %s", name, errs[0].Message)
			}
			return
		}
		if len(errs) == 0 || !strings.Contains(errs[0].Message, want) {
			t.Errorf("%s: %v, want %q", name, errs, want)
		}
	}
	many := func(s string, n int) string { return strings.Repeat(s, n) }
	f("too long", "a"+many(" b", parser.MaxLength/2), "bytes long")
	f("parentheses in a search", many("(", 1000)+"a"+many(")", 1000), "deep")
	f("parentheses in an expression", "a | eval x="+many("(", 1000)+"1"+many(")", 1000), "deep")
	f("signs", "a | eval x="+many("-", 1000)+"1", "deep")
	f("NOT", "a | where "+many("NOT ", 1000)+"a=1", "deep")
	f("calls", "a | eval x="+many("lower(", 1000)+"a"+many(")", 1000), "deep")
	f("subsearches", "a "+many("[search ", 100)+"b"+many("]", 100), "deep")
	f("brackets without end", "a "+many("[", 100_000), "never closed")
	f("quotes", "a "+many(`"b|c" `, 20_000)+`"`, "never closed")
	f("pipes", "a "+many("| | ", 20_000), "no command between")
	f("tokens", "a "+many("$x|s$ ", 20_000), "")
	f("terms", "a"+many(" b=c", 20_000), "")
	f("stages", "a"+many("| head 5", 5_000), "")
}

// A megabyte of search text; MB/s tell whether the time grows with the length alone.
func BenchmarkMegabyte(b *testing.B) {
	for _, x := range []struct{ name, text string }{
		{"terms", "a" + strings.Repeat(" bcd=efg", 1<<17)},
		{"list", "a x IN (" + strings.Repeat("abcdefg, ", 1<<17) + "z)"},
		{"stages", "a" + strings.Repeat(" | where x=1234", 1<<16)},
		{"expression", "a | eval x=1" + strings.Repeat(" + abcdef", 1<<17)},
	} {
		b.Run(x.name, func(b *testing.B) {
			b.SetBytes(int64(len(x.text)))
			for b.Loop() {
				command.Parser().Parse(x.text)
			}
		})
	}
}
