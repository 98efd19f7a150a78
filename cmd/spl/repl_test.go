//go:build unix

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// What a newcomer does in their first five minutes.
func TestNewcomer(t *testing.T) {
	t.Parallel()
	work := t.TempDir()
	c := open(t, setting{width: 100, height: 40, dir: work, args: []string{"repl", "--sourcetype", "aws:cloudwatchlogs:eks", filepath.Join(seedFolder(t), "eks-audit.ndjson")}})
	c.sees("1 file", "spl>")

	// The seed, pasted as it is: several lines, backticks and all. Nothing runs until
	// Enter.
	seed, err := os.ReadFile(filepath.Join(seedFolder(t), "amazon_eks_kubernetes_pod_scan_detection.spl"))
	if err != nil {
		t.Fatal(err)
	}
	c.keys("\x1b[200~" + strings.ReplaceAll(string(seed), "\n", "\r") + "\x1b[201~")
	c.sees("`amazon_eks_kubernetes_pod_scan_detection_filter`")
	if s := c.screen(); strings.Contains(s, "rows, ") {
		t.Fatalf("what was pasted has run:\n%s", s)
	}
	c.keys(enter)
	c.sees("8 rows, 7 of 21 events matched", "Ctrl-O shows all")

	// The filter is overridden, and the rows change.
	c.keys(":macro amazon_eks_kubernetes_pod_scan_detection_filter=search src_ip=203.0.113.7" + enter)
	c.sees("is overridden for this session")
	c.keys(up + up)
	c.sees("spl> `aws_cloudwatchlogs_eks`")
	c.keys(enter)
	c.sees("2 rows, ")

	// Requests a minute, as a chart.
	c.keys("* | timechart span=1m count" + enter)
	c.sees("■ count", "┤", "2026-03-14 09:00:00", "5 rows")

	// The rows of the detection, as CSV and as a test.
	c.keys(":export $2 scan.csv" + enter)
	c.sees("2 rows written to scan.csv")
	csv, err := os.ReadFile(filepath.Join(work, "scan.csv"))
	if err != nil || !strings.HasPrefix(string(csv), "src_ip,cluster_name,") || strings.Count(string(csv), "203.0.113.7") != 2 {
		t.Errorf("%v\n%s", err, csv)
	}
	c.keys(":test $2 scan.test.yml" + enter)
	c.sees("a test that expects 2 rows written to scan.test.yml")
	test, err := os.ReadFile(filepath.Join(work, "scan.test.yml"))
	if err != nil || !strings.Contains(string(test), "src_ip: 203.0.113.7") || !strings.Contains(string(test), "rows: 2") {
		t.Errorf("%v\n%s", err, test)
	}
	spl, err := exec.LookPath("spl")
	if err != nil {
		t.Fatal(err)
	}
	run := exec.Command(spl, "test", "--data", seedFolder(t), "scan.test.yml")
	run.Dir = work
	if out, err := run.CombinedOutput(); err != nil || !strings.Contains(string(out), "1 test: 1 passed") {
		t.Errorf("%v\n%s", err, out)
	}
	c.keys(":save macros.conf" + enter)
	c.sees("1 macro written to macros.conf")
	c.keys(ctrlD)
	c.ends()
}

func TestEditing(t *testing.T) {
	t.Parallel()
	c := audit(t, 80, 24)
	// An open pipe and an open quote go on in a new line.
	c.keys("verb=list |" + enter)
	c.sees("spl> verb=list |\n...>")
	c.keys(`eval a="x` + enter + `y"` + enter)
	c.sees("10 rows")
	// The cursor: to the front of a word, and a character in its place.
	c.keys("| makeresults | eval b=1" + "\x01" + "\x1bf" + "\x1bb" + "\x06\x06\x06\x06" + "\x1b[3~" + "r" + "\x05" + "2" + enter)
	c.sees("b\n", "12\n", "1 row in")
	// A fault is said as it is typed, and gone when it is mended.
	c.keys("* | stast count by verb")
	c.sees("Unknown search command 'stast'; did you mean `stats`?")
	c.keys("\x15")
	c.loses("stast count")
	c.keys("* | where isnul(verb) ")
	c.sees("there is no function `isnul`")
	c.keys(ctrlC)
	// Ctrl-C clears; the prompt stays.
	c.keys("| makeresults | eval z=42" + enter)
	c.sees("42\n1 row in")
	// Undo.
	c.keys("abc def\x17\x1f\x1f")
	c.sees("spl> abc de")
}

