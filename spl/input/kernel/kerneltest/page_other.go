//go:build !unix

// Package kerneltest lends memory that tells of reads behind a text.
package kerneltest

import "testing"

// AtPageEnd copies a text; here nothing tells who reads on.
func AtPageEnd(_ testing.TB, text []byte) []byte { return append([]byte{}, text...) }
