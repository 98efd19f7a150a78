package knowledge

import (
	"slices"

	"spl/parser/source"
)

// check reads every table. Errs are definitions that cannot be used: whose file is not
// there, cannot be read, or lacks a column that they name. Notes are what is odd in a
// table.
func (ls *lookups) check() (errs, notes source.Errors) {
	for _, name := range sortedKeys(ls.defs) {
		if e := ls.defs[name].check(); e != nil {
			errs = append(errs, e...)
		}
	}
	seen := map[*store]bool{}
	for _, name := range sortedKeys(ls.stores) {
		s := ls.stores[name]
		if seen[s] || s.path == "" || s.isAbsent() {
			continue
		}
		seen[s] = true
		t, err := s.get()
		if err != nil {
			errs = append(errs, fileFault(s.path, "%s", err))
			continue
		}
		for _, r := range t.Remarks {
			notes = append(notes, lineFault(s.path, r.Line, "%s", r.Text))
		}
	}
	for _, name := range sortedKeys(ls.refused) {
		errs = append(errs, fileFault(name, "%s", ls.refused[name]))
	}
	return errs, notes
}

// check says what is wrong with a definition.
func (l *Lookup) check() source.Errors {
	if l.get == nil {
		return nil
	}
	fault := func(key, format string, args ...any) *source.Error {
		s, ok := l.get(key)
		if !ok {
			s, _ = l.get("filename")
		}
		if s.fault == nil {
			s, _ = l.get("collection")
		}
		if s.fault == nil {
			return source.Errorf(source.UnknownArgument, source.Span{}, format, args...)
		}
		e := s.fault(format, args...)
		e.Code = source.UnknownArgument
		return e
	}
	switch {
	case l.broken != "":
		key := "filename"
		if _, ok := l.get(key); !ok {
			key = "external_type"
		}
		return source.Errors{fault(key, "the lookup `%s` cannot be used: %s", l.Name, l.broken)}
	case l.Collection != "":
		return nil // what it has no column for is empty
	case l.store.isAbsent():
		return source.Errors{fault("filename", "the lookup `%s` cannot be used: its file `%s` is not there", l.Name, l.File)}
	}
	t, err := l.Stored()
	if err != nil {
		return nil // said of the file
	}
	var errs source.Errors
	lacks := func(key, column string) {
		if !t.Has(column) {
			errs = append(errs, fault(key, "the lookup `%s` names the column `%s`, which `%s` does not have", l.Name, column, l.File))
		}
	}
	for _, column := range sortedKeys(l.kinds) {
		if !slices.Contains(l.Fields, column) {
			lacks("match_type", column)
		}
	}
	if l.time != nil {
		lacks("time_field", l.time.field)
	}
	if len(t.Fields) > 0 {
		for _, f := range l.Fields {
			lacks("fields_list", f)
		}
	}
	return errs
}
