package input

import (
	"fmt"
	"slices"
	"sync"
)

// The codes of notices.
const (
	// NoticeBrokenJSON counts events that begin like a JSON object but are not
	// valid JSON: kept as _raw, without fields.
	NoticeBrokenJSON = "broken-json"
	// NoticeNoTimestamp counts events in which no time was found: they have the
	// time of the file's last change, or else the search's.
	NoticeNoTimestamp = "no-timestamp"
	// NoticeInvalidUTF8 counts events with bytes that are not UTF-8: each such byte
	// is shown as \xHH.
	NoticeInvalidUTF8 = "invalid-utf8"
	// NoticeTruncated counts files that end too early or are damaged: what could be
	// unpacked was read.
	NoticeTruncated = "truncated"
	// NoticeBinaryFile counts files that hold no text and were left out.
	NoticeBinaryFile = "binary-file"
	// NoticeOutOfOrder counts parts of a file that looked ordered by time, was read
	// from its end, and turned out not to be quite in order.
	NoticeOutOfOrder = "out-of-order"
)

// Notices of Windows event logs (EVTX).
const (
	// NoticeBrokenEvent counts events whose text could not be read: they have what the
	// log's own list of them says, and their bytes in EventPayload.
	NoticeBrokenEvent = "broken-event"
	// NoticeLostEvents counts chunks of 64 KB in which there are bytes that are not
	// known to be events.
	NoticeLostEvents = "lost-events"
	// NoticeDamagedLog counts chunks with a wrong checksum, as a log has that was copied
	// while it was written: their events were read all the same.
	NoticeDamagedLog = "damaged-log"
)

// Notices of index-time rules.
const (
	// NoticeCutLine counts lines that TRUNCATE cut off.
	NoticeCutLine = "cut-line"
	// NoticeSlowRegex counts texts on which a regular expression of the rules was given
	// up.
	NoticeSlowRegex = "slow-regex"
	// NoticeNoHeader counts tables whose header was not found.
	NoticeNoHeader = "no-header"
)

var noticeTexts = map[string]string{
	NoticeBrokenJSON:  "begins like JSON but is not valid JSON; kept as _raw, without fields",
	NoticeNoTimestamp: "no timestamp found; the time of the file, or of the search, stands in",
	NoticeInvalidUTF8: "bytes that are not UTF-8 are shown as \\xHH",
	NoticeSlowRegex:   "a regular expression of SEDCMD or TRANSFORMS takes too long on this event, which it leaves as it is",
	NoticeBrokenEvent: "the text of an event cannot be read; kept with its number, time and, in EventPayload, its bytes",
	NoticeLostEvents:  "in this chunk of the event log there are bytes that are no events that can be read; they were left out",
	NoticeDamagedLog:  "the checksum of this chunk of the event log is wrong, as in a log that was copied while it was written; its events were read all the same",
	NoticeOutOfOrder:  "the file is not quite in order of time, so that some rows may be misplaced",
}

// notices gathers what there is to say, and says it at the end of a reading: once
// for each code, with the number of times and the first place.
type notices struct {
	mu  sync.Mutex
	all map[string]*noted
}

type noted struct {
	n     int
	seq   int64 // of the first
	chunk chunk
	line  int
	text  string // instead of the usual text and the place in the file
}

// event counts one case, in an event that is line lines after the start of a chunk.
func (n *notices) event(code string, ch chunk, seq int64, line int) {
	n.add(code, noted{seq: seq, chunk: ch, line: line})
}

// file counts a case that concerns a file as a whole.
func (n *notices) file(code string, c *content, text string) {
	n.add(code, noted{seq: c.seq(0), chunk: chunk{c: c}, text: text})
}

func (n *notices) add(code string, one noted) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.all == nil {
		n.all = map[string]*noted{}
	}
	e := n.all[code]
	if e == nil {
		e = &one
		n.all[code] = e
	} else if one.seq < e.seq {
		one.n = e.n
		*e = one
	}
	e.n++
}

// give reports everything, in order of codes.
func (n *notices) give(to func(code, msg string, n int)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	codes := make([]string, 0, len(n.all))
	for c := range n.all {
		codes = append(codes, c)
	}
	slices.Sort(codes)
	for _, c := range codes {
		if to != nil {
			to(c, n.all[c].message(c), n.all[c].n)
		}
	}
	n.all = nil
}

func (e *noted) message(code string) string {
	c := e.chunk.c
	if e.text != "" {
		return c.name + ": " + e.text
	}
	if first, ok := e.chunk.firstLine(); ok {
		return fmt.Sprintf("%s:%d: %s", c.name, first+e.line, noticeTexts[code])
	}
	return fmt.Sprintf("%s: at byte %d: %s", c.name, e.seq&seqMask, noticeTexts[code])
}
