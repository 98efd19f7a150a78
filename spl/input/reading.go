package input

import (
	"encoding/binary"
	"slices"
	"strings"
	"unsafe"

	"github.com/tidwall/gjson"

	"spl/spl/input/kernel"
)

// reading is how the wanted values of a text were found: which keys were read, and
// where the values stand, counted in quotes.
type reading struct {
	keys   []keyAt
	values []valueAt
	names  []string // of all values, if all were read

	// While it is being made:
	text     string
	quotes   []uint16
	hopeless bool
}

// keyAt is a key. Its first eight bytes and its last tell it from nearly all others.
type keyAt struct {
	quote      int // the number of its opening quote
	text       string
	head, tail uint64
	mask       uint64 // of the bytes of head that there are
	only       bool   // any key that begins with the same byte will do
}

// ends fills in the first bytes and the last.
func (k *keyAt) ends() {
	var first [8]byte
	n := copy(first[:], k.text)
	k.head, k.mask = binary.LittleEndian.Uint64(first[:]), ^uint64(0)>>(64-8*n)
	if n == 8 {
		k.tail = binary.LittleEndian.Uint64([]byte(k.text[len(k.text)-8:]))
	}
}

// is says whether the key stands between two places of a text.
func (k *keyAt) is(b []byte, from, to int) bool {
	if k.only {
		return b[from] == byte(k.head)
	}
	n := len(k.text)
	if to-from != n {
		return false
	}
	if from+8 > len(b) {
		return string(b[from:to]) == k.text
	}
	if (binary.LittleEndian.Uint64(b[from:])^k.head)&k.mask != 0 {
		return false
	}
	if n <= 8 {
		return true
	}
	return binary.LittleEndian.Uint64(b[to-8:]) == k.tail && (n <= 16 || string(b[from:to]) == k.text)
}

type valueAt struct {
	name   int
	quote  int  // of a string, its opening quote; otherwise the last one before it
	isText bool // it is a string
	gap    int  // of others, how far behind the quote it begins
	digits bool // there are digits in between; then gap counts a run of them as one
}

// maxGap is how far from a quote a number may be for a reading to find it.
const maxGap = 64

// key keeps that a key was read, whose opening quote is at i, and that leads from a
// state. If its first byte leads nowhere, no other key with that byte does.
func (r *reading) key(i int, text string, from state) {
	if r == nil {
		return
	}
	q, _ := slices.BinarySearch(r.quotes, uint16(i))
	only := text != "" && text[0] != '\\' && from.node != nil && from.advance(text[:1]).node == nil
	r.keys = append(r.keys, keyAt{quote: q, text: text, only: only})
}

// value keeps where a value was found.
func (r *reading) value(name, i int, isText bool) {
	if r == nil {
		return
	}
	q, _ := slices.BinarySearch(r.quotes, uint16(i))
	v := valueAt{name: name, quote: q, isText: isText}
	if !isText {
		v.quote--
		from := int(r.quotes[v.quote]) + 1
		for j := from; j < i; j++ {
			if !isDigit(r.text[j]) {
				v.gap++
			} else if v.digits = true; !isDigit(r.text[j-1]) {
				v.gap++
			}
		}
		r.hopeless = r.hopeless || v.gap > maxGap
	}
	r.values = append(r.values, v)
}

// followAll reads all values of a text that is JSON.
func (r *reading) followAll() bool {
	at := map[string]int{}
	walk := flattener{
		key: func(raw string) { r.key(offset(r.text, raw), raw[1:len(raw)-1], state{}) },
		leaf: func(name []byte, v gjson.Result) {
			i, ok := at[string(name)]
			if !ok {
				i = len(r.names)
				r.names = append(r.names, string(name))
				at[r.names[i]] = i
			}
			r.value(i, offset(r.text, v.Raw), v.Type == gjson.String)
		},
	}
	walk.text(r.text)
	return !r.hopeless
}

// offset is where a part of a text begins in it.
func offset(text, part string) int {
	return int(uintptr(unsafe.Pointer(unsafe.StringData(part))) - uintptr(unsafe.Pointer(unsafe.StringData(text))))
}

// own is the finished reading, which keeps nothing of the text.
func (r *reading) own() *reading {
	own := &reading{keys: slices.Clone(r.keys), values: slices.Clone(r.values), names: r.names}
	for i := range own.keys {
		own.keys[i].text = strings.Clone(own.keys[i].text)
		own.keys[i].ends()
	}
	return own
}

// fits says whether a text of the same form has the same keys on the way to values.
func (r *reading) fits(quotes []uint16, text string) bool {
	b := textBytes(text)
	for i := range r.keys {
		k := &r.keys[i]
		at := quotes[k.quote : k.quote+2]
		if !k.is(b, int(at[0])+1, int(at[1])) {
			return false
		}
	}
	return true
}

// in gives the value of a text that fits the reading.
func (v *valueAt) in(f *kernel.Form, text string) string {
	at := int(f.Quotes[v.quote]) + 1
	if !v.isText {
		return v.scalar(text, at)
	}
	s := text[at:f.Quotes[v.quote+1]]
	if f.Escaped && strings.IndexByte(s, '\\') >= 0 {
		return unquote(s)
	}
	return s
}

// scalar gives a value that is no string; at is the place after the quote before it.
func (v *valueAt) scalar(text string, at int) string {
	if !v.digits {
		at += v.gap
	} else {
		for range v.gap {
			at++
			for isDigit(text[at-1]) && isDigit(text[at]) {
				at++
			}
		}
	}
	end := at
	for text[end] > ' ' && text[end] != ',' && text[end] != '}' && text[end] != ']' {
		end++
	}
	return text[at:end]
}
