package repl

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"spl/eval/batch"
	"spl/parser/source"
	"spl/spl"
	"spl/spl/detect/page"
	"spl/spl/engine"
	"spl/spl/input"
	"spl/spl/repl/cache"
	"spl/spl/repl/show"
	"spl/spl/repl/term"
)

// settled is how old the last change of a file must be for what was read of it to be
// kept: a change right after the reading could have the same time.
const settled = 2 * time.Second

// maxJobs is how many results are kept, the newest.
const maxJobs = 50

// execution is a search under way.
type execution struct {
	s       *Session
	program *spl.Program
	files   []input.File
	total   int64 // bytes of the files, 0 when not known
	read    atomic.Int64
	tally   input.Tally
	notices *engine.Notices
	began   time.Time
	now     time.Time
	in      spl.Input
	answer  *show.Answer
	rows    int // all, also those not kept
	held    int64
	whole   bool
}

// recallText puts the command that loads an earlier result in the place of $1 or
// :last where a search begins with it.
func (s *Session) recallText(text string) string {
	word, rest, _ := strings.Cut(text, "|")
	word = strings.TrimSpace(word)
	if word != ":last" && (len(word) < 2 || word[0] != '$' || strings.Trim(word[1:], "0123456789") != "") {
		return text
	}
	text = "| loadjob " + strings.TrimPrefix(word, ":")
	if rest = strings.TrimSpace(rest); rest != "" {
		text += " | " + rest
	}
	return text
}

// compile reads a search; its faults are shown, and the error is then errShown.
func (s *Session) compile(text string) (*spl.Program, error) {
	p, err := spl.Compile(s.recallText(text), s.config())
	var errs source.Errors
	if errors.As(err, &errs) {
		w, _ := s.size()
		s.Faults(s.out, errs, w, bool(s.colors))
		return nil, errShown
	}
	return p, err
}

// search runs a search and shows its answer.
func (s *Session) search(ctx context.Context, text string) error {
	p, err := s.compile(text)
	if err != nil {
		return err
	}
	x, err := s.execution(p)
	if err != nil {
		return err
	}
	if len(x.files) == 0 && !p.Outline().Generates {
		return sayf("name some: :open FILE...", "there are no files to search")
	}
	if err := x.run(ctx); err != nil {
		return err
	}
	s.keep(text, x)
	return nil
}

// execution prepares a search.
func (s *Session) execution(p *spl.Program) (*execution, error) {
	x := &execution{s: s, program: p, notices: &engine.Notices{}, began: s.Clock(), now: s.Now(), whole: true}
	var err error
	if x.files, err = s.files(&x.read); err != nil {
		return nil, err
	}
	notes := &cache.Notes{To: x.notices.Add}
	if len(x.files) > 0 {
		in := input.New(x.files, input.Options{Zone: s.Zone, Now: x.now, Notice: notes.Add, Tally: &x.tally})
		identity := x.identity()
		x.in = s.cache.Source(in, identity, x.total, notes)
	}
	o := p.Outline()
	x.answer = &show.Answer{Table: o.Table, Drawing: o.Drawing, Marked: marked(o.Literals)}
	return x, nil
}

// marked are the texts of a search that are marked in its events: those that an event
// must have.
func marked(literals [][]string) []string {
	var out []string
	for _, clause := range literals {
		for _, t := range clause {
			if len(out) < 50 && len(t) > 1 {
				out = append(out, t)
			}
		}
	}
	return out
}

// identity says which files there are and that they are unchanged; "" when that
// cannot be known.
func (x *execution) identity() string {
	var b strings.Builder
	fmt.Fprint(&b, x.s.Zone, x.now.Year())
	x.total = 0
	for _, f := range x.files {
		info, err := x.s.Disk.Stat(f.Name)
		if err != nil || !info.Mode().IsRegular() || x.s.Clock().Sub(info.ModTime()) < settled {
			x.size()
			return ""
		}
		x.total += info.Size()
		fmt.Fprintf(&b, "\x00%s\x00%d\x00%d\x00%s\x00%+v", f.Name, info.Size(), info.ModTime().UnixNano(), inode(info), f.Meta)
	}
	return b.String()
}

// size adds the files up.
func (x *execution) size() {
	x.total = 0
	for _, f := range x.files {
		info, err := x.s.Disk.Stat(f.Name)
		if err != nil {
			x.total = 0
			return
		}
		x.total += info.Size()
	}
}

