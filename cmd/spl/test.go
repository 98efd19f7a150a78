package main

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"spl/macros"
	"spl/parser/source"
	"spl/spl"
	"spl/spl/detect/cover"
	"spl/spl/detect/page"
	reports "spl/spl/detect/report"
	"spl/spl/detect/runner"
	"spl/spl/knowledge"
)

// testFlags are the flags of spl test alone.
type testFlags struct {
	format, pattern, summary string
	data                     []string
	jobs                     int
	timeout                  time.Duration
	mutate, coverage         bool
	init, update             bool
	minScore                 int
	matrix                   []string
	skipMissing, watch       bool
}

func (a *app) testCommand() *cobra.Command {
	t := &tester{app: a}
	c := &cobra.Command{
		Use:   "test [flags] PATH...",
		Short: "Run the tests of detections",
		Long: `Runs the tests that ESCU detections bring along, unchanged, and those of *.test.yml
files; of a folder all below it. Macros found there are known to the detections.
Attack data of a URL is looked for in the folders of --data. A failed test says what
came instead, and what became of the events, command by command.`,
		Example: "  spl test detections/\n  spl test detections/ --data https://media.githubusercontent.com/media/splunk/attack_data/master/=../attack_data/\n  spl test --run 'scanner' --watch tests/",
		RunE:    t.run,
	}
	fs := c.Flags()
	fs.SortFlags = false
	fs.StringVar(&t.pattern, "run", "", "only tests whose path or name matches `regex`; also -run")
	fs.StringArrayVar(&t.data, "data", nil, "the files whose URL begins with PREFIX lie in DIR: `PREFIX=DIR`, or DIR for all; the last parts of their paths are enough")
	fs.BoolVar(&t.skipMissing, "skip-missing", false, "tests whose data is not at hand are skipped, and no errors")
	fs.StringVar(&t.format, "format", "human", "write results as `form`: "+strings.Join(reports.Formats, ", "))
	fs.StringVar(&t.summary, "summary", "", "also write `file` as contentctl does (default test_results/summary.yml)")
	fs.Lookup("summary").NoOptDefVal = filepath.Join("test_results", "summary.yml")
	fs.IntVar(&t.jobs, "jobs", 0, "run `n` tests side by side (0: one a core)")
	fs.DurationVar(&t.timeout, "timeout", runner.DefaultTimeout, "how long a test may take that does not say: `time`")
	fs.BoolVar(&t.watch, "watch", false, "run again whenever a file changes")
	fs.BoolVar(&t.init, "init", false, "write a first test file for a detection from some events: spl test --init DETECTION FILE...")
	fs.BoolVar(&t.update, "update", false, "show and write what came as what is expected: rows: and results: of failed tests")
	fs.BoolVar(&t.mutate, "mutate", false, "change each condition of the detections, and say which changes no test notices")
	fs.IntVar(&t.minScore, "min-score", 0, "with --mutate: fail where fewer than `n` per cent of the changes are noticed")
	fs.BoolVar(&t.coverage, "coverage", false, "say which conditions, choices, arms and macros were true in no test")
	fs.StringArrayVar(&t.matrix, "matrix", nil, "run the tests under each of several sets of macros, `file`s or a pattern, and show which gave rows")
	fs.BoolVarP(&a.flags.verbose, "verbose", "v", false, "show skipped tests, and how many rows came")
	a.flags.addMacros(fs)
	fs.StringVar(&a.flags.now, "now", "", "take `time` for the present, where a test does not say")
	fs.StringVar(&a.flags.tz, "tz", "UTC", "the time `zone`, where a test does not say")
	a.flags.addMemory(fs)
	a.flags.addPlaces(fs)
	choices(c, "format", reports.Formats...)
	return c
}

// tester is a run of spl test.
type tester struct {
	*app
	testFlags
	paths   []string
	clock   clock
	options *runner.Options
	found   *runner.Found
	last    []*runner.Result
	done    func() // lets go what the flags opened
}

// goFlags lets -run be written as with Go's tests.
func goFlags(args []string) []string {
	if len(args) == 0 || args[0] != "test" {
		return args
	}
	out := append([]string{}, args...)
	for i, a := range out {
		if a == "--" {
			break
		}
		if a == "-run" || strings.HasPrefix(a, "-run=") {
			out[i] = "-" + a
		}
	}
	return out
}

