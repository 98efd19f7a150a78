package layout

import "strings"

// pipeline is a search cut at its pipes. piped says that it began with one.
type pipeline struct {
	piped  bool
	stages []stage
}

// stage is one command: words with white space between.
type stage struct {
	words []word
	raw   string // as it was written, without white space around it
}

// word is text without white space outside of quotes and brackets, in parts.
type word struct {
	parts []part
	// broken says that a line ended before the word, kept says that this has to stay so: it
	// is a comment, or follows one.
	broken, kept bool
}

// part is a piece of text, or a subsearch.
type part struct {
	text string
	sub  *pipeline
}

// split cuts a text up to its end, or to a ']' that was not opened in it; rest is what
// stands behind that.
func split(text string) (p *pipeline, rest string) {
	p = &pipeline{}
	s := stage{}
	var w word
	first := true
	broken := false
	flush := func() {
		if len(w.parts) > 0 {
			s.words = append(s.words, w)
		}
		w = word{}
	}
	begin := text
	end := func() {
		flush()
		s.raw = strings.TrimSpace(begin[:len(begin)-len(text)])
		p.stages = append(p.stages, s)
		s = stage{}
	}
	comment := false // the word before is one
	for text != "" {
		n := atom(text)
		a := text[:n]
		switch {
		case isSpace(a[0]):
			if len(w.parts) > 0 {
				comment = isComment(w.parts[len(w.parts)-1].text)
			}
			flush()
			broken = strings.Contains(a, "\n")
		case a == "|":
			if first && len(s.words) == 0 && len(w.parts) == 0 {
				p.piped = true
			} else {
				end()
			}
			first, broken, comment = false, false, false
			begin = text[n:]
		case a == "]":
			end()
			return p, text[n:]
		default:
			if len(w.parts) == 0 {
				w.broken, w.kept = broken, broken && (comment || isComment(a))
			}
			first = false
			if a == "[" {
				sub, after := split(text[n:])
				w.parts = append(w.parts, part{text: text[:len(text)-len(after)], sub: sub})
				text = after
				continue
			}
			w.parts = append(w.parts, part{text: a})
		}
		text = text[n:]
	}
	end()
	return p, ""
}

// atom is the length of what stands together at the start of a text: a comment, a string,
// a macro call, a run of white space, or one character.
func atom(s string) int {
	switch c := s[0]; {
	case isSpace(c):
		n := 1
		for n < len(s) && isSpace(s[n]) {
			n++
		}
		return n
	case strings.HasPrefix(s, "```"):
		if i := strings.Index(s[3:], "```"); i >= 0 {
			return i + 6
		}
	case c == '\\' && len(s) > 1:
		return 2
	case c == '"':
		return max(1, quoted(s, '"'))
	case c == '\'':
		if n := quoted(s, '\''); n > 0 && !strings.ContainsAny(s[:n], "|[]\"`\n") {
			return n
		}
	case c == '`':
		return max(1, call(s))
	case c == '$':
		if n := token(s); n > 0 {
			return n
		}
	}
	return 1
}

// token is the length of a dashboard's $name|s$, 0 for anything else.
func token(s string) int {
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '$' && i > 1:
			return i + 1
		case s[i] == '|' && i > 1 && i+2 < len(s) && s[i+2] == '$' && strings.IndexByte("shun", s[i+1]) >= 0:
			return i + 3
		case strings.IndexByte(" \t\r\n\"'()[],|`", s[i]) >= 0:
			return 0
		}
	}
	return 0
}

// quoted is the length of a string in quotes, 0 if it is never closed.
func quoted(s string, quote byte) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case quote:
			return i + 1
		}
	}
	return 0
}

// call is the length of a macro call, 0 if it is never closed.
func call(s string) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			if n := quoted(s[i:], '"'); n > 0 {
				i += n - 1
			}
		case '`':
			return i + 1
		}
	}
	return 0
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f'
}

func isComment(s string) bool { return strings.HasPrefix(s, "```") }
