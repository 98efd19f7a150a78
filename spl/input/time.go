package input

import (
	"math"
	"strconv"
	"strings"
	"time"

	"spl/eval/timefmt"
)

// timeKeys are the keys that may hold an event's time, the first that can be read
// as one winning (DESIGN 2.3; SystemTime is events-and-fields 3.2).
var timeKeys = []string{
	"_time", "timestamp", "@timestamp", "time", "eventTime", "requestReceivedTimestamp", "stageTimestamp",
	"TimeGenerated", "CreationTime", "published", "created_at", "ts", "SystemTime",
}

// setTime finds a row's time: in its envelope, in the field that the user named, in
// the keys above, in the first 128 characters of the text, and failing all that, the
// time of the file. The time of the event before, which Splunk would take, is not
// known: parts are read at the same time.
func (l *loader) setTime(r *row, x *extractor, out *found) {
	if r.timed {
		return
	}
	t, stamp, ok := l.findTime(r, x, out)
	if !ok || math.IsNaN(t) || math.IsInf(t, 0) {
		t, stamp = l.c.time, ""
		if !l.timed {
			l.c.r.notes.event(NoticeNoTimestamp, l.chunk, r.seq, int(r.line))
		}
	}
	r.time, r.stamp = t, stamp
}

func (l *loader) findTime(r *row, x *extractor, out *found) (t float64, stamp string, ok bool) {
	o := &l.c.r.src.o
	zone := l.zoneOf(r)
	read := func(s string) bool {
		stamp = s
		t, ok = timefmt.FromText(s, zone, o.Now)
		return ok
	}
	if r.env != nil && r.env.time != "" && read(r.env.time) {
		return t, stampOf(r, t, zone, o.Now), ok
	}
	if t, stamp, ok, done := l.ruledTime(r, x, out); done {
		return t, stamp, ok
	}
	if t, stamp, ok = l.shownTime(r, x, out, zone); ok && l.limited(r) && !l.believed(r.rules.Time, t) {
		return 0, "", false
	}
	return t, stamp, ok
}

// shownTime finds an event's time where no rule says where it stands.
func (l *loader) shownTime(r *row, x *extractor, out *found, zone *time.Location) (t float64, stamp string, ok bool) {
	o := &l.c.r.src.o
	read := func(s string) bool {
		stamp = s
		t, ok = timefmt.FromText(s, zone, o.Now)
		return ok
	}
	layout := l.c.layout
	if x.timeField >= 0 {
		if s, has := out.first(x.timeField); has {
			if layout == nil && read(s) {
				return
			}
			if layout != nil {
				if t, ok = layout.Parse(s, zone, o.Now); ok {
					return t, s, true
				}
			}
		}
	} else if layout != nil {
		if t, ok = layout.Parse(r.raw, zone, o.Now); ok {
			return t, "", true
		}
	}
	if r.kind == windowsKind {
		if s := windowsTime(r.body); s != "" && read(s) {
			return
		}
	}
	if r.kind != textKind && r.kind != windowsTextKind || r.env != nil {
		for _, i := range x.timeAt {
			if s, has := out.first(i); has && read(s) {
				return
			}
		}
	}
	t, from, to, ok := timefmt.Recognise(r.raw, zone, o.Now)
	if !ok {
		return 0, "", false
	}
	return t, r.raw[from:to], true
}

// stampOf is the timestamp in the text of an event whose time its envelope gives. One
// that was exported from an index had its time from there if it still says the same;
// one that was sent with a time was not looked into.
func stampOf(r *row, t float64, zone *time.Location, now time.Time) string {
	if !r.env.indexed {
		return ""
	}
	if at, from, to, ok := timefmt.Recognise(r.raw, zone, now); ok && math.Abs(at-t) < 1 {
		return r.raw[from:to]
	}
	return ""
}

// timeText writes epoch seconds as _time has them: decimal, up to microseconds.
func timeText(t float64) string { return string(appendTime(make([]byte, 0, 20), t)) }

func appendTime(b []byte, t float64) []byte {
	if math.Abs(t) > 9e12 {
		return strconv.AppendFloat(b, t, 'f', -1, 64)
	}
	micros := microseconds(t)
	if micros < 0 {
		b = append(b, '-')
		micros = -micros
	}
	b = strconv.AppendInt(b, micros/1e6, 10)
	if f := micros % 1e6; f > 0 {
		b = append(b, '.')
		for unit := int64(1e5); f > 0; unit /= 10 {
			b = append(b, byte('0'+f/unit))
			f %= unit
		}
	}
	return b
}

func microseconds(t float64) int64 { return int64(math.Round(t * 1e6)) }

// timeNumber is the number that the text of a time is; ok is false where that takes
// reading it. Both parts of the fraction are exact, so that it is the nearest number.
func timeNumber(t float64) (n float64, ok bool) {
	micros := microseconds(t)
	return float64(micros) / 1e6, math.Abs(t) < 9e9
}

// datePart gives one of the date_ fields, or the place of the timestamp in the text:
// its parts as they are written in the event if that names its offset or UTC, else in
// the zone of the search (events-and-fields 3.1).
func datePart(name string, r *row, zone *time.Location, now time.Time) (string, bool) {
	if r.stamp == "" {
		return "", false
	}
	if name == "timestartpos" || name == "timeendpos" {
		at := strings.Index(r.raw, r.stamp)
		if at >= 0 && name == "timeendpos" {
			at += len(r.stamp)
		}
		return strconv.Itoa(at), at >= 0
	}
	t, written := timefmt.Time(r.time, zone), "local"
	if offset, ok := timefmt.WrittenOffset(r.stamp, zone, now); ok {
		written = strconv.Itoa(offset)
		t = t.In(time.FixedZone("", offset*60))
	}
	switch name {
	case "date_hour":
		return strconv.Itoa(t.Hour()), true
	case "date_mday":
		return strconv.Itoa(t.Day()), true
	case "date_minute":
		return strconv.Itoa(t.Minute()), true
	case "date_month":
		return strings.ToLower(t.Month().String()), true
	case "date_second":
		return strconv.Itoa(t.Second()), true
	case "date_wday":
		return strings.ToLower(t.Weekday().String()), true
	case "date_year":
		return strconv.Itoa(t.Year()), true
	case "date_zone":
		return written, true
	}
	return "", false
}

// punct is the signature of punctuation: the first line without letters and digits,
// _ for a space, t for a tab, up to 30 characters (events-and-fields 3.1).
func punct(raw string) string {
	if n := strings.IndexByte(raw, '\n'); n >= 0 {
		raw = raw[:n]
	}
	var b strings.Builder
	n := 0
	for _, r := range raw {
		switch {
		case r < 0x80 && (isDigit(byte(r)) || isLetter(byte(r))):
			continue
		case r == ' ':
			r = '_'
		case r == '\t':
			r = 't'
		case r == '\r':
			continue
		}
		b.WriteRune(r)
		if n++; n == 30 {
			break
		}
	}
	return b.String()
}
