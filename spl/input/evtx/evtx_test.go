package evtx

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"spl/bench/winevents"
	"spl/spl/input/evtx/evtxtest"
)

var written = time.Date(2024, 5, 15, 13, 47, 31, 123456700, time.UTC)

// render writes an event into a chunk and reads it.
func render(t testing.TB, e evtxtest.Event) (string, Report) {
	t.Helper()
	data, _ := evtxtest.Chunk([]evtxtest.Record{{ID: 7, Written: written, Event: e}})
	got, rep := read(data)
	if len(got) != 1 {
		t.Fatalf("%d events", len(got))
	}
	return got[0], rep
}

func read(chunk []byte) ([]string, Report) {
	var r Reader
	var got []string
	rep := r.Chunk(chunk, func(_ int, xml []byte) { got = append(got, string(xml)) })
	return got, rep
}

func le32(n uint32) []byte { return binary.LittleEndian.AppendUint32(nil, n) }
func le64(n uint64) []byte { return binary.LittleEndian.AppendUint64(nil, n) }

func TestValues(t *testing.T) {
	f := func(kind byte, data []byte, want string) {
		t.Helper()
		e := evtxtest.Event{Template: &evtxtest.Node{Name: "E", Depends: -1, Content: []any{evtxtest.Sub{Type: kind}}}, Values: []evtxtest.Value{{Type: kind, Data: data}}}
		got, rep := render(t, e)
		if got != want || rep.Broken > 0 {
			t.Errorf("type %#x of %x is %s, not %s", kind, data, got, want)
		}
	}
	f(evtxtest.Null, nil, "<E></E>")
	f(evtxtest.String, evtxtest.UTF16("a<b>&'\"é😀\r\n\t\x01"), "<E>a&lt;b&gt;&amp;'\"é😀\r\n\t&#1;</E>")
	f(evtxtest.String, append(evtxtest.UTF16("x"), 0, 0), "<E>x</E>")
	f(evtxtest.String, []byte{0x3d, 0xd8, 'x', 0}, "<E>\ufffdx</E>")
	f(evtxtest.ANSI, []byte("a<\xe9\x00"), "<E>a&lt;é</E>")
	f(evtxtest.Int8, []byte{0xff}, "<E>-1</E>")
	f(evtxtest.Uint8, []byte{0xff}, "<E>255</E>")
	f(evtxtest.Int16, []byte{0xfe, 0xff}, "<E>-2</E>")
	f(evtxtest.Uint16, []byte{0x50, 0x12}, "<E>4688</E>")
	f(evtxtest.Int32, le32(math.MaxUint32), "<E>-1</E>")
	f(evtxtest.Uint32, le32(math.MaxUint32), "<E>4294967295</E>")
	f(evtxtest.Int64, le64(math.MaxUint64), "<E>-1</E>")
	f(evtxtest.Uint64, le64(math.MaxUint64), "<E>18446744073709551615</E>")
	f(evtxtest.Real32, le32(math.Float32bits(1.5)), "<E>1.5</E>")
	f(evtxtest.Real64, le64(math.Float64bits(-0.25)), "<E>-0.25</E>")
	f(evtxtest.Real64, le64(math.Float64bits(math.Inf(1))), "<E>1.#INF</E>")
	f(evtxtest.Bool, le32(1), "<E>true</E>")
	f(evtxtest.Bool, le32(0), "<E>false</E>")
	f(evtxtest.Binary, []byte{0, 0xab, 0x1f}, "<E>00AB1F</E>")
	f(evtxtest.GUID, []byte{0x5f, 0x38, 0x70, 0x57, 0x2a, 0xc2, 0xe0, 0x43, 0xbf, 0x4c, 0x06, 0xf5, 0x69, 0x8f, 0xfb, 0xd9}, "<E>{5770385F-C22A-43E0-BF4C-06F5698FFBD9}</E>")
	f(evtxtest.Size, le32(0x3e7), "<E>0x3e7</E>")
	f(evtxtest.Size, le64(0x3e7), "<E>0x3e7</E>")
	f(evtxtest.FileTime, le64(132831263567419959), "<E>2021-12-04T21:19:16.7419959Z</E>")
	f(evtxtest.SysTime, []byte{0xe5, 7, 12, 0, 6, 0, 4, 0, 21, 0, 19, 0, 16, 0, 0xe6, 2}, "<E>2021-12-04T21:19:16.742Z</E>")
	f(evtxtest.SID, []byte{1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0}, "<E>S-1-5-32-544</E>")
	f(evtxtest.SID, []byte{1, 200, 0, 0, 0, 0, 0, 5}, "<E>01C8000000000005</E>")
	f(evtxtest.HexInt32, le32(0xdeadbeef), "<E>0xdeadbeef</E>")
	f(evtxtest.HexInt64, le64(0x8020000000000000), "<E>0x8020000000000000</E>")
	f(evtxtest.Uint32, []byte{1, 2}, "<E>0102</E>") // too short for its type
	f(0x7f, []byte{1}, "<E>01</E>")
	// An element that is an array is repeated.
	f(evtxtest.Array|evtxtest.String, evtxtest.UTF16("a\x00bc\x00\x00"), "<E>a</E><E>bc</E><E></E>")
	f(evtxtest.Array|evtxtest.ANSI, []byte("a\x00b"), "<E>a</E><E>b</E>")
	f(evtxtest.Array|evtxtest.Uint16, []byte{1, 0, 2, 0}, "<E>1</E><E>2</E>")
	f(evtxtest.Array|evtxtest.String, nil, "<E></E>")
	f(evtxtest.Array|evtxtest.GUID, make([]byte, 32), strings.Repeat("<E>{00000000-0000-0000-0000-000000000000}</E>", 2))
	f(evtxtest.Array|evtxtest.SID, []byte{1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0}, "<E>S-1-5-18</E><E>S-1-1-0</E>")
	f(evtxtest.Array|evtxtest.HexInt32, le64(1<<32|2), "<E>0x2</E><E>0x1</E>")
}

