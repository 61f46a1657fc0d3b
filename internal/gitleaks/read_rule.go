package gitleaks

import (
	"strconv"
	"strings"
)

// newest is the version of gitleaks whose format this package knows.
var newest = [3]int{8, 30, 99}

// minVersion names a configuration that wants a gitleaks newer than the one known here.
func (r reader) minVersion(root *node) {
	t := r.string(root, "minVersion", place{file: r.file})
	if t.s == "" {
		return
	}
	at := place{file: r.file, line: t.line}
	var want [3]int
	for i, part := range strings.SplitN(strings.TrimPrefix(t.s, "v"), ".", 3) {
		n, err := strconv.Atoi(part)
		if err != nil {
			r.fail(at, "minVersion: %q is not a version", cut(t.s))
			return
		}
		want[i] = n
	}
	for i := range want {
		if want[i] != newest[i] {
			if want[i] > newest[i] {
				r.leave(at, "minVersion %s is newer than the format known here (8.30): parts of it may have no effect", t.s)
			}
			return
		}
	}
}

func (r reader) rules(root *node, s *set) {
	tables := r.tables(root, "rules", place{file: r.file})
	if len(tables) > maxRules {
		r.fail(place{file: r.file, line: tables[0].line}, "has more than %d rules", maxRules)
		return
	}
	byID := map[string]int{}
	for _, n := range tables {
		rule := r.rule(n)
		if rule == nil {
			continue
		}
		if i, twice := byID[rule.id]; twice {
			r.leave(s.rules[i].at, "stands again at line %d, which counts", rule.at.line)
			s.rules[i] = rule
			continue
		}
		byID[rule.id] = len(s.rules)
		s.rules = append(s.rules, rule)
	}
}

func (r reader) rule(n *node) *spec {
	at := r.place(n, "")
	id := strings.TrimSpace(r.string(n, "id", at).s)
	if id == "" {
		r.fail(at, "a rule without id")
		return nil
	}
	at.rule = id
	r.known(n, at, "id", "description", "path", "regex", "secretGroup", "entropy", "keywords", "tags", "allowlist", "allowlists", "required", "skipReport")
	rule := &spec{
		at: at, id: id,
		description: r.string(n, "description", at).s,
		regex:       r.string(n, "regex", at),
		path:        r.string(n, "path", at),
		group:       r.int(n, "secretGroup", at, 0),
		entropy:     r.float(n, "entropy", at),
		hidden:      r.bool(n, "skipReport", at),
	}
	r.expression(rule.regex, "regex", at)
	r.expression(rule.path, "path", at)
	for _, k := range r.strings(n, "keywords", at) {
		rule.keywords = append(rule.keywords, strings.ToLower(k.s))
	}
	for _, tag := range r.strings(n, "tags", at) {
		rule.tags = append(rule.tags, tag.s)
	}
	rule.allow = r.allowlists(n, "rules.allowlists", at)
	for _, q := range r.tables(n, "required", at) {
		rule.required = append(rule.required, r.requirement(q, at))
	}
	return rule
}

func (r reader) requirement(n *node, at place) requirement {
	at.line = n.line
	r.known(n, at, "id", "withinLines", "withinColumns")
	q := requirement{at: at, id: r.string(n, "id", at).s, lines: r.int(n, "withinLines", at, -1), columns: r.int(n, "withinColumns", at, -1)}
	if q.id == "" {
		r.fail(at, "required: id is missing")
	}
	return q
}

func (r reader) globalAllowlists(root *node, s *set) {
	for _, e := range r.allowlists(root, "allowlists", place{file: r.file}) {
		if len(e.rules) > 0 {
			s.aimed = append(s.aimed, e)
		} else {
			s.allow = append(s.allow, e)
		}
	}
}

// allowlists reads the old single table and the new ones, which must not stand together.
func (r reader) allowlists(n *node, what string, at place) []exception {
	old, now := r.tables(n, "allowlist", at), r.tables(n, "allowlists", at)
	if len(old) > 0 && len(now) > 0 {
		at.line = now[0].line
		r.fail(at, "[[%s]] and the older [%s] must not stand together", what, strings.TrimSuffix(what, "s"))
	}
	var all []exception
	for _, t := range append(old, now...) {
		all = append(all, r.exception(t, at))
	}
	return all
}

func (r reader) exception(n *node, at place) exception {
	at.line = n.line
	names := []string{"description", "condition", "commits", "paths", "regexTarget", "regexes", "stopwords"}
	if at.rule == "" {
		names = append(names, "targetRules")
	}
	r.known(n, at, names...)
	e := exception{
		at: at, commits: r.strings(n, "commits", at), paths: r.strings(n, "paths", at), regexes: r.strings(n, "regexes", at),
		stopwords: r.strings(n, "stopwords", at), target: r.string(n, "regexTarget", at).s,
	}
	if at.rule == "" {
		e.rules = r.strings(n, "targetRules", at)
	}
	switch condition := r.string(n, "condition", at).s; strings.ToUpper(condition) {
	case "", "OR", "||":
	case "AND", "&&":
		e.all = true
	default:
		r.fail(at, "allowlist: condition %q: want AND or OR", cut(condition))
	}
	switch e.target {
	case "", "secret", "match", "line":
	default:
		r.fail(at, "allowlist: regexTarget %q: want secret, match or line", cut(e.target))
	}
	if len(e.commits)+len(e.paths)+len(e.regexes)+len(e.stopwords) == 0 {
		r.fail(at, "allowlist: has none of commits, paths, regexes and stopwords")
	}
	for _, t := range e.paths {
		r.expression(t, "allowlist: paths", at)
	}
	for _, t := range e.regexes {
		r.expression(t, "allowlist: regexes", at)
	}
	return e
}
