package knowledge

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"spl/eval"
	"spl/eval/batch"
	"spl/spl/input"
)

// appOf makes an app of configuration files, by their names without .conf, with
// lookup tables beside them (names with a dot).
func appOf(files map[string]string) []App {
	m := fstest.MapFS{}
	for n, text := range files {
		if strings.Contains(n, ".") {
			m["lookups/"+n] = &fstest.MapFile{Data: []byte(text)}
		} else {
			m["default/"+n+".conf"] = &fstest.MapFile{Data: []byte(text)}
		}
	}
	return []App{{Name: "app", FS: m}}
}

func baseOf(t testing.TB, files map[string]string) *Base {
	t.Helper()
	b, errs := Load(appOf(files), Options{})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return b
}

func textSource(text string, meta input.Meta) batch.Source {
	open := func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }
	return input.New([]input.File{{Name: "in.log", Open: open, Meta: meta}}, input.Options{})
}

func scanOf(fields batch.Fields, first ...string) *batch.Scan {
	return &batch.Scan{Fields: fields, First: first, Earliest: math.Inf(-1), Latest: math.Inf(1)}
}

// readBatches reads a source to its end.
func readBatches(t testing.TB, s batch.Source, scan *batch.Scan, each func(*batch.Batch)) {
	t.Helper()
	r, err := s.Open(context.Background(), scan)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for {
		p, err := r.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Each(func(b *batch.Batch) bool { each(b); return true }); err != nil {
			t.Fatal(err)
		}
	}
}

// shownFields writes each row's fields: a=1 b=2|3; a field without a value is left out.
func shownFields(b *batch.Batch, fields []string) []string {
	out := make([]string, b.Rows)
	for r := range b.Rows {
		var parts []string
		for _, f := range fields {
			if vals := b.Col(f).Values(r); len(vals) > 0 {
				parts = append(parts, f+"="+strings.Join(vals, "|"))
			}
		}
		out[r] = strings.Join(parts, " ")
	}
	return out
}

// readWays reads the fields in several ways, which must not matter.
func readWays(t *testing.T, s batch.Source, fields []string) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	read := func(way string, scan *batch.Scan, each func(*batch.Batch) *batch.Batch) {
		readBatches(t, s, scan, func(b *batch.Batch) { out[way] = append(out[way], shownFields(each(b), fields)...) })
	}
	same := func(b *batch.Batch) *batch.Batch { return b }
	read("these fields", scanOf(batch.FieldsOf(fields...)), same)
	read("all fields", scanOf(batch.AllFields), func(b *batch.Batch) *batch.Batch { b.Load(); return b })
	read("a pattern", scanOf(batch.FieldsOf("*", "_*")), same)
	read("first, then a selection", scanOf(batch.FieldsOf(fields...), fields[0]), func(b *batch.Batch) *batch.Batch {
		b.Col(fields[0])
		return b.Take(everyRow(b.Rows))
	})
	read("a selection", scanOf(batch.FieldsOf(fields...)), func(b *batch.Batch) *batch.Batch {
		c := b.Take(everyRow(b.Rows))
		c.Col(fields[len(fields)-1])
		return c.Take(everyRow(b.Rows))
	})
	for i, f := range fields { // each alone, joined up again
		var one []string
		readBatches(t, s, scanOf(batch.FieldsOf(f)), func(b *batch.Batch) { one = append(one, shownFields(b, []string{f})...) })
		if i == 0 {
			out["one by one"] = make([]string, len(one))
		}
		for r := range one {
			out["one by one"][r] = strings.TrimLeft(strings.TrimRight(out["one by one"][r]+" "+one[r], " "), " ")
		}
	}
	return out
}

func everyRow(n int) []int32 {
	rows := make([]int32, n)
	for i := range rows {
		rows[i] = int32(i)
	}
	return rows
}

type fieldCase struct {
	name  string
	files map[string]string
	meta  input.Meta
	text  string
	show  string   // fields, in between spaces
	want  []string // of each event
}

func (c fieldCase) run(t *testing.T) {
	t.Helper()
	t.Run(c.name, func(t *testing.T) {
		b := baseOf(t, c.files)
		if c.meta.Sourcetype == "" {
			c.meta.Sourcetype = "st"
		}
		for way, got := range readWays(t, b.Source(textSource(c.text, c.meta)), strings.Fields(c.show)) {
			if !slices.Equal(got, c.want) {
				t.Errorf("%s:\n got %q\nwant %q", way, got, c.want)
			}
		}
	})
}

