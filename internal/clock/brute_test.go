package clock

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/reevehq/reeve/internal/finding"
)

// brute counts minute by minute. It reads the clock on the wall with time.Time.In only, and shares no arithmetic with the package.
type brute struct {
	loc    *time.Location
	cal    *Calendar
	paused [][2]int64 // readings in minutes

	day     int64
	minutes []bool // of day

	since, until, offset int64
}

// reading is what the wall clock shows, as minutes since 1970, if it never goes back: the most it has shown in the last hours.
func (b *brute) reading(t time.Time) int64 {
	at := t.Unix() / 60
	most := b.plain(at)
	for back := range int64(180) { // each of these minutes has passed to its end
		most = max(most, b.plain(at-back-1)+1)
	}
	return most
}

// plain is what it does show, so many minutes after 1970 in UTC.
func (b *brute) plain(minute int64) int64 {
	if minute < b.since || minute >= b.until { // asked once for each stretch between changes of clocks: this is the hot loop
		local := time.Unix(minute*60, 0).In(b.loc)
		_, seconds := local.Zone()
		since, until := local.ZoneBounds()
		if b.since, b.until, b.offset = since.Unix()/60, until.Unix()/60, int64(seconds/60); until.IsZero() {
			b.until = far.Unix() / 60
		}
	}
	return minute + b.offset
}

func (b *brute) works(reading int64) bool {
	if day := reading / (24 * 60); day != b.day || b.minutes == nil {
		b.day, b.minutes = day, b.worked(time.Unix(day*24*60*60, 0).UTC())
	}
	return b.minutes[reading%(24*60)]
}

// worked tells of each minute of a day whether somebody works.
func (b *brute) worked(day time.Time) []bool {
	out := make([]bool, 24*60)
	for _, h := range b.cal.Holidays {
		if (h.Year == 0 || h.Year == day.Year()) && h.Month == day.Month() && h.Day == day.Day() {
			return out
		}
	}
	for minute := range out {
		out[minute] = b.cal.Hours.IsZero() || slices.ContainsFunc(b.cal.Hours[day.Weekday()], func(s Shift) bool { return s.From <= minute && minute < s.To })
	}
	return out
}

func (b *brute) pausedAt(reading int64) bool {
	return slices.ContainsFunc(b.paused, func(p [2]int64) bool { return p[0] <= reading && reading < p[1] })
}

// due walks until the span is over; limit is in minutes of walking.
func (b *brute) due(s Span, start time.Time, limit int) (time.Time, bool) {
	read := b.reading(start)
	left := s.Count
	switch s.Unit {
	case Hour, WorkingHour:
		left *= 60
	case Day:
		left *= 24 * 60
	case Week:
		left *= 7 * 24 * 60
	}
	begun, firstDay := false, int64(0)
	for i := range limit {
		minute := start.Unix()/60 + int64(i)
		for next := max(read, b.plain(minute)+1, b.plain(minute+1)); read < next; read++ {
			day := read / (24 * 60)
			switch {
			case s.Unit == WorkingDay:
				if !begun && !b.pausedAt(read) {
					begun, firstDay = true, day
				}
				if begun && day > firstDay && b.lastOfDay(read) && !b.pausedAt(read) {
					left--
				}
			case b.pausedAt(read), s.Unit == WorkingHour && !b.works(read):
			default:
				left--
			}
			if left == 0 {
				// The first moment at which the clock shows more than this minute.
				return time.Unix(60*(minute+1), 0), true
			}
		}
	}
	return time.Time{}, false
}

// lastOfDay tells the last working minute of a day.
func (b *brute) lastOfDay(read int64) bool {
	if !b.works(read) {
		return false
	}
	for next := read + 1; next/(24*60) == read/(24*60); next++ {
		if b.works(next) {
			return false
		}
	}
	return true
}

var zoneNames = []string{"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu",
	"America/Sao_Paulo", "Africa/Casablanca", "Asia/Tehran", "Pacific/Chatham", "America/St_Johns"}

// randomCase is a policy with a start and pauses.
func randomCase(r *rand.Rand) (p *Policy, start time.Time, paused []Pause) {
	p = &Policy{Name: "random", Zone: zoneNames[r.IntN(len(zoneNames))]}
	start = time.Date(1995+r.IntN(40), time.Month(1+r.IntN(12)), 1+r.IntN(28), r.IntN(24), r.IntN(60), 0, 0, time.UTC)
	if _, until := start.In(p.zone()).ZoneBounds(); !until.IsZero() && r.IntN(2) == 0 {
		start = until.Add(time.Duration(r.IntN(4*1440)-3*1440) * time.Minute).UTC().Truncate(time.Minute) // near a change of clocks
	}
	if r.IntN(6) > 0 {
		for d := range 7 {
			for range r.IntN(3) {
				from := r.IntN(24 * 60)
				p.Calendar.Hours[d] = append(p.Calendar.Hours[d], Shift{from, from + 1 + r.IntN(24*60-from)})
			}
			p.Calendar.Hours[d] = merged(p.Calendar.Hours[d])
		}
	}
	for range r.IntN(4) {
		at := start.AddDate(0, 0, r.IntN(6)-1)
		d := Date{at.Year(), at.Month(), at.Day()}
		if r.IntN(2) == 0 {
			d.Year = 0
		}
		p.Calendar.Holidays = append(p.Calendar.Holidays, d)
	}
	for range r.IntN(4) {
		pause := Pause{From: start.Add(time.Duration(r.IntN(4*1440)-1440) * time.Minute)}
		pause.To = pause.From.Add(time.Duration(r.IntN(1440)-100) * time.Minute)
		if r.IntN(12) == 0 {
			pause.To = time.Time{}
		}
		paused = append(paused, pause)
	}
	return p, start, paused
}

