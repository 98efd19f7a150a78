package output

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"spl/eval/batch"
	"spl/spl/harmless"
)

func TestTerminal(t *testing.T) {
	b := rows([]string{"_time", "user.name", "n"},
		[]any{"1715780851", []string{"日本", "b"}, "5"},
		[]any{nil, " c\x1b[31m", "1.25"},
	)
	want := `┌─────────────────────┬────────────┬──────┐
│ _time               │ user.name  │    n │
├─────────────────────┼────────────┼──────┤
│ 2024-05-15 13:47:31 │ 日本       │    5 │
│                     │ b          │      │
├─────────────────────┼────────────┼──────┤
│                     │  c\x1b[31m │ 1.25 │
└─────────────────────┴────────────┴──────┘
`
	if got := render(t, Options{Terminal: true}, b); got != want {
		t.Errorf("80:\n%s", got)
	}
	want = `┌────────────┬────────────┬──────┐
│ _time      │ user.name  │    n │
├────────────┼────────────┼──────┤
│ 2024-05-15 │ 日本       │    5 │
│ 13:47:31   │ b          │      │
├────────────┼────────────┼──────┤
│            │  c\x1b[31m │ 1.25 │
└────────────┴────────────┴──────┘
`
	if got := render(t, Options{Terminal: true, Width: 34}, b); got != want {
		t.Errorf("34:\n%s", got)
	}
	want = `_time      2024-05-15
           13:47:31
user.name  日本
           b
n          5

user.name   c\x1b[31m
n          1.25
`
	if got := render(t, Options{Terminal: true, Width: 25}, b); got != want {
		t.Errorf("25:\n%s", got)
	}
	want = strings.NewReplacer("user.name ", "\x1b[1muser.name\x1b[0m ", "_time ", "\x1b[1m_time\x1b[0m ",
		"n   ", "\x1b[1mn\x1b[0m   ").Replace(want)
	if got := render(t, Options{Terminal: true, Width: 25, Color: true}, b); got != want {
		t.Errorf("colour:\n%s", got)
	}
}

// One long text among many columns would make a table of a tall narrow column.
func TestRecordsAreShorter(t *testing.T) {
	long := strings.Repeat("x", 700)
	b := rows([]string{"a", "b", "c", "d"}, []any{long, strings.Repeat("y", 20), strings.Repeat("z", 20), strings.Repeat("w", 20)})
	if got := render(t, Options{Terminal: true, Width: 80}, b); !strings.HasPrefix(got, "a  xxx") {
		t.Errorf("%s", got)
	}
	b = rows([]string{"a", "b"}, []any{long, "y"})
	if got := render(t, Options{Terminal: true, Width: 80}, b); !strings.HasPrefix(got, "┌") {
		t.Errorf("%s", got)
	}
}

func TestRecordWithoutValues(t *testing.T) {
	names := []string{"aaaaaaaa", "bbbbbbbb", "cccccccc"}
	b := rows(names, []any{nil, nil, nil}, []any{nil, "x", nil})
	want := "aaaaaaaa\nbbbbbbbb\ncccccccc\n\nbbbbbbbb  x\n"
	if got := render(t, Options{Terminal: true, Width: 20}, b); got != want {
		t.Errorf("%q", got)
	}
}

func TestPlain(t *testing.T) {
	f := func(b *batch.Batch, want ...string) {
		t.Helper()
		if got := render(t, Options{}, b); got != strings.Join(want, "\n")+"\n" {
			t.Errorf("\n%s", got)
		}
	}
	f(rows([]string{"count", "名前", "z"},
		[]any{"5", "日本語", "1"}, []any{"1000000", "e\u0301", nil}, []any{nil, []string{"a", ""}, "-2e3"}),
		"  count  名前       z",
		"-------  ------  ----",
		"      5  日本語     1",
		"1000000  e\u0301",
		"         a       -2e3",
		"")
	f(rows([]string{"a\nb\x1b"}, []any{"x\r\ny\tz\x07\xff\u202e"}, []any{nil}),
		`a b\x1b`,
		`--------------------`,
		`x`,
		`y    z\x07\xff\u202e`,
		``)
	long := strings.Repeat("x", 300)
	f(rows([]string{"a", "b"}, []any{long, "1"}, []any{"y", "2"}),
		"a"+strings.Repeat(" ", 201)+"b",
		strings.Repeat("-", 200)+"  -",
		long+"  1",
		"y"+strings.Repeat(" ", 201)+"2")
	if got := render(t, Options{Color: true}, rows([]string{"a", "n"}, []any{"xy", "10"})); got != "\x1b[1ma\x1b[0m    \x1b[1mn\x1b[0m\n--  --\nxy  10\n" {
		t.Errorf("%q", got)
	}
}

