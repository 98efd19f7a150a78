package knowledge

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// xmlFields gives the fields of a text that is XML (events-and-fields 3.6): the names
// of elements, from the root on, joined by dots; attributes as {@name} after their
// element; repeated elements give several values. Text counts where an element has no
// elements in it; entities are decoded, prefixes of namespaces are kept. Reading ends
// where the text is no XML. A root that holds text alone gives nothing (choice: so a
// field of XML is told by its name, which the search for literals rests on).
func xmlFields(text string, emit func(name, value string)) {
	text = strings.TrimLeft(text, " \t\r\n\ufeff")
	if !strings.HasPrefix(text, "<") {
		return
	}
	x := xmlReader{emit: emit}
	for text != "" {
		open := strings.IndexByte(text, '<')
		if open < 0 {
			return
		}
		x.text(text[:open])
		var ok bool
		if text, ok = x.markup(text[open:]); !ok {
			return
		}
	}
}

// xmlReader walks over XML.
type xmlReader struct {
	emit  func(name, value string)
	path  []string // names of the open elements, each with those before it
	tags  []string
	leaf  bool // no element was met in the innermost open one
	value strings.Builder
}

// markup takes what begins with < and gives the text after it.
func (x *xmlReader) markup(s string) (rest string, ok bool) {
	for _, skip := range []struct{ begin, end string }{{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}, {"<!", ">"}} {
		if !strings.HasPrefix(s, skip.begin) {
			continue
		}
		inner, rest, ok := strings.Cut(s[len(skip.begin):], skip.end)
		if ok && skip.end == "]]>" {
			x.value.WriteString(inner)
		}
		return rest, ok
	}
	end := tagEnd(s)
	if end < 0 {
		return "", false
	}
	inner := s[1:end]
	if name, closing := strings.CutPrefix(inner, "/"); closing {
		return s[end+1:], x.close(strings.TrimSpace(name))
	}
	inner, empty := strings.CutSuffix(inner, "/")
	return s[end+1:], x.open(inner, empty)
}

// tagEnd is the offset of the > that ends a tag; one in quotes does not.
func tagEnd(s string) int {
	quote := byte(0)
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return i
		}
	}
	return -1
}

func (x *xmlReader) text(s string) {
	if len(x.tags) > 0 {
		x.value.WriteString(unescapeXML(s))
	}
}

func (x *xmlReader) open(inner string, empty bool) bool {
	n := strings.IndexAny(inner, " \t\r\n")
	if n < 0 {
		n = len(inner)
	}
	tag := inner[:n]
	if tag == "" || len(x.tags) >= maxNesting {
		return false
	}
	path := tag
	if len(x.path) > 0 {
		path = x.path[len(x.path)-1] + "." + tag
	}
	x.attributes(path, inner[n:])
	x.value.Reset()
	x.leaf = !empty
	if !empty {
		x.path, x.tags = append(x.path, path), append(x.tags, tag)
	}
	return true
}

func (x *xmlReader) close(tag string) bool {
	n := len(x.tags) - 1
	if n < 0 || x.tags[n] != tag {
		return false
	}
	if v := strings.TrimSpace(x.value.String()); x.leaf && v != "" && n > 0 {
		x.emit(x.path[n], v)
	}
	x.leaf = false
	x.value.Reset()
	x.path, x.tags = x.path[:n], x.tags[:n]
	return true
}

func (x *xmlReader) attributes(path, s string) {
	for {
		name, rest, ok := strings.Cut(s, "=")
		name, rest = strings.TrimSpace(name), strings.TrimLeft(rest, " \t\r\n")
		if !ok || name == "" || rest == "" || rest[0] != '"' && rest[0] != '\'' {
			return
		}
		value, after, ok := strings.Cut(rest[1:], rest[:1])
		if !ok {
			return
		}
		if value != "" {
			x.emit(path+"{@"+name+"}", unescapeXML(value))
		}
		s = after
	}
}

var xmlEntities = map[string]string{"lt": "<", "gt": ">", "amp": "&", "quot": `"`, "apos": "'"}

// unescapeXML decodes entities; those that are not known stay.
func unescapeXML(s string) string {
	if strings.IndexByte(s, '&') < 0 {
		return s
	}
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(s, "&")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		end := strings.IndexByte(rest[:min(len(rest), 12)], ';')
		text, known := "", false
		if end > 0 {
			text, known = xmlEntity(rest[:end])
		}
		if known {
			b.WriteString(text)
			s = rest[end+1:]
		} else {
			b.WriteByte('&')
			s = rest
		}
	}
}

func xmlEntity(name string) (string, bool) {
	if t, ok := xmlEntities[name]; ok {
		return t, true
	}
	digits, ok := strings.CutPrefix(name, "#")
	if !ok {
		return "", false
	}
	base := 10
	if strings.HasPrefix(digits, "x") || strings.HasPrefix(digits, "X") {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || n > utf8.MaxRune || !utf8.ValidRune(rune(n)) {
		return "", false
	}
	return string(rune(n)), true
}
