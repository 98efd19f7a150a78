package repl

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"spl/spl/command"
	"spl/spl/repl/edit"
	"spl/spl/repl/term"
)

// sessionCommand is a line that begins with a colon.
type sessionCommand struct {
	name, args string
	summary    string
	run        func(s *Session, ctx context.Context, arg string) error
	// complete gives what may stand as the argument.
	complete func(s *Session, arg string) []edit.Item
}

// commands lists them all; help, completion and errors read it.
func commands() []sessionCommand {
	return []sessionCommand{
		{"fields", "[FIELD]", "fields of the data, how often they occur and what they hold", (*Session).showFields, fieldItems},
		{"macros", "[TEXT]", "macros, and those overridden here", (*Session).showMacros, macroItems},
		{"macro", "NAME=TEXT", "override a macro for this session: :macro f(a)=search x=$a$", (*Session).defineMacro, macroItems},
		{"save", "FILE", "write the overridden macros to a macros.conf", (*Session).saveMacros, fileItems},
		{"open", "FILE...", "search these files from now on", (*Session).openFiles, fileItems},
		{"time", "[EARLIEST [LATEST]]", "search this range of time from now on: :time -24h; :time all", (*Session).setTime, nil},
		{"explain", "[QUERY]", "how a search is understood and would run", (*Session).explain, nil},
		{"why", "[QUERY]", "where the events of a search were lost", (*Session).why, nil},
		{"page", "[$N]", "all of a result, in the pager", (*Session).pageResult, resultItems},
		{"last", "", "the newest result again; :last | ... searches in it", (*Session).showLast, nil},
		{"results", "", "the results of this session: $1, $2, ...", (*Session).showResults, nil},
		{"export", "[$N] FILE", "write a result to a file: .csv .tsv .json .ndjson .md .html .txt", (*Session).export, fileItems},
		{"test", "[$N] FILE.test.yml", "make a test of a search and its rows, for spl test", (*Session).makeTest, fileItems},
		{"follow", "QUERY", "run a search over files while they grow", (*Session).follow, nil},
		{"set", "[NAME VALUE]", "settings: charts, rows, workers, zone", (*Session).set, settingItems},
		{"help", "[NAME]", "help with commands, functions, keys", (*Session).help, topicItems},
		{"quit", "", "leave (also Ctrl-D)", (*Session).leave, nil},
	}
}

// commandLine takes a line apart that is a command of the session. One that begins
// with :last | is a search.
func commandLine(line string) (name, arg string, ok bool) {
	rest, ok := strings.CutPrefix(line, ":")
	if !ok {
		return "", "", false
	}
	i := strings.IndexFunc(rest, func(r rune) bool { return !unicode.IsLetter(r) })
	if i < 0 {
		i = len(rest)
	}
	name, arg = rest[:i], strings.TrimSpace(rest[i:])
	return name, arg, name != "last" || !strings.HasPrefix(arg, "|")
}

// findCommand finds a command by its name or the beginning of it that no other has.
func findCommand(name string) (*sessionCommand, error) {
	all := commands()
	var names []string
	var near *sessionCommand
	n := 0
	for i := range all {
		if all[i].name == name {
			return &all[i], nil
		}
		if name != "" && strings.HasPrefix(all[i].name, name) {
			near = &all[i]
			n++
		}
		names = append(names, all[i].name)
	}
	if n == 1 {
		return near, nil
	}
	help := ":help lists them"
	if best := command.Nearest(name, names); best != "" && name != "" {
		help = "did you mean :" + best + "?"
	}
	return nil, sayf(help, "there is no command :%s", name)
}

func (s *Session) command(ctx context.Context, name, arg string) error {
	c, err := findCommand(name)
	if err != nil {
		return err
	}
	return c.run(s, ctx, arg)
}

// completeCommand completes lines that begin with a colon.
func (s *Session) completeCommand(text string, cursor int) (edit.Completion, bool) {
	name, _, ok := commandLine(text)
	if !ok {
		return edit.Completion{}, false
	}
	head := text[:cursor]
	if !strings.ContainsFunc(head, unicode.IsSpace) {
		c := edit.Completion{From: min(1, cursor), To: cursor}
		for _, k := range commands() {
			if strings.HasPrefix(k.name, strings.TrimPrefix(head, ":")) {
				after := " "
				if k.args == "" {
					after = ""
				}
				c.Items = append(c.Items, edit.Item{Text: k.name, Show: ":" + k.name + " " + k.args, Note: k.summary, After: after})
			}
		}
		return c, true
	}
	k, err := findCommand(name)
	if err != nil {
		return edit.Completion{Empty: err.Error()}, true
	}
	from := lastWord(head)
	c := edit.Completion{From: from, To: cursor, Empty: ":" + k.name + " " + k.args + "  " + k.summary}
	if k.complete != nil {
		c.Items = k.complete(s, head[from:])
	}
	return c, true
}

// starting keeps the items that begin with what was typed.
func starting(items []edit.Item, arg string) []edit.Item {
	return slices.DeleteFunc(items, func(i edit.Item) bool {
		return !strings.HasPrefix(strings.ToLower(i.Text), strings.ToLower(arg))
	})
}

func (s *Session) help(ctx context.Context, arg string) error {
	if arg != "" {
		name := strings.Trim(arg, "`:() ")
		if k, err := findCommand(name); err == nil && s.Doc != nil && strings.HasPrefix(arg, ":") {
			s.printf(":%s %s\n  %s", k.name, k.args, k.summary)
			return nil
		}
		text, ok := "", false
		if s.Doc != nil {
			text, ok = s.Doc(name)
		}
		if !ok {
			return sayf(":help lists the commands of this prompt; spl doc lists all", "there is no command or function `%s`", arg)
		}
		return s.text(text, "help")
	}
	w, _ := s.size()
	s.tell(s.colors.Paint(term.Bold, "A search") + " is run with Enter; an open pipe, quote or bracket goes on in a new line.")
	for _, k := range commands() {
		left := ":" + k.name + " " + k.args
		if w >= 70 {
			s.println("  " + s.colors.Paint(term.Cyan, term.Pad(left, 27)) + " " + term.Cut(k.summary, w-32))
			continue
		}
		s.println("  " + s.colors.Paint(term.Cyan, left))
		s.println("      " + term.Cut(k.summary, w-7))
	}
	if !s.plain {
		s.tell(s.colors.Paint(term.Bold, "Keys") + ": Tab completes; Ctrl-R searches what was typed before; Up goes back in it; " +
			"Ctrl-O shows the last result in the pager; Alt-Enter begins a new line; Ctrl-C clears or stops.")
	}
	s.tell(s.colors.Paint(term.Bold, "Results") + " are $1, $2, ...: $1 | stats count; in a search, | loadjob $1.")
	return nil
}

func (s *Session) leave(context.Context, string) error {
	s.quit = true
	return nil
}

func topicItems(s *Session, arg string) []edit.Item {
	var items []edit.Item
	if s.Topics != nil {
		for _, t := range s.Topics() {
			items = append(items, edit.Item{Text: t})
		}
	}
	return starting(items, arg)
}

func resultItems(s *Session, arg string) []edit.Item {
	var items []edit.Item
	for _, j := range s.jobs {
		items = append(items, edit.Item{Text: fmt.Sprintf("$%d", j.number), Note: oneLine(strings.Join(strings.Fields(j.query), " "))})
	}
	return starting(items, arg)
}
