package timefmt

import (
	"strings"
	"testing"
	"time"
)

const layout = "2006-01-02 15:04:05.999999 MST"

// apply checks a modifier on a time written as layout, or without its zone.
func apply(t *testing.T, z *time.Location, from, modifier, want string) {
	t.Helper()
	start, err := time.ParseInLocation("2006-01-02 15:04:05", from, z)
	if err != nil {
		if start, err = time.ParseInLocation(layout, from, z); err != nil {
			t.Fatal(err)
		}
	}
	m, err := ParseModifier(modifier)
	if err != nil {
		t.Errorf("%s: %v", modifier, err)
		return
	}
	got := m.Apply(start, z)
	if g := got.Format(layout); g != want && strings.TrimSuffix(g, " UTC") != want {
		t.Errorf("%s on %s = %s, want %s", modifier, from, g, want)
	}
}

func TestModifier(t *testing.T) {
	f := func(modifier, want string) {
		t.Helper()
		apply(t, time.UTC, "2024-05-15 13:47:31", modifier, want)
	}
	f("-24h@h", "2024-05-14 13:00:00")
	f("-1d@d", "2024-05-14 00:00:00")
	f("@w0", "2024-05-12 00:00:00")
	f("@w", "2024-05-12 00:00:00")
	f("@w7", "2024-05-12 00:00:00")
	f("@w1", "2024-05-13 00:00:00")
	f("@w3", "2024-05-15 00:00:00")
	f("@w4", "2024-05-09 00:00:00")
	f("-1mon@mon", "2024-04-01 00:00:00")
	f("@q", "2024-04-01 00:00:00")
	f("@y", "2024-01-01 00:00:00")
	f("@d-2h", "2024-05-14 22:00:00")
	f("-h", "2024-05-15 12:47:31")
	f("-1w@w+1d", "2024-05-06 00:00:00")
	f("+1d@d", "2024-05-16 00:00:00")
	f("-1d@d+3h", "2024-05-14 03:00:00")
	f("-7d@w0+1h", "2024-05-05 01:00:00")
	f("-mon@mon", "2024-04-01 00:00:00")
	f("-1q@q", "2024-01-01 00:00:00")
	f("-2yrs@year+1qtr", "2022-04-01 00:00:00")
	f("@m", "2024-05-15 13:47:00")
	f("@s", "2024-05-15 13:47:31")
	f("-90secs", "2024-05-15 13:46:01")
	f("-5minutes@minute", "2024-05-15 13:42:00")
	f("1d", "2024-05-16 13:47:31")
	f("+0d", "2024-05-15 13:47:31")
	f("now", "2024-05-15 13:47:31")
	f("now()", "2024-05-15 13:47:31")
	f(" NOW ", "2024-05-15 13:47:31")
	f("0", "1970-01-01 00:00:00")
	f("1715780851.25", "2024-05-15 13:47:31.25")
	f("10/19/2024:0:0:0", "2024-10-19 00:00:00")
	f("10/19/2024:00:05:09", "2024-10-19 00:05:09")
	f("2024-10-19T01:02:03", "2024-10-19 01:02:03")
	f("2024-10-19T01:02:03.5+02:00", "2024-10-18 23:02:03.5")
	f("2024-10-19", "2024-10-19 00:00:00")
	// The years that can be printed bound the result.
	f("-999999y", "0001-01-01 00:00:00")
	f("+999999999999mon", "9999-12-31 23:59:59")
	f("+1000000000000h", "9999-12-31 23:59:59")
	f("-1000000000000w", "0001-01-01 00:00:00")
}

func TestClamp(t *testing.T) {
	f := func(from, modifier, want string) {
		t.Helper()
		apply(t, time.UTC, from+" 10:00:00", modifier, want+" 10:00:00")
	}
	f("2024-03-31", "-1mon", "2024-02-29")
	f("2023-03-31", "-1mon", "2023-02-28")
	f("2024-02-29", "-1y", "2023-02-28")
	f("2024-05-31", "+1mon", "2024-06-30")
	f("2024-05-31", "-1q", "2024-02-29")
	f("2024-01-31", "-1mon", "2023-12-31")
	f("2024-05-31", "-18mon", "2022-11-30")
	f("2024-03-01", "-1d", "2024-02-29")
}

