package regex

import (
	"regexp"
	"slices"
	"testing"
)

var sequencePatterns = []string{
	`/namespaces/(?P<ns>[^/]+)`, `user=(\w+)`, `user=(\w*),`, `a([bc]+)d(.*)`, `"k":"([^"]*)"`, `x(\d+)\.(\d+)`, `a(b)c`, `(ab)([^ ]+) `,
	`ab`, `a([^b]+)b([^a]*)a`, `é([^é]+)`, `id=(\S+)`,
}

func TestSequenceIsRecognised(t *testing.T) {
	for _, p := range []string{`/namespaces/(?P<ns>[^/]+)`, `user=(\w+)`, `"k":"([^"]*)"`, `x(\d+)\.(\d+)`, `id=(\S+)`, `a(.*)`} {
		if newSequence(p) == nil {
			t.Errorf("%s is a sequence", p)
		}
	}
	for _, p := range []string{`(\w+)`, `user=(\w+)w`, `a(b|c)`, `a(b+?)c`, `(?i)a(\d+)`, `a(\w+)(\d*)`, `^a(\d+)`, `a(\d+)$`, `a(?:\d)?b`, `a\b`, `a(.*)b`, `a(\d{2})`, `a([\x{e0}-\x{ff}]+)`} {
		if newSequence(p) != nil {
			t.Errorf("%s is no sequence", p)
		}
	}
}

func FuzzSequence(f *testing.F) {
	for _, s := range []string{"/api/namespaces/kube/x/namespaces//namespaces/y", `user=,user=x1,`, "abcd", `{"k":"v\"w","k":""}`, "x1.x12.34", "ab abé \n", "\xffa\xfeb"} {
		for _, p := range sequencePatterns {
			f.Add(p, s)
		}
	}
	f.Fuzz(func(t *testing.T, pattern, text string) {
		std, err := regexp.Compile(pattern)
		if err != nil {
			return
		}
		s := newSequence(pattern)
		if s == nil {
			return
		}
		if got, want := s.find(text, nil), std.FindStringSubmatchIndex(text); !slices.Equal(got, want) {
			t.Fatalf("%s in %q: %v, want %v", pattern, text, got, want)
		}
	})
}
