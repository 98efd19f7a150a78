package knowledge

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"spl/eval"
	"spl/eval/batch"
)

// folder makes files of names and texts by turns.
func folder(files ...string) fstest.MapFS {
	out := fstest.MapFS{}
	for i := 0; i < len(files); i += 2 {
		out[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	return out
}

func base(t testing.TB, apps []App, lookups fs.FS) *Base {
	t.Helper()
	b, errs := Load(apps, Options{Lookups: lookups})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return b
}

// ask looks one value of each field up, and gives the values of the outputs.
func ask(t testing.TB, b *Base, spec string, fields map[string][]string) string {
	t.Helper()
	a, fault := b.parseAutoLookup(spec)
	if fault != nil {
		t.Fatal(fault)
	}
	in := batch.New(1)
	for name, vals := range fields {
		var bl batch.Builder
		bl.Append(vals...)
		in.Set(name, bl.Column())
	}
	cols, err := a.apply(in)
	if err != nil {
		return "error: " + err.Error()
	}
	var out []string
	for _, name := range a.outputs() {
		out = append(out, name+"="+strings.Join(cols[name].Values(0), "|"))
	}
	return strings.Join(out, " ")
}

func f(pairs ...string) map[string][]string {
	out := map[string][]string{}
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i]] = append(out[pairs[i]], pairs[i+1])
	}
	return out
}

func TestMatch(t *testing.T) {
	table := "k,v\nabc*,1\nABD,2\n*x*y,3\n10.0.0.0/8,4\n*.example.com,5\nabd,6\n,7\n"
	for _, c := range []struct{ rules, value, want string }{
		{"", "ABD", "v=2"},
		{"", "abc", "v="},
		{"", "", "v=7"},
		{"case_sensitive_match = false", "aBd", "v=2|6"},
		{"case_sensitive_match = 0\nmax_matches = 1", "aBd", "v=2"},
		{"match_type = WILDCARD(k)", "abcx-y", "v=1|3"},
		{"match_type = wildcard( k )", "www.example.com", "v=5"},
		{"match_type = WILDCARD(k)", "WWW.example.com", "v=5"},
		{"match_type = WILDCARD(k)", "WWW.EXAMPLE.com", "v="},
		{"match_type = WILDCARD(k)\ncase_sensitive_match = false", "WWW.EXAMPLE.com", "v=5"},
		{"match_type = WILDCARD(k)", "", "v=7"},
		{"match_type = EXACT(k)", "abcd", "v="},
		{"match_type = CIDR(k)", "10.9.9.9", "v=4"},
		{"match_type = CIDR(k)", "::ffff:10.9.9.9", "v=4"},
		{"match_type = CIDR(k)", "11.0.0.0", "v="},
		{"match_type = CIDR(k)", "abc*", "v="},
		{"match_type = CIDR(k)", "", "v=7"},
		{"min_matches = 1\ndefault_match = none", "?", "v=none"},
		{"min_matches = 2\ndefault_match = none", "ABD", "v=2|none"},
		{"min_matches = 1", "?", "v="},
		{"filter = v>3", "ABD", "v="},
		{"filter = v>3", "abd", "v=6"},
	} {
		conf := "[t]\nfilename = t.csv\n" + c.rules + "\n"
		b := base(t, []App{{"app", folder("default/transforms.conf", conf, "lookups/t.csv", table)}}, nil)
		if got := ask(t, b, "t k AS f OUTPUT v", f("f", c.value)); got != c.want {
			t.Errorf("%s: %q gives %q, want %q", c.rules, c.value, got, c.want)
		}
	}
}

