// Package clock says by when a finding must be acknowledged, assigned, fixed and reviewed, what is overdue, and whom to tell.
// Deadlines follow from a policy that people write: terms by severity, a time zone, working hours, holidays, escalation.
//
// All of it is arithmetic on times that the caller gives. The package must not ask what time it is, and reaches nothing outside
// but the time zone database, which the binary carries for machines without one.
package clock

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"
	_ "time/tzdata" // images without a file system of note, and Windows

	"github.com/reevehq/reeve/internal/finding"
)

// Policy says how long each stage of a finding may take. Check it with Validate before use; Parse has done so.
type Policy struct {
	// Name is what people call it.
	Name string `yaml:"name" json:"name"`
	// Zone is the IANA name of the time zone in which days, quarters and working hours are counted; empty is UTC.
	Zone string `yaml:"zone" json:"zone"`
	// Calendar says which hours are working hours.
	Calendar Calendar `yaml:"calendar,omitempty" json:"calendar,omitzero"`
	// Terms are the times allowed, by severity. A severity without one has no deadlines.
	Terms map[finding.Severity]Term `yaml:"terms" json:"terms"`
	// Escalate are the steps taken while a deadline nears and after it has passed, in the order of time.
	Escalate []Escalation `yaml:"escalate,omitempty" json:"escalate,omitempty"`
}

// Term is the time allowed for each stage, counted from when the finding was opened.
type Term struct {
	// Acknowledge is until somebody has said that they have seen it.
	Acknowledge Span `yaml:"acknowledge,omitempty" json:"acknowledge,omitzero"`
	// Assign is until a team owns it.
	Assign Span `yaml:"assign,omitempty" json:"assign,omitzero"`
	// Fix is until it is fixed.
	Fix Span `yaml:"fix,omitempty" json:"fix,omitzero"`
	// Review is until somebody has looked at it again, over and over as long as it is open.
	Review Span `yaml:"review,omitempty" json:"review,omitzero"`
}

// first is the first time limit of a term.
func (t Term) first() Span {
	for _, s := range []Span{t.Acknowledge, t.Assign, t.Fix} {
		if s.Unit != None {
			return s
		}
	}
	return Span{}
}

// Default is the policy that holds where nobody wrote one. Critical: acknowledged in 4 hours, fixed in 24. High: assigned in
// 24 hours, fixed in 7 days. Medium: fixed in 30 days. Low: reviewed each quarter.
func Default() *Policy {
	return &Policy{
		Name: "default",
		Zone: "UTC",
		Terms: map[finding.Severity]Term{
			finding.Critical: {Acknowledge: Span{4, Hour}, Fix: Span{24, Hour}},
			finding.High:     {Assign: Span{24, Hour}, Fix: Span{7, Day}},
			finding.Medium:   {Fix: Span{30, Day}},
			finding.Low:      {Review: Span{1, QuarterEnd}},
		},
		Escalate: []Escalation{
			{When: Moment{Percent: 75}, Tell: Owner},
			{When: Moment{Percent: 100}, Tell: Lead},
			{When: Moment{After: Span{1, Day}}, Tell: Security},
		},
	}
}

// Bounds of a policy: more than any team writes.
const (
	maxName       = 200
	maxHolidays   = 1000
	maxEscalation = 20
)

// Validate gives all that is wrong with a policy, or nil.
func (p *Policy) Validate() error {
	var errs []error
	fail := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if p.Name == "" || len(p.Name) > maxName {
		fail("name: want a name of at most %d bytes", maxName)
	}
	if _, err := zoneOf(p.Zone); err != nil {
		errs = append(errs, err)
	}
	if len(p.Calendar.Holidays) > maxHolidays {
		fail("calendar: %d holidays: at most %d are possible; write a day that returns each year once, as \"12-25\"", len(p.Calendar.Holidays), maxHolidays)
	}
	if err := p.Calendar.Hours.check(); err != nil {
		fail("calendar: hours: %w", err)
	}
	for _, d := range p.Calendar.Holidays {
		if err := d.check(); err != nil {
			fail("calendar: holidays: %w", err)
		}
	}
	for _, level := range finding.Severities() {
		term, ok := p.Terms[level]
		if !ok && level != finding.Info {
			fail("terms: %s is missing: name its terms, or give it \"fix: none\"", level)
		}
		errs = append(errs, term.check(level)...)
	}
	for _, level := range slices.Sorted(maps.Keys(p.Terms)) {
		if level < finding.Info || level > finding.Critical {
			fail("terms: %d is no severity", int(level))
		}
	}
	errs = append(errs, p.ordered()...)
	errs = append(errs, checkEscalation(p.Escalate)...)
	return errors.Join(errs...)
}

func (t Term) check(level finding.Severity) []error {
	var errs []error
	for _, s := range t.stages() {
		if err := s.span.check(); err != nil {
			errs = append(errs, fmt.Errorf("terms: %s: %s: %w", level, s.stage, err))
		}
	}
	return errs
}

// ordered finds what a worse severity may take longer for than a milder one, as far as the units can be compared.
func (p *Policy) ordered() []error {
	var errs []error
	levels := finding.Severities()
	for i, worse := range levels {
		for _, milder := range levels[i+1:] {
			a, b := p.Terms[worse].stages(), p.Terms[milder].stages()
			for n := range a {
				if a[n].span.longer(b[n].span) {
					errs = append(errs, fmt.Errorf("terms: %s may take %s for %s, longer than %s (%s): shorten it",
						worse, a[n].span, a[n].stage, milder, b[n].span))
				}
			}
		}
	}
	return errs
}

// stageSpan is the time limit of one stage.
type stageSpan struct {
	stage Stage
	span  Span
}

func (t Term) stages() [4]stageSpan {
	return [4]stageSpan{{Assign, t.Assign}, {Acknowledge, t.Acknowledge}, {Fix, t.Fix}, {Review, t.Review}}
}

// zones keeps the time zones once they are read: reading one takes longer than all else here.
var zones sync.Map // of *time.Location, by name

func zoneOf(name string) (*time.Location, error) {
	if name == "" || name == "UTC" {
		return time.UTC, nil
	}
	if loc, ok := zones.Load(name); ok {
		return loc.(*time.Location), nil
	}
	loc, err := time.LoadLocation(name)
	if err != nil || name == "Local" { // what "Local" is, depends on the machine
		return nil, fmt.Errorf("zone %q: want an IANA name such as \"Europe/Berlin\"", name)
	}
	zones.Store(name, loc)
	return loc, nil
}

// zone is the policy's; UTC where the name is none, which Validate has refused.
func (p *Policy) zone() *time.Location {
	loc, err := zoneOf(p.Zone)
	if err != nil {
		return time.UTC
	}
	return loc
}
