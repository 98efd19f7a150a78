package why

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/agnivade/levenshtein"

	"spl/eval/batch"
	"spl/parser"
	"spl/spl/detect/page"
	"spl/spl/engine"
)

// shown is how many values are named.
const shown = 3

// Instead says what the field of a condition that kept no row held in the rows that
// reached it (that came to the command, where none did): the values nearest to the one asked for, with how many rows have them,
// or the field's right name. Nothing for a condition without a field.
func Instead(t *engine.TestTrace, st *engine.StageTrace) []string {
	test, held := t.Test, &t.Failed
	if t.Reached == 0 {
		held = &t.Apart
	}
	if test.Field == "" {
		if test.Kind == engine.Leaf && test.Op == "" && len(test.Values) == 1 && t.Alone == 0 {
			return []string{"no event holds this text as words of its own"}
		}
		return nil
	}
	if len(held.Counts) == 0 {
		if held.Missing == 0 {
			return nil
		}
		text := fmt.Sprintf("no event has a field %s", quoted(test.Field))
		if near := nearestFields(test.Field, st.Fields); near != "" {
			text += "; they have " + near
		}
		return []string{text}
	}
	var out []string
	if lo, hi, ok := bounds(held.Counts); ok && lo < hi && strings.ContainsAny(test.Op, "<>") {
		out = append(out, fmt.Sprintf("%s goes from %s to %s", quoted(test.Field), batch.FormatNumber(lo), batch.FormatNumber(hi)))
	} else {
		near := nearestValues(test, held.Counts)
		out = append(out, nearWord(len(held.Counts))+" "+values(near, held.Counts)+rest(len(near), held))
		out = append(out, slips(test, near)...)
	}
	if held.Missing > 0 {
		out = append(out, fmt.Sprintf("%s without %s", page.Count(int64(held.Missing), "event"), quoted(test.Field)))
	}
	return out
}

func nearWord(n int) string {
	switch {
	case n == 1:
		return "the only value is"
	case n <= shown:
		return "the values are"
	}
	return "nearest values"
}

func values(list []string, counts map[string]int) string {
	parts := make([]string, len(list))
	for i, v := range list {
		parts[i] = fmt.Sprintf("%s (%s)", quoted(page.Clip(v, 80)), page.Number(int64(counts[v])))
	}
	return strings.Join(parts, ", ")
}

func rest(named int, held *engine.Values) string {
	if more := len(held.Counts) - named; more > 0 {
		at := ""
		if held.Others > 0 {
			at = "at least "
		}
		return fmt.Sprintf(", and %s%s more", at, page.Number(int64(more)))
	}
	return ""
}

// slips names a small thing that keeps a value from being the one asked for.
func slips(test *engine.Test, near []string) []string {
	if test.Op != "=" && test.Op != "IN" && test.Op != "LIKE" && test.Op != "like" || len(near) == 0 {
		return nil
	}
	for _, want := range test.Values {
		switch v := near[0]; {
		case v == want.Text:
		case strings.EqualFold(v, want.Text):
			return []string{"they differ in upper and lower case only"}
		case strings.EqualFold(strings.TrimSpace(v), strings.TrimSpace(want.Text)):
			return []string{"they differ in white space only"}
		case strings.EqualFold(strings.ReplaceAll(v, `\\`, `\`), strings.ReplaceAll(want.Text, `\\`, `\`)):
			return []string{`they differ in the number of \ only`}
		}
	}
	return nil
}

// bounds are the least and the greatest value, where all are numbers.
func bounds(counts map[string]int) (lo, hi float64, ok bool) {
	for v := range counts {
		n, number := batch.ParseNumber(v)
		if !number {
			return 0, 0, false
		}
		if !ok || n < lo {
			lo = n
		}
		if !ok || n > hi {
			hi = n
		}
		ok = true
	}
	return lo, hi, ok
}

// nearestValues are the values most like one of those that a test asks for; of
// those that are as near, the more frequent first.
func nearestValues(test *engine.Test, counts map[string]int) []string {
	far := map[string]float64{}
	for v := range counts {
		far[v] = 1
		for _, want := range test.Values {
			far[v] = min(far[v], distance(v, strings.ReplaceAll(strings.ReplaceAll(want.Text, "*", ""), "%", "")))
		}
	}
	return nearest(far, counts)
}

func nearest(far map[string]float64, counts map[string]int) []string {
	names := slices.Collect(maps.Keys(far))
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(far[a], far[b]), cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	return names[:min(shown, len(names))]
}

// compared is how much of long texts is compared.
const compared = 200

// distance tells how unlike two texts are, from 0 to 1, in three steps: the letters of
// one are in the other, they begin alike, or they need so many changes.
func distance(a, b string) float64 {
	a, b = strings.ToLower(a[:min(len(a), compared)]), strings.ToLower(b[:min(len(b), compared)])
	if a == b {
		return 0
	}
	longest := float64(max(len(a), len(b)))
	if b != "" && (strings.Contains(a, b) || strings.Contains(b, a)) && a != "" {
		return 0.3 * (1 - float64(min(len(a), len(b)))/longest)
	}
	return 0.3 + 0.7*float64(levenshtein.ComputeDistance(a, b))/max(1, longest)
}

// nearestFields lists the fields whose names are like one that no row has.
func nearestFields(name string, counts map[string]int) string {
	far := map[string]float64{}
	for f := range counts {
		d := distance(letters(f), letters(name))
		if last := lastPart(f); last != "" && last == lastPart(name) {
			d = min(d, 0.1) // user.username for username
		}
		if d < 0.65 {
			far[f] = d
		}
	}
	if len(far) == 0 {
		return ""
	}
	return values(nearest(far, counts), counts)
}

// letters is a field's name without what differs between ways of writing it.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// lastPart is the last of the names that a path is made of.
func lastPart(s string) string {
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == '.' || r == '{' || r == '}' })
	if len(parts) == 0 {
		return ""
	}
	return strings.ToLower(parts[len(parts)-1])
}

func quoted(s string) string { return parser.Word(s) }

func quotedList(vals []string) string {
	out := make([]string, len(vals))
	for i, v := range vals {
		out[i] = quoted(v)
	}
	return strings.Join(out, ", ")
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
