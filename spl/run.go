package spl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/netip"
	"runtime"
	"slices"
	"strings"
	"time"

	"spl/eval"
	"spl/eval/batch"
	"spl/macros"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/command"
	"spl/spl/engine"
	"spl/spl/knowledge"
	"spl/spl/spill"
)

// RunOptions hold what changes a run and not what the search means. The nil options
// work: all time, UTC, the time of the call as now, every core.
type RunOptions struct {
	// Now is the start of the search: what now() and relative times are reckoned
	// from. Zero: the clock is read once.
	Now time.Time
	// Zone is the zone for days, time texts and zoneless timestamps; nil is UTC.
	Zone *time.Location
	// Earliest and Latest bound the time of events, earliest <= _time < latest. Zero:
	// no bound. Bounds in the text of the search come on top.
	Earliest, Latest time.Time
	// Workers is how many goroutines read; 0: one a core. The rows are the same.
	Workers int
	// Memory is how many bytes the commands of the search may hold; 0: no limit.
	Memory int64
	// Temp is a folder for temporary files: where it is given, commands such as sort and
	// stats put rows there that do not fit in memory. "": nothing is written, and a search
	// that needs more than Memory fails. TempSize is how many bytes the files may take
	// together; 0: no limit. They are gone when the run ends.
	Temp     string
	TempSize int64
	// SpillAt is how many bytes the commands may hold before they use Temp; 0: Memory.
	SpillAt int64
	// Fields are the fields that the caller will look at, * allowed; nil: all. Others
	// may be missing from the rows, which saves reading them.
	Fields []string
	// Apart passes partial results between the parts of a search as rows, as it would be
	// between machines. The rows that come out are the same.
	Apart bool
	// Notices gathers notices from elsewhere, such as the input; nil: a fresh list.
	Notices *engine.Notices
	// Locate finds where IP addresses are, for iplocation; nil: it finds nothing.
	Locate func(ip netip.Addr, lang string) (at engine.Location, ok bool)
	// Trace, if set, is filled with what became of the rows, command by command. It is
	// slower: every event is read.
	Trace *engine.Trace
	// Seed makes random() give other numbers.
	Seed int64
	// Create opens the files that outputcsv, collect and their kin write, for adding
	// to them where more is true; Open opens them again for inputcsv. Nil: such a
	// command is refused. [Folder] gives both for a folder.
	Create func(name string, more bool) (io.WriteCloser, error)
	Open   func(name string) (io.ReadCloser, error)
	// Dry has such commands do all but write, with a notice; lookup tables stay as they are.
	Dry bool
}

// maxSubsearch is how many rows a subsearch may stand for (limits.conf, [subsearch]
// maxout).
const maxSubsearch = 10000

// maxDepth is how deep subsearches may run within one another.
const maxDepth = 20

// Run starts the search over an input; nil is an input without events. The rows
// must be read to the end or closed. Faults of the run come from [Rows.Err].
func (p *Program) Run(ctx context.Context, in Input, o *RunOptions) (*Rows, error) {
	r := p.runner(ctx, in, o)
	for _, n := range p.query.Notices {
		r.ctx.Notices.Add(n.Code, n.Message, n.Count)
	}
	return r.start(p)
}

// runner makes a run of the program.
func (p *Program) runner(ctx context.Context, in Input, o *RunOptions) *runner {
	r := newRunner(ctx, in, o)
	r.knowledge, r.jobs = p.knowledge, p.jobs
	if p.knowledge != nil {
		r.ctx.Lookup = p.knowledge.EvalLookup
	}
	if in != nil {
		r.input = p.knowledge.SourceFor(in, r.ctx.Eval)
		r.ctx.Input = r.input // data models are made of tagged events
	}
	return r
}

// runner is one run of a search, subsearches included.
type runner struct {
	ctx       *engine.Context
	cancel    context.CancelFunc
	input     Input
	options   RunOptions
	depth     int
	over      batch.Source // rows at hand that a pipeline runs over; nil: the input
	overTable bool         // they are a table

	traces    map[*parser.Pipeline]*engine.Trace // of the subsearches; nil: not traced
	knowledge *knowledge.Base
	temp      *spill.Folder // nil: nothing may be written
	jobs      func(id string) *Result
}