func (t *tester) run(_ *cobra.Command, args []string) error {
	if err := t.prepare(args); err != nil {
		return err
	}
	defer t.done()
	switch {
	case t.init:
		return t.begin()
	case t.watch:
		return t.watching()
	}
	return t.once()
}

// once runs the tests, and what else was asked for, one time.
func (t *tester) once() error {
	suite, err := t.load()
	if err != nil {
		return err
	}
	if len(t.matrix) > 0 {
		return t.table(suite)
	}
	seen := &cover.Coverage{}
	if t.coverage {
		t.options.Observer = seen
	}
	totals, err := t.test(suite)
	if err != nil {
		return err
	}
	t.options.Observer = nil
	if err := t.strength(suite, seen); err != nil {
		return err
	}
	if t.update {
		whole, err := t.rewrite()
		if err != nil || whole {
			return err
		}
	}
	if totals.Bad() > 0 {
		return &errReported{exitTests}
	}
	return nil
}

// prepare reads the flags.
func (t *tester) prepare(args []string) (err error) {
	if t.paths = args; len(args) == 0 {
		return &usageError{"there is nothing to test: name files or folders", "for example: spl test detections/\nor: spl test my_detection.test.yml"}
	}
	if err := t.flags.check(); err != nil {
		return err
	}
	if err := t.agree(); err != nil {
		return err
	}
	if t.clock, err = t.flags.clock(t.world); err != nil {
		return err
	}
	o := &runner.Options{Jobs: t.jobs, Timeout: t.timeout, Now: t.present, Zone: t.clock.zone, SkipMissing: t.skipMissing, Color: t.colors(t.stdoutWidth)}
	m, err := t.flags.takes(t.world)
	if err != nil {
		return err
	}
	whole := &spl.RunOptions{}
	m.bound(whole)
	if t.done, err = t.flags.openPlaces(whole); err != nil {
		return err
	}
	if t.jobs <= 0 {
		o.Jobs = t.cores
	}
	o.Bound = func(r *spl.RunOptions) {
		r.Locate = whole.Locate
		r.Temp, r.TempSize, r.Memory = whole.Temp, whole.TempSize, whole.Memory/int64(o.Jobs)
	}
	if t.pattern != "" {
		if o.Only, err = regexp.Compile(t.pattern); err != nil {
			return &usageError{"--run: " + err.Error(), "write a regular expression, such as --run 'scan|list'"}
		}
	}
	o.Width = excerptWidth(t.stdoutWidth)
	if t.stdoutWidth > 0 {
		o.Width = t.stdoutWidth
	}
	if t.format != "human" {
		o.Color = false
	}
	t.options = o
	_, err = reports.New(t.format, io.Discard, reports.Options{})
	if err != nil {
		return &usageError{"--format: " + err.Error(), "choose one of " + strings.Join(reports.Formats, ", ")}
	}
	return nil
}

// agree refuses flags that do not go together, and values that cannot be.
func (t *tester) agree() error {
	given := map[string]bool{
		"--init": t.init, "--watch": t.watch, "--update": t.update, "--matrix": len(t.matrix) > 0,
		"--mutate": t.mutate, "--coverage": t.coverage, "--summary": t.summary != "",
	}
	for _, c := range []struct {
		flag   string
		others []string
	}{
		{"--init", []string{"--watch", "--update", "--matrix", "--mutate", "--coverage", "--summary"}},
		{"--matrix", []string{"--update", "--mutate", "--coverage", "--summary"}},
		{"--watch", []string{"--update"}},
	} {
		for _, o := range c.others {
			if given[c.flag] && given[o] {
				return &usageError{c.flag + " and " + o + " do not go together", "run spl test twice, once with each"}
			}
		}
	}
	switch {
	case t.minScore != 0 && !t.mutate:
		return &usageError{"--min-score is for --mutate", "for example: spl test --mutate --min-score 80 tests/"}
	case t.minScore < 0 || t.minScore > 100:
		return &usageError{"--min-score: a share is from 0 to 100", ""}
	case t.jobs < 0:
		return &usageError{"--jobs: a number of tests cannot be negative", ""}
	case t.timeout <= 0:
		return &usageError{"--timeout: give a time such as 30s or 2m", ""}
	case given["--matrix"] && t.format != "human":
		return &usageError{"--matrix is written for people only, not with --format " + t.format, ""}
	}
	return nil
}

