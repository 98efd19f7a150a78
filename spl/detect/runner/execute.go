package runner

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"spl/macros"
	"spl/parser/source"
	"spl/spl"
	"spl/spl/engine"
	"spl/spl/input"
	"spl/spl/knowledge"
)

// Bench runs the tests of one detection. Its programs are kept, one for each set of
// macros.
type Bench struct {
	suite   *Suite
	unit    *Unit
	options *Options

	mu       sync.Mutex
	programs map[string]*program
}

// program is the detection compiled with some macros, or the faults of that.
type program struct {
	*spl.Program
	faults source.Errors
	notes  []string
}

// Observer is told of tests as they run, for those who want to know more of them than
// whether they passed.
type Observer interface {
	// Trace gives the trace to fill for a run of the test; nil: none.
	Trace(t *Test) *engine.Trace
	// Ran is told of the run, once it ended.
	Ran(t *Test, p *spl.Program, trace *engine.Trace, r *Result)
}

// run runs one test.
func (c *Bench) run(ctx context.Context, t *Test) *Result {
	r := &Result{Test: t, Events: -1}
	began := c.options.Now()
	c.try(ctx, t, r)
	r.Took = c.options.Now().Sub(began)
	return r
}

func (c *Bench) try(ctx context.Context, t *Test, r *Result) {
	if reason := or(t.Skip, c.unit.Skip); reason != "" {
		r.Status, r.Message = Skipped, reason
		return
	}
	if len(t.Faults) > 0 {
		r.fault(t.Faults)
		return
	}
	p := c.program(t)
	r.Notes = p.notes
	if len(p.faults) > 0 {
		if t.Expect != nil && t.Expect.Error != "" {
			r.judgeError(t.Expect, p.faults.Error())
			return
		}
		r.fault(p.faults)
		return
	}
	if r.missing(t, c.options.SkipMissing) {
		return
	}
	var trace *engine.Trace
	if c.options.Observer != nil {
		trace = c.options.Observer.Trace(t)
	}
	got := c.execute(ctx, t, p.Program, trace)
	c.judge(ctx, t, p.Program, got, r)
	if c.options.Observer != nil {
		c.options.Observer.Ran(t, p.Program, trace, r)
	}
}

func (r *Result) fault(errs source.Errors) {
	r.Status, r.Message, r.Faults = Errored, errs[0].Message, errs
}

// missing says whether data is missing, and tells which.
func (r *Result) missing(t *Test, skip bool) bool {
	for _, in := range t.Inputs {
		if in.Missing != nil {
			r.Missing = append(r.Missing, in.Missing)
		}
	}
	if len(r.Missing) == 0 {
		return false
	}
	r.Status, r.Message = Errored, "data missing: "+r.Missing[0].Name
	if n := len(r.Missing) - 1; n > 0 {
		r.Message += fmt.Sprintf(" and %d more", n)
	}
	if skip {
		r.Status = Skipped
	}
	return true
}

// Bench is for runs of single tests.
func (s *Suite) Bench(u *Unit, o *Options) *Bench { return &Bench{suite: s, unit: u, options: o} }

// Program is the detection with the macros of a test; nil where it does not compile.
func (c *Bench) Program(t *Test) *spl.Program { return c.program(t).Program }

// Variant compiles another text in the place of the detection: macros are expanded in
// it already.
func (c *Bench) Variant(t *Test, text string) (*spl.Program, error) {
	return guarded(&source.File{Name: "variant", Text: text}, &spl.Config{Expanded: true, Knowledge: t.base(c.suite)})
}

// Try runs a test with some program over an input; a nil one stands for the data of
// the test. It tells whether the test passes, and gives the rows as text.
func (c *Bench) Try(ctx context.Context, t *Test, p *spl.Program, in spl.Input) (passed bool, rows []string) {
	limit := c.timeout(t)
	inner, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	o := c.runOptions(inner, t)
	if in == nil {
		in = t.source(o, nil)
	}
	f := &found{}
	f.run(inner, p, in, o)
	if f.err != nil && errors.Is(inner.Err(), context.DeadlineExceeded) {
		f.late = limit
	}
	quiet := &Bench{suite: c.suite, unit: c.unit, options: &Options{NoReport: true}}
	r := &Result{Test: t}
	quiet.judge(ctx, t, p, f, r)
	for _, row := range rowsOf(f) {
		rows = append(rows, rowText(row))
	}
	return r.Status == Passed, rows
}

