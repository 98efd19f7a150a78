package eval

import (
	"strings"
	"unicode/utf8"
)

// eachText declares a function from text to text that is applied to every value.
func eachText(name, usage, summary string, do func(string) string) *Function {
	return &Function{
		Name: name, Min: 1, Max: 1, Usage: usage, Summary: summary, multi: each, result: isText,
		call: func(_ *frame, a []Value) Value { return Text(do(a[0].Text())) },
	}
}

// trimmer declares trim or one of its halves. Spaces and tabs go unless other
// characters are named.
func trimmer(name, where string, do func(s, chars string) string) *Function {
	return &Function{
		Name: name, Min: 1, Max: 2, Usage: name + "(text[, characters])",
		Summary: "the text without spaces and tabs, or the given characters, " + where,
		multi:   each, result: isText,
		call: func(_ *frame, a []Value) Value {
			chars := " \t"
			if len(a) > 1 {
				chars = a[1].Text()
			}
			return Text(do(a[0].Text(), chars))
		},
	}
}

var textFunctions = []*Function{
	{
		Name: "commands", Min: 1, Max: 1, Usage: `commands("search text")`,
		Summary: "the names of the commands of a search",
		call:    func(_ *frame, a []Value) Value { return List(commandNames(a[0].Text())) },
	},
	{
		Name: "len", Aliases: []string{"length"}, Min: 1, Max: 1, Usage: "len(text)",
		Summary: "the number of characters", multi: each, result: isNumber,
		call: func(_ *frame, a []Value) Value { return Num(float64(utf8.RuneCountInString(a[0].Text()))) },
	},
	eachText("lower", "lower(text)", "the text in small letters", strings.ToLower),
	trimmer("ltrim", "at its start", strings.TrimLeft),
	trimmer("rtrim", "at its end", strings.TrimRight),
	{
		Name: "spath", Min: 2, Max: 2, Usage: `spath(json_or_xml, "path")`,
		Summary: "what stands at a path of a JSON or XML text, as the spath command reads it",
		multi:   each,
		call:    spathFunction,
	},
	{
		Name: "split", Min: 2, Max: 2, Usage: `split(text, ",")`,
		Summary: "a multivalue of what stands between the delimiters, or of the characters if that is empty",
		multi:   each,
		call:    splitText,
	},
	{
		Name: "substr", Min: 2, Max: 3, Usage: "substr(text, start[, length])",
		Summary: "a part of the text; the first character is 1, and a negative start counts from the end",
		multi:   each, result: isText,
		call: substring,
	},
	trimmer("trim", "at both ends", strings.Trim),
	eachText("upper", "upper(text)", "the text in capital letters", strings.ToUpper),
	eachText("urldecode", "urldecode(text)", "the text with %20 and its like decoded; + stays", urlDecode),
}

func splitText(f *frame, a []Value) Value {
	s, delim := a[0].Text(), a[1].Text()
	if s == "" {
		return a[0]
	}
	n := utf8.RuneCountInString(s)
	if delim != "" {
		n = strings.Count(s, delim)
	}
	if !f.spend(16 * n) {
		return Value{}
	}
	return List(strings.Split(s, delim))
}

// substring follows SQLite, on which Splunk's documentation bases it, except that
// a start of 0 is taken as 1 (choice): a start before the text uses up length, and
// a negative length gives what stands before the start.
func substring(_ *frame, a []Value) Value {
	s := a[0].Text()
	start, ok := a[1].integer()
	if !ok {
		return Value{}
	}
	chars := utf8.RuneCountInString(s)
	length := chars
	if len(a) > 2 {
		if length, ok = a[2].integer(); !ok {
			return Value{}
		}
	}
	switch {
	case start < 0 && len(a) == 2:
		start = max(0, chars+start)
	case start < 0:
		start += chars
	case start > 0:
		start--
	}
	end := start + length
	if length < 0 {
		start, end = end, start
	}
	return Text(runeSlice(s, max(0, start), min(chars, end)))
}

// runeSlice cuts out characters from start up to end.
func runeSlice(s string, start, end int) string {
	if start >= end {
		return ""
	}
	from, n := len(s), 0
	for i := range s {
		if n == start {
			from = i
		}
		if n == end {
			return s[from:i]
		}
		n++
	}
	return s[from:]
}

// urlDecode leaves alone what is no proper code.
func urlDecode(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			hi, ok1 := hexDigit(s[i+1])
			lo, ok2 := hexDigit(s[i+2])
			if ok1 && ok2 {
				out = append(out, hi<<4|lo)
				i += 2
				continue
			}
		}
		out = append(out, s[i])
	}
	return string(out)
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10, true
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

// commandNames finds the first word after each pipe that stands outside quotes and
// brackets. A search that does not begin with a pipe begins with search.
func commandNames(s string) []string {
	var out []string
	for i, stage := range cutStages(s) {
		stage = strings.TrimSpace(stage)
		name := stage
		if end := strings.IndexFunc(stage, func(r rune) bool { return r != '_' && !isLetterOrDigit(r) }); end >= 0 {
			name = stage[:end]
		}
		switch {
		case i == 0 && stage == "":
		case i == 0:
			out = append(out, "search")
		case name != "":
			out = append(out, strings.ToLower(name))
		}
	}
	return out
}

func isLetterOrDigit(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

func cutStages(s string) []string {
	var out []string
	depth, start, quoted := 0, 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[':
			depth++
		case c == ']':
			depth--
		case c == '|' && depth <= 0:
			out = append(out, s[start:i])
			start = i + 1
		}
	}
	return append(out, s[start:])
}
