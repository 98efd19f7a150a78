package eval

import (
	"strings"
	"unicode/utf8"
)

// likePattern is a compiled pattern of LIKE. A backslash in it is a character like
// any other: the searches in use write "%\\Temp\\%" and mean the wildcard
// (choice, eval-functions 5.7).
type likePattern struct {
	text  string
	parts []string // what stands between the %, when there is no _
}

func newLike(s string) *likePattern {
	if strings.Contains(s, "_") {
		return &likePattern{text: s}
	}
	return &likePattern{text: s, parts: strings.Split(s, "%")}
}

// match says whether the whole of s fits, letters in their own case.
func (p *likePattern) match(s string) bool {
	if p.parts == nil {
		return likeRunes(p.text, s)
	}
	if len(p.parts) == 1 {
		return s == p.parts[0]
	}
	first, last := p.parts[0], p.parts[len(p.parts)-1]
	if len(s) < len(first)+len(last) || !strings.HasPrefix(s, first) || !strings.HasSuffix(s, last) {
		return false
	}
	s = s[len(first) : len(s)-len(last)]
	for _, part := range p.parts[1 : len(p.parts)-1] {
		i := strings.Index(s, part)
		if i < 0 {
			return false
		}
		s = s[i+len(part):]
	}
	return true
}

// likeRunes matches character by character. After a mismatch it goes back only to
// the last %, which is enough and keeps the work within len(p) times len(s).
func likeRunes(p, s string) bool {
	star, mark := -1, 0 // where to go on after the last %, in p and in s
	i, j := 0, 0
	for j < len(s) {
		_, n := utf8.DecodeRuneInString(s[j:])
		switch {
		case i < len(p) && p[i] == '%':
			i++
			star, mark = i, j
			continue
		case i < len(p) && p[i] == '_':
			i, j = i+1, j+n
			continue
		case i < len(p) && strings.HasPrefix(p[i:], s[j:j+n]):
			i, j = i+n, j+n
			continue
		case star < 0:
			return false
		}
		_, n = utf8.DecodeRuneInString(s[mark:])
		mark += n
		i, j = star, mark
	}
	return strings.Trim(p[i:], "%") == ""
}
