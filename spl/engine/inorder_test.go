package engine

import (
	"errors"
	"slices"
	"sync/atomic"
	"testing"
)

func TestInOrder(t *testing.T) {
	for _, workers := range []int{1, 2, 5} {
		for _, ahead := range []int64{0, 3, 1000} {
			c := &Context{Workers: workers}
			var got []int
			err := InOrder(c, 20, ahead, func(i int, give func(int, int64) error) error {
				for k := range i % 7 {
					if err := give(100*i+k, int64(k)); err != nil {
						return err
					}
				}
				return nil
			}, func(x int) error {
				got = append(got, x)
				return nil
			})
			if err != nil || len(got) != 57 || !slices.IsSorted(got) {
				t.Errorf("%d workers, %d ahead: %v, %v", workers, ahead, got, err)
			}
		}
	}
}

// The first fault in order ends all, and those who wait are let go.
func TestInOrderFails(t *testing.T) {
	bad := errors.New("bad")
	for _, workers := range []int{1, 2, 5} {
		c := &Context{Workers: workers}
		used := 0
		var running atomic.Int64
		produce := func(i int, give func(int, int64) error) error {
			running.Add(1)
			defer running.Add(-1)
			if i == 3 {
				return bad
			}
			return give(i, 1)
		}
		err := InOrder(c, 100, 2, produce, func(int) error { used++; return nil })
		if !errors.Is(err, bad) || used != 3 || running.Load() != 0 {
			t.Errorf("%d workers: %v after %d", workers, err, used)
		}
		err = InOrder(c, 100, 2, produce, func(x int) error {
			if x == 1 {
				return Enough
			}
			return nil
		})
		if err != Enough || running.Load() != 0 { //nolint:errorlint // a sentinel passed as it is
			t.Errorf("%d workers: %v, want Enough as it is", workers, err)
		}
	}
}
