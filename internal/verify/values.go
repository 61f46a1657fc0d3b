package verify

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// The lengths of what is worth asking about, in bytes. Shorter values cannot be hidden in a text without spoiling it.
const (
	minSecret = 8
	maxSecret = 16 << 10
)

// values are what templates are filled with.
type values struct {
	parts map[string]string
	// hidden are the parts that must not stand in any output.
	hidden []string
}

// secretPart is the name of the secret itself in templates; hostPart that of the host beside which it was found.
const (
	secretPart = "secret"
	hostPart   = "host"
)

// collect checks what is known about the secret. Its errors are clauses that hold nothing secret.
func (v *Verifier) collect(e entry, s Secret) (values, error) {
	secret := strings.TrimSpace(s.Value.Reveal())
	switch {
	case secret == "":
		return values{}, fmt.Errorf("its value was not kept")
	case len(secret) < minSecret || len(secret) > maxSecret:
		return values{}, fmt.Errorf("it is too short or too long to be asked about")
	}
	vals := values{parts: map[string]string{secretPart: secret}, hidden: []string{secret}}
	for _, p := range e.parts {
		text := strings.TrimSpace(s.With[p.name].Reveal())
		if text == "" && p.optional {
			continue
		}
		if text == "" {
			return vals, missing(p)
		}
		text, err := v.checkPart(e, p, text)
		if err != nil {
			return vals, err
		}
		vals.parts[p.name] = text
	}
	if host := s.With[hostPart].Reveal(); host != "" && e.installed != "" {
		clean, err := cleanHost(host)
		if err != nil {
			return vals, err
		}
		vals.parts[hostPart] = clean
	}
	return vals, nil
}

func missing(p part) error {
	return fmt.Errorf("asking needs %s (%s), which is not known", p.what, p.name)
}

func (v *Verifier) checkPart(e entry, p part, text string) (string, error) {
	if !p.host {
		if !fits(p.form, text) {
			return "", fmt.Errorf("what stands beside it is not %s (%s)", p.what, p.name)
		}
		return text, nil
	}
	host, err := cleanHost(text)
	if err != nil {
		return "", err
	}
	if fits(p.form, host) || v.opt.allowsHost(e.name, host) || v.opt.BaseURL[e.name] != "" {
		return host, nil
	}
	return "", fmt.Errorf("it belongs to the host %q, which the options do not allow", host)
}

// fits tells whether the expression matches all of the text.
func fits(form pattern, text string) bool {
	loc := form().FindStringIndex(text)
	return loc != nil && loc[0] == 0 && loc[1] == len(text)
}

// with adds the named groups of the call's form.
func (vals values) with(form pattern) (values, bool) {
	if form == nil {
		return vals, true
	}
	secret := vals.parts[secretPart]
	m := form().FindStringSubmatch(secret)
	if m == nil {
		return vals, false
	}
	out := values{parts: maps.Clone(vals.parts), hidden: slices.Clone(vals.hidden)}
	for i, name := range form().SubexpNames() {
		if name == "" {
			continue
		}
		out.parts[name] = m[i]
		if name == secretPart {
			out.hidden = append(slices.DeleteFunc(out.hidden, func(h string) bool { return h == secret }), m[i])
		}
	}
	return out, true
}

var placeholder = form(`\{[a-z][a-z0-9-]*\}`)

// fill puts the values, escaped, in the places of a template.
func (vals values) fill(template string, escape func(string) string) (string, error) {
	var err error
	out := placeholder().ReplaceAllStringFunc(template, func(hole string) string {
		value, ok := vals.parts[hole[1:len(hole)-1]]
		if !ok {
			err = fmt.Errorf("asking needs %s, which is not known", hole[1:len(hole)-1])
		}
		return escape(value)
	})
	return out, err
}

// fillPath fills a path with query.
func (vals values) fillPath(template string) (string, error) {
	path, query, hasQuery := strings.Cut(template, "?")
	path, err := vals.fill(path, url.PathEscape)
	if err != nil || !hasQuery {
		return path, err
	}
	query, err = vals.fill(query, url.QueryEscape)
	return path + "?" + query, err
}
