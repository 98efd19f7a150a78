package knowledge

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	textenc "golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/unicode"

	"spl/parser/source"
)

var offsetZone = regexp.MustCompile(`^(?i:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?$`)

// readTZ reads a zone: a name of the zone database, or an offset.
func readTZ(_ *indexReader, k *Key, _ *propsStanza) (any, *source.Error) {
	text := strings.TrimSpace(k.Value.String)
	if m := offsetZone.FindStringSubmatch(text); m != nil {
		hours, _ := strconv.Atoi(m[2])
		minutes, _ := strconv.Atoi(m[3])
		seconds := hours*3600 + minutes*60
		if m[1] == "-" {
			seconds = -seconds
		}
		return time.FixedZone(text, seconds), nil
	}
	zone, err := time.LoadLocation(text)
	if err != nil || text == "Local" {
		return nil, k.Fault(source.Syntax, "TZ: there is no time zone `%s`", text).WithHelp("for example: TZ = Europe/Berlin, or TZ = UTC")
	}
	return zone, nil
}

// charsets are those that have other names in Splunk than in the world, or another
// meaning; nil is UTF-8, told by the file.
var charsets = map[string]textenc.Encoding{
	"AUTO": nil, "UTF-8": nil, "UTF8": nil, "ASCII": nil, "US-ASCII": nil,
	"UTF-16": unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), "UCS-2": unicode.UTF16(unicode.LittleEndian, unicode.UseBOM),
	"UTF-16LE": unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), "UCS-2LE": unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM),
	"UTF-16BE": unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), "UCS-2BE": unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM),
	"ISO-8859-1": charmap.ISO8859_1, "LATIN1": charmap.ISO8859_1, "LATIN-1": charmap.ISO8859_1,
}

var codePage = regexp.MustCompile(`^(?i:CP|WINDOWS)-?(\d+)$`)

func readCharset(_ *indexReader, k *Key, _ *propsStanza) (any, *source.Error) {
	name := strings.TrimSpace(k.Value.String)
	if e, ok := charsets[strings.ToUpper(name)]; ok {
		return e, nil
	}
	names := []string{name}
	if m := codePage.FindStringSubmatch(name); m != nil {
		names = append(names, "windows-"+m[1], "IBM"+m[1])
	}
	for _, n := range names {
		if e, err := htmlindex.Get(n); err == nil {
			return e, nil
		}
		if e, err := ianaindex.IANA.Encoding(n); err == nil && e != nil {
			return e, nil
		}
	}
	return nil, k.Fault(source.Syntax, "CHARSET: there is no character set `%s`", name).WithHelp("for example: CHARSET = UTF-16LE, or CHARSET = ISO-8859-1")
}