func TestFields(t *testing.T) {
	b := base(t, nil, folder("t.csv", "a,b,v\n1,x,one\n1,y,two\n2,x,three\n12,,four\n"))
	for _, c := range []struct {
		spec   string
		fields map[string][]string
		want   string
	}{
		{"t.csv a b OUTPUT v", f("a", "1", "b", "y"), "v=two"},
		{"t.csv a, b OUTPUT v", f("a", "1"), "v="},
		{"t.csv a b OUTPUT v", f("a", "1", "b", "y", "a", "2", "b", "x"), "v=two|one|three"},
		{"t.csv a OUTPUT v AS w b", f("a", "1"), "w=one|two b=x|y"},
		{"t.csv a", f("a", "2"), "b=x v=three"},
		{"t.csv a OUTPUTNEW v", f("a", "2", "v", "old"), "v=old"},
		{"t.csv a OUTPUT v", f("a", "9", "v", "old"), "v="},
		{"t.csv a OUTPUT v", f("v", "old"), "v=old"},
		{"t.csv b a OUTPUT v", f("a", "12", "b", ""), "v=four"},
		{"t.csv nope OUTPUT v", f("a", "1"), "error: Could not find all of the specified lookup fields in the lookup table: it has no `nope`"},
		{"u.csv a", f("a", "1"), "error: The lookup table 'u.csv' does not exist or is not available: did you mean `t.csv`?"},
	} {
		if got := ask(t, b, c.spec, c.fields); got != c.want {
			t.Errorf("%s: %q, want %q", c.spec, got, c.want)
		}
	}
}

func TestTimed(t *testing.T) {
	conf := "[dhcp]\nfilename = dhcp.csv\ntime_field = at\ntime_format = %Y-%m-%d %H:%M:%S\nmax_offset_secs = 3600\nmin_offset_secs = 10\n" +
		"[epoch]\nfilename = epoch.csv\ntime_field = at\nmax_matches = 2\n"
	b := base(t, []App{{"a", folder("default/transforms.conf", conf,
		"lookups/dhcp.csv", "ip,at,host\n1,2024-01-01 00:00:00,old\n1,2024-01-01 00:30:00,new\n1,bad,never\n2,2023-12-31 00:00:00,gone\n",
		"lookups/epoch.csv", "ip,at,host\n1,100,a\n1,300,c\n1,200.5,b\n1,400,d\n")}}, nil)
	day := float64(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).Unix())
	for _, c := range []struct {
		spec string
		at   float64
		want string
	}{
		{"dhcp ip OUTPUT host", day + 1900, "host=new"},
		{"dhcp ip OUTPUT host", day + 1799, "host=old"},
		{"dhcp ip OUTPUT host", day + 1805, "host=old"}, // within the least offset of the newer
		{"dhcp ip OUTPUT host", day + 5, "host="},
		{"dhcp ip OUTPUT host", day + 9000, "host="},
		{"epoch ip OUTPUT host", 300, "host=c|b"},
	} {
		if got := ask(t, b, c.spec, f("ip", "1", "_time", batch.FormatNumber(c.at))); got != c.want {
			t.Errorf("%s at %v: %q, want %q", c.spec, c.at, got, c.want)
		}
	}
	if got := ask(t, b, "epoch ip OUTPUT host", f("ip", "1")); got != "host=" {
		t.Errorf("without a time: %q", got)
	}
	a, _ := b.parseAutoLookup("epoch ip OUTPUTNEW host")
	if got := a.reads(); !slices.Equal(got, []string{"ip", "host", "_time"}) {
		t.Errorf("reads %q", got)
	}
}

func TestCSV(t *testing.T) {
	for _, c := range []struct{ text, want, remark string }{
		{"", "", ""},
		{"\ufeffa,b\r\n1,2\r\n", "a,b;1,2", ""},
		{"a b,\"c\"\"d\"\n\"x\ny\",\"\"\"\"\n", "a b,c\"d;x\ny,\"", ""},
		{"a,b\n\n1,2\n\r\n3,4", "a,b;1,2;3,4", ""},
		{"a,b\n1\n1,2,3\n", "a,b;1,∅;1,2", "2: this row has 1 of the header's 2 cells, and 2 rows in all do not fit; what is missing is empty, what is too much is left out"},
		{"a\n\"x\ny\nz", "a;x\ny\nz", "2: a quote is opened and never closed"},
		{"a,a,,b\n1,2,3,4\n", "a,b;1,4", `1: column 2 is left out: its name "a" is empty or that of another`},
		{"a,__mv_a\n\"1\n2\",$1$;$2$\n3,\n4,junk\n", "a;1|2;3;4", ""},
		{"__mv_a,a\n$x$$$;$y;z$,1\n", "a;x$|y;z", ""},
		{"a\nx\"y\n\"x\"y\n", "a;x\"y;xy", ""},
		{"a,b\n,\n", "a,b;∅,∅", ""},
		{" a , b\n 1,2 \n", "a,b;1,2 ", ""},
		{"a,b\n\" 1\",  \"x, y\"\n", "a,b; 1,x, y", ""},
	} {
		table, err := parseCSV(c.text)
		if err != nil {
			t.Fatal(err)
		}
		if got := show(table); got != c.want {
			t.Errorf("%q gives %q, want %q", c.text, got, c.want)
		}
		var remarks []string
		for _, r := range table.Remarks {
			remarks = append(remarks, fmt.Sprintf("%d: %s", r.Line, r.Text))
		}
		if got := strings.Join(remarks, "; "); !strings.HasPrefix(got, c.remark) || c.remark == "" && got != "" {
			t.Errorf("%q: remarks %q, want %q", c.text, got, c.remark)
		}
	}
}

