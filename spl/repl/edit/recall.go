package edit

import (
	"strings"

	"spl/spl/repl/term"
)

// recall is the search through earlier texts (Ctrl-R).
type recall struct {
	query string
	at    int  // how far back what was found lies; 0 nothing yet
	lost  bool // there is nothing further back
	start state
}

func (r *recall) title() string {
	word := "search history: "
	if r.lost {
		word = "nothing further back: "
	}
	return word + term.Safe(r.query) + "_"
}

// search begins the search.
func (e *Editor) search() {
	if e.History != nil {
		e.recall = &recall{start: e.state}
	}
}

// recalling handles a key of the search. Enter takes what was found and runs it; any
// other key that is not part of the search takes it to be edited.
func (e *Editor) recalling(k term.Key) (taken, run bool) {
	r := e.recall
	switch {
	case k.Name == "":
		r.query += k.Text
		e.find(max(1, r.at))
	case k.Is("backspace"):
		cells := term.Cells(r.query, 0)
		if n := len(cells); n > 0 {
			r.query = r.query[:len(r.query)-cells[n-1].Size]
		}
		e.find(1)
	case k.Is("ctrl-r", "up"):
		e.find(r.at + 1)
	case k.Is("escape", "ctrl-g", "ctrl-c"):
		e.state, e.recall = r.start, nil
	case k.Is("enter"):
		e.recall = nil
		e.cursor = len(e.text)
		return true, e.text != ""
	default:
		e.recall = nil
		return false, false
	}
	return true, false
}

// find looks for the query from a place in the history backwards.
func (e *Editor) find(from int) {
	r := e.recall
	if r.query == "" {
		e.state, r.at, r.lost = r.start, 0, false
		return
	}
	low := strings.ToLower(r.query)
	for i := from; i <= e.History.Len(); i++ {
		text := e.History.Back(i)
		if j := strings.Index(strings.ToLower(text), low); j >= 0 {
			r.at, r.lost = i, false
			e.state = state{text, min(j, len(text))}
			return
		}
	}
	r.lost = true
}
