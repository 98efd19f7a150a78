package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestUpdateKeepsLineEnds: what is brought up to date is still a file of Windows.
func TestUpdateKeepsLineEnds(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.test.yml")
	text := "\ufeffsearch: '* | stats count'\r\ntests:\r\n  - name: a\r\n    events: [ { a: 1 } ]\r\n    expect:\r\n      results:\r\n        - { count: 7 }\r\n  - name: b\r\n    events: [ { a: 1 } ]\r\n    expect: { rows: 4 }\r\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	w, out, errs := pretend("")
	if code := run([]string{"test", "--update", file}, w); code != exitOK {
		t.Fatalf("exit code %d: %s%s", code, out, errs)
	}
	want := strings.NewReplacer("count: 7", "count: 1", "rows: 4", "rows: 1").Replace(text)
	if got, err := os.ReadFile(file); err != nil || string(got) != want {
		t.Errorf("%v: %q", err, got)
	}
	if strings.Contains(out.String(), `\x0d`) {
		t.Errorf("%s", out)
	}
}
