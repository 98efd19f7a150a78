package macros

import (
	"sort"

	"spl/parser/source"
)

// builder makes a text of pieces. It spends from a budget that all builders of one
// expansion share; once that is used up it takes nothing more.
type builder struct {
	buf    []byte
	pieces []source.Piece
	work   *int
}

func (b *builder) spend(n int) bool {
	*b.work -= n
	return *b.work >= 0
}

func (b *builder) text() *source.Text { return &source.Text{String: string(b.buf), Pieces: b.pieces} }

// add appends text that stands in a file, or that stems from there if fixed.
func (b *builder) add(text string, p source.Piece) {
	if text == "" || !b.spend(len(text)) {
		return
	}
	p.Out = len(b.buf)
	if n := len(b.pieces); n > 0 && follows(b.pieces[n-1], p) {
		b.pieces[n-1].Src.End = p.Src.End
	} else if b.spend(pieceCost) {
		b.pieces = append(b.pieces, p)
	} else {
		return
	}
	b.buf = append(b.buf, text...)
}

// follows says whether q goes on in the file where p ends.
func follows(p, q source.Piece) bool {
	return !p.Fixed && !q.Fixed && p.File == q.File && p.Frame == q.Frame && p.Src.End == q.Src.Start
}

// fixed appends text that has no bytes of its own in a file.
func (b *builder) fixed(text string, f *source.File, src source.Span, frame *source.Frame) {
	b.add(text, source.Piece{File: f, Src: src, Frame: frame, Fixed: true})
}

// slice appends a part of another text with the origins it has there. Where a
// frame is given, it takes the place of the parts' own.
func (b *builder) slice(t *source.Text, s source.Span, frame *source.Frame) {
	i := max(0, sort.Search(len(t.Pieces), func(i int) bool { return t.Pieces[i].Out > s.Start })-1)
	for ; i < len(t.Pieces) && s.Start < s.End && *b.work >= 0; i++ {
		p := t.Pieces[i]
		end := s.End
		if i+1 < len(t.Pieces) {
			end = min(end, t.Pieces[i+1].Out)
		}
		if !p.Fixed {
			from := min(p.Src.Start+s.Start-p.Out, p.Src.End)
			p.Src = source.Span{Start: from, End: min(from+end-s.Start, p.Src.End)}
		}
		if frame != nil {
			p.Frame = frame
		}
		b.add(t.String[s.Start:end], p)
		s.Start = end
	}
}
