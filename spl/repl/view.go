package repl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"spl/eval/batch"
	"spl/spl"
	"spl/spl/detect/page"
	"spl/spl/repl/show"
	"spl/spl/repl/term"
)

// progressEvery is how often the line of progress changes. The first time is also
// when it appears, and when rows are shown although a screen is not full of them.
const progressEvery = 500 * time.Millisecond

// viewer shows what comes out of a search while it runs.
type viewer struct {
	*execution
	page  show.Page
	lines int // of rows on the screen
	shown bool
}

// room is how many rows are shown at the prompt.
func (v *viewer) room() int {
	if v.s.rows > 0 {
		return v.s.rows
	}
	around := 6 // what else belongs to an answer: the search, the line below, the prompt
	if v.page.Look.Width < 60 {
		around = 10
	}
	return max(5, v.page.Look.Height-around)
}

// watch takes the rows as they come, and tells how far the search is. It gives the
// fault of the search.
func (v *viewer) watch(ctx context.Context, rows *spl.Rows) error {
	batches := make(chan *batch.Batch)
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		defer close(batches)
		for b := rows.NextBatch(); b != nil; b = rows.NextBatch() {
			select {
			case batches <- b:
			case <-stop:
				return
			}
		}
	}()
	tick, end := v.s.Tick(progressEvery)
	defer end()
	for {
		select {
		case <-ctx.Done():
			return nil
		case b, ok := <-batches:
			if !ok {
				if err := rows.Err(); err != nil && !errors.Is(err, context.Canceled) {
					return err
				}
				return nil
			}
			v.take(rows, b)
			if v.answer.Rows >= v.room() && !v.page.Waits() {
				v.flush()
			}
		case <-tick:
			if !v.page.Waits() {
				v.flush()
			}
			v.progress()
		}
	}
}

// flush shows the rows that came, up to a screen full.
func (v *viewer) flush() {
	if left := v.room() - v.lines; left > 0 {
		v.write(v.page.Next(v.page.Shown+left, left))
	}
}

func (v *viewer) write(lines []string) {
	if len(lines) == 0 {
		return
	}
	v.clear()
	v.lines += len(lines)
	_, _ = io.WriteString(v.s.out, strings.Join(lines, "\n")+"\n") // as in println
}

// finish shows what is left of the first screen.
func (v *viewer) finish() {
	v.clear()
	v.flush()
}

// rest shows what came of a search that was stopped.
func (v *viewer) rest() {
	if !v.page.Waits() {
		v.flush()
	}
}

func (v *viewer) more() bool { return v.page.Shown < v.answer.Rows || v.page.Hidden != "" }

// moreText says what was not shown, and how to see it.
func (v *viewer) moreText() string {
	var parts []string
	if n := v.answer.Rows - v.page.Shown; n > 0 {
		parts = append(parts, count(int64(n), "more row"))
	}
	if v.page.Hidden != "" {
		parts = append(parts, v.page.Hidden)
	}
	key, shows := "Ctrl-O", " shows all"
	if v.s.plain {
		key = ":page"
	}
	if v.s.paged(v.answer) < v.answer.Rows {
		shows = " shows more, :export writes all"
	}
	return v.s.colors.Paint(term.Faint, strings.Join(parts, ", ")+": "+key+shows)
}

// progress writes how far the search is over the line of progress.
func (v *viewer) progress() {
	if v.s.plain {
		if !v.shown {
			v.s.println("searching; Ctrl-C stops")
		}
		v.shown = true
		return
	}
	took := v.s.Clock().Sub(v.began).Seconds()
	read := v.read.Load()
	text := page.Size(v.tally.Bytes.Load()) + " read"
	switch {
	case read == 0 && v.rows > 0:
		text = "from memory"
	case v.total > 0 && took > 0:
		read = min(read, v.total)
		text = fmt.Sprintf("%d%% of %s", read*100/v.total, page.Size(v.total))
		if rate := float64(read) / took; rate > 0 {
			text += fmt.Sprintf(", %s/s, %s left", page.Size(int64(rate)), seconds(time.Duration(float64(v.total-read)/rate*float64(time.Second))))
		}
	}
	if v.rows > 0 {
		text += ", " + count(int64(v.rows), "row")
	}
	text += "; Ctrl-C stops"
	v.shown = true
	_, _ = io.WriteString(v.s.out, "\r"+v.s.colors.Paint(term.Faint, term.Cut(text, v.page.Look.Width-1))+"\x1b[K")
}

// clear takes the line of progress away.
func (v *viewer) clear() {
	if v.shown && !v.s.plain {
		_, _ = io.WriteString(v.s.out, "\r\x1b[K")
		v.shown = false
	}
}
