package source

import (
	"fmt"
	"slices"
	"strings"
)

// Code says what kind of fault an error is. The words are part of the command
// line's JSON output.
type Code string

// The kinds of fault.
const (
	Syntax          Code = "syntax"
	UnknownCommand  Code = "unknown-command"
	UnknownFunction Code = "unknown-function"
	UnknownMacro    Code = "unknown-macro"
	UnknownArgument Code = "unknown-argument"
	Unsupported     Code = "unsupported"
)

// Error is one fault of a query: what is wrong, where, and what to do about it.
// Span counts in the text that was parsed; after [Text.Resolve] the place in the
// reader's own file is known as well.
type Error struct {
	Code    Code
	Message string // in the reader's words; no final full stop
	Help    string // what to write instead, or ""
	Span    Span
	// Ends says that nothing after it can be judged, as where another language begins.
	Ends bool
	// Elsewhere says that the text may be right and what it names is not at hand, which
	// is a fault of a run and not of the text.
	Elsewhere bool

	File  *File  // the file the fault is in, once resolved
	Where Span   // the fault's span in File
	Frame *Frame // the macro calls that led there, innermost first
}

// Errorf makes an error with a formatted message.
func Errorf(code Code, s Span, format string, args ...any) *Error {
	return &Error{Code: code, Span: s, Message: fmt.Sprintf(format, args...)}
}

// WithHelp adds what to do about the fault.
func (e *Error) WithHelp(format string, args ...any) *Error {
	e.Help = fmt.Sprintf(format, args...)
	return e
}

// Shift moves the error by n bytes, for a parser that was given a part of a text.
func (e *Error) Shift(n int) *Error { e.Span = e.Span.Shift(n); return e }

// Place is the fault's place in the reader's file; the zero Place before Resolve.
func (e *Error) Place() Place {
	if e.File == nil {
		return Place{}
	}
	return e.File.Place(e.Where.Start)
}

// Error gives one line: file:line:column: message.
func (e *Error) Error() string {
	if e.File == nil {
		return e.Message
	}
	p := e.Place()
	return fmt.Sprintf("%s:%d:%d: %s", e.File.Name, p.Line, p.Column, e.Message)
}

// Errors are all faults of a query, in the order of the text.
type Errors []*Error

// Error gives a line for each fault.
func (es Errors) Error() string {
	var b strings.Builder
	for i, e := range es {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(e.Error())
	}
	return b.String()
}

// Unwrap lets errors.As find the single faults.
func (es Errors) Unwrap() []error {
	out := make([]error, len(es))
	for i, e := range es {
		out[i] = e
	}
	return out
}

// Err is nil where there is no fault, so that a caller never meets a non-nil
// error that holds none.
func (es Errors) Err() error {
	if len(es) == 0 {
		return nil
	}
	return es
}

// MaxFaults is how many faults of a query are listed. Who has more has pasted something
// that is no query, and each costs a search for its line and its nearest name.
const MaxFaults = 100

// Cap is the first [MaxFaults] faults, and where there are more, one that says so in the
// place of the next. Texts that a fault repeats, such as a word of a megabyte, are cut.
func (es Errors) Cap() Errors {
	if len(es) > MaxFaults {
		next := *es[MaxFaults]
		next.Message = fmt.Sprintf("there are more than %d faults; from here on they are not listed", MaxFaults)
		next.Help = "mend those above first: some of the rest may follow from them"
		es = append(es[:MaxFaults:MaxFaults], &next)
	}
	for _, e := range es {
		e.Message, e.Help = cut(e.Message), cut(e.Help)
	}
	return es
}

// cut leaves out the middle of a long text.
func cut(s string) string {
	const most, end = 1000, 300
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most-end], "") + " … " + strings.ToValidUTF8(s[len(s)-end:], "")
}

// Resolve finds the place of each fault in the reader's files, sorts by place in
// the text and drops repeats.
func (t *Text) Resolve(es Errors) Errors {
	for _, e := range es {
		if e.File == nil {
			e.File, e.Where, e.Frame = t.Origin(e.Span)
		}
	}
	slices.SortStableFunc(es, func(a, b *Error) int { return a.Span.Start - b.Span.Start })
	return slices.CompactFunc(es, func(a, b *Error) bool {
		return a.Span == b.Span && a.Message == b.Message
	})
}
