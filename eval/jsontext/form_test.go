package jsontext

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"github.com/tidwall/gjson"

	"spl/eval/jsontext/jsontexttest"
	"spl/spl/input/kernel/kerneltest"
)

// everything keeps all values of a text, objects and arrays too, and gives their texts,
// those in objects with their keys.
func everything(text string, r *Reading) (values []string) {
	name := func(key gjson.Result) string {
		if key.Raw == "" {
			return "="
		}
		return key.Raw + "="
	}
	var walk func(v gjson.Result)
	walk = func(v gjson.Result) {
		object := v.IsObject()
		v.ForEach(func(key, v gjson.Result) bool {
			if object {
				r.Key(Offset(text, key.Raw), key.Raw[1:len(key.Raw)-1], false)
			}
			from := Offset(text, v.Raw)
			r.Value(len(values), from, from+len(v.Raw))
			if r != nil {
				r.Names = append(r.Names, name(key))
			}
			if v.Type == gjson.String {
				values = append(values, name(key)+String(v.Raw))
			} else {
				values = append(values, name(key)+v.Raw)
			}
			if v.IsObject() || v.IsArray() {
				walk(v)
			}
			return true
		})
	}
	walk(gjson.Parse(text))
	return values
}

func walkEverything(text string, r *Reading) bool {
	if !gjson.Valid(text) {
		return false
	}
	everything(text, r)
	return true
}

// What is read by the forms of texts before is what a walk through the text finds.
func FuzzReader(f *testing.F) {
	for _, s := range []string{
		`{"kind":"Event","user":{"username":"a\"b","groups":["x","y"],"extra":{"k":["v"]}},"code":200,"ok":true,"none":null,"empty":{},"list":[]}`,
		`{"a":1,"a":2,"a":{"b":3},"a":[1,[2,{"b":4}],"x"],"":5,"a.b":6,"\u0061":7,"a\\":8}`,
		`{"a":[12,3.05,-4e10,[5,0],{"b":66}],"c":{"b":"\\"}}`, ` {"a" : [ 1 , 22 ] , "b": { } , "c": 2}`, `{"a":{"b":1,"c":[2,33]}}`,
		`{"a":01}`, `{"a":[1,2,]}`, `{"a":{"b"}}`, `{"a":"\x"}`, "{\"a\":\"\t\"}", `{"a":nullx}`, `{"a":"x","b":"\ud83d\ude00","b":"\ud800y"}`,
		`{"long":[` + strings.Repeat("1,", maxGap) + `1]}`,
	} {
		f.Add(s, uint64(3))
	}
	f.Fuzz(func(t *testing.T, text string, seed uint64) {
		if !strings.HasPrefix(text, "{") || len(text) > 1<<12 {
			return
		}
		var reader Reader
		s := NewSet(walkEverything)
		random := rand.New(rand.NewPCG(seed, 1))
		for i := range 24 {
			text := text
			if i > 3 {
				text = jsontexttest.Alter(random, text)
			}
			r := reader.Read(s, text)
			if r == nil {
				continue
			}
			if !gjson.Valid(text) {
				t.Fatalf("%q counts as JSON", text)
			}
			var got []string
			for i := range r.Values {
				got = append(got, r.Names[r.Values[i].Name]+reader.Value(&r.Values[i], text))
			}
			if want := everything(text, nil); !slices.Equal(got, want) {
				t.Fatalf("%q:\n got %q\nwant %q", text, got, want)
			}
		}
	})
}

// A reading is for texts whose keys are the same to the last byte, and looks at none
// behind a text.
func TestReaderKeys(t *testing.T) {
	f := func(known, text string, same bool) {
		t.Helper()
		var reader Reader
		s := NewSet(walkEverything)
		reader.Read(s, known)
		first := reader.Read(s, known)
		if first == nil {
			t.Fatalf("%s is not known the second time", known)
		}
		for _, c := range first.checks {
			if int(c.offset)+8 > first.reach {
				t.Errorf("%s: a check looks at %d bytes, and reach is %d", known, c.offset+8, first.reach)
			}
		}
		// Where a text ends soon, and where it goes on.
		for _, value := range []string{"", "v", strings.Repeat("v", 64)} {
			b := kerneltest.AtPageEnd(t, []byte(strings.ReplaceAll(text, "VALUE", value)))
			text := unsafe.String(unsafe.SliceData(b), len(b)) // no copy
			if got := reader.Read(s, text); (got == first) != same {
				t.Errorf("%s and %s have one reading: %v", known, text, got == first)
			}
		}
	}
	for _, key := range []string{"a", "sevenxx", "eightxxx", "ninexxxxx", "fifteenxxxxxxxx", "sixteenxxxxxxxxx", "twentythreexxxxxxxxxxxx", "twentyfourxxxxxxxxxxxxxx"} {
		object := func(key string) string { return `{"` + key + `":"VALUE"}` }
		known := object(key)
		f(known, known, true)
		f(known, object(key+"x"), false)
		f(known, object("x"+key), false)
		f(known, object(key[1:]), false)
		for i := range key {
			f(known, object(key[:i]+"_"+key[i+1:]), false)
		}
	}
	f(`{"a":"VALUE","bcdefghijkl":{"m":2}}`, `{"a":"VALUE","bcdefghijkl":{"m":33}}`, true)
	f(`{"a":"VALUE","bcdefghijkl":{"m":2}}`, `{"a":"VALUE","bcdefghijkl":{"n":2}}`, false)
	f(`{"a":"VALUE","bcdefghijkl":{"m":2}}`, `{"a":"VALUE","bcdefghijk_":{"m":2}}`, false)
	f(`{"a":"VALUE","bcdefghijkl":{"m":2}}`, `{"a":"VALUE","bcdefghijkl":{"m":"2"}}`, false)
}

// Texts are known from the second of their form on, by one reading of one form.
func TestReaderKnows(t *testing.T) {
	var f Reader
	s := NewSet(walkEverything)
	for i, text := range []string{`{"a":"x","b":[1,{"c":2}]}`, `{"a":"xy","b":[10,{"c":2}]}`, `{"a":"z","b":[1,{"c":222}]}`} {
		if known := f.Read(s, text) != nil; known != (i > 0) {
			t.Errorf("text %d is known: %v", i, known)
		}
	}
	if k := s.last[len(s.last)-2]; len(s.known) != 1 || k == nil || len(k.readings) != 1 {
		t.Errorf("there should be one reading of one form")
	}
}

// A set that forms are of no use for is left alone for a time.
func TestReaderRests(t *testing.T) {
	var f Reader
	s := NewSet(walkEverything)
	for i := range formTrial {
		f.Read(s, `{"a":[`+strings.Repeat(`"",`, i)+`""]}`)
	}
	if s.rest != formRest {
		t.Errorf("rests for %d texts", s.rest)
	}
}

func TestString(t *testing.T) {
	for raw, want := range map[string]string{
		`""`: "", `"a"`: "a", `"a\n\t\"\\\/\b\f\r\u00e9\ud83d\ude00"`: "a\n\t\"\\/\b\f\ré😀", `"\ud83dx\ude00\ud83d\ud83d\ude00\ud83d\u0041"`: "\ufffdx\ufffd\ufffd😀\ufffdA",
	} {
		if got := String(raw); got != want {
			t.Errorf("%s: %q, want %q", raw, got, want)
		}
	}
}
