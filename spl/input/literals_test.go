package input

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"spl/eval/batch"
)

func TestFilter(t *testing.T) {
	lines := []string{
		`{"a":"Delete Bucket","b":1}`,
		`{"a":"\u0044elete","b":"bucket"}`,
		`{"a":"C:\\Windows\\x","b":"say \"hi\""}`,
		`plain DELETE text \u0044`,
		`plain text`,
		`{"a":"délete"}`,
		"{\"a\":\"bac\u212aup \u017fet\"}",
		`{"path":"\/etc\/passwd"}`,
		"bad \xff byte",
	}
	f := func(want string, cnf ...[]string) {
		t.Helper()
		for _, size := range []int{3, 40, 1 << 20} {
			scan := &batch.Scan{Fields: batch.FieldsOf("_raw"), Literals: cnf}
			got, _ := readAll(t, []File{FromText("f", strings.Join(lines[:8], "\n"), Meta{})}, Options{ChunkSize: size}, scan, 1, named("_raw"))
			var b strings.Builder
			for _, e := range got {
				for i, l := range lines {
					if l == e.fields["_raw"] {
						fmt.Fprint(&b, i)
					}
				}
			}
			if b.String() != want {
				t.Errorf("%q, parts of %d: got %s, want %s", cnf, size, b.String(), want)
			}
		}
	}
	f("0136", []string{"delete"})
	f("0136", []string{"DeLeTe"})
	f("016", []string{"delete"}, []string{"bucket"})
	f("01346", []string{"delete", "text"})
	f("16", []string{"nothing"})
	f("126", []string{`c:\windows`})
	f("126", []string{`"hi"`})
	f("167", []string{"/etc/passwd"})
	f("1267", []string{`\/`})
	f("01356", []string{"délete"}) // by "lete"
	f("01234567", []string{"éè"})
	f("01234567", []string{""})
	f("01234567", []string{})
	f("0136", []string{"éè"}, []string{"delete"})
	f("16", []string{"backup"})
	f("16", []string{strings.Repeat("x", 500)})
}

// Bytes that are not UTF-8 are shown as text that is not in the file.
func TestFilterBytes(t *testing.T) {
	scan := &batch.Scan{Literals: [][]string{{`\xff`}}}
	got, _ := readAll(t, []File{FromText("f", "bad \xff byte", Meta{})}, Options{}, scan, 1, named("_raw"))
	if len(got) != 1 || got[0].fields["_raw"] != `bad \xFF byte` {
		t.Errorf("got %v", got)
	}
}

func TestFilterTable(t *testing.T) {
	scan := &batch.Scan{Literals: [][]string{{`a"b`}}}
	got, _ := readAll(t, []File{FromText("f.csv", "h\n\"a\"\"b\"\n", Meta{})}, Options{}, scan, 1, named("h"))
	if len(got) != 1 || got[0].fields["h"] != `a"b` {
		t.Errorf("got %v", got)
	}
}

func TestFilterWindows(t *testing.T) {
	event := "<Event><EventData><Data Name='c'>a&lt;b &#x41;BC</Data></EventData></Event>"
	for _, literal := range []string{"a<b", "abc", "nothing"} {
		for _, text := range []string{event, "first\n" + event, `{"event":"` + event + `"}`} {
			scan := &batch.Scan{Literals: [][]string{{literal}}}
			got, _ := readAll(t, []File{FromText("f", text, Meta{})}, Options{}, scan, 1, named("c"))
			if len(got) != 1 || got[0].fields["c"] != "a<b ABC" {
				t.Errorf("%s in %s: %v", literal, text, got)
			}
		}
	}
}

