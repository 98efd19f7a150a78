package engine

import (
	"context"
	"fmt"
	"io"
	"math"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"spl/eval"
	"spl/eval/batch"
	"spl/parser"
	"spl/spl/spill"
)

var negInf, posInf = math.Inf(-1), math.Inf(1)

// Context is what operators may ask of the run they belong to. It is shared by all
// of a run's goroutines.
type Context struct {
	context.Context

	Now     time.Time      // the start of the search; now() everywhere
	Zone    *time.Location // for everything that has to do with days and text
	Clock   func() time.Time
	Seed    int64         // of random()
	Budget  *spill.Budget // what its operators may hold in memory
	Notices *Notices
	// Earliest and Latest are the bounds of the search's time range, ±Inf for none;
	// Given is the range where its text has none.
	Earliest, Latest float64
	Given            Range
	// Input is where the events of the search come from, for commands that read them
	// themselves; nil none. Workers is how many goroutines read it.
	Input   batch.Source
	Workers int
	// Tracing says that the run is traced: every event is to be read, also those that
	// could be passed over.
	Tracing bool
	// Apart says that partial results are to be passed as rows even within one process.
	Apart bool
	// Matched counts the events that passed the search at the front.
	Matched atomic.Int64
	// Locate finds where an address is, with names in a language; nil when there is no
	// database. ok is false for an address that it does not have.
	Locate func(ip netip.Addr, lang string) (at Location, ok bool)
	// Search runs a subsearch to its end and gives its rows in order, no more than
	// maxRows of them (0: all) and a notice when there were more.
	Search func(p *parser.Pipeline, maxRows int) (*Result, error)
	// Stream is Search for who wants the rows as they come. It returns no Enough of emit.
	Stream func(p *parser.Pipeline, maxRows int, emit Emit) error
	// Pipe runs a pipeline over rows at hand, in their order; table says whether they
	// are one.
	Pipe func(p *parser.Pipeline, rows batch.Source, table bool, emit Emit) error
	// Lookup opens a table for lookup() in expressions; nil: there are none.
	Lookup func(table string) (eval.LookupFunc, error)
	// Create opens a file for a command that writes, at its end where more is true.
	// Nil: nothing may be written.
	Create func(name string, more bool) (io.WriteCloser, error)
	// Open opens a file that such a command wrote. Nil: there is none.
	Open func(name string) (io.ReadCloser, error)
	// Dry says that commands that write do all but write.
	Dry bool

	searches atomic.Int64 // within this one, begun so far
}

// MayWrite says, as an error of a command, why it may not write a file.
func (c *Context) MayWrite(command, file string) error {
	if c.Create == nil && !c.Dry {
		return fmt.Errorf("`%s` may not write %s: nothing is written unless a folder for it is given with --write DIR", command, file)
	}
	return nil
}

// Dropped notes that a file was not written.
func (c *Context) Dropped(command, file string) {
	c.Notices.Add("not-written", fmt.Sprintf("%s did not write %s: this run writes nothing", command, file), 1)
}

// Within is the context of a search within this one, with a range and random numbers of
// its own.
func (c *Context) Within(given Range) *Context {
	return &Context{
		Context: c.Context, Now: c.Now, Zone: c.Zone, Clock: c.Clock, Seed: c.Seed + 0x5851f42d4c957f2d*c.searches.Add(1),
		Budget: c.Budget, Notices: c.Notices, Given: given, Earliest: given.Earliest, Latest: given.Latest,
		Input: c.Input, Workers: c.Workers, Locate: c.Locate, Search: c.Search, Stream: c.Stream, Pipe: c.Pipe,
		Lookup: c.Lookup, Create: c.Create, Open: c.Open, Dry: c.Dry,
	}
}

// Bound gives the range of a search whose text asks for the range asked: what stands
// in the text counts, and where only a start does the search reaches up to now.
func (c *Context) Bound(asked Range) Range {
	if math.IsInf(asked.Latest, 1) {
		asked.Latest = c.Given.Latest
		if !math.IsInf(asked.Earliest, -1) {
			asked.Latest = float64(c.Now.UnixMicro()) / 1e6
		}
	}
	if math.IsInf(asked.Earliest, -1) {
		asked.Earliest = c.Given.Earliest
	}
	return asked
}

// Location is where an IP address is; what is not known is empty.
type Location struct {
	City, Country, Region, Lat, Lon string
	Continent, MetroCode, Timezone  string
}

// Result is a search's rows, whole, in order.
type Result struct {
	Batches []*batch.Batch
	Table   bool // the columns have an order
	Cut     bool // there were more rows than asked for
	Text    bool // the field search of the one row is what the subsearch stands for
}

// Eval is a fresh environment for expressions, for one operator.
func (c *Context) Eval() *eval.Env {
	env := &eval.Env{
		Now:    c.Now,
		Zone:   c.Zone,
		Clock:  c.Clock,
		Seed:   c.Seed,
		Notice: func(code, message string) { c.Notices.Add(code, message, 1) },
	}
	env.SearchMatch = env.MatchText
	env.Lookup = c.Lookup
	return env
}

// Size is about how many bytes a batch holds in memory.
func Size(b *batch.Batch) int64 { return spill.Size(b) }

// Notice is something the reader of the results should know: bad data that was
// passed over, a limit that was hit. It never stops a search.
type Notice struct {
	Code    string // stable, for programs
	Message string
	Count   int // how often it happened
}

// Notices gathers them from all goroutines of a run.
type Notices struct {
	mu   sync.Mutex
	list map[string]*Notice
}

// maxNotices bounds how many different notices a run keeps.
const maxNotices = 200

// Add counts a notice. Those with the same code and message are one.
func (n *Notices) Add(code, message string, count int) {
	if n == nil {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	key := code + "\x00" + message
	if have := n.list[key]; have != nil {
		have.Count += count
		return
	}
	if n.list == nil {
		n.list = map[string]*Notice{}
	}
	if len(n.list) >= maxNotices {
		key, code, message = "more", "more", "further kinds of notice are not listed"
		if have := n.list[key]; have != nil {
			have.Count += count
			return
		}
	}
	n.list[key] = &Notice{code, message, count}
}

// List gives all notices, ordered by code and message.
func (n *Notices) List() []Notice {
	if n == nil {
		return nil
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	out := make([]Notice, 0, len(n.list))
	for _, x := range n.list {
		out = append(out, *x)
	}
	slices.SortFunc(out, func(a, b Notice) int {
		if c := strings.Compare(a.Code, b.Code); c != 0 {
			return c
		}
		return strings.Compare(a.Message, b.Message)
	})
	return out
}
