package report

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"spl/spl/detect/runner"
)

// tap writes the Test Anything Protocol, version 13.
type tap struct {
	w io.Writer
	o Options
	n int
}

func (t *tap) Result(r *runner.Result) error {
	var b strings.Builder
	if t.n == 0 {
		b.WriteString("TAP version 13\n")
	}
	t.n++
	name := strings.NewReplacer("#", `\#`, "\n", " ").Replace(r.Test.Title())
	switch r.Status {
	case runner.Passed:
		fmt.Fprintf(&b, "ok %d - %s\n", t.n, name)
	case runner.Skipped:
		fmt.Fprintf(&b, "ok %d - %s # SKIP %s\n", t.n, name, r.Message)
	default:
		fmt.Fprintf(&b, "not ok %d - %s\n", t.n, name)
		file, line, _ := place(r)
		fmt.Fprintf(&b, "  ---\n  message: %s\n  severity: %s\n  at: %s\n", jsonText(r.Message), severity(r), jsonText(fmt.Sprintf("%s:%d", file, line)))
		b.WriteString("  report: |\n")
		for _, l := range t.o.text(r) {
			b.WriteString(strings.TrimRight("    "+l, " ") + "\n")
		}
		b.WriteString("  ...\n")
	}
	_, err := io.WriteString(t.w, b.String())
	return err
}

func severity(r *runner.Result) string {
	if r.Status == runner.Errored {
		return "error"
	}
	return "fail"
}

func (t *tap) End(*Totals) error {
	head := ""
	if t.n == 0 {
		head = "TAP version 13\n"
	}
	_, err := fmt.Fprintf(t.w, "%s1..%d\n", head, t.n)
	return err
}

// junit writes the XML that build servers read, at the end.
type junit struct {
	w      io.Writer
	o      Options
	suites []*junitSuite
}

type (
	junitSuites struct {
		XMLName  xml.Name      `xml:"testsuites"`
		Name     string        `xml:"name,attr"`
		Tests    int           `xml:"tests,attr"`
		Failures int           `xml:"failures,attr"`
		Errors   int           `xml:"errors,attr"`
		Skipped  int           `xml:"skipped,attr"`
		Time     string        `xml:"time,attr"`
		Suites   []*junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Time     string      `xml:"time,attr"`
		Cases    []junitCase `xml:"testcase"`
		took     float64
	}
	junitCase struct {
		Name    string     `xml:"name,attr"`
		Class   string     `xml:"classname,attr"`
		File    string     `xml:"file,attr"`
		Line    int        `xml:"line,attr"`
		Time    string     `xml:"time,attr"`
		Failure *junitText `xml:"failure"`
		Error   *junitText `xml:"error"`
		Skipped *junitSkip `xml:"skipped"`
	}
	junitText struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
	junitSkip struct {
		Message string `xml:"message,attr"`
	}
)

func (j *junit) Result(r *runner.Result) error {
	path := r.Test.Unit.Path
	if n := len(j.suites); n == 0 || j.suites[n-1].Name != path {
		j.suites = append(j.suites, &junitSuite{Name: path})
	}
	s := j.suites[len(j.suites)-1]
	seconds := 0.0
	if j.o.Times {
		seconds = r.Took.Seconds()
	}
	file, line, _ := place(r)
	c := junitCase{Name: clean(or(r.Test.Name, path)), Class: clean(r.Test.Unit.Name), File: file, Line: line, Time: fmt.Sprintf("%.3f", seconds)}
	body := func() *junitText {
		return &junitText{clean(r.Message), clean(strings.Join(j.o.text(r), "\n"))}
	}
	s.Tests++
	s.took += seconds
	switch r.Status {
	case runner.Failed:
		s.Failures++
		c.Failure = body()
	case runner.Errored:
		s.Errors++
		c.Error = body()
	case runner.Skipped:
		s.Skipped++
		c.Skipped = &junitSkip{clean(r.Message)}
	}
	s.Cases = append(s.Cases, c)
	return nil
}

// clean takes out what XML cannot hold.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == utf8.RuneError || r == 0xfffe || r == 0xffff {
			return '?'
		}
		return r
	}, s)
}

