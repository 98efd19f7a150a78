package parser

import (
	"slices"
	"sort"
	"strings"

	"spl/parser/source"
)

// Node is what a command made of its arguments. String prints them back.
type Node interface{ String() string }

// Syntax reads the arguments of one command.
type Syntax interface {
	ParseArgs(a *Args) (Node, source.Errors)
}

// Parser reads pipelines. It knows no command: Lookup finds them.
type Parser struct {
	// Lookup gives the syntax of a command by its name in lower case. For a name
	// that is none, the error says so and may suggest another.
	Lookup func(name string) (Syntax, *source.Error)
	// Holes are parts of the text that stand for text nobody knows, ascending: macros
	// that are not defined. What is wrong with a command that holds one is not reported,
	// since it may follow from that.
	Holes []source.Span

	// told are faults of commands within brackets, which do not follow from a hole beside
	// the brackets.
	told map[*source.Error]bool
}

// holed says whether a part of the text has a hole.
func (p *Parser) holed(s source.Span) bool {
	i := sort.Search(len(p.Holes), func(i int) bool { return p.Holes[i].End > s.Start })
	return i < len(p.Holes) && p.Holes[i].Start < s.End
}

// certain are the faults of a stage that do not follow from a hole in it.
func (p *Parser) certain(s source.Span, errs source.Errors) source.Errors {
	if len(p.Holes) == 0 || len(errs) == 0 {
		return errs
	}
	if p.holed(s) {
		errs = slices.DeleteFunc(errs, func(e *source.Error) bool { return !p.told[e] })
	}
	if p.told == nil {
		p.told = map[*source.Error]bool{}
	}
	for _, e := range errs {
		p.told[e] = true
	}
	return errs
}

// Pipeline is a search: stages, the rows of each going to the next.
type Pipeline struct {
	Stages []*Stage
	// Piped says that the text began with '|', so that its first command generates rows.
	Piped bool
	Span  source.Span
}

// Stage is a command with its arguments.
type Stage struct {
	// Command is the name in lower case; Typed as it was written, "" where the
	// search command is implied.
	Command string
	Typed   string
	NameAt  source.Span
	Span    source.Span
	Node    Node // nil when the stage has a fault
	// Inserts are the subsearches whose rows become text of the arguments.
	Inserts []*Subsearch

	args *Args
	puts [][]put // what [Stage.With] put in, the first time first
}

// String prints the pipeline on one line.
func (p *Pipeline) String() string {
	var b strings.Builder
	for i, s := range p.Stages {
		text := s.String()
		switch {
		case i > 0:
			b.WriteString(" | ")
		case s.Command != "search" || !isCommandWord(text):
			b.WriteString("| ") // (search = is a test of the field search)
		}
		b.WriteString(text)
	}
	return b.String()
}

// String prints the stage: its command and its arguments.
func (s *Stage) String() string {
	if s.Node == nil {
		return s.Command
	}
	if args := s.Node.String(); args != "" {
		return s.Command + " " + args
	}
	return s.Command
}

// Args are a command's arguments as text, and what is needed to read subsearches
// within them.
type Args struct {
	Command string // as written
	Text    string
	Base    int // offset of Text in the query
	Depth   int // subsearches around this command
	First   bool
	Parser  *Parser

	inserts []*Subsearch
	runs    bool  // the command runs pipelines of its own
	whole   *Args // of a part, what it is a part of
}

// Span is where the arguments stand.
func (a *Args) Span() source.Span { return source.Span{Start: a.Base, End: a.Base + len(a.Text)} }

// Find is where a word stands in the arguments, in whatever case; all of them where it
// does not.
func (a *Args) Find(word string) source.Span {
	for i := 0; i+len(word) <= len(a.Text); i++ {
		if strings.EqualFold(a.Text[i:i+len(word)], word) && wordStart(a.Text, i) {
			return source.Span{Start: a.Base + i, End: a.Base + i + len(word)}
		}
	}
	return a.Span()
}

// Source is the arguments' text between two offsets of the query.
func (a *Args) Source(s source.Span) string { return a.Text[s.Start-a.Base : s.End-a.Base] }

