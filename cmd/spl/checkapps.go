package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"spl/parser/source"
	"spl/spl/knowledge"
)

// checkKnowledge gives an item for each app that the flags name, and one for the folder
// of lookup tables: what is wrong in their files, and what in them has no effect.
func (a *app) checkKnowledge(base *knowledge.Base) []item {
	names := base.Apps()
	if a.flags.lookups != "" {
		names = append(names, "")
	}
	items := make([]item, len(names))
	for i, n := range names {
		items[i] = item{name: n, knowledge: true}
		if n == "" {
			items[i].name = a.flags.lookups
		}
	}
	of := func(e *source.Error) *item {
		name := ""
		if e.File != nil {
			name, _, _ = strings.Cut(e.File.Name, "/")
		}
		i := slices.Index(names, name)
		if i < 0 {
			i = len(items) - 1 // of the folder of tables, whose paths are its own
			if e.File != nil && a.flags.lookups != "" {
				f := *e.File
				f.Name = filepath.Join(a.flags.lookups, f.Name)
				e.File = &f
			}
		}
		return &items[i]
	}
	if len(items) == 0 {
		return nil
	}
	errs, notes := base.Check()
	for _, e := range slices.Concat(a.remarks, errs) {
		it := of(e)
		it.errs = append(it.errs, e)
	}
	slices.SortStableFunc(notes, byPlace)
	for _, e := range notes {
		it := of(e)
		it.warnings = append(it.warnings, newFault(e))
	}
	for i := range items {
		slices.SortStableFunc(items[i].errs, byPlace)
	}
	return items
}

// byPlace orders faults by file and line.
func byPlace(a, b *source.Error) int {
	x, y := newFault(a), newFault(b)
	if c := strings.Compare(x.File, y.File); c != 0 {
		return c
	}
	if x.Line != y.Line {
		return x.Line - y.Line
	}
	return x.Column - y.Column
}

// warning words a notice of an app, which is shown always.
func warning(w fault) string {
	s := fmt.Sprintf("%s:%d:%d: notice: %s", printable(w.File), w.Line, w.Column, printable(w.Message))
	if w.Help != "" {
		s += "; " + printable(w.Help)
	}
	return s + "\n"
}
