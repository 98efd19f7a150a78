package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// lines gathers what is written, and tells of it.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
	news chan struct{}
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text.Write(p)
	select {
	case l.news <- struct{}{}:
	default:
	}
	return len(p), nil
}

func (l *lines) until(t *testing.T, want string) {
	t.Helper()
	late := time.After(20 * time.Second)
	for {
		l.mu.Lock()
		got := l.text.String()
		l.mu.Unlock()
		if got == want {
			return
		}
		select {
		case <-l.news:
		case <-late:
			t.Fatalf("got %q, want %q", got, want)
		}
	}
}

func TestFollow(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a.log")
	add := func(text string) {
		t.Helper()
		f, err := os.OpenFile(name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err == nil {
			_, err = f.WriteString(text)
			f.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	begin := func(args ...string) (out *lines, look chan time.Time, end func()) {
		w, _, _ := pretend("")
		ctx, stop := context.WithCancel(context.Background())
		out, look = &lines{news: make(chan struct{}, 1)}, make(chan time.Time)
		w.ctx, w.stdout, w.stdinTerminal = ctx, out, true
		w.tick = func(time.Duration) (<-chan time.Time, func()) { return look, func() {} }
		done := make(chan int)
		go func() { done <- run(args, w) }()
		return out, look, func() {
			stop()
			if code := <-done; code != exitInterrupted {
				t.Errorf("exit code %d", code)
			}
		}
	}
	add("{\"u\":\"a\"}\n")
	out, look, end := begin("--follow", "-o", "csv", "* | stats count by u", name)
	out.until(t, "u,count\na,1\n")
	add("{\"u\":\"b\"}\n")
	look <- time.Time{}
	out.until(t, "u,count\na,1\nu,count\na,1\nb,1\n")
	end()

	out, look, end = begin("--follow", "u=b", name)
	out.until(t, "{\"u\":\"b\"}\n")
	add("{\"u\":\"a\"}\n{\"u\":\"b\",\"n\":2}\n")
	look <- time.Time{}
	out.until(t, "{\"u\":\"b\"}\n{\"u\":\"b\",\"n\":2}\n")
	end()

	w, _, errs := pretend("")
	w.tick = func(time.Duration) (<-chan time.Time, func()) { return nil, func() {} }
	if code := run([]string{"--follow", "| makeresults"}, w); code != exitFailed || !strings.Contains(errs.String(), "cannot be followed") {
		t.Errorf("%d %s", code, errs)
	}
}
