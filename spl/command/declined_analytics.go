package command

// Commands that are recognised and not run. Each says why: an answer that is not
// Splunk's would be worse than none.

// declined makes an entry of the table.
func declined(name, usage, summary, why string, aliases ...string) Command {
	return Command{Name: name, Aliases: aliases, Kind: Transforming, Usage: usage, Summary: summary, Declined: why}
}

var (
	anomaliesCommand   = declined("anomalies", "anomalies [<option>...]", "Rates how unexpected each event is.", "how it measures the likeness of events, on which unexpectedness rests, is not documented; anomalydetection finds improbable events")
	arulesCommand      = declined("arules", "arules [<option>...] <field-list>", "Finds rules of association between fields.", "how it chooses and writes the rules is not documented; associate finds values that foretell others")
	bucketdirCommand   = declined("bucketdir", "bucketdir pathfield=<field> sizefield=<field>", "Groups path names by their folders.", "how it chooses the folders that it rolls up is not documented; cut the path with rex or replace, and use stats")
	collapseCommand    = declined("collapse", "collapse", "Packs results into larger pieces.", "it is internal to Splunk")
	entitymergeCommand = declined("entitymerge", "entitymerge <field>", "Merges assets or identities.", "it belongs to Enterprise Security and its stores")
	findtypesCommand   = declined("findtypes", "findtypes max=<n>", "Suggests event types.", "it suggests event types to be saved in Splunk, by rules that are not documented; cluster groups like events")
	folderizeCommand   = declined("folderize", "folderize attr=<field>", "Groups values like folders.", "how it chooses the folders is not documented; cut the values with rex or replace, and use stats")
	overlapCommand     = declined("overlap", "overlap", "Finds gaps and overlaps in a summary index.", "it reads the logs of the scheduler of a Splunk server about a summary index")
	rtorderCommand     = declined("rtorder", "rtorder [discard=<bool>] [buffer_span=<span>]", "Puts the events of a real-time search in order of time.", "there are no real-time searches here; use sort _time")
	typelearnerCommand = declined("typelearner", "typelearner [<field>]", "Suggests event types.", "it suggests event types to be saved in Splunk, by rules that are not documented; cluster groups like events")
	x11Command         = declined("x11", "x11 [add() | mult()] [<period>] (<field>) [AS <name>]", "Takes the season out of a time series.", "the documentation does not say which steps of the X11 method it takes, and they give different numbers; trendline smooths a series")
)
