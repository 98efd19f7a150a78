package repl

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"spl/eval/timefmt"
	"spl/spl/detect/page"
	"spl/spl/input"
	"spl/spl/repl/edit"
)

// openFiles searches other files from now on.
func (s *Session) openFiles(ctx context.Context, arg string) error {
	if arg == "" {
		if len(s.operands) == 0 {
			return sayf("for example: :open /var/log", "no files are open")
		}
		s.println(oneLine(strings.Join(s.operands, " ")))
		return nil
	}
	operands := splitArgs(arg)
	files, err := input.Expand(disk{s.Disk, nil}, s.Meta, operands)
	if err != nil {
		return sayf("", "%s", err)
	}
	s.operands = operands
	s.sample.Store(nil)
	s.cache.Forget()
	s.assist.Changed()
	s.learn(ctx, files, s.inputOptions(), s.opens.Add(1))
	s.println(s.opened(files))
	return nil
}

// opened says what files are searched.
func (s *Session) opened(files []input.File) string {
	total := int64(0)
	for _, f := range files {
		if info, err := s.Disk.Stat(f.Name); err == nil {
			total += info.Size()
		}
	}
	text := count(int64(len(files)), "file") + ", " + page.Size(total)
	if sample := s.sample.Load(); sample != nil && sample.Stats.Rows > 0 {
		if f := sample.Stats.Field("sourcetype"); f != nil {
			var kinds []string
			for _, v := range f.Top[:min(3, len(f.Top))] {
				kinds = append(kinds, oneLine(v.Text))
			}
			text += ", " + strings.Join(kinds, ", ")
		}
		text += ", " + count(int64(len(sample.Stats.Fields)), "field")
	}
	return text
}

// splitArgs splits words, some of which may stand in quotes.
func splitArgs(s string) []string {
	var out []string
	var word strings.Builder
	quote, open := rune(0), false
	for _, r := range s {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '"' || r == '\''):
			quote, open = r, true
		case quote == 0 && unicode.IsSpace(r):
			if open {
				out = append(out, word.String())
				word.Reset()
				open = false
			}
		default:
			word.WriteRune(r)
			open = true
		}
	}
	if open {
		out = append(out, word.String())
	}
	return out
}

// lastWord is where the last word begins, by the rules of splitArgs.
func lastWord(s string) int {
	start, quote := 0, rune(0)
	for i, r := range s {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '"' || r == '\''):
			quote = r
		case quote == 0 && unicode.IsSpace(r):
			start = i + utf8.RuneLen(r)
		}
	}
	return start
}

// unquoted is a name without quotes around it.
func unquoted(name string) string {
	if n := len(name); n > 1 && (name[0] == '"' || name[0] == '\'') && name[n-1] == name[0] {
		return name[1 : n-1]
	}
	return name
}

// fileItems completes the names of files, in quotes where they have spaces.
func fileItems(s *Session, arg string) []edit.Item {
	arg = strings.TrimLeft(arg, `"'`)
	dir, base := filepath.Split(arg)
	in := dir
	if in == "" {
		in = "."
	}
	entries, err := s.Disk.ReadDir(in)
	if err != nil {
		return nil
	}
	var items []edit.Item
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") && base == "" || !strings.HasPrefix(strings.ToLower(e.Name()), strings.ToLower(base)) {
			continue
		}
		i := edit.Item{Text: dir + e.Name(), Show: e.Name(), After: " "}
		quote := ""
		if strings.ContainsAny(i.Text, " '") {
			quote = `"`
		}
		if e.IsDir() { // which goes on
			i.Text, i.Show, i.After = quote+i.Text+"/", i.Show+"/", ""
		} else {
			i.Text = quote + i.Text + quote
			if info, err := e.Info(); err == nil {
				i.Note = page.Size(info.Size())
			}
		}
		items = append(items, i)
	}
	return items
}

