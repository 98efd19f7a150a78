package spl_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"spl/eval/batch"
	"spl/macros"
	"spl/parser/source"
	"spl/spl"
	"spl/spl/engine"
	"spl/spl/input"
	"spl/spl/knowledge"
	"spl/spl/output"
)

var update = flag.Bool("update", false, "write what the cases gave into their files; read the diff")

// A case file is text: cases separated by blank lines. The lines of a case:
//
//	# a remark; the first names the case
//	spl: the search; lines that begin with four spaces go on with it
//	in: the name of a data set in testdata/data, or nothing, and events as lines, which
//	    begin with { or with four spaces, that are not part of them
//	sourcetype: what the events are; nothing leaves it to their content. With it, what
//	    is built in for source types is known
//	out: result rows as JSON lines, in order, columns in order
//	err: part of an error's text, "line:column: " in front if the place matters
//	notice: part of a notice
//	now: the start of the search, seconds since the epoch
//	macro: name(args)=definition
//	lookup: the name of a lookup table, or of an ESCU lookup file, and its text as
//	    lines that begin with four spaces
//	file: the name of a file that is there to be read, and its text, likewise
//	wrote: the name of a file that a command wrote, and its text, likewise
//	app: the path of a file of an app, the app's name first, and its text likewise
//	differs: SECTION: a matter => what spl does, where Splunk is known to do otherwise
//	rule: the same, where the documentation does not say; docs/differences.md lists both
//
// A block of a Markdown page that is marked as a case is one too, so that what the
// docs show is true.
//
// Every case runs in every mode: on one worker and on several, read in the plainest way,
// with batches and chunks of random sizes, printed and parsed again, and with rows in
// files. Each must give the same.
type testCase struct {
	file, name   string
	line         int
	search       string
	in           string
	out          []string
	hasOut       bool
	errs         []string
	notices      []string
	macros       []string
	lookups      fstest.MapFS // nil: there is no knowledge
	apps         map[string]fstest.MapFS
	rules        []rule
	files        map[string]string // files to be read
	known        bool              // but what is built in
	sourcetype   string
	wrote        map[string]string // files that must have been written
	now          int64
	lines        []string // as in the file
	columns      []string // of the table that it gave last
	outAt, outTo int
}

// caseFiles are the files that hold cases.
var caseFiles = []string{"command/*.test", "command/*.md", "../eval/*.test", "../testdata/cases/*.test", "../testdata/rules/*.test", "../docs/*.md"}

