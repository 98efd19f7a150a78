package regex

import "strings"

// A Template is the replacement of a match: text with references to groups.
type Template struct {
	parts []part
}

// A part is literal text, or a group if text is "".
type part struct {
	text  string
	group int
}

// ParseTemplate reads a replacement: \1 to \9 are groups and \0 is the whole
// match (eval-functions 5.5, replace). \\ is a backslash and \n, \r and \t are
// the control characters (choice); any other backslash stands for itself, as do
// $1 and &. It cannot fail.
func ParseTemplate(s string) *Template { return parseTemplate(s, false) }

// parseTemplate reads a replacement. In a sed expression a backslash is also
// taken from the characters that are no letters, first of all the delimiter.
func parseTemplate(s string, sed bool) *Template {
	t := &Template{}
	var text strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			text.WriteByte(s[i])
			continue
		}
		i++
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			t.addText(&text)
			t.parts = append(t.parts, part{group: int(c - '0')})
		case c == '\\' || sed && !isWord(c) && c < 0x80:
			text.WriteByte(c)
		case c == 'n':
			text.WriteByte('\n')
		case c == 'r':
			text.WriteByte('\r')
		case c == 't':
			text.WriteByte('\t')
		default:
			text.WriteByte('\\')
			text.WriteByte(c)
		}
	}
	t.addText(&text)
	return t
}

func (t *Template) addText(text *strings.Builder) {
	if text.Len() > 0 {
		t.parts = append(t.parts, part{text: text.String()})
		text.Reset()
	}
}

// expand appends the replacement of one match. A group that took no part, or
// that the pattern does not have, is empty.
func (t *Template) expand(dst []byte, s string, loc []int) []byte {
	for _, p := range t.parts {
		if p.text != "" {
			dst = append(dst, p.text...)
			continue
		}
		if i := 2 * p.group; i+1 < len(loc) && loc[i] >= 0 {
			dst = append(dst, s[loc[i]:loc[i+1]]...)
		}
	}
	return dst
}

// ReplaceAll replaces every match in s by rep; see ParseTemplate for what rep
// can say. Use Replace where rep stays the same. The error is ErrTimeout.
func (re *Regexp) ReplaceAll(s, rep string) (string, error) {
	return re.Replace(s, ParseTemplate(rep))
}

// Replace replaces every match in s. Without a match it returns s itself. The
// error is ErrTimeout, and then s is returned as it was.
func (re *Regexp) Replace(s string, rep *Template) (string, error) {
	return re.replace(s, rep, 0)
}

// replace replaces all matches, or only the nth if nth is not 0.
func (re *Regexp) replace(s string, rep *Template, nth int) (string, error) {
	var out []byte
	done, count := 0, 0
	err := re.Each(s, nth, func(loc []int) bool {
		count++
		if count < nth || loc[0] < done {
			return true
		}
		out = append(out, s[done:loc[0]]...)
		out = rep.expand(out, s, loc)
		done = loc[1]
		return nth == 0
	})
	if err != nil || done == 0 && out == nil {
		return s, err
	}
	return string(append(out, s[done:]...)), nil
}
