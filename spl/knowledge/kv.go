package knowledge

import (
	"slices"
	"strings"

	"spl/eval/batch"
	"spl/spl/input"
)

// The reader of a file extracts fields as KV_MODE=auto does: of JSON its paths, of
// Windows events their elements, of other text key=value pairs. What a stanza asks for
// beyond that is done here (events-and-fields 3.6): fields of the reader that would be
// automatic are taken away, and others are put in their place. Which of the reader's
// fields are automatic is told by doing the same again: those are not that came with
// the event, in an envelope or a table's columns, unless they say the same.

// textKind says how the reader takes an event's text.
type textKind uint8

const (
	pairsText textKind = iota
	jsonText
	windowsText
)

func kindOf(raw string) textKind {
	t := strings.TrimLeft(raw, " \t\r\n")
	switch {
	case strings.HasPrefix(t, "{"), strings.HasPrefix(t, "[") && validJSON(t):
		return jsonText
	case isWindows(t):
		return windowsText
	}
	return pairsText
}

// isWindows says whether a text is a Windows event in XML, whose fields the reader
// takes out whatever KV_MODE says.
func isWindows(text string) bool {
	rest, ok := strings.CutPrefix(text, "<Event")
	return ok && rest != "" && strings.IndexByte(" >\t\r\n", rest[0]) >= 0
}

// Numbers of auto tables: of which texts the reader's fields are done again.
const (
	autoAll = iota
	autoJSON
	autoPairs
)

// auto is what the reader's automatic extraction gives for a field.
func (v *view) auto(which int, name string) *batch.Column {
	return v.table(tableKey{autoTable, which}, name, func() map[string]*batch.Column {
		raw := v.in.Col("_raw")
		return collect(v.in.Rows, true, func(row int, emit func(name, value string)) {
			text, _ := raw.First(row)
			switch k := kindOf(text); {
			case k == jsonText && which != autoPairs:
				flatten(text, emit)
			case k == pairsText && which != autoJSON:
				pairs(text, false, once(emit))
			}
		})
	})
}

// once passes on the first value of each name.
func once(emit func(name, value string)) func(name, value string) {
	var seen []string
	return func(name, value string) {
		if !slices.Contains(seen, name) {
			seen = append(seen, name)
			emit(name, value)
		}
	}
}

// indexed is a field as it came with the event: what EXTRACT and REPORT may read.
func (v *view) indexed(name string) *batch.Column {
	c := v.in.Col(name)
	if c == nil || standing(name) || v.set.indexed != "" {
		return c
	}
	return without(c, v.auto(autoAll, name))
}

// automatic is a field as it came with the event or as KV_MODE extracts it. The empty
// name only makes the names known.
func (v *view) automatic(name string) *batch.Column {
	var c *batch.Column
	if name != "" {
		c = v.in.Col(name)
	}
	less := func(which int) *batch.Column {
		if c == nil || v.set.indexed != "" {
			return c
		}
		return without(c, v.auto(which, name))
	}
	switch v.set.kv {
	case "none":
		return less(autoAll)
	case "json":
		return v.json(name, c, less)
	case "auto_escaped", "xml", "multi":
		return either(less(autoPairs), v.mode(name))
	}
	if v.set.noJSON {
		return either(less(autoJSON), v.mode(name))
	}
	return c
}

// json is KV_MODE=json. Together with INDEXED_EXTRACTIONS=json each value comes twice,
// as it does in Splunk.
func (v *view) json(name string, c *batch.Column, less func(int) *batch.Column) *batch.Column {
	raw := v.in.Col("_raw")
	all := true
	for r := range v.in.Rows {
		text, _ := raw.First(r)
		if kindOf(text) != jsonText {
			all = false
			break
		}
	}
	switch {
	case v.set.indexed == "json":
		return both(c, v.mode(name))
	case !v.readerTakesJSON():
		return either(less(autoAll), v.mode(name))
	case all:
		return c
	}
	return less(autoPairs)
}