func newRunner(ctx context.Context, in Input, o *RunOptions) *runner {
	r := &runner{input: in}
	if o != nil {
		r.options = *o
	}
	o = &r.options
	if o.Now.IsZero() {
		o.Now = time.Now()
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.Notices == nil {
		o.Notices = &engine.Notices{}
	}
	inner, cancel := context.WithCancel(ctx)
	r.cancel = cancel
	r.ctx = &engine.Context{
		Context: inner, Now: o.Now, Zone: o.Zone, Clock: time.Now, Seed: o.Seed,
		Notices: o.Notices, Given: givenRange(o),
	}
	r.ctx.Earliest, r.ctx.Latest = r.ctx.Given.Earliest, r.ctx.Given.Latest
	if o.Temp != "" {
		r.temp = spill.NewFolder(o.Temp, o.TempSize)
	}
	r.ctx.Budget = spill.NewBudget(o.Memory, o.SpillAt, r.temp)
	r.ctx.Input, r.ctx.Workers = in, o.Workers
	r.ctx.Locate, r.ctx.Apart = o.Locate, o.Apart
	r.ctx.Search, r.ctx.Stream, r.ctx.Pipe = r.subsearch, r.stream, r.pipe
	r.ctx.Create, r.ctx.Open, r.ctx.Dry = o.Create, o.Open, o.Dry
	return r
}

func givenRange(o *RunOptions) engine.Range {
	return engine.Range{Earliest: bound(o.Earliest, math.Inf(-1)), Latest: bound(o.Latest, math.Inf(1))}
}

func bound(t time.Time, none float64) float64 {
	if t.IsZero() {
		return none
	}
	return float64(t.UnixMicro()) / 1e6
}

func (r *runner) planning() *command.Planning {
	return &command.Planning{Now: r.ctx.Now, Zone: r.ctx.Zone, Knowledge: r.knowledge, Jobs: r.jobs}
}

// start plans the search and runs it on a goroutine of its own, which the rows are
// read from.
func (r *runner) start(p *Program) (*Rows, error) {
	if r.options.Trace != nil {
		r.traces = subTraces(r.options.Trace, p.query.Pipeline)
	}
	cut, err := r.prepare(p.query.Pipeline, r.options.Fields)
	if err != nil {
		r.cancel()
		return nil, err
	}
	r.trace(cut, r.options.Trace)
	rows := newRows(r, cut.Table)
	if rows.looks, err = makeLooks(r.ctx, cut.Looks); err != nil {
		r.cancel()
		return nil, err
	}
	go func() {
		err := engine.Run(r.ctx, cut, r.input, r.options.Workers, rows.take)
		if err == nil {
			r.explainNothing(p, cut)
		}
		rows.clean()
		rows.finish(err)
	}()
	return rows, nil
}

// cut plans a pipeline whose subsearches have been put in.
func (r *runner) cut(pl *parser.Pipeline, fields []string) *engine.Cut {
	wanted := batch.AllFields
	if fields != nil {
		wanted = batch.FieldsOf(fields...)
	}
	plans := command.Plans(pl, r.planning())
	if r.options.Trace != nil {
		placeTests(plans, pl.Stages)
	}
	cut := engine.NewCutOver(r.overTable, plans, wanted)
	cut.Empty = r.over == nil && (pl.Piped || r.depth > 0) && cut.Source == nil && !plans[0].Front
	within := r.ctx.Bound(cut.Asked)
	cut.Scan.Earliest, cut.Scan.Latest = within.Earliest, within.Latest
	return cut
}

// prepare runs the subsearches whose text belongs to a pipeline and plans it. The
// range that timechart, addinfo and subsearches know of is then that of its text.
func (r *runner) prepare(pl *parser.Pipeline, fields []string) (*engine.Cut, error) {
	if hasInserts(pl) {
		r.rangeBefore(pl)
	}
	pl, err := r.insert(pl)
	if err != nil {
		return nil, err
	}
	cut := r.cut(pl, fields)
	if r.over == nil {
		r.ctx.Earliest, r.ctx.Latest = cut.Scan.Earliest, cut.Scan.Latest
	}
	return cut, nil
}

// rangeBefore finds the range that the front of a pipeline asks for beside its
// subsearches: these search the same range, so it must be known before they run.
func (r *runner) rangeBefore(pl *parser.Pipeline) {
	front := *pl
	first := front.Stages[0]
	if len(first.Inserts) > 0 {
		all := make([]string, len(first.Inserts))
		for i := range all {
			all[i] = "( )"
		}
		var errs source.Errors
		if first, errs = first.With(all); len(errs) > 0 || len(first.Inserts) > 0 {
			return
		}
	}
	front.Stages = []*parser.Stage{first}
	cut := r.cut(&front, nil)
	r.ctx.Earliest, r.ctx.Latest = cut.Scan.Earliest, cut.Scan.Latest
}

func hasInserts(pl *parser.Pipeline) bool {
	return slices.ContainsFunc(pl.Stages, func(s *parser.Stage) bool { return len(s.Inserts) > 0 })
}

// insert runs the subsearches whose rows are text of the search and puts the text
// in (search-expression 1.8).
func (r *runner) insert(pl *parser.Pipeline) (*parser.Pipeline, error) {
	if !hasInserts(pl) {
		return pl, nil
	}
	out := *pl
	out.Stages = slices.Clone(pl.Stages)
	for i, s := range out.Stages {
		for len(s.Inserts) > 0 {
			texts := make([]string, len(s.Inserts))
			for j, in := range s.Inserts {
				var err error
				if texts[j], err = r.text(in.Pipeline); err != nil {
					return nil, fmt.Errorf("[subsearch]: %w", err)
				}
			}
			next, errs := s.With(texts)
			if len(errs) > 0 {
				return nil, fmt.Errorf("%s cannot be read: %w", gave(texts), errs)
			}
			s = next
		}
		out.Stages[i] = s
	}
	return &out, nil
}

// gave names the text of subsearches, for an error.
func gave(texts []string) string {
	all := strings.TrimSpace(strings.Join(texts, " and "))
	switch {
	case all == "":
		return "a search whose subsearch gave no text"
	case len(all) > 120:
		all = strings.ToValidUTF8(all[:120], "") + "…"
	}
	return "the text that a subsearch gave, " + all + ","
}

// text runs a subsearch and gives the text that it stands for.
func (r *runner) text(pl *parser.Pipeline) (string, error) {
	res, err := r.subsearch(pl, maxSubsearch)
	if err != nil {
		return "", err
	}
	if res.Text {
		for _, b := range res.Batches {
			if b.Rows > 0 {
				s, _ := b.Col("search").First(0)
				return s, nil
			}
		}
		return "", nil
	}
	return command.FormatText(res), nil
}

// subsearch runs a pipeline to its end and holds its rows.
func (r *runner) subsearch(pl *parser.Pipeline, most int) (*engine.Result, error) {
	inner, err := r.sub()
	if err != nil {
		return nil, err
	}
	res := &engine.Result{}
	err = inner.each(pl, most, res, func(b *batch.Batch) error {
		b.Load()
		res.Batches = append(res.Batches, b)
		return r.ctx.Budget.Grow(engine.Size(b), "a subsearch")
	})
	if err != nil {
		return nil, err
	}
	return res, nil
}

// stream runs a pipeline and passes its rows on.
func (r *runner) stream(pl *parser.Pipeline, most int, emit engine.Emit) error {
	inner, err := r.sub()
	if err != nil {
		return err
	}
	return inner.each(pl, most, &engine.Result{}, emit)
}

var errDepth = fmt.Errorf("subsearches run more than %d deep within one another", maxDepth)

// sub is a runner for a subsearch.
func (r *runner) sub() (*runner, error) {
	if r.depth >= maxDepth {
		return nil, errDepth
	}
	// A range given from outside holds in subsearches too, and not the one in the
	// text of the search around them; over all time that one does.
	given := r.ctx.Given
	if math.IsInf(given.Earliest, -1) && math.IsInf(given.Latest, 1) {
		given = engine.Range{Earliest: r.ctx.Earliest, Latest: r.ctx.Latest}
	}
	inner := r.within(given)
	inner.over, inner.overTable = nil, false
	return inner, nil
}

// within is a run inside this one.
func (r *runner) within(given engine.Range) *runner {
	inner := *r
	inner.depth++
	inner.ctx = r.ctx.Within(given)
	inner.ctx.Search, inner.ctx.Stream, inner.ctx.Pipe = inner.subsearch, inner.stream, inner.pipe
	return &inner
}

// pipe runs a pipeline over rows that are at hand.
func (r *runner) pipe(pl *parser.Pipeline, rows batch.Source, table bool, emit engine.Emit) error {
	if r.depth >= maxDepth {
		return errDepth
	}
	inner := r.within(engine.Range{Earliest: r.ctx.Earliest, Latest: r.ctx.Latest})
	inner.over, inner.overTable, inner.options.Workers = rows, table, 1
	return inner.each(pl, 0, &engine.Result{}, emit)
}

// each runs a pipeline and passes its rows on, at most so many; 0: all. It notes in
// res what they are.
func (r *runner) each(pl *parser.Pipeline, most int, res *engine.Result, emit engine.Emit) error {
	cut, err := r.prepare(pl, nil)
	if err != nil {
		return err
	}
	r.trace(cut, r.traces[pl])
	res.Table, res.Text = cut.Table, cut.Text
	input := r.input
	if r.over != nil {
		input = r.over
	}
	n := 0
	err = engine.Run(r.ctx, cut, input, r.options.Workers, func(b *batch.Batch) error {
		if most > 0 && n+b.Rows > most {
			res.Cut = true
			b = b.First(most - n)
		}
		n += b.Rows
		if b.Rows > 0 {
			if err := emit(b); err != nil {
				return err
			}
		}
		if res.Cut {
			return engine.Enough
		}
		return nil
	})
	if err == nil && res.Cut {
		r.ctx.Notices.Add("subsearch-limit", fmt.Sprintf("Subsearch produced more than %d results, truncating to maxout %d.", most, most), 1)
	}
	return err
}

// macroResult is the value of a macro's expression as package macros wants it.
func macroResult(v eval.Value) macros.Result {
	switch v.Kind() {
	case eval.Null:
		return macros.Result{Kind: macros.Null}
	case eval.Bool:
		return macros.Result{Kind: macros.Bool, Bool: v.True()}
	case eval.String:
		return macros.Result{Kind: macros.String, Text: v.Text()}
	}
	return macros.Result{Kind: macros.Other, Text: v.Text()}
}

// explainNothing says, when no event passed the search at the front, which
// sourcetype, source, index or host it asks for that no event has.
func (r *runner) explainNothing(p *Program, cut *engine.Cut) {
	stages := p.query.Pipeline.Stages
	if cut.Source != nil || r.input == nil || r.ctx.Matched.Load() > 0 || len(stages) == 0 {
		return
	}
	conditions := command.Conditions(stages[0].Node)
	if len(conditions) == 0 {
		return
	}
	seen, err := r.sample()
	if err != nil || seen.Rows == 0 {
		return
	}
	for _, c := range conditions {
		test, errs := eval.CompileSearch(c.Expr)
		if len(errs) > 0 || len(test.Bind(r.ctx.Eval()).Rows(seen)) > 0 {
			continue
		}
		r.ctx.Notices.Add("no-such-events", missing(p, c, seen), 1)
	}
}

// sampleRows is how many events are looked at for what they have.
const sampleRows = 2000

var errSampled = errors.New("enough events were seen")

// sample reads where some events come from.
func (r *runner) sample() (*batch.Batch, error) {
	fields := []string{"source", "sourcetype", "index", "host"}
	scan := &batch.Scan{Fields: batch.FieldsOf(fields...), Earliest: math.Inf(-1), Latest: math.Inf(1)}
	reader, err := r.input.Open(r.ctx, scan)
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	var bs []*batch.Batch
	n := 0
	for n < sampleRows {
		part, err := reader.Next()
		if err != nil {
			break
		}
		_ = part.Each(func(b *batch.Batch) bool {
			b.Keep(fields)
			bs = append(bs, b)
			n += b.Rows
			return n < sampleRows
		})
	}
	if len(bs) == 0 {
		return batch.New(0), errSampled
	}
	return batch.Concat(bs), nil
}

// missing words the notice: what was asked for and by whom, what there is, and what
// would change it.
func missing(p *Program, c command.Condition, seen *batch.Batch) string {
	var b strings.Builder
	fmt.Fprintf(&b, "no event has %s", c.Expr)
	_, _, frame := p.query.Expansion.Text.Origin(c.Expr.Where())
	if frame != nil {
		fmt.Fprintf(&b, ", which macro `%s` asks for", frame.Macro)
	}
	for _, f := range c.Fields {
		fmt.Fprintf(&b, "; the events have %s=%s", f, distinct(seen.Col(f), seen.Rows))
	}
	f := c.Fields[0]
	fmt.Fprintf(&b, "; say what they are with --%s", f)
	if want := wantedValue(c.Expr); want != "" {
		fmt.Fprintf(&b, " %s", want)
	}
	if frame != nil {
		fmt.Fprintf(&b, ", or override the macro with -M '%s=%s=%s'", frame.Macro, f, firstOf(seen.Col(f), seen.Rows))
	}
	return b.String()
}

func wantedValue(x parser.SearchExpr) string {
	if c, ok := x.(*parser.Compare); ok && !strings.Contains(c.Value.Text, "*") {
		return parser.Word(c.Value.Text)
	}
	return ""
}

func firstOf(c *batch.Column, rows int) string {
	for r := range rows {
		if v, ok := c.First(r); ok {
			return parser.Word(v)
		}
	}
	return "*"
}

// distinct lists the first few different values of a column.
func distinct(c *batch.Column, rows int) string {
	var vals []string
	for r := range rows {
		for _, v := range c.Values(r) {
			if v = parser.Word(v); !slices.Contains(vals, v) {
				vals = append(vals, v)
			}
		}
		if len(vals) > 4 {
			return strings.Join(vals[:4], ", ") + ", …"
		}
	}
	if len(vals) == 0 {
		return "(nothing)"
	}
	return strings.Join(vals, ", ")
}
