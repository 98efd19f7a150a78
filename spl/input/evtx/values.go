package evtx

import (
	"encoding/binary"
	"encoding/hex"
	"math"
	"slices"
	"strconv"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// The types of values ([MS-EVEN6] 2.2.12.6); arrayType is set in addition.
const (
	nullType     = 0x00
	stringType   = 0x01
	ansiType     = 0x02
	int8Type     = 0x03
	uint8Type    = 0x04
	int16Type    = 0x05
	uint16Type   = 0x06
	int32Type    = 0x07
	uint32Type   = 0x08
	int64Type    = 0x09
	uint64Type   = 0x0a
	real32Type   = 0x0b
	real64Type   = 0x0c
	boolType     = 0x0d
	binaryType   = 0x0e
	guidType     = 0x0f
	sizeType     = 0x10
	fileTimeType = 0x11
	sysTimeType  = 0x12
	sidType      = 0x13
	hexInt32Type = 0x14
	hexInt64Type = 0x15
	binXMLType   = 0x21

	arrayType = 0x80
)

// widths are the sizes of types that have one.
var widths = [...]int{
	int8Type: 1, uint8Type: 1, int16Type: 2, uint16Type: 2, int32Type: 4, uint32Type: 4, int64Type: 8, uint64Type: 8,
	real32Type: 4, real64Type: 8, boolType: 4, guidType: 16, fileTimeType: 8, sysTimeType: 16, hexInt32Type: 4, hexInt64Type: 8,
}

func (v value) isArray() bool { return v.kind&arrayType != 0 }

func (v value) width() int {
	if k := int(v.kind &^ arrayType); k < len(widths) {
		return widths[k]
	}
	return 0
}

// split gives the elements of an array.
func (r *Reader) split(v value) []value {
	var out []value
	kind, w := v.kind&^arrayType, v.width()
	for v.size > 0 {
		n := w
		if w == 0 {
			n = r.firstSize(v)
		}
		n = min(n, v.size)
		out = append(out, value{kind, v.at, n})
		v.at, v.size = v.at+n, v.size-n
	}
	return out
}

// firstSize is how long the first element of an array is: a text with the NUL that
// ends it, a SID by its count. An array of anything else is one element.
func (r *Reader) firstSize(v value) int {
	d := r.data[v.at : v.at+v.size]
	switch v.kind &^ arrayType {
	case stringType:
		for i := 0; i+1 < len(d); i += 2 {
			if d[i] == 0 && d[i+1] == 0 {
				return i + 2
			}
		}
	case ansiType:
		for i, c := range d {
			if c == 0 {
				return i + 1
			}
		}
	case sidType:
		if len(d) >= 8 && 8+4*int(d[1]) <= len(d) {
			return 8 + 4*int(d[1])
		}
	case sizeType:
		return min(8, len(d))
	}
	return len(d)
}

// value writes a value as text.
func (r *Reader) value(v value, depth int, inAttribute bool) bool {
	if v.isArray() { // beside other content: one after the other
		for i, e := range r.split(v) {
			if i > 0 {
				r.out = append(r.out, ' ')
			}
			if r.step(1) || !r.value(e, depth, inAttribute) {
				return false
			}
		}
		return true
	}
	if v.kind == binXMLType {
		return inAttribute || v.size == 0 || r.fragment(v.at, v.at+v.size, depth+1)
	}
	r.out = appendValue(r.out, v.kind, r.data[v.at:v.at+v.size], inAttribute)
	return true
}

func appendValue(out []byte, kind byte, d []byte, inAttribute bool) []byte {
	if int(kind) < len(widths) && len(d) < widths[kind] {
		return appendHex(out, d) // too short for its type
	}
	le := binary.LittleEndian
	switch kind {
	case nullType:
		return out
	case stringType:
		return appendUTF16(out, d, inAttribute)
	case ansiType:
		return appendANSI(out, d, inAttribute)
	case int8Type:
		return strconv.AppendInt(out, int64(int8(d[0])), 10)
	case uint8Type:
		return appendUint(out, uint64(d[0]))
	case int16Type:
		return strconv.AppendInt(out, int64(int16(le.Uint16(d))), 10)
	case uint16Type:
		return appendUint(out, uint64(le.Uint16(d)))
	case int32Type:
		return strconv.AppendInt(out, int64(int32(le.Uint32(d))), 10)
	case uint32Type:
		return appendUint(out, uint64(le.Uint32(d)))
	case int64Type:
		return strconv.AppendInt(out, int64(le.Uint64(d)), 10)
	case uint64Type:
		return appendUint(out, le.Uint64(d))
	case real32Type:
		return appendReal(out, float64(math.Float32frombits(le.Uint32(d))), 32)
	case real64Type:
		return appendReal(out, math.Float64frombits(le.Uint64(d)), 64)
	case boolType:
		return strconv.AppendBool(out, le.Uint32(d) != 0)
	case guidType:
		return appendGUID(out, d)
	case fileTimeType:
		return appendFileTime(out, le.Uint64(d))
	case sysTimeType:
		return appendSysTime(out, d)
	case sidType:
		return appendSID(out, d)
	case hexInt32Type:
		return strconv.AppendUint(append(out, "0x"...), uint64(le.Uint32(d)), 16)
	case hexInt64Type:
		return strconv.AppendUint(append(out, "0x"...), le.Uint64(d), 16)
	case sizeType:
		switch len(d) {
		case 4:
			return appendValue(out, hexInt32Type, d, inAttribute)
		case 8:
			return appendValue(out, hexInt64Type, d, inAttribute)
		}
	}
	return appendHex(out, d) // binary, and what is not known
}

func appendUint(out []byte, n uint64) []byte { return strconv.AppendUint(out, n, 10) }

func appendHex(out, d []byte) []byte {
	from := len(out)
	out = hex.AppendEncode(out, d)
	for i := from; i < len(out); i++ {
		if out[i] >= 'a' {
			out[i] -= 'a' - 'A'
		}
	}
	return out
}

func appendReal(out []byte, f float64, bits int) []byte {
	switch {
	case math.IsInf(f, 1):
		return append(out, "1.#INF"...)
	case math.IsInf(f, -1):
		return append(out, "-1.#INF"...)
	case math.IsNaN(f):
		return append(out, "-1.#IND"...)
	}
	return strconv.AppendFloat(out, f, 'g', -1, bits)
}

// appendGUID writes {XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX}.
func appendGUID(out, d []byte) []byte {
	out = append(out, '{')
	for i, at := range [...]int{3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15} {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			out = append(out, '-')
		}
		out = appendHex(out, d[at:at+1])
	}
	return append(out, '}')
}

