package agg

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/agnivade/levenshtein"
	"spl/parser/source"
)

// Function is an aggregate function and what a planner must know of it. It is not
// to be changed.
type Function struct {
	// Name is the usual spelling, in lower case; of percentiles with the number.
	Name string
	// Aliases are other spellings of the same.
	Aliases []string
	// Summary says in a line what it gives.
	Summary string
	// Family is the group it is listed in: aggregate, event order, multivalue, time.
	Family string

	// Percent is N of perc<N>; 50 for median; 0 for what is no percentile.
	Percent float64
	// NeedsField says that it cannot go without an argument, as only count can.
	NeedsField bool
	// Numeric says that it looks at numbers alone, and that allnum applies.
	Numeric bool
	// Multivalue says that the result may be several values.
	Multivalue bool
	// UsesPlace says that it reads the place of rows, so they must carry it.
	UsesPlace bool
	// UsesTime says that it reads _time.
	UsesTime bool
	// Sparkline says that it may stand within sparkline().
	Sparkline bool
	// TimechartOnly says that stats and others must refuse it; it needs
	// [Settings.BinLength].
	TimechartOnly bool
	// MstatsOnly says that all but mstats must refuse it.
	MstatsOnly bool

	// numbered marks the families perc<N>: the name is followed by a number.
	numbered bool
	build    func(f *Function, s Settings) Accumulator
}

// New makes an accumulator for the function.
func (f *Function) New(s Settings) Accumulator { return f.build(f, s) }

// Functions are all functions, in alphabetical order. Percentiles stand there once a
// family, by the name perc<N>; ask [Find] for one that can run.
func Functions() []*Function {
	all := table()
	for _, f := range all {
		if f.numbered {
			f.Name += "<N>"
			for i := range f.Aliases {
				f.Aliases[i] += "<N>"
			}
		}
	}
	slices.SortFunc(all, func(a, b *Function) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// Find is the function of a name, in any case of letters. Its error has the code
// unknown-function, an empty span, and the nearest name as help.
func Find(name string) (*Function, *source.Error) {
	low := strings.ToLower(name)
	base, number := cutNumber(low)
	if f := byName()[low]; f != nil && !f.numbered {
		own := *f
		return &own, nil
	}
	if f := byName()[base]; f != nil && f.numbered {
		own := *f
		return percentile(&own, name, number)
	}
	e := source.Errorf(source.UnknownFunction, source.Span{}, "unknown statistical function `%s`", name)
	if s := nearestName(low); s != "" {
		e = e.WithHelp("did you mean `%s`?", s)
	}
	return nil, e
}

// byName are the functions by each of their names.
var byName = sync.OnceValue(func() map[string]*Function {
	all := map[string]*Function{}
	for _, f := range table() {
		all[f.Name] = f
		for _, a := range f.Aliases {
			all[a] = f
		}
	}
	return all
})

// percentile gives the function perc<N> its number.
func percentile(f *Function, typed, number string) (*Function, *source.Error) {
	if number == "" {
		return nil, source.Errorf(source.UnknownFunction, source.Span{}, "`%s` lacks the number of the percentile", typed).
			WithHelp("write for instance `%s95`", f.Name)
	}
	n, err := strconv.ParseFloat(number, 64)
	if err != nil || n > 100 {
		return nil, source.Errorf(source.UnknownFunction, source.Span{}, "`%s` is not a percentile", typed).
			WithHelp("the number must lie between 0 and 100")
	}
	f.Percent = n
	f.Name += strconv.FormatFloat(n, 'f', -1, 64)
	return f, nil
}

// cutNumber cuts digits and points off the end of a name.
func cutNumber(name string) (base, number string) {
	base = strings.TrimRight(name, "0123456789.")
	return base, name[len(base):]
}

// nearestName is the name that differs least from what was typed, or "" when none
// comes near. A number at the end stays.
func nearestName(typed string) string {
	base, number := cutNumber(typed)
	best, least := "", 3
	for _, f := range table() {
		for _, name := range append([]string{f.Name}, f.Aliases...) {
			asked, suffix := typed, ""
			if f.numbered {
				if number == "" || len(name) < 2 {
					continue
				}
				asked, suffix = base, number
			}
			d := levenshtein.ComputeDistance(asked, name)
			if d < least && 2*d <= len(name) {
				best, least = name+suffix, d
			}
		}
	}
	return best
}
