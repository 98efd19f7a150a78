package command

// Commands about a Splunk server and its index that are known and not run, each with
// the reason.
var (
	crawlCommand = Command{
		Name: "crawl", Kind: Generating,
		Summary:  "Looks for files to index.",
		Usage:    "crawl [<option>]...",
		Declined: "Splunk removed it in version 7.3",
	}
	deleteCommand = Command{
		Name: "delete", Kind: DatasetProcessing,
		Summary:  "Deletes events.",
		Usage:    "delete",
		Declined: "it takes events out of an index for good, and log files are left as they are; leave them out with where or search",
	}
	inputCommand = Command{
		Name: "input", Kind: Generating,
		Summary:  "Adds or removes inputs of a server.",
		Usage:    "input add|remove [<option>]...",
		Declined: "Splunk removed it; the input is named on the command line",
	}
	oldreturnCommand = Command{
		Name: "oldreturn", Kind: DatasetProcessing,
		Summary:  "An old form of return.",
		Usage:    "oldreturn ...",
		Declined: "it is an old form that Splunk no longer describes; write return",
	}
	relevancyCommand = Command{
		Name: "relevancy", Kind: DistributableStreaming,
		Summary:  "Scores events by how well they match the search.",
		Usage:    "relevancy",
		Declined: "the score comes from an index of words, and there is none",
	}
	searchtxnCommand = Command{
		Name: "searchtxn", Kind: Generating,
		Summary:  "Searches for transactions of a named type.",
		Usage:    "searchtxn <type> [<option>]... <search-expression>",
		Declined: "types of transactions are knowledge objects of a Splunk server; write a search and transaction",
	}
	surroundingCommand = Command{
		Name: "surrounding", Kind: DatasetProcessing,
		Summary:  "Finds events around an event.",
		Usage:    "surrounding ...",
		Declined: "Splunk uses it for its own screens and does not describe it",
	}
	tagcreateCommand = Command{
		Name: "tagcreate", Kind: DatasetProcessing,
		Summary:  "Creates tags.",
		Usage:    "tagcreate <tag> ...",
		Declined: "tags are knowledge objects of a Splunk server",
	}
	tagdeleteCommand = Command{
		Name: "tagdelete", Kind: DatasetProcessing,
		Summary:  "Deletes tags.",
		Usage:    "tagdelete <tag> ...",
		Declined: "tags are knowledge objects of a Splunk server",
	}
	tscollectCommand = Command{
		Name: "tscollect", Kind: DatasetProcessing,
		Summary:  "Writes rows to tsidx files.",
		Usage:    "tscollect [namespace=<name>] [squashcase=<bool>] [keepresults=<bool>]",
		Declined: "only Splunk reads and writes tsidx files; write rows with outputcsv or collect",
	}
	typeaheadCommand = Command{
		Name: "typeahead", Kind: Generating,
		Summary:  "Completes a term from the words of an index.",
		Usage:    "typeahead prefix=<text> count=<n> [<option>]...",
		Declined: "it reads an index of words, and there is none",
	}
	walklexCommand = Command{
		Name: "walklex", Kind: Generating,
		Summary:  "Lists the words of an index.",
		Usage:    "walklex type=<type> index=<name> [prefix=<text>] [pattern=<text>]",
		Declined: "it reads an index of words, and there is none",
	}
)
