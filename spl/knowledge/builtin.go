package knowledge

import (
	"embed"
	"io/fs"
	"strings"
	"sync"
	"sync/atomic"

	"spl/eval/batch"
	"spl/macros"
	"spl/parser/source"
)

// What Splunk's add-ons say of well-known source types is built in, in files of the
// same form: builtin/FAMILY/default/props.conf and the others, with lookups beside
// them. They lie under everything that apps say ([builtinSource]).
//
// A family is read when an event of one of its source types is met and a field is asked
// for that the family may set. Which fields that are stands in builtin/fields.txt,
// which is printed from the families; a test holds it.

//go:embed builtin
var builtinFiles embed.FS

// family is what is built in for source types that belong together.
type typeFamily struct {
	name  string
	types string // patterns of source types, in lower case
	// indexed says that there are settings for when events are indexed: how a file is cut
	// into events, where their times stand.
	indexed bool
	once    sync.Once
	base    *Base
	errs    source.Errors
	names   map[string]bool // fields that it may set; see builtinIndex
}

// families are those of builtin/, by the folder's name.
var families = []*typeFamily{
	{name: "azure", types: "azure:monitor:aad azure:aad:signin azure:aad:audit azure:aad:user mscs:azure:audit", indexed: true},
	{name: "admon", types: "activedirectory", indexed: true},
	{name: "aws", types: "aws:s3:accesslogs aws:securityhub:finding aws:cloudwatch:guardduty aws:cloudwatchlogs:guardduty", indexed: true},
	{name: "cisco", types: "cisco:ios cisco:asa cisco:ftd", indexed: true},
	{name: "cloudtrail", types: "aws:cloudtrail"},
	{name: "crowdstrike", types: "crowdstrike:events:sensor crowdstrike:event:streams:json"},
	{name: "defender", types: "ms:defender:atp:alerts ms365:defender:incident ms365:defender:incident:alerts mscs:azure:eventhub:defender:advancedhunting ms:defender:eventhub m365:defender:incident:advanced_hunting", indexed: true},
	{name: "fortinet", types: "fgt_log fgt_traffic fgt_utm fgt_event fgt_anomaly fortigate_log fortigate_traffic fortigate_utm fortigate_event fortigate_anomaly", indexed: true},
	{name: "gcp", types: "google:gcp:pubsub:message gws:reports:*", indexed: true},
	{name: "kubernetes", types: "kube:apiserver:audit kube:audit aws:cloudwatchlogs:eks"},
	{name: "linux", types: "linux:audit linux:audit:enriched linux_audit syslog linux_secure linux_messages_syslog", indexed: true},
	{name: "msdns", types: "msad:nt6:dns dhcpsrvlog", indexed: true},
	{name: "o365", types: "o365:management:activity o365:reporting:messagetrace o365:graph:messagetrace", indexed: true},
	{name: "okta", types: "oktaim2:log"},
	{name: "osquery", types: "osquery:results", indexed: true},
	{name: "pan", types: "pan:traffic pan:threat", indexed: true},
	{name: "splunk", types: "audittrail splunkd_ui_access splunkd_access splunk_web_access", indexed: true},
	{name: "stream", types: "stream:*"},
	{name: "suricata", types: "suricata"},
	{name: "vpcflow", types: "aws:cloudwatchlogs:vpcflow", indexed: true},
	{name: "web", types: "access_combined access_combined_wcookie access_common apache:access apache:access:combined nginx:plus:access nginx:access nginx:plus:kv iis ms:iis:auto ms:iis:default ms:iis:splunk mswindows:iis", indexed: true},
	{name: "windows", types: "xmlwineventlog xmlwineventlog:* sysmon:linux"},
	{name: "wineventlog", types: "wineventlog wineventlog:* wmi:wineventlog:* msexchange:management iis:configuration:operational", indexed: true},
	{name: "zeek", types: "zeek:* bro:*"},
	{name: "zscaler", types: "zscalernss-web"},
}

// load reads the family's files.
func (f *typeFamily) load() *Base {
	f.once.Do(func() {
		sub, err := fs.Sub(builtinFiles, "builtin/"+f.name)
		if err != nil {
			return // cannot be: the folder is embedded
		}
		layers, errs := readLayers([]App{{Name: "builtin/" + f.name, FS: sub}})
		b := &Base{layers: layers, macros: macros.Builtin(), builtin: true}
		f.errs = append(errs, b.loadEvents(nil)...)
		f.base = b
	})
	return f.base
}

// has says whether a source type, in lower case, is one of the family.
func (f *typeFamily) has(sourcetype string) bool {
	for _, t := range strings.Fields(f.types) {
		if batch.MatchName(t, sourcetype) {
			return true
		}
	}
	return false
}

// familyOf finds the family of a source type, whatever its case; nil: it has none.
func familyOf(sourcetype string) *typeFamily {
	if f, ok := familyCache.Load(sourcetype); ok {
		return f.(*typeFamily)
	}
	lower := strings.ToLower(sourcetype)
	var found *typeFamily
	for _, f := range families {
		if f.has(lower) {
			found = f
			break
		}
	}
	if familyCount.Add(1) < maxOrigins {
		familyCache.Store(strings.Clone(sourcetype), found) // the text may be the reader's, which it writes over
	}
	return found
}

var (
	familyCache sync.Map // sourcetype → *typeFamily
	familyCount atomic.Int32
)

// builtinIndex are the fields that some family may set; computed, that their values
// may not stand in the event's text.
var builtinIndex = sync.OnceValue(func() map[string]builtinField {
	all := map[string]builtinField{}
	text, err := builtinFiles.ReadFile("builtin/fields.txt")
	if err != nil {
		return all
	}
	byName := map[string]*typeFamily{}
	for _, f := range families {
		f.names = map[string]bool{}
		byName[f.name] = f
	}
	var f *typeFamily
	for w := range strings.FieldsSeq(string(text)) {
		if name, ok := strings.CutSuffix(w, ":"); ok && byName[name] != nil {
			f = byName[name]
			continue
		}
		name, computed := strings.CutSuffix(w, "!")
		if f != nil {
			f.names[name] = true
			all[name] = builtinField{computed: all[name].computed || computed}
		}
	}
	return all
})

type builtinField struct{ computed bool }

// builtinTouches says whether some family may set a field, or one that a pattern fits.
func builtinTouches(name string) bool {
	index := builtinIndex()
	if _, ok := index[name]; ok {
		return true
	}
	if strings.Contains(name, "*") {
		for n := range index {
			if batch.MatchName(name, n) {
				return true
			}
		}
	}
	return false
}