func TestMarkup(t *testing.T) {
	type node = evtxtest.Node
	str := func(s string) evtxtest.Value { return evtxtest.Value{Type: evtxtest.String, Data: evtxtest.UTF16(s)} }
	sub := func(n int) evtxtest.Sub { return evtxtest.Sub{Number: n, Type: evtxtest.String} }
	opt := func(n int) evtxtest.Sub { return evtxtest.Sub{Number: n, Type: evtxtest.String, Optional: true} }
	f := func(want string, n *node, values ...evtxtest.Value) {
		t.Helper()
		for _, plain := range []bool{false, true} {
			if plain && len(values) > 0 {
				continue
			}
			if got, rep := render(t, evtxtest.Event{Template: n, Values: values, Plain: plain}); got != want || rep != (Report{Events: 1}) {
				t.Errorf("plain %v:\n got %s %+v\nwant %s", plain, got, rep, want)
			}
		}
	}
	f("<A/>", &node{Name: "A", Depends: -1})
	f("<A></A>", &node{Name: "A", Depends: -1, Filled: true})
	f("<A b='x&apos;&lt;&amp;&#10;' c='y&quot;&#38;'><B>t</B>u&amp;v&#60;</A>", &node{Name: "A", Depends: -1,
		Attrs:   []evtxtest.Attr{{Name: "b", Content: []any{evtxtest.Text("x'<&\n")}}, {Name: "c", Content: []any{evtxtest.Text("y"), evtxtest.Entity("quot"), evtxtest.Char(38)}}},
		Content: []any{&node{Name: "B", Depends: -1, Content: []any{evtxtest.Text("t")}}, evtxtest.Text("u"), evtxtest.Entity("amp"), evtxtest.Text("v"), evtxtest.Char(60)}})
	f("<A>x&lt;y<?p q?></A>", &node{Name: "A", Depends: -1, Content: []any{evtxtest.CDATA("x<y"), evtxtest.PI{Target: "p", Data: "q"}}})
	// A value beside others, several of one number, one that is not there.
	f("<A>1-2-1-</A>", &node{Name: "A", Depends: -1, Content: []any{sub(0), evtxtest.Text("-"), sub(1), evtxtest.Text("-"), sub(0), evtxtest.Text("-"), sub(9)}}, str("1"), str("2"))
	// Optional values that are NULL take their attribute or element with them, and no
	// more; those that are empty texts do not.
	doc := &node{Name: "A", Depends: -1, Attrs: []evtxtest.Attr{{Name: "a", Content: []any{opt(0)}}, {Name: "b", Content: []any{sub(0)}}},
		Content: []any{&node{Name: "B", Depends: -1, Content: []any{opt(0)}}, &node{Name: "C", Depends: -1, Content: []any{sub(0)}}, &node{Name: "D", Depends: 1, Content: []any{evtxtest.Text("d")}}}}
	f("<A b=''><C></C></A>", doc, evtxtest.Value{}, evtxtest.Value{})
	f("<A a='' b=''><B></B><C></C><D>d</D></A>", doc, str(""), str(""))
	f("<A a='x' b='x'><B>x</B><C>x</C></A>", doc, str("x"), evtxtest.Value{})
	// An array repeats the element with its attributes; beside other content its
	// elements stand one after the other.
	list := evtxtest.Value{Type: evtxtest.Array | evtxtest.String, Data: evtxtest.UTF16("p\x00q\x00")}
	f("<A><D n='p'>p</D><D n='q'>q</D>z</A>", &node{Name: "A", Depends: -1, Content: []any{
		&node{Name: "D", Depends: -1, Attrs: []evtxtest.Attr{{Name: "n", Content: []any{sub(0)}}, {Name: "o", Content: []any{opt(1)}}}, Content: []any{opt(0)}}, evtxtest.Text("z")}}, list)
	f("<A b='p q'>p q.</A>", &node{Name: "A", Depends: -1, Attrs: []evtxtest.Attr{{Name: "b", Content: []any{sub(0)}}}, Content: []any{sub(0), evtxtest.Text(".")}}, list)
	// BinXml within: a template, and an element by itself.
	inner := &node{Name: "In", Depends: -1, Content: []any{sub(0)}}
	outer := &node{Name: "A", Depends: -1, Content: []any{&node{Name: "U", Depends: 0, Content: []any{evtxtest.Sub{Type: evtxtest.BinXML, Optional: true}}}}}
	f("<A><U><In>x</In></U></A>", outer, evtxtest.Value{Nested: &evtxtest.Event{Template: inner, Values: []evtxtest.Value{str("x")}}})
	f("<A><U><In b='1'><J/></In></U></A>", outer, evtxtest.Value{Nested: &evtxtest.Event{Plain: true,
		Template: &node{Name: "In", Attrs: []evtxtest.Attr{{Name: "b", Content: []any{evtxtest.Text("1")}}}, Content: []any{&node{Name: "J"}}}}})
	f("<A></A>", outer, evtxtest.Value{})
}

