package input

import (
	"bytes"
	"strings"
)

// isWindowsEvent says whether a text is a Windows event in XML.
func isWindowsEvent(text string) bool {
	for text != "" && text[0] <= ' ' {
		text = text[1:]
	}
	rest, ok := strings.CutPrefix(text, "<Event")
	return ok && rest != "" && strings.IndexByte(" >\t\r\n", rest[0]) >= 0
}

// windowsBody is the event in a text that may have the header of a syslog line in
// front of it, as Sysmon for Linux writes them; "" when there is none.
func windowsBody(text string) string {
	if isWindowsEvent(text) {
		return text
	}
	if len(text) > 0 && text[len(text)-1] == '>' && strings.HasSuffix(text, "</Event>") {
		if i := strings.Index(text[:min(len(text), 256)], "<Event"); i >= 0 && isWindowsEvent(text[i:]) {
			return text[i:]
		}
	}
	return ""
}

// The parts of a Windows event, in the order in which Splunk's add-on extracts them:
// a field that an earlier part has is not taken from a later one.
const (
	xmlOutside = iota
	xmlSystem
	xmlEventData
	xmlUserData
	xmlDebugData
	xmlRenderingInfo
	xmlParts
)

var xmlPartNames = [xmlParts]string{"", "System", "EventData", "UserData", "DebugData", "RenderingInfo"}

// xmlBlockNames are the fields that hold a part's XML as it stands.
var xmlBlockNames = [xmlParts]string{"", "System_Props_Xml", "EventData_Xml", "UserData_Xml", "DebugData_Xml", "RenderingInfo_Xml"}

// windowsSink takes the fields of an event.
type windowsSink interface {
	// field takes a value as it is written: entities are not decoded yet.
	field(part int, name, value string, coded bool)
	// done is asked after System, of which most searches need no more.
	done() bool
}

// windowsScan reads a Windows event and names its fields as Splunk's add-on for
// Windows does (events-and-fields 3.6, XmlWinEventLog): in System the elements and
// their attributes, by their own names, EventID also as EventCode, EventRecordID also
// as RecordNumber and the provider's Name also as SourceName; in EventData and
// UserData each element with a Name by that, cleaned, and others by their own. Elements
// without text give nothing. A part as a whole is a field as well, such as EventData_Xml.
type windowsScan struct {
	text string
	sink windowsSink
	part int
	from int // of the part's content
}

func (s *windowsScan) run() {
	text := s.text
	var tag, name string // of the element whose text begins at from
	from := -1
	for i := 0; i < len(text); {
		n := strings.IndexByte(text[i:], '<')
		if n < 0 {
			return
		}
		open := i + n
		if open+1 >= len(text) {
			return
		}
		switch text[open+1] {
		case '/':
			n = strings.IndexByte(text[open:], '>')
			if n < 0 {
				return
			}
			closed := xmlTrim(text[open+2 : open+n])
			if from >= 0 && closed == tag && from < open {
				s.leaf(name, text[from:open], true)
			}
			from = -1
			if s.part != xmlOutside && closed == xmlPartNames[s.part] && s.endPart(open) {
				return
			}
			i = open + n + 1
			continue
		case '!':
			var value string
			value, i = xmlAside(text, open)
			if from == open && value != "" { // an element that holds CDATA
				s.leaf(name, value, false)
			}
			from = -1
			continue
		}
		if s.part == xmlEventData {
			if next := s.data(open); next > 0 {
				i, from = next, -1
				continue
			}
		}
		end := xmlTagEnd(text, open+1)
		if end < 0 {
			return
		}
		tag, name, from = s.open(text[open+1:end], end+1)
		i = end + 1
	}
}

const (
	xmlDataOpen  = "<Data Name="
	xmlDataClose = "</Data>"
)

// data reads <Data Name='name'>value</Data>, which most of an event is made of, and
// gives the position after it; 0 when it is written otherwise.
func (s *windowsScan) data(open int) int {
	rest := s.text[open:]
	if len(rest) < len(xmlDataOpen)+4 || rest[:len(xmlDataOpen)] != xmlDataOpen {
		return 0
	}
	quote := rest[len(xmlDataOpen)]
	if quote != '\'' && quote != '"' {
		return 0
	}
	at := len(xmlDataOpen) + 1
	n := strings.IndexByte(rest[at:], quote)
	if n <= 0 || at+n+1 >= len(rest) || rest[at+n+1] != '>' {
		return 0
	}
	name, from := rest[at:at+n], at+n+2
	n = strings.IndexByte(rest[from:], '<')
	if n < 0 || !strings.HasPrefix(rest[from+n:], xmlDataClose) {
		return 0
	}
	if n > 0 {
		s.sink.field(s.part, fieldName(unescapeXML(name)), rest[from:from+n], true)
	}
	return open + from + n + len(xmlDataClose)
}

