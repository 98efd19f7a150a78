// Package evtxtest writes Windows event logs (EVTX files) for tests: real BinXml with
// names and templates shared within a chunk, in the forms that Windows writes.
package evtxtest

import (
	"encoding/binary"
	"hash/crc32"
	"time"
	"unicode/utf16"
)

// The types of values, as they stand in a file; Array is added.
const (
	Null = iota
	String
	ANSI
	Int8
	Uint8
	Int16
	Uint16
	Int32
	Uint32
	Int64
	Uint64
	Real32
	Real64
	Bool
	Binary
	GUID
	Size
	FileTime
	SysTime
	SID
	HexInt32
	HexInt64
	BinXML = 0x21
	Array  = 0x80
)

// Value is a value of a template's instance. Nested, if set, is a value of type BinXML.
type Value struct {
	Type   byte
	Data   []byte
	Nested *Event
}

// Node is an element.
type Node struct {
	Name    string
	Depends int // on the value of that number; -1 on none
	Attrs   []Attr
	Content []any // *Node, Text, Sub, Entity, Char, CDATA or PI
	Filled  bool  // written with an end tag even when it has no content
}

// Attr is an attribute: its name and what it is made of.
type Attr struct {
	Name    string
	Content []any
}

// What elements and attributes are made of.
type (
	Text   string
	CDATA  string
	Entity string
	Char   uint16
	PI     struct{ Target, Data string }
	// Sub stands for the value of a number.
	Sub struct {
		Number   int
		Type     byte
		Optional bool
	}
)

// Event is a template, or with Plain an element by itself, and its values.
type Event struct {
	Template *Node
	Values   []Value
	Plain    bool
}

// Record is an event of a file.
type Record struct {
	ID      uint64
	Written time.Time
	Event   Event
}

const (
	chunkSize   = 64 << 10
	chunkHeader = 512
)

// File writes records into as many chunks as they take.
func File(records []Record) []byte {
	var chunks [][]byte
	for len(records) > 0 {
		data, n := Chunk(records)
		if n == 0 {
			panic("a record is larger than a chunk")
		}
		chunks, records = append(chunks, data), records[n:]
	}
	head := make([]byte, 4096)
	copy(head, "ElfFile\x00")
	le := binary.LittleEndian
	le.PutUint64(head[16:], uint64(max(len(chunks)-1, 0)))
	le.PutUint64(head[24:], 1)
	le.PutUint32(head[32:], 128)
	le.PutUint16(head[36:], 1)
	le.PutUint16(head[38:], 3)
	le.PutUint16(head[40:], 4096)
	le.PutUint16(head[42:], uint16(len(chunks)))
	le.PutUint32(head[124:], crc32.ChecksumIEEE(head[:120]))
	for _, c := range chunks {
		head = append(head, c...)
	}
	return head
}

// Chunk writes as many of the records as fit into one chunk.
func Chunk(records []Record) (data []byte, n int) {
	w := &writer{names: map[string]int{}, templates: map[*Node]int{}}
	w.buf = make([]byte, chunkHeader, chunkSize)
	last := chunkHeader
	for _, rec := range records {
		before, names, templates := len(w.buf), len(w.names), len(w.templates)
		w.record(rec)
		if len(w.buf) > chunkSize {
			_, _ = names, templates // they are of this chunk only
			w.buf = w.buf[:before]
			break
		}
		last = before
		n++
	}
	if n == 0 {
		return nil, 0
	}
	le := binary.LittleEndian
	free := len(w.buf)
	data = append(w.buf, make([]byte, chunkSize-free)...)
	copy(data, "ElfChnk\x00")
	le.PutUint64(data[8:], 1)
	le.PutUint64(data[16:], uint64(n))
	le.PutUint64(data[24:], records[0].ID)
	le.PutUint64(data[32:], records[n-1].ID)
	le.PutUint32(data[40:], 128)
	le.PutUint32(data[44:], uint32(last))
	le.PutUint32(data[48:], uint32(free))
	Seal(data)
	return data, n
}

// Seal writes the checksums of a chunk.
func Seal(data []byte) {
	le := binary.LittleEndian
	le.PutUint32(data[52:], crc32.ChecksumIEEE(data[chunkHeader:le.Uint32(data[48:])]))
	sum := crc32.ChecksumIEEE(data[:120])
	le.PutUint32(data[124:], crc32.Update(sum, crc32.IEEETable, data[128:chunkHeader]))
}

// writer writes a chunk.
type writer struct {
	buf       []byte
	names     map[string]int // places
	templates map[*Node]int
}

func (w *writer) u8(n byte)    { w.buf = append(w.buf, n) }
func (w *writer) u16(n int)    { w.buf = binary.LittleEndian.AppendUint16(w.buf, uint16(n)) }
func (w *writer) u32(n int)    { w.buf = binary.LittleEndian.AppendUint32(w.buf, uint32(n)) }
func (w *writer) u64(n uint64) { w.buf = binary.LittleEndian.AppendUint64(w.buf, n) }

