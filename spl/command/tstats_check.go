package command

import (
	"slices"
	"strings"

	"spl/eval/timefmt"
	"spl/parser"
	"spl/parser/source"
)

// check reports what tstats does not take though its grammar does.
func (n *tstatsNode) check(a *parser.Args) source.Errors {
	var errs source.Errors
	fail := func(help, msg string, args ...any) {
		e := source.Errorf(source.Syntax, a.Span(), msg, args...)
		e.Help = help
		errs = append(errs, e)
	}
	if len(n.calls) == 0 {
		errs = append(errs, source.Errorf(source.Syntax, source.At(a.Base), "`tstats` needs a function").WithHelp("for example: %s", tstatsUsage))
	}
	for _, c := range n.calls {
		switch {
		case c.expr != nil:
			fail("count the events that WHERE selects, or use eval and stats after it", "tstats takes fields, not expressions: `%s`", c)
		case c.wild():
			fail("name each field", "tstats takes no wildcard and no function without a field but count: `%s`", c.typed)
		case c.fn.Name == "list" || c.spark:
			fail("values gives the distinct values", "`%s` is not a function of tstats", c.typed)
		case c.as != "" && slices.Contains(n.by, c.as):
			fail("", "The output field '%s' cannot have the same name as a group-by field", c.as)
		case strings.HasPrefix(c.field, prefixMark) && c.as == "":
			c.name = c.typed + "(" + strings.TrimPrefix(c.field, prefixMark) + ")"
		}
	}
	if text := n.opts.text("span", ""); text != "" && !strings.EqualFold(text, "auto") {
		span, err := timefmt.ParseSpan(text)
		if err == nil && span.Unit < timefmt.Second {
			fail("for example: span=1s", "the span of tstats is at least a second: `%s`", text)
		} else if err != nil {
			fail("for example: span=1h", "`span` of `tstats`: %s", err)
		}
		n.span = span
	} else {
		// Choice: without a span, or with span=auto, buckets are a second wide.
		n.span = timefmt.Span{Count: 1, Unit: timefmt.Second}
	}
	if prestats := n.opts.bool("prestats", false); n.opts.bool("append", false) && !prestats {
		fail("add prestats=true", "`append` of tstats needs prestats=true")
	} else if !n.first && !n.opts.bool("append", false) {
		fail("begin the search with it, or write prestats=true append=true", "`tstats` makes rows of its own and must be the first command of a search")
		errs[len(errs)-1].Code = source.Unsupported
	}
	return errs
}

// String prints the arguments.
func (n *tstatsNode) String() string {
	var b strings.Builder
	b.WriteString(strings.TrimSpace(n.opts.String()))
	for i, c := range n.calls {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte(' ')
		b.WriteString(c.String())
	}
	if n.model != "" {
		name := n.model
		if n.part != "" {
			name += "." + n.part
		}
		b.WriteString(" FROM datamodel=" + parser.Word(name))
	}
	if n.where != nil {
		b.WriteString(" WHERE " + n.where.String())
	}
	if len(n.by) > 0 {
		b.WriteString(" BY " + nameList(n.by))
	}
	return unquotePrefixes(strings.TrimSpace(b.String()))
}

// PREFIX(text=) stands for what follows a text in the words of an event. It is read
// as a field of a name that no event has, of the same length.
const prefixMark = "\x01EFIX:"

func quotePrefixes(s string) string {
	const word = "PREFIX("
	for from := 0; ; {
		i := strings.Index(s[from:], word)
		if i < 0 {
			return s
		}
		i += from
		end := strings.IndexByte(s[i:], ')')
		if end < 0 || strings.ContainsAny(s[i+len(word):i+end], "\"\\") {
			return s
		}
		s = s[:i] + `"` + prefixMark + s[i+len(word):i+end] + `"` + s[i+end+1:]
		from = i + end
	}
}

func unquotePrefixes(s string) string {
	const mark = `"` + prefixMark
	for {
		i := strings.Index(s, mark)
		if i < 0 {
			return s
		}
		end := strings.IndexByte(s[i+1:], '"')
		if end < 0 {
			return s
		}
		s = s[:i] + "PREFIX(" + s[i+len(mark):i+1+end] + ")" + s[i+end+2:]
	}
}
