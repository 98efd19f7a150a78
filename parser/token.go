package parser

import "strings"

// tokenEnd is the offset after a token of a dashboard or of map, $name$, that begins
// at start, or 0. A dashboard's may have a filter: $name|s$.
func tokenEnd(s string, start int) int {
	for i := start + 1; i < len(s); i++ {
		switch {
		case s[i] == '$' && i > start+1:
			return i + 1
		case s[i] == '|' && i > start+1 && filtered(s, i):
			return i + 3
		case strings.IndexByte(" \t\r\n\"'()[],|", s[i]) >= 0:
			return 0
		}
	}
	return 0
}

// filtered says whether a pipe is that of a token's filter: |s$, |h$, |u$ or |n$.
func filtered(s string, pipe int) bool {
	return pipe+2 < len(s) && s[pipe+2] == '$' && strings.IndexByte("shun", s[pipe+1]) >= 0
}

// inToken says whether the pipe stands in a token of a dashboard: $name|s$.
func inToken(s string, pipe int) bool {
	if !filtered(s, pipe) {
		return false
	}
	start := pipe - 1
	for start >= 0 && strings.IndexByte(" \t\r\n\"'()[],|$", s[start]) < 0 {
		start--
	}
	return start >= 0 && start < pipe-1 && s[start] == '$'
}

// IsToken says whether a text is a token of a dashboard or of map, which stands for
// a text that is not there yet: $name$.
func IsToken(s string) bool { return s != "" && s[0] == '$' && tokenEnd(s, 0) == len(s) }

// unDollar is the field that a name between dollar signs stands for: $a.b$ is 'a.b', as
// add-ons and published searches have it, for names that need quotes. Where the name needs
// none it is taken for a token that was not given a value.
func unDollar(s string) string {
	if !IsToken(s) || strings.IndexByte(s, '|') >= 0 {
		return s
	}
	name := s[1 : len(s)-1]
	if strings.ContainsFunc(name, func(r rune) bool { return !isNameRune(r) }) {
		return name
	}
	return s
}

// isNameRune says whether a name in an expression may have the character without quotes.
func isNameRune(r rune) bool {
	return r == '_' || r >= '0' && r <= '9' || r|0x20 >= 'a' && r|0x20 <= 'z'
}

// HasToken says whether a text has such a token in it.
func HasToken(s string) bool {
	for i := strings.IndexByte(s, '$'); i >= 0 && i < len(s); i++ {
		if s[i] == '$' && tokenEnd(s, i) > 0 {
			return true
		}
	}
	return false
}
