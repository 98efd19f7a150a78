package knowledge

import (
	"io/fs"

	"spl/parser/source"
)

type lookups struct{}

func loadLookups(*Layers, fs.FS) (*lookups, source.Errors) { return &lookups{}, nil }
