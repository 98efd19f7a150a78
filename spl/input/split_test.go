package input

import (
	"fmt"
	"math"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"spl/eval/batch"
)

// splitTexts are files of every kind; the places of their events are hard for
// whoever cuts them.
var splitTexts = map[string]string{
	"lines":   "{\"ts\":5,\"a\":[1,2]}\n\n\r\nplain k=v\r\n{\"broken\n" + strings.Repeat("long ", 40) + "\n{\"event\":{\"x\":\"y\"},\"time\":9}\nbad \xff\nlast",
	"mark":    "\ufeff{\"ts\":1}\n{\"ts\":2}\n",
	"batch":   "{\"logEvents\":[{\"message\":\"m1\"},{\"message\":\"m2\"}],\"logGroup\":\"g\"}\n{\"Records\":[{\"ts\":1},{\"ts\":2}]}",
	"array":   "[\n{\"ts\":1,\"s\":\"]}\\\"\"},\n{\"ts\":2,\n\"a\":[[{}]]}\n,5, \"x\n{\"ts\":3}]\n",
	"values":  "{\n\"ts\":1}{\"ts\":\n2}\n\n{\"ts\":3",
	"x.csv":   "ts,a\r\n1,\"q \"\"w\"\"\nz\"\r\n\r\n2,\"\"\n3,\"\"\"\"\n4,x\"y\n5,\"open",
	"utf16":   "\xff\xfea\x00=\x00b\x00\n\x00c\x00=\x00d\x00",
	"blank":   "\n\n",
	"windows": "<Events><Event><System><EventID>1</EventID></System></Event>\n\n<Event a='b'>\nx</Event>junk</Event></Events>\n",
	"no text": "",
}

func describe(events []event) []string {
	out := make([]string, len(events))
	for i, e := range events {
		out[i] = fmt.Sprintf("%v %v", e.place, e)
	}
	return out
}

// Any size of the parts and any number of workers give the same rows, places and
// notices.
func TestSplits(t *testing.T) {
	for name, text := range splitTexts {
		for _, file := range []File{FromText(name, text, Meta{}), stream(name, text)} {
			files := []File{file, FromText("other", "{\"ts\":1}\n", Meta{})}
			whole, notes := readAll(t, files, Options{}, fullScan(), 1, everything)
			want := describe(whole)
			for i := 1; i < len(whole); i++ {
				if whole[i-1].place.Seq >= whole[i].place.Seq {
					t.Errorf("%s: places do not ascend: %v", name, want)
				}
			}
			for size := 1; size <= len(text)+2; size++ {
				got, n := readAll(t, files, Options{ChunkSize: size}, fullScan(), 1+size%3, everything)
				if d := describe(got); !slices.Equal(d, want) || !slices.Equal(n, notes) {
					t.Fatalf("%s in parts of %d:\n got %s %v\nwant %s %v", name, size, strings.Join(d, "\n     "), n, strings.Join(want, "\n     "), notes)
				}
			}
		}
	}
}

// Plain files, streams and all ways to ask give the same.
func TestWaysToAsk(t *testing.T) {
	for name, text := range splitTexts {
		file := FromText(name, text, Meta{})
		all, _ := readAll(t, []File{file}, Options{}, fullScan(), 1, everything)
		if got, _ := readAll(t, []File{stream(name, text)}, Options{ChunkSize: 9}, fullScan(), 2, everything); !slices.Equal(describe(got), describe(all)) {
			t.Errorf("%s as a stream:\n got %v\nwant %v", name, got, all)
		}
		set := map[string]string{"nothing": "", "date_hour": ""}
		for _, e := range all {
			for n := range e.fields {
				set[n] = ""
			}
		}
		names := slices.Sorted(mapKeys(set))
		rnd := rand.New(rand.NewSource(1))
		for range 50 {
			rnd.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
			some := names[:rnd.Intn(len(names)+1)]
			scan := &batch.Scan{Fields: batch.FieldsOf(some...), First: some[:rnd.Intn(len(some)+1)], Earliest: math.Inf(-1), Latest: math.Inf(1)}
			odd := rnd.Intn(2) == 0
			get := func(b *batch.Batch) []event {
				for _, n := range scan.First {
					b.Col(n)
				}
				if odd { // the rows with odd numbers only
					var rows []int32
					for i := 1; i < b.Rows; i += 2 {
						rows = append(rows, int32(i))
					}
					b = b.Take(rows)
				}
				return eventsOf(b, some)
			}
			got, _ := readAll(t, []File{file}, Options{}, scan, 1, get)
			var want []event
			for i, e := range all {
				if odd && i%2 == 0 {
					continue
				}
				w := event{fields: fields{}}
				for _, n := range some {
					if v, ok := e.fields[n]; ok {
						w.fields[n] = v
					}
				}
				want = append(want, w)
			}
			for i := range want {
				delete(got[i].fields, "date_hour")
				if got[i].String() != want[i].String() {
					t.Fatalf("%s, %v of %v, event %d:\n got %v\nwant %v", name, scan.First, some, i, got[i], want[i])
				}
			}
		}
	}
}

