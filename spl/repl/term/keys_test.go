package term

import (
	"strings"
	"testing"
)

// keysOf are the keys that bytes stand for, each as its name or its text.
func keysOf(bytes string) []string {
	var out []string
	for k := range Keys(strings.NewReader(bytes)) {
		if k.Name == "" || k.Is("paste") {
			out = append(out, k.Name+"="+k.Text)
		} else {
			out = append(out, k.Name)
		}
	}
	return out
}

func TestKeys(t *testing.T) {
	f := func(bytes string, want ...string) {
		t.Helper()
		if got := strings.Join(keysOf(bytes), " "); got != strings.Join(want, " ") {
			t.Errorf("%q: got %s, want %s", bytes, got, want)
		}
	}
	f("aé漢", "=a", "=é", "=漢")
	f("\x01\r\t\x7f\x1f", "ctrl-a", "enter", "tab", "backspace", "ctrl-_")
	f("\x1b[A\x1bOB\x1b[1;5C\x1b[1;3D\x1b[3~\x1b[5;2~\x1b[Z", "up", "down", "ctrl-right", "alt-left", "delete", "shift-pgup", "shift-tab")
	f("\x1bb\x1b\r\x1b\x7f", "alt-b", "alt-enter", "alt-backspace")
	f("\x1b", "escape")
	f("a\xff\xc3", "=a") // what is no UTF-8 is no key
	f("\x1b[200~a\r\nb\rc\xff\x1b[201~d", "paste=a\nb\nc\ufffd", "=d")
	f("\x1b[200~open", "paste=open")
}

// A paste that is longer than may be is cut, and what is cut off is not typed.
func TestLongPaste(t *testing.T) {
	got := keysOf("\x1b[200~" + strings.Repeat("x", maxPaste+10_000) + "\rrun this\r\x1b[201~y\r")
	if len(got) != 3 || got[0] != "paste="+strings.Repeat("x", maxPaste) || got[1] != "=y" || got[2] != "enter" {
		t.Errorf("%d keys, the first of %d bytes", len(got), len(got[0]))
	}
}
