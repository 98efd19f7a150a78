package main

import (
	"context"
	"io"
	"strings"
	"sync"
	"sync/atomic"
)

// texts is the standard output for texts of files. On a terminal it is as harmless as
// other output there: what a terminal would obey is written as escapes.
func (a *app) texts() io.Writer {
	out := &gate{ctx: a.ctx, w: a.stdout}
	if a.stdoutWidth == 0 {
		return out
	}
	return harmless{out}
}

type harmless struct{ w io.Writer }

// Write takes whole lines, or what can be written as if it were.
func (h harmless) Write(p []byte) (int, error) {
	lines := strings.Split(string(p), "\n")
	for i, l := range lines {
		cells := strings.Split(l, "\t")
		for j, c := range cells {
			cells[j] = printable(strings.TrimSuffix(c, "\r"))
		}
		lines[i] = strings.Join(cells, "\t")
	}
	if _, err := io.WriteString(h.w, strings.Join(lines, "\n")); err != nil {
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
