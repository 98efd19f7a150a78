package testfile

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"spl/parser/source"
)

// Edit is a change of a file's text.
type Edit struct {
	At   source.Span
	Text string
}

// Update gives the edits that make the rows that came those that are expected: the
// number of rows: and the rows of results:. What contains, excludes, fields, error and
// notice say is for people to change. all are all columns of the rows.
func (e *Expect) Update(f *source.File, rows [][]Cell) []Edit {
	var out []Edit
	if e.Rows != nil && !e.Rows.Allows(len(rows)) {
		at := e.RowsAt
		if at.Start > 0 && strings.IndexByte(`'"`, f.Text[at.Start-1]) >= 0 && at.End < len(f.Text) {
			at = source.Span{Start: at.Start - 1, End: at.End + 1}
		} else if strings.IndexByte(`'"`, f.Text[at.Start]) >= 0 {
			at.End = at.Start + 1 + strings.IndexByte(f.Text[at.Start+1:], f.Text[at.Start]) + 1
		}
		out = append(out, Edit{at, strconv.Itoa(len(rows))})
	}
	if e.Exact {
		if edit, ok := results(f, e.ResultsAt, rows); ok {
			out = append(out, edit)
		}
	}
	return out
}

// results replaces the value of a key results: that stands at a place.
func results(f *source.File, key source.Span, rows [][]Cell) (Edit, bool) {
	at := key.End
	for at < len(f.Text) && strings.IndexByte("'\": \t", f.Text[at]) >= 0 {
		at++
	}
	if at < len(f.Text) && f.Text[at] == '[' {
		end := bracket(f.Text, at)
		var list []string
		for _, r := range rows {
			list = append(list, RowText(r))
		}
		text := "[ " + strings.Join(list, ", ") + " ]"
		if len(rows) == 0 {
			text = "[]"
		}
		return Edit{source.Span{Start: at, End: end}, text}, end > at
	}
	if at < len(f.Text) && f.Text[at] != '\n' && f.Text[at] != '\r' && f.Text[at] != '#' {
		return Edit{}, false
	}
	_, line := f.Line(key.Start)
	column := key.Start - line
	start := strings.IndexByte(f.Text[at:], '\n')
	if start < 0 {
		return Edit{}, false
	}
	start += at
	end := blockEnd(f.Text, start+1, column)
	if len(rows) == 0 {
		return Edit{source.Span{Start: key.End + 1, End: end}, " []\n"}, true
	}
	var b strings.Builder
	b.WriteByte('\n')
	for _, r := range rows {
		fmt.Fprintf(&b, "%s- %s\n", strings.Repeat(" ", column+2), RowText(r))
	}
	return Edit{source.Span{Start: start, End: end}, b.String()}, true
}

// bracket is the end of a list in brackets; the start where it is not closed.
func bracket(s string, start int) int {
	depth := 0
	for i := start; i < len(s); i++ {
		switch s[i] {
		case '[', '{':
			depth++
		case ']', '}':
			if depth--; depth == 0 {
				return i + 1
			}
		case '\'':
			for i++; i < len(s) && (s[i] != '\'' || i+1 < len(s) && s[i+1] == '\''); i++ {
				if s[i] == '\'' {
					i++
				}
			}
		case '"':
			for i++; i < len(s) && s[i] != '"'; i++ {
				if s[i] == '\\' {
					i++
				}
			}
		}
	}
	return start
}

// blockEnd is where the lines end that belong to a key in a column: those that are
// indented more, or are entries of a list in the same column.
func blockEnd(s string, at, column int) int {
	end := at
	for at < len(s) {
		line, _, _ := strings.Cut(s[at:], "\n")
		next := min(len(s), at+len(line)+1)
		text := strings.TrimLeft(line, " ")
		indent := len(line) - len(text)
		switch text = strings.TrimSpace(text); {
		case text == "" || text[0] == '#':
			at = next // they belong to what follows, unless more comes
			continue
		case indent > column || indent == column && strings.HasPrefix(text, "- "):
		default:
			return end
		}
		at, end = next, next
	}
	return end
}

// Apply makes edits in a text. They may not overlap.
func Apply(text string, edits []Edit) string {
	edits = slices.Clone(edits)
	slices.SortFunc(edits, func(a, b Edit) int { return cmp.Compare(b.At.Start, a.At.Start) })
	for _, e := range edits {
		text = text[:e.At.Start] + e.Text + text[e.At.End:]
	}
	return text
}
