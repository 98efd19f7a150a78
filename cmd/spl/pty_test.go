//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
)

// console is the program on a terminal: keys go in, a screen comes out.
type console struct {
	t    *testing.T
	tty  *os.File
	cmd  *exec.Cmd
	mu   sync.Mutex
	vt   vt10x.Terminal
	news chan struct{} // something was written
	gone chan struct{} // the program has ended
	raw  strings.Builder
}

// patience is how long a test waits for a text before it fails.
const patience = time.Minute

type setting struct {
	width, height int
	dir           string
	env           []string
	args          []string
}

// open starts spl on a terminal.
func open(t *testing.T, s setting) *console {
	t.Helper()
	path, err := exec.LookPath("spl")
	if err != nil {
		t.Fatal(err)
	}
	c := &console{
		t: t, cmd: exec.Command(path, s.args...), news: make(chan struct{}, 1), gone: make(chan struct{}),
		vt: vt10x.New(vt10x.WithSize(s.width, s.height)),
	}
	c.cmd.Dir = s.dir
	c.cmd.Env = append([]string{"TERM=xterm-256color", "TZ=UTC", "PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}, s.env...)
	c.tty, err = pty.StartWithSize(c.cmd, &pty.Winsize{Rows: uint16(s.height), Cols: uint16(s.width)})
	if err != nil {
		t.Fatal(err)
	}
	go c.read()
	t.Cleanup(func() {
		_ = c.cmd.Process.Kill()
		<-c.gone
		_ = c.cmd.Wait()
		c.tty.Close()
	})
	return c
}

func (c *console) read() {
	defer close(c.gone)
	buf := make([]byte, 32<<10)
	for {
		n, err := c.tty.Read(buf)
		if n > 0 {
			c.mu.Lock()
			_, _ = c.vt.Write(buf[:n])
			c.raw.Write(buf[:n])
			c.mu.Unlock()
			select {
			case c.news <- struct{}{}:
			default:
			}
		}
		if err != nil {
			return
		}
	}
}

// screen is what is on the terminal, without the space at the ends of lines.
func (c *console) screen() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var lines []string
	for l := range strings.SplitSeq(c.vt.String(), "\n") {
		lines = append(lines, strings.TrimRight(l, " "))
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

func (c *console) keys(s string) {
	c.t.Helper()
	if _, err := c.tty.WriteString(s); err != nil {
		c.t.Fatal(err)
	}
}

func (c *console) resize(width, height int) {
	c.mu.Lock()
	c.vt.Resize(width, height)
	c.mu.Unlock()
	if err := pty.Setsize(c.tty, &pty.Winsize{Rows: uint16(height), Cols: uint16(width)}); err != nil {
		c.t.Fatal(err)
	}
}

// until waits for the screen to be so.
func (c *console) until(what string, ok func(screen string) bool) string {
	c.t.Helper()
	s := c.eventually(ok)
	if !ok(s) {
		select {
		case <-c.gone:
			what += ", and the program ended"
		default:
		}
		c.t.Fatalf("waited for %s; the screen is\n%s", what, s)
	}
	return s
}

// eventually gives the screen when it is so, or as it is when there is no hope that it
// will be.
func (c *console) eventually(ok func(screen string) bool) string {
	late := time.After(patience)
	for {
		s := c.screen()
		if ok(s) {
			return s
		}
		select {
		case <-c.news:
		case <-c.gone:
			return c.screen()
		case <-late:
			return s
		}
	}
}

// sees waits for texts to stand on the screen, and gives it.
func (c *console) sees(texts ...string) string {
	c.t.Helper()
	return c.until(strings.Join(texts, " and "), func(s string) bool {
		for _, t := range texts {
			if !strings.Contains(s, t) {
				return false
			}
		}
		return true
	})
}

// loses waits for a text to stand on the screen no more.
func (c *console) loses(text string) string {
	c.t.Helper()
	return c.until("no "+text, func(s string) bool { return !strings.Contains(s, text) })
}

// ends waits for the program to end.
func (c *console) ends() {
	c.t.Helper()
	select {
	case <-c.gone:
	case <-time.After(patience):
		c.t.Fatalf("the program did not end; the screen is\n%s", c.screen())
	}
}

const (
	enter, tab, esc, ctrlC, ctrlD, ctrlO, ctrlR = "\r", "\t", "\x1b", "\x03", "\x04", "\x0f", "\x12"
	up, down, left, right                       = "\x1b[A", "\x1b[B", "\x1b[D", "\x1b[C"
)

func seedFolder(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// audit opens the audit events of testdata at the prompt.
func audit(t *testing.T, width, height int, env ...string) *console {
	t.Helper()
	c := open(t, setting{width: width, height: height, dir: seedFolder(t), env: env, args: []string{"repl", "--sourcetype", "aws:cloudwatchlogs:eks", "eks-audit.ndjson"}})
	c.sees("spl>")
	return c
}
