package eval

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"spl/eval/timefmt"
	"spl/parser"
)

// timeTerms is what the value of a time modifier is read with.
type timeTerms struct {
	now    time.Time
	zone   *time.Location
	layout string // timeformat, for starttime and endtime; "" where the search has none
}

// timeBounds are the time modifiers (search-expression 1.6, 1.7): each gives the
// bound that its value stands for, in seconds since the epoch.
var timeBounds = map[string]func(text string, t timeTerms) (float64, error){
	"earliest": modifier, "latest": modifier,
	"_index_earliest": modifier, "_index_latest": modifier,
	"starttime": legacyTime, "endtime": legacyTime,
	"starttimeu": unixTime, "endtimeu": unixTime,
	"daysago": ago("d"), "hoursago": ago("h"), "minutesago": ago("m"), "monthsago": ago("mon"),
	"startdaysago": ago("d"), "starthoursago": ago("h"), "startminutesago": ago("m"), "startmonthsago": ago("mon"),
	"enddaysago": ago("d"), "endhoursago": ago("h"), "endminutesago": ago("m"), "endmonthsago": ago("mon"),
}

// timeSpans are the time modifiers whose reading nothing tells: what the span is
// counted from is not documented.
var timeSpans = []string{"searchtimespanminutes", "searchtimespanhours", "searchtimespandays", "searchtimespanmonths"}

// timeformat is the layout that a search gives for starttime and endtime.
func timeformat(x parser.SearchExpr) (layout string) {
	walkSearch(x, func(x parser.SearchExpr) {
		if c, ok := x.(*parser.Compare); ok && c.Field == "timeformat" && layout == "" {
			layout = c.Value.Text
		}
	})
	return layout
}

// isModifier says whether a name is no field in a search, but says something of time.
func isModifier(field string) bool { return timeBounds[field] != nil || field == "timeformat" }

// isUpper says whether a time modifier bounds the time from above.
func isUpper(field string) bool {
	return field == "latest" || field == "_index_latest" || strings.HasPrefix(field, "end")
}

// boundHelp shows what the value of a time modifier may look like.
func boundHelp(field, layout string) string {
	switch {
	case strings.HasSuffix(field, "ago"):
		return "for example: " + field + "=7"
	case strings.HasSuffix(field, "timeu"):
		return "for example: " + field + "=1700000000"
	case strings.HasSuffix(field, "time") && layout != "":
		return "timeformat asks for times such as " + timefmt.Format(1729339200, layout, time.UTC)
	}
	return fmt.Sprintf("for example: %s=-24h@h, %s=@d, %s=10/19/2024:0:0:0", field, field, field)
}

func modifier(text string, t timeTerms) (float64, error) {
	m, err := timefmt.ParseModifier(text)
	if err != nil {
		return 0, err
	}
	return seconds(m.Apply(t.now, t.zone)), nil
}

// legacyTime reads starttime and endtime by the search's timeformat. Without one they
// are read as earliest is, which holds their default form, %m/%d/%Y:%H:%M:%S.
func legacyTime(text string, t timeTerms) (float64, error) {
	if t.layout == "" {
		return modifier(text, t)
	}
	v, ok := timefmt.Parse(text, t.layout, t.zone, t.now)
	if !ok {
		return 0, fmt.Errorf("%q is not of the form %s", text, t.layout)
	}
	return v, nil
}

func unixTime(text string, _ timeTerms) (float64, error) {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, fmt.Errorf("%q is no number of seconds", text)
	}
	return v, nil
}

func ago(unit string) func(string, timeTerms) (float64, error) {
	return func(text string, t timeTerms) (float64, error) {
		if _, err := strconv.ParseUint(text, 10, 32); err != nil {
			return 0, fmt.Errorf("%q is no whole number", text)
		}
		return modifier("-"+text+unit, t)
	}
}

func seconds(t time.Time) float64 { return float64(t.UnixMicro()) / 1e6 }

// Bounds gives the time range that every matching row lies in, from the modifiers
// that stand at the top of the expression: earliest <= _time < latest. timed is
// false when there is none.
func (s *Search) Bounds(now time.Time, zone *time.Location) (earliest, latest float64, timed bool) {
	earliest, latest = math.Inf(-1), math.Inf(1)
	for _, t := range Conjuncts(s.expr) {
		c, ok := t.(*parser.Compare)
		if !ok || timeBounds[c.Field] == nil || strings.HasPrefix(c.Field, "_index") {
			continue
		}
		v, err := timeBounds[c.Field](c.Value.Text, timeTerms{now, zone, s.layout})
		if err != nil {
			continue
		}
		timed = true
		if isUpper(c.Field) {
			latest = min(latest, v)
		} else {
			earliest = max(earliest, v)
		}
	}
	return earliest, latest, timed
}
