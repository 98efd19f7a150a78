package knowledge

import (
	"spl/eval/batch"
	"spl/parser/source"
)

// fieldRules are what props.conf and transforms.conf say of the fields of events.
type fieldRules struct{}

func loadFields(*Layers) (*fieldRules, source.Errors) { return &fieldRules{}, nil }

// Source gives the events of in with the fields that the knowledge base adds.
func (b *Base) Source(in batch.Source) batch.Source { return in }

// Computed says whether a field of some event may have a value that does not stand
// in its text, because an alias, a calculation, a lookup or the like gives it.
func (b *Base) Computed(field string) bool { return false }
