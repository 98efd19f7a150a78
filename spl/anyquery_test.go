package spl_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"spl/spl"
	"spl/spl/input"
	"spl/spl/knowledge"
	"spl/spl/output"
)

var queryFields = []string{"f", "f", "g", "h", "o.f", "o.g", "o{}.f", "f{}", "f{}.f{}", "a.b", "F", "o", "_time", "host", "sourcetype", "source", "_raw", "nosuch", "linecount"}

var queryTerms = []string{
	"a", "A*", `"ab c"`, "ab*", `"system:anonymous"`, "system", `"\\slash"`, `"x\"y"`, "/api/v1", `"/api/v1/namespaces/web"`, "key", "mess", "TERM(a)", "CASE(A)", "f=a", `"f=b"`, "*=1",
	"earliest=101", "latest=102", "nosuch=1", "*", "p", "xxxxxxx", "event",
}

var queryValues = []string{"a", "A*", "b", "1", "0*", "*b*", `"ab c"`, `""`, "*", "2.5", "row", "10.0.0.0/8", `"x\"y"`, `"*\\*"`, `"/api/*"`, "row", "system:*", "*y", "true", "null", "_json", "h1"}

func draw(t *rapid.T, what string, of []string) string { return rapid.SampledFrom(of).Draw(t, what) }

func fieldOf(t *rapid.T) string { return draw(t, "field", queryFields) }

// quoted is a field within an expression.
func quoted(t *rapid.T) string { return "'" + fieldOf(t) + "'" }

// condition draws a search expression.
func condition(t *rapid.T, depth int) string {
	if depth == 0 || rapid.IntRange(0, 2).Draw(t, "leaf") == 0 {
		switch rapid.IntRange(0, 3).Draw(t, "condition") {
		case 0:
			return draw(t, "term", queryTerms)
		case 1:
			return fmt.Sprintf("%q IN (%s, %s)", fieldOf(t), draw(t, "value", queryValues), draw(t, "value", queryValues))
		}
		return fmt.Sprintf("%q%s%s", fieldOf(t), draw(t, "operator", []string{"=", "=", "=", "!=", ">", "<="}), draw(t, "value", queryValues))
	}
	x, y := condition(t, depth-1), condition(t, depth-1)
	return draw(t, "connective", []string{"(" + x + " " + y + ")", "(" + x + " OR " + y + ")", "NOT (" + x + ")"})
}

// value draws an expression.
func value(t *rapid.T) string {
	x, y := quoted(t), quoted(t)
	return draw(t, "expression", []string{
		"len(" + x + ")", "upper(" + x + ")", x + "+1", x + "." + y, "if(isnull(" + x + "),\"n\"," + y + ")", "mvcount(" + x + ")", "coalesce(" + x + "," + y + ")",
		"substr(_raw,2,6)", "mvindex(" + x + ",0)", `json_extract(_raw,"o.f")`, `spath(_raw,"f{}")`, "tonumber(" + x + ")*2", "replace(" + x + `,"[ab]","-")`,
		"split(" + x + `,"a")`, `strftime(_time,"%s")`, "mvjoin(" + x + `,"|")`, "case(" + x + "=1,\"one\"," + x + "=" + y + ",\"same\")", "md5(_raw)", "typeof(" + x + ")", x,
	})
}

// truth draws a condition of where.
func truth(t *rapid.T) string {
	x, y := quoted(t), quoted(t)
	return draw(t, "truth", []string{
		x + ">1", "isnotnull(" + x + ")", "isnull(" + x + ")", "like(" + x + `,"%a%")`, x + "=" + y, `match(_raw,"[Aa]b?")`, x + `="a"`, "NOT " + x + `="a"`, x + `="a" OR ` + y + "=1",
		x + ` IN ("a","b")`, "mvcount(" + x + ")>1", "searchmatch(\"f=a\")", "len(_raw)>80",
	})
}

func aggregates(t *rapid.T) string {
	var calls []string
	for i := range rapid.IntRange(1, 4).Draw(t, "calls") {
		name := draw(t, "call", []string{"count", "dc", "values", "list", "sum", "avg", "min", "max", "first", "last", "earliest", "latest", "mode", "stdev", "range", "median", "perc90", "count", "count(eval"})
		switch {
		case i == 0 && name == "count":
			calls = append(calls, "count")
		case name == "count(eval":
			calls = append(calls, fmt.Sprintf("count(eval(%s)) as n%d", truth(t), i))
		default:
			calls = append(calls, fmt.Sprintf("%s(%s) as v%d", name, fieldOf(t), i))
		}
	}
	return strings.Join(calls, " ")
}

func by(t *rapid.T, most int) string {
	fields := rapid.SliceOfNDistinct(rapid.SampledFrom(queryFields), 0, most, rapid.ID).Draw(t, "by")
	if len(fields) == 0 {
		return ""
	}
	return " by " + strings.Join(fields, " ")
}

