package batch_test

import (
	"slices"
	"testing"

	"spl/eval/batch"
)

// What is made of a batch with slabs lies in them, until it is made its own.
func TestSlabs(t *testing.T) {
	var s batch.Slabs
	b := batch.New(3)
	b.Slabs = &s
	bl := b.Builder()
	bl.String("1")
	bl.Append("2", "3")
	bl.Null()
	b.Set("x", bl.Column())
	if n, ok := b.Col("x").Number(1); !ok || n != 2 {
		t.Errorf("the number of row 1 is %v, %v", n, ok)
	}
	kept, lent := b.Take([]int32{2, 1}), b.Take([]int32{0})
	kept.Own()
	if kept.Slabs != nil {
		t.Error("rows of their own still take memory of slabs")
	}
	s.Release(true)
	if got := kept.Col("x").Values(1); !slices.Equal(got, []string{"2", "3"}) || kept.Col("x").Count(0) != 0 {
		t.Errorf("rows of their own changed: %q", got)
	}
	if n, ok := kept.Col("x").Number(1); !ok || n != 2 {
		t.Errorf("numbers of rows of their own changed: %v, %v", n, ok)
	}
	if v, _ := lent.Col("x").First(0); v != "#scrubbed#" {
		t.Errorf("%q was found in memory that was given back", v)
	}
}

// Room is lent again and again.
func TestSlabsAreUsedAgain(t *testing.T) {
	var s batch.Slabs
	fill := func() {
		for range 10 {
			bl := s.Builder(300)
			for r := range 300 {
				if r%2 == 0 {
					bl.String("7")
				} else {
					bl.Null()
				}
			}
			c := bl.Column()
			if n, ok := c.Number(0); !ok || n != 7 {
				t.Fatalf("%v, %v", n, ok)
			}
		}
		s.Release(false)
	}
	fill()
	// A column and the slice of its numbers, each in memory of its own, and no values.
	if n := testing.AllocsPerRun(10, fill); n > 20 {
		t.Errorf("%v allocations, want at most 20", n)
	}
}

// More than is lent at a time is not held.
func TestSlabsHaveALimit(t *testing.T) {
	var s batch.Slabs
	for range 1000 {
		bl := s.Builder(1000)
		bl.String("x")
		if c := bl.Column(); c.Len() != 1 {
			t.Fatal(c.Len())
		}
	}
	s.Release(true)
	bl := s.Builder(1 << 20)
	bl.String("large")
	c := bl.Column()
	s.Release(true)
	if v, _ := c.First(0); v != "large" {
		t.Errorf("a large column was lent, and is %q", v)
	}
}
