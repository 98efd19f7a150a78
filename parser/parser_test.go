package parser_test

import (
	"strings"
	"testing"

	"spl/parser"
	"spl/parser/source"
)

// commands is a small language for the tests: where takes an expression, search a
// search expression, and run a pipeline in brackets.
var commands = &parser.Parser{Lookup: func(name string) (parser.Syntax, *source.Error) {
	switch name {
	case "search", "where":
		return syntax(name), nil
	}
	return nil, source.Errorf(source.UnknownCommand, source.Span{}, "unknown command")
}}

type syntax string

func (s syntax) ParseArgs(a *parser.Args) (parser.Node, source.Errors) {
	if s == "where" {
		x, err := parser.ParseExpr(a)
		if err != nil {
			return nil, source.Errors{err}
		}
		return x, a.Finish(x)
	}
	x, errs := parser.ParseSearch(a)
	if x == nil {
		return &parser.Everything{}, errs
	}
	return x, errs
}

func TestPrint(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		p, errs := commands.Parse(text)
		if len(errs) > 0 {
			t.Errorf("%s\n%v", text, errs)
			return
		}
		got := p.String()
		if got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
		again, errs := commands.Parse(got)
		if len(errs) > 0 || again.String() != got {
			t.Errorf("%s printed again is %s %v", got, again, errs)
		}
	}
	// OR binds tighter than AND in a search, looser in an expression.
	f(`a=1 b=2 OR c=3`, `search a=1 b=2 OR c=3`)
	f(`a=1 AND (b=2 OR c=3)`, `search a=1 b=2 OR c=3`)
	f(`(a=1 b=2) OR c=3`, `search (a=1 b=2) OR c=3`)
	f(`NOT a=1 OR b=2`, `search NOT a=1 OR b=2`)
	f(`NOT (a=1 OR b=2)`, `search NOT (a=1 OR b=2)`)
	f(`error NOT 403 OR 404`, `search error NOT 403 OR 404`)
	f(`NOT NOT x`, `search x`)
	f(`* | where A=1 AND B=2 OR C=3`, `search * | where A = 1 AND B = 2 OR C = 3`)
	f(`* | where NOT a=1 AND b=2`, `search * | where NOT a = 1 AND b = 2`)
	f(`* | where (a OR b) AND c`, `search * | where (a OR b) AND c`)
	f(`* | where a-(b-c)-d`, `search * | where a - (b - c) - d`)
	f(`* | where -x*2 . "s"`, `search * | where -x * 2 . "s"`)
	f(`* | where !isnull('a b') AND x IN (1, "2")`, `search * | where NOT isnull('a b') AND x IN (1, "2")`)
	f(`* | where first.last . 1.5`, `search * | where first . last . 1.5`)
	f(`* | where x like "a%" xor not y`, `search * | where x LIKE "a%" XOR NOT y`)
	f(`* | where in>0 AND isnull(IN) AND like(like, "x")`, `search * | where 'in' > 0 AND isnull('IN') AND like('like', "x")`)
	f(`* | where a AND .25 > b`, `search * | where a AND .25 > b`)
	// Quotes and escapes.
	f(`"user.username"="system:anonymous"`, `search user.username=system:anonymous`)
	f(`"a b"="c d"`, `search "a b"="c d"`)
	f(`state="OR" x="IN"`, `search state="OR" x="IN"`)
	f(`path="*\\Temp\\*"`, `search path="*\\Temp\\*"`)
	f(`"say \"hi\"" a\|b "x\|y"`, `search "say \"hi\"" "a|b" "x|y"`)
	f(`* | where match(x, "\\\\d\|\d")`, `search * | where match(x, "\\\\d\\|\\d")`)
	f(`x='a b'`, `search x='a b'`)
	// Forms of comparison.
	f(`a = b`, `search a=b`)
	f(`a== b c!= d e<=5`, `search a=b c!=d e<=5`)
	f(`f IN (a, "b c", 4*) g in(x y)`, `search f IN (a, "b c", 4*) g IN (x, y)`)
	f(`x=(a OR b)`, `search x=a OR x=b`)
	f(`host::web tag::host=x "a::b"`, `search host=web tag::host=x "a::b"`)
	f(`url=/a?b=c&d=<e>`, `search url="/a?b=c&d=<e>"`)
	f(`TERM(10.1.2.3) CASE("A (b)") x=CASE(Foo)`, `search TERM(10.1.2.3) CASE("A (b)") x=CASE(Foo)`)
	f(`() OR NOT ()`, `search () OR NOT ()`)
	f(`a,b , c`, `search a b c`)
	// Subsearches: a command's name may stand first, without a pipe.
	f(`x [search y | where z]`, `search x [search y | where z]`)
	f(`x [where y]`, `search x [| where y]`)
	f(`x [index=a]`, `search x [search index=a]`)
	f(`f IN ([search x])`, `search f IN ([search x])`)
	f(`* | where x > [search y]`, `search * | where x > [search y]`)
	f(`* | where [search y]`, `search * | where [search y]`)
	// Pipes and spaces.
	f("a\u00a0b\t\n|where\u00a0c|", `search a b | where c`)
	f(`search=1`, `search search=1`)
	f(`SEARCH a`, `search a`)
}