// setTime sets the range of the searches that follow.
func (s *Session) setTime(_ context.Context, arg string) error {
	words := splitArgs(arg)
	switch {
	case len(words) == 0:
	case len(words) == 1 && words[0] == "all":
		s.earliest, s.latest = "", ""
	case len(words) > 2:
		return sayf("for example: :time -24h, :time -2d@d @d, :time all", "a range is one time or two")
	default:
		for _, w := range words {
			if _, err := timefmt.ParseModifier(w); err != nil {
				return sayf("for example: :time -24h, :time -2d@d @d, :time 2026-02-25T08:00:00Z, :time all", "%s", err)
			}
		}
		e, l := words[0], ""
		if len(words) == 2 {
			l = words[1]
		}
		was := [2]string{s.earliest, s.latest}
		s.earliest, s.latest = e, l
		from, to, err := s.timeRange(s.Now())
		if err == nil && !to.IsZero() && !from.Before(to) {
			s.earliest, s.latest = was[0], was[1]
			return sayf("the earlier time comes first", "the time range is empty: %s is not before %s", oneLine(e), oneLine(l))
		}
	}
	s.println(s.rangeText())
	return nil
}

// rangeText says what range of time is searched.
func (s *Session) rangeText() string {
	earliest, latest, err := s.timeRange(s.Now())
	if err != nil || earliest.IsZero() && latest.IsZero() {
		return "all time"
	}
	text := func(t time.Time, none string) string {
		if t.IsZero() {
			return none
		}
		return timefmt.Display(float64(t.UnixMicro())/1e6, s.Zone)
	}
	return "from " + text(earliest, "the beginning") + " to " + text(latest, "the end")
}

// settings are what :set changes.
func (s *Session) settings() []setting {
	onOff := func(b *bool) setting {
		return setting{
			get: func() string {
				if *b {
					return "on"
				}
				return "off"
			},
			set: func(v string) error {
				if v != "on" && v != "off" {
					return sayf("", "write on or off")
				}
				*b = v == "on"
				return nil
			},
			values: []string{"on", "off"},
		}
	}
	num := func(n *int) setting {
		return setting{
			get: func() string { return strconv.Itoa(*n) },
			set: func(v string) error {
				x, err := strconv.Atoi(v)
				if err != nil || x < 0 {
					return sayf("", "write a whole number, 0 or more")
				}
				*n = x
				return nil
			},
		}
	}
	zone := setting{
		get: func() string { return s.Zone.String() },
		set: func(v string) error {
			z, ok := timefmt.Zone(v)
			if !ok {
				return sayf("write a name such as Europe/Berlin, UTC, or an offset such as +02:00", "there is no time zone `%s`", oneLine(v))
			}
			s.Zone = z
			s.cache.Forget()
			return nil
		},
	}
	return []setting{
		onOff(&s.charts).named("charts", "draw charts and bars"),
		num(&s.rows).named("rows", "rows shown of an answer; 0: as the terminal is high"),
		num(&s.Run.Workers).named("workers", "cores that read; 0: all"),
		zone.named("zone", "time zone of days and of times without one"),
	}
}

type setting struct {
	name, summary string
	get           func() string
	set           func(string) error
	values        []string
}

func (x setting) named(name, summary string) setting {
	x.name, x.summary = name, summary
	return x
}

func (s *Session) set(_ context.Context, arg string) error {
	all := s.settings()
	name, value, _ := strings.Cut(strings.Replace(arg, "=", " ", 1), " ")
	for _, x := range all {
		if x.name == name && value != "" {
			if err := x.set(strings.TrimSpace(value)); err != nil {
				return err
			}
		}
		if arg == "" || x.name == name {
			s.printf("%-8s %-10s %s", x.name, x.get(), x.summary)
		}
	}
	if arg != "" && !slices.ContainsFunc(all, func(x setting) bool { return x.name == name }) {
		return sayf(":set lists them", "there is no setting `%s`", name)
	}
	return nil
}

func settingItems(s *Session, arg string) []edit.Item {
	var items []edit.Item
	for _, x := range s.settings() {
		items = append(items, edit.Item{Text: x.name, Note: fmt.Sprintf("%s (now %s)", x.summary, x.get()), After: " "})
		for _, v := range x.values {
			items = append(items, edit.Item{Text: v})
		}
	}
	return starting(items, arg)
}
