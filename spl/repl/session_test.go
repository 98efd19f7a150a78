package repl

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"spl/parser/source"
	"spl/spl"
	"spl/spl/knowledge"
	"spl/spl/repl/show"
)

type osDisk struct{}

func (osDisk) Open(name string) (fs.File, error)          { return os.Open(name) }
func (osDisk) Stat(name string) (fs.FileInfo, error)      { return os.Stat(name) }
func (osDisk) ReadDir(name string) ([]fs.DirEntry, error) { return os.ReadDir(name) }

// talk is a session without a terminal.
type talk struct {
	*Session
	t   *testing.T
	out bytes.Buffer
}

func newTalk(t *testing.T, memory int64, operands ...string) *talk {
	t.Helper()
	base, errs := knowledge.Load(nil, knowledge.Options{})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	k := &talk{t: t}
	later := time.Now().Add(time.Hour) // files have lain still for long
	k.Session = New(Config{
		Disk: osDisk{}, Operands: operands, Knowledge: base, Zone: time.UTC,
		Now: func() time.Time { return time.Unix(2000, 0) }, Clock: func() time.Time { return later },
		Run: spl.RunOptions{Memory: memory, Workers: 2},
		Faults: func(w io.Writer, errs source.Errors, _ int, _ bool) {
			for _, e := range errs {
				fmt.Fprintln(w, "fault:", e.Message)
			}
		},
		WriteFile: func(name string, data []byte) error { return os.WriteFile(name, data, 0o600) },
		Tick:      func(time.Duration) (<-chan time.Time, func()) { return nil, func() {} }, // no progress is shown
	}, &k.out, func() (int, int) { return 100, 30 })
	return k
}

// say runs a line and gives what it wrote.
func (k *talk) say(line string) string {
	k.t.Helper()
	k.out.Reset()
	if err := k.Do(context.Background(), line); err != nil {
		fmt.Fprintln(&k.out, "error:", err)
	}
	return k.out.String()
}

// has runs a line whose output must hold texts.
func (k *talk) has(line string, texts ...string) string {
	k.t.Helper()
	got := k.say(line)
	for _, t := range texts {
		if !strings.Contains(got, t) {
			k.t.Errorf("%s: there is no %q in\n%s", line, t, got)
		}
	}
	return got
}