// Tokens are the $tokens$ of a dashboard that stand in the arguments as words of their
// own, outside of quotes and brackets.
func (a *Args) Tokens() []source.Span {
	var out []source.Span
	for i := 0; i < len(a.Text); i++ {
		switch a.Text[i] {
		case '\\':
			i++
		case '"':
			if end := closingQuote(a.Text, i); end > 0 {
				i = end - 1
			}
		case '[':
			end, _ := closingBracket(a.Text, i)
			i = end - 1
		case '$':
			end := tokenEnd(a.Text, i)
			if end == 0 {
				continue
			}
			if wordStart(a.Text, i) && (end == len(a.Text) || spaceAt(a.Text[end:]) > 0 || strings.IndexByte(",()[]|\"", a.Text[end]) >= 0) {
				out = append(out, source.Span{Start: a.Base + i, End: a.Base + end})
			}
			i = end - 1
		}
	}
	return out
}

// wordStart says whether a word begins at an offset.
func wordStart(s string, i int) bool {
	return i == 0 || strings.IndexByte(" \t\r\n,()[]=<>\"", s[i-1]) >= 0
}

// Parse reads a whole query (after macro expansion). All faults are reported; the
// pipeline is whole only when there is none.
func (p *Parser) Parse(text string) (*Pipeline, source.Errors) {
	if len(text) > MaxLength {
		return &Pipeline{}, source.Errors{source.Errorf(source.Syntax, source.At(0), "the query is %d bytes long after macro expansion; at most %d are read", len(text), MaxLength).
			WithHelp("a long list of values belongs in a lookup table")}
	}
	return p.pipeline(text, 0, 0)
}

// Insert reads a subsearch whose rows become text in the place where it stands.
func (a *Args) Insert(text string, at source.Span) (*Subsearch, source.Errors) {
	p, errs := a.subsearch(text, at.Start)
	s := &Subsearch{p, at}
	if a.whole != nil {
		a = a.whole
	}
	a.inserts = append(a.inserts, s)
	return s, errs
}

// Part is the arguments between two offsets of the query as arguments of their own.
// The subsearches that are read in it for their text belong to the whole.
func (a *Args) Part(s source.Span) *Args {
	part := *a
	part.Text, part.Base, part.inserts = a.Source(s), s.Start, nil
	if part.whole == nil {
		part.whole = a
	}
	return &part
}

// pending is arguments that cannot be read before the subsearches among them have
// become text, such as head [search x | return $n].
type pending struct {
	text string
	errs source.Errors
}

// String prints the arguments as they were written.
func (p *pending) String() string { return trimSpace(p.text) }

// pending takes the arguments so when the first fault is a subsearch that stands
// where the command takes none.
func (a *Args) pending(errs source.Errors) *pending {
	if len(errs) == 0 || len(a.inserts) > 0 || a.runs {
		return nil
	}
	p := &pending{text: a.Text}
	met := false
	for i := 0; i < len(a.Text); i++ {
		switch a.Text[i] {
		case '\\':
			i++
		case '"':
			if end := closingQuote(a.Text, i); end > 0 {
				i = end - 1
			}
		case '[':
			end, open := closingBracket(a.Text, i)
			if open >= 0 {
				return nil
			}
			at := source.Span{Start: a.Base + i, End: a.Base + end}
			// (A fault within the brackets is one of a pipeline that the command reads.)
			met = met || errs[0].Span.Start == at.Start || errs[0].Span.Start == at.End
			_, es := a.Insert(a.Text[i:end], at)
			p.errs = append(p.errs, es...)
			i = end - 1
		}
	}
	if !met {
		a.inserts = nil
		return nil
	}
	return p
}

// Full says that a command has more faults than are listed, so that it need not look for
// others. (Of a command with holes those are dropped that may come of them.)
func (a *Args) Full(errs source.Errors) bool {
	return len(errs) > source.MaxFaults && len(a.Parser.Holes) == 0
}

