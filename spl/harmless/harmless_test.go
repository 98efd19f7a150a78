package harmless

import (
	"testing"
	"unicode/utf8"
)

func TestText(t *testing.T) {
	for _, c := range []struct{ in, keep, want string }{
		{"", "", ""},
		{"root", "", "root"},
		{"größe 日本 👨‍👩‍👧", "", "größe 日本 👨‍👩‍👧"},
		{"a\x1b[31mb", "", `a\x1b[31mb`},
		{"a\tb\nc", "", `a\x09b\x0ac`},
		{"a\tb\nc\r", "\n\t", "a\tb\nc" + `\x0d`},
		{"\x7f\u0085\u009b", "", `\x7f\u0085\u009b`},
		{"soft\u00adhyphen", "", `soft\u00adhyphen`},
		{"\u061c\u200e\u200f\u202e\u2066\u2069", "", `\u061c\u200e\u200f\u202e\u2066\u2069`},
		{"a\u2028b\u2029c", "", `a\u2028b\u2029c`},
		{"a\xff\xc3b", "", `a\xff\xc3b`},
		{"\ufffd stays", "", "\ufffd stays"},
	} {
		if got := Text(c.in, c.keep); got != c.want {
			t.Errorf("Text(%q, %q) = %q, want %q", c.in, c.keep, got, c.want)
		}
	}
}

func TestAppendEscape(t *testing.T) {
	if got, want := string(AppendEscape(nil, "\r\n\u202e\U000e0001\xff")), `\x0d\x0a\u202e\ue0001\xff`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// What Text gives is harmless, and harmless text stays what it is.
func FuzzText(f *testing.F) {
	for _, s := range []string{"", "root", "\x1b]0;x\a", "a\u202eb", "\xff\xfe", "日本\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Text(s, "\n")
		if !utf8.ValidString(got) {
			t.Errorf("%q is not UTF-8", got)
		}
		for _, r := range got {
			if Sly(r) && r != '\n' {
				t.Errorf("%q has %U", got, r)
			}
		}
		if Text(got, "\n") != got {
			t.Errorf("%q changes once more", got)
		}
	})
}
