package spl

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"spl/eval/batch"
	"spl/eval/timefmt"
	"spl/parser"
	"spl/spl/command"
	"spl/spl/engine"
)

// Outline is what is known of a program's rows before it runs.
type Outline struct {
	// Table says that the columns of the rows have an order.
	Table bool
	// Generates says that the search makes its rows itself and reads no input, unless
	// a subsearch of it does.
	Generates bool
	// Raw says that the rows are events whose text, _raw, is the input's.
	Raw bool
	// Drawing says how the rows can be drawn as a chart; nil when nothing says so.
	Drawing *engine.Drawing
	// Literals are texts of which the events hold some, as the search at the front has
	// it: of each clause at least one. They are what a reader would mark.
	Literals [][]string
}

// Outline tells what kind of rows the program will give.
func (p *Program) Outline() Outline {
	plans := p.outlined(nil)
	cut := engine.NewCut(plans, batch.AllFields)
	o := Outline{Table: cut.Table, Generates: cut.Source != nil && !cut.Source.Front, Drawing: cut.Drawing, Literals: cut.Scan.Literals}
	o.Raw = !o.Table && !o.Generates
	raw := batch.FieldsOf("_raw")
	for _, plan := range plans {
		// What only drops rows hands on their text even where it does not read it.
		o.Raw = o.Raw && (plan.Filter != nil || plan.Reads == nil || plan.Reads(raw).Has("_raw"))
	}
	return o
}

// Matched is how many events have passed the search at the front so far.
func (r *Rows) Matched() int64 { return r.run.ctx.Matched.Load() }

// outlined plans the program without running its subsearches.
func (p *Program) outlined(o *RunOptions) []*engine.Plan {
	planning := &command.Planning{Now: time.Unix(0, 0), Zone: time.UTC, Knowledge: p.knowledge, Jobs: p.jobs}
	if o != nil {
		planning.Now = o.Now
		if o.Zone != nil {
			planning.Zone = o.Zone
		}
	}
	var plans []*engine.Plan
	for _, s := range p.query.Pipeline.Stages {
		plans = append(plans, planStage(s, planning))
	}
	return plans
}

// planStage plans a stage. One with a subsearch whose rows become text of it is
// planned with text that says as little as possible in that place.
func planStage(s *parser.Stage, planning *command.Planning) *engine.Plan {
	known := s
	for _, neutral := range []string{"()", "1"} {
		for range maxDepth {
			if len(known.Inserts) == 0 {
				break
			}
			texts := make([]string, len(known.Inserts))
			for i := range texts {
				texts[i] = neutral
			}
			next, errs := known.With(texts)
			if len(errs) > 0 || next.Node == nil {
				break
			}
			known = next
		}
	}
	if len(known.Inserts) > 0 {
		return &engine.Plan{
			Name:  s.String(),
			Note:  "its subsearch runs first; what it reads is known only then",
			Reads: func(batch.Fields) batch.Fields { return batch.AllFields },
			Gives: engine.MakesAny,
		}
	}
	plan := *command.Plans(&parser.Pipeline{Stages: []*parser.Stage{known}}, planning)[0]
	if known != s {
		if plan.Filter == nil { // its fields come from the subsearch
			plan.Gives, plan.Uses = engine.MakesAny, []string{}
		}
		if plan.Tests != nil {
			placeTest(&plan, known)
		}
		plan.Name = s.String()
		plan.Note = strings.TrimPrefix(plan.Note+"; its subsearch runs first, and its rows become text of this command", "; ")
	}
	return &plan
}

