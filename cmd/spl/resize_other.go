//go:build !unix

package main

// resized tells of nothing where the system has no signal for it: the size is asked
// for again with each key.
func resized() (changes <-chan struct{}, stop func()) { return nil, func() {} }