// run runs the search and shows rows as they come.
func (x *execution) run(ctx context.Context) error {
	s := x.s
	earliest, latest, err := s.timeRange(x.now)
	if err != nil {
		return err
	}
	rows, err := x.program.Run(ctx, x.in, s.options(x.now, earliest, latest, x.notices))
	if err != nil {
		return err
	}
	defer rows.Close()
	x.answer.Table = rows.Table()
	v := &viewer{execution: x, page: show.Page{Answer: x.answer, Look: s.look()}}
	failed := v.watch(ctx, rows)
	if ctx.Err() != nil {
		rows.Close()
		v.clear()
		v.rest()
		s.tell(x.summary(rows) + "; stopped")
		return nil
	}
	v.finish()
	s.note(rows.Notices())
	if failed != nil {
		return failed
	}
	s.tell(x.summary(rows))
	if v.more() {
		s.tell(v.moreText())
	}
	return nil
}

// options are those of a run.
func (s *Session) options(now, earliest, latest time.Time, notices *engine.Notices) *spl.RunOptions {
	o := s.Run
	o.Now, o.Zone, o.Earliest, o.Latest = now, s.Zone, earliest, latest
	o.Notices, o.Seed = notices, now.UnixNano()
	return &o
}

// take keeps rows for the screen, the pager and later searches, as far as memory
// goes.
func (x *execution) take(rows *spl.Rows, b *batch.Batch) {
	x.rows += b.Rows
	if !x.whole {
		return
	}
	b.Load()
	if x.held += engine.Size(b); x.s.Run.Memory > 0 && x.held > x.s.Run.Memory/4 && x.answer.Rows > 0 {
		x.whole = false
		return
	}
	x.answer.Add(rows.Shown(b))
}

// summary is the line below an answer.
func (x *execution) summary(rows *spl.Rows) string {
	took := x.s.Clock().Sub(x.began)
	text := count(int64(x.rows), "row")
	if !x.whole {
		text += fmt.Sprintf(" (%s kept)", page.Number(int64(x.answer.Rows)))
	}
	switch n, m := x.tally.Events.Load(), rows.Matched(); {
	case n > 0:
		text += ", " + page.Number(m) + " of " + count(n, "event") + " matched, " + page.Size(x.tally.Bytes.Load())
	case m > 0:
		text += ", " + count(m, "event") + " matched, from memory"
	}
	text += " in " + seconds(took)
	if n := x.tally.Bytes.Load(); n > 1<<20 && took > 0 {
		text += ", " + page.Size(int64(float64(n)/took.Seconds())) + "/s"
	}
	return text
}

// keep keeps the result of a search under a number.
func (s *Session) keep(text string, x *execution) {
	n := 1
	if j := s.last(); j != nil {
		n = j.number + 1
	}
	s.jobs = append(s.jobs, &job{number: n, query: text, answer: x.answer, program: x.program, whole: x.whole, size: x.held,
		files: x.files, now: x.now, earliest: s.earliest, latest: s.latest, zone: s.Zone})
	total := int64(0)
	for _, j := range s.jobs {
		total += j.size
	}
	for len(s.jobs) > 1 && (len(s.jobs) > maxJobs || s.Run.Memory > 0 && total > s.Run.Memory/4) {
		total -= s.jobs[0].size
		s.jobs = s.jobs[1:]
	}
	s.assist.Jobs = nil
	for _, j := range s.jobs {
		s.assist.Jobs = append(s.assist.Jobs, fmt.Sprintf("$%d", j.number))
	}
}

// note tells notices.
func (s *Session) note(notices []spl.Notice) {
	for _, n := range notices {
		times := ""
		if n.Count > 1 {
			times = fmt.Sprintf(" (%s times)", page.Number(int64(n.Count)))
		}
		s.tell(s.colors.Paint(term.Yellow, "notice: ") + oneLine(n.Message) + times)
	}
}

// count is a number with its noun.
func count(n int64, noun string, many ...string) string {
	switch {
	case n == 1:
		return "1 " + noun
	case len(many) > 0:
		return page.Number(n) + " " + many[0]
	}
	return page.Number(n) + " " + noun + "s"
}

func seconds(d time.Duration) string {
	switch s := d.Seconds(); {
	case s < 0.0995:
		return fmt.Sprintf("%d ms", max(1, d.Milliseconds()))
	case s < 0.995:
		return fmt.Sprintf("%.2f s", s)
	case s < 99.5:
		return fmt.Sprintf("%.1f s", s)
	}
	return d.Round(time.Second).String()
}
