package clock

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/reevehq/reeve/internal/finding"
)

func TestState_whichClockRuns(t *testing.T) {
	p := mustParse(t, office)
	type when = string
	tests := []struct {
		name                          string
		level                         finding.Severity
		opened, assigned, seen, fixed when
		promise                       when
		approved                      bool
		told                          int
		now                           when
		stage                         Stage
		used                          float64
		missed                        string
		next                          when
		escalate                      string
		text                          string
	}{
		{name: "new critical", level: finding.Critical, opened: "2026-11-24 10:00", now: "2026-11-24 11:00", stage: Acknowledge, used: 0.25, missed: "[]",
			next: "2026-11-24 13:00", escalate: "[]", text: "to be acknowledged by Tue 24 Nov 2026, 14:00 CET: 3 hours left"},
		{name: "three quarters are used", level: finding.Critical, opened: "2026-11-24 10:00", now: "2026-11-24 13:00", stage: Acknowledge, used: 0.75, missed: "[]",
			next: "2026-11-24 14:00", escalate: "[{75% owner}]", text: "to be acknowledged by Tue 24 Nov 2026, 14:00 CET: 1 hour left"},
		{name: "the owner was told", level: finding.Critical, opened: "2026-11-24 10:00", now: "2026-11-24 13:30", told: 1, stage: Acknowledge, used: 0.875, missed: "[]",
			next: "2026-11-24 14:00", escalate: "[]", text: "to be acknowledged by Tue 24 Nov 2026, 14:00 CET: 30 minutes left"},
		{name: "the very moment", level: finding.Critical, opened: "2026-11-24 10:00", now: "2026-11-24 14:00", told: 1, stage: Acknowledge, used: 1, missed: "[acknowledge]",
			next: "2026-11-25 10:00", escalate: "[{due lead}]", text: "overdue by less than a minute: it should have been acknowledged by Tue 24 Nov 2026, 14:00 CET"},
		{name: "acknowledged, fix is due", level: finding.Critical, opened: "2026-11-24 10:00", seen: "2026-11-24 11:00", now: "2026-11-28 11:00", stage: Fix, used: 97. / 24, missed: "[fix]",
			next: "", escalate: "[{75% owner} {due lead} {2 working days after security}]", text: "overdue by 3 days: it should have been fixed by Wed 25 Nov 2026, 10:00 CET"},
		{name: "acknowledged too late", level: finding.Critical, opened: "2026-11-24 10:00", seen: "2026-11-24 16:00", now: "2026-11-24 22:00", stage: Fix, used: 0.5, missed: "[acknowledge]",
			next: "2026-11-25 04:00", escalate: "[]", text: "to be fixed by Wed 25 Nov 2026, 10:00 CET: 12 hours left"},
		{name: "working hours stand still at night", level: finding.High, opened: "2026-11-24 16:00", now: "2026-11-25 03:00", stage: Assign, used: 0.5, missed: "[]",
			next: "2026-11-25 10:00", escalate: "[]", text: "to be assigned by Wed 25 Nov 2026, 11:00 CET: 8 hours left"},
		{name: "acknowledging assigns", level: finding.High, opened: "2026-11-23 18:00", seen: "2026-11-24 09:30", now: "2026-11-24 10:00", stage: Fix, used: 1. / 38, missed: "[]",
			next: "2026-11-27 13:30", escalate: "[]", text: "to be fixed by Mon 30 Nov 2026, 18:00 CET: 6 days left"},
		{name: "quarterly review", level: finding.Low, opened: "2026-10-01 00:00", now: "2026-12-31 12:00", stage: Review, used: 91.5 / 92, missed: "[]",
			next: "2027-01-01 00:00", escalate: "[{75% owner}]", text: "to be reviewed by the end of Thu 31 Dec 2026 (CET): 12 hours left"},
		{name: "no term", level: finding.Info, opened: "2026-10-01 00:00", now: "2026-12-31 12:00", stage: NoStage, missed: "[]", escalate: "[]", text: "no deadline"},
		{name: "fixed in time", level: finding.Critical, opened: "2026-11-24 10:00", seen: "2026-11-24 11:00", fixed: "2026-11-25 10:00", now: "2026-12-25 10:00", missed: "[]", escalate: "[]",
			text: "fixed in time, on Wed 25 Nov 2026, 10:00 CET"},
		{name: "fixed too late", level: finding.Critical, opened: "2026-11-24 10:00", fixed: "2026-11-25 12:00", now: "2026-12-25 10:00", missed: "[acknowledge fix]", escalate: "[]",
			text: "fixed on Wed 25 Nov 2026, 12:00 CET, 2 hours too late"},
		{name: "fixed without a deadline", level: finding.Low, opened: "2026-11-24 10:00", fixed: "2027-11-25 12:00", now: "2027-12-25 10:00", missed: "[]", escalate: "[]",
			text: "fixed on Thu 25 Nov 2027, 12:00 CET"},
		{name: "an earlier promise holds", level: finding.Medium, opened: "2026-11-01 10:00", promise: "2026-11-11 10:00", now: "2026-11-06 10:00", stage: Fix, used: 0.5, missed: "[]",
			next: "2026-11-08 22:00", escalate: "[]", text: "to be fixed by Wed 11 Nov 2026, 10:00 CET: 5 days left"},
		{name: "a later promise does not", level: finding.Medium, opened: "2026-11-01 10:00", promise: "2026-12-11 10:00", now: "2026-11-16 10:00", stage: Fix, used: 0.5, missed: "[]",
			next: "2026-11-23 22:00", escalate: "[]",
			text: "to be fixed by Tue 1 Dec 2026, 10:00 CET: 15 days left; promised for Fri 11 Dec 2026, 10:00 CET, which is later and which nobody has approved"},
		{name: "unless approved", level: finding.Medium, opened: "2026-11-01 10:00", promise: "2026-12-11 10:00", approved: true, now: "2026-11-21 10:00", stage: Fix, used: 0.5, missed: "[]",
			next: "2026-12-01 10:00", escalate: "[]", text: "to be fixed by Fri 11 Dec 2026, 10:00 CET: 20 days left"},
		{name: "a promise without a term holds", level: finding.Info, opened: "2026-11-01 10:00", promise: "2026-11-11 10:00", now: "2026-11-12 10:00", told: 2, stage: Fix, used: 1.1, missed: "[fix]",
			next: "2026-11-13 15:00", escalate: "[]", text: "overdue by 1 day: it should have been fixed by Wed 11 Nov 2026, 10:00 CET"},
	}
	for _, test := range tests {
		moment := func(s string) (out time.Time) {
			if s != "" {
				out = at(t, p.Zone, s)
			}
			return out
		}
		f := Facts{Opened: moment(test.opened), Assigned: moment(test.assigned), Acknowledged: moment(test.seen), Fixed: moment(test.fixed),
			Promise: Promise{moment(test.promise), test.approved}, Told: test.told}
		now := moment(test.now)
		s := p.State(p.Due(test.level, f.Opened, nil), f, now)
		if s.Stage != test.stage || math.Abs(s.Used-test.used) > 1e-9 || !s.Next.Equal(moment(test.next)) {
			t.Errorf("%s: stage %s, used %v, next %s; want %s, %v, %s", test.name, s.Stage, s.Used, s.Next, test.stage, test.used, test.next)
		}
		if got := fmt.Sprint(s.Missed); got != test.missed {
			t.Errorf("%s: missed %s, want %s", test.name, got, test.missed)
		}
		if got := fmt.Sprint(s.Escalate); got != test.escalate {
			t.Errorf("%s: escalate %s, want %s", test.name, got, test.escalate)
		}
		if got := s.Text(now); got != test.text {
			t.Errorf("%s: got  %s\nwant %s", test.name, got, test.text)
		}
	}
}

