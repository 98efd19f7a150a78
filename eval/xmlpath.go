package eval

import (
	"encoding/xml"
	"strings"
)

// element is an XML element with what spath wants of it.
type element struct {
	name  string
	attrs []xml.Attr
	text  strings.Builder // its own text, entities decoded
	kids  []*element
	inner string // all that stands between its tags
	outer string // and with them
	start int    // where the start tag ends
	from  int    // where it begins
}

// maxXMLDepth is how deep elements may nest; deeper ones are passed over.
const maxXMLDepth = 1000

// readXML reads as far as the text is XML. The result has the root as its child.
func readXML(text string) *element {
	d := xml.NewDecoder(strings.NewReader(text))
	d.Strict = false
	d.Entity = xml.HTMLEntity
	top := &element{}
	open := []*element{top}
	skipped := 0
	for {
		before := int(d.InputOffset())
		token, err := d.RawToken()
		if err != nil {
			return top
		}
		current := open[len(open)-1]
		switch t := token.(type) {
		case xml.StartElement:
			if len(open) > maxXMLDepth {
				skipped++
				continue
			}
			e := &element{name: fullName(t.Name), attrs: t.Copy().Attr, start: int(d.InputOffset()), from: before}
			current.kids = append(current.kids, e)
			open = append(open, e)
		case xml.EndElement:
			if skipped > 0 {
				skipped--
			} else if len(open) > 1 {
				current.inner = text[min(current.start, before):before]
				current.outer = text[current.from:max(current.from, min(int(d.InputOffset()), len(text)))]
				open = open[:len(open)-1]
			}
		case xml.CharData:
			current.text.Write(t)
		}
	}
}

func fullName(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}

// value is an element as spath gives it: its text, or the XML inside if there are
// elements in it.
func (e *element) value() string {
	if len(e.kids) > 0 {
		return strings.TrimSpace(e.inner)
	}
	return e.text.String()
}

func spathXML(text string, steps []step) []string {
	var out []string
	found := []*element{readXML(text)}
	for i, st := range steps {
		switch st.kind {
		case stepKey:
			var next []*element
			index := 0
			if i+1 < len(steps) && steps[i+1].kind == stepIndex {
				index = steps[i+1].index
				if index == 0 {
					return nil
				}
			}
			for _, e := range found {
				next = append(next, e.named(st.key, index)...)
			}
			found = next
		case stepAttribute:
			for _, e := range found {
				for _, a := range e.attrs {
					if fullName(a.Name) == st.key {
						out = append(out, a.Value)
					}
				}
			}
			return out
		}
	}
	for _, e := range found {
		out = append(out, e.value())
	}
	return out
}

// named are the children of a name: all, or the one at an index that counts from 1.
func (e *element) named(name string, index int) []*element {
	var out []*element
	for _, k := range e.kids {
		if k.name == name {
			out = append(out, k)
		}
	}
	if index == 0 {
		return out
	}
	if index > len(out) {
		return nil
	}
	return out[index-1 : index]
}