// Hold reads the data of a test into memory, so that it can be searched many times.
// Nil where that is too much, or cannot be.
func (c *Bench) Hold(ctx context.Context, t *Test) spl.Input {
	all, err := everything()
	if err != nil || !t.Earliest.IsZero() || !t.Latest.IsZero() { // held rows know no time range
		return nil
	}
	o := c.runOptions(ctx, t)
	o.Earliest, o.Latest = time.Time{}, time.Time{}
	rows, err := all.Run(ctx, t.source(o, nil), o)
	if err != nil {
		return nil
	}
	defer rows.Close()
	var held engine.Rows
	n := 0
	for b := rows.NextBatch(); b != nil; b = rows.NextBatch() {
		b.Load()
		if n += b.Rows; n > maxRows {
			return nil
		}
		held = append(held, b)
	}
	if rows.Err() != nil {
		return nil
	}
	return held
}

var everything = sync.OnceValues(func() (*spl.Program, error) { return spl.Compile("*", nil) })

// program compiles the detection with the macros of a test.
func (c *Bench) program(t *Test) *program {
	var key strings.Builder
	for _, m := range t.Macros {
		fmt.Fprintf(&key, "%q=%q\n", m.Name, m.Definition)
	}
	fmt.Fprintf(&key, "%p", t.Base)
	c.mu.Lock()
	defer c.mu.Unlock()
	if p := c.programs[key.String()]; p != nil {
		return p
	}
	p := compile(c.suite, t, c.options.Macros)
	if c.programs == nil {
		c.programs = map[string]*program{}
	}
	if len(p.faults) == 0 { // faults have places in this test
		c.programs[key.String()] = p
	}
	return p
}

func compile(s *Suite, t *Test, over *macros.Set) *program {
	base := t.base(s)
	set, errs := overridden(base.Macros(), over, t)
	p := &program{}
	if len(errs) > 0 {
		p.faults = errs
		return p
	}
	d := t.Unit.Detection
	prog, err := guarded(d.Search, &spl.Config{Macros: set, Knowledge: base})
	var faults source.Errors
	switch {
	case errors.As(err, &faults):
		d.Locate(faults)
		t.locate(faults)
		p.faults = faults
	case err != nil:
		e := source.Errorf("internal", source.At(0), "%s", err.Error())
		e.File, e.Where = t.File, t.At
		p.faults = source.Errors{e}
	default:
		p.Program = prog
		p.notes = unused(prog, t)
	}
	return p
}

// locate moves faults within a macro of the test to the place where the test has it.
func (t *Test) locate(faults source.Errors) {
	for _, e := range faults {
		if e.File == nil || e.File.Name != t.Origin() || e.Frame == nil {
			continue
		}
		for _, m := range t.Macros {
			if name, _, _ := strings.Cut(m.Name, "("); name == e.Frame.Macro {
				e.File, e.Where = t.File, m.At
			}
		}
	}
}

// Origin is what errors call the macros of the test, until they are located.
func (t *Test) Origin() string { return "macros of " + t.Unit.Path }

// guarded compiles, and turns a panic, which is a fault of ours, into an error, so
// that one detection does not end the tests of the others.
func guarded(f *source.File, c *spl.Config) (p *spl.Program, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("a fault of spl itself: %v", r)
		}
	}()
	c.File = f
	return spl.Compile(f.Text, c)
}

func (t *Test) base(s *Suite) *knowledge.Base {
	if t.Base != nil {
		return t.Base
	}
	return s.Base
}

// overridden is a set with others over it, and those of a test over these.
func overridden(set *macros.Set, over *macros.Set, t *Test) (*macros.Set, source.Errors) {
	if over == nil && len(t.Macros) == 0 {
		return set, nil
	}
	set = set.Clone()
	if over != nil {
		for _, m := range over.All() {
			set.Add(m)
		}
	}
	for _, m := range t.Macros {
		if errs := set.Define(m.Name, m.Definition, t.Origin()); len(errs) > 0 {
			for _, e := range errs {
				e.File, e.Where = t.File, m.At
			}
			return nil, errs
		}
	}
	return set, nil
}