func TestFaults(t *testing.T) {
	f := func(text string, want ...string) {
		t.Helper()
		_, errs := commands.Parse(text)
		var got []string
		for _, e := range errs {
			got = append(got, strings.TrimSpace(strings.Repeat(" ", e.Span.Start)+"^ ")+" "+e.Message)
			if e.Span.Start > len(text) || e.Span.End > len(text) || e.Span.End < e.Span.Start {
				t.Errorf("%s: span %v lies outside", text, e.Span)
			}
		}
		if len(errs) != len(want) {
			t.Errorf("%s: %d faults, want %d: %q", text, len(errs), len(want), got)
			return
		}
		for i, w := range want {
			at, message, _ := strings.Cut(w, " ")
			if len(at) != errs[i].Span.Start+1 || !strings.Contains(errs[i].Message, message) {
				t.Errorf("%s:\n got offset %d %s\nwant %q", text, errs[i].Span.Start, errs[i].Message, w)
			}
		}
	}
	f(`a=`, `.^ Comparator '=' is missing a term on the right`)
	f(`=a`, `^ Comparator '=' is missing a term on the left`)
	f(`a OR`, `..^ OR needs a term on its right`)
	f(`OR a`, `^ OR needs a term on its left`)
	f(`a AND`, `..^ AND needs a term on its right`)
	f(`AND a`, `^ AND needs a term on its left`)
	f(`a OR OR b`, `.....^ OR needs a term on its left`)
	f(`NOT`, `^ NOT needs a term`)
	f(`=a b=`, `^ missing a term on the left`, `....^ missing a term on the right`)
	f(`(a`, `^ never closed`)
	f(`a)`, `.^ without a '('`)
	f(`"a`, `^ never closed`)
	f(`[a`, `^ never closed`)
	f(`a]`, `.^ without a '['`)
	f(`x IN ()`, `..^ the list after IN is empty`)
	f(`x=(a=b)`, `...^ only values can stand`)
	f(`a | | where b`, `....^ no command between two pipes`)
	f(`a | foo | bar b`, `....^ unknown command`, `..........^ unknown command`)
	f(`| where x NOT IN (1)`, `..........^ NOT cannot stand between`)
	f(`| where a=“b”`, `..........^ cannot be read here`)
	f(`| where a=`, `..........^ ends where a value is expected`)
	f(`| where AND b`, `........^ a value is missing before`)
	f(`| where f(a b)`, `............^ a comma or ')' must follow`)
	f(`| where 'a`, `........^ single quote is never closed`)
	f(`| where`, `.......^ an expression must follow`)
	f(`| where a b`, `..........^ cannot be read here`)
}

func TestDepth(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		_, errs := commands.Parse(text)
		if len(errs) == 0 || !strings.Contains(errs[0].Message, want) {
			t.Errorf("%.20s…: %v, want %q", text, errs, want)
		}
	}
	const n = 100_000
	f(strings.Repeat("(", n)+"a"+strings.Repeat(")", n), "nest more than")
	f(strings.Repeat("[search ", n)+"a"+strings.Repeat("]", n), "nest more than")
	f("| where "+strings.Repeat("(", n)+"a"+strings.Repeat(")", n), "nest more than")
	f("| where "+strings.Repeat("-", n)+"a", "nests more than")
	f("| where "+strings.Repeat("NOT ", n)+"a", "nests more than")
	f(strings.Repeat("(", n), "nest more than")
	f(strings.Repeat("[", n), "never closed")
	f("a"+strings.Repeat(")", n), "without a '('")
}

// Long queries take time in proportion to their length and do not exhaust the stack.
func TestLength(t *testing.T) {
	const n = 20_000
	for _, text := range []string{
		strings.Repeat("a=b ", n),
		strings.Repeat("a OR ", n) + "a",
		"x IN (" + strings.Repeat("1, ", n) + "1)",
		"| where a" + strings.Repeat("+a", n),
		"| where a" + strings.Repeat(" OR a=1", n),
		"| where f(" + strings.Repeat("a,", n) + "a)",
		"a" + strings.Repeat("| where b", n),
		strings.Repeat("NOT ", n) + "a",
	} {
		p, errs := commands.Parse(text)
		if len(errs) > 0 {
			t.Errorf("%.20s…: %v", text, errs[0])
			continue
		}
		if s := p.String(); len(s) < n/2 && !strings.HasPrefix(text, "NOT") {
			t.Errorf("%.20s… prints as %d bytes", text, len(s))
		}
	}
}

// Whatever is read does not panic, and what is read without fault prints back as
// text that gives the same tree.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		`"user.username"="system:anonymous" verb=list OR NOT (x IN (a, "b c") [search y | where z=1])`,
		`* | where if(a=1, "x", b.c) . 'd e' IN (1, -2.5e3) AND NOT like(x, "%\\%")`,
		"TERM(a) CASE(b) ``` c | ``` a::b x=(c OR NOT d)", `a\"b\|c "\\" |`, "\x00\xff“”", `| where [search x] > 1`, `=[](`,
	} {
		f.Add(s)
	}
	parser.Published(f, func(text string) { f.Add(text) })
	f.Fuzz(func(t *testing.T, text string) {
		p, errs := commands.Parse(text)
		if len(errs) > 0 {
			return
		}
		printed := p.String()
		again, errs := commands.Parse(printed)
		if len(errs) > 0 {
			t.Fatalf("%q prints as %q, which has faults: %v", text, printed, errs)
		}
		if twice := again.String(); twice != printed {
			t.Fatalf("%q prints as %q and then as %q", text, printed, twice)
		}
	})
}
