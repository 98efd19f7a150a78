package input

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"

	"spl/eval/batch"
)

// rawOf gives the texts of all events, and the notices.
func rawOf(t *testing.T, f File) ([]string, []told) {
	t.Helper()
	events, notes := readAll(t, []File{f}, Options{}, fullScan(), 1, everything)
	var raw []string
	for _, e := range events {
		raw = append(raw, e.fields["_raw"])
	}
	return raw, notes
}

func TestLines(t *testing.T) {
	f := func(text string, want ...string) {
		t.Helper()
		if got, _ := rawOf(t, FromText("f", text, Meta{})); !slices.Equal(got, want) {
			t.Errorf("%.100q: got %q, want %q", text, got, want)
		}
	}
	f("")
	f("\n\r\n  \n")
	f("a\r\nb\n\nc", "a", "b", "c")
	f("\ufeffa\nb\n", "a", "b")
	f("\ufeff")
	f("a\x00b 1=2\n", "a\x00b 1=2")
	f("  a ", "  a ")
	f("ok text\nbad \xff\xe9 byte\n", "ok text", `bad \xFF\xE9 byte`)
	f("{\"a\":\"\xe9\"}\n", `{"a":"\xE9"}`)
	f(`{"a":`+"\n"+`{"a":1}`, `{"a":`, `{"a":1}`)
	long := strings.Repeat("x", 3<<20)
	f("a\n"+long+"\nb\n", "a", long, "b")
}