func props(text string) map[string]string { return map[string]string{"props": text} }

// The rules of events-and-fields 3.3.
func TestOrder(t *testing.T) {
	for _, c := range []fieldCase{
		{name: "EXTRACT", files: props("[st]\nEXTRACT-a = user (?<user>\\w+) from (?<src>\\S*)"), text: "login user bob from 10.0.0.1\nlogin user al from \nx", show: "user src",
			want: []string{"user=bob src=10.0.0.1", "user=al", ""}},
		{name: "the first match only", files: props("[st]\nEXTRACT-a = (?<n>\\d+)"), text: "1 2 3", show: "n", want: []string{"n=1"}},
		{name: "EXTRACT in a field", files: props("[st]\nEXTRACT-a = (?<file>[^.]+)\\.log in source"), text: "x", show: "file", want: []string{"file=in"}},
		{name: "in as part of a pattern", files: props("[st]\nEXTRACT-a = logged in (?<user>\\w+)"), text: "bob logged in al", show: "user", want: []string{"user=al"}},
		{name: "EXTRACT in an earlier one's field", files: props("[st]\nEXTRACT-a = u=<(?<who>[^>]+)>\nEXTRACT-b = (?<dom>\\w+)/ in who"), text: "u=<corp/bob>", show: "who dom", want: []string{"who=corp/bob dom=corp"}},
		{name: "but not in a later one's", files: props("[st]\nEXTRACT-b = u=<(?<who>[^>]+)>\nEXTRACT-a = (?<dom>\\w+)/ in who"), text: "u=<corp/bob>", show: "dom", want: []string{""}},
		{name: "nor in one of automatic extraction", files: props("[st]\nEXTRACT-a = (?<dom>\\w+)/ in who"), text: "who=corp/bob", show: "dom who", want: []string{"who=corp/bob"}},
		{name: "nor of an alias", files: props("[st]\nFIELDALIAS-a = source AS s\nEXTRACT-a = (?<x>in) in s"), text: "a", show: "x s", want: []string{"s=in.log"}},
		{name: "classes in ASCII order", files: props("[st]\nEXTRACT-b = (?<n>\\d)$\nEXTRACT-a = ^(?<n>\\d)"), text: "1 2", show: "n", want: []string{"n=1"}},
		{name: "EXTRACT before REPORT before KV", files: map[string]string{"props": "[st]\nREPORT-a = t\nEXTRACT-z = e(?<v>\\d)\n", "transforms": "[t]\nREGEX = r(?<v>\\d)"},
			text: "v=0 r1 e2\nv=0 r1\nv=0", show: "v", want: []string{"v=2", "v=1", "v=0"}},
		{name: "metadata is not overwritten", files: props("[st]\nEXTRACT-a = (?<host>\\w+)"), text: "abc", show: "host", want: []string{"host=localhost"}},
		{name: "FIELDALIAS", files: props("[st]\nFIELDALIAS-a = a AS b  c AS \"d e\" a AS f"), text: "a=1 c=2", show: "a b c f", want: []string{"a=1 b=1 c=2 f=1"}},
		{name: "AS goes over a value, ASNEW does not", files: props("[st]\nFIELDALIAS-a = a AS b a ASNEW c"), text: "a=1 b=2 c=3\nb=2 c=3\na=1", show: "b c", want: []string{"b=1 c=3", "b=2 c=3", "b=1 c=1"}},
		{name: "an alias of an alias", files: props("[st]\nFIELDALIAS-a = a AS b\nFIELDALIAS-b = b AS c"), text: "a=1", show: "b c", want: []string{"b=1"}},
		{name: "quoted alias", files: props("[st]\nFIELDALIAS-a = \"user.name\" AS user"), text: `{"user":{"name":"bob"}}`, show: "user", want: []string{"user=bob"}},
		{name: "EVAL in parallel", files: props("[st]\nEVAL-a = b+1\nEVAL-b = 10"), text: "b=1", show: "a b", want: []string{"a=2 b=10"}},
		{name: "EVAL swaps", files: props("[st]\nEVAL-a = b\nEVAL-b = a"), text: "a=1 b=2", show: "a b", want: []string{"a=2 b=1"}},
		{name: "EVAL null removes", files: props("[st]\nEVAL-a = if(a=1, null(), a)"), text: "a=1\na=2", show: "a", want: []string{"", "a=2"}},
		{name: "EVAL multivalue", files: props("[st]\nEVAL-a = split(b, \",\")"), text: `b="1,2"`, show: "a", want: []string{"a=1|2"}},
		{name: "EVAL sees aliases", files: props("[st]\nFIELDALIAS-x = a AS b\nEVAL-c = b.\"!\""), text: "a=1", show: "c", want: []string{"c=1!"}},
		{name: "aliases do not see EVAL", files: props("[st]\nFIELDALIAS-x = c AS d\nEVAL-c = 1"), text: "a=1", show: "c d", want: []string{"c=1"}},
		{name: "EVAL quoted name", files: props("[st]\nEVAL-\"a.b\" = 'c.d'"), text: `{"c":{"d":"x"}}`, show: "a.b", want: []string{"a.b=x"}},
		{name: "EVAL over metadata", files: props("[st]\nEVAL-host = upper(host)"), text: "a", show: "host", want: []string{"host=LOCALHOST"}},
		{name: "LOOKUP", files: map[string]string{"props": "[st]\nLOOKUP-a = t k OUTPUT v AS w", "transforms": "[t]\nfilename = t.csv", "t.csv": "k,v\n1,one\n2,two\n"},
			text: "k=1\nk=3\nw=x", show: "w", want: []string{"w=one", "", "w=x"}},
		{name: "OUTPUTNEW and all columns", files: map[string]string{"props": "[st]\nLOOKUP-a = t k OUTPUTNEW v AS w\nLOOKUP-b = t k", "transforms": "[t]\nfilename = t.csv", "t.csv": "k,v\n1,one\n"},
			text: "k=1 w=x", show: "w v", want: []string{"w=x v=one"}},
		{name: "LOOKUP sees EVAL and earlier lookups", files: map[string]string{"props": "[st]\nEVAL-k = a+1\nLOOKUP-a = t k OUTPUT v AS w\nLOOKUP-b = t k AS w OUTPUT v AS x", "transforms": "[t]\nfilename = t.csv", "t.csv": "k,v\n2,3\n3,four\n"},
			text: "a=1", show: "k w x", want: []string{"k=2 w=3 x=four"}},
		{name: "_raw and _time stay", files: props("[st]\nFIELDALIAS-a = a AS _raw"), text: "a=1", show: "_raw", want: []string{"_raw=a=1"}},
	} {
		c.run(t)
	}
}

