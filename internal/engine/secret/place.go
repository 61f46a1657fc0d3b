package secret

import (
	"slices"

	"github.com/reevehq/reeve/internal/finding"
)

// Place says what a finding means at a path. It lowers the confidence of what is not certain where the path says that the secret is not
// for use (tests, examples, documentation, other people's code), raises it where the path is one of credentials, and drops guesses in
// files made by programs. f must not share its slices' spare memory with others; nothing of it is written in place.
func (e *Engine) Place(f *finding.Finding, path string) bool {
	m, ok := e.byID[f.Rule]
	if !ok {
		return true
	}
	if !m.holdsAt(path) || m.allowsPath(f, path) || e.yields(f, path) {
		return false
	}
	f.Facts = slices.DeleteFunc(slices.Clone(f.Facts), func(fact finding.Fact) bool { return fact.Name == allowedAt || fact.Name == yieldsTo })
	p := pathTraits(path)
	if m.match.Generic && p.made || p.sums && f.Confidence < finding.Certain && m.match.Generic {
		return false
	}
	notation := f.Fact(notationFact)
	if p.code && notation == notationNames[bare] && m.match.Document == "assignment" {
		return false // in code a bare word is another name
	}
	if f.Confidence == finding.Certain {
		return true
	}
	switch {
	case p.lower != "":
		stepDown(f, p.lower)
		if p.shown && !m.marked() || p.example && m.keyMaterial() {
			stepDown(f, "nothing in the value says whose it is")
		}
	case p.credentials:
		f.Confidence = min(f.Confidence+1, finding.Firm)
		f.Reasons = append(slices.Clone(f.Reasons), "the path is one of credentials")
	}
	return true
}

// marked tells whether what the rule finds carries a provider's own mark, which nobody writes by chance. Keys, passwords and guesses do not:
// tests and documentation are full of ones that were made for them.
func (m *matcher) marked() bool {
	return m.pattern != nil && m.match.Exact && !m.match.Named && !m.match.Generic
}

// keyMaterial tells whether the rule finds keys that anybody makes with one command.
func (m *matcher) keyMaterial() bool {
	switch m.match.Document {
	case "private-key", "putty-key", "pkcs12", "age-key":
		return true
	}
	return false
}

// holdsAt tells whether the rule's own paths let it hold at a path.
func (m *matcher) holdsAt(path string) bool {
	return (m.path == nil || m.path.re().MatchString(path)) && (m.notPath == nil || !m.notPath.re().MatchString(path))
}

// yields tells whether a more specific rule, whose paths fit, has found the same bytes.
func (e *Engine) yields(f *finding.Finding, path string) bool {
	return slices.ContainsFunc(f.Facts, func(fact finding.Fact) bool {
		if fact.Name != yieldsTo {
			return false
		}
		other, ok := e.byID[fact.Value]
		return ok && other.holdsAt(path)
	})
}

// stepDown takes one step of confidence away.
func stepDown(f *finding.Finding, reason string) {
	f.Confidence = max(f.Confidence-1, finding.Tentative)
	f.Reasons = append(slices.Clone(f.Reasons), reason)
}

// LookName finds what a path alone tells: files that are credentials by their name.
func (e *Engine) LookName(path string, emit func(finding.Finding)) {
	for _, m := range e.matchers {
		if m.file == nil || !m.file.re().MatchString(path) || !m.holdsAt(path) {
			continue
		}
		f := finding.Finding{
			Fingerprint: finding.Identify(e.options.Key, Name, "file", m.rule.ID, path),
			Rule:        m.rule.ID,
			Engine:      Name,
			Message:     m.rule.Title,
			Severity:    m.rule.Severity,
			Confidence:  m.rule.Confidence,
			Location:    finding.Location{Path: path},
		}
		if m.allowsPath(&f, path) {
			continue
		}
		if p := pathTraits(path); p.lower != "" {
			stepDown(&f, p.lower)
			if p.shown {
				stepDown(&f, "only its name says what it is")
			}
		}
		emit(f)
	}
}
