package main

import (
	"context"
	"io"
	"strings"
	"sync"
	"sync/atomic"

	"spl/spl/harmless"
)

// texts is the standard output for texts of files. On a terminal it is as harmless as
// other output there: what a terminal would obey is written as escapes.
func (a *app) texts() io.Writer {
	out := &gate{ctx: a.ctx, w: a.stdout}
	if a.stdoutWidth == 0 {
		return out
	}
	return shown{out}
}

// shown is a terminal that is shown texts which may hold anything.
type shown struct{ w io.Writer }

// Write takes whole lines, or what can be written as if it were.
func (s shown) Write(p []byte) (int, error) {
	text := strings.ReplaceAll(string(p), "\r\n", "\n")
	if _, err := io.WriteString(s.w, harmless.Text(text, "\n\t")); err != nil {
		return 0, err
	}
	return len(p), nil
}

// gate lets nothing through once the search was interrupted.
type gate struct {
	ctx      context.Context
	w        io.Writer
	progress *progress
	mu       sync.Mutex
	wrote    atomic.Bool
}

func (g *gate) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if err := g.ctx.Err(); err != nil {
		return 0, err
	}
	g.progress.clear()
	g.wrote.Store(true)
	return g.w.Write(p)
}
