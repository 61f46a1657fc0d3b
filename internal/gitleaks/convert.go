package gitleaks

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"

	"github.com/reevehq/reeve/internal/engine/secret"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/rule"
)

// maxWithin is the most lines that the engine looks around a secret.
const maxWithin = 1000

// convert makes rules of the configuration, and then of those that stand in for gitleaks' own.
func (l *loader) convert(s *set) []rule.Rule {
	var rules []rule.Rule
	ids := newNames()
	for _, r := range s.rules {
		if l.partial(s, r) || !l.sound(s, r) {
			continue
		}
		if r.hidden {
			if !s.requires(r.id) {
				l.leave(r.at, "skipReport: no other rule requires it, so it has no effect")
			}
			continue
		}
		matches := l.matches(s, r)
		for i, m := range matches {
			id := ids.take(r.id)
			if i == 0 && id != r.id {
				l.leave(r.at, "is called %q here", id)
			}
			rules = append(rules, l.rule(id, r, m))
		}
		if len(matches) > 1 {
			l.leave(r.at, "any of %d groups may hold the secret: it is %d rules here, the last called %q", len(matches), len(matches), rules[len(rules)-1].ID)
		}
	}
	return append(rules, l.standIns(s, ids)...)
}

// sound refuses what gitleaks refuses too.
func (l *loader) sound(s *set, r *spec) bool {
	before := len(l.errs)
	if r.regex.s == "" && r.path.s == "" {
		l.fail(r.at, "regex and path are both empty")
	}
	if re, err := regexp.Compile(r.regex.s); err == nil && r.regex.s != "" && r.group > re.NumSubexp() {
		l.fail(r.at, "secretGroup is %d, but the expression has %d groups", r.group, re.NumSubexp())
	}
	for _, q := range r.required {
		if q.id != "" && s.rule(q.id) == nil {
			l.fail(q.at, "required: there is no rule %q", cut(q.id))
		}
	}
	return len(l.errs) == before
}

func (s *set) requires(id string) bool {
	return slices.ContainsFunc(s.rules, func(r *spec) bool {
		return slices.ContainsFunc(r.required, func(q requirement) bool { return q.id == id })
	})
}

// matches says in the engine's terms what the rule looks for: one match, or several where the secret may be in one of several groups.
func (l *loader) matches(s *set, r *spec) []secret.Match {
	m := secret.Match{Path: r.path.s, Allow: l.allow(r, s.allow), Generic: strings.Contains(strings.ToLower(r.id), "generic")}
	if r.entropy > 0 {
		m.Entropy = math.Nextafter(r.entropy, math.Inf(1)) // gitleaks wants more than the number, the engine at least
	}
	if r.regex.s == "" {
		m.File, m.Path, m.Entropy = r.path.s, "", 0
		if len(r.keywords) > 0 {
			l.leave(r.at, "keywords: a rule for paths does not read the file, so they have no effect")
		}
		return []secret.Match{m}
	}
	sources, why := patterns(r.regex.s, r.group)
	if why != "" {
		l.leave(place{file: r.at.file, line: r.regex.line, rule: r.id}, "regex: %s", why)
	}
	l.conditions(s, r, &m)
	var all []secret.Match
	for _, source := range sources {
		m.Pattern = source
		all = append(all, m)
	}
	return all
}

// conditions carries over keywords and required rules. Keywords only have to stand in the same content; where they are surely part
// of every match they start the rule, else they are a condition on the lines around.
func (l *loader) conditions(s *set, r *spec, m *secret.Match) {
	re, err := syntax.Parse(r.regex.s, syntax.Perl)
	if err != nil {
		return // refused before
	}
	if n := longest(re); n > 256 {
		m.Reach = min(n, maxReach)
	}
	keywords := slices.DeleteFunc(slices.Clone(r.keywords), func(k string) bool { return k == "" })
	switch sure, short := always(re, keywords), slices.ContainsFunc(keywords, func(k string) bool { return len(k) < 3 }); {
	case len(keywords) == 0 || sure && short:
	case sure:
		m.Keywords = keywords
	default:
		m.Near, m.Within = "(?i)"+anyOf(keywords), maxWithin
		l.leave(r.at, "keywords: they are looked for up to %d lines away, not in the whole file", maxWithin)
	}
	for i, q := range r.required {
		l.require(s.rule(q.id), q, i, m)
	}
}

func anyOf(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = regexp.QuoteMeta(w)
	}
	return strings.Join(quoted, "|")
}

