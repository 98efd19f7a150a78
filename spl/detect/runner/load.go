package runner

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"spl/eval/timefmt"
	"spl/parser/source"
	"spl/spl/detect"
	"spl/spl/detect/testfile"
	"spl/spl/input"
	"spl/spl/knowledge"
)

// Loader makes a suite of files.
type Loader struct {
	Disk Disk
	// Data maps the URLs of attack data to folders, the first that fits wins.
	Data []Mapping
	Base *knowledge.Base
	// Lookups loads the knowledge of a test that names a folder of lookup tables.
	Lookups func(dir string) (*knowledge.Base, error)
	Jobs    int
	// Now is what relative times of test files are reckoned from.
	Now  time.Time
	Zone *time.Location

	roots []string // the folders that tests may read from
}

// Load reads all files that were found.
func (l *Loader) Load(found *Found) *Suite {
	l.allow(found.paths)
	s := &Suite{Base: l.Base}
	units := make([][]*Unit, len(found.Files))
	var wg sync.WaitGroup
	next := make(chan int)
	for range max(1, l.Jobs) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range next {
				units[i] = l.file(found.Files[i])
			}
		}()
	}
	for i := range found.Files {
		next <- i
	}
	close(next)
	wg.Wait()
	for _, us := range units {
		s.Units = append(s.Units, us...)
	}
	l.ambiguous(s)
	return s
}

// file reads one file.
func (l *Loader) file(f FoundFile) []*Unit {
	name, stanza := f.Name, ""
	text, err := readText(l.Disk, name)
	if err != nil {
		return []*Unit{{Name: f.Name, Path: f.Name, Faults: unreadable(f.Name, err)}}
	}
	if testfile.Is(name) {
		return []*Unit{l.testFile(&source.File{Name: name, Text: strings.TrimPrefix(text, "\ufeff")})}
	}
	u := &Unit{Name: f.Name, Path: f.Name}
	d, err := detect.Load(name, stanza, text)
	if err != nil {
		var errs source.Errors
		if errors.As(err, &errs) {
			u.Faults = errs
		} else {
			u.Faults = unreadable(f.Name, err)
		}
		return []*Unit{u}
	}
	u.Detection = d
	if d.Name != "" {
		u.Name = d.Name
	}
	u.Skip = d.SkipReason()
	for i := range d.Tests {
		u.Tests = append(u.Tests, l.escu(u, &d.Tests[i]))
	}
	if len(u.Tests) == 0 && u.Skip == "" && f.Named && detect.KindOf(name) != detect.YAML {
		u.Faults = source.Errors{source.Errorf(source.Syntax, source.At(0), "the file has no tests").WithHelp("write them in a file beside it, NAME.test.yml; spl test --init %s begins one", name)}
		u.Faults[0].File = &source.File{Name: name, Text: text}
	}
	return []*Unit{u}
}

func unreadable(name string, err error) source.Errors {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	e := source.Errorf(source.Syntax, source.At(0), "the file cannot be read: %v", err)
	e.File = &source.File{Name: name}
	return source.Errors{e}
}

// escu is a test as the security content has them.
func (l *Loader) escu(u *Unit, dt *detect.Test) *Test {
	d := u.Detection
	t := &Test{Unit: u, Name: or(dt.Name, "test"), File: d.File, At: dt.At}
	if u.Skip != "" {
		return t // its data is not looked for
	}
	for _, a := range dt.Data {
		t.Updated = t.Updated || a.Updated
		in := l.data(filepath.Dir(u.Path), a.Data, &Missing{Name: a.Data, File: d.File, At: a.At})
		in.Meta = input.Meta{Source: a.Source, Sourcetype: a.Sourcetype, Index: a.Index, Host: a.Host}
		t.Inputs = append(t.Inputs, in)
	}
	if len(dt.Data) == 0 {
		t.Faults = t.fault(dt.At, "name a file of events: attack_data: [ { data: ..., source: ..., sourcetype: ... } ]", "the test has no attack_data")
	}
	return t
}

func (t *Test) fault(at source.Span, help, msg string) source.Errors {
	e := source.Errorf(source.Syntax, at, "%s", msg)
	e.File, e.Where, e.Help = t.File, at, help
	return append(t.Faults, e)
}

// testFile makes the unit of a test file.
func (l *Loader) testFile(f *source.File) *Unit {
	u := &Unit{Name: f.Name, Path: f.Name}
	tf, errs := testfile.Read(f)
	if len(errs) > 0 {
		u.Faults = errs
		return u
	}
	dir := filepath.Dir(f.Name)
	if u.Detection, u.Faults = l.detection(tf, dir); len(u.Faults) > 0 {
		return u
	}
	if u.Detection.Name != "" && tf.Search == "" {
		u.Name = u.Detection.Name
	}
	for _, w := range tf.Tests {
		u.Tests = append(u.Tests, l.test(u, tf, w, dir))
	}
	return u
}

