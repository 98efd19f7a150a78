package eval

import (
	"slices"
	"strings"
	"testing"

	"spl/parser"
	"spl/parser/source"
)

// faults compiles an expression that is wrong and gives a line for each fault.
func faults(t *testing.T, text string) source.Errors {
	t.Helper()
	x, errs := parse(text)
	if len(errs) > 0 {
		t.Fatalf("parsing %s: %v", text, errs)
	}
	p, errs := Compile(x)
	if p != nil && len(errs) > 0 || p == nil && len(errs) == 0 {
		t.Fatalf("compiling %s gives a program beside errors, or nothing", text)
	}
	return errs
}

func TestFaults(t *testing.T) {
	for _, c := range []struct {
		expr, message, help string
		code                source.Code
		at                  string // the text that the error points at
	}{
		{`lenn(a)`, "there is no function `lenn`", "did you mean `len`?", source.UnknownFunction, "lenn"},
		{`1+isnul(a)`, "there is no function `isnul`", "did you mean `isnull`?", source.UnknownFunction, "isnul"},
		{`zzzzzzzz(a)`, "there is no function `zzzzzzzz`", "", source.UnknownFunction, "zzzzzzzz"},
		{`if(a=1,2)`, "`if` takes 3 arguments, not 2", "usage: if(condition, then, else)", source.Syntax, "if(a=1,2)"},
		{`substr("a")`, "`substr` takes 2 or 3 arguments, not 1", "usage: substr(text, start[, length])", source.Syntax, `substr("a")`},
		{`now(1)`, "`now` takes no argument, not 1", "usage: now()", source.Syntax, `now(1)`},
		{`coalesce()`, "`coalesce` takes at least 1 argument, not 0", "usage: coalesce(value, value, ...)", source.Syntax, `coalesce()`},
		{`case(a=1,2,3)`, "`case` takes pairs", "for example", source.Syntax, `case(a=1,2,3)`},
		{`if("x",1,2)`, "must be a condition, and this is text", "compares", source.Syntax, `"x"`},
		{`if(a,1,2)`, "a field's value is none", `a="true"`, source.Syntax, `a`},
		{`case(1,2)`, "must be a condition, and this is a number", "", source.Syntax, `1`},
		{`a="x" OR "y"`, "each side of OR must be a condition", "", source.Syntax, `"y"`},
		{`NOT len(a)`, "must be a condition", "", source.Syntax, "len(a)"},
		{`match(a,"(")`, "regular expression", "", source.Syntax, `"("`},
		{`replace(a,"[","b")`, "regular expression", "", source.Syntax, `"["`},
		{`round(a,-1)`, "0 or more", "round(value, 2)", source.Syntax, `-1`},
		{`searchmatch(a)`, "must be text in double quotes", "searchmatch", source.Syntax, `a`},
		{`isnull(a)="true"`, "cannot be compared", "", source.Syntax, `=`},
		{`isnull(a)+1`, "cannot be used on a true-or-false value", "", source.Syntax, `isnull(a)`},
		{`mvfilter(a=b)`, "about one field, not 2", "", source.Syntax, `a=b`},
		{`mvfilter(1=1)`, "about one field, not 0", "", source.Syntax, `1=1`},
		{`tonumber("x")`, "cannot read this text as a number", "", source.Syntax, `"x"`},
		{`tonumber(a,1)`, "from 2 to 36", "", source.Syntax, `1`},
		{`sum(a,"b")`, "adds numbers", "", source.Syntax, `"b"`},
		{`a IN ()`, "empty", "", source.Syntax, `a IN ()`},
	} {
		errs := faults(t, c.expr)
		if len(errs) != 1 {
			t.Errorf("%s: %d faults: %v", c.expr, len(errs), errs)
			continue
		}
		e := errs[0]
		if !strings.Contains(e.Message, c.message) || !strings.Contains(e.Help, c.help) || c.help == "" && e.Code == source.UnknownFunction && e.Help != "" || e.Code != c.code {
			t.Errorf("%s: %s: %s (%s)", c.expr, e.Code, e.Message, e.Help)
		}
		if got := c.expr[e.Span.Start:e.Span.End]; got != c.at {
			t.Errorf("%s: the error points at %q, want %q", c.expr, got, c.at)
		}
	}
}

func TestAllFaults(t *testing.T) {
	errs := faults(t, `if(foo(a), bar(b), len()) + replace(a, "(", "") + case(baz(), 1, 2)`)
	if len(errs) != 6 {
		t.Errorf("found %d faults, want 6: %v", len(errs), errs)
	}
}

func TestSubsearch(t *testing.T) {
	_, errs := Compile(&parser.SubExpr{Text: "[x]"})
	if len(errs) != 1 || errs[0].Message != "subsearch not resolved" || errs[0].Code != "internal" {
		t.Errorf("a subsearch: %v", errs)
	}
}

// The table is what help and completion are printed from.
func TestTable(t *testing.T) {
	seen := map[string]bool{}
	for _, fn := range Functions() {
		for _, name := range append([]string{fn.Name}, fn.Aliases...) {
			if seen[name] || name != strings.ToLower(name) {
				t.Errorf("%s stands in the table twice, or in capitals", name)
			}
			seen[name] = true
		}
		ways := 0
		for _, set := range []bool{fn.call != nil, fn.test != nil, fn.build != nil, fn.Declined != ""} {
			if set {
				ways++
			}
		}
		if ways != 1 || fn.Summary == "" || fn.Family == "" || !strings.HasPrefix(fn.Usage, fn.Name+"(") || fn.Max >= 0 && fn.Max < fn.Min {
			t.Errorf("the entry of %s is not whole", fn.Name)
		}
	}
	// eval-functions 5.5.
	names := `case if validate coalesce nullif null true false in like match cidrmatch searchmatch lookup
		isnull isnotnull isnum isint isstr isbool ismv isarray isobject isdouble typeof
		tonumber tostring printf ipmask toarray tobool todouble toint toobject tomv exact sigfig
		len length lower upper substr trim ltrim rtrim replace split urldecode spath commands
		mvappend mvcount mvdedup mvfilter mvfind mvindex mvjoin mvmap mvrange mvreverse mvsort mvzip mv_to_json_array
		json_object json_array json json_valid json_extract json_extract_exact json_keys json_entries json_has_key_exact json_set json_set_exact
		json_delete json_append json_extend json_array_to_mv
		abs ceil ceiling floor exp ln log pi pow round sqrt sum max min avg random
		sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh hypot
		bit_and bit_or bit_xor bit_not bit_shift_left bit_shift_right md5 sha1 sha256 sha512
		now time relative_time strftime strptime`
	for name := range strings.FieldsSeq(names) {
		if LookupFunction(strings.ToUpper(name)) == nil {
			t.Errorf("there is no function %s", name)
		}
	}
	if got := nearest(functionIndex(), "strftme"); got != "strftime" {
		t.Errorf("the name nearest to strftme is %q", got)
	}
	if !slices.Equal(compile(t, `searchmatch("a=1") OR searchmatch("b=2")`).Searches(), []string{"a=1", "b=2"}) {
		t.Error("the searches of searchmatch are wrong")
	}
}
