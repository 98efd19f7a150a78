// Package why says what became of the events of a search: how many came to each
// command and went on, and where they were lost, to which condition and by how much.
//
// Run a program with [engine.Trace] in its options, then give both to [Explain].
package why

import (
	"fmt"
	"strings"

	"spl/parser/source"
	"spl/spl"
	"spl/spl/detect"
	"spl/spl/detect/page"
	"spl/spl/engine"
)

// Subject is a traced run and the search that ran.
type Subject struct {
	Trace *engine.Trace
	Query *spl.Query
	// Detection is where the search stands; nil for one of the command line.
	Detection *detect.Detection
	page.Style
}

// Explain gives the lines of the report: one for each command, below those that
// dropped rows their conditions, and at the end where the rows were lost.
func Explain(s *Subject) []string {
	e := &explainer{Subject: s}
	e.head()
	e.stages(s.Trace)
	e.loss(s.Trace)
	return e.lines
}

type explainer struct {
	*Subject
	lines []string
	deep  int // subsearches around what is told
}

func (e *explainer) add(format string, args ...any) {
	e.lines = append(e.lines, fmt.Sprintf(format, args...))
}

// The columns of the report: two numbers, and the text.
const (
	numbers = 9
	indent  = 2*numbers + 2
	narrow  = 60 // below this width the conditions begin further left
)

// inner is where conditions begin.
func (e *explainer) inner() int {
	if e.Width > 0 && e.Width < narrow {
		return 4
	}
	return e.right() + 2
}

// step is how much further right a subsearch stands than the command it is in.
const step = 2

// right is where the commands of the search that is told begin.
func (e *explainer) right() int { return indent + step*e.deep }

// fit shortens a text to what is left of the line where commands stand.
func (e *explainer) fit(text string) string {
	if e.Width <= 0 {
		return text
	}
	return page.Clip(text, max(8, e.Width-e.right()))
}

func (e *explainer) head() {
	e.add("%s", read(e.Trace))
	e.add("%s", e.Paint(page.Faint, fmt.Sprintf("%*s%*s  command", numbers, "in", numbers, "out")))
}

func read(t *engine.Trace) string {
	text := page.Count(t.Read, "event") + " read"
	if t.Outside > 0 {
		text += fmt.Sprintf(", %s of them outside the time range", page.Number(t.Outside))
	}
	return text
}

// stages tells of the commands of a search, and below each of its subsearches.
func (e *explainer) stages(t *engine.Trace) {
	for i, st := range t.Stages {
		e.stage(i, st)
		for _, sub := range subsOf(t, st) {
			e.sub(sub)
		}
	}
}

// subsOf are the subsearches that stand in a command.
func subsOf(t *engine.Trace, st *engine.StageTrace) []*engine.Trace {
	var out []*engine.Trace
	for _, sub := range t.Subs {
		if sub.At.Start >= st.At.Start && sub.At.End <= st.At.End {
			out = append(out, sub)
		}
	}
	return out
}

func (e *explainer) sub(t *engine.Trace) {
	text := "its subsearch "
	switch {
	case t.Runs == 0:
		text += "did not run"
	case t.Runs > 1:
		text += fmt.Sprintf("ran %d times; the last time:", t.Runs)
	default:
		text += "gave " + page.Count(gave(t), "row") + ":"
	}
	e.add("%s%s", strings.Repeat(" ", e.right()), e.Paint(page.Faint, e.fit(text)))
	e.deep++
	e.stages(t)
	e.deep--
}

// gave is how many rows came out of a search.
func gave(t *engine.Trace) int64 {
	if n := len(t.Stages); n > 0 {
		return t.Stages[n-1].Out
	}
	return 0
}

func (e *explainer) stage(i int, st *engine.StageTrace) {
	out := fmt.Sprintf("%*s", numbers, page.Number(st.Out))
	if st.Out == 0 && st.In > 0 || st.Out == 0 && i == 0 {
		out = e.Paint(page.Red, out)
	}
	in := page.Number(st.In)
	if i == 0 && st.In == 0 && st.Out > 0 {
		in = "" // it makes its rows itself
	}
	e.add("%*s%s  %s%s", numbers, in, out, strings.Repeat(" ", step*e.deep), e.command(st))
	switch {
	case st.In == 0 && st.Tests == nil:
	case st.Fault != nil:
		e.detail(0, e.Paint(page.Yellow, "its conditions cannot be followed: "+page.OneLine(st.Fault.Error())))
	case st.Root != nil && (st.Out < st.In || lossy(st.Root)):
		e.tests(st)
	}
	e.needs(st)
}

// lossy says whether a condition dropped rows.
func lossy(t *engine.TestTrace) bool { return t.Kept < t.Reached }

// command is the command as it stands in the file, on one line.
func (e *explainer) command(st *engine.StageTrace) string {
	text := page.OneLine(st.Name)
	text = e.fit(text)
	if name, rest, ok := strings.Cut(text, " "); ok {
		return e.Paint(page.Bold, name) + " " + rest
	}
	return e.Paint(page.Bold, text)
}

// detail is a line below a command.
func (e *explainer) detail(deeper int, text string) {
	e.add("%s%s", strings.Repeat(" ", e.inner()+2*deeper), text)
}

// needs names the fields that a command reads and that no row has.
func (e *explainer) needs(st *engine.StageTrace) {
	if st.In == 0 {
		return
	}
	for _, name := range sortedKeys(st.Needs) {
		if st.Needs[name] > 0 || name == "_raw" || name == "_time" {
			continue
		}
		text := fmt.Sprintf("no row has a value of %s", quoted(name))
		if near := nearestFields(name, st.Fields); near != "" {
			text += "; the rows have " + near
		}
		for _, l := range page.Wrap(page.Visible(text), e.room(0)) {
			e.detail(0, e.Paint(page.Yellow, l))
		}
	}
}

func (e *explainer) room(deeper int) int {
	if e.Width <= 0 {
		return 0
	}
	return max(20, e.Width-e.inner()-2*deeper)
}

// place says where a span of the expanded search stands: file:line:column, and the
// macro that brought it, if any.
func (e *explainer) place(at source.Span) (place, macro string) {
	p, frame := Place(e.Query, e.Detection, at)
	if frame != nil {
		macro = frame.Macro
	}
	return p, macro
}

// Place finds where a span of a query's expanded text stands in the file that a
// reader opens, as file:line:column, and through which macro calls it came. A nil
// detection stands for a search without a file.
func Place(q *spl.Query, d *detect.Detection, at source.Span) (string, *source.Frame) {
	file, where, frame := q.Expansion.Text.Origin(at)
	for f := frame; f != nil; f = f.Parent { // the call is what the reader wrote
		file, where = f.File, f.Call
	}
	if d != nil {
		file, where = d.Place(file, where)
	}
	p := file.Place(where.Start)
	return fmt.Sprintf("%s:%d:%d", file.Name, p.Line, p.Column), frame
}
