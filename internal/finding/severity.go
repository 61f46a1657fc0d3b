package finding

import (
	"fmt"
	"strings"
)

// Severity says how bad a fault of this kind is before its place is known.
// The zero value is Info, so that a forgotten severity never blocks anything.
type Severity int

// The severities, from least to worst. The names are those of CVSS v4.0's qualitative scale, with Info for "None".
const (
	Info Severity = iota
	Low
	Medium
	High
	Critical
)

var severityNames = []string{"info", "low", "medium", "high", "critical"}

// Severities lists every severity, worst first: the order in which people read.
func Severities() []Severity { return []Severity{Critical, High, Medium, Low, Info} }

// ParseSeverity reads a severity's name, in any case.
func ParseSeverity(s string) (Severity, error) {
	i, err := parseName("severity", severityNames, s)
	return Severity(i), err
}

// SeverityOfScore is the severity of a CVSS score: the qualitative scale of CVSS v3.1 and v4.0.
func SeverityOfScore(score float64) Severity {
	switch {
	case score >= 9:
		return Critical
	case score >= 7:
		return High
	case score >= 4:
		return Medium
	case score > 0:
		return Low
	}
	return Info
}

func (s Severity) String() string { return name(severityNames, int(s)) }

// Score is the middle of the severity's band in CVSS's 0.0-10.0 scale, for formats
// that want a number (SARIF's security-severity).
func (s Severity) Score() float64 {
	return [...]float64{0, 3.0, 5.5, 8.0, 9.5}[clamp(int(s), len(severityNames))]
}

// MarshalText writes the severity's name.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the severity's name.
func (s *Severity) UnmarshalText(b []byte) (err error) {
	*s, err = ParseSeverity(string(b))
	return err
}

// Confidence says how sure the engine is that the finding is what its rule says.
type Confidence int

// The confidences. Certain is kept for what was proved: a checksum that fits, a provider that answered.
const (
	Tentative Confidence = iota
	Likely
	Firm
	Certain
)

var confidenceNames = []string{"low", "medium", "high", "certain"}

// ParseConfidence reads a confidence's name (low, medium, high, certain), in any case.
func ParseConfidence(s string) (Confidence, error) {
	i, err := parseName("confidence", confidenceNames, s)
	return Confidence(i), err
}

func (c Confidence) String() string { return name(confidenceNames, int(c)) }

// MarshalText writes the confidence's name.
func (c Confidence) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads the confidence's name.
func (c *Confidence) UnmarshalText(b []byte) (err error) {
	*c, err = ParseConfidence(string(b))
	return err
}

// Action is what the gate does about a finding.
type Action int

// The actions, from none to worst. The zero value says that nobody decided, so a forgotten action never waives.
const (
	Undecided Action = iota
	// Waived findings stand in the report with the waiver's reason and do nothing.
	Waived
	// Report shows the finding and goes on.
	Report
	// Warn shows it where the developer looks, and goes on.
	Warn
	// Block stops the change.
	Block
)

var actionNames = []string{"undecided", "waived", "report", "warn", "block"}

// ParseAction reads an action's name, in any case.
func ParseAction(s string) (Action, error) {
	i, err := parseName("action", actionNames, s)
	return Action(i), err
}

func (a Action) String() string { return name(actionNames, int(a)) }

// MarshalText writes the action's name.
func (a Action) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText reads the action's name.
func (a *Action) UnmarshalText(b []byte) (err error) { *a, err = ParseAction(string(b)); return err }

func parseName(what string, names []string, s string) (int, error) {
	for i, n := range names {
		if strings.EqualFold(n, s) {
			return i, nil
		}
	}
	return 0, fmt.Errorf("%s %q: want one of %s", what, s, strings.Join(names, ", "))
}

func name(names []string, i int) string { return names[clamp(i, len(names))] }

func clamp(i, n int) int { return max(0, min(i, n-1)) }
