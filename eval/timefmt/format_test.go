package timefmt

import (
	"math"
	"testing"
	"time"
	_ "time/tzdata"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// may is Wed 2024-05-15 13:47:31 UTC, the time of the pages' examples.
const may = 1715780851

func TestFormat(t *testing.T) {
	la, ny := zone(t, "America/Los_Angeles"), zone(t, "America/New_York")
	kolkata := zone(t, "Asia/Kolkata")
	f := func(epoch float64, layout string, z *time.Location, want string) {
		t.Helper()
		if got := Format(epoch, layout, z); got != want {
			t.Errorf("Format(%v, %q) = %q, want %q", epoch, layout, got, want)
		}
	}
	f(0, "%Y-%m-%dT%H:%M:%S.%Q%z", nil, "1970-01-01T00:00:00.000+0000")
	f(may+0.5, "%s", nil, "1715780851")
	// Thu Jul 18 2019 09:30:00 PDT.
	const july = 1563467400
	f(july, "%c", la, "Thu Jul 18 09:30:00 2019")
	f(july, "%+", la, "Thu Jul 18 09:30:00 PDT 2019")
	f(july, "%x %X", la, "07/18/2019 09:30:00")
	f(july, "%a %A %b %B %h", la, "Thu Thursday Jul July Jul")
	f(july, "%C %d %e %F %D", la, "20 18 18 2019-07-18 07/18/19")
	f(july, "%H %I %k %l %M %S %p", la, "09 09  9  9 30 00 AM")
	f(july, "%j %m %y %Y %v", la, "199 07 19 2019 18-Jul-2019")
	f(july, "%T %R", la, "09:30:00 09:30")
	f(july, "%u %w %U %V %W %G %g", la, "4 4 28 29 28 2019 19")
	f(july, "%z %:z %::z %:::z %Ez %Z", la, "-0700 -07:00 -07:00:00 -07 -420 PDT")
	f(july, "%z %:z %:::z %Ez", kolkata, "+0530 +05:30 +05:30 330")
	f(july, "%Z%z", nil, "UTC+0000")
	f(may, "%n%t%%", nil, "\n\t%")
	f(may, "%E %i %5 %", nil, "%E %i %5 %") // unknown directives
	f(may, "%::Y %::::z %10N", nil, "%::Y %::::z %10N")
	f(may, "", nil, "")
	// Fractions are cut, not rounded, below microseconds only.
	f(may+0.123456, "%N %3N %6N %9N %1N", nil, "123456000 123 123456 123456000 1")
	f(may+0.123456, "%Q %3Q %6Q %9Q %f", nil, "123 123 123456 123456000 123456")
	f(may+0.9996, "%S.%3N", nil, "31.999")
	f(may+0.9999999, "%S.%3N", nil, "32.000")
	f(-0.25, "%F %T.%2N", nil, "1969-12-31 23:59:59.75")
	// Noon and midnight.
	f(0, "%I %l %p", nil, "12 12 AM")
	f(43200, "%I %l %p %k", nil, "12 12 PM 12")
	// ISO years: 2021-01-03 is a Sunday of week 53 of 2020.
	f(1609632000, "%G-%V-%u %g %U %W %w", nil, "2020-53-7 20 01 00 0")
	// Either side of the change to and from daylight-saving time.
	f(1710053999, "%T %Z", ny, "01:59:59 EST")
	f(1710054000, "%T %Z", ny, "03:00:00 EDT")
	f(1730613600-1, "%T %Z", ny, "01:59:59 EDT")
	f(1730613600, "%T %Z", ny, "01:00:00 EST")
	// Out of range.
	f(math.NaN(), "%Y", nil, "")
	f(math.Inf(1), "%Y", nil, "")
	f(may*1000, "%m/%d/%Y %T", nil, "12/31/9999 23:59:59")
	f(math.MaxFloat64, "%F %T", la, "9999-12-31 23:59:59")
	f(-math.MaxFloat64, "%F %T", la, "0001-01-01 00:00:00")
	f(253402300799, "%F", kolkata, "9999-12-31")
}

func TestDisplay(t *testing.T) {
	f := func(epoch float64, want string) {
		t.Helper()
		if got := Display(epoch, nil); got != want {
			t.Errorf("Display(%v) = %q, want %q", epoch, got, want)
		}
	}
	f(may, "2024-05-15 13:47:31")
	f(may+0.25, "2024-05-15 13:47:31.250")
	f(may+0.0001, "2024-05-15 13:47:31.000")
	f(math.NaN(), "")
}

func TestParse(t *testing.T) {
	la, berlin := zone(t, "America/Los_Angeles"), zone(t, "Europe/Berlin")
	kolkata, shanghai := zone(t, "Asia/Kolkata"), zone(t, "Asia/Shanghai")
	now := time.Unix(may, 0)
	f := func(text, layout string, z *time.Location, want float64) {
		t.Helper()
		got, ok := Parse(text, layout, z, now)
		if !ok || got != want {
			t.Errorf("Parse(%q, %q) = %f, %v, want %f", text, layout, got, ok, want)
		}
	}
	f("2024-05-15 13:47:31", "%Y-%m-%d %H:%M:%S", nil, may)
	f("2024-05-15 13:47:31", "%F %T", berlin, may-7200)
	f("2024-05-15T13:47:31.250Z", "%Y-%m-%dT%H:%M:%S.%QZ", nil, may+0.25)
	f("2024-05-15 13:47:31 and more", "%F %T", nil, may)
	f("2024-5-5 3:7:1", "%Y-%m-%d %H:%M:%S", nil, 1714878421)
	f("5/ 5/2024", "%m/%d/%Y", nil, 1714867200)
	f("05/15/24", "%D", nil, 1715731200)
	f("01/01/69", "%D", nil, -31536000)
	f("01/01/68", "%D", nil, 3092601600)
	// Missing parts are today's, in the zone: 2024-05-15 there.
	f("13:47", "%H:%M", nil, may-31)
	f("13:47", "%H:%M", la, may-31+7*3600)
	f("16", "%d", nil, 1715817600)
	f("02-29", "%m-%d", nil, 1709164800)
	// Twelve hours.
	f("2024-05-15 01:47:31 PM", "%F %I:%M:%S %p", nil, may)
	f("2024-05-15 12:47:31 am", "%F %I:%M:%S %p", nil, may-13*3600)
	f("2024-05-15 12:47:31PM", "%F %l:%M:%S %p", nil, may-3600)
	f("pm 2024-05-15 1:47:31", "%p %F %l:%M:%S", nil, may)
	f("2024-05-15 13:47:31 PM", "%F %H:%M:%S %p", nil, may)
	// Names, in any case.
	f("wed MAY 15 13:47:31 2024", "%a %b %d %H:%M:%S %Y", nil, may)
	f("Wednesday, 15 May 2024", "%A, %d %B %Y", nil, 1715731200)
	f("15-September-2024", "%d-%b-%Y", nil, 1726358400)
	f("Wed May 15 13:47:31 PDT 2024", "%+", nil, may+7*3600)
	// Zones.
	f("2024-05-15 13:47:31 EST", "%F %T %Z", nil, may+5*3600)
	f("2024-05-15 13:47:31 cest", "%F %T %Z", nil, may-2*3600)
	f("2024-05-15 13:47:31 UTC", "%F %T %Z", la, may)
	f("2024-05-15 13:47:31 UTC+02:00", "%F %T %Z", la, may-2*3600)
	f("2024-05-15 13:47:31 UTC+0200", "%F %T %Z%z", la, may-2*3600)
	f("2024-05-15 13:47:31Z", "%F %T%Z", la, may)
	f("2024-05-15 13:47:31 IST", "%F %T %Z", kolkata, may-19800)
	f("2024-05-15 13:47:31 CST", "%F %T %Z", shanghai, may-8*3600)
	f("2024-05-15 13:47:31 CST", "%F %T %Z", nil, may+6*3600)
	f("2024-05-15 13:47:31+0530", "%F %T%z", nil, may-19800)
	f("2024-05-15 13:47:31-05:30", "%F %T%z", nil, may+19800)
	f("2024-05-15 13:47:31 Z", "%F %T %z", la, may)
	f("2024-05-15 13:47:31-07", "%F %T%:::z", nil, may+7*3600)
	f("2024-05-15 13:47:31-07:00:30", "%F %T%::z", nil, may+7*3600+30)
	// Epochs.
	f("1715780851", "%s", la, may)
	f("1715780851.25", "%s", nil, may+0.25)
	f("1715780851.25", "%s.%3N", nil, may+0.25)
	f("1715780851250", "%s%3N", nil, may+0.25)
	f("-1.5", "%s", nil, -1.5)
	// Fractions of any length.
	f("13:47:31.5", "%T.%3N", nil, may+0.5)
	f("13:47:31.123456", "%T.%3N", nil, may+0.123456)
	f("13:47:31.1234567899999", "%T.%N", nil, 1715780851.123456789)
	f("13:47:31.000250", "%T.%f", nil, may+0.00025)
	// Days of the year, white space, percent.
	f("2024-136", "%Y-%j", nil, 1715731200)
	f("2024  05\t15", "%Y %m %d", nil, 1715731200)
	f("20240515", "%Y%m%d", nil, 1715731200)
	f("20240515", "%Y %m%n%d", nil, 1715731200)
	f("100% 2024-05-15", "100%% %F", nil, 1715731200)
	f("2024-05-15 %i", "%F %i", nil, 1715731200)
	f("2016-12-31 23:59:60", "%F %T", nil, 1483228800)
	// A time that a change of the clocks skips, and one that it repeats.
	f("2024-03-31 02:30:00", "%F %T", berlin, 1711848600)
	f("2024-10-27 02:30:00", "%F %T", berlin, 1729989000)
}

func TestParseFails(t *testing.T) {
	f := func(text, layout string) {
		t.Helper()
		if got, ok := Parse(text, layout, nil, time.Unix(may, 0)); ok {
			t.Errorf("Parse(%q, %q) = %f, want no time", text, layout, got)
		}
	}
	f("abc", "%Y")
	f("", "%Y-%m-%d")
	f(" x 2024-05-15", "%F")
	f("2024", "%Y")
	f("2024-05", "%Y-%m")
	f("May", "%b")
	f("May 13:00", "%b %H:%M")
	f("2024-13-01", "%F")
	f("2023-02-29", "%F")
	f("2024-04-31", "%F")
	f("2023-366", "%Y-%j")
	f("24:00", "%H:%M")
	f("13:00 PM", "%I:%M %p")
	f("2024-05-15 13:47:31 XYZ", "%F %T %Z")
	f("2024-05-15 13:47:31 IST", "%F %T %Z")
	f("2024-05-15 13:47:31 ESTATE", "%F %T %Z")
	f("2024-05-15 13:47:31 +5", "%F %T %z")
	f("2024-05-15", "%F %T")
	f("x", "%s")
	f("Wed May 15 13:47:31 2024", "%c")
	f("15-May-2024", "%v")
	f("2024 20", "%Y %V")
	f("2024-05-15 .", "%F .%N")
	f("Mai", "%d %b")
}

func FuzzLayout(f *testing.F) {
	f.Add("2024-05-15 13:47:31.123 EST", "%Y-%m-%d %H:%M:%S.%3N %Z", 1715780851.5)
	f.Add("%", "%c%+%::z%9Q%E", -1e300)
	f.Fuzz(func(t *testing.T, text, layout string, epoch float64) {
		l := CompileLayout(layout)
		if l.String() != layout {
			t.Fatal(l.String())
		}
		Parse(l.Format(epoch, nil), layout, nil, time.Unix(may, 0))
		if got, ok := l.Parse(text, nil, time.Unix(may, 0)); ok && math.IsNaN(got) {
			t.Fatalf("%q with %q gives %v", text, layout, got)
		}
	})
}

// What is written is read back, for all days of some years in three zones.
func TestRoundTrip(t *testing.T) {
	l := CompileLayout("%Y-%m-%d %H:%M:%S.%6N %z")
	for _, name := range []string{"UTC", "America/New_York", "Australia/Lord_Howe"} {
		z := zone(t, name)
		for epoch := -3e8 + 0.25; epoch < 4e9; epoch += 86400*30 + 12345.5 {
			if got, ok := l.Parse(l.Format(epoch, z), z, time.Unix(may, 0)); !ok || got != epoch {
				t.Fatalf("%s: %q is %f, want %f", name, l.Format(epoch, z), got, epoch)
			}
		}
	}
}

func BenchmarkFormat(b *testing.B) {
	l := CompileLayout("%Y-%m-%dT%H:%M:%S")
	var buf []byte
	for b.Loop() {
		buf = l.AppendFormat(buf[:0], may, nil)
	}
}
