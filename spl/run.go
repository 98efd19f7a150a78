package spl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/netip"
	"runtime"
	"time"

	"spl/eval/batch"
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

var errDepth = fmt.Errorf("subsearches run more than %d deep within one another", maxDepth)

// sampleRows is how many events are looked at for what they have.
const sampleRows = 2000

var errSampled = errors.New("enough events were seen")
