package macros

import (
	"strings"

	"spl/parser/source"
)

const commentMark = "```"

// uncomment puts a space in the place of each ```comment``` outside of double quotes
// (search-expression 1.1). fault is the place of a comment that is never closed, nil
// if there is none; the text then ends before it.
func uncomment(t *source.Text, b *builder) (out *source.Text, fault *source.Error) {
	text := t.String
	if !strings.Contains(text, commentMark) {
		return t, nil
	}
	done := 0
	for start := nextComment(text, 0); start >= 0; start = nextComment(text, done) {
		b.slice(t, source.Span{Start: done, End: start}, nil)
		length := strings.Index(text[start+len(commentMark):], commentMark)
		if length < 0 {
			return b.text(), syntax(start, start+len(commentMark), "this comment is never closed").
				WithHelp("add ``` at its end")
		}
		done = start + len(commentMark) + length + len(commentMark)
		f, at, frame := t.Origin(source.Span{Start: start, End: done})
		b.fixed(" ", f, at, frame)
	}
	b.slice(t, source.Span{Start: done, End: len(text)}, nil)
	return b.text(), nil
}

// nextComment is the offset of the next comment from pos on, or -1. pos is outside
// of strings. Of four backticks after an open call the first closes the call.
func nextComment(text string, pos int) int {
	open := false
	for pos < len(text) {
		switch text[pos] {
		case '\\':
			pos += 2
		case '"':
			if pos = closingQuote(text, pos); pos < 0 {
				return -1
			}
		case '`':
			run := 1
			for run <= len(commentMark) && strings.HasPrefix(text[pos+run:], "`") {
				run++
			}
			switch {
			case run > len(commentMark) && open:
				return pos + 1
			case run >= len(commentMark):
				return pos
			case run == 1:
				open = !open
			}
			pos += run
		default:
			pos++
		}
	}
	return -1
}
