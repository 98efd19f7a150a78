package testfile

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/agnivade/levenshtein"

	"spl/eval/timefmt"
	"spl/parser/source"
	"spl/spl/detect/yamldoc"
	"spl/spl/input"
)

// MaxTimeout is the longest time that a test may be given.
const MaxTimeout = time.Hour

const example = `for example:
detection: my_detection.yml
tests:
  - name: it fires
    data: [ { file: events.ndjson, sourcetype: my:type } ]
    expect: { rows: 1 }`

// Read reads a test file. All faults are reported; the file is then partly filled.
func Read(f *source.File) (*File, source.Errors) {
	r := &reader{f: f}
	t := &File{Source: f}
	root, err := yamldoc.Parse(f, "a file of tests", example)
	if err != nil {
		return t, source.Errors{err}
	}
	r.file(t, root)
	return t, r.errs
}

type reader struct {
	f    *source.File
	errs source.Errors
}

func (r *reader) fail(at source.Span, help, msg string, args ...any) {
	r.errs = append(r.errs, yamldoc.Fault(r.f, at, msg, args...).WithHelp("%s", help))
}

// keys reads a mapping by handlers of its keys.
type keys map[string]func(n yamldoc.Node, at source.Span)

func (r *reader) mapping(n yamldoc.Node, what string, k keys) {
	pairs, ok := yamldoc.Pairs(r.f, n)
	if !ok {
		r.fail(yamldoc.At(r.f, n), "write it as key: value", "%s must be keys and values", what)
		return
	}
	seen := map[string]bool{}
	for _, p := range pairs {
		read := k[p.Key]
		switch {
		case read == nil:
			r.fail(p.At, r.suggest(p.Key, k), "%s has no key `%s`", what, p.Key)
		case seen[p.Key]:
			r.fail(p.At, "remove one of them", "`%s` stands here a second time", p.Key)
		default:
			read(p.Value, p.At)
		}
		seen[p.Key] = true
	}
}

func (r *reader) suggest(key string, k keys) string {
	var names []string
	best, least := "", 3
	for name := range k {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if d := levenshtein.ComputeDistance(key, name); d < least {
			best, least = name, d
		}
	}
	if best != "" {
		return "did you mean `" + best + "`?"
	}
	return "it can have " + strings.Join(names, ", ")
}

func (r *reader) file(t *File, root yamldoc.Node) {
	hasTests := false
	k := keys{
		"detection": func(n yamldoc.Node, _ source.Span) { t.Detection, t.DetectionAt = r.text(n, "detection") },
		"search":    func(n yamldoc.Node, _ source.Span) { t.Search, t.SearchAt = r.text(n, "search") },
		"tests": func(n yamldoc.Node, at source.Span) {
			hasTests = true
			if !yamldoc.IsList(n) || len(yamldoc.List(n)) == 0 {
				r.fail(at, "each test begins with - name:", "`tests` must be a list with a test in it")
			}
			for _, n := range yamldoc.List(n) {
				t.Tests = append(t.Tests, r.test(n))
			}
		},
	}
	r.common(k, &t.Common)
	r.mapping(root, "the file", k)
	switch {
	case t.Detection == "" && t.Search == "" && len(r.errs) == 0:
		r.fail(source.At(0), "write detection: with the path of its file, or search: with the text of one", "the file does not say what to test")
	case t.Detection != "" && t.Search != "":
		r.fail(t.SearchAt, "remove one of them", "the file has both a detection and a search")
	}
	if !hasTests && len(r.errs) == 0 {
		r.fail(source.At(0), example, "the file has no tests")
	}
	r.unique(t.Tests)
}

// unique reports tests of the same name, which no report could tell apart.
func (r *reader) unique(tests []*Test) {
	seen := map[string]bool{}
	for _, t := range tests {
		if t.Name != "" && seen[t.Name] {
			r.fail(t.At, "give each test a name of its own", "there is a test named %q before this one", t.Name)
		}
		seen[t.Name] = true
	}
}

// common adds the keys of what can be said of a file and of a test.
func (r *reader) common(k keys, c *Common) {
	k["macros"] = func(n yamldoc.Node, _ source.Span) { c.Macros = r.macros(n) }
	k["lookups"] = func(n yamldoc.Node, _ source.Span) { c.Lookups, c.LookupsAt = r.text(n, "lookups") }
	for name, to := range map[string]*Time{"now": &c.Now, "earliest": &c.Earliest, "latest": &c.Latest, "tz": &c.Zone} {
		k[name] = func(n yamldoc.Node, _ source.Span) { to.Text, to.At = r.text(n, name) }
	}
	k["timeout"] = func(n yamldoc.Node, _ source.Span) {
		text, at := r.text(n, "timeout")
		d, err := time.ParseDuration(text)
		if err != nil || d <= 0 || d > MaxTimeout {
			r.fail(at, "write for example 500ms, 10s or 2m", "`timeout` is not a time up to an hour")
			return
		}
		c.Timeout = d
	}
	for name, to := range c.Meta.fields() {
		if name == "source" || name == "sourcetype" || name == "host" || name == "index" {
			k[name] = func(n yamldoc.Node, _ source.Span) { *to, _ = r.text(n, name) }
		}
	}
}

