package knowledge

import (
	"math"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"

	"spl/eval/batch"
)

// computedLookup answers from the values themselves, where Splunk asks a program of an
// app. Its table has columns and no rows.
type computedLookup struct {
	in, out []string
	f       func(in []string) []string
}

// computedLookups are those of apps that published searches ask for (URL Toolbox). The
// program of an app is never run: what it would say is worked out here.
var computedLookups = map[string]*computedLookup{
	"ut_shannon_lookup": {
		in: []string{"word"}, out: []string{"ut_shannon"},
		f: func(in []string) []string { return []string{floatText(entropy(in[0]))} },
	},
	"ut_levenshtein_lookup": {
		in: []string{"word1", "word2"}, out: []string{"ut_levenshtein"},
		f: func(in []string) []string {
			return []string{strconv.Itoa(levenshtein.ComputeDistance(in[0], in[1]))}
		},
	},
}

// maxComputed bounds the length of a value that is worked with, in bytes.
const maxComputed = 1 << 16

// entropy is Shannon's, in bits a character.
func entropy(s string) float64 {
	count := map[rune]int{}
	var order []rune // sums depend on the order
	n := 0
	for _, r := range s {
		if count[r] == 0 {
			order = append(order, r)
		}
		count[r]++
		n++
	}
	sum := 0.0
	for _, r := range order {
		p := float64(count[r]) / float64(n)
		sum -= p * (math.Log(p) / math.Ln2)
	}
	return sum
}

// floatText writes a number as Python does: the shortest text that is read back as it,
// with a point.
func floatText(f float64) string {
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if f == math.Trunc(f) {
		s += ".0"
	}
	return s
}

// lookup makes it one that searches can name.
func (c *computedLookup) lookup(name string) *Lookup {
	t := &Table{Fields: slices.Concat(c.in, c.out)}
	t.cols = make([]*batch.Column, len(t.Fields))
	return &Lookup{Name: name, max: 1, computed: c, store: &store{name: name, read: true, table: t}}
}

// Computed says that a lookup has no rows of its own.
func (l *Lookup) Computed() bool { return l.computed != nil }

// answer gives the value of each wanted column, for the values of some columns. It is
// nil where a column that is needed was not given, or a value is too long.
func (c *computedLookup) answer(fields, values, wanted []string) []string {
	in := make([]string, len(c.in))
	for i, f := range c.in {
		at := slices.Index(fields, f)
		if at < 0 || len(values[at]) > maxComputed || !utf8.ValidString(values[at]) {
			return nil
		}
		in[i] = values[at]
	}
	out := c.f(in)
	cells := make([]string, len(wanted))
	for i, w := range wanted {
		if at := slices.Index(c.out, w); at >= 0 {
			cells[i] = out[at]
		} else if at := slices.Index(c.in, w); at >= 0 {
			cells[i] = in[at]
		}
	}
	return cells
}

// compute puts what is worked out for a row into its targets.
func (r *enriching) compute(row int) {
	for _, t := range r.targets {
		t.vals = t.vals[:0]
	}
	r.combine(row, func() {
		cells := r.lookup.computed.answer(r.fields, r.values, r.wanted)
		for i, p := range r.out {
			if cells == nil {
				return
			}
			for _, t := range r.targets {
				if t.name == p.Event {
					t.vals = append(t.vals, cells[i])
				}
			}
		}
	})
	for _, t := range r.targets {
		t.build.Append(t.vals...)
	}
}