// With parses the stage's command again with texts in the place of its Inserts, in
// their order. Places in errors of the result count in a text of its own.
func (s *Stage) With(texts []string) (*Stage, source.Errors) {
	a := *s.args
	var b strings.Builder
	var puts []put
	done := a.Base
	for i, in := range s.Inserts {
		b.WriteString(s.args.Source(source.Span{Start: done, End: in.At.Start}))
		puts = append(puts, put{in.At, source.Span{Start: a.Base + b.Len(), End: a.Base + b.Len() + len(texts[i])}})
		b.WriteString(texts[i])
		done = in.At.End
	}
	b.WriteString(s.args.Source(source.Span{Start: done, End: a.Base + len(a.Text)}))
	a.Text, a.inserts = b.String(), nil
	syntax, fault := a.Parser.lookup(s.Command, s.NameAt)
	if fault != nil {
		return nil, source.Errors{fault}
	}
	out := *s
	var errs source.Errors
	out.Node, errs = syntax.ParseArgs(&a)
	out.Inserts, out.args = a.inserts, &a
	out.puts = append(slices.Clone(s.puts), puts)
	return &out, errs
}

// put is a text that stands where a subsearch was: the place of each, in the arguments
// before and after.
type put struct{ was, is source.Span }

// Origin is where a span of the stage's arguments stands in the query: With put texts in
// the place of subsearches, which moves what is behind them. given says that the span
// lies within such a text; the subsearch is then its place.
func (s *Stage) Origin(at source.Span) (where source.Span, given bool) {
	for i := len(s.puts) - 1; i >= 0; i-- {
		moved, inner := before(s.puts[i], at)
		at, given = moved, given || inner
	}
	return at, given
}

// before is where a span stood before some texts were put in.
func before(puts []put, at source.Span) (was source.Span, within bool) {
	was = at
	for _, p := range puts {
		shift := p.was.End - p.is.End
		switch {
		case at.Start >= p.is.End:
			was.Start = at.Start + shift
		case at.Start >= p.is.Start:
			was.Start, within = p.was.Start, at.End <= p.is.End
		}
		switch {
		case at.End > p.is.End:
			was.End = at.End + shift
		case at.End > p.is.Start:
			was.End = p.was.End
		}
	}
	return was, within
}

// Subsearch reads the pipeline inside a [...] token, for a command that runs it.
func (a *Args) Subsearch(text string, base int) (*Pipeline, source.Errors) {
	a.runs = true
	return a.subsearch(text, base)
}

func (a *Args) subsearch(text string, base int) (*Pipeline, source.Errors) {
	if a.Depth+1 >= MaxDepth/8 {
		return &Pipeline{}, source.Errors{source.Errorf(source.Syntax, source.At(base), "subsearches nest more than %d deep here", MaxDepth/8).
			WithHelp("put what the innermost find in a lookup table, with outputlookup, and read it with inputlookup")}
	}
	return a.Parser.pipeline(text[1:len(text)-1], base+1, a.Depth+1)
}

// piece is the text between two pipes.
type piece struct {
	text string
	base int
}

func (p *Parser) pipeline(text string, base, depth int) (*Pipeline, source.Errors) {
	pl := &Pipeline{Span: source.Span{Start: base, End: base + len(text)}}
	pieces, broken := p.split(text, base)
	if broken != nil { // what stands before it can be judged all the same
		pieces = pieces[:len(pieces)-1]
		if len(pieces) == 0 {
			return pl, source.Errors{broken}
		}
	}
	if blank(pieces[0].text) && (len(pieces) > 1 || broken != nil) {
		pl.Piped = true
		pieces = pieces[1:]
	}
	var errs source.Errors
	for i, pc := range pieces {
		if blank(pc.text) && i > 0 {
			if i < len(pieces)-1 || broken != nil {
				errs = append(errs, noCommand(text, base, pc))
			}
			if len(errs) > source.MaxFaults {
				return pl, errs
			}
			continue // a pipe after the last command is harmless
		}
		if i+1 < len(pieces) && pieces[i+1].text == "" && i+2 < len(pieces) && (!closes(pc.text) || !p.isCommand(pieces[i+2].text)) {
			errs = append(errs, doubledPipe(pieces[i+1].base))
			break
		}
		st, es := p.stage(pc, i == 0, pl.Piped, depth)
		es = p.certain(st.Span, es)
		pl.Stages = append(pl.Stages, st)
		errs = append(errs, es...)
		if ends(es) || len(errs) > source.MaxFaults {
			return pl, errs
		}
	}
	if broken != nil {
		errs = append(errs, broken)
	}
	return pl, errs
}

