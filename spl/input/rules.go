package input

import (
	"slices"
	"time"

	textenc "golang.org/x/text/encoding"

	"spl/eval/batch"
	"spl/eval/regex"
	"spl/eval/timefmt"
)

// Rules are what the index-time settings of apps say of the events of one origin
// (events-and-fields 3.2). The zero Rules change nothing. They do not change once a
// reading has begun.
type Rules struct {
	// Sourcetype is that of files for which the user named none; "" says nothing.
	Sourcetype string
	// Charset is what the file's bytes are written in; nil: UTF-8, or as its byte order
	// mark says.
	Charset textenc.Encoding
	// Lines say how the text is cut into events; nil: a line an event, JSON values and
	// Windows events over several lines as they are.
	Lines *LineRules
	// Truncate cuts lines at so many bytes; 0: no limit.
	Truncate int
	// Time says where the time of an event stands; nil: as everywhere.
	Time *TimeRules
	// Table says that the text is a table, or JSON, with fields from the start; nil:
	// told by the content.
	Table *TableRules
	// Edit changes an event after its time was read; nil: nothing does.
	Edit func(*Event)
}

// LineRules cut a text into events.
type LineRules struct {
	// Breaker is LINE_BREAKER; nil: newlines and carriage returns. Its first group that
	// took part, or else the empty text before the match, is what stands between lines.
	Breaker *regex.Regexp
	// Merge joins lines into events; nil: every line is one.
	Merge *MergeRules
	// Implied says that lines are merged because nobody said that they are not: values
	// over several lines are better left whole.
	Implied bool
}

// MergeRules are those of SHOULD_LINEMERGE=true. Expressions may be nil.
type MergeRules struct {
	BeforeDate                  bool // a line with a timestamp begins an event
	Before                      *regex.Regexp
	MustAfter                   *regex.Regexp
	MustNotAfter, MustNotBefore *regex.Regexp
	MaxLines                    int // of an event
}

// TimeRules say where the time of an event stands and how it is written.
type TimeRules struct {
	// Fields are TIMESTAMP_FIELDS: their values, a space between, are the timestamp.
	Fields []string
	Prefix *regex.Regexp   // it stands after the first match of this; nil: anywhere
	Layout *timefmt.Layout // nil: the usual ones are recognised
	// Lookahead is how many characters after the prefix are looked at; 0: all.
	Lookahead int
	Zone      *time.Location // of times that name none; nil: the search's
	// Source is what stands for the time of the text: "" the text itself, "now" the
	// time of the search, "file" that of the file.
	Source string
	// Oldest and Newest bound the time: so many days before and after the time of the
	// search. A time outside is none. 0: no bound.
	Oldest, Newest int
}

// Event is an event on its way from its text to the search, as Edit sees it.
type Event struct {
	Raw                             string
	Host, Source, Sourcetype, Index string
	Time                            float64
	Drop                            bool
	Slow                            bool // an expression took too long on it
	fields                          []field
}

// Add gives the event a field beside those of its text, or a further value to one.
func (e *Event) Add(name string, values ...string) {
	for i := range e.fields {
		if e.fields[i].name == name {
			e.fields[i].values = append(e.fields[i].values, values...)
			return
		}
	}
	e.fields = append(e.fields, field{name, values})
}

// Set gives the event a field in the place of what Add gave it; without values, takes
// it away.
func (e *Event) Set(name string, values ...string) {
	e.fields = slices.DeleteFunc(e.fields, func(f field) bool { return f.name == name })
	if len(values) > 0 {
		e.fields = append(e.fields, field{name, values})
	}
}

// Values are the values that Add gave to a field.
func (e *Event) Values(name string) []string {
	for i := range e.fields {
		if e.fields[i].name == name {
			return e.fields[i].values
		}
	}
	return nil
}

// Ruled is a source of events that can be told index-time settings.
type Ruled interface {
	batch.Source
	WithRules(r *Ruling) batch.Source
}

// Ruling gives the rules for where an event comes from.
type Ruling struct {
	// Of must be quick and safe for use by many goroutines; nil is no rules. The texts
	// may be the reader's own, which it writes over: what is kept of them is a copy.
	Of func(source, host, sourcetype string) *Rules
	// Edits says that some of the rules edit events.
	Edits bool
}

// WithRules is part of [Ruled].
func (s *source) WithRules(r *Ruling) batch.Source {
	t := *s
	t.ruling = r
	return &t
}
