package output

import (
	"bytes"
	"fmt"
	"os"
	"testing"

	"spl/eval/batch"
	"spl/spl/spill"
)

// odd are batches of rows whose columns differ, with NULL, several values, lines and
// times.
func oddRows() []*batch.Batch {
	var out []*batch.Batch
	for i := range 40 {
		var a, m batch.Builder
		n := 1 + i%7*100
		for r := range n {
			a.String(fmt.Sprint(i*r, "\u00e9"))
			switch r % 4 {
			case 0:
				m.Null()
			case 1:
				m.Append("x", "y\nz")
			default:
				m.String(fmt.Sprint(r))
			}
		}
		b := batch.New(n)
		b.Set("_time", batch.Constant("1700000000.5", n))
		b.Set("a", a.Column())
		if i > 20 {
			b.Set("late", batch.Constant("1", n))
		}
		b.Set("m", m.Column())
		b.Set("_span", nil)
		out = append(out, b)
	}
	return out
}

// What is held in files is written as what is held in memory.
func TestHeldInFiles(t *testing.T) {
	dir := t.TempDir()
	folder := spill.NewFolder(dir, 0)
	in := oddRows()
	for _, f := range Formats() {
		for _, o := range []Options{
			{}, {Events: true}, {Limit: 1234}, {Terminal: true, Width: 60}, {Terminal: true, Width: 12, Events: true}, {Fields: []string{"m", "none", "a"}},
		} {
			o.Format = f.Name
			write := func(b *spill.Budget) string {
				o.Budget = b
				var buf bytes.Buffer
				w, err := New(&buf, o)
				if err != nil {
					t.Fatal(err)
				}
				for _, b := range in {
					if err := w.Write(b); err != nil {
						t.Fatal(err)
					}
				}
				if err := w.Close(); err != nil {
					t.Fatal(err)
				}
				return buf.String()
			}
			want := write(nil)
			for _, at := range []int64{1, 100_000} {
				if got := write(spill.NewBudget(0, at, folder)); got != want || got == "" {
					t.Errorf("%+v from %d bytes on: %d bytes are written in another way than %d", o, at, len(got), len(want))
				}
			}
		}
	}
	if folder.Written() == 0 {
		t.Error("nothing was put into files")
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("files are left: %v %v", left, err)
	}
}

// Where nothing may be put into files, what is too much is an error.
func TestHeldTooMuch(t *testing.T) {
	for _, format := range []string{"csv", "table", "markdown"} {
		w, err := New(&bytes.Buffer{}, Options{Format: format, Budget: spill.NewBudget(10_000, 0, nil)})
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range oddRows() {
			if err = w.Write(b); err != nil {
				break
			}
		}
		if err == nil {
			t.Errorf("%s holds all rows", format)
		} else {
			t.Log(err)
		}
	}
}

// A long result is cut into the same tables however its rows come.
func TestSameBlocks(t *testing.T) {
	b := batch.New(terminalBlock * 5 / 2)
	vals := make([]string, b.Rows)
	for i := range vals {
		vals[i] = fmt.Sprint(i)
	}
	b.Set("a", batch.Strings(vals))
	write := func(size int) string {
		var buf bytes.Buffer
		w, err := New(&buf, Options{Terminal: true})
		if err != nil {
			t.Fatal(err)
		}
		for from := 0; from < b.Rows; from += size {
			if err := w.Write(b.Slice(from, min(b.Rows, from+size))); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return buf.String()
	}
	want := write(b.Rows)
	if n := bytes.Count([]byte(want), []byte("\n\n")); n != 2 {
		t.Errorf("%d empty lines between blocks, want 2", n)
	}
	for _, size := range []int{terminalBlock, 777, 9_999, terminalBlock + 1} {
		if write(size) != want {
			t.Errorf("batches of %d rows are written in another way", size)
		}
	}
}
