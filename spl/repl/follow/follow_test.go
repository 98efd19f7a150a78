package follow_test

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"spl/eval/batch"
	"spl/spl"
	"spl/spl/input"
	"spl/spl/repl/follow"
)

type disk struct{}

func (disk) Open(name string) (fs.File, error)          { return os.Open(name) }
func (disk) Stat(name string) (fs.FileInfo, error)      { return os.Stat(name) }
func (disk) ReadDir(name string) ([]fs.DirEntry, error) { return os.ReadDir(name) }
func (disk) Stdin() io.ReadCloser                       { return nil }

// following runs a search over files, one look at a time.
type following struct {
	t    *testing.T
	tick chan time.Time
	got  chan string
	said []string
	done chan error
	stop context.CancelFunc
}

func begin(t *testing.T, search string, operands ...string) *following {
	t.Helper()
	p, err := spl.Compile(search, nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	s, err := p.Follow(ctx, nil, &spl.RunOptions{Now: time.Unix(1000, 0), Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	f := &following{t: t, tick: make(chan time.Time), got: make(chan string), done: make(chan error, 1), stop: stop}
	now := ""
	tail := follow.NewTail(func() ([]input.File, error) { return input.Expand(disk{}, input.Meta{}, operands) }, os.Stat)
	render := func(bs []*batch.Batch) string {
		var lines []string
		for _, b := range bs {
			b.Load()
			for r := range b.Rows {
				var vals []string
				for i, n := range b.Names {
					if !batch.Internal(n) {
						vals = append(vals, strings.Join(b.Cols[i].Values(r), ";"))
					}
				}
				lines = append(lines, strings.Join(vals, ","))
			}
		}
		return strings.Join(lines, " ")
	}
	go func() {
		f.done <- follow.Run(ctx, &follow.Options{
			Search: s, Tail: tail, Input: input.Options{Now: time.Unix(1000, 0)}, Tick: f.tick,
			Rows:   func(bs []*batch.Batch) error { now = render(bs); return nil },
			Answer: func(r *spl.Result) error { now = render(r.Batches); return nil },
			Say:    func(m string) { f.said = append(f.said, m) },
			Idle:   func() { f.got <- now; now = "-" },
		})
		tail.Close()
		s.Close()
		close(f.got)
	}()
	t.Cleanup(func() {
		stop()
		for range f.got {
		}
		if err := <-f.done; err != nil {
			t.Error(err)
		}
	})
	return f
}

// look waits for what one look at the files gave.
func (f *following) look(first bool, want string) {
	f.t.Helper()
	if !first {
		f.tick <- time.Time{}
	}
	if got := <-f.got; got != want {
		f.t.Errorf("got %q, want %q", got, want)
	}
}

func add(t *testing.T, name, text string) {
	t.Helper()
	f, err := os.OpenFile(name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
}

func event(at int, user string) string { return fmt.Sprintf("{\"_time\":%d,\"u\":%q}\n", at, user) }

func TestStatsInPlace(t *testing.T) {
	log := filepath.Join(t.TempDir(), "a.log")
	add(t, log, event(1, "a")+event(2, "b"))
	f := begin(t, "* | stats count by u | sort u", log)
	f.look(true, "a,1 b,1")
	f.look(false, "-") // nothing new
	add(t, log, event(3, "a")+`{"_time":4,`)
	f.look(false, "a,2 b,1")
	add(t, log, `"u":"c"}`)
	f.look(false, "-") // the line is not finished
	f.look(false, "a,2 b,1 c,1")
	if len(f.said) > 0 {
		t.Error(f.said)
	}
}

func TestRotation(t *testing.T) {
	log := filepath.Join(t.TempDir(), "a.log")
	add(t, log, event(1, "a"))
	f := begin(t, "* | stats count by u | sort u", log)
	f.look(true, "a,1")
	// Renamed, written to for the last time, and begun anew: nothing is lost or twice.
	if err := os.Rename(log, log+".1"); err != nil {
		t.Fatal(err)
	}
	f.look(false, "-")
	add(t, log+".1", event(2, "b"))
	add(t, log, event(3, "a"))
	f.look(false, "a,2 b,1")
	// Cut short, and written again.
	if err := os.Truncate(log, 0); err != nil {
		t.Fatal(err)
	}
	f.look(false, "-")
	add(t, log, event(4, "d"))
	f.look(false, "a,2 b,1 d,1")
	if len(f.said) != 2 || !strings.Contains(f.said[0], "replaced") || !strings.Contains(f.said[1], "cut short") {
		t.Error(f.said)
	}
}

func TestNewFilesAndRows(t *testing.T) {
	dir := t.TempDir()
	add(t, filepath.Join(dir, "a.log"), event(1, "x")+event(2, "y"))
	f := begin(t, "u=x OR u=z | fields u", dir)
	f.look(true, "x")
	add(t, filepath.Join(dir, "b.log"), event(3, "z")+event(4, "x"))
	f.look(false, "z x")
	f.look(false, "-")
}

func TestTables(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a.csv")
	add(t, name, "u,n\na,1\n")
	f := begin(t, "* | stats sum(n) as n by u | sort u", name)
	f.look(true, "a,1")
	add(t, name, "a,2\n\"b\nb\",")
	f.look(false, "-") // a record is open
	add(t, name, "5\n")
	f.look(false, "a,3 b\nb,5")
}

func TestEqualTimes(t *testing.T) {
	log := filepath.Join(t.TempDir(), "a.log")
	add(t, log, event(1, "a"))
	f := begin(t, "* | head 1 | table u", log)
	f.look(true, "a")
	add(t, log, event(1, "b"))
	f.look(false, "b") // of equal times the later in the file comes first
}