// stage draws a command.
func stage(t *rapid.T) string {
	f, g, n := fieldOf(t), fieldOf(t), rapid.IntRange(1, 5).Draw(t, "n")
	switch rapid.IntRange(0, 33).Draw(t, "command") {
	case 0, 1, 2, 3:
		return "stats " + aggregates(t) + by(t, 3)
	case 4:
		return "eventstats " + aggregates(t) + by(t, 2)
	case 5:
		return fmt.Sprintf("streamstats window=%d %s%s", n, aggregates(t), by(t, 1))
	case 6, 7:
		return "eval e=" + value(t)
	case 8:
		return "eval " + draw(t, "set", []string{"f", "g", "h", "_time", "'o.f'"}) + "=" + value(t)
	case 9, 10:
		return "where " + truth(t)
	case 11:
		return "table " + f + " " + g + " e"
	case 12:
		return draw(t, "fields", []string{"fields " + f + " " + g, "fields - " + f, "fields f* o*", "fields - _*", "table *"})
	case 13:
		return draw(t, "rename", []string{"rename f as e", "rename o.* as p.*", "rename g as f", "rename o{}.f as q"})
	case 14:
		return fmt.Sprintf("dedup %d %s %s", n, f, g)
	case 15:
		return fmt.Sprintf("dedup %s keepempty=true sortby -%s", f, g)
	case 16, 17:
		return fmt.Sprintf("sort %d %s%s, -%s", rapid.IntRange(0, 9).Draw(t, "limit"), draw(t, "sign", []string{"", "-"}), f, g)
	case 18:
		return fmt.Sprintf("head %d", 3*n)
	case 19:
		return draw(t, "end", []string{fmt.Sprintf("tail %d", n), "reverse", "untable f g h"})
	case 20:
		return fmt.Sprintf("%s limit=%d %s%s", draw(t, "frequency", []string{"top", "rare"}), n, f, draw(t, "by", []string{"", " by g", " by host"}))
	case 21:
		return draw(t, "bin", []string{"bin _time span=2s", "bin g span=2", "bin bins=3 g"})
	case 22:
		return "mvexpand " + draw(t, "mv", []string{"f", "f{}", "o{}.f", "g"})
	case 23:
		return draw(t, "fill", []string{"fillnull", "fillnull value=none " + f + " " + g, "filldown f"})
	case 24:
		return draw(t, "rex", []string{`rex "/namespaces/(?<r>[^/]+)"`, `rex field=f "(?<r>[a-z])(?<s>.)?"`, `rex max_match=0 "(?<r>\d+)"`, `rex mode=sed field=f "s/a/b/g"`, `regex f="^[aA]"`, `regex _raw!="x"`})
	case 25:
		return draw(t, "spath", []string{"spath", "spath path=o.f output=p", "spath input=message", "spath f{}", `extract`})
	case 26:
		return draw(t, "mv", []string{"makemv delim=a f", "nomv f{}", "mvcombine f", "makemv tokenizer=\"([a-z])\" f"})
	case 27:
		return "search " + condition(t, 1)
	case 28:
		return draw(t, "chart", []string{"chart count by f g", "chart limit=2 sum(g) over f by h", "timechart span=1s count by f", "timechart span=2s dc(f) avg(g)", "xyseries f g h", "stats count by f g h | untable f g h", "table g f _time h | untable f name value"})
	case 29:
		return draw(t, "session", []string{"transaction f maxspan=2s", "transaction g mvlist=t", "streamstats count by f", "delta g as d", "accum g as c", "autoregress f p=1-2", "addtotals", "addcoltotals"})
	case 30:
		return draw(t, "sub", []string{"appendpipe [stats count]", "append [search f=a | stats count by g]", "join type=left f [search g=* | fields f g h]", "appendcols [search * | head 2 | fields h]"})
	case 31:
		return draw(t, "wild", []string{"stats values(*) as *", "stats dc(*) by f", "eventstats max(g) as m", "stats list(f) list(g)", "fieldsummary maxvals=2"})
	case 32:
		return draw(t, "odd", []string{`strcat f "-" g e`, "replace a with b in f", "addinfo | fields f g", "tojson f g", "fields f | format", "rename _raw as text | eval n=len(text)"})
	}
	return "eval n=len(_raw) | stats sum(n)" + by(t, 1)
}

func anyQuery(t *rapid.T) string {
	q := "search " + draw(t, "front", []string{"*", condition(t, 0), condition(t, 2)})
	for range rapid.IntRange(0, 3).Draw(t, "stages") {
		q += " | " + stage(t)
	}
	return q
}

// way is how a search is run: everything that must not change its rows.
type way struct {
	Input  input.Options
	Run    spl.RunOptions
	Split  uint64
	Packed bool // the log is a stream
	Known  bool // with what is built in
	Spill  bool
}

func (w way) String() string {
	return fmt.Sprintf("chunks of %d, ordered from %d, plain %v, %d workers, apart %v, batches %d, packed %v, spill %v, known %v", w.Input.ChunkSize, w.Input.OrderedParts, w.Input.Plain, w.Run.Workers, w.Run.Apart, w.Split, w.Packed, w.Spill, w.Known)
}

