package command

import (
	"math"
	"strings"

	"spl/eval/batch"
	"spl/parser/source"
	"spl/spl/engine"
)

// columnBins are the bins that the values of chart's column field are put into, as
// options after that field ask for: chart count OVER host BY bytes span=100.
type columnBins struct {
	opts *options
	axis axis // span=; of no kind when none is given
	bins int  // bins=, where the width depends on the values; 0: none
}

// ofColumn says whether an option after the column field is about its bins.
func ofColumn(o *option) bool {
	switch strings.ToLower(o.Key.Text) {
	case "span", "bins", "start", "end":
		return true
	}
	return false
}

func (x *columnBins) read(c *Command, opts []*option) source.Errors {
	x.opts = checkOptions(c, opts)
	errs := x.opts.errs
	for _, o := range opts {
		if strings.EqualFold(o.Key.Text, "span") && !x.axis.read(o.Value.Text, false) {
			errs = append(errs, source.Errorf(source.Syntax, o.Value.Span, "`%s` is no value for `%s`", o.Value.Text, o.Key.Text).WithHelp("for example: span=5m; of numbers span=10 or span=log10"))
		}
	}
	if len(opts) > 0 && !x.axis.cuts() {
		x.bins = x.opts.int("bins", 100)
	}
	return errs
}

func (x *columnBins) String() string {
	if x.opts == nil {
		return ""
	}
	return x.opts.String()
}

// of is the axis as far as it is known before any row.
func (x *columnBins) of(c *engine.Context) axis {
	a := x.axis
	a.zone = c.Zone
	return a
}

// choose is the axis for some values.
func (x *columnBins) choose(values []string) axis {
	low, high := math.Inf(1), math.Inf(-1)
	see := func(s string, end bool) {
		if v, ok := batch.ParseNumber(s); ok {
			if end {
				v = below(v)
			}
			low, high = min(low, v), max(high, v)
		}
	}
	for _, v := range values {
		see(v, false)
	}
	see(x.opts.text("start", ""), false)
	see(x.opts.text("end", ""), true)
	if low > high {
		return axis{}
	}
	return axis{width: niceWidth(low, high, x.bins)}
}
