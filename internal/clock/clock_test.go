package clock

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/finding"
)

// at reads a moment in a zone.
func at(t *testing.T, zone, text string) time.Time {
	t.Helper()
	loc, err := zoneOf(zone)
	if err != nil {
		t.Fatal(err)
	}
	m, err := time.ParseInLocation("2006-01-02 15:04", text, loc)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

const office = `
name: office
zone: Europe/Berlin
calendar:
  hours: Mon-Thu 09:00-12:30, 13:30-18:00; Fri 09:00-15:00
  holidays: [12-25, 12-26, 01-01, 2026-12-24]
terms:
  critical: {acknowledge: 4 hours, fix: 24h}
  high: {assign: 4 working hours, fix: 5 working days}
  medium: {fix: 30d}
  low: {review: next quarter end}
escalate:
  - {when: 75%, tell: owner}
  - {when: due, tell: lead}
  - {when: 2 working days after, tell: security}
`

func mustParse(t *testing.T, text string) *Policy {
	t.Helper()
	p, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestDefault_isRowB3(t *testing.T) {
	p := Default()
	if err := p.Validate(); err != nil {
		t.Fatal(err)
	}
	start := at(t, "UTC", "2026-11-24 10:00")
	for _, test := range []struct {
		level                    finding.Severity
		acknowledge, assign, fix string
		review                   string
	}{
		{finding.Critical, "2026-11-24 14:00", "", "2026-11-25 10:00", ""},
		{finding.High, "", "2026-11-25 10:00", "2026-12-01 10:00", ""},
		{finding.Medium, "", "", "2026-12-24 10:00", ""},
		{finding.Low, "", "", "", "2027-01-01 00:00"},
		{finding.Info, "", "", "", ""},
	} {
		want := Deadlines{Level: test.level}
		for text, to := range map[string]*time.Time{test.acknowledge: &want.Acknowledge, test.assign: &want.Assign, test.fix: &want.Fix, test.review: &want.Review} {
			if text != "" {
				*to = at(t, "UTC", text)
			}
		}
		if diff := cmp.Diff(want, p.Due(test.level, start, nil)); diff != "" {
			t.Errorf("%s: %s", test.level, diff)
		}
	}
}

func TestDue_calendarsAndClocks(t *testing.T) {
	p := mustParse(t, office)
	tests := []struct{ span, start, want string }{
		{"4 working hours", "2026-11-24 10:00", "2026-11-24 15:00"},  // lunch does not count
		{"2 working hours", "2026-11-24 10:30", "2026-11-24 12:30"},  // over at the very close
		{"4 working hours", "2026-11-27 14:00", "2026-11-30 12:00"},  // Friday's last hour, then Monday
		{"1 working hour", "2026-12-23 17:30", "2026-12-28 09:30"},   // Christmas, then a weekend
		{"1 working hour", "2027-12-23 17:30", "2027-12-24 09:30"},   // the 24th is a holiday in 2026 only
		{"1 working day", "2026-11-24 23:59", "2026-11-25 18:00"},    // the day itself does not count
		{"1 working day", "2026-11-25 00:00", "2026-11-26 18:00"},    //
		{"5 working days", "2026-12-22 10:00", "2026-12-31 18:00"},   // 23, 28, 29, 30, 31
		{"1 day", "2026-03-28 10:00", "2026-03-29 10:00"},            // 23 hours
		{"24 hours", "2026-03-28 10:00", "2026-03-29 11:00"},         //
		{"1 day", "2026-10-24 10:00", "2026-10-25 10:00"},            // 25 hours
		{"24 hours", "2026-10-24 10:00", "2026-10-25 09:00"},         //
		{"1 day", "2026-03-28 02:30", "2026-03-29 03:00"},            // 02:30 does not exist
		{"1 week", "2026-12-28 10:00", "2027-01-04 10:00"},           // over the year's end
		{"30 days", "2028-02-15 10:00", "2028-03-16 10:00"},          // a leap year
		{"next month end", "2026-12-05 10:00", "2027-01-01 00:00"},   //
		{"next quarter end", "2026-11-05 10:00", "2027-01-01 00:00"}, //
		{"next quarter end", "2026-09-30 23:59", "2026-10-01 00:00"}, //
		{"next quarter end", "2026-10-01 00:00", "2027-01-01 00:00"}, //
		{"next year end", "2026-01-01 00:00", "2027-01-01 00:00"},    //
		{"90 minutes", "2026-12-31 23:00", "2027-01-01 00:30"},       //
	}
	for _, test := range tests {
		s, err := ParseSpan(test.span)
		if err != nil {
			t.Fatal(err)
		}
		got := p.after(s, at(t, p.Zone, test.start), nil)
		if want := at(t, p.Zone, test.want); !got.Equal(want) || got.Location().String() != p.Zone {
			t.Errorf("%s from %s: got %s, want %s", test.span, test.start, got, want)
		}
	}
}

func TestDue_pausesDoNotCount(t *testing.T) {
	p := mustParse(t, office)
	pause := func(from, to string) Pause {
		out := Pause{From: at(t, p.Zone, from)}
		if to != "" {
			out.To = at(t, p.Zone, to)
		}
		return out
	}
	tests := []struct {
		span, start string
		paused      []Pause
		want        string
	}{
		{"4 hours", "2026-11-24 10:00", []Pause{pause("2026-11-24 11:00", "2026-11-24 12:00")}, "2026-11-24 15:00"},
		{"4 hours", "2026-11-24 10:00", []Pause{pause("2026-11-24 11:00", "2026-11-24 12:00"), pause("2026-11-24 11:30", "2026-11-24 13:00")}, "2026-11-24 16:00"},
		{"4 hours", "2026-11-24 10:00", []Pause{pause("2026-11-24 09:00", "2026-11-24 12:00")}, "2026-11-24 16:00"},
		{"4 hours", "2026-11-24 10:00", []Pause{pause("2026-11-24 11:00", "")}, ""},
		{"4 hours", "2026-11-24 10:00", []Pause{pause("2026-11-24 14:00", "")}, "2026-11-24 14:00"}, // too late to matter
		{"4 hours", "2026-11-24 10:00", []Pause{pause("2026-11-24 12:00", "2026-11-24 11:00")}, "2026-11-24 14:00"},
		{"2 working hours", "2026-11-24 10:00", []Pause{pause("2026-11-24 11:00", "2026-11-24 13:00")}, "2026-11-24 14:30"},
		{"1 working day", "2026-11-24 10:00", []Pause{pause("2026-11-25 10:00", "2026-11-25 16:00")}, "2026-11-25 18:00"},
		{"1 working day", "2026-11-24 10:00", []Pause{pause("2026-11-25 16:00", "2026-11-25 18:00")}, "2026-11-26 18:00"},
		{"3 days", "2026-10-23 10:00", []Pause{pause("2026-10-24 10:00", "2026-10-25 10:00")}, "2026-10-27 10:00"}, // 25 hours, and one day
		{"next quarter end", "2026-11-24 10:00", []Pause{pause("2026-12-01 00:00", "2027-02-01 00:00")}, "2027-04-01 00:00"},
		{"next quarter end", "2026-11-24 10:00", []Pause{pause("2026-12-01 00:00", "2026-12-02 00:00")}, "2027-01-01 00:00"},
		{"next quarter end", "2026-11-24 10:00", []Pause{pause("2026-12-01 00:00", "")}, ""},
		{"1 working day", "2026-11-24 10:00", []Pause{pause("2026-11-24 08:00", "")}, ""},
	}
	for i, test := range tests {
		s, err := ParseSpan(test.span)
		if err != nil {
			t.Fatal(err)
		}
		var want time.Time
		if test.want != "" {
			want = at(t, p.Zone, test.want)
		}
		if got := p.after(s, at(t, p.Zone, test.start), test.paused); !got.Equal(want) {
			t.Errorf("%d: %s from %s: got %s, want %s", i, test.span, test.start, got, want)
		}
	}
}

func TestDueThrough_graceAndExtension(t *testing.T) {
	p := Default()
	day := func(n int, clock string) time.Time { return at(t, "UTC", "2026-06-01 "+clock).AddDate(0, 0, n) }
	tests := []struct {
		name    string
		changes []Change
		want    Deadlines
	}{
		{"no change", []Change{{day(0, "10:00"), finding.Medium}}, Deadlines{Level: finding.Medium, Fix: day(30, "10:00")}},
		{"a late raise has a grace", []Change{{day(0, "10:00"), finding.Medium}, {day(9, "12:00"), finding.Critical}},
			Deadlines{Level: finding.Critical, Acknowledge: day(9, "16:00"), Fix: day(9, "16:00")}},
		{"an early raise counts from the beginning", []Change{{day(0, "10:00"), finding.Medium}, {day(0, "11:00"), finding.Critical}},
			Deadlines{Level: finding.Critical, Acknowledge: day(0, "15:00"), Fix: day(1, "10:00")}},
		{"a raise of what is overdue helps nobody", []Change{{day(0, "10:00"), finding.Medium}, {day(40, "12:00"), finding.Critical}},
			Deadlines{Level: finding.Critical, Acknowledge: day(40, "16:00"), Fix: day(30, "10:00")}},
		{"a raise from low has a month", []Change{{day(0, "10:00"), finding.Low}, {day(100, "12:00"), finding.Medium}},
			Deadlines{Level: finding.Medium, Fix: day(130, "12:00")}},
		{"a lowering extends", []Change{{day(0, "10:00"), finding.Critical}, {day(2, "12:00"), finding.High}},
			Deadlines{Level: finding.High, Assign: day(1, "10:00"), Fix: day(7, "10:00")}},
		{"a lowering keeps the grace", []Change{{day(0, "10:00"), finding.Medium}, {day(20, "12:00"), finding.Critical}, {day(20, "13:00"), finding.High}},
			Deadlines{Level: finding.High, Assign: day(1, "10:00"), Fix: day(20, "16:00")}},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, p.DueThrough(test.changes, nil)); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
	}
	if d := p.DueThrough(nil, nil); d != (Deadlines{}) {
		t.Errorf("no change gives %+v", d)
	}
}

func TestDue_neverGivesUp(t *testing.T) {
	p := Default()
	if err := p.Calendar.Hours.UnmarshalText([]byte("Mon 10:00-10:01")); err != nil {
		t.Fatal(err)
	}
	for date := time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC); len(p.Calendar.Holidays) < maxHolidays; date = date.AddDate(0, 0, 7) {
		p.Calendar.Holidays = append(p.Calendar.Holidays, Date{date.Year(), date.Month(), date.Day()})
	}
	start := at(t, "UTC", "2026-01-01 00:00")
	for _, s := range []Span{{20_000, WorkingHour}, {1, WorkingDay}} {
		if got, want := p.after(s, start, nil), start.AddDate(0, 0, horizon); !got.Equal(want) {
			t.Errorf("%s: got %s, want the horizon %s", s, got, want)
		}
	}
	if d := p.Due(finding.Critical, time.Time{}, nil); d != (Deadlines{Level: finding.Critical}) {
		t.Errorf("no start gives %+v", d)
	}
}

