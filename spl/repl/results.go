package repl

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"spl/spl"
	"spl/spl/detect/page"
	"spl/spl/detect/why"
	"spl/spl/engine"
	"spl/spl/output"
	"spl/spl/repl/show"
	"spl/spl/repl/term"
)

// result takes a result from the start of an argument: "$2 rest"; the newest when
// none is named.
func (s *Session) result(arg string) (j *job, rest string, err error) {
	word, rest, _ := strings.Cut(arg, " ")
	if !strings.HasPrefix(word, "$") {
		if j = s.last(); j == nil {
			return nil, arg, sayf("", "there is no result yet")
		}
		return j, arg, nil
	}
	if j = s.find(word); j == nil {
		return nil, "", sayf(":results lists them", "there is no result %s, or it is kept no more", word)
	}
	return j, strings.TrimSpace(rest), nil
}

// showResults lists the results of the session.
func (s *Session) showResults(context.Context, string) error {
	if len(s.jobs) == 0 {
		return sayf("", "there is no result yet")
	}
	w, _ := s.size()
	for _, j := range s.jobs {
		line := fmt.Sprintf("%4s  %10s  %s", fmt.Sprintf("$%d", j.number), count(int64(j.answer.Rows), "row"), oneLine(strings.Join(strings.Fields(j.query), " ")))
		s.println(term.Cut(line, w-1))
	}
	return nil
}

// showLast shows the newest result again.
func (s *Session) showLast(context.Context, string) error {
	j := s.last()
	if j == nil {
		return sayf("", "there is no result yet")
	}
	x := &execution{s: s, answer: j.answer}
	v := &viewer{execution: x, page: show.Page{Answer: j.answer, Look: s.look()}}
	v.finish()
	s.printf("$%d: %s", j.number, count(int64(j.answer.Rows), "row"))
	if v.more() {
		s.println(v.moreText())
	}
	return nil
}

// maxPaged is how many values a pager is given: it has all of its lines laid out, which
// takes far more memory than the rows do.
const maxPaged = 1 << 20

// paged is how many rows of an answer a pager is given. Where lines are only written, one
// after the other, it is all.
func (s *Session) paged(a *show.Answer) int {
	if s.plain {
		return a.Rows
	}
	return min(a.Rows, max(1000, maxPaged/max(1, len(a.Names()))))
}

// pageResult shows a result in the pager.
func (s *Session) pageResult(_ context.Context, arg string) error {
	j, _, err := s.result(arg)
	if err != nil {
		return err
	}
	look := s.look()
	look.Colors = false
	rows := s.paged(j.answer)
	in := show.Range{To: rows}
	title := fmt.Sprintf("$%d", j.number)
	if rows < j.answer.Rows {
		title += fmt.Sprintf(", the first %s of %s (:export writes all)", page.Number(int64(rows)), count(int64(j.answer.Rows), "row"))
	}
	var t show.Text
	switch {
	case look.Plain && (j.answer.Table || j.answer.Form(look) != show.AsEvents):
		t = j.answer.Records(look, in)
	case j.answer.Form(look) == show.AsEvents:
		t = j.answer.WholeEvents(look, in)
	default:
		t = j.answer.Whole(look, in)
	}
	return s.showText(title, t, j.answer.Marked)
}

// showText shows a text in a pager, or writes it where there is none.
func (s *Session) showText(title string, t show.Text, marked []string) error {
	if s.Pager != nil {
		return s.Pager(strings.Join(append(t.Head, t.Lines...), "\n") + "\n")
	}
	if s.view != nil {
		return s.view(title, t, marked)
	}
	for _, l := range append(t.Head, t.Lines...) {
		s.println(l)
	}
	return nil
}

// text shows a text, in the pager when it is higher than the terminal.
func (s *Session) text(text, title string) error {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	return s.long(lines, title)
}

func (s *Session) long(lines []string, title string) error {
	_, h := s.size()
	if len(lines) < h-1 || s.plain {
		for _, l := range lines {
			s.println(l)
		}
		return nil
	}
	for i, l := range lines {
		lines[i] = oneLine(term.Strip(l))
	}
	return s.showText(title, show.Text{Lines: lines}, nil)
}

// list shows lines and a last line that counts them.
func (s *Session) list(lines []string, total string) error {
	if _, h := s.size(); len(lines) < h-2 || s.plain {
		lines = append(lines, s.colors.Paint(term.Faint, total))
	}
	return s.long(lines, total)
}

