package assist

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"spl/eval"
	"spl/eval/agg"
	"spl/parser"
	"spl/spl/command"
	"spl/spl/repl/edit"
)

// maxItems bounds a list; more are of no use to a reader.
const maxItems = 300

// Complete says what may stand at the cursor.
func (a *Assistant) Complete(text string, cursor int) (c edit.Completion) {
	defer func() {
		if recover() != nil { // as in Look
			c = edit.Completion{}
		}
	}()
	if c, ok := a.session(text, cursor); ok {
		return c
	}
	if a.Wait != nil {
		a.Wait()
	}
	p := locate(text, cursor)
	l := &list{word: p.word}
	empty := ""
	switch p.kind {
	case inCommand:
		a.commands(l)
	case inMacro:
		a.macros(l)
	case inValue:
		empty = a.values(l, &p)
	case inWord:
		empty = a.arguments(l, &p)
	}
	if len(l.items) == 0 && empty == "" && p.word != "" {
		empty = fmt.Sprintf("nothing that is known begins with `%s`", p.word)
	}
	return edit.Completion{From: p.from, To: cursor, Items: l.sorted(), Empty: empty}
}

// list gathers the items that fit what was typed.
type list struct {
	word  string
	items []ranked
	seen  map[string]bool
}

type ranked struct {
	edit.Item
	rank int // kinds in their order, and after them what holds the word elsewhere
}

// add takes an item whose name begins with the word, or holds it. Case of letters
// does not count.
func (l *list) add(rank int, name string, i edit.Item) {
	low, word := strings.ToLower(name), strings.ToLower(l.word)
	switch at := strings.Index(low, word); {
	case at < 0:
		return
	case at > 0 && utf8.RuneCountInString(word) < 2:
		return
	case at > 0:
		rank += 100
	}
	if l.seen == nil {
		l.seen = map[string]bool{}
	}
	if key := i.Text; !l.seen[key] {
		l.seen[key] = true
		l.items = append(l.items, ranked{i, rank})
	}
}

// sorted gives the items by rank, in the order in which they came, and leaves out
// what only holds the word where something begins with it.
func (l *list) sorted() []edit.Item {
	slices.SortStableFunc(l.items, func(a, b ranked) int { return cmp.Compare(a.rank, b.rank) })
	var out []edit.Item
	for _, i := range l.items {
		if i.rank >= 100 && len(l.items) > 0 && l.items[0].rank < 100 {
			break
		}
		if out = append(out, i.Item); len(out) == maxItems {
			break
		}
	}
	return out
}

func (a *Assistant) commands(l *list) {
	for _, c := range command.Table() {
		if c.Declined == "" {
			for _, n := range append([]string{c.Name}, c.Aliases...) {
				l.add(0, n, edit.Item{Text: n, Note: c.Summary, After: " "})
			}
		}
	}
}

func (a *Assistant) macros(l *list) {
	if a.Macros == nil {
		return
	}
	for _, m := range a.Macros.All() {
		i := edit.Item{Text: m.Name, Show: m.Signature(), After: "`"}
		if m.Arity > 0 {
			i.After = "("
		}
		if m.Definition != nil {
			i.Note = strings.Join(strings.Fields(m.Definition.String), " ")
		}
		if m.Description != "" {
			i.Note = m.Description
		}
		l.add(0, m.Name, i)
	}
}

// share is a part of a whole in percent, never 0 or 100 where it is not.
func share(n, of int) string {
	switch p := n * 100 / max(1, of); {
	case n > 0 && p == 0:
		return "<1%"
	default:
		return fmt.Sprintf("%d%%", p)
	}
}

// Note says how often a field occurs and what it mostly holds.
func (f *Field) Note(rows int) string {
	var vals []string
	for _, v := range f.Top[:min(3, len(f.Top))] {
		t := v.Text
		if utf8.RuneCountInString(t) > 24 {
			t = string([]rune(t)[:23]) + "…"
		}
		vals = append(vals, t)
	}
	more := ""
	if f.Many || f.Values > 3 {
		more = ", …"
	}
	return fmt.Sprintf("%4s  %s%s", share(f.Count, rows), strings.Join(vals, ", "), more)
}