func TestParse_roundTrip(t *testing.T) {
	for _, p := range []*Policy{Default(), mustParse(t, office)} {
		text, err := Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Parse(text)
		if err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		if diff := cmp.Diff(p, again); diff != "" {
			t.Errorf("%s in\n%s", diff, text)
		}
		asJSON, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		var fromJSON Policy
		if err := json.Unmarshal(asJSON, &fromJSON); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(p, &fromJSON); diff != "" {
			t.Errorf("%s in %s", diff, asJSON)
		}
		if again, err = Parse(asJSON); err != nil || !cmp.Equal(p, again) {
			t.Errorf("JSON is not YAML: %v", err)
		}
	}
}

func TestParse_refuses(t *testing.T) {
	tests := []struct{ from, to, want string }{
		{office, "", "it is empty"},
		{"zone: Europe", "zones: Europe", `line 3: field zones not found`},
		{"Europe/Berlin", "Mars/Olympus", `zone "Mars/Olympus": want an IANA name`},
		{"Europe/Berlin", "../../etc/passwd", `zone "../../etc/passwd"`},
		{"Europe/Berlin", "Local", `zone "Local"`},
		{"name: office", "name: ''", "name: want a name"},
		{"Mon-Thu 09:00", "Mon-Thu 9.00", `"9.00-12:30": want hours such as 09:00-17:00`},
		{"Mon-Thu", "Mo-Th", `"Mo": want a day`},
		{"12-26", "13-26", `date "13-26"`},
		{"24h", "24x", `span "24x": want a number`},
		{"24h", "0h", `span "0h": want 1 to 87840 hours`},
		{"24h", "99999999999999999999h", "want 1 to"},
		{"critical:", "crit:", `severity "crit": want one of`},
		{"  low: {review: next quarter end}\n", "", "low is missing"},
		{"fix: 30d", "fix: 3d", ""},
		{"fix: 24h", "fix: 31d", "critical may take 31 days for fix, longer than medium (30 days)"},
		{"75%", "175%", `moment "175%": want "75%"`},
		{"tell: lead", "tell: ceo", `tell "ceo": want owner, lead or security`},
		{"when: 75%, tell: owner", "when: 3 working days after, tell: owner", "put them in the order of time"},
		{"escalate:", "---\nescalate:", "something stands after it"},
		{"name: office", "name: office\nname: two", "already"},
		{"zone: Europe/Berlin", "zone: [Europe/Berlin]", "line 3"},
	}
	for _, test := range tests {
		_, err := Parse([]byte(strings.Replace(office, test.from, test.to, 1)))
		switch {
		case test.want == "" && err != nil:
			t.Errorf("%q for %q: %v", test.to, test.from, err)
		case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
			t.Errorf("%q for %q: got %v, want %q", test.to, test.from, err, test.want)
		case err != nil && strings.Contains(err.Error(), "clock."):
			t.Errorf("%q for %q: the error names a Go type: %v", test.to, test.from, err)
		}
	}
	if _, err := Parse(make([]byte, maxPolicy+1)); err == nil {
		t.Error("a policy of any size is read")
	}
}

func TestValidate_whatParsingCannotSee(t *testing.T) {
	p := Default()
	p.Calendar.Hours[1] = []Shift{{600, 500}}
	p.Calendar.Holidays = []Date{{2026, 2, 30}}
	p.Terms[finding.Info] = Term{Fix: Span{1, 99}}
	p.Terms[finding.Severity(9)] = Term{}
	p.Escalate = append(p.Escalate, Escalation{Moment{50, Span{1, Day}}, Owner})
	err := p.Validate()
	for _, want := range []string{"shifts of Monday", `date "2026-02-30"`, "info: fix: span: unit 99 is unknown", "9 is no severity", "step 4: moment"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in: %v", want, err)
		}
	}
}