// show writes a table with ; between rows, , between cells and | between values.
func show(t *Table) string {
	rows := []string{strings.Join(t.Fields, ",")}
	for r := range t.Rows {
		var cells []string
		for _, name := range t.Fields {
			v := strings.Join(t.Col(name).Values(r), "|")
			if t.Col(name).Count(r) == 0 {
				v = "∅"
			}
			cells = append(cells, v)
		}
		rows = append(rows, strings.Join(cells, ","))
	}
	return strings.Join(rows, ";")
}

func TestFiles(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write([]byte("k,v\na,zipped\n"))
	z.Close()
	dir := folder(
		"sub/t.csv", "k,v\na,lower\n",
		"t.csv", "k,v\na,upper\n",
		"z.csv.gz", packed.String(),
		"kv.json", `[{"k":"a","v":["x","y"],"n":1,"e":"","nil":null},{"k":"b"}]`,
		"lines.json", "{\"k\":\"a\"}\n\n{\"k\":\"b\"}\n",
		"bad.json", "{\"k\":",
		"kv.yml", "name: kv\ncollection: kv\nfields_list: _key, k, v",
		"notes.yml", "something: else",
		"stem.csv", "k\na\n",
		"stem.yml", "name: by_stem\nlookup_type: csv\nfields: []\n",
		"gone.yml", "name: gone\nfilename: gone.csv",
		"out.yml", "name: out\nfilename: ../../etc/passwd.csv",
		"model.yml", "name: model\nfilename: x.mlmodel",
	)
	dir["link.csv"] = &fstest.MapFile{Data: []byte("t.csv"), Mode: fs.ModeSymlink}
	app := App{"app", folder("lookups/t.csv", "k,v\na,app\n", "lookups/app.csv", "k\n1\n", "lookups/deep/no.csv", "k\n",
		"default/collections.conf", "[fresh]\nfield.a = string\nfield.b = number\n",
		"default/transforms.conf", "[geo]\nexternal_type = geo\nfilename = x.kmz\n[prog]\nexternal_cmd = x.py a b\nfields_list = a,b\n[rex]\nREGEX = (a)\n")}
	b := base(t, []App{app}, dir)
	for _, c := range []struct{ name, want string }{
		{"t.csv", "k,v;a,upper"},
		{"z.csv.gz", "k,v;a,zipped"},
		{"z.csv", "k,v;a,zipped"},
		{"kv", "_key,k,v;000000000000000000000001,a,x|y;000000000000000000000002,b,∅"},
		{"kv.json", "k,v,n,e,nil;a,x|y,1,∅,∅;b,∅,∅,∅,∅"},
		{"lines.json", "k;a;b"},
		{"bad.json", "error: the lookup table 'bad.json' cannot be read: line 1 is not valid JSON"},
		{"by_stem", "k;a"},
		{"app.csv", "k;1"},
		{"fresh", "a,b"},
		{"no.csv", "error: The lookup table 'no.csv' does not exist or is not available"},
		{"gone", "error: The lookup table 'gone' does not exist or is not available: its file `gone.csv` is not there"},
		{"out", "error: The lookup table 'out' does not exist or is not available: its file `../../etc/passwd.csv` must be a file's name, not a path"},
		{"/etc/passwd", "error: The lookup table '/etc/passwd' does not exist or is not available: a lookup is named by its definition or its file's name, not by a path"},
		{"link.csv", "error: The lookup table 'link.csv' does not exist or is not available: `link.csv` is not a plain file (links are not followed)"},
		{"model", "error: The lookup table 'model' does not exist or is not available: its file `x.mlmodel` is not a table (CSV)"},
		{"geo", "error: The lookup table 'geo' does not exist or is not available: it is not a table but asks a program or a map, which is not supported"},
		{"prog", "error: The lookup table 'prog' does not exist or is not available: it is not a table but asks a program or a map, which is not supported"},
		{"rex", "error: The lookup table 'rex' does not exist or is not available"},
	} {
		got := ""
		l, err := b.Lookup(c.name)
		if err == nil {
			var table *Table
			if table, err = l.Table(); err == nil {
				got = show(table)
			}
		}
		if err != nil {
			got = "error: " + err.Error()
		}
		if got != c.want && !(strings.HasPrefix(c.want, "error") && strings.HasPrefix(got, c.want+": did you mean")) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestBadDefinitions(t *testing.T) {
	conf := "[t]\nfilename = t.csv\nmax_matches = many\nmin_matches = -1\ncase_sensitive_match = perhaps\nmatch_type = GLOB(a)\nfilter = (\n"
	_, errs := Load([]App{{"app", folder("default/transforms.conf", conf, "lookups/t.csv", "a\n")}}, Options{Lookups: folder("x.yml", "name: [", "deep.yml", "a: "+strings.Repeat("[", 200))})
	text := errs.Error()
	for _, want := range []string{
		"x.yml:1:1: cannot be read as YAML", "deep.yml:1:1: cannot be read as YAML: it nests more than 100 deep",
		"app/default/transforms.conf:3:15: `max_matches` must be a whole number, 1 or more, not `many`",
		"transforms.conf:4:15: `min_matches` must be", "transforms.conf:5:24: `case_sensitive_match` must be true or false",
		"transforms.conf:6:14: `match_type` must be a list of", "transforms.conf:7:10: the filter cannot be read",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no error holds %q:\n%s", want, text)
		}
	}
}

func TestStore(t *testing.T) {
	b := base(t, nil, folder("t.csv", "k\nold\n", "gone.yml", "name: gone\nfilename: gone.csv"))
	before, _ := b.Lookup("t.csv")
	held, _ := before.Table()
	for _, name := range []string{"t.csv", "gone", "fresh.csv"} {
		l, err := b.LookupToWrite(name)
		if err != nil {
			t.Fatal(err)
		}
		b.StoreLookup(l, &Table{Fields: []string{"k"}, Rows: 1, cols: []*batch.Column{batch.Strings([]string{"new"})}})
		if got := ask(t, b, name+" k AS x OUTPUT k", f("x", "new")); got != "k=new" {
			t.Errorf("%s: %q", name, got)
		}
	}
	if show(held) != "k;old" {
		t.Error("a table that is held has changed")
	}
	for _, name := range []string{"other", "../x.csv", "a/b.csv", `a\b.csv`} {
		if _, err := b.LookupToWrite(name); err == nil {
			t.Errorf("%s may be written", name)
		}
	}
}

func TestUpsert(t *testing.T) {
	table := func(text string) *Table { x, _ := parseCSV(text); return x }
	old := table("_key,a,b\n1,x,y\n2,z,w\n")
	for _, c := range []struct {
		rows, key string
		fields    []string
		update    bool
		want      string
	}{
		{"a\nnew\n", "", nil, true, "a,b,_key;x,y,1;z,w,2;new,∅,0000000a0000000000000001"},
		{"_key,a\n2,new\n", "", nil, true, "a,b,_key;x,y,1;new,∅,2"},
		{"_key,a\n2,new\n3,more\n", "", nil, false, "a,b,_key;x,y,1;z,w,2;more,∅,3"},
		{"id,a\n1,new\n", "id", []string{"id", "a"}, true, "id,a,_key;1,new,1;∅,z,2"},
	} {
		if got := show(old.Upsert(table(c.rows), c.key, c.fields, c.update, 10)); got != c.want {
			t.Errorf("%q: %q, want %q", c.rows, got, c.want)
		}
	}
	if got := show(table("a,b\n1,2\n").Append(table("c,b\n3,4\n"))); got != "a,b;1,2;∅,4" {
		t.Errorf("append: %q", got)
	}
}

func TestEvalLookup(t *testing.T) {
	b := base(t, nil, folder("t.csv", "k,v\na,1\na,2\n"))
	find, err := b.EvalLookup("t.csv")
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(find([]eval.Pair{{Field: "k", Value: "a"}}, []string{"v", "none"})); got != "[[1 ] [2 ]]" {
		t.Error(got)
	}
	if got := find([]eval.Pair{{Field: "nope", Value: "a"}}, []string{"v"}); got != nil {
		t.Error(got)
	}
	if _, err := b.EvalLookup("u.csv"); err == nil {
		t.Error("no error")
	}
	if _, err := (*Base)(nil).EvalLookup("u.csv"); err == nil {
		t.Error("no error without a base")
	}
}

// TestIndexAgrees compares the indexes with looking at every row.
func TestIndexAgrees(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	word := func(letters string, most int) string {
		b := make([]byte, r.IntN(most+1))
		for i := range b {
			b[i] = letters[r.IntN(len(letters))]
		}
		return string(b)
	}
	for range 60 {
		var patterns, nets []string
		for range 40 {
			patterns = append(patterns, word("aab*", 12))
			nets = append(nets, fmt.Sprintf("%d.%d.0.0/%d", r.IntN(3), r.IntN(3), r.IntN(33)))
		}
		rows := make([]int32, len(patterns))
		for i := range rows {
			rows[i] = int32(i)
		}
		w, n := newWildcards(batch.Strings(patterns), rows), newNetworks(batch.Strings(nets), rows)
		for range 40 {
			value, addr := word("ab", 14), fmt.Sprintf("%d.%d.0.%d", r.IntN(3), r.IntN(3), r.IntN(9))
			for _, c := range []struct {
				find     finder
				kind     matchKind
				patterns []string
				value    string
			}{{w, wildcardMatch, patterns, value}, {n, cidrMatch, nets, addr}} {
				var want, got []int32
				for i, p := range c.patterns {
					if matchesCell(c.kind, []string{p}, c.value) {
						want = append(want, int32(i))
					}
				}
				for _, i := range c.find.find(c.value) {
					if matchesCell(c.kind, []string{c.patterns[i]}, c.value) {
						got = append(got, i)
					}
				}
				if !slices.Equal(got, want) {
					t.Fatalf("%q: %d, want %d, of %q", c.value, got, want, c.patterns)
				}
			}
		}
	}
}

func TestWildcard(t *testing.T) {
	for _, c := range []struct {
		pattern, s string
		want       bool
	}{
		{"", "", true}, {"", "a", false}, {"*", "", true}, {"**", "x", true}, {"a*", "a", true}, {"a*a", "a", false},
		{"a*a", "aa", true}, {"*ab", "aab", true}, {"*a*b*", "xaxbx", true}, {"*a*b", "ba", false}, {"a?", "ab", false},
		{"*aba", "ababa", true}, {"ab*ba", "aba", false}, {"*é*", "café!", true},
	} {
		if got := wildcardMatches(c.pattern, c.s); got != c.want {
			t.Errorf("%q %q: %v", c.pattern, c.s, got)
		}
	}
}

// TestESCU reads every published definition, and every table that it names.
func TestESCU(t *testing.T) {
	dir := "../../../shared/escu/lookups"
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Skip("the published lookups are not here")
	}
	b := base(t, nil, os.DirFS(dir))
	definitions := 0
	for _, d := range list {
		if path.Ext(d.Name()) == ".yml" {
			definitions++
		}
	}
	if len(b.lookups.defs) != definitions {
		t.Errorf("%d definitions of %d", len(b.lookups.defs), definitions)
	}
	for name, l := range b.lookups.defs {
		if strings.HasPrefix(name, "__mlspl_") {
			continue
		}
		if _, err := b.Lookup(name); err != nil {
			t.Logf("%v", err)
			continue
		}
		table, err := l.Table()
		if err != nil {
			t.Error(err)
			continue
		}
		for k := range l.kinds {
			if !table.Has(k) {
				t.Logf("%s: match_type names %s; the columns are %q", name, k, table.Fields)
			}
		}
		if len(table.Remarks) > 0 {
			t.Logf("%s: %v", name, table.Remarks)
		}
	}
	if got := ask(t, b, "remote_access_software remote_utility AS p OUTPUT isutility", f("p", "AnyDesk.exe")); !strings.HasPrefix(got, "isutility=TRUE") {
		t.Error(got)
	}
	if got := ask(t, b, "char_conversion_matrix base64char AS c OUTPUT base64bin", f("c", "a")); got != "base64bin=011010" {
		t.Error(got)
	}
}

