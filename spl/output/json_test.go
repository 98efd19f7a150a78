package output

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"spl/eval/batch"
)

func TestString(t *testing.T) {
	for in, want := range map[string]string{
		"":                          `""`,
		"a<b>&'/":                   `"a<b>&'/"`,
		"\"\\\n\r\t":                `"\"\\\n\r\t"`,
		"\x00\x1b\x7f":              `"\u0000\u001b\u007f"`,
		"é日😀":                       `"é日😀"`,
		"\u009b31m\u2028\u202e":     `"\u009b31m\u2028\u202e"`,
		"a\xffb\xe6\x97":            "\"a\ufffdb\ufffd\ufffd\"",
		"\ufffd":                    "\"\ufffd\"",
		strings.Repeat("x", 100000): `"` + strings.Repeat("x", 100000) + `"`,
	} {
		if got := string(appendString(nil, in)); got != want {
			t.Errorf("%q: %s", in, got)
		}
	}
}

// Whatever the values are, JSON reads back as them: NULL absent, one value a
// string, several an array, and U+FFFD for bytes that are not UTF-8.
func FuzzJSON(f *testing.F) {
	f.Add("a", "x\x00\"\\", "y\xff", uint8(2))
	f.Add("_time", "1.5", "", uint8(1))
	f.Add("\u2028", "\x9b\u009b", "\ud7ff", uint8(0))
	f.Fuzz(func(t *testing.T, name, v, w string, n uint8) {
		vals := []string{v, w, v + w}[:n%4]
		b := batch.New(2)
		b.Set(name, batch.Multi(vals, []int32{0, int32(len(vals)), int32(len(vals))}))
		want := map[string]any{}
		switch utf := func(s string) string { return string([]rune(s)) }; len(vals) {
		case 0:
		case 1:
			want[utf(name)] = utf(v)
		default:
			var list []any
			for _, v := range vals {
				list = append(list, utf(v))
			}
			want[utf(name)] = list
		}
		var array []map[string]any
		text := render(t, Options{Format: "json"}, b)
		if err := json.Unmarshal([]byte(text), &array); err != nil {
			t.Fatalf("%v in %q", err, text)
		}
		if len(array) != 2 || !reflect.DeepEqual(array[0], want) || len(array[1]) != 0 {
			t.Fatalf("%q: %v", text, array)
		}
		lines := render(t, Options{Format: "ndjson"}, b)
		if strings.Count(lines, "\n") != 2 || !strings.HasSuffix(lines, "\n{}\n") {
			t.Fatalf("%q", lines)
		}
	})
}
