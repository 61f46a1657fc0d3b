package owner

import (
	"maps"
	"slices"
	"strings"
)

// dataOf reads kinds of data out of tags, labels and annotations, by the same words as package exposure ("pii", "data-classification: phi",
// "pci: true"); a test holds the two together.
func dataOf(e *Entity) (out []string) {
	for _, tag := range e.Tags {
		out = append(out, kindsOf(tag)...)
	}
	for _, m := range []map[string]string{e.Labels, e.Annotations} {
		for _, key := range slices.Sorted(maps.Keys(m)) {
			name, value := words(key[strings.LastIndexByte(key, '/')+1:]), m[key]
			classifies := func(w string) bool {
				return w == "data" || w == "classification" || w == "sensitivity" || w == "compliance"
			}
			if slices.ContainsFunc(name, classifies) {
				out = append(out, kindsOf(value)...)
			} else if strings.EqualFold(value, "true") || strings.EqualFold(value, "yes") {
				out = append(out, kindsOf(strings.Join(name, "-"))...)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// words parts a name at everything that is no letter or digit, in lower case.
func words(name string) []string {
	return strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
}

func kindsOf(text string) (out []string) {
	for _, w := range words(text) {
		switch w {
		case "pii", "personal", "gdpr", "customer", "dsgvo":
			out = append(out, "personal")
		case "phi", "health", "hipaa", "medical", "patient":
			out = append(out, "health")
		case "pci", "card", "cardholder", "pan", "cards":
			out = append(out, "card")
		case "credentials", "credential", "secrets", "passwords":
			out = append(out, "credentials")
		case "financial", "finance", "sox", "banking", "payments":
			out = append(out, "financial")
		}
	}
	return out
}
