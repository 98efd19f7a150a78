package engine_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"spl/eval/batch"
	"spl/spl/engine"
	"spl/spl/spill"
)

// numbers is a source of rows n = 0, 1, ... cut into parts. Row n is the newest
// when n is 0, so that the order of a search is that of the numbers.
type numbers struct {
	rows, part int
	ordered    bool
	shuffled   uint64 // parts come in another order; 0: they do not
}

func (s numbers) Open(context.Context, *batch.Scan) (batch.Reader, error) {
	r := &numbersReader{s: s}
	for from := 0; from < s.rows; from += s.part {
		r.parts = append(r.parts, from)
	}
	if s.shuffled > 0 {
		rand.New(rand.NewPCG(s.shuffled, 0)).Shuffle(len(r.parts), func(i, j int) { r.parts[i], r.parts[j] = r.parts[j], r.parts[i] })
	}
	return r, nil
}

type numbersReader struct {
	s     numbers
	mu    sync.Mutex
	parts []int
	next  int
}

func (r *numbersReader) Ordered() bool { return r.s.ordered }
func (r *numbersReader) Close() error  { return nil }

func (r *numbersReader) Next() (batch.Part, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.next == len(r.parts) {
		return nil, io.EOF
	}
	r.next++
	return numbersPart{r.s, r.parts[r.next-1], r.next - 1}, nil
}

type numbersPart struct {
	s       numbers
	from, n int
}

func (p numbersPart) Number() int { return p.n }

func (p numbersPart) Each(emit func(*batch.Batch) bool) error {
	for from := p.from; from < min(p.from+p.s.part, p.s.rows); from += 3 {
		var vals []string
		b := batch.New(0)
		for n := from; n < min(from+3, p.from+p.s.part, p.s.rows); n++ {
			vals = append(vals, strconv.Itoa(n))
			b.Places = append(b.Places, batch.Place{Seq: int64(-n)})
		}
		b.Rows = len(vals)
		b.Set("n", batch.Strings(vals))
		if !emit(b) {
			return nil
		}
	}
	return nil
}

