package input

import (
	"reflect"
	"strings"
	"testing"
)

// What the block scanner knows, it reads as the plain scanner does.
func FuzzBlocks(f *testing.F) {
	for _, s := range []string{
		`{"kind":"Event","user":{"username":"a\"b","groups":["x","y"],"extra":{"k":["v"]}},"code":200,"ok":true,"none":null,"empty":{},"list":[]}`,
		`{"a":1,"a":2,"a":{"b":3},"a":[1,[2,{"b":4}],"x"],"":5,"a.b":6,"\u0061":7,"a\\":8}`,
		`{"a":"` + strings.Repeat("x", 57) + `","b":"` + strings.Repeat(`\\`, 40) + `","c":-1.5e+3}`,
		`{"a":tru}`, `{"a" :1}`, `{"a":1}}`, `{"a":1]`, `{"a","b"}`, `{"a":1,}`, `[{"a":1}]`, `{"a":"b":1}`, `{:1}`, `{"a":01}`,
		`{"a":[1,2,]}`, `{"a":[,1]}`, `{"a":{"b"}}`, `{"a":"\x"}`, "{\"a\":\"\t\"}", `{"a":1 ,"b":2}`, `{"a":1}{"b":2}`, `{"a":["b":1]}`,
		`{"a":1"b":2}`, `{"a""b":2}`, `{"a":"b""c":1}`, `{{"a":1}}`, `{"a":1,"b"}`, `{"a":[]"b":1}`, `{"a":[1][2]}`, `{"a":nullx}`, `{a:1}`,
		strings.Repeat(`{"a":`, 61) + "1" + strings.Repeat("}", 61),
	} {
		f.Add(s, "a\nuser.username\nuser.groups{}\ncode\na.b\na{}.b\na{}\n")
	}
	f.Fuzz(func(t *testing.T, text, names string) {
		list := uniqueNames(names)
		if len(list) == 0 {
			return
		}
		w := newWanted(list)
		var s blockScan
		for pad := range 3 { // as it stands, and with its tokens elsewhere in the blocks
			text := text
			if pad > 0 && strings.HasPrefix(text, "{\"") {
				text = `{"pad":"` + strings.Repeat("y", pad*23) + `",` + text[1:]
			}
			got := newFound(len(list))
			if !s.extract(w, text, got) {
				continue
			}
			sameValues(t, w, text, got)
		}
	})
}

// sameValues checks that what was found in a text is what the plain scanner finds.
func sameValues(t *testing.T, w *wanted, text string, got *found) {
	t.Helper()
	want := newFound(len(w.names))
	if !w.extract(text, want) {
		t.Fatalf("%q is not JSON", text)
	}
	for i, n := range w.names {
		if len(got.vals[i])+len(want.vals[i]) > 0 && !reflect.DeepEqual(got.vals[i], want.vals[i]) {
			t.Fatalf("%s of %q: %q, want %q", n, text, got.vals[i], want.vals[i])
		}
	}
}

func uniqueNames(s string) []string {
	var out []string
	seen := map[string]bool{"": true}
	for n := range strings.SplitSeq(s, "\n") {
		if !seen[n] && !strings.Contains(n, "\xff") {
			seen[n] = true
			out = append(out, n)
		}
	}
	return out
}

// The block scanner knows what machines write.
func TestBlocksKnow(t *testing.T) {
	for text, want := range map[string]bool{
		`{"a":1}`: true, `{}`: true, `{"a":{"b":[1,"x\n",null,{"c":[]}]},"d":"é"}`: true,
		`{"a":1} `: false, `{ "a":1}`: false, `{"a":}`: false, `{"a":1,"b"}`: false, `{"a":"b}`: false, `{"a":nul}`: false,
	} {
		var s blockScan
		if got := s.prove(text); got != want {
			t.Errorf("%s is known: %v", text, got)
		}
	}
}

func BenchmarkBlocks(b *testing.B) {
	w := newWanted([]string{"verb", "objectRef.resource", "responseStatus.code"})
	var s blockScan
	out := newFound(3)
	b.SetBytes(int64(len(auditLine)))
	for b.Loop() {
		if !s.extract(w, auditLine, out) {
			b.Fatal("not known")
		}
		out.reset()
	}
}

func BenchmarkProve(b *testing.B) {
	var s blockScan
	b.SetBytes(int64(len(auditLine)))
	for b.Loop() {
		s.prove(auditLine)
	}
}

func BenchmarkPlainScan(b *testing.B) {
	w := newWanted([]string{"verb", "objectRef.resource", "responseStatus.code"})
	out := newFound(3)
	b.SetBytes(int64(len(auditLine)))
	for b.Loop() {
		w.extract(auditLine, out)
		out.reset()
	}
}
