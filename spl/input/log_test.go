package input

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"testing"

	"spl/bench/winevents"
	"spl/spl/input/evtx"
	"spl/spl/input/evtx/evtxtest"
)

// logOf makes the same events as a log and as XML.
func logOf(n int) (file, xml string) {
	g, templates := winevents.New(11), winevents.Templates{}
	var records []evtxtest.Record
	var lines strings.Builder
	for range n {
		e := g.Next()
		records = append(records, templates.Record(e))
		lines.WriteString(strings.ReplaceAll(e.XML(), "&quot;", `"`) + "\n")
	}
	return string(evtxtest.File(records)), lines.String()
}

func shownFields(events []event) []string {
	var out []string
	for _, e := range events {
		out = append(out, e.String())
	}
	return out
}

// TestLog holds that a log gives the events that its XML gives, plain, packed and in
// parts of any size.
func TestLog(t *testing.T) {
	file, xml := logOf(300)
	text, _ := readAll(t, []File{FromText("f", xml, Meta{})}, Options{}, fullScan(), 1, everything)
	want := shownFields(text)
	var places []string
	for _, f := range []File{FromText("f", file, Meta{}), stream("f", file), stream("f", packed(t, "gzip", file))} {
		for _, size := range []int{1, 100 << 10, 600 << 10, 1 << 20} {
			got, notes := readAll(t, []File{f}, Options{ChunkSize: size}, fullScan(), 3, everything)
			if !slices.Equal(shownFields(got), want) || len(notes) > 0 {
				t.Fatalf("parts of %d: %d events, %v; the first is %v", size, len(got), notes, got[0])
			}
			if places == nil {
				places = describe(got)
			}
			if !slices.Equal(describe(got), places) {
				t.Errorf("parts of %d: other places", size)
			}
		}
	}
	scan := fullScan()
	scan.Literals = [][]string{{"run-task"}, {"eventid>1<"}}
	got, _ := readAll(t, []File{FromText("f", file, Meta{})}, Options{}, scan, 2, named("EventCode", "CommandLine"))
	if len(got) == 0 || len(got) > len(want)/2 || got[0].fields["EventCode"] != "1" {
		t.Errorf("%d of %d events hold the words: %v", len(got), len(want), got)
	}
}

func TestDamagedLog(t *testing.T) {
	file, _ := logOf(300)
	change := func(f func(b []byte) []byte) ([]event, []told) {
		return readAll(t, []File{FromText("f", string(f([]byte(file))), Meta{})}, Options{}, fullScan(), 2, everything)
	}
	second := evtx.HeaderSize + evtx.ChunkSize
	all, _ := change(func(b []byte) []byte { return b })
	got, notes := change(func(b []byte) []byte { b[second+52]++; return b })
	if len(got) != len(all) || len(notes) != 1 || notes[0].code != NoticeDamagedLog || !strings.HasPrefix(notes[0].msg, "f: at byte 69632: the checksum") {
		t.Errorf("a wrong checksum: %d of %d events, %v", len(got), len(all), notes)
	}
	got, notes = change(func(b []byte) []byte { clear(b[second : second+8]); return b })
	if len(got) != len(all) || len(notes) != 1 || notes[0].code != NoticeDamagedLog {
		t.Errorf("a chunk without its mark: %d of %d events, %v", len(got), len(all), notes)
	}
	got, notes = change(func(b []byte) []byte {
		copy(b[second:second+evtx.ChunkSize], bytes.Repeat([]byte("junk"), evtx.ChunkSize/4))
		return b
	})
	if len(got) >= len(all) || len(got) == 0 || len(notes) != 2 || notes[1].code != NoticeLostEvents {
		t.Errorf("a chunk of junk: %d of %d events, %v", len(got), len(all), notes)
	}
	got, notes = change(func(b []byte) []byte {
		b[second+512+24] = 0x33
		binary.LittleEndian.PutUint32(b[second+52:], 0)
		return b
	})
	if len(got) != len(all) || len(notes) != 2 || notes[0].code != NoticeBrokenEvent {
		t.Errorf("a broken event: %d of %d events, %v", len(got), len(all), notes)
	}
	got, notes = change(func(b []byte) []byte { return b[:second+3000] })
	if len(got) == 0 || len(notes) != 2 {
		t.Errorf("a log that was cut off: %d events, %v", len(got), notes)
	}
	if got, notes = change(func(b []byte) []byte { return b[:100] }); len(got) != 0 || len(notes) != 1 || notes[0].code != NoticeTruncated {
		t.Errorf("half a header: %d events, %v", len(got), notes)
	}
}
