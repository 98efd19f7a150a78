package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"spl/spl"
	"spl/spl/detect/page"
	"spl/spl/detect/why"
	"spl/spl/engine"
	"spl/spl/input"
)

func (a *app) whyCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "why [flags] QUERY [FILE...]",
		Short: "Run a search and say where its events were lost, and to which condition",
		Long: `Counts the events that come to each command and go on, and says of conditions how
many events passed each, what the field of a failed one held instead, and which macro
it comes from. It reads every event, also those that a search passes over.`,
		Example: "  spl why -f detection.yml sourcetype=aws:cloudtrail trail.json.gz\n  spl why 'status=404 method=get | stats count by path' access.log",
		RunE:    a.why,
	}
	fs := c.Flags()
	fs.SortFlags = false
	a.flags.addQuery(fs)
	a.flags.addMeta(fs)
	a.flags.addPlan(fs)
	a.flags.addMacros(fs)
	a.flags.addMemory(fs)
	a.flags.addPlaces(fs)
	choices(c, "input-format", input.Formats...)
	return c
}

func (a *app) why(_ *cobra.Command, args []string) error {
	s, files, err := a.begin(args)
	if err != nil {
		return err
	}
	if len(files) == 0 && !s.outline.Generates {
		return s.noInput()
	}
	return s.why(files)
}

// why runs the search with a trace and tells what the trace says.
func (s *running) why(files []input.File) error {
	in := input.New(files, input.Options{Zone: s.clock.zone, Now: s.clock.now, Notice: func(code, msg string, n int) { s.notices.Add(code, msg, n) }})
	trace := &engine.Trace{}
	options := &spl.RunOptions{
		Now: s.clock.now, Zone: s.clock.zone, Earliest: s.clock.earliest, Latest: s.clock.latest,
		Workers: s.flags.workers, Notices: s.notices, Trace: trace, Dry: true,
	}
	s.memory.bound(options)
	done, err := s.flags.openPlaces(options)
	if err != nil {
		return err
	}
	defer done()
	rows, err := s.program.Run(s.ctx, in, options)
	if err != nil {
		return runError(err)
	}
	defer rows.Close()
	n := int64(0)
	for b := rows.NextBatch(); b != nil; b = rows.NextBatch() {
		n += int64(b.Rows)
	}
	if err := rows.Err(); err != nil {
		return runError(err)
	}
	lines := why.Explain(&why.Subject{
		Trace: trace, Query: s.program.Query(), Detection: s.query.detection,
		Style: page.Style{Width: excerptWidth(s.stdoutWidth), Color: s.colors(s.stdoutWidth)},
	})
	for _, l := range lines {
		if _, err := fmt.Fprintln(s.stdout, l); err != nil {
			return err
		}
	}
	fmt.Fprintf(s.stdout, "\n%s out of the search\n", page.Count(n, "row"))
	s.tell(rows.Notices())
	return nil
}
