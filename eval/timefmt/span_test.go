package timefmt

import (
	"math"
	"testing"
	"time"
)

func TestParseSpan(t *testing.T) {
	f := func(s string, want Span, text string) {
		t.Helper()
		got, err := ParseSpan(s)
		if err != nil || got != want || got.String() != text {
			t.Errorf("ParseSpan(%q) = %+v (%s), %v, want %+v", s, got, got, err, want)
		}
	}
	f("5m", Span{Count: 5, Unit: Minute}, "5m")
	f("h", Span{Count: 1, Unit: Hour}, "1h")
	f("30", Span{Count: 30, Unit: Second}, "30s")
	f("0.5", Span{Count: 500000, Unit: Microsecond}, "500000us")
	f("1mon", Span{Count: 1, Unit: Month}, "1mon")
	f("2days", Span{Count: 2, Unit: Day}, "2d")
	f("100ms", Span{Count: 100, Unit: Millisecond}, "100ms")
	f("10us", Span{Count: 10, Unit: Microsecond}, "10us")
	f("5cs", Span{Count: 5, Unit: Centisecond}, "5cs")
	f("5ds", Span{Count: 5, Unit: Decisecond}, "5ds")
	f("1h@h", Span{Count: 1, Unit: Hour, Snap: Hour}, "1h@h")
	f("1w@w1", Span{Count: 1, Unit: Week, Snap: Week, Weekday: time.Monday}, "1w@w1")
	f("1w@w", Span{Count: 1, Unit: Week, Snap: Week}, "1w@w")
	for _, bad := range []string{"", "x", "0", "0m", "-5m", "5x", "5m5", "5m@", "5m@x", "5m@h@d", "1.5m", "1e3", "99999999999999s", "0.0000001"} {
		if got, err := ParseSpan(bad); err == nil {
			t.Errorf("ParseSpan(%q) = %+v, want an error", bad, got)
		}
	}
}

// rule: time: buckets shorter than a day => are counted from the epoch in UTC, whatever the zone; `4h@d` from midnight there
func TestStart(t *testing.T) {
	ny := zone(t, "America/New_York")
	f := func(span string, z *time.Location, at, want string) {
		t.Helper()
		s, err := ParseSpan(span)
		if err != nil {
			t.Fatal(err)
		}
		from, ok := FromText(at, z, time.Time{})
		to, ok2 := FromText(want, z, time.Time{})
		if got := s.Start(from, z); !ok || !ok2 || got != to {
			t.Errorf("%s at %s starts %s, want %s", span, at, Display(got, z), want)
		}
	}
	f("5m", nil, "2024-05-15 13:47:31", "2024-05-15 13:45:00")
	f("30s", nil, "1970-01-01 00:16:20", "1970-01-01 00:16:00")
	f("4h", ny, "2024-05-15 13:47:31", "2024-05-15 12:00:00") // 16:00 UTC
	f("4h", ny, "2024-01-15 13:47:31", "2024-01-15 11:00:00") // 16:00 UTC
	f("4h@d", ny, "2024-01-15 13:47:31", "2024-01-15 12:00:00")
	f("1h@h", ny, "2024-01-15 13:47:31", "2024-01-15 13:00:00")
	f("15m@m", ny, "2024-01-15 13:47:31", "2024-01-15 13:45:00")
	f("15m@h", zone(t, "Asia/Kolkata"), "2024-01-15 13:47:31", "2024-01-15 13:45:00")
	f("2h@h", nil, "2024-01-15 13:47:31", "2024-01-15 12:00:00")
	f("1d", ny, "2024-03-10 13:47:31", "2024-03-10 00:00:00")
	f("2d", nil, "1970-01-04 13:00:00", "1970-01-03 00:00:00")
	f("1w", nil, "2024-05-15 13:47:31", "2024-05-09 00:00:00") // a Thursday
	f("1w@w", nil, "2024-05-15 13:47:31", "2024-05-12 00:00:00")
	f("1w@w1", ny, "2024-05-15 13:47:31", "2024-05-13 00:00:00")
	f("1w@w3", ny, "2024-05-15 13:47:31", "2024-05-15 00:00:00")
	f("1w@w6", ny, "2024-05-15 13:47:31", "2024-05-11 00:00:00")
	f("1mon", ny, "2024-05-15 13:47:31", "2024-05-01 00:00:00")
	f("2mon", nil, "2024-05-15 13:47:31", "2024-05-01 00:00:00")
	f("2mon", nil, "1969-12-31 13:47:31", "1969-11-01 00:00:00")
	f("1q", nil, "2024-05-15 13:47:31", "2024-04-01 00:00:00")
	f("1y", nil, "2024-05-15 13:47:31", "2024-01-01 00:00:00")
	f("100ms", nil, "2024-05-15 13:47:31.257", "2024-05-15 13:47:31.2")
	f("5s", nil, "1969-12-31 23:59:58", "1969-12-31 23:59:55")
}

func TestNext(t *testing.T) {
	ny := zone(t, "America/New_York")
	f := func(span string, start, want float64) {
		t.Helper()
		s, err := ParseSpan(span)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Next(start, ny); got != want {
			t.Errorf("%s after %f is %f, want %f", span, start, got, want)
		}
	}
	f("1d", 1710046800, 1710046800+23*3600) // 2024-03-10 has 23 hours
	f("1h", 1710046800, 1710046800+3600)
	f("1mon", 1709269200, 1711944000) // March 2024
	f("100ms", 1.5, 1.6)
	f("15m@m", 900, 1800)
	f("5h@d", 1705366800, 1705366800+4*3600) // 20:00, cut at midnight
}

func TestStartFrom(t *testing.T) {
	s := Span{Count: 10, Unit: Minute}
	if got := s.StartFrom(1000, 120); got != 720 {
		t.Errorf("got %f, want 720", got)
	}
	if got := s.StartFrom(100, 120); got != -480 {
		t.Errorf("got %f, want -480", got)
	}
	if got := (Span{Count: 1, Unit: Second}).StartFrom(3, 0.5); got != 2.5 {
		t.Errorf("got %f, want 2.5", got)
	}
	if got := (Span{Count: 1e12, Unit: Hour}).StartFrom(3, 0.5); got != 0.5 {
		t.Errorf("got %f, want 0.5", got)
	}
	if got := s.StartFrom(math.NaN(), 0); !math.IsNaN(got) {
		t.Errorf("NaN starts at %f", got)
	}
}

func FuzzSpan(f *testing.F) {
	for _, seed := range []string{"5m", "1w@w1", "7h@d", "100ms", "3mon", "2y", "999999999999y", "999999999999d"} {
		f.Add(seed, float64(may))
	}
	ny := zone(f, "America/New_York")
	f.Fuzz(func(t *testing.T, s string, epoch float64) {
		span, err := ParseSpan(s)
		if err != nil {
			return
		}
		if again, err := ParseSpan(span.String()); err != nil || again != span {
			t.Fatalf("%q is %s, which reads as %+v, %v", s, span, again, err)
		}
		start := span.Start(epoch, ny)
		if epoch > -1e10 && epoch < 1e11 {
			if start > epoch+1e-6 {
				t.Fatalf("%q at %f starts at %f", s, epoch, start)
			}
			if next := span.Next(start, ny); next <= start {
				t.Fatalf("%q: %f is followed by %f", s, start, next)
			}
		}
	})
}
