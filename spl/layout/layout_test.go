package layout_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"spl/macros"
	"spl/spl/layout"
)

var whole = flag.Bool("corpus", false, "lay out the whole corpus that lies beside the checkout")

func TestFormat(t *testing.T) {
	f := func(in, want string) {
		t.Helper()
		got, err := layout.Format(in, nil)
		if err != nil {
			t.Errorf("%s: %v", in, err)
		}
		if got != want {
			t.Errorf("%s\n got\n%s\nwant\n%s", in, got, want)
		}
		if again, _ := layout.Format(got, nil); again != got {
			t.Errorf("laid out twice it differs:\n%s", again)
		}
	}
	f("  index=main|stats count by user|sort - count  ", "index=main\n| stats count by user\n| sort - count")
	f("|tstats count where index=main", "| tstats count where index=main")
	f("a\n\n\n   | eval x=\"a  |  b\",\t'c  d'=1 | where `m(\"a  b\")`  ", "a\n| eval x=\"a  |  b\", 'c  d'=1\n| where `m(\"a  b\")`")
	f("a | join user [search b | stats count by user] | head", "a\n| join user [\n    search b\n    | stats count by user\n]\n| head")
	f("a [search b | fields c]", "a [\n    search b\n    | fields c\n]")
	f("a | append [search b]", "a\n| append [search b]")
	f("a ```why\n  so``` | head", "a ```why\n  so```\n| head")
	f("a\n```a line of its own```\n| head", "a\n    ```a line of its own```\n| head")
	f("a | table "+strings.Repeat("some_field, ", 12)+"last",
		"a\n| table some_field, some_field, some_field, some_field, some_field, some_field, some_field,\n        some_field, some_field, some_field, some_field, some_field, last")
	f("a | eval "+strings.Repeat("x=if(a=1, 2, 3), ", 7)+"y=1",
		"a\n| eval x=if(a=1, 2, 3), x=if(a=1, 2, 3), x=if(a=1, 2, 3), x=if(a=1, 2, 3), x=if(a=1, 2, 3),\n       x=if(a=1, 2, 3), x=if(a=1, 2, 3), y=1")
	// An operator begins a line, and what belongs to it stays with it.
	f("a | where "+strings.Repeat("status=200 AND ", 6)+"user IN (\"some long name\", \"other\")",
		"a\n| where status=200 AND status=200 AND status=200 AND status=200 AND status=200 AND status=200\n        AND user IN (\"some long name\", \"other\")")
	f("a | eval first_long_name = coalesce(one_long_field, another_field), second_name = coalesce(one_long_field, another_field)",
		"a\n| eval first_long_name = coalesce(one_long_field, another_field),\n       second_name = coalesce(one_long_field, another_field)")
	f("a | foreach x* [eval <<FIELD>>=if(isnull('<<FIELD>>'), \"a text that is rather long\", \"another text that is rather long\")]",
		"a\n| foreach x* [\n    eval <<FIELD>>=if(isnull('<<FIELD>>'), \"a text that is rather long\",\n        \"another text that is rather long\")\n]")
	f("index=$i|s$ | head", "index=$i|s$\n| head")
	f("a | rex \"(?<x>a|b)  c\" | head", "a\n| rex \"(?<x>a|b)  c\"\n| head")
	f("a | `undefined` | head", "a\n| `undefined`\n| head")
	// The name of the column is what was typed, so that nothing but the pipe moves.
	f("a | stats count(eval(x  =  1)) | head", "a\n| stats count(eval(x  =  1))\n| head")
	if got, err := layout.Format("a | where (", nil); err == nil || got != "a | where (" {
		t.Errorf("%s: %v", got, err)
	}
}

func TestFile(t *testing.T) {
	f := func(name, in, want string) {
		t.Helper()
		got, errs := layout.File(name, in, nil)
		if len(errs) > 0 || got != want {
			t.Errorf("%s: %v\n got\n%s\nwant\n%s", name, errs, got, want)
		}
		if again, _ := layout.File(name, got, nil); again != got {
			t.Errorf("%s: laid out twice it differs:\n%s", name, again)
		}
	}
	f("q.spl", "a|head\n", "a\n| head\n")
	f("d.yml", "name: x\nsearch: 'a|where x=\"it''s\"\n  | head'\n\n# a remark\nid: 1\n", "name: x\nsearch: |-\n  a\n  | where x=\"it's\"\n  | head\n\n# a remark\nid: 1\n")
	f("d.yml", "search: |\n    a|head\n    |tail\nid: 1\n", "search: |\n    a\n    | head\n    | tail\nid: 1\n")
	f("d.yml", "id: 1\nsearch: a | head", "id: 1\nsearch: |-\n  a\n  | head")
	f("q.spl", "a|head\r\n|tail\r\n", "a\r\n| head\r\n| tail\r\n")
	f("d.yml", "search: |\r\n  a|head\r\nid: 1\r\n", "search: |\r\n  a\r\n  | head\r\nid: 1\r\n")
	f("s.conf", "[one]\r\nsearch = a|head\r\n", "[one]\r\nsearch = a \\\r\n| head\r\n")
	// A block cannot hold what stands here as escapes: other readers would not read it.
	for _, escape := range []string{`\e`, `\u2028`, `\x85`, `\u0000`} {
		quoted := "search: \"a | head | where x=\\\"" + escape + "\\\"\"\n"
		f("d.yml", quoted, quoted)
	}
	f("s.conf", "[one]\nsearch = a|head\ncron_schedule = * * * * *\n\n# b\n[two]\nsearch = b\\\n|tail\nx = 1\n",
		"[one]\nsearch = a \\\n| head\ncron_schedule = * * * * *\n\n# b\n[two]\nsearch = b \\\n| tail\nx = 1\n")
	_, errs := layout.File("d.yml", "id: 1\nsearch: |-\n  a\n  | where (\n", nil)
	if len(errs) != 1 || errs[0].File == nil || errs[0].Place().Line != 4 {
		t.Errorf("%v", errs)
	}
}

// Whatever can be read is laid out once and for all, and reads as before: Format itself
// compares the trees.
func TestCorpus(t *testing.T) {
	files, _ := filepath.Glob("../../../shared/corpus/spl/*.ndjson.gz")
	if len(files) == 0 {
		t.Skip("no corpus beside the checkout")
	}
	set := macros.Builtin()
	_ = set.Load(os.DirFS("../../../shared/escu"), "macros", "escu")
	rows, done, unstable := 0, 0, 0
	for _, path := range files {
		if !*whole && !strings.HasSuffix(path, "/escu.ndjson.gz") {
			continue
		}
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		z, err := gzip.NewReader(f)
		if err != nil {
			t.Fatal(err)
		}
		sc := bufio.NewScanner(z)
		sc.Buffer(nil, 64<<20)
		for sc.Scan() {
			var r struct{ Name, Spl string }
			if err := json.Unmarshal(sc.Bytes(), &r); err != nil {
				t.Fatal(err)
			}
			if r.Spl == "" {
				continue
			}
			if rows++; !*whole && rows%5 > 0 {
				continue
			}
			out, err := layout.Format(r.Spl, set)
			if err != nil {
				continue
			}
			done++
			again, err := layout.Format(out, set)
			if err != nil || again != out {
				if unstable++; unstable < 10 {
					t.Errorf("%s: laid out twice it differs (%v):\n%s\n%s", r.Name, err, out, again)
				}
			}
		}
		f.Close()
	}
	t.Logf("%d searches, %d laid out, %d differ the second time", rows, done, unstable)
}
