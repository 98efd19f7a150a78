package input

import (
	"strings"
	"testing"
)

func TestPairs(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		var got []string
		pairs(text, func(k, v string) { got = append(got, k+"="+v) })
		if s := strings.Join(got, "|"); s != want {
			t.Errorf("%q: got %s, want %s", text, s, want)
		}
	}
	f("", "")
	f("a=1 b=2,c=3;d=4\te=5&f=6", "a=1|b=2|c=3|d=4|e=5|f=6")
	f(`user="bob smith" x="a=b"y=2`, "user=bob smith|x=a=b|y=2")
	f("a=1 a=2", "a=1|a=2")
	f("a= b=\"\" c=3 =4 d", "c=3")
	f("a==1 b=2", "b=2")
	f("x.y-z=1 _7up=2 é=3 n\u00e9=4", "x_y_z=1|up=2")
	f(`open="no end b=1`, "open=no|b=1")
	f("type=PATH msg=audit(1781194335.799:10901): item=1 key=\"exec\"\x1dARCH=x86_64", "type=PATH|msg=audit(1781194335.799:10901):|item=1|key=exec|ARCH=x86_64")
	f("url=http://x/?q=1&r=2", "url=http://x/?q=1|r=2")
	f(strings.Repeat("=", 1000), "")
}

func TestPunct(t *testing.T) {
	for text, want := range map[string]string{
		"":       "",
		"a b\tc": "_t",
		"172.26.34.223 - - [01/Jul/2005:12:05:27 -0700] \"GET /x\"": "..._-_-_[//:::_-]_\"_/\"",
		strings.Repeat("é.", 20):                                    strings.Repeat("é.", 15),
		"a.\nb,":                                                    ".",
	} {
		if got := punct(text); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}
