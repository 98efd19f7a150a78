package edit

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"time"
)

// History is the texts that were typed before, also in earlier sessions. Those typed
// in the same folder come first when one goes back.
type History struct {
	dir   string
	save  func(line []byte) error
	list  []string // the oldest first
	clock func() time.Time
}

// maxHistory is how many texts are kept in memory.
const maxHistory = 5000

// maxEntry is the length of the longest line of the file that is read.
const maxEntry = 1 << 20

// entry is a line of the file.
type entry struct {
	Time int64  `json:"time"`
	Dir  string `json:"dir"`
	Text string `json:"text"`
}

// NewHistory reads a history, one JSON object a line, for work in a folder. Lines
// that cannot be read are passed over. save adds a line to the file; nil keeps
// nothing. r may be nil.
func NewHistory(r io.Reader, dir string, clock func() time.Time, save func(line []byte) error) *History {
	h := &History{dir: dir, save: save, clock: clock}
	if r == nil {
		return h
	}
	var here, elsewhere []string // newest last
	s := bufio.NewScanner(r)
	s.Buffer(nil, maxEntry)
	for s.Scan() {
		var e entry
		if json.Unmarshal(s.Bytes(), &e) != nil || e.Text == "" {
			continue
		}
		if e.Dir == dir {
			here = append(here, e.Text)
		} else {
			elsewhere = append(elsewhere, e.Text)
		}
	}
	seen := map[string]bool{}
	for _, t := range slices.Backward(append(elsewhere, here...)) {
		if !seen[t] && len(h.list) < maxHistory {
			seen[t] = true
			h.list = append(h.list, t)
		}
	}
	slices.Reverse(h.list)
	return h
}

// Forget stops the writing of the file; the texts stay in memory.
func (h *History) Forget() {
	if h != nil {
		h.save = nil
	}
}

// Add notes a text as the newest. One that was there moves to the end.
func (h *History) Add(text string) error {
	if h == nil || text == "" {
		return nil
	}
	again := len(h.list) > 0 && h.list[len(h.list)-1] == text
	h.add(text)
	if again || h.save == nil {
		return nil
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(entry{h.clock().Unix(), h.dir, text}); err != nil || b.Len() > maxEntry {
		return err
	}
	return h.save(b.Bytes())
}

func (h *History) add(text string) {
	if i := slices.Index(h.list, text); i >= 0 {
		h.list = slices.Delete(h.list, i, i+1)
	}
	h.list = append(h.list, text)
	if n := len(h.list) - maxHistory; n > 0 {
		h.list = slices.Delete(h.list, 0, n)
	}
}

// Len is how many texts there are.
func (h *History) Len() int {
	if h == nil {
		return 0
	}
	return len(h.list)
}

// Back is the n-th text from the end; 1 is the newest.
func (h *History) Back(n int) string { return h.list[len(h.list)-n] }
