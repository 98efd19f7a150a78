// Package engine runs plans: on one goroutine or on many, with the same rows in
// the same order.
//
// A search is a list of [Plan]s, one for each command. A plan states facts (which
// fields it reads, whether it sees the order of rows, whether it makes one) and
// gives up to two operators: Map works beside the data, once for each worker, on
// whatever rows come its way; Reduce sees everything, once. The engine cuts the
// list where the first Reduce stands ([Cut]), hands the parts of the input to
// workers, and puts rows back in order where somebody cares (order.go).
//
// Operators know nothing of goroutines. Nothing here knows a command's name.
package engine

import (
	"spl/eval/batch"
	"spl/parser/source"
)

// Wants says what an operator that sees everything wants of the order of rows.
type Wants int

const (
	// Nothing: the answer is the same in whatever order rows come.
	Nothing Wants = iota
	// Places: rows may come in any order but must carry their place.
	Places
	// Order: rows must come in order.
	Order
)

// Shape says what kind of rows come out.
type Shape int

const (
	// SameShape: whatever came in.
	SameShape Shape = iota
	// Table: columns in an order of the command's making.
	Table
	// Events: columns without an order.
	Events
)

// Plan is one command of a search, ready to run: its facts and its operators.
type Plan struct {
	// Name is the command with its arguments, for explain.
	Name string
	// At is where the command stands in the expanded text of the search.
	At source.Span

	// Reads gives the fields that must come in so that the wanted ones can go out.
	// Nil: those wanted.
	Reads func(wanted batch.Fields) batch.Fields
	// Uses are the fields whose values the command works with, where Reads does not tell:
	// it depends on what is wanted (eval), or asks for some that may well be missing.
	Uses []string
	// Chooses says that it only chooses among the fields that came in (table).
	Chooses bool
	// Gives tells which fields the rows that come out may have, from those that came in;
	// for a generating command that is an empty schema. Nil: the same ones.
	Gives func(Schema) Schema
	// Renames are fields that come out under another name: the old one, the new one. A
	// pattern stands for all of its form.
	Renames [][2]string
	// Advice is what the command has to say to whoever wrote it so.
	Advice []Advice
	// Pipes says that the pipelines in its brackets get its own rows (appendpipe).
	Pipes bool
	// Shape of the rows that come out.
	Shape Shape
	// Wants is what Reduce wants of the order of its input.
	Wants Wants
	// Makes says that Reduce gives rows an order of its own, whatever it got.
	Makes bool
	// Draws says that Map draws random numbers, which come from the places of rows.
	Draws bool
	// Limit is the number of rows Reduce will ask for at most, from the first; 0: all.
	Limit int
	// Front says that the command, first in a search, reads the input even where a pipe
	// stands before it.
	Front bool
	// Filter says that Map only drops rows, and what it needs for that.
	Filter *Filter
	// Range is the time range that the command asks for, in the place of the search's.
	Range *Range
	// Text says that the field search of the one row that comes out is the text that a
	// subsearch stands for, as format and return make it.
	Text bool
	// Comes is told, before the run, whether the rows that come in are a table.
	Comes func(table bool)
	// Wanted is told, before the run, which fields are wanted of the rows that come out;
	// others need not be made.
	Wanted func(batch.Fields)
	// Effects names what the command does to the world outside ("writes x.csv"); "" nothing.
	Effects string
	// Drawing says how the rows that come out can be drawn; nil says nothing.
	Drawing *Drawing
	// Look says how a field looks where people read it; nil says nothing.
	Look *Look
	// Tests gives the conditions of the command, for a trace of the run; nil: it has none.
	Tests func() *Tests
	// Note is a remark for explain: why this does not run in parallel, and so on.
	Note string

	// Transient says that Map keeps nothing of the rows that it was given, neither
	// columns nor texts in them, once Push has returned.
	Transient bool

	// Thins says that Map only drops rows that Reduce would drop, which saves passing them
	// on, and may be left out.
	Thins bool

	// Map makes an operator that may see any share of the rows; nil if there is none.
	Map func(*Context) (Operator, error)
	// Reduce makes an operator that sees all that came out of Map; nil if the command
	// is distributable and has nothing to say about the whole.
	Reduce func(*Context) (Operator, error)
	// Generate makes the source of a generating command, in the place of the input. Where
	// the plan has Map or Reduce, too, these work on what comes from the source.
	Generate func(*Context) (batch.Source, error)
}