func TestCompletion(t *testing.T) {
	t.Parallel()
	c := audit(t, 80, 24)
	c.keys(":fields verb" + enter) // by now the data is known
	c.sees("verb: in 100% of events")
	c.keys("verb=" + tab)
	c.sees("list ", "get ", "watch ", "%") // values of the field, the commonest first
	c.keys(tab + enter)
	c.sees("spl> verb=list")
	c.keys("| stat" + tab)
	c.sees("spl> verb=list | stats")
	c.keys("count by userA" + tab)
	c.sees("count by userAgent")
	// After stats, the fields are those that stats made.
	c.keys(" | sort " + tab)
	c.until("the fields of stats", func(s string) bool {
		return strings.Contains(s, "  count ") && strings.Contains(s, "  userAgent ") && !strings.Contains(s, "requestURI")
	})
	c.keys(ctrlC + ctrlC)
	c.keys("`security_content_ct" + tab)
	c.sees("`security_content_ctime(")
	c.keys(ctrlC + "* | stats de" + tab)
	c.sees("delim=")
	c.keys(ctrlC + "* | eval x=strf" + tab)
	c.sees("strftime(")
	c.keys(ctrlC + ":exp" + tab)
	c.sees(":exp", ":explain", ":export")
}

// A long search stops at once, and the prompt is there again.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := open(t, setting{width: 80, height: 24, dir: dir, args: []string{"repl"}})
	c.sees("no files are open")
	c.keys("| makeresults count=100000000 | eval a=md5(random()) | where a=1 | stats count" + enter)
	c.sees("Ctrl-C stops")
	c.keys(ctrlC)
	c.sees("; stopped")
	c.keys("| makeresults | eval after=7" + enter)
	c.sees("after", "1 row in")
}

