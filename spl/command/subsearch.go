package command

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/participle/v2/lexer"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

// What the commands share that have pipelines in brackets.

// maxAppend is how many rows a subsearch of append, join and their kin may give
// (limits.conf, [join] subsearch_maxout).
const maxAppend = 50000

// sub is a pipeline in brackets, as a grammar reads it.
type sub struct {
	Pos  lexer.Position
	Text string `parser:"@Sub"`
}

func (s *sub) span() source.Span {
	return source.Span{Start: s.Pos.Offset, End: s.Pos.Offset + len(s.Text)}
}

// parse reads the pipeline inside. An empty one is a fault.
func (s *sub) parse(a *parser.Args) (*parser.Pipeline, source.Errors) {
	p, errs := a.Subsearch(s.Text, s.Pos.Offset)
	if strings.TrimSpace(s.Text[1:len(s.Text)-1]) == "" {
		errs = one(source.Errorf(source.Syntax, source.At(s.Pos.Offset+1), "the subsearch of `%s` is empty", a.Command).WithHelp("for example: %s [search error | stats count]", a.Command))
	}
	return p, errs
}

// HasPipelines is a command whose arguments hold pipelines to run.
type HasPipelines interface{ Pipelines() []*parser.Pipeline }

// Positions reports generating commands that are not the first, in subsearches too.
// (Any command may stand behind a pipe at the front: it works on no rows, and
// `| stats count` is a well-known way to make one.)
func Positions(p *parser.Pipeline) source.Errors {
	var errs source.Errors
	first := p.Piped || len(p.Stages) > 0 && p.Stages[0].Command != "search"
	for i, s := range p.Stages {
		for _, in := range s.Inserts {
			errs = append(errs, Positions(in.Pipeline)...)
		}
		if h, ok := s.Node.(HasPipelines); ok {
			for _, in := range h.Pipelines() {
				errs = append(errs, Positions(in)...)
			}
		}
		c, err := Find(s.Command)
		if err == nil && s.Node != nil && c.Kind == Generating && i > 0 && !first && !c.Anywhere {
			errs = append(errs, source.Errorf(source.Unsupported, s.NameAt, "`%s` makes rows of its own and must be the first command of a search", s.Command).
				WithHelp("begin the search with it: | %s", s))
		}
		// Commands such as localop say how to run, and leave the next one the first.
		first = first && err == nil && s.Node != nil && c.Kind == Orchestrating && len(s.Inserts) == 0 && idle(s.Node.(Node).Plan(&Planning{Zone: time.UTC}))
	}
	return errs
}

// inBrackets prints a pipeline as an argument.
func inBrackets(p *parser.Pipeline) string { return "[" + p.String() + "]" }

// pending says that a pipeline waits for the text of a subsearch, so that it cannot
// be planned yet.
func pending(p *parser.Pipeline) bool {
	for _, s := range p.Stages {
		if len(s.Inserts) > 0 {
			return true
		}
	}
	return false
}

// readsOf gives the fields that rows must have so that a pipeline over them can
// give the wanted ones.
func readsOf(p *parser.Pipeline, planning *Planning, wanted batch.Fields) batch.Fields {
	if pending(p) {
		return batch.AllFields
	}
	return engine.NewCut(Plans(p, planning), wanted).Scan.Fields
}

// checkStreaming reports commands of a pipeline that do not work row by row.
func checkStreaming(p *parser.Pipeline, c *Command) source.Errors {
	var errs source.Errors
	for _, s := range p.Stages {
		if s.Node == nil || streams(s) {
			continue
		}
		errs = append(errs, source.Errorf(source.Unsupported, s.NameAt, "`%s` cannot run `%s`, which does not work row by row", c.Name, s.Command).
			WithHelp("only distributable streaming commands can stand here, such as eval, where, rex, fields and rename"))
	}
	return errs
}

// streams says whether a stage works row by row, by its command's type. A fillnull
// without names gathers rows to see their fields.
func streams(s *parser.Stage) bool {
	c, err := Find(s.Command)
	if err != nil || c.Kind != DistributableStreaming {
		return false
	}
	if f, ok := s.Node.(*fillnullNode); ok {
		return len(f.names) > 0 && !slices.ContainsFunc(f.names, isPattern)
	}
	return true
}

// runSub runs the subsearch of a command.
// Its faults say that they are the subsearch's.
func runSub(c *engine.Context, p *parser.Pipeline, most int) (*engine.Result, error) {
	res, err := c.Search(p, most)
	if err != nil {
		return nil, fmt.Errorf("[subsearch]: %w", err)
	}
	return res, nil
}

// streamSub runs the subsearch of a command and passes its rows on.
func streamSub(c *engine.Context, p *parser.Pipeline, most int, emit engine.Emit) error {
	var failed error // of emit, which is no fault of the subsearch
	err := c.Stream(p, most, func(b *batch.Batch) error {
		failed = emit(b)
		return failed
	})
	if failed != nil {
		return failed
	}
	if err != nil {
		return fmt.Errorf("[subsearch]: %w", err)
	}
	return nil
}

// last puts rows behind all those that have passed, in the order of a search. They
// may come in any order, and carry places of their own.
type last struct {
	seq int64 // of the next row put behind
}

// pass looks at rows that go by: some may have been put behind the others before.
func (l *last) pass(b *batch.Batch) {
	for _, p := range b.Places {
		if math.IsInf(p.Time, -1) {
			l.seq = min(l.seq, p.Seq-1)
		}
	}
}

func (l *last) put(b *batch.Batch) *batch.Batch {
	b = b.Clone()
	b.Places = make([]batch.Place, b.Rows)
	for i := range b.Places {
		b.Places[i] = batch.Place{Time: math.Inf(-1), Seq: l.seq}
		l.seq--
	}
	return b
}
