package knowledge

import (
	"slices"

	"spl/parser/source"
)

// SavedSearch is a stanza of savedsearches.conf (events-and-fields 3.10).
type SavedSearch struct {
	Name string
	// Search is its text, as it stands there.
	Search *source.Text
	// Earliest and Latest are its time range as modifiers; "" for none.
	Earliest, Latest string
	Disabled         bool
}

// SavedSearch finds a saved search by its name; nil when no app has it.
func (b *Base) SavedSearch(name string) *SavedSearch {
	if b == nil || b.layers == nil {
		return nil
	}
	s := b.layers.Conf("savedsearches").Stanza(name)
	k := s.Key("search")
	if k == nil || name == "default" {
		return nil
	}
	off, _ := boolean(s.Key("disabled"), false)
	return &SavedSearch{Name: name, Search: k.Value, Earliest: s.Get("dispatch.earliest_time", ""), Latest: s.Get("dispatch.latest_time", ""), Disabled: off}
}

// SavedSearches are the names of all saved searches, in ASCII order.
func (b *Base) SavedSearches() []string {
	if b == nil || b.layers == nil {
		return nil
	}
	var out []string
	for _, s := range b.layers.Conf("savedsearches").Stanzas {
		if b.SavedSearch(s.Name) != nil {
			out = append(out, s.Name)
		}
	}
	slices.Sort(out)
	return out
}
