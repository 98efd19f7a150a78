package engine

import "sync"

// InOrder calls produce for 0 to n-1, several at a time where the run has several
// workers. What they give comes to use on this goroutine, in the order of the calls and
// then of the giving. size is what a thing takes in memory, and ahead how much may wait
// for what comes before it. The first error in that order is returned.
func InOrder[T any](c *Context, n int, ahead int64, produce func(i int, give func(x T, size int64) error) error, use func(T) error) error {
	if c.Workers < 2 || n < 2 {
		for i := range n {
			if err := produce(i, func(x T, _ int64) error { return use(x) }); err != nil {
				return err
			}
		}
		return nil
	}
	l := &line[T]{ahead: ahead, calls: make([]lineCall[T], n)}
	l.moved.L = &l.mu
	var wg sync.WaitGroup
	for range min(n, c.Workers) {
		wg.Go(func() {
			for i := l.begin(); i < n; i = l.begin() {
				err := produce(i, func(x T, size int64) error { return l.give(i, x, size) })
				l.end(i, err)
			}
		})
	}
	err := l.drain(use)
	l.stop()
	wg.Wait()
	return err
}

// line is where things stand until it is their turn.
type line[T any] struct {
	mu      sync.Mutex
	moved   sync.Cond
	ahead   int64
	waiting int64
	next    int // the next call to be made
	turn    int // the call whose things are used
	stopped bool
	calls   []lineCall[T]
}

type lineCall[T any] struct {
	things []lineThing[T]
	done   bool
	err    error
}

type lineThing[T any] struct {
	x    T
	size int64
}

// begin is the number of the next call; after the last it is one that there is not.
func (l *line[T]) begin() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stopped {
		return len(l.calls)
	}
	l.next++
	return l.next - 1
}

func (l *line[T]) give(i int, x T, size int64) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.waiting+size > l.ahead && i != l.turn && !l.stopped {
		l.moved.Wait()
	}
	// Those whose turn it is wait, too, while more of theirs than that is not yet used.
	for l.waiting > l.ahead && len(l.calls[i].things) > 0 && !l.stopped {
		l.moved.Wait()
	}
	if l.stopped {
		return Enough
	}
	l.waiting += size
	l.calls[i].things = append(l.calls[i].things, lineThing[T]{x, size})
	l.moved.Broadcast()
	return nil
}

func (l *line[T]) end(i int, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls[i].done, l.calls[i].err = true, err
	l.moved.Broadcast()
}

func (l *line[T]) stop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stopped = true
	l.moved.Broadcast()
}

// drain uses all things in order.
func (l *line[T]) drain(use func(T) error) error {
	for i := range l.calls {
		for {
			things, err := l.take(i)
			if err != nil {
				return err
			}
			if things == nil {
				break
			}
			for _, t := range things {
				if err := use(t.x); err != nil {
					return err
				}
				l.used(t.size)
			}
		}
	}
	return nil
}

// take waits for things of a call and gives all that there are; nil at its end.
func (l *line[T]) take(i int) ([]lineThing[T], error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.turn != i {
		l.turn = i
		l.moved.Broadcast()
	}
	call := &l.calls[i]
	for len(call.things) == 0 && !call.done {
		l.moved.Wait()
	}
	things := call.things
	call.things = nil
	if len(things) == 0 {
		return nil, call.err
	}
	return things, nil
}

func (l *line[T]) used(size int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting -= size
	l.moved.Broadcast()
}
