package input

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"spl/eval/regex"
)

// table is the header of a CSV or TSV file.
type table struct {
	style   style
	names   []string
	rich    bool          // it has _raw: an export of search results
	none    []string      // cells that hold nothing
	missing *regex.Regexp // cells that it fits are none; nil: no more than the empty ones
}

// newTable reads a header. Names are cleaned as Splunk cleans those of indexed
// fields (events-and-fields 3.1, 3.6), but for the internal ones.
func newTable(header string, comma byte) *table {
	t := &table{style: plainStyle(comma)}
	for i, name := range t.style.cells(strings.Clone(header)) {
		if !internalNames[name] && !strings.HasPrefix(name, "__mv_") {
			name = cleanName(name)
		}
		if name == "" {
			name = fmt.Sprint(extraField, i+1)
		}
		t.rich = t.rich || name == "_raw"
		t.names = append(t.names, name)
	}
	return t
}

var internalNames = setOf("_raw _time _indextime _cd _bkt _si _serial _sourcetype _subsecond")

// cleanName replaces what is not a letter, a digit or _ by _, and strips _ and
// digits from the front: what is left begins with a letter.
func cleanName(s string) string {
	from := 0
	for from < len(s) && !isLetter(s[from]) {
		from++
	}
	s = s[from:]
	for i := range len(s) {
		if !wordBytes[s[i]] {
			return underscoredName(s)
		}
	}
	return s
}

func underscoredName(s string) string {
	return strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf && wordBytes[r] {
			return r
		}
		return '_'
	}, s)
}

// wordBytes are the letters, the digits and _.
var wordBytes = func() (in [256]bool) {
	for c := range len(in) {
		in[c] = c == '_' || isDigit(byte(c)) || isLetter(byte(c))
	}
	return in
}()

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// name of a cell; cells beyond the header are EXTRA_FIELD_n.
func (t *table) name(i int) string {
	if i < len(t.names) {
		return t.names[i]
	}
	return fmt.Sprint(extraField, i+1)
}

// extraField and a number are the name of a cell that the header has none for.
const extraField = "EXTRA_FIELD_"

// each gives the cells that have a value. The hidden columns in which Splunk writes
// multivalues are left out.
func (t *table) each(rec string, value func(name, v string)) {
	for i, more := 0, true; more; i++ {
		var v string
		if v, rec, more = t.style.next(rec); v == "" || t.isNone(v) {
			continue
		}
		if name := t.name(i); !strings.HasPrefix(name, "__mv_") {
			value(name, v)
		}
	}
}

// isNone says whether a cell stands for a missing value.
func (t *table) isNone(v string) bool {
	if slices.Contains(t.none, v) {
		return true
	}
	if t.missing == nil {
		return false
	}
	ok, err := t.missing.MatchString(v)
	return ok && err == nil
}

// cell is the first cell of a record (RFC 4180) and the position of the comma after it,
// or the length. A quote inside a cell that does not begin with one is an ordinary
// character, and so is what follows a closing quote.
func cell(rec string, comma byte) (string, int) {
	if rec == "" || rec[0] != '"' {
		if i := strings.IndexByte(rec, comma); i >= 0 {
			return rec[:i], i
		}
		return rec, len(rec)
	}
	// The text up to the closing quote, in which quotes are written twice.
	end, twice := 1, false
	for {
		n := strings.IndexByte(rec[end:], '"')
		if n < 0 {
			end = len(rec)
			break
		}
		end += n
		if end+1 >= len(rec) || rec[end+1] != '"' {
			break
		}
		end += 2
		twice = true
	}
	v := rec[1:min(end, len(rec))]
	if twice {
		v = strings.ReplaceAll(v, `""`, `"`)
	}
	if end >= len(rec) {
		return v, len(rec)
	}
	after := rec[end+1:]
	n := strings.IndexByte(after, comma)
	if n < 0 {
		n = len(after)
	}
	return v + after[:n], end + 1 + n
}

// tableRow adds an event for a record of a table.
func (s *shaper) tableRow(text string) {
	t := s.p.table
	if !t.rich {
		s.add(row{raw: text, body: text, kind: tableKind})
		return
	}
	env, raw := &envelope{indexed: true}, ""
	t.each(text, func(name, v string) {
		switch {
		case name == "_raw":
			raw = v
		case !env.metadata(name, v):
			env.fields = append(env.fields, field{name, []string{v}})
		}
	})
	s.bare(raw, env)
}
