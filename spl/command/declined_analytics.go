package command

// Commands that are recognised and not run. Each says why: an answer that is not
// Splunk's would be worse than none.

const (
	declinedModel   = "what it gives depends on inner workings of Splunk that are not documented; no answer is better than another one"
	declinedOld     = "Splunk itself no longer supports it"
)

// declined makes an entry of the table.
func declined(name, usage, summary, why string, aliases ...string) Command {
	return Command{Name: name, Aliases: aliases, Kind: Transforming, Usage: usage, Summary: summary, Declined: why}
}

var (
	anomaliesCommand        = declined("anomalies", "anomalies [<option>...]", "Rates how unexpected each event is.", declinedModel)
	arulesCommand           = declined("arules", "arules [<option>...] <field-list>", "Finds rules of association between fields.", declinedModel)
	bucketdirCommand        = declined("bucketdir", "bucketdir pathfield=<field> sizefield=<field>", "Groups path names by their folders.", declinedModel)
	clusterCommand          = declined("cluster", "cluster [t=<number>] [<option>...]", "Groups events by how alike their texts are.", declinedModel)
	collapseCommand         = declined("collapse", "collapse", "Packs results into larger pieces.", "it is internal to Splunk")
	diffCommand             = declined("diff", "diff [position1=<n>] [position2=<n>] [attribute=<field>]", "Compares two results line by line.", "how Splunk cuts and orders the lines of a comparison is not documented")
	entitymergeCommand      = declined("entitymerge", "entitymerge <field>", "Merges assets or identities.", "it belongs to Enterprise Security and its stores")
	findtypesCommand        = declined("findtypes", "findtypes max=<n>", "Suggests event types.", declinedModel)
	folderizeCommand        = declined("folderize", "folderize attr=<field>", "Groups values like folders.", declinedModel)
	geostatsCommand         = declined("geostats", "geostats <function>... [BY <field>]", "Aggregates rows by bins of latitude and longitude.", "the bins it makes for each zoom level of a map are not documented; use bin on the latitude and longitude and stats")
	kmeansCommand           = declined("kmeans", "kmeans [k=<n>] [<field-list>]", "Groups rows by their numbers.", declinedModel)
	overlapCommand          = declined("overlap", "overlap", "Finds gaps and overlaps in a summary index.", declinedOld)
	predictCommand          = declined("predict", "predict <field> [AS <name>] [<option>...]", "Foretells the values of a time series.", declinedModel)
	rtorderCommand          = declined("rtorder", "rtorder [discard=<bool>] [buffer_span=<span>]", "Puts the events of a real-time search in order of time.", "there are no real-time searches here; use sort _time")
	timewrapCommand         = declined("timewrap", "timewrap <span> [align=now | end] [series=relative | exact | short]", "Lays periods of a timechart beside one another.", "where it lets periods begin is not documented well enough; bin _time and chart over the time of day do the same")
	typelearnerCommand      = declined("typelearner", "typelearner [<field>]", "Suggests event types.", declinedModel)
	x11Command              = declined("x11", "x11 [add() | mult()] [<period>] (<field>) [AS <name>]", "Takes the season out of a time series.", declinedModel)
)
