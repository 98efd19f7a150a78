package macros

import (
	"strings"

	"spl/parser/source"
)

// site is a call as it stands in a text.
type site struct {
	at     source.Span // with its backticks
	name   string
	nameAt source.Span
	args   []source.Span // without the white space around each
	quoted bool          // it stands in a string
}

// scanner finds the calls in a text, also those inside double quotes.
type scanner struct {
	text string
	pos  int
	// quoted is the offset after the string that pos is in, 0 outside of strings.
	quoted int
}

// next finds the next call, or the next thing that looks like one and is none.
// Both are nil at the end of the text.
func (s *scanner) next() (*site, *source.Error) {
	for s.pos < len(s.text) {
		if s.quoted > 0 && s.pos >= s.quoted-1 {
			s.pos, s.quoted = s.quoted, 0
			continue
		}
		switch s.text[s.pos] {
		case '\\':
			s.pos += 2
		case '"':
			// Inside a string a plain quote is met only as its end, or where the
			// string is never closed, which the parser reports.
			if s.quoted = closingQuote(s.text, s.pos); s.quoted < 0 {
				s.quoted = len(s.text) + 1
			}
			s.pos++
		case '`':
			if call, fault := s.backtick(); call != nil || fault != nil {
				return call, fault
			}
		default:
			s.pos++
		}
	}
	return nil, nil
}

// backtick reads a call. Inside a string, what has not the form of a call is text,
// and so are several backticks in a row.
func (s *scanner) backtick() (*site, *source.Error) {
	limit := len(s.text)
	if s.quoted > 0 {
		limit = min(limit, s.quoted-1)
		if rest := s.text[s.pos:]; strings.HasPrefix(rest, "``") {
			s.pos += len(rest) - len(strings.TrimLeft(rest, "`"))
			return nil, nil
		}
	}
	r := &callReader{text: s.text, limit: limit}
	call, fault := r.call(s.pos, 0)
	switch {
	case fault == nil:
		s.pos = call.at.End
		if call.quoted = s.quoted > 0; call.quoted {
			for i, a := range call.args {
				call.args[i] = unquotedArg(s.text, a)
			}
		}
		return call, nil
	case s.quoted > 0:
		s.pos = max(s.pos+1, r.deep)
		return nil, nil
	}
	if name := closedName(s.text, s.pos); name != "" {
		fault = syntax(s.pos, s.pos+1, "this backtick closes no macro call").
			WithHelp("add a '`' before %s", shorten(name))
		s.pos++
		return nil, fault
	}
	s.pos = afterBadCall(s.text, s.pos)
	if r.deep > 0 { // which backtick belongs to which call cannot be told any more
		s.pos = len(s.text)
	}
	return nil, fault
}

// closingQuote is the offset after the quote that closes the one at start, or -1.
func closingQuote(s string, start int) int {
	for i := start + 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return -1
}

func skipSpace(s string, i, limit int) int {
	for i < limit && strings.IndexByte(" \t\r\n", s[i]) >= 0 {
		i++
	}
	return i
}

func syntax(start, end int, msg string, args ...any) *source.Error {
	return source.Errorf(source.Syntax, source.Span{Start: start, End: end}, msg, args...)
}

// callReader reads one call, and the calls in its arguments.
type callReader struct {
	text  string
	limit int // the call ends before it
	deep  int // where calls came to nest too deep, 0 if they did not
}

// call reads the call whose backtick stands at start. depth counts those around it.
func (r *callReader) call(start, depth int) (*site, *source.Error) {
	if depth >= MaxDepth {
		r.deep = start
		return nil, syntax(start, start+1, "macro calls nest more than %d deep here", MaxDepth).
			WithHelp("put the innermost call in a macro of its own")
	}
	i := skipSpace(r.text, start+1, r.limit)
	end := i
	for end < r.limit && isNameByte(r.text[end]) {
		end++
	}
	c := &site{name: r.text[i:end], nameAt: source.Span{Start: i, End: end}}
	i = skipSpace(r.text, end, r.limit)
	if c.name != "" && i < r.limit && r.text[i] == '(' {
		args, after, fault := r.args(i, depth)
		if fault != nil {
			return nil, fault
		}
		c.args = args
		i = skipSpace(r.text, after, r.limit)
	}
	if c.name == "" || i >= r.limit || r.text[i] != '`' {
		return nil, badCall(r.text, start, c.name, r.limit)
	}
	c.at = source.Span{Start: start, End: i + 1}
	return c, nil
}

