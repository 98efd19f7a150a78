//go:build unix

package main

import (
	"context"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"

	"spl/spl/input"
	"spl/spl/repl/assist"
)

var big = flag.String("big", "", "a large file of events for benchmarks of the prompt")

// BenchmarkFirstScreen is the time from the start of the program to its prompt.
func BenchmarkFirstScreen(b *testing.B) {
	path, err := exec.LookPath("spl")
	if err != nil {
		b.Fatal(err)
	}
	file := *big
	if file == "" {
		file, _ = filepath.Abs("../../testdata/eks-audit.ndjson")
	}
	for b.Loop() {
		c := exec.Command(path, "repl", file)
		c.Env = []string{"TERM=xterm", "HOME=" + b.TempDir()}
		tty, err := pty.StartWithSize(c, &pty.Winsize{Rows: 24, Cols: 80})
		if err != nil {
			b.Fatal(err)
		}
		var got strings.Builder
		buf := make([]byte, 4096)
		for !strings.Contains(got.String(), "spl> ") {
			n, err := tty.Read(buf)
			if err != nil {
				b.Fatal(err)
			}
			got.Write(buf[:n])
		}
		b.StopTimer()
		_ = c.Process.Kill()
		_ = c.Wait()
		tty.Close()
		b.StartTimer()
	}
}

// BenchmarkSample is the first look at the data; BenchmarkComplete is a Tab after it,
// of a field after stages that were not seen before.
func BenchmarkSample(b *testing.B) {
	files := bigFiles(b)
	for b.Loop() {
		assist.Take(context.Background(), files, input.Options{Now: time.Unix(2e9, 0)})
	}
}

func BenchmarkComplete(b *testing.B) {
	s := assist.Take(context.Background(), bigFiles(b), input.Options{Now: time.Unix(2e9, 0)})
	for _, text := range []string{"verb=", "verb=list | stats count by ", "* | eval x=1 | rename verb as v | stats count by v | sort "} {
		b.Run(text, func(b *testing.B) {
			for b.Loop() {
				a := &assist.Assistant{Sample: func() *assist.Sample { return s }}
				if c := a.Complete(text, len(text)); len(c.Items) == 0 {
					b.Fatal(c.Empty)
				}
			}
		})
	}
}

func bigFiles(b *testing.B) []input.File {
	name := *big
	if name == "" {
		name = "../../testdata/eks-audit.ndjson"
	}
	if _, err := os.Stat(name); err != nil {
		b.Skip(err)
	}
	files, err := input.Expand(stdinless{}, input.Meta{}, []string{name})
	if err != nil {
		b.Fatal(err)
	}
	return files
}
