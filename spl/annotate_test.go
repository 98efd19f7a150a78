package spl_test

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"

	"spl/spl"
	"spl/spl/knowledge"
)

// TestAnnotate runs tags and typer over rows made by hand.
func TestAnnotate(t *testing.T) {
	app := fstest.MapFS{
		"default/eventtypes.conf": &fstest.MapFile{Data: []byte("[web]\nsearch = port=80\n[web_fail]\nsearch = eventtype=web status=5*\n[low]\nsearch = port=22\npriority = 1\n")},
		"default/tags.conf":       &fstest.MapFile{Data: []byte("[user=root]\nadmin = enabled\nvip = enabled\n[eventtype=web]\nhttp = enabled\n")},
	}
	base, faults := knowledge.Load([]knowledge.App{{Name: "app", FS: app}}, knowledge.Options{})
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	f := func(search, want string) {
		t.Helper()
		p, err := spl.Compile("| makeresults | eval "+search, &spl.Config{Knowledge: base})
		if err != nil {
			t.Fatal(err)
		}
		rows, err := p.Run(context.Background(), nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for b := rows.NextBatch(); b != nil; b = rows.NextBatch() {
			for i, name := range b.Names {
				if b.Cols[i].Any() {
					got = append(got, name+"="+strings.Join(b.Cols[i].Values(0), "|"))
				}
			}
		}
		if rows.Err() != nil || strings.Join(got, " ") != want {
			t.Errorf("%s: %q %v, want %q", search, got, rows.Err(), want)
		}
	}
	f(`port=80, status=500 | typer | table eventtype`, "eventtype=web|web_fail")
	f(`port=split("22,80", ",") | typer | table eventtype`, "eventtype=low|web")
	f(`port=80, status=500 | typer eventtypes=web_fail | table eventtype`, "eventtype=web_fail")
	f(`port=1, eventtype="old" | typer | table eventtype port`, "port=1")
	f(`user="root" | tags | table user tag*`, "user=root tag::user=admin|vip")
	f(`user="ROOT" | tags | table user tag*`, "user=ROOT")
	f(`user="root", eventtype="web" | tags user | table tag*`, "tag::user=admin|vip")
	f(`user="root", eventtype="web" | tags outputfield=t | table t`, "t=admin|http|vip")
	f(`user="root", eventtype="web" | tags outputfield=t inclname=t | table t`, "t=eventtype::http|user::admin|user::vip")
	f(`user="root" | tags outputfield=t inclname=t inclvalue=t user | table t`, "t=user::root::admin|user::root::vip")
}
