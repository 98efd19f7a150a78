package input

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestRecords(t *testing.T) {
	f := func(text string, want ...string) {
		t.Helper()
		for size := 1; size <= len(text)+1; size++ {
			var got []string
			s := &recordsSplitter{}
			for at := 0; at < len(text); {
				// A part of so many bytes, or as many more as a record needs.
				for n := size; ; n *= 2 {
					eof := at+n >= len(text)
					buf := []byte(text[at:min(at+n, len(text))])
					state := *s
					recs, end := s.split(buf, eof)
					if end == 0 && !eof {
						*s = state
						continue
					}
					for _, r := range recs {
						got = append(got, string(buf[r.start:r.end]))
					}
					if at += end; eof {
						at = len(text)
					}
					break
				}
			}
			if !slices.Equal(got, want) {
				t.Fatalf("%s\nin parts of %d:\n got %q\nwant %q", text, size, got, want)
			}
		}
	}
	f(`{"Records":[{"a":1},{"b":"]}\"\\"},{"c":[{}]}]}`, `{"a":1}`, `{"b":"]}\"\\"}`, `{"c":[{}]}`)
	f("{ \"records\" : [\n {\"a\":1},\n 5, \"x\"\n ] }\n{\"Records\":[]}\n{\"Records\":[{\"b\":2}]}", `{"a":1}`, `5`, `"x"`, `{"b":2}`)
	f(`{"Records":[{"a":1}],"more":2}`, `{"a":1}`, `"more":2}`)
	f("{\"a\":1}\n{\"Records\":[{\"b\":1}]}\n{\"c\":1}\nx", `{"a":1}`, `{"b":1}`, `{"c":1}`, `x`)
	f(`{"Records":[{"a":1},{"b":`, `{"a":1}`, `{"b":`)
	f(`{"Records":`, `{"Records":`)
}

// A large file gives the events that a small one gives, and is not held.
func TestLargeRecords(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{"Records":[`)
	const n = 5000
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"eventTime":"2026-03-14T10:00:00Z","eventName":"E%d","event":{"x":1}}`, i)
	}
	b.WriteString("]}\n")
	for _, file := range []File{FromText("f", b.String(), Meta{}), stream("f", packed(t, "gzip", b.String()))} {
		for _, size := range []int{1000, 1 << 20} {
			got, notes := readAll(t, []File{file}, Options{ChunkSize: size}, fullScan(), 2, everything)
			if len(got) != n || len(notes) > 0 || got[7].fields["_raw"] != `{"eventTime":"2026-03-14T10:00:00Z","eventName":"E7","event":{"x":1}}` || got[n-1].fields["eventName"] != "E4999" {
				t.Fatalf("%d events, %v", len(got), notes)
			}
		}
	}
}