func TestState_pauses(t *testing.T) {
	p := mustParse(t, office)
	opened := at(t, p.Zone, "2026-11-24 10:00")
	tests := []struct {
		from, to, now string
		next          string
		text          string
	}{
		{"2026-11-24 11:00", "", "2026-11-29 12:00", "", `to be acknowledged once it goes on; paused since Tue 24 Nov 2026, 11:00 CET: "waits for \"the\" vendor\n"`},
		{"2026-11-24 11:00", "2026-11-30 11:00", "2026-11-29 12:00", "2026-11-30 11:00",
			`to be acknowledged by Mon 30 Nov 2026, 14:00 CET: 1 day left; paused since Tue 24 Nov 2026, 11:00 CET until Mon 30 Nov 2026, 11:00 CET: "waits for \"the\" vendor\n"`},
		{"2026-11-25 11:00", "", "2026-11-25 12:00", "",
			`overdue by 22 hours: it should have been acknowledged by Tue 24 Nov 2026, 14:00 CET; paused since Wed 25 Nov 2026, 11:00 CET: "waits for \"the\" vendor\n"`},
		{"2026-11-24 11:00", "2026-11-24 12:00", "2026-11-24 12:00", "2026-11-24 14:00", "to be acknowledged by Tue 24 Nov 2026, 15:00 CET: 3 hours left"},
	}
	for _, test := range tests {
		pause := Pause{From: at(t, p.Zone, test.from), Reason: "waits for \"the\" vendor\n"}
		if test.to != "" {
			pause.To = at(t, p.Zone, test.to)
		}
		f := Facts{Opened: opened, Paused: []Pause{pause}}
		now := at(t, p.Zone, test.now)
		s := p.State(p.Due(finding.Critical, opened, f.Paused), f, now)
		if got := s.Text(now); got != test.text {
			t.Errorf("got  %s\nwant %s", got, test.text)
		}
		var next time.Time
		if test.next != "" {
			next = at(t, p.Zone, test.next)
		}
		if !s.Next.Equal(next) || len(s.Escalate) > 0 {
			t.Errorf("paused from %s to %s at %s: next %s, want %s; escalate %v", test.from, test.to, test.now, s.Next, test.next, s.Escalate)
		}
	}
}

