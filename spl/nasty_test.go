package spl_test

import (
	"fmt"
	"strings"

	"pgregory.net/rapid"
)

// A nasty log holds what a reader that is in a hurry gets wrong: tokens at every place
// of a block of 64 bytes, escapes in keys and values, keys twice, keys that look like
// paths, broken and cut lines, odd spaces, other envelopes, bytes that are not UTF-8,
// letters that fold to ASCII, long values, deep nesting. Fields have names of a small
// world, so that searches find them.

var nastyKeys = []string{
	"f", "f", "f", "g", "g", "h", "o", "o", "F", "a.b", "f{}", "o.f", "", `\u0066`, `o\u002ef`, `q\"r`, "_time", "_raw", "time", "timestamp",
	"message", "event", "result", "source", "sourcetype", "host", "index", "fields", "_x", "linecount", "Records", "logEvents",
}

var nastyTexts = []string{
	"a", "A", "ab c", "", "b", "1", "01", "2.5", "-0", "1e3", "10.0.0.7", "x*y", `x\"y`, `back\\slash`, `\u0061`, `\u0041b`, `\ud83d\ude00`, `\ud83d`,
	`\/api\/v1`, "/api/v1/namespaces/web/pods", `a\tb\n`, "é", "\u212aey", "me\u017fs", `{\"f\":\"a\"}`, "system:anonymous", `\u0073ystem:anonymous`,
	"2024-05-15T13:47:31Z", "f=a", "f=b, g=1", `\\`, `a\\`, `\\\"`, "null", "true", "{}", "[", "}", ",",
	`\u0061b c`, `\u0072ow`, "row", `10.0\u002e0.7`, `\u0062`, `xy \u0041B C`, ":", "<Event>", "&amp;", "%20a",
}

// nastyLog draws the lines of a log.
func nastyLog(t *rapid.T) string {
	var b strings.Builder
	var seen []string
	alike := rapid.Bool().Draw(t, "alike") // as machines write them
	for range rapid.IntRange(0, 40).Draw(t, "lines") {
		var line string
		if alike && len(seen) > 0 && rapid.IntRange(0, 4).Draw(t, "new") > 0 {
			line = anotherOf(t, rapid.SampledFrom(seen).Draw(t, "of"))
		} else {
			line = nastyLine(t)
			if len(seen) < 3 {
				seen = append(seen, line)
			}
		}
		b.WriteString(line)
		b.WriteString(rapid.SampledFrom([]string{"\n", "\n", "\n", "\n", "\n", "\n", "\r\n", "\n\n", " \n"}).Draw(t, "end"))
	}
	if rapid.IntRange(0, 3).Draw(t, "no end") == 0 {
		return strings.TrimRight(b.String(), "\r\n")
	}
	return b.String()
}

// anotherOf is a line with another string, key or number at a place, most often in the
// form of the first.
func anotherOf(t *rapid.T, line string) string {
	if rapid.IntRange(0, 5).Draw(t, "as it is") == 0 {
		return line
	}
	at := rapid.IntRange(0, len(line)).Draw(t, "from")
	from := at + strings.IndexAny(line[at:], `"123456789`)
	if from < at {
		return line
	}
	if line[from] != '"' {
		return line[:from] + rapid.SampledFrom([]string{"1", "20", "7.5", "0", "-1"}).Draw(t, "number") + line[from+1:]
	}
	n := strings.IndexByte(line[from+1:], '"')
	if n < 0 {
		return line
	}
	return line[:from+1] + rapid.SampledFrom(append(nastyTexts, nastyKeys...)).Draw(t, "string") + line[from+1+n:]
}

func nastyLine(t *rapid.T) string {
	switch rapid.IntRange(0, 15).Draw(t, "line") {
	case 0:
		return rapid.SampledFrom([]string{
			"plain text a", "f=a g=1 h=\"ab c\"", "2024-05-15T13:47:31Z f=b system:anonymous", "  f=a", "\xff\xfe f=a", "f=\x00a", "[1,2", `"a"`, "1", "null", "{", "}",
			"<Event><EventData><Data Name='f'>a&#98;</Data></EventData></Event>", "\u212aey f=a", `{"f":"a"}{"f":"b"}`, `{"f":"a"} x`, `x {"f":"a"}`, `["f",{"f":"a"}]`,
			"03/14/2026 10:00:00 AM\\nLogName=Security", "time=100 f=1",
		}).Draw(t, "text")
	case 1, 6, 7:
		return brokenLine(t, nastyObject(t, 2))
	case 2:
		return fmt.Sprintf(`{"time":%d,"host":"h1","sourcetype":"st","event":%s}`, rapid.IntRange(100, 103).Draw(t, "time"), nastyObject(t, 1))
	case 3:
		return `{"preview":false,"result":{"_raw":"f=a system:anonymous","_time":"101","f":"row"}}`
	case 4:
		return fmt.Sprintf(`{"timestamp":%d000,"message":"%s"}`, rapid.IntRange(1e9, 1e9+3).Draw(t, "time"), rapid.SampledFrom(nastyTexts).Draw(t, "message"))
	case 5:
		return `{"Records":[` + nastyObject(t, 1) + "," + nastyObject(t, 0) + `]}`
	}
	return nastyObject(t, 3)
}

