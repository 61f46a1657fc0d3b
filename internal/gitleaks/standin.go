package gitleaks

import (
	"encoding/json"
	"slices"

	"github.com/reevehq/reeve/internal/engine/secret"
	"github.com/reevehq/reeve/internal/rule"
)

// partial tells whether a rule only changes one of gitleaks' default rules, which are not here, and names it if nothing stands in for it.
func (l *loader) partial(s *set, r *spec) bool {
	if !s.standIn || r.regex.s != "" {
		return false
	}
	if l.base(r.id) {
		return true
	}
	if r.path.s != "" {
		return false
	}
	l.leave(r.at, "changes a rule of gitleaks' default configuration that has no counterpart of this id here: it has no effect")
	return true
}

func (l *loader) base(id string) bool {
	return slices.ContainsFunc(l.opt.Base, func(b rule.Rule) bool { return b.ID == kebab(id) })
}

// standIns are the rules that take the place of gitleaks' default ones, with the configuration's exceptions.
func (l *loader) standIns(s *set, taken names) []rule.Rule {
	if !s.standIn {
		return nil
	}
	if len(l.opt.Base) == 0 {
		l.leave(s.extends, "extends gitleaks' default configuration, which is not here: only the rules of this configuration count")
		return nil
	}
	l.leave(s.extends, "extends gitleaks' default configuration: %d rules of this program stand in for it", len(l.opt.Base))
	l.unknownDisabled(s)
	var rules []rule.Rule
	for _, b := range l.opt.Base {
		disabled := slices.ContainsFunc(s.disabled, func(id text) bool { return kebab(id.s) == b.ID })
		if disabled || taken[b.ID] {
			continue
		}
		rules = append(rules, l.changed(s, b))
	}
	return rules
}

func (l *loader) unknownDisabled(s *set) {
	at := s.extends
	for _, id := range s.disabled {
		if !l.base(id.s) {
			at.line = id.line
			l.leave(at, "disabledRules: rule %q has no counterpart of this id here", cut(id.s))
		}
	}
	for _, e := range s.aimed {
		for _, id := range e.rules {
			if s.rule(id.s) == nil && !l.base(id.s) {
				l.leave(place{file: e.at.file, line: id.line}, "allowlists: targetRules: rule %q has no counterpart of this id here", cut(id.s))
			}
		}
	}
}

// changed puts the configuration's exceptions, and what it says of the rule itself, over one rule.
func (l *loader) changed(s *set, b rule.Rule) rule.Rule {
	var m secret.Match
	if b.Engine != secret.Name || json.Unmarshal([]byte(b.Match), &m) != nil {
		return b
	}
	over := &spec{id: b.ID}
	for _, r := range s.rules {
		if kebab(r.id) == b.ID {
			over = r
		}
	}
	for _, e := range s.aimed {
		if s.rule(over.id) == nil && slices.ContainsFunc(e.rules, func(id text) bool { return kebab(id.s) == b.ID }) {
			over.allow = append(over.allow, e)
		}
	}
	m.Allow = append(m.Allow, l.allow(over, s.allow)...)
	if over.entropy > 0 {
		m.Entropy = over.entropy
	}
	if over.path.s != "" {
		m.Path = over.path.s
	}
	if len(over.keywords)+len(over.required) > 0 || over.group > 0 {
		l.leave(over.at, "keywords, secretGroup and required do not change the rule that stands in")
	}
	b.Match = canonical(m)
	return b
}
