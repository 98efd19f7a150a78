package batch_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"spl/eval/batch"
)

// describe writes all that a batch holds.
func describe(b *batch.Batch) string {
	var s strings.Builder
	fmt.Fprintf(&s, "%d rows, from %d, places %v\n", b.Rows, b.From, b.Places != nil)
	for r := range b.Rows {
		p := b.Place(r)
		fmt.Fprintf(&s, "%x %d %d", math.Float64bits(p.Time), p.Seq, p.Sub)
		for i, n := range b.Names {
			fmt.Fprintf(&s, " %q=%q", n, b.Cols[i].Values(r))
		}
		s.WriteString("\n")
	}
	for i, n := range b.Names {
		_, same := b.Cols[i].IsConstant()
		fmt.Fprintf(&s, "%q nil %v same %v single %v\n", n, b.Cols[i] == nil, same, b.Cols[i].Single())
	}
	return s.String()
}

func drawBatch(t *rapid.T) *batch.Batch {
	b := batch.New(rapid.IntRange(0, 8).Draw(t, "rows"))
	if rapid.Bool().Draw(t, "placed") {
		b.Places = make([]batch.Place, b.Rows)
		for i := range b.Places {
			b.Places[i] = batch.Place{Time: rapid.Float64().Draw(t, "time"), Seq: rapid.Int64().Draw(t, "seq"), Sub: rapid.Int32().Draw(t, "sub")}
		}
	} else {
		b.From = rapid.Int64().Draw(t, "from")
	}
	for _, name := range rapid.SliceOfNDistinct(rapid.String(), 0, 4, rapid.ID[string]).Draw(t, "names") {
		b.Set(name, drawColumn(t, b.Rows))
	}
	return b
}

func drawColumn(t *rapid.T, rows int) *batch.Column {
	switch rapid.IntRange(0, 3).Draw(t, "kind") {
	case 0:
		return nil
	case 1:
		return batch.Constant(rapid.String().Draw(t, "value"), rows)
	case 2:
		return batch.Strings(rapid.SliceOfN(rapid.String(), rows, rows).Draw(t, "values"))
	}
	var bl batch.Builder
	for range rows {
		bl.Append(rapid.SliceOfN(rapid.String(), 0, 3).Draw(t, "values")...)
	}
	return bl.Column()
}

func TestBinaryRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := drawBatch(t)
		data := b.AppendBinary([]byte("before"))
		back, err := batch.ReadBinary(string(data[len("before"):]))
		if err != nil {
			t.Fatal(err)
		}
		if got, want := describe(back), describe(b); got != want {
			t.Fatalf("got\n%swant\n%s", got, want)
		}
	})
}

// What is cut off or has more behind it is no batch, and nothing panics.
func TestBinaryBroken(t *testing.T) {
	b := batch.New(2)
	b.Places = []batch.Place{{Time: 1, Seq: 2}, {Time: 0, Seq: 1, Sub: 3}}
	b.Set("a", batch.Strings([]string{"x", ""}))
	b.Set("b", batch.Multi([]string{"y", "z"}, []int32{0, 0, 2}))
	b.Set("c", batch.Constant("w", 2))
	data := string(b.AppendBinary(nil))
	for n := range len(data) {
		if _, err := batch.ReadBinary(data[:n]); err == nil {
			t.Errorf("the first %d of %d bytes are a batch", n, len(data))
		}
	}
	for _, s := range []string{data + "x", "\x02" + data[1:]} {
		if _, err := batch.ReadBinary(s); err == nil {
			t.Errorf("%q is a batch", s)
		}
	}
}

func FuzzReadBinary(f *testing.F) {
	b := batch.New(2)
	b.Set("a", batch.Strings([]string{"x", ""}))
	b.Set("b", batch.Multi([]string{"y", "z"}, []int32{0, 0, 2}))
	f.Add(string(b.AppendBinary(nil)))
	b.Places = []batch.Place{{Time: 1, Seq: 2}, {Time: math.NaN(), Seq: 1, Sub: 3}}
	b.Set("c", batch.Constant("w", 2))
	f.Add(string(b.AppendBinary(nil)))
	f.Fuzz(func(t *testing.T, data string) {
		b, err := batch.ReadBinary(data)
		if err != nil || b.Rows > 1000 {
			return
		}
		again := b.AppendBinary(nil)
		back, err := batch.ReadBinary(string(again))
		if err != nil {
			t.Fatal(err)
		}
		if describe(b) != describe(back) || !slices.Equal(again, back.AppendBinary(nil)) {
			t.Errorf("%q is read, written and read again as another batch", data)
		}
	})
}