// open reads a tag: its name, the name of the field that its text is, and where the
// text begins, or -1.
func (s *windowsScan) open(inner string, after int) (tag, name string, from int) {
	empty := strings.HasSuffix(inner, "/")
	n := 0
	for n < len(inner) && inner[n] > ' ' && inner[n] != '/' {
		n++
	}
	tag = inner[:n]
	name, from = tag, after
	if rest := inner[n:]; len(rest) > 2 {
		data := s.part == xmlEventData || s.part == xmlUserData
		for {
			var k, v string
			if k, v, rest = xmlAttribute(rest); k == "" {
				break
			}
			switch {
			case data && k == "Name":
				name = fieldName(unescapeXML(v))
			case v == "" || k == "xmlns" || strings.HasPrefix(k, "xmlns:"):
			case s.part == xmlSystem && k == "Name" && tag == "Provider":
				s.sink.field(s.part, "SourceName", v, true)
				fallthrough
			default:
				s.sink.field(s.part, k, v, true)
			}
		}
	}
	if s.part == xmlOutside {
		for p := xmlSystem; p < xmlParts; p++ {
			if tag == xmlPartNames[p] && !empty {
				s.part, s.from = p, after
			}
		}
	}
	if empty {
		from = -1
	}
	return tag, name, from
}

// endPart gives the part as a whole, and says whether that was all that is wanted.
func (s *windowsScan) endPart(at int) bool {
	part := s.part
	if s.from < at {
		s.sink.field(part, xmlBlockNames[part], s.text[s.from:at], false)
	}
	s.part = xmlOutside
	return part == xmlSystem && s.sink.done()
}

func (s *windowsScan) leaf(name, value string, coded bool) {
	s.sink.field(s.part, name, value, coded)
	if s.part == xmlSystem {
		switch name {
		case "EventID":
			s.sink.field(s.part, "EventCode", value, coded)
		case "EventRecordID":
			s.sink.field(s.part, "RecordNumber", value, coded)
		}
	}
}

// fieldName cleans the name of a Data element, since it is taken from the event; one
// of which nothing would be left stays.
func fieldName(s string) string {
	if s != "" && isLetter(s[0]) && wordsOnly(s) {
		return s
	}
	if c := cleanName(s); c != "" {
		return c
	}
	return s
}

func wordsOnly(s string) bool {
	for i := range len(s) {
		if c := s[i]; !isLetter(c) && !isDigit(c) && c != '_' {
			return false
		}
	}
	return true
}

// xmlTrim takes white space, and the slash of an empty element, off both ends.
func xmlTrim(s string) string {
	for s != "" && (s[0] <= ' ' || s[0] == '/') {
		s = s[1:]
	}
	for s != "" && (s[len(s)-1] <= ' ' || s[len(s)-1] == '/') {
		s = s[:len(s)-1]
	}
	return s
}

// xmlTagEnd is the position of the > that ends a tag; one in quotes does not.
func xmlTagEnd(text string, i int) int {
	for i < len(text) {
		switch c := text[i]; c {
		case '>':
			return i
		case '"', '\'':
			n := strings.IndexByte(text[i+1:], c)
			if n < 0 {
				return -1
			}
			i += n + 2
		default:
			i++
		}
	}
	return -1
}

// xmlAttribute takes the first attribute off the inside of a tag.
func xmlAttribute(s string) (name, value, rest string) {
	eq := strings.IndexByte(s, '=')
	if eq < 0 {
		return "", "", ""
	}
	name, s = xmlTrim(s[:eq]), s[eq+1:]
	for s != "" && s[0] <= ' ' {
		s = s[1:]
	}
	if s == "" || s[0] != '"' && s[0] != '\'' {
		return "", "", ""
	}
	end := strings.IndexByte(s[1:], s[0])
	if end < 0 {
		return "", "", ""
	}
	return name, s[1 : 1+end], s[end+2:]
}

// xmlAside skips a comment or the like, or gives the text of a CDATA section.
func xmlAside(text string, open int) (value string, after int) {
	start, end := "<!", ">"
	switch rest := text[open:]; {
	case strings.HasPrefix(rest, "<!--"):
		start, end = "<!--", "-->"
	case strings.HasPrefix(rest, "<![CDATA["):
		start, end = "<![CDATA[", "]]>"
	}
	from := open + len(start)
	n := strings.Index(text[from:], end)
	if n < 0 {
		return "", len(text)
	}
	if start == "<![CDATA[" {
		value = text[from : from+n]
	}
	return value, from + n + len(end)
}

// windowsTime finds SystemTime in the text of an event.
func windowsTime(text string) string {
	_, rest, ok := strings.Cut(text, "SystemTime=")
	if !ok || rest == "" || rest[0] != '"' && rest[0] != '\'' {
		return ""
	}
	end := strings.IndexByte(rest[1:], rest[0])
	if end < 0 || end > 64 {
		return ""
	}
	return rest[1 : 1+end]
}

// windowsChannel finds the channel of an event.
func windowsChannel(text string) string {
	_, rest, _ := strings.Cut(text, "<Channel>")
	channel, _, ok := strings.Cut(rest, "</Channel>")
	if !ok {
		return ""
	}
	return unescapeXML(channel)
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

const windowsEnd = "</Event>"

func (s *windowsSplitter) split(buf []byte, eof bool) (recs []span, end int) {
	for i := s.pos; ; {
		if i = windowsEndIn(buf, i); i < 0 {
			break
		}
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

// windowsEndIn gives the position after the first end of an event from i on, or -1. It
// looks for the v, of which a text has few, and not for the <, of which it has many.
func windowsEndIn(buf []byte, i int) int {
	const v = 3 // its place in the end
	for i += v; i < len(buf); i++ {
		n := bytes.IndexByte(buf[i:], 'v')
		if n < 0 {
			return -1
		}
		if i += n; string(buf[i-v:min(i-v+len(windowsEnd), len(buf))]) == windowsEnd {
			return i - v + len(windowsEnd)
		}
	}
	return -1
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
