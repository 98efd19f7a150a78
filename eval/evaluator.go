package eval

import (
	"fmt"
	"math"
	"strings"
	"time"

	"spl/eval/batch"
	"spl/parser/source"
)

// Env is what a run gives its expressions. The zero Env serves all that needs
// neither clock nor lookups: the search then starts at the epoch, in UTC.
type Env struct {
	// Now is the start of the search, which now() gives.
	Now time.Time
	// Zone is the search's time zone; nil is UTC.
	Zone *time.Location
	// Clock is what time() reads, once a row; nil stands still at Now.
	Clock func() time.Time
	// Seed is what random() starts from: the same gives the same numbers.
	Seed int64
	// Notice is told of bad data that made a result NULL: a code such as "regex" or
	// "limit", and a sentence. It may be called once a row; nil drops them.
	Notice func(code, message string)
	// SearchMatch compiles the search expression of a searchmatch().
	SearchMatch func(text string) (func(b *batch.Batch, row int) bool, error)
	// Lookup opens the table of a lookup() by its file or definition's name.
	Lookup func(table string) (LookupFunc, error)
}

// LookupFunc finds the rows of a table whose fields have the given values, and gives
// for each the values of the named outputs.
type LookupFunc func(match []Pair, outputs []string) [][]string

// Pair is a field of a lookup table and the value it must have.
type Pair struct{ Field, Value string }

// Evaluator runs a program. It belongs to one goroutine.
type Evaluator struct {
	prog *Program
	f    frame
}

// frame is what the compiled parts of a program see of the world.
type frame struct {
	env   *Env
	batch *batch.Batch
	row   int
	cols  []*batch.Column // by slot
	// args is a stack of function arguments, so that calls allocate nothing.
	args   []Value
	locals []Value
	caches []cache
	// left is what the functions that can make much of little may still make in
	// this row, in bytes.
	left     int
	at       uint64 // where the expression stands, and
	drawn    uint64 // how many random numbers it had in this row, for random()
	searches []func(b *batch.Batch, row int) bool
	lookups  []LookupFunc
	paths    pathReaders
}

// Bind prepares the program for one goroutine. The error says which function asks
// for something that env does not offer.
func (p *Program) Bind(env *Env) (*Evaluator, error) {
	if env == nil {
		env = &Env{}
	}
	f := frame{
		env:    env,
		at:     uint64(p.tree.Where().Start),
		cols:   make([]*batch.Column, len(p.fields)),
		locals: make([]Value, p.locals),
		caches: make([]cache, p.caches),
	}
	var errs source.Errors
	for _, s := range p.searches {
		match, err := bindSearch(env, s)
		if err != nil {
			errs = append(errs, err)
		}
		f.searches = append(f.searches, match)
	}
	for _, l := range p.lookups {
		open, err := bindLookup(env, l)
		if err != nil {
			errs = append(errs, err)
		}
		f.lookups = append(f.lookups, open)
	}
	return &Evaluator{p, f}, errs.Err()
}

func bindSearch(env *Env, s searchUse) (func(*batch.Batch, int) bool, *source.Error) {
	if env.SearchMatch == nil {
		return nil, source.Errorf(source.Unsupported, s.at, "`searchmatch` cannot be used here")
	}
	match, err := env.SearchMatch(s.text)
	if err != nil {
		return nil, source.Errorf(source.Syntax, s.at, "the search of `searchmatch` cannot be read: %s", err)
	}
	return match, nil
}

func bindLookup(env *Env, l lookupUse) (LookupFunc, *source.Error) {
	if env.Lookup == nil {
		return nil, source.Errorf(source.Unsupported, l.at, "`lookup` cannot be used here: there are no lookup tables")
	}
	open, err := env.Lookup(l.table)
	if err != nil {
		return nil, source.Errorf(source.UnknownArgument, l.at, "the lookup table %q cannot be read: %s", l.table, err)
	}
	return open, nil
}

