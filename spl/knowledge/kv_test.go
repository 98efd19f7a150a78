package knowledge

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"spl/eval/batch"
	"spl/spl/input"
)

func emitted(run func(emit func(name, value string))) []string {
	var out []string
	run(func(n, v string) { out = append(out, n+"="+v) })
	return out
}

func TestXML(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{"<a><b>1</b><b>2</b></a>", []string{"a.b=1", "a.b=2"}},
		{"<a>1</a>", nil},
		{"<a x=\"1\" y = '2 > 1'/>", []string{"a{@x}=1", "a{@y}=2 > 1"}},
		{"<n:a><n:b> x </n:b></n:a>", []string{"n:a.n:b=x"}},
		{"<a><b>&lt;&#65;&#x42;&nope;&</b></a>", []string{"a.b=<AB&nope;&"}},
		{"<a><b>text<c>1</c>more</b></a>", []string{"a.b.c=1"}},
		{"<a><b>1</c></a>", nil},
		{"<a><b>1</b>", []string{"a.b=1"}},
		{"<a><b x=\"1></b></a>", nil},
		{"x <a><b>1</b></a>", nil},
		{"<!DOCTYPE a><a><b>1</b></a>", []string{"a.b=1"}},
		{"<a><b></b><c/></a>", nil},
		{"<>", nil}, {"<", nil}, {"</a>", nil}, {"", nil},
		{strings.Repeat("<a>", 5000) + "x", nil},
	} {
		got := emitted(func(emit func(string, string)) { xmlFields(c.text, emit) })
		if !slices.Equal(got, c.want) {
			t.Errorf("%.60q: got %q, want %q", c.text, got, c.want)
		}
	}
}

func TestFlattenDeep(t *testing.T) {
	text := strings.Repeat("[", 3000) + "1" + strings.Repeat("]", 3000)
	if got := emitted(func(emit func(string, string)) { flatten(text, emit) }); got != nil {
		t.Errorf("got %d fields", len(got))
	}
}

// The reader's own extraction is done again where KV_MODE takes it away, so both must
// agree.
func TestSameAsReader(t *testing.T) {
	for _, text := range []string{
		`a=1, b="x y";c=2&d=3|e==4 f= g=h=i _j=5 k.l-m=6 n="open a=2 =x 1z=7`,
		`{"a":{"b":[1,{"c":"d\n\u00e9"}],"e":null,"f":1.50},"":2,"g":[],"h":true}`,
		`[1,{"a":2}]`, `[not json] a=1`, `{broken a=1`,
	} {
		var want map[string]string
		readBatches(t, textSource(text, input.Meta{}), scanOf(batch.AllFields), func(b *batch.Batch) {
			b.Load()
			want = map[string]string{}
			for i, n := range b.Names {
				if !standing(n) && n != "punct" {
					want[n] = fmt.Sprint(b.Cols[i].Values(0))
				}
			}
		})
		got := map[string][]string{}
		if kindOf(text) == jsonText {
			flatten(text, func(n, v string) { got[n] = append(got[n], v) })
		} else {
			pairs(text, false, once(func(n, v string) { got[n] = append(got[n], v) }))
		}
		for n, v := range got {
			if want[n] != fmt.Sprint(v) {
				t.Errorf("%s: %s is %q here and %q there", text, n, v, want[n])
			}
		}
		if len(got) != len(want) {
			t.Errorf("%s: %v here, %v there", text, got, want)
		}
	}
}

func FuzzTexts(f *testing.F) {
	for _, s := range []string{`a=1 b="x\"y" c`, `{"a":[1,{"b":"c"}]}`, `<a x="1"><b>2</b></a>`, "PID USER\n1 root", "a|b=c|\"d|e\"=f", "\xff=\xfe", "<![CDATA[x"} {
		f.Add(s)
	}
	cut := &delimStep{pairs: "|,", keys: "=", names: []string{"a", "b"}, clean: true}
	f.Fuzz(func(t *testing.T, s string) {
		emit := func(n, v string) {
			if n == "" && kindOf(s) != jsonText {
				t.Errorf("a field without a name, value %q", v)
			}
		}
		pairs(s, false, emit)
		pairs(s, true, emit)
		flatten(s, emit)
		xmlFields(s, emit)
		columns(s, emit)
		_ = cut.keyValues(s, emit)
		_ = cut.positional(s, emit)
	})
}

// FuzzApp reads any files as an app and asks for fields in several ways.
func FuzzApp(f *testing.F) {
	f.Add("[st]\nEXTRACT-a = (?<a>\\d)\nREPORT-b = t\nEVAL-c = a.b\nFIELDALIAS-d = c AS a a ASNEW e", "[t]\nREGEX = (.)=(.)\nFORMAT = $1::$2", "[e]\nsearch = a=1 tag=x", "[eventtype=e]\nx = enabled", "a=1 b=2")
	f.Add("[source::...log]\nKV_MODE = xml\n[host::*]\nKV_MODE = multi\npriority=200", "[t]\nDELIMS = \"|\"\nFIELDS = a, b", "[e]\nsearch = eventtype=* NOT tag::a=b", "[a=%zz]\nb = disabled", "<a><b c='d'>e</b></a>")
	f.Add("[(?::){0}s*]\nrename = x\n[x]\nKV_MODE = none\nEVAL-host = source", "[t]\nREGEX = (?<_KEY_1>.)(?<_VAL_1>.)\nMV_ADD = 1", "[e]\nsearch = (", "[=]", `{"a":1}`)
	f.Fuzz(func(t *testing.T, props, transforms, types, tags, text string) {
		b, _ := Load(appOf(map[string]string{"props": props, "transforms": transforms, "eventtypes": types, "tags": tags}), Options{})
		b.Check()
		in := textSource(text, input.Meta{Sourcetype: "st"})
		var first []string
		for _, got := range readWays(t, b.Source(in), []string{"a", "b", "c", "host", "sourcetype", "eventtype", "tag", "tag::a"}) {
			if first != nil && !slices.Equal(first, got) {
				t.Errorf("%q and %q", first, got)
			}
			first = got
		}
	})
}
