package winevents

import (
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"strings"

	log "spl/spl/input/evtx/evtxtest"
)

// Templates keep the template of each kind of event, so that events share them.
type Templates map[string]*log.Node

// Record is an event as Windows writes it into a log: the parts of System as values of
// their types, and the data as texts.
func (t Templates) Record(e Event) log.Record {
	key := e.Provider + strconv.Itoa(e.ID)
	for _, d := range e.Data {
		key += "\x00" + d[0]
	}
	if t[key] == nil {
		t[key] = template(e.Data)
	}
	le := binary.LittleEndian
	value := func(kind byte, data []byte) log.Value { return log.Value{Type: kind, Data: data} }
	u16 := func(n int) log.Value { return value(log.Uint16, le.AppendUint16(nil, uint16(n))) }
	u32 := func(n int) log.Value { return value(log.Uint32, le.AppendUint32(nil, uint32(n))) }
	u8 := func(n int) log.Value { return value(log.Uint8, []byte{byte(n)}) }
	text := func(s string) log.Value { return value(log.String, log.UTF16(s)) }
	keywords, _ := strconv.ParseUint(strings.TrimPrefix(e.Keywords, "0x"), 16, 64)
	values := []log.Value{
		text(e.Provider), value(log.GUID, guid(e.GUID)), u16(e.ID), u8(e.Version), u8(e.Level), u16(e.Task), u8(e.Opcode),
		value(log.HexInt64, le.AppendUint64(nil, keywords)), value(log.FileTime, le.AppendUint64(nil, log.Filetime(e.Time))),
		value(log.Uint64, le.AppendUint64(nil, uint64(e.Record))), {},
		u32(e.ProcessID), u32(e.ThreadID), text(e.Channel), text(e.Computer), {},
	}
	if e.User != "" {
		values[15] = value(log.SID, sid(e.User))
	}
	for _, d := range e.Data {
		values = append(values, text(d[1]))
	}
	return log.Record{ID: uint64(e.Record), Written: e.Time, Event: log.Event{Template: t[key], Values: values}}
}

// template is that of an event with such data.
func template(data [][2]string) *log.Node {
	attr := func(name string, number int, kind byte) log.Attr {
		return log.Attr{Name: name, Content: []any{log.Sub{Number: number, Type: kind, Optional: true}}}
	}
	leaf := func(name string, number int, kind byte) *log.Node {
		return &log.Node{Name: name, Depends: number, Content: []any{log.Sub{Number: number, Type: kind, Optional: true}}}
	}
	empty := func(name string, attrs ...log.Attr) *log.Node {
		return &log.Node{Name: name, Depends: -1, Attrs: attrs}
	}
	system := &log.Node{Name: "System", Depends: -1, Content: []any{
		empty("Provider", attr("Name", 0, log.String), attr("Guid", 1, log.GUID)),
		leaf("EventID", 2, log.Uint16), leaf("Version", 3, log.Uint8), leaf("Level", 4, log.Uint8), leaf("Task", 5, log.Uint16), leaf("Opcode", 6, log.Uint8),
		leaf("Keywords", 7, log.HexInt64),
		empty("TimeCreated", attr("SystemTime", 8, log.FileTime)),
		leaf("EventRecordID", 9, log.Uint64),
		empty("Correlation", attr("ActivityID", 10, log.GUID)),
		empty("Execution", attr("ProcessID", 11, log.Uint32), attr("ThreadID", 12, log.Uint32)),
		leaf("Channel", 13, log.String), leaf("Computer", 14, log.String),
		empty("Security", attr("UserID", 15, log.SID)),
	}}
	eventData := &log.Node{Name: "EventData", Depends: -1}
	for i, d := range data {
		eventData.Content = append(eventData.Content, &log.Node{
			Name: "Data", Depends: -1,
			Attrs: []log.Attr{{Name: "Name", Content: []any{log.Text(d[0])}}}, Content: []any{log.Sub{Number: 16 + i, Type: log.String}},
		})
	}
	event := empty("Event", log.Attr{Name: "xmlns", Content: []any{log.Text("http://schemas.microsoft.com/win/2004/08/events/event")}})
	event.Content = []any{system, eventData}
	return event
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
