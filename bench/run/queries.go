package main

import "strings"

// query is a search and what other tools need for the same answer.
type query struct {
	name, what string
	search     string   // "": the seed detection
	columns    []string // in which the answers are compared; nil: all
	duckdb     string   // after FROM stands events, for the file; "" cannot or need not
	shell      []shell
	// The most that spl may take of each tool's wall time, by name of the tool.
	targets map[string]float64
}

// shell is a line of the shell; FILE stands for the input. Its answer is compared
// where it has the form of the others: JSON lines, or one number.
type shell struct {
	name, line string
	needs      string // the program that must be there
	once       bool   // too slow to repeat
	unchecked  bool   // gives less than the query asks for
}

// events is the file as DuckDB reads it, with no more columns than wanted.
func events(columns string) string {
	return "read_json('FILE', format='newline_delimited', columns={" + columns + "})"
}

const rex = `/namespaces/(?<ns>[^/]+)`

var queries = []query{
	{
		name: "Q1", what: "the seed detection",
		columns: []string{"src_ip", "user.username", "user.groups{}", "count"},
		duckdb: `SELECT ip AS src_ip, username AS "user.username", grp AS "user.groups{}", count(*) AS count FROM (
			SELECT unnest(sourceIPs) AS ip, username, grp FROM (
				SELECT sourceIPs, "user".username AS username, unnest("user"."groups") AS grp FROM ` +
			events(`verb:'VARCHAR', requestURI:'VARCHAR', objectRef:'STRUCT(resource VARCHAR)', sourceIPs:'VARCHAR[]', "user":'STRUCT(username VARCHAR, "groups" VARCHAR[])'`) +
			` WHERE lower("user".username)='system:anonymous' AND lower(verb)='list' AND lower(objectRef.resource)='pods' AND lower(requestURI)='/api/v1/pods')) GROUP BY ALL`,
		shell: []shell{{name: "rg | jq", needs: "rg", line: `rg -iF system:anonymous FILE | jq -c 'select((.user.username|ascii_downcase)=="system:anonymous" and .verb=="list" and .objectRef.resource=="pods" and .requestURI=="/api/v1/pods") | [.sourceIPs,.user.groups]'`, unchecked: true},
			{name: "jq", needs: "jq", once: true, unchecked: true, line: `jq -c 'select((.user.username|ascii_downcase)=="system:anonymous" and .verb=="list" and .objectRef.resource=="pods" and .requestURI=="/api/v1/pods") | [.sourceIPs,.user.groups]' FILE`}},
		targets: map[string]float64{"duckdb": 0.18, "rg | jq": 0.5, "jq": 0.02},
	},
	{
		name: "Q2", what: "stats by three fields",
		search: `* | stats count by verb objectRef.resource responseStatus.code`,
		duckdb: `SELECT verb, objectRef.resource AS "objectRef.resource", responseStatus.code AS "responseStatus.code", count(*) AS count FROM ` +
			events(`verb:'VARCHAR', objectRef:'STRUCT(resource VARCHAR)', responseStatus:'STRUCT(code VARCHAR)'`) + ` GROUP BY ALL`,
		shell:   []shell{{name: "jq", needs: "jq", once: true, unchecked: true, line: `jq -c '[.verb,.objectRef.resource,.responseStatus.code]' FILE | sort | uniq -c`}},
		targets: map[string]float64{"duckdb": 0.45, "jq": 0.02},
	},
	{
		name: "Q3", what: "many groups and distinct counts",
		search: `* | stats count dc(userAgent) by sourceIPs{} user.username`,
		duckdb: `SELECT ip AS "sourceIPs{}", username AS "user.username", count(*) AS count, count(DISTINCT userAgent) AS "dc(userAgent)" FROM (
			SELECT unnest(sourceIPs) AS ip, "user".username AS username, userAgent FROM ` +
			events(`sourceIPs:'VARCHAR[]', userAgent:'VARCHAR', "user":'STRUCT(username VARCHAR)'`) + `) GROUP BY ALL`,
		shell:   []shell{{name: "jq", needs: "jq", once: true, unchecked: true, line: `jq -r '.sourceIPs[]+" "+.user.username' FILE | sort | uniq -c`}},
		targets: map[string]float64{"duckdb": 0.6, "jq": 0.02},
	},
	{
		name: "Q4", what: "a phrase",
		search: `"system:anonymous" | stats count`,
		duckdb: `SELECT count(*) AS count FROM read_csv('FILE', columns={line:'VARCHAR'}, delim=chr(1), quote='', escape='', header=false) WHERE contains(lower(line), 'system:anonymous')`,
		shell: []shell{
			{name: "rg -i", needs: "rg", line: `rg -ciF system:anonymous FILE`},
			{name: "rg -F", needs: "rg", line: `rg -cF system:anonymous FILE`, unchecked: true},
			{name: "jq", needs: "jq", once: true, unchecked: true, line: `jq -n '[inputs|select((.user.username|ascii_downcase)=="system:anonymous")]|length' FILE`},
		},
		targets: map[string]float64{"rg -i": 0.16, "rg -F": 1, "jq": 0.02},
	},
	{
		name: "Q5", what: "counting",
		search:  `* | stats count`,
		duckdb:  `SELECT count(*) AS count FROM ` + events(`kind:'VARCHAR'`),
		shell:   []shell{{name: "wc -l", needs: "wc", line: `wc -l < FILE`}, {name: "jq", needs: "jq", once: true, line: `jq -n 'reduce inputs as $x (0; .+1)' FILE`}},
		targets: map[string]float64{"wc -l": 1, "jq": 0.02},
	},
	{
		name: "Q6", what: "a pattern, grouped and sorted",
		search: `* | rex field=requestURI "` + rex + `" | stats count by ns | sort -count | head 10`,
		duckdb: `SELECT ns, count(*) AS count FROM (SELECT regexp_extract(requestURI, '/namespaces/([^/]+)', 1) AS ns FROM ` +
			events(`requestURI:'VARCHAR'`) + `) WHERE ns <> '' GROUP BY ns ORDER BY count DESC LIMIT 10`,
		shell:   []shell{{name: "jq", needs: "jq", once: true, unchecked: true, line: `jq -r '.requestURI|capture("/namespaces/(?<ns>[^/]+)").ns' FILE | sort | uniq -c | sort -rn | head`}},
		targets: map[string]float64{"duckdb": 0.22, "jq": 0.02},
	},

	{name: "eval", what: "arithmetic and a condition", search: `* | eval slow=if('responseStatus.code'>=400, 1, 0), both=slow*2+1 | stats sum(both) AS total`,
		duckdb: `SELECT sum(CASE WHEN TRY_CAST(responseStatus.code AS INT)>=400 THEN 3 ELSE 1 END) AS total FROM ` + events(`responseStatus:'STRUCT(code VARCHAR)'`)},
	{name: "wildcard", what: "a search with wildcards", search: `requestURI="*/secrets/*" userAgent=kube* | stats count by verb`,
		duckdb: `SELECT verb, count(*) AS count FROM ` + events(`requestURI:'VARCHAR', userAgent:'VARCHAR', verb:'VARCHAR'`) + ` WHERE lower(requestURI) LIKE '%/secrets/%' AND lower(userAgent) LIKE 'kube%' GROUP BY verb`},
	{name: "timechart", what: "counts by time", search: `* | timechart span=5m count`},
	{name: "bin", what: "time bins as groups", search: `* | bin _time span=10m | stats count by _time verb`},
	{name: "dedup", what: "the newest event of each", search: `* | dedup user.username | stats count`,
		duckdb: `SELECT count(DISTINCT "user".username) AS count FROM ` + events(`"user":'STRUCT(username VARCHAR)'`)},
	{name: "eventstats", what: "results beside each row", search: `verb=delete | eventstats count AS all by objectRef.resource | stats max(all) AS most`},
	{name: "top", what: "the most frequent", search: `* | top limit=5 showperc=false userAgent`,
		duckdb: `SELECT userAgent, count(*) AS count FROM ` + events(`userAgent:'VARCHAR'`) + ` GROUP BY userAgent ORDER BY count DESC LIMIT 5`},
	{name: "mvexpand", what: "a row of each value", search: `* | fields sourceIPs{} | mvexpand sourceIPs{} | stats count`,
		duckdb: `SELECT count(*) AS count FROM (SELECT unnest(sourceIPs) FROM ` + events(`sourceIPs:'VARCHAR[]'`) + `)`},
	{name: "spath", what: "a path read from the text", search: `* | spath path=objectRef.name output=n | stats dc(n) AS names`,
		duckdb: `SELECT count(DISTINCT objectRef.name) AS names FROM ` + events(`objectRef:'STRUCT(name VARCHAR)'`)},
	{name: "transaction", what: "events put together", search: `"system:anonymous" | transaction userAgent maxevents=10 | stats count`},
	{name: "sort", what: "the first hundred by a field", search: `verb=delete | sort 100 - _time auditID | table auditID`},
	{name: "lookup", what: "a lookup of each event", search: `* | lookup codes.csv code AS responseStatus.code OUTPUT meaning | stats count by meaning`},
	{name: "nothing", what: "a detection that matches nothing", search: `"user.username"="nobody:at:all" verb=create objectRef.resource=pods | stats count min(_time) values(userAgent) by user.username sourceIPs{}`},
	{name: "head", what: "the newest hundred events", search: `* | head 100 | table auditID`},
}

func (q *query) command(spl, seed, file, lookups string) []string {
	args := []string{spl, "-o", "ndjson", "--progress", "never"}
	if strings.Contains(q.search, "| lookup ") {
		args = append(args, "--lookups", lookups)
	}
	if q.search == "" {
		return append(args, "--sourcetype", "aws:cloudwatchlogs:eks", "-f", seed, file)
	}
	return append(args, q.search, file)
}
