package knowledge

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"spl/macros"
	"spl/parser/conf"
	"spl/parser/source"
)

// Layers are the configuration files of all apps, merged.
type Layers struct {
	apps  []App // in order of precedence, the strongest first
	files map[string]*Conf
	// index are the files as they are layered when events are indexed, where that is
	// another order: the local of every app before the default of any.
	index map[string]*Conf
}

// Conf is one kind of file (props, transforms...), merged key by key.
type Conf struct {
	Stanzas []*Stanza // in the order in which they were first met
	byName  map[string]*Stanza
}

// Stanza is a merged stanza.
type Stanza struct {
	Name string
	Keys []Key // in the order in which they were first met
	App  *App  // of the strongest layer that has the stanza
}

// Key is a setting of the layer that won.
type Key struct {
	Name  string
	Value *source.Text
	File  *source.File
	At    source.Span // the key's name in File
}

// confs are the files that are read.
var confs = []string{"props", "transforms", "macros", "eventtypes", "tags", "savedsearches", "datamodels", "collections", "fields"}

// maxConf bounds the size of one file.
const maxConf = 64 << 20

func readLayers(apps []App) (*Layers, source.Errors) {
	l := &Layers{apps: slices.Clone(apps), files: map[string]*Conf{}}
	slices.SortStableFunc(l.apps, func(a, b App) int { return strings.Compare(a.Name, b.Name) })
	l.index = map[string]*Conf{}
	var errs source.Errors
	for _, name := range confs {
		c := &Conf{byName: map[string]*Stanza{}}
		l.files[name] = c
		layers := map[string][]layer{}
		for i := range l.apps {
			for _, kind := range []string{"local", "default"} {
				f, es := readConf(&l.apps[i], kind+"/"+name+".conf")
				errs = append(errs, es...)
				c.mergeAll(&l.apps[i], f)
				layers[kind] = append(layers[kind], layer{&l.apps[i], f})
			}
		}
		if len(l.apps) > 1 && (name == "props" || name == "transforms") {
			c := &Conf{byName: map[string]*Stanza{}}
			l.index[name] = c
			for _, y := range slices.Concat(layers["local"], layers["default"]) {
				c.mergeAll(y.app, y.file)
			}
		}
	}
	return l, errs
}

// layer is a file of an app.
type layer struct {
	app  *App
	file *conf.File
}

// indexConf is [Layers.Conf] as it is when events are indexed.
func (l *Layers) indexConf(name string) *Conf {
	if c := l.index[name]; c != nil {
		return c
	}
	return l.files[name]
}

// readConf reads a file of an app. A missing file is none: nil.
func readConf(app *App, name string) (*conf.File, source.Errors) {
	info, err := fs.Stat(app.FS, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	shown := path.Join(app.Name, name)
	at := &source.File{Name: shown}
	if err == nil && info.Size() > maxConf {
		err = errors.New("it is too large")
	}
	var text []byte
	if err == nil {
		text, err = fs.ReadFile(app.FS, name)
	}
	if err != nil {
		return nil, source.Errors{{Code: source.Syntax, Message: "cannot be read: " + err.Error(), File: at}}
	}
	return conf.Parse(shown, string(text))
}

// mergeAll merges a file in, under what is there already.
func (c *Conf) mergeAll(app *App, f *conf.File) {
	if f == nil {
		return
	}
	for _, s := range f.Stanzas {
		c.merge(app, f.Source, s)
	}
}

func (c *Conf) merge(app *App, f *source.File, s *conf.Stanza) {
	have := c.byName[s.Name]
	if have == nil {
		have = &Stanza{Name: s.Name, App: app}
		c.byName[s.Name] = have
		c.Stanzas = append(c.Stanzas, have)
	}
	for _, k := range s.Keys {
		if have.Key(k.Name) == nil {
			have.Keys = append(have.Keys, Key{k.Name, k.Value, f, k.At})
		}
	}
}

// Conf is a kind of file by its name without .conf; empty when no app has one.
func (l *Layers) Conf(name string) *Conf { return l.files[name] }

// Stanza finds a stanza by its name; nil when there is none.
func (c *Conf) Stanza(name string) *Stanza { return c.byName[name] }

// Key finds a setting; nil when there is none. It may be called on nil.
func (s *Stanza) Key(name string) *Key {
	if s == nil {
		return nil
	}
	for i := range s.Keys {
		if s.Keys[i].Name == name {
			return &s.Keys[i]
		}
	}
	return nil
}

// Get is a setting's text, or def when it is not there.
func (s *Stanza) Get(name, def string) string {
	if k := s.Key(name); k != nil {
		return k.Value.String
	}
	return def
}

// Fault is an error at a setting's value.
func (k *Key) Fault(code source.Code, format string, args ...any) *source.Error {
	e := source.Errorf(code, source.Span{End: len(k.Value.String)}, format, args...)
	k.Value.Resolve(source.Errors{e})
	return e
}

// loadMacros puts the macros of the apps on top of base.
func loadMacros(l *Layers, base *macros.Set) (*macros.Set, source.Errors) {
	if base == nil {
		base = macros.Builtin()
	}
	set := base.Clone()
	var errs source.Errors
	for _, app := range slices.Backward(l.apps) { // the strongest last
		for _, layer := range []string{"default", "local"} {
			name := layer + "/macros.conf"
			if _, err := fs.Stat(app.FS, name); err != nil {
				continue
			}
			errs = append(errs, set.Load(app.FS, name, path.Join(app.Name, name))...)
		}
	}
	return set, errs
}
