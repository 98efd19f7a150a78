package macros

import (
	"slices"
	"strings"

	"spl/parser/source"
)

// Options are what expansion needs beside the definitions.
type Options struct {
	// Eval evaluates an expression where there is no event, for macros with iseval or
	// validation. Without it such macros are an error, [source.Unsupported]. An error
	// that is a *source.Error or source.Errors counts its Span in expr and is shown at
	// its place in the definition.
	Eval func(expr string) (Result, error)
}

// Expansion is a text with the macros it called in the place of the calls.
type Expansion struct {
	// Text is what a parser reads. After faults it is not for use, unless it is Readable.
	Text *source.Text
	// Holes are the calls in Text that could not be expanded and stand there as they
	// were written.
	Holes []source.Span
	// Readable says that Text is whole but for the Holes: what lies beside them can be
	// judged.
	Readable bool
	// Calls are all macros that were expanded, in the order in which they began.
	Calls   []Call
	Notices []Notice
}

// Call is a macro that was expanded.
type Call struct {
	Macro *Macro
	// Frame says where it was called, and from which macro.
	Frame *source.Frame
	// Out is what came of it in the expanded text, empty for calls in an expression
	// that was evaluated.
	Out source.Span
}

// Notice is something a reader should know that is not a fault.
type Notice struct {
	Message string
	// Macro is the name of the undefined macro that was given a stand-in.
	Macro string
	File  *source.File
	Where source.Span
	Frame *source.Frame
}

// Place is where the notice belongs in the reader's file.
func (n Notice) Place() source.Place { return n.File.Place(n.Where.Start) }

// Expand puts the definitions of macros in the place of their calls, over and over,
// until there is none left, and a space in the place of each comment. A nil set means
// [Builtin].
//
// All faults are reported, each once, in the order of the text; they are resolved,
// their Span being the place in f of the outermost call that led there. Hence a text
// with faults should not be parsed: its own faults would only follow from them.
//
// An undefined `name_filter` expands to search *, an undefined `cim_name_indexes` to
// (), both with a notice (macros.md 2.4).
func Expand(f *source.File, set *Set, opts Options) (*Expansion, source.Errors) {
	if set == nil {
		set = Builtin()
	}
	x := &expander{set: set, opts: opts, work: maxWork, root: f, seen: map[faultKey]bool{}, near: map[string]string{}}
	x.out = &builder{work: &x.work}
	if len(f.Text) > MaxLength {
		x.broken = true
		x.place(source.Errorf(source.Syntax, source.At(0), "the query is %d bytes long; at most %d are read", len(f.Text), MaxLength).
			WithHelp("a long list of values belongs in a lookup table"), f, source.At(0), nil)
	} else {
		x.run(x.uncomment(source.Plain(f), nil), 0)
	}
	slices.SortStableFunc(x.errs, func(a, b *source.Error) int { return a.Span.Start - b.Span.Start })
	return &Expansion{x.out.text(), x.holes, !x.broken && !x.stopped, x.calls, x.notices}, x.errs
}

// expander holds the state of one expansion.
type expander struct {
	set     *Set
	opts    Options
	root    *source.File
	out     *builder
	inner   bool // out is not the expansion's own text
	work    int  // what may still be done; see maxWork
	stopped bool
	broken  bool          // a fault hides what the text is
	holes   []source.Span // see Expansion
	top     source.Span   // the call in root that is being expanded
	calls   []Call
	notices []Notice
	errs    source.Errors
	faults  int // all that were met, also those met before
	seen    map[faultKey]bool
	near    map[string]string // names that were asked for, and the nearest there is
}

type faultKey struct {
	file    *source.File
	where   source.Span
	message string
}

// report resolves an error whose span counts in t and keeps it.
func (x *expander) report(t *source.Text, e *source.Error) {
	if e.File == nil {
		f, where, frame := t.Origin(e.Span)
		x.place(e, f, where, frame)
		return
	}
	x.place(e, e.File, e.Where, e.Frame)
}

// place keeps an error of a known place. A macro with a fault that is called often
// gives the same error often; it is kept once.
func (x *expander) place(e *source.Error, f *source.File, where source.Span, frame *source.Frame) {
	e.File, e.Where, e.Frame, e.Span = f, where, frame, where
	for fr := frame; fr != nil; fr = fr.Parent {
		e.Span = fr.Call
	}
	x.faults++
	k := faultKey{f, where, e.Message}
	if x.seen[k] || len(x.errs) >= maxErrors {
		return
	}
	x.seen[k] = true
	x.errs = append(x.errs, e)
	x.stopped = len(x.errs) >= maxErrors
}