// brokenLine spoils a line at one place.
func brokenLine(t *rapid.T, line string) string {
	at := rapid.IntRange(0, len(line)-1).Draw(t, "at")
	if rapid.Bool().Draw(t, "beside a token") {
		if n := strings.IndexAny(line[at:], "\"{}[]:,"); n >= 0 {
			at = min(at+n+rapid.IntRange(0, 1).Draw(t, "behind"), len(line)-1)
		}
	}
	switch rapid.IntRange(0, 3).Draw(t, "spoil") {
	case 0:
		return line[:at]
	case 1:
		return line[:at] + line[at+1:]
	case 2:
		return line[:at] + line[at:at+1] + line[at:]
	}
	return line[:at] + rapid.SampledFrom([]string{" ", `"`, "{", "}", "[", "]", ",", ":", `\`, "\t", "\x00", "\x01", "\xff", "0", "-", "\r"}).Draw(t, "byte") + line[at:]
}

// nastyObject draws an object with a time, most often.
func nastyObject(t *rapid.T, depth int) string {
	space := rapid.SampledFrom([]string{"", "", "", "", " ", "\t", "  "}).Draw(t, "space")
	var m []string
	if rapid.IntRange(0, 9).Draw(t, "timed") > 0 {
		m = append(m, fmt.Sprintf(`"_time":%s%d`, space, rapid.IntRange(100, 103).Draw(t, "time")))
	}
	if rapid.Bool().Draw(t, "padded") { // what follows stands elsewhere in its block
		m = append(m, `"pad":"`+strings.Repeat("p", rapid.IntRange(0, 70).Draw(t, "pad"))+`"`)
	}
	for range rapid.IntRange(0, 6).Draw(t, "members") {
		m = append(m, `"`+rapid.SampledFrom(nastyKeys).Draw(t, "key")+`"`+space+":"+space+nastyValue(t, depth))
	}
	if rapid.IntRange(0, 3).Draw(t, "turned") == 0 {
		for i, j := 0, len(m)-1; i < j; i, j = i+1, j-1 {
			m[i], m[j] = m[j], m[i]
		}
	}
	return "{" + space + strings.Join(m, space+","+space) + space + "}"
}

func nastyValue(t *rapid.T, depth int) string {
	kind := rapid.IntRange(0, 15).Draw(t, "kind")
	switch {
	case kind < 7:
		return `"` + rapid.SampledFrom(nastyTexts).Draw(t, "value") + `"`
	case kind == 7:
		return rapid.SampledFrom([]string{"0", "1", "-1.50", "1e5", "12345678901234567890", "true", "false", "null", "-0.0E+7", "{}", "[]", `""`}).Draw(t, "scalar")
	case kind == 8: // not JSON
		return rapid.SampledFrom([]string{"01", "nul", "-", "1.", "", "\"\x02\"", `"\x"`, `"\u12"`, "+1", "'a'", "NaN"}).Draw(t, "scalar")
	case kind == 9:
		n := rapid.SampledFrom([]int{1, 30, 62, 63, 64, 65, 127, 500, 5000}).Draw(t, "long")
		return `"` + strings.Repeat(rapid.SampledFrom([]string{"x", `\\`, `\"`, "é", "a ", `\u0061`, "},{"}).Draw(t, "of"), n) + `"`
	case kind == 10:
		n := rapid.SampledFrom([]int{1, 30, 60, 64, 70, 255, 300}).Draw(t, "deep")
		return strings.Repeat(`{"f":[`, n) + `"a"` + strings.Repeat("]}", n)
	case depth == 0:
		return fmt.Sprint(rapid.IntRange(0, 5).Draw(t, "number"))
	case kind < 14:
		return nastyObject(t, depth-1)
	}
	var values []string
	for range rapid.IntRange(0, 4).Draw(t, "values") {
		values = append(values, nastyValue(t, depth-1))
	}
	return "[" + strings.Join(values, ",") + "]"
}
