package evtxtest

import (
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"strings"

	"spl/bench/winevents"
)

// Templates keep the template of each kind of event, so that events share them.
type Templates map[string]*Node

// Record writes an event as Windows does: the parts of System as values of their types,
// and the data as texts.
func (t Templates) Record(e winevents.Event) Record {
	key := e.Provider + strconv.Itoa(e.ID)
	for _, d := range e.Data {
		key += "\x00" + d[0]
	}
	if t[key] == nil {
		t[key] = template(e.Data)
	}
	le := binary.LittleEndian
	u16 := func(n int) Value { return Value{Type: Uint16, Data: le.AppendUint16(nil, uint16(n))} }
	u8 := func(n int) Value { return Value{Type: Uint8, Data: []byte{byte(n)}} }
	text := func(s string) Value { return Value{Type: String, Data: UTF16(s)} }
	keywords, _ := strconv.ParseUint(strings.TrimPrefix(e.Keywords, "0x"), 16, 64)
	values := []Value{
		text(e.Provider), {Type: GUID, Data: guid(e.GUID)}, u16(e.ID), u8(e.Version), u8(e.Level), u16(e.Task), u8(e.Opcode),
		{Type: HexInt64, Data: le.AppendUint64(nil, keywords)},
		{Type: FileTime, Data: le.AppendUint64(nil, Filetime(e.Time))},
		{Type: Uint64, Data: le.AppendUint64(nil, uint64(e.Record))},
		{Type: Null},
		{Type: Uint32, Data: le.AppendUint32(nil, uint32(e.ProcessID))},
		{Type: Uint32, Data: le.AppendUint32(nil, uint32(e.ThreadID))},
		text(e.Channel), text(e.Computer), {Type: Null},
	}
	if e.User != "" {
		values[15] = Value{Type: SID, Data: sid(e.User)}
	}
	for _, d := range e.Data {
		values = append(values, text(d[1]))
	}
	return Record{ID: uint64(e.Record), Written: e.Time, Event: Event{Template: t[key], Values: values}}
}

// template is that of an event with such data.
func template(data [][2]string) *Node {
	attr := func(name string, number int, kind byte) Attr {
		return Attr{name, []any{Sub{number, kind, true}}}
	}
	leaf := func(name string, number int, kind byte) *Node {
		return &Node{Name: name, Depends: number, Content: []any{Sub{number, kind, true}}}
	}
	system := &Node{Name: "System", Depends: -1, Content: []any{
		&Node{Name: "Provider", Depends: -1, Attrs: []Attr{attr("Name", 0, String), attr("Guid", 1, GUID)}},
		leaf("EventID", 2, Uint16), leaf("Version", 3, Uint8), leaf("Level", 4, Uint8), leaf("Task", 5, Uint16), leaf("Opcode", 6, Uint8),
		leaf("Keywords", 7, HexInt64),
		&Node{Name: "TimeCreated", Depends: -1, Attrs: []Attr{attr("SystemTime", 8, FileTime)}},
		leaf("EventRecordID", 9, Uint64),
		&Node{Name: "Correlation", Depends: -1, Attrs: []Attr{attr("ActivityID", 10, GUID)}},
		&Node{Name: "Execution", Depends: -1, Attrs: []Attr{attr("ProcessID", 11, Uint32), attr("ThreadID", 12, Uint32)}},
		leaf("Channel", 13, String), leaf("Computer", 14, String),
		&Node{Name: "Security", Depends: -1, Attrs: []Attr{attr("UserID", 15, SID)}},
	}}
	eventData := &Node{Name: "EventData", Depends: -1}
	for i, d := range data {
		eventData.Content = append(eventData.Content, &Node{Name: "Data", Depends: -1,
			Attrs: []Attr{{"Name", []any{Text(d[0])}}}, Content: []any{Sub{16 + i, String, false}}})
	}
	return &Node{Name: "Event", Depends: -1, Attrs: []Attr{{"xmlns", []any{Text("http://schemas.microsoft.com/win/2004/08/events/event")}}},
		Content: []any{system, eventData}}
}

func guid(s string) []byte {
	b, _ := hex.DecodeString(strings.NewReplacer("{", "", "}", "", "-", "").Replace(s))
	for _, r := range [][2]int{{0, 3}, {1, 2}, {4, 5}, {6, 7}} {
		b[r[0]], b[r[1]] = b[r[1]], b[r[0]]
	}
	return b
}

func sid(s string) []byte {
	parts := strings.Split(s, "-")[1:]
	b := []byte{1, byte(len(parts) - 2), 0, 0, 0, 0, 0, 0}
	for i, p := range parts {
		n, _ := strconv.ParseUint(p, 10, 32)
		if i == 1 {
			b[7] = byte(n)
		} else if i > 1 {
			b = binary.LittleEndian.AppendUint32(b, uint32(n))
		}
	}
	return b
}
