package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"spl/parser/source"
	"spl/spl/detect/page"
)

// pretend is a world for a test: the standard streams are buffers, the time stands
// still, and there is no environment.
func pretend(stdin string) (w *world, out, errs *bytes.Buffer) {
	out, errs = &bytes.Buffer{}, &bytes.Buffer{}
	return &world{
		ctx:    context.Background(),
		stdin:  io.NopCloser(strings.NewReader(stdin)),
		stdout: out, stderr: errs,
		getenv: func(string) string { return "" },
		now:    func() time.Time { return time.Unix(1700000000, 0) },
		zone:   time.UTC,
		cores:  2,
	}, out, errs
}

func TestTerminal(t *testing.T) {
	w, _, errs := pretend("")
	w.stdinTerminal, w.stdoutWidth, w.stderrWidth = true, 80, 80
	if code := run([]string{"error"}, w); code != exitUsage {
		t.Errorf("exit code %d", code)
	}
	if got := errs.String(); !strings.Contains(got, "there is no input") || !strings.Contains(got, "spl 'error' /var/log/app.log") {
		t.Error(got)
	}

	// A table has borders there, and the names of fields are bold.
	w, out, errs := pretend("")
	w.stdinTerminal, w.stdoutWidth, w.stderrWidth = true, 80, 80
	if code := run([]string{"| makeresults | eval a=1 | table a"}, w); code != exitOK {
		t.Errorf("exit code %d: %s", code, errs)
	}
	if got := out.String(); !strings.Contains(got, "│ \x1b[1ma\x1b[0m │") {
		t.Errorf("%q", got)
	}

	// NO_COLOR takes the colours away.
	w, out, _ = pretend("")
	w.stdinTerminal, w.stdoutWidth, w.stderrWidth = true, 80, 80
	w.getenv = func(name string) string { return map[string]string{"NO_COLOR": "1"}[name] }
	run([]string{"| makeresults | eval a=1 | table a"}, w)
	if got := out.String(); strings.Contains(got, "\x1b") || !strings.Contains(got, "│ a │") {
		t.Errorf("%q", got)
	}
}

func TestHeading(t *testing.T) {
	file := filepath.Join(t.TempDir(), "d.yml")
	text := "name: A name\nid: 7\nversion: 2\ntype: TTP\nstatus: production\nsearch: '| makeresults | table a'\ntags:\n  mitre_attack_id: [T1526]\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	w, _, errs := pretend("")
	w.stderrWidth = 80
	run([]string{"--color", "never", "-f", file}, w)
	if got, want := errs.String(), "A name\nTTP, production, T1526, version 2, 7\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	w, _, errs = pretend("")
	run([]string{"-f", file}, w)
	if got := errs.String(); got != "" {
		t.Errorf("not on a terminal: %q", got)
	}
}

func TestInterrupted(t *testing.T) {
	w, out, errs := pretend("{\"a\":1}\n")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	w.ctx = ctx
	if code := run([]string{"*", "-o", "json"}, w); code != exitInterrupted {
		t.Errorf("exit code %d", code)
	}
	if out.Len()+errs.Len() > 0 {
		t.Errorf("%q %q", out, errs)
	}
}

// closedPipe is a stream that nobody reads.
type closedPipe struct{}

func (closedPipe) Write([]byte) (int, error) {
	return 0, &os.PathError{Op: "write", Path: "|1", Err: syscall.EPIPE}
}

func TestClosedPipe(t *testing.T) {
	for _, args := range [][]string{{"*"}, {"* | stats count"}, {"check", "-q", "a"}, {"doc"}, {"version"}, {"expand", "a"}, {"explain", "a"}} {
		w, _, errs := pretend("{\"_time\":1}\n")
		w.stdout = closedPipe{}
		if code := run(args, w); code != exitOK || errs.Len() > 0 {
			t.Errorf("%v: exit code %d, %s", args, code, errs)
		}
	}
}