// Transforms, events-and-fields 3.5.
func TestTransforms(t *testing.T) {
	report := func(transform string) map[string]string {
		return map[string]string{"props": "[st]\nKV_MODE = none\nREPORT-a = t", "transforms": "[t]\n" + transform}
	}
	for _, c := range []fieldCase{
		{name: "FORMAT", files: report("REGEX = (\\w+) (\\w+)\nFORMAT = a::$1 b::$2 c::fixed"), text: "x y z", show: "a b c", want: []string{"a=x b=y c=fixed"}},
		{name: "FORMAT quoted", files: report("REGEX = (\\w+) (\\w+)\nFORMAT = a::\"$1 and $2\""), text: "x y", show: "a", want: []string{"a=x and y"}},
		{name: "names of the event", files: report("REGEX = (\\S+)->(\\S+)\nFORMAT = $1::$2"), text: "a->1 b-c->2 a->3 _9x->4", show: "a b_c x", want: []string{"a=1 b_c=2 x=4"}},
		{name: "CLEAN_KEYS=false", files: report("REGEX = (\\S+)->(\\S+)\nFORMAT = $1::$2\nCLEAN_KEYS = false"), text: "b-c->2", show: "b-c b_c", want: []string{"b-c=2"}},
		{name: "MV_ADD", files: report("REGEX = (\\S+)->(\\S+)\nFORMAT = $1::$2\nMV_ADD = true"), text: "a->1 a->3", show: "a", want: []string{"a=1|3"}},
		{name: "MV_ADD with named groups", files: report("REGEX = to=(?<to>\\S+)\nMV_ADD = 1"), text: "to=a to=b", show: "to", want: []string{"to=a|b"}},
		{name: "_KEY_ and _VAL_", files: report("REGEX = <(?<_KEY_1>\\w+)>(?<_VAL_1>[^<]*)"), text: "<a>1</a><b></b><c>3</c>", show: "a b c", want: []string{"a=1 c=3"}},
		{name: "KEEP_EMPTY_VALS", files: report("REGEX = <(\\w+)>([^<]*)\nFORMAT = $1::$2\nKEEP_EMPTY_VALS = true"), text: "<b></b>", show: "b", want: []string{"b="}},
		{name: "SOURCE_KEY", files: map[string]string{"props": "[st]\nREPORT-a = t, u", "transforms": "[t]\nREGEX = q=<(?<q>[^>]*)>\n[u]\nSOURCE_KEY = q\nREGEX = ^(?<first>.)"}, text: "q=<xyz>", show: "q first", want: []string{"q=xyz first=x"}},
		{name: "DELIMS pairs", files: report("DELIMS = \"|\", \"=:\""), text: `a=1|b:2|c|d="x|y"|e=`, show: "a b c d e", want: []string{"a=1 b=2 d=x|y"}},
		{name: "DELIMS and FIELDS", files: report("DELIMS = \",\"\nFIELDS = a, \"b c\", d, e"), text: `1,"2,3",,4,5`, show: "a d e", want: []string{"a=1 e=4"}},
		{name: "DELIMS tab", files: report("DELIMS = \"\\t\"\nFIELDS = a b"), text: "1\t2", show: "a b", want: []string{"a=1 b=2"}},
		{name: "a list of transforms", files: map[string]string{"props": "[st]\nREPORT-a = u, t", "transforms": "[t]\nREGEX = t(?<v>.)\n[u]\nREGEX = u(?<v>.)"}, text: "t1 u2\nt1", show: "v", want: []string{"v=2", "v=1"}},
	} {
		c.run(t)
	}
}