// Explain writes how the search is understood and how it would run: its canonical
// form, the macros in it, what each command reads, what is asked of the input, and
// where the part that runs beside the data ends. It is for people; its form may
// change. The error is the writer's.
func (p *Program) Explain(w io.Writer, o *RunOptions) error {
	wanted := batch.AllFields
	if o != nil && o.Fields != nil {
		wanted = batch.FieldsOf(o.Fields...)
	}
	plans := p.outlined(o)
	cut := engine.NewCut(plans, wanted)
	e := &explanation{options: o, reads: map[*engine.Plan]batch.Fields{}}
	for i := len(plans) - 1; i >= 0; i-- {
		if p := plans[i]; p.Reads != nil {
			before := p.Reads(wanted)
			e.reads[p] = beside(before, wanted)
			wanted = before
		}
	}
	e.search(p)
	e.macros(p)
	e.input(cut)
	e.plan(cut)
	_, err := io.WriteString(w, e.String())
	return err
}

// beside are the fields that are in one set and not in another.
func beside(f, other batch.Fields) batch.Fields {
	if f.All {
		return batch.Fields{All: !other.All}
	}
	out := f.Without(other.Names...)
	out.Patterns = slices.DeleteFunc(slices.Clone(out.Patterns), func(p string) bool { return slices.Contains(other.Patterns, p) })
	return out
}

type explanation struct {
	strings.Builder
	options *RunOptions
	reads   map[*engine.Plan]batch.Fields // what each command reads that those after it do not
}

func (e *explanation) line(indent int, format string, args ...any) {
	e.WriteString(strings.Repeat("  ", indent))
	fmt.Fprintf(e, format, args...)
	e.WriteByte('\n')
}

func (e *explanation) search(p *Program) {
	e.line(0, "Search")
	for i, s := range p.query.Pipeline.Stages {
		bar := "| "
		if i == 0 && s.Command == "search" {
			bar = "  "
		}
		e.line(1, "%s%s", bar, s)
	}
}

func (e *explanation) macros(p *Program) {
	calls := p.query.Expansion.Calls
	if len(calls) == 0 {
		return
	}
	e.line(0, "\nMacros")
	count := map[string]int{}
	var names, where []string
	widest := 0
	for _, c := range calls {
		k := c.Macro.Key()
		if count[k]++; count[k] == 1 {
			names, where = append(names, k), append(where, c.Macro.Where())
			widest = max(widest, len(k))
		}
	}
	for i, n := range names {
		times := ""
		if count[n] > 1 {
			times = fmt.Sprintf(", called %d times", count[n])
		}
		e.line(1, "%-*s  %s%s", widest, n, where[i], times)
	}
}

// input says what is asked of the source of the rows.
func (e *explanation) input(cut *engine.Cut) {
	if cut.Source != nil && cut.Source.Front {
		e.line(0, "\nInput: the events, as %s reads them", cut.Source.Name)
		e.line(1, "of these, fields: %s", fieldList(cut.Scan.Fields))
		return
	}
	if cut.Source != nil {
		e.line(0, "\nInput: none; the rows are made by %s", cut.Source.Name)
		return
	}
	s := &cut.Scan
	e.line(0, "\nInput")
	e.line(1, "fields read: %s", fieldList(s.Fields))
	if len(s.First) > 0 && len(s.Literals)+len(s.Plain) > 0 {
		e.line(1, "of these first, since the filters at the front need them: %s", fieldList(batch.FieldsOf(s.First...)))
	}
	clauses := s.Plain
	if len(clauses) == 0 {
		clauses = s.Literals
	}
	for i, clause := range clauses {
		lead := "passed over unread: events without the text"
		if i > 0 {
			lead = "                           or without the text"
		}
		only := ""
		if !slices.ContainsFunc(s.Literals, func(l []string) bool { return slices.Equal(l, clause) }) {
			only = " (where nothing is built in for their source type)"
		}
		e.line(1, "%s %s%s", lead, clauseText(clause), only)
	}
	for _, o := range s.Origins {
		e.line(1, "passed over unread: in files that are not %s, events that do not name their %s", o.Text, strings.Join(o.Fields, " or "))
	}
	e.line(1, "time: %s", e.timeRange(s.Earliest, s.Latest))
	e.line(1, "order: %s", map[engine.Wants]string{
		engine.Nothing: "any; no command sees it",
		engine.Places:  "any, but each row carries its place",
		engine.Order:   "newest first",
	}[cut.Wants])
	if cut.Limit > 0 {
		e.line(1, "rows: reading stops when %d have come through", cut.Limit)
	}
}

