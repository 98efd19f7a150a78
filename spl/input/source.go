package input

import (
	"context"
	"math"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"spl/eval/batch"
)

// Options hold what a reading needs from outside. The zero value is usable.
type Options struct {
	// Zone is the zone of times that name none; nil is UTC.
	Zone *time.Location
	// Now is the time of the search: the last resort for events without a time, and
	// what the year of a time without one is guessed from. Zero means 1970.
	Now time.Time
	// Host is the host of events that have none; "" means localhost.
	Host string
	// Notice is told, when a reading is closed, what was odd: a code, a message with
	// the first place, and how many times. It may be nil.
	Notice func(code, msg string, n int)
	// ChunkSize is the size of a part in bytes; 0 means 384 KB. It changes no row.
	ChunkSize int
	// OrderedParts is how many parts an input must have for it to be read from its end,
	// if it looks as if it were in order of time, rather than be sorted; 0 means 8. Rows
	// of one that only looks so depend on it.
	OrderedParts int
	// Scrub overwrites memory before it is used again, for tests: whoever keeps what it
	// may not keep is found out.
	Scrub bool
	// Tally, if set, is told how much was looked at, while it is read.
	Tally *Tally
	// Plain reads in the plainest way: no line is rejected by its literals, nothing is
	// counted without being read, and JSON is read byte by byte. Rows are the same, which
	// tests hold it to.
	Plain bool
}

const (
	defaultChunk = 384 << 10
	batchRows    = 1024
)

// New makes a source of the events of files, in the order of the list.
//
// An event's text is _raw. Its host, source, sourcetype and index are those of its
// envelope, else those of Meta, else (JSON and CSV) those of its own keys, else
// localhost, the file's name, _json, csv, tsv, XmlWinEventLog or generic_single_line, and
// main.
// Further fields, unless the event has its own: linecount, splunk_server (local),
// _indextime (_time without its fraction), and, only when asked for by name, punct
// and the date_ fields (events-and-fields 3.1).
func New(files []File, o Options) batch.Source {
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if o.Now.IsZero() {
		o.Now = time.Unix(0, 0)
	}
	if o.Host == "" {
		o.Host = "localhost"
	}
	if o.ChunkSize <= 0 {
		o.ChunkSize = defaultChunk
	}
	if o.OrderedParts <= 0 {
		o.OrderedParts = orderMinParts
	}
	return &source{files: slices.Clone(files), o: o}
}

type source struct {
	files  []File
	o      Options
	ruling *Ruling // nil: there are no rules
}

// Open starts a reading.
func (s *source) Open(ctx context.Context, scan *batch.Scan) (batch.Reader, error) {
	r := &reader{src: s, ctx: ctx, plan: s.plan(scan), open: map[*content]bool{}}
	r.wake = sync.NewCond(&r.mu)
	if scan.Ordered {
		if err := r.order(); err != nil {
			r.Close()
			return nil, err
		}
	}
	return r, nil
}

func (s *source) plan(scan *batch.Scan) *plan {
	p := newPlan(scan)
	if s.o.Plain {
		p.filter, p.blind = &filter{}, false
		p.plain = p.filter
	}
	return p
}

// plan is a Scan made ready.
type plan struct {
	scan   *batch.Scan
	first  []string // the fields of the first filter, but for _raw and _time
	rest   []string // the others, when they are known by name
	exact  bool     // they are
	filter *filter
	plain  *filter // for source types of which nothing is known; see [batch.Scan]
	// byOrigin are filters like plain, by the tests of origin that events of a file fail
	// which do not name their own; beyond plain they want it to be named.
	byOrigin sync.Map
	early    bool // the time is needed before a batch is handed on
	late     bool // the time is needed with the rest
	bounded  bool
	places   bool
	blind    bool // nothing is wanted but the number of events
}

// filter is what rejects events by their text.
type filter struct {
	clauses []clause
	tune    sync.Once
	leader  []clause // the most selective clause first

	unsurveyed atomic.Int32 // parts since a survey was of use
}

// plainClauses are those that hold only of source types of which nothing is known.
// They let pass, too, the events that may say themselves what they are.
func plainClauses(s *batch.Scan) [][]string {
	var out [][]string
	for _, c := range s.Plain {
		if !slices.ContainsFunc(s.Literals, func(l []string) bool { return slices.Equal(l, c) }) {
			out = append(out, append(slices.Clone(c), "sourcetype", "<event"))
		}
	}
	return out
}

// nameClauses are those of [batch.Scan.PlainNames]: what stands behind the name of a
// field where a text gives it, in JSON, in JSON within a text, in pairs, in lines of
// Windows events. Quote and backslash end a key here and are none of its letters, so
// that only an escape of the letters can hide it.
func nameClauses(s *batch.Scan) []clause {
	var out []clause
	for _, names := range s.PlainNames {
		c := clause{escapes: &unicodeEscape}
		for _, n := range names {
			c.literals = append(c.literals, nameLiterals(n)...)
		}
		for _, word := range []string{"sourcetype", "<event"} {
			c.literals = append(c.literals, newLiteral(word))
		}
		out = append(out, c)
	}
	return out
}

// nameLiterals look for a name and one of the ends of a name after it.
func nameLiterals(name string) []literal {
	l := newLiteral(name)
	l.ends = `"\=:`
	if len(name) > 1 {
		return []literal{l}
	}
	return l.apart() // a single byte has no pair to look for
}

func newPlan(s *batch.Scan) *plan {
	p := &plan{scan: s, filter: &filter{clauses: newFilter(s.Literals)}, places: s.Places || s.Ordered}
	p.plain = p.filter
	if more, names := plainClauses(s), nameClauses(s); s.Known != nil && len(more)+len(names) > 0 {
		p.plain = &filter{clauses: append(newFilter(slices.Concat(s.Literals, more)), names...)}
	}
	// The zero Scan has no bounds; -Inf and +Inf say the same.
	p.bounded = (s.Earliest != 0 || s.Latest != 0) && !(math.IsInf(s.Earliest, -1) && math.IsInf(s.Latest, 1))
	needsTime := func(n string) bool { return n == "_time" || n == "_indextime" || strings.HasPrefix(n, "date_") }
	p.early = p.bounded || p.places || slices.ContainsFunc(s.First, needsTime)
	for _, n := range s.First {
		if n != "_raw" && n != "_time" && !slices.Contains(p.first, n) {
			p.first = append(p.first, n)
		}
	}
	var names []string
	names, p.exact = s.Fields.Exact()
	p.blind = p.exact && len(names)+len(s.First)+len(p.filter.clauses) == 0 && !p.early
	for _, n := range names {
		if needsTime(n) {
			p.late = !p.early
		}
		if n != "_raw" && n != "_time" && !slices.Contains(p.first, n) {
			p.rest = append(p.rest, n)
		}
	}
	if p.early && !p.bounded && len(p.first) == 0 {
		// Every row is asked for its time, and passes: the fields can come with it.
		p.first, p.rest = p.rest, nil
	}
	return p
}