// rule: events: bytes that are not UTF-8 => are shown as `\xHH`, and counted in a notice
func TestInvalidUTF8(t *testing.T) {
	got, notes := readAll(t, []File{FromText("f", "{\"a\":\"x\xe9\\\\\",\"ts\":1}\n", Meta{})}, Options{}, fullScan(), 1, everything)
	if got[0].fields["a"] != `x\xE9\` {
		t.Errorf("a is %q", got[0].fields["a"])
	}
	if len(notes) != 1 || notes[0].code != NoticeInvalidUTF8 || !strings.HasPrefix(notes[0].msg, "f:1: ") {
		t.Errorf("notices: %v", notes)
	}
}

func TestNotices(t *testing.T) {
	text := "{\"ts\":1}\n{\"a\":\n\n{\"ts\":3}\n{\"b\"}\nno time\n{\"ts\":01}\n"
	for _, chunk := range []int{1, 7, 1 << 20} {
		for _, file := range []File{FromText("f", text, Meta{}), stream("f", text)} {
			_, notes := readAll(t, []File{file}, Options{ChunkSize: chunk}, fullScan(), 2, everything)
			want := []told{
				{NoticeBrokenJSON, "f:2: " + noticeTexts[NoticeBrokenJSON], 3},
				{NoticeNoTimestamp, "f:2: " + noticeTexts[NoticeNoTimestamp], 4},
			}
			if !slices.Equal(notes, want) {
				t.Errorf("parts of %d: got %v, want %v", chunk, notes, want)
			}
		}
	}
	// The fields of the first filter and the others do not count twice.
	scan := &batch.Scan{Fields: batch.FieldsOf("a", "b"), First: []string{"a"}}
	_, notes := readAll(t, []File{FromText("f", text, Meta{})}, Options{}, scan, 1, named("a", "b"))
	if len(notes) != 1 || notes[0].n != 3 {
		t.Errorf("lazily: %v", notes)
	}
}

// stream is a file in memory that can only be read from front to back.
func stream(name, text string) File {
	return File{Name: name, Open: func() (io.ReadCloser, error) {
		return io.NopCloser(struct{ io.Reader }{strings.NewReader(text)}), nil
	}}
}

func TestHuge(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 100_000) + "1" + strings.Repeat("}", 100_000)
	got, notes := rawOf(t, FromText("f", deep+"\n"+strings.Repeat("[", 100_000)+"\n", Meta{}))
	if len(got) != 2 || got[0] != deep || notes[0].code != NoticeBrokenJSON || notes[0].n != 1 {
		t.Errorf("%d events, %v", len(got), notes)
	}
	number := strings.Repeat("9", 100_000)
	e, _ := readAll(t, []File{FromText("f", `{"n":`+number+`,"e":1e999999,"ts":1e300}`, Meta{})}, Options{}, fullScan(), 1, everything)
	if e[0].fields["n"] != number || e[0].fields["e"] != "1e999999" {
		t.Error("huge numbers are not kept")
	}
}

func TestUTF16(t *testing.T) {
	text := "{\"a\":\"é😀\",\"ts\":1}\r\nline two, ts=2\n"
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		for _, mark := range []string{"\ufeff", ""} {
			var b bytes.Buffer
			binary.Write(&b, order, utf16.Encode([]rune(mark+text)))
			got, _ := rawOf(t, FromText("f", b.String(), Meta{}))
			if want := []string{`{"a":"é😀","ts":1}`, "line two, ts=2"}; !slices.Equal(got, want) {
				t.Errorf("%v %q: %q", order, mark, got)
			}
		}
	}
	got, _ := rawOf(t, FromText("f", "\xff\xfea\x00\x00\xd8b\x00\x00\xdcc\x00\x00", Meta{}))
	if want := []string{"a\ufffdb\ufffdc\ufffd"}; !slices.Equal(got, want) {
		t.Errorf("broken: %q", got)
	}
}

func TestBinary(t *testing.T) {
	for what, text := range map[string]string{
		"zip":         "PK\x03\x04 and so on",
		"tar":         "a" + strings.Repeat("\x00", 256) + "ustar\x0000",
		"binary data": strings.Repeat("\x00\x01\x02\x03\xff\xfeabc", 100),
		"Parquet":     "PAR1xxxx",
	} {
		got, notes := rawOf(t, FromText("f", text, Meta{}))
		if len(got) > 0 || len(notes) != 1 || notes[0].code != NoticeBinaryFile || !strings.Contains(notes[0].msg, what) || !strings.HasPrefix(notes[0].msg, "f: ") {
			t.Errorf("%s: %d events, %v", what, len(got), notes)
		}
	}
}

func packed(t *testing.T, how, text string) string {
	var b bytes.Buffer
	var w io.WriteCloser
	var err error
	switch how {
	case "gzip":
		w = gzip.NewWriter(&b)
	case "zstd":
		w, err = zstd.NewWriter(&b)
	case "xz":
		w, err = xz.NewWriter(&b)
	}
	if err == nil {
		_, err = io.WriteString(w, text)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// bzipped, in hexadecimal, is "ts=1715780851 a=b\n", packed by bzip2.
const bzipped = "425a683931415926535961796077000008d9800010400062c230000c0020002298d0d3410340d0c1756607802923bbc2ee48a70a120c2f2c0ee0"

func TestPacked(t *testing.T) {
	var lines []string
	for i := range 20_000 {
		lines = append(lines, "ts=1715780851 n="+strings.Repeat("x", i%37))
	}
	text := strings.Join(lines, "\n")
	for _, how := range []string{"gzip", "zstd", "xz"} {
		for _, p := range []string{packed(t, how, text), packed(t, how, packed(t, how, text))} {
			if got, notes := rawOf(t, FromText("any.name", p, Meta{})); !slices.Equal(got, lines) || len(notes) > 0 {
				t.Errorf("%s: %d lines, %v", how, len(got), notes)
			}
		}
		p := packed(t, how, text)
		got, notes := rawOf(t, FromText("f", p[:len(p)/2], Meta{}))
		if len(got) > len(lines) || len(notes) != 1 || notes[0].code != NoticeTruncated || notes[0].n != 1 {
			t.Errorf("half of %s: %d lines, %v", how, len(got), notes)
		}
		if how == "gzip" && len(got) == 0 {
			t.Error("what could be unpacked was not read")
		}
		if got, notes := rawOf(t, FromText("f", p[:24], Meta{})); len(got) > 0 || len(notes) != 1 {
			t.Errorf("the beginning of %s: %q, %v", how, got, notes)
		}
	}
	b, _ := hex.DecodeString(bzipped)
	if got, _ := rawOf(t, FromText("f", string(b), Meta{})); !slices.Equal(got, []string{"ts=1715780851 a=b"}) {
		t.Errorf("bzip2: %q", got)
	}
	two := packed(t, "gzip", "a\n") + packed(t, "gzip", "b\n")
	if got, _ := rawOf(t, FromText("f", two, Meta{})); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("two members: %q", got)
	}
}

func TestOpenErrors(t *testing.T) {
	bad := File{Name: "f", Open: func() (io.ReadCloser, error) { return nil, errors.New("no permission") }}
	for _, ordered := range []bool{false, true} {
		r, err := New([]File{bad}, Options{}).Open(context.Background(), &batch.Scan{Ordered: ordered})
		if err == nil {
			_, err = r.Next()
		}
		if err == nil || err.Error() != "no permission" {
			t.Errorf("got %v", err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	r, _ := New([]File{FromText("f", "a\n", Meta{})}, Options{}).Open(ctx, &batch.Scan{})
	cancel()
	if _, err := r.Next(); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestTimeText(t *testing.T) {
	for n, want := range map[float64]string{
		0: "0", 1: "1", 1715780851.5: "1715780851.5", 1715780851.123456: "1715780851.123456", -1.25: "-1.25",
		0.000001: "0.000001", 1e15: "1000000000000000", -0.5: "-0.5",
	} {
		if got := timeText(n); got != want {
			t.Errorf("%v: got %s, want %s", n, got, want)
		}
	}
}

func TestComputed(t *testing.T) {
	f := func(text string, want fields) {
		t.Helper()
		names := slices.Sorted(mapKeys(want))
		for _, first := range [][]string{nil, names[:1], names} {
			scan := &batch.Scan{Fields: batch.FieldsOf(names...), First: first}
			got, _ := readAll(t, []File{FromText("f", text, Meta{})}, Options{}, scan, 1, named(names...))
			if g, w := got[0].String(), (event{fields: want}).String(); g != w {
				t.Errorf("got %s\nwant %s", g, w)
			}
		}
	}
	f("2024-05-15T23:47:31.500+02:00 [x]\ty(z)=\"q\" ok\n", fields{
		"punct": `--::.+:_[]t()=""_`, "date_hour": "23", "date_mday": "15", "date_minute": "47", "date_month": "may", "date_second": "31",
		"date_wday": "wednesday", "date_year": "2024", "date_zone": "120", "_indextime": "1715809651", "linecount": "1", "_time": "1715809651.5",
	})
	f(`{"ts":"2024-05-15T13:47:31Z","linecount":7}`, fields{
		"punct": `{"":"--::","":}`, "date_hour": "13", "date_zone": "0", "linecount": "7", "splunk_server": "local", "_indextime": "1715780851"})
}
