// Package testfile reads files of detection tests, NAME.test.yml: a detection or a
// search, and what it must find in given events.
//
// Read [Read] first, and schema.json for the form, which editors read too. Every fault
// of a file is reported, each with its place and what to write. Nothing here touches
// the disk.
package testfile

import (
	"strings"
	"time"

	"spl/parser/source"
)

// Suffixes are how names of test files end.
var Suffixes = []string{".test.yml", ".test.yaml"}

// Is says whether a file's name is that of a test file.
func Is(name string) bool {
	for _, s := range Suffixes {
		if strings.HasSuffix(strings.ToLower(name), s) {
			return true
		}
	}
	return false
}

// File is a file of tests.
type File struct {
	Source *source.File
	// Detection is the path of the detection as it is written, which counts from the
	// folder of this file; path.conf:stanza names one of several. Search is a search in
	// its place.
	Detection   string
	DetectionAt source.Span
	Search      string
	SearchAt    source.Span

	Common // of all tests
	Tests  []*Test
}

// Common is what can be said of all tests of a file and of one.
type Common struct {
	Macros                      []Macro
	Lookups                     string // a folder, which counts from that of the file
	LookupsAt                   source.Span
	Now, Earliest, Latest, Zone Time
	Timeout                     time.Duration // 0: not said
	Meta                        Meta          // of inline events
}

// Macro overrides a macro: Name is name or name(args).
type Macro struct {
	Name, Definition string
	At               source.Span
}

// Time is a time, or a zone, as it is written; "" is not said.
type Time struct {
	Text string
	At   source.Span
}

// Meta says what events are; "" is not said.
type Meta struct {
	Source, Sourcetype, Host, Index, Format, TimeField, TimeFormat, HostField, DataModel string
}

// Test is one test.
type Test struct {
	Name string
	At   source.Span
	Common
	// Skip says why the test is not run; "" where it is.
	Skip   string
	Data   []Data
	Events []string // events as text, one each
	Inline bool     // events were given, maybe none
	Expect Expect
}

// Data is a file of events.
type Data struct {
	File string
	At   source.Span
	Meta Meta
}

// Expect is what must come of a test. What is nil or empty is not asked for.
type Expect struct {
	At       source.Span
	Rows     *Count
	Results  []Row // exactly these, in order
	Exact    bool  // Results was given, maybe empty
	InOrder  bool  // of Results; the order counts unless ordered: false
	Contains []Row // each is part of a row that comes
	Excludes []Row // none is part of a row that comes
	Fields   []string
	Error    string // part of an error
	Notice   string // part of a notice

	RowsAt, ResultsAt source.Span // of the values, for updates
}

// Count is a number of rows that is allowed.
type Count struct {
	Op string // = != < <= > >=
	N  int
}

// Allows says whether so many rows are as expected.
func (c Count) Allows(n int) bool {
	switch c.Op {
	case "!=":
		return n != c.N
	case "<":
		return n < c.N
	case "<=":
		return n <= c.N
	case ">":
		return n > c.N
	case ">=":
		return n >= c.N
	}
	return n == c.N
}

// Row is an expected row.
type Row struct {
	Cells []Cell
	At    source.Span
}

// Cell is a field's expected values: none means that it has no value.
type Cell struct {
	Field  string
	Values []string
}
