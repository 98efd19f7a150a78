package jsontext

import (
	"hash/maphash"

	"spl/spl/input/kernel"
)

// Reader reads JSON by comparing it with texts read before. Machines write lines of few
// forms (see [kernel.Form]): the keys and brackets are the same, only strings and
// numbers differ. A text whose form was seen in a text that is JSON is JSON too, so
// that nothing but the form has to be proved; and if the keys on the way to the wanted
// values are the same as there, the values stand at the same quotes. It belongs to one
// goroutine.
type Reader struct {
	form kernel.Form // of the text that was read last
}

// Fast says that reading by forms is quicker than other ways on this machine.
var Fast = kernel.Forms

// Walk goes through a text, and keeps in the reading which keys it looked at and where
// it found values; where it goes must follow from nothing else. It says whether the text
// is JSON.
type Walk func(text string, r *Reading) bool

// Set is what is known of the forms of texts for one walk.
type Set struct {
	walk  Walk
	known map[uint64]*knownForm
	last  [4]*knownForm // the usual ones first
	size  int
	once  [256]uint64 // hashes of forms seen once
	tried int         // texts since the last trial
	hits  int         // of them, known ones
	rest  int         // texts to leave alone
}

// NewSet makes a set of which nothing is known yet.
func NewSet(walk Walk) *Set { return &Set{walk: walk} }

type knownForm struct {
	text     string
	readings []*Reading
	other    int  // texts of the form that no reading fits
	hopeless bool // no reading can be made
}

// Bounds of what is remembered of the forms of texts.
const (
	maxForms    = 512     // of a set
	maxFormText = 4 << 20 // bytes of all forms of a set
	maxReadings = 6       // of a form: orders of keys
	formTrial   = 256     // texts after which a set must have been of use
	formRest    = 1 << 14 // texts for which it is left alone otherwise
)

var formSeed = maphash.MakeSeed()

// Read gives how the walk's values are read in a text, which is JSON then. It is nil
// when the text is of no known form: then it must be read otherwise.
func (f *Reader) Read(s *Set, text string) *Reading {
	k := f.lookUp(s, text)
	if k == nil {
		return nil
	}
	if r := k.reading(f.form.Quotes, text); r != nil {
		s.hits++
		return r
	}
	r := k.begin(&f.form, text)
	if r == nil || !s.walk(text, r) {
		return nil
	}
	return k.keep(r)
}

// lookUp gives what is known of the form of a text; nil when it is not known, or when
// more than the form would have to be looked at.
func (f *Reader) lookUp(s *Set, text string) *knownForm {
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

// trial gives the set a rest when texts are seldom of known forms.
func (s *Set) trial() {
	if s.tried++; s.tried == formTrial {
		if s.hits < formTrial/4 {
			s.rest = formRest
		}
		s.tried, s.hits = 0, 0
	}
}

// find gives what is known of a form, and its hash if that was needed.
func (s *Set) find(form []byte) (*knownForm, uint64) {
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
func (s *Set) again(hash uint64) bool {
	slot := &s.once[hash%uint64(len(s.once))]
	if *slot == hash {
		return true
	}
	*slot = hash
	return false
}

// learn begins to remember a form.
func (s *Set) learn(hash uint64, form []byte) *knownForm {
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
func (k *knownForm) reading(quotes []uint16, text string) *Reading {
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
func (k *knownForm) begin(f *kernel.Form, text string) *Reading {
	if k.other++; k.hopeless || len(k.readings) >= maxReadings && k.other%formTrial != 0 {
		return nil
	}
	if len(k.readings) >= maxReadings {
		k.readings = k.readings[:0]
	}
	return &Reading{text: text, quotes: f.Quotes}
}

// keep keeps a reading that is made, or that none can be made.
func (k *knownForm) keep(r *Reading) *Reading {
	if k.hopeless = r.hopeless; k.hopeless {
		return nil
	}
	own := r.own()
	k.readings = append(k.readings, own)
	return own
}
