package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/spf13/cobra/doc"
)

// The man pages in docs/man are printed from the commands and flags that run. With
// -update they are written anew.
func TestManPages(t *testing.T) {
	w, _, _ := pretend("")
	root := (&app{world: w}).root()
	root.InitDefaultCompletionCmd()
	made := t.TempDir()
	date := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	if err := doc.GenManTree(root, &doc.GenManHeader{Section: "1", Source: "spl", Manual: "spl", Date: &date}, made); err != nil {
		t.Fatal(err)
	}
	const kept = "../../docs/man"
	pages, err := os.ReadDir(made)
	if err != nil || len(pages) < 5 {
		t.Fatal(pages, err)
	}
	for _, p := range pages {
		want, err := os.ReadFile(filepath.Join(made, p.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if *update {
			if err := os.MkdirAll(kept, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(kept, p.Name()), want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if got, _ := os.ReadFile(filepath.Join(kept, p.Name())); string(got) != string(want) {
			t.Errorf("docs/man/%s is not what the commands say; run go test ./cmd/spl -run TestManPages -update", p.Name())
		}
	}
}
