package input

import "strings"

// recordsSplitter reads large files of {"Records":[…]}, as CloudTrail and Azure write
// them, element by element, so that they need not be held: one after the other, on one
// line or on many. What stands between is read as any JSON.
type recordsSplitter struct {
	inside  bool // between the brackets
	closing bool // the brace after them is to come
}

// recordsOpen gives the position after the bracket of {"Records":[ at the beginning of a
// text, or 0; -1 when the text is too short to say.
func recordsOpen(text string) int {
	i := 0
	for _, want := range []string{"{", `"`, "ecords\"", ":", "["} {
		if want != "ecords\"" {
			for i < len(text) && (text[i] == ' ' || text[i] == '\t' || text[i] == '\r' || text[i] == '\n') {
				i++
			}
		} else if i < len(text) && (text[i] == 'R' || text[i] == 'r') {
			i++
		} else if i < len(text) {
			return 0
		}
		rest := text[i:]
		if n := min(len(rest), len(want)); rest[:n] != want[:n] {
			return 0
		} else if n < len(want) {
			return -1
		}
		i += len(want)
	}
	return i
}

func (s *recordsSplitter) split(buf []byte, eof bool) (recs []span, end int) {
	text := viewString(buf)
	for {
		switch {
		case s.closing:
			rest := strings.TrimLeft(text[end:], " \t\r\n")
			if rest == "" {
				return recs, len(buf)
			}
			end = len(buf) - len(rest)
			if rest[0] == '}' {
				end++
			}
			s.closing = false
			continue
		case s.inside:
			rest := strings.TrimLeft(text[end:], " \t\r\n,")
			if end = len(buf) - len(rest); rest == "" {
				return recs, end
			}
			if rest[0] == ']' {
				end++
				s.inside, s.closing = false, true
				continue
			}
		default:
			rest := strings.TrimLeft(text[end:], " \t\r\n,")
			if end = len(buf) - len(rest); rest == "" {
				return recs, end
			}
			n := recordsOpen(rest)
			if n < 0 && !eof {
				return recs, end
			}
			if n > 0 {
				end += n
				s.inside = true
				continue
			}
		}
		next := valueEnd(text, end, s.inside)
		if next < 0 {
			if !eof {
				return recs, end
			}
			next = len(text)
		}
		recs = appendRecord(recs, buf, end, next)
		end = next
	}
}

// valueEnd is the position after the JSON value at i; -1 when it is not all there. What
// is no object or array ends with the line, or before a comma or the list's bracket.
func valueEnd(text string, i int, inList bool) int {
	depth := 0
	for ; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"' && depth > 0:
			for i++; ; i++ {
				n := strings.IndexAny(text[i:], `"\`)
				if n < 0 {
					return -1
				}
				if i += n; text[i] == '"' {
					break
				}
				if i++; i >= len(text) {
					return -1
				}
			}
		case c == '{' || c == '[':
			depth++
		case (c == '}' || c == ']') && depth > 0:
			if depth--; depth == 0 {
				return i + 1
			}
		case depth == 0 && (c == '\n' || c == ',' || inList && c == ']'):
			return i
		}
	}
	return -1
}

// inRecords says that records are elements of {"Records":[…]}, which are events as they
// stand.
func (c *content) inRecords() bool {
	_, ok := c.split.(*recordsSplitter)
	return ok
}