func FuzzCSV(f *testing.F) {
	for _, s := range []string{"", "a,b\n1,2\n", "a,__mv_a\n,$$", "__mv_\n0", "a\n\"x\"\"y\nz\"\n", "\ufeffa,__mv_a\n1,$1$;$$$2$\n", "a\r\n\"", "a,b\n1\n,,\n\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		table, err := parseCSV(text)
		if err != nil || len(table.Fields) == 0 {
			return
		}
		for _, multi := range []bool{true, false} {
			var out bytes.Buffer
			if err := table.WriteCSV(&out, multi); err != nil {
				t.Fatal(err)
			}
			again, err := parseCSV(out.String())
			if err != nil {
				t.Fatal(err)
			}
			if multi && show(again) != show(table) && !strings.Contains(text, "\r") {
				t.Fatalf("%q: written and read again: %q, was %q", text, show(again), show(table))
			}
		}
	})
}

func FuzzUse(f *testing.F) {
	f.Add("t a AS b, c OUTPUTNEW d AS e f")
	f.Add(`"t x" "a b" AS OUTPUT`)
	f.Fuzz(func(t *testing.T, spec string) {
		u, err := parseLookupUse(spec)
		if err == nil && (u.Table == "" && !strings.HasPrefix(strings.TrimLeft(spec, " \t\r\n,"), `""`) || len(u.In) == 0) {
			t.Fatalf("%q: %+v", spec, u)
		}
	})
}

