package input

import (
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"time"

	"spl/eval/timefmt"
)

// File is one input. Its content may be packed (gzip, zstd, bzip2, xz); that is
// told by the content, never by the name.
type File struct {
	// Name is the name as the user gave it; it is the default source, and stands in
	// messages.
	Name string
	// Open gives the content from its start. It is called once for each reading. A
	// content that is also an [io.ReaderAt] and has Stat, as an open file on disk
	// has, is read by many workers at a time.
	Open func() (io.ReadCloser, error)
	Meta Meta
	// From is the byte at which the reading of a plain file of lines begins, the start
	// of a line: what stands before was read before. Others are read whole.
	From int64
	// Rank, from 1, is the file's place in the order of the input where that is not its
	// place in the list; 0: it is.
	Rank int
}

// Meta is what the user said about the events of a file; "" is not said. What is
// said here wins over what an event says of itself, except that the envelope of a
// HEC event, of a Splunk export or of CloudWatch wins over this.
type Meta struct {
	Source, Sourcetype, Host, Index string
	// Format is one of [Formats]; "" tells each line by its shape.
	Format string
	// TimeField is the field, by its full name, that holds the time. TimeFormat is
	// its strptime format; "" recognises the usual ones. TimeFormat alone applies to
	// the start of the event's text.
	TimeField, TimeFormat string
	// HostField is the field that holds the host; it wins over Host.
	HostField string
	// DataModel, when set, is the value of the internal field _datamodel: the events
	// already have the field names of that data model.
	DataModel string
}

// Formats are the values of Meta.Format.
//
//	json        a line is a JSON event, whatever its keys
//	json-array  JSON values one after the other or in an array, across lines; each is an event
//	hec         HTTP Event Collector envelopes
//	splunk      rows of a Splunk export
//	cloudwatch  CloudWatch records and batches
//	text        a line is an event, whatever it holds
//	csv, tsv    a header, then a record an event (RFC 4180)
var Formats = []string{"json", "json-array", "hec", "splunk", "cloudwatch", "text", "csv", "tsv"}

// set gives one of the values by the name it has as an operand.
func (m *Meta) set(name, value string) (known bool, err error) {
	to, ok := map[string]*string{
		"source": &m.Source, "sourcetype": &m.Sourcetype, "host": &m.Host, "index": &m.Index,
		"format": &m.Format, "time_field": &m.TimeField, "time_format": &m.TimeFormat,
		"host_field": &m.HostField, "datamodel": &m.DataModel,
	}[name]
	if !ok {
		return false, nil
	}
	if name == "format" && value != "" && !slices.Contains(Formats, value) {
		return true, fmt.Errorf("format=%s: no such format; choose one of %s", value, strings.Join(Formats, ", "))
	}
	if name == "time_format" && value != "" {
		if err := timefmt.CompileLayout(value).CanParse(); err != nil {
			return true, fmt.Errorf("time_format=%s: %w", value, err)
		}
	}
	*to = value
	return true, nil
}

// FromText is a file in memory.
func FromText(name, text string, meta Meta) File {
	return File{Name: name, Meta: meta, Open: func() (io.ReadCloser, error) {
		return memory{strings.NewReader(text)}, nil
	}}
}

// memory is a text that can be read like a file on disk. It has no time of change.
type memory struct{ *strings.Reader }

func (memory) Close() error                 { return nil }
func (m memory) Stat() (fs.FileInfo, error) { return memoryInfo{m.Size()}, nil }

type memoryInfo struct{ size int64 }

func (memoryInfo) Name() string       { return "" }
func (i memoryInfo) Size() int64      { return i.size }
func (memoryInfo) Mode() fs.FileMode  { return 0o444 }
func (memoryInfo) ModTime() time.Time { return time.Time{} }
func (memoryInfo) IsDir() bool        { return false }
func (memoryInfo) Sys() any           { return nil }
