package main

import "strings"

// query is a search and what other tools need for the same answer.
type query struct {
	name, what string
	form       string   // of the events; "" as they are
	search     string   // "": the seed detection
	columns    []string // in which the answers are compared; nil: all
	// duckdb and clickhouse are what these are asked, in one form or in several, of which
	// the quickest counts; none: they cannot or need not. FILE is the file.
	duckdb, clickhouse []string
	shell              []shell
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

// table is the file as ClickHouse reads it, and lines are its lines in a column of text.
func table(columns string) string { return "file('FILE', JSONEachRow, '" + columns + "')" }

const (
	duckLines = "read_csv('FILE', columns={line:'VARCHAR'}, delim=chr(1), quote='', escape='', header=false)"
	chLines   = "file('FILE', LineAsString, 'line String')"
)

const rex = `/namespaces/(?<ns>[^/]+)`

var queries = []query{
	{
		name: "Q1", what: "the seed detection",
		columns: []string{"src_ip", "user.username", "user.groups{}", "count"},
		duckdb: []string{`SELECT ip AS src_ip, username AS "user.username", grp AS "user.groups{}", count(*) AS count FROM (
			SELECT unnest(sourceIPs) AS ip, username, grp FROM (
				SELECT sourceIPs, "user".username AS username, unnest("user"."groups") AS grp FROM ` +
			events(`verb:'VARCHAR', requestURI:'VARCHAR', objectRef:'STRUCT(resource VARCHAR)', sourceIPs:'VARCHAR[]', "user":'STRUCT(username VARCHAR, "groups" VARCHAR[])'`) +
			` WHERE lower("user".username)='system:anonymous' AND lower(verb)='list' AND lower(objectRef.resource)='pods' AND lower(requestURI)='/api/v1/pods')) GROUP BY ALL`,
			// Lines that cannot match are left out before JSON is read; those with escapes may.
			`SELECT ip AS src_ip, username AS "user.username", grp AS "user.groups{}", count(*) AS count FROM (
			SELECT ip, username, unnest(grps) AS grp FROM (
				SELECT unnest(CAST(j->'$.sourceIPs' AS VARCHAR[])) AS ip, j->>'$.user.username' AS username, CAST(j->'$.user.groups' AS VARCHAR[]) AS grps FROM (
					SELECT line::JSON AS j FROM ` + duckLines + ` WHERE contains(lower(line), 'system:anonymous') OR contains(line, '\u'))
				WHERE lower(j->>'$.user.username')='system:anonymous' AND lower(j->>'$.verb')='list' AND lower(j->>'$.objectRef.resource')='pods' AND lower(j->>'$.requestURI')='/api/v1/pods')) GROUP BY ALL`},
		clickhouse: []string{"SELECT arrayJoin(sourceIPs) AS src_ip, user.username AS `user.username`, arrayJoin(user.groups) AS `user.groups{}`, toString(count()) AS count FROM " +
			table(`verb String, requestURI String, objectRef Tuple(resource String), sourceIPs Array(String), user Tuple(username String, groups Array(String))`) +
			` WHERE lower(user.username)='system:anonymous' AND lower(verb)='list' AND lower(objectRef.resource)='pods' AND lower(requestURI)='/api/v1/pods' GROUP BY ALL`,
			"SELECT arrayJoin(JSONExtract(line, 'sourceIPs', 'Array(String)')) AS src_ip, JSONExtractString(line, 'user', 'username') AS `user.username`, arrayJoin(JSONExtract(line, 'user', 'groups', 'Array(String)')) AS `user.groups{}`, toString(count()) AS count FROM " + chLines +
				` WHERE (positionCaseInsensitive(line, 'system:anonymous')>0 OR position(line, '\\u')>0) AND lower(JSONExtractString(line, 'user', 'username'))='system:anonymous' AND lower(JSONExtractString(line, 'verb'))='list' AND lower(JSONExtractString(line, 'objectRef', 'resource'))='pods' AND lower(JSONExtractString(line, 'requestURI'))='/api/v1/pods' GROUP BY ALL`},
		shell: []shell{{name: "rg | jq", needs: "rg", line: `rg -iF system:anonymous FILE | jq -c 'select((.user.username|ascii_downcase)=="system:anonymous" and .verb=="list" and .objectRef.resource=="pods" and .requestURI=="/api/v1/pods") | [.sourceIPs,.user.groups]'`, unchecked: true},
			{name: "jq", needs: "jq", once: true, unchecked: true, line: `jq -c 'select((.user.username|ascii_downcase)=="system:anonymous" and .verb=="list" and .objectRef.resource=="pods" and .requestURI=="/api/v1/pods") | [.sourceIPs,.user.groups]' FILE`}},
		targets: map[string]float64{"duckdb": 0.18, "rg | jq": 0.5, "jq": 0.02},
	},
	{
		name: "Q2", what: "stats by three fields",
		search: `* | stats count by verb objectRef.resource responseStatus.code`,
		duckdb: []string{`SELECT verb, objectRef.resource AS "objectRef.resource", responseStatus.code AS "responseStatus.code", count(*) AS count FROM ` +
			events(`verb:'VARCHAR', objectRef:'STRUCT(resource VARCHAR)', responseStatus:'STRUCT(code VARCHAR)'`) + ` GROUP BY ALL`},
		clickhouse: []string{"SELECT verb, objectRef.resource AS `objectRef.resource`, responseStatus.code AS `responseStatus.code`, toString(count()) AS count FROM " +
			table(`verb String, objectRef Tuple(resource String), responseStatus Tuple(code String)`) + ` GROUP BY ALL`},
		shell:   []shell{{name: "jq", needs: "jq", once: true, unchecked: true, line: `jq -c '[.verb,.objectRef.resource,.responseStatus.code]' FILE | sort | uniq -c`}},
		targets: map[string]float64{"duckdb": 0.45, "jq": 0.02},
	},
	{
		name: "Q3", what: "many groups and distinct counts",
		search: `* | stats count dc(userAgent) by sourceIPs{} user.username`,
		duckdb: []string{`SELECT ip AS "sourceIPs{}", username AS "user.username", count(*) AS count, count(DISTINCT userAgent) AS "dc(userAgent)" FROM (
			SELECT unnest(sourceIPs) AS ip, "user".username AS username, userAgent FROM ` +
			events(`sourceIPs:'VARCHAR[]', userAgent:'VARCHAR', "user":'STRUCT(username VARCHAR)'`) + `) GROUP BY ALL`},
		clickhouse: []string{"SELECT arrayJoin(sourceIPs) AS `sourceIPs{}`, user.username AS `user.username`, toString(count()) AS count, toString(uniqExact(userAgent)) AS `dc(userAgent)` FROM " +
			table(`sourceIPs Array(String), userAgent String, user Tuple(username String)`) + ` GROUP BY ALL`},
		shell:   []shell{{name: "jq", needs: "jq", once: true, unchecked: true, line: `jq -r '.sourceIPs[]+" "+.user.username' FILE | sort | uniq -c`}},
		targets: map[string]float64{"duckdb": 0.6, "jq": 0.02},
	},
	{
		name: "Q4", what: "a phrase",
		search:     `"system:anonymous" | stats count`,
		duckdb:     []string{`SELECT count(*) AS count FROM ` + duckLines + ` WHERE contains(lower(line), 'system:anonymous')`},
		clickhouse: []string{`SELECT toString(count()) AS count FROM ` + chLines + ` WHERE positionCaseInsensitive(line, 'system:anonymous')>0`},
		shell: []shell{
			{name: "rg -i", needs: "rg", line: `rg -ciF system:anonymous FILE`},
			{name: "rg -F", needs: "rg", line: `rg -cF system:anonymous FILE`, unchecked: true},
			{name: "jq", needs: "jq", once: true, unchecked: true, line: `jq -n '[inputs|select((.user.username|ascii_downcase)=="system:anonymous")]|length' FILE`},
		},
		targets: map[string]float64{"rg -i": 0.16, "rg -F": 1, "jq": 0.02},
	},
	{
		name: "Q5", what: "counting",
		search:     `* | stats count`,
		duckdb:     []string{`SELECT count(*) AS count FROM ` + events(`kind:'VARCHAR'`), `SELECT count(*) AS count FROM ` + duckLines},
		clickhouse: []string{`SELECT toString(count()) AS count FROM ` + table(`kind String`), `SELECT toString(count()) AS count FROM ` + chLines},
		shell:      []shell{{name: "wc -l", needs: "wc", line: `wc -l < FILE`}, {name: "jq", needs: "jq", once: true, line: `jq -n 'reduce inputs as $x (0; .+1)' FILE`}},
		targets:    map[string]float64{"wc -l": 1, "jq": 0.02},
	},
	{
		name: "Q6", what: "a pattern, grouped and sorted",
		search: `* | rex field=requestURI "` + rex + `" | stats count by ns | sort -count | head 10`,
		duckdb: []string{`SELECT ns, count(*) AS count FROM (SELECT regexp_extract(requestURI, '/namespaces/([^/]+)', 1) AS ns FROM ` +
			events(`requestURI:'VARCHAR'`) + `) WHERE ns <> '' GROUP BY ns ORDER BY count DESC LIMIT 10`},
		clickhouse: []string{`SELECT extract(requestURI, '/namespaces/([^/]+)') AS ns, toString(count()) AS count FROM ` + table(`requestURI String`) + ` WHERE ns<>'' GROUP BY ns ORDER BY count() DESC LIMIT 10`},
		shell:      []shell{{name: "jq", needs: "jq", once: true, unchecked: true, line: `jq -r '.requestURI|capture("/namespaces/(?<ns>[^/]+)").ns' FILE | sort | uniq -c | sort -rn | head`}},
		targets:    map[string]float64{"duckdb": 0.22, "jq": 0.02},
	},

	{name: "eval", what: "arithmetic and a condition", search: `* | eval slow=if('responseStatus.code'>=400, 1, 0), both=slow*2+1 | stats sum(both) AS total`,
		duckdb: []string{`SELECT sum(CASE WHEN TRY_CAST(responseStatus.code AS INT)>=400 THEN 3 ELSE 1 END) AS total FROM ` + events(`responseStatus:'STRUCT(code VARCHAR)'`)}},
	{name: "wildcard", what: "a search with wildcards", search: `requestURI="*/secrets/*" userAgent=kube* | stats count by verb`,
		duckdb: []string{`SELECT verb, count(*) AS count FROM ` + events(`requestURI:'VARCHAR', userAgent:'VARCHAR', verb:'VARCHAR'`) + ` WHERE lower(requestURI) LIKE '%/secrets/%' AND lower(userAgent) LIKE 'kube%' GROUP BY verb`}},
	{name: "timechart", what: "counts by time", search: `* | timechart span=5m count`},
	{name: "bin", what: "time bins as groups", search: `* | bin _time span=10m | stats count by _time verb`},
	{name: "dedup", what: "the newest event of each", search: `* | dedup user.username | stats count`,
		duckdb: []string{`SELECT count(DISTINCT "user".username) AS count FROM ` + events(`"user":'STRUCT(username VARCHAR)'`)}},
	{name: "eventstats", what: "results beside each row", search: `verb=delete | eventstats count AS all by objectRef.resource | stats max(all) AS most`},
	{name: "top", what: "the most frequent", search: `* | top limit=5 showperc=false userAgent`,
		duckdb: []string{`SELECT userAgent, count(*) AS count FROM ` + events(`userAgent:'VARCHAR'`) + ` GROUP BY userAgent ORDER BY count DESC LIMIT 5`}},
	{name: "mvexpand", what: "a row of each value", search: `* | fields sourceIPs{} | mvexpand sourceIPs{} | stats count`,
		duckdb: []string{`SELECT count(*) AS count FROM (SELECT unnest(sourceIPs) FROM ` + events(`sourceIPs:'VARCHAR[]'`) + `)`}},
	{name: "spath", what: "a path read from the text", search: `* | spath path=objectRef.name output=n | stats dc(n) AS names`,
		duckdb: []string{`SELECT count(DISTINCT objectRef.name) AS names FROM ` + events(`objectRef:'STRUCT(name VARCHAR)'`)}},
	{name: "transaction", what: "events put together", search: `"system:anonymous" | transaction userAgent maxevents=10 | stats count`},
	{name: "sort", what: "the first hundred by a field", search: `verb=delete | sort 100 - _time auditID | table auditID`},
	{name: "lookup", what: "a lookup of each event", search: `* | lookup codes.csv code AS responseStatus.code OUTPUT meaning | stats count by meaning`},
	{name: "csv", what: "a CSV file, grouped", form: "csv", search: "* | stats count by verb responseStatus_code",
		duckdb:     []string{`SELECT verb, "responseStatus.code" AS responseStatus_code, count(*) AS count FROM read_csv('FILE', all_varchar=true) GROUP BY ALL`},
		clickhouse: []string{"SELECT verb, `responseStatus.code` AS responseStatus_code, toString(count()) AS count FROM file('FILE', CSVWithNames) GROUP BY ALL"}},
	{name: "access", what: "an access log, grouped", form: "log", search: "* | stats count by method status",
		duckdb:     []string{`SELECT m.method AS method, m.status AS status, count(*) AS count FROM (SELECT regexp_extract(line, '^\S+ \S+ \S+ \[[^\]]+\] "([A-Z]+) [^"]*" (\d+)', ['method', 'status']) AS m FROM ` + duckLines + `) GROUP BY ALL`},
		clickhouse: []string{"SELECT m[1] AS method, m[2] AS status, toString(count()) AS count FROM (SELECT extractGroups(line, '^\\\\S+ \\\\S+ \\\\S+ \\\\[[^\\\\]]+\\\\] \"([A-Z]+) [^\"]*\" (\\\\d+)') AS m FROM " + chLines + ") GROUP BY ALL"},
		shell:      []shell{{name: "awk", needs: "awk", unchecked: true, line: `awk '{n[$6 " " $9]++} END {for (k in n) print n[k], k}' FILE`}}},
	{name: "replace", what: "a text rewritten in each event", search: `* | eval path=replace(requestURI, "[0-9]+", "N") | stats dc(path) AS paths`,
		duckdb: []string{`SELECT count(DISTINCT regexp_replace(requestURI, '[0-9]+', 'N', 'g')) AS paths FROM ` + events(`requestURI:'VARCHAR'`)}},
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
