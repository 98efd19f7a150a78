package repl

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"

	"spl/eval/batch"
	"spl/spl"
	"spl/spl/engine"
	"spl/spl/input"
	"spl/spl/repl/follow"
	"spl/spl/repl/show"
	"spl/spl/repl/term"
)

// followEvery is how often files that are followed are looked at.
const followEvery = time.Second

// follow runs a search over the files of the session while they grow.
func (s *Session) follow(ctx context.Context, arg string) error {
	text, p, err := s.asked("follow", arg)
	if err != nil {
		return err
	}
	now := s.Now()
	earliest, latest, err := s.timeRange(now)
	if err != nil {
		return err
	}
	files, err := s.files(nil)
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return sayf("name some: :open FILE...", "there are no files to follow")
	}
	o := input.Options{Zone: s.Zone, Now: now}
	notices := &engine.Notices{}
	f, err := p.Follow(ctx, input.New(files, o), s.options(now, earliest, latest, notices))
	if err != nil {
		return err
	}
	defer f.Close()
	o.Notice = notices.Add
	tail := follow.NewTail(func() ([]input.File, error) { return s.files(nil) }, func(name string) (fs.FileInfo, error) { return s.Disk.Stat(name) })
	defer tail.Close()
	tick, end := s.Tick(followEvery)
	defer end()
	v := &live{s: s, outline: p.Outline(), table: f.Table(), streams: f.Streams()}
	if !s.plain {
		s.println(s.colors.Paint(term.Faint, "following "+count(int64(len(files)), "file")+"; Ctrl-C ends"))
	}
	err = follow.Run(ctx, &follow.Options{
		Search: f, Tail: tail, Input: o, Tick: tick, Rows: v.rows, Answer: v.answer, Say: v.say,
	})
	v.clear()
	if v.last == nil {
		v.last = v.fresh()
	}
	x := &execution{s: s, answer: v.last, program: p, whole: true}
	if err == nil {
		v.final()
		s.keep(text, x)
		s.note(f.Notices())
		s.println(count(int64(v.last.Rows), "row"))
	}
	return err
}

// live is an answer that changes in its place.
type live struct {
	s       *Session
	outline spl.Outline
	table   bool
	last    *show.Answer
	streams bool
	height  int // lines on the screen that are written over
}

func (v *live) fresh() *show.Answer {
	return &show.Answer{Table: v.table, Drawing: v.outline.Drawing, Marked: marked(v.outline.Literals)}
}

// rows shows rows as they come, one below the other.
func (v *live) rows(bs []*batch.Batch) error {
	if v.last == nil {
		v.last = v.fresh()
	}
	a := v.fresh()
	for _, b := range bs {
		a.Add(b)
		if v.last.Rows < maxLive {
			v.last.Add(b)
		}
	}
	if a.Rows == 0 {
		return nil
	}
	v.clear()
	p := show.Page{Answer: a, Look: v.s.look()}
	p.Look.Charts = false
	for lines := p.Next(a.Rows, 1<<30); lines != nil; lines = p.Next(a.Rows, 1<<30) {
		v.s.println(strings.Join(lines, "\n"))
	}
	return nil
}

// maxLive is how many rows of a stream are kept for the pager and later searches.
const maxLive = 100_000

// answer shows the whole answer in the place of the one before.
func (v *live) answer(r *spl.Result) error {
	a := v.fresh()
	for _, b := range r.Batches {
		a.Add(b)
	}
	v.last = a
	if v.s.plain {
		return nil
	}
	look := v.s.look()
	p := show.Page{Answer: a, Look: look}
	lines := p.Next(a.Rows, max(3, look.Height-6))
	lines = lines[:min(len(lines), max(3, look.Height-3))]
	state := count(int64(a.Rows), "row")
	if n := a.Rows - p.Shown; n > 0 {
		state = fmt.Sprintf("%d of %s", p.Shown, state)
	}
	state += " at " + v.s.Clock().In(v.s.Zone).Format("15:04:05") + "; Ctrl-C ends"
	lines = append(lines, v.s.colors.Paint(term.Faint, term.Cut(state, look.Width-1)))
	var b strings.Builder
	b.WriteString(v.back())
	for _, l := range lines {
		b.WriteString(l + "\x1b[K\n")
	}
	b.WriteString("\x1b[J")
	v.height = len(lines)
	_, err := io.WriteString(v.s.out, b.String())
	return err
}

// back goes to where the answer before began.
func (v *live) back() string {
	if v.height == 0 {
		return ""
	}
	return fmt.Sprintf("\x1b[%dA\r", v.height)
}

// clear takes the answer away.
func (v *live) clear() {
	if v.height > 0 {
		_, _ = io.WriteString(v.s.out, v.back()+"\x1b[J")
		v.height = 0
	}
}

func (v *live) say(message string) {
	v.clear()
	v.s.println(v.s.colors.Paint(term.Yellow, "notice: ") + oneLine(message))
}

// final leaves the last answer on the screen.
func (v *live) final() {
	if v.last == nil || v.streams {
		return // the rows are on the screen
	}
	p := show.Page{Answer: v.last, Look: v.s.look()}
	for _, l := range p.Next(v.last.Rows, max(5, p.Look.Height-6)) {
		v.s.println(l)
	}
}
