package eval

import (
	"strings"

	"spl/parser"
)

// The values of Windows XML events are decoded here, where Splunk's add-ons leave
// them as they stand in the text: searches made for those look for `&gt;`. So a
// comparison with a value that holds such an entity is also true of an event in XML
// that has the decoded one.

var decodeEntities = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&quot;", `"`, "&apos;", "'", "&amp;", "&")

// isEventXML is true of the text of a Windows event, with the header of a syslog line
// before it or not.
func isEventXML(at parser.SearchExpr) parser.SearchExpr {
	return &parser.Compare{Field: "_raw", Op: "=", Value: parser.Value{Text: "*<Event*"}, At: at.Where()}
}

// withEntities adds to comparisons what they mean of decoded values. It gives x itself
// where there are none.
func withEntities(x parser.SearchExpr) parser.SearchExpr {
	either := func(plain parser.SearchExpr) parser.SearchExpr {
		return &parser.Or{Terms: []parser.SearchExpr{x, &parser.And{Terms: []parser.SearchExpr{isEventXML(x), plain}, At: x.Where()}}, At: x.Where()}
	}
	switch x := x.(type) {
	case *parser.Compare:
		v, changed := decodedValue(x.Value)
		if !changed || x.Field == "_raw" || x.Op != "=" && x.Op != "!=" {
			return x
		}
		plain := *x
		plain.Value = v
		if x.Op == "=" {
			return either(&plain)
		}
		return &parser.And{Terms: []parser.SearchExpr{x, &parser.Or{Terms: []parser.SearchExpr{&parser.Not{Term: isEventXML(x), At: x.At}, &plain}, At: x.At}}, At: x.At}
	case *parser.InList:
		plain := *x
		plain.Values = nil
		for _, v := range x.Values {
			if v, changed := decodedValue(v); changed {
				plain.Values = append(plain.Values, v)
			}
		}
		if len(plain.Values) == 0 || x.List != nil || x.Field == "_raw" {
			return x
		}
		return either(&plain)
	}
	if !hasEntities(x) {
		return x
	}
	out, _ := parser.Rebuild(x, withEntities)
	return out
}

func hasEntities(x parser.SearchExpr) (found bool) {
	walkSearch(x, func(x parser.SearchExpr) {
		switch x := x.(type) {
		case *parser.Compare:
			_, changed := decodedValue(x.Value)
			found = found || changed
		case *parser.InList:
			for _, v := range x.Values {
				_, changed := decodedValue(v)
				found = found || changed
			}
		}
	})
	return found
}

func decodedValue(v parser.Value) (parser.Value, bool) {
	if strings.IndexByte(v.Text, '&') < 0 {
		return v, false
	}
	text := decodeEntities.Replace(v.Text)
	changed := text != v.Text
	v.Text = text
	return v, changed
}
