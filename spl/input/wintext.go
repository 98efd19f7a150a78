package input

import "strings"

// isWindowsText says whether a text is a Windows event as lines: a time, and below it
// LogName=… and others.
func isWindowsText(text string) bool {
	if text == "" || !isDigit(text[0]) {
		return false
	}
	_, rest, ok := strings.Cut(text[:min(len(text), 64)], "\n")
	return ok && strings.HasPrefix(rest, "LogName=")
}

// windowsText gives the fields of a Windows event as lines, as Splunk's add-on for
// Windows names them: key=value up to Message, which is all the rest, and in it each
// name with a colon and a value after it. Of those, a name that comes again has several
// values.
func windowsText(text string, emit func(name, value string)) {
	for text != "" {
		line, rest, _ := strings.Cut(text, "\n")
		key, value, ok := strings.Cut(line, "=")
		if ok && key == "Message" {
			message := strings.TrimRight(text[len("Message="):], "\r\n")
			if message != "" {
				emit("Message", message)
			}
			windowsDetails(message, emit)
			return
		}
		if key = cleanName(key); ok && key != "" {
			if value = strings.TrimRight(value, " \t\r"); value != "" {
				emit(key, value)
			}
		}
		text = rest
	}
}

// detailName is how long the name of a detail may be.
const detailName = 64

func windowsDetails(message string, emit func(name, value string)) {
	for line := range strings.SplitSeq(message, "\n") {
		line = strings.Trim(line, " \t\r")
		n := strings.IndexByte(line, ':')
		if n <= 0 || n > detailName || n+1 >= len(line) || line[n+1] != ' ' && line[n+1] != '\t' || !isLetter(line[0]) {
			continue
		}
		if name := cleanName(line[:n]); name != "" {
			emit(name, strings.TrimLeft(line[n+1:], " \t"))
		}
	}
}
