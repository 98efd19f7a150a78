package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"spl/parser/source"
	"spl/spl"
)

func (a *app) expandCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "expand [flags] QUERY",
		Short:   "Show a query with its macros expanded, and where each part came from",
		Example: "  spl expand '`security_content_summariesonly` | head 5'\n  spl expand -f detection.yml -m macros/",
		RunE:    func(_ *cobra.Command, args []string) error { return a.expand(args) },
	}
	a.flags.addQuery(c.Flags())
	a.flags.addMacros(c.Flags())
	return c
}

// only takes the query of a command that reads no events.
func (a *app) only(args []string) (*query, error) {
	q, err := a.query(args)
	if err == nil && len(q.operands) > 0 {
		return nil, &usageError{fmt.Sprintf("`%s` is one too many: this command takes a query and reads no events", q.operands[0]), "put the query between single quotes, so that the shell leaves it whole"}
	}
	return q, err
}

// expand shows the expanded text even of a query that cannot be parsed: that is
// when it is wanted most.
func (a *app) expand(args []string) error {
	q, err := a.only(args)
	if err != nil {
		return err
	}
	tree, err := q.parse()
	var errs source.Errors
	if err != nil && (!errors.As(err, &errs) || !expanded(tree)) {
		return err
	}
	if err := q.list(a.texts(), tree); err != nil {
		return err
	}
	r := a.report()
	for _, n := range tree.Notices {
		r.notice(n.Code, n.Message, n.Count, false)
	}
	if len(errs) > 0 {
		r.faults(errs)
		r.summary(len(errs), "the query was expanded, but it cannot run")
		return &errReported{exitQuery}
	}
	return nil
}

// expanded says whether all macros were expanded and parsing began.
func expanded(q *spl.Query) bool {
	return q != nil && q.Expansion != nil && len(q.Expansion.Holes) == 0 && (q.Pipeline.Span != source.Span{} || q.Expansion.Text.String == "")
}

// list writes the expanded text, and below it its parts with their places.
func (q *query) list(w io.Writer, tree *spl.Query) error {
	var b strings.Builder
	text := tree.Expansion.Text.String
	b.WriteString(text)
	if !strings.HasSuffix(text, "\n") {
		b.WriteByte('\n')
	}
	parts := tree.Expansion.Parts()
	if len(tree.Expansion.Calls) > 0 {
		b.WriteString("\nWhere each part came from:\n")
		for _, p := range parts {
			if q.detection != nil {
				p.File, p.Where = q.detection.Place(p.File, p.Where)
			}
			if text := strings.Join(strings.Fields(p.Text), " "); text != "" {
				fmt.Fprintf(&b, "  %s\n      %s\n", middle(printable(text), sourceWidth), printable(p.Origin()))
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// middle takes the middle out of a text that is longer than n characters.
func middle(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n*2/3]) + " … " + string(r[len(r)-n/3+3:])
}

func (a *app) explainCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "explain [flags] QUERY",
		Short:   "Show how a query is understood, and how it would run",
		Example: "  spl explain 'status=500 | stats count by host | sort -count'",
		RunE:    func(_ *cobra.Command, args []string) error { return a.explain(args) },
	}
	c.Flags().SortFlags = false
	a.flags.addQuery(c.Flags())
	a.flags.addPlan(c.Flags())
	a.flags.addMacros(c.Flags())
	c.Flags().StringVar(&a.flags.fields, "fields", "", "plan for the fields `a,b` of the results and no others")
	return c
}

func (a *app) explain(args []string) error {
	q, err := a.only(args)
	if err != nil {
		return err
	}
	s := &running{app: a, query: q}
	a.flags.memory = "0"
	if err := s.prepare(); err != nil {
		return err
	}
	p, err := q.compile()
	if err != nil {
		return err
	}
	o := &spl.RunOptions{
		Now: s.clock.now, Zone: s.clock.zone, Earliest: s.clock.earliest, Latest: s.clock.latest,
		Workers: a.flags.workers, Fields: s.fields,
	}
	if a.flags.workers == 0 {
		o.Workers = a.cores
	}
	if err := p.Explain(a.texts(), o); err != nil {
		return err
	}
	r := a.report()
	for _, n := range p.Query().Notices {
		r.notice(n.Code, n.Message, n.Count, false)
	}
	return nil
}