// KV_MODE, events-and-fields 3.6.
func TestKVMode(t *testing.T) {
	st := func(s string) map[string]string { return props("[st]\n" + s) }
	jsonText := `{"user":{"name":"bob","roles":["a","b"]},"n":1,"ok":true,"x":null}`
	names := "user.name user.roles{} n ok x"
	all := "user.name=bob user.roles{}=a|b n=1 ok=true x=null"
	for _, c := range []fieldCase{
		{name: "auto", files: st("KV_MODE = auto"), text: "a=1 b=\"x y\"", show: "a b", want: []string{"a=1 b=x y"}},
		{name: "none", files: st("KV_MODE = none\nEXTRACT-a = b=(?<b>.)"), text: "a=1 b=2\n{\"a\":1}", show: "a b", want: []string{"b=2", ""}},
		{name: "none keeps what came around the event", files: st("KV_MODE = none"), text: `{"event":"a=1","sourcetype":"st","fields":{"f":"x"}}`, show: "a f", want: []string{"f=x"}},
		{name: "none keeps indexed fields", files: st("KV_MODE = none\nINDEXED_EXTRACTIONS = json"), text: jsonText, show: names, want: []string{all}},
		{name: "json", files: st("KV_MODE = json"), text: jsonText + "\na=1 {\"b\":2}\n{\"n\":01}", show: names + " a b", want: []string{all, "", ""}},
		{name: "json where the reader takes text", files: st("KV_MODE = json"), meta: input.Meta{Format: "text"}, text: jsonText, show: names, want: []string{all}},
		{name: "json indexed and searched", files: st("KV_MODE = json\nINDEXED_EXTRACTIONS = json"), text: `{"a":1}`, show: "a", want: []string{"a=1|1"}},
		{name: "AUTO_KV_JSON=false", files: st("AUTO_KV_JSON = false"), text: `{"a":"b=c"}` + "\nd=e", show: "a b d", want: []string{"b=c", "d=e"}},
		{name: "auto_escaped", files: st("KV_MODE = auto_escaped"), text: `a="say \"hi\" \\" b=2`, show: "a b", want: []string{`a=say "hi" \ b=2`}},
		{name: "xml", files: st("KV_MODE = xml"), text: `<r x='1'><?p?><s><p n="a&amp;b"/><id>7</id><id>8</id></s><!-- <c>9</c> --><t><![CDATA[<y>]]></t></r>`,
			show: "r{@x} r.s.p{@n} r.s.id r.c r.t n", want: []string{"r{@x}=1 r.s.p{@n}=a&b r.s.id=7|8 r.t=<y>"}},
		{name: "xml beside Windows fields", files: st("KV_MODE = xml"), text: `<Event><System><Provider Name="x"/><EventID>1</EventID></System></Event>`,
			show: "Event.System.Provider{@Name} Event.System.EventID EventCode", want: []string{"Event.System.Provider{@Name}=x Event.System.EventID=1 EventCode=1"}},
		{name: "multi", files: st("KV_MODE = multi"), meta: input.Meta{Format: "hec"}, text: `{"event":"PID USER COMMAND\n1 root init x\n2 bob sh"}`, show: "PID USER COMMAND", want: []string{"PID=1|2 USER=root|bob COMMAND=init x|sh"}},
	} {
		c.run(t)
	}
}