// noCommand reports two pipes with nothing in between.
func noCommand(text string, base int, pc piece) *source.Error {
	if pc.text == "" {
		return source.Errorf(source.Syntax, source.Span{Start: pc.base - 1, End: pc.base + 1}, "no command between two pipes").
			WithHelp("take one of the pipes out; a choice is written OR")
	}
	return source.Errorf(source.Syntax, source.At(pc.base+len(pc.text)), "no command between two pipes").WithHelp("take one of the pipes out")
}

// isCommand says whether a text begins with the name of a command.
func (p *Parser) isCommand(s string) bool {
	s = trimSpace(s)
	name := s[:commandEnd(s)]
	if name == "" {
		return false
	}
	_, fault := p.Lookup(strings.ToLower(name))
	return fault == nil
}

// doubledPipe reports || where a parenthesis is open, so that a choice was meant.
func doubledPipe(at int) *source.Error {
	e := source.Errorf(source.Syntax, source.Span{Start: at - 1, End: at + 1}, "a pipe ends a command, and two are no operator").WithHelp("a choice is written OR: a=1 OR b=2")
	e.Ends = true
	return e
}

// closes says whether all parentheses of a command are closed.
func closes(s string) bool {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			if end := closingQuote(s, i); end > 0 {
				i = end - 1
			}
		case '(':
			depth++
		case ')':
			depth--
		}
	}
	return depth <= 0
}

// ends says whether what follows can be read no more.
func ends(errs source.Errors) bool {
	return slices.ContainsFunc(errs, func(e *source.Error) bool { return e.Ends })
}

func blank(s string) bool { return trimSpace(s) == "" }

func trimSpace(s string) string {
	for n := spaceAt(s); n > 0; n = spaceAt(s) {
		s = s[n:]
	}
	return strings.TrimRight(s, " \t\r\n\v\f\u00a0\ufeff\u200b")
}

// split cuts a text at its pipes, not at those in quotes, in brackets or behind a
// backslash. There is at least one piece; with a fault the last one is where it lies.
func (p *Parser) split(text string, base int) ([]piece, *source.Error) {
	var pieces []piece
	start := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			end := closingQuote(text, i)
			if end < 0 {
				at := p.openQuote(text, i)
				for len(pieces) > 0 && pieces[len(pieces)-1].base-base+len(pieces[len(pieces)-1].text) > at {
					pieces = pieces[:len(pieces)-1]
				}
				return append(pieces, piece{}), p.unclosed(text, base, at)
			}
			i = end - 1
		case '[':
			end, fault := closingBracket(text, i)
			if fault >= 0 {
				if strings.Count(text[i:], `"`)%2 == 1 {
					if at := p.openQuote(text, len(text)); at < len(text) {
						return append(pieces, piece{}), p.unclosed(text, base, at)
					}
				}
				return append(pieces, piece{}), source.Errorf(source.Syntax, source.Span{Start: base + fault, End: base + fault + 1}, "this bracket is never closed").
					WithHelp("add a ']' where the subsearch ends")
			}
			i = end - 1
		case ']':
			return append(pieces, piece{}), source.Errorf(source.Syntax, source.Span{Start: base + i, End: base + i + 1}, "']' without a '[' before it").WithHelp("take it out, or add a '[' where the subsearch begins")
		case '|':
			if inToken(text, i) {
				continue
			}
			pieces = append(pieces, piece{text[start:i], base + start})
			start = i + 1
		}
	}
	return append(pieces, piece{text[start:], base + start}), nil
}

// openQuote guesses which quote lacks its end, where one does: last is the one that is
// left over. An earlier string that runs over a pipe and a command, or over the end of a
// line, was more likely meant to end before them.
func (p *Parser) openQuote(text string, last int) int {
	for i := 0; i < last; i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			end := closingQuote(text, i)
			if end < 0 {
				return i
			}
			if before := strings.TrimRight(text[:i], " "); !strings.HasSuffix(before, "search=") && p.runsOver(text[i:end]) {
				return i
			}
			i = end - 1
		}
	}
	return last
}

// runsOver says whether a string holds a pipe with a command behind it.
func (p *Parser) runsOver(s string) bool {
	for i := strings.IndexByte(s, '|'); i >= 0; {
		rest := strings.TrimLeft(s[i+1:], " \t\r\n")
		if name := rest[:commandEnd(rest)]; name != "" && strings.HasPrefix(rest[len(name):], " ") {
			if _, fault := p.Lookup(strings.ToLower(name)); fault == nil {
				return true
			}
		}
		next := strings.IndexByte(s[i+1:], '|')
		if next < 0 {
			return false
		}
		i += 1 + next
	}
	return false
}

