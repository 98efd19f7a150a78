package macros

import (
	"errors"

	"spl/parser/source"
)

// Kind is the type of what an expression gave.
type Kind int

// The types that matter to a macro.
const (
	Null   Kind = iota
	String      // Result.Text
	Bool        // Result.Bool
	Other       // a number, several values
)

// Result is what an expression gave.
type Result struct {
	Kind Kind
	Text string
	Bool bool
}

// expression expands the calls in an expression and evaluates it.
func (x *expander) expression(m *Macro, body *source.Text, frame *source.Frame, depth int) (Result, bool) {
	if x.opts.Eval == nil {
		x.atCall(source.Errorf(source.Unsupported, source.Span{}, "macro `%s` is an expression, which cannot be evaluated here", m.Key()), frame)
		return Result{}, false
	}
	out, inner, faults := x.out, x.inner, x.faults
	x.out, x.inner = &builder{work: &x.work}, true
	x.run(body, depth+1)
	text := x.out.text()
	x.out, x.inner = out, inner
	if x.stopped || x.faults > faults {
		return Result{}, false
	}
	r, err := x.opts.Eval(text.String)
	if err == nil {
		return r, true
	}
	var many source.Errors
	var one *source.Error
	switch {
	case errors.As(err, &many):
	case errors.As(err, &one):
		many = source.Errors{one}
	default:
		x.atCall(source.Errorf(source.Syntax, source.Span{}, "macro `%s` cannot be evaluated: %s", m.Key(), err), frame)
	}
	for _, e := range text.Resolve(many) {
		x.report(text, e)
	}
	return Result{}, false
}

// atCall places an error at the call that frame is of.
func (x *expander) atCall(e *source.Error, frame *source.Frame) {
	x.place(e, frame.File, frame.Call, frame.Parent)
}

// validate runs a macro's validation over the call's arguments (macros.md 2.1).
func (x *expander) validate(m *Macro, values []*source.Text, frame *source.Frame, depth int) bool {
	if m.Validation == nil {
		return true
	}
	r, ok := x.expression(m, x.substitute(m.Validation, m, values, frame), frame, depth)
	if !ok {
		return false
	}
	message := m.ErrorMsg
	switch {
	case r.Kind == Null || r.Kind == Bool && r.Bool:
		return true
	case r.Kind == String:
		message = r.Text
	case r.Kind == Other:
		message = "the validation of macro `" + m.Key() + "` gives neither true nor false nor a message"
	}
	if message == "" {
		message = "macro `" + m.Key() + "` refuses these arguments"
	}
	e := source.Errorf(source.Syntax, source.Span{}, "%s", message)
	if r.Kind != Other {
		e.Help = "macro `" + m.Key() + "` wants: " + shorten(m.Validation.String)
	}
	x.atCall(e, frame)
	return false
}

// evaluated gives the text that a macro with iseval makes. All of it points at the
// definition.
func (x *expander) evaluated(m *Macro, body *source.Text, frame *source.Frame, depth int) (*source.Text, bool) {
	r, ok := x.expression(m, body, frame, depth)
	if !ok {
		return nil, false
	}
	if r.Kind != String {
		x.atCall(source.Errorf(source.Syntax, source.Span{}, "the expression of macro `%s` gives no text", m.Key()).
			WithHelp("a macro with iseval must give text: use tostring(...), or join with ."), frame)
		return nil, false
	}
	f, where, _ := m.Definition.Origin(source.Span{Start: 0, End: len(m.Definition.String)})
	b := &builder{work: &x.work}
	b.fixed(r.Text, f, where, frame)
	return b.text(), true
}
