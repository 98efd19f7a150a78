package spl_test

import (
	"context"
	"testing"

	"spl/spl"
)

// TestShown looks at rows as people read them and as programs do.
func TestShown(t *testing.T) {
	p, err := spl.Compile(`* | fieldformat a=a." m" | fieldformat b=a+b | fieldformat nosuch="x" | table a b`, nil)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := p.Run(context.Background(), spl.Text("x", `{"a":1,"b":2}`), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for b := rows.NextBatch(); b != nil; b = rows.NextBatch() {
		shown := rows.Shown(b)
		for _, c := range []struct{ field, value, shown string }{{"a", "1", "1 m"}, {"b", "2", "3"}, {"nosuch", "", ""}} {
			if v, _ := b.Col(c.field).First(0); v != c.value {
				t.Errorf("%s = %q, want %q", c.field, v, c.value)
			}
			if v, _ := shown.Col(c.field).First(0); v != c.shown {
				t.Errorf("%s is shown as %q, want %q", c.field, v, c.shown)
			}
		}
	}
	if err := rows.Err(); err != nil {
		t.Error(err)
	}
}
