package knowledge

import (
	"context"
	"fmt"
	"strings"

	"spl/eval/batch"
)

// indexedSource gives events with the fields that an index has: those of every
// event, and those that were extracted as the event came in (INDEXED_EXTRACTIONS of
// the sourcetype, INDEXED in fields.conf). Others have no value.
type indexedSource struct {
	in       batch.Source
	base     *Base
	first    []string
	literals [][]string
	notice   func(code, message string)
}

// Indexed makes a source whose events have index-time fields only. first and literals
// are hints as in [View].
func (b *Base) Indexed(in batch.Source, first []string, literals [][]string, notice func(code, message string)) batch.Source {
	return &indexedSource{in, b, first, literals, notice}
}

// IndexedField says whether a field is index-time for events of a sourcetype.
func (b *Base) IndexedField(name, sourcetype string) bool {
	switch sourcetype {
	case "_json", "csv", "tsv", "psv": // as Splunk's own props.conf has it
		return true
	}
	if b == nil || b.layers == nil {
		return false
	}
	if v, ok := confBool(b.layers.Conf("fields").Stanza(name).Get("INDEXED", "")); ok && v {
		return true
	}
	return b.layers.Conf("props").Stanza(sourcetype).Get("INDEXED_EXTRACTIONS", "") != ""
}

func confBool(s string) (value, ok bool) {
	switch strings.ToLower(s) {
	case "true", "t", "1", "yes":
		return true, true
	case "false", "f", "0", "no":
		return false, true
	}
	return false, false
}

func (s *indexedSource) Open(ctx context.Context, scan *batch.Scan) (batch.Reader, error) {
	in := *scan
	in.Fields = in.Fields.Add("sourcetype")
	in.First, in.Literals, in.Origins, in.Transient = nil, s.literals, nil, false
	for _, f := range s.first {
		if !strings.Contains(f, "*") {
			in.First = append(in.First, f)
		}
	}
	r, err := s.in.Open(ctx, &in)
	if err != nil {
		return nil, err
	}
	return indexedReader{r, s}, nil
}

type indexedReader struct {
	batch.Reader
	s *indexedSource
}

func (r indexedReader) Next() (batch.Part, error) {
	p, err := r.Reader.Next()
	if err != nil {
		return nil, err
	}
	return indexedPart{p, r.s}, nil
}

type indexedPart struct {
	batch.Part
	s *indexedSource
}

func (p indexedPart) Each(emit func(*batch.Batch) bool) error {
	return p.Part.Each(func(b *batch.Batch) bool {
		return emit(&batch.Batch{Rows: b.Rows, Places: b.Places, From: b.From, Lazy: indexedRows{b, p.s}})
	})
}

// indexedRows loads the fields of some events.
type indexedRows struct {
	ev *batch.Batch
	s  *indexedSource
}

// Take is part of [batch.Loader].
func (l indexedRows) Take(rows []int32) batch.Loader { return indexedRows{l.ev.Take(rows), l.s} }

// Names is part of [batch.Loader].
func (l indexedRows) Names() []string {
	l.ev.Load()
	return l.ev.Names
}

// Load is part of [batch.Loader].
func (l indexedRows) Load(name string) *batch.Column {
	c := l.ev.Col(name)
	if c == nil || IsIndexed(name) {
		return c
	}
	types := l.ev.Col("sourcetype")
	var b batch.Builder
	known := map[string]bool{}
	hidden := ""
	for r := range l.ev.Rows {
		st, _ := types.First(r)
		ok, seen := known[st]
		if !seen {
			ok = l.s.base.IndexedField(name, st)
			known[st] = ok
		}
		if ok {
			b.Append(c.Values(r)...)
			continue
		}
		if c.Count(r) > 0 {
			hidden = st
		}
		b.Null()
	}
	if hidden != "" && l.s.notice != nil {
		l.s.notice("search-time-field", fmt.Sprintf("tstats sees index-time fields only, and %s of sourcetype %s is none, so it has no value; search the events and use stats", name, hidden))
	}
	return b.Column()
}
