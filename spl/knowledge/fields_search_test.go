package knowledge_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/fstest"

	"spl/spl"
	"spl/spl/input"
	"spl/spl/knowledge"
)

// A search at the front, whose literals reject lines unread, finds what a search
// later on finds.
func TestLiteralsAndRules(t *testing.T) {
	app := fstest.MapFS{
		"default/props.conf": &fstest.MapFile{Data: []byte(`[st]
EXTRACT-who = by (?<who>\w+)
EXTRACT-dir = (?<base>\w+)\.log in source
REPORT-x = fmt, any
FIELDALIAS-x = who AS user host AS dest
EVAL-kind = if(n>1, "many", "one")
LOOKUP-x = t.csv n OUTPUT word
[xml]
KV_MODE = xml
[old]
rename = new
[new]
EVAL-kind = "renamed"
`)},
		"default/transforms.conf": &fstest.MapFile{Data: []byte("[fmt]\nREGEX = n=(\\d)\nFORMAT = fixed::const num::$1\n[any]\nREGEX = (\\w+)~(\\w+)\nFORMAT = $1::$2\n")},
		"default/eventtypes.conf": &fstest.MapFile{Data: []byte("[bobs]\nsearch = user=bob\n")},
		"default/tags.conf":       &fstest.MapFile{Data: []byte("[eventtype=bobs]\nvip = enabled\n")},
		"lookups/t.csv":           &fstest.MapFile{Data: []byte("n,word\n1,Eins\n2,Zwei\n")},
	}
	b, errs := knowledge.Load([]knowledge.App{{Name: "app", FS: app}}, knowledge.Options{})
	if errs != nil {
		t.Fatal(errs)
	}
	var text strings.Builder
	for _, e := range []struct{ sourcetype, event string }{
		{"st", "n=1 by bob x~y"}, {"st", "n=2 by al"}, {"st", "nothing"},
		{"xml", "<a><b>x&amp;y</b></a>"}, {"old", "n=5"}, {"other", "n=1 by bob"},
	} {
		fmt.Fprintf(&text, `{"event":%q,"sourcetype":%q,"source":"/var/web.log"}`+"\n", e.event, e.sourcetype)
	}
	for search, want := range map[string]int{
		"who=BOB": 1, "user=bob": 1, "user=*": 2, "NOT user=*": 4, "base=web": 3, "fixed=const": 2, "num=2": 1, "x=y": 1,
		"dest=localhost": 3, "kind=many": 1, "kind=one": 2, "kind=renamed": 1, "word=zwei": 1, `a.b="x&y"`: 1,
		"sourcetype=new": 1, "sourcetype=old": 0, "_sourcetype=old": 1, "eventtype=bobs": 1, "tag=vip": 1, "tag::eventtype=vip": 1,
		"us*=bob": 1, "user=bob kind=one word=eins": 1, "user=bob OR word=zwei": 2,
	} {
		for _, query := range []string{search + " | stats count", "* | search " + search + " | stats count", search + " | fields * | stats count"} {
			if got := count(t, b, query, text.String()); got != fmt.Sprint(want) {
				t.Errorf("%s: %s, want %d", query, got, want)
			}
		}
	}
}

func count(t *testing.T, b *knowledge.Base, query, text string) string {
	t.Helper()
	return column(t, b, query, text, "count")[0]
}

func column(t *testing.T, b *knowledge.Base, query, text, field string) []string {
	t.Helper()
	p, err := spl.Compile(query, &spl.Config{Knowledge: b})
	if err != nil {
		t.Fatal(err)
	}
	open := func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }
	rows, err := p.Run(context.Background(), input.New([]input.File{{Name: "x", Open: open}}, input.Options{}), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		out = append(out, strings.Join(rows.Row().Values(field), "|"))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}
