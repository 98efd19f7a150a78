package testfile

import _ "embed"

// Schema is the JSON schema of test files, for editors.
//
//go:embed schema.json
var Schema []byte
