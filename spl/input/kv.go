package input

import "strings"

// pairs gives the key=value pairs of a text, as Splunk's automatic extraction does
// (events-and-fields 3.6): a key is the letters, digits, _ . and - directly before
// the =, and is cleaned; a value is what stands in double quotes, or goes to the next
// delimiter: white space, a control character, a quote, or one of , ; & |. A pair
// without a value gives nothing (choice). A repeated key is given again; the first
// counts.
func pairs(text string, pair func(key, value string)) {
	for i := 0; ; {
		n := strings.IndexByte(text[i:], '=')
		if n < 0 {
			return
		}
		eq := i + n
		start := eq
		for start > i && isKeyByte(text[start-1]) {
			start--
		}
		i = eq + 1
		key := cleanName(text[start:eq])
		if key == "" || i < len(text) && text[i] == '=' { // no pair, or a==b
			continue
		}
		if value, end := pairValue(text, i); value != "" {
			pair(key, value)
			i = end
		}
	}
}

func isKeyByte(c byte) bool { return wordBytes[c] || c == '.' || c == '-' }

// pairValue is the value at i and the position after it.
func pairValue(text string, i int) (string, int) {
	if i < len(text) && text[i] == '"' {
		if n := strings.IndexByte(text[i+1:], '"'); n >= 0 {
			return text[i+1 : i+1+n], i + n + 2
		}
		i++
	}
	end := i
	for end < len(text) && !isDelimiter(text[end]) {
		end++
	}
	return text[i:end], end
}

func isDelimiter(c byte) bool {
	return c <= ' ' || c == ',' || c == ';' || c == '&' || c == '|' || c == '"' || c == 0x7f
}