// require carries over that another rule must match nearby: by its expression alone.
func (l *loader) require(other *spec, q requirement, i int, m *secret.Match) {
	switch {
	case other == nil:
		return
	case i > 0:
		l.leave(q.at, "required: only the first required rule is asked, not %q", cut(q.id))
		return
	case other.regex.s == "":
		l.leave(q.at, "required: rule %q is about paths and is not asked", cut(q.id))
		return
	case m.Near != "":
		l.leave(q.at, "keywords: they are not asked where another rule is required")
	}
	m.Near, m.Within = other.regex.s, q.lines
	if q.lines < 1 || q.lines > maxWithin {
		m.Within = maxWithin
		if q.lines == 0 {
			m.Within = 1
		}
		l.leave(q.at, "required: %q is looked for up to %d lines away", cut(q.id), m.Within)
	}
	if q.columns >= 0 {
		l.leave(q.at, "required: withinColumns is not asked")
	}
	if other.entropy > 0 || other.path.s != "" || len(other.allow) > 0 || len(other.required) > 0 {
		l.leave(q.at, "required: of rule %q only the expression is asked", cut(q.id))
	}
}

// allow carries over a rule's exceptions and those for all rules.
func (l *loader) allow(r *spec, global []exception) []secret.Allow {
	var all []secret.Allow
	for _, e := range r.allow {
		if a, ok := e.allow(); ok {
			all = append(all, a)
		}
		l.commits(e, r.id)
	}
	for _, e := range global {
		if a, ok := e.allow(); ok {
			all = append(all, a)
		}
	}
	return all
}

// commits names commits, of which the engine knows nothing.
func (l *loader) commits(e exception, id string) {
	if len(e.commits) == 0 {
		return
	}
	at := place{file: e.at.file, line: cmp.Or(e.commits[0].line, e.at.line), rule: id}
	what := "commits: they are looked at like all others"
	if e.all && len(e.paths)+len(e.regexes)+len(e.stopwords) > 0 {
		what = "commits: since they are one of several conditions, the exception has no effect"
	}
	l.leave(at, "allowlist: %s", what)
}

// allow is the exception in the engine's terms; false if nothing of it is left.
func (e exception) allow() (secret.Allow, bool) {
	if e.all && len(e.commits) > 0 {
		return secret.Allow{}, false
	}
	a := secret.Allow{Target: e.target, Patterns: sources(e.regexes), Paths: sources(e.paths)}
	for _, t := range e.stopwords {
		if t.s != "" {
			a.Stopwords = append(a.Stopwords, t.s)
		}
	}
	if e.all {
		a.Condition = "and"
	}
	if a.Target == "secret" || len(a.Patterns) == 0 {
		a.Target = ""
	}
	return a, len(a.Patterns)+len(a.Paths)+len(a.Stopwords) > 0
}

// sources lists expressions; an empty one, which matches everything, is written so that it is seen.
func sources(texts []text) []string {
	var all []string
	for _, t := range texts {
		all = append(all, cmp.Or(t.s, "(?:)"))
	}
	return all
}

// rule makes a rule of a match and of what gitleaks knows about it.
func (l *loader) rule(id string, r *spec, m secret.Match) rule.Rule {
	description := clean(cmp.Or(r.description, r.id))
	var tags []string
	for _, tag := range append([]string{"gitleaks"}, r.tags...) {
		if k := kebab(tag); k != "" && !slices.Contains(tags, k) {
			tags = append(tags, k)
		}
	}
	return rule.Rule{
		Rule: finding.Rule{
			ID: id, Engine: secret.Name, Title: title(description), Severity: finding.High, Confidence: finding.Likely,
			Why: description, Fix: fixText, CWE: []int{798}, Tags: tags,
			References: []string{"https://cwe.mitre.org/data/definitions/798.html"},
		},
		Match: canonical(m), Stage: "stable", Kind: "secret",
	}
}

const fixText = `1. Revoke the secret at its provider; assume that it was used since the commit that brought it.
2. Give the program a new one from the environment or a secrets manager.`

// title is a description's first clause, in at most 70 characters.
func title(description string) string {
	head := description
	for _, end := range []string{". ", ", "} {
		if first, _, ok := strings.Cut(head, end); ok && len([]rune(head)) > 70 {
			head = first
		}
	}
	head = strings.TrimSuffix(head, ".")
	if runes := []rune(head); len(runes) > 70 {
		head = strings.TrimSpace(string(runes[:69])) + "…"
	}
	return head
}

// clean makes outside text one printable line.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
	return strings.TrimSpace(s)
}

// canonical writes a match as the loader of rules does: keys sorted, no blanks.
func canonical(m secret.Match) string {
	var tree map[string]any
	text, err := json.Marshal(m)
	if err == nil {
		dec := json.NewDecoder(bytes.NewReader(text))
		dec.UseNumber() // so that no number changes
		err = dec.Decode(&tree)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err == nil {
		err = enc.Encode(tree)
	}
	if err != nil {
		panic(fmt.Sprintf("encode match: %v", err)) // numbers and texts always encode
	}
	return strings.TrimSuffix(b.String(), "\n")
}
