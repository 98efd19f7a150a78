package knowledge

import (
	"encoding/xml"
	"path"
	"slices"
	"strings"

	"github.com/tidwall/gjson"
)

// entityKinds are the kinds of objects that the REST interface lists, beside the conf
// files themselves, by the ends of their paths.
var entityKinds = map[string]func(*entityReader){
	"saved/searches":             savedSearchEntities,
	"admin/savedsearch":          savedSearchEntities,
	"saved/eventtypes":           func(r *entityReader) { r.stanzas("eventtypes", "", settingsOf) },
	"admin/macros":               macroEntities,
	"data/macros":                macroEntities,
	"data/transforms/lookups":    lookupEntities,
	"data/lookup-table-files":    tableEntities,
	"data/ui/views":              viewEntities,
	"data/models":                modelEntities,
	"datamodel/model":            modelEntities,
	"storage/collections/config": func(r *entityReader) { r.stanzas("collections", "", settingsOf) },
	"data/props/extractions":     propsEntities("EXTRACT-", "REPORT-"),
	"data/props/calcfields":      propsEntities("EVAL-"),
	"data/props/fieldaliases":    propsEntities("FIELDALIAS-"),
	"data/props/lookups":         propsEntities("LOOKUP-"),
	"data/transforms/extractions": func(r *entityReader) {
		r.stanzas("transforms", "", func(s *Stanza) ([]Content, bool) {
			list, _ := settingsOf(s)
			return list, s.Key("REGEX") != nil || s.Key("DELIMS") != nil
		})
	},
	"apps/local": appEntity,
}

// settingsOf are the keys of a stanza, and that it is not disabled where it says nothing.
func settingsOf(s *Stanza) ([]Content, bool) {
	var out []Content
	for _, k := range s.Keys {
		if k.Name != "disabled" {
			out = append(out, Content{k.Name, k.Value.String})
		}
	}
	return append(out, onOff(s, "disabled", "disabled", false)), true
}

// onOff is a setting that is true or false, as the interface shows it: 1 or 0.
func onOff(s *Stanza, key, as string, def bool) Content {
	if on, _ := boolean(s.Key(key), def); on {
		return Content{as, "1"}
	}
	return Content{as, "0"}
}

func savedSearchEntities(r *entityReader) {
	r.stanzas("savedsearches", "", func(s *Stanza) ([]Content, bool) {
		out := []Content{onOff(s, "disabled", "disabled", false), onOff(s, "enableSched", "is_scheduled", false), onOff(s, "is_visible", "is_visible", true)}
		for _, name := range []string{"search", "description", "cron_schedule", "dispatch.earliest_time", "dispatch.latest_time"} {
			out = append(out, Content{name, s.Get(name, "")})
		}
		var actions []string
		for _, k := range s.Keys {
			action, _ := strings.CutPrefix(k.Name, "action.")
			if on, _ := boolean(&k, false); on && action != k.Name && !strings.Contains(action, ".") {
				actions = append(actions, action)
			}
			if k.Name != "enableSched" && !slices.ContainsFunc(out, func(c Content) bool { return c.Name == k.Name }) {
				out = append(out, Content{k.Name, k.Value.String})
			}
		}
		slices.Sort(actions)
		return append(out, Content{"actions", strings.Join(actions, ",")}), s.Key("search") != nil
	})
}

// macroEntities gives a macro its name without the number of its arguments, too.
func macroEntities(r *entityReader) {
	r.stanzas("macros", "", func(s *Stanza) ([]Content, bool) {
		list, _ := settingsOf(s)
		return list, s.Key("definition") != nil
	})
}

func lookupEntities(r *entityReader) {
	r.stanzas("transforms", "", func(s *Stanza) ([]Content, bool) {
		list, _ := settingsOf(s)
		kind := "file"
		switch {
		case s.Key("filename") != nil:
		case s.Key("collection") != nil:
			kind = "kvstore"
		case s.Key("external_cmd") != nil, s.Key("external_type") != nil:
			kind = s.Get("external_type", "external")
		default:
			return nil, false
		}
		return append(list, Content{"type", kind}), true
	})
}

