package gitleaks

import (
	"slices"
)

// extend reads what the configuration extends and puts the configuration over it.
func (l *loader) extend(r reader, root *node, s *set, depth int) {
	n := root.keys["extend"]
	if n == nil {
		return
	}
	at := r.place(n, "")
	if n.kind != table {
		r.fail(at, "extend: want a table ([extend])")
		return
	}
	r.known(n, at, "path", "url", "useDefault", "disabledRules")
	if n.keys["url"] != nil {
		r.leave(at, "extend.url has no effect, as in gitleaks")
	}
	path, useDefault := r.string(n, "path", at), r.bool(n, "useDefault", at)
	disabled := r.strings(n, "disabledRules", at)
	if path.s == "" && !useDefault {
		return
	}
	if depth == maxExtends {
		r.leave(at, "extend has no effect here, as in gitleaks: %d configurations extend one another already", maxExtends)
		return
	}
	switch {
	case path.s != "" && useDefault:
		r.fail(at, "extend: path and useDefault must not stand together")
	case path.s != "":
		l.extendFile(at, path.s, disabled, s, depth)
	case l.opt.Default != nil:
		l.over(s, l.load("gitleaks.toml (default)", l.opt.Default, depth+1), disabled, at)
	default:
		s.standIn, s.extends = true, at
		s.disabled = append(s.disabled, disabled...)
	}
}

func (l *loader) extendFile(at place, path string, disabled []text, s *set, depth int) {
	if l.opt.Open == nil {
		l.fail(at, "extend: path %q cannot be read here", cut(path))
		return
	}
	data, err := l.opt.Open(path)
	if err != nil {
		l.fail(at, "extend: open %q: %v", cut(path), err)
		return
	}
	l.over(s, l.load(path, data, depth+1), disabled, at)
}

// over puts a configuration over the one it extends: what it says of a rule replaces or, for lists, adds to what the other says.
func (l *loader) over(s, base *set, disabled []text, at place) {
	for _, id := range disabled {
		if base.rule(id.s) == nil && !base.standIn {
			l.leave(place{file: at.file, line: id.line}, "disabledRules: there is no rule %q", cut(id.s))
		}
	}
	for _, b := range base.rules {
		if slices.ContainsFunc(disabled, func(id text) bool { return id.s == b.id }) {
			continue
		}
		if r := s.rule(b.id); r != nil {
			r.inherit(b)
		} else {
			s.rules = append(s.rules, b)
		}
	}
	s.allow = append(s.allow, base.allow...)
	s.aimed = append(s.aimed, base.aimed...)
	if base.standIn {
		s.standIn, s.extends = true, base.extends
		s.disabled = append(append(s.disabled, base.disabled...), disabled...)
	}
}

// inherit fills in what the rule leaves out.
func (r *spec) inherit(b *spec) {
	if r.description == "" {
		r.description = b.description
	}
	if r.entropy == 0 {
		r.entropy = b.entropy
	}
	if r.group == 0 {
		r.group = b.group
	}
	if r.regex.s == "" {
		r.regex = b.regex
	}
	if r.path.s == "" {
		r.path = b.path
	}
	r.tags = slices.Concat(b.tags, r.tags)
	r.keywords = slices.Concat(b.keywords, r.keywords)
	r.allow = slices.Concat(b.allow, r.allow)
	r.required = slices.Concat(b.required, r.required)
	r.hidden = r.hidden || b.hidden
}

// aim gives the exceptions for named rules to those rules.
func (l *loader) aim(s *set) {
	for _, e := range s.aimed {
		for _, id := range e.rules {
			if r := s.rule(id.s); r != nil {
				r.allow = append(r.allow, e)
				continue
			}
			if s.standIn {
				continue // it may be one of the rules that stand in
			}
			l.fail(place{file: e.at.file, line: id.line}, "allowlists: targetRules: there is no rule %q", cut(id.s))
		}
	}
}
