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

// Conditions lists those of the commands that have any, in order; those of subsearches
// stand behind those of the command that they are in.
func (p *Program) Conditions() []Conditions { return conditions(p.query.Stages(p.knowledge)) }

func conditions(stages []Stage) []Conditions {
	var out []Conditions
	for _, s := range stages {
		if s.Plan.Tests != nil {
			out = append(out, Conditions{s.Plan.Name, s.Span, s.Plan.Tests()})
		}
		for _, sub := range s.Subs {
			out = append(out, conditions(sub)...)
		}
	}
	return out
}
