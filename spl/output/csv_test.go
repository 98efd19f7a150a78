package output

import (
	"encoding/csv"
	"reflect"
	"strings"
	"testing"

	"spl/eval/batch"
)

// Whatever the values are, CSV reads back as them. (Go's reader makes CRLF in a
// quoted cell LF.)
func FuzzCSV(f *testing.F) {
	f.Add("a", "b", "x,y\t\"", "", uint8(2))
	f.Add("", "b", "", " ", uint8(1))
	f.Add("\xef\xbb\xbfa", "=1+1", "\r\n", "\"", uint8(0))
	f.Fuzz(func(t *testing.T, name, other, v, w string, n uint8) {
		if name == other || hides(name) || hides(other) {
			t.Skip()
		}
		vals := []string{v, w, w}[:n%4]
		b := batch.New(1)
		b.Set(name, batch.Multi(vals, []int32{0, int32(len(vals))}))
		b.Set(other, batch.Constant(v, 1))
		crlf := strings.NewReplacer("\r\n", "\n")
		want := [][]string{
			{crlf.Replace(name), crlf.Replace(other)},
			{crlf.Replace(strings.Join(vals, "\n")), crlf.Replace(v)},
		}
		for format, sep := range map[string]rune{"csv": ',', "tsv": '\t'} {
			text := render(t, Options{Format: format}, b)
			r := csv.NewReader(strings.NewReader(text))
			r.Comma = sep
			if got, err := r.ReadAll(); err != nil || !reflect.DeepEqual(got, want) {
				t.Fatalf("%v: %q from %q", err, got, text)
			}
			if strings.ContainsAny(render(t, Options{Format: format, Terminal: true}, b), "\x1b\r\x00\x7f") {
				t.Fatalf("%q reaches a terminal", text)
			}
		}
	})
}

// hides says that a field is not shown, or not as it is.
func hides(name string) bool { return batch.Internal(name) && name != "_raw" }

func TestEmptyCell(t *testing.T) {
	b := rows([]string{"a"}, []any{""}, []any{nil}, []any{"x"})
	if got := render(t, Options{Format: "csv"}, b); got != "a\n\"\"\n\"\"\nx\n" {
		t.Errorf("%q", got)
	}
}

func TestMarkdown(t *testing.T) {
	b := rows([]string{"a_b*"}, []any{`\\srv\c$\Windows`}, []any{"a\\|b\r\n`x` ~[l](u)\x1b"})
	want := "| a_b\\* |\n| --- |\n" +
		`| \\\srv\c$\Windows |` + "\n" +
		"| a\\\\\\|b<br>\\`x\\` \\~\\[l\\](u)\\x1b |\n"
	if got := render(t, Options{Format: "markdown"}, b); got != want {
		t.Errorf("%s want %s", got, want)
	}
}
