package input

import (
	"strings"

	"github.com/tidwall/gjson"

	"spl/eval/jsontext"
)

func setOf(names string) map[string]bool {
	set := map[string]bool{}
	for _, n := range strings.Fields(names) {
		set[n] = true
	}
	return set
}

var (
	hecKeys        = setOf("time host source sourcetype index event fields channel")
	cloudWatchKeys = setOf("timestamp message ingestionTime eventId id ptr logGroup logGroupName logStream logStreamName")
	batchKeys      = setOf("messageType owner logGroup logStream subscriptionFilters logEvents")
)

// hec takes {"event":…}. An event that is text is the raw text; any other is its
// own JSON.
func (s *shaper) hec(t top) bool {
	event, ok := t.members["event"]
	if !ok || event.Type == gjson.Null || s.format() == "" && !t.only(hecKeys) {
		return false
	}
	env := &envelope{}
	for _, k := range t.keys {
		if k == "time" {
			env.time = leafText(t.members[k])
		} else if hecKeys[k] {
			env.metadata(k, leafText(t.members[k]))
		}
	}
	t.members["fields"].ForEach(func(k, v gjson.Result) bool {
		env.fieldOf(jsontext.String(k.Raw), v)
		return true
	})
	s.bare(textOf(event), env)
	return true
}

// textOf is the text of an event inside another: decoded if it is a string.
func textOf(v gjson.Result) string {
	if v.Type == gjson.String {
		return jsontext.String(v.Raw)
	}
	return v.Raw
}

// splunkResult takes {"result":{…}}.
func (s *shaper) splunkResult(t top) bool {
	result, ok := t.members["result"]
	if !ok || !result.IsObject() || !t.only(setOf("preview offset lastrow result")) {
		return false
	}
	inner, ok := topOf(result.Raw)
	if !ok {
		return false
	}
	if s.splunkRow(inner) {
		return true
	}
	if _, ok := inner.members["_time"]; !ok && len(t.keys) < 2 {
		return false
	}
	s.add(row{raw: result.Raw, env: inner.splunkEnvelope()})
	return true
}

// splunkRow takes a row of results that has _raw. The row's own fields win over
// those that _raw gives when it is read again.
func (s *shaper) splunkRow(t top) bool {
	raw, ok := t.members["_raw"]
	if !ok || raw.Type != gjson.String {
		return false
	}
	s.bare(jsontext.String(raw.Raw), t.splunkEnvelope())
	return true
}

func (t top) splunkEnvelope() *envelope {
	env := &envelope{indexed: true}
	for _, k := range t.keys {
		if v := t.members[k]; k != "_raw" && !env.metadata(k, leafText(v)) {
			env.fieldOf(k, v)
		}
	}
	return env
}

// cloudWatch takes a record with timestamp and message; its other keys are fields.
func (s *shaper) cloudWatch(t top) bool {
	at, ok := t.members["timestamp"]
	message, ok2 := t.members["message"]
	if !ok || !ok2 || message.Type != gjson.String {
		return false
	}
	if s.format() == "" && (!t.only(cloudWatchKeys) || at.Type != gjson.Number && len(t.keys) == 2) {
		return false
	}
	env := &envelope{time: leafText(at)}
	for _, k := range t.keys {
		if k != "timestamp" && k != "message" {
			env.fieldOf(k, t.members[k])
		}
	}
	env.group = logGroup(t)
	s.bare(jsontext.String(message.Raw), env)
	return true
}

func logGroup(t top) string {
	if g := leafText(t.members["logGroup"]); g != "" {
		return g
	}
	return leafText(t.members["logGroupName"])
}

// cloudWatchBatch takes {"logEvents":[…]}, an event for each; the other keys of the
// batch and the id are fields.
func (s *shaper) cloudWatchBatch(t top) bool {
	events, ok := t.members["logEvents"]
	if !ok || !events.IsArray() {
		return false
	}
	shared := &envelope{group: logGroup(t)}
	for _, k := range t.keys {
		if v := t.members[k]; v.Type == gjson.String {
			shared.fieldOf(k, v)
		}
	}
	events.ForEach(func(_, e gjson.Result) bool {
		env := &envelope{group: shared.group, fields: shared.fields[:len(shared.fields):len(shared.fields)]}
		inner := top{members: map[string]gjson.Result{}}
		e.ForEach(func(k, v gjson.Result) bool {
			inner.members[jsontext.String(k.Raw)] = v
			return true
		})
		message, ok := inner.members["message"]
		if !ok {
			s.bare(e.Raw, env)
			return true
		}
		env.time = leafText(inner.members["timestamp"])
		if id, ok := inner.members["id"]; ok {
			env.fieldOf("id", id)
		}
		s.bare(textOf(message), env)
		return true
	})
	return true
}

// records takes {"Records":[{…},…]}.
func (s *shaper) records(t top) bool {
	list := t.members[t.keys[0]]
	if len(t.keys) != 1 || !list.IsArray() {
		return false
	}
	objects := true
	list.ForEach(func(_, e gjson.Result) bool {
		objects = e.IsObject()
		return objects
	})
	if !objects {
		return false
	}
	list.ForEach(func(_, e gjson.Result) bool {
		s.bare(e.Raw, nil)
		return true
	})
	return true
}