// TestFile reads back what was written, as the XML that Windows renders.
func TestFile(t *testing.T) {
	g, templates := winevents.New(3), winevents.Templates{}
	var want []string
	var records []evtxtest.Record
	for range 400 {
		e := g.Next()
		want = append(want, e.XML())
		records = append(records, templates.Record(e))
	}
	file := evtxtest.File(records)
	if !IsFile(file) || Start(file) != HeaderSize {
		t.Fatal("no event log")
	}
	var got []string
	for at := HeaderSize; at < len(file); at += ChunkSize {
		some, rep := read(file[at : at+ChunkSize])
		if rep != (Report{Events: len(some)}) {
			t.Errorf("chunk at %d: %+v", at, rep)
		}
		got = append(got, some...)
	}
	if len(file) < HeaderSize+3*ChunkSize {
		t.Errorf("only %d bytes", len(file))
	}
	// In elements quotes need no escape, and Windows writes none.
	for i := range want {
		want[i] = strings.ReplaceAll(want[i], "&quot;", `"`)
	}
	if !slices.Equal(got, want) {
		for i := range want {
			if i >= len(got) || got[i] != want[i] {
				t.Fatalf("event %d of %d:\n got %s\nwant %s", i, len(got), got[i], want[i])
			}
		}
		t.Fatalf("%d events, want %d", len(got), len(want))
	}
}

