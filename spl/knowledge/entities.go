package knowledge

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"spl/parser/source"
)

// Entity is an object of an app as the REST interface of Splunk shows it.
type Entity struct {
	Title string
	// App is the app that it belongs to, Owner whose it is there, Sharing how far it
	// is seen: app, or global.
	App, Owner, Sharing string
	Content             []Content
}

// Content is a value of an entity.
type Content struct{ Name, Value string }

// Entities gives the objects of a kind, named by the end of its path, such as
// saved/searches or configs/conf-props, by app and then in ASCII order of their
// titles. With an app named only what is seen there: its own objects, and those that
// others share. A kind that is not known is none: known is false. The faults are
// those of files that only this asks for.
func (b *Base) Entities(kind, app string) (list []Entity, known bool, faults source.Errors) {
	k := entityKindOf(kind)
	if k == nil {
		return nil, false, nil
	}
	if b == nil || b.layers == nil {
		return nil, true, nil
	}
	for i := range b.layers.apps {
		r := &entityReader{app: &b.layers.apps[i]}
		r.meta = r.conf("metadata/local.meta", "metadata/default.meta")
		r.faults = nil // the stanza without a name is one to the reader of conf files
		k(r)
		faults = append(faults, r.faults...)
		for _, e := range r.list {
			if app == "" || e.App == app || e.Sharing == "global" {
				list = append(list, e)
			}
		}
	}
	slices.SortStableFunc(list, func(x, y Entity) int {
		return cmp.Or(strings.Compare(x.App, y.App), strings.Compare(x.Title, y.Title))
	})
	return list, true, faults
}

// entityKindOf finds what reads the objects of a kind; nil when it is not known.
func entityKindOf(kind string) func(*entityReader) {
	if name, ok := strings.CutPrefix(kind, "configs/conf-"); ok && isConfName(name) {
		return func(r *entityReader) { r.stanzas(name, "", settingsOf) }
	}
	return entityKinds[kind]
}

func isConfName(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(c rune) bool {
		return c != '_' && c != '-' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z')
	})
}

// entityReader reads the objects of one app.
type entityReader struct {
	app    *App
	meta   *Conf
	list   []Entity
	faults source.Errors
}

// conf reads files of one kind, the strongest first, as one.
func (r *entityReader) conf(names ...string) *Conf {
	c := &Conf{byName: map[string]*Stanza{}}
	for _, name := range names {
		f, errs := readConf(r.app, name)
		r.faults = append(r.faults, errs...)
		c.mergeAll(r.app, f)
	}
	return c
}

// add gives an object. What metadata/*.meta says of it by its kind there: the object
// itself before all of the kind before all of the app.
func (r *entityReader) add(metaKind, title string, content []Content) {
	e := Entity{Title: title, App: r.app.Name, Owner: "nobody", Sharing: "app", Content: content}
	for _, name := range []string{"", metaKind, metaKind + "/" + escapeTitle(title)} {
		s := r.meta.Stanza(name)
		e.Owner = cmp.Or(s.Get("owner", ""), e.Owner)
		switch s.Get("export", "") {
		case "system":
			e.Sharing = "global"
		case "none":
			e.Sharing = "app"
		}
	}
	r.list = append(r.list, e)
}

// escapeTitle writes a title as metadata files do.
func escapeTitle(s string) string {
	return strings.NewReplacer("%", "%25", " ", "%20", "/", "%2F", ":", "%3A", "[", "%5B", "]", "%5D").Replace(s)
}

// stanzas gives an object for each stanza of a conf file for which content says one.
// What the stanza [default] has holds for all of them.
func (r *entityReader) stanzas(name, metaKind string, content func(s *Stanza) ([]Content, bool)) {
	c := r.conf("local/"+name+".conf", "default/"+name+".conf")
	for _, s := range c.Stanzas {
		if s.Name == "default" || s.Name == "" {
			continue
		}
		all := &Stanza{Name: s.Name, Keys: slices.Clone(s.Keys), App: s.App}
		if d := c.Stanza("default"); d != nil {
			for _, k := range d.Keys {
				if s.Key(k.Name) == nil {
					all.Keys = append(all.Keys, k)
				}
			}
		}
		if list, ok := content(all); ok {
			r.add(cmp.Or(metaKind, name), s.Name, list)
		}
	}
}

// files gives an object for each file of folders of the app, the strongest first.
func (r *entityReader) files(metaKind string, folders []string, suffixes []string, content func(name, title string) []Content) {
	seen := map[string]bool{}
	for _, folder := range folders {
		list, err := readDir(r.app.FS, folder)
		if err != nil {
			r.faults = append(r.faults, &source.Error{Code: source.Syntax, Message: "cannot be read: " + err.Error(), File: &source.File{Name: path.Join(r.app.Name, folder)}})
		}
		for _, f := range list {
			for _, suffix := range suffixes {
				title, ok := strings.CutSuffix(f.Name(), suffix)
				if !ok || f.IsDir() || seen[title] {
					continue
				}
				seen[title] = true
				r.add(metaKind, title, content(path.Join(folder, f.Name()), title))
			}
		}
	}
}

// text reads a file of the app; "" when it cannot be read.
func (r *entityReader) text(name string) string {
	s, err := readText(r.app, name)
	if err != nil {
		r.faults = append(r.faults, err)
	}
	return s
}
