package semgrep

import (
	"regexp"
	"slices"
	"strconv"
	"sync"

	"go.yaml.in/yaml/v3"
)

// Metadata is what a rule says about itself beyond what Semgrep uses: maps, lists, texts, numbers and truth values as they
// stand in the file. The methods read the keys that the public rules agree on, whether given as one text or as a list.
type Metadata map[string]any

func (r *reader) metadata(n *yaml.Node, rule *Rule) {
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" {
		return
	}
	r.entries(n, "metadata")
	rule.Metadata, _ = value(n).(map[string]any)
}

var cweNumber = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)^\s*(?:CWE[-_ ]?)?(\d{1,5})\b`) })

// CWE gives the weaknesses that the rule finds, each once: 79 for "CWE-79: Improper …".
func (m Metadata) CWE() []int {
	var ids []int
	for _, s := range m.texts("cwe") {
		found := cweNumber().FindStringSubmatch(s)
		if found == nil {
			continue
		}
		if id, err := strconv.Atoi(found[1]); err == nil && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// OWASP gives the entries of OWASP's lists as they are written: "A03:2021 - Injection".
func (m Metadata) OWASP() []string { return m.texts("owasp") }

// References gives where to read more.
func (m Metadata) References() []string { return m.texts("references") }

// Technology gives what the rule is about: "django".
func (m Metadata) Technology() []string { return m.texts("technology") }

// Subcategory gives how the rule is meant to be used: "vuln", "audit".
func (m Metadata) Subcategory() []string { return m.texts("subcategory") }

// Category gives the kind of rule: "security", "correctness".
func (m Metadata) Category() string { return m.first("category") }

// Confidence gives HIGH, MEDIUM or LOW as it is written, "" if the rule does not say.
func (m Metadata) Confidence() string { return m.first("confidence") }

// Likelihood gives HIGH, MEDIUM or LOW as it is written, "" if the rule does not say.
func (m Metadata) Likelihood() string { return m.first("likelihood") }

// Impact gives HIGH, MEDIUM or LOW as it is written, "" if the rule does not say.
func (m Metadata) Impact() string { return m.first("impact") }

func (m Metadata) first(key string) string {
	if all := m.texts(key); len(all) > 0 {
		return all[0]
	}
	return ""
}

// texts gives the texts and numbers under a key.
func (m Metadata) texts(key string) []string {
	items, ok := m[key].([]any)
	if !ok {
		items = []any{m[key]}
	}
	var all []string
	for _, item := range items {
		switch item := item.(type) {
		case string:
			all = append(all, item)
		case int:
			all = append(all, strconv.Itoa(item))
		}
	}
	return all
}
