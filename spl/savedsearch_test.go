package spl_test

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"spl/spl"
	"spl/spl/knowledge"
)

// TestSavedSearch runs saved searches of an app.
func TestSavedSearch(t *testing.T) {
	app := fstest.MapFS{"default/savedsearches.conf": &fstest.MapFile{Data: []byte(`[by user]
search = u=* | stats count by u
[one user]
search = search u=$user$ | table u
[recent]
search = u=a OR u=b | stats count
dispatch.earliest_time = -100s
dispatch.latest_time = now
[own range]
search = earliest=0 u=* | stats count
dispatch.earliest_time = -100s
[generates]
search = | makeresults count=3 | eval a=1 | stats sum(a) AS count
[nested]
search = | savedsearch "by user" | stats count
[circle]
search = | savedsearch circle
[broken]
search = * | nosuchcommand
[only a]
search = u=a
[not b]
search = search NOT u=b savedsearch="only a"
[round]
search = u=a savedsearch=round
`)}}
	base, faults := knowledge.Load([]knowledge.App{{Name: "app", FS: app}}, knowledge.Options{})
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	const events = `{"_time":1000,"u":"a"}
{"_time":1950,"u":"b"}
{"_time":1960,"u":"a"}
`
	f := func(search, want string) {
		t.Helper()
		got, err := func() (string, error) {
			p, err := spl.Compile(search, &spl.Config{Knowledge: base})
			if err != nil {
				return "", err
			}
			rows, err := p.Run(context.Background(), spl.Text("x.json", events), &spl.RunOptions{Now: time.Unix(2000, 0)})
			if err != nil {
				return "", err
			}
			var out []string
			for b := rows.NextBatch(); b != nil; b = rows.NextBatch() {
				for r := range b.Rows {
					var row []string
					for i := range b.Names {
						row = append(row, strings.Join(b.Cols[i].Values(r), "|"))
					}
					out = append(out, strings.Join(row, ","))
				}
			}
			return strings.Join(out, " "), rows.Err()
		}()
		if err != nil {
			got = err.Error()
		}
		if want = strings.TrimSpace(want); got != want && (err == nil || !strings.Contains(got, want)) {
			t.Errorf("%s: %s, want %s", search, got, want)
		}
	}
	f(`| savedsearch "by user"`, "a,2 b,1")
	f(`| savedsearch "by user" | where count>1 | table u`, "a")
	f(`| savedsearch "one user" user=b`, "b")
	f(`| savedsearch user=b "one user"`, "b")
	f(`| savedsearch recent`, "2")
	f(`| savedsearch "own range"`, "3")
	f(`| savedsearch generates`, "3")
	f(`| savedsearch nested`, "2")
	f(`| from savedsearch:"by user"`, "a,2 b,1")
	f(`| makeresults | append [| savedsearch generates] | stats sum(count)`, "3")
	f(`| loadjob savedsearch="nobody:app:by user"`, "a,2 b,1")
	f(`savedsearch="only a" | stats count by u`, "a,2")
	f(`* | search NOT savedsearch="only a" | stats count by u`, "b,1")
	f(`(savedsearch="not b" OR u=b) u=b OR savedsplunk="only a" | stats count by u`, "a,2 b,1")
	f(`savedsearch=round`, "the saved search `round` cannot be run: the saved search `round` cannot be run: it runs itself")
	f(`savedsearch="by user"`, "it is more than a search expression")
	f(`savedsearch=generates`, "it is more than a search expression")
	f(`savedsearch="only b"`, "the saved search `only b` cannot be run: no app has it")
	f(`| metasearch savedsearch="only a"`, "`savedsearch=` cannot put a saved search")
	f(`| savedsearch circle`, "the saved search `circle` cannot be run")
	f(`| savedsearch broken`, "Unknown search command 'nosuchcommand'")
	f(`| savedsearch "by usr"`, "the saved search `by usr` cannot be run: no app has it")
	f(`| savedsearch by user`, "`savedsearch` takes one search")
	f(`| savedsearch`, "`savedsearch` needs the name")
	f(`| loadjob 1233886270.2`, "results of earlier searches are not kept")
	f(`| loadjob savedsearch=x`, "`loadjob` needs a saved search as user:app:name")
	f(`* | savedsearch nested`, "must be the first command")

	if _, err := spl.Compile(`a=1 savedsearch=x`, nil); err == nil || !strings.Contains(err.Error(), "no app has it") {
		t.Errorf("a saved search without apps: %v", err)
	}
	p, err := spl.Compile("| savedsearch x", nil)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := p.Run(context.Background(), nil, nil)
	if err == nil {
		for rows.Next() {
		}
		err = rows.Err()
	}
	if err == nil || !strings.Contains(err.Error(), "no app has it") {
		t.Errorf("without apps: %v", err)
	}
}