// Start takes a batch. Rows are asked for until the next Start.
func (e *Evaluator) Start(b *batch.Batch) {
	e.f.batch = b
	for i, name := range e.prog.fields {
		e.f.cols[i] = b.Col(name)
	}
}

// Value evaluates one row, 0 <= row < b.Rows.
func (e *Evaluator) Value(row int) Value {
	e.f.begin(row)
	return e.prog.root.run(&e.f)
}

// True says whether the expression is TRUE in a row; FALSE and NULL are not.
func (e *Evaluator) True(row int) bool {
	e.f.begin(row)
	return e.prog.root.truth(&e.f) == yes
}

// Column evaluates all rows of the batch. NULL is no value; Booleans, which the
// caller should not have let through, become the texts True and False.
func (e *Evaluator) Column() *batch.Column {
	rows := e.f.batch.Rows
	if root := &e.prog.root; root.isField {
		return e.f.cols[root.slot]
	} else if root.constant && root.value.Count() == 1 {
		return batch.Constant(root.value.Text(), rows)
	}
	b := e.f.batch.Builder()
	for row := range rows {
		switch v := e.Value(row); v.kind {
		case Null:
			b.Null()
		case Multi:
			b.Append(v.list...)
		default:
			b.String(v.Text())
		}
	}
	return b.Column()
}

// maxWork bounds what one row may make, in bytes.
const maxWork = 64 << 20

func (f *frame) begin(row int) {
	f.row = row
	f.left = maxWork
	f.drawn = 0
}

// spend takes n bytes off what the row may still make. When it says false the
// function gives NULL.
func (f *frame) spend(n int) bool {
	if n > f.left || n < 0 {
		f.left = 0
		f.notice("limit", "an expression made more than %d MB in one row; its result is NULL", maxWork>>20)
		return false
	}
	f.left -= n
	return true
}

func (f *frame) notice(code, format string, args ...any) {
	if f.env.Notice != nil {
		f.env.Notice(code, fmt.Sprintf(format, args...))
	}
}

func (f *frame) zone() *time.Location {
	if f.env.Zone == nil {
		return time.UTC
	}
	return f.env.Zone
}

func (f *frame) now() time.Time {
	if f.env.Now.IsZero() {
		return time.Unix(0, 0).UTC()
	}
	return f.env.Now
}

func (f *frame) clock() time.Time {
	if f.env.Clock == nil {
		return f.now()
	}
	return f.env.Clock()
}

// draw is a random number of 31 bits. It comes from the place of the row and of the
// expression, so that rows and calls have numbers of their own and it does not matter
// who works on which rows.
func (f *frame) draw() float64 {
	p := f.batch.Place(f.row)
	f.drawn++
	x := uint64(f.env.Seed)
	for _, part := range [...]uint64{f.at, f.drawn, math.Float64bits(p.Time), uint64(p.Seq), uint64(p.Sub)} {
		x = scatter(x ^ part)
	}
	return float64(x >> 33)
}

// scatter is the step of the generator SplitMix64: near numbers give far ones.
func scatter(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// cache remembers what was made of texts that came with the data: patterns,
// formats. It forgets everything when it is full, which bounds it cheaply.
type cache map[string]any

const cacheSize = 256

// remember gives what make makes of a text, from the cache if it is there.
func remember[T any](f *frame, slot int, text string, make func(string) (T, error)) (T, error) {
	type entry struct {
		made T
		err  error
	}
	if e, ok := f.caches[slot][text]; ok {
		return e.(entry).made, e.(entry).err
	}
	if f.caches[slot] == nil || len(f.caches[slot]) >= cacheSize {
		f.caches[slot] = cache{}
	}
	text = strings.Clone(text) // it may be a piece of a buffer that is used again
	made, err := make(text)
	f.caches[slot][text] = entry{made, err}
	return made, err
}
