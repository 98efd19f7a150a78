package command

// The commands that read metrics: points of measurement in an index of their own,
// which log files are not.
const declinedMetrics = "it reads an index of metrics, and the input is events; search the events that hold the measurements, and use stats or timechart"

var (
	mstatsCommand   = declinedGenerating("mstats", "mstats <function>(<metric>)... WHERE index=<index> [BY <field-list>] [span=<span>]", "Aggregates measurements of a metrics index.")
	mcatalogCommand = declinedGenerating("mcatalog", "mcatalog values(<field>)... WHERE index=<index> [BY <field-list>]", "Lists which metrics and dimensions a metrics index has.")
	mpreviewCommand = declinedGenerating("mpreview", "mpreview [index=<index>] [filter=<filter>]", "Shows the measurements of a metrics index.", "msearch")
)

func declinedGenerating(name, usage, summary string, aliases ...string) Command {
	return Command{Name: name, Aliases: aliases, Kind: Generating, Usage: usage, Summary: summary, Declined: declinedMetrics}
}