// fields are the values of Meta by the names they have in a file.
func (m *Meta) fields() map[string]*string {
	return map[string]*string{
		"source": &m.Source, "sourcetype": &m.Sourcetype, "host": &m.Host, "index": &m.Index,
		"format": &m.Format, "time_field": &m.TimeField, "time_format": &m.TimeFormat,
		"host_field": &m.HostField, "datamodel": &m.DataModel,
	}
}

// checkMeta says what is wrong with one of the values.
func checkMeta(name, value string) error {
	switch {
	case value == "":
	case name == "format" && !slices.Contains(input.Formats, value):
		return fmt.Errorf("`format` must be one of %s", strings.Join(input.Formats, ", "))
	case name == "time_format":
		if err := timefmt.CompileLayout(value).CanParse(); err != nil {
			return fmt.Errorf("`time_format`: %w", err)
		}
	}
	return nil
}

func (r *reader) text(n yamldoc.Node, what string) (string, source.Span) {
	at := yamldoc.At(r.f, n)
	s, ok := yamldoc.Scalar(n)
	if !ok || strings.TrimSpace(s) == "" {
		r.fail(at, "", "`%s` must be a text", what)
	}
	return s, at
}

func (r *reader) macros(n yamldoc.Node) []Macro {
	pairs, ok := yamldoc.Pairs(r.f, n)
	if !ok {
		r.fail(yamldoc.At(r.f, n), `for example: macros: { my_filter: "search *" }`, "`macros` must be names and definitions")
	}
	var out []Macro
	for _, p := range pairs {
		s, ok := yamldoc.Scalar(p.Value)
		if !ok && !yamldoc.IsNull(p.Value) {
			r.fail(p.At, "", "the definition of macro `%s` must be a text", p.Key)
			continue
		}
		out = append(out, Macro{p.Key, s, p.At})
	}
	return out
}

func (r *reader) test(n yamldoc.Node) *Test {
	t := &Test{At: yamldoc.At(r.f, n)}
	if e := t.At; e.End == e.Start {
		t.At.End = e.Start
	}
	expects := false
	k := keys{
		"name": func(n yamldoc.Node, _ source.Span) { t.Name, t.At = r.text(n, "name") },
		"skip": func(n yamldoc.Node, _ source.Span) { t.Skip, _ = r.text(n, "skip") },
		"data": func(n yamldoc.Node, _ source.Span) {
			for _, d := range yamldoc.List(n) {
				t.Data = append(t.Data, r.data(d))
			}
		},
		"events": func(n yamldoc.Node, at source.Span) {
			t.Inline = true
			if !yamldoc.IsList(n) {
				r.fail(at, "write - before each event", "`events` must be a list")
				return
			}
			for _, e := range yamldoc.List(n) {
				t.Events = append(t.Events, eventText(r.f, e))
			}
		},
		"expect": func(n yamldoc.Node, at source.Span) {
			expects = true
			t.Expect = r.expect(n, at)
		},
	}
	r.common(k, &t.Common)
	before := len(r.errs)
	r.mapping(n, "a test", k)
	if len(r.errs) > before {
		return t
	}
	switch {
	case t.Name == "":
		r.fail(t.At, "- name: what it shows", "the test has no name")
	case t.Skip != "":
	case !expects:
		r.fail(t.At, "write for example expect: { rows: 1 }, or expect: { rows: 0 } where nothing must be found", "the test expects nothing, so it shows nothing")
	}
	return t
}

func (r *reader) data(n yamldoc.Node) Data {
	d := Data{At: yamldoc.At(r.f, n)}
	if s, ok := yamldoc.Scalar(n); ok {
		d.File = s
		return d
	}
	k := keys{"file": func(n yamldoc.Node, _ source.Span) { d.File, d.At = r.text(n, "file") }}
	for name, to := range d.Meta.fields() {
		k[name] = func(n yamldoc.Node, _ source.Span) {
			var at source.Span
			*to, at = r.text(n, name)
			if err := checkMeta(name, *to); err != nil {
				r.fail(at, "", "%s", err)
			}
		}
	}
	before := len(r.errs)
	r.mapping(n, "an entry of `data`", k)
	if d.File == "" && len(r.errs) == before {
		r.fail(d.At, "for example: { file: events.ndjson, sourcetype: my:type }", "an entry of `data` needs a file")
	}
	return d
}

// count reads a number of rows: 2, ">=1".
func count(s string) (Count, error) {
	s = strings.TrimSpace(s)
	c := Count{Op: "="}
	for _, op := range []string{">=", "<=", "!=", ">", "<", "="} {
		if rest, ok := strings.CutPrefix(s, op); ok {
			c.Op, s = op, strings.TrimSpace(rest)
			break
		}
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return c, fmt.Errorf("no number of rows")
	}
	c.N = n
	return c, nil
}
