package spill

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"spl/eval/batch"
)

// folder allows files in a directory that must be empty in the end.
func folder(t *testing.T) *Folder {
	dir := t.TempDir()
	f := NewFolder(dir, 0)
	t.Cleanup(func() {
		f.Close()
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("files are left: %v", left)
		}
		if f.used.Load() != 0 {
			t.Errorf("%d bytes count as used", f.used.Load())
		}
	})
	return f
}

// draw makes batches of rows with a key k that repeats, a number n that does not, and
// now and then another field.
func draw(t *rapid.T) []*batch.Batch {
	var out []*batch.Batch
	n := 0
	for _, rows := range rapid.SliceOfN(rapid.IntRange(0, 600), 0, 6).Draw(t, "batches") {
		b := batch.New(rows)
		keys := make([]string, rows)
		nums := make([]string, rows)
		most := rapid.IntRange(1, 40).Draw(t, "keys")
		for i := range rows {
			keys[i] = strconv.Itoa((n * 7919) % most)
			nums[i] = strconv.Itoa(n)
			b.Places = append(b.Places, batch.Place{Seq: int64(n)})
			n++
		}
		b.Set("k", batch.Strings(keys))
		b.Set("n", batch.Strings(nums))
		if rapid.Bool().Draw(t, "more") {
			b.Set("m", batch.Constant(strings.Repeat("x", rapid.IntRange(0, 300).Draw(t, "size")), rows))
		}
		out = append(out, b)
	}
	return out
}

// text writes rows, whatever the batches.
func text(bs []*batch.Batch) string {
	var s strings.Builder
	for _, b := range bs {
		for r := range b.Rows {
			fmt.Fprint(&s, b.Place(r).Seq)
			for i, n := range b.Names {
				if v := b.Cols[i].Values(r); len(v) > 0 {
					fmt.Fprintf(&s, " %s=%q", n, v)
				}
			}
			s.WriteString("\n")
		}
	}
	return s.String()
}

var byKey = Order[*batch.Column]{
	Keys:    func(p Positioned) *batch.Column { return p.Col("k") },
	Compare: func(x *batch.Column, i int, y *batch.Column, j int) int { return cmp.Compare(value(x, i), value(y, j)) },
}

// Rows sort alike on one goroutine and on many, with a prefix and without.
func TestSortRefs(t *testing.T) {
	in := batch.New(3 * fewRefs)
	vals := make([]string, in.Rows)
	for i := range vals {
		vals[i] = strconv.Itoa(i * 7919 % 10_000)
	}
	in.Set("k", batch.Strings(vals))
	order := byKey
	s := NewSorter[*batch.Column](nil, "sort", order, 0)
	s.held, s.rows = []*batch.Batch{in}, in.Rows
	want := s.sorted()
	for i := range want[1:] {
		x, y := vals[want[i].Row], vals[want[i+1].Row]
		if x > y || x == y && want[i].Row > want[i+1].Row {
			t.Fatalf("%q of row %d is before %q of row %d", x, want[i].Row, y, want[i+1].Row)
		}
	}
	s.order.Prefix = func(c *batch.Column, i int) uint64 { return uint64(value(c, i)[0]) }
	for _, s.Workers = range []int{1, 2, 3, 8} {
		if !slices.Equal(s.sorted(), want) {
			t.Errorf("%d workers sort in another way", s.Workers)
		}
	}
}

func value(c *batch.Column, row int) string {
	s, _ := c.First(row)
	return s
}

// Rows sort alike in memory and in files, and equal ones keep their order.
func TestSorter(t *testing.T) {
	f := folder(t)
	rapid.Check(t, func(rt *rapid.T) {
		in := draw(rt)
		limit := rapid.SampledFrom([]int{0, 1, 100}).Draw(rt, "limit")
		sort := func(b *Budget) string {
			s := NewSorter(b, "sort", byKey, limit)
			for _, x := range in {
				if err := s.Add(context.Background(), x); err != nil {
					rt.Fatal(err)
				}
			}
			var out []*batch.Batch
			if err := s.Each(context.Background(), func(b *batch.Batch) error {
				out = append(out, b)
				return nil
			}); err != nil {
				rt.Fatal(err)
			}
			return text(out)
		}
		want := sort(nil)
		for _, at := range []int64{1, 100_000} {
			b := NewBudget(0, at, f)
			if got := sort(b); got != want {
				rt.Fatalf("from %d bytes on:\n%swant\n%s", at, got, want)
			}
			if b.soft.Load() != 0 {
				rt.Fatalf("%d bytes count as held", b.soft.Load())
			}
		}
		if want != text(model(in, limit)) {
			rt.Fatalf("not sorted:\n%s", want)
		}
	})
}

