package regex

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// walkTexts are what patterns are tried on: pieces that the patterns below are made for,
// characters of several bytes, and bytes that are no characters.
var walkTexts = []string{
	"", "a", "abc", "aab ab abc", "/api/namespaces/kube/x/namespaces//namespaces/y", `user=,user=x1,`,
	`{"k":"v\"w","k":""}`, "x1.x12.34", "ab abé \n", "\xffa\xfeb", "ééa\xc3é€\xe2\x82a", "Kelvin K ſ s k",
	"a\nb\nab\n", `10.0.0.1 - bob [26/Nov/2026:01:02:03 +0000] "GET /a?b=c HTTP/1.1" 200 12 "-" "curl \"x\""`,
	"aé", "axxxb", strings.Repeat("ab", 40), strings.Repeat("a", 60) + "b", "a,b;c d=e f",
}

// hold compares a walker with the standard library, from each place where a match ends.
func hold(t *testing.T, pattern, text string) bool {
	t.Helper()
	std, err := regexp.Compile(pattern)
	if err != nil {
		return false
	}
	w := newWalker(pattern)
	if w == nil {
		return false
	}
	left := worth(text)
	got, how := w.find(text, 0, nil, &left)
	if how == tooLong {
		return true
	}
	if want := std.FindStringSubmatchIndex(text); !slices.Equal(got, want) || (w.matches(text) == match) != (want != nil) {
		t.Fatalf("%s in %q: %v, want %v", pattern, text, got, want)
	}
	return true
}

// TestWalkerDoesWhatPeopleWrite says which patterns have a walker.
func TestWalkerDoesWhatPeopleWrite(t *testing.T) {
	for _, p := range []string{
		`/namespaces/(?P<ns>[^/]+)`, `user=(\w+)`, `"k":"([^"]*)"`, `x(\d+)\.(\d+)`, `id=(\S+)`, `a(.*)`, `(\w+)`, `user=(\w+)w`,
		`a(b|c)`, `a(b+?)c`, `(?i)ak(\d+)`, `^a(\d+)`, `a(\d+)$`, `a(?:\d)?b`, `a\b`, `a(.*)b`, `a(\d{2})`, `a([\x{e0}-\x{ff}]+)`,
		`^(\S+) (?:"((?:[^"\\]|\\.)*)")?`, `(?m)^b$`, `(?:ab|a)*c`, `(?:a|b){2,3}`, ``, `\B`, `(.*)(.)`, `a.{0,2}?b`, `(?:[^"]|"x)*"`, `((?:é|[ab]|"")+)(b?)`,
	} {
		if newWalker(p) == nil {
			t.Errorf("%s has no walker", p)
		}
		for _, text := range walkTexts {
			hold(t, p, text)
		}
	}
	for _, p := range []string{`(?:a*)*`, `(a|b*)+`, "a\uFFFD", `(?:(?:[ab]c){100}){9}`} {
		if newWalker(p) != nil {
			t.Errorf("%s has a walker", p)
		}
	}
}

// TestWalkerGivesUp says that what takes long is left to the standard library, in all
// ways to ask, and that the answer is right.
func TestWalkerGivesUp(t *testing.T) {
	re, err := Compile(`(?:x|a+)+(b)|q`, Options{})
	if err != nil || re.walker() == nil {
		t.Fatal(err)
	}
	text := "b " + strings.Repeat("a", 40) + " " + strings.Repeat("a", 20) + "b" + strings.Repeat("a", 60) + " ab"
	left := worth(text)
	if _, how := re.walker().find(text, 0, nil, &left); how != tooLong {
		t.Fatalf("%d, with %d steps left", how, left)
	}
	want := re.std.FindAllStringSubmatchIndex(text, -1)
	var got [][]int
	err = re.Each(text, 0, func(loc []int) bool { got = append(got, loc); return true })
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v %v, want %v", got, err, want)
	}
	if loc, err := re.FindSubmatchIndex(text); err != nil || !slices.Equal(loc, want[0]) {
		t.Errorf("%v %v, want %v", loc, err, want[0])
	}
	if ok, err := re.MatchString(text); !ok || err != nil {
		t.Errorf("%v %v", ok, err)
	}
}

// TestWalkerIsBounded looks for the bounds of steps and of memory: of patterns that go
// through the rest of the text from each place, and that have a choice at each place.
func TestWalkerIsBounded(t *testing.T) {
	for _, c := range []struct{ pattern, text string }{
		{`(?:ab)+x`, strings.Repeat("ab", 5000)},
		{`(?:ab|a|b)*c`, strings.Repeat("ab", 2*maxChoices) + "c"},
	} {
		w, left := newWalker(c.pattern), worth(c.text)
		if loc, how := w.find(c.text, 0, nil, &left); how != tooLong {
			t.Errorf("%s: %v %d", c.pattern, loc, how)
		}
	}
}

// TestEachOfNothing says that a match of nothing is not found for ever.
func TestEachOfNothing(t *testing.T) {
	re, err := Compile(`^a*`, Options{})
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	err = re.Each("b", 0, func([]int) bool { found++; return found < 3 })
	if found != 1 || err != nil {
		t.Errorf("%d matches, %v", found, err)
	}
}

