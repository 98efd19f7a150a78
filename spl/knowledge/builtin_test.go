package knowledge

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"spl/parser/source"
)

var update = flag.Bool("update", false, "write builtin/fields.txt from the families")

// TestFamilies reads what is built in: without a fault, and without a setting that has
// no effect.
func TestFamilies(t *testing.T) {
	var out strings.Builder
	for _, f := range families {
		b := f.load()
		for _, e := range slices.Concat(f.errs, b.fields.notes, b.index.notes, b.types.notes, b.tags.notes) {
			t.Errorf("%s: %s", f.name, describeFault(e))
		}
		if len(b.fields.dynamic) > 0 {
			t.Errorf("%s: a setting gives fields by names that stand in the events, so that any field may be one of them", f.name)
		}
		if f.indexed != (b.index.stanzas != nil) {
			t.Errorf("%s: indexed is %v", f.name, f.indexed)
		}
		names := b.derived()
		fmt.Fprintf(&out, "%s:\n", f.name)
		for _, n := range names {
			if b.ComputedByApps(n) {
				n += "!"
			}
			fmt.Fprintf(&out, "%s\n", n)
		}
		for _, s := range b.layers.Conf("props").Stanzas {
			if p, fault := newStanza(s); fault != nil || p == nil || p.kind != bySourcetype {
				t.Errorf("%s: [%s] is no source type", f.name, s.Name)
			} else if p.pattern == nil && familyOf(s.Name) != f {
				t.Errorf("%s: [%s] is not among the family's types", f.name, s.Name)
			}
		}
		for _, pattern := range strings.Fields(f.types) {
			if name := strings.ReplaceAll(pattern, "*", "x/y"); len(b.fields.stanzas.ofType(name)) == 0 {
				t.Errorf("%s: there is no stanza for %s", f.name, name)
			}
		}
	}
	checkPage(t)
	if *update {
		if err := os.WriteFile("builtin/fields.txt", []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if text, err := builtinFiles.ReadFile("builtin/fields.txt"); err != nil || string(text) != out.String() {
		t.Errorf("builtin/fields.txt is not what the families say; run go test ./spl/knowledge -run Families -update (%v)", err)
	}
}

const familyPage = "../../docs/source-types.md"

// checkPage holds the list of families in the docs.
func checkPage(t *testing.T) {
	t.Helper()
	text, err := os.ReadFile(familyPage)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(text), "-update -->\n")
	_, tail, ok2 := strings.Cut(rest, "<!-- end -->")
	if !ok || !ok2 {
		t.Fatalf("%s: there is no place for the list of families", familyPage)
	}
	var b strings.Builder
	b.WriteString("| family | source types | event types and their tags |\n|---|---|---|\n")
	for _, f := range families {
		base := f.load()
		var types []string
		for _, e := range base.types.list {
			s := "`" + e.name + "`"
			if tags := base.tags.fields["eventtype"][e.name]; len(tags) > 0 {
				s += " (" + strings.Join(tags, ", ") + ")"
			}
			types = append(types, s)
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", f.name, "`"+strings.Join(strings.Fields(f.types), "`, `")+"`", strings.Join(types, ", "))
	}
	want := head + "-update -->\n" + b.String() + "<!-- end -->" + tail
	if *update {
		if err := os.WriteFile(familyPage, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if want != string(text) {
		t.Errorf("%s does not list the families as they are; run go test ./spl/knowledge -run Families -update", familyPage)
	}
}

func describeFault(e *source.Error) string {
	place := ""
	if e.File != nil {
		place = e.File.Name
	}
	return place + ": " + e.Message
}
