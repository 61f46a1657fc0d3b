package exposure

import (
	"path"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// The environments of finding.Exposure.
const (
	production  = "production"
	staging     = "staging"
	development = "development"
)

// words parts a name at everything that is no letter or digit, in lower case.
func words(name string) []string {
	return strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
}

// environmentOf reads an environment out of a name ("prod", "shop-staging", "eu-prod-1"); "" where it names none or several.
func environmentOf(name string) string {
	found := ""
	list := words(name)
	for i, w := range list {
		e := environmentWord(strings.TrimRight(w, "0123456789"))
		if e == production && i > 0 && (list[i-1] == "pre" || list[i-1] == "non" || list[i-1] == "not") {
			e = staging
		}
		if e == "" {
			continue
		}
		if found != "" && found != e {
			return ""
		}
		found = e
	}
	return found
}

func environmentWord(w string) string {
	switch w {
	case "prod", "production", "prd", "live":
		return production
	case "staging", "stage", "stg", "preprod", "preproduction", "nonprod", "uat", "qa", "acceptance", "integration":
		return staging
	case "dev", "development", "develop", "local", "localhost", "test", "tests", "testing", "e2e", "ci", "sandbox", "minikube", "kind", "preview":
		return development
	}
	return ""
}

// environmentOfPath reads it out of the folders of a manifest, the deepest first.
func environmentOfPath(file string) string {
	parts := strings.Split(path.Dir(file), "/")
	for _, p := range slices.Backward(parts) {
		if e := environmentOf(p); e != "" {
			return e
		}
	}
	return ""
}

// environmentOfLabels reads it out of labels and annotations.
func environmentOfLabels(tables ...map[string]string) string {
	for _, table := range tables {
		for _, key := range sortedKeys(table) {
			switch key[strings.LastIndexByte(key, '/')+1:] {
			case "env", "environment", "stage", "tier-environment", "deployment-environment", "deployment.environment":
				if e := environmentOf(table[key]); e != "" {
					return e
				}
			}
		}
	}
	return ""
}

func sortedKeys(table map[string]string) []string {
	keys := make([]string, 0, len(table))
	for k := range table {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// Data reads kinds of data out of tags, labels and annotations that classify it ("phi", "data-classification: pii", "pci: true"): sorted, each once.
func Data(tags []string, tables ...map[string]string) []string {
	var out []string
	for _, tag := range tags {
		out = append(out, kindsOf(tag)...)
	}
	for _, table := range tables {
		for _, key := range sortedKeys(table) {
			name, value := words(key[strings.LastIndexByte(key, '/')+1:]), table[key]
			if slices.Contains(name, "data") || slices.Contains(name, "classification") || slices.Contains(name, "sensitivity") || slices.Contains(name, "compliance") {
				out = append(out, kindsOf(value)...)
			} else if strings.EqualFold(value, "true") || strings.EqualFold(value, "yes") {
				out = append(out, kindsOf(strings.Join(name, "-"))...)
			}
		}
	}
	return kinds(out)
}

// kindsOf reads kinds of data out of a word or a list of them.
func kindsOf(text string) []string {
	var out []string
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

// kinds sorts kinds of data and drops double ones.
func kinds(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

// worse tells whether an exposure is more dangerous than another: what runs before what does not, what is more than a developer's machine, what is
// more open, what is nearer to production.
func worse(a, b *finding.Exposure) bool {
	for _, d := range [...]int{
		boolean(a.Running != "no") - boolean(b.Running != "no"),
		boolean(a.Environment != development) - boolean(b.Environment != development),
		rank(a.Internet, "no", "", "authenticated", "open") - rank(b.Internet, "no", "", "authenticated", "open"),
		rank(a.Environment, development, staging, "", production) - rank(b.Environment, development, staging, "", production),
		len(a.Data) - len(b.Data),
		boolean(a.Privileged) - boolean(b.Privileged),
		len(b.Path) - len(a.Path),
	} {
		if d != 0 {
			return d > 0
		}
	}
	return false
}

func rank(value string, order ...string) int { return slices.Index(order, value) }

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}
