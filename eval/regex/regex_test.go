package regex

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dlclark/regexp2/v2"
)

func compile(t *testing.T, pattern string) *Regexp {
	t.Helper()
	re, err := Compile(pattern, Options{})
	if err != nil {
		t.Fatalf("Compile(%q): %v", pattern, err)
	}
	return re
}

func TestMatch(t *testing.T) {
	f := func(pattern, s string, want bool) {
		t.Helper()
		got, err := compile(t, pattern).MatchString(s)
		if err != nil || got != want {
			t.Errorf("%q on %q = %v, %v, want %v", pattern, s, got, err, want)
		}
	}
	// Anchors: $ and \Z match before a final newline, \z does not.
	f(`^abc$`, "abc\n", true)
	f(`^abc$`, "abc\n\n", false)
	f(`c$`, "abc\n", true)
	f(`abc\Z`, "abc\n", true)
	f(`abc\z`, "abc\n", false)
	f(`[a-c]+$`, "abc\n", true)
	f(`(?m)^b$`, "a\nb\nc", true)
	f(`^b$`, "a\nb\nc", false)
	f(`(?m)^\z`, "a\n", false) // not after the last newline
	// Case and other flags.
	f(`(?i)ERROR`, "an Error", true)
	f(`ERROR`, "an Error", false)
	f(`(?i)^fail`, "FAILED", true)
	f(`(?i)ed$`, "FAILED\n", true)
	f(`a(?i)b|c`, "C", true)
	f(`(?i:a)b`, "aB", false)
	f(`a.b`, "a\nb", false)
	f(`(?s)a.b`, "a\nb", true)
	f(`(?x) a b # comment`, "ab", true)
	f(`(?x) [ ] `, " ", true)
	f(`(?xx)[a b]`, " ", false)
	// Escapes.
	f(`^\h+$`, " \t", true)
	f(`^\H\V$`, "a\t", true)
	f(`^\v$`, "\x0b", true)
	f(`^\s$`, "\x0b", true)
	f(`^[\S]$`, "\x0b", false)
	f(`^a\Rb$`, "a\r\nb", true)
	f(`^\N$`, "\n", false)
	f(`^\Qa.b*\E+$`, "a.b***", true)
	f(`^\x41\x{42}\103\e\cA\o{60}$`, "ABC\x1b\x010", true)
	f(`^\0$`, "\x00", true)
	f(`^\d+$`, "١٢", false) // ASCII digits only
	f(`^\w$`, "é", false)
	f(`\bé`, "é", false)
	f(`(?!x)\bé`, "é", false)
	f(`^.$`, "é", true) // a character, not a byte
	f(`^\p{Lu}\pL\P{L}\p{^L}$`, "Éa1-", true)
	f(`^\p{Any}+$`, "a\nb", true)
	f(`a{,2}`, "a{,2}", true)
	f(`^{a}$`, "{a}", true)
	// Classes.
	f(`^[]a]+$`, "a]", true)
	f(`^[^]a]$`, "]", false)
	f(`^[[:alpha:][:^print:]_]+$`, "a_\x01", true)
	f(`^[\w-.]+$`, "a-.", true)
	f(`^[a\-z]+$`, "b", false)
	f(`^[\Q^]\E]+$`, "^]", true)
	f(`^[a-z-[b]]$`, "b", false) // no subtraction: the class ends at the first ]
	f(`^[\b]$`, "\b", true)
	f(`^[\101-\x43]+$`, "ABC", true)
	// What only a backtracking engine has.
	f(`(?<!\d)\d{3}(?!\d)`, "a1234", false)
	f(`(?<!\d)\d{3}(?!\d)`, "a123b", true)
	f(`(?<=user=)bob`, "user=bob", true)
	f(`^(?!.*admin).*$`, "the admin", false)
	f(`(\w)\1`, "hello", true)
	f(`(?<q>['"])\w+\k<q>`, `'a"`, false)
	f(`(?P<q>['"])\w+(?P=q)`, `"a"`, true)
	f(`(.)\g1\g{1}\g{-1}`, "aaaa", true)
	f(`a++a`, "aaa", false)
	f(`(?>a+)a`, "aaa", false)
	f(`^(a)?(?(1)b|c)$`, "ab", true)
	f(`^(a)?(?(1)b|c)$`, "b", false)
	f(`^(?(?=a)ab|c)$`, "c", true)
	f(`^(?<o>\d+)\.(?&o)$`, "1.22", true)
	f(`^(?<o>\d+)\.(?P>o)\g<o>$`, "1.22", true)
	f(`^(?(DEFINE)(?<o>\d+))(?&o)-(?1)$`, "1-22", true)
	f(`^(?|(a)|(b))\1$`, "bb", true)
	f(`(?J)^(?:(?<n>a)|(?<n>b))\k<n>$`, "bb", true)
	f(`a{0,2000}b`, "aab", true)
	f(`(*FAIL)|a`, "a", true)
	f(`(*UTF8)a`, "a", true)
	f(`(?#remark)a`, "a", true)
	f(`^(?U)a+$`, "aa", true)
	// Not UTF-8: each wrong byte is a character.
	f(`^a.b$`, "a\xffb", true)
	f(`^a..b$`, "a\xff\xfeb", true)
	f(`(?=a)a.b`, "\xffa\xffb", true)
	f(`b`, "\xff\xfeb", true)
	f(``, "", true)
	f(`a|`, "", true)
}

