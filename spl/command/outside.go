package command

import (
	"strings"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

// Commands that act on the world outside (mail, alerts, scripts) and do nothing here,
// and commands about a server that give no rows here. Each says so in a notice.

// passNode passes rows on as they are; first in a search it gives none.
type passNode struct {
	c      *Command
	text   string // the arguments, as written
	notice string // "" none
	first  bool   // it would make rows
	table  bool
}

func (n *passNode) String() string { return n.text }

func (n *passNode) Plan(*Planning) *engine.Plan {
	tell := func(c *engine.Context) {
		if n.notice != "" {
			c.Notices.Add("not-done", "`"+n.c.Name+"` "+n.notice, 1)
		}
	}
	if n.first {
		p := &engine.Plan{Gives: engine.MakesAny, Shape: engine.Events, Generate: func(c *engine.Context) (batch.Source, error) {
			tell(c)
			return engine.Rows{}, nil
		}}
		if n.table {
			p.Shape = engine.Table
		}
		return p
	}
	return &engine.Plan{Reduce: func(c *engine.Context) (engine.Operator, error) {
		tell(c)
		return engine.MapFunc(func(b *batch.Batch) (*batch.Batch, error) { return b, nil }), nil
	}}
}

// passing reads any arguments: what they say does not matter.
func passing(notice string) func(c *Command, a *parser.Args) (Node, source.Errors) {
	return func(c *Command, a *parser.Args) (Node, source.Errors) {
		return &passNode{c: c, text: strings.TrimSpace(a.Text), notice: notice, first: c.Kind == Generating || c.Anywhere && a.First}, nil
	}
}

const noWorld = "does nothing here; the rows pass through"

var (
	sendemailCommand = Command{
		Name: "sendemail", Kind: DatasetProcessing,
		Summary: "Sends rows by mail; here it does nothing and passes them on.",
		Usage:   "sendemail to=<address> [<option>]...",
		Parse:   passing(noWorld),
	}
	sendalertCommand = Command{
		Name: "sendalert", Kind: DatasetProcessing,
		Summary: "Runs an alert action for each row; here it does nothing and passes them on.",
		Usage:   "sendalert <action> [param.<name>=<value>]...",
		Parse:   passing(noWorld),
	}
	scriptCommand = Command{
		Name: "script", Aliases: []string{"run"}, Kind: DatasetProcessing, Anywhere: true,
		Summary: "Runs a script over the rows; here it does nothing and passes them on.",
		Usage:   "script <name> [<argument>]...",
		Parse:   passing(noWorld),
	}
	runshellscriptCommand = Command{
		Name: "runshellscript", Kind: DatasetProcessing,
		Summary: "Runs a script of an alert; here it does nothing and passes the rows on.",
		Usage:   "runshellscript <name> [<argument>]...",
		Parse:   passing(noWorld),
	}
	dbinspectCommand = Command{
		Name: "dbinspect", Kind: Generating,
		Summary: "Lists the buckets of indexes; here it gives no rows.",
		Usage:   "dbinspect [index=<name>] [<option>]...",
		Parse:   passing("gives no rows here: logs lie in files and not in buckets"),
	}
	auditCommand = Command{
		Name: "audit", Kind: Generating,
		Summary: "Gives the audit trail of a Splunk server; here it gives no rows.",
		Usage:   "audit",
		Parse:   passing("gives no rows here: there is no audit trail"),
	}
	historyCommand = Command{
		Name: "history", Kind: Generating,
		Summary: "Gives the searches that were run; here it gives no rows.",
		Usage:   "history [events=<bool>]",
		Parse:   passing("gives no rows here: no history of searches is kept"),
	}
)
