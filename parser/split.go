package parser

import (
	"strings"

	"spl/parser/source"
)

// piece is the text between two pipes.
type piece struct {
	text string
	base int
}

// noCommand reports two pipes with nothing in between.
func noCommand(text string, base int, pc piece) *source.Error {
	if pc.text == "" {
		return source.Errorf(source.Syntax, source.Span{Start: pc.base - 1, End: pc.base + 1}, "no command between two pipes").
			WithHelp("take one of the pipes out; a choice is written OR")
	}
	return source.Errorf(source.Syntax, source.At(pc.base+len(pc.text)), "no command between two pipes").WithHelp("take one of the pipes out")
}

// doubledPipe reports || where a parenthesis is open, so that a choice was meant.
func doubledPipe(at int) *source.Error {
	e := source.Errorf(source.Syntax, source.Span{Start: at - 1, End: at + 1}, "a pipe ends a command, and two are no operator").WithHelp("a choice is written OR: a=1 OR b=2")
	e.Ends = true
	return e
}

// closes says whether all parentheses of a command are closed.
func closes(s string) bool {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			if end := closingQuote(s, i); end > 0 {
				i = end - 1
			}
		case '(':
			depth++
		case ')':
			depth--
		}
	}
	return depth <= 0
}

// split cuts a text at its pipes, not at those in quotes, in brackets or behind a
// backslash. There is at least one piece; with a fault the last one is where it lies.
func (p *Parser) split(text string, base int) ([]piece, *source.Error) {
	var pieces []piece
	start := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			end := closingQuote(text, i)
			if end < 0 {
				at := p.openQuote(text, i)
				for len(pieces) > 0 && pieces[len(pieces)-1].base-base+len(pieces[len(pieces)-1].text) > at {
					pieces = pieces[:len(pieces)-1]
				}
				return append(pieces, piece{}), p.unclosed(text, base, at)
			}
			i = end - 1
		case '[':
			end, fault := closingBracket(text, i)
			if fault >= 0 {
				if strings.Count(text[i:], `"`)%2 == 1 {
					if at := p.openQuote(text, len(text)); at < len(text) {
						return append(pieces, piece{}), p.unclosed(text, base, at)
					}
				}
				return append(pieces, piece{}), source.Errorf(source.Syntax, source.Span{Start: base + fault, End: base + fault + 1}, "this bracket is never closed").
					WithHelp("add a ']' where the subsearch ends")
			}
			i = end - 1
		case ']':
			return append(pieces, piece{}), source.Errorf(source.Syntax, source.Span{Start: base + i, End: base + i + 1}, "']' without a '[' before it").WithHelp("take it out, or add a '[' where the subsearch begins")
		case '|':
			if inToken(text, i) {
				continue
			}
			pieces = append(pieces, piece{text[start:i], base + start})
			start = i + 1
		}
	}
	return append(pieces, piece{text[start:], base + start}), nil
}

// openQuote guesses which quote lacks its end, where one does: last is the one that is
// left over. An earlier string that runs over a pipe and a command, or over the end of a
// line, was more likely meant to end before them.
func (p *Parser) openQuote(text string, last int) int {
	for i := 0; i < last; i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			end := closingQuote(text, i)
			if end < 0 {
				return i
			}
			if before := strings.TrimRight(text[:i], " "); !strings.HasSuffix(before, "search=") && p.runsOver(text[i:end]) {
				return i
			}
			i = end - 1
		}
	}
	return last
}

// runsOver says whether a string holds a pipe with a command behind it.
func (p *Parser) runsOver(s string) bool {
	for i := strings.IndexByte(s, '|'); i >= 0; {
		rest := strings.TrimLeft(s[i+1:], " \t\r\n")
		if name := rest[:commandEnd(rest)]; name != "" && strings.HasPrefix(rest[len(name):], " ") {
			if _, fault := p.Lookup(strings.ToLower(name)); fault == nil {
				return true
			}
		}
		next := strings.IndexByte(s[i+1:], '|')
		if next < 0 {
			return false
		}
		i += 1 + next
	}
	return false
}

// unclosed reports a quote without its end, with a guess where that should be.
func (p *Parser) unclosed(text string, base, at int) *source.Error {
	e := source.Errorf(source.Syntax, source.Span{Start: base + at, End: base + at + 1}, "this quote is never closed").
		WithHelp(`add a '"' where the text ends; a quote inside it is written \"`)
	rest := text[at+1:]
	end := len(rest)
	if i := strings.IndexAny(rest, "|\n"); i >= 0 {
		end = i
	}
	if word := strings.TrimSpace(rest[:end]); word != "" && !strings.Contains(word, `"`) && len(word) <= 40 && end < len(rest) {
		e.Help = `was "` + word + `" meant? a quote inside a text is written \"`
	}
	return e
}
