package conf

import (
	"strings"
	"testing"

	"spl/parser/source"
)

// dump writes a file as one line: [stanza] key=value; ...
func dump(f *File) string {
	var b strings.Builder
	for _, s := range f.Stanzas {
		b.WriteString("[" + s.Name + "]")
		for _, k := range s.Keys {
			b.WriteString(k.Name + "=" + k.Value.String + ";")
		}
	}
	return b.String()
}

func TestParse(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		file, errs := Parse("x.conf", text)
		if len(errs) > 0 {
			t.Fatalf("%q: %v", text, errs)
		}
		if got := dump(file); got != want {
			t.Fatalf("%q:\n got %q\nwant %q", text, got, want)
		}
	}
	f("", "")
	f("\n\n# nothing\n   # indented\n", "")
	f("[a]", "[a]")
	f("[a]\nk=v", "[a]k=v;")
	f("[a]\n  k  =  v w  \n", "[a]k=v w;")
	f("[a]\nk=", "[a]k=;")
	f("[a]\nk = x=y=z\n", "[a]k=x=y=z;")
	f("[a]\nk = x # not a comment\n", "[a]k=x # not a comment;")
	f("[a]\nk = \"quoted\"\n", "[a]k=\"quoted\";")
	f("\ufeff[a]\r\nk=v\r\n", "[a]k=v;")
	f("k=1\n[a]\nk=2\n", "[default]k=1;[a]k=2;")
	f("[default]\nk=1\n", "[default]k=1;")
	f("[a]\nx=1\ny=1\n[b]\nx=3\n[a]\nx=2\nz=4\n", "[a]x=2;y=1;z=4;[b]x=3;")
	f("[a(1)]\nk=v\n[b [c] d]\n", "[a(1)]k=v;[b [c] d]")
	f("[source::...\\x]\nk=C:\\dir\n", "[source::...\\x]k=C:\\dir;")
	// continuation lines
	f("[a]\nk = one\\\ntwo\nj=3", "[a]k=one\ntwo;j=3;")
	f("[a]\nk = one \\\n   two \\\n   three\n", "[a]k=one \n   two \n   three;")
	f("[a]\r\nk = one\\\r\ntwo\r\n", "[a]k=one\ntwo;")
	f("[a]\nk = \\\n  two\n", "[a]k=two;")
	f("[a]\nk =\\\n\\\n\\\n", "[a]k=;")
	f("[a]\nk = one\\\n\nj=1", "[a]k=one;j=1;")
	f("[a]\nk = one\\\n# part of it\n", "[a]k=one\n# part of it;")
	f("[a]\nk = one\\\n[b]\n", "[a]k=one\n[b];")
	f("[a]\nk = one\\", "[a]k=one;")
	f("[a]\n# c \\\nk=1\n", "[a]k=1;")
}

func TestFaults(t *testing.T) {
	f := func(text, dumped string, want ...string) {
		t.Helper()
		file, errs := Parse("x.conf", text)
		if got := dump(file); got != dumped {
			t.Fatalf("%q: got %q, want %q", text, got, dumped)
		}
		if len(errs) != len(want) {
			t.Fatalf("%q: %d faults: %v", text, len(errs), errs)
		}
		for i, e := range errs {
			if !strings.HasPrefix(e.Error(), want[i]) || e.Help == "" {
				t.Fatalf("%q: %q (help %q), want %q", text, e.Error(), e.Help, want[i])
			}
		}
	}
	f("[a]\nstray\nk=1\n", "[a]k=1;", "x.conf:2:1: this line is neither")
	f("[a]\n  = v\nk=1\n", "[a]k=1;", "x.conf:2:3: this line has no key")
	f("[a\nk=1\n", "[a]k=1;", "x.conf:1:1: this stanza's name is never closed")
	f("[]\nk=1\n", "[]k=1;", "x.conf:1:1: this stanza has no name")
	f("[a] b\nk=1\n", "[a]k=1;", "x.conf:1:4: text after")
	f("stray \\\ncontinued\nk=1\nodd", "[default]k=1;", "x.conf:1:1: ", "x.conf:4:1: ")
	file, errs := Parse("x.conf", "[a]\nk = one \\ \ntwo\n")
	if len(errs) != 1 || !strings.Contains(errs[0].Help, "spaces after its backslash") || file.Stanza("a").Get("k") != "one \\" {
		t.Fatalf("%v %q", errs, dump(file))
	}
}

func TestPlaces(t *testing.T) {
	file, errs := Parse("m.conf", "\ufeff# head\r\n[a(1)]\r\nargs = x\r\ndefinition = eval a=1 \\\r\n  | eval bé=2 \\\r\n  | eval c=3\r\n[b]\r\nempty =\r\n")
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	st := file.Stanza("a(1)")
	if st.Line != 2 || st.Key("definition").Line != 4 || file.Place(st) != "m.conf:2" {
		t.Fatalf("lines %d %d", st.Line, st.Key("definition").Line)
	}
	v := st.Key("definition").Value
	f := func(text string, line, column int) {
		t.Helper()
		off := strings.Index(v.String, text)
		src, where, frame := v.Origin(source.Span{Start: off, End: off + len(text)})
		p := src.Place(where.Start)
		if p.Line != line || p.Column != column || frame != nil || src.Text[where.Start:where.End] != text {
			t.Fatalf("%q is at %d:%d, want %d:%d", text, p.Line, p.Column, line, column)
		}
	}
	f("eval a", 4, 14)
	f("bé", 5, 10)
	f("=2", 5, 12)
	f("c=3", 6, 10)
	src, where, _ := file.Stanza("b").Key("empty").Value.Origin(source.At(0))
	if p := src.Place(where.Start); p.Line != 8 || p.Column != 8 {
		t.Fatalf("an empty value is at %d:%d", p.Line, p.Column)
	}
	var none *Stanza
	if file.Stanza("c") != nil || none.Key("k") != nil || none.Get("k") != "" || st.Key("k") != nil {
		t.Fatal("found what is not there")
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"[a]\nk = one \\\n two\n", "k=1\n[", "\ufeff[a]\r\nb=c\\\r\nd\r\n=\n]", "a=\\", "[a]b\n\\\n\\\r\n=\\\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		file, errs := Parse("f", text)
		for _, e := range errs {
			if e.File != file.Source || e.Where.Start > e.Where.End || e.Where.End > len(file.Source.Text) {
				t.Fatalf("%q: error at %v", text, e.Where)
			}
		}
		for _, s := range file.Stanzas {
			if file.Stanza(s.Name) != s {
				t.Fatal("a stanza twice")
			}
			for _, k := range s.Keys {
				check(t, file, k)
			}
		}
	})
}

// check says that every byte of a value stands in the file where it says.
func check(t *testing.T, file *File, k Key) {
	if file.Source.Text[k.At.Start:k.At.End] != k.Name || strings.Count(file.Source.Text[:k.At.Start], "\n")+1 != k.Line {
		t.Fatalf("key %q is not at %v, line %d", k.Name, k.At, k.Line)
	}
	for i := range len(k.Value.String) {
		src, where, _ := k.Value.Origin(source.Span{Start: i, End: i + 1})
		if src.Text[where.Start:where.End] != k.Value.String[i:i+1] {
			t.Fatalf("byte %d of %q is not at %v", i, k.Value.String, where)
		}
	}
}
