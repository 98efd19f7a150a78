// Package input turns files into batches of events: it opens, unpacks, cuts into
// parts, tells each line's shape, reads the time, and extracts fields when they
// are asked for.
//
// Read in this order: [File] and [Meta] (file.go), [Expand] (expand.go), [New]
// (source.go); then reader.go (who reads which part), part.go (one part from bytes
// to batches), shape.go (what a line is), loader.go and scan.go (fields on demand).
//
// What a caller may rely on: the rows, their values and their places are the same
// whatever the size of the parts and the number of workers; nothing is lost in
// silence (what is broken is kept as _raw and counted in a notice); no input makes
// the package panic or take more than linear time.
//
// Values are often substrings of a part's text of about 1 MB. Who keeps a few of
// them for long (a table of distinct values) should strings.Clone them, or the
// whole part stays in memory.
package input