func TestState_aReviewHoldsForItsQuarter(t *testing.T) {
	p := mustParse(t, office)
	f := Facts{Opened: at(t, p.Zone, "2026-11-24 10:00"), Reviewed: at(t, p.Zone, "2026-12-20 10:00")}
	s := p.State(p.Due(finding.Low, f.Opened, nil), f, at(t, p.Zone, "2027-01-10 10:00"))
	if want := at(t, p.Zone, "2027-04-01 00:00"); s.Stage != Review || !s.Due.Equal(want) || s.Overdue > 0 {
		t.Errorf("got %+v, want a review by %s", s, want)
	}
}

// A scheduler that looks only when State says so must see everything that one sees which looks every minute.
func TestState_nextMissesNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for range 100 {
		p, start, paused := randomCase(r)
		p.Terms = map[finding.Severity]Term{finding.High: {Assign: Span{1 + r.IntN(20), Hour}, Acknowledge: Span{1 + r.IntN(9), WorkingHour}, Fix: Span{1 + r.IntN(3), Day}}}
		p.Escalate = []Escalation{{Moment{Percent: 1 + r.IntN(50)}, Owner}, {Moment{Percent: 60 + r.IntN(41)}, Lead}, {Moment{After: Span{1 + r.IntN(30), Hour}}, Security}}
		f := Facts{Opened: start, Paused: paused}
		d := p.Due(finding.High, start, paused)
		seen := func(s Status) string { return fmt.Sprint(s.Stage, s.Missed, s.Escalate, s.Paused != nil) }
		var looked, always []string
		note := func(list []string, s Status) []string {
			if text := seen(s); len(list) == 0 || list[len(list)-1] != text {
				return append(list, text)
			}
			return list
		}
		end := start.Add(8 * 24 * time.Hour)
		for now, n := start, 0; !now.IsZero() && now.Before(end); n++ {
			s := p.State(d, f, now)
			looked = note(looked, s)
			if !s.Next.IsZero() && !s.Next.After(now) || n > 100 {
				t.Fatalf("at %s the next look is at %s", now, s.Next)
			}
			now = s.Next
		}
		for now := start; now.Before(end); now = now.Add(11 * time.Minute) {
			always = note(always, p.State(d, f, now))
		}
		for _, text := range always {
			if !slices.Contains(looked, text) {
				t.Fatalf("pauses %v, opened %s, deadlines %+v: looked\n%q\nbut there was\n%q", paused, start, d, looked, always)
			}
		}
	}
}

func BenchmarkDue(b *testing.B) {
	p := Default()
	p.Zone = "Europe/Berlin"
	if err := p.Calendar.Hours.UnmarshalText([]byte("Mon-Fri 09:00-17:00")); err != nil {
		b.Fatal(err)
	}
	p.Terms[finding.High] = Term{Assign: Span{8, WorkingHour}, Fix: Span{5, WorkingDay}}
	start := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	for _, level := range []finding.Severity{finding.Critical, finding.High} {
		b.Run(level.String(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if p.Due(level, start, nil).Fix.IsZero() {
					b.Fatal("no deadline")
				}
			}
		})
	}
}

func BenchmarkState(b *testing.B) {
	p := Default()
	f := Facts{Opened: time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)}
	d := p.Due(finding.High, f.Opened, nil)
	b.ReportAllocs()
	for b.Loop() {
		if p.State(d, f, f.Opened.Add(time.Hour)).Stage != Assign {
			b.Fatal("another stage")
		}
	}
}
