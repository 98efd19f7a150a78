package output

import (
	"unicode/utf8"

	"spl/eval/batch"
	"spl/spl/harmless"
)

// jsonRows writes rows as JSON objects, as they come. Keys stand in column order;
// one value is a string, several are an array of strings, and NULL has no key. All
// values are strings, and _time is the number of seconds that the search sees.
type jsonRows struct {
	out   *sink
	cols  *columns
	keys  map[string][]byte // a name, quoted and with its colon
	array bool              // one array of all rows, not one row a line
	rows  int
}

func newJSON(o *Options, out *sink) format {
	return &jsonRows{out: out, cols: newColumns(o, true), keys: map[string][]byte{}, array: true}
}

func newNDJSON(o *Options, out *sink) format {
	return &jsonRows{out: out, cols: newColumns(o, true), keys: map[string][]byte{}}
}

func (j *jsonRows) write(b *batch.Batch, rows int) {
	p := j.cols.page(b, rows)
	keys := make([][]byte, len(p.names))
	for i, n := range p.names {
		keys[i] = j.key(n)
	}
	for r := range rows {
		j.separate()
		j.out.buf = appendObject(j.out.buf, keys, p.cols, r)
		if !j.array {
			j.out.buf = append(j.out.buf, '\n')
		}
		if !j.out.endRow() {
			return
		}
	}
}

// separate writes what stands before a row of an array.
func (j *jsonRows) separate() {
	if !j.array {
		return
	}
	if j.rows == 0 {
		j.out.text("[\n")
	} else {
		j.out.text(",\n")
	}
	j.rows++
}

func (j *jsonRows) close() {
	switch {
	case !j.array:
	case j.rows == 0:
		j.out.text("[]\n")
	default:
		j.out.text("\n]\n")
	}
}

// key is a quoted name with its colon, made once.
func (j *jsonRows) key(name string) []byte {
	k, ok := j.keys[name]
	if !ok {
		k = append(appendString(nil, name), ':')
		j.keys[name] = k
	}
	return k
}

// appendObject appends one row.
func appendObject(dst []byte, keys [][]byte, cols []*batch.Column, row int) []byte {
	dst = append(dst, '{')
	first := true
	for i, c := range cols {
		n := c.Count(row)
		if n == 0 {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = append(dst, keys[i]...)
		if n == 1 {
			v, _ := c.First(row)
			dst = appendString(dst, v)
			continue
		}
		for k, v := range c.Values(row) {
			dst = append(dst, "[,"[min(k, 1)])
			dst = appendString(dst, v)
		}
		dst = append(dst, ']')
	}
	return append(dst, '}')
}

const hex = "0123456789abcdef"

// appendString appends s as a JSON string. Bytes that are not UTF-8 become U+FFFD.
// Control characters and what [harmless.Sly] names are escaped, so that the result is one
// harmless line on any terminal; <, > and & are left alone.
func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c < 0x7f {
			i++
			continue
		}
		r, size := rune(c), 1
		if c >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
			if !harmless.Sly(r) && !(r == utf8.RuneError && size == 1) {
				i += size
				continue
			}
		}
		dst = append(dst, s[from:i]...)
		dst = appendEscape(dst, r)
		i += size
		from = i
	}
	dst = append(dst, s[from:]...)
	return append(dst, '"')
}

// appendEscape appends a character that cannot stand for itself in JSON.
func appendEscape(dst []byte, r rune) []byte {
	switch r {
	case '"', '\\':
		return append(dst, '\\', byte(r))
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	case utf8.RuneError:
		return utf8.AppendRune(dst, r)
	}
	return append(dst, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
}
