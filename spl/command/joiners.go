package command

// joiners are what joins the values of fields where nomv makes them one text, as
// commands further up said. Plans are made in order.
type joiners struct {
	others string // of all fields that are not named; "" where nothing was said
	named  map[string]string
}

// lineFeed joins where nothing was said.
const lineFeed = "\n"

// of is what joins the values of a field.
func (j *joiners) of(field string) string {
	if s, ok := j.named[field]; ok {
		return s
	}
	if j.others != "" {
		return j.others
	}
	return lineFeed
}

// set says it of one field.
func (j *joiners) set(field, delim string) {
	if j.named == nil {
		j.named = map[string]string{}
	}
	j.named[field] = delim
}

// setAll says it of all fields there are.
func (j *joiners) setAll(delim string) { *j = joiners{others: delim} }

// clear forgets it of all fields: rows are new ones.
func (j *joiners) clear() { *j = joiners{} }

// forget forgets it of a field that has new values.
func (j *joiners) forget(field string) {
	if j.of(field) != lineFeed {
		j.set(field, lineFeed)
	}
}

// rename moves it with the field.
func (j *joiners) rename(from, to string) {
	was := j.of(from)
	j.forget(from)
	if was != j.of(to) {
		j.set(to, was)
	}
}