// values completes the value of an option or of a field.
func (a *Assistant) values(l *list, p *place) (empty string) {
	c, _ := command.Find(p.command)
	expr := false
	if c != nil {
		t := takesOf(c)
		expr = t.expressions
		for _, o := range c.Options {
			if o.Name != p.key {
				continue
			}
			choices := t.choices[o.Name]
			if o.Type == command.Bool {
				choices = []string{"true", "false"}
			}
			for _, v := range choices {
				l.add(0, v, edit.Item{Text: v, After: " "})
			}
			if len(choices) > 0 {
				return ""
			}
			if o.Default != "" {
				l.add(0, o.Default, edit.Item{Text: o.Default, Note: "what it is unless said otherwise", After: " "})
			}
			if strings.HasSuffix(o.Name, "field") {
				a.fields(l, p, false)
			}
			return o.Summary
		}
		if expr && c.Name != "search" {
			defer a.arguments(l, p) // it may be an expression
		}
	}
	st, exact := a.after(p.before)
	f := st.Field(p.key)
	if f == nil && exact && st != nil {
		if sample := a.Sample(); sample != nil {
			f = sample.Stats.Field(p.key)
		}
	}
	if st == nil {
		return "the data is being looked at; its fields and values come in a moment"
	}
	if f == nil {
		return fmt.Sprintf("no event looked at has a field `%s`", p.key)
	}
	for _, v := range f.Top {
		text := quoted(v.Text, p, expr && c.Name != "search")
		l.add(1, v.Text, edit.Item{Text: text, Show: v.Text, Note: share(v.Count, st.Rows), After: " "})
	}
	return ""
}

// quoted writes a value as the place wants it.
func quoted(v string, p *place, always bool) string {
	if p.quote == '"' || always {
		return parser.Quote(v)
	}
	return parser.Word(v)
}

// arguments completes what stands in the arguments of a command.
func (a *Assistant) arguments(l *list, p *place) (empty string) {
	c, err := command.Find(p.command)
	if err != nil {
		return err.Message
	}
	t := takesOf(c)
	for _, o := range c.Options {
		note := o.Summary
		if o.Default != "" {
			note += " (default: " + o.Default + ")"
		}
		l.add(30, o.Name, edit.Item{Text: o.Name + "=", Note: note})
	}
	if t.tables {
		for _, n := range a.lookups() {
			l.add(0, n, edit.Item{Text: parser.Word(n), Note: "lookup table", After: " "})
		}
	}
	if t.models && a.Knowledge != nil {
		for _, n := range a.Knowledge.ModelNames() {
			l.add(0, n, edit.Item{Text: n, Note: "data model"})
		}
	}
	if t.saved && a.Knowledge != nil {
		for _, n := range a.Knowledge.SavedSearches() {
			l.add(0, n, edit.Item{Text: parser.Quote(n), Show: n, Note: "saved search", After: " "})
		}
	}
	if t.functions {
		for _, f := range agg.Functions() {
			name := strings.TrimSuffix(f.Name, "<N>")
			l.add(20, name, edit.Item{Text: name, Show: f.Name, Note: f.Summary, After: call(!strings.HasSuffix(f.Name, "<N>") && f.NeedsField)})
		}
	}
	if t.expressions && c.Name != "search" {
		for _, f := range eval.Functions() {
			if f.Declined == "" {
				l.add(20, f.Name, edit.Item{Text: f.Name, Show: f.Usage, Note: f.Summary, After: "("})
			}
		}
	}
	if t.jobs {
		for _, j := range a.Jobs {
			l.add(0, j, edit.Item{Text: j, Note: "an earlier result"})
		}
	}
	for _, k := range t.keywords {
		if p.word != "" {
			l.add(40, k, edit.Item{Text: k, After: " "})
		}
	}
	if t.fields || p.command == "search" {
		a.fields(l, p, t.expressions && p.command != "search")
	}
	if len(l.items) == 0 && c.Usage != "" {
		return c.Usage
	}
	return ""
}

// lookups are the names of the lookup tables.
func (a *Assistant) lookups() []string {
	if a.Knowledge == nil {
		return nil
	}
	return a.Knowledge.LookupNames()
}

func call(needed bool) string {
	if needed {
		return "("
	}
	return ""
}

// fields adds the fields that rows have at the place.
func (a *Assistant) fields(l *list, p *place, expr bool) {
	st, _ := a.after(p.before)
	if st == nil {
		return
	}
	for _, f := range st.Fields {
		i := edit.Item{Text: parser.Word(f.Name), Show: f.Name, Note: f.Note(st.Rows)}
		switch {
		case expr && !isIdent(f.Name) || p.quote == '\'':
			i.Text = "'" + f.Name + "'"
		case p.command == "search" && p.quote == 0:
			i.After = "="
		}
		l.add(10+hidden(f.Name), f.Name, i)
	}
}

// isIdent says whether a field's name can stand in an expression without quotes.
func isIdent(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c != '_' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}
