// Package source knows where text came from: files, places in them, the pieces
// that macro expansion glued together, and the errors that point at all of it.
//
// Everything above works with plain byte offsets ([Span]) in the text it was
// given. Only when an error is about to be shown are offsets turned into a file,
// a line and a column, by way of [Text], which remembers the origin of each byte.
package source

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// File is a named text: a query typed at a shell, a detection's search, the
// definition of a macro.
type File struct {
	// Name is what an error shows: a path, "<query>", or "macro `name`".
	Name string
	// Text is the whole text, byte for byte.
	Text string
	// FirstLine is the line of the named file at which Text begins, where Text is
	// only a part of it (the search of a YAML file). Zero means 1.
	FirstLine int
	// Indent is the number of columns that stood before every line of Text in the
	// named file (a YAML block's indent).
	Indent int
}

// Span is a half-open range of byte offsets.
type Span struct{ Start, End int }

// At is the empty span at one offset.
func At(off int) Span { return Span{off, off} }

// Shift moves a span by n bytes.
func (s Span) Shift(n int) Span { return Span{s.Start + n, s.End + n} }

// Cover is the smallest span that holds both.
func (s Span) Cover(t Span) Span { return Span{min(s.Start, t.Start), max(s.End, t.End)} }

// Place is a spot in a file as an editor shows it. Line and Column count from 1;
// a column is a character, not a byte.
type Place struct {
	File   *File
	Offset int
	Line   int
	Column int
}

// Place finds the line and column of a byte offset. Offsets past the end mean the end.
func (f *File) Place(off int) Place {
	off = max(0, min(off, len(f.Text)))
	start := strings.LastIndexByte(f.Text[:off], '\n') + 1
	line := strings.Count(f.Text[:start], "\n") + max(1, f.FirstLine)
	return Place{f, off, line, utf8.RuneCountInString(f.Text[start:off]) + 1 + f.Indent}
}

// Line is the text of the line that holds an offset, without its line end, and
// the byte offset at which that line begins.
func (f *File) Line(off int) (text string, start int) {
	off = max(0, min(off, len(f.Text)))
	start = strings.LastIndexByte(f.Text[:off], '\n') + 1
	end := len(f.Text)
	if i := strings.IndexByte(f.Text[start:], '\n'); i >= 0 {
		end = start + i
	}
	return strings.TrimSuffix(f.Text[start:end], "\r"), start
}

// Frame is one macro call on the way to a piece of text: Macro was called at Call
// in File, itself perhaps inside Parent's definition.
type Frame struct {
	Macro  string
	File   *File
	Call   Span
	Parent *Frame
}

// Piece says that the text from Out on, up to the next piece, stands in File from
// Src on. A Fixed piece has no bytes of its own there (a comment's space, the
// result of an eval macro): all of it points at the span Src.
type Piece struct {
	Out   int
	File  *File
	Src   Span
	Frame *Frame
	Fixed bool
}

// Text is a text made of pieces of other texts.
type Text struct {
	String string
	Pieces []Piece // ascending by Out; the first has Out 0 unless String is empty
}

// Plain is a file's own text, nothing expanded.
func Plain(f *File) *Text {
	return &Text{f.Text, []Piece{{File: f, Src: Span{0, len(f.Text)}}}}
}

// Origin finds where a span of the text came from. A span that runs over several
// pieces is cut at the end of the piece in which it starts.
func (t *Text) Origin(s Span) (*File, Span, *Frame) {
	i := sort.Search(len(t.Pieces), func(i int) bool { return t.Pieces[i].Out > s.Start }) - 1
	if i < 0 {
		return &File{Text: t.String}, s, nil
	}
	p := t.Pieces[i]
	if p.Fixed {
		return p.File, p.Src, p.Frame
	}
	start := min(p.Src.Start+s.Start-p.Out, p.Src.End)
	end := max(start, min(p.Src.Start+s.End-p.Out, p.Src.End))
	return p.File, Span{start, end}, p.Frame
}