// Advice is a remark on how a command is used, which is no fault. Code names it; the
// lints list all codes.
type Advice struct{ Code, Text, Help string }

// Filter is what a command that only drops rows tells whoever reads them.
type Filter struct {
	// Fields are those the decision rests on.
	Fields []string
	// Literals, Plain and PlainNames, as in [batch.Scan].
	Literals, Plain, PlainNames [][]string
	// Origins, likewise.
	Origins []batch.Origin
}

// Range bounds _time: Earliest <= _time < Latest; ±Inf: no bound.
type Range struct{ Earliest, Latest float64 }

// Drawing is how a table can be drawn as a chart. The columns it names may be gone by
// the end of the search; what remains is then a table.
type Drawing struct {
	// Over is the column that runs along the chart; every other column of numbers is a
	// line or a row of bars.
	Over string
	// Bars, where Over is "", is the column whose numbers are drawn as bars, a bar for
	// each row.
	Bars string
}

// Look is how a field looks where people read it, made of the fields of its row. The
// field's value is not changed by it (fieldformat).
type Look struct {
	Field string
	Reads []string
	// Make gives, for one goroutine, the function from rows to texts.
	Make func(*Context) (func(b *batch.Batch) *batch.Column, error)
}

// Operator works on batches of rows. It is used by one goroutine.
type Operator interface {
	// Push takes rows in and may emit rows. It returns an error of emit as it is.
	Push(b *batch.Batch, emit Emit) error
	// Flush is called once, after the last Push, also when rows were cut short.
	Flush(emit Emit) error
}

// Emit passes rows on. It returns [Enough] when no more are wanted.
type Emit func(*batch.Batch) error

// enough is the type of Enough.
type enough struct{}

func (enough) Error() string { return "no more rows are wanted" }

// Enough is what Emit and Push return when no more rows are wanted. It is no fault.
var Enough error = enough{}

// Absorber is an operator of a plan's Reduce that can take over what the operators of
// the same plan's Map hold, which saves writing it out as rows at the end and reading
// it again. It is a short cut within one process: the rows say the same.
type Absorber interface {
	// Absorb takes over Map operators that got all their rows and were not flushed. It
	// gives back those that it left as they are, which are flushed then. It comes
	// before any Push.
	Absorb(maps []Operator) (left []Operator, err error)
}

// MapFunc makes an operator of a function from batch to batch; a nil or empty
// result emits nothing.
type MapFunc func(*batch.Batch) (*batch.Batch, error)

// Push is part of [Operator].
func (f MapFunc) Push(b *batch.Batch, emit Emit) error {
	out, err := f(b)
	if err != nil || out == nil || out.Rows == 0 {
		return err
	}
	return emit(out)
}

// Flush is part of [Operator].
func (MapFunc) Flush(Emit) error { return nil }

// Streaming is a plan's Map made of a function for each worker.
func Streaming(make func(*Context) (MapFunc, error)) func(*Context) (Operator, error) {
	return func(c *Context) (Operator, error) {
		f, err := make(c)
		return f, err
	}
}

// Cut is a search cut in two: what runs beside the data and what sees everything.
type Cut struct {
	Source *Plan   // the generating command; nil when the input is read
	Empty  bool    // there is no generating command, and the input is not read
	Map    []*Plan // whose Map runs beside the data
	Reduce []*Plan // the rest; the first one's Map runs beside the data too
	// Wants is what the rest wants of the order of what comes out of the map part.
	Wants Wants
	// Limit is the number of rows wanted there, from the first; 0: all.
	Limit int
	// Scan is what is wanted of the source.
	Scan batch.Scan
	// Asked is the time range that the text of the search asks for.
	Asked Range
	// Wanted are the fields wanted after the map part.
	Wanted batch.Fields
	// Table says that the columns of the result have an order.
	Table bool
	// Text: see [Plan].
	Text bool
	// Looks are how fields look in the result; a later one of a field counts.
	Looks []*Look
	// Trace, if set, is told what becomes of the rows.
	Trace *Trace
	// Drawing is how the result can be drawn; nil when no command said.
	Drawing *Drawing
}