// sized writes what f writes, with its size before it.
func (w *writer) sized(f func()) {
	at := len(w.buf)
	w.u32(0)
	f()
	binary.LittleEndian.PutUint32(w.buf[at:], uint32(len(w.buf)-at-4))
}

func (w *writer) record(rec Record) {
	at := len(w.buf)
	w.buf = append(w.buf, "\x2a\x2a\x00\x00"...)
	w.u32(0)
	w.u64(rec.ID)
	w.u64(Filetime(rec.Written))
	w.event(rec.Event, false)
	for len(w.buf)%8 != 4 {
		w.u8(0)
	}
	size := len(w.buf) - at + 4
	w.u32(size)
	binary.LittleEndian.PutUint32(w.buf[at+4:], uint32(size))
}

func (w *writer) event(e Event, nested bool) {
	w.buf = append(w.buf, 0x0f, 1, 1, 0)
	if e.Plain {
		w.element(e.Template, !nested)
		w.u8(0)
		return
	}
	w.buf = append(w.buf, 0x0c, 1)
	w.u32(0x1234)
	w.template(e.Template)
	w.u32(len(e.Values))
	descriptors := len(w.buf)
	w.buf = append(w.buf, make([]byte, 4*len(e.Values))...)
	for i, v := range e.Values {
		from := len(w.buf)
		if v.Nested != nil {
			v.Type = BinXML
			w.event(*v.Nested, true)
		} else {
			w.buf = append(w.buf, v.Data...)
		}
		binary.LittleEndian.PutUint16(w.buf[descriptors+4*i:], uint16(len(w.buf)-from))
		w.buf[descriptors+4*i+2] = v.Type
	}
	w.u8(0)
}

// template refers to a template, which is defined here at its first use.
func (w *writer) template(t *Node) {
	if at, ok := w.templates[t]; ok {
		w.u32(at)
		return
	}
	at := len(w.buf) + 4
	w.templates[t] = at
	w.u32(at)
	w.u32(0)
	w.buf = append(w.buf, "\x34\x12\x00\x00a-guid-of-it"...)
	w.sized(func() {
		w.buf = append(w.buf, 0x0f, 1, 1, 0)
		w.element(t, true)
		w.u8(0)
	})
}

// name refers to a name, which is written here at its first use.
func (w *writer) name(s string) {
	if at, ok := w.names[s]; ok {
		w.u32(at)
		return
	}
	at := len(w.buf) + 4
	w.names[s] = at
	w.u32(at)
	w.u32(0)
	units := utf16.Encode([]rune(s))
	hash := uint32(0)
	for _, u := range units {
		hash = hash*65599 + uint32(u)
	}
	w.u16(int(hash & 0xffff))
	w.u16(len(units))
	w.units(units)
	w.u16(0)
}

func (w *writer) units(units []uint16) {
	for _, u := range units {
		w.u16(int(u))
	}
}

func (w *writer) counted(s string) {
	units := utf16.Encode([]rune(s))
	w.u16(len(units))
	w.units(units)
}

func (w *writer) element(n *Node, depends bool) {
	if len(n.Attrs) > 0 {
		w.u8(0x41)
	} else {
		w.u8(0x01)
	}
	if depends {
		w.u16(n.Depends)
	}
	w.sized(func() {
		w.name(n.Name)
		if len(n.Attrs) > 0 {
			w.sized(func() {
				for i, a := range n.Attrs {
					w.u8(more(0x06, i < len(n.Attrs)-1))
					w.name(a.Name)
					w.content(a.Content, depends)
				}
			})
		}
		if len(n.Content) == 0 && !n.Filled {
			w.u8(0x03)
			return
		}
		w.u8(0x02)
		w.content(n.Content, depends)
		w.u8(0x04)
	})
}

func more(token byte, more bool) byte {
	if more {
		token |= 0x40
	}
	return token
}

func (w *writer) content(list []any, depends bool) {
	for i, c := range list {
		last := i == len(list)-1
		switch c := c.(type) {
		case *Node:
			w.element(c, depends)
		case Text:
			w.u8(more(0x05, !last))
			w.u8(String)
			w.counted(string(c))
		case CDATA:
			w.u8(more(0x07, !last))
			w.counted(string(c))
		case Char:
			w.u8(more(0x08, !last))
			w.u16(int(c))
		case Entity:
			w.u8(more(0x09, !last))
			w.name(string(c))
		case PI:
			w.u8(0x0a)
			w.name(c.Target)
			w.u8(0x0b)
			w.counted(c.Data)
		case Sub:
			token := byte(0x0d)
			if c.Optional {
				token = 0x0e
			}
			w.u8(token)
			w.u16(c.Number)
			w.u8(c.Type)
		default:
			panic("no content")
		}
	}
}

// Filetime is a time as files have it.
func Filetime(t time.Time) uint64 { return uint64(t.UnixNano()/100) + 116444736000000000 }

// UTF16 is a text as files have it.
func UTF16(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}
