package edit

import (
	"strconv"
	"strings"
	"testing"
)

// menuLines are the lines of a menu of some items, at the width of a terminal.
func menuLines(m *menu, most int) []string {
	out := m.lines(false, 40, most)
	for i, l := range out {
		out[i] = strings.TrimRight(l, " ")
	}
	return out
}

// A menu shows the chosen item in however few lines, and counts those that are not shown.
func TestMenuLines(t *testing.T) {
	m := &menu{at: -1}
	for i := range 6 {
		m.Items = append(m.Items, Item{Text: "item" + strconv.Itoa(i)})
	}
	f := func(at, most int, want ...string) {
		t.Helper()
		m.at = at
		if got := menuLines(m, most); strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("item %d in %d lines:\n%s\nwant\n%s", at, most, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	f(-1, 3, "  item0", "  item1", "  … 4 more: Tab and arrows go on")
	f(1, 3, "  item0", "> item1", "  … 4 more: Tab and arrows go on")
	f(2, 3, "  item1", "> item2", "  … 3 more: Tab and arrows go on")
	f(5, 3, "  item3", "  item4", "> item5")
	f(0, 1, "> item0")
	f(4, 0, "> item4")
	f(4, 9, "  item0", "  item1", "  item2", "  item3", "> item4", "  item5")
}