// appendFileTime writes a number of 100 ns since 1601, in UTC, as Windows does.
func appendFileTime(out []byte, n uint64) []byte {
	const toUnix = 11644473600
	t := time.Unix(int64(n/1e7)-toUnix, int64(n%1e7)*100).UTC()
	return t.AppendFormat(out, "2006-01-02T15:04:05.0000000Z")
}

func appendSysTime(out, d []byte) []byte {
	n := func(i int) int { return int(binary.LittleEndian.Uint16(d[i:])) }
	t := time.Date(n(0), time.Month(n(2)), n(6), n(8), n(10), n(12), n(14)*1e6, time.UTC)
	return t.AppendFormat(out, "2006-01-02T15:04:05.000Z")
}

// appendSID writes S-1-…; what is no SID in hexadecimal.
func appendSID(out, d []byte) []byte {
	if len(d) < 8 || 8+4*int(d[1]) > len(d) {
		return appendHex(out, d)
	}
	out = appendUint(append(out, "S-"...), uint64(d[0]))
	var authority uint64
	for _, c := range d[2:8] {
		authority = authority<<8 | uint64(c)
	}
	out = append(out, '-')
	if authority>>32 != 0 {
		out = strconv.AppendUint(append(out, "0x"...), authority, 16)
	} else {
		out = appendUint(out, authority)
	}
	for i := range int(d[1]) {
		out = appendUint(append(out, '-'), uint64(binary.LittleEndian.Uint32(d[8+4*i:])))
	}
	return out
}

// plain are the ASCII characters that stand for themselves everywhere.
var plain = func() (t [utf8.RuneSelf]bool) {
	for c := ' '; c < utf8.RuneSelf; c++ {
		t[c] = c != '<' && c != '>' && c != '&' && c != '\''
	}
	return t
}()

// appendUTF16 writes a text, without the NULs at its end, escaped for XML.
func appendUTF16(out, d []byte, inAttribute bool) []byte {
	for len(d) >= 2 && d[len(d)-1] == 0 && d[len(d)-2] == 0 && len(d)%2 == 0 {
		d = d[:len(d)-2]
	}
	out = slices.Grow(out, len(d)/2)
	for i := 0; i+1 < len(d); i += 2 {
		u := rune(d[i]) | rune(d[i+1])<<8
		if u < utf8.RuneSelf && plain[u] {
			out = append(out, byte(u))
			continue
		}
		if u < utf8.RuneSelf {
			out = appendEscaped(out, byte(u), inAttribute)
			continue
		}
		if utf16.IsSurrogate(u) {
			pair := rune(utf8.RuneError)
			if i+3 < len(d) {
				pair = utf16.DecodeRune(u, rune(d[i+2])|rune(d[i+3])<<8)
			}
			if u = pair; pair != utf8.RuneError {
				i += 2
			}
		}
		out = utf8.AppendRune(out, u)
	}
	return out
}

// appendANSI writes a text of single bytes, taken for Windows-1252's common part.
func appendANSI(out, d []byte, inAttribute bool) []byte {
	for len(d) > 0 && d[len(d)-1] == 0 {
		d = d[:len(d)-1]
	}
	for _, c := range d {
		if c < utf8.RuneSelf {
			out = appendEscaped(out, c, inAttribute)
		} else {
			out = utf8.AppendRune(out, rune(c))
		}
	}
	return out
}

// appendEscaped writes an ASCII character. Control characters, which XML cannot hold,
// become references all the same, so that no two texts look alike.
func appendEscaped(out []byte, c byte, inAttribute bool) []byte {
	switch {
	case c == '<':
		return append(out, "&lt;"...)
	case c == '>':
		return append(out, "&gt;"...)
	case c == '&':
		return append(out, "&amp;"...)
	case c == '\'' && inAttribute:
		return append(out, "&apos;"...)
	case c < ' ' && (inAttribute || c != '\n' && c != '\r' && c != '\t'):
		return append(appendUint(append(out, "&#"...), uint64(c)), ';')
	}
	return append(out, c)
}
