package kernel

import (
	"bytes"
	"slices"
	"spl/spl/input/kernel/kerneltest"
	"strings"
	"testing"
)

func FuzzForm(f *testing.F) {
	for _, s := range []string{
		`{"a":[1,"b\\\"c",{"d":null}],"e":"\u00e9é","f":-12.05e+10,"g":007}`, `{"a\\":"\\\\\\\"","b":\"}`, `{"a":"b`, `{"a":"\`, `{1.0 01 .05 00 10 1a01`,
		"{\"a\":\"\t\"\t\n}", `{` + strings.Repeat(`"",`, 200) + `}`, `{` + strings.Repeat(`\"`, 100) + `"`, `{` + strings.Repeat(`\`, 63) + `"\u"`,
		`{"n":[` + strings.Repeat("1234567,", 30) + `0]}`, `{"n":` + strings.Repeat(" ", 56) + `.0` + strings.Repeat("5", 70) + `}`, `{` + strings.Repeat(" ", 62) + `012}`,
		`{"a":"\b\f\n\r\t\/\x"}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > MaxForm {
			return
		}
		for pad := range 66 {
			text := text
			if len(text) > 0 {
				text = slices.Concat(text[:1], bytes.Repeat([]byte(" "), pad), text[1:])
			}
			var want Form
			want.Read(text)
			if len(text) == 0 || text[0] != '{' {
				continue
			}
			readFormGo(&want, text)
			for _, l := range formLevels {
				sameForm(t, l.name, l.run, text, &want)
			}
		}
	})
}

// sameForm also lets the text end with its page of memory, behind which nothing may be
// read.
func sameForm(t *testing.T, name string, kernel func(*Form, []byte), text []byte, want *Form) {
	t.Helper()
	for _, text := range [][]byte{slices.Clip(text), kerneltest.AtPageEnd(t, text)} {
		got := Form{Bytes: make([]byte, len(text)+formSlack), Quotes: make([]uint16, len(text)+formSlack)}
		kernel(&got, text)
		same := got.Odd == want.Odd && got.Rare == want.Rare && got.Escaped == want.Escaped
		if !same || !bytes.Equal(got.Bytes, want.Bytes) || !slices.Equal(got.Quotes, want.Quotes) {
			t.Fatalf("%s: %q:\n got %q %v\nwant %q %v\n got odd %v rare %v escaped %v\nwant odd %v rare %v escaped %v", name, text, got.Bytes, got.Quotes,
				want.Bytes, want.Quotes, got.Odd, got.Rare, got.Escaped, want.Odd, want.Rare, want.Escaped)
		}
	}
}

func TestForm(t *testing.T) {
	var f Form
	f.Read([]byte(`{"a\"":[10,2.05,"x"],"b":-7e12}`))
	if want := `{":[0,0.0,"],":-0e0}`; string(f.Bytes) != want || !slices.Equal(f.Quotes, []uint16{1, 5, 16, 18, 21, 23}) || f.Odd || f.Rare || !f.Escaped {
		t.Errorf("%s %v %v %v %v", f.Bytes, f.Quotes, f.Odd, f.Rare, f.Escaped)
	}
	for text, want := range map[string]bool{`{"a":01}`: true, `{"a":10.01}`: false, "{\"a\":\"\n\"}": true, `{"a`: true, `["a"]`: true, "{\n}": false} {
		if f.Read([]byte(text)); f.Odd != want {
			t.Errorf("%q is odd: %v", text, f.Odd)
		}
	}
}

func BenchmarkForm(b *testing.B) {
	text := bytes.Repeat([]byte(`{"kind":"Event","verb":"list\\"},`), 33)
	var f Form
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		f.Read(text)
	}
}
