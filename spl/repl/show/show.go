// Package show puts the rows of a search on a terminal: tables that fit it, events,
// charts, bars.
//
// Read [Answer] first: it holds the rows and knows their columns. table.go, events.go,
// chart.go and bars.go each draw one form; [Answer.Form] chooses by what the plan and
// the rows say of themselves, never by the command that made them.
package show

import (
	"math"
	"slices"
	"strings"
	"time"

	"spl/eval/agg"
	"spl/eval/batch"
	"spl/eval/timefmt"
	"spl/spl/engine"
	"spl/spl/repl/term"
)

// Answer is the rows of a search, held in memory.
type Answer struct {
	Batches []*batch.Batch
	Rows    int
	Table   bool            // the columns have an order
	Drawing *engine.Drawing // how they can be drawn; nil: not
	// Marked are texts that are marked in events, in any case of letters.
	Marked []string

	names []string
	raw   bool
}

// Look says how an answer is to look.
type Look struct {
	Width, Height int // of the terminal; of a pager, Width is that of the text
	Colors        term.Palette
	Zone          *time.Location
	// Plain is for readers of screens: no lines, no charts, each value with its name.
	Plain bool
	// Charts allows drawings.
	Charts bool
	// Lines is how many lines rows may take before no further row is begun; 0: any.
	Lines int
}

// full says that no further row is to be begun.
func (l *Look) full(t *Text) bool { return l.Lines > 0 && len(t.Lines) >= l.Lines }

// Add takes the next rows.
func (a *Answer) Add(b *batch.Batch) {
	b.Load()
	a.Batches = append(a.Batches, b)
	a.Rows += b.Rows
	a.names = nil
	a.raw = a.raw || b.Col("_raw").Any()
}

// Names are the columns that are shown, in order.
func (a *Answer) Names() []string {
	if a.names != nil {
		return a.names
	}
	var names []string
	seen := map[string]bool{}
	for _, b := range a.Batches {
		for i, n := range b.Names {
			if seen[n] || batch.Internal(n) && n != "_time" && n != "_raw" || !a.Table && !b.Cols[i].Any() {
				continue
			}
			seen[n] = true
			names = append(names, n)
		}
	}
	if !a.Table {
		slices.Sort(names)
	}
	a.names = names
	return names
}

// Form is a way to show an answer.
type Form int

// The forms.
const (
	AsTable Form = iota
	AsEvents
	AsLines // a chart of lines
	AsBars
)

// Form chooses how the answer is shown.
func (a *Answer) Form(l *Look) Form {
	if !a.Table && a.raw {
		return AsEvents
	}
	if l.Plain || !l.Charts || a.Drawing == nil || l.Width < minChart || l.Height < 10 {
		return AsTable
	}
	d := a.Drawing
	if d.Bars != "" && a.numbers(d.Bars) && a.Rows > 1 {
		return AsBars
	}
	if d.Over == "" || !slices.Contains(a.Names(), d.Over) || a.Rows < 2 || len(a.series()) == 0 {
		return AsTable
	}
	if d.Over == "_time" {
		return AsLines
	}
	return AsBars
}

// series are the columns that a chart shows.
func (a *Answer) series() []string {
	var out []string
	for _, n := range a.Names() {
		if n != a.Drawing.Over && a.numbers(n) {
			out = append(out, n)
		}
	}
	return out
}

// numbers says that a column has values and that all of them are numbers.
func (a *Answer) numbers(name string) bool {
	some := false
	for _, b := range a.Batches {
		c := b.Col(name)
		for r := range b.Rows {
			for _, v := range c.Values(r) {
				if _, ok := batch.ParseNumber(v); !ok {
					return false
				}
				some = true
			}
		}
	}
	return some
}

// Range is the rows of an answer from one up to, but not including, another.
type Range struct{ From, To int }

// All is all rows.
var All = Range{0, math.MaxInt}

// each calls f for rows of the answer.
func (a *Answer) each(in Range, f func(b *batch.Batch, row int)) {
	at := 0
	for _, b := range a.Batches {
		if at >= in.To {
			return
		}
		for r := max(0, in.From-at); r < min(b.Rows, in.To-at); r++ {
			f(b, r)
		}
		at += b.Rows
	}
}

// texts are the values of a cell as they are shown, without any that would move the
// cursor. A sparkline is one text of blocks.
func texts(b *batch.Batch, name string, row int, zone *time.Location) []string {
	vals := b.Col(name).Values(row)
	if len(vals) > 1 && vals[0] == agg.SparklineMark {
		return []string{blocks(vals[1:])}
	}
	out := make([]string, 0, len(vals))
	for _, v := range vals {
		if name == "_time" {
			v = timeText(v, zone)
		}
		for l := range strings.SplitSeq(strings.TrimRight(v, "\r\n"), "\n") {
			out = append(out, term.Safe(l))
		}
	}
	return out
}

// timeText shows a time as people read it.
func timeText(v string, zone *time.Location) string {
	sec, ok := batch.ParseNumber(v)
	if !ok {
		return v
	}
	if zone == nil {
		zone = time.UTC
	}
	return timefmt.Display(sec, zone)
}

// blocks draws numbers as a line of blocks.
func blocks(vals []string) string {
	nums := make([]float64, len(vals))
	low, high := 0.0, 0.0
	for i, v := range vals {
		nums[i], _ = batch.ParseNumber(v)
		low, high = min(low, nums[i]), max(high, nums[i])
	}
	levels := []rune("▁▂▃▄▅▆▇█")
	var b strings.Builder
	for _, n := range nums {
		i := 0
		part := (n - low) / (high - low)
		if math.IsInf(n, 1) {
			part = 1
		}
		if part > 0 { // nor NaN
			i = int(part * float64(len(levels)-1))
		}
		b.WriteRune(levels[i])
	}
	return b.String()
}
