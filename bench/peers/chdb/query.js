// Runs one SQL query with ClickHouse and prints its rows as JSON lines.
"use strict";
const { query } = require("chdb");
const answer = query(process.argv[2], "JSONEachRow");
process.stdout.write(typeof answer === "string" ? answer : answer.toString());