// NewCut plans how to run a search. wanted are the fields that its reader wants.
func NewCut(plans []*Plan, wanted batch.Fields) *Cut { return NewCutOver(false, plans, wanted) }

// NewCutOver is NewCut for a search over rows that are at hand; table says whether
// they are one.
func NewCutOver(table bool, plans []*Plan, wanted batch.Fields) *Cut {
	c := &Cut{Table: table}
	if len(plans) > 0 && plans[0].Generate != nil {
		c.Source = plans[0]
		c.Table = c.Source.Shape == Table
		if c.Source.Map == nil && c.Source.Reduce == nil {
			plans = plans[1:]
		}
	}
	at := len(plans)
	c.Text = at > 0 && plans[at-1].Text
	for i, p := range plans {
		if p.Reduce != nil && i < at {
			at = i
		}
		if p.Comes != nil {
			p.Comes(c.Table)
		}
		if p.Shape != SameShape {
			c.Table = p.Shape == Table
		}
		if p.Drawing != nil {
			c.Drawing = p.Drawing
		}
		if p.Look != nil {
			c.Looks = append(c.Looks, p.Look)
			wanted = wanted.Add(p.Look.Reads...)
		}
	}
	c.Map, c.Reduce = plans[:at], plans[at:]
	c.Wants = wantsOf(c.Reduce)
	if len(c.Reduce) > 0 && c.Wants == Order {
		c.Limit = c.Reduce[0].Limit
	}
	c.Scan.Transient = c.transient()
	c.fields(plans, at, wanted)
	c.scan(plans)
	c.Asked = Range{c.Scan.Earliest, c.Scan.Latest}
	return c
}

// wantsOf asks whether anybody downstream sees the order of rows, up to the first
// that makes its own.
func wantsOf(plans []*Plan) Wants {
	wants := Nothing
	for _, p := range plans {
		if p.Reduce == nil {
			continue
		}
		wants = max(wants, p.Wants)
		if p.Makes || wants == Order {
			return wants
		}
	}
	return Order // the rows themselves come out
}

// fields works out, from the end to the start, which fields each command must get.
func (c *Cut) fields(plans []*Plan, at int, wanted batch.Fields) {
	for i := len(plans) - 1; i >= 0; i-- {
		if i == at-1 {
			c.Wanted = wanted
		}
		if plans[i].Wanted != nil {
			plans[i].Wanted(wanted)
		}
		if plans[i].Reads != nil {
			wanted = plans[i].Reads(wanted)
		}
	}
	if at == 0 {
		c.Wanted = wanted
	}
	c.Scan.Fields = wanted
}

// scan gathers what the filters at the front say about the rows they want.
func (c *Cut) scan(plans []*Plan) {
	c.Scan.Earliest, c.Scan.Latest = negInf, posInf
	c.Scan.Places = c.Wants >= Places
	c.Scan.Ordered = c.Wants == Order
	for _, p := range plans {
		c.Scan.Places = c.Scan.Places || p.Draws
	}
	for _, p := range plans {
		if r := p.Range; r != nil {
			c.Scan.Earliest = max(c.Scan.Earliest, r.Earliest)
			c.Scan.Latest = min(c.Scan.Latest, r.Latest)
		}
		f := p.Filter
		if f == nil {
			return
		}
		c.Scan.First = append(c.Scan.First, f.Fields...)
		c.Scan.Literals = append(c.Scan.Literals, f.Literals...)
		c.Scan.Plain = append(c.Scan.Plain, f.Plain...)
		c.Scan.PlainNames = append(c.Scan.PlainNames, f.PlainNames...)
		c.Scan.Origins = append(c.Scan.Origins, f.Origins...)
	}
}

// transient says that the map part keeps nothing of the rows it was given. What it
// passes on of them gets texts of its own; see settle.
func (c *Cut) transient() bool {
	for _, p := range c.Map {
		if p.Map != nil && !p.Transient {
			return false
		}
	}
	return len(c.Reduce) == 0 || c.Reduce[0].Map == nil || c.Reduce[0].Transient
}
