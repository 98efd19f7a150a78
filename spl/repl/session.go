package repl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"spl/eval/timefmt"
	"spl/macros"
	"spl/spl"
	"spl/spl/input"
	"spl/spl/repl/assist"
	"spl/spl/repl/cache"
	"spl/spl/repl/show"
	"spl/spl/repl/term"
)

// Session runs searches and commands, and keeps what came of them. It belongs to one
// goroutine.
type Session struct {
	Config
	out      io.Writer
	size     func() (width, height int)
	colors   term.Palette
	plain    bool
	charts   bool
	rows     int // shown of an answer; 0: as many as the terminal is high
	macros   *macros.Set
	own      []string // names of macros that were overridden here, in order
	operands []string
	earliest string
	latest   string

	jobs   []*job
	sample atomic.Pointer[assist.Sample]
	learnt sync.Mutex   // a sample is looked at and kept as one
	opens  atomic.Int64 // how often files were opened
	assist *assist.Assistant
	cache  *cache.Cache
	wrote  map[string]bool                                        // files that were written here
	view   func(title string, t show.Text, marked []string) error // the pager
	quit   bool
}

// job is a search that was run, and its result.
type job struct {
	number  int
	query   string // as it was typed
	answer  *show.Answer
	program *spl.Program
	whole   bool // all rows are kept
	size    int64
	// What it was asked over: the files, the present, the range of time and the zone.
	files            []input.File
	now              time.Time
	earliest, latest string
	zone             *time.Location
}

// New makes a session that writes to out, on a terminal of some size.
func New(c Config, out io.Writer, size func() (width, height int)) *Session {
	if c.Tick == nil {
		c.Tick = ticks
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Now == nil {
		c.Now = c.Clock
	}
	if c.Zone == nil {
		c.Zone = time.UTC
	}
	s := &Session{
		Config: c, out: out, size: size, charts: true, operands: c.Operands,
		earliest: c.Earliest, latest: c.Latest, macros: c.Knowledge.Macros().Clone(),
		cache: cache.New(c.Run.Memory / 2),
	}
	s.assist = &assist.Assistant{Macros: s.macros, Knowledge: c.Knowledge, Sample: s.sample.Load, Session: s.completeCommand}
	return s
}

// Do does what a line asks for: a command that begins with a colon, or a search.
func (s *Session) Do(ctx context.Context, line string) error {
	line = strings.TrimSpace(line)
	if line == "" {
		return nil
	}
	if name, rest, ok := commandLine(line); ok {
		return s.command(ctx, name, rest)
	}
	return s.search(ctx, line)
}

// oneLine makes a message fit for one line of a terminal.
func oneLine(s string) string { return term.Safe(s) }

// println writes a line.
func (s *Session) println(text string) {
	_, _ = io.WriteString(s.out, text+"\n") // a terminal that is gone ends the keys
}

// tell writes a sentence, broken at its spaces where the terminal is narrower.
func (s *Session) tell(text string) {
	w, _ := s.size()
	line, used := "", 0
	for word := range strings.SplitSeq(text, " ") {
		n := term.Width(term.Strip(word))
		if used > 0 && used+1+n >= w {
			s.println(line)
			line, used = "", 0
		}
		if used > 0 {
			line += " "
			used++
		}
		line += word
		used += n
	}
	s.println(line)
}

func (s *Session) printf(format string, args ...any) { s.tell(fmt.Sprintf(format, args...)) }

// said is an error that needs no more words than its own.
type said struct{ message, help string }

func (e *said) Error() string { return e.message }

func sayf(help, format string, args ...any) error { return &said{fmt.Sprintf(format, args...), help} }

// errShown ends a line whose faults were shown.
var errShown = errors.New("the search has faults")

// config is that of searches of this session.
func (s *Session) config() *spl.Config {
	return &spl.Config{Macros: s.macros, Knowledge: s.Knowledge, Jobs: s.job, Name: "query"}
}

// job gives an earlier result for loadjob.
func (s *Session) job(id string) *spl.Result {
	j := s.find(id)
	if j == nil {
		return nil
	}
	return &spl.Result{Batches: j.answer.Batches, Table: j.answer.Table}
}

// find finds an earlier result: "2", "$2", or "last".
func (s *Session) find(id string) *job {
	id = strings.TrimPrefix(strings.TrimPrefix(strings.TrimSpace(id), "$"), ":")
	for i, j := range s.jobs {
		if fmt.Sprint(j.number) == id || id == "last" && i == len(s.jobs)-1 {
			return j
		}
	}
	return nil
}

// last is the newest result, or nil.
func (s *Session) last() *job { return s.find("last") }

// timeRange is the range of the session at some present.
func (s *Session) timeRange(now time.Time) (earliest, latest time.Time, err error) {
	for _, t := range []struct {
		text string
		to   *time.Time
	}{{s.earliest, &earliest}, {s.latest, &latest}} {
		if t.text == "" {
			continue
		}
		m, err := timefmt.ParseModifier(t.text)
		if err != nil {
			return earliest, latest, sayf("write for example -24h, -1d@d, now or 2026-02-25T08:00:00Z", "%s", err)
		}
		*t.to = m.Apply(now, s.Zone)
	}
	return earliest, latest, nil
}

// files are the files of the session as they are now.
func (s *Session) files(count *atomic.Int64) ([]input.File, error) {
	if len(s.operands) == 0 {
		return nil, nil
	}
	files, err := input.Expand(disk{s.Disk, count}, s.Meta, s.operands)
	if err != nil {
		return nil, sayf("", "%s", err)
	}
	return files, nil
}

// learn takes the sample of the data that completion works with. It may run beside
// the session; files that are opened meanwhile win.
func (s *Session) learn(ctx context.Context, files []input.File, o input.Options, opened int64) {
	if len(files) == 0 {
		return
	}
	sample := assist.Take(ctx, files, o)
	s.learnt.Lock()
	defer s.learnt.Unlock()
	if s.opens.Load() == opened {
		s.sample.Store(sample)
	}
}

// inputOptions are those of readings now.
func (s *Session) inputOptions() input.Options { return input.Options{Zone: s.Zone, Now: s.Now()} }

// look is how answers look now.
func (s *Session) look() *show.Look {
	w, h := s.size()
	return &show.Look{Width: w, Height: h, Colors: s.colors, Zone: s.Zone, Plain: s.plain, Charts: s.charts}
}
