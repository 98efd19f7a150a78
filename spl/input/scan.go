package input

import (
	"encoding/binary"
	"math/bits"
	"unsafe"

	"spl/eval/jsontext"
)

// maxDepth is how deep JSON may be nested; deeper events count as broken.
const maxDepth = 512

// jsonScan reads one JSON text once, from front to back: it checks all of it,
// follows the wanted names, and steps over everything else without decoding.
type jsonScan struct {
	text string
	b    []byte // the bytes of text; never written
	out  *found
	path *jsontext.Reading // if not nil, how the values were found is kept there
}

// extract adds the wanted values of a JSON object or array to out, in the order in
// which they stand. It says false, and adds nothing, when the text is not valid
// JSON (RFC 8259; bytes that are not UTF-8 are let pass) or nested too deeply.
func (w *wanted) extract(text string, out *found) bool { return w.follow(text, out, nil) }

// follow is extract, and keeps in path, if that is not nil, how the values were found.
func (w *wanted) follow(text string, out *found, path *jsontext.Reading) bool {
	s := jsonScan{text: text, b: textBytes(text), out: out, path: path}
	i := s.space(0)
	root := state{node: w.root}
	switch s.at(i) {
	case '{':
		i = s.object(i+1, root, 1)
	case '[':
		i = s.array(i+1, root.advance("{}"), 1)
	default:
		i = -1
	}
	if i < 0 || s.space(i) != len(s.b) {
		out.reset()
		return false
	}
	return true
}

// validJSON says whether a text is a valid object or array by the rules of extract.
func validJSON(text string) bool {
	s := jsonScan{text: text, b: textBytes(text)}
	i := s.space(0)
	if c := s.at(i); c != '{' && c != '[' {
		return false
	}
	i = s.skip(i, 0)
	return i >= 0 && s.space(i) == len(s.b)
}

// textBytes views a string as bytes, which must only be read.
func textBytes(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }

// at is the byte at i; 0, which fits nothing, at the end.
func (s *jsonScan) at(i int) byte {
	if i < len(s.b) {
		return s.b[i]
	}
	return 0
}

// space is the first position from i that is not white space.
func (s *jsonScan) space(i int) int {
	for i < len(s.b) && s.b[i] <= ' ' && (s.b[i] == ' ' || s.b[i] == '\n' || s.b[i] == '\r' || s.b[i] == '\t') {
		i++
	}
	return i
}

// value reads the value at i, whose name leads to st, which is not dead. Like all
// that follow it gives the position after, or -1 when the text is broken.
func (s *jsonScan) value(i int, st state, depth int) int {
	switch s.at(i) {
	case '{':
		return s.object(i+1, st.advance("."), depth+1)
	case '[':
		return s.array(i+1, st.advance("{}"), depth+1)
	}
	name := st.name()
	if name < 0 {
		return s.skip(i, depth)
	}
	if s.at(i) != '"' {
		end := s.scalar(i)
		if end > 0 {
			s.out.add(name, s.text[i:end])
			s.path.Value(name, i, end)
		}
		return end
	}
	end, escaped := s.str(i + 1)
	if end < 0 {
		return -1
	}
	v := s.text[i+1 : end]
	if escaped {
		v = jsontext.Unquote(v)
	}
	s.out.add(name, v)
	s.path.Value(name, i, end+1)
	return end + 1
}

// object reads members from i, which is after the brace.
func (s *jsonScan) object(i int, st state, depth int) int {
	if st.node == nil || depth > maxDepth {
		return s.skip(i-1, depth-1)
	}
	i = s.space(i)
	if s.at(i) == '}' {
		return i + 1
	}
	for {
		if s.at(i) != '"' {
			return -1
		}
		end, escaped := s.str(i + 1)
		if end < 0 {
			return -1
		}
		key := s.text[i+1 : end]
		if s.path != nil {
			s.path.Key(i, key, key != "" && st.advance(key[:1]).node == nil)
		}
		if escaped {
			key = jsontext.Unquote(key)
		}
		if i = s.colon(end + 1); i < 0 {
			return -1
		}
		if child := st.advance(key); child.node != nil {
			i = s.value(i, child, depth)
		} else {
			i = s.skip(i, depth)
		}
		if i < 0 {
			return -1
		}
		i = s.space(i)
		switch s.at(i) {
		case ',':
			i = s.space(i + 1)
		case '}':
			return i + 1
		default:
			return -1
		}
	}
}

// array reads elements from i, which is after the bracket.
func (s *jsonScan) array(i int, st state, depth int) int {
	if st.node == nil || depth > maxDepth {
		return s.skip(i-1, depth-1)
	}
	i = s.space(i)
	if s.at(i) == ']' {
		return i + 1
	}
	for {
		if i = s.value(i, st, depth); i < 0 {
			return -1
		}
		i = s.space(i)
		switch s.at(i) {
		case ',':
			i = s.space(i + 1)
		case ']':
			return i + 1
		default:
			return -1
		}
	}
}

