package input

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/tidwall/gjson"
)

// fieldsOf extracts the named fields.
func fieldsOf(text string, names ...string) (map[string][]string, bool) {
	out := newFound(len(names))
	ok := newWanted(names).extract(text, out)
	m := map[string][]string{}
	for i, n := range names {
		if len(out.vals[i]) > 0 {
			m[n] = slices.Clone(out.vals[i])
		}
	}
	return m, ok
}

func allFields(text string) map[string][]string {
	m := map[string][]string{}
	flatten(text, func(name []byte, v string) { m[string(name)] = append(m[string(name)], v) })
	return m
}

func TestNames(t *testing.T) {
	f := func(text string, want map[string][]string) {
		t.Helper()
		if !validJSON(text) {
			t.Fatalf("%s is called broken", text)
		}
		if got := allFields(text); !maps.EqualFunc(got, want, slices.Equal) {
			t.Errorf("flatten %s\n got %q\nwant %q", text, got, want)
		}
		names := slices.Sorted(maps.Keys(want))
		for i := range names { // each name alone, and all together
			if got, _ := fieldsOf(text, names[i]); !slices.Equal(got[names[i]], want[names[i]]) {
				t.Errorf("extract %s of %s\n got %q\nwant %q", names[i], text, got[names[i]], want[names[i]])
			}
		}
		if got, _ := fieldsOf(text, names...); !maps.EqualFunc(got, want, slices.Equal) {
			t.Errorf("extract %s\n got %q\nwant %q", text, got, want)
		}
	}
	type m = map[string][]string
	f(`{"a":{"b":1}}`, m{"a.b": {"1"}})
	f(`{"a":[1,2,3]}`, m{"a{}": {"1", "2", "3"}})
	f(`{"a":[{"b":1,"c":2},{"b":3}]}`, m{"a{}.b": {"1", "3"}, "a{}.c": {"2"}})
	f(`{"a":[[1,2],[3]]}`, m{"a{}{}": {"1", "2", "3"}})
	f(`[{"x":1},{"x":2}]`, m{"{}.x": {"1", "2"}})
	f(`[1,[2]]`, m{"{}": {"1"}, "{}{}": {"2"}})
	f(`{"a b":{"c-d":1}}`, m{"a b.c-d": {"1"}})
	f(`{"a.b":1,"a":{"b":2}}`, m{"a.b": {"1", "2"}})
	f(`{"a{}":1,"a":[2]}`, m{"a{}": {"1", "2"}})
	f(`{"t":true,"f":false,"n":null}`, m{"t": {"true"}, "f": {"false"}, "n": {"null"}})
	f(`{"s":""}`, m{"s": {""}})
	f(`{"e":[],"o":{}}`, m{})
	f(`{"x":1.50,"y":1e3,"z":12345678901234567890,"w":-0.0E+7}`, m{"x": {"1.50"}, "y": {"1e3"}, "z": {"12345678901234567890"}, "w": {"-0.0E+7"}})
	f(`{"a":1,"a":2}`, m{"a": {"1", "2"}})
	f(`{"k":"a\n\t\"\\\/\b\f\r\u00e9\ud83d\ude00"}`, m{"k": {"a\n\t\"\\/\b\f\ré😀"}})
	f(`{"k":"\ud83dx\ude00\ud83d\ud83d\ude00\ud83d\u0041"}`, m{"k": {"\ufffdx\ufffd\ufffd😀\ufffdA"}})
	f(`{"\u0061":{"\"q":1}}`, m{"a.\"q": {"1"}})
	f(" {\t\"a\" :\r [ 1 , 2 ] } ", m{"a{}": {"1", "2"}})
	f(`{"user":{"name":"bob","roles":["a","b"]},"n":1,"ok":true,"x":null}`,
		m{"user.name": {"bob"}, "user.roles{}": {"a", "b"}, "n": {"1"}, "ok": {"true"}, "x": {"null"}})
	f(`{"ab":1,"a":2,"abc":3,"abd":4}`, m{"ab": {"1"}, "a": {"2"}, "abc": {"3"}, "abd": {"4"}})
	f(`{"":1,"x":{"":2}}`, m{"": {"1"}, "x.": {"2"}})
	f(`{"long":"`+strings.Repeat("x", 1000)+`"}`, m{"long": {strings.Repeat("x", 1000)}})
}

