// Command duckdb runs one SQL query with DuckDB and prints its rows as JSON lines, so
// that whole commands can be compared.
package main

import (
	"bufio"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"

	_ "github.com/duckdb/duckdb-go/v2"
)

func main() {
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(query string) error {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return err
	}
	defer db.Close()
	rows, err := db.Query(query)
	if err != nil {
		return err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(os.Stdout, 1<<16)
	vals := make([]any, len(names))
	to := make([]any, len(names))
	for i := range vals {
		to[i] = &vals[i]
	}
	for rows.Next() {
		if err := rows.Scan(to...); err != nil {
			return err
		}
		row := map[string]string{}
		for i, n := range names {
			if vals[i] != nil {
				row[n] = fmt.Sprint(vals[i])
			}
		}
		line, err := json.Marshal(row)
		if err != nil {
			return err
		}
		_, _ = w.Write(append(line, '\n'))
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return w.Flush()
}
