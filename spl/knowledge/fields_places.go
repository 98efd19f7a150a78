package knowledge

import "spl/eval/batch"

// places are the pieces of a text that a step makes fields of, for the many steps that
// take each piece from one place: the groups of a pattern's first match, the pieces
// between delimiters. The text is cut once, and of the fields only those are made that
// are asked for.
type places struct {
	// cut gives the offsets of the pieces, two each, the first -1 for one that is not
	// there. It may put them into room.
	cut       func(text string, room []int) ([]int, error)
	fields    []groupField // of a piece
	width     int          // pieces
	keepEmpty bool
}

// placed are the pieces of rows.
type placed struct {
	p    *places
	from *batch.Column
	at   []int32 // offsets, 2*width a row; nil where nothing was cut
}

// cutRows cuts the texts of all rows, which have one each or none.
func (p *places) cutRows(from *batch.Column, fault func(error)) *placed {
	out := &placed{p: p, from: from}
	if from == nil {
		return out
	}
	out.at = make([]int32, 0, 2*p.width*from.Len())
	var room []int
	for r := range from.Len() {
		var loc []int
		if text, ok := from.First(r); ok {
			var err error
			if loc, err = p.cut(text, room); err != nil {
				fault(err)
			} else if loc != nil {
				room = loc
			}
		}
		for i := range 2 * p.width {
			at := -1
			if i < len(loc) {
				at = loc[i]
			}
			out.at = append(out.at, int32(at))
		}
	}
	return out
}

// take is the pieces of some of the rows.
func (t *placed) take(rows []int32) *placed {
	if t == nil || t.from == nil {
		return t
	}
	w := 2 * t.p.width
	out := &placed{p: t.p, from: t.from.Take(rows), at: make([]int32, 0, w*len(rows))}
	for _, r := range rows {
		out.at = append(out.at, t.at[w*int(r):w*int(r)+w]...)
	}
	return out
}

// column is the field of a name: the first of its pieces that is there.
func (t *placed) column(in *batch.Batch, name string) *batch.Column {
	var of []int
	for _, f := range t.p.fields {
		if f.name == name {
			of = append(of, f.group)
		}
	}
	if len(of) == 0 || t.from == nil {
		return nil
	}
	b := in.Builder()
	for r := range in.Rows {
		if v, ok := t.value(r, of); ok {
			b.PadTo(r)
			b.String(v)
		}
	}
	if !b.Any() {
		return nil
	}
	b.PadTo(in.Rows)
	return b.Column()
}

func (t *placed) value(r int, of []int) (string, bool) {
	at := t.at[2*t.p.width*r:]
	for _, n := range of {
		from, to := at[2*n], at[2*n+1]
		if from >= 0 && (to > from || t.p.keepEmpty) {
			text, _ := t.from.First(r)
			return text[from:to], true
		}
	}
	return "", false
}