func writeLog(t *testing.T, name string, from, to int) {
	t.Helper()
	var b strings.Builder
	for i := from; i < to; i++ {
		fmt.Fprintf(&b, "{\"_time\":%d,\"u\":\"u%d\",\"n\":%d,\"deep\":{\"a\":[%d,%d]}}\n", 1000+i, i%7, i, i%3, i%5)
	}
	if err := os.WriteFile(name, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

var searches = []string{
	"* | stats count sum(n) by u | sort u",
	"u=u3 | stats count by deep.a{} | sort deep.a{}",
	"* | head 3 | table u n",
	"* | stats first(n) last(n) dc(u)",
	"n>100 | timechart span=100s count by u",
	"* | dedup u | table u n | sort u",
	"u3 | eval x=n*2 | stats max(x)",
	"* | fieldsummary u",
	"earliest=1100 latest=1200 * | stats count min(n)",
	"* | stats count(eval(n%2=0)) as even by u | sort u",
	"* | eventstats max(n) as m by u | where n=m | table u n | sort u",
	"u=u1 [search u=u2 | head 1 | return n] OR u=u3 | stats count",
}

// What is kept of a reading changes no answer, and a file that changes is read again.
func TestCache(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a.log")
	writeLog(t, name, 0, 3000)
	answers := func(k *talk) string {
		var b strings.Builder
		for _, s := range searches {
			b.WriteString(withoutSummary(k.say(s)))
		}
		return b.String()
	}
	plain := answers(newTalk(t, 500_000, name)) // too little to keep the file
	k := newTalk(t, 1<<30, name)
	for round := range 3 {
		if got := answers(k); got != plain {
			g, w := strings.Split(got, "\n"), strings.Split(plain, "\n")
			for i := range min(len(g), len(w)) {
				if g[i] != w[i] {
					t.Fatalf("round %d, line %d: with what was kept\n%s\nwithout\n%s", round, i, g[i], w[i])
				}
			}
			t.Fatalf("round %d: %d lines and %d", round, len(g), len(w))
		}
	}
	k.has("* | stats count by u", "from memory")

	// The file grows.
	writeLog(t, name, 0, 3001)
	if got := k.has("* | stats count", "3001"); strings.Contains(got, "from memory") {
		t.Error("a file that grew was not read again")
	}
	k.has("* | stats count", "3001", "from memory")

	// It is written over with as many bytes, and says that it has not changed.
	if runtime.GOOS != "linux" {
		return
	}
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	text, _ := os.ReadFile(name)
	text = bytes.ReplaceAll(text, []byte(`"u3"`), []byte(`"x3"`))
	if err := os.WriteFile(name, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(name, info.ModTime(), info.ModTime()); err != nil {
		t.Fatal(err)
	}
	if got := k.has("u=x3 | stats count", "429"); strings.Contains(got, "from memory") {
		t.Error("a file that was written over was not read again")
	}
	k.has("* | stats count by u", "x3")
}

// withoutSummary leaves out the line that says how long it took.
func withoutSummary(s string) string {
	var out []string
	for l := range strings.SplitSeq(s, "\n") {
		if !strings.Contains(l, " in ") || !strings.Contains(l, "row") {
			out = append(out, l)
		}
	}
	return strings.Join(out, "\n")
}

func TestSession(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "a.log")
	writeLog(t, name, 0, 50)
	k := newTalk(t, 1<<30, name)
	k.has("* | stats count by u | sort u", "u0", "7 rows, 50 of 50 events matched")
	k.has("sourcetype=nosuch", "0 of 50 events matched") // whose notice looks at the events again
	k.has("$1 | stats sum(count) as all", "50")
	k.has(":last | eval x=all+1 | table x", "51")
	k.has("| makeresults | append [| loadjob $1] | stats count", "8")
	k.has("| loadjob $99", "fault: `loadjob` cannot load the job `$99`: there is no such result")
	k.has(":results", "$1", "7 rows", "* | stats count by u | sort u")
	k.has(":macro mine(a)=search u=$a$", "mine(a) is overridden")
	k.has("* | `mine(u1)` | stats count", "7")
	k.has(":macros mine", "* mine(a) = search u=$a$", "1 of this session")
	k.has(":macro mine", "mine(a) = search u=$a$", "from :macro")
	k.has(":save "+filepath.Join(dir, "m.conf"), "1 macro written")
	if text, _ := os.ReadFile(filepath.Join(dir, "m.conf")); string(text) != "[mine(1)]\nargs = a\ndefinition = search u=$a$\n\n" {
		t.Errorf("%q", text)
	}
	k.has(":time -2000s@s 1010", "from 1970-01-01 00:00:00 to 1970-01-01 00:16:50")
	k.has("* | stats count", "10")
	k.has(":time all", "all time")
	k.has(":time nonsense", "error: ")
	k.has(":fields", "u ", "100%", "u0, u1, u2", "all 50 events")
	k.has(":fields u", "u: in 100% of events, 7 values")
	k.has(":fields nosuch", "no event looked at has a field like `nosuch`")
	k.has(":explain * | stats count by u", "Search", "Beside the data")
	k.has(":why u=u1 n=1000", "0 rows out of the search")
	k.has(":export $1 "+filepath.Join(dir, "o.csv"), "7 rows written")
	if text, _ := os.ReadFile(filepath.Join(dir, "o.csv")); !strings.HasPrefix(string(text), "u,count\r\nu0,8\r\n") && !strings.HasPrefix(string(text), "u,count\nu0,8\n") {
		t.Errorf("%q", text)
	}
	k.has(":export out.xyz", "does not say in which form")
	k.has(":set rows 2", "rows     2")
	k.has("* | table n", "48 more rows")
	k.has(":set charts off", "charts   off")
	k.has(":nosuch", "there is no command :nosuch")
	k.has("* | stast count", "fault: Unknown search command 'stast'")
	k.has(":open nosuch.log", "there is no such file or folder")
	k.has(":test "+filepath.Join(dir, "x.yml"), "ends in .test.yml")
}

// Sums of a range of a result, with all rows kept.
func TestRepeatedSearchesCount(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a.log")
	writeLog(t, name, 0, 500)
	k := newTalk(t, 1<<30, name)
	for range maxJobs + 5 {
		k.has("* | stats count", "500")
	}
	if n := len(k.jobs); n != maxJobs {
		t.Errorf("%d results are kept", n)
	}
	k.has("$1 | stats count", "there is no such result")
}

// A test made of a result says what the result came from: its files, its range of time,
// its macros and its zone, whatever was changed since.
func TestMadeTestsStand(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "a.log")
	writeLog(t, name, 0, 50)
	writeLog(t, filepath.Join(dir, "b.log"), 50, 60)
	k := newTalk(t, 1<<30, name)
	k.has(":set zone +02:00", "zone     +02:00")
	k.has(":time -1000s@s -990s", "to 1970-01-01 02:16:50")
	k.has(":macro mine=search n>4", "mine is overridden")
	k.has("* | `mine` | stats count", "5")
	k.has(":macro mine=search n>1000", "mine is overridden")
	k.has(":time all", "all time")
	k.has(":set zone UTC", "zone     UTC")
	k.has(":open "+filepath.Join(dir, "b.log"), "1 file")
	k.has("* | stats count", "10")
	file := filepath.Join(dir, "x.test.yml")
	k.has(":test $1 "+file, "a test that expects 1 row written")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	const want = `search: |
  * | ` + "`mine`" + ` | stats count
macros:
  mine: search n>4
now: "1970-01-01T00:33:20Z"
tz: +02:00
tests:
  - name: made at the prompt
    earliest: -1000s@s
    latest: -990s
    data:
      - file: a.log
`
	if !strings.HasPrefix(string(text), want) {
		t.Errorf("%s", text)
	}
}

func TestFilesAreNotWrittenOver(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "a.ndjson")
	writeLog(t, name, 0, 5)
	k := newTalk(t, 1<<30, name)
	k.has("* | stats count", "5")
	k.has(":export "+name, "a.ndjson is there already, and was not written in this session")
	out := filepath.Join(dir, "o.csv")
	k.has(":export "+out, "1 row written")
	k.has(":export "+out, "1 row written")
	if text, err := os.ReadFile(name); err != nil || strings.Count(string(text), "\n") != 5 {
		t.Errorf("%s, %v", text, err)
	}
}

