// Package runner runs detection tests: those that the detections of Splunk's security
// content bring along, unchanged, and those of test files (package testfile).
//
// Read [Suite] first: what there is to test. [Loader] finds it on the disk, [Suite.Run]
// runs it side by side and tells results in order. What a failed test has to say is
// found out in fail.go.
package runner

import (
	"context"
	"regexp"
	"sync"
	"time"

	"spl/macros"
	"spl/parser/source"
	"spl/spl"
	"spl/spl/detect"
	"spl/spl/detect/testfile"
	"spl/spl/input"
	"spl/spl/knowledge"
)

// Suite is what there is to test, in order.
type Suite struct {
	Units []*Unit
	// Base is the knowledge that all detections share.
	Base *knowledge.Base
}

// Unit is a detection with its tests, or a file that could not be read.
type Unit struct {
	// Name is the detection's name, Path the file that holds its tests.
	Name, Path string
	Detection  *detect.Detection
	Tests      []*Test
	// Skip says why none of its tests is run.
	Skip string
	// Faults say why the file cannot be read.
	Faults source.Errors
}

// Test is one test, with all that is needed to run it.
type Test struct {
	Unit *Unit
	Name string
	// File and At are where it stands.
	File *source.File
	At   source.Span
	// Macros override others, the later ones those before.
	Macros []testfile.Macro
	Inputs []Input
	Now    time.Time // zero: the time of the run
	// Updated says that the present is the time of the newest event.
	Updated          bool
	Earliest, Latest time.Time
	Zone             *time.Location
	Timeout          time.Duration
	Skip             string
	// Expect is what must come; nil: the verdict of the detection's risk fields.
	Expect *testfile.Expect
	// Base is the knowledge of this test, where it differs from the suite's.
	Base *knowledge.Base
	// Faults say why it cannot run.
	Faults source.Errors
}

// Input is a file of a test, or its inline events.
type Input struct {
	input.File
	// Missing says that the file is not at hand, and how it could be got.
	Missing *Missing

	path  string   // of the file
	named *Missing // how the test names it
	weak  bool     // it was found by its name alone
}

// Missing is a file that a test needs.
type Missing struct {
	Name  string // as the test names it
	File  *source.File
	At    source.Span
	Why   string
	Help  string // what to do about it; "" nothing to say
	Fetch string // a command that fetches it; "" unknown
}

// Status is how a test ended.
type Status string

// The ways to end.
const (
	Passed  Status = "pass"
	Failed  Status = "fail"
	Errored Status = "error" // it could not be run
	Skipped Status = "skip"
)

// Result is what came of a test.
type Result struct {
	Test   *Test
	Status Status
	// Message says in a line why the test did not pass, or why it was skipped.
	Message string
	// Details are more lines about that: expected rows beside those found.
	Details []string
	// Why are the lines that say what became of the events; see package why.
	Why []string
	// Faults are those of the detection, or of the test file.
	Faults  source.Errors
	Missing []*Missing
	Notes   []string // what a reader should know though the test passed
	Rows    int
	// Found are the rows that came to a test of a test file that failed.
	Found  [][]testfile.Cell
	Events int64 // -1: not counted
	Took   time.Duration
}

// Options say how a suite is run.
type Options struct {
	Jobs    int           // tests at a time; 0: one
	Timeout time.Duration // of a test that does not say; 0: DefaultTimeout
	Only    *regexp.Regexp
	Now     func() time.Time
	Zone    *time.Location
	// Bound sets what memory a run may take; nil: no limit.
	Bound func(*spl.RunOptions)
	// SkipMissing says that tests without their data are skipped and no error.
	SkipMissing bool
	// Macros override those of the suite and are overridden by those of tests; nil none.
	Macros *macros.Set
	// Watcher sees each run of a test that passed; see [Observer].
	Observer Observer
	// Width is how wide the reports may be; 0: no limit. Color: they have colours.
	Width int
	Color bool
	// NoReport leaves out what a failure has to say, which takes a second run.
	NoReport bool
}

// DefaultTimeout is how long a test may take that does not say.
const DefaultTimeout = time.Minute

// Run runs the tests of a suite, several at a time, and hands on their results in the
// order of the suite, as they come. done returning false ends the run.
func (s *Suite) Run(ctx context.Context, o *Options, done func(*Result) bool) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type slot struct{ results chan []*Result }
	jobs := max(1, o.Jobs)
	order := make(chan slot, 64*jobs)
	work := make(chan func(), jobs)
	var wg sync.WaitGroup
	for range jobs {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for f := range work {
				f()
			}
		}()
	}
	go func() {
		defer close(order)
		defer close(work)
		for _, u := range s.Units {
			sl := slot{make(chan []*Result, 1)}
			select {
			case order <- sl:
			case <-ctx.Done():
				return
			}
			work <- func() { sl.results <- s.unit(ctx, u, o) }
		}
	}()
	stopped := false
	for sl := range order {
		for _, r := range <-sl.results {
			if !stopped && ctx.Err() == nil && !done(r) {
				stopped = true
				cancel()
			}
		}
	}
	wg.Wait()
}

// unit runs the tests of one detection.
func (s *Suite) unit(ctx context.Context, u *Unit, o *Options) []*Result {
	whole := &Test{Unit: u, Name: u.Name, File: unitFile(u)}
	switch {
	case len(u.Faults) > 0:
		if o.Only != nil && !o.Only.MatchString(u.Path) {
			return nil
		}
		return []*Result{{Test: whole, Status: Errored, Message: u.Faults[0].Message, Faults: u.Faults, Events: -1}}
	case len(u.Tests) == 0:
		if o.Only != nil && !o.Only.MatchString(whole.Title()) {
			return nil
		}
		return []*Result{{Test: whole, Status: Skipped, Message: or(u.Skip, "no tests"), Events: -1}}
	}
	c := &Bench{suite: s, unit: u, options: o}
	var out []*Result
	for _, t := range u.Tests {
		if ctx.Err() != nil {
			return out
		}
		if o.Only == nil || o.Only.MatchString(t.Title()) {
			out = append(out, c.run(ctx, t))
		}
	}
	return out
}

func unitFile(u *Unit) *source.File {
	if u.Detection != nil && u.Detection.File != nil {
		return u.Detection.File
	}
	return &source.File{Name: u.Path}
}

// Files are the paths of the files that the test reads.
func (t *Test) Files() []string {
	var out []string
	for _, in := range t.Inputs {
		if in.path != "" {
			out = append(out, in.path)
		}
	}
	if d := t.Unit.Detection; d != nil && d.Search.Name != t.Unit.Path {
		out = append(out, d.Search.Name)
	}
	return out
}

// Title names the test: its file, and its name where it has one.
func (t *Test) Title() string {
	if t.Name == "" || t.Name == t.Unit.Path {
		return t.Unit.Path
	}
	return t.Unit.Path + ": " + t.Name
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
