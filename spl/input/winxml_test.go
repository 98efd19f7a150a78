package input

import "testing"

func TestWindows(t *testing.T) {
	event := `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name="Sysmon" Guid='{1}'/><EventID>1</EventID>` +
		`<Keywords/><TimeCreated SystemTime='2024-05-15T13:47:31.5Z'/><EventRecordID>7</EventRecordID><Execution ProcessID='4' ThreadID='8'/><Computer>PC1</Computer></System>` +
		"<EventData><Data Name='CommandLine'>a &lt;b&gt; &amp;&#x41;&#66;&bad;\nline two</Data><Data Name=\"Empty\"></Data><Data Name='Dash'>-</Data><Data>x</Data></EventData></Event>"
	want := fields{"_raw": event, "_time": "1715780851.5", "sourcetype": "XmlWinEventLog", "linecount": "2", "Name": "Sysmon", "Guid": "{1}", "EventID": "1", "EventCode": "1",
		"SystemTime": "2024-05-15T13:47:31.5Z", "EventRecordID": "7", "RecordNumber": "7", "ProcessID": "4", "ThreadID": "8", "Computer": "PC1",
		"CommandLine": "a <b> &AB&bad;\nline two", "Dash": "-", "Data": "x"}
	checkEvents(t, FromText("f", event, Meta{}), want)
	checkEvents(t, FromText("f", "<?xml version='1.0'?>\n<Events>\n"+event+"\n"+event+"</Events>\n", Meta{}), want, want)
	checkEvents(t, FromText("f", `<Event x=y`+"\n", Meta{}), fields{"_raw": "<Event x=y", "sourcetype": "XmlWinEventLog", "_time": "1717200000"})
}
