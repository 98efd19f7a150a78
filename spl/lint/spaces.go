package lint

import (
	"unicode"
	"unicode/utf8"

	"spl/parser"
	"spl/parser/source"
)

var oddSpace = Lint{
	Code:    "odd-space",
	Summary: "a space that is no ordinary one",
	Why:     "Pages and documents have spaces that look like any other: non-breaking ones, ones without width. They come in with pasted text. spl takes them for spaces; Splunk need not, and the word beside them is another one then.",
	Bad:     "index=main |\u00a0stats count",
	Good:    "index=main | stats count",
	look: func(c *checker) {
		marks, _ := parser.Marks(c.text)
		end, n := 0, 0
		var first source.Span
		gap := func(start int) {
			for i, r := range c.text[min(end, start):start] {
				at := source.Span{Start: end + i, End: end + i + utf8.RuneLen(r)}
				if r < utf8.RuneSelf || !unicode.IsSpace(r) && r != '\ufeff' && r != '\u200b' || !c.own(at) {
					continue
				}
				if n++; n == 1 {
					first = at
				}
			}
		}
		for _, m := range marks {
			gap(m.Span.Start)
			end = max(end, m.Span.End)
		}
		gap(len(c.text))
		switch {
		case n == 1:
			c.add(first, "this is no ordinary space, but one as pages and documents have").WithHelp("write an ordinary space")
		case n > 1:
			c.add(first, "this is no ordinary space, but one as pages and documents have; there are %d in the search", n).WithHelp("write ordinary spaces")
		}
	},
}