func TestBounds(t *testing.T) {
	text := "{\"ts\":1}\n{\"ts\":2}\n{\"ts\":3}\n"
	for _, places := range []bool{false, true} {
		scan := &batch.Scan{Fields: batch.FieldsOf("ts"), Earliest: 2, Latest: 3, Places: places}
		got, _ := readAll(t, []File{FromText("f", text, Meta{})}, Options{ChunkSize: 4}, scan, 2, named("ts"))
		if len(got) != 1 || got[0].fields["ts"] != "2" || places && got[0].place.Time != 2 {
			t.Errorf("got %v", got)
		}
	}
}

func TestEmitStops(t *testing.T) {
	r, _ := New([]File{FromText("f", strings.Repeat("a\n", 5000), Meta{})}, Options{}).Open(t.Context(), &batch.Scan{})
	p, _ := r.Next()
	n := 0
	p.Each(func(b *batch.Batch) bool { n += b.Rows; return false })
	if n != batchRows {
		t.Errorf("%d rows", n)
	}
	r.Close()
}

func TestOrdered(t *testing.T) {
	f := func(want string, ordered bool, notices int, texts ...string) {
		t.Helper()
		var files []File
		for i, s := range texts {
			files = append(files, FromText(fmt.Sprint(i), s, Meta{}))
		}
		scan := &batch.Scan{Fields: batch.FieldsOf("n"), Ordered: true}
		for _, size := range []int{1, 10, 50, 1 << 20} {
			o := Options{ChunkSize: size, Now: testNow, OrderedParts: 1}
			r, err := New(files, o).Open(t.Context(), scan)
			if err != nil || r.Ordered() != ordered {
				t.Errorf("ordered: %v, %v", r.Ordered(), err)
			}
			r.Close()
			got, notes := readAll(t, files, o, scan, 1, named("n"))
			if !ordered {
				slices.SortFunc(got, func(a, b event) int { return a.place.Compare(b.place) })
			}
			var b strings.Builder
			for _, e := range got {
				b.WriteString(e.fields["n"])
			}
			if b.String() != want || size == 1 && len(notes) != notices {
				t.Errorf("parts of %d: got %s %v, want %s", size, b.String(), notes, want)
			}
		}
	}
	line := func(ts, n int) string { return fmt.Sprintf("{\"ts\":%d,\"n\":%d}\n", ts, n) }
	up := line(1, 1) + line(2, 2) + line(2, 3) + line(2, 4) + line(3, 5)
	f("54321", true, 0, up)
	f("54321", true, 0, "\n"+strings.TrimRight(up, "\n"))
	f("12", false, 0, line(2, 1)+line(1, 2))
	f("98754321", true, 0, up, line(3, 7)+line(3, 8)+line(4, 9))
	f("98543271", false, 0, up, line(1, 7)+line(3, 8)+line(4, 9), "")
	f("9832", true, 0, line(3, 8)+line(4, 9), line(1, 2)+line(2, 3))
	f("", false, 0, "")
	f("1", false, 1, "n=1\n") // no time
	f("21", false, 0, "{\"Records\":[{\"ts\":2,\"n\":2},{\"ts\":1,\"n\":1}]}")
}

// A row out of order between the sampled lines is told.
func TestDisorder(t *testing.T) {
	var b strings.Builder
	for i := range 10_000 {
		ts := 1000 + i
		if i == 5_003 {
			ts = 9_000
		}
		fmt.Fprintf(&b, "{\"ts\":%d,\"pad\":\"%s\"}\n", ts, strings.Repeat("x", 40))
	}
	scan := &batch.Scan{Fields: batch.FieldsOf("ts"), Ordered: true}
	got, notes := readAll(t, []File{FromText("f", b.String(), Meta{})}, Options{ChunkSize: 1 << 14}, scan, 2, named("ts"))
	if len(got) != 10_000 || len(notes) != 1 || notes[0].code != NoticeOutOfOrder || notes[0].n != 1 || !strings.HasPrefix(notes[0].msg, "f:5004: ") {
		t.Errorf("%d rows, %v", len(got), notes)
	}
}
