package knowledge

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"spl/eval/batch"
	"spl/spl/input"
)

// indexCase is a file, what apps say of it, and the events that come of it.
type indexCase struct {
	name  string
	files map[string]string
	meta  input.Meta // Sourcetype is st where it says nothing
	file  string     // its name; in.log
	text  string
	show  string   // fields, in between spaces; _raw
	want  []string // of each event, as shownFields writes them; of _raw alone its text
	note  string   // code of a notice that there must be
}

// indexNow is the time of the searches.
var indexNow = time.Date(2024, 6, 15, 12, 0, 0, 0, time.UTC)

// readIndexed reads a case with so many workers and parts of such a size.
func (c indexCase) read(t *testing.T, b *Base, chunk, workers int) (rows []string, notes []string) {
	t.Helper()
	meta := c.meta
	if meta.Sourcetype == "" && c.file == "" {
		meta.Sourcetype = "st"
	}
	name := c.file
	if name == "" {
		name = "in.log"
	}
	o := input.Options{ChunkSize: chunk, Now: indexNow, Notice: func(code, msg string, n int) { notes = append(notes, code) }}
	src := b.Source(input.New([]input.File{input.FromText(name, c.text, meta)}, o))
	fields := strings.Fields(c.show)
	if len(fields) == 0 {
		fields = []string{"_raw"}
	}
	r, err := src.Open(context.Background(), scanOf(batch.FieldsOf(fields...)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[int][]string{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for {
				p, err := r.Next()
				if errors.Is(err, io.EOF) {
					return
				}
				if err != nil {
					t.Error(err)
					return
				}
				var got []string
				_ = p.Each(func(b *batch.Batch) bool {
					if c.show == "" {
						for i := range b.Rows {
							s, _ := b.Col("_raw").First(i)
							got = append(got, s)
						}
					} else {
						got = append(got, shownFields(b, fields)...)
					}
					return true
				})
				mu.Lock()
				parts[p.Number()] = got
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	r.Close()
	for i := range len(parts) {
		rows = append(rows, parts[i]...)
	}
	return rows, notes
}

func (c indexCase) run(t *testing.T) {
	t.Run(c.name, func(t *testing.T) {
		b, errs := Load(appOf(c.files), Options{})
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		rnd := rand.New(rand.NewPCG(1, 2))
		for i := range 12 {
			chunk, workers := 0, 1
			if i > 0 {
				chunk, workers = 1+rnd.IntN(2*len(c.text)+8), 1+rnd.IntN(4)
			}
			got, notes := c.read(t, b, chunk, workers)
			if !slices.Equal(got, c.want) {
				t.Fatalf("parts of %d bytes, %d workers:\n got %s\nwant %s", chunk, workers, quoted(got), quoted(c.want))
			}
			if c.note != "" && !slices.Contains(notes, c.note) {
				t.Errorf("no notice %s in %q", c.note, notes)
			}
		}
	})
}

func quoted(list []string) string {
	var b strings.Builder
	for _, s := range list {
		fmt.Fprintf(&b, "\n     %q", s)
	}
	return b.String()
}

func st(settings string) map[string]string { return props("[st]\n" + settings) }

func TestIndexLines(t *testing.T) {
	const dated = "2024-05-01 10:00:00 a\n  more\n\n2024-05-01 10:00:01 b\nlast\n"
	for _, c := range []indexCase{
		{name: "nothing said", files: st("EVAL-x = 1"), text: dated, want: []string{"2024-05-01 10:00:00 a", "  more", "2024-05-01 10:00:01 b", "last"}},
		{name: "a zone alone merges nothing", files: st("TZ = UTC"), text: "a\nb\n", want: []string{"a", "b"}},
		{name: "merging is the default where times are spoken of", files: st("TIME_FORMAT = %Y-%m-%d %H:%M:%S"), text: dated,
			want: []string{"2024-05-01 10:00:00 a\n  more", "2024-05-01 10:00:01 b\nlast"}},
		{name: "SHOULD_LINEMERGE by date", files: st("SHOULD_LINEMERGE = true"), text: dated, want: []string{"2024-05-01 10:00:00 a\n  more", "2024-05-01 10:00:01 b\nlast"}},
		{name: "CRLF is joined by a newline", files: st("SHOULD_LINEMERGE = 1"), text: "2024-05-01 10:00:00 a\r\n\r\n b\r\n", want: []string{"2024-05-01 10:00:00 a\n b"}},
		{name: "SHOULD_LINEMERGE = false", files: st("SHOULD_LINEMERGE = false\nTIME_FORMAT = %Y"), text: "2024 a\n b\n", want: []string{"2024 a", " b"}},
		{name: "BREAK_ONLY_BEFORE", files: st("SHOULD_LINEMERGE = true\nBREAK_ONLY_BEFORE = ^#\\d"), text: "#1 a\n b\n#2\n#x\n c", want: []string{"#1 a\n b", "#2\n#x\n c"}},
		{name: "BREAK_ONLY_BEFORE beside dates", files: st("BREAK_ONLY_BEFORE = ^#"), text: "#1\n2024-05-01 10:00:00 a\n#2", want: []string{"#1", "2024-05-01 10:00:00 a", "#2"}},
		{name: "BREAK_ONLY_BEFORE without dates", files: st("BREAK_ONLY_BEFORE = ^#\nBREAK_ONLY_BEFORE_DATE = false"), text: "#1\n2024-05-01 10:00:00 a\n#2", want: []string{"#1\n2024-05-01 10:00:00 a", "#2"}},
		{name: "an empty BREAK_ONLY_BEFORE_DATE is off", files: st("BREAK_ONLY_BEFORE = ^#\nBREAK_ONLY_BEFORE_DATE ="), text: "#1\n2024-05-01 10:00:00 a\n#2", want: []string{"#1\n2024-05-01 10:00:00 a", "#2"}},
		{name: "MUST_BREAK_AFTER", files: st("MUST_BREAK_AFTER = end$"), text: "a\nb end\nc\nd end\ne", want: []string{"a\nb end", "c\nd end", "e"}},
		{name: "MUST_NOT_BREAK_BEFORE", files: st("MUST_NOT_BREAK_BEFORE = cont"), text: "2024-05-01 10:00:00 a\n2024-05-01 10:00:01 cont\n2024-05-01 10:00:02 b", want: []string{"2024-05-01 10:00:00 a\n2024-05-01 10:00:01 cont", "2024-05-01 10:00:02 b"}},
		{name: "MUST_NOT_BREAK_AFTER until MUST_BREAK_AFTER", files: st("MUST_NOT_BREAK_AFTER = <<\nMUST_BREAK_AFTER = >>"), text: "2024-05-01 10:00:00 <<\n2024-05-01 10:00:01\n>>\nx", want: []string{"2024-05-01 10:00:00 <<\n2024-05-01 10:00:01\n>>", "x"}},
		{name: "MAX_EVENTS", files: st("SHOULD_LINEMERGE = true\nMAX_EVENTS = 2"), text: "a\nb\nc\nd\ne\n", want: []string{"a\nb", "c\nd", "e"}},
		{name: "a date is looked for after TIME_PREFIX", files: st("TIME_PREFIX = at="), text: "at=2024-05-01 10:00:00\n2024-05-01 10:00:01\nat=2024-05-01 10:00:02", want: []string{"at=2024-05-01 10:00:00\n2024-05-01 10:00:01", "at=2024-05-01 10:00:02"}},
		{name: "DATETIME_CONFIG = NONE finds no dates", files: st("DATETIME_CONFIG = NONE\nMAX_EVENTS = 3"), text: "2024-05-01 10:00:00\n2024-05-01 10:00:01\n", want: []string{"2024-05-01 10:00:00\n2024-05-01 10:00:01"}},
		{name: "LINE_BREAKER", files: st("SHOULD_LINEMERGE = false\nLINE_BREAKER = ([\\r\\n]+)#"), text: "#1\na\n\n#2\n#3\n", want: []string{"#1\na", "#2", "#3"}},
		{name: "what the group holds is lost, the rest is not", files: st("SHOULD_LINEMERGE = false\nLINE_BREAKER = end(;+)begin"), text: "begin 1 end;;begin 2 end;begin 3 end", want: []string{"begin 1 end", "begin 2 end", "begin 3 end"}},
		{name: "an empty group", files: st("SHOULD_LINEMERGE = false\nLINE_BREAKER = ()\\{"), text: `{"a":1}{"a":2}{"a":3}`, want: []string{`{"a":1}`, `{"a":2}`, `{"a":3}`}},
		{name: "the first group that took part", files: st("SHOULD_LINEMERGE = false\nLINE_BREAKER = x(\\n)y|z(;)z|w"), text: "ax\nyb z;z cw d", want: []string{"ax", "yb z", "z c", "w d"}},
		{name: "looking ahead", files: st("SHOULD_LINEMERGE = false\nLINE_BREAKER = ([\\r\\n]+)(?=\\d{4}-)"), text: "2024-1 a\nb\n2024-2 c\n20245\n", want: []string{"2024-1 a\nb", "2024-2 c\n20245"}},
		{name: "looking behind", files: st("SHOULD_LINEMERGE = false\nLINE_BREAKER = (?<=\\.)(\\s+)"), text: "one. two .three.\nfour", want: []string{"one.", "two .three.", "four"}},
		{name: "an array of JSON", files: st("SHOULD_LINEMERGE = false\nLINE_BREAKER = ((?:^\\[)|,|\\]\\s*)(?=\\{|$)\nSEDCMD-a = s/\\s+$//"), text: `[{"a":1},{"a":2}]`, want: []string{`{"a":1}`, `{"a":2}`}},
		{name: "TRUNCATE", files: st("TRUNCATE = 4\nSHOULD_LINEMERGE = false"), text: "abcdef\nab\nabcé\n", want: []string{"abcd", "ab", "abc"}, note: input.NoticeCutLine},
		{name: "TRUNCATE of each line that is merged", files: st("TRUNCATE = 4\nSHOULD_LINEMERGE = true"), text: "abcdef\nghijkl\n", want: []string{"abcd\nghij"}, note: input.NoticeCutLine},
		{name: "TRUNCATE = 0", files: st("TRUNCATE = 0"), text: strings.Repeat("x", 20000), want: []string{strings.Repeat("x", 20000)}},
		{name: "CHARSET", files: st("CHARSET = ISO-8859-1"), text: "caf\xe9\nna\xefve\n", want: []string{"café", "naïve"}},
		{name: "CHARSET of two bytes", files: st("CHARSET = UTF-16LE"), text: "a\x00\n\x00b\x00", want: []string{"a", "b"}},
		{name: "CHARSET of code pages", files: st("CHARSET = CP1251"), text: "\xef\xf0\xe8", want: []string{"при"}},
		{name: "CHARSET=SHIFT-JIS", files: st("CHARSET = SHIFT_JIS"), text: "\x83e\x83X\x83g", want: []string{"テスト"}},
		{name: "JSON over lines stays whole", files: st("TIME_PREFIX = \"t\":"), text: "{\n \"t\": 1714557600,\n \"a\": 1\n}\n{\n \"t\": 1714557601\n}\n", want: []string{"{\n \"t\": 1714557600,\n \"a\": 1\n}", "{\n \"t\": 1714557601\n}"}},
		{name: "an export is cut already", files: st("LINE_BREAKER = (,)\nSEDCMD-a = s/x/y/"), text: `{"result":{"_raw":"x,x","_time":"1"}}` + "\n", want: []string{"x,x"}},
		{name: "HEC is cut already, and edited", files: st("LINE_BREAKER = (,)\nSEDCMD-a = s/x/y/"), text: `{"event":"x,x"}` + "\n", want: []string{"y,x"}},
	} {
		c.run(t)
	}
}

func TestIndexTime(t *testing.T) {
	for _, c := range []indexCase{
		{name: "TIME_PREFIX and TIME_FORMAT", files: st("SHOULD_LINEMERGE = false\nTIME_PREFIX = when=\nTIME_FORMAT = %d/%m/%Y %H:%M:%S"), text: "2020-01-01 00:00:00 when=03/02/2024 01:02:03", show: "_time", want: []string{"_time=1706922123"}},
		{name: "no prefix, no time", files: st("SHOULD_LINEMERGE = false\nTIME_PREFIX = when="), text: "2020-01-01 00:00:00", show: "_time", want: []string{"_time=1718452800"}, note: input.NoticeNoTimestamp},
		{name: "a format that does not fit", files: st("SHOULD_LINEMERGE = false\nTIME_FORMAT = %d/%m/%Y"), text: "2020-01-01 00:00:00", show: "_time", want: []string{"_time=1718452800"}, note: input.NoticeNoTimestamp},
		{name: "a format is looked for in the lookahead", files: st("SHOULD_LINEMERGE = false\nTIME_FORMAT = %Y/%m/%d"), text: "INFO 17 2024/05/01 x", show: "_time", want: []string{"_time=1714521600"}},
		{name: "lookahead counts from the prefix", files: st("SHOULD_LINEMERGE = false\nTIME_PREFIX = t=\nMAX_TIMESTAMP_LOOKAHEAD = 10"), text: strings.Repeat("x", 200) + "t=2024-05-01 23:00:00", show: "_time", want: []string{"_time=1714521600"}},
		{name: "lookahead 0 is no limit", files: st("SHOULD_LINEMERGE = false\nMAX_TIMESTAMP_LOOKAHEAD = 0"), text: strings.Repeat("x", 500) + " 2024-05-01 00:00:00", show: "_time", want: []string{"_time=1714521600"}},
		{name: "beyond the lookahead of 128", files: st("SHOULD_LINEMERGE = false\nTIME_FORMAT = %Y-%m-%d"), text: strings.Repeat("x", 130) + " 2024-05-01", show: "_time", want: []string{"_time=1718452800"}},
		{name: "TZ", files: st("TZ = America/New_York"), text: "2024-05-01 00:00:00 a\n2024-05-01T00:00:00Z b\n", show: "_time date_hour", want: []string{"_time=1714536000 date_hour=0", "_time=1714521600 date_hour=0"}},
		{name: "TZ as an offset", files: st("TZ = GMT+02:00"), text: "2024-05-01 00:00:00 a", show: "_time", want: []string{"_time=1714514400"}},
		{name: "TZ of keys of JSON", files: st("TZ = Etc/GMT-1"), text: `{"time":"2024-05-01 00:00:00"}`, show: "_time", want: []string{"_time=1714518000"}},
		{name: "a year that is not written", files: st("SHOULD_LINEMERGE = false\nTIME_FORMAT = %b %d %H:%M:%S"), text: "Jun 14 00:00:00\nJul 1 00:00:00\n", show: "_time", want: []string{"_time=1718323200", "_time=1688169600"}},
		{name: "epoch with milliseconds", files: st("SHOULD_LINEMERGE = false\nTIME_PREFIX = \"ts\":\nTIME_FORMAT = %s%3N"), text: `{"ts":1714521600123}`, show: "_time", want: []string{"_time=1714521600.123"}},
		{name: "CURRENT", files: st("DATETIME_CONFIG = CURRENT\nSHOULD_LINEMERGE = false"), text: "2020-01-01 00:00:00", show: "_time", want: []string{"_time=1718452800"}},
		{name: "MAX_DAYS_AGO", files: st("MAX_DAYS_AGO = 10\nTIME_FORMAT=%Y-%m-%d\nSHOULD_LINEMERGE=0"), text: "2020-01-01\n2024-06-10\n", show: "_time", want: []string{"_time=1718452800", "_time=1717977600"}, note: input.NoticeNoTimestamp},
		{name: "MAX_DAYS_AGO alone", files: st("MAX_DAYS_AGO = 10\nSHOULD_LINEMERGE=0"), text: "2020-01-01 00:00:00\n2024-06-10 00:00:00\n", show: "_time", want: []string{"_time=1718452800", "_time=1717977600"}, note: input.NoticeNoTimestamp},
		{name: "MAX_DAYS_HENCE alone, of keys of JSON", files: st("MAX_DAYS_HENCE = 3\nSHOULD_LINEMERGE=0"), text: "{\"time\":\"2024-07-01T00:00:00Z\"}\n{\"time\":\"2024-06-17T00:00:00Z\"}\n", show: "_time", want: []string{"_time=1718452800", "_time=1718582400"}, note: input.NoticeNoTimestamp},
		{name: "the user's word is stronger", files: st("TIME_PREFIX = when=\nSHOULD_LINEMERGE = false"), meta: input.Meta{Sourcetype: "st", TimeField: "at"}, text: "at=1714521600 when=1714521601", show: "_time", want: []string{"_time=1714521600"}},
		{name: "an envelope's time is stronger", files: st("TIME_PREFIX = when="), text: `{"time":1714521600,"event":"when=1714521601"}`, show: "_time", want: []string{"_time=1714521600"}},
		{name: "TIMESTAMP_FIELDS of JSON", files: st("INDEXED_EXTRACTIONS = json\nTIMESTAMP_FIELDS = a.when"), text: `{"time":1,"a":{"when":"2024-05-01T00:00:00Z"}}`, show: "_time", want: []string{"_time=1714521600"}},
		{name: "TIMESTAMP_FIELDS of a table", files: st("INDEXED_EXTRACTIONS = csv\nTIMESTAMP_FIELDS = day, the clock\nTIME_FORMAT = %d.%m.%Y %H:%M"), text: "n,the clock,day\n1,01:30,01.05.2024\n", show: "_time n", want: []string{"_time=1714527000 n=1"}},
	} {
		c.run(t)
	}
}

func TestIndexTables(t *testing.T) {
	ext := func(kind, more string) map[string]string { return st("INDEXED_EXTRACTIONS = " + kind + "\n" + more) }
	for _, c := range []indexCase{
		{name: "csv", files: ext("CSV", ""), text: "a,b c\n1,\"x, y\"\n2,\"say \"\"hi\"\"\nthere\"\n", show: "a b_c _raw", want: []string{"a=1 b_c=x, y _raw=1,\"x, y\"", "a=2 b_c=say \"hi\"\nthere _raw=2,\"say \"\"hi\"\"\nthere\""}},
		{name: "tsv", files: ext("tsv", ""), text: "a\tb\n1\t2,3\n", show: "a b", want: []string{"a=1 b=2,3"}},
		{name: "psv", files: ext("psv", ""), text: "a|b\n1|2,3\n", show: "a b", want: []string{"a=1 b=2,3"}},
		{name: "a delimiter of its own", files: ext("csv", "FIELD_DELIMITER = ;"), text: "a;b\n1;2,3\n", show: "a b", want: []string{"a=1 b=2,3"}},
		{name: "a delimiter of the header", files: ext("csv", "FIELD_DELIMITER = \\x3b\nHEADER_FIELD_DELIMITER = tab"), text: "a\tb\n1;2\n", show: "a b", want: []string{"a=1 b=2"}},
		{name: "blanks", files: ext("csv", "FIELD_DELIMITER = whitespace"), text: "a   b\tc\n1  \"x y\" 3 \n", show: "a b c", want: []string{"a=1 b=x y c=3"}},
		{name: "another quote", files: ext("csv", "FIELD_QUOTE = '"), text: "a,b\n'1,1',\"2\"\n", show: "a b", want: []string{"a=1,1 b=\"2\""}},
		{name: "no quote", files: ext("csv", "FIELD_QUOTE = none"), text: "a,b\n\"1,2\"\n", show: "a b", want: []string{"a=\"1 b=2\""}},
		{name: "FIELD_NAMES", files: ext("csv", "FIELD_NAMES = x, y"), text: "1,2\n3,4\n", show: "x y", want: []string{"x=1 y=2", "x=3 y=4"}},
		{name: "HEADER_FIELD_LINE_NUMBER", files: ext("csv", "HEADER_FIELD_LINE_NUMBER = 3"), text: "made by us\n\na,b\n1,2\n", show: "a b _raw", want: []string{"a=1 b=2 _raw=1,2"}},
		{name: "PREAMBLE_REGEX", files: ext("csv", "PREAMBLE_REGEX = ^#"), text: "# one\n# two, three\na,b\n#1,2\n", show: "a b", want: []string{"a=#1 b=2"}},
		{name: "FIELD_HEADER_REGEX", files: ext("csv", "FIELD_HEADER_REGEX = ^head:\\s*"), text: "x\nhead: a,b\n1,2\n", show: "a b", want: []string{"a=1 b=2"}},
		{name: "MISSING_VALUE_REGEX", files: ext("csv", "MISSING_VALUE_REGEX = ^-$"), text: "a,b\n-,2\n", show: "a b", want: []string{"b=2"}},
		{name: "characters of a header", files: ext("csv", "HEADER_FIELD_ACCEPTABLE_SPECIAL_CHARACTERS = ."), text: "a.b,c-d\n1,2\n", show: "a.b c_d", want: []string{"a.b=1 c_d=2"}},
		{name: "w3c", files: ext("w3c", ""), text: "#Version: 1.0\n#Fields: date cs-uri cs(User-Agent)\n2024-05-01 /x a+b\n#Fields: cs-uri date\n/y 2024-05-02\n", show: "cs_uri cs_User_Agent_ date _raw",
			want: []string{"cs_uri=/x cs_User_Agent_=a+b date=2024-05-01 _raw=2024-05-01 /x a+b", "cs_uri=/y date=2024-05-02 _raw=/y 2024-05-02"}},
		{name: "json, doubled by KV_MODE", files: ext("json", "KV_MODE = json"), text: `{"a":{"b":[1,2]}}` + "\n", show: "a.b{}", want: []string{"a.b{}=1|2|1|2"}},
		{name: "hec", files: ext("hec", ""), text: `{"event":{"x":1},"extra":2,"sourcetype":"other"}` + "\n", show: "x sourcetype", want: []string{"x=1 sourcetype=other"}},
		{name: "a header that is not there", files: ext("csv", "FIELD_HEADER_REGEX = ^nope"), text: "a\nb\n", show: "a", note: input.NoticeNoHeader},
		{name: "the sourcetype of a path", files: props("[source::.../data/*.txt]\nsourcetype = mine\n[mine]\nINDEXED_EXTRACTIONS = csv"), file: "x/data/y.txt", text: "a,b\n1,2\n", show: "sourcetype a", want: []string{"sourcetype=mine a=1"}},
		{name: "the user's sourcetype is stronger than that of a path", files: props("[source::.../data/*.txt]\nsourcetype = mine\n[mine]\nINDEXED_EXTRACTIONS = csv"), file: "x/data/y.txt", meta: input.Meta{Sourcetype: "st"}, text: "a=1\n", show: "sourcetype a", want: []string{"sourcetype=st a=1"}},
		{name: "rules of what the content is", files: props("[_json]\nTIME_PREFIX = \"when\":\nSHOULD_LINEMERGE = false"), file: "x", text: `{"when":1714521600,"time":1}` + "\n", show: "_time sourcetype", want: []string{"_time=1714521600 sourcetype=_json"}},
	} {
		c.run(t)
	}
}

func TestIndexEdits(t *testing.T) {
	with := func(settings, transforms string) map[string]string {
		return map[string]string{"props": "[st]\n" + settings, "transforms": transforms}
	}
	for _, c := range []indexCase{
		{name: "SEDCMD in ASCII order", files: st("SEDCMD-b = s/b/c/g\nSEDCMD-a = s/a/b/g\nSEDCMD-c = y/c/d/"), text: "abc\n", want: []string{"ddd"}},
		{name: "fields come of the text as it is left", files: st("SEDCMD-a = s/pass=\\S+/pass=***/"), text: "user=x pass=secret\n", show: "user pass", want: []string{"user=x pass=***"}},
		{name: "the time is read before", files: st("SEDCMD-a = s/^\\S+ //"), text: "2024-05-01T00:00:00Z a=1\n", show: "_time a _raw", want: []string{"_time=1714521600 a=1 _raw=a=1"}},
		{name: "what is left may be JSON", files: st("SEDCMD-a = s/^[^{]+//"), text: "May 1 host x: {\"a\":{\"b\":1}}\n", show: "a.b _raw", want: []string{`a.b=1 _raw={"a":{"b":1}}`}},
		{name: "nullQueue", files: with("TRANSFORMS-n = drop", "[drop]\nREGEX = DEBUG\nDEST_KEY = queue\nFORMAT = nullQueue"), text: "DEBUG a\nINFO b\n", want: []string{"INFO b"}},
		{name: "keep some, drop the rest", files: with("TRANSFORMS-n = none, some", "[none]\nREGEX = .\nDEST_KEY = queue\nFORMAT = nullQueue\n[some]\nREGEX = keep\nDEST_KEY = queue\nFORMAT = indexQueue"), text: "a\nkeep b\n", want: []string{"keep b"}},
		{name: "sourcetype, and what it means at search time", files: map[string]string{"props": "[st]\nTRANSFORMS-x = t\n[new]\nEVAL-e = \"yes\"", "transforms": "[t]\nREGEX = ^new\nDEST_KEY = MetaData:Sourcetype\nFORMAT = sourcetype::new"}, text: "new a\nold\n", show: "sourcetype e", want: []string{"sourcetype=new e=yes", "sourcetype=st"}},
		{name: "host, source and index", files: with("TRANSFORMS-x = h s i", "[h]\nREGEX = h=(\\w+)\nDEST_KEY = MetaData:Host\nFORMAT = host::$1\n[s]\nREGEX = ^host::(.*)\nSOURCE_KEY = MetaData:Host\nDEST_KEY = MetaData:Source\nFORMAT = source::of $1\n[i]\nREGEX = .\nDEST_KEY = _MetaData:Index\nFORMAT = other"), text: "h=web1\n", show: "host source index", want: []string{"host=web1 source=of web1 index=other"}},
		{name: "_raw", files: with("TRANSFORMS-x = r", "[r]\nREGEX = ^(\\w+) .*?(\\w+)$\nDEST_KEY = _raw\nFORMAT = $2-$1"), text: "a b c\n", want: []string{"c-a"}},
		{name: "$0 is what was there", files: with("TRANSFORMS-x = r", "[r]\nREGEX = (\\d)\nDEST_KEY = _raw\nFORMAT = $0 $1"), text: "a1\n", want: []string{"a1 1"}},
		{name: "DEFAULT_VALUE", files: with("TRANSFORMS-x = r", "[r]\nREGEX = idx=(\\w+)\nDEST_KEY = _MetaData:Index\nFORMAT = $1\nDEFAULT_VALUE = rest"), text: "idx=a\nb\n", show: "index", want: []string{"index=a", "index=rest"}},
		{name: "WRITE_META", files: with("TRANSFORMS-x = m", "[m]\nREGEX = id:(\\d+)\nFORMAT = id::$1 kind::\"a thing\"\nWRITE_META = true"), text: "id:7\nno\n", show: "id kind", want: []string{"id=7 kind=a thing", ""}},
		{name: "REPEAT_MATCH", files: with("TRANSFORMS-x = m", "[m]\nREGEX = (\\w+):(\\w+)\nFORMAT = $1::$2\nREPEAT_MATCH = true\nDEST_KEY = _meta"), text: "a:1 b:2\n", show: "a b", want: []string{"a=1 b=2"}},
		{name: "a field of one transform read by the next", files: with("TRANSFORMS-x = m n", "[m]\nREGEX = v:(\\w+)\nFORMAT = v::$1\nWRITE_META = true\n[n]\nSOURCE_KEY = field:v\nREGEX = (.)$\nFORMAT = last::$1\nWRITE_META = true"), text: "v:abc\n", show: "v last", want: []string{"v=abc last=c"}},
		{name: "INGEST_EVAL", files: with("TRANSFORMS-x = e", "[e]\nINGEST_EVAL = n=len(_raw), sourcetype=if(match(_raw, \"^b, c\"), \"other\", sourcetype), n:=n+1, queue=if(_raw=\"x\", \"nullQueue\", queue), _raw=upper(_raw)"), text: "a\nb, c\nx\n", show: "n sourcetype _raw", want: []string{"n=2 sourcetype=st _raw=A", "n=5 sourcetype=other _raw=B, C"}},
		{name: "LOOKAHEAD", files: with("TRANSFORMS-x = m", "[m]\nREGEX = (b)\nFORMAT = b::$1\nWRITE_META = true\nLOOKAHEAD = 3"), text: "aab\naaab\n", show: "b", want: []string{"b=b", ""}},
		{name: "SEDCMD before TRANSFORMS", files: with("TRANSFORMS-x = m\nSEDCMD-z = s/a/b/", "[m]\nREGEX = b\nFORMAT = was::b\nWRITE_META = true"), text: "a\n", show: "was", want: []string{"was=b"}},
		{name: "an event's own sourcetype chooses its rules", files: props("[st]\nSEDCMD-a = s/x/st/\n[other]\nSEDCMD-a = s/x/other/\nTZ = Etc/GMT-1"), text: `{"event":"2024-05-01 00:00:00 x","sourcetype":"other"}` + "\n" + `{"event":"2024-05-01 00:00:00 x"}` + "\n", show: "_time _raw",
			want: []string{"_time=1714518000 _raw=2024-05-01 00:00:00 other", "_time=1714521600 _raw=2024-05-01 00:00:00 st"}},
	} {
		c.run(t)
	}
}

// Index-time settings by Splunk's order of stanzas and files.
func TestIndexPrecedence(t *testing.T) {
	meta := input.Meta{Sourcetype: "st", Source: "/a/b.log", Host: "web1"}
	sed := func(to string) string { return "SEDCMD-a = s/x/" + to + "/\n" }
	for _, c := range []indexCase{
		{name: "source before host before sourcetype before default", files: props("[default]\n" + sed("d") + "[st]\n" + sed("t") + "[host::web1]\n" + sed("h") + "[source::/a/b.log]\n" + sed("s")), want: []string{"s"}},
		{name: "host before sourcetype", files: props("[default]\n" + sed("d") + "[st]\n" + sed("t") + "[host::WEB*]\n" + sed("h")), want: []string{"h"}},
		{name: "sourcetype before default", files: props("[default]\n" + sed("d") + "[st]\n" + sed("t")), want: []string{"t"}},
		{name: "keys before any stanza are the default's", files: props(sed("d")), want: []string{"d"}},
		{name: "a name before a pattern", files: props("[source::/a/*]\n" + sed("p") + "[source::/a/b.log]\n" + sed("n")), want: []string{"n"}},
		{name: "ASCII order of patterns", files: props("[source::/a/b*]\n" + sed("2") + "[source::...b.log]\n" + sed("1")), want: []string{"1"}},
		{name: "priority", files: props("[source::/a/b*]\npriority = 7\n" + sed("2") + "[source::...b.log]\n" + sed("1")), want: []string{"2"}},
		{name: "an empty value hides a weaker one", files: props("[default]\n" + sed("d") + "[st]\nSEDCMD-a =\n"), want: []string{"x"}},
		{name: "other classes add up", files: props("[default]\nSEDCMD-b = s/y/z/\n[st]\n" + sed("y")), want: []string{"z"}},
	} {
		c.meta, c.text = meta, "x"
		c.run(t)
	}
}

// At index time every app's local comes before any app's default; at search time an
// app's own default comes before the local of the next.
func TestIndexLayers(t *testing.T) {
	file := func(path, text string) map[string]string { return map[string]string{path: text} }
	app := func(name string, files ...map[string]string) App { return appFiles(name, files...) }
	b, errs := Load([]App{
		app("z", file("local/props.conf", "[st]\nSEDCMD-a = s/x/z local/\nEVAL-e = \"z local\"\n")),
		app("a", file("default/props.conf", "[st]\nSEDCMD-a = s/x/a default/\nEVAL-e = \"a default\"\n")),
	}, Options{})
	if errs != nil {
		t.Fatal(errs)
	}
	c := indexCase{text: "x", show: "_raw e"}
	if got, _ := c.read(t, b, 0, 1); !slices.Equal(got, []string{"_raw=z local e=a default"}) {
		t.Errorf("got %q", got)
	}
}
