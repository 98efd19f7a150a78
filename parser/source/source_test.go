package source_test

import (
	"errors"
	"testing"

	"spl/parser/source"
)

func TestPlace(t *testing.T) {
	f := &source.File{Name: "q", Text: "ab\ncdé f\r\n\nx"}
	for off, want := range map[int][2]int{0: {1, 1}, 2: {1, 3}, 3: {2, 1}, 7: {2, 4}, 11: {3, 1}, 12: {4, 1}, 99: {4, 2}, -1: {1, 1}} {
		if p := f.Place(off); p.Line != want[0] || p.Column != want[1] {
			t.Errorf("offset %d is %d:%d, want %v", off, p.Line, p.Column, want)
		}
	}
	if line, start := f.Line(8); line != "cdé f" || start != 3 {
		t.Errorf("line %q from %d", line, start)
	}
	part := &source.File{Text: "a\nb", FirstLine: 10, Indent: 2}
	if p := part.Place(2); p.Line != 11 || p.Column != 3 {
		t.Errorf("a part's place is %d:%d", p.Line, p.Column)
	}
}

// A text made of a query with a macro's definition in it: "x MM y", where MM stands
// for the text "(a b)" of another file.
func TestOrigin(t *testing.T) {
	query := &source.File{Name: "query", Text: "x `m` y"}
	macro := &source.File{Name: "macros.conf", Text: "(a b)"}
	frame := &source.Frame{Macro: "m", File: query, Call: source.Span{Start: 2, End: 5}}
	text := &source.Text{String: "x (a b) y", Pieces: []source.Piece{
		{Out: 0, File: query, Src: source.Span{Start: 0, End: 2}},
		{Out: 2, File: macro, Src: source.Span{Start: 0, End: 5}, Frame: frame},
		{Out: 7, File: query, Src: source.Span{Start: 5, End: 7}},
	}}
	f := func(at source.Span, file *source.File, want source.Span, fr *source.Frame) {
		t.Helper()
		gotFile, got, gotFrame := text.Origin(at)
		if gotFile != file || got != want || gotFrame != fr {
			t.Errorf("%v comes from %s %v %v, want %s %v", at, gotFile.Name, got, gotFrame, file.Name, want)
		}
	}
	f(source.Span{Start: 0, End: 1}, query, source.Span{Start: 0, End: 1}, nil)
	f(source.Span{Start: 3, End: 4}, macro, source.Span{Start: 1, End: 2}, frame)
	f(source.Span{Start: 8, End: 9}, query, source.Span{Start: 6, End: 7}, nil)
	// A span over several pieces is cut where the first of them ends.
	f(source.Span{Start: 5, End: 9}, macro, source.Span{Start: 3, End: 5}, frame)
}

func TestResolve(t *testing.T) {
	file := &source.File{Name: "q", Text: "abc def"}
	text := source.Plain(file)
	late := source.Errorf(source.Syntax, source.Span{Start: 4, End: 7}, "late")
	early := source.Errorf(source.UnknownCommand, source.Span{Start: 0, End: 3}, "no %s", "abc").WithHelp("try %d", 1)
	again := source.Errorf(source.Syntax, source.Span{Start: 4, End: 7}, "late")
	errs := text.Resolve(source.Errors{late, early, again})
	if len(errs) != 2 || errs[0] != early || errs[0].Error() != "q:1:1: no abc" || errs[1].Place().Column != 5 {
		t.Errorf("%v", errs)
	}
	var one *source.Error
	if !errors.As(errs.Err(), &one) || one != early {
		t.Error("errors.As does not find the single fault")
	}
	if (source.Errors{}).Err() != nil {
		t.Error("no faults are an error")
	}
}
