package command

// Commands that are known and not run, each with the reason.
var (
	erexCommand = Command{
		Name: "erex", Kind: DistributableStreaming,
		Summary:  "Extracts a field by a regular expression learnt from examples.",
		Usage:    `erex <field> examples="<values>" [counterexamples="<values>"] [fromfield=<field>]`,
		Declined: "the expression that Splunk would learn from the examples cannot be told; write it with rex",
	}
	geomCommand = Command{
		Name: "geom", Kind: DistributableStreaming,
		Summary:  "Adds the shapes of regions for maps.",
		Usage:    "geom [<collection>] [featureIdField=<field>]",
		Declined: "it draws maps, and there are no shapes of regions here",
	}
	geomfilterCommand = Command{
		Name: "geomfilter", Kind: DistributableStreaming,
		Summary:  "Clips the shapes of regions to a part of the map.",
		Usage:    "geomfilter [min_x=<number>] [max_x=<number>] [min_y=<number>] [max_y=<number>]",
		Declined: "it draws maps, and there are no shapes of regions here",
	}
	kvformCommand = Command{
		Name: "kvform", Kind: DistributableStreaming,
		Summary:  "Extracts fields by a form template.",
		Usage:    "kvform [form=<name>] [field=<field>]",
		Declined: "form templates are files of a Splunk server; write the expression with rex",
	}
	scrubCommand = Command{
		Name: "scrub", Kind: DistributableStreaming,
		Summary:  "Replaces names and numbers in events by others.",
		Usage:    "scrub [public-terms=<file>] [private-terms=<file>] [name-terms=<file>]",
		Declined: "the lists of words that it goes by are files of a Splunk server; edit text with rex mode=sed",
	}
)