// model sorts without thinking.
func model(in []*batch.Batch, limit int) []*batch.Batch {
	if len(in) == 0 {
		return nil
	}
	all := batch.Concat(in)
	rows := make([]int32, all.Rows)
	for i := range rows {
		rows[i] = int32(i)
	}
	slices.SortStableFunc(rows, func(x, y int32) int { return cmp.Compare(value(all.Col("k"), int(x)), value(all.Col("k"), int(y))) })
	if limit > 0 && len(rows) > limit {
		rows = rows[:limit]
	}
	return []*batch.Batch{all.Take(rows)}
}

func TestRows(t *testing.T) {
	f := folder(t)
	rapid.Check(t, func(rt *rapid.T) {
		in := draw(rt)
		want := text(in)
		for _, at := range []int64{0, 1, 50_000} {
			rows := NewBudget(0, at, f).NewRows("rows")
			for _, b := range in {
				if err := rows.Add(b); err != nil {
					rt.Fatal(err)
				}
			}
			for range 2 {
				var got, back []*batch.Batch
				if err := rows.Each(func(b *batch.Batch) error { got = append(got, b); return nil }); err != nil {
					rt.Fatal(err)
				}
				if err := rows.Backward(func(b *batch.Batch) error { back = append(back, b); return nil }); err != nil {
					rt.Fatal(err)
				}
				slices.Reverse(back)
				if text(got) != want || text(back) != want {
					rt.Fatalf("from %d bytes on:\n%swant\n%s", at, text(got), want)
				}
			}
			all, err := rows.All()
			if err != nil || text(all) != want {
				rt.Fatalf("all: %v\n%s", err, text(all))
			}
			rows.Close()
		}
	})
}

// All rows of a key are in one part, and come together in order again.
func TestParts(t *testing.T) {
	f := folder(t)
	rapid.Check(t, func(rt *rapid.T) {
		in := draw(rt)
		p, err := NewBudget(0, 1, f).NewParts(rapid.IntRange(0, maxDepth-1).Draw(rt, "depth"))
		if err != nil {
			rt.Fatal(err)
		}
		at := int64(0)
		for _, b := range in {
			x := Positioned{Batch: b}
			var rows []int32
			var hashes []uint64
			for r := range b.Rows {
				x.At, at = append(x.At, at), at+1
				rows, hashes = append(rows, int32(r)), append(hashes, Hash([]byte(value(b.Col("k"), r))))
			}
			if err := p.Add(x, rows, hashes); err != nil {
				rt.Fatal(err)
			}
		}
		part := map[string]int{}
		if err := p.Each(func(n int, r *Run) error {
			err := r.Each(func(b Positioned) error {
				for i := range b.Rows {
					k := value(b.Col("k"), i)
					if was, ok := part[k]; ok && was != n {
						rt.Fatalf("key %s is in the parts %d and %d", k, was, n)
					}
					part[k] = n
				}
				return p.Keep(b)
			})
			if err != nil {
				return err
			}
			return p.Next()
		}); err != nil {
			rt.Fatal(err)
		}
		var out []*batch.Batch
		if err := p.Merged(context.Background(), func(b Positioned) error { out = append(out, b.Batch); return nil }); err != nil {
			rt.Fatal(err)
		}
		if text(out) != text(in) {
			rt.Fatalf("got\n%swant\n%s", text(out), text(in))
		}
	})
}

func TestFolder(t *testing.T) {
	f := folder(t)
	f.most = 10
	x, err := f.Create()
	if err != nil {
		t.Fatal(err)
	}
	if info, err := x.file.Stat(); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file's mode: %v %v", info.Mode(), err)
	}
	if _, err := x.append([]byte("12345678")); err != nil {
		t.Error(err)
	}
	if _, err := x.append([]byte("90a")); err == nil || !strings.Contains(err.Error(), "take more than the 10 bytes") {
		t.Errorf("more than the folder may have: %v", err)
	}
	x.Close()
	x.Close()
	none := NewFolder(f.dir+"/none", 0)
	if _, err := none.Create(); err == nil || !strings.Contains(err.Error(), "--temp") {
		t.Errorf("a folder that is not there: %v", err)
	}
}

// What cannot be put into files is refused in time, in words.
func TestBudget(t *testing.T) {
	b := NewBudget(100<<10, 0, nil)
	s := b.Share("`sort`")
	if full, err := s.Take(90 << 10); full || err != nil {
		t.Error(full, err)
	}
	if _, err := s.Take(20 << 10); err == nil || !strings.Contains(err.Error(), "`sort` needs more memory than the 100 KB") {
		t.Error(err)
	}
	s.Empty()
	if err := b.Grow(90<<10, "`x`"); err != nil {
		t.Error(err)
	}
	// A small share is let be, however full it is.
	if full, err := s.Take(3 << 10); full || err != nil {
		t.Error(full, err)
	}
	if err := b.Grow(20<<10, "`x`"); err == nil {
		t.Error("more than the limit was granted")
	}
}
