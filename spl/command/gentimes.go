package command

import (
	"strconv"
	"strings"
	"time"

	"spl/eval/batch"
	"spl/eval/timefmt"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var gentimesCommand = Command{
	Name:    "gentimes",
	Kind:    Generating,
	Summary: "Makes rows of times, a row for each step from a start to an end.",
	Usage:   "gentimes start=<mm/dd/yyyy[:HH:MM:SS]> | start=<days> [end=<same>] [increment=<n>s|m|h|d]",
	Options: []Option{
		{"start", Text, "", "the first time, or a number of days from today's midnight, such as -7"},
		{"end", Text, "", "the time up to which rows are made; today's midnight when not given"},
		{"increment", Text, "1d", "the step: 10s, 5m, 1h, 2d"},
	},
	Parse: parseGentimes,
}

type optionsTree struct {
	Options []*option `parser:"( ','* @@ )* ','*"`
}

var gentimesGrammar = parser.NewGrammar[optionsTree](parser.ArgTokens, "| gentimes start=-7 increment=1d")

type gentimesNode struct {
	opts *options
	step int64
	unit timefmt.Unit
}

func parseGentimes(c *Command, a *parser.Args) (Node, source.Errors) {
	tree, err := gentimesGrammar.Parse(a)
	if err != nil {
		return nil, source.Errors{err}
	}
	n := &gentimesNode{opts: checkOptions(c, tree.Options)}
	errs := n.opts.errs
	if !n.opts.given("start") {
		errs = append(errs, source.Errorf(source.Syntax, source.At(a.Base+len(a.Text)), "`gentimes` needs a start").WithHelp("for example: | gentimes start=-7, or start=10/01/2024"))
	}
	for _, x := range tree.Options {
		switch strings.ToLower(x.Key.Text) {
		case "start", "end":
			if _, ok := gentime(x.Value.Text, time.Unix(0, 0), time.UTC); !ok {
				errs = append(errs, source.Errorf(source.Syntax, x.Value.Span, "`%s` is not a time that `gentimes` can read", x.Value.Text).WithHelp("write month/day/year, or a number of days: 10/01/2024:12:00:00, or -7"))
			}
		case "increment":
			if n.step, n.unit = increment(x.Value.Text); n.step <= 0 {
				errs = append(errs, source.Errorf(source.Syntax, x.Value.Span, "`%s` is not a step that `gentimes` can make", x.Value.Text).WithHelp("for example: increment=1h; the units are s, m, h and d"))
			}
		}
	}
	if n.step == 0 {
		n.step, n.unit = 1, timefmt.Day
	}
	return n, errs
}

// increment reads 10s, 5m, 1h, 2d.
func increment(s string) (int64, timefmt.Unit) {
	units := map[byte]timefmt.Unit{'s': timefmt.Second, 'm': timefmt.Minute, 'h': timefmt.Hour, 'd': timefmt.Day}
	if s == "" {
		return 0, timefmt.NoUnit
	}
	unit, ok := units[s[len(s)-1]]
	v, err := strconv.ParseInt(s[:len(s)-1], 10, 32)
	if !ok || err != nil {
		return 0, timefmt.NoUnit
	}
	return v, unit
}

// gentime reads a time: a number of days from today's midnight, or a date.
func gentime(s string, now time.Time, zone *time.Location) (time.Time, bool) {
	if days, err := strconv.ParseInt(s, 10, 32); err == nil {
		return timefmt.Add(timefmt.Snap(now, timefmt.Day, 0, zone), days, timefmt.Day, zone), true
	}
	for _, layout := range []string{"1/2/2006:15:04:05", "1/2/2006", "1/2/06:15:04:05", "1/2/06"} {
		if t, err := time.ParseInLocation(layout, s, zone); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

func (n *gentimesNode) String() string { return trimLeadingSpace(n.opts.String()) }

// maxTimes bounds how many rows are made.
const maxTimes = 1_000_000

func (n *gentimesNode) Plan(*Planning) *engine.Plan {
	return &engine.Plan{
		Gives: engine.Makes("starttime", "starthuman", "endtime", "endhuman"),
		Shape: engine.Table,
		Generate: func(c *engine.Context) (batch.Source, error) {
			start, _ := gentime(n.opts.text("start", "0"), c.Now, c.Zone)
			end, _ := gentime(n.opts.text("end", "0"), c.Now, c.Zone)
			var rows engine.Rows
			total := 0
			for start.Before(end) && total < maxTimes {
				var cols [4][]string
				for len(cols[0]) < 1024 && start.Before(end) {
					next := timefmt.Add(start, n.step, n.unit, c.Zone)
					last := next.Add(-time.Second)
					for i, t := range []time.Time{start, last} {
						cols[2*i] = append(cols[2*i], strconv.FormatInt(t.Unix(), 10))
						cols[2*i+1] = append(cols[2*i+1], t.In(c.Zone).Format("Mon Jan _2 15:04:05 2006"))
					}
					start = next
				}
				b := batch.New(len(cols[0]))
				for i, name := range []string{"starttime", "starthuman", "endtime", "endhuman"} {
					b.Set(name, batch.Strings(cols[i]))
				}
				rows = append(rows, b)
				total += b.Rows
			}
			if start.Before(end) {
				c.Notices.Add("gentimes-limit", "gentimes made a million rows and stopped", 1)
			}
			return rows, nil
		},
	}
}