// stop ends the expansion where it grows without bound.
func (x *expander) stop() {
	if x.stopped {
		return
	}
	x.stopped = true
	x.place(source.Errorf(source.Syntax, x.top, "macros make more than %d MiB of text, or too many calls, of this", MaxLength>>20).
		WithHelp("look for macros that call others several times: each level multiplies"), x.root, x.top, nil)
}

// uncomment takes the comments out of a text. frame is that of the text's own call.
func (x *expander) uncomment(t *source.Text, frame *source.Frame) *source.Text {
	out, fault := uncomment(t, &builder{work: &x.work})
	if fault != nil {
		x.broken = true
		f, where, _ := t.Origin(fault.Span)
		x.place(fault, f, where, frame)
	}
	return out
}

// run appends a text to the output, its calls expanded. depth is the number of calls
// around it.
func (x *expander) run(t *source.Text, depth int) {
	done := 0
	s := scanner{text: t.String}
	for !x.stopped {
		call, fault := s.next()
		if fault != nil {
			at := fault.Span // before it is that of the whole query
			x.report(t, fault)
			if fault.Code == source.UnknownMacro {
				x.out.slice(t, source.Span{Start: done, End: at.Start}, nil)
				x.hole(t, at)
				done = at.End
			} else {
				x.broken = true
			}
			continue
		}
		end := len(t.String)
		if call != nil {
			end = call.at.Start
		}
		x.out.slice(t, source.Span{Start: done, End: end}, nil)
		if x.work < 0 || len(x.out.buf) > MaxLength {
			x.stop()
		}
		if call == nil || x.stopped {
			return
		}
		done = call.at.End
		x.call(t, call, depth)
	}
}

// call expands one call. If it cannot, the call's own text stays.
func (x *expander) call(t *source.Text, c *site, depth int) {
	f, where, frame := t.Origin(c.at)
	if depth == 0 {
		x.top = where
	}
	x.work -= callCost
	m, values := x.bind(t, c)
	if m == nil || !x.allowed(t, c, m, frame, depth) {
		x.hole(t, c.at)
		return
	}
	call := Call{Macro: m, Frame: &source.Frame{Macro: m.Key(), File: f, Call: where, Parent: frame}}
	n := len(x.calls)
	x.calls = append(x.calls, call)
	start := len(x.out.buf)
	ok := x.validate(m, values, call.Frame, depth)
	if ok {
		body := x.substitute(x.uncomment(m.Definition, call.Frame), m, values, call.Frame)
		if m.IsEval {
			body, ok = x.evaluated(m, body, call.Frame, depth)
		}
		if ok {
			x.run(x.bare(t, c, body), depth+1)
		}
	}
	if !ok {
		x.hole(t, c.at)
	}
	if !x.inner {
		x.calls[n].Out = source.Span{Start: start, End: len(x.out.buf)}
	}
}

// hole leaves a call as it was written.
func (x *expander) hole(t *source.Text, at source.Span) {
	start := len(x.out.buf)
	x.out.slice(t, at, nil)
	if !x.inner {
		x.holes = append(x.holes, source.Span{Start: start, End: len(x.out.buf)})
	}
}

// bare takes the quotes off a definition that is wholly quoted where the call is the
// whole of a quoted string: "`window`" with window = "-70m@m". Published searches
// have it (choice; to the letter it would be two empty strings with text between).
func (x *expander) bare(t *source.Text, c *site, body *source.Text) *source.Text {
	quoted := func(s string, start, end int) bool {
		return start >= 0 && end < len(s) && end > start && s[start] == '"' && s[end] == '"'
	}
	n := len(body.String)
	if !quoted(t.String, c.at.Start-1, c.at.End) || !quoted(body.String, 0, n-1) || closingQuote(body.String, 0) != n {
		return body
	}
	out := &builder{work: &x.work}
	out.slice(body, source.Span{Start: 1, End: n - 1}, nil)
	return out.text()
}

