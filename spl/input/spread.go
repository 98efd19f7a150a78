package input

import "strings"

// spread says whether a file holds JSON values that are spread over lines, which
// its head shows: the first line is the beginning of a JSON value, without fault
// and not complete, and the next line can go on with it. A broken line of NDJSON
// does not pass, since the line after it begins a new object; therefore the first
// line has to end with a bracket or a comma. more says that the
// file goes on after the head: a first line that is a list of objects and longer
// than the head is a list of events.
func spread(head string, more bool) bool {
	head = strings.TrimLeft(head, " \t\r\n")
	if head == "" || head[0] != '{' && head[0] != '[' {
		return false
	}
	n := strings.IndexByte(head, '\n')
	if n < 0 {
		return more && head[0] == '[' && strings.HasPrefix(strings.TrimLeft(head[1:], " \t\r"), "{")
	}
	first := strings.TrimRight(head[:n], " \t\r")
	if strings.IndexByte("{[,", first[len(first)-1]) < 0 {
		return false
	}
	next, ok := expected(first)
	rest := strings.TrimLeft(head[n:], " \t\r\n")
	return ok && rest != "" && strings.IndexByte(next, rest[0]) >= 0
}

const valueStarts = `{["-0123456789tfn`

// expected gives the bytes with which a token may begin after the beginning of a
// JSON value. ok is false when there is a fault, or when the text ends inside a
// token or the value ends in the text.
func expected(text string) (next string, ok bool) {
	s := jsonScan{text: text, b: textBytes(text)}
	var open []byte // closing brackets that are due
	next = "{["
	for i := s.space(0); i < len(text); i = s.space(i) {
		c := text[i]
		if strings.IndexByte(next, c) < 0 || len(open) > maxDepth {
			return "", false
		}
		switch c {
		case '{':
			open, next = append(open, '}'), `"}`
			i++
			continue
		case '[':
			open, next = append(open, ']'), valueStarts+"]"
			i++
			continue
		case ':':
			next = valueStarts
			i++
			continue
		case ',':
			next = valueStarts
			if open[len(open)-1] == '}' {
				next = `"`
			}
			i++
			continue
		case '}', ']':
			open = open[:len(open)-1]
			i++
		default:
			isKey := next == `"` || next == `"}`
			if i = s.leaf(i); i < 0 {
				return "", false
			}
			if isKey {
				next = ":"
				continue
			}
		}
		if len(open) == 0 {
			return "", false
		}
		next = "," + string(open[len(open)-1])
	}
	return next, true
}
