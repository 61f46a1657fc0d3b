package clock

import "time"

// Stage is what a clock waits for.
type Stage uint8

// The stages, in the order in which a finding goes through them. NoStage is where no clock runs.
const (
	NoStage Stage = iota
	Assign
	Acknowledge
	Fix
	Review
)

var stageNames = [...]struct{ name, done string }{
	{"none", ""}, {"assign", "assigned"}, {"acknowledge", "acknowledged"}, {"fix", "fixed"}, {"review", "reviewed"},
}

// String names the stage: none, assign, acknowledge, fix, review.
func (s Stage) String() string { return stageNames[min(int(s), len(stageNames)-1)].name }

// MarshalText writes the stage's name.
func (s Stage) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Facts are what has happened to a finding so far. A zero time means that it has not.
type Facts struct {
	// Opened is when it was found, or found again.
	Opened time.Time
	// Assigned is when a team got it; Acknowledged when somebody said so. Acknowledging takes it on: it counts as assigned.
	Assigned, Acknowledged time.Time
	// Fixed is when it was fixed or otherwise ended. It reaches all stages.
	Fixed time.Time
	// Reviewed is when it was last looked at again.
	Reviewed time.Time
	// Paused are all pauses, also the one that has not ended: those for which the deadlines were made.
	Paused []Pause
	// Promise is a date that somebody has promised; zero for none.
	Promise Promise
	// Told is how many steps of escalation have been taken for the stage whose clock runs.
	Told int
}

// Promise is a date by which somebody wants to have fixed a finding.
type Promise struct {
	// By is the date promised.
	By time.Time `json:"by"`
	// Approved tells that somebody who may has agreed. A date before the deadline needs nobody's approval.
	Approved bool `json:"approved,omitempty"`
}

// Status is where a finding stands on its clock.
type Status struct {
	// Stage is the one whose clock runs: of those not reached, the one due first.
	Stage Stage `json:"stage"`
	// Due is by when it must be reached, in the policy's time zone; zero where it has no deadline or a pause holds it up. For a fixed finding
	// it is by when it had to be fixed.
	Due time.Time `json:"due,omitzero"`
	// Overdue is for how long it has been overdue, 0 if it is not.
	Overdue time.Duration `json:"overdue,omitzero"`
	// Used is how much of the time is used, counted as the term counts it: 0.5 is half, above 1 it is overdue.
	Used float64 `json:"used"`
	// Missed are the stages that were reached too late, or are overdue.
	Missed []Stage `json:"missed,omitempty"`
	// Next is when anything here changes by itself: look again then. Zero if nothing will.
	Next time.Time `json:"next,omitzero"`
	// Escalate are the steps that are due and have not been taken.
	Escalate []Escalation `json:"escalate,omitempty"`
	// Fixed is when it was fixed.
	Fixed time.Time `json:"fixed,omitzero"`
	// Paused is the pause that holds.
	Paused *Pause `json:"paused,omitempty"`
	// Unapproved is a date that was promised, is later than the deadline, and that nobody has approved: it moves nothing.
	Unapproved time.Time `json:"unapproved,omitzero"`
}

// course is the way of a stage from its beginning to its deadline.
type course struct {
	from, due time.Time
	unit      Unit
	paused    []Pause
}

// State says where a finding stands, by its deadlines and what has happened.
func (p *Policy) State(d Deadlines, f Facts, now time.Time) Status {
	zone := p.zone()
	s := Status{Fixed: in(f.Fixed, zone)}
	d.Fix = in(f.Promise.holds(d.Fix), zone)
	if !f.Promise.By.IsZero() && !d.Fix.Equal(f.Promise.By) {
		s.Unapproved = in(f.Promise.By, zone)
	}
	if !f.Reviewed.IsZero() {
		d.Review = p.nextReview(d, f)
	}
	for _, pause := range f.Paused {
		if pause.holds(now) {
			s.Paused = &Pause{in(pause.From, zone), in(pause.To, zone), pause.Reason}
		}
	}
	span := p.choose(&s, d, f, now)
	if !f.Fixed.IsZero() {
		return s
	}
	if s.Paused != nil {
		s.Next = s.Paused.To // where pauses overlap, that of the last; whoever looks then finds the other
	}
	if !s.Due.IsZero() {
		c := course{f.Opened, s.Due, span.Unit, f.Paused}
		if s.Stage == Review && !f.Reviewed.IsZero() {
			c.from = f.Reviewed
		}
		s.Used = p.used(c, now)
		if !now.Before(s.Due) {
			s.Overdue = max(now.Sub(s.Due), 1) // at the moment itself it is as well
		}
		if s.Paused == nil {
			p.look(&s, c, f.Told, now)
		}
	}
	if s.Paused == nil {
		s.Next = in(soonest(s.Next, d, f, now), zone)
	}
	return s
}

