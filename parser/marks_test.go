package parser

import (
	"strings"
	"testing"
)

func TestMarks(t *testing.T) {
	kinds := map[MarkKind]string{
		WordMark: "w", CommandMark: "c", PipeMark: "p", StringMark: "s", NameMark: "n", OpMark: "o", BracketMark: "b", MacroMark: "m", CommentMark: "t",
	}
	f := func(text, want, open string) {
		t.Helper()
		marks, left := Marks(text)
		var got []string
		for _, m := range marks {
			got = append(got, kinds[m.Kind]+":"+text[m.Span.Start:m.Span.End])
		}
		if g := strings.Join(got, " "); g != want {
			t.Errorf("%s:\n got %s\nwant %s", text, g, want)
		}
		what := ""
		for name, at := range map[string]int{"quote": left.Quote, "bracket": left.Bracket, "paren": left.Paren, "macro": left.Macro, "comment": left.Comment} {
			if at >= 0 {
				what += name
			}
		}
		if left.Pipe {
			what += "pipe"
		}
		if what != open {
			t.Errorf("%s: %q is open, want %q", text, what, open)
		}
	}
	f("", "", "")
	f("error NOT x=1", "w:error w:NOT w:x o:= w:1", "")
	f("| stats count by a | ", "p:| c:stats w:count w:by w:a p:|", "pipe")
	f("search a='b | head 5", "c:search w:a o:= w:'b p:| c:head w:5", "")
	f("search=1", "w:search o:= w:1", "")
	f("`m(1, \"x\")` | `n`", "m:`m(1, \"x\")` p:| m:`n`", "")
	f("a=\"b | c", "w:a o:= s:\"b | c", "quote")
	f("x [search y | fields z", "w:x b:[ c:search w:y p:| c:fields w:z", "bracket")
	f("x [search y | fields z]", "w:x b:[ c:search w:y p:| c:fields w:z b:]", "")
	f("* | eval 'a b'=if(c", "w:* p:| c:eval n:'a b' o:= w:if o:( w:c", "paren")
	f("a `m", "w:a m:`m", "macro")
	f("a ```note", "w:a t:```note", "comment")
	f("a ```note``` b", "w:a t:```note``` w:b", "")
	f("url=/a?b=c", "w:url o:= w:/a?b=c", "")
	f("a | ```then``` ", "w:a p:| t:```then```", "pipe")
	f("]", "o:]", "")
}

func FuzzMarks(f *testing.F) {
	for _, s := range []string{"a | stats count by b", "`m` [x \"y", "é ``` '", "| eval x=(1", `a\`, "```", "``"} {
		f.Add(s)
	}
	Published(f, func(text string) { f.Add(text) })
	f.Fuzz(func(t *testing.T, s string) {
		marks, _ := Marks(s)
		at := 0
		for _, m := range marks {
			if m.Span.Start < at || m.Span.End <= m.Span.Start || m.Span.End > len(s) {
				t.Fatalf("%q: mark %v after %d", s, m, at)
			}
			if gap := s[at:m.Span.Start]; trimSpace(gap) != "" {
				t.Fatalf("%q: %q is in no mark", s, gap)
			}
			at = m.Span.End
		}
		if trimSpace(s[at:]) != "" {
			t.Fatalf("%q: %q is in no mark", s, s[at:])
		}
	})
}
