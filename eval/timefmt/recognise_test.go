package timefmt

import (
	"math"
	"strings"
	"testing"
	"time"
)

func TestRecognise(t *testing.T) {
	ny := zone(t, "America/New_York")
	now := time.Unix(may, 0)
	f := func(text string, z *time.Location, want float64, found string) {
		t.Helper()
		got, start, end, ok := Recognise(text, z, now)
		if !ok || got != want || text[start:end] != found {
			t.Errorf("Recognise(%q) = %f, %q, %v, want %f, %q", text, got, text[start:end], ok, want, found)
		}
	}
	all := func(text string, want float64) {
		t.Helper()
		f(text, nil, want, text)
	}
	// ISO 8601 and what is near it.
	all("2024-05-15T13:47:31Z", may)
	all("2024-05-15T13:47:31.123Z", may+0.123)
	all("2024-05-15T13:47:31.123456789Z", 1715780851.123456789)
	all("2024-05-15 13:47:31,250", may+0.25)
	all("2024-05-15 13:47:31:250", may+0.25)
	all("2024-05-15T15:47:31+02:00", may)
	all("2024-05-15 15:47:31+0200", may)
	all("2024-05-15 15:47:31 +0200", may)
	all("2024-05-15 08:47:31-05", may)
	all("2024-05-15 08:47:31 EST", may)
	all("2024-05-15 13:47:31 UTC", may)
	all("2024/05/15 13:47:31", may)
	all("2024-5-15 13:47", may-31)
	all("2024-05-15_13:47:31", may)
	all("20240515T134731Z", may)
	all("20240515T134731.5Z", may+0.5)
	all("2024-05-15", 1715731200)
	f("2024-05-15 13:47:31 ERROR it broke", nil, may, "2024-05-15 13:47:31")
	f("2024-05-15 13:47:31 - it broke", nil, may, "2024-05-15 13:47:31")
	f("2024-05-15 09:47:31 it broke", ny, may, "2024-05-15 09:47:31")
	f(`{"eventTime":"2024-05-15T13:47:31Z","x":1}`, ny, may, "2024-05-15T13:47:31Z")
	f("[2024-05-15T13:47:31.5+00:00] x", ny, may+0.5, "2024-05-15T13:47:31.5+00:00")
	f("id 7 of 2023-02-30 at 2024-05-15 13:47:31", nil, may, "2024-05-15 13:47:31")
	// Month first, unless it cannot be.
	all("05/15/2024 13:47:31", may)
	all("5/15/2024 1:47:31 PM", may)
	all("05/15/2024 01:47:31.250 PM", may+0.25)
	all("15/05/2024 13:47:31", may)
	all("05/15/24 13:47:31", may)
	all("05/15/2024:13:47:31", may)
	f("01/02/2024 00:00:00", nil, 1704153600, "01/02/2024 00:00:00")
	// Access logs.
	f(`1.2.3.4 - bob [15/May/2024:13:47:31 +0000] "GET /"`, ny, may, "15/May/2024:13:47:31 +0000")
	f(`::1 - - [15/May/2024:15:47:31 +0200] "GET /2023-01-01"`, nil, may, "15/May/2024:15:47:31 +0200")
	// Syslog: the last such time.
	f("May 15 13:47:31 host sshd[1]: x", nil, may, "May 15 13:47:31")
	f("<34>May 15 13:47:31 host su: x", nil, may, "May 15 13:47:31")
	f("May 15 13:47:32 host x", nil, may+1-366*86400, "May 15 13:47:32")
	f("May  5 13:47:31 host x", nil, may-10*86400, "May  5 13:47:31")
	f("Dec 31 23:59:59 host x", nil, 1704067199, "Dec 31 23:59:59")
	f("Feb 29 00:00:00 host x", nil, 1709164800, "Feb 29 00:00:00")
	f("May 15 09:47:31 host x", ny, may, "May 15 09:47:31")
	// asctime, date and others.
	f("Wed May 15 13:47:31 2024 x", nil, may, "May 15 13:47:31 2024")
	f("Wed May 15 08:47:31 EST 2024", nil, may, "May 15 08:47:31 EST 2024")
	all("May 15, 2024 1:47:31 PM", may)
	all("May 15 2024 13:47:31", may)
	all("15 May 2024 13:47:31", may)
	all("15 May 2024 13:47:31 GMT", may)
	all("15-May-2024 13:47:31", may)
	all("15 May 2024", 1715731200)
	all("15 September 2023, 00:00:00", 1694736000)
	// Epochs.
	all("1715780851", may)
	all("1715780851.250", may+0.25)
	all("1715780851250", may+0.25)
	all("1715780851250000", may+0.25)
	all("1715780851250000000", may+0.25)
	f(`{"timestamp": 1715780851250, "a":1}`, nil, may+0.25, "1715780851250")
	f(`level=info ts=1715780851.25 x`, nil, may+0.25, "1715780851.25")
	f("type=SYSCALL msg=audit(1715780851.250:24): x", nil, may+0.25, "1715780851.250")
}

