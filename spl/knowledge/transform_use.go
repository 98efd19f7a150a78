package knowledge

import (
	"fmt"
)

// Transform is a stanza of transforms.conf with a REGEX or DELIMS, for a search that
// asks for it by name.
type Transform struct {
	From string // the field that it reads
	Add  bool   // values are added to those that are there (MV_ADD)
	step *step
}

// Transform finds a transform. The error, in the reader's words, is for a name that no
// app has, or for a stanza that is faulty or of another kind.
func (b *Base) Transform(name string) (*Transform, error) {
	var s *Stanza
	if b != nil {
		s = b.layers.Conf("transforms").Stanza(name)
	}
	if s == nil {
		return nil, fmt.Errorf("there is no transform `%s`", name)
	}
	st, fault := newTransform(s)
	if fault != nil {
		return nil, fmt.Errorf("the transform `%s` cannot be used: %w", name, fault)
	}
	return &Transform{st.from, st.add, st}, nil
}

// Each gives the fields that the transform finds in a text. The error is of a regular
// expression that ran away.
func (t *Transform) Each(text string, emit func(name, value string)) error {
	return t.step.run(text, emit)
}