func TestCases(t *testing.T) {
	var files []string
	for _, pattern := range caseFiles {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	if len(files) == 0 {
		t.Fatal("no case files")
	}
	for _, f := range files {
		t.Run(filepath.Base(f), func(t *testing.T) {
			cases := readCases(t, f)
			for _, c := range cases {
				t.Run(c.name, c.run)
			}
			if *update && !t.Failed() && strings.HasSuffix(f, ".test") {
				writeCases(t, f, cases)
			}
		})
	}
}

func readCases(t testing.TB, file string) []*testCase {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var cases []*testCase
	line := 1
	for _, block := range blocks(file, string(text)) {
		c := &testCase{file: file, line: line + block.line, lines: strings.Split(block.text, "\n"), now: 1700000000}
		c.parse(t)
		if c.search != "" {
			cases = append(cases, c)
		} else if c.hasOut || c.in != "" {
			t.Errorf("%s:%d: a case without a search", file, c.line)
		}
	}
	return cases
}

type block struct {
	text string
	line int // lines before it
}

// blocks cuts a case file at its blank lines; of a Markdown page it takes the blocks
// that are marked as cases.
func blocks(file, text string) []block {
	var out []block
	if strings.HasSuffix(file, ".md") {
		for at := 0; ; {
			start := strings.Index(text[at:], "```case\n")
			if start < 0 {
				return out
			}
			start += at + len("```case\n")
			end := start + max(0, strings.Index(text[start:], "\n```"))
			out = append(out, block{text[start:end], strings.Count(text[:start], "\n")})
			at = end
		}
	}
	line := 0
	for _, b := range strings.Split(strings.TrimRight(text, "\n"), "\n\n") {
		out = append(out, block{b, line})
		line += strings.Count(b, "\n") + 2
	}
	return out
}

func (c *testCase) parse(t testing.TB) {
	t.Helper()
	section, file := "", ""
	for i, l := range c.lines {
		key, rest, _ := strings.Cut(l, ":")
		rest = strings.TrimPrefix(rest, " ")
		switch {
		case strings.HasPrefix(l, "#"):
			if c.name == "" {
				c.name = strings.TrimSpace(l[1:])
			}
			continue
		case section == "spl" && strings.HasPrefix(l, "    "):
			c.search += "\n" + l[4:]
			continue
		case section == "lookup" && strings.HasPrefix(l, "    "):
			c.lookups[file].Data = append(c.lookups[file].Data, l[4:]+"\n"...)
			continue
		case section == "app" && strings.HasPrefix(l, "    "):
			app, path, _ := strings.Cut(file, "/")
			c.apps[app][path].Data = append(c.apps[app][path].Data, l[4:]+"\n"...)
			continue
		case section == "file" && strings.HasPrefix(l, "    "):
			c.files[file] += l[4:] + "\n"
			continue
		case section == "wrote" && strings.HasPrefix(l, "    "):
			c.wrote[file] += l[4:] + "\n"
			continue
		case strings.HasPrefix(l, "    ") && section == "in":
			c.in += l[4:] + "\n"
			continue
		case strings.HasPrefix(l, "{") && section == "in":
			c.in += l + "\n"
			continue
		case strings.HasPrefix(l, "{") && section == "out":
			c.out = append(c.out, l)
			c.outTo = i + 1
			continue
		}
		switch section = key; key {
		case "spl":
			c.search = rest
		case "in":
			if rest != "" {
				data, err := os.ReadFile("../testdata/data/" + rest)
				if err != nil {
					t.Fatalf("%s:%d: %v", c.file, c.line+i, err)
				}
				c.in = string(data)
			}
		case "out":
			c.hasOut, c.outAt, c.outTo = true, i+1, i+1
		case "err":
			c.errs = append(c.errs, rest)
		case "notice":
			c.notices = append(c.notices, rest)
		case "macro":
			c.macros = append(c.macros, rest)
		case "now":
			fmt.Sscan(rest, &c.now)
		case "lookup":
			if file = rest; c.lookups == nil {
				c.lookups = fstest.MapFS{}
			}
			c.lookups[file] = &fstest.MapFile{}
		case "file":
			if file = rest; c.files == nil {
				c.files = map[string]string{}
			}
			c.files[file] = ""
		case "wrote":
			if file = rest; c.wrote == nil {
				c.wrote = map[string]string{}
			}
			c.wrote[file] = ""
		case "sourcetype":
			c.known, c.sourcetype = true, rest
		case "app":
			file = rest
			app, path, ok := strings.Cut(rest, "/")
			if !ok {
				t.Fatalf("%s:%d: a file of an app is NAME/default/FILE", c.file, c.line+i)
			}
			if c.apps == nil {
				c.apps = map[string]fstest.MapFS{}
			}
			if c.apps[app] == nil {
				c.apps[app] = fstest.MapFS{}
			}
			c.apps[app][path] = &fstest.MapFile{}
		case "differs", "rule":
			c.rules = append(c.rules, newRule(t, fmt.Sprintf("%s:%d", c.file, c.line+i), key, rest))
		default:
			t.Fatalf("%s:%d: a line %q that says nothing to a case", c.file, c.line+i, l)
		}
	}
	if c.name == "" {
		c.name = c.search
	}
	if c.search != "" && !c.hasOut && len(c.errs) == 0 {
		t.Errorf("%s:%d: the case expects nothing", c.file, c.line)
	}
}

// mode is one way of running a case.
type mode struct {
	name    string
	workers int
	chunk   int // bytes; 0: the reader's own
	split   uint64
	any     bool // a chunk of any size, by the case
	plain   bool // input.Options.Plain
	reprint bool
	traced  bool
	apart   bool // partial results pass as rows
	spill   bool // nothing stays in memory that can be put into files
}

var modes = []mode{
	{name: "one worker", workers: 1},
	{name: "plain reading", workers: 1, plain: true},
	{name: "chunks of any size", workers: 2, any: true},
	{name: "four workers, small chunks", workers: 4, chunk: 150},
	{name: "three workers, random batches", workers: 3, chunk: 400, split: 1, apart: true},
	{name: "random batches", workers: 2, split: 2},
	{name: "traced", workers: 2, chunk: 400, traced: true},
	{name: "printed and parsed again", workers: 2, reprint: true},
	{name: "rows in files", workers: 1, spill: true},
	{name: "rows in files, three workers, random batches", workers: 3, chunk: 400, split: 3, spill: true},
}

func (c *testCase) run(t *testing.T) {
	for _, m := range modes {
		rows, notices, err := c.execute(m)
		at := fmt.Sprintf("%s:%d (%s)", c.file, c.line, m.name)
		c.checkError(t, at, err)
		if err != nil {
			continue
		}
		if *update {
			c.out = rows
		}
		if c.hasOut && !slices.Equal(rows, c.out) {
			t.Errorf("%s: %s\n got:\n  %s\nwant:\n  %s", at, c.search, strings.Join(rows, "\n  "), strings.Join(c.out, "\n  "))
		}
		if m.reprint {
			continue // notices of macros are not printed
		}
		for _, want := range c.notices {
			if !slices.ContainsFunc(notices, func(n spl.Notice) bool { return strings.Contains(n.Code+": "+n.Message, want) }) {
				t.Errorf("%s: no notice holds %q; there are %v", at, want, notices)
			}
		}
	}
}

func (c *testCase) checkError(t *testing.T, at string, err error) {
	t.Helper()
	if len(c.errs) == 0 {
		if err != nil {
			t.Errorf("%s: %s\n%v", at, c.search, err)
		}
		return
	}
	if err == nil {
		t.Errorf("%s: %s: no error, want %q", at, c.search, c.errs)
		return
	}
	text := err.Error()
	var all spl.Errors
	if errors.As(err, &all) {
		text = ""
		for _, e := range all {
			p := e.Place()
			text += fmt.Sprintf("%d:%d: %s: %s (%s)\n", p.Line, p.Column, e.Code, e.Message, e.Help)
		}
	}
	for _, want := range c.errs {
		if !strings.Contains(text, want) {
			t.Errorf("%s: the error does not hold %q:\n%s", at, want, text)
		}
	}
}

// knowledge is what the case knows beside its search.
func (c *testCase) knowledge() (*knowledge.Base, *macros.Set, error) {
	define := func(set *macros.Set) source.Errors {
		var errs source.Errors
		for _, d := range c.macros {
			errs = append(errs, set.DefineText(d, "case")...)
		}
		return errs
	}
	if c.lookups == nil && c.apps == nil && !c.known {
		set := macros.Builtin()
		return nil, set, define(set).Err()
	}
	var apps []knowledge.App
	for _, name := range slices.Sorted(maps.Keys(c.apps)) {
		apps = append(apps, knowledge.App{Name: name, FS: c.apps[name]})
	}
	o := knowledge.Options{Override: define}
	if c.lookups != nil {
		o.Lookups = c.lookups
	}
	base, errs := knowledge.Load(apps, o)
	return base, base.Macros(), errs.Err()
}

// execute runs the case once and gives its rows as JSON lines.
func (c *testCase) execute(m mode) ([]string, []spl.Notice, error) {
	base, set, err := c.knowledge()
	if err != nil {
		return nil, nil, err
	}
	p, err := spl.Compile(c.search, &spl.Config{Macros: set, Knowledge: base})
	if err != nil {
		return nil, nil, err
	}
	if m.reprint {
		printed := p.Query().String()
		if p, err = spl.Compile(printed, &spl.Config{Knowledge: base}); err != nil {
			return nil, nil, fmt.Errorf("what was printed does not compile: %s\n%w", printed, err)
		}
		if again := p.Query().String(); again != printed {
			return nil, nil, fmt.Errorf("printed twice, it differs:\n%s\n%s", printed, again)
		}
	}
	return c.rows(p, m)
}

func (c *testCase) rows(p *spl.Program, m mode) ([]string, []spl.Notice, error) {
	now := time.Unix(c.now, 0)
	o := input.Options{Now: now, ChunkSize: m.chunk, Scrub: true, Plain: m.plain}
	if m.any {
		o.ChunkSize = 1 + rand.New(rand.NewPCG(uint64(c.line), uint64(len(c.search)))).IntN(len(c.in)+1)
	}
	in := input.New([]input.File{input.FromText("test.ndjson", c.in, input.Meta{Sourcetype: c.sourcetype})}, o)
	if m.split != 0 {
		in = splitter{in, m.split}
	}
	ro := &spl.RunOptions{Now: now, Workers: m.workers, Apart: m.apart}
	if m.traced {
		ro.Trace = &engine.Trace{}
	}
	if m.spill {
		ro.Temp, ro.SpillAt = os.TempDir(), 1
	}
	wrote := written{}
	if c.wrote != nil {
		ro.Create = wrote.create
	}
	if c.files != nil {
		ro.Open = func(name string) (io.ReadCloser, error) {
			if _, ok := c.files[name]; !ok {
				return nil, fs.ErrNotExist
			}
			return io.NopCloser(strings.NewReader(c.files[name])), nil
		}
	}
	rows, err := p.Run(context.Background(), in, ro)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	var buf bytes.Buffer
	w, err := output.New(&buf, output.Options{Format: "ndjson", Events: !rows.Table()})
	if err != nil {
		return nil, nil, err
	}
	for b := rows.NextBatch(); b != nil; b = rows.NextBatch() {
		if err := w.Write(rows.Shown(b)); err != nil {
			return nil, nil, err
		}
	}
	if err := errors.Join(w.Close(), rows.Err()); err != nil {
		return nil, nil, err
	}
	if c.columns = nil; rows.Table() {
		c.columns = rows.Fields()
	}
	for name, want := range c.wrote {
		if got := wrote.text(name); got != want {
			return nil, nil, fmt.Errorf("%s was written as\n%swant\n%s", name, got, want)
		}
	}
	var out []string
	if s := strings.TrimSuffix(buf.String(), "\n"); s != "" {
		out = strings.Split(s, "\n")
	}
	return out, rows.Notices(), nil
}

// written are the files that a run wrote.
type written map[string]*bytes.Buffer

func (w written) create(name string, more bool) (io.WriteCloser, error) {
	if w[name] == nil || !more {
		w[name] = &bytes.Buffer{}
	}
	return nopCloser{w[name]}, nil
}

// text is what a file holds; nothing where there is none.
func (w written) text(name string) string {
	if w[name] == nil {
		return ""
	}
	return w[name].String()
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

func writeCases(t *testing.T, file string, cases []*testCase) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, b := range blocks(file, string(text)) {
		i := slices.IndexFunc(cases, func(c *testCase) bool { return c.line == 1+b.line })
		if i < 0 { // a comment
			out = append(out, b.text)
			continue
		}
		c := cases[i]
		if c.hasOut {
			c.lines = slices.Concat(c.lines[:c.outAt], c.out, c.lines[c.outTo:])
		}
		out = append(out, strings.Join(c.lines, "\n"))
	}
	if err := os.WriteFile(file, []byte(strings.Join(out, "\n\n")+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
}

// splitter cuts the batches of a source into pieces of random sizes.
type splitter struct {
	batch.Source
	seed uint64
}

func (s splitter) Open(ctx context.Context, scan *batch.Scan) (batch.Reader, error) {
	r, err := s.Source.Open(ctx, scan)
	return splitReader{r, s.seed}, err
}

// WithRules is part of [input.Ruled].
func (s splitter) WithRules(r *input.Ruling) batch.Source {
	s.Source = s.Source.(input.Ruled).WithRules(r)
	return s
}

type splitReader struct {
	batch.Reader
	seed uint64
}

func (r splitReader) Next() (batch.Part, error) {
	p, err := r.Reader.Next()
	if err != nil {
		return nil, err
	}
	return splitPart{p, rand.New(rand.NewPCG(r.seed, uint64(p.Number())))}, nil
}

type splitPart struct {
	batch.Part
	r *rand.Rand
}

func (p splitPart) Each(emit func(*batch.Batch) bool) error {
	return p.Part.Each(func(b *batch.Batch) bool {
		for from := 0; from < b.Rows; {
			n := min(1+p.r.IntN(4), b.Rows-from)
			rows := make([]int32, n)
			for i := range rows {
				rows[i] = int32(from + i)
			}
			if !emit(b.Take(rows)) {
				return false
			}
			from += n
		}
		return true
	})
}
