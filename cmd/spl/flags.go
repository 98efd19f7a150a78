package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"spl/eval/timefmt"
	"spl/spl/command"
	"spl/spl/input"
	"spl/spl/output"
)

// flags are the flags of all commands. A command has those that it adds.
type flags struct {
	// Of every command.
	errors, color string
	// Of those that read queries.
	query          bool // -f is known
	file           string
	macros, define []string
	lookups, geoip string
	write          string
	apps           []string
	found          []string // macro files that lie beside tests
	// Of those that plan a run.
	now, tz, earliest, latest string
	workers                   int
	// Of those that run.
	meta                   input.Meta
	output, fields         string
	limit                  int
	memory, temp, tempSize string
	progress               string
	strict, verbose        bool
	follow                 bool
	// Of check: codes of warnings that are not wanted, and of those wanted beside the usual.
	noLint, lint []string
}

func (f *flags) addCommon(fs *pflag.FlagSet) {
	fs.StringVar(&f.errors, "errors", "text", "write errors as `form`: text, or json (an object a line)")
	fs.StringVar(&f.color, "color", "auto", "use colour: `when` is auto, always or never")
}

func (f *flags) addMacros(fs *pflag.FlagSet) {
	fs.StringArrayVarP(&f.macros, "macros", "m", nil, "macros from `path`: a macros.conf, an ESCU macro YAML, or a folder of them; later ones win")
	fs.StringArrayVarP(&f.define, "macro", "M", nil, "define a macro over all others: `'name(a,b)=text'`")
	fs.StringVar(&f.lookups, "lookups", "", "lookup tables in `folder`: CSV files, plain or gzip, and ESCU lookup YAML")
	fs.StringArrayVar(&f.apps, "app", nil, "a Splunk app in `folder`, or a folder of apps; may be given several times")
}

func (f *flags) addQuery(fs *pflag.FlagSet) {
	f.query = true
	fs.StringVarP(&f.file, "file", "f", "", "take the query from `path`: a detection YAML, a text, or file.conf:stanza")
}

func (f *flags) addPlan(fs *pflag.FlagSet) {
	fs.StringVarP(&f.earliest, "earliest", "e", "", "only events from this `time` on: -24h, -1d@d, 2026-02-25T08:00:00Z")
	fs.StringVarP(&f.latest, "latest", "l", "", "only events before this `time`")
	fs.StringVar(&f.now, "now", "", "take `time` for the present")
	fs.StringVar(&f.tz, "tz", "", "the time `zone`, such as Europe/Berlin, UTC or +02:00 (default: the machine's)")
	fs.IntVar(&f.workers, "workers", 0, "read with `n` cores (0: all); the rows are the same")
}

func (f *flags) addRun(fs *pflag.FlagSet) {
	f.addPlaces(fs)
	f.addMeta(fs)
	f.addOutput(fs)
}

// addMeta adds the flags that say what events are.
func (f *flags) addMeta(fs *pflag.FlagSet) {
	fs.StringVar(&f.meta.Sourcetype, "sourcetype", "", "the sourcetype of events whose file does not say: `text`")
	fs.StringVar(&f.meta.Source, "source", "", "their source: `text`")
	fs.StringVar(&f.meta.Host, "host", "", "their host: `text`")
	fs.StringVar(&f.meta.Index, "index", "", "their index: `text`")
	fs.StringVar(&f.meta.Format, "input-format", "", "read files as `format`, where it is not told rightly: "+strings.Join(input.Formats, ", "))
}

// addOutput adds the flags that say what becomes of the rows.
func (f *flags) addOutput(fs *pflag.FlagSet) {
	fs.StringVarP(&f.output, "output", "o", "", "write results as `format`: "+strings.Join(formatNames(), ", ")+" (default: table, or raw for events)")
	fs.StringVar(&f.fields, "fields", "", "show the fields `a,b` in this order and no others")
	fs.StringVar(&f.write, "write", "", "let outputlookup, outputcsv and collect write, into `folder` and nowhere else")
	fs.IntVar(&f.limit, "limit", 0, "show `n` rows at most (0: all)")
	f.addMemory(fs)
	fs.StringVar(&f.progress, "progress", "auto", "show how far reading is: `when` is auto (on a terminal), always or never")
	fs.BoolVar(&f.follow, "follow", false, "go on with what is added to the files, until Ctrl-C; the answer is told anew each time")
	fs.BoolVar(&f.strict, "strict", false, "notices count as errors")
	fs.BoolVarP(&f.verbose, "verbose", "v", false, "say how much was read, and how long it took")
}

