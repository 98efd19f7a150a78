package show

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/guptarohit/asciigraph"

	"spl/eval/batch"
	"spl/eval/timefmt"
	"spl/spl/repl/term"
)

const (
	minChart  = 30 // cells of width below which nothing is drawn
	maxSeries = 6  // lines that can be told apart
)

var inks = []asciigraph.AnsiColor{asciigraph.Blue, asciigraph.Green, asciigraph.Yellow, asciigraph.Magenta, asciigraph.Cyan, asciigraph.Red}

// Chart draws the columns of numbers as lines over time.
func (a *Answer) Chart(l *Look) Text {
	series := a.series()
	var t Text
	t.Rows = a.Rows
	if n := len(series) - maxSeries; n > 0 {
		t.Hidden = plural(n, "more column")
		series = series[:maxSeries]
	}
	times, data := a.points(series)
	high := 0.0
	for i := range data {
		for _, v := range data[i] {
			if !math.IsNaN(v) {
				high = max(high, math.Abs(v))
			}
		}
	}
	axis := len(fmt.Sprintf("%.0f", high)) + 4
	width := max(10, l.Width-axis-4)
	for i := range data {
		data[i] = columnsOf(data[i], width)
	}
	precision := uint(0)
	if high < 10 && !whole(data) {
		precision = 2
	}
	height := max(4, min(12, l.Height-10))
	o := []asciigraph.Option{asciigraph.Height(height), asciigraph.Precision(precision), asciigraph.LowerBound(0)}
	if high <= float64(height) && whole(data) && high >= 1 {
		o = append(o, asciigraph.Height(int(high))) // a line for each whole number
	}
	if l.Colors {
		o = append(o, asciigraph.SeriesColors(inks[:len(series)]...))
	} else if len(series) > 1 {
		var sets []asciigraph.CharSet
		for i := range series {
			sets = append(sets, asciigraph.CreateCharSet(letter(i)))
		}
		o = append(o, asciigraph.SeriesChars(sets...))
	}
	if len(data[0]) < width {
		o = append(o, asciigraph.Width(width))
	}
	left := 0
	for s := range strings.SplitSeq(strings.TrimRight(asciigraph.PlotMany(data, o...), "\n"), "\n") {
		plain := term.Strip(s)
		if i := strings.IndexAny(plain, "┤┼"); i >= 0 {
			left = max(left, term.Width(plain[:i]))
		}
		t.Lines = append(t.Lines, strings.TrimRight(s, " "))
	}
	t.Lines = append(t.Lines, axisLine(times, left, width, l))
	t.Lines = append(t.Lines, legend(series, l)...)
	return t
}

// points are the times of the rows and the numbers of each series, NaN for none and for
// what no line reaches.
func (a *Answer) points(series []string) (times []float64, data [][]float64) {
	data = make([][]float64, len(series))
	a.each(All, func(b *batch.Batch, row int) {
		x, _ := b.Col(a.Drawing.Over).Number(row)
		times = append(times, x)
		for i, s := range series {
			v, ok := b.Col(s).Number(row)
			if !ok || math.IsInf(v, 0) {
				v = math.NaN()
			}
			data[i] = append(data[i], v)
		}
	})
	return times, data
}

// columnsOf puts more points than there are columns into as many columns; each shows
// the highest of its points, so that no peak is lost.
func columnsOf(vals []float64, width int) []float64 {
	if len(vals) <= width {
		return vals
	}
	out := make([]float64, width)
	for i := range out {
		from, to := i*len(vals)/width, (i+1)*len(vals)/width
		out[i] = math.NaN()
		for _, v := range vals[from:to] {
			if math.IsNaN(out[i]) || v > out[i] {
				out[i] = v
			}
		}
	}
	return out
}

func whole(data [][]float64) bool {
	for _, d := range data {
		for _, v := range d {
			if !math.IsNaN(v) && v != math.Trunc(v) {
				return false
			}
		}
	}
	return true
}

// axisLine writes the first time, the last, and one between where there is room.
func axisLine(times []float64, left, width int, l *Look) string {
	zone := l.Zone
	if zone == nil {
		zone = time.UTC
	}
	first, last := times[0], times[len(times)-1]
	layout := "%H:%M:%S"
	switch span := last - first; {
	case span >= 3*86400:
		layout = "%Y-%m-%d"
	case span >= 86400:
		layout = "%m-%d %H:%M"
	case span >= 600:
		layout = "%H:%M"
	}
	text := func(t float64) string { return timefmt.Format(t, layout, zone) }
	a, b := timefmt.Display(first, zone), text(last)
	if term.Width(a)+term.Width(b)+4 > width {
		a = text(first)
	}
	line := strings.Repeat(" ", left+1) + a
	end := left + 1 + width - term.Width(b)
	mid := text(first + (last-first)/2)
	if at := left + 1 + width/2 - len(mid)/2; at > term.Width(line)+3 && at+len(mid)+3 < end {
		line += strings.Repeat(" ", at-term.Width(line)) + mid
	}
	line += strings.Repeat(" ", max(2, end-term.Width(line))) + b
	return l.Colors.Paint(term.Faint, term.Cut(line, l.Width-1))
}

// legend names the lines, where they are not one that speaks for itself.
func legend(series []string, l *Look) []string {
	var out []string
	line := ""
	for i, s := range series {
		mark := letter(i)
		if l.Colors || len(series) == 1 {
			mark = "■"
		}
		item := term.Cut(term.Safe(s), max(8, l.Width/2))
		if term.Width(term.Strip(line))+term.Width(item)+4 > l.Width && line != "" {
			out = append(out, line)
			line = ""
		}
		line += "  " + l.Colors.Paint(colour(i), mark) + " " + item
	}
	return append(out, line)
}

// letter tells lines apart where there are no colours.
func letter(i int) string { return string(rune('a' + i)) }
