package knowledge

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"spl/spl/input"
)

// Patterns of names of stanzas, events-and-fields 3.4.
func TestStanzaNames(t *testing.T) {
	for _, c := range []struct {
		stanza string
		o      origin
		want   bool
	}{
		{"st", origin{sourcetype: "st"}, true},
		{"st", origin{sourcetype: "ST"}, false},
		{"st", origin{sourcetype: "st2"}, false},
		{"st*", origin{sourcetype: "st2"}, false},
		{"(?::){0}st*", origin{sourcetype: "st2"}, true},
		{"(?::){0}st:*", origin{sourcetype: "st2"}, false},
		{"source::/var/log/x.log", origin{source: "/var/log/x.log"}, true},
		{"source::/var/log/x.log", origin{source: "/var/log/xxlog"}, false},
		{"source::/var/*/x.log", origin{source: "/var/log/x.log"}, true},
		{"source::/var/*/x.log", origin{source: "/var/a/b/x.log"}, false},
		{"source::/var/.../x.log", origin{source: "/var/a/b/x.log"}, true},
		{"source::...x.log", origin{source: "/var/a/b/x.log"}, true},
		{"source::...x*", origin{source: "a/xy.1"}, true},
		{"source::...(a|b).log", origin{source: "/c/b.log"}, true},
		{"source::...(a|b).log", origin{source: "/c/c.log"}, false},
		{"source::a.log|b.log", origin{source: "b.log"}, true},
		{"source::X*", origin{source: "xy"}, false},
		{"source::(?i)X*", origin{source: "xy"}, true},
		{"source::C:\\\\logs\\\\*", origin{source: `C:\logs\a`}, true},
		{"source::x", origin{source: "a\nx"}, false},
		{"host::Web1", origin{host: "web1"}, true},
		{"host::web*", origin{host: "WEB1"}, true},
		{"host::(?-i)web*", origin{host: "WEB1"}, false},
		{"default", origin{}, true},
		{"rule::x", origin{sourcetype: "rule::x"}, false},
	} {
		b := baseOf(t, props("["+c.stanza+"]\nEVAL-x = 1"))
		if got := len(b.fields.stanzas.of(c.o)) == 1; got != c.want {
			t.Errorf("[%s] and %v: %v", c.stanza, c.o, got)
		}
	}
}

func TestPrecedence(t *testing.T) {
	meta := input.Meta{Sourcetype: "st", Source: "/a/b.log", Host: "web1"}
	for _, c := range []fieldCase{
		{name: "source, host, sourcetype, default", files: props("[default]\nEVAL-a = 4\nEVAL-b = 4\nEVAL-c = 4\nEVAL-d = 4\n[st]\nEVAL-a = 3\nEVAL-b = 3\nEVAL-c = 3\n[host::web1]\nEVAL-a = 2\nEVAL-b = 2\n[source::/a/b.log]\nEVAL-a = 1"),
			show: "a b c d", want: []string{"a=1 b=2 c=3 d=4"}},
		{name: "a literal before a pattern", files: props("[source::/a/*]\nEVAL-a = 2\n[source::/a/b.log]\nEVAL-a = 1"), show: "a", want: []string{"a=1"}},
		{name: "ASCII order of patterns", files: props("[source::/a/b*]\nEVAL-a = 2\n[source::...b.log]\nEVAL-a = 1"), show: "a", want: []string{"a=1"}},
		{name: "priority", files: props("[source::/a/b*]\nEVAL-a = 2\npriority = 5\n[source::...b.log]\nEVAL-a = 1"), show: "a", want: []string{"a=2"}},
		{name: "a pattern over a literal", files: props("[(?::){0}s*]\nEVAL-a = 2\npriority = 101\n[st]\nEVAL-a = 1"), show: "a", want: []string{"a=2"}},
		{name: "classes accumulate", files: props("[default]\nEXTRACT-a = (?<a>\\d)\n[st]\nEXTRACT-b = (?<b>\\d)"), show: "a b", want: []string{"a=1 b=1"}},
		{name: "the same class is overridden, also by nothing", files: props("[default]\nEXTRACT-a = (?<a>\\d)\n[st]\nEXTRACT-a ="), show: "a", want: []string{""}},
		{name: "an EVAL of another field is another setting", files: props("[st]\nEVAL-a = 1\n[default]\nEVAL-b = 2"), show: "a b", want: []string{"a=1 b=2"}},
		{name: "KV_MODE of the strongest", files: props("[default]\nKV_MODE = none\n[st]\nKV_MODE = auto"), show: "n", want: []string{"n=1"}},
		{name: "rename", files: props("[st]\nrename = new\nEVAL-a = 1\n[new]\nEVAL-b = sourcetype\nrename = no\n"), show: "sourcetype _sourcetype a b", want: []string{"sourcetype=new _sourcetype=st b=new"}},
	} {
		c.meta, c.text = meta, "n=1"
		c.run(t)
	}
}