// detection is what a test file tests.
func (l *Loader) detection(tf *testfile.File, dir string) (*detect.Detection, source.Errors) {
	if tf.Search != "" {
		return detect.FromYAML(tf.Source, "search", tf.Search), nil
	}
	at := func(help, msg string) source.Errors {
		e := source.Errorf(source.Syntax, tf.DetectionAt, "%s", msg)
		e.File, e.Where, e.Help = tf.Source, tf.DetectionAt, help
		return source.Errors{e}
	}
	name, stanza := detect.Split(filepath.FromSlash(tf.Detection))
	path, why := l.within(dir, name)
	if why != "" {
		return nil, at("the path counts from the folder of this file", "the detection "+tf.Detection+": "+why)
	}
	text, err := readText(l.Disk, path)
	if err != nil {
		return nil, at("the path counts from the folder of this file", "the detection "+tf.Detection+" cannot be read: there is no such file")
	}
	d, err := detect.Load(path, stanza, text)
	if err == nil {
		return d, nil
	}
	var errs source.Errors
	if errors.As(err, &errs) {
		return nil, errs
	}
	return nil, at("", err.Error())
}

// test makes a test of one of a test file, with what the file says of all.
func (l *Loader) test(u *Unit, tf *testfile.File, w *testfile.Test, dir string) *Test {
	t := &Test{Unit: u, Name: w.Name, File: tf.Source, At: w.At, Skip: w.Skip, Expect: &w.Expect, Timeout: w.Timeout}
	t.Macros = append(append(t.Macros, tf.Macros...), w.Macros...)
	if t.Timeout == 0 {
		t.Timeout = tf.Timeout
	}
	for _, d := range w.Data {
		in := l.data(dir, d.File, &Missing{Name: d.File, File: tf.Source, At: d.At})
		in.Meta = meta(d.Meta)
		t.Inputs = append(t.Inputs, in)
	}
	if w.Inline && len(w.Events) > 0 {
		t.Inputs = append(t.Inputs, Input{File: input.FromText("events", eventLines(w.Events), meta(merge(w.Meta, tf.Meta)))})
	}
	l.times(t, tf, w)
	l.lookups(t, tf, w, dir)
	return t
}

func meta(m testfile.Meta) input.Meta { return input.Meta(m) }

// merge takes what the first says, else the second.
func merge(a, b testfile.Meta) testfile.Meta {
	a.Source, a.Sourcetype = or(a.Source, b.Source), or(a.Sourcetype, b.Sourcetype)
	a.Host, a.Index = or(a.Host, b.Host), or(a.Index, b.Index)
	return a
}

// times reads the times of a test, and of its file where the test says nothing.
func (l *Loader) times(t *Test, tf *testfile.File, w *testfile.Test) {
	pick := func(a, b testfile.Time) testfile.Time {
		if a.Text != "" {
			return a
		}
		return b
	}
	t.Zone = l.Zone
	if z := pick(w.Zone, tf.Zone); z.Text != "" {
		zone, ok := timefmt.Zone(z.Text)
		if !ok {
			t.Faults = t.fault(z.At, "write a name such as Europe/Berlin, UTC, or an offset such as +02:00", "there is no time zone `"+z.Text+"`")
			return
		}
		t.Zone = zone
	}
	now := l.Now
	for _, x := range []struct {
		from testfile.Time
		to   *time.Time
	}{{pick(w.Now, tf.Now), &t.Now}, {pick(w.Earliest, tf.Earliest), &t.Earliest}, {pick(w.Latest, tf.Latest), &t.Latest}} {
		if x.from.Text == "" {
			continue
		}
		m, err := timefmt.ParseModifier(x.from.Text)
		if err != nil {
			t.Faults = t.fault(x.from.At, "write for example 2026-02-25T08:00:00Z, 1700000000 or -24h", err.Error())
			return
		}
		zone := t.Zone
		if zone == nil {
			zone = time.UTC
		}
		*x.to = m.Apply(now, zone)
		if x.to == &t.Now {
			now = t.Now
		}
	}
}

func (l *Loader) lookups(t *Test, tf *testfile.File, w *testfile.Test, dir string) {
	name, at := w.Lookups, w.LookupsAt
	if name == "" {
		name, at = tf.Lookups, tf.LookupsAt
	}
	if name == "" || l.Lookups == nil {
		return
	}
	path, why := l.within(dir, filepath.FromSlash(name))
	if why == "" {
		base, err := l.Lookups(path)
		if err == nil {
			t.Base = base
			return
		}
		why = err.Error()
	}
	t.Faults = t.fault(at, "the path counts from the folder of this file", "the lookups "+name+": "+why)
}

// eventLines are inline events as lines. One of several lines goes into an envelope.
func eventLines(events []string) string {
	var b strings.Builder
	for _, e := range events {
		if strings.ContainsAny(e, "\r\n") {
			e = `{"_raw":` + jsonText(e) + `}`
		}
		b.WriteString(e)
		b.WriteByte('\n')
	}
	return b.String()
}