func TestNotRecognised(t *testing.T) {
	ny := zone(t, "America/New_York")
	f := func(text string) {
		t.Helper()
		if got, start, end, ok := Recognise(text, ny, time.Unix(may, 0)); ok {
			t.Errorf("Recognise(%q) = %f, %q, want none", text, got, text[start:end])
		}
	}
	f("")
	f("no time here")
	f("10.1.2.3 4 56 789 2024")
	f("version 2024-1 of 12/34")
	f("2024-13-01T00:00:00Z")
	f("2023-02-29T00:00:00Z")
	f("2024-05-15T25:00:00Z/x")
	f("/var/log/app-2024-05-15.log")
	f("May I help 15 people")
	f("Maybe 15 13:47:31")
	f("id=1715780851 x")
	f("x 1715780851 x")
	f("99/99/2024 00:00:00")
	f("a1b2024-05-15")
	f(strings.Repeat("x ", 64) + "2024-05-15T13:47:31Z")
	f(strings.Repeat("x ", 60) + "2024-05-15T13:47:31Z") // does not end within 128
}

// A character is not a byte: the lookahead counts the former.
func TestLookahead(t *testing.T) {
	text := strings.Repeat("é", 108) + " 2024-05-15T13:47:3"
	if _, _, _, ok := Recognise(text+"1", nil, time.Unix(may, 0)); !ok {
		t.Error("a timestamp that ends at the 128th character is not found")
	}
	if _, _, _, ok := Recognise("é"+text+"1", nil, time.Unix(may, 0)); ok {
		t.Error("a timestamp that ends at the 129th character is found")
	}
}

func TestFromNumber(t *testing.T) {
	f := func(n, want float64) {
		t.Helper()
		if got := FromNumber(n); got != want {
			t.Errorf("FromNumber(%v) = %f, want %f", n, got, want)
		}
	}
	f(may, may)
	f(may+0.25, may+0.25)
	f(may*1e3+250, may+0.25)
	f(may*1e6+250000, may+0.25)
	f(may*1e9+250000000, may+0.25)
	f(0, 0)
	f(10, 10)
	f(-1.5, -1.5)
	f(-may*1e3, -may)
	f(math.Inf(1), math.Inf(1))
	if !math.IsNaN(FromNumber(math.NaN())) {
		t.Error("NaN is not NaN")
	}
}

func TestFromText(t *testing.T) {
	ny := zone(t, "America/New_York")
	f := func(s string, want float64) {
		t.Helper()
		got, ok := FromText(s, ny, time.Unix(may, 0))
		if !ok || got != want {
			t.Errorf("FromText(%q) = %f, %v, want %f", s, got, ok, want)
		}
	}
	f("2024-05-15T13:47:31Z", may)
	f("2024-05-15T13:47:31.123Z", may+0.123)
	f("2024-05-15T13:47:31.1234567Z", 1715780851.1234567)
	f("2024-05-15T15:47:31.25+02:00", may+0.25)
	f("2024-05-15T08:17:31-05:30", may)
	f("2024-05-15T09:47:31", may)
	f("2024-05-15T09:47:31.25", may+0.25)
	f("2024-05-15 13:47:31Z", may)
	f("2024-05-15T13:47:31+0000", may)
	f("2024-02-29T00:00:00Z", 1709164800)
	f("1969-12-31T23:59:59Z", -1)
	f(" 1715780851 ", may)
	f("1715780851.25", may+0.25)
	f("1715780851250", may+0.25)
	f("1.71578085125e12", may+0.25)
	f("-1.5", -1.5)
	f("0", 0)
	f("20240515094731", may)
	f("Wed, 15 May 2024 13:47:31 GMT", may)
	f("Wed May 15 13:47:31 UTC 2024", may)
	f("5/15/2024 9:47:31 AM", may)
	for _, bad := range []string{
		"", " ", "-", "abc", "2024-05-15T13:47:61Z", "2023-02-29T00:00:00Z", "x 2024-05-15T00:00:00Z",
		"0x10", "1e999", "NaN", "Infinity", "Wed", strings.Repeat("1", 200),
	} {
		if got, ok := FromText(bad, ny, time.Unix(may, 0)); ok {
			t.Errorf("FromText(%q) = %f, want none", bad, got)
		}
	}
}