// in gives a moment in a zone, and leaves what is none as it is.
func in(t time.Time, zone *time.Location) time.Time {
	if t.IsZero() {
		return t
	}
	return t.In(zone)
}

// choose sets the stage whose clock runs, its deadline and the stages missed, and gives the stage's term.
func (p *Policy) choose(s *Status, d Deadlines, f Facts, now time.Time) (span Span) {
	waits := NoStage // a stage that has a term but no deadline, for a pause has no end
	for _, term := range p.Terms[d.Level].stages() {
		due, reached := *d.of(term.stage), f.reached(term.stage)
		late := !reached.IsZero() && reached.After(due) || reached.IsZero() && !now.Before(due)
		if !due.IsZero() && late && (term.stage != Review || f.Fixed.IsZero()) {
			s.Missed = append(s.Missed, term.stage)
		}
		switch {
		case !reached.IsZero():
		case !due.IsZero() && (s.Stage == NoStage || due.Before(s.Due)):
			s.Stage, s.Due, span = term.stage, due, term.span
		case due.IsZero() && term.span.Unit != None && waits == NoStage:
			waits = term.stage
		}
	}
	if !f.Fixed.IsZero() {
		s.Due = d.Fix
	} else if s.Stage == NoStage {
		s.Stage = waits
	}
	return span
}

// reached is when a stage was reached; a later one reaches those before it.
func (f *Facts) reached(s Stage) (first time.Time) {
	list := [...]time.Time{f.Fixed, f.Acknowledged, f.Assigned}
	n := map[Stage]int{Assign: 3, Acknowledge: 2}[s]
	for _, t := range list[:max(n, 1)] {
		if !t.IsZero() && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	return first
}

// holds gives the deadline that holds beside a promise: an earlier date by itself, a later one if it is approved.
func (p Promise) holds(fix time.Time) time.Time {
	if !p.By.IsZero() && (p.Approved || fix.IsZero() || p.By.Before(fix)) {
		return p.By
	}
	return fix
}

// nextReview is the review after the last one. One held in a quarter is that quarter's: the next is due at the end of the next.
func (p *Policy) nextReview(d Deadlines, f Facts) time.Time {
	span := p.Terms[d.Level].Review
	next := p.after(span, f.Reviewed, f.Paused)
	if span.Unit >= MonthEnd && !next.IsZero() {
		next = p.after(span, next, f.Paused)
	}
	return next
}

// used is the share of the time until a deadline that has been used.
func (p *Policy) used(c course, now time.Time) float64 {
	m := p.meter(c.unit, c.paused)
	from := wallClock(c.from, m.loc)
	total := m.count(from, wallClock(c.due, m.loc))
	if total <= 0 {
		if now.Before(c.due) {
			return 0
		}
		return 1
	}
	share := float64(m.count(from, wallClock(now, m.loc))) / float64(total)
	if now.Before(c.due) {
		return min(share, 1)
	}
	return max(share, 1)
}

// look sets the steps of escalation that are due, and when the next is.
func (p *Policy) look(s *Status, c course, told int, now time.Time) {
	for i, at := range p.steps(c) {
		switch {
		case at.After(now):
			s.Next = at
			return
		case i >= told:
			s.Escalate = append(s.Escalate, p.Escalate[i])
		}
	}
}

// soonest is the first moment after now at which a deadline passes or a pause begins, or the one given.
func soonest(next time.Time, d Deadlines, f Facts, now time.Time) time.Time {
	take := func(t time.Time) {
		if t.After(now) && (next.IsZero() || t.Before(next)) {
			next = t
		}
	}
	for _, stage := range []Stage{Assign, Acknowledge, Fix, Review} {
		if f.reached(stage).IsZero() {
			take(*d.of(stage))
		}
	}
	for _, p := range f.Paused {
		take(p.From)
	}
	return next
}
