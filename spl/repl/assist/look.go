package assist

import (
	"errors"
	"strings"

	"spl/eval"
	"spl/eval/agg"
	"spl/parser"
	"spl/parser/source"
	"spl/spl"
	"spl/spl/command"
	"spl/spl/repl/edit"
	"spl/spl/repl/term"
)

// maxLook is the length of the longest text that is painted and checked as it is typed.
const maxLook = 64 << 10

// Look paints a search: commands, functions, macros, options, strings and known
// fields each in a colour of its own, and what is wrong underlined, with a line that
// says why. What the cursor still touches is not called wrong.
func (a *Assistant) Look(text string, cursor int) (l edit.Look) {
	defer func() {
		if recover() != nil { // a fault of spl itself, which is told when the search runs
			l = edit.Look{}
		}
	}()
	if len(text) > maxLook {
		return edit.Look{Message: "the text is long; it is checked when it runs"}
	}
	if c, ok := a.session(text, cursor); ok {
		return edit.Look{Message: c.Empty, Spans: []edit.Span{{Start: 0, End: len(text), Style: term.Plain}}}
	}
	marks, left := parser.Marks(text)
	for i, m := range marks {
		if s := a.style(text, marks, i); s != term.Plain {
			l.Spans = append(l.Spans, edit.Span{Start: m.Span.Start, End: m.Span.End, Style: s})
		}
	}
	if strings.TrimSpace(text) == "" {
		return l
	}
	if e := a.fault(text, cursor, left); e != nil {
		l.Message, l.Fault = e.Message, true
		if e.Help != "" {
			l.Message += "; " + e.Help
		}
		l.Spans = paintOver(l.Spans, edit.Span{Start: e.Where.Start, End: e.Where.End, Style: term.Wrong})
		return l
	}
	if p := locate(text, cursor); p.kind != inMacro && p.kind != inNothing && !p.first || p.kind == inCommand {
		if c, _ := command.Find(p.command); c != nil && p.kind != inCommand {
			l.Message = c.Usage
		}
	}
	return l
}

// fault is the first thing that is wrong, and is not just unfinished.
func (a *Assistant) fault(text string, cursor int, left parser.Left) *source.Error {
	if left.Quote >= 0 || left.Macro >= 0 || left.Comment >= 0 || left.Bracket >= 0 {
		return nil
	}
	_, err := spl.Compile(text, a.config())
	var errs source.Errors
	if !errors.As(err, &errs) {
		return nil
	}
	end := len(strings.TrimRight(text, " \t\n"))
	for _, e := range errs {
		if e.File == nil || e.File.Text != text && e.Frame == nil {
			continue
		}
		where := e.Where
		for f := e.Frame; f != nil; f = f.Parent {
			if f.Parent == nil {
				where = f.Call // the fault lies in a macro: its call is what can be seen
			}
		}
		if left.Paren >= 0 || where.Start >= end || where.Start <= cursor && cursor <= where.End && cursor >= end {
			continue // it is still being typed
		}
		if where.Start == where.End {
			where.End = min(len(text), where.Start+1)
		}
		shown := *e
		shown.Where = where
		return &shown
	}
	return nil
}

// style is the colour of a part.
func (a *Assistant) style(text string, marks []parser.Mark, i int) term.Style {
	m := marks[i]
	word := text[m.Span.Start:m.Span.End]
	switch m.Kind {
	case parser.CommandMark:
		if c, err := command.Find(strings.ToLower(word)); err == nil && c.Declined == "" {
			return term.Blue + ";1"
		}
	case parser.PipeMark:
		return term.Bold
	case parser.StringMark:
		return term.Green
	case parser.MacroMark:
		return term.Magenta
	case parser.CommentMark:
		return term.Faint
	case parser.NameMark:
		return term.Cyan
	case parser.WordMark:
		next := byte(0)
		if m.Span.End < len(text) {
			next = text[m.Span.End]
		}
		return a.word(m, word, next)
	}
	return term.Plain
}

// word is the colour of a bare word, before some character.
func (a *Assistant) word(m parser.Mark, word string, next byte) term.Style {
	c, _ := command.Find(m.Command)
	if next == '(' && m.Command != "search" {
		_, err := agg.Find(word)
		if err == nil || eval.LookupFunction(word) != nil {
			return term.Yellow
		}
	}
	if c != nil && m.Command != "search" {
		if next == '=' {
			for _, o := range c.Options {
				if o.Name == word {
					return term.Blue
				}
			}
		}
		for _, k := range takesOf(c).keywords {
			if strings.EqualFold(k, word) {
				return term.Bold
			}
		}
		if takesOf(c).functions {
			if _, err := agg.Find(word); err == nil {
				return term.Yellow
			}
		}
	}
	if m.Command == "search" && (word == "NOT" || word == "OR" || word == "AND" || word == "IN") {
		return term.Bold
	}
	if a.Sample != nil {
		if s := a.Sample(); s != nil && s.Stats.Field(word) != nil {
			return term.Cyan
		}
	}
	return term.Plain
}

// paintOver lays a span over others.
func paintOver(spans []edit.Span, over edit.Span) []edit.Span {
	var out []edit.Span
	put := false
	for _, s := range spans {
		if s.Start < over.Start {
			left := s
			left.End = min(s.End, over.Start)
			out = append(out, left)
		}
		if !put && s.End > over.Start {
			out = append(out, over)
			put = true
		}
		if s.End > over.End {
			right := s
			right.Start = max(s.Start, over.End)
			out = append(out, right)
		}
	}
	if !put {
		out = append(out, over)
	}
	return out
}
