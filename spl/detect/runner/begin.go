package runner

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"spl/eval/batch"
	"spl/parser"
	"spl/spl/detect"
	"spl/spl/detect/testfile"
	"spl/spl/input"
	"spl/spl/knowledge"
)

// filterCall is a call of a macro that people override to silence a detection.
var filterCall = regexp.MustCompile("`\\s*([A-Za-z0-9_]+_filter)\\s*`")

// Begin runs a detection over some events and drafts a first test file from what it
// found: the rows, and an override of the detection's filter that drops the first of
// them. Where the events come from is for the caller to fill in. The error is that of
// the search, with places in the detection's file.
func Begin(ctx context.Context, base *knowledge.Base, d *detect.Detection, files []input.File, now time.Time, zone *time.Location) (*testfile.Draft, error) {
	b := &beginning{ctx: ctx, base: base, detection: d, files: files, now: now, zone: zone}
	f, err := b.run("", "")
	if err != nil {
		return nil, err
	}
	draft := &testfile.Draft{Name: "it fires", Rows: rowsOf(f), Total: len(f.rows)}
	if len(f.rows) == 0 {
		draft.Name = "it stays silent"
		return draft, nil
	}
	calls := filterCall.FindAllStringSubmatch(d.Search.Text, -1)
	if len(calls) == 0 {
		return draft, nil
	}
	name := calls[len(calls)-1][1]
	field, value := b.known(f)
	if field == "" {
		return draft, nil
	}
	silenced := fmt.Sprintf("search NOT %s=%s", parser.Word(field), parser.Quote(value))
	left, err := b.run(name, silenced)
	if err != nil || len(left.rows) >= len(f.rows) {
		return draft, nil //nolint:nilerr // the draft is whole without a second test
	}
	draft.Filter, draft.Silenced, draft.Left = name, silenced, len(left.rows)
	return draft, nil
}

type beginning struct {
	ctx       context.Context
	base      *knowledge.Base
	detection *detect.Detection
	files     []input.File
	now       time.Time
	zone      *time.Location
}

// run runs the detection, with a macro overridden where it has a name.
func (b *beginning) run(macro, definition string) (*found, error) {
	t := &Test{Unit: &Unit{Detection: b.detection, Path: b.detection.Search.Name}, File: b.detection.Search}
	if macro != "" {
		t.Macros = []testfile.Macro{{Name: macro, Definition: definition}}
	}
	for _, f := range b.files {
		t.Inputs = append(t.Inputs, Input{File: f})
	}
	c := (&Suite{Base: b.base}).Bench(t.Unit, &Options{Now: func() time.Time { return b.now }, Zone: b.zone})
	p := c.program(t)
	if len(p.faults) > 0 {
		return nil, p.faults
	}
	f := c.execute(b.ctx, t, p.Program, nil)
	return f, f.err
}

// known is a field of the first row, and its value, that a filter could name: one of
// those at risk, else the first with a single value that is no number.
func (b *beginning) known(f *found) (field, value string) {
	risk, threat := b.detection.RiskFields()
	row := f.rows[0]
	for _, name := range slices.Concat(threat, risk, f.fields) {
		if !f.table && ofInput(name) {
			continue
		}
		vals := row.Values(name)
		if len(vals) != 1 || strings.Contains(vals[0], "*") {
			continue
		}
		if _, number := batch.ParseNumber(vals[0]); !number {
			return name, vals[0]
		}
	}
	return "", ""
}
