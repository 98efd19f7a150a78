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

// Parse reads a whole query (after macro expansion). All faults are reported; the
// pipeline is whole only when there is none.
func (p *Parser) Parse(text string) (*Pipeline, source.Errors) {
	if len(text) > MaxLength {
		return &Pipeline{}, source.Errors{source.Errorf(source.Syntax, source.At(0), "the query is %d bytes long after macro expansion; at most %d are read", len(text), MaxLength).
			WithHelp("a long list of values belongs in a lookup table")}
	}
	return p.pipeline(text, 0, 0)
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