// check reports flags whose value is none of those that there are.
func (f *flags) check() error {
	for _, c := range []struct {
		name, value string
		choices     []string
	}{
		{"--errors", f.errors, []string{"text", "json"}},
		{"--color", f.color, []string{"auto", "always", "never"}},
		{"--progress", f.progress, []string{"auto", "always", "never"}},
		{"--output", f.output, formatNames()},
		{"--input-format", f.meta.Format, input.Formats},
	} {
		if c.value != "" && !slices.Contains(c.choices, c.value) {
			help := "choose one of " + strings.Join(c.choices, ", ")
			if near := command.Nearest(c.value, c.choices); near != "" {
				help = fmt.Sprintf("did you mean %s? (%s)", near, help)
			}
			return &usageError{fmt.Sprintf("%s: there is no `%s`", c.name, c.value), help}
		}
	}
	switch {
	case f.workers < 0:
		return &usageError{"--workers: a number of cores cannot be negative", ""}
	case f.limit < 0:
		return &usageError{"--limit: a number of rows cannot be negative", ""}
	}
	return nil
}

func formatNames() []string {
	var names []string
	for _, f := range output.Formats() {
		names = append(names, f.Name)
	}
	return names
}

// clock is what the search takes for the present, its zone, and its time range.
type clock struct {
	now, earliest, latest time.Time
	zone                  *time.Location
}

func (f *flags) clock(w *world) (c clock, err error) {
	if c.zone, err = zone(f.tz, w.zone); err != nil {
		return c, err
	}
	c.now = w.now()
	for _, t := range []struct {
		name, value string
		to          *time.Time
	}{{"--now", f.now, &c.now}, {"--earliest", f.earliest, &c.earliest}, {"--latest", f.latest, &c.latest}} {
		if t.value == "" {
			continue
		}
		m, err := timefmt.ParseModifier(t.value)
		if err != nil {
			return c, &usageError{t.name + ": " + err.Error(), "write for example -24h, -1d@d, now, 1700000000 or 2026-02-25T08:00:00Z"}
		}
		*t.to = m.Apply(c.now, c.zone)
	}
	if !c.earliest.IsZero() && !c.latest.IsZero() && !c.earliest.Before(c.latest) {
		return c, &usageError{fmt.Sprintf("the time range is empty: --earliest %s is not before --latest %s", f.earliest, f.latest), ""}
	}
	return c, nil
}

// zone finds a time zone by its name, or by how far it is from UTC.
func zone(name string, machine *time.Location) (*time.Location, error) {
	if name == "" {
		return machine, nil
	}
	if z, ok := timefmt.Zone(name); ok {
		return z, nil
	}
	return nil, &usageError{fmt.Sprintf("--tz: there is no time zone `%s`", name), "write a name such as Europe/Berlin or America/New_York, UTC, or an offset such as +02:00"}
}

// memorySize reads a size: a number and B, KB, MB, GB or TB, which count in 1024s.
func memorySize(flag, s string) (int64, error) {
	text := strings.ToUpper(strings.TrimSpace(s))
	text = strings.TrimSuffix(strings.TrimSuffix(text, "B"), "I")
	shift := 0
	if n := len(text); n > 0 {
		if i := strings.IndexByte("KMGT", text[n-1]); i >= 0 {
			shift, text = 10*(i+1), text[:n-1]
		}
	}
	n, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if v := n * float64(int64(1)<<shift); err == nil && v >= 0 && v < 1<<62 {
		return int64(v), nil
	}
	return 0, &usageError{fmt.Sprintf("%s: `%s` is not a size", flag, s), "write for example 512MB or 4GB; 0 is no limit"}
}

// flagError words the errors of the flag library for a reader.
func flagError(c *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var missing *pflag.ValueRequiredError
	var invalid *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown):
		if unknown.GetSpecifiedShortnames() != "" {
			return &usageError{fmt.Sprintf("there is no flag -%s", unknown.GetSpecifiedName()), "see " + c.CommandPath() + " --help; a query that begins with - stands after --: spl -- '-term' file.log"}
		}
		name := unknown.GetSpecifiedName()
		var names []string
		c.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		help := "see " + c.CommandPath() + " --help"
		if near := command.Nearest(name, names); near != "" {
			help = "did you mean --" + near + "?"
		}
		return &usageError{"there is no flag --" + name, help}
	case errors.As(err, &missing):
		_, usage := pflag.UnquoteUsage(missing.GetFlag())
		return &usageError{fmt.Sprintf("--%s needs a value", missing.GetFlag().Name), usage}
	case errors.As(err, &invalid):
		return &usageError{fmt.Sprintf("--%s: `%s` is not a whole number", invalid.GetFlag().Name, invalid.GetValue()), ""}
	}
	return &usageError{err.Error(), "see " + c.CommandPath() + " --help"}
}
