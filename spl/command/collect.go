package command

import (
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var collectCommand = Command{
	Name:    "collect",
	Aliases: []string{"stash", "summaryindex"},
	Kind:    DatasetProcessing,
	Summary: "Writes the rows as events of a summary index, here a file, and passes them on.",
	Usage:   `collect index=<name> [<option>]...`,
	Options: []Option{
		{"index", Text, "", "the index; the file is named after it"},
		{"addtime", Bool, "true", "begin each event with its time"},
		{"timeformat", Text, "%m/%d/%Y %H:%M:%S %z", "how the time is written"},
		{"addinfo", Bool, "true", "accepted; there is nothing to say of the search"},
		{"file", Text, "", "the name of the file, in the place of one made of the index"},
		{"marker", Text, "", "text put into each event: key=value pairs, with commas between"},
		{"output_format", Text, "raw", "raw, or hec for JSON"},
		{"host", Text, "", "the host of the events, with output_format=hec"},
		{"source", Text, "", "their source"},
		{"sourcetype", Text, "stash", "their sourcetype"},
		{"spool", Bool, "true", "accepted; the file is where it is"},
		{"run_in_preview", Bool, "false", "accepted; there are no previews"},
		{"run-in-preview", Bool, "false", "accepted; there are no previews"},
		{"testmode", Bool, "false", "write nothing"},
		{"uselb", Bool, "false", "accepted; there is one server"},
	},
	Parse: func(c *Command, a *parser.Args) (Node, source.Errors) { return parseCollect(c, a, ".stash", false) },
}

// parseCollect reads a command that writes to a file named after an index.
func parseCollect(c *Command, a *parser.Args, ending string, metrics bool) (Node, source.Errors) {
	n, errs := parseWrite(c, a)
	if n == nil {
		return nil, errs
	}
	index := n.opts.text("index", "")
	if index == "" {
		index = "summary"
	}
	if metrics && !n.opts.given("index") {
		errs = append(errs, source.Errorf(source.Syntax, a.Span(), "`%s` needs index=", c.Name).WithHelp("for example: %s index=metrics", c.Name))
	}
	if !metrics && len(n.names) > 0 {
		errs = append(errs, source.Errorf(source.Syntax, a.Span(), "`%s` cannot be read here as an argument of `%s`", n.names[0], c.Name).WithHelp("for example: collect index=summary"))
	}
	if n.file = n.opts.text("file", ""); n.file == "" {
		n.file = index + ending
	}
	errs = append(errs, checkFile(a, n.file)...)
	n.more = true
	n.begin = func(n *writeNode, c *engine.Context, _ bool) rowWriter {
		w := newStash(n, c)
		w.metrics = metrics
		return w
	}
	if n.opts.bool("testmode", false) {
		return &passNode{c: c, text: trimLeadingSpace(n.opts.String())}, errs
	}
	return n, errs
}

var metricsOptions = []Option{
	{"index", Text, "", "the index; the file is named after it"},
	{"split", Text, "false", "true: every number that is not named here is a metric"},
	{"file", Text, "", "the name of the file, in the place of one made of the index"},
	{"prefix_field", Text, "", "a field whose value is put before the names of metrics"},
	{"marker", Text, "", "accepted"},
	{"host", Text, "", "accepted"},
	{"source", Text, "", "accepted"},
	{"sourcetype", Text, "", "accepted"},
	{"spool", Bool, "true", "accepted; the file is where it is"},
}

var mcollectCommand = Command{
	Name:    "mcollect",
	Kind:    DatasetProcessing,
	Summary: "Writes the rows as metrics, here to a file of JSON lines, and passes them on.",
	Usage:   "mcollect index=<name> [split=<bool>] [prefix_field=<field>] [<dimension>]...",
	Options: metricsOptions,
	Parse:   func(c *Command, a *parser.Args) (Node, source.Errors) { return parseCollect(c, a, ".metrics", true) },
}

var meventcollectCommand = Command{
	Name:    "meventcollect",
	Kind:    DatasetProcessing,
	Summary: "Writes the events as metrics, here to a file of JSON lines, and passes them on.",
	Usage:   "meventcollect index=<name> [split=<bool>] [prefix_field=<field>] [<dimension>]...",
	Options: metricsOptions,
	Parse:   func(c *Command, a *parser.Args) (Node, source.Errors) { return parseCollect(c, a, ".metrics", true) },
}
