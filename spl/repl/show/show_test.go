package show

import (
	"math"
	"strings"
	"testing"

	"spl/eval/batch"
	"spl/spl/engine"
	"spl/spl/repl/term"
)

func answer(names string, rows ...string) *Answer {
	a := &Answer{Table: true}
	cols := strings.Split(names, ",")
	b := batch.New(len(rows))
	for i, n := range cols {
		var c batch.Builder
		for _, r := range rows {
			v := strings.Split(r, ",")[i]
			if v == "" {
				c.Null()
			} else {
				c.Append(strings.Split(v, ";")...)
			}
		}
		b.Set(n, c.Column())
	}
	a.Add(b)
	return a
}

func TestFitted(t *testing.T) {
	f := func(a *Answer, width int, hidden string, want ...string) {
		t.Helper()
		got, _ := a.fitted(&Look{Width: width, Height: 20}, All)
		if g, w := strings.Join(append(got.Head, got.Lines...), "\n"), strings.Join(want, "\n"); g != w || got.Hidden != hidden {
			t.Errorf("width %d, hidden %q:\n%s\nwant %q\n%s", width, got.Hidden, g, hidden, w)
		}
	}
	f(answer("a,n", "x,5", ",10"), 40, "", "a   n", "─  ──", "x   5", "   10")
	f(answer("a,b", "abcdefghijklmnop,q"), 16, "longer values", "a             b", "────────────  ─", "abcdefghijk…  q")
	f(answer("m", "1;2;3;4;5"), 40, "more values", strings.Repeat(" ", 7)+"m", "────────", "       1", "       2", "… 3 more")
	f(answer("漢,b", "字字字字,q"), 12, "", "漢        b", "────────  ─", "字字字字  q")
	f(answer("漢,b", "字字字字,q"), 11, "longer values", "漢       b", "───────  ─", "字字字…  q")
	f(answer("aaaaaaaa,bbbbbbbb,cccccccc", "1,2,3"), 20, "1 more column", "aaaaaaaa  bbbbbbbb", "────────  ────────", "       1         2")
}

// No line is wider than the terminal, whatever its width and the values.
func TestWidths(t *testing.T) {
	a := answer("first,second field,漢字,d", "abc,\x1b[31mred,字字字字字字字字,1", "x;y;z;w,a\tb,e\u0301,2", ",,,3")
	a.Drawing = &engine.Drawing{Bars: "d"}
	for width := 8; width < 100; width++ {
		l := &Look{Width: width, Height: 20, Charts: true}
		table, _ := a.fitted(l, All)
		for name, x := range map[string]Text{"table": table, "bars": a.Bars(l, All)} {
			if name == "bars" && width < minChart {
				continue
			}
			for _, line := range append(x.Head, x.Lines...) {
				if n := term.Width(line); n >= width || strings.Contains(line, "\x1b") {
					t.Errorf("%s, width %d: %d cells: %q", name, width, n, line)
				}
			}
		}
	}
}

func TestForms(t *testing.T) {
	wide := &Look{Width: 80, Height: 24, Charts: true}
	times := answer("_time,count", "0,1", "60,5", "120,2")
	times.Drawing = &engine.Drawing{Over: "_time"}
	if f := times.Form(wide); f != AsLines {
		t.Error(f)
	}
	if f := times.Form(&Look{Width: 80, Height: 24, Charts: true, Plain: true}); f != AsTable {
		t.Error(f)
	}
	chart := strings.Join(times.Chart(wide).Lines, "\n")
	if !strings.Contains(chart, "■ count") || !strings.Contains(chart, "1970-01-01 00:00:00") || !strings.Contains(chart, "00:02:00") {
		t.Error(chart)
	}
	gone := answer("x,count", "a,1", "b,2")
	gone.Drawing = &engine.Drawing{Over: "_time"}
	if f := gone.Form(wide); f != AsTable { // the column of the drawing is gone
		t.Error(f)
	}
}

// More points than columns: no peak is lost.
func TestPeaks(t *testing.T) {
	vals := make([]float64, 1000)
	vals[777] = 9
	high := 0.0
	for _, v := range columnsOf(vals, 60) {
		high = max(high, v)
	}
	if high != 9 {
		t.Error(high)
	}
}

