package input

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"
)

// isWindowsEvent says whether a text is a Windows event in XML.
func isWindowsEvent(text string) bool {
	rest, ok := strings.CutPrefix(strings.TrimLeft(text, " \t\r\n"), "<Event")
	return ok && rest != "" && strings.IndexByte(" >\t\r\n", rest[0]) >= 0
}

// windowsFields gives the fields of a Windows event, as Splunk's add-on for Windows
// names them (events-and-fields 3.6, XmlWinEventLog): in System the elements and
// their attributes, by their own names, EventID also as EventCode and EventRecordID
// also as RecordNumber; in EventData and UserData each Data by its Name, and other
// elements by theirs. Entities are decoded. Elements without text give nothing.
func windowsFields(text string, emit func(name, value string)) {
	tag, name, from := "", "", 0
	for i := 0; ; {
		n := strings.IndexByte(text[i:], '<')
		if n < 0 {
			return
		}
		open := i + n
		n = strings.IndexByte(text[open:], '>')
		if n < 0 {
			return
		}
		i = open + n + 1
		inner := text[open+1 : i-1]
		if closed, ok := strings.CutPrefix(inner, "/"); ok {
			if closed == tag && tag != "" {
				leaf(name, unescapeXML(text[from:open]), emit)
			}
			tag = ""
			continue
		}
		end := strings.IndexAny(inner, " \t\r\n/")
		if end < 0 {
			end = len(inner)
		}
		tag, from = inner[:end], i
		name = tag
		attributes(inner[end:], func(k, v string) {
			switch {
			case tag == "Data":
				if k == "Name" {
					name = v
				}
			case k != "xmlns" && !strings.HasPrefix(k, "xmlns:"):
				emit(k, v)
			}
		})
		if strings.HasSuffix(inner, "/") {
			tag = ""
		}
	}
}

func leaf(name, value string, emit func(name, value string)) {
	if value == "" {
		return
	}
	emit(name, value)
	switch name {
	case "EventID":
		emit("EventCode", value)
	case "EventRecordID":
		emit("RecordNumber", value)
	}
}

// attributes gives the attributes of a tag, in quotes of either kind.
func attributes(s string, emit func(name, value string)) {
	for {
		eq := strings.IndexByte(s, '=')
		if eq < 0 || eq+1 >= len(s) {
			return
		}
		name, quote := strings.Trim(s[:eq], " \t\r\n/"), s[eq+1]
		s = s[eq+2:]
		end := strings.IndexByte(s, quote)
		if end < 0 || quote != '"' && quote != '\'' {
			return
		}
		if end > 0 {
			emit(name, unescapeXML(s[:end]))
		}
		s = s[end+1:]
	}
}

var entities = map[string]string{"lt": "<", "gt": ">", "amp": "&", "quot": `"`, "apos": "'"}

func unescapeXML(s string) string {
	if strings.IndexByte(s, '&') < 0 {
		return s
	}
	var b strings.Builder
	for {
		n := strings.IndexByte(s, '&')
		if n < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:n])
		s = s[n:]
		end := strings.IndexByte(s[:min(len(s), 12)], ';')
		if end < 0 {
			b.WriteByte('&')
			s = s[1:]
			continue
		}
		if text, ok := entity(s[1:end]); ok {
			b.WriteString(text)
		} else {
			b.WriteString(s[:end+1])
		}
		s = s[end+1:]
	}
}

func entity(name string) (string, bool) {
	if text, ok := entities[name]; ok {
		return text, true
	}
	digits, ok := strings.CutPrefix(name, "#")
	if !ok {
		return "", false
	}
	base := 10
	if len(digits) > 0 && digits[0]|0x20 == 'x' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || !utf8.ValidRune(rune(n)) {
		return "", false
	}
	return string(rune(n)), true
}

// isWindowsLog says whether a file holds Windows events in XML.
func isWindowsLog(head string) bool {
	head = strings.TrimLeft(head, " \t\r\n")
	if strings.HasPrefix(head, "<?xml") {
		_, head, _ = strings.Cut(head, "?>")
		head = strings.TrimLeft(head, " \t\r\n")
	}
	return isWindowsEvent(head) || strings.HasPrefix(head, "<Events>") || strings.HasPrefix(head, "<Events ")
}

// windowsSplitter finds Windows events: what ends with </Event>, on however many
// lines. The frame around them, <Events> and <?xml …?>, is left out.
type windowsSplitter struct{ pos int }

var windowsEnd = []byte("</Event>")

func (s *windowsSplitter) split(buf []byte, eof bool) (recs []span, end int) {
	i := s.pos
	for {
		n := bytes.Index(buf[i:], windowsEnd)
		if n < 0 {
			break
		}
		i += n + len(windowsEnd)
		recs = appendEvent(recs, buf, end, i)
		end = i
	}
	if eof {
		recs = appendEvent(recs, buf, end, len(buf))
		end = len(buf)
	}
	// The end may be half there.
	s.pos = max(end, len(buf)-len(windowsEnd)+1, 0) - end
	return recs, end
}

// appendEvent adds the record between two positions, without the frame before it.
func appendEvent(recs []span, buf []byte, start, end int) []span {
	for {
		for start < end && buf[start] <= ' ' {
			start++
		}
		rest := buf[start:end]
		if !bytes.HasPrefix(rest, []byte("<?xml")) && !bytes.HasPrefix(rest, []byte("<Events")) && !bytes.HasPrefix(rest, []byte("</Events")) {
			break
		}
		n := bytes.IndexByte(rest, '>')
		if n < 0 {
			break
		}
		start += n + 1
	}
	return appendRecord(recs, buf, start, end)
}
