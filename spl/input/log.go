package input

import (
	"io"

	"spl/spl/input/evtx"
)

// A Windows event log (EVTX) is read by its chunks, which stand each on its own: a part
// is a few of them, and its text is the XML of their events. Places are those of the
// records in the file.

// logXML is about how many times as long as in the log an event is in XML.
const logXML = 4

// openLog makes the content that of an event log, whose head was read.
func (c *content) openLog(head []byte, stream io.Reader) error {
	c.log = true
	c.start = evtx.Start(head)
	c.ruleByType("XmlWinEventLog")
	c.unit = max(int64(c.r.src.o.ChunkSize)/logXML/evtx.ChunkSize, 1) * evtx.ChunkSize
	if len(head) < 128 {
		c.r.notes.file(NoticeTruncated, c, "ends within its header")
	}
	if c.at != nil {
		c.cut()
		return nil
	}
	if _, err := io.CopyN(io.Discard, stream, c.start); err != nil && err != io.EOF {
		return err
	}
	c.stream, c.offset = stream, c.start
	return nil
}

// logPart takes the next chunks off a stream. Nobody else reads it meanwhile.
func (c *content) logPart() (*part, error) {
	if err := c.fill(int(c.unit)); err != nil || len(c.held) == 0 {
		return nil, err
	}
	p := &part{chunk: chunk{c: c, index: -1, base: c.offset}, chunks: c.held}
	c.offset += int64(len(c.held))
	c.held = nil
	c.use()
	return p, nil
}

// readLog makes the part's text of its chunks.
func (p *part) readLog() error {
	if p.index >= 0 {
		from := p.c.start + int64(p.index)*p.c.unit
		data, err := readRange(p.c.at, nil, from, min(from+p.c.unit, p.c.size))
		if err != nil {
			return err
		}
		p.base, p.chunks = from, data
	}
	p.whole = true
	text := make([]byte, 0, logXML*len(p.chunks))
	var r evtx.Reader
	for at := 0; at < len(p.chunks); at += evtx.ChunkSize {
		rep := r.Chunk(p.chunks[at:], func(place int, xml []byte) {
			p.recs = append(p.recs, span{start: len(text), end: len(text) + len(xml)})
			p.places = append(p.places, at+place)
			text = append(append(text, xml...), '\n')
		})
		seq := p.c.seq(p.base + int64(at))
		for range rep.Broken {
			p.r.notes.event(NoticeBrokenEvent, p.chunk, seq, 0)
		}
		if rep.Lost {
			p.r.notes.event(NoticeLostEvents, p.chunk, seq, 0)
		}
		if rep.Damaged {
			p.r.notes.event(NoticeDamagedLog, p.chunk, seq, 0)
		}
	}
	p.extent, p.chunks = int64(len(p.chunks)), nil
	p.text = viewString(text)
	return nil
}