// The calendar agrees with the standard library's.
func TestCivil(t *testing.T) {
	for day := int64(-800000); day < 3000000; day += 97 {
		u := time.Unix(day*86400, 0).UTC()
		if got := daysFromCivil(u.Year(), int(u.Month()), u.Day()); got != day {
			t.Fatalf("%s is day %d, want %d", u, got, day)
		}
	}
}

func TestAllocs(t *testing.T) {
	now := time.Unix(may, 0)
	ny := zone(t, "America/New_York")
	line := `10.0.0.1 - - [15/May/2024:13:47:31 +0000] "GET / HTTP/1.1" 200 5`
	l := CompileLayout("%Y-%m-%d %H:%M:%S.%3N")
	buf := make([]byte, 0, 64)
	n := testing.AllocsPerRun(100, func() {
		FromText("2024-05-15T13:47:31.123456Z", ny, now)
		FromText("1715780851.25", ny, now)
		Recognise(line, ny, now)
		l.Parse("2024-05-15 13:47:31.123", ny, now)
		buf = l.AppendFormat(buf[:0], may, ny)
	})
	if n != 0 {
		t.Errorf("%v allocations, want none", n)
	}
}

func FuzzRecognise(f *testing.F) {
	for _, seed := range []string{
		"2024-05-15T13:47:31.123Z x", "05/15/24 1:47 PM", "[15/May/2024:13:47:31 +0000]", "May 15 13:47:31 EST 2024",
		"15 May 2024, 1:1", "1715780851.25", "ts=1715780851250", "20240515T134731.", "Feb 29 00:00:00", "é 1/1/99 ",
	} {
		f.Add(seed)
	}
	ny := zone(f, "America/New_York")
	f.Fuzz(func(t *testing.T, s string) {
		now := time.Unix(may, 0)
		epoch, start, end, ok := Recognise(s, ny, now)
		if ok && (start < 0 || start >= end || end > len(s) || math.IsNaN(epoch)) {
			t.Fatalf("%q: %f at %d to %d", s, epoch, start, end)
		}
		if epoch, ok := FromText(s, ny, now); ok && math.IsNaN(epoch) {
			t.Fatalf("%q is NaN", s)
		}
		// The quick reader may not differ from the careful one.
		if quick, ok := fastISO(s); ok && s[:4] >= "1900" && s[:4] < "2200" {
			f, ok := scanISO(s)
			if slow := f.instant(nil); !ok || !f.hasOffset || slow != quick {
				t.Fatalf("%q is %f or %f", s, quick, slow)
			}
		}
	})
}

func BenchmarkFromText(b *testing.B) {
	for _, s := range []string{"2024-05-15T13:47:31Z", "2024-05-15T13:47:31.123456Z", "2024-05-15T13:47:31.123+02:00", "1715780851.25"} {
		b.Run(s, func(b *testing.B) {
			for b.Loop() {
				FromText(s, nil, time.Time{})
			}
		})
	}
}

func BenchmarkRecognise(b *testing.B) {
	for _, s := range []string{
		`10.0.0.1 - - [15/May/2024:13:47:31 +0000] "GET / HTTP/1.1" 200 5`,
		"May 15 13:47:31 host sshd[1]: Failed password",
		strings.Repeat("no time in this text ", 10),
	} {
		b.Run(s[:6], func(b *testing.B) {
			for b.Loop() {
				Recognise(s, nil, time.Unix(may, 0))
			}
		})
	}
}
