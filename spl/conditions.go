package spl

import (
	"spl/parser/source"
	"spl/spl/engine"
)

// Conditions are the conditions of one command of a program: what a row must pass,
// and what chooses the arms of its case() and if().
type Conditions struct {
	Command string      // with its arguments
	At      source.Span // in the expanded text
	*engine.Tests
}

// Conditions lists those of the commands that have any, in order; not those of
// subsearches.
func (p *Program) Conditions() []Conditions {
	var out []Conditions
	for i, plan := range p.outlined(nil) {
		if plan.Tests != nil {
			out = append(out, Conditions{plan.Name, p.query.Pipeline.Stages[i].Span, plan.Tests()})
		}
	}
	return out
}