// A table of more rows than are held is several tables, and no row is lost.
func TestBlocks(t *testing.T) {
	b := batch.New(1000)
	vals := make([]string, b.Rows)
	for i := range vals {
		vals[i] = strconv.Itoa(i)
	}
	b.Set("n", batch.Strings(vals))
	var out strings.Builder
	w, _ := New(&out, Options{})
	for range 133 {
		if err := w.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	// The first table ends with row 71 of the last batch but one.
	if got, want := strings.Count(out.String(), "\n"), 133_000+2+1+2; got != want {
		t.Errorf("%d lines, want %d", got, want)
	}
	if !strings.Contains(out.String(), " 71\n\n  n\n---\n 72\n") {
		t.Error("no second header")
	}
}

func TestWrap(t *testing.T) {
	f := func(s string, limit int, want ...string) {
		t.Helper()
		if got := wrap(nil, s, limit); !slices.Equal(got, want) {
			t.Errorf("%q", got)
		}
	}
	f("", 3, "")
	f("abc", 3, "abc")
	f("abcdefg", 3, "abc", "def", "g")
	f("ab cd", 3, "ab", "cd")
	f("abc def", 3, "abc", "def")
	f("abc ", 3, "abc")
	f("a bcdefgh", 6, "a bcde", "fgh")
	f("日本語", 3, "日", "本", "語")
	f("日本", 1, "日", "本")
	f("e\u0301e\u0301", 1, "e\u0301", "e\u0301")
	if n := len(wrap(nil, strings.Repeat("日 x", 1_000_000), 40)); n < 100_000 {
		t.Errorf("%d lines", n)
	}
}

func TestFit(t *testing.T) {
	f := func(natural []int, room int, want []int) {
		t.Helper()
		if got := fit(natural, room); !slices.Equal(got, want) {
			t.Errorf("%v", got)
		}
	}
	f([]int{3, 4}, 7, []int{3, 4})
	f([]int{3, 100}, 20, []int{3, 17})
	f([]int{100, 3, 100}, 30, []int{14, 3, 13})
	f([]int{100, 100}, 16, []int{8, 8})
	f([]int{100, 100}, 15, nil)
	f([]int{5, 5}, 9, nil)
	f([]int{5}, -4, nil)
	f([]int{1, 4}, 0, nil)
	f([]int{100}, 7, nil)
	f([]int{100_000_000}, 50, []int{50})
}

// Nothing in the data moves a terminal's cursor or makes a table wider than asked,
// and all lines of a table are as wide as its border.
func FuzzTable(f *testing.F) {
	f.Add("name", "日本語 text", "\x1b]0;x\x07", uint8(40))
	f.Add("e\u0301", "👨‍👩‍👧", "\u202e\r\n\t", uint8(12))
	f.Add("\xff", strings.Repeat("a b", 50), "1", uint8(25))
	f.Add("0", "\u200d", "\xe2\x800\n\t", uint8(7))
	f.Fuzz(func(t *testing.T, name, v, w string, n uint8) {
		b := batch.New(3)
		b.Set("n"+name, batch.Multi([]string{v, w, w}, []int32{0, 2, 2, 3}))
		b.Set("_raw", batch.Strings([]string{w, v, v}))
		o := Options{Terminal: true, Width: int(n)}
		text := render(t, o, b)
		if strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && harmless.Sly(r) }) {
			t.Fatalf("%q", text)
		}
		if strings.HasPrefix(text, "┌") {
			lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
			for _, l := range lines {
				if width(l) != width(lines[0]) || n > 0 && width(l) > int(n) {
					t.Fatalf("%d cells of %d:\n%s", width(l), n, text)
				}
			}
		}
		o.Terminal = false
		text = render(t, o, b)
		if strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && unicode.IsControl(r) }) {
			t.Fatalf("%q", text)
		}
	})
}
