package input

// Pairs gives the key=value pairs of a text as the automatic extraction of events
// finds them (events-and-fields 3.6), for the commands that do it on demand.
func Pairs(text string, pair func(key, value string)) { pairs(text, pair) }

// CleanName is a key made a field's name: what is not a letter, digit or _ becomes _,
// and leading digits and _ go.
func CleanName(name string) string { return cleanName(name) }

// UnescapeXML decodes the entities of a text.
func UnescapeXML(s string) string { return unescapeXML(s) }