func TestSpool(t *testing.T) {
	read := func(s *spool) (string, error) {
		r, err := s.open()
		if err != nil {
			return "", err
		}
		text, err := io.ReadAll(r)
		return string(text), err
	}
	input := func(text string) io.ReadCloser { return io.NopCloser(strings.NewReader(text)) }
	huge := strings.Repeat("x", stdinKept+1)

	s := &spool{stdin: input("abc")}
	for range 3 {
		if got, err := read(s); got != "abc" || err != nil {
			t.Errorf("%q, %v", got, err)
		}
	}
	s = &spool{stdin: input(huge)}
	if got, err := read(s); got != huge || err != nil {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	if _, err := read(s); err == nil || !strings.Contains(err.Error(), "only once") {
		t.Error(err)
	}
	s = &spool{stdin: input(huge), whole: true, limit: 2 * stdinKept}
	for range 2 {
		if got, err := read(s); got != huge || err != nil {
			t.Errorf("%d bytes, %v", len(got), err)
		}
	}
	s = &spool{stdin: input(huge), whole: true, limit: 10}
	if _, err := read(s); err == nil || !strings.Contains(err.Error(), "--memory") {
		t.Error(err)
	}
}

func TestMemorySize(t *testing.T) {
	f := func(s string, want int64) {
		t.Helper()
		if got, err := memorySize("--memory", s); err != nil || got != want {
			t.Errorf("%q: %d, %v", s, got, err)
		}
	}
	f("0", 0)
	f("100", 100)
	f("100B", 100)
	f("1k", 1024)
	f("512MB", 512<<20)
	f("512 MiB", 512<<20)
	f("1.5g", 3<<29)
	f("2TB", 2<<40)
	for _, s := range []string{"", "x", "-1", "1XB", "MB", "1e300", "nan"} {
		var u *usageError
		if _, err := memorySize("--memory", s); !errors.As(err, &u) {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func TestZone(t *testing.T) {
	f := func(name string, offset int) {
		t.Helper()
		z, err := zone(name, time.UTC)
		if err != nil {
			t.Error(err)
			return
		}
		if _, got := time.Unix(1700000000, 0).In(z).Zone(); got != offset {
			t.Errorf("%q: %d", name, got)
		}
	}
	f("", 0)
	f("UTC", 0)
	f("+02:00", 7200)
	f("-05:30", -19800)
	for _, name := range []string{"Nowhere", "+2", "+25:99x", "../etc"} {
		if _, err := zone(name, time.UTC); err == nil {
			t.Errorf("%q is a zone", name)
		}
	}
}

func TestExcerpt(t *testing.T) {
	f := func(text string, start, end, width int, want ...string) {
		t.Helper()
		got := excerpt(&source.File{Text: text}, source.Span{Start: start, End: end}, width)
		if !slices.Equal(got, want) {
			t.Errorf("got %q\nwant %q", got, want)
		}
	}
	f("ab cd ef", 3, 5, 80, "ab cd ef", "   ^~")
	f("ab", 2, 2, 80, "ab", "  ^")
	f("   ab", 3, 5, 80, "ab", "^~")
	f("a\tb", 2, 3, 80, "a   b", "    ^")
	f("日本 x", 7, 8, 80, "日本 x", "     ^")
	f("日本 x", 0, 6, 80, "日本 x", "^~~~")
	f("a\x1b[2Jb", 5, 6, 80, `a\x1b[2Jb`, "        ^")
	f("a\xffb", 2, 3, 80, `a\xffb`, "     ^")
	f("a\nb c\nd", 4, 5, 80, "b c", "  ^")
	f("a b\nc", 2, 5, 80, "a b", "  ^")
	f("\n", 0, 0, 80)
	f("", 0, 0, 80)
	f("0123456789abcdefghij", 15, 16, 10, "…bcdefghi…", "     ^")
}

// got gives an excerpt whose caret must stand below the fault.
func got(t *testing.T, text string, start, end, width int) []string {
	t.Helper()
	ls := excerpt(&source.File{Text: text}, source.Span{Start: start, End: end}, width)
	if len(ls) != 2 {
		t.Fatalf("%q", ls)
	}
	r, at := []rune(ls[0]), strings.IndexByte(ls[1], '^')
	if at >= len(r) || string(r[at]) != text[start:start+1] || len(r) > width {
		t.Errorf("%q", ls)
	}
	return ls
}

// TestExcerptLong has the caret below the fault wherever it is in a long line.
func TestExcerptLong(t *testing.T) {
	text := strings.Repeat("0123456789abcdefghijklmnopqrstuvwxyz", 3000)
	for _, at := range []int{0, 5, 79, 80, 81, 5000, len(text) - 81, len(text) - 1} {
		for _, n := range []int{1, 10, 1000} {
			got(t, text, at, min(at+n, len(text)), 80)
		}
	}
}

func FuzzExcerpt(f *testing.F) {
	f.Add("a\tb日\xff\x1b", 2, 5, 20)
	f.Fuzz(func(t *testing.T, text string, start, end, width int) {
		ls := excerpt(&source.File{Text: text}, source.Span{Start: start, End: end}, max(10, min(width, 300)))
		if len(ls) != 0 && len(ls) != 2 {
			t.Errorf("%q", ls)
		}
		if strings.ContainsAny(strings.Join(ls, ""), "\x1b\n\r\x00\a") {
			t.Errorf("%q", ls)
		}
	})
}

func TestThousands(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1234: "-1,234"} {
		if got := page.Number(int64(n)); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
}

// TestTextsOnTerminal: texts of files are shown as they stand, but for what a terminal
// would obey.
func TestTextsOnTerminal(t *testing.T) {
	const query = "* | eval a=\"\x1b[31m\u202ered\"\n\t| head"
	for _, args := range [][]string{{"expand", query}, {"explain", query}, {"fmt"}} {
		for _, terminal := range []int{0, 80} {
			w, out, errs := pretend(query)
			w.stdoutWidth = terminal
			if code := run(args, w); code != exitOK {
				t.Fatalf("%q: exit code %d: %s", args, code, errs)
			}
			obeyed := strings.ContainsAny(out.String(), "\x1b\u202e")
			if want := terminal == 0; obeyed != want || strings.Contains(out.String(), `\x1b[31m\u202ered`) == want {
				t.Errorf("%q, on a terminal of width %d: %q", args, terminal, out)
			}
		}
	}
}

// TestCheckTellsWriteErrors: a report that could not be written is no success.
func TestCheckTellsWriteErrors(t *testing.T) {
	w, _, errs := pretend("")
	w.stdout = full{}
	if code := run([]string{"check", "-q", "error | head"}, w); code != exitFailed || !strings.Contains(errs.String(), "no space left") {
		t.Errorf("exit code %d: %s", code, errs)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, syscall.ENOSPC }

// TestReportsFit: what became of the events is as wide as the terminal, and no wider.
func TestReportsFit(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.test.yml")
	text := "search: |-\n  verb=list NOT [search verb=get [search verb=put | fields user.username.of.the.request] | fields user.username.of.the.request] request_number>17000 | stats count by user.username.of.the.request\n" +
		"tests:\n  - name: x\n    events: [ { verb: list, request_number: 12 }, { verb: get } ]\n    expect: { rows: 3 }\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for width := 40; width <= 120; width++ {
		w, out, errs := pretend("")
		w.stdoutWidth = width
		w.getenv = func(name string) string { return map[string]string{"NO_COLOR": "1"}[name] }
		if code := run([]string{"test", file}, w); code != exitTests {
			t.Fatalf("exit code %d: %s", code, errs)
		}
		_, report, ok := strings.Cut(out.String(), "What became of the events:")
		if !ok || width >= 80 && !strings.Contains(report, "its subsearch gave 0 rows") {
			t.Fatal(out)
		}
		for l := range strings.Lines(report) {
			if n := page.Cells(strings.TrimRight(l, "\n")); n > width && !strings.Contains(l, file) { // places are whole
				t.Errorf("width %d: a line of %d cells: %s", width, n, l)
			}
		}
	}
}
