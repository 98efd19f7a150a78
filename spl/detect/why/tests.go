package why

import (
	"fmt"
	"strings"

	"spl/spl/detect/page"
	"spl/spl/engine"
)

// tests lists the conditions of a command in their order: how many rows each let
// through of those that the conditions before it had.
func (e *explainer) tests(st *engine.StageTrace) {
	terms := st.Root.Conjuncts()
	for i, t := range terms {
		e.test(t, st, 0, i == 0 && len(terms) == 1)
		if t.Kept == 0 && i+1 < len(terms) {
			e.after(terms[i+1:], st)
			return
		}
	}
}

// after lists the conditions that no row reached: what they would have kept alone.
func (e *explainer) after(terms []*engine.TestTrace, st *engine.StageTrace) {
	for _, t := range terms {
		note := fmt.Sprintf("%s of %s pass it alone", page.Number(t.Alone), page.Number(st.In))
		e.term(t, 0, e.Paint(page.Faint, "-"), note)
		if t.Alone == 0 && st.In > 0 {
			e.values(t, st, 1)
		}
	}
}

func (e *explainer) test(t *engine.TestTrace, st *engine.StageTrace, deeper int, only bool) {
	mark := e.Paint(page.Green, "+")
	note := fmt.Sprintf("kept %s of %s", page.Number(t.Kept), page.Number(t.Reached))
	switch {
	case t.Reached == 0:
		mark, note = e.Paint(page.Faint, "-"), "not reached"
	case t.Kept == 0:
		mark = e.Paint(page.Red, "x")
		if only || t.Alone == 0 || t.Reached == st.In {
			break
		}
		note += fmt.Sprintf("; alone it keeps %s of %s", page.Number(t.Alone), page.Number(st.In))
	}
	e.term(t, deeper, mark, note)
	if t.Kept == t.Reached {
		return
	}
	switch {
	case t.Test.Kind == engine.Any && t.Kept == 0:
		for _, o := range t.Of {
			e.test(o, st, deeper+1, false)
		}
	case t.Test.Kind == engine.Not:
		e.negated(t, deeper+1)
	case t.Kept == 0:
		e.values(t, st, deeper+1)
	}
}

// negated says which of the things that must not be true were.
func (e *explainer) negated(t *engine.TestTrace, deeper int) {
	inner := t.Of
	for len(inner) == 1 && inner[0].Test.Kind != engine.Leaf {
		inner = inner[0].Of
	}
	if len(inner) < 2 {
		return
	}
	for _, o := range inner {
		if o.Kept > 0 {
			e.detail(deeper, e.Fit(fmt.Sprintf("%s is true of %s", page.OneLine(o.Test.Text), page.Number(o.Kept)), e.inner()+2*deeper))
		}
	}
}

// term is a condition's line: a sign, what it says, how many it kept, and the macro
// that it comes from.
func (e *explainer) term(t *engine.TestTrace, deeper int, mark, note string) {
	text := page.OneLine(t.Test.Text)
	if t.Test.Given {
		note += ", as its subsearch gave it"
	} else if _, macro := e.place(t.Test.At); macro != "" {
		note += ", from macro `" + macro + "`"
	}
	left := e.inner() + 2*deeper + 2
	if e.Width > 0 && page.Cells(text)+page.Cells(note)+2 > e.Width-left {
		e.detail(deeper, mark+" "+e.Fit(text, left))
		for _, l := range page.Wrap(note, e.room(deeper)-2) {
			e.detail(deeper+1, e.Paint(page.Faint, l))
		}
		return
	}
	pad := max(2, min(46, e.Width-left-page.Cells(note)-1)-page.Cells(text))
	if e.Width == 0 {
		pad = max(2, 46-page.Cells(text))
	}
	e.detail(deeper, mark+" "+text+strings.Repeat(" ", pad)+e.Paint(page.Faint, note))
}

// values says what the field of a failed condition held instead.
func (e *explainer) values(t *engine.TestTrace, st *engine.StageTrace, deeper int) {
	for _, text := range Instead(t, st) {
		for _, l := range page.Wrap(page.Visible(text), e.room(deeper)) {
			e.detail(deeper, l)
		}
	}
}

// loss is the end of the report: the place where the last rows were lost, and an
// event that was lost there.
func (e *explainer) loss(trace *engine.Trace) {
	i := Lost(trace)
	if i < 0 {
		return
	}
	st := trace.Stages[i]
	text, at := "the command `"+firstWord(st.Name)+"`", st.At
	if t := Blame(st); t != nil {
		text, at = "the condition `"+page.OneLine(t.Test.Text)+"`", t.Test.At
		if t.Test.Given {
			text += " that its subsearch gave"
		}
	}
	place, macro := e.place(at)
	if macro != "" {
		text += " of macro `" + macro + "`"
	}
	if trace == e.Trace {
		text = "The last rows were lost to " + text + ", at " + place + "."
	} else {
		text = "A subsearch of it gave no row: its last ones were lost to " + text + ", at " + place + "."
	}
	e.add("")
	for _, l := range page.Wrap(text, e.Width) {
		e.add("%s", e.Paint(page.Bold, l))
	}
	if t := Blame(st); t != nil && t.Dropped != nil {
		e.dropped(t.Dropped)
	} else if st.Dropped != nil {
		e.dropped(st.Dropped)
	}
	for _, sub := range subsOf(trace, st) {
		e.loss(sub)
	}
}

// dropped shows an event that a command dropped.
func (e *explainer) dropped(d *engine.DroppedRow) {
	e.add("The first that it dropped:")
	if d.Failed != nil && d.Failed.Field != "" {
		held := "nothing"
		if len(d.Found) > 0 {
			held = quotedList(d.Found)
		}
		e.add("%s", e.Fit(fmt.Sprintf("    it failed %s: %s held %s", page.OneLine(d.Failed.Text), quoted(d.Failed.Field), page.Visible(held)), 0))
	}
	if raw := strings.Join(d.Value("_raw"), " "); raw != "" {
		e.add("%s", e.Paint(page.Faint, e.Fit("    "+page.OneLine(raw), 0)))
		return
	}
	var fields []string
	for i, n := range d.Names {
		fields = append(fields, quoted(n)+"="+quotedList(d.Values[i]))
	}
	e.add("%s", e.Paint(page.Faint, e.Fit("    "+page.Visible(strings.Join(fields, " ")), 0)))
}

func firstWord(s string) string {
	w, _, _ := strings.Cut(s, " ")
	return w
}

// Lost is the number of the command to which the last rows were lost, or -1 where
// rows came out of the search.
func Lost(t *engine.Trace) int {
	n := len(t.Stages)
	if n == 0 || t.Stages[n-1].Out > 0 || t.Read == t.Outside && t.Stages[0].In == 0 {
		return -1
	}
	for i, s := range t.Stages {
		if s.Out == 0 {
			return i
		}
	}
	return -1
}

// Blame is the condition of a command that kept none of the rows that reached it; nil
// where there is none.
func Blame(st *engine.StageTrace) *engine.TestTrace {
	for _, t := range st.Root.Conjuncts() {
		if t.Reached > 0 && t.Kept == 0 {
			return t
		}
	}
	return nil
}