// Event types and tags, events-and-fields 3.7.
func TestTypesAndTags(t *testing.T) {
	for _, c := range []fieldCase{
		{name: "event types", files: map[string]string{"eventtypes": "[login]\nsearch = action=login\n[bob]\nsearch = user=b* NOT action=x\npriority = 1\n[off]\nsearch = *\ndisabled = 1"},
			text: "action=login user=bob\naction=login\nx", show: "eventtype", want: []string{"eventtype=bob|login", "eventtype=login", ""}},
		{name: "macros and each other", files: map[string]string{"macros": "[who(1)]\nargs = u\ndefinition = user=$u$", "eventtypes": "[a]\nsearch = `who(bob)`\n[b]\nsearch = eventtype=A x=1\n[c]\nsearch = NOT eventtype=a\n[d]\nsearch = eventtype IN (b, c)"},
			text: "user=bob x=1\nuser=al", show: "eventtype", want: []string{"eventtype=a|b|d", "eventtype=c|d"}},
		{name: "tags", files: map[string]string{"eventtypes": "[proc start]\nsearch = action=start\ntags = legacy", "tags": "[eventtype=proc%20start]\nprocess = enabled\nreport = enabled\nold = disabled\n[user=a%3Ab]\nodd = enabled"},
			text: "action=start user=a:b\nuser=a:b\nuser=A:b", show: "tag tag::eventtype tag::user",
			want: []string{"tag=legacy|odd|process|report tag::eventtype=legacy|process|report tag::user=odd", "tag=odd tag::user=odd", ""}},
		{name: "event types ask about tags", files: map[string]string{"eventtypes": "[a]\nsearch = action=start\n[b]\nsearch = tag=proc*\n[c]\nsearch = tag::user=vip", "tags": "[eventtype=a]\nprocess = enabled\n[user=bob]\nvip = enabled"},
			text: "action=start\nuser=bob", show: "eventtype tag", want: []string{"eventtype=a|b tag=process", "eventtype=c tag=vip"}},
		{name: "on fields of lookups", files: map[string]string{"props": "[st]\nLOOKUP-a = t.csv k OUTPUT v", "t.csv": "k,v\n1,one\n", "eventtypes": "[e]\nsearch = v=one", "tags": "[v=one]\nfirst = enabled"},
			text: "k=1", show: "eventtype tag", want: []string{"eventtype=e tag=first"}},
		{name: "words and patterns of fields", files: map[string]string{"eventtypes": "[e]\nsearch = error \"disk full\" us*=bob eventtype=f\n[f]\nsearch = error"},
			text: "error: disk full user=bob\nerror user=bob", show: "eventtype", want: []string{"eventtype=e|f", "eventtype=f"}},
	} {
		c.run(t)
	}
}

func TestSourceUntouched(t *testing.T) {
	var none *Base
	in := textSource("a=1", input.Meta{})
	if none.Source(in) != in {
		t.Error("no base must give the source as it is")
	}
	if s, ok := baseOf(t, nil).Source(in).(*builtinSource); !ok || s.in == nil {
		t.Error("a base without rules must add what is built in, and nothing else")
	}
	b := baseOf(t, props("[st]\nEVAL-a = b"))
	scan := scanOf(batch.FieldsOf("c", "_raw", "_time"), "c")
	if ext, touched := b.extend(scan); touched || ext != scan {
		t.Error("a scan that wants no field of the rules must stay as it is")
	}
}

