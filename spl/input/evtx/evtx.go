// Package evtx reads Windows event logs (EVTX files) and writes each event as the XML
// that Windows renders.
//
// A file is a header of 4 KB and chunks of 64 KB, each of which stands on its own: its
// names and templates lie in it. So the unit is the chunk ([Reader.Chunk]), and chunks
// may be read in any order and by many at a time, each by a Reader of its own. See
// binxml.go for the language of templates and values.go for what values look like.
//
// The format is that of [MS-EVEN6] 2.2 (BinXml) and of libevtx's description of the
// files. Nothing that a file holds makes the package panic, or take more room than a
// few bytes for each of the file's: what cannot be read is given as what it is (see
// [Report]).
package evtx

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
)

// Sizes of a file's parts, in bytes.
const (
	HeaderSize = 4096
	ChunkSize  = 64 << 10
)

const (
	fileMagic    = "ElfFile\x00"
	chunkMagic   = "ElfChnk\x00"
	recordMagic  = "\x2a\x2a\x00\x00"
	chunkHeader  = 512
	recordHeader = 24
	minRecord    = recordHeader + 4
)

// IsFile says whether a file begins as an event log does.
func IsFile(head []byte) bool { return bytes.HasPrefix(head, []byte(fileMagic)) }

// Start is where a file's chunks begin, which its header says; HeaderSize when that
// cannot be.
func Start(head []byte) int64 {
	if len(head) >= 42 {
		if n := int64(binary.LittleEndian.Uint16(head[40:])); n >= 128 {
			return n
		}
	}
	return HeaderSize
}

// Report says how a chunk fared.
type Report struct {
	Events int // that were given
	// Broken are those of them that could not be rendered: their XML has what the
	// record's header says, and all of its bytes in hexadecimal in an element
	// ProcessingErrorData, which is where Windows puts what it cannot render.
	Broken int
	// Lost says that bytes between records, or the whole chunk, could not be told to be
	// events.
	Lost bool
	// Damaged says that a checksum is wrong: the events were read all the same.
	Damaged bool
}

// Reader renders chunks. It holds room that it uses again, and belongs to one
// goroutine. The zero value works.
type Reader struct {
	data []byte // the chunk
	free int    // the end of its records, as its header says
	out  []byte
	room int // bytes of XML that the chunk may still make

	templates map[uint32]*program
	names     map[uint32]string
	// Steps that the record, and the whole chunk, may still take: a token, a value or
	// eight bytes of text are one.
	budget, steps int
}

// Limits of what a record may make of its bytes; a true event stays far below.
const (
	maxRecordXML   = 2 << 20
	maxChunkXML    = 8 << 20
	maxRecordSteps = 1 << 17
	maxChunkSteps  = 1 << 20
	maxDepth       = 64
)

// Chunk gives the events of a chunk in the order in which they stand there: the place
// of the record in the chunk, and its XML, which is only lent. A chunk that is cut off
// gives what is there. An empty one, of zeros, gives nothing.
func (r *Reader) Chunk(data []byte, event func(at int, xml []byte)) Report {
	var rep Report
	if len(data) > ChunkSize {
		data = data[:ChunkSize]
	}
	if zeros(data) {
		return rep
	}
	r.data, r.room, r.steps = data, maxChunkXML, maxChunkSteps
	r.templates, r.names = map[uint32]*program{}, map[uint32]string{}
	r.free, rep.Damaged = len(data), !r.sound()
	if n := r.freeSpace(); n >= chunkHeader && !(rep.Damaged && n == chunkHeader) {
		r.free = n
	}
	var last uint64
	at := chunkHeader
	for at+minRecord <= len(data) {
		size, id, ok := r.record(at)
		if !ok {
			next := r.resync(at)
			rep.Lost = rep.Lost || at < r.free && !zeros(data[at:min(next, r.free)])
			at = next
			continue
		}
		// Beyond the end lie records of an earlier time, unless the header was not
		// written since: then they go on counting.
		if at >= r.free && (last == 0 || id != last+1) {
			break
		}
		last = id
		r.out = r.out[:0]
		if !r.render(at, size) {
			rep.Broken++
			r.out = r.appendBroken(r.out[:0], at, size)
		}
		r.room -= len(r.out)
		rep.Events++
		event(at, r.out)
		at += size
	}
	if at < r.free && !zeros(data[at:r.free]) || rep.Events == 0 && rep.Damaged {
		rep.Lost = true
	}
	return rep
}

// freeSpace is the end of the records, as the chunk's header says; 0 when it says none.
func (r *Reader) freeSpace() int {
	if len(r.data) < chunkHeader {
		return 0
	}
	n := binary.LittleEndian.Uint32(r.data[48:])
	if int64(n) > int64(len(r.data)) {
		return 0
	}
	return int(n)
}

// sound checks the chunk's mark and checksums.
func (r *Reader) sound() bool {
	free := r.freeSpace()
	if free < chunkHeader || len(r.data) < ChunkSize || !bytes.HasPrefix(r.data, []byte(chunkMagic)) {
		return false
	}
	head := crc32.ChecksumIEEE(r.data[:120])
	head = crc32.Update(head, crc32.IEEETable, r.data[128:chunkHeader])
	return head == binary.LittleEndian.Uint32(r.data[124:]) &&
		crc32.ChecksumIEEE(r.data[chunkHeader:free]) == binary.LittleEndian.Uint32(r.data[52:])
}

// record reads the header of the record at a place.
func (r *Reader) record(at int) (size int, id uint64, ok bool) {
	d := r.data[at:]
	if len(d) < minRecord || string(d[:4]) != recordMagic {
		return 0, 0, false
	}
	n := binary.LittleEndian.Uint32(d[4:])
	if n < minRecord || int64(n) > int64(len(d)) || binary.LittleEndian.Uint32(d[n-4:]) != n {
		return 0, 0, false
	}
	return int(n), binary.LittleEndian.Uint64(d[8:]), true
}

// resync gives the place of the next record after one that is not sound.
func (r *Reader) resync(at int) int {
	for at++; at < len(r.data); {
		n := bytes.Index(r.data[at:], []byte(recordMagic))
		if n < 0 {
			break
		}
		if _, _, ok := r.record(at + n); ok {
			return at + n
		}
		at += n + 1
	}
	return len(r.data)
}

func zeros(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

// render writes a record's XML to out.
func (r *Reader) render(at, size int) bool {
	r.budget = maxRecordSteps
	return r.fragment(at+recordHeader, at+size-4, 0) && len(r.out) > 0
}

// step counts work, and says whether the record makes more of it, or of XML, than a
// true one would.
func (r *Reader) step(n int) (tooMuch bool) {
	r.budget -= n
	r.steps -= n
	return r.budget <= 0 || r.steps <= 0 || len(r.out) > min(maxRecordXML, r.room)
}

// appendBroken writes what is known of a record that cannot be rendered.
func (r *Reader) appendBroken(out []byte, at, size int) []byte {
	d := r.data[at : at+size]
	out = append(out, "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><TimeCreated SystemTime='"...)
	out = appendFileTime(out, binary.LittleEndian.Uint64(d[16:]))
	out = append(out, "'/><EventRecordID>"...)
	out = appendUint(out, binary.LittleEndian.Uint64(d[8:]))
	out = append(out, "</EventRecordID></System><ProcessingErrorData><ErrorCode>15005</ErrorCode><DataItemName></DataItemName><EventPayload>"...)
	if r.room < 3*size {
		size = 0
	}
	out = appendHex(out, d[min(recordHeader, size):max(size-4, 0)])
	return append(out, "</EventPayload></ProcessingErrorData></Event>"...)
}
