package command

import (
	"strings"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var multisearchCommand = Command{
	Name:    "multisearch",
	Kind:    Generating,
	Summary: "Runs several streaming searches and gives the events of all, newest first.",
	Usage:   "multisearch [<subsearch>] [<subsearch>]...",
	Parse:   parseMultisearch,
}

type subsTree struct {
	Subs []*sub `parser:"( ','* @@ )* ','*"`
}

var multisearchGrammar = parser.NewGrammar[subsTree](parser.ArgTokens, `| multisearch [search error | eval kind="e"] [search warning]`)

type multisearchNode struct{ subs []*parser.Pipeline }

func parseMultisearch(c *Command, a *parser.Args) (Node, source.Errors) {
	tree, err := multisearchGrammar.Parse(a)
	if err != nil {
		return nil, source.Errors{err}
	}
	n := &multisearchNode{}
	var errs source.Errors
	for _, s := range tree.Subs {
		p, es := s.parse(a)
		n.subs = append(n.subs, p)
		if len(es) == 0 {
			es = checkStreaming(p, c)
		}
		errs = append(errs, es...)
	}
	if len(tree.Subs) < 2 && len(errs) == 0 {
		errs = append(errs, source.Errorf(source.Syntax, source.At(a.Base), "`multisearch` needs two subsearches or more").WithHelp("for example: | multisearch [search error] [search warning]"))
	}
	return n, errs
}

func (n *multisearchNode) String() string {
	out := make([]string, len(n.subs))
	for i, p := range n.subs {
		out[i] = inBrackets(p)
	}
	return strings.Join(out, " ")
}

// Pipelines is part of [HasPipelines].
func (n *multisearchNode) Pipelines() []*parser.Pipeline { return n.subs }

func (n *multisearchNode) Plan(p *Planning) *engine.Plan {
	return &engine.Plan{
		Gives:    withSubs(n.subs, p),
		Shape:    engine.Events,
		Note:     "the searches run one after the other, and their events are put in order of time",
		Generate: func(c *engine.Context) (batch.Source, error) { return gatherSubs(c, n.subs, 0, true), nil },
	}
}
