package input

import (
	"encoding/binary"
	"hash/maphash"
	"slices"
	"strings"
	"unsafe"

	"github.com/tidwall/gjson"

	"spl/spl/input/kernel"
)

// forms reads JSON by comparing it with texts read before. Machines write lines of few
// forms (see [kernel.Form]): the keys and brackets are the same, only strings and
// numbers differ. A line whose form was seen in a line that is JSON is JSON too, so
// that nothing but the form has to be proved; and if the keys on the way to the wanted
// values are the same as there, the values stand at the same quotes.
type forms struct {
	form kernel.Form
	sets map[*wanted]*formSet
	set  *formSet // the last one used
	of   *wanted  // which it is of
	all  formSet  // while all values are wanted
}

// Bounds of what is remembered of the forms of lines.
const (
	maxSets     = 16
	maxForms    = 512     // of a set
	maxFormText = 4 << 20 // bytes of all forms of a set
	maxReadings = 6       // of a form: orders of keys
	formTrial   = 256     // lines after which a set must have been of use
	formRest    = 1 << 14 // lines for which it is left alone otherwise
)

// formSet is the forms known while one set of names is wanted.
type formSet struct {
	known map[uint64]*knownForm
	last  [4]*knownForm // the usual ones first
	size  int
	once  [256]uint64 // hashes of forms seen once
	tried int         // lines since the last trial
	hits  int         // of them, known ones
	rest  int         // lines to leave alone
}

type knownForm struct {
	text     string
	readings []*reading
	other    int  // lines of the form that no reading fits
	hopeless bool // no reading can be made
}

var formSeed = maphash.MakeSeed()

// extract is [wanted.extract] for a text of a known form; known is false when it is
// none, and then nothing was added.
func (f *forms) extract(w *wanted, text string, out *found) (known bool) {
	s := f.setOf(w)
	k := f.lookUp(s, text)
	if k == nil {
		return false
	}
	if r := k.reading(f.form.Quotes, text); r != nil {
		s.hits++
		for i := range r.values {
			out.add(r.values[i].name, r.values[i].in(&f.form, text))
		}
		return true
	}
	r := k.begin(&f.form, text)
	return r != nil && w.follow(text, out, r) && k.keep(r)
}

// flatten is [flatten] for a text of a known form, with the reading that the values
// are of; their names are numbers in its names. Without one, nothing was emitted.
func (f *forms) flatten(text string, emit func(r *reading, name int, value string)) (known bool) {
	k := f.lookUp(&f.all, text)
	if k == nil {
		return false
	}
	r := k.reading(f.form.Quotes, text)
	if r != nil {
		f.all.hits++
	} else if r = k.begin(&f.form, text); r == nil || !r.followAll() || !k.keep(r) {
		return false
	}
	for i := range r.values {
		emit(r, r.values[i].name, r.values[i].in(&f.form, text))
	}
	return true
}

// lookUp gives what is known of the form of a text; nil when it is not known, or when
// more than the form would have to be looked at.
func (f *forms) lookUp(s *formSet, text string) *knownForm {
	if len(text) > kernel.MaxForm || text[0] != '{' {
		return nil
	}
	if s.rest > 0 {
		s.rest--
		return nil
	}
	f.form.Read(textBytes(text))
	if f.form.Odd || f.form.Rare && !goodEscapes(text) {
		return nil
	}
	s.trial()
	k, hash := s.find(f.form.Bytes)
	if k == nil && s.again(hash) {
		k = s.learn(hash, f.form.Bytes)
	}
	return k
}

func (f *forms) setOf(w *wanted) *formSet {
	if f.of == w {
		return f.set
	}
	s := f.sets[w]
	if s == nil {
		if f.sets == nil || len(f.sets) >= maxSets {
			f.sets = map[*wanted]*formSet{}
		}
		s = &formSet{}
		f.sets[w] = s
	}
	f.of, f.set = w, s
	return s
}

// trial gives the set a rest when lines are seldom of known forms.
func (s *formSet) trial() {
	if s.tried++; s.tried == formTrial {
		if s.hits < formTrial/4 {
			s.rest = formRest
		}
		s.tried, s.hits = 0, 0
	}
}

// find gives what is known of a form, and its hash if that was needed.
func (s *formSet) find(form []byte) (*knownForm, uint64) {
	for i, k := range s.last {
		if k != nil && k.text == string(form) {
			if i > 0 {
				s.last[i], s.last[i-1] = s.last[i-1], k
			}
			return k, 0
		}
	}
	hash := maphash.Bytes(formSeed, form)
	k := s.known[hash]
	if k == nil || k.text != string(form) {
		return nil, hash
	}
	s.last[len(s.last)-1] = k
	return k, hash
}

// again says whether a form that is not known was seen before, not long ago. Those
// that come only once are not worth learning.
func (s *formSet) again(hash uint64) bool {
	slot := &s.once[hash%uint64(len(s.once))]
	if *slot == hash {
		return true
	}
	*slot = hash
	return false
}

// learn begins to remember a form.
func (s *formSet) learn(hash uint64, form []byte) *knownForm {
	if len(s.known) >= maxForms || s.size+len(form) > maxFormText {
		clear(s.known)
		s.size = 0
	}
	if s.known == nil {
		s.known = map[uint64]*knownForm{}
	}
	k := &knownForm{text: string(form)}
	s.known[hash], s.last[len(s.last)-1] = k, k
	s.size += len(form)
	return k
}

// reading gives one that fits the text, which has the form.
func (k *knownForm) reading(quotes []uint16, text string) *reading {
	for i, r := range k.readings {
		if r.fits(quotes, text) {
			if i > 0 {
				copy(k.readings[1:i+1], k.readings[:i])
				k.readings[0] = r
			}
			return r
		}
	}
	return nil
}

// begin begins a reading of a text; nil when there are too many.
func (k *knownForm) begin(f *kernel.Form, text string) *reading {
	if k.other++; k.hopeless || len(k.readings) >= maxReadings && k.other%formTrial != 0 {
		return nil
	}
	if len(k.readings) >= maxReadings {
		k.readings = k.readings[:0]
	}
	return &reading{text: text, quotes: f.Quotes}
}

// keep keeps a reading that is made, or that none can be made. It says true.
func (k *knownForm) keep(r *reading) bool {
	if k.hopeless = r.hopeless; !k.hopeless {
		k.readings = append(k.readings, r.own())
	}
	return true
}

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

// goodEscapes says whether a backslash stands before nothing but what may follow it.
func goodEscapes(text string) bool {
	s := jsonScan{text: text, b: textBytes(text)}
	for i := strings.IndexByte(text, '\\'); i >= 0; {
		if i = s.escape(i + 1); i < 0 {
			return false
		}
		n := strings.IndexByte(text[i:], '\\')
		if n < 0 {
			return true
		}
		i += n
	}
	return true
}
