package knowledge

import (
	"strings"

	"spl/parser/source"
)

// knownKeys are the keys of the files of which nothing else says which there are; a
// name that ends in a point begins the names of many.
var knownKeys = map[string]map[string]bool{
	"macros":      setOf("definition args iseval validation errormsg description disabled"),
	"collections": setOf("field. accelerated_fields. enforceTypes profilingEnabled profilingThresholdMs replicate replication_dump_strategy replication_dump_maximum_file_size type disabled"),
	"fields":      setOf("TOKENIZER INDEXED INDEXED_VALUE"),
	"datamodels": setOf(`acceleration acceleration. dataset. dataset_dir strict_fields tags_whitelist modeled_search_fields disabled
		datamodel_name description`),
}

// without are the keys that are known and not applied, and what to say of them.
var withoutEffect = map[string]map[string]string{
	"fields":      {"TOKENIZER": "is not applied: values are not split by it"},
	"collections": {"enforceTypes": "is not applied: values are kept as they are written"},
}

// unknown are the keys of these files that nobody knows or that are not applied.
func (l *Layers) unknown() source.Errors {
	var out source.Errors
	for _, file := range sortedKeys(knownKeys) {
		known := knownKeys[file]
		for _, s := range l.Conf(file).Stanzas {
			for i := range s.Keys {
				k := &s.Keys[i]
				begin, _, dotted := strings.Cut(k.Name, ".")
				why := withoutEffect[file][k.Name]
				switch {
				case why != "" && !isOff(k):
					out = append(out, k.note(source.Unsupported, "%s %s", k.Name, why))
				case !known[k.Name] && !(dotted && known[begin+"."]):
					out = append(out, unknownKey(k, s.Name, known))
				}
			}
		}
	}
	return out
}

// isOff says whether a setting asks for nothing.
func isOff(k *Key) bool {
	on, fault := boolean(k, false)
	return fault == nil && !on
}
