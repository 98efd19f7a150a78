package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"
)

// tool is a command that answers a query.
type tool struct {
	name string
	args []string
	// forms are several ways to ask for the same; the first round tells the quickest.
	forms [][]string
	once  bool
	// check says that its answer is compared.
	check bool

	wall, cpu []float64 // seconds, by round
	peak      int64     // bytes
	answer    string    // a file
	err       error
}

// choose runs each form once and keeps the quickest.
func (t *tool) choose(b *bench) {
	best := 0
	for i, args := range t.forms {
		if t.args = args; t.err == nil {
			t.run(b)
		}
		if t.err == nil && t.wall[i] < t.wall[best] {
			best = i
		}
	}
	t.args, t.forms = t.forms[best], nil
}

// run runs it once.
func (t *tool) run(b *bench) {
	c := exec.CommandContext(b.ctx, t.args[0], t.args[1:]...)
	var errs bytes.Buffer
	// The answer goes to a file: a child's peak counts what its parent held when it began.
	out, err := os.CreateTemp(b.answers, "*")
	if err != nil {
		t.err = err
		return
	}
	defer out.Close()
	if t.answer != "" {
		_ = os.Remove(t.answer)
	}
	t.answer = out.Name()
	c.Stdout, c.Stderr = out, &errs
	began := time.Now()
	err = c.Run()
	wall := time.Since(began).Seconds()
	if err != nil {
		t.err = fmt.Errorf("%s: %w: %.300s", t.name, err, errs.String())
		return
	}
	t.wall = append(t.wall, wall)
	t.cpu = append(t.cpu, (c.ProcessState.UserTime() + c.ProcessState.SystemTime()).Seconds())
	if u, ok := c.ProcessState.SysUsage().(*syscall.Rusage); ok {
		t.peak = max(t.peak, u.Maxrss*1024)
	}
}

// tools are spl and what of the others is there.
func (b *bench) tools(q *query) []*tool {
	all := []*tool{{name: "spl", args: q.command(b.spl, b.seed, b.fileOf(q), b.lookups), check: true}}
	asked := func(name string, program, forms []string) {
		if len(program) == 0 || len(forms) == 0 || !b.wantsPeer(name) {
			return
		}
		t := &tool{name: name, check: true}
		for _, f := range forms {
			t.forms = append(t.forms, append(slices.Clip(program), strings.ReplaceAll(f, "FILE", b.fileOf(q))))
		}
		all = append(all, t)
	}
	if b.duckdb != "" {
		asked("duckdb", []string{b.duckdb}, q.duckdb)
	}
	asked("clickhouse", b.chdb, q.clickhouse)
	for _, s := range q.shell {
		if _, err := exec.LookPath(s.needs); err != nil || s.once && !b.slow || !b.wantsPeer(s.name) {
			continue
		}
		line := strings.ReplaceAll(s.line, "FILE", "'"+b.fileOf(q)+"'")
		all = append(all, &tool{name: s.name, args: []string{"sh", "-c", line}, once: s.once, check: !s.unchecked})
	}
	return all
}

// measure runs all of them in turn; the first round warms up.
func (b *bench) measure(q *query) []*tool {
	if err := b.writeForm(q); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", q.name, err)
		return nil
	}
	all := b.tools(q)
	for round := range b.runs + 1 {
		for _, t := range all {
			if t.err != nil || t.once && round > 0 {
				continue
			}
			if t.forms != nil {
				t.choose(b)
			} else {
				t.run(b)
			}
			if round == 0 && !t.once {
				t.wall, t.cpu = nil, nil
			}
		}
	}
	for _, t := range all {
		if t.err != nil {
			fmt.Fprintln(os.Stderr, "bench:", q.name, t.err)
		}
	}
	return slices.DeleteFunc(all, func(t *tool) bool { return t.err != nil })
}

func median(xs []float64) float64 {
	s := slices.Sorted(slices.Values(xs))
	if len(s) == 0 {
		return 0
	}
	return (s[(len(s)-1)/2] + s[len(s)/2]) / 2
}

// ratio is the median of the rounds' ratios.
func ratio(a, b []float64) float64 {
	if len(a) != len(b) {
		return median(a) / median(b)
	}
	rs := make([]float64, len(a))
	for i := range a {
		rs[i] = a[i] / b[i]
	}
	return median(rs)
}
