package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"spl/parser/source"
	"spl/spl/detect"
	"spl/spl/detect/page"
	"spl/spl/detect/runner"
	"spl/spl/detect/testfile"
	"spl/spl/input"
)

// The bounds of events that are written into a test file; more are named by their file.
const (
	inlineBytes  = 8 << 10
	inlineEvents = 10
)

// begin writes a first test file for a detection, from some events.
func (t *tester) begin() error {
	d, err := t.detection(t.paths[0])
	if err != nil {
		return err
	}
	name := strings.TrimSuffix(d.Search.Name, filepath.Ext(d.Search.Name)) + testfile.Suffixes[0]
	if _, err := t.disk.Stat(name); err == nil {
		return &failure{"--init: " + name + ": this file is there already", "move it away first, or add to it"}
	}
	base, err := t.knowledge()
	if err != nil {
		return err
	}
	files, err := input.Expand(countingDisk{disk: t.disk, counter: &counter{}, stdin: t.stdin}, t.flags.meta, t.paths[1:])
	if err != nil {
		return &failure{err.Error(), ""}
	}
	if len(files) == 0 {
		return &usageError{"--init needs events: name a file of them after the detection", "for example: spl test --init detection.yml sourcetype=aws:cloudtrail events.ndjson"}
	}
	draft, err := runner.Begin(t.ctx, base, d, files, t.present(), t.clock.zone)
	var errs source.Errors
	switch {
	case errors.As(err, &errs):
		return errs
	case err != nil:
		return runError(err)
	}
	if draft.Detection, err = relative(name, d.Search.Name); err != nil {
		return err
	}
	if _, stanza := detect.Split(t.paths[0]); stanza != "" {
		draft.Detection += ":" + stanza
	}
	if err := t.fill(draft, name, files); err != nil {
		return err
	}
	if err := os.WriteFile(name, []byte(draft.Text()), 0o644); err != nil {
		return &failure{"--init: " + plainError(name, err), ""}
	}
	_, err = fmt.Fprintf(t.stdout, "%s written: the detection gave %s\nread it, then run it: spl test %s%s\n", printable(name), plural(draft.Total, "row"), printable(t.again(draft, name)), printable(name))
	return err
}

