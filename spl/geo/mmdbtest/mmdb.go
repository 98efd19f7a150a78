// Package mmdbtest makes small databases in MaxMind's format for tests, so that none
// has to lie beside them.
package mmdbtest

import (
	"encoding/binary"
	"math"
	"net/netip"
	"slices"
)

// Database is a database of IPv4 and IPv6 networks and what it says about each: a map
// of texts to texts, numbers, maps and lists of those.
func Database(networks map[string]map[string]any) []byte {
	t := &tree{nodes: [][2]int{{}}}
	var data []byte
	names := make([]string, 0, len(networks))
	for n := range networks {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		t.insert(netip.MustParsePrefix(n), -1-len(data))
		data = append(data, encode(networks[n])...)
	}
	out := t.encode()
	out = append(out, make([]byte, 16)...)
	out = append(out, data...)
	out = append(out, "\xab\xcd\xefMaxMind.com"...)
	return append(out, encode(map[string]any{
		"node_count": uint32(len(t.nodes)), "record_size": uint16(32), "ip_version": uint16(6),
		"database_type": "Test-City", "languages": []any{"en"}, "binary_format_major_version": uint16(2),
		"binary_format_minor_version": uint16(0), "build_epoch": uint64(1), "description": map[string]any{"en": "test"},
	})...)
}

// tree holds, for each bit of an address, where to go on: 0 nowhere, n > 0 the node n,
// n < 0 the data at -1-n.
type tree struct{ nodes [][2]int }

func (t *tree) insert(p netip.Prefix, data int) {
	addr, bits := p.Addr(), p.Bits()
	raw := addr.As16()
	if addr.Is4() { // IPv4 lies at ::/96
		v4 := addr.As4()
		raw = [16]byte{}
		copy(raw[12:], v4[:])
		bits += 96
	}
	at := 0
	for i := range bits {
		bit := raw[i/8] >> (7 - i%8) & 1
		if i == bits-1 {
			t.nodes[at][bit] = data
			return
		}
		if t.nodes[at][bit] <= 0 {
			t.nodes = append(t.nodes, [2]int{})
			t.nodes[at][bit] = len(t.nodes) - 1
		}
		at = t.nodes[at][bit]
	}
}

func (t *tree) encode() []byte {
	var out []byte
	for _, n := range t.nodes {
		for _, to := range n {
			switch {
			case to == 0:
				to = len(t.nodes)
			case to < 0:
				to = len(t.nodes) + 16 + (-1 - to)
			}
			out = binary.BigEndian.AppendUint32(out, uint32(to))
		}
	}
	return out
}

// The kinds of data, as the format numbers them.
const (
	kindText   = 2
	kindDouble = 3
	kindUint16 = 5
	kindUint32 = 6
	kindMap    = 7
	kindUint64 = 9
	kindList   = 11
)

func encode(v any) []byte {
	switch v := v.(type) {
	case string:
		return append(head(kindText, len(v)), v...)
	case float64:
		return binary.BigEndian.AppendUint64(head(kindDouble, 8), math.Float64bits(v))
	case uint16:
		return binary.BigEndian.AppendUint16(head(kindUint16, 2), v)
	case uint32:
		return binary.BigEndian.AppendUint32(head(kindUint32, 4), v)
	case uint64:
		return binary.BigEndian.AppendUint64(head(kindUint64, 8), v)
	case []any:
		out := head(kindList, len(v))
		for _, x := range v {
			out = append(out, encode(x)...)
		}
		return out
	case map[string]any:
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		out := head(kindMap, len(v))
		for _, k := range keys {
			out = append(append(out, encode(k)...), encode(v[k])...)
		}
		return out
	}
	panic("mmdbtest: a kind of value that it does not write")
}

// head is a control byte: the kind, and the size, which must be under 285.
func head(kind, size int) []byte {
	short := min(size, 29)
	var out []byte
	if kind > 7 {
		out = []byte{byte(short), byte(kind - 7)}
	} else {
		out = []byte{byte(kind<<5 | short)}
	}
	if size >= 29 {
		out = append(out, byte(size-29))
	}
	return out
}
