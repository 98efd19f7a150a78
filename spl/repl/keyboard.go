package repl

import (
	"sync"

	"spl/spl/repl/term"
)

// keyboard stands between the keys and who reads them. While a search runs, Ctrl-C
// stops it at once, whatever was typed ahead.
type keyboard struct {
	out  chan term.Key
	mu   sync.Mutex
	stop func() // what Ctrl-C does now; nil: it is a key
}

// newKeyboard passes keys on until they end or done is closed.
func newKeyboard(in <-chan term.Key, done <-chan struct{}) *keyboard {
	k := &keyboard{out: make(chan term.Key)}
	go func() {
		defer close(k.out)
		var queue []term.Key
		for in != nil || len(queue) > 0 {
			var out chan term.Key
			var next term.Key
			if len(queue) > 0 {
				out, next = k.out, queue[0]
			}
			select {
			case key, ok := <-in:
				switch {
				case !ok:
					in = nil
				case key.Is("ctrl-c") && k.interrupt():
					queue = nil // what was typed ahead was meant for something else
				default:
					queue = append(queue, key)
				}
			case out <- next:
				queue = queue[1:]
			case <-done:
				return
			}
		}
	}()
	return k
}

// interrupt stops what runs, if anything does.
func (k *keyboard) interrupt() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.stop == nil {
		return false
	}
	k.stop()
	return true
}

// onStop says what Ctrl-C does from now on.
func (k *keyboard) onStop(f func()) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.stop = f
}
