package output

import (
	"io"
	"strconv"
	"testing"

	"spl/eval/batch"
)

// sample is 1,000 rows of six columns such as a report has.
func sample() *batch.Batch {
	b := batch.New(1000)
	cols := make([][]string, 6)
	for r := range b.Rows {
		n := strconv.Itoa(r)
		for i, v := range []string{
			"17157808" + strconv.Itoa(10+r%90) + ".5", "web-" + n, "203.0.113." + strconv.Itoa(r%256),
			"C:\\Windows\\System32\\cmd.exe /c \"echo " + n + "\"", n, "success",
		} {
			cols[i] = append(cols[i], v)
		}
	}
	for i, name := range []string{"_time", "host", "src_ip", "process", "count", "action"} {
		b.Set(name, batch.Strings(cols[i]))
	}
	return b
}

// Each round writes 100,000 rows.
func Benchmark(b *testing.B) {
	rows := sample()
	for _, f := range Formats() {
		b.Run(f.Name, func(b *testing.B) { write(b, rows, Options{Format: f.Name}) })
	}
	b.Run("terminal", func(b *testing.B) { write(b, rows, Options{Terminal: true, Width: 140}) })
}

func write(b *testing.B, rows *batch.Batch, o Options) {
	b.ReportAllocs()
	for b.Loop() {
		w, err := New(io.Discard, o)
		if err != nil {
			b.Fatal(err)
		}
		for range 100 {
			if err := w.Write(rows); err != nil {
				b.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// Writing a batch as NDJSON allocates for the batch, not for its values.
func TestAllocations(t *testing.T) {
	rows := sample()
	w, _ := New(io.Discard, Options{Format: "ndjson"})
	n := testing.AllocsPerRun(10, func() { _ = w.Write(rows) })
	if n > 30 {
		t.Errorf("%v allocations for 1,000 rows", n)
	}
}
