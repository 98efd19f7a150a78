// Package spl runs searches in Splunk's Search Processing Language over log files,
// without Splunk.
//
// [Compile] turns the text of a search into a [Program]: macros are expanded, the
// text is parsed, everything that can be known to be wrong without data is reported
// at once, with its place ([Errors]). [Program.Run] runs it over an [Input] and gives
// [Rows]. A program may be run many times, also at the same time.
//
//	p, err := spl.Compile(`"system:anonymous" | stats count by verb`, nil)
//	rows, err := p.Run(ctx, spl.Text("audit.ndjson", text), nil)
//	for row := range rows.All() {
//		fmt.Println(row.Value("verb"), row.Value("count"))
//	}
//	err = rows.Err()
//
// Nothing outside the process is touched unless the caller gives it: no file, no
// clock, no environment.
package spl

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"spl/eval"
	"spl/eval/batch"
	"spl/macros"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/command"
	"spl/spl/engine"
	"spl/spl/input"
	"spl/spl/knowledge"
)

// Error is one fault of a search, with its place and what to do about it.
type Error = source.Error

// Errors are all faults of a search. Use errors.As to get them from Compile's error.
type Errors = source.Errors

// Notice is something the reader of results should know and that is no fault.
type Notice = engine.Notice

// Result is the rows of a search that has ended, held in memory.
type Result = engine.Result

// Input is where events come from.
type Input = batch.Source

// Text is an input held in memory: the text of a log file. The name is the default
// of the field source.
func Text(name, text string) Input {
	return input.New([]input.File{input.FromText(name, text, input.Meta{})}, input.Options{})
}

// Config holds what changes the meaning of a search. The nil Config works: it has
// the built-in macros.
type Config struct {
	// Name is what errors call the search; "" is "<query>".
	Name string
	// File, when the search stands in a file, makes errors point into it. It takes
	// the place of Name, and its text is the search.
	File *source.File
	// Expanded says that the text has no macro calls: it is what an expansion gave.
	Expanded bool
	// Macros are the macros that the search may call; nil: those of Knowledge.
	Macros *macros.Set
	// Knowledge is what Splunk apps and lookup tables say; nil: nothing.
	Knowledge *knowledge.Base
	// Jobs gives the results of an earlier search, which loadjob gives again, by their
	// id; nil for one that is not known. Nil: none are kept.
	Jobs func(id string) *Result
}

// Query is a search that was read: its text with macros expanded, and its tree.
type Query struct {
	Expansion *macros.Expansion
	Pipeline  *parser.Pipeline
	Notices   []Notice
}

// String prints the search in canonical form, on one line, macros expanded.
func (q *Query) String() string { return q.Pipeline.String() }

// Parse reads a search. The error is of type [Errors] and holds every fault; the
// query is then partly filled.
func Parse(query string, c *Config) (*Query, error) {
	if c == nil {
		c = &Config{}
	}
	file := c.File
	if file == nil {
		file = &source.File{Name: c.Name, Text: query}
		if file.Name == "" {
			file.Name = "<query>"
		}
	}
	exp, errs := c.expand(file)
	q := &Query{Expansion: exp, Pipeline: &parser.Pipeline{}}
	for _, n := range exp.Notices {
		q.Notices = append(q.Notices, Notice{Code: "undefined-macro", Message: n.Message, Count: 1})
	}
	if len(errs) > 0 && !exp.Readable {
		return q, errs.Cap()
	}
	p := command.Parser()
	p.Holes = exp.Holes
	var faults Errors
	q.Pipeline, faults = p.Parse(exp.Text.String)
	faults = append(faults, command.Positions(q.Pipeline)...)
	return q, merge(errs, exp.Text.Resolve(faults)).Cap().Err()
}

// expand puts the definitions of macros in the place of their calls.
func (c *Config) expand(file *source.File) (*macros.Expansion, source.Errors) {
	if c.Expanded {
		return &macros.Expansion{Text: source.Plain(file)}, nil
	}
	set := c.Macros
	switch {
	case set != nil:
	case c.Knowledge == nil:
		set = builtin()
	default:
		set = c.Knowledge.Macros()
	}
	return macros.Expand(file, set, macros.Options{Eval: evalMacro})
}

// builtin are the built-in macros, which nobody changes.
var builtin = sync.OnceValue(macros.Builtin)

// merge puts the faults of macros and those of the text that came of them in the order
// of the query.
func merge(macros, parsed Errors) Errors {
	if len(macros) == 0 {
		return parsed
	}
	for _, e := range parsed {
		e.Span = e.Where
		for f := e.Frame; f != nil; f = f.Parent {
			e.Span = f.Call
		}
	}
	all := append(macros, parsed...)
	slices.SortStableFunc(all, func(a, b *Error) int { return a.Span.Start - b.Span.Start })
	if i := slices.IndexFunc(all, func(e *Error) bool { return e.Ends }); i >= 0 {
		all = all[:i+1]
	}
	return all
}

// evalMacro evaluates the expression of a macro, for which there is no event.
func evalMacro(expr string) (macros.Result, error) {
	x, fault := parser.ParseExpr(&parser.Args{Command: "eval", Text: expr, Parser: command.Parser()})
	if fault != nil {
		return macros.Result{}, fault
	}
	p, errs := eval.Compile(x)
	if len(errs) > 0 {
		return macros.Result{}, errs
	}
	ev, err := p.Bind(&eval.Env{})
	if err != nil {
		return macros.Result{}, err
	}
	ev.Start(batch.New(1))
	return macroResult(ev.Value(0)), nil
}

// Program is a search ready to run. It does not change.
type Program struct {
	query     *Query
	knowledge *knowledge.Base
	jobs      func(id string) *Result
}

// Compile reads and checks a search. The error is of type [Errors] and holds every
// fault.
func Compile(query string, c *Config) (*Program, error) {
	q, err := Parse(query, c)
	if err != nil {
		return nil, err
	}
	if len(q.Pipeline.Stages) == 0 {
		return nil, Errors{{Code: source.Syntax, Message: "the search is empty", Help: "for example: error | stats count"}}
	}
	p := &Program{query: q}
	if c != nil {
		p.knowledge, p.jobs = c.Knowledge, c.Jobs
	}
	errs := command.Check(q.Pipeline, &command.Planning{Zone: time.UTC, Knowledge: p.knowledge, Jobs: p.jobs})
	if len(errs) > 0 {
		return nil, q.Expansion.Text.Resolve(errs).Cap()
	}
	return p, nil
}

// Query is the search as it was read.
func (p *Program) Query() *Query { return p.query }

// String names the program by its search.
func (p *Program) String() string { return fmt.Sprintf("program(%s)", p.query) }