func (j *junit) End(t *Totals) error {
	all := junitSuites{Name: "spl test", Tests: t.Tests + t.Skipped, Failures: t.Failed, Errors: t.Errored, Skipped: t.Skipped, Suites: j.suites, Time: "0.000"}
	if j.o.Times {
		all.Time = fmt.Sprintf("%.3f", t.Took.Seconds())
	}
	for _, s := range j.suites {
		s.Time = fmt.Sprintf("%.3f", s.took)
	}
	text, err := xml.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(j.w, "%s%s\n", xml.Header, text)
	return err
}

// jsonLines writes an object for each test, a line each, and one for the sum.
type jsonLines struct {
	w io.Writer
	o Options
}

type jsonResult struct {
	Test      string        `json:"test"`
	Detection string        `json:"detection"`
	File      string        `json:"file"`
	Line      int           `json:"line"`
	Status    runner.Status `json:"status"`
	Message   string        `json:"message,omitempty"`
	Rows      int           `json:"rows"`
	Seconds   *float64      `json:"seconds,omitempty"`
	Report    []string      `json:"report,omitempty"`
	Notes     []string      `json:"notes,omitempty"`
	Missing   []jsonMissing `json:"missing,omitempty"`
}

type jsonMissing struct {
	Data  string `json:"data"`
	Why   string `json:"why"`
	Fetch string `json:"fetch,omitempty"`
}

func (j *jsonLines) Result(r *runner.Result) error {
	file, line, _ := place(r)
	out := jsonResult{Test: r.Test.Name, Detection: r.Test.Unit.Name, File: file, Line: line, Status: r.Status, Message: r.Message, Rows: r.Rows, Notes: r.Notes}
	if j.o.Times {
		s := r.Took.Seconds()
		out.Seconds = &s
	}
	if r.Status == runner.Failed || r.Status == runner.Errored {
		out.Report = j.o.text(r)
	}
	for _, m := range r.Missing {
		out.Missing = append(out.Missing, jsonMissing{m.Name, m.Why, m.Fetch})
	}
	return writeLine(j.w, out)
}

func (j *jsonLines) End(t *Totals) error {
	sum := map[string]any{"tests": t.Tests, "passed": t.Passed, "failed": t.Failed, "errors": t.Errored, "skipped": t.Skipped, "skips": t.Skips}
	if t.Skips == nil {
		sum["skips"] = map[string]int{}
	}
	if j.o.Times {
		sum["seconds"] = t.Took.Seconds()
	}
	return writeLine(j.w, map[string]any{"summary": sum})
}

func writeLine(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// github writes what people read in the log of a GitHub action, and for each failure
// an annotation, which GitHub shows at the line of the file.
type github struct {
	human
	commands io.Writer // obeyed by GitHub
}

// unobeyed writes lines that begin as a workflow command does so that GitHub takes them for
// text: what stands in logs and detections gives no commands.
type unobeyed struct{ w io.Writer }

func (u unobeyed) Write(p []byte) (int, error) {
	lines := strings.SplitAfter(string(p), "\n")
	for i, l := range lines {
		if text := strings.TrimSpace(l); strings.HasPrefix(text, "::") || strings.HasPrefix(text, "##[") {
			lines[i] = strings.Replace(l, text[:2], text[:1]+" "+text[1:2], 1)
		}
	}
	if _, err := io.WriteString(u.w, strings.Join(lines, "")); err != nil {
		return 0, err
	}
	return len(p), nil
}

func (g *github) Result(r *runner.Result) error {
	if err := g.human.Result(r); err != nil {
		return err
	}
	if r.Status != runner.Failed && r.Status != runner.Errored {
		return nil
	}
	file, line, column := place(r)
	_, err := fmt.Fprintf(g.commands, "::error file=%s,line=%d,col=%d,title=%s::%s\n",
		property(file), line, column, property(or(r.Test.Name, r.Test.Unit.Name)), data(strings.Join(append([]string{r.Message}, r.Details...), "\n")))
	return err
}

// data escapes the text of a workflow command, property one of its properties.
func data(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

func property(s string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(data(s))
}

func jsonText(s string) string {
	var b strings.Builder
	_ = writeLine(&b, s) // a text can always be written
	return strings.TrimSpace(b.String())
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
