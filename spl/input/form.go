package input

import (
	"hash/maphash"
	"strings"

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