func TestBrokenJSON(t *testing.T) {
	for _, text := range []string{
		``, `{`, `}`, `{]`, `[}`, `{"a"}`, `{"a":}`, `{"a":1,}`, `[1,]`, `{"a":01}`, `{"a":1.}`, `{"a":.5}`, `{"a":+1}`,
		`{"a":1e}`, `{"a":-}`, `{"a":tru}`, `{"a":"x}`, `{"a":"\x41"}`, `{"a":"\u12g4"}`, `{"a":"\u12"}`, `{"a":"\`,
		"{\"a\":\"\x01\"}", `{"a":1}}`, `{"a":1} x`, `{"a":1}{"b":2}`, `{a:1}`, `{"a" 1}`, `{"a":{"b":[1,{"c":nul}]}}`,
		`{"a":1`, `{"a":[1}`, `{"user":{"name":"bob"},"n":01}`, "{\"a\":1}\x00", `"text"`, `1`,
		strings.Repeat(`{"a":`, 513) + "1" + strings.Repeat("}", 513),
		strings.Repeat("[", 100_000),
		strings.Repeat(`{"a":`, 100_000),
	} {
		if validJSON(text) {
			t.Errorf("%.80s is called valid", text)
		}
		for _, name := range []string{"a", "a.b{}.c", "zz", "{}{}{}", strings.Repeat("a.", 512) + "a"} {
			if got, ok := fieldsOf(text, name); ok || len(got) > 0 {
				t.Errorf("%.80s gives %q", text, got)
			}
		}
	}
}

func TestDepth(t *testing.T) {
	deep := strings.Repeat(`{"a":[`, 256) + "1" + strings.Repeat("]}", 256)
	name := strings.Repeat("a{}.", 255) + "a{}"
	if got, ok := fieldsOf(deep, name); !ok || !slices.Equal(got[name], []string{"1"}) {
		t.Errorf("512 levels: %q %v", got, ok)
	}
	if _, ok := fieldsOf(deep, "b"); !ok {
		t.Error("512 levels are refused when nothing is wanted")
	}
	if _, ok := fieldsOf(`{"a":`+deep+`}`, "a."+name); ok {
		t.Error("513 levels are taken")
	}
	if _, ok := fieldsOf(`{"a":`+deep+`}`, "b"); ok {
		t.Error("513 levels are taken when nothing is wanted")
	}
}

// depthOf is the nesting of a valid text.
func depthOf(text string) (deepest int) {
	d := json.NewDecoder(strings.NewReader(text))
	depth := 0
	for {
		tok, err := d.Token()
		if err != nil {
			return deepest
		}
		switch tok {
		case json.Delim('{'), json.Delim('['):
			depth++
			deepest = max(deepest, depth)
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
	}
}

func FuzzScan(f *testing.F) {
	for _, s := range []string{
		`{"a":{"b":[1,{"c":"x\u00e9\ud800"}]},"a.b":2,"":null}`, `[[1],{"a":-1.5e+3}]`, `{"a":"\ud83d\ude00\\"}`, `{"a":1,"a":2}`,
		`{"a":[],"b":{}}`, `{"a{}":[{"b":true}]}`, ` [ ] `, `{"a":01}`, "{\"a\":\"\xff\"}",
	} {
		f.Add(s, "a.b", uint8(3))
	}
	f.Fuzz(func(t *testing.T, text, other string, pick uint8) {
		if len(text) > 1<<16 {
			return
		}
		trimmed := strings.TrimLeft(text, " \t\r\n")
		valid := trimmed != "" && (trimmed[0] == '{' || trimmed[0] == '[') && gjson.Valid(text) && depthOf(text) <= maxDepth
		if got := validJSON(text); got != valid {
			t.Fatalf("validJSON(%q) = %v", text, got)
		}
		want := map[string][]string{}
		if valid {
			want = allFields(text)
		}
		names := []string{other}
		for n := range want { // some of the names
			if n != other && (len(n)+int(pick))%3 != 0 {
				names = append(names, n)
			}
		}
		got, ok := fieldsOf(text, names...)
		if ok != valid {
			t.Fatalf("extract(%q) says %v", text, ok)
		}
		for _, n := range names {
			if !slices.Equal(got[n], want[n]) {
				t.Fatalf("%q of %q: got %q, want %q", n, text, got[n], want[n])
			}
		}
	})
}

// sampleEvent is an audit event of about 1 KB, in which the fields of sampleNames
// stand at the front, in the middle and at the end.
var sampleEvent = `{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"52e3b4cd-a843-46e4-b646-630348dd01c6",` +
	`"stage":"ResponseComplete","requestURI":"/api/v1/namespaces/default/pods?limit=500","verb":"list","user":{"username":"system:serviceaccount:kube-system:replicaset-controller",` +
	`"uid":"8a2b0e3c-1d2f-4b6a-9c1e-5f7d8e9a0b1c","groups":["system:serviceaccounts","system:serviceaccounts:kube-system","system:authenticated"]},` +
	`"sourceIPs":["203.0.113.7"],"userAgent":"kubectl/v1.28.2 (linux/amd64) kubernetes/89a4ea3","objectRef":{"resource":"pods","namespace":"default","apiVersion":"v1"},` +
	`"responseStatus":{"metadata":{},"code":200},"requestReceivedTimestamp":"2024-05-15T13:47:31.123456Z","stageTimestamp":"2024-05-15T13:47:31.127456Z",` +
	`"annotations":{"authorization.k8s.io/decision":"allow","authorization.k8s.io/reason":"RBAC: allowed by ClusterRoleBinding \"system:controller:replicaset-controller\" of ClusterRole"}}`

var sampleNames = []string{"verb", "sourceIPs{}", "responseStatus.code"}

func BenchmarkExtract(b *testing.B) {
	w, out := newWanted(sampleNames), newFound(3)
	b.SetBytes(int64(len(sampleEvent)))
	for b.Loop() {
		if !w.extract(sampleEvent, out) {
			b.Fatal("broken")
		}
		out.reset()
	}
}

func BenchmarkFlatten(b *testing.B) {
	b.SetBytes(int64(len(sampleEvent)))
	n := 0
	for b.Loop() {
		flatten(sampleEvent, func([]byte, string) { n++ })
	}
}
