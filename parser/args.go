package parser

import (
	"slices"
	"strings"

	"spl/parser/source"
)

// Args are a command's arguments as text, and what is needed to read subsearches
// within them.
type Args struct {
	Command string // as written
	Text    string
	Base    int // offset of Text in the query
	Depth   int // subsearches around this command
	First   bool
	Parser  *Parser

	inserts []*Subsearch
	runs    bool  // the command runs pipelines of its own
	whole   *Args // of a part, what it is a part of
}

// Span is where the arguments stand.
func (a *Args) Span() source.Span { return source.Span{Start: a.Base, End: a.Base + len(a.Text)} }

// Find is where a word stands in the arguments, in whatever case; all of them where it
// does not.
func (a *Args) Find(word string) source.Span {
	for i := 0; i+len(word) <= len(a.Text); i++ {
		if strings.EqualFold(a.Text[i:i+len(word)], word) && wordStart(a.Text, i) {
			return source.Span{Start: a.Base + i, End: a.Base + i + len(word)}
		}
	}
	return a.Span()
}

// Source is the arguments' text between two offsets of the query.
func (a *Args) Source(s source.Span) string { return a.Text[s.Start-a.Base : s.End-a.Base] }

// Tokens are the $tokens$ of a dashboard that stand in the arguments as words of their
// own, outside of quotes and brackets.
func (a *Args) Tokens() []source.Span {
	var out []source.Span
	for i := 0; i < len(a.Text); i++ {
		switch a.Text[i] {
		case '\\':
			i++
		case '"':
			if end := closingQuote(a.Text, i); end > 0 {
				i = end - 1
			}
		case '[':
			end, _ := closingBracket(a.Text, i)
			i = end - 1
		case '$':
			end := tokenEnd(a.Text, i)
			if end == 0 {
				continue
			}
			if wordStart(a.Text, i) && (end == len(a.Text) || spaceAt(a.Text[end:]) > 0 || strings.IndexByte(",()[]|\"", a.Text[end]) >= 0) {
				out = append(out, source.Span{Start: a.Base + i, End: a.Base + end})
			}
			i = end - 1
		}
	}
	return out
}

// wordStart says whether a word begins at an offset.
func wordStart(s string, i int) bool {
	return i == 0 || strings.IndexByte(" \t\r\n,()[]=<>\"", s[i-1]) >= 0
}

// Insert reads a subsearch whose rows become text in the place where it stands.
func (a *Args) Insert(text string, at source.Span) (*Subsearch, source.Errors) {
	p, errs := a.subsearch(text, at.Start)
	s := &Subsearch{p, at}
	if a.whole != nil {
		a = a.whole
	}
	a.inserts = append(a.inserts, s)
	return s, errs
}

// Part is the arguments between two offsets of the query as arguments of their own.
// The subsearches that are read in it for their text belong to the whole.
func (a *Args) Part(s source.Span) *Args {
	part := *a
	part.Text, part.Base, part.inserts = a.Source(s), s.Start, nil
	if part.whole == nil {
		part.whole = a
	}
	return &part
}

// pending is arguments that cannot be read before the subsearches among them have
// become text, such as head [search x | return $n].
type pending struct {
	text string
	errs source.Errors
}

// String prints the arguments as they were written.
func (p *pending) String() string { return trimSpace(p.text) }

// pending takes the arguments so when the first fault is a subsearch that stands
// where the command takes none.
func (a *Args) pending(errs source.Errors) *pending {
	if len(errs) == 0 || len(a.inserts) > 0 || a.runs {
		return nil
	}
	p := &pending{text: a.Text}
	met := false
	for i := 0; i < len(a.Text); i++ {
		switch a.Text[i] {
		case '\\':
			i++
		case '"':
			if end := closingQuote(a.Text, i); end > 0 {
				i = end - 1
			}
		case '[':
			end, open := closingBracket(a.Text, i)
			if open >= 0 {
				return nil
			}
			at := source.Span{Start: a.Base + i, End: a.Base + end}
			// (A fault within the brackets is one of a pipeline that the command reads.)
			met = met || errs[0].Span.Start == at.Start || errs[0].Span.Start == at.End
			_, es := a.Insert(a.Text[i:end], at)
			p.errs = append(p.errs, es...)
			i = end - 1
		}
	}
	if !met {
		a.inserts = nil
		return nil
	}
	return p
}

// Full says that a command has more faults than are listed, so that it need not look for
// others. (Of a command with holes those are dropped that may come of them.)
func (a *Args) Full(errs source.Errors) bool {
	return len(errs) > source.MaxFaults && len(a.Parser.Holes) == 0
}

// With parses the stage's command again with texts in the place of its Inserts, in
// their order. Places in errors of the result count in a text of its own.
func (s *Stage) With(texts []string) (*Stage, source.Errors) {
	a := *s.args
	var b strings.Builder
	var puts []put
	done := a.Base
	for i, in := range s.Inserts {
		b.WriteString(s.args.Source(source.Span{Start: done, End: in.At.Start}))
		puts = append(puts, put{in.At, source.Span{Start: a.Base + b.Len(), End: a.Base + b.Len() + len(texts[i])}})
		b.WriteString(texts[i])
		done = in.At.End
	}
	b.WriteString(s.args.Source(source.Span{Start: done, End: a.Base + len(a.Text)}))
	a.Text, a.inserts = b.String(), nil
	syntax, fault := a.Parser.lookup(s.Command, s.NameAt)
	if fault != nil {
		return nil, source.Errors{fault}
	}
	out := *s
	var errs source.Errors
	out.Node, errs = syntax.ParseArgs(&a)
	out.Inserts, out.args = a.inserts, &a
	out.puts = append(slices.Clone(s.puts), puts)
	return &out, errs
}

// put is a text that stands where a subsearch was: the place of each, in the arguments
// before and after.
type put struct{ was, is source.Span }

// Origin is where a span of the stage's arguments stands in the query: With put texts in
// the place of subsearches, which moves what is behind them. given says that the span
// lies within such a text; the subsearch is then its place.
func (s *Stage) Origin(at source.Span) (where source.Span, given bool) {
	for i := len(s.puts) - 1; i >= 0; i-- {
		moved, inner := before(s.puts[i], at)
		at, given = moved, given || inner
	}
	return at, given
}

// before is where a span stood before some texts were put in.
func before(puts []put, at source.Span) (was source.Span, within bool) {
	was = at
	for _, p := range puts {
		shift := p.was.End - p.is.End
		switch {
		case at.Start >= p.is.End:
			was.Start = at.Start + shift
		case at.Start >= p.is.Start:
			was.Start, within = p.was.Start, at.End <= p.is.End
		}
		switch {
		case at.End > p.is.End:
			was.End = at.End + shift
		case at.End > p.is.Start:
			was.End = p.was.End
		}
	}
	return was, within
}

// Subsearch reads the pipeline inside a [...] token, for a command that runs it.
func (a *Args) Subsearch(text string, base int) (*Pipeline, source.Errors) {
	a.runs = true
	return a.subsearch(text, base)
}

func (a *Args) subsearch(text string, base int) (*Pipeline, source.Errors) {
	if a.Depth+1 >= MaxDepth/8 {
		return &Pipeline{}, source.Errors{source.Errorf(source.Syntax, source.At(base), "subsearches nest more than %d deep here", MaxDepth/8).
			WithHelp("put what the innermost find in a lookup table, with outputlookup, and read it with inputlookup")}
	}
	return a.Parser.pipeline(text[1:len(text)-1], base+1, a.Depth+1)
}