// unused names macros that a test overrides and that its detection does not call.
func unused(p *spl.Program, t *Test) []string {
	var notes []string
	for _, m := range t.Macros {
		name, _, _ := strings.Cut(m.Name, "(")
		called := false
		var names []string
		for _, call := range p.Query().Expansion.Calls {
			called = called || call.Macro.Name == strings.TrimSpace(name)
			names = append(names, call.Macro.Name)
		}
		if called {
			continue
		}
		text := fmt.Sprintf("macro `%s` is overridden, but the search does not call it", name)
		if near := nearName(name, names); near != "" {
			text += fmt.Sprintf("; it calls `%s`", near)
		}
		notes = append(notes, text)
	}
	return notes
}

// found is what a run gave.
type found struct {
	rows    []Row
	fields  []string
	table   bool
	notices []spl.Notice
	err     error
	late    time.Duration // the deadline that was passed; 0: none
}

// maxRows is how many rows of a result are kept; more are an error of the test.
const maxRows = 100_000

// Row is a row of results.
type Row struct{ spl.Row }

// execute runs a program over the data of a test.
func (c *Bench) execute(ctx context.Context, t *Test, p *spl.Program, trace *engine.Trace) *found {
	limit := c.timeout(t)
	inner, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	f := &found{}
	o := c.runOptions(inner, t)
	o.Trace = trace
	f.run(inner, p, t.source(o, o.Notices.Add), o)
	if f.err != nil && ctx.Err() == nil && errors.Is(inner.Err(), context.DeadlineExceeded) {
		f.late = limit
	}
	return f
}

func (c *Bench) timeout(t *Test) time.Duration {
	switch {
	case t.Timeout > 0:
		return t.Timeout
	case c.options.Timeout > 0:
		return c.options.Timeout
	}
	return DefaultTimeout
}

func (c *Bench) runOptions(ctx context.Context, t *Test) *spl.RunOptions {
	zone := t.Zone
	if zone == nil {
		zone = c.options.Zone
	}
	o := &spl.RunOptions{
		Now: t.Now, Zone: zone, Earliest: t.Earliest, Latest: t.Latest, Workers: 1, Dry: true,
		Notices: &engine.Notices{},
	}
	if c.options.Bound != nil {
		c.options.Bound(o)
	}
	if o.Now.IsZero() {
		o.Now = c.options.Now()
	}
	if t.Updated && clocked(t.Unit.Detection.Search.Text) {
		if newest, ok := newest(ctx, t, o); ok {
			o.Now = newest
		}
	}
	return o
}

// source is the input of a test.
func (t *Test) source(o *spl.RunOptions, notice func(code, msg string, n int)) spl.Input {
	files := make([]input.File, len(t.Inputs))
	for i, in := range t.Inputs {
		files[i] = in.File
	}
	return input.New(files, input.Options{Zone: o.Zone, Now: o.Now, Notice: notice})
}

func (f *found) run(ctx context.Context, p *spl.Program, in spl.Input, o *spl.RunOptions) {
	defer func() {
		if r := recover(); r != nil {
			f.err = fmt.Errorf("a fault of spl itself: %v", r)
		}
	}()
	rows, err := p.Run(ctx, in, o)
	if err != nil {
		f.err = err
		return
	}
	defer rows.Close()
	for rows.Next() {
		if len(f.rows) == maxRows {
			f.err = fmt.Errorf("the search gave more than %d rows", maxRows)
			return
		}
		f.rows = append(f.rows, Row{rows.Row()})
	}
	f.err, f.fields, f.table, f.notices = rows.Err(), rows.Fields(), rows.Table(), rows.Notices()
}

// clocked says whether a search may look at the clock.
func clocked(search string) bool {
	s := strings.ToLower(search)
	return slices.ContainsFunc([]string{"now(", "time(", "earliest", "latest", "relative_time", "ago", "starttime", "endtime"}, func(w string) bool { return strings.Contains(s, w) })
}

var newestProgram = sync.OnceValues(func() (*spl.Program, error) { return spl.Compile("* | stats max(_time) AS t", nil) })

// newest is the time just after the newest event of a test.
func newest(ctx context.Context, t *Test, o *spl.RunOptions) (time.Time, bool) {
	p, err := newestProgram()
	if err != nil {
		return time.Time{}, false
	}
	f := &found{}
	f.run(ctx, p, t.source(o, nil), &spl.RunOptions{Now: o.Now, Zone: o.Zone, Workers: 1})
	if f.err != nil || len(f.rows) == 0 {
		return time.Time{}, false
	}
	return parseEpoch(f.rows[0].Value("t"))
}
