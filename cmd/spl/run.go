package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"spl/eval/batch"
	"spl/spl"
	"spl/spl/command"
	"spl/spl/detect"
	"spl/spl/detect/page"
	"spl/spl/engine"
	"spl/spl/input"
	"spl/spl/output"
)

func (a *app) runFlags(c *cobra.Command) {
	fs := c.Flags()
	fs.SortFlags = false
	a.flags.addQuery(fs)
	a.flags.addRun(fs)
	a.flags.addPlan(fs)
	a.flags.addMacros(fs)
	choices(c, "output", formatNames()...)
	choices(c, "input-format", input.Formats...)
	choices(c, "progress", "auto", "always", "never")
	a.completions(c)
}

func (a *app) runCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "run [flags] QUERY [FILE...]",
		Short:   "Run a search; the word run may be left out",
		Example: "  spl run 'error | stats count by host' /var/log/app/\n  spl run check notes.txt",
		RunE:    a.search,
	}
	a.runFlags(c)
	return c
}

// search runs a search and writes its rows.
func (a *app) search(c *cobra.Command, args []string) error {
	s, files, err := a.begin(args)
	if err != nil {
		return a.hinted(err, args, commandNames(c.Root()))
	}
	if hint := a.misplaced(s.query, commandNames(c.Root())); hint != "" {
		if len(files) == 0 && !s.outline.Generates {
			return &usageError{hint, ""}
		}
		s.hint = hint
	}
	if len(files) == 0 && !s.outline.Generates {
		return s.noInput()
	}
	for _, e := range a.remarks {
		s.notices.Add("knowledge", e.Error(), 1)
	}
	if notices := s.early(); a.flags.strict && len(notices) > 0 {
		s.tell(notices)
		return &errReported{exitFailed}
	}
	s.describe()
	return s.run(files)
}

// hinted adds to a failure for want of a file that the first word may have been meant for
// a command.
func (a *app) hinted(err error, args, names []string) error {
	var f *failure
	if !errors.As(err, &f) || a.flags.file != "" || len(args) == 0 || f.help != "" {
		return err
	}
	if near := nearCommand(args[0], names); near != "" {
		return &failure{f.message, fmt.Sprintf("`%s` is taken for the search; did you mean the command `spl %s`?", args[0], near)}
	}
	return err
}

// begin makes a search of flags and arguments, compiled, and finds its files.
func (a *app) begin(args []string) (*running, []input.File, error) {
	q, err := a.query(args)
	if err != nil {
		return nil, nil, err
	}
	s := &running{app: a, query: q, count: &counter{}, notices: &engine.Notices{}}
	if err := s.prepare(); err != nil {
		return nil, nil, err
	}
	if s.program, err = q.compile(); err != nil {
		return nil, nil, err
	}
	s.outline = s.program.Outline()
	files, err := s.files()
	return s, files, err
}

// running is a search under way.
type running struct {
	*app
	query   *query
	program *spl.Program
	outline spl.Outline
	clock   clock
	memory  memory
	fields  []string
	hint    string // what the query may have been meant to be, if it finds nothing
	notices *engine.Notices
	count   *counter

	rows     atomic.Int64
	progress *progress
	began    time.Time
}

// prepare reads the flags that concern the run.
func (s *running) prepare() (err error) {
	if s.clock, err = s.flags.clock(s.world); err != nil {
		return err
	}
	if s.memory, err = s.flags.takes(s.world); err != nil {
		return err
	}
	for f := range strings.SplitSeq(s.flags.fields, ",") {
		if f = strings.TrimSpace(f); f != "" {
			s.fields = append(s.fields, f)
		}
	}
	return nil
}

