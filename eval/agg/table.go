package agg

// The families that functions are listed in.
const (
	aggregate  = "aggregate"
	eventOrder = "event order"
	multivalue = "multivalue"
	ofTime     = "time"
)

// table lists all functions (stats-functions 6.2). Help, completion, suggestions and
// execution read it; it is made anew for each caller, who may fill in a copy.
func table() []*Function {
	fs := []*Function{
		{Name: "count", Aliases: []string{"c"}, Family: aggregate, Sparkline: true,
			Summary: "number of rows, or with a field, of its values",
			build:   func(_ *Function, s Settings) Accumulator { return &count{arg: s.Arg} }},
		{Name: "dc", Aliases: []string{"distinct_count"}, Family: aggregate, Sparkline: true,
			Summary: "number of distinct values",
			build:   func(*Function, Settings) Accumulator { return &distinct{set: newSet()} }},
		{Name: "estdc", Family: aggregate,
			Summary: "number of distinct values, estimated when there are more than 1000",
			build:   func(*Function, Settings) Accumulator { return &estdc{set: newSet()} }},
		{Name: "estdc_error", Family: aggregate,
			Summary: "expected relative error of estdc",
			build:   func(*Function, Settings) Accumulator { return &estdc{set: newSet(), error: true} }},
		{Name: "min", Family: aggregate, Sparkline: true,
			Summary: "smallest value; numbers come before other texts",
			build:   func(*Function, Settings) Accumulator { return &extreme{} }},
		{Name: "max", Family: aggregate, Sparkline: true,
			Summary: "greatest value; numbers come before other texts",
			build:   func(*Function, Settings) Accumulator { return &extreme{max: true} }},
		{Name: "mode", Family: aggregate,
			Summary: "most frequent value",
			build:   func(*Function, Settings) Accumulator { return &mode{} }},
		{Name: "values", Family: multivalue, Multivalue: true,
			Summary: "distinct values in lexicographical order",
			build: func(_ *Function, s Settings) Accumulator {
				return &distinct{set: newSet(), list: true, max: s.MaxValues}
			}},
		{Name: "list", Family: multivalue, Multivalue: true, UsesPlace: true,
			Summary: "the first 100 values in the order of the rows",
			build:   func(_ *Function, s Settings) Accumulator { return newList(s) }},
	}
	fs = append(fs, numericFunctions()...)
	fs = append(fs, orderFunctions()...)
	for _, f := range fs {
		f.NeedsField = f.Name != "count"
	}
	return fs
}

// numericFunctions are those that look at numbers alone.
func numericFunctions() []*Function {
	fs := []*Function{
		{Name: "sum", Summary: "sum", Sparkline: true, build: buildSum},
		{Name: "avg", Aliases: []string{"mean"}, Summary: "arithmetic mean", Sparkline: true,
			build: func(_ *Function, s Settings) Accumulator {
				return &sum{numbers: numbers{allNum: s.AllNum}, mean: true}
			}},
		{Name: "sumsq", Summary: "sum of the squares", Sparkline: true,
			build: func(_ *Function, s Settings) Accumulator {
				return &sumsq{numbers: numbers{allNum: s.AllNum}}
			}},
		{Name: "range", Summary: "greatest number less the smallest", Sparkline: true,
			build: func(_ *Function, s Settings) Accumulator {
				return &spanOf{numbers: numbers{allNum: s.AllNum}}
			}},
		{Name: "stdev", Summary: "standard deviation of a sample", Sparkline: true, build: buildSpread(false, true)},
		{Name: "stdevp", Summary: "standard deviation of a population", Sparkline: true, build: buildSpread(true, true)},
		{Name: "var", Summary: "variance of a sample", Sparkline: true, build: buildSpread(false, false)},
		{Name: "varp", Summary: "variance of a population", Sparkline: true, build: buildSpread(true, false)},
		{Name: "median", Summary: "middle number", Percent: 50, build: buildPerc},
		{Name: "perc", Aliases: []string{"p"}, Summary: "number below which N percent lie", numbered: true, build: buildPerc},
		{Name: "upperperc", Summary: "as perc<N>, which is exact here", numbered: true, build: buildPerc},
		{Name: "exactperc", Summary: "as perc<N>, which is exact here", numbered: true, build: buildPerc},
		perUnit("per_second", "second", 1),
		perUnit("per_minute", "minute", 60),
		perUnit("per_hour", "hour", 3600),
		perUnit("per_day", "day", 86400),
	}
	for _, f := range fs {
		f.Family, f.Numeric = aggregate, true
	}
	return fs
}

func buildSum(_ *Function, s Settings) Accumulator {
	return &sum{numbers: numbers{allNum: s.AllNum}}
}

func buildPerc(f *Function, s Settings) Accumulator { return newPerc(f.Percent, s) }

func buildSpread(population, root bool) func(*Function, Settings) Accumulator {
	return func(_ *Function, s Settings) Accumulator {
		return &spread{numbers: numbers{allNum: s.AllNum}, population: population, root: root}
	}
}

func perUnit(name, unit string, seconds float64) *Function {
	return &Function{Name: name, Summary: "sum for each " + unit + " of a time bin", TimechartOnly: true,
		build: func(_ *Function, s Settings) Accumulator {
			return &sum{numbers: numbers{allNum: s.AllNum}, unit: seconds, bin: s.BinLength}
		}}
}

// orderFunctions are those to which the order of rows or their time matters.
func orderFunctions() []*Function {
	fs := []*Function{
		{Name: "first", Family: eventOrder, Summary: "first value in the order of the rows",
			build: func(*Function, Settings) Accumulator { return newFirst() }},
		{Name: "last", Family: eventOrder, Summary: "last value in the order of the rows",
			build: func(*Function, Settings) Accumulator { return newLast() }},
		{Name: "earliest", Family: ofTime, Summary: "value of the row with the smallest _time",
			build: func(*Function, Settings) Accumulator { return newEarliest(false) }},
		{Name: "latest", Family: ofTime, Summary: "value of the row with the greatest _time",
			build: func(*Function, Settings) Accumulator { return newLatest(false) }},
		{Name: "earliest_time", Family: ofTime, Summary: "_time of the earliest value",
			build: func(*Function, Settings) Accumulator { return newEarliest(true) }},
		{Name: "latest_time", Family: ofTime, Summary: "_time of the latest value",
			build: func(*Function, Settings) Accumulator { return newLatest(true) }},
		{Name: "rate", Family: ofTime, Numeric: true, Summary: "growth of a counter per second",
			build: func(_ *Function, s Settings) Accumulator { return newRate(s) }},
		{Name: "rate_avg", Family: ofTime, Numeric: true, MstatsOnly: true,
			Summary: "mean of the rates of the time series",
			build:   func(*Function, Settings) Accumulator { return newSeries(true) }},
		{Name: "rate_sum", Family: ofTime, Numeric: true, MstatsOnly: true,
			Summary: "sum of the rates of the time series",
			build:   func(*Function, Settings) Accumulator { return newSeries(false) }},
	}
	for _, f := range fs {
		f.UsesPlace = true
		f.UsesTime = f.Family == ofTime
	}
	return fs
}