// run runs plans and gives the values of n that come out, in order.
func run(t *testing.T, plans []*engine.Plan, in batch.Source, workers int) []string {
	t.Helper()
	var out []string
	ctx := &engine.Context{Context: context.Background(), Zone: time.UTC}
	err := engine.Run(ctx, engine.NewCut(plans, batch.AllFields), in, workers, func(b *batch.Batch) error {
		for r := range b.Rows {
			out = append(out, strings.Join(b.Col("n").Values(r), ","))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// even keeps every other row, beside the data.
var even = &engine.Plan{Name: "even", Map: engine.Streaming(func(*engine.Context) (engine.MapFunc, error) {
	return func(b *batch.Batch) (*batch.Batch, error) {
		var rows []int32
		for r := range b.Rows {
			if n, _ := b.Col("n").Number(r); int(n)%2 == 0 {
				rows = append(rows, int32(r))
			}
		}
		return b.Take(rows), nil
	}, nil
})}

// first keeps some rows of all, in order.
func first(n int) *engine.Plan {
	return &engine.Plan{Name: "first", Wants: engine.Order, Limit: n, Reduce: func(*engine.Context) (engine.Operator, error) {
		return &firstOp{left: n}, nil
	}}
}

type firstOp struct{ left int }

func (f *firstOp) Push(b *batch.Batch, emit engine.Emit) error {
	var rows []int32
	for r := 0; r < b.Rows && f.left > 0; r++ {
		rows = append(rows, int32(r))
		f.left--
	}
	if len(rows) > 0 {
		if err := emit(b.Take(rows)); err != nil {
			return err
		}
	}
	if f.left == 0 {
		return engine.Enough
	}
	return nil
}

func (*firstOp) Flush(engine.Emit) error { return nil }

func TestOrder(t *testing.T) {
	const rows = 500
	var want []string
	for n := 0; n < rows; n += 2 {
		want = append(want, strconv.Itoa(n))
	}
	for _, in := range []numbers{
		{rows: rows, part: 7, ordered: true},
		{rows: rows, part: 7, shuffled: 1},
		{rows: rows, part: 100, shuffled: 2},
		{rows: rows, part: 1, ordered: true},
	} {
		for _, workers := range []int{1, 2, 5} {
			t.Run(fmt.Sprintf("%+v %d", in, workers), func(t *testing.T) {
				if got := run(t, []*engine.Plan{even}, in, workers); !slices.Equal(got, want) {
					t.Errorf("all rows: %v", got)
				}
				if got := run(t, []*engine.Plan{even, first(11)}, in, workers); !slices.Equal(got, want[:11]) {
					t.Errorf("the first 11: %v", got)
				}
			})
		}
	}
}

// A source that would go on for ever is left when enough rows were found.
func TestEnough(t *testing.T) {
	in := numbers{rows: 1 << 40, part: 1 << 20, ordered: true}
	got := run(t, []*engine.Plan{even, first(3)}, lazyNumbers{in}, 3)
	if !slices.Equal(got, []string{"0", "2", "4"}) {
		t.Errorf("%v", got)
	}
}

// lazyNumbers makes its parts one by one.
type lazyNumbers struct{ numbers }

func (s lazyNumbers) Open(context.Context, *batch.Scan) (batch.Reader, error) {
	return &lazyReader{s: s.numbers}, nil
}

type lazyReader struct {
	s    numbers
	mu   sync.Mutex
	next int
}

func (r *lazyReader) Ordered() bool { return true }
func (r *lazyReader) Close() error  { return nil }

func (r *lazyReader) Next() (batch.Part, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.next++
	return numbersPart{r.s, (r.next - 1) * r.s.part, r.next - 1}, nil
}

func TestCancel(t *testing.T) {
	inner, cancel := context.WithCancel(context.Background())
	ctx := &engine.Context{Context: inner, Zone: time.UTC}
	err := engine.Run(ctx, engine.NewCut([]*engine.Plan{even}, batch.AllFields), lazyNumbers{numbers{rows: 1 << 40, part: 64}}, 3, func(*batch.Batch) error {
		cancel()
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled run ends with %v", err)
	}
}

// What a worker, an operator or the reader of rows meets ends the run.
func TestFaults(t *testing.T) {
	bad := errors.New("bad")
	f := func(name string, plans []*engine.Plan, emit engine.Emit) {
		t.Helper()
		ctx := &engine.Context{Context: context.Background(), Zone: time.UTC}
		err := engine.Run(ctx, engine.NewCut(plans, batch.AllFields), numbers{rows: 300, part: 10}, 4, emit)
		if !errors.Is(err, bad) {
			t.Errorf("%s: the run ends with %v", name, err)
		}
	}
	fails := func(*engine.Context) (engine.Operator, error) { return nil, bad }
	ok := func(*batch.Batch) error { return nil }
	f("making a map operator", []*engine.Plan{{Map: fails}}, ok)
	f("making a reduce operator", []*engine.Plan{{Reduce: fails}}, ok)
	f("a map operator", []*engine.Plan{{Map: engine.Streaming(func(*engine.Context) (engine.MapFunc, error) {
		return func(*batch.Batch) (*batch.Batch, error) { return nil, bad }, nil
	})}}, ok)
	f("the reader of rows", []*engine.Plan{even}, func(*batch.Batch) error { return bad })
}

func TestBudget(t *testing.T) {
	ctx := &engine.Context{Context: context.Background(), Zone: time.UTC, Budget: spill.NewBudget(1000, 0, nil)}
	err := engine.Run(ctx, engine.NewCut([]*engine.Plan{even}, batch.AllFields), numbers{rows: 10_000, part: 100}, 2, func(*batch.Batch) error { return nil })
	if err == nil || !strings.Contains(err.Error(), "more memory") {
		t.Errorf("holding rows over the budget ends with %v", err)
	}
}

func TestNotices(t *testing.T) {
	n := &engine.Notices{}
	n.Add("b", "x", 1)
	n.Add("a", "y", 2)
	n.Add("b", "x", 3)
	if got := n.List(); len(got) != 2 || got[0].Code != "a" || got[1].Count != 4 {
		t.Errorf("%v", got)
	}
	var none *engine.Notices
	none.Add("a", "b", 1)
	if none.List() != nil {
		t.Error("a nil list has notices")
	}
}