func TestLayers(t *testing.T) {
	a := fstest.MapFS{
		"default/props.conf": &fstest.MapFile{Data: []byte("[st]\nEVAL-x = \"a default\"\nEVAL-y = \"a default\"\n")},
		"local/props.conf":   &fstest.MapFile{Data: []byte("[st]\nEVAL-x = \"a local\"\n")},
	}
	z := fstest.MapFS{"local/props.conf": &fstest.MapFile{Data: []byte("[st]\nEVAL-y = \"z\"\nEVAL-z = \"z\"\n")}}
	b, errs := Load([]App{{"z", z}, {"a", a}}, Options{})
	if errs != nil {
		t.Fatal(errs)
	}
	for _, got := range readWays(t, b.Source(textSource("-", input.Meta{Sourcetype: "st"})), []string{"x", "y", "z"}) {
		if want := []string{"x=a local y=a default z=z"}; !slices.Equal(got, want) {
			t.Errorf("got %q", got)
		}
	}
}

// Faults and what has no effect, each with its file and line.
// rule: knowledge: what is wrong with an app => a notice; it stops no search
func TestFaults(t *testing.T) {
	for _, c := range []struct {
		files map[string]string
		want  string // the beginning
		part  string // and what it speaks of
	}{
		{props("[st]\nEXTRACT-a = (?<x>"), "app/default/props.conf:2:", "EXTRACT-a"},
		{props("[st]\n\nEXTRACT-a = \\d+"), "app/default/props.conf:3:", "no named group"},
		{props("[st]\nREPORT-a = nope"), "app/default/props.conf:2:", `"nope"`},
		{map[string]string{"props": "[st]\nREPORT-a = t", "transforms": "[t]\nREGEX = ("}, "app/default/transforms.conf:2:", "[t] REGEX"},
		{map[string]string{"props": "[st]\nREPORT-a = t", "transforms": "[t]\nREGEX = (a)\nFORMAT = x::$2"}, "app/default/transforms.conf:3:", "$2"},
		{map[string]string{"props": "[st]\nREPORT-a = t", "transforms": "[t]\nREGEX = (a)\nFORMAT = x"}, "app/default/transforms.conf:3:", "pair"},
		{map[string]string{"props": "[st]\nREPORT-a = t", "transforms": "[t]\nREGEX = (a)"}, "app/default/transforms.conf:2:", "no named group"},
		{map[string]string{"props": "[st]\nREPORT-a = t", "transforms": "[t]\nDELIMS = \",\""}, "app/default/transforms.conf:2:", "FIELDS"},
		{map[string]string{"props": "[st]\nREPORT-a = t", "transforms": "[t]\nDELIMS = a,b,c"}, "app/default/transforms.conf:2:", "DELIMS"},
		{map[string]string{"props": "[st]\nREPORT-a = t", "transforms": "[t]\nMV_ADD = maybe\nREGEX = (?<a>b)"}, "app/default/transforms.conf:2:", "true or false"},
		{map[string]string{"props": "[st]\nREPORT-a = t", "transforms": "[t]\nLOOKAHEAD = 1"}, "app/default/transforms.conf:2:", "REGEX or DELIMS"},
		{props("[st]\nFIELDALIAS-a = x y"), "app/default/props.conf:2:", `"x"`},
		{props("[st]\nFIELDALIAS-a = x* AS y"), "app/default/props.conf:2:", "*"},
		{props("[st]\nEVAL-a = foo("), "app/default/props.conf:2:", ""},
		{props("[st]\nEVAL-a = nofunction(b)"), "app/default/props.conf:2:10:", "nofunction"},
		{props("[st]\nEVAL-a = b>1"), "app/default/props.conf:2:10:", "TRUE or FALSE"},
		{props("[st]\nEVAL-a ="), "", ""},
		{props("[st]\nLOOKUP-a = t"), "app/default/props.conf:2:", ""},
		{props("[st]\nKV_MODE = jsno"), "app/default/props.conf:2:", "KV_MODE"},
		{props("[st]\npriority = high"), "app/default/props.conf:2:", "whole number"},
		{props("[source::(]\nKV_MODE = none"), "app/default/props.conf:2:", "[source::(]"},
		{map[string]string{"eventtypes": "[e]\nsearch = a=b | stats count"}, "app/default/eventtypes.conf:2:14:", "pipe"},
		{map[string]string{"eventtypes": "[e]\nsearch = a=b [search x]"}, "app/default/eventtypes.conf:2:15:", "subsearch"},
		{map[string]string{"eventtypes": "[e]\nsearch = `nomacro`"}, "app/default/eventtypes.conf:2:", "nomacro"},
		{map[string]string{"eventtypes": "[e]\nsearch = (a=b"}, "app/default/eventtypes.conf:2:", ""},
		{map[string]string{"eventtypes": "[e]\nsearch ="}, "app/default/eventtypes.conf:2:", "empty"},
		{map[string]string{"eventtypes": "[e]\nsearch = x\npriority = a"}, "app/default/eventtypes.conf:3:", "whole number"},
		{map[string]string{"eventtypes": "[e]\nsearch = eventtype=f\n[f]\nsearch = eventtype=e"}, "app/default/eventtypes.conf:2:", "circle: e, f, e"},
		{map[string]string{"eventtypes": "[e]\nsearch = eventtype=e"}, "app/default/eventtypes.conf:2:", "circle"},
		{map[string]string{"tags": "[x]\na = enabled"}, "app/default/tags.conf:2:", "field=value"},
		{map[string]string{"tags": "[x=y]\na = on off"}, "app/default/tags.conf:2:", "enabled or disabled"},
	} {
		b, errs := Load(appOf(c.files), Options{})
		if c.want == "" {
			if len(errs) > 0 {
				t.Errorf("%v: %v", c.files, errs)
			}
			continue
		}
		if len(errs) == 0 || !strings.HasPrefix(errs[0].Error(), c.want) || !strings.Contains(errs[0].Error(), c.part) {
			t.Errorf("%v:\n got %v\nwant %s...%s", c.files, errs, c.want, c.part)
		}
		// What is left works.
		readWays(t, b.Source(textSource("a=1", input.Meta{Sourcetype: "st"})), []string{"a", "x", "eventtype", "tag"})
	}
}

