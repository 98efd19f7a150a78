// Package winevents makes Windows events as rendered XML, for benchmarks: Sysmon and
// Security events of about 1.2 KB, one a line, the same for the same seed.
package winevents

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"time"
)

// Event is one event, as its parts.
type Event struct {
	Provider, GUID, Channel, Computer, User string
	ID, Version, Level, Task, Opcode        int
	Keywords                                string
	Time                                    time.Time
	Record                                  int64
	ProcessID, ThreadID                     int
	Data                                    [][2]string // name and value
}

// Generator makes events one after the other; see New.
type Generator struct {
	r      *rand.Rand
	now    time.Time
	record int64
}

// New makes a generator. Equal seeds give equal events.
func New(seed uint64) *Generator {
	return &Generator{r: rand.New(rand.NewPCG(seed, 2)), now: time.Date(2026, 3, 14, 0, 0, 0, 0, time.UTC)}
}

var (
	images = []string{
		`C:\Windows\System32\svchost.exe`, `C:\Windows\System32\cmd.exe`, `C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe`,
		`C:\Program Files\Google\Chrome\Application\chrome.exe`, `C:\Windows\explorer.exe`, `C:\Windows\System32\rundll32.exe`,
		`C:\Program Files\Example\Agent\agent.exe`, `C:\Windows\System32\wbem\WmiPrvSE.exe`,
	}
	hosts    = []string{"ws01.example.test", "ws02.example.test", "dc01.example.test", "srv-files.example.test"}
	accounts = []string{`EXAMPLE\alice`, `EXAMPLE\bob`, `NT AUTHORITY\SYSTEM`, `EXAMPLE\svc_backup`}
	keys     = []string{`HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Run\Agent`, `HKLM\System\CurrentControlSet\Services\Tcpip\Parameters\Domain`, `HKU\S-1-5-21-1004\Software\Example\Seen`}
)

func (g *Generator) pick(from []string) string { return from[g.r.IntN(len(from))] }

func (g *Generator) guid() string {
	return fmt.Sprintf("{%08X-%04X-%04X-%04X-%012X}", g.r.Uint32(), g.r.IntN(1<<16), g.r.IntN(1<<16), g.r.IntN(1<<16), g.r.Uint64()&(1<<48-1))
}

// Next makes the next event.
func (g *Generator) Next() Event {
	g.now = g.now.Add(time.Duration(1+g.r.IntN(40)) * time.Millisecond)
	g.record++
	e := Event{
		Provider: "Microsoft-Windows-Sysmon", GUID: "{5770385F-C22A-43E0-BF4C-06F5698FFBD9}", Channel: "Microsoft-Windows-Sysmon/Operational",
		Computer: g.pick(hosts), User: "S-1-5-18", Version: 5, Level: 4, Keywords: "0x8000000000000000", Time: g.now, Record: g.record,
		ProcessID: 1048 + g.r.IntN(5000), ThreadID: 1684 + g.r.IntN(5000),
	}
	common := [][2]string{{"RuleName", "-"}, {"UtcTime", g.now.Format("2006-01-02 15:04:05.000")}, {"ProcessGuid", g.guid()}, {"ProcessId", fmt.Sprint(g.r.IntN(20000))}, {"Image", g.pick(images)}}
	switch n := g.r.IntN(10); {
	case n < 3:
		e.ID, e.Task = 1, 1
		e.Data = append(common, g.creation()...)
	case n < 5:
		e.ID, e.Task = 13, 13
		e.Data = append([][2]string{{"EventType", "SetValue"}}, append(common, [2]string{"TargetObject", g.pick(keys)}, [2]string{"Details", "DWORD (0x00000001)"}, [2]string{"User", g.pick(accounts)})...)
	case n < 7:
		e.ID, e.Task = 3, 3
		e.Data = append(common, g.connection()...)
	default:
		e.Provider, e.GUID, e.Channel = "Microsoft-Windows-Security-Auditing", "{54849625-5478-4994-A5BA-3E3B0328C30D}", "Security"
		e.ID, e.Task, e.Version, e.Level, e.Keywords, e.User = 4624, 12544, 2, 0, "0x8020000000000000", ""
		e.Data = g.logon()
	}
	return e
}

