// Package timefmt reads and writes times the way Splunk does: strftime and
// strptime, the relative time modifiers of a search ("-24h@h"), the spans of
// bin and timechart, and the automatic recognition of timestamps in events.
//
// A time is a float64 of seconds since 1970-01-01 00:00:00 UTC, as in SPL.
// Microseconds survive: every conversion here rounds to them. A nil
// *time.Location means UTC. Nothing here reads the clock: where "today"
// matters, the caller passes now.
//
// Read layout.go first (a layout is compiled once and then used for both
// directions), then modifier.go, then recognise.go. civil.go has the calendar
// that all of them share, and decides what happens at a daylight-saving change.
package timefmt
