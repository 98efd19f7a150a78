package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"strings"
	"time"

	"spl/parser/source"
)

// watchEvery is how often files are looked at.
const watchEvery = 300 * time.Millisecond

// watching runs the tests whenever a file changes, until it is interrupted.
func (t *tester) watching() error {
	ticks, stop := t.tick(watchEvery)
	defer stop()
	return watchLoop(t.ctx, ticks, t.now, t.snapshot, func() error {
		if t.stdoutWidth > 0 && t.getenv("TERM") != "dumb" {
			fmt.Fprint(t.stdout, "\x1b[H\x1b[2J")
		}
		err := t.once()
		var errs source.Errors
		var failed *failure
		var done *errReported
		switch {
		case errors.As(err, &errs):
			t.report().faults(errs)
		case errors.As(err, &failed):
			t.report().failure("run", failed.message, failed.help)
		case err != nil && !errors.As(err, &done):
			return err
		}
		fmt.Fprintln(t.stdout, "\nwaiting for a file to change; Ctrl-C ends")
		return nil
	})
}

// stamps say of files, by name, what changes when they do.
type stamps map[string]stamp

type stamp struct {
	size int64
	at   time.Time
}

// watchLoop runs once, and again at a tick after a file changed, also where it changed
// while the last run was on its way.
func watchLoop(ctx context.Context, ticks <-chan time.Time, now func() time.Time, snapshot func() stamps, run func() error) error {
	for {
		before, began := snapshot(), now()
		if err := run(); err != nil {
			return err
		}
		seen := snapshot() // which files the tests read is known only now
		changed := before.changed(seen, began)
		for first := true; first || !changed; first = false {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-ticks:
			}
			changed = changed || !maps.Equal(snapshot(), seen)
		}
	}
}

// changed says whether a file is not as it was; one that was not known then, whether
// it changed since.
func (s stamps) changed(after stamps, since time.Time) bool {
	for name, was := range s {
		if is, ok := after[name]; !ok || is != was {
			return true
		}
	}
	for name, is := range after {
		if _, ok := s[name]; !ok && is.at.After(since) {
			return true
		}
	}
	return false
}

// snapshot looks at the files below the paths, those of the macros, lookups and apps,
// and those that the tests of the last run read. What a run writes is not among them.
func (t *tester) snapshot() stamps {
	s := stamps{}
	paths := append(append([]string{}, t.paths...), t.flags.macros...)
	paths = append(append(append(paths, t.flags.apps...), t.matrix...), t.used()...)
	if t.flags.lookups != "" {
		paths = append(paths, t.flags.lookups)
	}
	for _, p := range paths {
		s.add(p)
	}
	if t.summary != "" {
		maps.DeleteFunc(s, func(name string, _ stamp) bool { return sameFile(name, t.summary) })
	}
	return s
}

// add looks at a file, or at all files below a folder. One that cannot be looked at has
// the zero stamp.
func (s stamps) add(path string) {
	_ = filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err == nil && d.IsDir() && strings.HasPrefix(d.Name(), ".") && name != path:
			return filepath.SkipDir
		case err == nil && d.IsDir():
			return nil
		case err != nil:
			s[name] = stamp{}
			return nil
		}
		s[name] = stamp{}
		if info, err := d.Info(); err == nil {
			s[name] = stamp{info.Size(), info.ModTime()}
		}
		return nil
	})
}

func sameFile(a, b string) bool {
	a, errA := filepath.Abs(a)
	b, errB := filepath.Abs(b)
	return errA == nil && errB == nil && a == b
}

// used are the files that the tests of the last run read.
func (t *tester) used() []string {
	var out []string
	for _, r := range t.last {
		out = append(out, r.Test.Files()...)
	}
	return out
}
