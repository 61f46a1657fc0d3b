package semgrep

import (
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

// facts are the keys of a rule that say nothing about what it matches, and how each is read.
var facts = sync.OnceValue(func() map[string]func(*reader, *yaml.Node, *Rule) {
	text := func(key string, set func(*Rule, string)) func(*reader, *yaml.Node, *Rule) {
		return func(r *reader, n *yaml.Node, rule *Rule) {
			if t, ok := r.text(n, key); ok {
				set(rule, t.Value)
			}
		}
	}
	return map[string]func(*reader, *yaml.Node, *Rule){
		"id":      text("id", func(rule *Rule, s string) { rule.ID = s }),
		"message": text("message", func(rule *Rule, s string) { rule.Message = s }),
		"fix": func(r *reader, n *yaml.Node, rule *Rule) {
			if n.Kind != yaml.ScalarNode { // an empty fix deletes what was found
				r.fault(n, "fix: want text, have %s", describe(n))
			}
			rule.Fix = n.Value
		},
		"version":     func(*reader, *yaml.Node, *Rule) {}, // the rule's own version number: nothing to do with Semgrep's
		"languages":   (*reader).languages,
		"severity":    (*reader).severity,
		"mode":        (*reader).mode,
		"metadata":    (*reader).metadata,
		"paths":       (*reader).paths,
		"options":     (*reader).options,
		"fix-regex":   (*reader).fixRegex,
		"min-version": (*reader).minVersion,
		"max-version": (*reader).maxVersion,
	}
})

func (r *reader) languages(n *yaml.Node, rule *Rule) {
	unknown := false
	for _, item := range r.list(n, "languages") {
		t, ok := r.text(item, "languages")
		if !ok {
			continue
		}
		l, ok := ParseLanguage(t.Value)
		if !ok {
			unknown = true
			r.note(item, Unused, "languages: unknown language %s; known are %s", quote(t.Value), strings.Join(LanguageNames(), ", "))
			continue
		}
		if !slices.Contains(rule.Languages, l) {
			rule.Languages = append(rule.Languages, l)
		}
	}
	if unknown && len(rule.Languages) == 0 {
		r.fault(n, "languages: no language is known, so the rule can look at nothing")
	}
}

func (r *reader) severity(n *yaml.Node, rule *Rule) {
	if t, ok := r.text(n, "severity"); ok {
		if !slices.Contains(strings.Fields(severities), t.Value) {
			r.fault(n, "severity: unknown word %s; want one of %s", quote(t.Value), strings.ReplaceAll(severities, " ", ", "))
		}
		rule.Severity = Severity(t.Value)
	}
}

func (r *reader) mode(n *yaml.Node, rule *Rule) {
	t, ok := r.text(n, "mode")
	if !ok {
		return
	}
	switch rule.Mode = Mode(t.Value); rule.Mode {
	case ModeSearch, ModeTaint, ModeExtract, ModeJoin:
	default:
		r.fault(n, "mode: unknown mode %s; want search, taint, extract or join", quote(t.Value))
	}
}

func (r *reader) fixRegex(n *yaml.Node, rule *Rule) {
	fix := &FixRegex{}
	for _, e := range r.entries(n, "fix-regex") {
		switch e.name {
		case "regex":
			fix.Regex, _ = r.regexp(e.value, "fix-regex: regex", Unanchored)
		case "replacement":
			if e.value.Kind != yaml.ScalarNode {
				r.fault(e.value, "fix-regex: replacement: want text, have %s", describe(e.value))
			}
			fix.Replacement = e.value.Value
		case "count":
			if fix.Count = r.whole(e.value, "fix-regex: count"); fix.Count < 0 {
				r.fault(e.value, "fix-regex: count: want 0 (all) or more, have %d", fix.Count)
			}
		default:
			r.fault(e.key, "fix-regex: unknown key %q; known are regex, replacement, count", e.name)
		}
	}
	if fix.Regex == nil && !r.broken {
		r.fault(n, "fix-regex: the key \"regex\" is missing")
	}
	rule.FixRegex = fix
}

func (r *reader) minVersion(n *yaml.Node, rule *Rule) {
	rule.MinVersion = n.Value
	if order, ok := r.version(n, "min-version"); ok && order > 0 {
		r.note(n, Skipped, "the rule is for Semgrep %s and later; this engine reads the rules of %s", n.Value, Version)
	}
}

func (r *reader) maxVersion(n *yaml.Node, rule *Rule) {
	rule.MaxVersion = n.Value
	if order, ok := r.version(n, "max-version"); ok && order < 0 {
		r.note(n, Skipped, "the rule is for Semgrep up to %s; this engine reads the rules of %s", n.Value, Version)
	}
}

// version compares the version in n with Version: below 0 if it is older.
func (r *reader) version(n *yaml.Node, key string) (int, bool) {
	if n.Kind == yaml.ScalarNode {
		if order, ok := compareVersions(n.Value, Version); ok {
			return order, true
		}
	}
	r.fault(n, "%s: want a version like 1.38.0, have %s", key, describe(n))
	return 0, false
}

// compareVersions compares versions of three numbers. False if a is none.
func compareVersions(a, b string) (order int, ok bool) {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	if len(as) != 3 {
		return 0, false
	}
	for i := range as {
		if as[i] == "" || len(as[i]) > 9 || strings.Trim(as[i], "0123456789") != "" {
			return 0, false
		}
		if order == 0 {
			order = compareNumbers(as[i], bs[i])
		}
	}
	return order, true
}

// compareNumbers compares two runs of digits by value.
func compareNumbers(a, b string) int {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}