func TestDue_equalsCountingMinuteByMinute(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	cases, compared := 10_000, map[Unit]int{}
	if testing.Short() {
		cases = 1000
	}
	const limit = 9 * 1440
	for i := range cases {
		p, start, paused := randomCase(r)
		span := []Span{{1 + r.IntN(2000), Minute}, {1 + r.IntN(60), Hour}, {1 + r.IntN(3), Day}, {1, Week}, {1 + r.IntN(20), WorkingHour}, {1 + r.IntN(3), WorkingDay}}[i%6]
		b := &brute{loc: p.zone(), cal: &p.Calendar}
		if span.Unit <= Hour {
			b.loc = time.UTC
		}
		for _, pause := range paused {
			to := int64(1 << 40)
			if !pause.To.IsZero() {
				to = b.reading(pause.To)
			}
			b.paused = append(b.paused, [2]int64{b.reading(pause.From), to})
		}
		want, found := b.due(span, start, limit)
		got := p.after(span, start, paused)
		if !found {
			if !got.IsZero() && got.Before(start.Add(limit*time.Minute)) {
				t.Fatalf("case %d: %s from %s in %s: got %s, counting finds none", i, span, start, p.Zone, got)
			}
			continue
		}
		// Where the clock jumps over the deadline, counting reaches it in the minute of the jump.
		if !got.Equal(want) {
			t.Fatalf("case %d: %s from %s in %s, hours %s, holidays %v, pauses %v: got %s, counting gives %s",
				i, span, start.In(p.zone()), p.Zone, p.Calendar.Hours, p.Calendar.Holidays, paused, got, want.In(p.zone()))
		}
		compared[span.Unit]++
	}
	for _, u := range []Unit{Minute, Hour, Day, Week, WorkingHour, WorkingDay} {
		if compared[u] < cases/20 {
			t.Errorf("only %d cases of %q were compared: %v", compared[u], units[u].name, compared)
		}
	}
}

func TestDue_laterStartsAndPausesAreNeverDueEarlier(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for i := range 10_000 {
		p, start, paused := randomCase(r)
		spans := []Span{{1 + r.IntN(2000), Minute}, {1 + r.IntN(60), Hour}, {1 + r.IntN(40), Day}, {1 + r.IntN(4), Week}, {1 + r.IntN(100), WorkingHour},
			{1 + r.IntN(20), WorkingDay}, {1, MonthEnd}, {1, QuarterEnd}, {1, YearEnd}}
		span := spans[i%len(spans)]
		due := endless(p.after(span, start, paused))
		if !due.After(start) {
			t.Fatalf("%s from %s in %s is due at %s: not after its start", span, start, p.Zone, due)
		}
		step := time.Duration(1+r.IntN(3000)) * time.Minute
		if next := endless(p.after(span, start.Add(step), paused)); next.Before(due) {
			t.Fatalf("case %d: %s in %s with pauses %v: from %s due at %s, but from %s already at %s", i, span, p.Zone, paused, start, due, start.Add(step), next)
		}
		if len(paused) > 0 {
			if less := endless(p.after(span, start, paused[1:])); due.Before(less) {
				t.Fatalf("case %d: %s from %s in %s: a pause made it due at %s instead of %s", i, span, start, p.Zone, due, less)
			}
		}
	}
}

func TestDue_worseIsNeverDueLater(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	p := Default()
	for range 2000 {
		random, start, paused := randomCase(r)
		p.Zone = random.Zone
		for _, worse := range finding.Severities() {
			for milder := finding.Info; milder < worse; milder++ {
				a, b := p.Due(worse, start, paused), p.Due(milder, start, paused)
				if !b.Fix.IsZero() && endless(a.Fix).After(b.Fix) {
					t.Fatalf("%s is due at %s, %s already at %s", worse, a.Fix, milder, b.Fix)
				}
			}
		}
	}
}

func TestDueThrough_raisesNeverDelayAndLoweringsNeverHurry(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	p := Default()
	for range 2000 {
		random, start, paused := randomCase(r)
		p.Zone = random.Zone
		changes := []Change{{start, finding.Severity(r.IntN(5))}}
		before := p.DueThrough(changes, paused)
		for range 4 {
			last := changes[len(changes)-1]
			changes = append(changes, Change{last.At.Add(time.Duration(r.IntN(20_000)) * time.Minute), finding.Severity(r.IntN(5))})
			c := changes[len(changes)-1]
			after := p.DueThrough(changes, paused)
			a, b := endless(before.Fix), endless(after.Fix)
			said := fmt.Sprintf("%v with pauses %v: due at %s, then at %s", changes, paused, a, b)
			switch {
			case c.Level == last.Level && !a.Equal(b):
				t.Fatal("no change moves a deadline: " + said)
			case c.Level > last.Level && b.After(a) && p.Terms[c.Level].Fix.Unit != None:
				t.Fatal("a raise delays: " + said)
			case c.Level > last.Level && a.After(c.At) && !b.After(c.At):
				t.Fatal("overdue in the moment of a raise: " + said)
			case c.Level < last.Level && b.Before(a) && a.Before(never):
				t.Fatal("a lowering hurries: " + said)
			}
			before = after
		}
	}
}
