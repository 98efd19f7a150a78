package knowledge

import (
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"

	"spl/parser/source"
)

// Check looks at what [Load] leaves for when it is needed: the tables of lookups. Errs
// are what cannot work, notes what has no effect or is read with a grain of salt: keys
// that nobody knows, keys that are not applied, rows of tables that do not fit. Each has
// its file and line. What cannot be read at all was reported by Load.
func (b *Base) Check() (errs, notes source.Errors) {
	if b == nil {
		return nil, nil
	}
	if b.fields != nil {
		for _, l := range b.fields.lookups {
			if err := b.CheckLookup(l.auto.use); err != nil {
				errs = append(errs, l.key.note(source.UnknownArgument, "%s: %s", l.key.Name, err))
			}
		}
	}
	if b.lookups != nil {
		es, ns := b.lookups.check()
		errs, notes = append(errs, es...), append(notes, ns...)
	}
	return errs, append(notes, b.unapplied()...)
}

// unapplied are the keys that have no effect.
func (b *Base) unapplied() source.Errors {
	var out source.Errors
	if b.fields != nil {
		out = append(out, b.fields.notes...)
	}
	if b.layers != nil {
		out = append(out, b.layers.unknown()...)
	}
	if b.index != nil {
		out = append(out, b.index.notes...)
	}
	if b.types != nil {
		out = append(out, b.types.notes...)
	}
	if b.tags != nil {
		out = append(out, b.tags.notes...)
	}
	return out
}

// note is an error at a setting's name.
func (k *Key) note(code source.Code, format string, args ...any) *source.Error {
	e := source.Errorf(code, source.Span{}, format, args...)
	e.File, e.Where = k.File, k.At
	return e
}

func (r *ruleReader) note(code source.Code, keys *[]Key, format string, args ...any) {
	if len(*keys) > 0 {
		r.notes = append(r.notes, (*keys)[0].note(code, format, args...))
	}
}

func (r *ruleReader) unknown(k *Key, stanza string, known map[string]bool) {
	r.notes = append(r.notes, unknownKey(k, stanza, known))
}

// unknownKey reports a key with the nearest right name.
func unknownKey(k *Key, stanza string, known map[string]bool) *source.Error {
	e := k.note(source.UnknownArgument, "[%s] has the key %q, which is not known", stanza, k.Name)
	best, near := "", 3
	for n := range known {
		if d := levenshtein.ComputeDistance(strings.ToLower(n), strings.ToLower(k.Name)); d < near || d == near && best != "" && n < best {
			best, near = n, d
		}
	}
	if kind, _, ok := strings.Cut(k.Name, "-"); ok && best == "" {
		for n := range classes {
			if levenshtein.ComputeDistance(n, strings.ToUpper(kind)) <= 2 {
				best = n + "-..."
			}
		}
	}
	if best != "" {
		e.Help = "did you mean " + best + "?"
	}
	return e
}

func setOf(words string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		out[w] = true
	}
	return out
}

// The keys of props.conf: those with a class that are applied, those without, those
// that act when events are indexed, and those that change no field.
var (
	classes       = setOf("EXTRACT REPORT FIELDALIAS EVAL LOOKUP")
	settings      = setOf("KV_MODE AUTO_KV_JSON rename INDEXED_EXTRACTIONS priority")
	indexClasses  = setOf("RULESET STATSD-DIM-TRANSFORMS METRIC-SCHEMA-TRANSFORMS METRIC STATSD")
	unappliedKeys = setOf(`TZ_ALIAS MAX_DIFF_SECS_AGO MAX_DIFF_SECS_HENCE ADD_EXTRA_TIME_FIELDS
		DETERMINE_TIMESTAMP_DATE_WITH_SYSTEM_TIME JSON_TRIM_BRACES_IN_ARRAY_NAMES ROUTE_EVENTS_OLDER_THAN
		CHECK_FOR_HEADER HEADER_MODE PREFIX_SOURCETYPE unarchive_cmd unarchive_sourcetype
		unarchive_cmd_start_mode invalid_cause SEGMENTATION ANNOTATE_PUNCT METRICS_PROTOCOL
		MATCH_LIMIT DEPTH_LIMIT STATSD_EMIT_SINGLE_MEASUREMENT_FORMAT`)
	otherKeys = setOf("LINE_BREAKER_LOOKBEHIND EVENT_BREAKER EVENT_BREAKER_ENABLE LB_CHUNK_BREAKER LB_CHUNK_BREAKER_TRUNCATE NO_BINARY_CHECK CHECK_METHOD LEARN_MODEL LEARN_SOURCETYPE maxDist initCrcLength given_type is_valid force_local_processing metric MAX_EXPECTED_EVENT_LINES description category pulldown_type detect_trailing_nulls disabled SEGMENTATION-inner termFrequencyWeightedDist")

	transformKeys = setOf(`REGEX FORMAT SOURCE_KEY MV_ADD CLEAN_KEYS KEEP_EMPTY_VALS CAN_OPTIMIZE DELIMS FIELDS
		REPEAT_MATCH LOOKAHEAD WRITE_META DEST_KEY DEFAULT_VALUE MATCH_LIMIT DEPTH_LIMIT INGEST_EVAL
		CLONE_SOURCETYPE STOP_PROCESSING_IF METRIC-SCHEMA-MEASURES METRIC-SCHEMA-BLACKLIST-DIMS
		filename collection fields_list external_cmd external_type max_matches min_matches default_match
		case_sensitive_match match_type time_field time_format max_offset_secs min_offset_secs
		batch_index_query filter allow_caching cache_size max_ext_batch python.version python.required feature_id_element
		check_permission replicate index_fields_list reverse_lookup_honor_case_sensitive_match
		description disabled`)
)

// propsKeys are all keys of props.conf that have no class.
func propsKeys() map[string]bool {
	out := map[string]bool{}
	for _, m := range []map[string]bool{settings, unappliedKeys, otherKeys} {
		for n := range m {
			out[n] = true
		}
	}
	for n := range indexKeys {
		out[n] = true
	}
	return out
}

// sortedKeys are the keys of a map, sorted.
func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for n := range m {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}