func (g *Generator) creation() [][2]string {
	parent := g.pick(images)
	return [][2]string{
		{"FileVersion", "10.0.17763.1 (WinBuild.160101.0800)"}, {"Description", "Windows Command Processor"}, {"Product", "Microsoft® Windows® Operating System"},
		{"Company", "Microsoft Corporation"}, {"OriginalFileName", "Cmd.Exe"},
		{"CommandLine", fmt.Sprintf(`"C:\Windows\system32\cmd.exe" /c run-task --job %d`, g.r.IntN(1000))},
		{"CurrentDirectory", `C:\Windows\system32\`}, {"User", g.pick(accounts)}, {"LogonGuid", g.guid()}, {"LogonId", fmt.Sprintf("0x%x", g.r.IntN(1<<24))},
		{"TerminalSessionId", "1"}, {"IntegrityLevel", "High"},
		{"Hashes", fmt.Sprintf("SHA1=%020X%020X,MD5=%016X%016X,IMPHASH=%016X%016X", g.r.Uint64(), g.r.Uint64(), g.r.Uint64(), g.r.Uint64(), g.r.Uint64(), g.r.Uint64())},
		{"ParentProcessGuid", g.guid()}, {"ParentProcessId", fmt.Sprint(g.r.IntN(20000))}, {"ParentImage", parent}, {"ParentCommandLine", `"` + parent + `" -start`},
		{"ParentUser", g.pick(accounts)},
	}
}

func (g *Generator) connection() [][2]string {
	return [][2]string{
		{"User", g.pick(accounts)}, {"Protocol", "tcp"}, {"Initiated", "true"}, {"SourceIsIpv6", "false"},
		{"SourceIp", fmt.Sprintf("10.1.%d.%d", g.r.IntN(8), g.r.IntN(250))}, {"SourceHostname", g.pick(hosts)}, {"SourcePort", fmt.Sprint(49152 + g.r.IntN(16000))}, {"SourcePortName", "-"},
		{"DestinationIsIpv6", "false"}, {"DestinationIp", fmt.Sprintf("192.0.2.%d", g.r.IntN(250))}, {"DestinationHostname", "-"}, {"DestinationPort", "443"}, {"DestinationPortName", "https"},
	}
}

func (g *Generator) logon() [][2]string {
	return [][2]string{
		{"SubjectUserSid", "S-1-5-18"}, {"SubjectUserName", "WS01$"}, {"SubjectDomainName", "EXAMPLE"}, {"SubjectLogonId", "0x3e7"},
		{"TargetUserSid", "S-1-5-21-1-2-3-1104"}, {"TargetUserName", g.pick([]string{"alice", "bob", "svc_backup"})}, {"TargetDomainName", "EXAMPLE"},
		{"TargetLogonId", fmt.Sprintf("0x%x", g.r.IntN(1<<24))}, {"LogonType", "3"}, {"LogonProcessName", "Kerberos"}, {"AuthenticationPackageName", "Kerberos"},
		{"WorkstationName", "-"}, {"LogonGuid", g.guid()}, {"TransmittedServices", "-"}, {"LmPackageName", "-"}, {"KeyLength", "0"},
		{"ProcessId", "0x0"}, {"ProcessName", "-"}, {"IpAddress", fmt.Sprintf("10.1.%d.%d", g.r.IntN(8), g.r.IntN(250))}, {"IpPort", "50121"},
		{"ImpersonationLevel", "%%1833"}, {"RestrictedAdminMode", "-"}, {"VirtualAccount", "%%1843"}, {"ElevatedToken", "%%1842"},
	}
}

var escape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&apos;")

// XML writes the event on one line, as Windows renders it.
func (e *Event) XML() string {
	var b strings.Builder
	fmt.Fprintf(&b, "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='%s' Guid='%s'/><EventID>%d</EventID><Version>%d</Version><Level>%d</Level><Task>%d</Task><Opcode>%d</Opcode><Keywords>%s</Keywords>",
		e.Provider, e.GUID, e.ID, e.Version, e.Level, e.Task, e.Opcode, e.Keywords)
	fmt.Fprintf(&b, "<TimeCreated SystemTime='%s'/><EventRecordID>%d</EventRecordID><Correlation/><Execution ProcessID='%d' ThreadID='%d'/><Channel>%s</Channel><Computer>%s</Computer>",
		e.Time.UTC().Format("2006-01-02T15:04:05.0000000Z"), e.Record, e.ProcessID, e.ThreadID, e.Channel, e.Computer)
	if e.User == "" {
		b.WriteString("<Security/></System><EventData>")
	} else {
		fmt.Fprintf(&b, "<Security UserID='%s'/></System><EventData>", e.User)
	}
	for _, d := range e.Data {
		b.WriteString("<Data Name='" + d[0] + "'>")
		b.WriteString(escape.Replace(d[1]))
		b.WriteString("</Data>")
	}
	b.WriteString("</EventData></Event>")
	return b.String()
}

// Write writes n events, one a line.
func (g *Generator) Write(w io.Writer, n int) error {
	out := bufio.NewWriterSize(w, 1<<20)
	for range n {
		e := g.Next()
		if _, err := out.WriteString(e.XML() + "\n"); err != nil {
			return err
		}
	}
	return out.Flush()
}
