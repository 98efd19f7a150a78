package spl_test

import (
	"bytes"
	"context"
	"testing"

	"spl/bench/winevents"
	"spl/spl"
	"spl/spl/input"
	"spl/spl/input/evtx/evtxtest"
)

// BenchmarkWindows runs searches over Windows events in XML on one worker and says how
// many events a second that makes.
func BenchmarkWindows(b *testing.B) {
	const events = 20_000
	var buf bytes.Buffer
	if err := winevents.New(1).Write(&buf, events); err != nil {
		b.Fatal(err)
	}
	in := []input.File{input.FromText("events.xml", buf.String(), input.Meta{})}
	for _, q := range []struct{ name, search string }{
		{"EventCode, stats", `EventCode=1 | stats count by Image`},
		{"EventCode of every event, stats", `EventCode=* | stats count by EventCode Computer`},
		{"EventCode, stats by three", `EventCode=1 | stats count min(_time) by Image ParentImage User`},
		{"stats by data", `* | stats count by EventCode User Image`},
		{"phrase", `"run-task" | stats count by Computer`},
	} {
		b.Run(q.name, func(b *testing.B) { benchEvents(b, q.search, in, events, buf.Len()) })
	}
}

// BenchmarkEventLog does the same over an event log (EVTX).
func BenchmarkEventLog(b *testing.B) {
	const events = 20_000
	g, templates := winevents.New(1), winevents.Templates{}
	records := make([]evtxtest.Record, events)
	for i := range records {
		records[i] = templates.Record(g.Next())
	}
	file := evtxtest.File(records)
	in := []input.File{input.FromText("events.evtx", string(file), input.Meta{})}
	benchEvents(b, `EventCode=1 | stats count by Image`, in, events, len(file))
}

func benchEvents(b *testing.B, search string, in []input.File, events, size int) {
	p, err := spl.Compile(search, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		rows, err := p.Run(context.Background(), input.New(in, input.Options{}), &spl.RunOptions{Workers: 1})
		if err != nil {
			b.Fatal(err)
		}
		for batch := rows.NextBatch(); batch != nil; batch = rows.NextBatch() {
			n += batch.Rows
		}
	}
	if n == 0 {
		b.Fatal("no rows")
	}
	b.ReportMetric(float64(events)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}
