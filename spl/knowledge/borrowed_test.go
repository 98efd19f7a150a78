package knowledge

import (
	"strings"
	"testing"
	"testing/fstest"
	"unsafe"

	"spl/spl/input"
)

// What is remembered of where events come from must not be in the buffers that they
// were read into: these are written over.
func TestBorrowedOrigins(t *testing.T) {
	b, errs := Load([]App{{Name: "a", FS: fstest.MapFS{"default/props.conf": {Data: []byte("[st]\nEVAL-x = 1\nSEDCMD-a = s/a/b/\n")}}}}, Options{})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	buf := []byte("st:borrowed")
	text := unsafe.String(&buf[0], len(buf))
	familyOf(text)
	rules := &indexRules{stanzas: b.fields.stanzas, by: map[origin]*input.Rules{}, sets: map[string]*input.Rules{}}
	rules.of(text, text, text)
	cache := newSetCache(b.fields)
	cache.of(origin{text, text, text})
	copy(buf, "overwritten")

	familyCache.Range(func(key, _ any) bool {
		if key == "overwritten" {
			t.Error("a source type is remembered in the reader's buffer")
		}
		return true
	})
	want := origin{"st:borrowed", "st:borrowed", "st:borrowed"}
	for o := range rules.by {
		if o != want {
			t.Errorf("index-time rules are remembered for %q", o)
		}
	}
	for o := range cache.by {
		if o != want {
			t.Errorf("search-time rules are remembered for %q", o)
		}
	}
	if strings.Contains(text, "borrowed") {
		t.Error("the test writes over nothing")
	}
}
