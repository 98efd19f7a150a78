package runner

import (
	"fmt"
	"slices"
	"strings"

	"spl/spl/detect/testfile"
)

// compareResults holds all rows against those expected: the fields that are named
// must have these values, those of a found row that are not named none. Without an
// order each expected row needs a found one of its own.
func compareResults(e *testfile.Expect, f *found) (msg string, details []string) {
	all := rowsOf(f)
	free := make([]bool, len(all))
	for i := range free {
		free[i] = true
	}
	wrong := -1 // the first expected row that did not come
	for i, want := range e.Results {
		at := i
		if !e.InOrder {
			at = -1
			for j := range all {
				if free[j] && equalRow(f, j, want) {
					at = j
					break
				}
			}
		}
		if at >= 0 && at < len(all) && equalRow(f, at, want) {
			free[at] = false
		} else if wrong < 0 {
			wrong = i
		}
	}
	switch {
	case wrong < 0 && len(all) == len(e.Results):
		return "", nil
	case len(all) != len(e.Results):
		msg = fmt.Sprintf("expected %s, found %s", rowCount(len(e.Results)), rowCount(len(all)))
	case e.InOrder && sameRows(e, f):
		msg = "the rows come in another order"
	default:
		msg = fmt.Sprintf("row %d differs", wrong+1)
	}
	return msg, sideBySide(e, f, all, free)
}

// sameRows says whether the rows would be right in some other order.
func sameRows(e *testfile.Expect, f *found) bool {
	loose := *e
	loose.InOrder = false
	msg, _ := compareResults(&loose, f)
	return msg == ""
}

// equalRow compares all fields of a found row.
func equalRow(f *found, i int, want testfile.Row) bool {
	if !holds(f.rows[i], want) {
		return false
	}
	for _, name := range f.fields {
		named := slices.ContainsFunc(want.Cells, func(c testfile.Cell) bool { return c.Field == name })
		if !named && f.rows[i].Has(name) && (f.table || !ofInput(name)) {
			return false
		}
	}
	return true
}

// sideBySide shows expected rows beside found ones, as a diff does: - was expected
// and did not come, + came and was not expected.
func sideBySide(e *testfile.Expect, f *found, all [][]testfile.Cell, free []bool) []string {
	var out []string
	add := func(sign, text string) {
		if len(out) == 4*maxShown {
			text, sign = "…", " "
		}
		if len(out) <= 4*maxShown {
			out = append(out, sign+" "+text)
		}
	}
	if e.InOrder {
		for i := range max(len(e.Results), len(all)) {
			switch {
			case i < len(e.Results) && i < len(all) && equalRow(f, i, e.Results[i]):
				add(" ", rowText(all[i]))
				continue
			case i < len(e.Results):
				add("-", rowText(e.Results[i].Cells))
			}
			if i < len(all) {
				add("+", rowText(all[i]))
				if i < len(e.Results) {
					add(" ", "  "+strings.Join(differences(f, i, e.Results[i]), "; "))
				}
			}
		}
		return out
	}
	taken := slices.Clone(free)
	for _, want := range e.Results {
		at := -1
		for j := range all {
			if !taken[j] && equalRow(f, j, want) {
				at = j
				break
			}
		}
		if at < 0 {
			add("-", rowText(want.Cells))
			continue
		}
		taken[at] = true
	}
	for j, row := range all {
		if free[j] {
			add("+", rowText(row))
		} else {
			add(" ", rowText(row))
		}
	}
	return out
}

// differences names the fields in which a found row is not the expected one.
func differences(f *found, i int, want testfile.Row) []string {
	var out []string
	for _, c := range want.Cells {
		if got := f.rows[i].Values(c.Field); !slices.Equal(got, c.Values) {
			text := fmt.Sprintf("%s: expected %s, found %s", quote(c.Field), valuesText(c.Values), valuesText(got))
			if near := nearName(c.Field, f.fields); len(got) == 0 && near != "" && near != c.Field {
				text += " (there is " + quote(near) + ")"
			}
			out = append(out, text)
		}
	}
	for _, name := range f.fields {
		named := slices.ContainsFunc(want.Cells, func(c testfile.Cell) bool { return c.Field == name })
		if !named && f.rows[i].Has(name) && (f.table || !ofInput(name)) {
			out = append(out, fmt.Sprintf("%s: expected (none), found %s", quote(name), valuesText(f.rows[i].Values(name))))
		}
	}
	return out
}

func valuesText(vals []string) string {
	if len(vals) == 0 {
		return "(none)"
	}
	out := make([]string, len(vals))
	for i, v := range vals {
		out[i] = quote(v)
	}
	if len(out) == 1 {
		return out[0]
	}
	return "[" + strings.Join(out, ", ") + "]"
}

// nearestRow says in which fields the row differs that has most of what was asked for.
func nearestRow(want testfile.Row, f *found) []string {
	best, most := -1, 0
	for i, row := range f.rows {
		n := 0
		for _, c := range want.Cells {
			if slices.Equal(row.Values(c.Field), c.Values) {
				n++
			}
		}
		if n > most {
			best, most = i, n
		}
	}
	if best < 0 && len(f.rows) == 1 {
		best = 0
	}
	if best < 0 {
		return nil
	}
	var out []string
	for _, c := range want.Cells {
		got := f.rows[best].Values(c.Field)
		if slices.Equal(got, c.Values) {
			continue
		}
		text := fmt.Sprintf("%s: expected %s, found %s", quote(c.Field), valuesText(c.Values), valuesText(got))
		if near := nearName(c.Field, f.fields); len(got) == 0 && near != "" && near != c.Field {
			text += " (there is " + quote(near) + ")"
		}
		out = append(out, text)
	}
	return []string{fmt.Sprintf("nearest is row %d: %s", best+1, strings.Join(out, "; "))}
}
