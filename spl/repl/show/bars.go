package show

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"spl/eval/batch"
	"spl/spl/repl/term"
)

// Bars draws a bar for each row: of the one column that the drawing names, or of all
// columns of numbers beside the one that they run over.
func (a *Answer) Bars(l *Look, in Range) Text {
	series := []string{a.Drawing.Bars}
	if a.Drawing.Over != "" {
		series = a.series()
	}
	highest := 0.0
	label, value, number := 0, 0, func(b *batch.Batch, n string, row int) (float64, string) {
		v, _ := b.Col(n).First(row)
		f, _ := batch.ParseNumber(v)
		return f, term.Safe(v)
	}
	names := a.labels(series)
	a.each(in, func(b *batch.Batch, row int) {
		label = max(label, term.Width(a.label(b, row, names, l)))
		for _, s := range series {
			f, v := number(b, s, row)
			highest = max(highest, f)
			value = max(value, term.Width(v))
		}
	})
	label = min(label, l.Width*2/5)
	title := 0
	if len(series) > 1 {
		for _, s := range series {
			title = max(title, term.Width(term.Safe(s)))
		}
		title = min(title, l.Width/4)
	}
	room := max(5, l.Width-1-label-value-title-4)
	var t Text
	a.each(in, func(b *batch.Batch, row int) {
		if l.full(&t) {
			return
		}
		t.Rows++
		for i, s := range series {
			f, v := number(b, s, row)
			line := strings.Repeat(" ", label)
			if i == 0 {
				line = term.Pad(a.label(b, row, names, l), label)
			}
			if title > 0 {
				line += " " + l.Colors.Paint(term.Faint, term.Pad(term.Safe(s), title))
			}
			line += " " + term.PadLeft(v, value) + " " + l.Colors.Paint(colour(i), bar(f, highest, room))
			t.Lines = append(t.Lines, strings.TrimRight(line, " "))
		}
	})
	if left := len(a.Names()) - len(names) - len(series); left > 0 {
		t.Hidden = plural(left, "more column")
	}
	if a.Drawing.Over == "" {
		t.Head = []string{l.Colors.Paint(term.Bold, term.Cut(term.Safe(strings.Join(names, ", ")), l.Width-1))}
	}
	return t
}

// labels are the columns that name a row: those that are no numbers of the table's
// own making.
func (a *Answer) labels(series []string) []string {
	if a.Drawing.Over != "" {
		return []string{a.Drawing.Over}
	}
	names := a.Names()
	at := slices.Index(names, a.Drawing.Bars)
	return names[:max(at, 0)]
}

func (a *Answer) label(b *batch.Batch, row int, names []string, l *Look) string {
	var parts []string
	for _, n := range names {
		parts = append(parts, strings.Join(texts(b, n, row, l.Zone), " "))
	}
	return strings.Join(parts, ", ")
}

// bar is a bar of at most so many cells, to the eighth of one.
func bar(f, highest float64, room int) string {
	if !(highest > 0 && f > 0) { // nor NaN
		return ""
	}
	part := f / highest
	if math.IsInf(f, 1) {
		part = 1
	}
	eighths := int(part*float64(room*8) + 0.5)
	s := strings.Repeat("█", eighths/8)
	if rest := eighths % 8; rest > 0 {
		s += string([]rune("▏▎▍▌▋▊▉")[rest-1])
	}
	return cmp.Or(s, "▏")
}

func colour(i int) term.Style {
	return []term.Style{term.Blue, term.Green, term.Yellow, term.Magenta, term.Cyan, term.Red}[i%6]
}

// plural is a number with its noun.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
