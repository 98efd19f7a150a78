package testfile

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Draft is a first test file: what is known of a detection, some events and what it
// found in them. Text writes it down for a person to go on with.
type Draft struct {
	// Detection is the path as it shall stand in the file, or Search the search.
	Detection, Search string
	// Name is the first test's.
	Name string
	// Data are files of events, Events are events in the test itself, as JSON or text.
	Data   []Data
	Events []string
	Meta   Meta // of Events
	// Rows are what was found: some of Total, with their columns in order.
	Rows  [][]Cell
	Total int
	// Filter is a macro that the detection calls last, to be overridden: Silenced is a
	// definition that was tried, and Left how many rows it left. "": there is none.
	Filter, Silenced string
	Left             int
	// Now is the present of the tests; "" is not said.
	Now string
}

// The bounds of what a draft shows of a row.
const (
	draftRows  = 3
	draftCells = 6
	draftValue = 120
)

// Text is the file's text.
func (d *Draft) Text() string {
	var b strings.Builder
	b.WriteString("# What must be found, and what must not. Run it with: spl test PATH\n")
	if d.Detection != "" {
		fmt.Fprintf(&b, "detection: %s\n", Scalar(d.Detection))
	} else {
		b.WriteString("search: |-\n")
		for l := range strings.SplitSeq(strings.TrimRight(d.Search, "\n"), "\n") {
			fmt.Fprintf(&b, "  %s\n", l)
		}
	}
	if d.Now != "" {
		fmt.Fprintf(&b, "now: %s\n", Scalar(d.Now))
	}
	b.WriteString("tests:\n")
	d.test(&b, d.Name)
	fmt.Fprintf(&b, "    expect:\n      rows: %d\n", d.Total)
	if len(d.Rows) > 0 {
		b.WriteString("      contains:\n")
		for _, r := range d.Rows[:min(draftRows, len(d.Rows))] {
			fmt.Fprintf(&b, "        - %s\n", RowText(short(r)))
		}
	}
	if d.Filter != "" {
		d.test(&b, "the filter silences what we know")
		fmt.Fprintf(&b, "    macros:\n      %s: %s\n    expect:\n      rows: %d\n", Scalar(d.Filter), Scalar(d.Silenced), d.Left)
	}
	return b.String()
}

// test writes a test's name and its events.
func (d *Draft) test(b *strings.Builder, name string) {
	fmt.Fprintf(b, "  - name: %s\n", Scalar(name))
	if len(d.Data) > 0 {
		b.WriteString("    data:\n")
		for _, f := range d.Data {
			fmt.Fprintf(b, "      - { file: %s%s }\n", Scalar(f.File), metaText(f.Meta, ", "))
		}
	}
	if len(d.Events) == 0 {
		return
	}
	if m := metaText(d.Meta, "\n    "); m != "" {
		fmt.Fprintf(b, "    %s\n", strings.TrimLeft(m, "\n "))
	}
	b.WriteString("    events:\n")
	for _, e := range d.Events {
		fmt.Fprintf(b, "      - %s\n", Scalar(e))
	}
}

func metaText(m Meta, sep string) string {
	var b strings.Builder
	fields := m.fields()
	for _, name := range []string{"sourcetype", "source", "host", "index", "format", "time_field", "time_format", "host_field", "datamodel"} {
		if v := *fields[name]; v != "" {
			fmt.Fprintf(&b, "%s%s: %s", sep, name, Scalar(v))
		}
	}
	return b.String()
}

// short is a row with the cells that a person would write down.
func short(row []Cell) []Cell {
	var out []Cell
	for _, c := range row {
		if len(out) < draftCells && len(strings.Join(c.Values, "")) <= draftValue {
			out = append(out, c)
		}
	}
	return out
}

// RowText writes a row as YAML on one line.
func RowText(row []Cell) string {
	var parts []string
	for _, c := range row {
		parts = append(parts, Scalar(c.Field)+": "+cellText(c))
	}
	return "{ " + strings.Join(parts, ", ") + " }"
}

func cellText(c Cell) string {
	switch len(c.Values) {
	case 0:
		return "null"
	case 1:
		return Scalar(c.Values[0])
	}
	var vals []string
	for _, v := range c.Values {
		vals = append(vals, Scalar(v))
	}
	return "[" + strings.Join(vals, ", ") + "]"
}

// bare are texts that YAML reads as themselves wherever they stand.
var bare = regexp.MustCompile(`^(?:[A-Za-z_][A-Za-z0-9_./@-]*|[0-9]+(?:\.[0-9]+)*)$`)

// Scalar writes a text so that YAML reads it back as that text.
func Scalar(s string) string {
	switch strings.ToLower(s) {
	case "null", "true", "false", "yes", "no", "on", "off", "y", "n", "~":
		return "'" + s + "'"
	}
	if bare.MatchString(s) {
		return s
	}
	for _, r := range s {
		if r < ' ' || r == 0x7f || r == 0x85 || r == 0xa0 || r == 0x2028 || r == 0x2029 || r == 0xfeff || r == 0xfffd {
			return doubleQuoted(s)
		}
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

func doubleQuoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < ' ' || r >= 0x7f && r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteString(strings.Trim(strconv.Quote(string(r)), `"`))
		}
	}
	b.WriteByte('"')
	return b.String()
}