// files are the inputs of the search: the operands, or the standard input.
func (s *running) files() ([]input.File, error) {
	operands := s.query.operands
	isOption := func(o string) bool {
		name, _, ok := strings.Cut(o, "=")
		return ok && name != "" && !strings.ContainsAny(name, `/\. `)
	}
	none := !slices.ContainsFunc(operands, func(o string) bool { return !isOption(o) })
	if none && !s.stdinTerminal && s.flags.file != "-" {
		operands = append(slices.Clone(operands), "-")
	}
	d := countingDisk{disk: s.disk, counter: s.count, stdin: s.stdin}
	files, err := input.Expand(d, s.flags.meta, operands)
	if err != nil {
		return nil, &failure{err.Error(), ""}
	}
	for i := range files {
		if files[i].Name == "-" {
			// A subsearch begins with a bracket; not every bracket begins one.
			sub := strings.Contains(s.program.Query().Expansion.Text.String, "[")
			files[i].Open = (&spool{stdin: counted{s.stdin, s.count}, whole: sub, limit: s.memory.limit, meta: files[i].Meta}).open
		}
	}
	return files, nil
}

// noInput says what to type.
func (s *running) noInput() error {
	example := s.query.text
	switch {
	case s.query.detection != nil:
		example = "-f " + s.flags.file
	case len(example) > 60 || strings.ContainsAny(example, "'\n"):
		example = "'error | stats count by host'"
	default:
		example = "'" + example + "'"
	}
	return &usageError{"there is no input: name a file or a folder, or pipe something in",
		"for example: spl " + example + " /var/log/app.log\nor: zcat app.log.gz | spl " + example}
}

// early are the notices that are known before the search runs.
func (s *running) early() []spl.Notice {
	notices := slices.Clone(s.program.Query().Notices)
	if s.query.detection != nil {
		for _, n := range s.query.detection.Notices {
			notices = append(notices, spl.Notice{Code: "not-yaml", Message: n, Count: 1})
			s.notices.Add("not-yaml", n, 1)
		}
	}
	return notices
}

// tell shows notices.
func (s *running) tell(notices []spl.Notice) {
	r := s.report()
	for _, n := range notices {
		r.notice(n.Code, n.Message, n.Count, s.flags.strict)
	}
}

// describe shows a person what detection it is whose rows follow.
func (s *running) describe() {
	d := s.query.detection
	if d == nil || detect.KindOf(d.Search.Name) == detect.Text || s.flags.errors == "json" || s.stderrWidth == 0 && !s.flags.verbose {
		return
	}
	var facts []string
	for _, f := range []string{d.Type, d.Status, strings.Join(d.Techniques, " ")} {
		if f != "" {
			facts = append(facts, f)
		}
	}
	if d.Version != "" {
		facts = append(facts, "version "+d.Version)
	}
	if d.ID != "" {
		facts = append(facts, d.ID)
	}
	fmt.Fprintln(s.stderr, s.report().strong(printable(d.Name)))
	if len(facts) > 0 {
		fmt.Fprintln(s.stderr, printable(strings.Join(facts, ", ")))
	}
}

// run runs the program and writes what comes.
func (s *running) run(files []input.File) error {
	s.began = s.now()
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	s.watch(ctx, files)
	defer s.progress.end()

	var in spl.Input
	if len(files) > 0 {
		in = input.New(files, input.Options{Zone: s.clock.zone, Now: s.clock.now, Notice: s.notices.Add})
	}
	raw := s.flags.output == "" && len(s.fields) == 0 && s.outline.Raw
	options, err := s.runOptions(raw)
	if err != nil {
		return err
	}
	done, err := s.flags.openPlaces(options)
	if err != nil {
		return err
	}
	defer done()
	format := s.flags.output
	if raw {
		format = "raw"
	}
	if s.flags.follow {
		return s.follow(ctx, in, options, format)
	}
	rows, err := s.program.Run(ctx, in, options)
	if err != nil {
		return runError(err)
	}
	defer rows.Close()
	out := &gate{ctx: s.ctx, w: s.stdout, progress: s.progress}
	w, err := output.New(out, output.Options{
		Format: format, Zone: s.clock.zone, Terminal: s.stdoutWidth > 0, Width: s.stdoutWidth,
		Color: s.colors(s.stdoutWidth), Fields: s.fields, Limit: s.flags.limit, Events: !rows.Table(),
		Budget: rows.Budget(),
	})
	if err != nil {
		return err
	}
	err = s.write(rows, w)
	if err == nil {
		err = w.Close()
	} else if out.wrote.Load() && s.ctx.Err() == nil {
		_ = w.Close() // so that what was begun is whole; the error stands
	}
	s.progress.end()
	return s.finish(rows, err)
}

