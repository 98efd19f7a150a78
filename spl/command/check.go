package command

import (
	"spl/parser"
	"spl/parser/source"
)

// Checker is a Node that can say, before any data is read, what of it does not fit
// what is known of events: a lookup that does not exist. Places count in the search.
type Checker interface {
	Check(p *Planning) source.Errors
}

// standsAlone is a Checker that wants no knowledge.
type standsAlone interface{ standsAlone() }

// Check asks all commands of a pipeline that can be asked, those in subsearches too.
func Check(p *parser.Pipeline, planning *Planning) source.Errors {
	var errs source.Errors
	for _, s := range p.Stages {
		c, ok := s.Node.(Checker)
		if _, alone := s.Node.(standsAlone); ok && (alone || planning.Knowledge != nil) {
			errs = append(errs, c.Check(planning)...)
		}
		for _, in := range s.Inserts {
			errs = append(errs, Check(in.Pipeline, planning)...)
		}
		if h, ok := s.Node.(HasPipelines); ok {
			for _, in := range h.Pipelines() {
				errs = append(errs, Check(in, planning)...)
			}
		}
	}
	return errs
}
