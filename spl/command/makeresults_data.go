package command

import (
	"encoding/csv"
	"errors"
	"strings"

	"github.com/tidwall/gjson"

	"spl/eval/batch"
)

// csvRows reads rows as makeresults format=csv writes them: the first line holds
// the names, without spaces around them.
func csvRows(data string) (*batch.Batch, error) {
	r := csv.NewReader(strings.NewReader(strings.TrimSpace(data)))
	r.FieldsPerRecord = -1
	r.LazyQuotes = true
	r.TrimLeadingSpace = true
	records, err := r.ReadAll()
	if err != nil || len(records) == 0 {
		return batch.New(0), err
	}
	rows := records[1:]
	out := batch.New(len(rows))
	for i, name := range records[0] {
		var bl batch.Builder
		for _, rec := range rows {
			if i < len(rec) && rec[i] != "" {
				bl.String(rec[i])
			} else {
				bl.Null()
			}
		}
		out.Set(strings.TrimSpace(name), bl.Column())
	}
	return out, nil
}

// jsonRows reads an array of objects, a row each; _raw is the object's text.
func jsonRows(data string) (*batch.Batch, error) {
	if !gjson.Valid(data) {
		return nil, errors.New("it is not valid JSON")
	}
	var objects []gjson.Result
	if top := gjson.Parse(data); top.IsArray() {
		objects = top.Array()
	} else {
		objects = []gjson.Result{top}
	}
	builders := map[string]*batch.Builder{}
	names := []string{"_raw"}
	raw := &batch.Builder{}
	for i, o := range objects {
		if !o.IsObject() {
			return nil, errors.New("each row must be an object")
		}
		raw.String(o.Raw)
		o.ForEach(func(k, v gjson.Result) bool {
			bl := builders[k.String()]
			if bl == nil {
				bl = &batch.Builder{}
				builders[k.String()] = bl
				names = append(names, k.String())
			}
			bl.PadTo(i)
			if bl.Rows() == i {
				bl.Append(jsonValues(v)...)
			}
			return true
		})
	}
	out := batch.New(len(objects))
	out.Set("_raw", raw.Column())
	for _, n := range names[1:] {
		builders[n].PadTo(len(objects))
		out.Set(n, builders[n].Column())
	}
	return out, nil
}

// jsonValues are a JSON value as a field's: an array's elements, any other one as text.
func jsonValues(v gjson.Result) []string {
	switch {
	case v.Type == gjson.Null:
		return nil
	case v.IsArray():
		var out []string
		for _, x := range v.Array() {
			out = append(out, jsonValues(x)...)
		}
		return out
	case v.Type == gjson.String:
		return []string{v.String()}
	}
	return []string{v.Raw}
}
