package clock

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Role is whom an escalation tells.
type Role string

// The roles, from the nearest to the finding to the farthest.
const (
	// Owner is whoever the finding is assigned to, else the team that owns it.
	Owner Role = "owner"
	// Lead leads that team.
	Lead Role = "lead"
	// Security is the security team.
	Security Role = "security"
)

// Escalation is one step: when, and whom to tell.
type Escalation struct {
	// When is the moment, relative to the deadline of the stage whose clock runs.
	When Moment `yaml:"when" json:"when"`
	// Tell is who is told.
	Tell Role `yaml:"tell" json:"tell"`
}

// Moment is a moment relative to a deadline: a share of the time until it, or a while after it.
type Moment struct {
	// Percent is how much of the time is used, 1 to 100; 100 is the deadline. 0 where After is given.
	Percent int
	// After is how long after the deadline.
	After Span
}

// ParseMoment reads "75%", "due" or "2 days after".
func ParseMoment(text string) (Moment, error) {
	word := strings.ToLower(strings.TrimSpace(text))
	if word == "due" {
		return Moment{Percent: 100}, nil
	}
	m := Moment{}
	if share, ok := strings.CutSuffix(word, "%"); ok {
		m.Percent, _ = strconv.Atoi(strings.TrimSpace(share))
	} else if span, ok := strings.CutSuffix(word, " after"); ok {
		m.After, _ = ParseSpan(span)
	}
	if m.check() != nil {
		return Moment{}, fmt.Errorf("moment %q: want \"75%%\", \"due\" or \"2 days after\"", text)
	}
	return m, nil
}

func (m Moment) check() error {
	counted := m.After.Unit != None && m.After.Unit < MonthEnd && m.After.check() == nil
	if counted == (m.Percent != 0) || m.Percent < 0 || m.Percent > 100 || m.Percent != 0 && m.After != (Span{}) {
		return errors.New("moment: want 1 to 100 percent, or a number of hours or days after")
	}
	return nil
}

// String writes the moment so that ParseMoment reads it.
func (m Moment) String() string {
	switch {
	case m.Percent == 100:
		return "due"
	case m.Percent > 0:
		return strconv.Itoa(m.Percent) + "%"
	}
	return m.After.String() + " after"
}

// MarshalText writes the moment as String does.
func (m Moment) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads the moment as ParseMoment does.
func (m *Moment) UnmarshalText(b []byte) (err error) {
	*m, err = ParseMoment(string(b))
	return err
}

// checkEscalation finds steps that tell nobody or stand before an earlier one.
func checkEscalation(steps []Escalation) []error {
	var errs []error
	if len(steps) > maxEscalation {
		return []error{fmt.Errorf("escalate: %d steps: at most %d are possible", len(steps), maxEscalation)}
	}
	for i, s := range steps {
		if !slices.Contains([]Role{Owner, Lead, Security}, s.Tell) {
			errs = append(errs, fmt.Errorf("escalate: step %d: tell %q: want owner, lead or security", i+1, s.Tell))
		}
		if err := s.When.check(); err != nil {
			errs = append(errs, fmt.Errorf("escalate: step %d: %w", i+1, err))
		}
		if i == 0 {
			continue
		}
		before := steps[i-1].When
		if before.Percent == 0 && s.When.Percent > 0 || s.When.Percent > 0 && before.Percent > s.When.Percent || before.After.longer(s.When.After) {
			errs = append(errs, fmt.Errorf("escalate: step %d (%s) comes before step %d (%s): put them in the order of time", i+1, s.When, i, before))
		}
	}
	return errs
}

// steps are the moments of the escalation, for a stage that began at from and ends at due, counted as its term is.
func (p *Policy) steps(c course) []time.Time {
	m := p.meter(c.unit, c.paused)
	start := wallClock(c.from, m.loc)
	total := m.count(start, wallClock(c.due, m.loc))
	var out []time.Time
	last := time.Time{}
	for _, s := range p.Escalate {
		at := c.due
		switch {
		case s.When.Percent == 0:
			at = p.after(s.When.After, c.due, c.paused)
		case s.When.Percent < 100 && total > 0:
			if read := m.advance(start, total/100*time.Duration(s.When.Percent)); !read.IsZero() {
				at = earlier(moment(read, m.loc), c.due)
			}
		}
		if at.IsZero() {
			break // a pause without an end: this step and those after it wait
		}
		last = later(last, at)
		out = append(out, last)
	}
	return out
}
