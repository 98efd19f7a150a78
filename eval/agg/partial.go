package agg

import (
	"fmt"
	"math"
	"strconv"
)

// openPartial checks the first word of a partial and gives the rest. An empty
// partial has no rest and no error.
func openPartial(tag string, group int32, partial []string) ([]string, error) {
	switch {
	case group < 0:
		return nil, fmt.Errorf("partial of a negative group %d", group)
	case len(partial) == 0:
		return nil, nil
	case partial[0] != tag:
		return nil, fmt.Errorf("partial is of kind %q, want %q", partial[0], tag)
	case len(partial) == 1:
		return nil, badPartial(tag)
	}
	return partial[1:], nil
}

// badPartial is the fault of a partial that nobody of this kind wrote.
func badPartial(tag string) error { return fmt.Errorf("broken partial of kind %q", tag) }

// floatText is a double as text that reads back as the same.
func floatText(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

// readFloat reads what floatText gave. NaN is never part of a state.
func readFloat(s string) (float64, bool) {
	x, err := strconv.ParseFloat(s, 64)
	return x, err == nil && !math.IsNaN(x)
}

// readCount reads a count of at least 0.
func readCount(s string) (int64, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil && n >= 0
}
