package input

import (
	"fmt"
	"strings"

	"spl/eval/regex"
)

// TableRules are those of INDEXED_EXTRACTIONS and what goes with it.
type TableRules struct {
	Kind string // csv, tsv, psv, w3c, json, hec; "" with a Delimiter alone
	// Delimiter and HeaderDelimiter part the cells; Whitespace, any run of blanks; 0:
	// as Kind has it.
	Delimiter, HeaderDelimiter rune
	// Quote and HeaderQuote enclose cells; NoQuote, nothing does; 0: as Kind has it.
	Quote, HeaderQuote rune
	Names              []string // FIELD_NAMES: there is no header in the text
	HeaderLine         int      // HEADER_FIELD_LINE_NUMBER, from 1; 0: the first line that is none of these
	Preamble           *regex.Regexp
	HeaderPrefix       *regex.Regexp // FIELD_HEADER_REGEX: the header is what follows a match
	Missing            *regex.Regexp // MISSING_VALUE_REGEX: cells that it fits are none
	Special            string        // characters that stay in the names of a header
	// Of what is built into the reader: a line that begins with HeaderMark is a header,
	// others that begin with Remark are none of the table, and None are cells that hold
	// nothing.
	HeaderMark, Remark string
	None               []string
}

// Values of the delimiters and quotes of [TableRules] that are no character.
const (
	Whitespace rune = -1
	NoQuote    rune = -1
)

// style is how the cells of a record are written.
type style struct {
	comma  byte
	quote  byte // 0: none
	blanks bool // any run of spaces and tabs parts cells
}

// plainStyle is that of a CSV or TSV file.
func plainStyle(comma byte) style { return style{comma: comma, quote: '"'} }

func (r *TableRules) styles() (cells, header style) {
	cells = style{comma: ',', quote: '"'}
	switch r.Kind {
	case "tsv":
		cells.comma = '\t'
	case "psv":
		cells.comma = '|'
	case "w3c":
		cells.comma = ' '
	}
	cells.set(r.Delimiter, r.Quote)
	header = cells
	header.set(r.HeaderDelimiter, r.HeaderQuote)
	return cells, header
}

func (s *style) set(delimiter, quote rune) {
	switch {
	case delimiter == Whitespace:
		s.blanks, s.comma = true, ' '
	case delimiter != 0:
		s.blanks, s.comma = false, byte(delimiter)
	}
	switch {
	case quote == NoQuote:
		s.quote = 0
	case quote != 0:
		s.quote = byte(quote)
	}
}

// isTable says whether there are columns, and not JSON.
func (r *TableRules) isTable() bool { return r != nil && r.Kind != "json" && r.Kind != "hec" }

// cells takes a record apart.
func (s style) cells(rec string) []string {
	var out []string
	for more := true; more; {
		var v string
		v, rec, more = s.next(rec)
		out = append(out, v)
	}
	return out
}

// next takes the first cell off a record, and says whether there are more.
func (s style) next(rec string) (v, rest string, more bool) {
	var n int
	switch {
	case s.blanks:
		rec = strings.TrimLeft(rec, " \t")
		v, n = s.cell(rec)
		more = n < len(rec) && strings.Trim(rec[n:], " \t") != ""
	case s.quote == '"':
		v, n = cell(rec, s.comma)
		more = n < len(rec)
	default:
		v, n = s.cell(rec)
		more = n < len(rec)
	}
	if more {
		rest = rec[n+1:]
	}
	return v, rest, more
}

func (s style) cell(rec string) (string, int) {
	ends := string(s.comma)
	if s.blanks {
		ends = " \t"
	}
	from, quoted := 0, false
	if s.quote != 0 && rec != "" && rec[0] == s.quote {
		if n := strings.IndexByte(rec[1:], s.quote); n >= 0 {
			from, quoted = n+2, true
		}
	}
	n := strings.IndexAny(rec[from:], ends)
	if n < 0 {
		n = len(rec) - from
	}
	v := rec[:from+n]
	if quoted {
		v = rec[1:from-1] + rec[from:from+n]
	}
	return v, from + n
}

// structuredSplitter finds the records of a table whose header is told by rules. What
// stands before the header, and in W3C files every line that begins with #, is none.
type structuredSplitter struct {
	rules  *TableRules
	header style
	cells  style
	inner  recordSplitter
	line   int // of the record to come, from 1
	table  *table
	passed int    // lines that are no records
	lost   func() // told when there is no header
}

