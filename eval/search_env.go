package eval

import (
	"errors"
	"time"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
)

// now and zone are what time modifiers are reckoned from.
func (e *Env) now() time.Time {
	if e == nil {
		return time.Unix(0, 0)
	}
	return e.Now
}

func (e *Env) zone() *time.Location {
	if e == nil || e.Zone == nil {
		return time.UTC
	}
	return e.Zone
}

// NeverBoolean says that the result is surely a value and not TRUE or FALSE, which
// where cannot use.
func (p *Program) NeverBoolean() bool {
	return p.root.static == isText || p.root.static == isNumber
}

// SearchText compiles a search expression given as text. A subsearch cannot stand
// in it.
func SearchText(text string) (*Search, error) {
	noCommands := &parser.Parser{Lookup: noCommand}
	x, errs := parser.ParseSearch(&parser.Args{Command: "search", Text: text, Parser: noCommands})
	if len(errs) > 0 {
		return nil, errs[0]
	}
	s, errs := CompileSearch(x)
	if len(errs) > 0 {
		return nil, errs[0]
	}
	return s, nil
}

func noCommand(string) (parser.Syntax, *source.Error) {
	return nil, source.Errorf(source.Unsupported, source.Span{}, "a subsearch cannot stand here")
}

// MatchText is the hook that searchmatch() needs; see [Env].
func (e *Env) MatchText(text string) (func(b *batch.Batch, row int) bool, error) {
	s, err := SearchText(text)
	if err != nil {
		return nil, errors.New("searchmatch: " + err.Error())
	}
	return s.Bind(e).Match, nil
}

// Reads are the fields that the program reads, those of its searchmatch calls
// included.
func (p *Program) Reads() []string {
	fields := p.Fields()
	for _, text := range p.Searches() {
		if s, err := SearchText(text); err == nil {
			fields = append(fields, s.Fields()...)
		}
	}
	return fields
}
