package input

import (
	"strings"
	"testing"
)

func TestWindows(t *testing.T) {
	event := `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name="Sysmon" Guid='{1}'/><EventID>1</EventID>` +
		`<Keywords/><TimeCreated SystemTime='2024-05-15T13:47:31.5Z'/><EventRecordID>7</EventRecordID><Execution ProcessID='4' ThreadID='8'/><Computer>PC1</Computer></System>` +
		"<EventData><Data Name='CommandLine'>a &lt;b&gt; &amp;&#x41;&#66;&bad;\nline two</Data><Data Name=\"Empty\"></Data><Data Name='Dash'>-</Data><Data>x</Data></EventData></Event>"
	want := fields{"_raw": event, "_time": "1715780851.5", "sourcetype": "XmlWinEventLog", "linecount": "2", "Name": "Sysmon", "Guid": "{1}", "SourceName": "Sysmon", "EventID": "1", "EventCode": "1",
		"SystemTime": "2024-05-15T13:47:31.5Z", "EventRecordID": "7", "RecordNumber": "7", "ProcessID": "4", "ThreadID": "8", "Computer": "PC1",
		"CommandLine": "a <b> &AB&bad;\nline two", "Dash": "-", "Data": "x",
		"System_Props_Xml": within(event, "System"), "EventData_Xml": within(event, "EventData")}
	checkEvents(t, FromText("f", event, Meta{}), want)
	checkEvents(t, FromText("f", "<?xml version='1.0'?>\n<Events>\n"+event+"\n"+event+"</Events>\n", Meta{}), want, want)
	checkEvents(t, FromText("f", `<Event x=y`+"\n", Meta{}), fields{"_raw": "<Event x=y", "sourcetype": "XmlWinEventLog", "_time": "1717200000"})
}

func within(text, tag string) string {
	_, text, _ = strings.Cut(text, "<"+tag+">")
	text, _, _ = strings.Cut(text, "</"+tag+">")
	return text
}

// TestWindowsNames holds the rules by which fields are named: names that stand in the
// event are cleaned, the first part of the event that has a name wins, and of one part
// all values count.
func TestWindowsNames(t *testing.T) {
	f := func(body string, want fields) {
		t.Helper()
		got := fields{}
		all := windowsAll{part: map[string]int8{}, emit: func(k, v string) {
			if had, ok := got[k]; ok {
				v = had + "|" + v
			}
			got[k] = v
		}}
		all.read(body)
		for k, v := range want {
			if got[k] != v {
				t.Errorf("%s\n%s is %q, not %q", body, k, got[k], v)
			}
			delete(got, k)
		}
		for k := range got {
			if !strings.HasSuffix(k, "_Xml") {
				t.Errorf("%s\ngives %s=%q", body, k, got[k])
			}
		}
	}
	f(`<Event><EventData><Data Name='Process Name'>a</Data><Data Name="Ünamed 1">b</Data><Data Name='123'>c</Data></EventData></Event>`,
		fields{"Process_Name": "a", "named_1": "b", "123": "c"})
	f(`<Event><EventData><Data>a</Data><Data>b</Data><Binary>00FF</Binary></EventData></Event>`, fields{"Data": "a|b", "Binary": "00FF"})
	f(`<Event><System><Level>4</Level></System><EventData><Data Name='Level'>High</Data></EventData><RenderingInfo Culture='en-US'><Level>Information</Level><Message>m</Message></RenderingInfo></Event>`,
		fields{"Level": "4", "Culture": "en-US", "Message": "m"})
	f(`<Event><UserData><RuleAndFileData xmlns='u'><PolicyName>EXE</PolicyName><Empty></Empty><Param Name='p 1'>v</Param></RuleAndFileData></UserData></Event>`,
		fields{"PolicyName": "EXE", "p_1": "v"})
	f(`<Event><System><EventID Qualifiers='16384'>7036</EventID><Security UserID='S-1-5-18'/></System></Event>`,
		fields{"Qualifiers": "16384", "EventID": "7036", "EventCode": "7036", "UserID": "S-1-5-18"})
	f(`<Event><EventData><!-- <Data Name='no'>x</Data> --><Data Name='c'><![CDATA[a<b>&amp;]]></Data><Data Name='gt > in it'>d</Data></EventData></Event>`,
		fields{"c": "a<b>&amp;", "gt___in_it": "d"})
	f("<Event>\n <EventData>\n  <Data Name = 'a'\n>x</Data>\n <Data Name='b' />\n</EventData></Event>", fields{"a": "x"})
	f(`<Event><EventData><Data Name='a'>x`, fields{})
	f(`<Event><EventData><Data Name='a>x</Data>`, fields{})
	f(`<Event`, fields{})
	f(`<Event <`, fields{})
}

// TestWindowsBehindHeader reads events that a syslog line carries.
func TestWindowsBehindHeader(t *testing.T) {
	line := `Dec 12 07:15:01 web1 sysmon: <Event><System><EventID>1</EventID><TimeCreated SystemTime="2022-12-12T07:15:01.5Z"/></System><EventData><Data Name="Image">/bin/ls</Data></EventData></Event>`
	checkEvents(t, FromText("f", line, Meta{Sourcetype: "sysmon:linux"}), fields{"_raw": line, "_time": "1670829301.5", "sourcetype": "sysmon:linux",
		"EventID": "1", "EventCode": "1", "SystemTime": "2022-12-12T07:15:01.5Z", "Image": "/bin/ls",
		"System_Props_Xml": within(line, "System"), "EventData_Xml": within(line, "EventData")})
}

func FuzzWindows(f *testing.F) {
	f.Add(`<Event><System><EventID>1</EventID></System><EventData><Data Name='a'>x</Data></EventData></Event>`)
	f.Add(`<Event a="b>c"><![CDATA[x]]><!-- - --></Event>`)
	f.Fuzz(func(t *testing.T, text string) {
		all := windowsAll{part: map[string]int8{}, emit: func(_, v string) {
			if len(v) > len(text) {
				t.Fatalf("a value of %d bytes in %d", len(v), len(text))
			}
		}}
		all.read(text)
		windowsTime(text)
		windowsChannel(text)
		isWindowsLog(text)
	})
}
