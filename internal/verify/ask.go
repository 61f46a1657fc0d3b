package verify

import (
	"context"
	"fmt"
	"net/url"
	"slices"
)

// ask makes the entry's calls until one says that the secret lives.
func (v *Verifier) ask(ctx context.Context, e entry, s Secret) Answer {
	vals, err := v.collect(e, s)
	if err != nil {
		return Answer{Why: err.Error()}
	}
	if e.form != nil && !fits(e.form, vals.parts[secretPart]) {
		return conclude(e, nil)
	}
	var answers []Answer
	for _, a := range e.asks {
		own, ok := vals.with(a.form)
		if !ok {
			continue
		}
		answers = append(answers, v.askEverywhere(ctx, e, a, own)...)
		if last := answers[len(answers)-1]; last.State == Live {
			return last
		}
	}
	return v.doubt(e, s, vals, conclude(e, answers))
}

// conclude makes one answer of several that are not live: dead only if all are.
func conclude(e entry, answers []Answer) Answer {
	if len(answers) == 0 {
		return Answer{Why: fmt.Sprintf("%s has no call for a secret of this form", e.title)}
	}
	i := slices.IndexFunc(answers, func(a Answer) bool { return a.State == Unknown })
	return answers[max(i, 0)]
}

// doubt takes back a death sentence where the refusal may be about something else.
func (v *Verifier) doubt(e entry, s Secret, vals values, a Answer) Answer {
	if a.State != Dead {
		return a
	}
	switch _, hostKnown := vals.parts[hostPart]; {
	case s.guessed != "":
		a.State, a.Why = Unknown, a.Why+", but "+s.guessed
	case e.spread && !hostKnown && v.opt.BaseURL[e.name] == "" && len(v.opt.namedHosts(e.name)) == 0:
		a.State, a.Why = Unknown, a.Why+fmt.Sprintf(", but it may belong to an installation elsewhere: name its host (hosts of %s) to know", e.name)
	}
	return a
}

// askEverywhere makes one call at every host that could know the secret, until one accepts it. It gives at least one answer.
func (v *Verifier) askEverywhere(ctx context.Context, e entry, a ask, vals values) []Answer {
	for _, name := range a.needs {
		if vals.parts[name] == "" {
			p, _ := e.part(name)
			return []Answer{{Why: missing(p).Error()}}
		}
	}
	if a.derive != nil {
		if err := a.derive(&vals, v.opt.Clock.Now()); err != nil {
			return []Answer{{Why: err.Error()}}
		}
	}
	bases, err := v.bases(e, a, vals)
	if err != nil {
		return []Answer{{Why: err.Error()}}
	}
	var answers []Answer
	for _, base := range bases {
		answer := v.call(ctx, a, base, vals)
		answers = append(answers, answer)
		if answer.State == Live {
			break
		}
	}
	return answers
}

// bases lists where to ask: the override; else the host beside which the secret stands; else the installations that the options
// name and the provider's own hosts.
func (v *Verifier) bases(e entry, a ask, vals values) ([]string, error) {
	if base := v.opt.BaseURL[e.name]; base != "" {
		if err := checkBase(base); err != nil {
			return nil, fmt.Errorf("the base URL for %s in the options is wrong: %w", e.name, err)
		}
		return []string{base}, nil
	}
	if e.installed == "" {
		return a.bases, nil
	}
	if host, ok := vals.parts[hostPart]; ok {
		switch {
		case e.isOwn(host):
			return a.bases, nil
		case v.opt.allowsHost(e.name, host):
			return []string{e.installed}, nil
		}
		return nil, fmt.Errorf("it stands beside the host %q, which the options do not allow", host)
	}
	var bases []string
	for _, host := range v.opt.namedHosts(e.name) {
		base, err := values{parts: map[string]string{hostPart: host}}.fill(e.installed, func(s string) string { return s })
		if err != nil {
			return nil, err
		}
		bases = append(bases, base)
	}
	if bases = append(bases, a.bases...); len(bases) == 0 {
		return nil, fmt.Errorf("asking needs the host of its installation (%s), which is not known", hostPart)
	}
	return bases, nil
}

// isOwn tells whether the host is the provider's.
func (e entry) isOwn(host string) bool {
	if slices.Contains(e.own, host) {
		return true
	}
	return slices.ContainsFunc(e.asks, func(a ask) bool {
		return slices.ContainsFunc(a.bases, func(base string) bool {
			u, err := url.Parse(base)
			return err == nil && u.Host == host
		})
	})
}