func TestDaylightSaving(t *testing.T) {
	ny, berlin := zone(t, "America/New_York"), zone(t, "Europe/Berlin")
	// Clocks go forward on 2024-03-10 in New York, 2024-03-31 in Berlin.
	apply(t, ny, "2024-03-10 12:00:00", "-1d", "2024-03-09 12:00:00 EST")
	apply(t, ny, "2024-03-10 12:00:00", "-24h", "2024-03-09 11:00:00 EST")
	apply(t, ny, "2024-03-10 12:00:00", "@d", "2024-03-10 00:00:00 EST")
	apply(t, ny, "2024-03-10 12:00:00", "@d+3h", "2024-03-10 04:00:00 EDT")
	apply(t, ny, "2024-03-09 02:30:00", "+1d", "2024-03-10 03:30:00 EDT")
	apply(t, ny, "2024-03-10 03:30:00", "@h", "2024-03-10 03:00:00 EDT")
	apply(t, ny, "2024-03-10 12:00:00", "@w", "2024-03-10 00:00:00 EST")
	apply(t, ny, "2024-03-15 12:00:00", "@mon", "2024-03-01 00:00:00 EST")
	apply(t, berlin, "2024-03-31 12:00:00", "-1w", "2024-03-24 12:00:00 CET")
	apply(t, berlin, "2024-03-31 12:00:00", "@d", "2024-03-31 00:00:00 CET")
	// Back on 2024-11-03 in New York, 2024-10-27 in Berlin.
	apply(t, ny, "2024-11-03 12:00:00", "-1d@d", "2024-11-02 00:00:00 EDT")
	apply(t, ny, "2024-11-04 00:00:00", "-1d", "2024-11-03 00:00:00 EDT")
	apply(t, ny, "2024-11-04 00:00:00", "-24h", "2024-11-03 01:00:00 EDT")
	apply(t, berlin, "2024-10-27 12:00:00", "@d+6h", "2024-10-27 05:00:00 CET")
	apply(t, berlin, "2024-11-15 08:00:00", "-1mon", "2024-10-15 08:00:00 CEST")
	// Within the hour that occurs twice, @h and a move by nothing stay there.
	second := time.Unix(1730615400, 0).In(ny) // 01:30 EST, the second time
	for modifier, want := range map[string]int64{
		"@h": 1730613600, "+0d": 1730615400, "-1h": 1730611800, "@m": 1730615400,
	} {
		m, err := ParseModifier(modifier)
		if err != nil {
			t.Fatal(err)
		}
		if got := m.Apply(second, ny).Unix(); got != want {
			t.Errorf("%s on the second 01:30 = %d, want %d", modifier, got, want)
		}
	}
}

func TestOddZones(t *testing.T) {
	apply(t, zone(t, "Asia/Kolkata"), "2024-05-15 13:47:31", "@h", "2024-05-15 13:00:00 IST")
	apply(t, zone(t, "Asia/Kolkata"), "2024-05-15 13:47:31", "@d", "2024-05-15 00:00:00 IST")
	// Clocks went from 23:59:59 to 01:00 in São Paulo: there was no midnight.
	apply(t, zone(t, "America/Sao_Paulo"), "2018-11-04 12:00:00", "@d", "2018-11-04 01:00:00 -02")
}

func TestModifierErrors(t *testing.T) {
	f := func(modifier, want string) {
		t.Helper()
		_, err := ParseModifier(modifier)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", modifier, err, want)
		}
	}
	f("", "empty")
	f("xyz", `"xyz" is not a time modifier: one begins with +, - or @`)
	f("-", "unit")
	f("-5", "unit")
	f("-1x", `"x" is not a time unit`)
	f("-1ms", `"ms" is not a time unit`)
	f("-1M", `"M" is not a time unit`)
	f("@", "not a time unit to snap to")
	f("@z", "not a time unit to snap to")
	f("@w8", "no such number can follow @w")
	f("@w10", "no such number can follow @w")
	f("@d5", "no such number can follow @d")
	f("-1d 3h", `in the time modifier "-1d 3h", a + or - is missing before " 3h"`)
	f("-1d@d3h", "can follow @d")
	f("-1d@d h", "a + or - is missing")
	f("-9999999999999d", "too large")
	f("13/40/2024:0:0:0", "MM/DD/YYYY")
	f("10/19/2024", "MM/DD/YYYY")
	f("10/19/2024:0:0:0x", "MM/DD/YYYY")
	f("2024-10-19Tx", "MM/DD/YYYY")
	f("rt-5m", "real-time")
	f("1e9", "not a time unit")
}

func TestIsNow(t *testing.T) {
	for text, want := range map[string][2]bool{"now": {true, true}, "-1d": {false, true}, "0": {false, false}} {
		m, err := ParseModifier(text)
		if err != nil || m.IsNow() != want[0] || m.IsRelative() != want[1] {
			t.Errorf("%s: %v, %v, %v", text, m.IsNow(), m.IsRelative(), err)
		}
	}
	if got := (Modifier{}).ApplyEpoch(may+0.25, nil); got != may+0.25 {
		t.Errorf("now on %f is %f", may+0.25, got)
	}
}

func FuzzModifier(f *testing.F) {
	for _, seed := range []string{"-24h@h", "@w1+3d-2mon@q", "10/19/2024:0:0:0", "now()", "1715780851.5", "2024-05-15T13:47:31Z"} {
		f.Add(seed, int64(may))
	}
	ny := zone(f, "America/New_York")
	f.Fuzz(func(t *testing.T, s string, unix int64) {
		m, err := ParseModifier(s)
		if err != nil {
			return
		}
		if y := m.Apply(at(unix, 0, ny), ny).UTC().Year(); y < 1 || y > 9999 {
			t.Fatalf("%q on %d is in the year %d", s, unix, y)
		}
	})
}
