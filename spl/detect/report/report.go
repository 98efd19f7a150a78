// Package report writes what came of detection tests: for people, and in the forms
// that machines read. [New] makes the writer of a form; results come in order.
package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"spl/parser/source"
	"spl/spl/detect/page"
	"spl/spl/detect/runner"
)

// Formats are the forms that there are.
var Formats = []string{"human", "tap", "junit", "json", "github"}

// Reporter writes results as they come, and at the end what they amount to.
type Reporter interface {
	Result(r *runner.Result) error
	End(t *Totals) error
}

// Options say how a report looks.
type Options struct {
	page.Style
	Verbose bool
	// Faults writes faults of a file with their lines; nil: one line each.
	Faults func(errs source.Errors) string
	// Times says that the report says how long things took.
	Times bool
}

// New makes the writer of a form, one of Formats.
func New(format string, w io.Writer, o Options) (Reporter, error) {
	switch format {
	case "", "human":
		return &human{w: w, o: o}, nil
	case "tap":
		return &tap{w: w, o: o}, nil
	case "junit":
		return &junit{w: w, o: o}, nil
	case "json":
		return &jsonLines{w: w, o: o}, nil
	case "github":
		return &github{human{w: unobeyed{w}, o: o}, w}, nil
	}
	return nil, fmt.Errorf("there is no format `%s`", format)
}

// Totals count results.
type Totals struct {
	Tests                            int // that were run, or should have been
	Passed, Failed, Errored, Skipped int
	// Skips counts the skipped by their reasons.
	Skips   map[string]int
	Missing []*runner.Missing // without repeats
	Took    time.Duration
}

// Add counts a result.
func (t *Totals) Add(r *runner.Result) {
	for _, m := range r.Missing {
		if !slices.ContainsFunc(t.Missing, func(o *runner.Missing) bool { return o.Name == m.Name }) {
			t.Missing = append(t.Missing, m)
		}
	}
	switch r.Status {
	case runner.Skipped:
		t.Skipped++
		if t.Skips == nil {
			t.Skips = map[string]int{}
		}
		reason := r.Message
		if len(r.Missing) > 0 {
			reason = "data missing"
		}
		t.Skips[reason]++
		return
	case runner.Passed:
		t.Passed++
	case runner.Failed:
		t.Failed++
	case runner.Errored:
		t.Errored++
	}
	t.Tests++
}

// Bad is how many tests did not pass.
func (t *Totals) Bad() int { return t.Failed + t.Errored }

// Line sums up in a line.
func (t *Totals) Line() string {
	parts := []string{page.Count(int64(t.Tests), "test")}
	add := func(n int, what string) {
		if n > 0 {
			parts = append(parts, page.Number(int64(n))+" "+what)
		}
	}
	add(t.Passed, "passed")
	add(t.Failed, "failed")
	add(t.Errored, "could not be run")
	line := parts[0]
	if len(parts) > 1 {
		line += ": " + strings.Join(parts[1:], ", ")
	}
	if t.Skipped > 0 {
		var why []string
		for _, reason := range byCount(t.Skips) {
			why = append(why, fmt.Sprintf("%s %s", page.Number(int64(t.Skips[reason])), reason))
		}
		line += fmt.Sprintf("; %s skipped", page.Number(int64(t.Skipped)))
		line += " (" + strings.Join(why, ", ") + ")"
	}
	return line
}

func byCount(m map[string]int) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int {
		if m[a] != m[b] {
			return m[b] - m[a]
		}
		return strings.Compare(a, b)
	})
	return keys
}

// place is where the test of a result stands: file:line.
func place(r *runner.Result) (file string, line, column int) {
	if len(r.Faults) > 0 && r.Faults[0].File != nil {
		p := r.Faults[0].Place()
		return r.Faults[0].File.Name, p.Line, p.Column
	}
	if len(r.Missing) > 0 && r.Missing[0].File != nil {
		p := r.Missing[0].File.Place(r.Missing[0].At.Start)
		return r.Missing[0].File.Name, p.Line, p.Column
	}
	t := r.Test
	if t.File == nil {
		return t.Unit.Path, 1, 1
	}
	p := t.File.Place(t.At.Start)
	return t.File.Name, p.Line, p.Column
}

// text is all that a result that is no success has to say, in lines.
func (o *Options) text(r *runner.Result) []string {
	var out []string
	add := func(lines ...string) { out = append(out, lines...) }
	if len(r.Faults) > 0 {
		add(strings.Split(strings.TrimRight(o.faults(r.Faults), "\n"), "\n")...)
	} else {
		add(page.Visible(r.Message))
	}
	for _, d := range r.Details {
		add(page.Visible(d))
	}
	for _, m := range r.Missing {
		line := page.Visible(m.Name)
		if m.File != nil {
			p := m.File.Place(m.At.Start)
			line = fmt.Sprintf("%s:%d:%d: %s", m.File.Name, p.Line, p.Column, line)
		}
		add(line, "  "+page.Visible(m.Why))
		if m.Help != "" && m.Fetch == "" {
			add("  help: " + m.Help)
		}
		if m.Fetch != "" {
			add("  to fetch it: " + page.Visible(m.Fetch))
		}
	}
	for _, n := range r.Notes {
		add("note: " + page.Visible(n))
	}
	if len(r.Why) > 0 {
		add("", "What became of the events:")
		for _, l := range r.Why {
			add("  " + l)
		}
	}
	return out
}

func (o *Options) faults(errs source.Errors) string {
	if o.Faults != nil {
		return o.Faults(errs)
	}
	var b strings.Builder
	for _, e := range errs {
		fmt.Fprintln(&b, e.Error())
		if e.Help != "" {
			fmt.Fprintf(&b, "  help: %s\n", e.Help)
		}
	}
	return b.String()
}