// What a search needs follows the order: what is read later is not needed earlier.
func TestExtend(t *testing.T) {
	b := baseOf(t, map[string]string{
		"props":      "[st]\nEXTRACT-x = (?<ex>\\d+) in path\nFIELDALIAS-x = ex AS al\nEVAL-ev = al.other\nEVAL-al = unrelated\nLOOKUP-x = t.csv k AS ev OUTPUT v AS lu\n[source::x]\nEVAL-q = 1",
		"t.csv":      "k,v\n",
		"eventtypes": "[e]\nsearch = lu=1 foo=2",
		"tags":       "[eventtype=e]\nt = enabled\n[user=x]\ny = enabled",
	})
	for _, c := range []struct{ want, names string }{
		{"ex", "ex path source sourcetype"},
		{"al", "al ex path source sourcetype unrelated"},
		{"ev", "al ev ex other path source sourcetype"},
		{"lu", "al ev ex lu other path source sourcetype"},
		{"eventtype", "al ev eventtype ex foo lu other path source sourcetype"},
		{"tag::user", "source sourcetype tag::user user"},
		{"plain", "plain"},
	} {
		ext, _ := b.extend(scanOf(batch.FieldsOf(c.want), c.want))
		if got := strings.Join(ext.Fields.Names, " "); got != c.names {
			t.Errorf("%s needs %q, want %q", c.want, got, c.names)
		}
		if got := strings.Join(ext.First, " "); got != c.names {
			t.Errorf("%s needs first %q, want %q", c.want, got, c.names)
		}
	}
}

func TestComputed(t *testing.T) {
	b := baseOf(t, map[string]string{
		"props":      "[st]\nEXTRACT-a = (?<ex>\\d+)\nEXTRACT-b = (?<base>\\w+) in source\nREPORT-a = made, cut\nFIELDALIAS-a = ex AS al host AS dest made AS also\nEVAL-ev = 1\nLOOKUP-a = t.csv k OUTPUT v AS lu",
		"transforms": "[made]\nREGEX = (\\d)\nFORMAT = made::x$1 plain::$1\n[cut]\nREGEX = (\\w+)>(\\w+)\nFORMAT = $1::$2",
		"t.csv":      "k,v\n",
		"eventtypes": "[e]\nsearch = x",
		"tags":       "[user=x]\ny = enabled",
	})
	for field, want := range map[string]bool{
		"ex": false, "base": true, "made": true, "al": false, "dest": true, "also": true, "ev": true, "lu": true,
		"eventtype": true, "tag": true, "tag::user": true, "tag::other": false, "unknown": false, "_raw": false,
		"plain": true, // one of the same transform is made up
	} {
		if b.Computed(field) != want {
			t.Errorf("Computed(%s) = %v", field, !want)
		}
	}
	x := baseOf(t, props("[st]\nKV_MODE = xml"))
	if !x.Computed("a.b") || !x.Computed("a{@b}") || x.Computed("a") {
		t.Error("fields of XML may have been decoded")
	}
	e := baseOf(t, props("[st]\nKV_MODE = auto_escaped"))
	if !e.Computed("a") {
		t.Error("escaped values do not stand in the text")
	}
}

// Events of several origins in one batch keep their order and their own rules, also
// when rows are picked.
func TestMixed(t *testing.T) {
	b := baseOf(t, props("[a]\nEVAL-x = \"A\".n\n[b]\nEVAL-x = \"B\".n\nFIELDALIAS-z = n AS m\n[source::s*]\nEVAL-y = 1"))
	var text strings.Builder
	var want []string
	for i := range 300 {
		st := []string{"a", "b", "c"}[i*7%3]
		src := []string{"s1", "t"}[i*5%2]
		fmt.Fprintf(&text, `{"event":"n=%d","sourcetype":%q,"source":%q}`+"\n", i, st, src)
		row := ""
		if st != "c" {
			row = fmt.Sprintf("x=%s%d ", strings.ToUpper(st), i)
		}
		if src == "s1" {
			row += "y=1 "
		}
		row += fmt.Sprintf("n=%d", i)
		if st == "b" {
			row += fmt.Sprintf(" m=%d", i)
		}
		want = append(want, row)
	}
	fields := []string{"x", "y", "n", "m"}
	src := b.Source(textSource(text.String(), input.Meta{}))
	for way, got := range readWays(t, src, fields) {
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %q", way, got[:5])
		}
	}
	var rows []int32
	var picked []string
	for i := 299; i >= 0; i -= 7 {
		rows, picked = append(rows, int32(i)), append(picked, want[i])
	}
	scan := scanOf(batch.FieldsOf(fields...))
	scan.Places = true
	readBatches(t, src, scan, func(in *batch.Batch) {
		in.Col("x")
		out := in.Take(rows)
		if got := shownFields(out, fields); !slices.Equal(got, picked) {
			t.Errorf("picked: got %q", got[:5])
		}
		for i, r := range rows {
			if out.Place(i) != in.Place(int(r)) {
				t.Errorf("row %d has the place %v", i, out.Place(i))
			}
		}
	})
}

