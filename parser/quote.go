package parser

import "strings"

// Unquote gives the text that a token stands for: quotes are taken off, \" becomes
// ", \\ becomes \. Any other backslash stays, with the character after it, since
// regular expressions follow that have their own use for it (eval-functions 5.2).
func Unquote(s string) string {
	if n := len(s); n >= 2 && (s[0] == '"' || s[0] == '\'') && s[n-1] == s[0] {
		return unescape(s[1:n-1], s[0], false)
	}
	return unescape(s, '"', false)
}

// unescape takes the backslash off an escaped quote or backslash and, where pipe
// says so, off a pipe, as the search language does (search-expression 1.1).
func unescape(s string, quote byte, pipe bool) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && (s[i+1] == quote || s[i+1] == '\\' || pipe && s[i+1] == '|') {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// Quote writes text as a double-quoted string that Unquote reads back.
func Quote(s string) string { return quoteWith(s, '"') }

// QuoteField writes a field name in single quotes, as expressions want it.
func QuoteField(s string) string { return quoteWith(s, '\'') }

func quoteWith(s string, quote byte) string {
	var b strings.Builder
	b.WriteByte(quote)
	for i := range len(s) {
		if s[i] == quote || s[i] == '\\' {
			b.WriteByte('\\')
		}
		b.WriteByte(s[i])
	}
	b.WriteByte(quote)
	return b.String()
}

// Word writes a name or value for a list of arguments: bare where that reads back
// as the same, else quoted.
func Word(s string) string {
	if s == "" || strings.ContainsAny(s, " \t\r\n\v\f()[]\"',|=<>!`\\") || !isPlainASCII(s) {
		return Quote(s)
	}
	switch strings.ToUpper(s) {
	case "AND", "OR", "NOT", "IN", "BY", "AS", "OVER", "WITH", "WHERE", "OUTPUT", "OUTPUTNEW", "TERM", "CASE", "PREFIX":
		return Quote(s)
	}
	return s
}

func isPlainASCII(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// FieldName writes a field name for an expression: bare where it is a plain name.
func FieldName(s string) string {
	if s == "" || isDigit(s[0]) {
		return QuoteField(s)
	}
	for i := range len(s) {
		if c := s[i]; c > '~' || !isNameStart(c) && !isDigit(c) {
			return QuoteField(s)
		}
	}
	switch strings.ToUpper(s) {
	case "AND", "OR", "NOT", "XOR", "IN", "LIKE":
		return QuoteField(s)
	}
	return s
}