func TestCheck(t *testing.T) {
	b := baseOf(t, map[string]string{
		"props":      "[st]\nEXTRACT-a = (?<x>a)\nEXTARCT-b = (?<x>a)\nTZ_ALIAS = x\nRULESET-z = t\nLOOKUP-l = nope k\nKVMODE = json\nEVAL-_time = 1\nKV_MODE = multi\n[host::h]\nrename = x\n[rule::r]\nsourcetype = x",
		"transforms": "[t]\nREGEXP = x",
		"eventtypes": "[e]\nsearch = x\nserach = y",
	})
	want := []string{
		"app/default/props.conf:3:", "EXTARCT-b", "did you mean EXTRACT-...?",
		"app/default/props.conf:4:", "TZ_ALIAS is not applied", "",
		"app/default/props.conf:5:", "RULESET-z is not applied", "",
		"app/default/props.conf:7:", "KVMODE", "did you mean KV_MODE?",
		"app/default/props.conf:8:", "_time", "",
		"app/default/props.conf:9:", "multivalues", "",
		"app/default/props.conf:11:", "sourcetypes only", "",
		"app/default/props.conf:13:", "[rule::r] is not applied", "",
		"app/default/transforms.conf:2:", "REGEXP", "did you mean REGEX?",
		"app/default/eventtypes.conf:3:", "serach", "did you mean search?",
	}
	errs, got := b.Check()
	if len(errs) != 1 || !strings.HasPrefix(errs[0].Error(), "app/default/props.conf:6:") || !strings.Contains(errs[0].Message, "LOOKUP-l") {
		t.Errorf("got %v", errs)
	}
	for i := 0; i+2 < len(want); i += 3 {
		if i/3 >= len(got) {
			t.Fatalf("only %d: %v", len(got), got)
		}
		e := got[i/3]
		if !strings.HasPrefix(e.Error(), want[i]) || !strings.Contains(e.Message, want[i+1]) || e.Help != want[i+2] {
			t.Errorf("got %v (%s), want %s %s (%s)", e, e.Help, want[i], want[i+1], want[i+2])
		}
	}
	if len(got) != len(want)/3 {
		t.Errorf("got %d: %v", len(got), got)
	}
	var none *Base
	if errs, notes := none.Check(); errs != nil || notes != nil {
		t.Error("nil has nothing to check")
	}
}

func TestSavedSearches(t *testing.T) {
	b := baseOf(t, map[string]string{"savedsearches": "[default]\nsearch = x\n[b]\nsearch = index=main \\\n| stats count\ndispatch.earliest_time = -1h\n[a]\nsearch = y\ndisabled = 1\n[c]\ncron_schedule = *"})
	if got := b.SavedSearches(); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("got %q", got)
	}
	s := b.SavedSearch("b")
	if s.Search.String != "index=main \n| stats count" || s.Earliest != "-1h" || s.Latest != "" || s.Disabled || !b.SavedSearch("a").Disabled {
		t.Errorf("got %+v", s)
	}
	var none *Base
	if b.SavedSearch("c") != nil || none.SavedSearch("a") != nil || none.SavedSearches() != nil {
		t.Error("there is none")
	}
}
