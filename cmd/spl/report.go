package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"spl/parser/source"
	"spl/spl/detect/page"
)

// report shows faults and notices, to people or as JSON objects, one a line.
type report struct {
	w     io.Writer
	color bool
	json  bool
	width int // of a line of source text, in cells
}

// sourceWidth is the width for source text where no terminal says otherwise.
const sourceWidth = 100

// fault is a fault as JSON shows it. The place is that of the text in question;
// macros are the calls that led there, innermost first.
type fault struct {
	Code    source.Code `json:"code"`
	Message string      `json:"message"`
	File    string      `json:"file"`
	Line    int         `json:"line"`
	Column  int         `json:"column"`
	Help    string      `json:"help"`
	Macros  []call      `json:"macros,omitempty"`
}

// call is a macro's call in a fault's JSON.
type call struct {
	Name   string `json:"name"`
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

func newFault(e *source.Error) fault {
	f := fault{Code: e.Code, Message: e.Message, Help: e.Help}
	if e.File != nil {
		p := e.Place()
		f.File, f.Line, f.Column = e.File.Name, p.Line, p.Column
	}
	for fr := e.Frame; fr != nil; fr = fr.Parent {
		p := fr.File.Place(fr.Call.Start)
		f.Macros = append(f.Macros, call{fr.Macro, fr.File.Name, p.Line, p.Column})
	}
	return f
}

// line writes one JSON object.
func (r *report) line(v any) {
	e := json.NewEncoder(r.w)
	e.SetEscapeHTML(false)
	_ = e.Encode(v) // nobody is left to tell
}

// faults shows faults of a search, each with the text it lies in.
func (r *report) faults(errs source.Errors) {
	for i, e := range errs {
		if r.json {
			r.line(newFault(e))
			continue
		}
		if i > 0 {
			fmt.Fprintln(r.w)
		}
		r.fault(e)
	}
}

// warnings shows what lints found, each with its code.
func (r *report) warnings(list source.Errors) {
	for i, e := range list {
		if i > 0 {
			fmt.Fprintln(r.w)
		}
		w := *e
		w.Message = "warning: " + e.Message + " [" + string(e.Code) + "]"
		r.fault(&w)
	}
}

func (r *report) fault(e *source.Error) {
	if e.File == nil {
		fmt.Fprintf(r.w, "%s\n", r.strong(printable(e.Message)))
	} else {
		p := e.Place()
		fmt.Fprintf(r.w, "%s:%d:%d: %s\n", printable(e.File.Name), p.Line, p.Column, r.strong(printable(e.Message)))
		for _, l := range excerpt(e.File, e.Where, r.width) {
			fmt.Fprintf(r.w, "    %s\n", r.paint(l))
		}
	}
	r.frames(e.Frame)
	if e.Help != "" {
		fmt.Fprintf(r.w, "  help: %s\n", printable(e.Help))
	}
}

// The calls shown of a long chain: the innermost and the outermost.
const innerFrames, outerFrames = 6, 3

// frames shows the macro calls that led to a place, the innermost first.
func (r *report) frames(fr *source.Frame) {
	n := 0
	for f := fr; f != nil; f = f.Parent {
		n++
	}
	for i := 0; fr != nil; i, fr = i+1, fr.Parent {
		left := n - innerFrames - outerFrames
		if left > 1 && i == innerFrames {
			fmt.Fprintf(r.w, "  … and %d more calls between these\n", left)
		}
		if left > 1 && i >= innerFrames && i < n-outerFrames {
			continue
		}
		p := fr.File.Place(fr.Call.Start)
		fmt.Fprintf(r.w, "  in macro `%s`, called at %s:%d:%d\n", printable(fr.Macro), printable(fr.File.Name), p.Line, p.Column)
	}
}

// failure shows a fault that has no place: of the command line, or of the run.
func (r *report) failure(code, message, help string) {
	if r.json {
		r.line(fault{Code: source.Code(code), Message: message, Help: help})
		return
	}
	fmt.Fprintf(r.w, "spl: %s\n", r.strong(printable(message)))
	for l := range strings.SplitSeq(help, "\n") {
		if l != "" {
			fmt.Fprintf(r.w, "  %s\n", printable(l))
		}
	}
}

// notice shows something that is no fault. With strict it counts as one.
func (r *report) notice(code, message string, count int, strict bool) {
	word := "notice"
	if strict {
		word = "error"
	}
	if r.json {
		r.line(map[string]any{word: code, "message": message, "count": count})
		return
	}
	times := ""
	if count > 1 {
		times = fmt.Sprintf(" (%s times)", page.Number(int64(count)))
	}
	fmt.Fprintf(r.w, "%s: %s%s\n", word, printable(message), times)
}

// summary is the last line after faults.
func (r *report) summary(n int, rest string) {
	if r.json {
		return
	}
	fmt.Fprintf(r.w, "\nspl: %s; %s\n", plural(n, "error"), rest)
}

func (r *report) strong(s string) string { return r.sgr("1", s) }

// paint colours the line of carets.
func (r *report) paint(l string) string {
	if strings.Trim(l, " ^~") == "" {
		if i := strings.IndexByte(l, '^'); i >= 0 {
			return l[:i] + r.sgr("31", l[i:])
		}
	}
	return l
}

func (r *report) sgr(code, s string) string {
	if !r.color {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

// plural is a number with its noun.
func plural(n int, noun string) string { return number(n, noun, noun+"s") }

func number(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return page.Number(int64(n)) + " " + many
}
