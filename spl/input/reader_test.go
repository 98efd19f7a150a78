package input

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"spl/eval/batch"
)

var testNow = time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC)

// event is a row with all its fields, values joined by "|".
type event struct {
	place  batch.Place
	fields map[string]string
}

func (e event) String() string {
	var b strings.Builder
	for _, n := range slices.Sorted(mapKeys(e.fields)) {
		fmt.Fprintf(&b, "%s=%s ", n, e.fields[n])
	}
	return b.String()
}

func mapKeys(m map[string]string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

type told struct {
	code, msg string
	n         int
}

// readAll reads a source with some workers, in order of parts.
func readAll(t testing.TB, files []File, o Options, scan *batch.Scan, workers int, get func(*batch.Batch) []event) ([]event, []told) {
	t.Helper()
	var notes []told
	o.Notice = func(code, msg string, n int) { notes = append(notes, told{code, msg, n}) }
	if o.Now.IsZero() {
		o.Now = testNow
	}
	r, err := New(files, o).Open(context.Background(), scan)
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	parts := map[int][]event{}
	for range workers {
		wg.Go(func() {
			for {
				p, err := r.Next()
				if errors.Is(err, io.EOF) {
					return
				}
				if err != nil {
					t.Error(err)
					return
				}
				var got []event
				if err := p.Each(func(b *batch.Batch) bool { got = append(got, get(b)...); return true }); err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				if _, twice := parts[p.Number()]; twice {
					t.Errorf("part %d comes twice", p.Number())
				}
				parts[p.Number()] = got
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	var all []event
	for i := range len(parts) {
		all = append(all, parts[i]...)
	}
	if scan.Places && !r.Ordered() { // several files are read side by side
		slices.SortStableFunc(all, func(a, b event) int { return cmp.Compare(a.place.Seq, b.place.Seq) })
	}
	return all, notes
}

// everything asks a batch for all its fields.
func everything(b *batch.Batch) []event {
	b.Load()
	return eventsOf(b, b.Names)
}

func eventsOf(b *batch.Batch, names []string) []event {
	out := make([]event, b.Rows)
	for i := range out {
		out[i] = event{place: b.Place(i), fields: map[string]string{}}
		for _, n := range names {
			if c := b.Col(n); c.Count(i) > 0 {
				out[i].fields[n] = strings.Join(c.Values(i), "|")
			}
		}
	}
	return out
}

// named asks a batch for some fields.
func named(names ...string) func(*batch.Batch) []event {
	return func(b *batch.Batch) []event { return eventsOf(b, names) }
}

func fullScan() *batch.Scan {
	return &batch.Scan{Fields: batch.AllFields, Places: true, Earliest: math.Inf(-1), Latest: math.Inf(1)}
}

// standardFields need not be repeated in the tables.
var standardFields = map[string]string{"host": "localhost", "index": "main", "linecount": "1", "splunk_server": "local", "source": "f", "sourcetype": "_json"}

func checkEvents(t *testing.T, file File, want ...map[string]string) {
	t.Helper()
	for _, way := range []string{"all", "named", "first"} {
		scan, get := fullScan(), everything
		names := []string{"_time"}
		for _, w := range want {
			for n := range w {
				if !slices.Contains(names, n) {
					names = append(names, n)
				}
			}
		}
		if way != "all" {
			scan.Fields = batch.FieldsOf(names...)
			get = named(names...)
			if way == "first" {
				scan.First = names[:len(names)/2+1]
				scan.Places = false
			}
		}
		got, _ := readAll(t, []File{file}, Options{}, scan, 1, get)
		if len(got) != len(want) {
			t.Errorf("%s: %d events, want %d: %v", way, len(got), len(want), got)
			return
		}
		for i, w := range want {
			full := map[string]string{}
			for n, v := range standardFields {
				if way == "all" || slices.Contains(names, n) {
					full[n] = v
				}
			}
			for n, v := range w {
				full[n] = v
			}
			for n, v := range full {
				if v == "NULL" {
					delete(full, n)
				}
			}
			if g, w := got[i].String(), (event{fields: full}).String(); g != w {
				t.Errorf("%s, event %d:\n got %s\nwant %s", way, i, g, w)
			}
		}
	}
}

type fields = map[string]string

func TestShapes(t *testing.T) {
	f := func(text string, want ...fields) {
		t.Helper()
		checkEvents(t, FromText("f", text, Meta{}), want...)
	}
	// A bare event.
	f(`{"timestamp":"2024-05-15T13:47:31.123Z","a":{"b":[1,2]}}`,
		fields{"_raw": `{"timestamp":"2024-05-15T13:47:31.123Z","a":{"b":[1,2]}}`, "_time": "1715780851.123",
			"timestamp": "2024-05-15T13:47:31.123Z", "a.b{}": "1|2"})
	// Its own keys name its origin.
	f(`{"source":"S","sourcetype":"T","host":"H","index":"I","ts":1715780851,"x":1}`,
		fields{"_raw": `{"source":"S","sourcetype":"T","host":"H","index":"I","ts":1715780851,"x":1}`, "_time": "1715780851",
			"source": "S", "sourcetype": "T", "host": "H", "index": "I", "ts": "1715780851", "x": "1"})
	// HEC.
	f(`{"time":1715780851.5,"host":"H","source":"S","sourcetype":"T","index":"I","event":{"a":"x"},"fields":{"b":["1","2"],"c":3}}`,
		fields{"_raw": `{"a":"x"}`, "_time": "1715780851.5", "host": "H", "source": "S", "sourcetype": "T", "index": "I", "a": "x", "b": "1|2", "c": "3"})
	f(`{"event":"user=\"bob\" ok=yes","time":"1715780851"}`,
		fields{"_raw": `user="bob" ok=yes`, "_time": "1715780851", "user": "bob", "ok": "yes", "sourcetype": "generic_single_line"})
	f(`{"event":"{\"a\":{\"b\":1}}","time":1715780851}`, fields{"_raw": `{"a":{"b":1}}`, "_time": "1715780851", "a.b": "1"})
	// An event key beside others is no HEC.
	f(`{"metadata":{"t":1},"event":{"a":"x"},"ts":1}`,
		fields{"_raw": `{"metadata":{"t":1},"event":{"a":"x"},"ts":1}`, "_time": "1", "metadata.t": "1", "event.a": "x", "ts": "1"})
	// A Splunk export.
	f(`{"preview":false,"offset":0,"result":{"_raw":"{\"a\":1}","_time":"2024-05-15 13:47:31.000 UTC","host":"H","source":"S","sourcetype":"T","index":"I","mv":["x","y"]}}`,
		fields{"_raw": `{"a":1}`, "_time": "1715780851", "host": "H", "source": "S", "sourcetype": "T", "index": "I", "mv": "x|y", "a": "1"})
	f(`{"_time":"1715780851","_raw":"plain k=v","k":"other"}`,
		fields{"_raw": `plain k=v`, "_time": "1715780851", "k": "other", "sourcetype": "generic_single_line"})
	f(`{"preview":false,"result":{"_time":"5","count":"3"}}`,
		fields{"_raw": `{"_time":"5","count":"3"}`, "_time": "5", "count": "3", "sourcetype": "generic_single_line"})
	f(`{"result":{"ok":1},"ts":7}`, fields{"_raw": `{"result":{"ok":1},"ts":7}`, "_time": "7", "ts": "7", "result.ok": "1"})
	// CloudWatch.
	f(`{"timestamp":1715780851000,"message":"{\"a\":1}"}`, fields{"_raw": `{"a":1}`, "_time": "1715780851", "a": "1"})
	f(`{"timestamp":"2024-05-15T13:47:31Z","message":"m"}`,
		fields{"_raw": `{"timestamp":"2024-05-15T13:47:31Z","message":"m"}`, "_time": "1715780851", "timestamp": "2024-05-15T13:47:31Z", "message": "m"})
	f(`{"logStreamName":"s","timestamp":1715780851001,"message":"k=v","eventId":"9","logGroupName":"/g"}`,
		fields{"_raw": `k=v`, "_time": "1715780851.001", "k": "v", "logStreamName": "s", "eventId": "9", "logGroupName": "/g", "source": "/g", "sourcetype": "generic_single_line"})
	f(`{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"g","logStream":"s","subscriptionFilters":["x"],"logEvents":[{"id":"1","timestamp":1715780851000,"message":"{\"a\":1}"},{"id":"2","timestamp":1715780852000,"message":"{\"a\":2}"}]}`,
		fields{"_raw": `{"a":1}`, "_time": "1715780851", "a": "1", "id": "1", "messageType": "DATA_MESSAGE", "owner": "1", "logGroup": "g", "logStream": "s", "source": "g"},
		fields{"_raw": `{"a":2}`, "_time": "1715780852", "a": "2", "id": "2", "messageType": "DATA_MESSAGE", "owner": "1", "logGroup": "g", "logStream": "s", "source": "g"})
	f(`{"Records":[{"ts":1},{"ts":2}]}`, fields{"_raw": `{"ts":1}`, "_time": "1", "ts": "1"}, fields{"_raw": `{"ts":2}`, "_time": "2", "ts": "2"})
	f("{\n \"Records\": [\n {\"ts\":1},\n {\"ts\":2}]\n}", fields{"_raw": `{"ts":1}`, "_time": "1", "ts": "1"}, fields{"_raw": `{"ts":2}`, "_time": "2", "ts": "2"})
	f("{\n \"event\": \"a=b\",\n \"time\": 3 }\n", fields{"_raw": "a=b", "_time": "3", "a": "b", "sourcetype": "generic_single_line"})
	// Text.
	f("2024-05-15T13:47:31Z level=info msg=\"a b\" level=warn",
		fields{"_raw": "2024-05-15T13:47:31Z level=info msg=\"a b\" level=warn", "_time": "1715780851", "level": "info", "msg": "a b", "sourcetype": "generic_single_line"})
	f("[2024-05-15T13:47:31Z] x", fields{"_raw": "[2024-05-15T13:47:31Z] x", "_time": "1715780851", "sourcetype": "generic_single_line"})
	f("1715780851 syslog: {\"a\":1}", fields{"_raw": "1715780851 syslog: {\"a\":1}", "_time": "1715780851", "sourcetype": "generic_single_line"})
	// An array on a line is an event; one over several lines holds events.
	f(`[{"x":1},{"x":2}]`, fields{"_raw": `[{"x":1},{"x":2}]`, "_time": "1717200000", "{}.x": "1|2"})
	f("[\n {\"ts\":1},\n {\"ts\":2,\n \"a\":[]}\n]\n",
		fields{"_raw": `{"ts":1}`, "_time": "1", "ts": "1"},
		fields{"_raw": "{\"ts\":2,\n \"a\":[]}", "_time": "2", "ts": "2", "linecount": "2"})
	f("{\n  \"ts\": 1,\n  \"a\": \"}\"\n}\n{\"ts\": 2}\n",
		fields{"_raw": "{\n  \"ts\": 1,\n  \"a\": \"}\"\n}", "_time": "1", "ts": "1", "a": "}", "linecount": "4"},
		fields{"_raw": `{"ts": 2}`, "_time": "2", "ts": "2"})
}

func TestMeta(t *testing.T) {
	line := `{"source":"own","host":"own","ts":5,"when":{"at":"15/05/2024 13:47"},"name":"n1"}`
	f := func(text string, m Meta, want fields) {
		t.Helper()
		checkEvents(t, FromText("f", text, m), want)
	}
	own := fields{"_raw": line, "_time": "5", "ts": "5", "source": "own", "host": "own", "when.at": "15/05/2024 13:47", "name": "n1"}
	with := func(base fields, more ...string) fields {
		m := fields{}
		for k, v := range base {
			m[k] = v
		}
		for i := 0; i < len(more); i += 2 {
			m[more[i]] = more[i+1]
		}
		return m
	}
	f(line, Meta{}, own)
	f(line, Meta{Source: "S", Host: "H", Sourcetype: "T", Index: "I"}, with(own, "source", "S", "host", "H", "sourcetype", "T", "index", "I"))
	f(line, Meta{HostField: "name", Host: "H"}, with(own, "host", "n1"))
	f(line, Meta{HostField: "none"}, own)
	f(line, Meta{TimeField: "when.at", TimeFormat: "%d/%m/%Y %H:%M"}, with(own, "_time", "1715780820"))
	f(line, Meta{TimeField: "name"}, own) // no time
	f(line, Meta{DataModel: "Endpoint"}, with(own, "_datamodel", "Endpoint"))
	f(`{"event":{"a":1},"source":"E","time":1}`, Meta{Source: "S"}, fields{"_raw": `{"a":1}`, "_time": "1", "a": "1", "source": "E"})
	f(`05-06-24 x=1`, Meta{TimeFormat: "%d-%m-%y"}, fields{"_raw": "05-06-24 x=1", "_time": "1717545600", "x": "1", "sourcetype": "generic_single_line"})
	hec := `{"event":{"a":1},"time":1}`
	f(hec, Meta{Format: "json"}, fields{"_raw": hec, "_time": "1", "event.a": "1", "time": "1"})
	f(hec, Meta{Format: "splunk"}, fields{"_raw": hec, "_time": "1", "event.a": "1", "time": "1"})
	f(hec, Meta{Format: "text"}, fields{"_raw": hec, "_time": "1717200000", "sourcetype": "generic_single_line"})
	f(`{"event":{"a":1},"extra":1,"time":1}`, Meta{Format: "hec"}, fields{"_raw": `{"a":1}`, "_time": "1", "a": "1"})
}

func TestTable(t *testing.T) {
	f := func(name, text string, m Meta, want ...fields) {
		t.Helper()
		for i := range want {
			if want[i]["source"] == "" {
				want[i]["source"] = name
			}
		}
		checkEvents(t, FromText(name, text, m), want...)
	}
	f("x.csv", "time,user name,n\r\n1,\"a \"\"b\"\"\nc\",\r\n2,d,5,extra\r\n", Meta{},
		fields{"_raw": "1,\"a \"\"b\"\"\nc\",", "_time": "1", "time": "1", "user_name": "a \"b\"\nc", "sourcetype": "csv", "linecount": "2"},
		fields{"_raw": "2,d,5,extra", "_time": "2", "time": "2", "user_name": "d", "n": "5", "EXTRA_FIELD_4": "extra", "sourcetype": "csv"})
	f("x.tsv.gz", "time\ta\n1\tx,y\n", Meta{}, fields{"_raw": "1\tx,y", "_time": "1", "time": "1", "a": "x,y", "sourcetype": "tsv"})
	f("f", "_time,_raw,host,a,__mv_a\n5,\"{\"\"b\"\":1}\",H,z,$z$\n", Meta{Format: "csv"},
		fields{"_raw": `{"b":1}`, "_time": "5", "host": "H", "a": "z", "b": "1"})
	f("x.csv", "a,b\n", Meta{})
	f("x.csv", "", Meta{})
	f("x.csv", "ts,b\n1,5\" x\n2,\"open\n3,y", Meta{},
		fields{"_raw": "1,5\" x", "_time": "1", "ts": "1", "b": "5\" x", "sourcetype": "csv"},
		fields{"_raw": "2,\"open\n3,y", "_time": "2", "ts": "2", "b": "open\n3,y", "sourcetype": "csv", "linecount": "2"})
}

// Packed files are read side by side, and all of them to their end.
func TestPackedSideBySide(t *testing.T) {
	var files []File
	want := 0
	for i := range 9 {
		n := 100 + 700*i
		want += n
		var packed bytes.Buffer
		w := gzip.NewWriter(&packed)
		for k := range n {
			fmt.Fprintf(w, "{\"file\":%d,\"n\":%d}\n", i, k)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		files = append(files, FromText(fmt.Sprintf("f%d.gz", i), packed.String(), Meta{}))
	}
	for _, workers := range []int{1, 2, 5} {
		r, err := New(files, Options{ChunkSize: 500}).Open(context.Background(), &batch.Scan{Fields: batch.FieldsOf("n"), Transient: true})
		if err != nil {
			t.Fatal(err)
		}
		var rows atomic.Int64
		var wg sync.WaitGroup
		for range workers {
			wg.Go(func() {
				for {
					p, err := r.Next()
					if err != nil {
						return
					}
					_ = p.Each(func(b *batch.Batch) bool {
						rows.Add(int64(b.Rows))
						return b.Col("n").Any()
					})
				}
			})
		}
		wg.Wait()
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		if rows.Load() != int64(want) {
			t.Errorf("%d workers: %d rows, want %d", workers, rows.Load(), want)
		}
	}
}
