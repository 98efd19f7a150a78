package command

import (
	"strings"

	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

// Commands that leave rows as they are: they tell Splunk's pages how to show events,
// or its servers how to share the work.
var (
	abstractCommand = Command{
		Name: "abstract", Kind: DistributableStreaming, Parse: parsePassing,
		Summary: "Shortens events where they are shown; the rows stay as they are.",
		Usage:   "abstract [maxterms=<int>] [maxlines=<int>]",
		Options: []Option{{"maxterms", Int, "1000", "accepted"}, {"maxlines", Int, "10", "accepted"}},
	}
	highlightCommand = Command{
		Name: "highlight", Kind: DistributableStreaming, Parse: parsePassing,
		Summary: "Marks words where events are shown; the rows stay as they are.",
		Usage:   "highlight <text>...",
	}
	iconifyCommand = Command{
		Name: "iconify", Kind: DistributableStreaming, Parse: parsePassing,
		Summary: "Shows an icon for each value of fields; the rows stay as they are.",
		Usage:   "iconify <field-list>",
	}
	localopCommand = Command{
		Name: "localop", Kind: Orchestrating, Parse: parsePassing,
		Summary: "Has the rest of the search run on the search head; here it does nothing.",
		Usage:   "localop",
	}
	noopCommand = Command{
		Name: "noop", Kind: Orchestrating, Parse: parsePassing,
		Summary: "Does nothing; its arguments are for debugging Splunk.",
		Usage:   "noop [<argument>...]",
	}
	redistributeCommand = Command{
		Name: "redistribute", Kind: Orchestrating, Parse: parsePassing,
		Summary: "Shares rows out to more servers; here it does nothing.",
		Usage:   "redistribute [num_of_reducers=<int>] [by <field-list>]",
	}
)

// passingNode keeps its arguments as text; nothing looks at them.
type passingNode struct{ text string }

func parsePassing(_ *Command, a *parser.Args) (Node, source.Errors) {
	return &passingNode{strings.Join(strings.Fields(a.Text), " ")}, nil
}

func (n *passingNode) String() string { return n.text }

func (*passingNode) Plan(*Planning) *engine.Plan { return &engine.Plan{} }
