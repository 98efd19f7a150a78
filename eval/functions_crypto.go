package eval

import (
	"crypto/md5"  //nolint:gosec // named by the language, not chosen
	"crypto/sha1" //nolint:gosec // likewise
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
)

// cryptoFunctions hash the bytes of the text; a multivalue is joined by line feeds
// first (choice).
var cryptoFunctions = []*Function{
	digest("md5", func(b []byte) []byte { s := md5.Sum(b); return s[:] }),
	digest("sha1", func(b []byte) []byte { s := sha1.Sum(b); return s[:] }),
	digest("sha256", func(b []byte) []byte { s := sha256.Sum256(b); return s[:] }),
	digest("sha512", func(b []byte) []byte { s := sha512.Sum512(b); return s[:] }),
}

func digest(name string, sum func([]byte) []byte) *Function {
	return &Function{
		Name: name, Min: 1, Max: 1, Usage: name + "(text)", Summary: "the " + name + " hash of the text, in hexadecimal",
		multi: whole, result: isText,
		call: func(_ *frame, a []Value) Value { return Text(hex.EncodeToString(sum([]byte(a[0].Text())))) },
	}
}