// badCall says what is wrong with what follows the backtick at start.
func badCall(text string, start int, name string, limit int) *source.Error {
	if end := lineBacktick(text, start, limit); end > 0 {
		help := "write `name` or `name(argument, ...)`; to mean a plain backtick, write \\`"
		if end == start+1 {
			return syntax(start, end+1, "there is no macro's name between the backticks").WithHelp("%s", help)
		}
		inside := text[start+1 : end]
		if !strings.ContainsAny(inside, "\"()") {
			if strings.Contains(inside, "=") {
				help = "only macros stand in backticks; write a search without them"
			}
			return source.Errorf(source.UnknownMacro, source.Span{Start: start, End: end + 1}, "there is no macro `%s`", shorten(inside)).WithHelp("%s", help)
		}
		return syntax(start, end+1, "what stands between the backticks is not a macro call").WithHelp("%s", help)
	}
	if name == "" {
		return syntax(start, start+1, "this backtick begins no macro call").
			WithHelp("write `name` or `name(argument, ...)`; to mean a plain backtick, write \\`")
	}
	return syntax(start, start+1, "the call of macro `%s` is never closed", shorten(name)).
		WithHelp("add a '`' at its end")
}

// closedName is the word that the backtick at pos seems to close, as in name` | x:
// one stands right before it and none right after it.
func closedName(text string, pos int) string {
	if pos+1 < len(text) && strings.IndexByte(" \t\r\n|", text[pos+1]) < 0 {
		return ""
	}
	start := pos
	for start > 0 && isNameByte(text[start-1]) {
		start--
	}
	return text[start:pos]
}

// lineBacktick is the offset of the backtick that seems to belong to the one at
// start: the next, if neither a pipe nor the line's end comes before it. Else 0.
func lineBacktick(text string, start, limit int) int {
	i := strings.IndexAny(text[start+1:limit], "`|\n")
	if i >= 0 && text[start+1+i] == '`' {
		return start + 1 + i
	}
	return 0
}

// afterBadCall is where to look for further calls after one that cannot be read.
func afterBadCall(text string, start int) int {
	if end := lineBacktick(text, start, len(text)); end > 0 {
		return end + 1
	}
	return start + 1
}

// args reads the arguments from the parenthesis at open. They are split at commas
// outside of double quotes, parentheses and brackets (macros.md 2.2).
func (r *callReader) args(open, depth int) (args []source.Span, after int, fault *source.Error) {
	level, start := 0, open+1
	for i := open + 1; i < r.limit; i++ {
		switch r.text[i] {
		case '\\':
			i++
		case '"':
			end := closingQuote(r.text[:r.limit], i)
			if end < 0 {
				return nil, 0, syntax(i, i+1, "this quote in a macro's arguments is never closed").
					WithHelp(`add a '"' where the text ends; a quote inside it is written \"`)
			}
			i = end - 1
		case '`':
			inner, err := r.call(i, depth+1)
			if r.deep > 0 {
				return nil, 0, err
			}
			if err != nil {
				return nil, 0, unclosedList(open)
			}
			i = inner.at.End - 1
		case '(', '[':
			level++
		case ']':
			level = max(0, level-1)
		case ',':
			if level == 0 {
				args = append(args, trimSpan(r.text, start, i))
				start = i + 1
			}
		case ')':
			if level > 0 {
				level--
				continue
			}
			last := trimSpan(r.text, start, i)
			if len(args) > 0 || last.Start < last.End { // `name()` is `name`
				args = append(args, last)
			}
			return args, i + 1, nil
		}
	}
	return nil, 0, unclosedList(open)
}

func unclosedList(open int) *source.Error {
	return syntax(open, open+1, "the arguments of this macro call are never closed").
		WithHelp("add a ')' before the closing backtick; put an argument with a parenthesis or backtick of its own between double quotes")
}

func trimSpan(text string, start, end int) source.Span {
	start = skipSpace(text, start, end)
	for end > start && strings.IndexByte(" \t\r\n", text[end-1]) >= 0 {
		end--
	}
	return source.Span{Start: start, End: end}
}

// shorten keeps an error on one line.
func shorten(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 60 {
		return string(r[:59]) + "…"
	}
	return s
}
