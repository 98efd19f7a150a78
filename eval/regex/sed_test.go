package regex

import (
	"strings"
	"testing"
)

func TestReplace(t *testing.T) {
	f := func(s, pattern, rep, want string) {
		t.Helper()
		got, err := compile(t, pattern).ReplaceAll(s, rep)
		if err != nil || got != want {
			t.Errorf("replace(%q, %q, %q) = %q, %v, want %q", s, pattern, rep, got, err, want)
		}
	}
	f("1/14/2023", `^(\d{1,2})/(\d{1,2})/`, `\2/\1/`, "14/1/2023")
	f("abc", `b`, `[\0]`, "a[b]c")
	f("abc", `x`, `y`, "abc")
	f("abc", `b`, `$1&`, "a$1&c")
	f("abc", `(x)?b`, `<\1\2>`, "a<>c")
	f("abc", `b`, ``, "ac")
	f("a\\b", `\\`, `\\\\`, `a\\b`)
	f("abc", `b`, `\"`, `a\"c`)
	f("a,b", `,`, `\n`, "a\nb")
	f("abc", `b`, `\`, `a\c`)
	f("baaac", `a*`, `-`, "-b--c-")
	f("abc", `x*`, `-`, "-a-b-c-")
	f("éü", ``, `-`, "-é-ü-")
	f("a  b ", `\s+$`, ``, "a  b")
	f(" a ", `^\s*|\s*$`, ``, "a")
	f("password=secret", `(?<=password=)\S+`, `***`, "password=***")
	f("x\xffy\xff", `(?!x)\xff`, `-`, "x\xffy\xff") // a wrong byte is no U+00FF
	f("x\xffy", `(?=y)`, `-`, "x\xff-y")
	f("abab", `a\Kb`, `-`, "a-a-")
	f("line\n", `$`, `!`, "line!\n!")
}

func TestSed(t *testing.T) {
	f := func(expr, s, want string) {
		t.Helper()
		sed, err := ParseSed(expr, Options{})
		if err != nil {
			t.Errorf("%q: %v", expr, err)
			return
		}
		got, err := sed.Apply(s)
		if err != nil || got != want {
			t.Errorf("%q on %q = %q, %v, want %q", expr, s, got, err, want)
		}
	}
	f(`s/\d{4}-/XXXX-/g`, "1234-5678", "XXXX-5678")
	f(`s/a/b/`, "aaa", "baa")
	f(`s/a/b/g`, "aaa", "bbb")
	f(`s/a/b/2`, "aaa", "aba")
	f(`s/a/b/9`, "aaa", "aaa")
	f(`s/A/b/i`, "aaa", "baa")
	f(`s/A/b/gi`, "aaa", "bbb")
	f(`s/(\w+) (\w+)/\2 \1/`, "a b", "b a")
	f(`s/\//-/g`, "a/b/c", "a-b-c")
	f(`s/-/\//g`, "a-b", "a/b")
	f(`s/[/]/-/`, "a/b", "a-b")
	f(`s/[^]/]/-/g`, "a/]", "-/]")
	f(`s/,/\n/g`, "a,b", "a\nb")
	f(`s/$/!/`, "a", "a!")
	f(`s/^/> /`, "a", "> a")
	f(`s/x*/-/g`, "abc", "-a-b-c-")
	f(`s|/|-|g`, "a/b", "a-b")
	f(`s:\+:%2B:g`, "a+b", "a%2Bb")
	f(`s:%24:\$:g`, "%24", "$")
	f(`s/&/and/`, "a & b", "a and b")
	f(`s/b/&/`, "abc", "a&c")
	f(`s/a.b/X/`, "a\nb", "a\nb")
	f(`y/abc/xyz/`, "aabbcd", "xxyyzd")
	f(`y/\/\\/|-/`, `a/b\c`, "a|b-c")
	f(`y/é\n/e /`, "é\n\xff", "e \xff")
	f(`s/ /,/g s/\[//g s/\]//g`, "[a b]", "a,b")
	f("s:a:b:;\ny/b/c/", "ab", "cc")
}

func TestSedErrors(t *testing.T) {
	f := func(expr, want string) {
		t.Helper()
		_, err := ParseSed(expr, Options{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", expr, err, want)
		}
	}
	f("", "empty")
	f(" ", "empty")
	f("s", "starts with s or y")
	f("p/a/", "starts with s or y")
	f("s/a/b", "not complete")
	f("s/a", "not complete")
	f("y/a/b", "not complete")
	f("y/ab/c/", "same length")
	f("s/a/b/z", "not a flag")
	f("sxaxbx", "cannot separate")
	f("s/(/b/", "without its )")
	f("s/a/b/99999999999999999999", "too large")
	f("s/a/b/ junk", "starts with s or y")
}

func FuzzSed(f *testing.F) {
	f.Add(`s/a(b)/\1\n/g y/a/b/`, "abab")
	f.Add(`s|[|]|x|2i`, "||")
	f.Fuzz(func(t *testing.T, expr, s string) {
		if sed, err := ParseSed(expr, Options{Timeout: 1e7}); err == nil {
			_, _ = sed.Apply(s)
		}
	})
}