// present is --now, or the clock.
func (t *tester) present() time.Time {
	if t.flags.now != "" {
		return t.clock.now
	}
	return t.now()
}

// testDisk is the disk as the loader of tests asks for it.
type testDisk struct{ disk }

// Real gives the absolute path of a file, links followed.
func (testDisk) Real(name string) (string, error) {
	abs, err := filepath.Abs(name)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(abs)
}

// load finds the tests of the paths and reads them.
func (t *tester) load() (*runner.Suite, error) {
	disk := testDisk{t.disk}
	var err error
	if t.found, err = runner.Find(disk, t.paths); err != nil {
		return nil, &failure{err.Error(), ""}
	}
	t.flags.found = t.found.Macros
	base, err := t.knowledge()
	if err != nil {
		return nil, err
	}
	l := &runner.Loader{Disk: disk, Base: base, Lookups: t.lookups, Jobs: t.options.Jobs, Now: t.present(), Zone: t.clock.zone}
	for _, d := range t.data {
		m, err := runner.ParseMapping(d)
		if err != nil {
			return nil, &usageError{"--data: " + err.Error(), "write PREFIX=DIR, or DIR"}
		}
		if info, err := t.disk.Stat(m.Dir); err != nil || !info.IsDir() {
			return nil, &failure{"--data: " + m.Dir + ": there is no such folder", ""}
		}
		l.Data = append(l.Data, m)
	}
	return l.Load(t.found), nil
}

// lookups loads the knowledge for tests that bring lookup tables along.
func (t *tester) lookups(dir string) (*knowledge.Base, error) {
	one := *t.app
	one.flags.lookups = dir
	base, err := one.knowledge()
	if err == nil {
		return base, one.remarks.Err()
	}
	return base, err
}

// test runs a suite and reports it.
func (t *tester) test(suite *runner.Suite) (*reports.Totals, error) {
	out := &gate{ctx: t.ctx, w: t.stdout}
	rep, err := reports.New(t.format, out, t.reportOptions())
	if err != nil {
		return nil, err
	}
	began := t.now()
	totals := &reports.Totals{}
	t.last = nil
	var failed error
	suite.Run(t.ctx, t.options, func(r *runner.Result) bool {
		totals.Add(r)
		t.last = append(t.last, r)
		failed = rep.Result(r)
		return failed == nil
	})
	if t.ctx.Err() != nil {
		return nil, t.ctx.Err()
	}
	totals.Took = t.now().Sub(began)
	if failed == nil {
		failed = rep.End(totals)
	}
	if failed == nil && t.summary != "" {
		failed = t.writeSummary()
	}
	return totals, failed
}

// prose is where people read what has no place in the results of a form.
func (t *tester) prose() io.Writer {
	switch t.format {
	case "json", "junit", "tap":
		return t.stderr
	}
	return t.stdout
}

func (t *tester) reportOptions() reports.Options {
	width := t.options.Width
	if t.stdoutWidth == 0 {
		width = 0
	}
	o := reports.Options{Style: page.Style{Width: width, Color: t.options.Color}, Verbose: t.flags.verbose, Times: t.stdoutWidth > 0 || t.flags.verbose || t.format == "json" || t.format == "junit"}
	o.Faults = func(errs source.Errors) string {
		var b strings.Builder
		(&report{w: &b, color: t.options.Color, width: max(40, t.options.Width-6)}).faults(errs)
		return b.String()
	}
	return o
}

// writeSummary writes the file that contentctl's users read.
func (t *tester) writeSummary() error {
	text, err := reports.Summary(t.last)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(t.summary), 0o755)
	}
	if err == nil {
		err = os.WriteFile(t.summary, text, 0o644)
	}
	if err != nil {
		return &failure{"--summary: " + err.Error(), ""}
	}
	return nil
}

// foundMacros loads the macros that lie beside the tests.
func (a *app) foundMacros(set *macros.Set) source.Errors {
	var errs source.Errors
	for _, name := range a.flags.found {
		errs = append(errs, set.Load(a.disk, name, "")...)
	}
	return errs
}
