package input

import (
	"spl/eval/jsontext"
	"spl/spl/input/kernel"
)

// jsonReader reads JSON in the quickest way that knows the text: by the form of texts
// read before, by blocks, or byte by byte. It is for one goroutine at a time.
type jsonReader struct {
	plain  bool // byte by byte only
	forms  forms
	blocks blockScan
}

// takeJSON lends a reader, which goes back to scans.
func (r *reader) takeJSON() *jsonReader {
	j, _ := r.scans.Get().(*jsonReader)
	if j == nil {
		j = &jsonReader{plain: r.src.o.Plain || !kernel.Fast}
	}
	return j
}

// extract is [wanted.extract].
func (j *jsonReader) extract(w *wanted, text string, out *found) bool {
	if j.plain || len(text) < 64 {
		return w.extract(text, out)
	}
	if jsontext.Fast && j.forms.extract(w, text, out) {
		return true
	}
	return j.blocks.extract(w, text, out) || w.extract(text, out)
}

// flatten is [flatten], with a reading to which the numbers of names belong; known is
// false when the text must be flattened otherwise, and then nothing was emitted.
func (j *jsonReader) flatten(text string, emit func(r *jsontext.Reading, name int, value string)) (known bool) {
	return !j.plain && jsontext.Fast && len(text) >= 64 && j.forms.flatten(text, emit)
}