var plainWay = way{Input: input.Options{Plain: true, ChunkSize: 1 << 22}, Run: spl.RunOptions{Workers: 1, Apart: true}}

func anyWay(t *rapid.T) way {
	chunk := draw(t, "chunks", []string{"own", "small", "any"})
	w := way{Input: input.Options{Scrub: true, OrderedParts: rapid.IntRange(0, 2).Draw(t, "ordered parts"), Plain: rapid.IntRange(0, 5).Draw(t, "plain") == 0}}
	switch chunk {
	case "small":
		w.Input.ChunkSize = rapid.IntRange(1, 200).Draw(t, "chunk")
	case "any":
		w.Input.ChunkSize = rapid.IntRange(64, 1<<14).Draw(t, "chunk")
	}
	w.Run = spl.RunOptions{Workers: rapid.IntRange(1, 4).Draw(t, "workers"), Apart: rapid.IntRange(0, 2).Draw(t, "apart") == 0}
	if rapid.IntRange(0, 3).Draw(t, "split") == 0 {
		w.Split = rapid.Uint64Range(1, 9).Draw(t, "seed")
	}
	w.Packed = rapid.IntRange(0, 4).Draw(t, "packed") == 0
	w.Spill = rapid.IntRange(0, 4).Draw(t, "spill") == 0
	return w
}

// runWay gives the rows of a search, or the fault that ended it. It gives false where the
// reader took the log to be in order of time and then found, and said, that it is not.
func runWay(t *rapid.T, search string, logs []string, w way) (rows []string, ok bool) {
	c := &spl.Config{}
	if w.Known {
		c.Knowledge = builtIn()
	}
	p, err := spl.Compile(search, c)
	if err != nil {
		t.Fatalf("%s: %v", search, err)
	}
	var files []input.File
	for i, text := range logs {
		f := input.FromText(fmt.Sprintf("log%d", i), text, input.Meta{})
		if w.Packed {
			f.Open = func() (io.ReadCloser, error) { return packed(text) }
		}
		files = append(files, f)
	}
	w.Run.Now = time.Unix(1000, 0)
	w.Input.Now = w.Run.Now
	ok = true
	w.Input.Notice = func(code, _ string, _ int) { ok = ok && code != input.NoticeOutOfOrder }
	if w.Spill {
		w.Run.Temp, w.Run.SpillAt = os.TempDir(), 1
	}
	in := input.New(files, w.Input)
	if w.Split != 0 {
		in = splitter{in, w.Split}
	}
	run, err := p.Run(context.Background(), in, &w.Run)
	if err != nil {
		return []string{err.Error()}, ok
	}
	defer run.Close()
	var buf bytes.Buffer
	o, err := output.New(&buf, output.Options{Format: "ndjson", Events: !run.Table()})
	if err != nil {
		t.Fatal(err)
	}
	for b := run.NextBatch(); b != nil; b = run.NextBatch() {
		if err := o.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	if err := run.Err(); err != nil {
		return []string{err.Error()}, ok
	}
	return strings.Split(buf.String(), "\n"), ok
}

var builtIn = sync.OnceValue(func() *knowledge.Base {
	base, _ := knowledge.Load(nil, knowledge.Options{})
	return base
})

func packed(text string) (io.ReadCloser, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, text); err != nil {
		return nil, err
	}
	return io.NopCloser(&b), z.Close()
}

// Whatever the search and whatever the log, the rows are those of the plainest reading
// by one worker: no short way, no number of workers, no size of chunks and batches and
// no file on disk shows in them.
func anyQueryAgrees(t *rapid.T) {
	logs := []string{nastyLog(t)}
	if rapid.IntRange(0, 4).Draw(t, "two files") == 0 {
		logs = append(logs, nastyLog(t))
	}
	sameAnyWay(t, anyQuery(t), logs)
}

// sameAnyWay runs a search in the plainest way, and in three others.
func sameAnyWay(t *rapid.T, q string, logs []string) {
	t.Helper()
	first := plainWay
	first.Known = rapid.Bool().Draw(t, "known")
	want, _ := runWay(t, q, logs, first)
	for range 3 {
		w := anyWay(t)
		w.Known = first.Known
		if got, ok := runWay(t, q, logs, w); ok && !slices.Equal(got, want) && inOrder(t, logs, w) {
			t.Fatalf("%s\n%s\n%.3000s\nover %.3000q", q, w, firstDifference(got, want), logs)
		}
	}
}

// inOrder says that a reading of all events finds them in the order that the reader took
// them to have: a search that needs few of them may not see what is out of order.
func inOrder(t *rapid.T, logs []string, w way) bool {
	_, ok := runWay(t, "search *", logs, w)
	return ok
}

func TestAnyQueryAgrees(t *testing.T) { rapid.Check(t, anyQueryAgrees) }

func FuzzAnyQuery(f *testing.F) { f.Fuzz(rapid.MakeFuzz(anyQueryAgrees)) }