// chunkOf makes a chunk of n short events and gives their places.
func chunkOf(t *testing.T, n int) (data []byte, at []int) {
	t.Helper()
	doc := &evtxtest.Node{Name: "Event", Depends: -1, Content: []any{evtxtest.Sub{Type: evtxtest.String}}}
	var records []evtxtest.Record
	for i := range n {
		records = append(records, evtxtest.Record{ID: uint64(10 + i), Written: written, Event: evtxtest.Event{Template: doc,
			Values: []evtxtest.Value{{Type: evtxtest.String, Data: evtxtest.UTF16(string(rune('a' + i)))}}}})
	}
	data, got := evtxtest.Chunk(records)
	if got != n {
		t.Fatal("they do not fit")
	}
	var r Reader
	r.Chunk(data, func(place int, _ []byte) { at = append(at, place) })
	return data, at
}

func TestDamage(t *testing.T) {
	const a, b, c = "<Event>a</Event>", "<Event>b</Event>", "<Event>c</Event>"
	f := func(name string, change func(data []byte, at []int) []byte, want []string, rep Report) {
		t.Helper()
		data, at := chunkOf(t, 3)
		got, r := read(change(data, at))
		if !slices.Equal(got, want) || r != rep {
			t.Errorf("%s:\n got %q %+v\nwant %q %+v", name, got, r, want, rep)
		}
	}
	all := []string{a, b, c}
	le := binary.LittleEndian
	f("sound", func(d []byte, _ []int) []byte { return d }, all, Report{Events: 3})
	f("a wrong checksum", func(d []byte, _ []int) []byte { d[52]++; return d }, all, Report{Events: 3, Damaged: true})
	f("no mark", func(d []byte, _ []int) []byte { d[0] = 'X'; return d }, all, Report{Events: 3, Damaged: true})
	f("cut off", func(d []byte, at []int) []byte { return d[:at[2]+10] }, []string{a, b}, Report{Events: 2, Damaged: true, Lost: true})
	f("only the header", func(d []byte, _ []int) []byte { return d[:100] }, nil, Report{Damaged: true, Lost: true})
	f("zeros", func(d []byte, _ []int) []byte { clear(d); return d }, nil, Report{})
	f("nothing", func([]byte, []int) []byte { return nil }, nil, Report{})
	f("no events", func(d []byte, _ []int) []byte { clear(d[512:]); return d }, nil, Report{Damaged: true, Lost: true})
	f("an empty chunk", func(d []byte, _ []int) []byte {
		clear(d[512:])
		le.PutUint32(d[48:], 512)
		evtxtest.Seal(d)
		return d
	}, nil, Report{})
	f("a header that was not written since", func(d []byte, at []int) []byte {
		le.PutUint32(d[48:], uint32(at[1]))
		evtxtest.Seal(d)
		return d
	}, all, Report{Events: 3})
	f("records of an earlier time after the end", func(d []byte, at []int) []byte {
		le.PutUint32(d[48:], uint32(at[2]))
		le.PutUint64(d[at[2]+8:], 3)
		evtxtest.Seal(d)
		return d
	}, []string{a, b}, Report{Events: 2})
	f("a record's size", func(d []byte, at []int) []byte { d[at[1]+4] = 1; return d }, []string{a, c}, Report{Events: 2, Damaged: true, Lost: true})
	f("a record's mark", func(d []byte, at []int) []byte { d[at[1]] = 0; return d }, []string{a, c}, Report{Events: 2, Damaged: true, Lost: true})
	f("a record's text", func(d []byte, at []int) []byte { d[at[1]+24] = 0x33; return d }, []string{a,
		"<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><TimeCreated SystemTime='2024-05-15T13:47:31.1234567Z'/><EventRecordID>11</EventRecordID></System>" +
			"<ProcessingErrorData><ErrorCode>15005</ErrorCode><DataItemName></DataItemName><EventPayload>330101000C0134120000" + brokenRest(t) + "</EventPayload></ProcessingErrorData></Event>", c},
		Report{Events: 3, Broken: 1, Damaged: true})
}