const benchRows = 100_000

func benchmarkLookup(b *testing.B, kind string, pattern, value func(i int) string) {
	var text strings.Builder
	text.WriteString("k,v\n")
	for i := range benchRows {
		fmt.Fprintf(&text, "%s,%d\n", pattern(i), i)
	}
	know := base(b, nil, folder("t.csv", text.String(), "t.yml", "name: t\nfilename: t.csv\nmax_matches: 1\nmatch_type: "+kind+"(k)\n"))
	a, _ := know.parseAutoLookup("t k OUTPUT v")
	in := batch.New(1000)
	vals := make([]string, in.Rows)
	for i := range vals {
		vals[i] = value(i * 97)
	}
	in.Set("k", batch.Strings(vals))
	if _, err := a.apply(in); err != nil { // reads the table and makes the index
		b.Fatal(err)
	}
	b.ResetTimer()
	for b.Loop() {
		if _, err := a.apply(in); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*in.Rows), "ns/row")
}

func BenchmarkWildcard(b *testing.B) {
	benchmarkLookup(b, "WILDCARD", func(i int) string { return fmt.Sprintf("*evil%d.example.com*", i) },
		func(i int) string {
			return fmt.Sprintf("https://www.evil%d.example.com/path/to/a/file?with=query&n=%d", i, i)
		})
}

func BenchmarkExact(b *testing.B) {
	benchmarkLookup(b, "EXACT", func(i int) string { return fmt.Sprintf("host%d", i) }, func(i int) string { return fmt.Sprintf("host%d", i) })
}

func BenchmarkCIDR(b *testing.B) {
	net := func(i int, rest string) string { return fmt.Sprintf("%d.%d.%d.%s", 10+i>>16, i>>8&255, i&255, rest) }
	benchmarkLookup(b, "CIDR", func(i int) string { return net(i, fmt.Sprintf("0/%d", 24+i%9)) }, func(i int) string { return net(i, "0") })
}
