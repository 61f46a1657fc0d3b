package gitleaks

import (
	"fmt"
	"math"
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"
)

// text is a string of the configuration and its line.
type text struct {
	s    string
	line int
}

// spec is a rule as gitleaks states it.
type spec struct {
	at          place
	id          string
	description string
	regex, path text
	group       int
	entropy     float64
	keywords    []string
	tags        []string
	allow       []exception
	required    []requirement
	hidden      bool // skipReport
}

// exception is an allowlist.
type exception struct {
	at        place
	commits   []text
	paths     []text
	regexes   []text
	stopwords []text
	target    string
	all       bool // condition AND
	rules     []text
}

// requirement is one [[rules.required]].
type requirement struct {
	at             place
	id             string
	lines, columns int // -1 where none is given
}

// set is a configuration with what it extends.
type set struct {
	title    string
	rules    []*spec
	allow    []exception // for all rules
	aimed    []exception // for the rules they name
	disabled []text
	// standIn tells that gitleaks' default rules are extended and others stand in for them.
	standIn bool
	extends place
}

func (s *set) rule(id string) *spec {
	for _, r := range s.rules {
		if r.id == id {
			return r
		}
	}
	return nil
}

// load reads one file and what it extends.
func (l *loader) load(file string, data []byte, depth int) *set {
	s := &set{}
	root, err := parse(file, data)
	if err != nil {
		l.errs = append(l.errs, err)
		return s
	}
	r := reader{loader: l, file: file}
	r.known(root, place{file: file, line: 1}, "title", "description", "extend", "rules", "allowlist", "allowlists", "minVersion")
	s.title = r.string(root, "title", place{file: file}).s
	r.minVersion(root)
	r.rules(root, s)
	r.globalAllowlists(root, s)
	l.extend(r, root, s, depth)
	return s
}

// reader reads the nodes of one file.
type reader struct {
	*loader
	file string
}

func (r reader) place(n *node, rule string) place {
	return place{file: r.file, line: n.line, rule: rule}
}

// known names keys that are none of gitleaks'. gitleaks ignores them.
func (r reader) known(n *node, at place, names ...string) {
	for _, name := range n.names {
		if !slices.ContainsFunc(names, func(k string) bool { return strings.EqualFold(k, name) }) {
			where := at
			where.line = max(n.keys[strings.ToLower(name)].line, 1)
			r.leave(where, "key %q is unknown to gitleaks and has no effect", cut(name))
		}
	}
}

// string reads a scalar as text; numbers and truth values are taken as they are written, as in gitleaks.
func (r reader) string(n *node, key string, at place) text {
	v := n.keys[strings.ToLower(key)]
	if v == nil {
		return text{}
	}
	if v.kind != scalar {
		at.line = v.line
		r.fail(at, "%s: want text", key)
		return text{}
	}
	return text{v.text, v.line}
}

// strings reads a list of texts. A single text counts as a list separated by commas, as in gitleaks.
func (r reader) strings(n *node, key string, at place) []text {
	v := n.keys[strings.ToLower(key)]
	if v == nil {
		return nil
	}
	at.line = v.line
	switch v.kind {
	case scalar:
		var all []text
		for _, s := range strings.Split(v.text, ",") {
			all = append(all, text{s, v.line})
		}
		return all
	case array:
		var all []text
		for _, item := range v.items {
			if item.kind != scalar {
				r.fail(at, "%s: want a list of texts", key)
				return nil
			}
			all = append(all, text{item.text, item.line})
		}
		return all
	}
	r.fail(at, "%s: want a list of texts", key)
	return nil
}

func (r reader) int(n *node, key string, at place, missing int) int {
	t := r.string(n, key, at)
	if t.s == "" {
		return missing
	}
	v, err := strconv.ParseInt(t.s, 0, 32)
	if err != nil || v < 0 {
		at.line = t.line
		r.fail(at, "%s: %q is not a number from 0", key, cut(t.s))
		return missing
	}
	return int(v)
}

func (r reader) float(n *node, key string, at place) float64 {
	t := r.string(n, key, at)
	if t.s == "" {
		return 0
	}
	v, err := strconv.ParseFloat(strings.ReplaceAll(t.s, "_", ""), 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		at.line = t.line
		r.fail(at, "%s: %q is not a number", key, cut(t.s))
		return 0
	}
	return v
}

func (r reader) bool(n *node, key string, at place) bool {
	t := r.string(n, key, at)
	if t.s == "" {
		return false
	}
	v, err := strconv.ParseBool(t.s)
	if err != nil {
		at.line = t.line
		r.fail(at, "%s: %q is neither true nor false", key, cut(t.s))
	}
	return v
}

// tables reads an array of tables, or one table where older versions had one.
func (r reader) tables(n *node, key string, at place) []*node {
	v := n.keys[strings.ToLower(key)]
	switch {
	case v == nil:
		return nil
	case v.kind == table:
		return []*node{v}
	case v.kind == array && !slices.ContainsFunc(v.items, func(i *node) bool { return i.kind != table }):
		return v.items
	}
	at.line = max(v.line, 1)
	r.fail(at, "%s: want tables ([[%s]])", key, key)
	return nil
}

// expression refuses what does not compile, and names the place of the fault within the expression.
func (r reader) expression(t text, field string, at place) {
	at.line = t.line
	if len(t.s) > maxRegex {
		r.fail(at, "%s: has more than %d bytes", field, maxRegex)
		return
	}
	_, err := regexp.Compile(t.s)
	if err == nil {
		return
	}
	fault, ok := err.(*syntax.Error)
	if !ok {
		r.fail(at, "%s: %v", field, err)
		return
	}
	where := ""
	if i := strings.Index(t.s, fault.Expr); i >= 0 && fault.Expr != "" {
		where = fmt.Sprintf(" at character %d", len([]rune(t.s[:i]))+1)
	}
	r.fail(at, "%s: %s: `%s`%s", field, fault.Code, cut(fault.Expr), where)
}

// cut shortens outside text for a message.
func cut(s string) string {
	if runes := []rune(s); len(runes) > 60 {
		return string(runes[:59]) + "…"
	}
	return s
}
