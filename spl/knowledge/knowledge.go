// Package knowledge holds what Splunk calls knowledge objects: what apps say about
// events beside the search. Which fields a sourcetype has and how they are found in
// the text (props.conf, transforms.conf), event types, tags, lookups, data models,
// macros and saved searches.
//
// Read [Load] first: it reads apps, layer by layer, into a [Base], which does not
// change afterwards and may serve many searches at a time. The rooms behind it:
// layers.go (which file wins), fields*.go (fields of events, in Splunk's search-time
// order), eventtypes.go and tags.go, lookup*.go (tables), models*.go (data models).
package knowledge

import (
	"io/fs"

	"spl/macros"
	"spl/parser/source"
)

// App is one Splunk app: a folder with default/, local/, lookups/, data/models/.
type App struct {
	Name string
	FS   fs.FS
}

// Base is all knowledge that searches may use. A nil Base has none.
type Base struct {
	layers  *Layers
	fields  *fieldRules
	index   *indexRules
	types   *eventTypes
	tags    *tagRules
	lookups *lookups
	models  *models
	macros  *macros.Set
	builtin bool // it is a family of those built in
}

// Options say what else there is beside apps.
type Options struct {
	// Lookups is a folder of lookup tables (CSV, plain or gzip) and ESCU lookup YAML
	// files; nil none.
	Lookups fs.FS
	// Macros are the macros that those of the apps come on top of; nil: built in.
	Macros *macros.Set
	// Override, if set, puts further macros over those of the apps.
	Override func(*macros.Set) source.Errors
}

// Load reads apps. Of several that say different things, the first in ASCII order of
// names wins (macros 2.3). Faults are reported, each with file and line, and what
// could be read is there all the same.
func Load(apps []App, o Options) (*Base, source.Errors) {
	layers, errs := readLayers(apps)
	b := &Base{layers: layers}
	add := func(es source.Errors) { errs = append(errs, es...) }
	var es source.Errors
	b.macros, es = loadMacros(layers, o.Macros)
	add(es)
	if o.Override != nil {
		add(o.Override(b.macros))
	}
	add(b.loadEvents(o.Lookups))
	b.models, es = loadModels(layers, b.macros)
	add(es)
	return b, errs
}

// loadEvents reads what the layers say of events: lookup tables, more of which may lie
// in a folder, fields, index-time rules, tags and event types.
func (b *Base) loadEvents(tables fs.FS) source.Errors {
	var errs, es source.Errors
	add := func(es source.Errors) { errs = append(errs, es...) }
	b.lookups, es = loadLookups(b.layers, tables)
	add(es)
	b.fields, es = loadFields(b)
	add(es)
	b.index, es = loadIndexRules(b.layers)
	add(es)
	b.tags, es = loadTags(b)
	add(es)
	b.types, es = loadEventTypes(b)
	add(es)
	return errs
}

// Macros are the macros of the apps over those that were there before; nil Base:
// those built in.
func (b *Base) Macros() *macros.Set {
	if b == nil || b.macros == nil {
		return macros.Builtin()
	}
	return b.macros
}

// Apps are the names of the apps, the strongest first.
func (b *Base) Apps() []string {
	if b == nil || b.layers == nil {
		return nil
	}
	var out []string
	for _, a := range b.layers.apps {
		out = append(out, a.Name)
	}
	return out
}