// colon steps over a colon and the space around it.
func (s *jsonScan) colon(i int) int {
	i = s.space(i)
	if s.at(i) != ':' {
		return -1
	}
	return s.space(i + 1)
}

// skip steps over the value at i and checks it, without recursion. depth is the
// number of containers that hold it.
func (s *jsonScan) skip(i, depth int) int {
	if c := s.at(i); c != '{' && c != '[' {
		return s.leaf(i)
	}
	var object [maxDepth/64 + 1]uint64 // a bit for each open container: it is an object
	level := depth
	for {
		switch c := s.at(i); c { // a value starts here
		case '{', '[':
			level++
			if level > maxDepth {
				return -1
			}
			i = s.space(i + 1)
			if c == '[' {
				object[level>>6] &^= 1 << (level & 63)
				if s.at(i) != ']' {
					continue
				}
			} else {
				object[level>>6] |= 1 << (level & 63)
				if s.at(i) != '}' {
					if i = s.key(i); i < 0 {
						return -1
					}
					continue
				}
			}
			level--
			i++
		default:
			if i = s.leaf(i); i < 0 {
				return -1
			}
		}
		for { // a value ends here
			if level == depth {
				return i
			}
			i = s.space(i)
			isObject := object[level>>6]&(1<<(level&63)) != 0
			c := s.at(i)
			if c == ',' {
				i = s.space(i + 1)
				if isObject {
					if i = s.key(i); i < 0 {
						return -1
					}
				}
				break
			}
			if c != '}' && c != ']' || (c == '}') != isObject {
				return -1
			}
			level--
			i++
		}
	}
}

// key steps over a key and its colon.
func (s *jsonScan) key(i int) int {
	if s.at(i) != '"' {
		return -1
	}
	end, _ := s.str(i + 1)
	if end < 0 {
		return -1
	}
	return s.colon(end + 1)
}

// leaf steps over a string, a number, true, false or null.
func (s *jsonScan) leaf(i int) int {
	if s.at(i) != '"' {
		return s.scalar(i)
	}
	end, _ := s.str(i + 1)
	if end < 0 {
		return -1
	}
	return end + 1
}

// scalar steps over a number, true, false or null.
func (s *jsonScan) scalar(i int) int {
	switch c := s.at(i); {
	case c == 't':
		return s.word(i, "true")
	case c == 'f':
		return s.word(i, "false")
	case c == 'n':
		return s.word(i, "null")
	case c == '-' || isDigit(c):
		return s.number(i)
	}
	return -1
}

func (s *jsonScan) word(i int, w string) int {
	if len(s.text)-i < len(w) || s.text[i:i+len(w)] != w {
		return -1
	}
	return i + len(w)
}

func isDigit(c byte) bool { return c-'0' < 10 }

// number steps over a number as JSON writes it: no leading zeros, no bare point.
func (s *jsonScan) number(i int) int {
	if s.at(i) == '-' {
		i++
	}
	if s.at(i) == '0' {
		i++
	} else if i = s.digits(i); i < 0 {
		return -1
	}
	if s.at(i) == '.' {
		if i = s.digits(i + 1); i < 0 {
			return -1
		}
	}
	if c := s.at(i); c == 'e' || c == 'E' {
		i++
		if c := s.at(i); c == '+' || c == '-' {
			i++
		}
		return s.digits(i)
	}
	return i
}

// digits steps over one digit or more.
func (s *jsonScan) digits(i int) int {
	start := i
	for i < len(s.b) && isDigit(s.b[i]) {
		i++
	}
	if i == start {
		return -1
	}
	return i
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// str finds the closing quote of the string whose first byte is at i, and says
// whether there are escapes in it. It looks at eight bytes at a time: a quote, a
// backslash or a control character sets the high bit of its byte in the mask. Only
// the lowest such bit is exact, and only that one is used.
func (s *jsonScan) str(i int) (end int, escaped bool) {
	b := s.b
	for {
		for i+8 <= len(b) {
			w := binary.LittleEndian.Uint64(b[i:])
			q, e := w^(ones*'"'), w^(ones*'\\')
			m := ((q-ones)&^q | (e-ones)&^e | (w-ones*' ')&^w) & highs
			if m != 0 {
				i += bits.TrailingZeros64(m) >> 3
				break
			}
			i += 8
		}
		for i < len(b) && b[i] != '"' && b[i] != '\\' && b[i] >= ' ' {
			i++
		}
		switch {
		case i >= len(b) || b[i] < ' ':
			return -1, false
		case b[i] == '"':
			return i, escaped
		}
		escaped = true
		if i = jsontext.Escape(s.text, i+1); i < 0 {
			return -1, false
		}
	}
}
