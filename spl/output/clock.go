package output

import (
	"math"
	"slices"
	"time"

	"spl/eval/batch"
	"spl/eval/timefmt"
)

// timeLayout is how _time is shown (output 7.1).
type timeLayout int

const (
	isoTime   timeLayout = iota // 2024-05-15T13:47:31.000+0000
	humanTime                   // 2024-05-15 13:47:31, with .123 when there is a fraction
)

// clock shows the field _time in a zone.
type clock struct {
	layout timeLayout
	zone   *time.Location
}

// show puts times in the place of the page's _time column.
func (k clock) show(p *page) {
	i := slices.Index(p.names, "_time")
	if i < 0 || p.cols[i] == nil {
		return
	}
	p.cols = slices.Clone(p.cols)
	p.cols[i] = k.column(p.cols[i], p.rows)
}

// column renders the first rows of a column. All texts share one allocation.
func (k clock) column(c *batch.Column, rows int) *batch.Column {
	var text []byte
	var ends []int
	off := make([]int32, 1, rows+1)
	for r := range rows {
		for _, v := range c.Values(r) {
			text = k.append(text, v)
			ends = append(ends, len(text))
		}
		off = append(off, int32(len(ends)))
	}
	all, vals, from := string(text), make([]string, len(ends)), 0
	for i, end := range ends {
		vals[i] = all[from:end]
		from = end
	}
	return batch.Multi(vals, off)
}

// iso is the layout of _time in a file.
var iso = timefmt.CompileLayout("%Y-%m-%dT%H:%M:%S.%3N%z")

// append renders one value of _time. What is no number of seconds stays as it is.
func (k clock) append(dst []byte, v string) []byte {
	sec, ok := batch.ParseNumber(v)
	switch {
	case !ok || math.IsInf(sec, 0):
		return append(dst, v...)
	case k.layout == isoTime:
		return iso.AppendFormat(dst, sec, k.zone)
	}
	return timefmt.AppendDisplay(dst, sec, k.zone)
}
