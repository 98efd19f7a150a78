// Package output writes the rows of a search to people and programs: as a table,
// JSON, CSV, raw text, Markdown or HTML.
//
// Read this file first: [New] makes a [Writer] for a format by name, and the list
// in [Formats] is where help, completion and error messages come from. Every
// format is one file. What is common to them lies in three places: columns.go says
// which fields are shown and in which order, hold.go keeps rows back for formats
// that must know all columns before the first row, and text.go makes hostile text
// safe to look at.
//
// How values look (semantics output 7.1): NULL is an empty cell, and an absent key
// in JSON; a multivalue is an array in JSON, and one value a line in a cell; all
// values are text, numbers too.
package output

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/agnivade/levenshtein"

	"spl/eval/batch"
	"spl/spl/spill"
)

// Options say how results are written. The zero value of each field is usable.
type Options struct {
	// Format is a name that [Formats] lists; "" is table.
	Format string
	// Zone is the zone in which _time is shown; nil is UTC. JSON shows _time as
	// the epoch text that the search sees, so the zone does not touch it.
	Zone *time.Location
	// Terminal says that a person looks at the output directly. Control characters
	// in values are then shown as \x1b and the like in every format, and a table
	// is drawn with borders to fit Width.
	Terminal bool
	// Width is the terminal's width in cells; 0 is 80. Only a table on a terminal
	// heeds it.
	Width int
	// Color allows ANSI escapes: bold field names in tables, nothing else.
	Color bool
	// Fields are the columns to show, in this order and no others, whether the rows
	// have them or not. Empty shows what the rows have.
	Fields []string
	// Final are the columns that the search is known to end with, in order. It lets
	// formats with a header begin at once instead of holding all rows back; other
	// columns of the rows are then not shown. nil: not known.
	Final []string
	// Limit is the most rows to write; 0 is no limit.
	Limit int
	// Events says that rows are events (no transforming command): columns have no
	// order of their own and are shown in ASCII order; those that no row fills are
	// left out, and so are Splunk's internal ones except _time and _raw (output 7.2).
	Events bool
	// Budget is the memory that rows may take which are held back; nil is any amount.
	Budget *spill.Budget
}

// Writer writes result rows. It belongs to one goroutine.
type Writer interface {
	// Write writes the rows of a batch, which it may keep until Close, and loads
	// the columns it shows if the batch is lazy. An error is the underlying
	// writer's; it is returned at once and from then on.
	Write(b *batch.Batch) error
	// Full says that the limit is reached: further rows would be ignored, so the
	// search may stop.
	Full() bool
	// Close writes what is still held back, completes the document and flushes. It
	// does not close the underlying writer. A search that was interrupted may call
	// it to end a JSON array properly, or leave it to print nothing more.
	Close() error
}

// Format is an output format, as help and completion show it.
type Format struct {
	Name    string
	Summary string // one line, no full stop
}

// entry is a line of the list of formats.
type entry struct {
	Format
	make func(*Options, *sink) format
}

// format writes batches. Errors stay in the sink.
type format interface {
	write(b *batch.Batch, rows int)
	close()
}

// list has every format in the order in which help shows them.
func list() []entry {
	return []entry{
		{Format{"table", "columns for reading; one block a record when the terminal is too narrow"}, newTable},
		{Format{"json", "one array of objects"}, newJSON},
		{Format{"ndjson", "one JSON object a line, written as rows come"}, newNDJSON},
		{Format{"csv", "comma-separated values with a header line (RFC 4180)"}, newCSV},
		{Format{"tsv", "as csv, separated by tabs"}, newTSV},
		{Format{"raw", "the text of each event (_raw), one a line"}, newRaw},
		{Format{"markdown", "a table for GitHub and the like"}, newMarkdown},
		{Format{"html", "a small page with one table"}, newHTML},
	}
}

// Formats lists the formats in the order in which help shows them.
func Formats() []Format {
	var fs []Format
	for _, e := range list() {
		fs = append(fs, e.Format)
	}
	return fs
}

// New makes a writer of o.Format on w. The error names the format that was not
// known, the one probably meant, and all there are. Nothing is written before the
// first Write or Close.
func New(w io.Writer, o Options) (Writer, error) {
	if o.Format == "" {
		o.Format = "table"
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if o.Width <= 0 {
		o.Width = 80
	}
	for _, e := range list() {
		if e.Name == o.Format {
			out := &sink{w: w}
			return &limited{out: out, f: e.make(&o, out), limit: o.Limit}, nil
		}
	}
	return nil, unknown(o.Format)
}

// unknown is the error for a format that does not exist.
func unknown(name string) error {
	var names []string
	nearest, far := "", 3
	for _, f := range Formats() {
		names = append(names, f.Name)
		if d := levenshtein.ComputeDistance(strings.ToLower(name), f.Name); d < far {
			nearest, far = f.Name, d
		}
	}
	all := strings.Join(names, ", ")
	if nearest == "" {
		return fmt.Errorf("unknown output format %q (one of %s)", name, all)
	}
	return fmt.Errorf("unknown output format %q; did you mean %q? (one of %s)", name, nearest, all)
}

// limited is the Writer that New returns: it counts rows and keeps the first error.
type limited struct {
	out    *sink
	f      format
	limit  int
	rows   int
	closed bool
}

func (l *limited) Write(b *batch.Batch) error {
	if l.out.err != nil {
		return l.out.err
	}
	n := b.Rows
	if l.limit > 0 {
		n = min(n, l.limit-l.rows)
	}
	if n > 0 || b.Rows == 0 { // a batch without rows may still name columns
		l.f.write(b, n)
		l.rows += n
	}
	return l.out.flush()
}

func (l *limited) Full() bool { return l.limit > 0 && l.rows >= l.limit }

func (l *limited) Close() error {
	if l.out.err == nil && !l.closed {
		l.closed = true
		l.f.close()
	}
	return l.out.flush()
}
