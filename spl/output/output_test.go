package output

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"spl/eval/batch"
)

// rows makes a batch: a column for each name, a row for each list of cells. A cell
// is nil (NULL), a string, or a []string.
func rows(names []string, cells ...[]any) *batch.Batch {
	b := batch.New(len(cells))
	for i, n := range names {
		var bl batch.Builder
		for _, row := range cells {
			switch v := row[i].(type) {
			case nil:
				bl.Null()
			case string:
				bl.String(v)
			case []string:
				bl.Append(v...)
			}
		}
		b.Set(n, bl.Column())
	}
	return b
}

// render writes batches and gives the whole output.
func render(t *testing.T, o Options, bs ...*batch.Batch) string {
	t.Helper()
	var out strings.Builder
	w, err := New(&out, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range bs {
		if err := w.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func odd() *batch.Batch {
	return rows([]string{"_time", "u", "n"},
		[]any{"1715780851", []string{"x", "y"}, "5"},
		[]any{"1715780851.25", nil, ""},
		[]any{"soon", "a,\"b\"\t|<&>", "-1.5"},
	)
}

func TestFormats(t *testing.T) {
	f := func(o Options, want string) {
		t.Helper()
		if got := render(t, o, odd()); got != want {
			t.Errorf("%s:\n%s\nwant:\n%s", o.Format, got, want)
		}
	}
	f(Options{Format: "json"}, `[
{"_time":"1715780851","u":["x","y"],"n":"5"},
{"_time":"1715780851.25","n":""},
{"_time":"soon","u":"a,\"b\"\t|<&>","n":"-1.5"}
]
`)
	f(Options{Format: "ndjson"}, `{"_time":"1715780851","u":["x","y"],"n":"5"}
{"_time":"1715780851.25","n":""}
{"_time":"soon","u":"a,\"b\"\t|<&>","n":"-1.5"}
`)
	f(Options{Format: "csv"}, "_time,u,n\n"+
		"2024-05-15T13:47:31.000+0000,\"x\ny\",5\n"+
		"2024-05-15T13:47:31.250+0000,,\n"+
		"soon,\"a,\"\"b\"\"\t|<&>\",-1.5\n")
	f(Options{Format: "csv", Zone: time.FixedZone("", -5*3600-1800), Fields: []string{"_time"}}, "_time\n"+
		"2024-05-15T08:17:31.000-0530\n2024-05-15T08:17:31.250-0530\nsoon\n")
	f(Options{Format: "tsv"}, "_time\tu\tn\n"+
		"2024-05-15T13:47:31.000+0000\t\"x\ny\"\t5\n"+
		"2024-05-15T13:47:31.250+0000\t\t\n"+
		"soon\t\"a,\"\"b\"\"\t|<&>\"\t-1.5\n")
	f(Options{Format: "raw"}, `_time="2024-05-15T13:47:31.000+0000" u="x" u="y" n="5"
_time="2024-05-15T13:47:31.250+0000" n=""
_time="soon" u="a,\"b\"	|<&>" n="-1.5"
`)
	f(Options{Format: "markdown"}, `| _time | u | n |
| --- | --- | --- |
| 2024-05-15 13:47:31 | x<br>y | 5 |
| 2024-05-15 13:47:31.250 |  |  |
| soon | a,"b"    \|\<\&> | -1.5 |
`)
	f(Options{}, "_time                    u              n\n"+
		"-----------------------  -------------  ----\n"+
		"2024-05-15 13:47:31      x              5\n"+
		"                         y\n"+
		"2024-05-15 13:47:31.250\n"+
		"soon                     a,\"b\"    |<&>  -1.5\n")
	html := render(t, Options{Format: "html"}, odd())
	body := `<table>
<thead><tr><th>_time</th><th>u</th><th>n</th></tr></thead>
<tbody>
<tr><td>2024-05-15 13:47:31</td><td>x<br>y</td><td>5</td></tr>
<tr><td>2024-05-15 13:47:31.250</td><td></td><td></td></tr>
<tr><td>soon</td><td>a,&#34;b&#34;	|&lt;&amp;&gt;</td><td>-1.5</td></tr>
</tbody>
</table>
`
	if !strings.Contains(html, body) || !strings.Contains(html, `<meta charset="utf-8">`) {
		t.Errorf("html:\n%s", html)
	}
}

func TestNoRows(t *testing.T) {
	for format, want := range map[string]string{
		"table": "", "json": "[]\n", "ndjson": "", "csv": "", "tsv": "", "raw": "", "markdown": "",
	} {
		if got := render(t, Options{Format: format}); got != want {
			t.Errorf("%s: %q", format, got)
		}
		if got := render(t, Options{Format: format, Terminal: true}, batch.New(0)); got != want {
			t.Errorf("%s, an empty batch: %q", format, got)
		}
	}
	if got := render(t, Options{Format: "csv", Final: []string{"a", "_span", "b"}}); got != "a,b\n" {
		t.Errorf("csv: %q", got)
	}
	if got := render(t, Options{Format: "csv"}, rows([]string{"a", "b"})); got != "a,b\n" {
		t.Errorf("csv of a batch without rows: %q", got)
	}
	if got := render(t, Options{Format: "table", Fields: []string{"a"}}); got != "" {
		t.Errorf("table: %q", got)
	}
	if got := render(t, Options{Format: "html"}); !strings.Contains(got, "<tbody>\n</tbody>") {
		t.Errorf("html: %q", got)
	}
	if got := render(t, Options{Format: "ndjson"}, batch.New(2)); got != "{}\n{}\n" {
		t.Errorf("rows without columns: %q", got)
	}
}

func TestColumnOrder(t *testing.T) {
	first := rows([]string{"z", "_span", "B"}, []any{"1", "60", "2"})
	later := rows([]string{"a", "B", "z"}, []any{"3", "4", nil})
	f := func(o Options, want string) {
		t.Helper()
		if got := render(t, o, first, later); got != want {
			t.Errorf("%+v:\n%s", o, got)
		}
	}
	f(Options{Format: "csv"}, "z,B,a\n1,2,\n,4,3\n")
	f(Options{Format: "csv", Events: true}, "B,a,z\n2,,1\n4,3,\n")
	f(Options{Format: "csv", Fields: []string{"a", "_span", "none", "a"}}, "a,_span,none\n,60,\n3,,\n")
	f(Options{Format: "csv", Final: []string{"z", "a"}}, "z,a\n1,\n,3\n")
	f(Options{Format: "csv", Final: []string{"z", "a"}, Fields: []string{"B"}}, "B\n2\n4\n")
	f(Options{Format: "ndjson"}, `{"z":"1","_span":"60","B":"2"}`+"\n"+`{"B":"4","a":"3"}`+"\n")
	f(Options{Format: "ndjson", Events: true}, `{"B":"2","z":"1"}`+"\n"+`{"B":"4","a":"3"}`+"\n")
	f(Options{Format: "raw"}, "z=\"1\" B=\"2\"\nB=\"4\" a=\"3\"\n")
}

// lazy is a loader that says what was asked of it.
type lazy struct {
	cols  map[string]*batch.Column
	asked []string
}

func (l *lazy) Load(name string) *batch.Column {
	l.asked = append(l.asked, name)
	return l.cols[name]
}

func (l *lazy) Names() (names []string) {
	for n := range l.cols {
		names = append(names, n)
	}
	return names
}

func (l *lazy) Take([]int32) batch.Loader { return l }

func TestEvents(t *testing.T) {
	f := func(o Options, want string, asked ...string) {
		t.Helper()
		l := &lazy{cols: map[string]*batch.Column{}}
		for _, n := range []string{"user", "_raw", "_cd", "Host", "_time"} {
			l.cols[n] = batch.Constant("5", 1)
		}
		l.cols["_raw"] = batch.Constant("an event", 1)
		b := batch.New(1)
		b.Lazy = l
		b.Col("absent") // a filter looked for it
		l.asked = nil
		o.Events = true
		if got := render(t, o, b); got != want {
			t.Errorf("%s: %q", o.Format, got)
		}
		if asked != nil && !slices.Equal(l.asked, asked) {
			t.Errorf("%s asked for %q", o.Format, l.asked)
		}
	}
	f(Options{Format: "csv"}, "Host,_raw,_time,user\n5,an event,1970-01-01T00:00:05.000+0000,5\n")
	f(Options{Format: "ndjson"}, `{"Host":"5","_raw":"an event","_time":"5","user":"5"}`+"\n")
	f(Options{Format: "raw"}, "an event\n", "_raw")
	f(Options{Format: "raw", Fields: []string{"user"}}, "user=\"5\"\n", "user")
	f(Options{Format: "ndjson", Fields: []string{"user", "_cd"}}, `{"user":"5","_cd":"5"}`+"\n", "user", "_cd")
}

func TestRaw(t *testing.T) {
	b := rows([]string{"_raw", "k"}, []any{"one\r\n\x1b[2J\xff", "1"}, []any{nil, "C:\\x\ny"}, []any{[]string{"a", "b"}, "2"})
	if got, want := render(t, Options{Format: "raw"}, b), "one\r\n\x1b[2J\xff\nk=\"C:\\\\x\\ny\"\na\nb\n"; got != want {
		t.Errorf("pipe: %q", got)
	}
	if got, want := render(t, Options{Format: "raw", Terminal: true}, b), "one\\x0d\n\\x1b[2J\\xff\nk=\"C:\\\\x\\ny\"\na\nb\n"; got != want {
		t.Errorf("terminal: %q", got)
	}
}

func TestLimit(t *testing.T) {
	var out strings.Builder
	w, _ := New(&out, Options{Format: "raw", Limit: 3})
	b := rows([]string{"_raw"}, []any{"a"}, []any{"b"})
	for i, full := range []bool{false, true, true} {
		if err := w.Write(b); err != nil || w.Full() != full {
			t.Errorf("write %d: %v, full %v", i, err, w.Full())
		}
	}
	if err := w.Close(); err != nil || out.String() != "a\nb\na\n" {
		t.Errorf("%v %q", err, out.String())
	}
	if got := render(t, Options{Format: "table", Limit: 1}, b, b); got != "_raw\n----\na\n" {
		t.Errorf("table: %q", got)
	}
}

func TestStream(t *testing.T) {
	b := rows([]string{"a"}, []any{"1"})
	for format, want := range map[string]string{
		"ndjson": "{\"a\":\"1\"}\n", "raw": "a=\"1\"\n", "csv": "a\n1\n", "markdown": "| a |\n| --- |\n| 1 |\n",
	} {
		var out strings.Builder
		w, _ := New(&out, Options{Format: format, Final: []string{"a"}})
		if err := w.Write(b); err != nil || out.String() != want {
			t.Errorf("%s: %v %q", format, err, out.String())
		}
	}
}

// broken fails after some bytes.
type broken struct{ left int }

var errPipe = errors.New("broken pipe")

func (b *broken) Write(p []byte) (int, error) {
	if b.left -= len(p); b.left < 0 {
		return 0, errPipe
	}
	return len(p), nil
}

func TestBrokenPipe(t *testing.T) {
	many := rows([]string{"_raw"}, slices.Repeat([][]any{{strings.Repeat("x", 1000)}}, 1000)...)
	for _, f := range Formats() {
		for _, terminal := range []bool{false, true} {
			w, _ := New(&broken{left: 100_000}, Options{Format: f.Name, Final: []string{"_raw"}, Terminal: terminal})
			err := w.Write(many)
			if f.Name != "table" && !errors.Is(err, errPipe) {
				t.Errorf("%s: Write: %v", f.Name, err)
			}
			if err := w.Close(); !errors.Is(err, errPipe) {
				t.Errorf("%s: Close: %v", f.Name, err)
			}
			if err := w.Write(many); !errors.Is(err, errPipe) {
				t.Errorf("%s: later: %v", f.Name, err)
			}
		}
	}
}

func TestUnknown(t *testing.T) {
	f := func(name, want string) {
		t.Helper()
		if _, err := New(io.Discard, Options{Format: name}); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v", err)
		}
	}
	all := "(one of table, json, ndjson, csv, tsv, raw, markdown, html)"
	f("JSON", `unknown output format "JSON"; did you mean "json"? `+all)
	f("cvs", `unknown output format "cvs"; did you mean "csv"? `+all)
	f("parquet", `unknown output format "parquet" `+all)
	for _, f := range Formats() {
		if f.Summary == "" || strings.HasSuffix(f.Summary, ".") {
			t.Errorf("%s: %q", f.Name, f.Summary)
		}
	}
}
