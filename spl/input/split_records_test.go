package input

import (
	"slices"
	"strings"
	"testing"
)

// plainRecords finds the records of a table byte by byte.
func plainRecords(text string, comma, quote byte) []string {
	var out []string
	start, quoted, inCell := 0, false, false
	end := func(at int) {
		if rec := strings.TrimRight(text[start:at], "\r\n"); !blank(rec) {
			out = append(out, rec)
		}
		start = at + 1
	}
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == quote && i+1 < len(text) && text[i+1] == quote:
			i++
		case quoted:
			if c == quote {
				quoted, inCell = false, true
			}
		case c == '\n':
			end(i)
			inCell = false
		case c == quote && quote != 0 && !inCell:
			quoted = true
		default:
			inCell = c != comma
		}
	}
	if start < len(text) {
		end(len(text))
	}
	return out
}

// FuzzRecords splits a table that comes in pieces.
func FuzzRecords(f *testing.F) {
	for _, text := range []string{
		"a,b\n1,2\n", "a,\"b\nc\",d\ne", "a,\"b\"\"c\n\"\"\",d\r\n\r\n\"x\"y\"z,\n", "a\"b,\"\"\n,\"c", "\"\n\"\n\"\"\"\n,\",\n", "\n\n , \n\"",
	} {
		f.Add(text, uint8(3), false, false)
		f.Add(text, uint8(1), true, true)
	}
	f.Fuzz(func(t *testing.T, text string, step uint8, bare, tabs bool) {
		s := recordSplitter{comma: ',', quote: '"'}
		if bare {
			s.quote = 0
		}
		if tabs {
			s.comma = '\t'
		}
		var got []string
		for from, to := 0, 0; from < len(text) || to < len(text); {
			to = min(len(text), max(to, from)+int(step)+1)
			recs, end := s.split([]byte(text[from:to]), to == len(text))
			for _, r := range recs {
				got = append(got, text[from+r.start:from+r.end])
			}
			if from += end; to == len(text) {
				break
			}
		}
		if want := plainRecords(text, s.comma, s.quote); !slices.Equal(got, want) {
			t.Fatalf("%q in steps of %d: %q, want %q", text, step, got, want)
		}
	})
}