func TestHistory(t *testing.T) {
	t.Parallel()
	state, one, two := t.TempDir(), t.TempDir(), t.TempDir()
	session := func(dir string, f func(c *console)) {
		t.Helper()
		c := open(t, setting{width: 80, height: 24, dir: dir, env: []string{"XDG_STATE_HOME=" + state}, args: []string{"repl"}})
		c.sees("spl>")
		f(c)
		c.keys(ctrlD)
		c.ends()
	}
	session(one, func(c *console) {
		c.keys("| makeresults | eval here=1" + enter)
		c.sees("1 row in")
	})
	session(two, func(c *console) {
		c.keys("| makeresults | eval there=1" + enter)
		c.sees("1 row in")
	})
	session(one, func(c *console) {
		c.keys(up) // what was typed in this folder comes first
		c.sees("eval here=1")
		c.keys(up)
		c.sees("eval there=1")
		c.keys(ctrlC + ctrlR + "here=")
		c.sees("search history: here=_")
		c.keys(ctrlR)
		c.sees("eval there=1") // which holds it too
		c.keys(ctrlR)
		c.sees("nothing further back")
		c.keys(esc)
		c.loses("nothing further back")
	})
	info, err := os.Stat(filepath.Join(state, "spl", "history"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
}

func TestPager(t *testing.T) {
	t.Parallel()
	c := audit(t, 60, 15)
	c.keys("* | table verb requestURI userAgent auditID" + enter)
	c.sees("more rows", "Ctrl-O shows all")
	c.keys(ctrlO)
	c.sees("$1: lines 1–12 of 22", "(←→)")
	c.keys(" ")
	c.sees("lines 11–22 of 22")
	c.keys("g/masscan" + enter)
	c.sees("masscan")
	c.keys("g" + right)
	c.sees("from column 31 of")
	c.keys("/nosuchthing" + enter)
	c.sees("not found: nosuchthing")
	c.keys("q")
	c.sees("spl>", "Ctrl-O shows all")
	c.keys("| makeresults | eval back=1" + enter)
	c.sees("back", "1 row in")
}

func TestResize(t *testing.T) {
	t.Parallel()
	c := audit(t, 80, 24)
	c.keys("verb=list requestURI=/api/v1/pods userAgent=*kube* objectRef.resource=pods")
	c.sees("objectRef.resource=pods")
	c.resize(40, 20)
	c.keys(" x")
	c.until("the end of the line", func(s string) bool { return strings.HasSuffix(s, "s x") })
	s := c.screen()
	for l := range strings.SplitSeq(s, "\n") {
		if len([]rune(l)) > 40 {
			t.Errorf("a line is wider than the terminal: %q", l)
		}
	}
	c.keys(ctrlC + "* | stats count by verb userAgent requestURI" + enter)
	c.sees("verb", "15 rows, ")
}

// A detection that is higher than the terminal can still be edited.
func TestSmall(t *testing.T) {
	t.Parallel()
	c := audit(t, 40, 12)
	var lines []string
	for i := range 30 {
		lines = append(lines, fmt.Sprintf("| eval f%d=%d", i, i))
	}
	c.keys("\x1b[200~*\r" + strings.Join(lines, "\r") + "\x1b[201~")
	c.sees("f29=29")
	c.keys(strings.Repeat(up, 20))
	c.sees("f9=9")
	c.loses("f29=29")
	c.keys("000" + "\x1b>" + " | table f9" + enter)
	c.sees("9000", "21 rows")
}

// Wide characters take two cells, and marks none; what would move the cursor is seen.
func TestCharacters(t *testing.T) {
	t.Parallel()
	c := audit(t, 60, 20)
	c.keys("| makeresults | eval a=\"漢字\", b=\"e\u0301\", c=\"\u202eabc\", d=urldecode(\"%1b%5b31m\") | table a b c d" + enter)
	s := c.sees("1 row in")
	if !strings.Contains(s, `\u202eabc`) || !strings.Contains(s, `\x1b[31m`) {
		t.Errorf("%s", s)
	}
}

func TestPlain(t *testing.T) {
	t.Parallel()
	c := audit(t, 80, 24, "TERM=dumb")
	c.keys("* | stats count by verb | head 2" + enter)
	s := c.sees("Row 2", "count: ", "2 rows")
	if strings.ContainsAny(s, "─│█") {
		t.Errorf("something is drawn:\n%s", s)
	}
	c.mu.Lock()
	raw := c.raw.String()
	c.mu.Unlock()
	if strings.Contains(raw, "\x1b") {
		t.Errorf("%q", raw)
	}
	// Ctrl-C is a signal here; the prompt stays.
	c.keys("| makeresults count=100000000 | eval a=md5(random()) | where a=1 | stats count" + enter)
	c.sees("searching; Ctrl-C stops")
	c.keys(ctrlC)
	c.sees("stopped")
	c.keys("| makeresults | eval q=5" + enter)
	c.sees("q: 5")
}

func TestNoColor(t *testing.T) {
	t.Parallel()
	c := audit(t, 80, 24, "NO_COLOR=1")
	c.keys("* | top verb" + enter)
	c.sees("█", "5 rows")
	c.mu.Lock()
	defer c.mu.Unlock()
	if strings.Contains(c.raw.String(), "m\x1b[") || strings.Contains(c.raw.String(), "\x1b[34") {
		t.Errorf("%q", c.raw.String())
	}
}

func TestFollowAtPrompt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	log := filepath.Join(dir, "a.log")
	add := func(text string) {
		t.Helper()
		f, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err == nil {
			_, err = f.WriteString(text)
			f.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	add("{\"u\":\"a\"}\n")
	c := open(t, setting{width: 80, height: 24, dir: dir, args: []string{"repl", "a.log"}})
	c.keys(":follow * | stats count by u" + enter)
	c.sees("a      1", "1 row at")
	add("{\"u\":\"a\"}\n{\"u\":\"b\"}\n")
	s := c.sees("a      2", "b      1", "2 rows at")
	if strings.Contains(s, "a      1") {
		t.Errorf("the answer before is still there:\n%s", s)
	}
	c.keys(ctrlC)
	c.sees("spl>", "2 rows\n")
	c.keys("$1 | stats sum(count) as n" + enter)
	c.sees("n\n", "3\n")
}

func TestPagerOfReader(t *testing.T) {
	t.Parallel()
	c := audit(t, 80, 24, "PAGER=sed s/^/PAGED:/")
	c.keys("* | stats count" + enter)
	c.sees("1 row")
	c.keys(":page" + enter)
	c.sees("PAGED:count", "PAGED:   21")
	c.keys("| makeresults | eval x=5" + enter)
	c.sees("1 row in")
}

// While the reader's pager runs, all keys are the pager's, and Ctrl-C ends no session.
func TestPagerHasTheKeys(t *testing.T) {
	t.Parallel()
	c := audit(t, 80, 24, `PAGER=cat; echo begins; for i in 1 2 3 4 5 6; do read -r k </dev/tty; echo "got<$k>"; done; trap : INT; echo waits; read -r k </dev/tty; echo over`)
	c.keys("* | stats count" + enter)
	c.sees("1 row")
	c.keys(":page" + enter)
	c.sees("begins")
	for i := range 6 {
		k := fmt.Sprintf("key%d", i)
		c.keys(k + "\n")
		c.sees("got<" + k + ">")
	}
	c.sees("waits")
	c.keys("\x03")
	c.keys("\n")
	c.sees("over", "spl>")
	c.keys("| makeresults | eval x=5" + enter)
	c.sees("1 row in")
}