func TestBlocks(t *testing.T) {
	if got := blocks([]string{"0", "1", "7"}); got != "▁▂█" {
		t.Error(got)
	}
	b := batch.New(1)
	b.Set("s", batch.Multi([]string{"##__SPARKLINE__##", "1", "2"}, []int32{0, 3}))
	if got := texts(b, "s", 0, nil); len(got) != 1 || got[0] != "▄█" {
		t.Error(got)
	}
}

func TestEvents(t *testing.T) {
	raw := `{"verb":"list","user":{"name":"` + strings.Repeat("x", 200) + `"},"code":403}`
	if got, folded := fold(raw, 100); !folded || got != "{verb: list, user: {…}, code: 403}" {
		t.Error(got)
	}
	if got, folded := fold("plain text", 100); folded || got != "plain text" {
		t.Error(got)
	}
	if got := Mark("A list of LISTS", []string{"list"}, true); got != "A \x1b[30;43mlist\x1b[0m of \x1b[30;43mLIST\x1b[0mS" {
		t.Errorf("%q", got)
	}
}

// Numbers beyond all others, and what is no number, are drawn as far as they can be.
func TestBoundless(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct {
		f, highest float64
		want       string
	}{
		{4, 8, "██"}, {8, 8, "████"}, {1, 1e9, "▏"}, {0, 8, ""}, {-3, 8, ""},
		{inf, inf, "████"}, {3, inf, "▏"}, {-inf, inf, ""}, {math.NaN(), 8, ""}, {1, math.NaN(), ""},
	} {
		if got := bar(c.f, c.highest, 4); got != c.want {
			t.Errorf("bar(%v, %v) = %q, want %q", c.f, c.highest, got, c.want)
		}
	}
	if got := blocks([]string{"0", "1", "1e309"}); got != "▁▁█" {
		t.Errorf("blocks with inf: %q", got)
	}
	a := &Answer{Table: true, Drawing: &engine.Drawing{Over: "_time"}}
	b := batch.New(3)
	b.Set("_time", batch.Strings([]string{"0", "60", "120"}))
	b.Set("n", batch.Strings([]string{"1", "1e309", "3"}))
	a.Add(b)
	if lines := a.Chart(&Look{Width: 60, Height: 20, Charts: true}).Lines; len(lines) == 0 || len(lines) > 20 {
		t.Errorf("a chart of %d lines", len(lines))
	}
}

// No column is wider than can be read, even where there is room.
func TestWidest(t *testing.T) {
	a := answer("u,n", strings.Repeat("x", 300)+",1")
	lines := a.Whole(&Look{Width: 1000}, All).Lines
	if len(lines) != 1 || lines[0] != strings.Repeat("x", 199)+"…  1" {
		t.Errorf("%q", lines)
	}
}

// The time stands before an event where there is room for both, else above it.
func TestEventTime(t *testing.T) {
	a := &Answer{}
	b := batch.New(1)
	b.Set("_time", batch.Strings([]string{"0"}))
	b.Set("_raw", batch.Strings([]string{strings.Repeat("ab ", 25)}))
	a.Add(b)
	for width, want := range map[int]string{
		60: "1970-01-01 00:00:00  ab ab ab ab ab ab ab ab ab ab ab ab ab\n                      ab ab ab ab ab ab ab ab ab ab ab ab",
		59: "1970-01-01 00:00:00\n  ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab\n   ab ab ab ab ab ab",
	} {
		var got []string
		for _, l := range a.Events(&Look{Width: width}, All).Lines {
			got = append(got, strings.TrimRight(l, " "))
		}
		if strings.Join(got, "\n") != want {
			t.Errorf("at %d:\n%s\nwant\n%s", width, strings.Join(got, "\n"), want)
		}
	}
}

// The axis of a chart is as fine as its span asks for.
func TestAxis(t *testing.T) {
	for span, want := range map[float64]string{
		599: "00:09:59", 600: "00:10", 86399: "23:59", 86400: "01-02 00:00", 3*86400 - 1: "01-03 23:59", 3 * 86400: "1970-01-04",
	} {
		if got := axisLine([]float64{0, span}, 4, 60, &Look{Width: 80}); !strings.HasSuffix(got, " "+want) {
			t.Errorf("%v s: %q does not end in %s", span, got, want)
		}
	}
}
