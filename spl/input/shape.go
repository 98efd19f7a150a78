package input

import (
	"strings"
	"unicode/utf8"

	"github.com/tidwall/gjson"

	"spl/eval/jsontext"
	"spl/spl/input/kernel"
)

// row is an event.
type row struct {
	raw    string // _raw
	body   string // the JSON text of its fields, or the record of a table
	stamp  string // the text in which its time was found
	env    *envelope
	time   float64
	seq    int64
	line   int32 // lines before it in its part
	kind   kind
	broken bool   // body turned out not to be JSON
	timed  bool   // time is known
	rules  *Rules // of its origin; nil: none
}

// kind says how the fields of an event are read.
type kind uint8

const (
	plainKind kind = iota // there are none but those of the envelope
	jsonKind
	textKind // key=value pairs
	tableKind
	windowsKind
	windowsTextKind
)

// envelope is what came around an event. Its values win over the event's own.
type envelope struct {
	time, host, source, sourcetype, index string
	group                                 string // a default for source
	indexed                               bool   // it comes from an index, as it was there
	fields                                []field
}

type field struct {
	name   string
	values []string
}

// appendRows adds the events of a record.
func (p *part) appendRows(rows []row, rec record) []row {
	s := shaper{p: p, seq: p.c.seq(p.base + int64(rec.at)), line: int32(rec.line), rows: rows}
	text := rec.text
	if !p.ascii && !utf8.ValidString(text) {
		p.r.notes.event(NoticeInvalidUTF8, p.chunk, s.seq, rec.line)
		s.fixed = true
		// In JSON the backslash of \xHH must be escaped to stay one.
		text = showBytes(text, jsonStart(text) && p.table == nil && p.c.format != "text")
	}
	s.record(text)
	return s.rows
}

// showBytes writes each byte that is not UTF-8 as \xHH.
func showBytes(s string, inJSON bool) string {
	const hex = "0123456789ABCDEF"
	out := make([]byte, 0, len(s)+16)
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			if inJSON {
				out = append(out, '\\')
			}
			out = append(out, '\\', 'x', hex[s[i]>>4], hex[s[i]&15])
		} else {
			out = append(out, s[i:i+n]...)
		}
		i += n
	}
	return string(out)
}

// shaper tells what a record is and takes it apart.
type shaper struct {
	p     *part
	seq   int64
	line  int32
	fixed bool // the text had bytes that are not UTF-8
	rows  []row
}

// record adds the events of one record:
//
//   - Splunk export: {"result":{…}} with preview, offset or lastrow beside it or
//     _raw or _time inside, or a row that has _raw as text
//   - HEC: {"event":…} and no keys but time, host, source, sourcetype, index,
//     fields and channel
//   - CloudWatch batch: {"logEvents":[…]}
//   - CloudWatch record: timestamp and message and no keys but CloudWatch's own; a
//     timestamp that is not a number needs another of these keys
//   - {"Records":[…]} or {"records":[…]} alone, as CloudTrail and Azure write
//     files: each object is an event
//   - otherwise the record is the event
//
// A format that the user named shuts out the other shapes.
func (s *shaper) record(text string) {
	switch {
	case s.p.table != nil:
		s.tableRow(text)
		return
	case s.p.c.format == "text":
		s.add(row{raw: text, body: text, kind: textKind})
		return
	case s.p.c.inRecords():
	case jsonStart(text) && s.envelope(text):
		return
	}
	s.bare(text, nil)
}

// add puts a row in its place. Rows of one record are told apart by one each,
// which stays below the place of the next record, since none takes no byte.
func (s *shaper) add(r row) {
	r.seq, r.line = s.seq, s.line
	s.seq++
	s.rows = append(s.rows, r)
}

// bare adds an event with the text as it stands.
func (s *shaper) bare(text string, env *envelope) {
	r := row{raw: text, body: text, env: env, kind: textKind}
	if jsonStart(text) && (!beginsList(text) || validJSON(text)) {
		r.kind = jsonKind
		if s.fixed {
			r.raw = strings.ReplaceAll(text, `\\x`, `\x`)
		}
	}
	if r.kind == textKind {
		if body := windowsBody(text); body != "" {
			r.kind, r.body = windowsKind, body
		} else if isWindowsText(text) {
			r.kind = windowsTextKind
		}
	}
	s.add(r)
}

// beginsList says whether JSON begins with a bracket. Much text does as well, so
// that such a line is JSON only if it is valid.
func beginsList(text string) bool { return strings.TrimLeft(text, " \t\r\n")[0] == '[' }

// format is the shape that the user named; values across lines have any shape.
func (s *shaper) format() string {
	if f := s.p.c.format; f != "json-array" {
		return f
	}
	return ""
}

