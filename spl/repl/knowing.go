package repl

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"spl/macros"
	"spl/spl/detect/page"
	"spl/spl/repl/assist"
	"spl/spl/repl/edit"
	"spl/spl/repl/term"
)

// showFields lists the fields of the data, or the values of one.
func (s *Session) showFields(ctx context.Context, arg string) error {
	if s.sample.Load() == nil {
		files, err := s.files(nil)
		if err != nil {
			return err
		}
		s.learn(ctx, files, s.inputOptions(), s.opens.Load())
	}
	sample := s.sample.Load()
	if sample == nil || sample.Stats.Rows == 0 {
		return sayf("name some: :open FILE...", "there are no events to look at")
	}
	st := sample.Stats
	if f := st.Field(arg); f != nil {
		s.values(f, st.Rows)
		return nil
	}
	w, _ := s.size()
	width := 10
	var list []*assist.Field
	for _, f := range st.Fields {
		if strings.Contains(strings.ToLower(f.Name), strings.ToLower(arg)) {
			list = append(list, f)
			width = max(width, min(term.Width(oneLine(f.Name)), w/2))
		}
	}
	if len(list) == 0 {
		return sayf(":fields lists them all", "no event looked at has a field like `%s`", arg)
	}
	var lines []string
	for _, f := range list {
		line := s.colors.Paint(term.Cyan, term.Pad(oneLine(f.Name), width)) + " " + oneLine(f.Note(st.Rows))
		lines = append(lines, cutPainted(line, width, w))
	}
	what := "a sample of " + count(int64(st.Rows), "event")
	if sample.Whole {
		what = "all " + count(int64(st.Rows), "event")
	}
	return s.list(lines, fmt.Sprintf("%s in %s", count(int64(len(list)), "field"), what))
}

// cutPainted cuts a line whose first part, of some width, is painted.
func cutPainted(line string, painted, width int) string {
	plain := term.Strip(line)
	if term.Width(plain) < width {
		return line
	}
	i := strings.LastIndex(line, "\x1b[0m")
	if i < 0 {
		return term.Cut(line, width-1)
	}
	i += len("\x1b[0m")
	return line[:i] + term.Cut(line[i:], max(1, width-1-painted))
}

func (s *Session) values(f *assist.Field, rows int) {
	w, _ := s.size()
	more := ""
	if f.Many {
		more = "at least "
	}
	s.printf("%s: in %d%% of events, %s%s", s.colors.Paint(term.Cyan, oneLine(f.Name)), f.Count*100/max(1, rows), more, count(int64(f.Values), "value"))
	for _, v := range f.Top[:min(len(f.Top), 20)] {
		s.println("  " + term.PadLeft(page.Number(int64(v.Count)), 8) + "  " + term.Cut(oneLine(v.Text), w-12))
	}
}

func fieldItems(s *Session, arg string) []edit.Item {
	sample := s.sample.Load()
	if sample == nil {
		return nil
	}
	var items []edit.Item
	for _, f := range sample.Stats.Fields {
		items = append(items, edit.Item{Text: f.Name, Note: f.Note(sample.Stats.Rows)})
	}
	return starting(items, arg)
}

// showMacros lists macros, those of the session first.
func (s *Session) showMacros(_ context.Context, arg string) error {
	w, _ := s.size()
	var lines []string
	add := func(m *macros.Macro, own bool) {
		text := ""
		if m.Definition != nil {
			text = strings.Join(strings.Fields(m.Definition.String), " ")
		}
		mark := "  "
		if own {
			mark = "* "
		}
		name := oneLine(m.Signature())
		line := mark + s.colors.Paint(term.Magenta, name) + " = " + oneLine(text)
		lines = append(lines, cutPainted(line, term.Width(name)+2, w))
	}
	all := s.macros.All()
	for _, m := range all {
		if s.isOwn(m) && strings.Contains(m.Name, arg) {
			add(m, true)
		}
	}
	own := len(lines)
	for _, m := range all {
		if !s.isOwn(m) && strings.Contains(m.Name, arg) {
			add(m, false)
		}
	}
	if len(lines) == 0 {
		return sayf(":macro name=text defines one", "no macro has `%s` in its name", arg)
	}
	what := count(int64(len(lines)), "macro")
	if own > 0 {
		what += fmt.Sprintf(", %d of this session (*)", own)
	}
	return s.list(lines, what)
}

func (s *Session) isOwn(m *macros.Macro) bool { return slices.Contains(s.own, m.Key()) }

// defineMacro overrides a macro, or shows one.
func (s *Session) defineMacro(_ context.Context, arg string) error {
	if !strings.Contains(arg, "=") {
		for _, m := range s.macros.All() {
			if m.Name == strings.Trim(arg, "`") && m.Definition != nil {
				s.printf("%s = %s", s.colors.Paint(term.Magenta, oneLine(m.Signature())), oneLine(m.Definition.String))
				s.println(s.colors.Paint(term.Faint, "from "+oneLine(m.Where())))
				return nil
			}
		}
		return sayf("for example: :macro my_filter=search NOT src=10.0.0.1", "a macro is defined by name=text")
	}
	sig, text, _ := strings.Cut(arg, "=")
	sig = strings.Trim(strings.TrimSpace(sig), "`")
	before := s.macros.Clone()
	if errs := before.Define(sig, strings.TrimSpace(text), ":macro"); len(errs) > 0 {
		w, _ := s.size()
		s.Faults(s.out, errs, w, bool(s.colors))
		return errShown
	}
	s.macros = before
	s.assist.Macros = s.macros
	s.assist.Changed()
	for _, m := range s.macros.All() {
		if m.Origin == ":macro" && !s.isOwn(m) {
			s.own = append(s.own, m.Key())
		}
	}
	s.printf("%s is overridden for this session; :save FILE keeps it", oneLine(sig))
	return nil
}

// saveMacros writes the overridden macros as a macros.conf.
func (s *Session) saveMacros(_ context.Context, arg string) error {
	switch arg = unquoted(arg); {
	case arg == "":
		return sayf("for example: :save macros.conf", "name a file to write the macros to")
	case len(s.own) == 0:
		return sayf("", "no macro was overridden in this session")
	}
	var b bytes.Buffer
	for _, m := range s.macros.All() {
		if !s.isOwn(m) {
			continue
		}
		fmt.Fprintf(&b, "[%s]\n", m.Key())
		if m.Arity > 0 {
			fmt.Fprintf(&b, "args = %s\n", strings.Join(m.Args, ", "))
		}
		fmt.Fprintf(&b, "definition = %s\n\n", strings.ReplaceAll(m.Definition.String, "\n", " \\\n"))
	}
	if err := s.writeFile(arg, b.Bytes()); err != nil {
		return err
	}
	s.printf("%s written to %s; use it with -m %s", count(int64(len(s.own)), "macro"), oneLine(arg), oneLine(arg))
	return nil
}

func macroItems(s *Session, arg string) []edit.Item {
	var items []edit.Item
	for _, m := range s.macros.All() {
		note := ""
		if m.Definition != nil {
			note = oneLine(strings.Join(strings.Fields(m.Definition.String), " "))
		}
		items = append(items, edit.Item{Text: strings.ReplaceAll(m.Signature(), ", ", ","), Note: note, After: "="})
	}
	return starting(items, arg)
}