// brokenRest is the rest of the second record of chunkOf, in hexadecimal.
func brokenRest(t *testing.T) string {
	data, at := chunkOf(t, 3)
	end := at[1] + int(binary.LittleEndian.Uint32(data[at[1]+4:])) - 4
	return string(appendHex(nil, data[at[1]+24+10:end]))
}

// TestBombs holds the limits: small chunks that would make much.
func TestBombs(t *testing.T) {
	type node = evtxtest.Node
	sub := evtxtest.Sub{Type: evtxtest.BinXML}
	wide := &node{Name: "A", Depends: -1}
	for range 400 {
		wide.Content = append(wide.Content, sub)
	}
	e := evtxtest.Event{Template: wide, Values: []evtxtest.Value{{Type: evtxtest.String, Data: evtxtest.UTF16("x")}}}
	for range 20 {
		inner := e
		e = evtxtest.Event{Template: wide, Values: []evtxtest.Value{{Nested: &inner}}}
	}
	deep := &node{Name: "A", Depends: -1}
	for range 500 {
		deep = &node{Name: "A", Depends: -1, Content: []any{deep}}
	}
	text := evtxtest.Value{Type: evtxtest.String, Data: evtxtest.UTF16(strings.Repeat("&", 20000))}
	for name, e := range map[string]evtxtest.Event{"wide": e, "deep": {Template: deep}, "text": {Template: wide, Values: []evtxtest.Value{text}}} {
		data, n := evtxtest.Chunk([]evtxtest.Record{{ID: 1, Written: written, Event: e}})
		if n != 1 {
			t.Fatalf("%s: does not fit", name)
		}
		got, rep := read(data)
		if rep.Broken != 1 || len(got) != 1 || len(got[0]) > 4*ChunkSize {
			t.Errorf("%s: %+v, %d bytes", name, rep, len(got[0]))
		}
	}
}

func FuzzChunk(f *testing.F) {
	g, templates := winevents.New(5), winevents.Templates{}
	var records []evtxtest.Record
	for range 3 {
		records = append(records, templates.Record(g.Next()))
	}
	data, _ := evtxtest.Chunk(records)
	f.Add(bytes.TrimRight(data, "\x00"))
	f.Add(bytes.TrimRight(data, "\x00")[chunkHeader:])
	f.Fuzz(func(t *testing.T, data []byte) {
		check := func(data []byte) {
			size, n := 0, 0
			var r Reader
			rep := r.Chunk(data, func(at int, xml []byte) {
				size += len(xml)
				n++
				if at < chunkHeader || at >= len(data) || len(xml) == 0 {
					t.Fatalf("an event of %d bytes at %d", len(xml), at)
				}
			})
			if n != rep.Events || rep.Broken > n || size > maxChunkXML+maxRecordXML+4*ChunkSize {
				t.Fatalf("%+v, %d bytes of XML", rep, size)
			}
		}
		check(data)
		// As a record of a sound chunk.
		if len(data) > ChunkSize-chunkHeader-minRecord {
			return
		}
		chunk := make([]byte, ChunkSize)
		copy(chunk, chunkMagic)
		size := minRecord + len(data)
		copy(chunk[chunkHeader:], recordMagic)
		binary.LittleEndian.PutUint32(chunk[chunkHeader+4:], uint32(size))
		binary.LittleEndian.PutUint32(chunk[chunkHeader+size-4:], uint32(size))
		copy(chunk[chunkHeader+recordHeader:], data)
		binary.LittleEndian.PutUint32(chunk[48:], uint32(chunkHeader+size))
		evtxtest.Seal(chunk)
		check(chunk)
	})
}

func BenchmarkChunk(b *testing.B) {
	g, templates := winevents.New(7), winevents.Templates{}
	var records []evtxtest.Record
	for range 200 {
		records = append(records, templates.Record(g.Next()))
	}
	data, n := evtxtest.Chunk(records)
	var r Reader
	b.SetBytes(ChunkSize)
	b.ReportAllocs()
	for b.Loop() {
		r.Chunk(data, func(int, []byte) {})
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}
