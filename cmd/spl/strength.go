package main

import (
	"context"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"

	"spl/macros"
	"spl/spl/detect/cover"
	"spl/spl/detect/mutate"
	reports "spl/spl/detect/report"
	"spl/spl/detect/runner"
)

// strength tells, beside the results, how strong the tests are.
func (t *tester) strength(suite *runner.Suite, c *cover.Coverage) error {
	out := &gate{ctx: t.ctx, w: t.stdout}
	o := t.reportOptions()
	lines := t.format == "json"
	if !lines {
		out.w = t.prose()
	}
	if t.coverage {
		var err error
		if lines {
			err = reports.CoverageLines(out, suite.Units, c)
		} else {
			err = reports.Coverage(out, suite.Units, c, o)
		}
		if err != nil {
			return err
		}
	}
	if !t.mutate {
		return nil
	}
	var killed, total int
	var err error
	if mutants := t.mutants(suite); lines {
		killed, total, err = reports.MutationLines(out, mutants)
	} else {
		killed, total, err = reports.Mutation(out, mutants, o)
	}
	if err == nil && total > 0 && 100*killed < t.minScore*total {
		return &errReported{exitTests}
	}
	return err
}

// mutants tries the mutants of all detections, several detections at a time.
func (t *tester) mutants(suite *runner.Suite) []*mutate.Outcome {
	var units []*runner.Unit
	for _, u := range suite.Units {
		if len(u.Tests) > 0 && u.Skip == "" {
			units = append(units, u)
		}
	}
	out := make([]*mutate.Outcome, len(units))
	next := make(chan int)
	var wg sync.WaitGroup
	for range t.options.Jobs {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range next {
				out[i] = mutate.Run(t.ctx, suite, units[i], t.options)
			}
		}()
	}
	for i := range units {
		next <- i
	}
	close(next)
	wg.Wait()
	return out
}

// table runs the suite under each set of macros and shows which tests gave rows.
func (t *tester) table(suite *runner.Suite) error {
	m := &reports.Matrix{}
	at := map[*runner.Test]int{}
	for _, u := range suite.Units {
		for _, test := range u.Tests {
			if u.Skip == "" && (t.options.Only == nil || t.options.Only.MatchString(test.Title())) {
				at[test] = len(m.Tests)
				m.Tests = append(m.Tests, test.Title())
			}
		}
	}
	files, err := t.matrixFiles()
	if err != nil {
		return err
	}
	m.Cells = make([][]*runner.Result, len(m.Tests))
	for i := range m.Cells {
		m.Cells[i] = make([]*runner.Result, len(files))
	}
	failed := false
	for j, name := range files {
		set := macros.NewSet()
		if errs := set.Load(t.disk, name, ""); len(errs) > 0 {
			return errs
		}
		o := *t.options
		o.Macros, o.NoReport = set, true
		m.Sets = append(m.Sets, setName(name))
		suite.Run(t.ctx, &o, func(r *runner.Result) bool {
			if i, ok := at[r.Test]; ok {
				m.Cells[i][j] = r
			}
			failed = failed || r.Status == runner.Errored
			return true
		})
	}
	if t.ctx.Err() != nil {
		return context.Cause(t.ctx)
	}
	if err := m.Write(&gate{ctx: t.ctx, w: t.stdout}, t.reportOptions()); err != nil {
		return err
	}
	if failed {
		return &errReported{exitTests}
	}
	return nil
}

// matrixFiles are the macro files of --matrix: files, patterns, or all of a folder.
func (t *tester) matrixFiles() ([]string, error) {
	var out []string
	for _, p := range t.matrix {
		names, err := filepath.Glob(p)
		if err != nil || len(names) == 0 {
			return nil, &failure{"--matrix: " + p + ": there is no such file", "give a macros.conf for each set, such as --matrix 'customers/*.macros.conf'"}
		}
		for _, n := range names {
			if info, err := t.disk.Stat(n); err == nil && info.IsDir() {
				entries, err := fs.ReadDir(t.disk, n)
				if err != nil {
					return nil, &failure{"--matrix: " + plainError(n, err), ""}
				}
				for _, e := range entries {
					if !e.IsDir() && !strings.HasPrefix(e.Name(), ".") {
						out = append(out, filepath.Join(n, e.Name()))
					}
				}
				continue
			}
			out = append(out, n)
		}
	}
	return out, nil
}

// setName is a file's name without its folder and its endings.
func setName(file string) string {
	name := filepath.Base(file)
	for _, end := range []string{".yml", ".yaml", ".conf", ".macros", "macros"} {
		if short := strings.TrimSuffix(name, end); short != "" {
			name = short
		}
	}
	if name == "macros.conf" {
		return filepath.Base(filepath.Dir(file))
	}
	return strings.TrimRight(name, "._-")
}