// readerTakesJSON tries one event on the reader: it does not look into JSON where it
// was told that the format is text.
func (v *view) readerTakesJSON() bool {
	if v.w.readsJSON != 0 {
		return v.w.readsJSON > 0
	}
	raw := v.in.Col("_raw")
	for r := range v.in.Rows {
		text, _ := raw.First(r)
		name := ""
		if kindOf(text) == jsonText {
			flatten(text, func(n, _ string) {
				if name == "" && !standing(n) {
					name = n
				}
			})
		}
		if name == "" {
			continue
		}
		v.w.readsJSON = -1
		if v.in.Take([]int32{int32(r)}).Col(name).Count(0) > 0 {
			v.w.readsJSON = 1
		}
		return v.w.readsJSON > 0
	}
	return true
}

// mode is what KV_MODE extracts where the reader does not.
func (v *view) mode(name string) *batch.Column {
	return v.table(tableKey{kind: modeTable}, name, func() map[string]*batch.Column {
		raw := v.in.Col("_raw")
		return collect(v.in.Rows, true, func(row int, emit func(name, value string)) {
			text, _ := raw.First(row)
			kind := kindOf(text)
			switch {
			case v.set.kv == "json":
				if kind == jsonText {
					flatten(text, emit)
				}
			case v.set.kv == "xml":
				xmlFields(text, emit)
			case v.set.kv == "multi":
				if kind == pairsText {
					columns(text, emit)
				}
			case v.set.kv == "auto_escaped":
				if kind == pairsText {
					pairs(text, true, once(emit))
				}
			case kind == jsonText: // AUTO_KV_JSON = false
				pairs(text, false, once(emit))
			}
		})
	})
}

// pairs gives the key=value pairs of a text: a key is the letters, digits, _ . and -
// before the =, cleaned; a value what stands in double quotes, or goes to the next
// white space, control character, quote or one of , ; & |. escaped says that a
// backslash in quotes keeps the character after it (auto_escaped). Names of where the
// event comes from are left out. A repeated key is given again.
func pairs(text string, escaped bool, emit func(name, value string)) {
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
		key := input.CleanName(text[start:eq])
		if key == "" || strings.HasPrefix(text[i:], "=") {
			continue
		}
		value, end := pairValue(text, i, escaped)
		if value == "" {
			continue
		}
		i = end
		switch key {
		case "host", "source", "sourcetype", "index":
		default:
			emit(key, value)
		}
	}
}

func isKeyByte(c byte) bool { return isWordByte(c) || c == '.' || c == '-' }

// pairValue is the value at i and the offset after it.
func pairValue(text string, i int, escaped bool) (string, int) {
	if strings.HasPrefix(text[i:], `"`) {
		end := i + 1
		for end < len(text) && text[end] != '"' {
			if escaped && text[end] == '\\' {
				end++
			}
			end++
		}
		if end < len(text) {
			v := text[i+1 : end]
			if escaped {
				v = unescapeBackslashes(v)
			}
			return v, end + 1
		}
		i++
	}
	end := i
	for end < len(text) && text[end] > ' ' && strings.IndexByte(",;&|\"\x7f", text[end]) < 0 {
		end++
	}
	return text[i:end], end
}

// unescapeBackslashes takes the backslash off an escaped quote or backslash.
func unescapeBackslashes(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\') {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// columns gives the columns of a table in the text: the first line that is not blank
// names them, each further line has a value for each; the last takes what is left of
// the line, as the commands of ps do.
func columns(text string, emit func(name, value string)) {
	var names []string
	for line := range strings.Lines(text) {
		rest := strings.TrimSpace(line)
		if rest == "" {
			continue
		}
		if names == nil {
			for _, n := range strings.Fields(rest) {
				names = append(names, input.CleanName(n))
			}
			continue
		}
		for i, n := range names {
			cell := rest
			if end := strings.IndexAny(rest, " \t"); end >= 0 && i < len(names)-1 {
				cell, rest = rest[:end], strings.TrimLeft(rest[end:], " \t")
			} else {
				rest = ""
			}
			if cell != "" && n != "" && settable(n) {
				emit(n, cell)
			}
		}
	}
}
