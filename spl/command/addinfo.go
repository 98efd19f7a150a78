package command

import (
	"math"
	"strconv"

	"spl/eval/batch"
	"spl/eval/timefmt"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var addinfoCommand = Command{
	Name:    "addinfo",
	Kind:    DistributableStreaming,
	Summary: "Adds the time range and the start of the search to each row.",
	Usage:   "addinfo",
	Parse:   parseAddinfo,
}

type addinfoNode struct{}

func parseAddinfo(_ *Command, a *parser.Args) (Node, source.Errors) {
	return addinfoNode{}, noArguments(a)
}

func (addinfoNode) String() string { return "" }

func (addinfoNode) Plan(*Planning) *engine.Plan {
	return &engine.Plan{
		Gives:     engine.Adds("info_min_time", "info_max_time", "info_search_time", "info_sid"),
		Transient: true,
		Map: engine.Streaming(func(c *engine.Context) (engine.MapFunc, error) {
			now := timefmt.Epoch(c.Now)
			fields := [][2]string{
				{"info_min_time", infoTime(c.Earliest)},
				{"info_max_time", infoTime(c.Latest)},
				{"info_search_time", infoTime(now)},
				// Choice: a search that runs by itself has the sid of its start.
				{"info_sid", strconv.FormatFloat(now, 'f', 0, 64) + ".0"},
			}
			return func(b *batch.Batch) (*batch.Batch, error) {
				out := b.Clone()
				for _, f := range fields {
					out.Set(f[0], batch.Constant(f[1], b.Rows))
				}
				return out, nil
			}, nil
		}),
	}
}

// infoTime writes a bound of the search: three decimals, 0.000 where it has no
// start and +Infinity where it has no end.
func infoTime(v float64) string {
	switch {
	case math.IsInf(v, -1):
		v = 0
	case math.IsInf(v, 1):
		return "+Infinity"
	}
	return strconv.FormatFloat(v, 'f', 3, 64)
}