// again are the flags with which a test that was begun is run: those that it was begun
// with, and leave to read data that lies above its folder.
func (t *tester) again(d *testfile.Draft, name string) string {
	var out strings.Builder
	add := func(flag string, values ...string) {
		for _, v := range values {
			if v != "" {
				fmt.Fprintf(&out, "%s %s ", flag, runner.Quoted(v))
			}
		}
	}
	add("-m", t.flags.macros...)
	add("-M", t.flags.define...)
	add("--lookups", t.flags.lookups)
	add("--app", t.flags.apps...)
	add("--geoip", t.flags.geoip)
	var dirs []string
	for _, f := range d.Data {
		if dir := filepath.Join(filepath.Dir(name), filepath.FromSlash(path.Dir(f.File))); strings.HasPrefix(f.File, "../") && !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	add("--data", dirs...)
	return out.String()
}

// relative is a path as it stands in a file.
func relative(file, path string) (string, error) {
	dir, err := filepath.Abs(filepath.Dir(file))
	if err != nil {
		return "", err
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	rel, err := filepath.Rel(dir, abs)
	return filepath.ToSlash(rel), err
}

// fill says where the events of a draft come from: a few stand in it.
func (t *tester) fill(d *testfile.Draft, name string, files []input.File) error {
	if len(files) == 1 {
		m := files[0].Meta
		plain := m == input.Meta{Source: m.Source, Sourcetype: m.Sourcetype, Host: m.Host, Index: m.Index}
		if lines := t.few(files[0].Name); plain && len(lines) > 0 {
			d.Events, d.Meta = lines, testfile.Meta(m)
			return nil
		}
	}
	for _, f := range files {
		rel, err := relative(name, f.Name)
		if err != nil {
			return err
		}
		d.Data = append(d.Data, testfile.Data{File: rel, Meta: testfile.Meta(f.Meta)})
	}
	return nil
}

// few are the lines of a small file of events; none of another.
func (t *tester) few(name string) []string {
	f, err := t.disk.Open(name)
	if err != nil {
		return nil
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, inlineBytes+1))
	if err != nil || len(text) > inlineBytes || slices.ContainsFunc(text, func(c byte) bool { return c < ' ' && c != '\n' && c != '\r' && c != '\t' }) {
		return nil
	}
	var lines []string
	for l := range strings.Lines(string(text)) {
		if l = strings.TrimRight(l, "\r\n"); l != "" {
			lines = append(lines, l)
		}
	}
	if len(lines) > inlineEvents || !strings.HasPrefix(strings.Join(lines, ""), "{") {
		return nil
	}
	return lines
}

// rewrite makes what came what is expected, in the files of failed tests, and shows
// the difference first. It says whether that was all that was wrong.
func (t *tester) rewrite() (whole bool, err error) {
	edits := map[*source.File][]testfile.Edit{}
	var files []*source.File
	whole = true
	n := 0
	for _, r := range t.last {
		if r.Status != runner.Failed && r.Status != runner.Errored {
			continue
		}
		var es []testfile.Edit
		if r.Test.Expect != nil && r.Status == runner.Failed {
			es = r.Test.Expect.Update(r.Test.File, r.Found)
		}
		if len(es) == 0 {
			whole = false
			fmt.Fprintf(t.prose(), "not updated, for a person to change: %s\n", printable(r.Test.Title()))
			continue
		}
		if edits[r.Test.File] == nil {
			files = append(files, r.Test.File)
		}
		edits[r.Test.File] = append(edits[r.Test.File], es...)
		n += len(es)
	}
	for _, f := range files {
		after := testfile.Apply(f.Text, edits[f])
		if _, errs := testfile.Read(&source.File{Name: f.Name, Text: after}); len(errs) > 0 {
			return false, errs
		}
		t.diff(f, edits[f])
		if err := os.WriteFile(f.Name, []byte(t.asItWas(f, after)), 0o644); err != nil {
			return false, &failure{"--update: " + plainError(f.Name, err), ""}
		}
	}
	if n > 0 {
		fmt.Fprintf(t.prose(), "updated %s in %s; read the difference\n", plural(n, "expectation"), plural(len(files), "file"))
	}
	return whole, nil
}

// asItWas gives a new text of a file the ends of lines, and the mark at its front, that the
// file has.
func (t *tester) asItWas(f *source.File, after string) string {
	if n := strings.Count(f.Text, "\r\n"); n > 0 && n == strings.Count(f.Text, "\n") {
		after = strings.ReplaceAll(strings.ReplaceAll(after, "\r\n", "\n"), "\n", "\r\n")
	}
	const mark = "\ufeff"
	if was, err := t.text(f.Name); err == nil && strings.HasPrefix(was, mark) {
		after = mark + strings.TrimPrefix(after, mark)
	}
	return after
}

// diff shows edits: the lines as they were and as they are.
func (t *tester) diff(f *source.File, edits []testfile.Edit) {
	style := page.Style{Color: t.options.Color}
	for _, e := range edits {
		p := f.Place(e.At.Start)
		fmt.Fprintf(t.prose(), "%s:%d\n", printable(f.Name), p.Line)
		start := strings.LastIndexByte(f.Text[:e.At.Start], '\n') + 1
		end := e.At.End
		if end == 0 || f.Text[end-1] != '\n' {
			if i := strings.IndexByte(f.Text[end:], '\n'); i >= 0 {
				end += i
			} else {
				end = len(f.Text)
			}
		}
		old := f.Text[start:end]
		text := f.Text[start:e.At.Start] + e.Text + f.Text[e.At.End:end]
		before, after := linesOf(old), linesOf(text)
		for _, l := range before {
			if !slices.Contains(after, l) {
				fmt.Fprintln(t.prose(), style.Paint(page.Red, "- "+printable(l)))
			}
		}
		for _, l := range after {
			if !slices.Contains(before, l) {
				fmt.Fprintln(t.prose(), style.Paint(page.Green, "+ "+printable(l)))
			}
		}
	}
}

// linesOf are the lines of a text without their ends.
func linesOf(text string) []string {
	return strings.Split(strings.TrimRight(strings.ReplaceAll(text, "\r\n", "\n"), "\r\n"), "\n")
}
