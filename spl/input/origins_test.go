package input

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"spl/eval/batch"
)

// originIs is a test for one value of a field of origin.
func originIs(field, want string) batch.Origin {
	return batch.Origin{Fields: []string{field}, Text: field + "=" + want, Passes: func(value func(string) string) bool { return value(field) == want }}
}

// passing reads the events that pass tests of origin, with the tests as hints or without,
// and gives their texts.
func passing(t testing.TB, text string, meta Meta, o Options, hint bool, tests ...batch.Origin) string {
	t.Helper()
	names := []string{"source", "sourcetype", "index"}
	scan := &batch.Scan{Fields: batch.FieldsOf("_raw"), First: names}
	if hint {
		scan.Origins, scan.Known = tests, func(string) bool { return false }
	}
	got, _ := readAll(t, []File{FromText("f", text, meta)}, o, scan, 1, named("_raw", "source", "sourcetype", "index"))
	var b strings.Builder
events:
	for _, e := range got {
		for _, o := range tests {
			if !o.Passes(func(f string) string { return e.fields[f] }) {
				continue events
			}
		}
		fmt.Fprintln(&b, e.fields["_raw"])
	}
	return b.String()
}

func TestOrigins(t *testing.T) {
	lines := []string{
		`{"verb":"get"}`,
		`{"verb":"get","sourcetype":"mine"}`,
		`{"verb":"get","\u0073ourcetype":"mine"}`,
		`{"event":{"verb":"get"},"sourcetype":"mine","time":1}`,
		`{"event":"verb=get sourcetype=x","sourcetype":"mine","index":"other"}`,
		`{"result":{"_raw":"verb=get","_time":"1","sourcetype":"mine"}}`,
		`verb=get sourcetype=mine`,
		`verb=get index=other`,
		`{"timestamp":1,"message":"verb=get","logGroup":"mine"}`,
		`{"timestamp":1,"message":"{\"sourcetype\":\"mine\"}","logGroup":"x"}`,
		`<Event><System><Channel>Security</Channel></System></Event>`,
		`LogName=Security EventCode=1`,
	}
	text := strings.Join(lines, "\n")
	f := func(want string, tests ...batch.Origin) {
		t.Helper()
		for _, size := range []int{3, 100, 1 << 20} {
			all := passing(t, text, Meta{}, Options{}, false, tests...)
			if got := passing(t, text, Meta{}, Options{ChunkSize: size}, true, tests...); got != all {
				t.Errorf("with parts of %d\ngot  %s\nwant %s", size, got, all)
			}
			if n := fmt.Sprint(strings.Count(all, "\n")); n != want {
				t.Errorf("%s rows, want %s: %s", n, want, all)
			}
		}
	}
	f("6", originIs("sourcetype", "mine"))
	f("1", originIs("sourcetype", "_json"))
	f("1", originIs("index", "other")) // in text, a pair names no origin
	f("1", originIs("index", "other"), originIs("sourcetype", "mine"))
	f("1", originIs("source", "mine"))
	f("1", originIs("source", "XmlWinEventLog:Security"))
	f("1", originIs("sourcetype", "XmlWinEventLog"))
	f("0", originIs("sourcetype", "nobody"))
	text = `{"resource":"source","a":{"source":"x"}}` + "\n" + `{"source" : "x"}` + "\n<Event><EventData><Data Name='index'>other</Data></EventData></Event>"
	f("0", originIs("index", "other")) // data of a Windows event name no origin
	f("1", originIs("source", "x"))
}

// What a file is said to be, or a table says in a column, counts.
func TestOriginsOfFiles(t *testing.T) {
	f := func(text string, meta Meta, rows int, tests ...batch.Origin) {
		t.Helper()
		if got := passing(t, text, meta, Options{}, true, tests...); strings.Count(got, "\n") != rows {
			t.Errorf("got %q, want %d rows", got, rows)
		}
	}
	f("{\"a\":1}\n{\"a\":2}\n", Meta{Sourcetype: "mine"}, 2, originIs("sourcetype", "mine"))
	f("{\"a\":1}\n{\"a\":2}\n", Meta{Sourcetype: "mine"}, 0, originIs("sourcetype", "_json"))
	f("{\"a\":1}\n{\"event\":\"x\",\"sourcetype\":\"other\"}\n", Meta{Sourcetype: "mine"}, 1, originIs("sourcetype", "other"))
	f("a,sourcetype\n1,mine\n2,x\n", Meta{Format: "csv"}, 1, originIs("sourcetype", "mine"))
	f("a\n", Meta{Source: "there"}, 1, originIs("source", "there"))
	f("a\n", Meta{Index: "there"}, 0, originIs("index", "main"))
}

// No event that passes a test of origin is rejected by it.
func FuzzOrigins(f *testing.F) {
	f.Add("{\"sourcetype\":\"a\"}\n{\"b\":1}\nsourcetype=a\n", "a", uint8(1))
	f.Add("{\"event\":\"x\",\"source\":\"a\"}\n<Event><Channel>a</Channel></Event>", "XmlWinEventLog:a", uint8(0))
	f.Add("{\"timestamp\":1,\"message\":\"x\",\"logGroupName\":\"a\"}\n{\"\\u0069ndex\":\"a\"}", "a", uint8(2))
	f.Fuzz(func(t *testing.T, text, want string, field uint8) {
		if len(text) > 1<<12 || !utf8.ValidString(text) {
			return
		}
		o := originIs([]string{"source", "sourcetype", "index"}[field%3], want)
		all := passing(t, text, Meta{}, Options{}, false, o)
		if got := passing(t, text, Meta{}, Options{ChunkSize: 1 + len(text)%50}, true, o); got != all {
			t.Fatalf("%s in %q\ngot  %q\nwant %q", o.Text, text, got, all)
		}
	})
}
