package spl_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"spl/bench/eks"
	"spl/spl"
	"spl/spl/input"
	"spl/spl/output"
)

// oddLines makes a log in which much is odd: events of the generator, broken, cut off,
// with keys twice, escapes, other envelopes, deep nesting, long values, blank lines.
func oddLines(r *rand.Rand, n int) string {
	g := eks.New(r.Uint64())
	var out bytes.Buffer
	for range n {
		line := string(g.Next())
		switch r.IntN(24) {
		case 0:
			line = line[:r.IntN(len(line))]
		case 1:
			at := r.IntN(len(line))
			line = line[:at] + string(rune(" \"{}[]:,\\\t0x"[r.IntN(12)])) + line[at:]
		case 2:
			at := r.IntN(len(line))
			line = line[:at] + line[at+1:]
		case 3:
			line = `{"verb":"twice","user":{"username":"first"},` + line[1:]
		case 4:
			line = strings.Replace(line, `"verb"`, `"ver\u0062"`, 1)
		case 5:
			line = strings.Replace(line, `"username":"system:`, `"username":"syste\u006d:anonymous `, 1)
		case 6:
			line = `{"deep":` + strings.Repeat(`{"a":[`, 40) + "1" + strings.Repeat("]}", 40) + "," + line[1:]
		case 7:
			line = `{"long":"` + strings.Repeat("x\\\\", 1+r.IntN(3000)) + `",` + line[1:]
		case 8:
			line = `{"time":1773446400.5,"host":"h1","event":` + line + `}`
		case 9:
			line = `{"Records":[` + line + "," + line + `]}`
		case 10:
			line = "  " + strings.ReplaceAll(line, ",", ", ") + "  \r"
		case 11:
			line = "\n\r\n  \n" + line
		case 12:
			line = strings.Replace(line, "kubectl", "kub\xffctl é\u212a", 1)
		case 13:
			line = `verb=get user="plain text" code=` + fmt.Sprint(r.IntN(9)) + " system:anonymous"
		case 14:
			line = `["verb",{"verb":"in a list"}]`
		case 15:
			line = `{"verb":` + []string{"null", "true", "01", "1e5", "-", "{}", "[]", `["a",{"b":1},"c"]`, `""`}[r.IntN(9)] + `,"code":` + fmt.Sprint(r.IntN(3)) + "," + line[1:]
		case 16:
			line = `{"verb.x":"dotted","objectRef.resource":"flat","user":{"":"empty","username":["m","n"]},"verb":"list"}`
		case 17:
			line = `{"preview":false,"result":{"_raw":"verb=export system:anonymous","_time":"1773446400","verb":"row"}}`
		}
		out.WriteString(line)
		if r.IntN(400) > 0 {
			out.WriteByte('\n')
		} else {
			out.WriteString("\r\n")
		}
	}
	return strings.TrimSuffix(out.String(), "\n")
}

var differQueries = []string{
	`* | stats count`,
	`"system:anonymous" | stats count by verb`,
	`* | stats count by verb objectRef.resource responseStatus.code`,
	`* | stats count dc(userAgent) values(verb) by sourceIPs{} user.username`,
	`verb=list OR verb=get NOT userAgent=kube* | stats count sum(code) first(verb) by user.username`,
	`requestURI="*/secrets/*" | stats count dc(auditID) by verb`,
	`"user.username"="system:anonymous" verb=list objectRef.resource=pods | stats count min(_time) values(userAgent) by sourceIPs{}`,
	`* | rex field=requestURI "/namespaces/(?<ns>[^/]+)" | stats count by ns | sort -count ns`,
	`* | eval n=len(_raw), v=upper(verb) | stats sum(n) by v`,
	`* | where 'responseStatus.code'>=400 | top limit=3 userAgent`,
	`* | head 20 | table _time verb user.username`,
	`verb=delete | dedup objectRef.resource | table auditID verb`,
	`* | fields sourceIPs{} | mvexpand sourceIPs{} | stats dc(sourceIPs{})`,
	`* | bin _time span=1m | chart count by _time verb`,
	`* | stats count by host source sourcetype index`,
	`* | fields verb code | sort 30 verb code | table verb code`,
}

// Every way of reading gives the rows, and the notices, of the plainest.
func TestWaysAgree(t *testing.T) {
	for seed := range uint64(3) {
		r := rand.New(rand.NewPCG(seed, 7))
		text := oddLines(r, 700)
		for _, q := range differQueries {
			want := differRun(t, q, text, input.Options{Plain: true, ChunkSize: 1 << 22}, &spl.RunOptions{Workers: 1, Apart: true})
			for range 3 {
				o := input.Options{ChunkSize: 64 + r.IntN(1<<uint(6+r.IntN(14))), Scrub: true}
				ro := &spl.RunOptions{Workers: 1 + r.IntN(3), Apart: r.IntN(2) == 0}
				got := differRun(t, q, text, o, ro)
				if !slices.Equal(got, want) {
					t.Errorf("seed %d, %s: chunks of %d, %d workers, apart %v:\n%s", seed, q, o.ChunkSize, ro.Workers, ro.Apart, firstDifference(got, want))
					break
				}
			}
		}
	}
}

func firstDifference(got, want []string) string {
	for i := range max(len(got), len(want)) {
		g, w := "nothing", "nothing"
		if i < len(got) {
			g = got[i]
		}
		if i < len(want) {
			w = want[i]
		}
		if g != w {
			return fmt.Sprintf("row %d of %d and %d:\n got %s\nwant %s", i, len(got), len(want), g, w)
		}
	}
	return ""
}

// differRun gives the rows, and after them the notices of the input.
func differRun(t *testing.T, search, text string, o input.Options, ro *spl.RunOptions) []string {
	t.Helper()
	p, err := spl.Compile(search, nil)
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	o.Notice = func(code, msg string, n int) { said = append(said, fmt.Sprintf("%s %d %s", code, n, msg)) }
	ro.Now = time.Unix(1773450000, 0)
	o.Now = ro.Now
	rows, err := p.Run(context.Background(), input.New([]input.File{input.FromText("odd.ndjson", text, input.Meta{})}, o), ro)
	if err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	w, err := output.New(&buf, output.Options{Format: "ndjson", Events: !rows.Table()})
	if err != nil {
		t.Fatal(err)
	}
	for b := rows.NextBatch(); b != nil; b = rows.NextBatch() {
		if err := w.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := rows.Err(); err != nil {
		t.Fatalf("%s: %v", search, err)
	}
	if strings.Contains(search, "head") || !strings.HasPrefix(search, "*") {
		said = nil // what was not read is not noted
	}
	return append(strings.Split(buf.String(), "\n"), said...)
}
