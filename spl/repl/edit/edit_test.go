package edit

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"spl/spl/repl/term"
)

// typed gives what an editor reads of keys.
func typed(t *testing.T, h *History, keys string) (string, error) {
	t.Helper()
	e := &Editor{
		Keys: term.Keys(strings.NewReader(keys)), Out: io.Discard, Size: func() (int, int) { return 20, 6 },
		Prompt: "> ", More: "| ", History: h,
		Open: func(s string) bool { return strings.HasSuffix(s, "|") },
		Complete: func(s string, at int) Completion {
			i := strings.LastIndexByte(s[:at], ' ') + 1
			var items []Item
			for _, w := range []string{"stats", "state", "sort"} {
				if strings.HasPrefix(w, s[i:at]) {
					items = append(items, Item{Text: w, After: " "})
				}
			}
			return Completion{From: i, To: at, Items: items}
		},
	}
	return e.Read(context.Background(), "")
}

func TestKeys(t *testing.T) {
	f := func(keys, want string) {
		t.Helper()
		got, err := typed(t, nil, keys)
		if err != nil || got != want {
			t.Errorf("%q: got %q, %v; want %q", keys, got, err, want)
		}
	}
	f("abc\r", "abc")
	f("ac\x1b[Db\r", "abc")
	f("abc\x7f\x7fx\r", "ax")
	f("one two\x17three\r", "one three")
	f("one two\x01\x0bx\x19\r", "xone two")
	f("a|\rb\r", "a|\nb")
	f("a|\r\x7fb\r", "a|b")             // at its start, a line is joined to the one before
	f("a|\rb\x1b[D\x1b[Dx\r", "a|x\nb") // and the cursor goes over
}

func TestCharacters(t *testing.T) {
	f := func(keys, want string) {
		t.Helper()
		got, _ := typed(t, nil, keys)
		if got != want {
			t.Errorf("%q: got %q, want %q", keys, got, want)
		}
	}
	f("漢字\x1b[D\x7f\r", "字")
	f("e\u0301x\x1b[D\x7f\r", "x")              // a mark goes with its letter
	f("👩‍💻a\x1b[D\x7f\r", "a")                  // and so do joined signs
	f("\x1b[200~a\rb|\r\x1b[201~c\r", "a\nb|c") // a paste runs nothing
}

func TestMenu(t *testing.T) {
	f := func(keys, want string) {
		t.Helper()
		got, _ := typed(t, nil, keys)
		if got != want {
			t.Errorf("%q: got %q, want %q", keys, got, want)
		}
	}
	f("so\t\r", "sort ")
	f("sta\t\r", "stat")          // as far as all agree
	f("sta\t\t\r\r", "stats ")    // the first
	f("sta\t\t\t\r\r", "state ")  // the second
	f("sta\t\t\x07\r", "stat")    // given up
	f("a sta\t\tx\r", "a statsx") // typing on takes it
	f("nosuch\t\r", "nosuch")
}

func TestHistory(t *testing.T) {
	var file bytes.Buffer
	now := func() time.Time { return time.Unix(1, 0) }
	open := func(dir string) *History {
		return NewHistory(bytes.NewReader(file.Bytes()), dir, now, func(l []byte) error { file.Write(l); return nil })
	}
	a := open("/a")
	for _, s := range []string{"one", "two|\nthree", "one", "one"} {
		if err := a.Add(s); err != nil {
			t.Fatal(err)
		}
	}
	if err := open("/b").Add("four"); err != nil {
		t.Fatal(err)
	}
	file.WriteString("not JSON\n{\"text\":\"\"}\n")
	a = open("/a")
	if a.Len() != 3 || a.Back(1) != "one" || a.Back(2) != "two|\nthree" || a.Back(3) != "four" {
		t.Errorf("%q", a.list)
	}
	if got, _ := typed(t, a, "\x1b[A\x1b[A\x1b[A\x1b[A\r"); got != "four" {
		t.Errorf("%q", got)
	}
	if got, _ := typed(t, a, "mine\x1b[A\x1b[B!\r"); got != "mine!" {
		t.Errorf("what was typed is gone: %q", got)
	}
	if got, _ := typed(t, a, "\x12THREE\r"); got != "two|\nthree" {
		t.Errorf("%q", got)
	}
}

func TestEnds(t *testing.T) {
	if _, err := typed(t, nil, "abc\x03"); !errors.Is(err, ErrInterrupt) {
		t.Error(err)
	}
	if _, err := typed(t, nil, "\x04"); !errors.Is(err, io.EOF) {
		t.Error(err)
	}
	if _, err := typed(t, nil, "abc"); !errors.Is(err, io.EOF) {
		t.Error(err)
	}
}

// Whatever is typed, the editor neither fails nor writes over its own bounds.
func FuzzEditor(f *testing.F) {
	for _, s := range []string{"abc\x1b[D\r", "\x1b[200~x\x1b[201~", "漢\x7f\t\t\r", "\x12a\x12\x1b", "a|\rb\x1b[A\x1f"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, keys string) {
		h := NewHistory(nil, "", time.Now, nil)
		_ = h.Add("one|\ntwo")
		_, _ = typed(t, h, keys)
	})
}
