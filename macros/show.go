package macros

import (
	"fmt"
	"io"
	"strings"

	"spl/parser/source"
)

// Part is a run of expanded text of one origin: written in one place by one macro,
// or in the query. What an argument handed over is of its caller's origin.
type Part struct {
	Text string
	Out  source.Span // in the expanded text
	// File and Where are the place of its first byte.
	File  *source.File
	Where source.Span
	// Frame is the call that put it there, nil for the query's own text.
	Frame *source.Frame
}

// Parts cuts the expanded text by origin, in order and without gaps.
func (e *Expansion) Parts() []Part {
	var parts []Part
	pieces := e.Text.Pieces
	for i, p := range pieces {
		end := len(e.Text.String)
		if i+1 < len(pieces) {
			end = pieces[i+1].Out
		}
		if n := len(parts); n > 0 && parts[n-1].File == p.File && parts[n-1].Frame == p.Frame {
			last := &parts[n-1]
			last.Out.End = end
			last.Text = e.Text.String[last.Out.Start:end]
			continue
		}
		parts = append(parts, Part{e.Text.String[p.Out:end], source.Span{Start: p.Out, End: end}, p.File, p.Src, p.Frame})
	}
	return parts
}

// Origin says where the part came from: "query:1:9", or with the macros that led
// there, innermost first, "macro `b` (macros.conf:3), called by `a`".
func (p Part) Origin() string {
	at := p.File.Place(p.Where.Start)
	if p.Frame == nil {
		return fmt.Sprintf("%s:%d:%d", p.File.Name, at.Line, at.Column)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "macro `%s` (%s:%d)", p.Frame.Macro, p.File.Name, at.Line)
	for f := p.Frame.Parent; f != nil; f = f.Parent {
		fmt.Fprintf(&b, ", called by `%s`", f.Macro)
	}
	return b.String()
}

// List writes a line for each part that is more than white space: its text and its
// origin.
func (e *Expansion) List(w io.Writer) error {
	for _, p := range e.Parts() {
		text := shorten(p.Text)
		if text == "" {
			continue
		}
		if _, err := fmt.Fprintf(w, "%s\n    %s\n", text, p.Origin()); err != nil {
			return err
		}
	}
	return nil
}