// unclosed reports a quote without its end, with a guess where that should be.
func (p *Parser) unclosed(text string, base, at int) *source.Error {
	e := source.Errorf(source.Syntax, source.Span{Start: base + at, End: base + at + 1}, "this quote is never closed").
		WithHelp(`add a '"' where the text ends; a quote inside it is written \"`)
	rest := text[at+1:]
	end := len(rest)
	if i := strings.IndexAny(rest, "|\n"); i >= 0 {
		end = i
	}
	if word := strings.TrimSpace(rest[:end]); word != "" && !strings.Contains(word, `"`) && len(word) <= 40 && end < len(rest) {
		e.Help = `was "` + word + `" meant? a quote inside a text is written \"`
	}
	return e
}

// stage reads one command. The first of a search that does not begin with a pipe
// is an implied search; in a subsearch a command's name may stand there too.
func (p *Parser) stage(pc piece, first, piped bool, depth int) (*Stage, source.Errors) {
	lead := 0
	for n := spaceAt(pc.text); n > 0; n = spaceAt(pc.text[lead:]) {
		lead += n
	}
	body := pc.text[lead:]
	base := pc.base + lead
	end := base + len(trimSpace(body))
	name := body[:commandEnd(body)]
	st := &Stage{Command: strings.ToLower(name), Typed: name, NameAt: source.Span{Start: base, End: base + len(name)}, Span: source.Span{Start: base, End: end}}

	var syntax Syntax
	var fault *source.Error
	implied := first && !piped && (depth == 0 && st.Command != "search" || st.Command == "search" && !isCommandWord(body))
	if !implied {
		syntax, fault = p.lookup(st.Command, st.NameAt)
		implied = first && !piped && st.Command != "search" && fault != nil
	}
	if implied {
		st.Command, st.Typed, st.NameAt, name = "search", "", source.At(base), ""
		syntax, fault = p.lookup("search", st.NameAt)
	}
	if end := tokenEnd(body, 0); fault != nil && name == "" && strings.HasPrefix(body, "$") && end > 0 {
		fault = source.Errorf(source.Unsupported, source.Span{Start: base, End: base + end}, "`%s` is a token of a dashboard, and has no value here", body[:end]).
			WithHelp("write the commands that it stands for")
	}
	if fault != nil {
		return st, source.Errors{fault}
	}
	typed := name
	if typed == "" {
		typed = "search"
	}
	st.args = &Args{Command: typed, Text: body[len(name):], Base: base + len(name), Depth: depth, First: first, Parser: p}
	node, errs := syntax.ParseArgs(st.args)
	if st.Command != "search" { // (which takes them wherever a term may stand)
		if p := st.args.pending(errs); p != nil {
			node = p
			errs = p.errs
		}
	}
	if len(errs) == 0 {
		st.Node, st.Inserts = node, st.args.inserts
	}
	return st, errs
}

func (p *Parser) lookup(name string, at source.Span) (Syntax, *source.Error) {
	if name == "" {
		return nil, source.Errorf(source.Syntax, at, "a command's name must stand here, after the pipe").
			WithHelp("a search that does not stand first begins with its name: | search ...")
	}
	s, err := p.Lookup(name)
	if err != nil {
		err.Span = at
	}
	return s, err
}

// commandEnd is the length of the command's name at the start of s.
func commandEnd(s string) int {
	i := 0
	for i < len(s) && s[i] < 0x80 && (isNameStart(s[i]) || i > 0 && isDigit(s[i])) {
		i++
	}
	return i
}

// isCommandWord says whether the text starts with the word search as a command and
// not as a term or a field (search=1).
func isCommandWord(s string) bool {
	rest := s[commandEnd(s):]
	if rest == "" || spaceAt(rest) == 0 {
		return rest == "" || rest[0] == '(' || rest[0] == '"' || rest[0] == '['
	}
	rest = trimSpace(rest)
	return rest == "" || comparisonStart(rest) == 0
}

func comparisonStart(s string) int {
	if strings.IndexByte("=<>!", s[0]) < 0 {
		return 0
	}
	return comparison(s)
}
