package decision

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/target/ignore"
)

// Limits of a waiver.
const (
	// MinReason is the least length of a reason, in characters.
	MinReason = 10
	// MinID is the least length of a fingerprint in a waiver, in hex digits: the form people quote.
	MinID = 12
	// MaxDays is how far ahead a waiver may reach.
	MaxDays = 366
)

// Waiver lets a finding stand for a while. It names either one finding by ID, or a Rule together with a Path.
type Waiver struct {
	// ID is a fingerprint or at least its first 12 digits. One that fits two findings waives neither.
	ID string
	// Rule is a rule's id or pattern; it holds for findings all of whose places Path names.
	Rule string
	Path ignore.Glob
	// Reason is why the finding may stand; at least MinReason characters.
	Reason string
	// Until is the last day on which the waiver holds, in UTC; at most MaxDays ahead.
	Until time.Time
	// Owner is who answers for it; optional.
	Owner string
	// Location is where the waiver is written.
	Location finding.Location
}

// standing is whether a waiver holds at a moment.
type standing int

const (
	holds standing = iota
	expired
	invalid
)

// stand judges the terms every waiver has. The text explains what is wrong.
func stand(reason string, until, now time.Time) (standing, string) {
	switch {
	case utf8.RuneCountInString(strings.TrimSpace(reason)) < MinReason:
		return invalid, "it gives no reason of at least 10 characters"
	case until.IsZero():
		return invalid, "it does not say until when"
	case until.After(now.AddDate(0, 0, MaxDays)):
		return invalid, "it reaches more than a year ahead (" + day(until) + ")"
	case !now.Before(until.AddDate(0, 0, 1)):
		return expired, "it expired on " + day(until)
	}
	return holds, ""
}

// names tells whether the waiver means the finding, whether or not it holds.
func (w *Waiver) names(f *finding.Finding) bool {
	if w.ID != "" {
		return len(w.ID) >= MinID && strings.HasPrefix(string(f.Fingerprint), strings.ToLower(w.ID))
	}
	if _, ok := matchNames(w.Rule, f.Rule, f.Aliases); !ok || !w.Path.Match(f.Location.Path) {
		return false
	}
	for _, also := range f.Also {
		if !w.Path.Match(also.Path) {
			return false
		}
	}
	return true
}

// subject is what the waiver is for, in words.
func (w *Waiver) subject() string {
	if w.ID != "" {
		return "finding " + w.ID
	}
	return w.Rule + " in " + w.Path.String()
}

// sentence tells why a finding that the waiver covers is let stand.
func sentence(reason string, until time.Time, owner string) string {
	text := "waived"
	if !until.IsZero() {
		text += " until " + day(until)
	}
	if owner != "" {
		text += " by " + owner
	}
	return text + ": " + strings.TrimSpace(reason)
}