func newStructuredSplitter(r *TableRules, lost func()) *structuredSplitter {
	s := &structuredSplitter{rules: r, line: 1, lost: lost}
	s.cells, s.header = r.styles()
	s.inner = recordSplitter{comma: s.cells.comma, quote: s.cells.quote}
	if s.cells.blanks || s.cells.quote == 0 {
		s.inner.quote = 0
	}
	if len(r.Names) > 0 {
		s.table = s.named(r.Names)
	}
	return s
}

// split is part of [splitter]. Records of one call have one header: it stops before a
// new one when it has records.
func (s *structuredSplitter) split(buf []byte, eof bool) (recs []span, end int) {
	all, end := s.inner.split(buf, eof)
	at := 0
	for _, r := range all {
		s.line += strings.Count(viewString(buf[at:r.start]), "\n")
		at = r.start
		text := viewString(buf[r.start:r.end])
		if s.isData(text) {
			recs = append(recs, r)
			continue
		}
		if s.table == nil && s.rules.Kind == "w3c" && !strings.HasPrefix(text, "#") {
			s.table = s.named(nil) // data that no header explains
			recs = append(recs, r)
			continue
		}
		s.passed++
		if t := s.tableOf(text); t != nil {
			if len(recs) > 0 {
				// The rest is split again, with the new header.
				s.inner = recordSplitter{comma: s.inner.comma, quote: s.inner.quote}
				return recs, r.start
			}
			s.table = t
		}
	}
	s.line += strings.Count(viewString(buf[at:end]), "\n")
	return recs, end
}

// finish is called at the end of the stream.
func (s *structuredSplitter) finish() {
	if s.table == nil && s.passed > 0 {
		s.lost()
	}
}

// isData says whether a record is one of the table, once there is a header.
func (s *structuredSplitter) isData(text string) bool {
	if s.table == nil || s.rules.Kind == "w3c" && strings.HasPrefix(text, "#") || s.rules.Remark != "" && strings.HasPrefix(text, s.rules.Remark) {
		return false
	}
	return s.line > s.rules.HeaderLine || len(s.rules.Names) == 0
}

// tableOf is the header that a line is, nil when it is none.
func (s *structuredSplitter) tableOf(text string) *table {
	r := s.rules
	switch {
	case r.HeaderMark != "":
		rest, ok := strings.CutPrefix(text, r.HeaderMark)
		if !ok {
			return nil
		}
		text = rest
	case r.Kind == "w3c" && strings.HasPrefix(text, "#"):
		rest, ok := strings.CutPrefix(text, "#Fields:")
		if !ok {
			return nil
		}
		text = strings.TrimSpace(rest)
	case len(r.Names) > 0 || r.Kind == "w3c":
		return nil
	case r.HeaderLine > 0:
		if s.line < r.HeaderLine {
			return nil
		}
	case r.HeaderPrefix != nil:
		loc, err := r.HeaderPrefix.FindSubmatchIndex(text)
		if loc == nil || err != nil {
			return nil
		}
		text = text[loc[1]:]
	case r.Preamble != nil:
		if ok, err := r.Preamble.MatchString(text); ok && err == nil {
			return nil
		}
	}
	return s.named(s.header.cells(strings.Clone(text)))
}

// named makes a header.
func (s *structuredSplitter) named(names []string) *table {
	t := &table{style: s.cells, missing: s.rules.Missing, none: s.rules.None}
	for i, n := range names {
		if n = cleanHeader(strings.TrimSpace(n), s.rules.Special); n == "" {
			n = fmt.Sprint(extraField, i+1)
		}
		t.names = append(t.names, n)
	}
	return t
}

// cleanHeader is cleanName that keeps some characters.
func cleanHeader(s, special string) string {
	if special == "" {
		return cleanName(s)
	}
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(special, r) || r < 0x80 && (r == '_' || isDigit(byte(r)) || isLetter(byte(r))) {
			return r
		}
		return '_'
	}, s)
	return strings.TrimLeft(s, "_0123456789")
}

// current is the header of the records that were split last.
func (s *structuredSplitter) current() *table { return s.table }
