package command

import (
	"fmt"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var requireCommand = Command{
	Name:    "require",
	Kind:    Orchestrating,
	Summary: "Fails the search when there are no rows.",
	Usage:   "require",
	Parse: func(_ *Command, a *parser.Args) (Node, source.Errors) {
		return requireNode{}, noArguments(a)
	},
}

type requireNode struct{}

func (requireNode) String() string { return "" }

func (requireNode) Plan(*Planning) *engine.Plan {
	return &engine.Plan{Reduce: func(*engine.Context) (engine.Operator, error) { return &required{}, nil }}
}

// required passes rows on and fails at the end when there was none.
type required struct{ some bool }

func (o *required) Push(b *batch.Batch, emit engine.Emit) error {
	o.some = o.some || b.Rows > 0
	return emit(b)
}

func (o *required) Flush(engine.Emit) error {
	if !o.some {
		return fmt.Errorf("%s in 'require' command: there were no results", "Error") // Splunk's words
	}
	return nil
}