// undefined reports a call of a macro that is not there, or stands in for it.
func (x *expander) undefined(t *source.Text, c *site) *Macro {
	arities := x.set.arities[c.name]
	if len(arities) > 0 {
		x.report(t, x.wrongCount(c, arities))
		return nil
	}
	if def := standIn(c.name, len(c.args)); def != "" {
		x.notice(t, c, def)
		f := &source.File{Name: builtinName, Text: def}
		return &Macro{Name: c.name, Definition: source.Plain(f), Origin: builtinName, File: f, set: setAll}
	}
	e := source.Errorf(source.UnknownMacro, c.at, "there is no macro `%s`", shorten(c.name))
	near, ok := x.near[c.name]
	if !ok {
		near = x.set.nearest(c.name)
		x.near[c.name] = near
	}
	if near != "" {
		e.Help = "did you mean `" + near + "`?"
	} else {
		e.Help = "load the macros.conf or the folder that defines it, or define it: name=definition"
	}
	x.report(t, e)
	return nil
}

func (x *expander) wrongCount(c *site, arities []int) *source.Error {
	var calls []string
	for _, n := range arities {
		calls = append(calls, x.set.Lookup(c.name, n).Signature())
	}
	takes := count(arities[0], "argument")
	if len(arities) > 1 {
		takes = "another number of arguments"
	}
	return source.Errorf(source.UnknownMacro, c.at, "macro `%s` takes %s; this call gives %d", c.name, takes, len(c.args)).
		WithHelp("call it as %s; an argument with a comma in it goes between double quotes", strings.Join(quoteAll(calls), " or "))
}

func quoteAll(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = "`" + n + "`"
	}
	return out
}

// alone says whether a command begins behind a text, as far as the text tells.
func alone(before string) bool {
	before = strings.TrimSpace(before)
	return before == "" || strings.ContainsAny(before[len(before)-1:], "|[`")
}

// notice says, once for each macro, that an undefined one was given a stand-in.
func (x *expander) notice(t *source.Text, c *site, def string) {
	if slices.ContainsFunc(x.notices, func(n Notice) bool { return n.Macro == c.name }) || len(x.notices) >= maxErrors {
		return
	}
	f, where, frame := t.Origin(c.at)
	does := "which excludes nothing"
	if strings.HasPrefix(def, "search ") && !alone(t.String[:c.at.Start]) {
		does = "which finds the word `search` where it stands: the call is meant to be a command of its own, after a pipe"
	}
	x.notices = append(x.notices, Notice{
		Message: "macro `" + c.name + "` is not defined; `" + def + "` is used, " + does,
		Macro:   c.name, File: f, Where: where, Frame: frame,
	})
}

// allowed says whether the macro can be called here, and reports why not.
func (x *expander) allowed(t *source.Text, c *site, m *Macro, frame *source.Frame, depth int) bool {
	if fault := m.Fault(); fault != nil {
		e := *fault
		f, where, _ := t.Origin(c.at)
		if e.File == nil { // a macro that no file defines
			x.report(t, source.Errorf(e.Code, c.at, "%s", e.Message).WithHelp("%s", e.Help))
			return false
		}
		x.place(&e, e.File, e.Where, &source.Frame{Macro: m.Key(), File: f, Call: where, Parent: frame})
		return false
	}
	if chain := cycle(t, c, m.Key(), frame); chain != "" {
		x.report(t, source.Errorf(source.Syntax, c.at, "macro `%s` calls itself: %s", m.Key(), chain).
			WithHelp("take one of these calls out"))
		return false
	}
	if depth >= MaxDepth {
		x.report(t, source.Errorf(source.Syntax, c.at, "macro calls nest more than %d deep here", MaxDepth).
			WithHelp("look for macros that call one another in a circle"))
		return false
	}
	return true
}

// cycle tells how a macro came to call itself, "" if it does not. A call counts only
// if the macro's own text wrote it: in `f(`f(1)`)` the inner call is the caller's.
func cycle(t *source.Text, c *site, key string, frame *source.Frame) string {
	if _, _, named := t.Origin(c.nameAt); named != frame {
		return "" // the name came with an argument; the depth will end it
	}
	last := frame
	for last != nil && last.Macro != key {
		last = last.Parent
	}
	if last == nil {
		return ""
	}
	chain := []string{key}
	for fr := frame; fr != last.Parent; fr = fr.Parent {
		chain = append(chain, fr.Macro)
	}
	slices.Reverse(chain)
	return strings.Join(quoteAll(chain), " calls ")
}