// No event that holds a literal, in its text or in a field, is rejected.
func FuzzFilter(f *testing.F) {
	f.Add("{\"a\":\"\\u0041b\"}\n{\"a\":\"AB\"}\ntext ab\n", "ab", "b")
	f.Add("<Event><a>b&#65;</a></Event>\n<Event>x</Event>", "A", "x")
	f.Add("a=b\n{\"x\":\"\\\\\\/\"}", `\/`, "")
	f.Add(strings.Repeat("some text of a line\r\n", 9)+"the Word in it\n\n"+strings.Repeat("x", 70)+"word\nwo\nrd a word", "word", "it")
	f.Fuzz(func(t *testing.T, text, one, two string) {
		if len(text) > 1<<12 || !utf8.ValidString(text) || !utf8.ValidString(one) {
			return
		}
		for _, s := range []string{one, two} {
			for i := range len(s) {
				if s[i] < ' ' || s[i] >= 0x7f {
					return
				}
			}
		}
		holds := func(e event, word string) bool {
			for _, v := range e.fields {
				if strings.Contains(lowerASCII(v), lowerASCII(word)) {
					return true
				}
			}
			return false
		}
		drop := func(b *batch.Batch) []event {
			events := everything(b)
			for _, e := range events {
				for n := range standardFields {
					delete(e.fields, n)
				}
				delete(e.fields, "_time")
			}
			return events
		}
		file := FromText("f", text, Meta{})
		all, _ := readAll(t, []File{file}, Options{}, fullScan(), 1, drop)
		for _, clauses := range [][][]string{{{one, two}}, {{one}}, {{one}, {two}}} {
			scan := fullScan()
			scan.Literals = clauses
			some, _ := readAll(t, []File{file}, Options{ChunkSize: 1 + len(text)%50*len(clauses[0])*20}, scan, 1, drop)
			left := map[string]int{}
			for _, e := range some {
				left[fmt.Sprint(e.place, e)]++
			}
			for _, e := range all {
				wanted := true
				for _, c := range clauses {
					wanted = wanted && slices.ContainsFunc(c, func(w string) bool { return holds(e, w) })
				}
				if wanted && left[fmt.Sprint(e.place, e)] == 0 {
					t.Fatalf("%q: %v is rejected from %q", clauses, e, text)
				}
			}
		}
	})
}

// FuzzReader reads anything in two ways: whole on one worker, and in small parts on
// several.
func FuzzReader(f *testing.F) {
	for _, text := range splitTexts {
		f.Add(text, uint8(0), uint16(7))
	}
	f.Add("{\"event\":{},\"fields\":{\"a\":[[{\"b\":null}]]},\"time\":\"x\"}", uint8(2), uint16(1))
	f.Fuzz(func(t *testing.T, text string, format uint8, size uint16) {
		if len(text) > 1<<14 {
			return
		}
		meta := Meta{Format: append(Formats, "")[int(format)%(len(Formats)+1)]}
		whole, notes := readAll(t, []File{FromText("f", text, meta)}, Options{}, fullScan(), 1, everything)
		parts, notes2 := readAll(t, []File{FromText("f", text, meta)}, Options{ChunkSize: int(size)/8 + 1}, fullScan(), 2, everything)
		if a, b := fmt.Sprint(describe(whole), notes), fmt.Sprint(describe(parts), notes2); a != b {
			t.Fatalf("got %s\nwant %s", b, a)
		}
		scan := fullScan()
		scan.Ordered = true
		if ordered, _ := readAll(t, []File{FromText("f", text, meta)}, Options{ChunkSize: int(size) + 1}, scan, 2, everything); len(ordered) != len(whole) {
			t.Fatalf("%d rows in order, %d otherwise", len(ordered), len(whole))
		}
	})
}

func BenchmarkRead(b *testing.B) {
	var text strings.Builder
	for i := range 20_000 {
		text.WriteString(strings.Replace(sampleEvent, "52e3b4cd", fmt.Sprint(i), 1))
		text.WriteByte('\n')
	}
	file := FromText("f", text.String(), Meta{})
	run := func(name string, scan *batch.Scan, names ...string) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(text.Len()))
			b.ReportAllocs()
			for b.Loop() {
				r, _ := New([]File{file}, Options{}).Open(b.Context(), scan)
				for {
					p, err := r.Next()
					if err != nil {
						break
					}
					p.Each(func(b *batch.Batch) bool {
						for _, n := range names {
							b.Col(n)
						}
						return true
					})
				}
				r.Close()
			}
		})
	}
	run("three fields", &batch.Scan{Fields: batch.FieldsOf(sampleNames...), First: sampleNames}, sampleNames...)
	run("three fields and time", &batch.Scan{Fields: batch.FieldsOf(sampleNames...), First: sampleNames, Places: true}, sampleNames...)
	run("rejected", &batch.Scan{Literals: [][]string{{"system:anonymous"}}})
	run("all fields", &batch.Scan{Fields: batch.AllFields}, "zz")
}
