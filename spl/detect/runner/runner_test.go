package runner_test

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"spl/macros"
	"spl/parser/source"
	"spl/spl/detect/runner"
	"spl/spl/knowledge"
)

type osDisk struct{}

func (osDisk) Open(name string) (fs.File, error)          { return os.Open(name) }
func (osDisk) Stat(name string) (fs.FileInfo, error)      { return os.Stat(name) }
func (osDisk) ReadDir(name string) ([]fs.DirEntry, error) { return os.ReadDir(name) }
func (osDisk) Real(name string) (string, error) {
	abs, err := filepath.Abs(name)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(abs)
}

func load(t testing.TB, dir string, data ...runner.Mapping) *runner.Suite {
	t.Helper()
	found, err := runner.Find(osDisk{}, []string{dir})
	if err != nil {
		t.Fatal(err)
	}
	base, _ := knowledge.Load(nil, knowledge.Options{Override: func(set *macros.Set) source.Errors {
		var errs source.Errors
		for _, m := range found.Macros {
			errs = append(errs, set.Load(os.DirFS("."), m, "")...)
		}
		return errs
	}})
	l := &runner.Loader{Disk: osDisk{}, Base: base, Jobs: 2, Now: time.Unix(1700000000, 0), Zone: time.UTC, Data: data}
	return l.Load(found)
}

// run gives the results by their titles.
func run(t testing.TB, s *runner.Suite) []*runner.Result {
	t.Helper()
	var out []*runner.Result
	s.Run(context.Background(), &runner.Options{Jobs: 2, Now: func() time.Time { return time.Unix(1700000000, 0) }, Zone: time.UTC}, func(r *runner.Result) bool {
		out = append(out, r)
		return true
	})
	return out
}

// TestPublished loads every published detection, where they are at hand.
func TestPublished(t *testing.T) {
	const dir = "../../../../shared/escu/detections"
	if _, err := os.Stat(dir); err != nil {
		t.Skip("there are no published detections beside the checkout")
	}
	s := load(t, dir)
	if len(s.Units) < 1250 {
		t.Errorf("%d detections", len(s.Units))
	}
	for _, u := range s.Units {
		if len(u.Faults) > 0 {
			t.Errorf("%s: %v", u.Path, u.Faults)
		}
		if u.Skip == "" && len(u.Tests) == 0 {
			t.Errorf("%s: no tests", u.Path)
		}
	}
}

// TestExample runs the example repository.
func TestExample(t *testing.T) {
	passed, skipped := 0, 0
	for _, r := range run(t, load(t, "../../../examples/detections")) {
		switch r.Status {
		case runner.Passed:
			passed++
		case runner.Skipped:
			skipped++
		default:
			t.Errorf("%s: %s %v", r.Test.Title(), r.Message, r.Details)
		}
	}
	if passed != 7 || skipped != 1 {
		t.Errorf("%d passed, %d skipped", passed, skipped)
	}
}

func write(t testing.TB, dir, name, text string) {
	t.Helper()
	file := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// escu writes a detection with its tests on data of these URLs.
func escu(t testing.TB, dir string, n int, urls ...string) {
	text := fmt.Sprintf("name: Detection %d\nid: x%d\nstatus: production\ntype: TTP\nsearch: |-\n  sourcetype=st process_name=p%d.exe NOT user=system\n"+
		"  | stats count min(_time) as firstTime max(_time) as lastTime values(process) as process by dest user\n  | `security_content_ctime(firstTime)`\n"+
		"  | where count>=1\n  | `detection_%d_filter`\nrba:\n  message: m\n  risk_objects:\n  - {field: dest, type: system, score: 1}\n  threat_objects:\n  - {field: process, type: process}\ntests:\n", n, n, n, n)
	for i, u := range urls {
		text += fmt.Sprintf("- name: Test %d\n  attack_data:\n  - data: %s\n    source: s\n    sourcetype: st\n", i+1, u)
	}
	write(t, dir, fmt.Sprintf("detections/d%04d.yml", n), text)
}

func events(n int) string {
	out := ""
	for i := range 20 {
		out += fmt.Sprintf(`{"_time":%d,"process_name":"p%d.exe","process":"c:\\p%d.exe /x %d","dest":"h%d","user":"u"}`+"\n", 1700000000+i, n, n, i, i%3)
	}
	return out
}

// Data that is found by its name alone may not stand for that of two URLs.
func TestAmbiguousData(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "data/one/a.log", events(1))
	write(t, dir, "data/b.log", events(1))
	write(t, dir, "data/c.log", "version https://git-lfs.github.com/spec/v1\noid sha256:0\n")
	escu(t, dir, 1, "https://example.org/x/one/a.log", "https://example.org/x/three/b.log", "https://example.org/x/four/b.log", "https://example.org/x/c.log", "../../etc/passwd")
	got := run(t, load(t, dir, runner.Mapping{Prefix: "https://example.org/", Dir: filepath.Join(dir, "data")}))
	want := []runner.Status{runner.Passed, runner.Errored, runner.Errored, runner.Errored, runner.Errored}
	for i, r := range got {
		if r.Status != want[i] {
			t.Errorf("%s: %s, %s", r.Test.Name, r.Status, r.Message)
		}
	}
	if m := got[3].Missing; len(m) != 1 || m[0].Fetch == "" {
		t.Errorf("a pointer of Git LFS: %+v", m)
	}
}

// BenchmarkSuite runs 1,000 detections with two tests each.
func BenchmarkSuite(b *testing.B) {
	dir := b.TempDir()
	for n := range 1000 {
		one, two := fmt.Sprintf("T%d/one/e.log", n), fmt.Sprintf("T%d/two/e.log", n)
		write(b, dir, "data/"+one, events(n))
		write(b, dir, "data/"+two, events(n))
		escu(b, dir, n, "https://example.org/"+one, "https://example.org/"+two)
	}
	for b.Loop() {
		got := run(b, load(b, dir, runner.Mapping{Prefix: "https://example.org/", Dir: filepath.Join(dir, "data")}))
		if len(got) != 2000 {
			b.Fatalf("%d results", len(got))
		}
		for _, r := range got {
			if r.Status != runner.Passed {
				b.Fatalf("%s: %s", r.Test.Title(), r.Message)
			}
		}
	}
}

// TestDocs runs the test files that stand in the manual.
func TestDocs(t *testing.T) {
	text, err := os.ReadFile("../../../docs/testing.md")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	files := 0
	for _, block := range strings.Split(string(text), "```yaml\n")[1:] {
		block, _, _ = strings.Cut(block, "\n```")
		head, rest, _ := strings.Cut(block, "\n")
		write(t, dir, strings.TrimPrefix(head, "# file: "), rest+"\n")
		files++
	}
	got := run(t, load(t, dir))
	if files == 0 || len(got) < 2 {
		t.Fatalf("%d files, %d tests", files, len(got))
	}
	for _, r := range got {
		if r.Status != runner.Passed {
			t.Errorf("%s: %s %v", r.Test.Title(), r.Message, r.Details)
		}
	}
}