func TestSubmatch(t *testing.T) {
	f := func(pattern, s string, want ...string) {
		t.Helper()
		groups, taken, err := compile(t, pattern).FindSubmatch(s)
		for i := range groups {
			if !taken[i] {
				groups[i] = "-"
			}
		}
		if err != nil || !slices.Equal(groups, want) {
			t.Errorf("%q on %q = %q, %v, want %q", pattern, s, groups, err, want)
		}
	}
	f(`(?<user>\w+)@(?P<host>\w+)`, "to bob@mail", "bob@mail", "bob", "mail")
	f(`(a)|(b)`, "b", "b", "-", "b")
	f(`(a)|()b`, "b", "b", "-", "")
	f(`x`, "abc")
	f(`(?|a(b)|c(d))(e)`, "cde", "cde", "d", "e")
	f(`(?<x>a)(?=(?<y>b))(?<z>b)`, "ab", "ab", "a", "b", "b")
	f(`user=\K\w+`, "user=bob", "bob")
	f(`(?<=é)(.)`, "éü\xff", "ü", "ü")
	f(`(?!x)(.)$`, "éü\xff", "\xff", "\xff")
	f(`(?n)(a)(?<b>b)`, "ab", "ab", "b")
	f(`(?:(a)|b)+`, "ab", "ab", "a")
	f(`(a|ab)(c|bcd)(d*)`, "abcd", "abcd", "a", "bcd", "")
	f(`^(\w+)$`, "abc\n", "abc", "abc")
	f(`(\w+)\s*$`, "one two\n", "two\n", "two")
}

func TestNames(t *testing.T) {
	f := func(pattern string, want ...string) {
		t.Helper()
		if got := compile(t, pattern).Names(); !slices.Equal(got, want) {
			t.Errorf("%q has names %q, want %q", pattern, got, want)
		}
	}
	f(`a`, "")
	f(`(?<n>a)(b)(?P<m>c)(?'k'd)`, "", "n", "", "m", "k")
	f(`(?<n>a)|(?<n>b)`, "", "n", "n")
	f(`(?|(?<n>a)|(?<n>b))(c)`, "", "n", "")
	f(`(?(DEFINE)(?<d>\d))(?<x>(?&d))`, "", "d", "x")
}

func TestEach(t *testing.T) {
	f := func(pattern, s string, limit int, want ...string) {
		t.Helper()
		var got []string
		err := compile(t, pattern).Each(s, limit, func(loc []int) bool {
			got = append(got, s[loc[0]:loc[1]])
			return true
		})
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%q on %q = %q, %v, want %q", pattern, s, got, err, want)
		}
	}
	f(`\d+`, "1 22 333", 0, "1", "22", "333")
	f(`\d+`, "1 22 333", 2, "1", "22")
	f(`(?<=\s)\d+`, "1 22 333", 0, "22", "333")
	f(`(?<=\s)\d+`, "1 22 333", 1, "22")
	f(`\bis\b`, "is this is", 0, "is", "is")
	f(`^a`, "aaa", 0, "a")
	f(`\Ga`, "aaba", 0, "a", "a")
	f(`a*`, "baaac", 0, "", "aaa", "", "")
	f(`|a`, "aa", 0, "", "a", "", "a", "")
	f(`$`, "a\n", 0, "", "")
	f(`(?m)^`, "a\nb\n", 0, "", "")
	f(`x?`, "é", 0, "", "")
	f(`x*`, "", 0, "")
	f(`a\Kb`, "abab", 0, "b", "b")
}

