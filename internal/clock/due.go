package clock

import (
	"time"

	"github.com/reevehq/reeve/internal/finding"
)

// Pause is time that does not count.
type Pause struct {
	// From is when it began.
	From time.Time `json:"from"`
	// To is when it ended; zero means that it has not.
	To time.Time `json:"to,omitzero"`
	// Reason is why, in the words of whoever paused it.
	Reason string `json:"reason,omitempty"`
}

// holds tells whether a moment lies in the pause.
func (p *Pause) holds(t time.Time) bool {
	return !t.Before(p.From) && (p.To.IsZero() || t.Before(p.To))
}

// Deadlines are the moments by which the stages of a finding must be reached, in the policy's time zone.
// Zero is none: no limit, or a pause that has not ended.
type Deadlines struct {
	// Level is the severity whose terms hold.
	Level finding.Severity `json:"level"`
	// Acknowledge, Assign and Fix are when it must be acknowledged, assigned and fixed at the latest.
	Acknowledge time.Time `json:"acknowledge,omitzero"`
	Assign      time.Time `json:"assign,omitzero"`
	Fix         time.Time `json:"fix,omitzero"`
	// Review is when it must be looked at again for the first time.
	Review time.Time `json:"review,omitzero"`
}

// Due gives the deadlines of a finding opened at start. Whoever starts later is never due earlier, and no pause makes anything due earlier.
func (p *Policy) Due(level finding.Severity, start time.Time, paused []Pause) Deadlines {
	d := Deadlines{Level: level}
	if start.IsZero() {
		return d
	}
	term := p.Terms[level]
	for _, s := range term.stages() {
		*d.of(s.stage) = p.after(s.span, start, paused)
	}
	return d
}

// of is the deadline of a stage.
func (d *Deadlines) of(s Stage) *time.Time {
	switch s {
	case Acknowledge:
		return &d.Acknowledge
	case Assign:
		return &d.Assign
	case Fix:
		return &d.Fix
	case Review:
		return &d.Review
	}
	return new(time.Time)
}

// after is the moment at which a span that begins at start is over; zero for none.
func (p *Policy) after(s Span, start time.Time, paused []Pause) time.Time {
	if s.Unit == None {
		return time.Time{}
	}
	m := p.meter(s.Unit, paused)
	from := wallClock(start, m.loc)
	count := time.Duration(s.Count)
	var read time.Time
	switch s.Unit {
	case Minute:
		read = m.advance(from, count*time.Minute)
	case Hour, WorkingHour:
		read = m.advance(from, count*time.Hour)
	case Day:
		read = m.advance(from, count*24*time.Hour)
	case Week:
		read = m.advance(from, count*7*24*time.Hour)
	case WorkingDay:
		read = m.close(from, s.Count)
	case MonthEnd:
		read = m.end(from, 1)
	case QuarterEnd:
		read = m.end(from, 3)
	case YearEnd:
		read = m.end(from, 12)
	}
	if read.IsZero() {
		return read
	}
	return moment(read, m.loc).In(p.zone())
}

// Change is a level that a finding has from a moment on.
type Change struct {
	// At is when the level changed; for the first, when the finding was opened.
	At time.Time `json:"at"`
	// Level is the severity from then on.
	Level finding.Severity `json:"level"`
}

// DueThrough gives the deadlines of a finding whose level has changed. The first change opens it; they are in the order of time.
//
// A raise restarts nothing: the new terms count from when the finding was opened. But nobody is overdue in the moment of a raise: there is
// a grace of the new level's first term (4 hours for critical) from the raise on. It never makes a deadline later than it was before.
// A lowering extends: each deadline becomes that of the new level, and none becomes earlier than it was.
// A stage for which the new level has no term is no longer due.
func (p *Policy) DueThrough(changes []Change, paused []Pause) Deadlines {
	if len(changes) == 0 {
		return Deadlines{}
	}
	opened := changes[0].At
	d := p.Due(changes[0].Level, opened, paused)
	for _, c := range changes[1:] {
		if c.Level == d.Level {
			continue
		}
		next := p.Due(c.Level, opened, paused)
		grace := never // where no pause ends there is no end to the grace
		if first := p.Terms[c.Level].first(); c.Level < d.Level || first.Unit == None {
			grace = time.Time{}
		} else if end := p.after(first, c.At, paused); !end.IsZero() {
			grace = end
		}
		for _, stage := range []Stage{Assign, Acknowledge, Fix} {
			was, now := endless(*d.of(stage)), next.of(stage)
			switch {
			case now.IsZero():
			case c.Level > d.Level:
				*now = earlier(later(*now, grace), was)
			case was.Before(never):
				*now = later(*now, was)
			}
			if *now == never {
				*now = time.Time{}
			}
		}
		d = next
	}
	return d
}

// never is a deadline that does not come.
var never = far.AddDate(1, 0, 0)

// endless puts a deadline that is none behind all others.
func endless(t time.Time) time.Time {
	if t.IsZero() {
		return never
	}
	return t
}