// Time bounds and the wish for order are passed on.
func TestBounds(t *testing.T) {
	b := baseOf(t, props("[st]\nEVAL-x = n*2"))
	text := "2024-01-01T00:00:01Z n=1\n2024-01-01T00:00:02Z n=2\n2024-01-01T00:00:03Z n=3\n"
	scan := scanOf(batch.FieldsOf("x"))
	scan.Earliest, scan.Latest = 1704067202, 1704067203
	var got []string
	readBatches(t, b.Source(textSource(text, input.Meta{Sourcetype: "st"})), scan, func(b *batch.Batch) { got = append(got, shownFields(b, []string{"x"})...) })
	if !slices.Equal(got, []string{"x=4"}) {
		t.Errorf("got %q", got)
	}
}

func TestRunEnvironment(t *testing.T) {
	b := baseOf(t, props("[st]\nEVAL-x = now()"))
	env := func() *eval.Env { return &eval.Env{Now: time.Unix(1700000000, 0)} }
	var got []string
	readBatches(t, b.SourceFor(textSource("a", input.Meta{Sourcetype: "st"}), env), scanOf(batch.FieldsOf("x")), func(b *batch.Batch) { got = append(got, shownFields(b, []string{"x"})...) })
	if !slices.Equal(got, []string{"x=1700000000"}) {
		t.Errorf("got %q", got)
	}
}

// The names are those of fields that some row has.
func TestNames(t *testing.T) {
	b := baseOf(t, props("[st]\nEVAL-gone = null()\nEVAL-a = null()\nFIELDALIAS-x = b AS c nope AS d"))
	readBatches(t, b.Source(textSource("a=1 b=2", input.Meta{Sourcetype: "st"})), scanOf(batch.AllFields), func(in *batch.Batch) {
		in.Load()
		want := []string{"_raw", "_time", "b", "c", "host", "index", "linecount", "source", "sourcetype", "splunk_server"}
		if !slices.Equal(in.Names, want) {
			t.Errorf("got %q", in.Names)
		}
	})
}

// A batch that holds columns already, without a loader, is given the rules as well.
type heldRows struct{ b *batch.Batch }

func (h heldRows) Open(context.Context, *batch.Scan) (batch.Reader, error) {
	return &heldReader{h.b, false}, nil
}

type heldReader struct {
	b    *batch.Batch
	done bool
}

func (h *heldReader) Ordered() bool { return true }
func (h *heldReader) Close() error  { return nil }
func (h *heldReader) Number() int   { return 0 }
func (h *heldReader) Next() (batch.Part, error) {
	if h.done {
		return nil, io.EOF
	}
	h.done = true
	return h, nil
}

func (h *heldReader) Each(emit func(*batch.Batch) bool) error {
	emit(h.b.Clone())
	return nil
}

func TestHeldRows(t *testing.T) {
	b := baseOf(t, props("[st]\nEVAL-x = a.\"!\""))
	in := batch.New(2)
	in.Set("a", batch.Strings([]string{"1", "2"}))
	in.Set("sourcetype", batch.Constant("st", 2))
	for way, got := range readWays(t, b.Source(heldRows{in}), []string{"x", "a"}) {
		if !slices.Equal(got, []string{"x=1! a=1", "x=2! a=2"}) {
			t.Errorf("%s: got %q", way, got)
		}
	}
}

// appFiles makes an app of files by their paths.
func appFiles(name string, files ...map[string]string) App {
	m := fstest.MapFS{}
	for _, f := range files {
		for path, text := range f {
			m[path] = &fstest.MapFile{Data: []byte(text)}
		}
	}
	return App{Name: name, FS: m}
}
