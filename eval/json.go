package eval

import (
	"math"
	"strings"
	"unicode/utf8"

	"github.com/tidwall/gjson"

	"spl/eval/batch"
	"spl/eval/jsontext"
)

// maxJSONDepth is how deep JSON may nest before we call it no JSON: the checker
// goes down one call a level.
const maxJSONDepth = 1000

// parseJSON reads a text that is JSON and nothing else.
func parseJSON(s string) (gjson.Result, bool) {
	s = strings.Trim(s, " \t\r\n")
	if !validJSON(s) {
		return gjson.Result{}, false
	}
	return gjson.Parse(s), true
}

// member is a key of an object with what it holds.
type member struct {
	key   string
	value gjson.Result
}

func members(j gjson.Result) []member {
	var out []member
	if j.IsObject() {
		j.ForEach(func(k, v gjson.Result) bool {
			out = append(out, member{jsontext.String(k.Raw), v})
			return true
		})
	}
	return out
}

func elements(j gjson.Result) []gjson.Result {
	var out []gjson.Result
	if j.IsArray() {
		j.ForEach(func(_, v gjson.Result) bool {
			out = append(out, v)
			return true
		})
	}
	return out
}

// scalarText is a JSON value as the text of a field: strings without quotes and
// escapes, numbers, true, false and null as they stand, containers as JSON.
func scalarText(raw string) string {
	if raw = strings.TrimSpace(raw); raw != "" && raw[0] == '"' {
		return jsontext.String(raw)
	}
	return raw
}

// native is a JSON value as an eval value. A number keeps its spelling, as a field
// would; null is NULL; true and false are texts, for no field can hold a Boolean
// (choice).
func native(raw string) Value {
	switch c := raw[0]; {
	case c == 'n':
		return Value{}
	case c == '"':
		return Text(jsontext.String(raw))
	case c == '{' || c == '[':
		return Text(compactJSON(raw))
	case c == '-' || isDigit(c):
		return fieldText(raw)
	}
	return Text(raw)
}

// compactJSON drops the white space between the parts of a valid JSON text.
func compactJSON(s string) string {
	if !strings.ContainsAny(s, " \t\r\n") {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case ' ', '\t', '\r', '\n':
			continue
		case '"':
			start := i
			for i++; i < len(s) && s[i] != '"'; i++ {
				if s[i] == '\\' {
					i++
				}
			}
			out = append(out, s[start:min(i+1, len(s))]...)
			continue
		}
		out = append(out, s[i])
	}
	return string(out)
}

const hexDigits = "0123456789abcdef"

// appendJSONText writes a text as a JSON string. Bytes that are no UTF-8 become
// U+FFFD, for JSON cannot hold them.
func appendJSONText(out []byte, s string) []byte {
	out = append(out, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r != utf8.RuneError || n > 1 {
				i += n
				continue
			}
		}
		out = append(out, s[start:i]...)
		out = appendEscape(out, c)
		i++
		start = i
	}
	return append(append(out, s[start:]...), '"')
}

func appendEscape(out []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(out, '\\', c)
	case '\n':
		return append(out, `\n`...)
	case '\r':
		return append(out, `\r`...)
	case '\t':
		return append(out, `\t`...)
	case '\b':
		return append(out, `\b`...)
	case '\f':
		return append(out, `\f`...)
	}
	if c < ' ' {
		return append(out, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
	}
	return append(out, "\ufffd"...)
}

// appendJSONValue writes an eval value as JSON: numbers and Booleans as such, NULL
// as null, a text in quotes. The text of a JSON object or array is embedded as it
// is, unless it was written as a literal; a multivalue becomes an array of texts
// (both choices).
func appendJSONValue(out []byte, v Value) []byte {
	switch v.kind {
	case Null:
		return append(out, "null"...)
	case Bool:
		if v.num != 0 {
			return append(out, "true"...)
		}
		return append(out, "false"...)
	case Multi:
		return append(out, jsonArrayOf(v.list, quoteJSON)...)
	case Number:
		return appendJSONNumber(out, v)
	}
	if v.numeric() {
		return appendJSONNumber(out, v)
	}
	if v.origin != written && isContainer(v.str) {
		if j, ok := parseJSON(v.str); ok {
			return append(out, compactJSON(j.Raw)...)
		}
	}
	return appendJSONText(out, v.str)
}

// appendJSONNumber keeps the spelling where JSON allows it: not in 007 or +1.
func appendJSONNumber(out []byte, v Value) []byte {
	n, _ := v.Number()
	if math.IsNaN(n) || math.IsInf(n, 0) {
		return append(out, "null"...)
	}
	if s := v.Text(); gjson.Valid(s) {
		return append(out, s...)
	}
	return append(out, batch.FormatNumber(n)...)
}

func isContainer(s string) bool {
	s = strings.TrimLeft(s, " \t\r\n")
	return s != "" && (s[0] == '{' || s[0] == '[')
}

// jsonContainer is a value that is the JSON text of an object or array, as asked
// for by its bracket; otherwise NULL.
func jsonContainer(v Value, bracket byte) Value {
	if j, ok := parseJSON(v.Text()); ok && j.Raw[0] == bracket {
		return Text(compactJSON(j.Raw))
	}
	return Value{}
}

func jsonArrayOf(list []string, element func(out []byte, s string) []byte) string {
	out := []byte("[")
	for i, s := range list {
		if i > 0 {
			out = append(out, ',')
		}
		out = element(out, s)
	}
	return string(append(out, ']'))
}

func quoteJSON(out []byte, s string) []byte { return appendJSONText(out, s) }

// inferJSON embeds what is JSON and quotes the rest.
func inferJSON(out []byte, s string) []byte {
	if j, ok := parseJSON(s); ok {
		return append(out, compactJSON(j.Raw)...)
	}
	return appendJSONText(out, s)
}

// embedJSON embeds what is JSON; the rest becomes null.
func embedJSON(out []byte, s string) []byte {
	if j, ok := parseJSON(s); ok {
		return append(out, compactJSON(j.Raw)...)
	}
	return append(out, "null"...)
}

// arrayToMV gives the elements of an array as a multivalue.
func arrayToMV(j gjson.Result, keepQuotes bool) Value {
	var out []string
	for _, e := range elements(j) {
		s := scalarText(e.Raw)
		if e.Type == gjson.JSON {
			s = compactJSON(s)
		}
		if keepQuotes && e.Type == gjson.String {
			s = e.Raw
		}
		out = append(out, s)
	}
	return List(out)
}
