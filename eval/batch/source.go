package batch

import "context"

// Scan says what a search wants of its input.
type Scan struct {
	// Fields are those that the search will ask for. Others need not be readable.
	Fields Fields
	// First are the fields that the first filter reads; the rest are wanted only of
	// the rows that pass it, so a reader does well to extract these first.
	First []string
	// Literals must hold for an event to matter: of each clause, at least one text
	// stands in the event, in any case of letters. They are a hint: a reader may
	// pass on events that do not hold them, and must pass on those that may.
	Literals [][]string
	// Plain are further ones, which must hold unless something is known of the event's
	// source type, which Known says: then fields may have values that do not stand in
	// the text. A nil Known knows every one.
	Plain [][]string
	// PlainNames are clauses likewise, of names of fields: the text of the event must
	// give one of them.
	PlainNames [][]string
	Known      func(sourcetype string) bool
	// Origins are tests of where events come from, each of which an event must pass to
	// matter.
	Origins []Origin
	// Earliest and Latest bound the time: earliest <= _time < latest, in seconds
	// since the epoch. Infinities stand for no bound.
	Earliest, Latest float64
	// Places says that rows must carry their Place.
	Places bool
	// Ordered asks for rows newest first, if the reader can give them so; see
	// [Reader]. It implies Places.
	Ordered bool
	// Transient says that nobody looks at a part's batches, or at texts in them, once
	// emit has returned: the reader may use the memory again.
	Transient bool
}

// Origin is a test of where an event comes from.
type Origin struct {
	Fields []string // those of which an event that names one may pass, whatever its file is
	Text   string   // as it is written
	// Passes says whether an event passes, of which source, sourcetype and index have these
	// values.
	Passes func(value func(field string) string) bool
}

// Source is where events come from. It may be opened more than once.
type Source interface {
	Open(ctx context.Context, s *Scan) (Reader, error)
}

// Reader hands out the parts of an input.
type Reader interface {
	// Ordered says that rows come newest first: within each part, and part n before
	// part n+1. Otherwise whoever needs the order must sort by Place.
	Ordered() bool
	// Next claims the next part, in order; io.EOF after the last. It is safe for
	// use by many workers at a time.
	Next() (Part, error)
	// Close ends the reading. Parts must not be used afterwards.
	Close() error
}

// Part is a share of the input, read by the worker that claimed it.
type Part interface {
	// Number counts the parts from 0, in the order of Next.
	Number() int
	// Each emits the part's rows, about 1,000 a batch, until emit says false.
	Each(emit func(*Batch) bool) error
}
