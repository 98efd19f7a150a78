// Package assist knows what may be typed next in a search, and how what was typed
// looks: completion and colours.
//
// Read [Assistant] first. sample.go takes a sample of the data, stats.go counts its
// fields, context.go finds out where the cursor stands, complete.go says what may
// stand there, look.go paints. All of it comes from the tables of commands and
// functions, the macros, the lookups, and the data; no list is written here.
package assist

import (
	"context"
	"time"

	"spl/macros"
	"spl/parser"
	"spl/spl"
	"spl/spl/knowledge"
	"spl/spl/repl/edit"
)

// Assistant answers while a search is typed. It belongs to one goroutine.
type Assistant struct {
	// Macros and Knowledge are those that the search will be run with.
	Macros    *macros.Set
	Knowledge *knowledge.Base
	// Jobs are the earlier results that loadjob can load.
	Jobs []string
	// Sample gives what is known of the data; nil while it is not known yet.
	Sample func() *Sample
	// Wait waits a moment for the sample; nil does not.
	Wait func()
	// Session completes a line that is a command of the session and not a search;
	// false for other lines. Nil: there are none.
	Session func(text string, cursor int) (edit.Completion, bool)

	stages map[string]*Stats // what searches gave over the sample, by their text
}

// Patience is how long a stage may run over the sample for completion. A search that
// takes longer is completed from the sample's own fields.
const Patience = 20 * time.Millisecond

// maxStages is how many answers are kept.
const maxStages = 32

// Open says whether a search is unfinished: a quote, bracket or macro is open at its
// end, or a pipe stands there. One that ends in an empty line is finished whatever is
// open, so that there is a way out.
func (a *Assistant) Open(text string) bool {
	if _, ok := a.session(text, len(text)); ok {
		return false
	}
	if n := len(text); n > 0 && text[n-1] == '\n' {
		return false
	}
	_, left := parser.Marks(text)
	return left.Open()
}

func (a *Assistant) session(text string, cursor int) (edit.Completion, bool) {
	if a.Session == nil {
		return edit.Completion{}, false
	}
	return a.Session(text, cursor)
}

func (a *Assistant) config() *spl.Config {
	return &spl.Config{Macros: a.Macros, Knowledge: a.Knowledge}
}

// Changed forgets what was learnt: the macros or the data are others.
func (a *Assistant) Changed() { a.stages = nil }

// after gives what is known of the rows that come out of a search: its fields with
// their values, told by running it over the sample. Where that gives no row, or
// takes too long, it is what the sample itself has; exact is then false.
func (a *Assistant) after(search string) (st *Stats, exact bool) {
	if a.Sample == nil {
		return nil, false
	}
	sample := a.Sample()
	if sample == nil {
		return nil, false
	}
	if search == "" {
		return sample.Stats, true
	}
	if st, ok := a.stages[search]; ok {
		if st == nil {
			return sample.Stats, false
		}
		return st, true
	}
	st = a.run(sample, search)
	if len(a.stages) >= maxStages {
		a.stages = nil
	}
	if a.stages == nil {
		a.stages = map[string]*Stats{}
	}
	a.stages[search] = st
	if st == nil {
		return sample.Stats, false
	}
	return st, true
}

// run runs a search over the sample; nil when it cannot be read or gives nothing.
func (a *Assistant) run(sample *Sample, search string) *Stats {
	p, err := spl.Compile(search, a.config())
	if err != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), Patience)
	defer cancel()
	rows, err := p.Run(ctx, sample.Rows, &spl.RunOptions{Now: sample.Now, Zone: sample.Zone, Workers: 1, Memory: sampleMemory})
	if err != nil {
		return nil
	}
	defer rows.Close()
	st := newStats()
	for b := rows.NextBatch(); b != nil; b = rows.NextBatch() {
		b.Load()
		st.Add(b)
	}
	if rows.Err() != nil || st.Rows == 0 {
		return nil
	}
	st.Table = rows.Table()
	st.finish()
	return st
}
