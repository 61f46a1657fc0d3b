package ingest

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// records goes through many values of one kind, however they are strung together: an array, arrays one after another (the pages of an API),
// objects one after another (JSON Lines). Nothing at all is an error: a tool that found nothing says so.
func records[T any](j *jsonReader, take func(*T) error) error {
	some := false
	err := j.lines(func() error {
		some = true
		switch j.kind() {
		case '[':
			return each(j, take)
		case 'n':
			return j.skip()
		}
		var one T
		if err := j.value(&one); err != nil {
			return err
		}
		return take(&one)
	})
	if err == nil && !some {
		return &Error{Offset: j.in.read, Err: fmt.Errorf("nothing where an array or an object was expected")}
	}
	return err
}

// found makes a finding of a rule: class, severity and confidence are the rule's.
func found(rule finding.Rule, message string, at finding.Location) finding.Finding {
	return finding.Finding{
		Rule: rule.ID, Engine: rule.Engine, Severity: rule.Severity, Confidence: rule.Confidence,
		Message: oneLine(message, 500), Location: at,
	}
}

// maxPartial is how many reasons a header names one by one.
const maxPartial = 100

// missed notes in a header what the tool did not look at.
func missed(h *Header, format string, args ...any) {
	switch {
	case len(h.Partial) < maxPartial:
		h.Partial = append(h.Partial, oneLine(fmt.Sprintf(format, args...), 300))
	case len(h.Partial) == maxPartial:
		h.Partial = append(h.Partial, "and more")
	}
}

// repositoryAt names a repository by its URL, without credentials; the zero Asset where there is none.
func repositoryAt(address string) finding.Asset {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || address == "" || strings.Trim(address, "./") == "" {
		return finding.Asset{}
	}
	u.User = nil
	return finding.Asset{Kind: "repository", Name: strings.TrimSuffix(u.String(), ".git")}
}
