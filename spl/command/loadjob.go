package command

import (
	"errors"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

// jobNode gives the rows of an earlier search again: | loadjob 1. Which there are is
// known to whoever runs searches, see [Planning].
type jobNode struct{ id parser.Name }

func (n *jobNode) String() string { return n.id.String() }

// job is the result, or why there is none.
func (n *jobNode) job(p *Planning) (*engine.Result, *source.Error) {
	if p.Jobs == nil {
		return nil, source.Errorf(source.Unsupported, n.id.Span, "`loadjob` cannot load the job `%s`: results of earlier searches are not kept", n.id.Text).
			WithHelp(`a saved search can be run: | loadjob savedsearch="<user>:<app>:<name>"`)
	}
	if res := p.Jobs(n.id.Text); res != nil {
		return res, nil
	}
	return nil, source.Errorf(source.UnknownArgument, n.id.Span, "`loadjob` cannot load the job `%s`: there is no such result, or it is kept no more", n.id.Text)
}

func (n *jobNode) standsAlone() {}

// Check is part of [Checker].
func (n *jobNode) Check(p *Planning) source.Errors {
	if _, err := n.job(p); err != nil {
		return one(err)
	}
	return nil
}

func (n *jobNode) Plan(p *Planning) *engine.Plan {
	plan := &engine.Plan{Shape: engine.Events}
	res, fault := n.job(p)
	if fault == nil && res.Table {
		plan.Shape = engine.Table
	}
	plan.Generate = func(*engine.Context) (batch.Source, error) {
		if fault != nil {
			return nil, errors.New(fault.Message)
		}
		return engine.Rows(res.Batches), nil
	}
	return plan
}
