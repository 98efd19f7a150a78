package main

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"
)

// TestWatchLoop: it runs once, and again at a tick after something changed, also where
// that was during a run.
func TestWatchLoop(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	began := time.Unix(1700000000, 0)
	now := func() time.Time { return began }
	ticks := make(chan time.Time)
	runs, resume, looks := make(chan int), make(chan bool), make(chan bool)
	var mu sync.Mutex
	files := stamps{"a.yml": {1, began.Add(-time.Hour)}}
	set := func(name string, s stamp) { mu.Lock(); defer mu.Unlock(); files[name] = s }
	snapshot := func() stamps {
		<-looks // so that the test knows when the files are looked at
		mu.Lock()
		defer mu.Unlock()
		return maps.Clone(files)
	}
	done := make(chan error)
	n := 0
	go func() {
		done <- watchLoop(ctx, ticks, now, snapshot, func() error { n++; runs <- n; <-resume; return nil })
	}()
	run := func(want int, during func()) {
		t.Helper()
		looks <- true
		if got := <-runs; got != want {
			t.Fatalf("run %d, want %d", got, want)
		}
		during()
		resume <- true
		looks <- true
	}
	tick := func() { ticks <- time.Time{} }

	run(1, func() {})
	tick() // nothing changed
	looks <- true
	tick()
	set("a.yml", stamp{2, began})
	looks <- true
	run(2, func() { set("a.yml", stamp{3, began}) })
	tick() // it changed during the run
	run(3, func() { set("old.ndjson", stamp{1, began.Add(-time.Hour)}) })
	tick() // the run found a file to read, which is as it was
	looks <- true
	tick()
	set("a.yml", stamp{4, began})
	looks <- true
	run(4, func() { set("new.ndjson", stamp{1, began.Add(time.Second)}) })
	tick() // and one that came while it ran
	run(5, func() {})
	cancel()
	if err := <-done; err == nil {
		t.Error("it ended without the context's error")
	}
}

func TestStampsOfFolders(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a.yml", ".git/x", "b/c.yml"} {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := stamps{}
	s.add(dir)
	s.add(filepath.Join(dir, "missing"))
	var got []string
	for name := range s {
		rel, _ := filepath.Rel(dir, name)
		got = append(got, filepath.ToSlash(rel))
	}
	slices.Sort(got)
	if want := []string{"a.yml", "b/c.yml", "missing"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if a := s[filepath.Join(dir, "a.yml")]; a.size != 1 || a.at.IsZero() || s[filepath.Join(dir, "missing")] != (stamp{}) {
		t.Errorf("%v", s)
	}
}
