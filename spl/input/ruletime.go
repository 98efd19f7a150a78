package input

import (
	"strings"
	"time"

	"spl/eval/timefmt"
)

// zoneOf is the zone of an event's times that name none.
func (l *loader) zoneOf(r *row) *time.Location {
	if r.rules != nil && r.rules.Time != nil && r.rules.Time.Zone != nil {
		return r.rules.Time.Zone
	}
	return l.c.r.src.o.Zone
}

// ruledTime finds an event's time as the rules of its origin say. done is false when
// they leave it to what holds for all events. What the user said of the file is
// stronger than rules.
func (l *loader) ruledTime(r *row, x *extractor, out *found) (t float64, stamp string, ok, done bool) {
	if !l.limited(r) {
		return 0, "", false, false
	}
	rules := r.rules.Time
	switch rules.Source {
	case "now":
		return timefmt.Epoch(l.c.r.src.o.Now), "", true, true
	case "file":
		return l.c.time, "", true, true
	}
	if len(x.stampAt) > 0 && r.rules == l.c.rules {
		if t, stamp, ok = l.fieldTime(rules, x, out); ok {
			return t, stamp, l.believed(rules, t), true
		}
	}
	if rules.Prefix == nil && rules.Layout == nil && rules.Lookahead == 0 {
		return 0, "", false, false
	}
	from, to, t, ok := rules.find(r.raw, l.zoneOf(r), l.c.r.src.o.Now)
	if !ok {
		return 0, "", false, true
	}
	return t, r.raw[from:to], l.believed(rules, t), true
}

// limited says whether rules bound the time of an event, and the user did not say where it
// stands.
func (l *loader) limited(r *row) bool {
	return r.rules != nil && r.rules.Time != nil && l.c.layout == nil && l.c.meta.TimeField == ""
}

// believed says whether a time is one that the rules accept.
func (l *loader) believed(rules *TimeRules, t float64) bool {
	const day = 86400
	now := timefmt.Epoch(l.c.r.src.o.Now)
	return (rules.Oldest == 0 || t >= now-float64(rules.Oldest)*day) && (rules.Newest == 0 || t <= now+float64(rules.Newest)*day)
}

// fieldTime reads the time in the fields of TIMESTAMP_FIELDS.
func (l *loader) fieldTime(rules *TimeRules, x *extractor, out *found) (t float64, stamp string, ok bool) {
	var parts []string
	for _, i := range x.stampAt {
		if s, has := out.first(i); has {
			parts = append(parts, s)
		}
	}
	if len(parts) == 0 {
		return 0, "", false
	}
	stamp = strings.Join(parts, " ")
	zone, now := l.c.r.src.o.Zone, l.c.r.src.o.Now
	if rules.Zone != nil {
		zone = rules.Zone
	}
	if rules.Layout != nil {
		t, _, ok = parseLayout(rules.Layout, stamp, zone, now)
		return t, stamp, ok
	}
	if t, ok = timefmt.FromText(stamp, zone, now); !ok {
		t, _, _, ok = timefmt.Recognise(stamp, zone, now)
	}
	return t, stamp, ok
}

// lookahead is MAX_TIMESTAMP_LOOKAHEAD where nothing is said, in characters.
const lookahead = 128

// find finds the timestamp in a text: after the prefix, within the lookahead. A layout
// is tried at each place, the first that it fits.
func (t *TimeRules) find(text string, zone *time.Location, now time.Time) (from, to int, at float64, ok bool) {
	if t.Prefix != nil {
		loc, err := t.Prefix.FindSubmatchIndex(text)
		if loc == nil || err != nil {
			return 0, 0, 0, false
		}
		from = loc[1]
	}
	rest := text[from:]
	chars := t.Lookahead
	if chars == 0 {
		chars = lookahead
	}
	if chars > 0 {
		rest = rest[:timefmt.RuneLimit(rest, chars)]
	}
	if t.Layout == nil {
		at, start, end, ok := timefmt.RecogniseWithin(rest, 0, zone, now)
		return from + start, from + end, at, ok
	}
	for i := 0; i < len(rest); i++ {
		if i > 0 && (isDigit(rest[i]) && isDigit(rest[i-1]) || isLetter(rest[i]) && isLetter(rest[i-1]) || rest[i]&0xc0 == 0x80) {
			continue // in the middle of a number or a word
		}
		if at, n, ok := parseLayout(t.Layout, rest[i:], zone, now); ok {
			return from + i, from + i + n, at, true
		}
	}
	return 0, 0, 0, false
}

// parseLayout reads a time. One without a year is not after now (events-and-fields 3.2).
func parseLayout(layout *timefmt.Layout, text string, zone *time.Location, now time.Time) (t float64, n int, ok bool) {
	t, n, ok = layout.ParsePrefix(text, zone, now)
	if layout.HasYear() || ok && t <= timefmt.Epoch(now)+86400 {
		return t, n, ok
	}
	for year := 1; year <= 8; year++ { // 29 February may need eight years
		before := now.AddDate(-year, 0, 0)
		if t, n, ok = layout.ParsePrefix(text, zone, before); ok {
			return t, n, ok
		}
	}
	return 0, 0, false
}
