package jsontext

import (
	"encoding/binary"
	"slices"
	"strings"
	"unsafe"
)

// Reading is how the values of a text were found: which keys were read, and where the
// values stand, counted in quotes. A [Walk] makes one.
type Reading struct {
	// Values in the order in which they were found.
	Values []Value
	// Names is for whoever made the reading.
	Names []string

	keys   []keyAt
	checks []keyCheck // of all keys
	last   int        // the number of the last key's opening quote
	reach  int        // how far behind a key's opening quote checks look

	// While it is being made:
	text     string
	quotes   []uint16
	hopeless bool
}

// keyAt is a key: the number of its opening quote, and its text.
type keyAt struct {
	quote int
	text  string
	only  bool // any key that begins with the same byte will do
}

// keyCheck looks at eight bytes of a key.
type keyCheck struct {
	bytes, mask uint64  // what they must be, and which of them matter
	quote       uintptr // where its opening quote stands among the quotes, in bytes
	offset      uintptr // of the bytes behind that quote
}

// checks are how the key is looked at, with the quote behind it. Where it takes several,
// the last overlaps the one before.
func (k *keyAt) checks() (out []keyCheck) {
	text := k.text + `"`
	if k.only {
		text = k.text[:1]
	}
	for at := 0; ; at += 8 {
		if len(text) > 8 {
			at = min(at, len(text)-8)
		}
		var bytes [8]byte
		n := copy(bytes[:], text[at:])
		out = append(out, keyCheck{binary.LittleEndian.Uint64(bytes[:]), ^uint64(0) >> (64 - 8*n), 2 * uintptr(k.quote), uintptr(at) + 1})
		if at+n == len(text) {
			return out
		}
	}
}

// Value is where a value stands.
type Value struct {
	Name  int // as whoever made the reading numbers it
	kind  valueKind
	begin place // of a string, behind its opening quote
	end   place // of an object or array
}

type valueKind uint8

const (
	isString valueKind = iota
	isContainer
	isScalar // a number, true, false or null
)

// place is a place in a text, outside strings.
type place struct {
	quote  int  // the number of the last quote before it
	gap    int  // how far behind the quote it is
	digits bool // there are digits in between; then gap counts a run of them as one
}

// maxGap is how far from a quote a value may be for a reading to find it.
const maxGap = 64

// Key keeps that a key was read, which stands in quotes at i as it is given. With only,
// any other key that begins with the same byte leads nowhere, too. The nil Reading is for
// walks of which nothing is to be kept.
func (r *Reading) Key(i int, text string, only bool) {
	if r == nil {
		return
	}
	q, _ := slices.BinarySearch(r.quotes, uint16(i))
	r.keys = append(r.keys, keyAt{quote: q, text: text, only: only && text != "" && text[0] != '\\'})
}

// Value keeps that a value was found between two places, of the name of that number.
func (r *Reading) Value(name, from, to int) {
	if r == nil {
		return
	}
	v := Value{Name: name, kind: isScalar}
	switch r.text[from] {
	case '"':
		v.kind = isString
		v.begin.quote, _ = slices.BinarySearch(r.quotes, uint16(from))
	case '{', '[':
		v.kind = isContainer
		v.begin, v.end = r.place(from), r.place(to)
	default:
		v.begin = r.place(from)
	}
	r.Values = append(r.Values, v)
}

// place describes a place in the text; there must be a quote before it.
func (r *Reading) place(i int) place {
	q, _ := slices.BinarySearch(r.quotes, uint16(i))
	if q == 0 {
		r.hopeless = true
		return place{}
	}
	p := place{quote: q - 1}
	for j := int(r.quotes[p.quote]) + 1; j < i; j++ {
		if !isDigit(r.text[j]) {
			p.gap++
		} else if p.digits = true; !isDigit(r.text[j-1]) {
			p.gap++
		}
	}
	r.hopeless = r.hopeless || p.gap > maxGap
	return p
}

// own is the finished reading, which keeps nothing of the text.
func (r *Reading) own() *Reading {
	own := &Reading{Values: slices.Clone(r.Values), Names: r.Names}
	for _, k := range r.keys {
		k.text = strings.Clone(k.text)
		own.keys = append(own.keys, k)
		own.last = max(own.last, k.quote)
		for _, c := range k.checks() {
			own.checks = append(own.checks, c)
			own.reach = max(own.reach, int(c.offset)+8)
		}
	}
	return own
}

// fits says whether a text of the same form has the same keys on the way to values.
// It is asked of each text, so that it has one branch for all keys, and looks at memory
// without asking each time whether it is there (74 → 37 ns for 21 keys).
func (r *Reading) fits(quotes []uint16, text string) bool {
	if len(r.checks) == 0 {
		return true
	}
	if int(quotes[r.last])+r.reach > len(text) { // no key begins behind the last one
		return r.fitsAtEnd(quotes, text)
	}
	places, bytes := unsafe.Pointer(unsafe.SliceData(quotes)), unsafe.Pointer(unsafe.StringData(text))
	differs := uint64(0)
	for i := range r.checks {
		k := &r.checks[i]
		at := *(*uint16)(unsafe.Add(places, k.quote))
		key := (*[8]byte)(unsafe.Add(bytes, uintptr(at)+k.offset))
		differs |= (binary.LittleEndian.Uint64(key[:]) ^ k.bytes) & k.mask
	}
	return differs == 0
}

// fitsAtEnd is fits for a text that ends soon after its last key.
func (r *Reading) fitsAtEnd(quotes []uint16, text string) bool {
	for _, k := range r.keys {
		key := text[quotes[k.quote]+1 : quotes[k.quote+1]]
		if key != k.text && !(k.only && key != "" && key[0] == k.text[0]) {
			return false
		}
	}
	return true
}

// Value gives what stands at a place of the reading that the text was last read with: a
// string decoded, anything else as it stands.
func (f *Reader) Value(v *Value, text string) string {
	if v.kind != isString {
		return v.raw(f.form.Quotes, text)
	}
	s := text[f.form.Quotes[v.begin.quote]+1 : f.form.Quotes[v.begin.quote+1]]
	if f.form.Escaped && strings.IndexByte(s, '\\') >= 0 {
		return Unquote(s)
	}
	return s
}

// Raw gives what stands at a place as it stands, a string with its quotes.
func (f *Reader) Raw(v *Value, text string) string {
	if v.kind != isString {
		return v.raw(f.form.Quotes, text)
	}
	return text[f.form.Quotes[v.begin.quote] : f.form.Quotes[v.begin.quote+1]+1]
}

// raw gives a value that is no string.
func (v *Value) raw(quotes []uint16, text string) string {
	at := v.begin.in(quotes, text)
	if v.kind == isContainer {
		return text[at:v.end.in(quotes, text)]
	}
	end := at
	for text[end] > ' ' && text[end] != ',' && text[end] != '}' && text[end] != ']' {
		end++
	}
	return text[at:end]
}

// in finds the place in a text.
func (p *place) in(quotes []uint16, text string) int {
	at := int(quotes[p.quote]) + 1
	if !p.digits {
		return at + p.gap
	}
	for range p.gap {
		at++
		for isDigit(text[at-1]) && isDigit(text[at]) {
			at++
		}
	}
	return at
}