func (e *explanation) timeRange(earliest, latest float64) string {
	zone := time.UTC
	if e.options != nil {
		if e.options.Zone != nil {
			zone = e.options.Zone
		}
		c := engine.Context{Now: e.options.Now, Given: givenRange(e.options)}
		r := c.Bound(engine.Range{Earliest: earliest, Latest: latest})
		earliest, latest = r.Earliest, r.Latest
	}
	from, to := !math.IsInf(earliest, -1), !math.IsInf(latest, 1)
	switch {
	case from && to:
		return timefmt.Display(earliest, zone) + " up to, but not including, " + timefmt.Display(latest, zone)
	case from:
		return "from " + timefmt.Display(earliest, zone)
	case to:
		return "before " + timefmt.Display(latest, zone)
	}
	return "all"
}

// plan lists the commands in the two parts in which they run.
func (e *explanation) plan(cut *engine.Cut) {
	n := 0
	if cut.Source != nil && cut.Source.Reduce == nil {
		n++
	}
	beside := len(cut.Map)
	half := len(cut.Reduce) > 0 && cut.Reduce[0].Map != nil
	e.line(0, "\nBeside the data, on %s", e.workers())
	if beside == 0 && !half {
		e.line(1, "nothing but reading")
	}
	for _, p := range cut.Map {
		n++
		e.command(n, p, "")
	}
	if half {
		e.command(n+1, cut.Reduce[0], " (its first half)")
	}
	e.line(1, "=> passed on: %s", fieldList(cut.Wanted))
	e.line(0, "\nOver all rows, in one place")
	if len(cut.Reduce) == 0 {
		e.line(1, "nothing but putting the rows in order")
	}
	for i, p := range cut.Reduce {
		n++
		part := ""
		switch {
		case i == 0 && half:
			part = " (its second half)"
		case p.Reduce == nil:
			part = " (could run beside the data; the commands before it cannot)"
		}
		e.command(n, p, part)
		if p.Reduce != nil {
			e.line(4, "wants its rows %s", map[engine.Wants]string{
				engine.Nothing: "in any order", engine.Places: "in any order, with their places", engine.Order: "in order",
			}[p.Wants])
			if p.Makes {
				e.line(4, "gives them an order of its own")
			}
			if p.Limit > 0 {
				e.line(4, "asks for %d rows at most", p.Limit)
			}
		}
	}
}

func (e *explanation) workers() string {
	if e.options == nil || e.options.Workers <= 0 {
		return "one worker a core"
	}
	if e.options.Workers == 1 {
		return "1 worker"
	}
	return fmt.Sprintf("%d workers", e.options.Workers)
}

func (e *explanation) command(n int, p *engine.Plan, part string) {
	e.line(1, "%2d  %s%s", n, p.Name, part)
	if f := e.reads[p]; part != " (its second half)" && (f.All || len(f.Names)+len(f.Patterns) > 0) {
		e.line(4, "reads %s", fieldList(f))
	}
	if p.Note != "" {
		e.line(4, "%s", p.Note)
	}
	if p.Effects != "" {
		e.line(4, "%s", p.Effects)
	}
}

func fieldList(f batch.Fields) string {
	if f.All {
		return "all"
	}
	var names []string
	for _, n := range f.Names {
		names = append(names, parser.Word(n))
	}
	names = append(names, f.Patterns...)
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// maxTexts is how many texts of a clause are shown; a list may have thousands.
const maxTexts = 8

func clauseText(clause []string) string {
	var out []string
	for _, t := range clause[:min(len(clause), maxTexts)] {
		out = append(out, strconv.Quote(t))
	}
	if more := len(clause) - maxTexts; more > 0 {
		out = append(out, fmt.Sprintf("any of %d more", more))
	}
	return strings.Join(out, " or ")
}
