package spl

import (
	"slices"
	"time"

	"spl/parser"
	"spl/spl/command"
	"spl/spl/engine"
	"spl/spl/knowledge"
)

// Stage is a command of a search with what is known of its fields before it runs. Use
// it to say what fields there are at a place of a search.
type Stage struct {
	*parser.Stage
	Plan *engine.Plan
	// In are the fields that may come in, Out those that may go out.
	In, Out engine.Schema
	// Subs are the subsearches in its brackets.
	Subs [][]Stage
}

// Stages plans each command of a search that was read without faults, its subsearches
// too, and runs nothing. Nil Knowledge works.
func (q *Query) Stages(k *knowledge.Base) []Stage {
	planning := &command.Planning{Now: time.Unix(0, 0), Zone: time.UTC, Knowledge: k}
	return stages(q.Pipeline, planning, engine.AnyFields)
}

func stages(p *parser.Pipeline, planning *command.Planning, in engine.Schema) []Stage {
	out := make([]Stage, 0, len(p.Stages))
	for i, s := range p.Stages {
		if s.Node == nil {
			return out
		}
		st := Stage{Stage: s, Plan: planStage(s, planning)}
		if i == 0 && st.Plan.Generate != nil {
			in = engine.Schema{}
		}
		st.In, st.Out = in, in
		if st.Plan.Gives != nil {
			st.Out = st.Plan.Gives(in)
		}
		for _, sub := range subsOf(s) {
			start := engine.AnyFields
			if st.Plan.Pipes {
				start = in
			}
			st.Subs = append(st.Subs, stages(sub, planning, start))
		}
		out, in = append(out, st), st.Out
	}
	return out
}

func subsOf(s *parser.Stage) []*parser.Pipeline {
	var subs []*parser.Pipeline
	for _, in := range s.Inserts {
		subs = append(subs, in.Pipeline)
	}
	if h, ok := s.Node.(command.HasPipelines); ok {
		subs = append(subs, h.Pipelines()...)
	}
	return slices.DeleteFunc(subs, func(p *parser.Pipeline) bool { return p == nil })
}