// runOptions are those of the flags. raw says that events are written as they stand, which
// asks for less of them.
func (s *running) runOptions(raw bool) (*spl.RunOptions, error) {
	wanted := s.fields
	if raw || s.flags.output == "raw" && s.outline.Raw && len(s.fields) == 0 {
		wanted = []string{"_raw", "_time"}
	}
	o := &spl.RunOptions{
		Now: s.clock.now, Zone: s.clock.zone, Earliest: s.clock.earliest, Latest: s.clock.latest,
		Workers: s.flags.workers, Fields: wanted, Notices: s.notices, Seed: s.clock.now.UnixNano(),
	}
	s.memory.bound(o)
	if s.flags.write != "" {
		if info, err := s.disk.Stat(s.flags.write); err != nil || !info.IsDir() {
			return nil, &failure{"--write: " + s.flags.write + ": there is no such folder", "make the folder first"}
		}
		o.Create, o.Open = spl.Folder(s.flags.write)
	}
	return o, nil
}

// write copies the rows to a writer.
func (s *running) write(rows *spl.Rows, w output.Writer) error {
	for !w.Full() {
		var b *batch.Batch
		if b = rows.NextBatch(); b == nil {
			return rows.Err()
		}
		if s.shown() {
			b = rows.Shown(b)
		}
		if err := w.Write(b); err != nil {
			return err
		}
		s.rows.Add(int64(b.Rows))
	}
	return nil
}

// shown says whether values are written as fieldformat has them look, and not as they
// are: everywhere but where the text of events is written.
func (s *running) shown() bool { return s.flags.output != "raw" }

// finish tells what there is to say beside the rows.
func (s *running) finish(rows *spl.Rows, err error) error {
	rows.Close()
	if s.ctx.Err() != nil {
		return s.ctx.Err()
	}
	notices := rows.Notices()
	if s.hint != "" && s.rows.Load() == 0 && err == nil {
		notices = append(notices, spl.Notice{Code: "misplaced", Message: s.hint, Count: 1})
	}
	s.tell(notices)
	if s.flags.verbose {
		s.account(rows)
	}
	switch {
	case err != nil:
		return runError(err)
	case s.flags.strict && len(notices) > 0:
		return &errReported{exitFailed}
	}
	return nil
}

// account says how much there was of everything.
func (s *running) account(rows *spl.Rows) {
	n := s.rows.Load()
	if s.flags.limit > 0 {
		n = min(n, int64(s.flags.limit))
	}
	text := plural(int(n), "row")
	if m := rows.Matched(); m > 0 {
		text += " of " + plural(int(m), "matching event")
	}
	if read := s.count.read.Load(); read > 0 {
		text += ", " + page.Size(read) + " read"
	}
	took := s.now().Sub(s.began)
	if s.flags.errors == "json" {
		s.report().line(map[string]any{"rows": n, "matched": rows.Matched(), "bytes": s.count.read.Load(), "seconds": took.Seconds()})
		return
	}
	fmt.Fprintf(s.stderr, "spl: %s, %s\n", text, took.Round(time.Millisecond/10))
}

// runError is what an error of a run is shown as.
func runError(err error) error {
	var errs spl.Errors
	if errors.As(err, &errs) { // of a subsearch's text: its places are in no file
		return &failure{err.Error(), ""}
	}
	return err
}

// watch starts the line that shows how far reading is.
func (s *running) watch(ctx context.Context, files []input.File) {
	if s.flags.follow || s.flags.progress == "never" || s.flags.progress == "auto" && s.stderrWidth == 0 || s.flags.errors == "json" {
		return
	}
	for _, f := range files {
		info, err := s.disk.Stat(f.Name)
		if err != nil {
			s.count.total = 0
			break
		}
		s.count.total += info.Size()
	}
	s.progress = &progress{w: s.stderr, count: s.count, rows: &s.rows, overLap: s.stderrWidth > 0}
	go s.progress.run(ctx)
}

// nearCommand is the command that a word comes near to.
func nearCommand(word string, names []string) string {
	if len(word) < 3 || slices.Contains(names, word) {
		return ""
	}
	return command.Nearest(word, names)
}