// formats are the formats of files by the ends of their names.
var formats = map[string]string{
	".csv": "csv", ".tsv": "tsv", ".json": "json", ".ndjson": "ndjson", ".jsonl": "ndjson",
	".md": "markdown", ".html": "html", ".txt": "table", ".raw": "raw", ".log": "raw",
}

// export writes a result to a file.
func (s *Session) export(_ context.Context, arg string) error {
	j, name, err := s.result(arg)
	if err != nil {
		return err
	}
	if name = unquoted(name); name == "" {
		return sayf("for example: :export rows.csv", "name a file to write to")
	}
	format, ok := formats[strings.ToLower(filepath.Ext(name))]
	if !ok {
		return sayf("end it in .csv, .tsv, .json, .ndjson, .md, .html, .txt or .raw", "the name `%s` does not say in which form to write", oneLine(name))
	}
	var b bytes.Buffer
	w, err := output.New(&b, output.Options{Format: format, Zone: s.Zone, Events: !j.answer.Table})
	if err != nil {
		return err
	}
	for _, rows := range j.answer.Batches {
		if err := w.Write(rows); err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	if err := s.writeFile(name, b.Bytes()); err != nil {
		return err
	}
	s.printf("%s written to %s", count(int64(j.answer.Rows), "row"), oneLine(name))
	if !j.whole {
		s.println("notice: the search gave more rows than are kept; only those kept were written")
	}
	return nil
}

// writeFile writes a file that the reader named: a new one, or one that was written in
// this session.
func (s *Session) writeFile(name string, data []byte) error {
	if s.WriteFile == nil {
		return sayf("", "nothing may be written here")
	}
	if _, err := s.Disk.Stat(name); err == nil && !s.wrote[name] {
		return sayf("choose another name, or move that file away", "%s is there already, and was not written in this session", oneLine(name))
	}
	if s.wrote == nil {
		s.wrote = map[string]bool{}
	}
	s.wrote[name] = true // also where it fails half-way, so that it can be tried again
	if err := s.WriteFile(name, data); err != nil {
		return sayf("", "%s", err)
	}
	return nil
}

// asked is the search that the argument of a command is, or that of a result; without an
// argument, the newest.
func (s *Session) asked(command, arg string) (text string, p *spl.Program, err error) {
	if arg != "" && !strings.HasPrefix(arg, "$") {
		p, err = s.compile(arg)
		return arg, p, err
	}
	j, rest, err := s.result(arg)
	switch {
	case err != nil:
		return "", nil, sayf("give the search: :"+command+" error | stats count", "%s", err)
	case rest != "": // a search in a result
		text = arg
	default:
		text = j.query
	}
	p, err = s.compile(text)
	return text, p, err
}

// explain tells how a search is understood and would run.
func (s *Session) explain(_ context.Context, arg string) error {
	_, p, err := s.asked("explain", arg)
	if err != nil {
		return err
	}
	now := s.Now()
	earliest, latest, err := s.timeRange(now)
	if err != nil {
		return err
	}
	var b strings.Builder
	if err := p.Explain(&b, s.options(now, earliest, latest, nil)); err != nil {
		return err
	}
	return s.text(b.String(), "explain")
}

// why runs a search with a trace and tells where its events were lost.
func (s *Session) why(ctx context.Context, arg string) error {
	_, p, err := s.asked("why", arg)
	if err != nil {
		return err
	}
	x, err := s.execution(p)
	if err != nil {
		return err
	}
	earliest, latest, err := s.timeRange(x.now)
	if err != nil {
		return err
	}
	trace := &engine.Trace{}
	o := s.options(x.now, earliest, latest, x.notices)
	o.Trace, o.Dry = trace, true
	rows, err := p.Run(ctx, x.in, o)
	if err != nil {
		return err
	}
	defer rows.Close()
	n := int64(0)
	for b := rows.NextBatch(); b != nil; b = rows.NextBatch() {
		n += int64(b.Rows)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	w, _ := s.size()
	lines := why.Explain(&why.Subject{Trace: trace, Query: p.Query(), Style: page.Style{Width: max(30, w-6), Color: bool(s.colors)}})
	lines = append(lines, "", count(n, "row")+" out of the search")
	if err := s.long(lines, "why"); err != nil {
		return err
	}
	s.note(rows.Notices())
	return nil
}
