// Package follow searches files while they grow: what is added is read once, and the
// answer is told anew.
//
// A [Tail] says what was added to files, across rotation and truncation; [Run] takes
// a search over it, from one tick to the next. Nothing here waits by a clock of its
// own.
package follow

import (
	"context"
	"time"

	"spl/eval/batch"
	"spl/spl"
	"spl/spl/input"
)

// Options say what is followed and who is told.
type Options struct {
	Search *spl.Following
	Tail   *Tail
	Input  input.Options
	// Tick comes as often as files are looked at.
	Tick <-chan time.Time
	// Rows takes the rows of a search that only lets events through or changes them;
	// Answer the whole answer of any other, each time that it may have changed.
	Rows   func([]*batch.Batch) error
	Answer func(*spl.Result) error
	// Say is told what became of a file: that it was rotated, or cannot be followed.
	Say func(message string)
	// Idle is called after each look at the files; nil is fine.
	Idle func()
}

// Run follows until the context or the ticks end, which is no error.
func Run(ctx context.Context, o *Options) error {
	for first := true; ; first = false {
		files, err := o.Tail.Poll(o.Say)
		if err == nil {
			err = o.take(files, first)
		}
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		if o.Idle != nil {
			o.Idle()
		}
		select {
		case <-ctx.Done():
			return nil
		case _, ok := <-o.Tick:
			if !ok {
				return nil
			}
		}
	}
}

// take reads what is new and tells of it.
func (o *Options) take(files []input.File, first bool) error {
	if len(files) > 0 {
		rows, err := o.Search.Add(input.New(files, o.Input))
		if err != nil {
			return err
		}
		if o.Search.Streams() {
			return o.Rows(rows)
		}
	}
	if o.Search.Streams() || len(files) == 0 && !first {
		return nil
	}
	res, err := o.Search.Answer()
	if err != nil {
		return err
	}
	return o.Answer(res)
}