func tableEntities(r *entityReader) {
	r.files("lookups", []string{"lookups"}, []string{""}, func(name, title string) []Content {
		return []Content{{"eai:data", path.Join(r.app.Name, name)}, {"disabled", "0"}}
	})
}

func viewEntities(r *entityReader) {
	r.files("views", []string{"local/data/ui/views", "default/data/ui/views"}, []string{".xml"}, func(name, title string) []Content {
		text := r.text(name)
		root, label := dashboard(text)
		shown := "0"
		if root == "dashboard" || root == "form" {
			shown = "1"
		}
		return []Content{{"label", label}, {"rootNode", root}, {"isDashboard", shown}, {"isVisible", "1"}, {"disabled", "0"}, {"eai:data", text}}
	})
}

// dashboard reads the name of the outermost element of a view, and its label.
func dashboard(text string) (root, label string) {
	d := xml.NewDecoder(strings.NewReader(text))
	d.Strict = false
	depth := 0
	for {
		t, err := d.Token()
		if err != nil {
			return root, label
		}
		switch t := t.(type) {
		case xml.StartElement:
			if depth++; depth == 1 {
				root = t.Name.Local
			}
			if depth == 2 && t.Name.Local == "label" {
				if s, err := d.Token(); err == nil {
					if s, ok := s.(xml.CharData); ok {
						label = string(s)
					}
				}
				return root, label
			}
		case xml.EndElement:
			depth--
		}
	}
}

func modelEntities(r *entityReader) {
	c := r.conf("local/datamodels.conf", "default/datamodels.conf")
	r.files("models", modelFolders, []string{".json"}, func(name, title string) []Content {
		text := r.text(name)
		s := c.Stanza(title)
		out := []Content{onOff(s, "acceleration", "acceleration", false), {"disabled", "0"}, {"eai:data", text}}
		for _, k := range []string{"displayName", "description"} {
			out = append(out, Content{k, gjson.Get(text, k).String()})
		}
		if s != nil {
			for _, k := range s.Keys {
				if k.Name != "acceleration" {
					out = append(out, Content{k.Name, k.Value.String})
				}
			}
		}
		return out
	})
}

// propsEntities gives the settings of props.conf that begin in one of some ways, each
// as an object: "stanza : key".
func propsEntities(prefixes ...string) func(*entityReader) {
	return func(r *entityReader) {
		c := r.conf("local/props.conf", "default/props.conf")
		for _, s := range c.Stanzas {
			for _, k := range s.Keys {
				for _, prefix := range prefixes {
					if !strings.HasPrefix(k.Name, prefix) {
						continue
					}
					out := []Content{{"attribute", k.Name}, {"stanza", s.Name}, {"value", k.Value.String}}
					switch prefix {
					case "EXTRACT-":
						out = append(out, Content{"type", "Inline"})
					case "REPORT-":
						out = append(out, Content{"type", "Uses transform"})
					case "EVAL-":
						out = append(out, Content{"field.name", strings.TrimPrefix(k.Name, prefix)})
					case "LOOKUP-":
						name, _, _ := strings.Cut(strings.TrimSpace(k.Value.String), " ")
						out = append(out, Content{"transform", name})
					}
					r.add("props", s.Name+" : "+k.Name, out)
				}
			}
		}
	}
}

// appEntity is the app itself.
func appEntity(r *entityReader) {
	c := r.conf("local/app.conf", "default/app.conf")
	get := func(stanza, key, def string) string { return c.Stanza(stanza).Get(key, def) }
	out := []Content{
		{"label", get("ui", "label", r.app.Name)},
		{"version", get("launcher", "version", "")},
		{"description", get("launcher", "description", "")},
		onOff(c.Stanza("ui"), "is_visible", "visible", true),
		onOff(c.Stanza("install"), "is_configured", "configured", false),
		{"disabled", map[bool]string{true: "1", false: "0"}[strings.EqualFold(get("install", "state", "enabled"), "disabled")]},
	}
	if author := get("launcher", "author", ""); author != "" {
		out = append(out, Content{"author", author})
	}
	r.add("app", r.app.Name, out)
}
