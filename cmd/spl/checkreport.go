package main

import (
	"fmt"
	"slices"
	"strings"

	"spl/spl/detect/page"
)

// checkReport writes findings and counts them.
type checkReport struct {
	*app
	json        bool
	out         *gate
	queries     int
	macros      int
	apps        int
	knowledge   []string // names of the apps
	bad         int
	warnings    int
	hidden      int // warnings that only -v shows
	errorsFound int
}

func (r *checkReport) add(f finding) error {
	switch {
	case f.macro:
		r.macros++
	case f.knowledge:
		r.apps++
		r.knowledge = append(r.knowledge, f.Name)
	default:
		r.queries++
	}
	r.errorsFound += len(f.Errors)
	r.warnings += len(f.Warnings)
	r.hidden += max(0, len(f.Warnings)-len(f.lints))
	if !f.OK {
		r.bad++
	}
	var b strings.Builder
	rep := &report{w: &b, json: r.json, color: r.colors(r.stdoutWidth), width: excerptWidth(r.stdoutWidth)}
	switch {
	case r.json:
		rep.line(f)
	case f.knowledge:
		rep.faults(f.errs)
		if len(f.errs) > 0 {
			b.WriteByte('\n')
		}
		for _, w := range slices.Concat(f.Errors[len(f.errs):], f.Warnings) {
			b.WriteString(warning(w))
		}
		if len(f.Errors)+len(f.Warnings) > 0 {
			b.WriteByte('\n')
		}
	case !f.OK:
		rep.faults(f.errs)
		if len(f.errs) > 0 && len(f.lints) > 0 {
			b.WriteByte('\n')
		}
		rep.warnings(f.lints)
		if r.flags.strict { // warnings count as errors
			notices(&b, f.Errors[len(f.errs)+len(f.lints):])
		}
		b.WriteByte('\n')
	default:
		rep.warnings(f.lints)
		if len(f.lints) > 0 {
			b.WriteByte('\n')
		}
		if r.flags.verbose {
			fmt.Fprintf(&b, "ok: %s\n", printable(f.Name))
			notices(&b, f.Warnings[len(f.lints):])
		}
	}
	if b.Len() == 0 {
		return nil
	}
	_, err := r.out.Write([]byte(b.String()))
	return err
}

// notices writes warnings that no lint found, a line each.
func notices(b *strings.Builder, list []fault) {
	for _, w := range list {
		fmt.Fprintf(b, "    %s:%d:%d: %s\n", printable(w.File), w.Line, w.Column, printable(w.Message))
	}
}

// end sums up; in JSON the lines say it all.
func (r *checkReport) end() error {
	if r.ctx.Err() != nil {
		return r.ctx.Err()
	}
	if !r.json {
		fine := "all fine"
		if r.bad > 0 {
			fine = plural(r.errorsFound, "error")
			if r.queries+r.macros+r.apps > 1 {
				fine += fmt.Sprintf(" in %s of them", page.Number(int64(r.bad)))
			}
		}
		if r.warnings > 0 {
			fine += ", " + plural(r.warnings, "warning")
			if r.hidden > 0 && !r.flags.verbose && r.apps == 0 {
				fine += " (-v shows them)"
			}
		}
		what := number(r.queries, "query", "queries")
		if r.apps > 0 {
			what = strings.Join(r.knowledge, ", ")
		}
		if r.macros > 0 {
			what += " and " + plural(r.macros, "macro")
		}
		if _, err := fmt.Fprintf(r.out, "checked %s: %s\n", what, fine); err != nil {
			return err
		}
	}
	if r.bad > 0 {
		return &errReported{exitQuery}
	}
	return nil
}