// patternOf makes a pattern at random.
func patternOf(r *rand.Rand, depth int) string {
	one := []string{`a`, `b`, `ab`, `é`, `.`, `\d`, `\w`, `\s`, `\S`, `[^"]`, `[a-c]`, `[^/]`, `[é€]`, `[^é]`, `(?i:k)`, `(?i:sab)`, `(?s:.)`, `"`, `=`, `/`, ` `}
	if depth == 0 {
		return one[r.IntN(len(one))]
	}
	sub := func() string { return patternOf(r, depth-1) }
	times := []string{"*", "+", "?", "{2}", "{1,3}", "{0,2}", "{2,}", "*?", "+?", "??", "{1,3}?"}
	switch r.IntN(12) {
	case 0, 1, 2, 3:
		return sub() + sub()
	case 4:
		return "(" + sub() + "|" + sub() + ")"
	case 5:
		return "(?:" + sub() + "|" + sub() + "|" + sub() + ")" + []string{"", "*", "+", "{2,4}"}[r.IntN(4)]
	case 6:
		return "(" + sub() + ")"
	case 7, 8, 9:
		return "(?:" + sub() + ")" + times[r.IntN(len(times))]
	case 10:
		return []string{`^`, `$`, `\b`, `\B`, `(?m:^)`, `(?m:$)`, `\A`, `\z`}[r.IntN(8)] + sub()
	}
	return sub() + []string{`$`, `\b`, `(?m:$)`, `\B`}[r.IntN(4)]
}

func FuzzWalker(f *testing.F) {
	for seed := range uint64(400) {
		f.Add(seed, walkTexts[seed%uint64(len(walkTexts))])
	}
	f.Fuzz(func(t *testing.T, seed uint64, text string) {
		r := rand.New(rand.NewPCG(seed, 0))
		for range 20 {
			hold(t, patternOf(r, 1+r.IntN(4)), text)
		}
	})
}

// FuzzWalkerPattern takes the patterns, too, from the fuzzer.
func FuzzWalkerPattern(f *testing.F) {
	for _, p := range []string{`/namespaces/(?P<ns>[^/]+)`, `a([bc]+)d(.*)`, `^(\w+).*?=(a|b*)c{2,3}$`, `(?i)\bab|é+`} {
		for _, s := range walkTexts {
			f.Add(p, s)
		}
	}
	f.Fuzz(func(t *testing.T, pattern, text string) { hold(t, pattern, text) })
}

// TestWalkerOnPublishedPatterns holds what people have written to the standard library,
// over texts that hold pieces of the patterns.
func TestWalkerOnPublishedPatterns(t *testing.T) {
	patterns := corpusPatterns(t)
	r := rand.New(rand.NewPCG(1, 2))
	walked := 0
	for _, p := range patterns {
		prog, err := translate(p, engineStd, false)
		if err != nil || prog.needs != "" {
			continue
		}
		some := false
		for range 2 {
			some = hold(t, prog.text, pieces(r, patterns, p)) || some
		}
		if some {
			walked++
		}
	}
	t.Logf("%d of %d patterns are walked", walked, len(patterns))
	if walked < len(patterns)*9/10 {
		t.Errorf("only %d of %d patterns are walked", walked, len(patterns))
	}
}

// pieces is a text made of parts of patterns, which comes near to matching them.
func pieces(r *rand.Rand, patterns []string, p string) string {
	var b strings.Builder
	for range 12 {
		from := p
		if r.IntN(3) == 0 {
			from = patterns[r.IntN(len(patterns))]
		}
		if len(from) > 0 {
			i := r.IntN(len(from))
			piece := from[i:min(len(from), i+1+r.IntN(12))]
			b.WriteString(strings.NewReplacer(`\w`, "w", `\d`, "7", `\s`, " ", `\`, "").Replace(piece))
		}
	}
	return b.String()
}

// BenchmarkWalker compares with the standard library on lines of an access log.
func BenchmarkWalker(b *testing.B) {
	line := `10.0.0.1 - bob [26/Nov/2026:01:02:03 +0000] "GET /shop/basket/c.html?id=17&q=x HTTP/1.1" 200 5123 "-" "Mozilla/5.0 (X11; Linux x86_64)"`
	for _, c := range []struct{ name, pattern string }{
		{"access", `^(?<ip>\S+) (?<ident>\S+) (?<user>\S+) \[(?<time>[^\]]+)\] "(?:(?<method>[A-Z]+) (?<uri>\S+)(?: (?<version>HTTP[^"]*))?|[^"]*)" (?<status>\d{3}) (?<bytes>\d+|-)(?: "(?<referer>(?:[^"\\]|\\.)*)" "(?<agent>(?:[^"\\]|\\.)*)")?`},
		{"literal", `id=(?<id>\d+)`},
		{"back", `.*/(?<file>[^?]+)\?.*q=(?<q>\w+)`},
		{"lazy", `"(?<request>.*?)" (?<status>\d+)`},
		{"case", `(?i)mozilla/(?<v>[\d.]+)`},
		{"nothing", `\b(?:wget|curl|python)/\d`},
	} {
		w, std := newWalker(c.pattern), regexp.MustCompile(c.pattern)
		room := make([]int, w.slots)
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				left := worth(line)
				w.find(line, 0, room, &left)
			}
		})
		b.Run(c.name+" by the standard library", func(b *testing.B) {
			for b.Loop() {
				std.FindStringSubmatchIndex(line)
			}
		})
	}
}

func BenchmarkMatch(b *testing.B) {
	for _, c := range []struct{ name, pattern, text string }{
		{"at the beginning", `^\d{4}-\d\d-\d\d`, "2026-11-26 01:02:03 text"},
		{"not at the beginning", `^\d{4}-\d\d-\d\d`, "\tAccount Name:\t\tuser"},
	} {
		re, err := Compile(c.pattern, Options{})
		if err != nil {
			b.Fatal(err)
		}
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				re.MatchString(c.text)
			}
		})
	}
}