func TestSettingsSayWhatIsWrong(t *testing.T) {
	k := newTalk(t, 1<<30)
	k.has(":time -1h -2h", "error: the time range is empty: -1h is not before -2h")
	k.has(":time", "all time")
	k.has(":set zone Mars", "there is no time zone `Mars`")
	k.has(":set rows -1", "write a whole number, 0 or more")
	var s *said
	if err := k.Do(context.Background(), ":follow"); !errors.As(err, &s) || !strings.Contains(s.help, ":follow error") {
		t.Errorf("%v", err)
	}
}

// A file whose name has spaces can be completed, opened and written.
func TestNamesWithSpaces(t *testing.T) {
	dir := t.TempDir()
	writeLog(t, filepath.Join(dir, "my log.ndjson"), 0, 3)
	k := newTalk(t, 0)
	line := ":open " + dir + "/my"
	c, ok := k.completeCommand(line, len(line))
	if want := `"` + dir + `/my log.ndjson"`; !ok || len(c.Items) != 1 || c.Items[0].Text != want || line[c.From:c.To] != dir+"/my" {
		t.Fatalf("%+v", c)
	}
	again := `:open "` + dir + "/my lo"
	if d, _ := k.completeCommand(again, len(again)); len(d.Items) != 1 || d.Items[0].Text != c.Items[0].Text || d.From != len(":open ") {
		t.Errorf("%+v", d)
	}
	k.has(":open "+c.Items[0].Text, "1 file")
	k.has("* | stats count", "3")
	k.has(`:export "`+dir+`/my rows.csv"`, "1 row written to "+dir+"/my rows.csv")
	if _, err := os.Stat(filepath.Join(dir, "my rows.csv")); err != nil {
		t.Error(err)
	}
}

// :explain and :why take a search in a result as a whole.
func TestAskedOfResults(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a.ndjson")
	writeLog(t, name, 0, 3)
	k := newTalk(t, 0, name)
	k.say("* | where n=1")
	k.has(":explain $1 | stats count", "loadjob", "stats")
	if got := k.has(":explain $1", "where"); strings.Contains(got, "loadjob") {
		t.Error(got)
	}
}

// A pager is given no more of a result than it can hold, and says so.
func TestPagerIsBounded(t *testing.T) {
	k := newTalk(t, 0)
	var title string
	var lines int
	k.view = func(s string, x show.Text, _ []string) error {
		title, lines = s, len(x.Lines)
		return nil
	}
	k.has("| makeresults count=3000 | eval n=1 | table n", "shows all")
	k.say(":page")
	if title != "$1" || lines != 3000 {
		t.Errorf("%s: %d lines", title, lines)
	}
	var wide strings.Builder
	for i := range 1024 {
		fmt.Fprintf(&wide, " c%d", i)
	}
	k.has("| makeresults count=3000 | eval c0=1 | table"+wide.String(), "shows more, :export writes all")
	k.say(":page")
	if title != "$2, the first 1,024 of 3,000 rows (:export writes all)" || lines != 1024 {
		t.Errorf("%s: %d lines", title, lines)
	}
}