// envelope takes the record apart if it is one of the known shapes. The first key
// tells nearly all other events from them.
func (s *shaper) envelope(text string) bool {
	format := s.format()
	if format == "json" {
		return false
	}
	key := firstKey(text)
	try := func(f string, shape func(top) bool) bool {
		if format != "" && format != f {
			return false
		}
		t, ok := topOf(text)
		return ok && shape(t)
	}
	special := false // a line of another shape than a bare event may begin with the key
	is := func(known bool) bool {
		special = special || known
		return known
	}
	switch {
	case !s.p.rawless && mentionsRaw(text) && try("splunk", s.splunkRow):
		return true
	case is(key == "preview" || key == "result" || key == "offset" || key == "lastrow") && try("splunk", s.splunkResult):
		return true
	case is(hecKeys[key]) && try("hec", s.hec):
		return true
	case is(cloudWatchKeys[key]) && try("cloudwatch", s.cloudWatch):
		return true
	case is(batchKeys[key]) && try("cloudwatch", s.cloudWatchBatch):
		return true
	case is(key == "Records" || key == "records") && format == "":
		return try("", s.records)
	}
	if key != "" && !special && text[1] == '"' {
		s.p.ordinary = text[:len(key)+3]
	}
	return false
}

// isOrdinary says whether a record is an event as it stands because it begins like one
// before, and has nothing in it that would make it another.
func (p *part) isOrdinary(text string) bool {
	return p.ordinary != "" && p.ascii && strings.HasPrefix(text, p.ordinary) && (p.rawless || !mentionsRaw(text))
}

// underscored is the beginning of a key such as _raw.
var underscored = kernel.Pair{A: '"', B: '_', Gap: 1}

// mentionsRaw says whether the text "_raw" stands in quotes. Looking for the
// underscore is several times faster than looking for the whole.
func mentionsRaw(text string) bool {
	for i := 0; ; i++ {
		n := strings.IndexByte(text[i:], '_')
		if n < 0 {
			return false
		}
		if i += n; i > 0 && text[i-1] == '"' && strings.HasPrefix(text[i:], `_raw"`) {
			return true
		}
	}
}

// firstKey is the first key of an object, or "".
func firstKey(text string) string {
	s := jsonScan{text: text, b: textBytes(text)}
	i := s.space(0)
	if s.at(i) != '{' {
		return ""
	}
	i = s.space(i + 1)
	if s.at(i) != '"' {
		return ""
	}
	end, escaped := s.str(i + 1)
	if end < 0 || escaped {
		return ""
	}
	return text[i+1 : end]
}

// top holds the members of a valid JSON object, in order.
type top struct {
	text    string
	keys    []string
	members map[string]gjson.Result // of repeated keys, the first
}

func topOf(text string) (top, bool) {
	t := top{text: text}
	if !validJSON(text) {
		return t, false
	}
	t.members = map[string]gjson.Result{}
	gjson.Parse(text).ForEach(func(k, v gjson.Result) bool {
		name := jsontext.String(k.Raw)
		if _, ok := t.members[name]; !ok {
			t.keys = append(t.keys, name)
			t.members[name] = v
		}
		return true
	})
	return t, true
}

// only says whether all keys are among the given ones.
func (t top) only(keys map[string]bool) bool {
	for _, k := range t.keys {
		if !keys[k] {
			return false
		}
	}
	return true
}

// text of a leaf; "" of null, objects and arrays.
func leafText(v gjson.Result) string {
	switch v.Type {
	case gjson.String:
		return jsontext.String(v.Raw)
	case gjson.Number, gjson.True, gjson.False:
		return v.Raw
	}
	return ""
}

// fieldOf makes a field of a member: a list of leaves is a multivalue, as in a
// Splunk export; what is deeper is named as in any JSON.
func (e *envelope) fieldOf(name string, v gjson.Result) {
	switch {
	case v.IsObject() || v.IsArray():
		at := map[string]int{}
		prefix := name
		if v.IsObject() {
			prefix += "."
		}
		flatten(v.Raw, func(path []byte, value string) {
			n := prefix + strings.TrimPrefix(string(path), "{}")
			i, ok := at[n]
			if !ok {
				i = len(e.fields)
				at[n] = i
				e.fields = append(e.fields, field{name: n})
			}
			e.fields[i].values = append(e.fields[i].values, value)
		})
	case v.Type != gjson.Null:
		e.fields = append(e.fields, field{name, []string{leafText(v)}})
	}
}

// metadata takes a member that names the event's origin or time.
func (e *envelope) metadata(name, value string) bool {
	switch name {
	case "host":
		e.host = value
	case "source":
		e.source = value
	case "sourcetype":
		e.sourcetype = value
	case "index":
		e.index = value
	case "_time":
		e.time = value
	default:
		return false
	}
	return true
}