func TestStop(t *testing.T) {
	for _, pattern := range []string{`\d`, `\d(?=)`, `\d?`} {
		n := 0
		err := compile(t, pattern).Each("123", 0, func([]int) bool { n++; return n < 2 })
		if err != nil || n != 2 {
			t.Errorf("%q: %d matches, %v, want 2", pattern, n, err)
		}
	}
}

func TestErrors(t *testing.T) {
	f := func(pattern, want string, unsupported bool) {
		t.Helper()
		_, err := Compile(pattern, Options{})
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || !strings.Contains(err.Error(), want) || syntax.Unsupported != unsupported {
			t.Errorf("%q: %v, want %q", pattern, err, want)
		}
	}
	f(`(a`, "without its )", false)
	f(`a)`, "without its (", false)
	f(`[a`, "without its ]", false)
	f(`*a`, "nothing to repeat", false)
	f(`a|*`, "nothing to repeat", false)
	f(`(?i)*`, "nothing to repeat", false)
	f(`a{3,2}`, "wrong order", false)
	f(`a{70000}`, "larger than", false)
	f(`[z-a]`, "wrong order", false)
	f(`a\`, `\ at the end`, false)
	f(`(a)\2`, "no group 2", false)
	f(`\k<x>`, `no group named "x"`, false)
	f(`(?<1a>x)`, "starts with a letter", false)
	f(`(?<a-b>x)`, "letters, digits and _", false)
	f(`[[:foo:]]`, "[:foo:]", false)
	f(`\x{110000}`, "not the number", false)
	f(`\x{D800}`, "not the number", false)
	f("\xff", "UTF-8", false)
	f(strings.Repeat("(", 5000)+strings.Repeat(")", 5000), "too deep", false)
	f(`(?R)`, "recursion", true)
	f(`(a(?1))`, "recursion", true)
	f(`(?<a>(?&b))(?<b>(?&a))`, "recursion", true)
	f(`a(?C1)`, "callout", true)
	f(`a(*SKIP)b`, "(*SKIP)", true)
	f(`\X`, `\X`, true)
	f(`\Uabc`, `\U`, true)
	f(`\p{Xwd}`, `\p{Xwd}`, true)
	f(`[[.a.]]`, "collating", true)
}

func TestTimeout(t *testing.T) {
	opts := Options{Timeout: time.Millisecond}
	for _, pattern := range []string{
		`(?=a)(a+)+$`, `(?!b)(a|aa)+$`, `(?=a)(a*)*$`, `^(?=a)(\w+\s?)*$`,
	} {
		re, err := Compile(pattern, opts)
		if err != nil {
			t.Fatal(err)
		}
		s := strings.Repeat("a", 60) + "!"
		if _, err := re.MatchString(s); !errors.Is(err, ErrTimeout) {
			t.Errorf("MatchString(%q): %v, want ErrTimeout", pattern, err)
		}
	}
	re, _ := Compile(`(?=a)(a+)+$`, opts)
	s := strings.Repeat("a", 60) + "!"
	if _, err := re.FindSubmatchIndex(s); !errors.Is(err, ErrTimeout) {
		t.Errorf("FindSubmatchIndex: %v, want ErrTimeout", err)
	}
	if got, err := re.ReplaceAll(s, "x"); !errors.Is(err, ErrTimeout) || got != s {
		t.Errorf("ReplaceAll = %q, %v, want the text and ErrTimeout", got, err)
	}
	// Without a lookahead the same pattern is linear.
	if ok, err := compile(t, `(a+)+$`).MatchString(s); ok || err != nil {
		t.Errorf("(a+)+$ = %v, %v, want false", ok, err)
	}
	regexp2.StopTimeoutClock() // which ends by itself only a second after the last match
}

func TestLiteral(t *testing.T) {
	f := func(pattern string, want Literal, ok bool) {
		t.Helper()
		got, yes := compile(t, pattern).Literal()
		if yes != ok || got != want {
			t.Errorf("%q: %+v, %v, want %+v, %v", pattern, got, yes, want, ok)
		}
	}
	f(`cmd\.exe`, Literal{Text: "cmd.exe"}, true)
	f(`cmd[.]exe`, Literal{Text: "cmd.exe"}, true)
	f(`^abc`, Literal{Text: "abc", Start: true}, true)
	f(`^abc$`, Literal{Text: "abc", Start: true, End: true}, true)
	f(`(?i)abc$`, Literal{Text: "abc", Fold: true, End: true}, true)
	f(`(?i)^abc`, Literal{Text: "abc", Fold: true, Start: true}, true)
	f(``, Literal{}, true)
	f(`é`, Literal{Text: "é"}, true)
	for _, pattern := range []string{
		`a.c`, `ab*`, `a|b`, `(a)`, `a\K`, `(?i)é`, `a(?i)b`, `a$b`, `a^`, `(?m)^a`, `a\z`, `^*a`, `\ba`, `a(?!b)`, `a+`, `^a*`,
	} {
		f(pattern, Literal{}, false)
	}
}

func TestRequired(t *testing.T) {
	f := func(pattern, want string) {
		t.Helper()
		if got := compile(t, pattern).Required(); got != want {
			t.Errorf("%q requires %q, want %q", pattern, got, want)
		}
	}
	f(`user=(\w+)`, "user=")
	f(`(?<a>\d+) failed for \w+`, " failed for ")
	f(`abc?d`, "ab")
	f(`ab+c`, "ab")
	f(`ab{0}`, "a")
	f(`(?i)abc`, "")
	f(`(?i)\d - \d`, " - ")
	f(`abc|d`, "")
	f(`(abc|d)e`, "e")
	f(`(abc)?`, "")
	f(`(?!abc)de`, "de")
	f(`a(?(DEFINE)(?<x>bcd))`, "a")
}

func TestConcurrent(t *testing.T) {
	re := compile(t, `(?<k>\w+)=(?<v>[^,]*?)(?=,|$)`)
	plain := compile(t, `x*$`)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				if g, _, err := re.FindSubmatch("a=b,c=d\n"); err != nil || g[2] != "b" {
					t.Error(g, err)
				}
				if out, err := plain.ReplaceAll("ax\n", "-"); err != nil || out != "a--\n-" {
					t.Errorf("%q, %v", out, err)
				}
			}
		})
	}
	wg.Wait()
}

func FuzzCompile(f *testing.F) {
	for _, seed := range []string{
		`^(?<a>\w+)\s*=\s*"([^"\\]|\\.)*"$`, `(?i)(?x)a # b`, `(?|(a)|(b))\1`, `\Qa\E[[:alpha:]\d-]`, `(?(1)a|b)`,
		`(?(DEFINE)(?<o>\d))(?&o)`, `a{1,3}+?*`, `\x{41}\012\p{L}`, `(?<=a|bc)\K\R`, `(?i:a(?-i)b)`, `[]-a]`,
	} {
		f.Add(seed, "abc a=\"b\"\n")
	}
	f.Fuzz(func(t *testing.T, pattern, s string) {
		re, err := Compile(pattern, Options{Timeout: 20 * time.Millisecond})
		if err != nil {
			var syntax *SyntaxError
			if !errors.As(err, &syntax) {
				t.Fatalf("%q: %T", pattern, err)
			}
			return
		}
		ok, err := re.MatchString(s)
		if err != nil {
			return
		}
		loc, err := re.FindSubmatchIndex(s)
		if err == nil && ok != (loc != nil) {
			t.Fatalf("%q on %q: match %v, find %v", pattern, s, ok, loc)
		}
		if loc != nil && len(loc) != 2*len(re.Names()) {
			t.Fatalf("%q: %d offsets for %d groups", pattern, len(loc), re.NumGroups())
		}
		n := 0
		err = re.Each(s, 0, func(loc []int) bool {
			if n++; n > 2*len(s)+2 {
				t.Fatalf("%q on %q does not come to an end", pattern, s)
			}
			for i := 0; i < len(loc); i += 2 {
				if loc[i] < 0 && loc[i+1] < 0 {
					continue
				}
				if loc[i] < 0 || loc[i] > loc[i+1] || loc[i+1] > len(s) {
					t.Fatalf("%q on %q: %v", pattern, s, loc)
				}
			}
			return true
		})
		if err == nil && ok != (n > 0) {
			t.Fatalf("%q on %q: match %v, %d found", pattern, s, ok, n)
		}
	})
}
