package clock

import (
	"cmp"
	"iter"
	"slices"
	"time"
)

// Days and working hours are counted on the clock on the wall, which people read, and not in hours that have passed. A reading of it is a
// time.Time in UTC that shows what the wall clock shows. Where clocks are set back the wall clock stands still until the repeated hour is
// over; where they are set forward it jumps. So it never goes back, a day always has 24 hours of it, a working day always its working
// hours, and whoever begins later is never due earlier.

// wallClock reads the wall clock at a moment.
func wallClock(t time.Time, loc *time.Location) time.Time {
	t = t.In(loc)
	_, offset := t.Zone()
	read := shown(t, offset)
	if since, _ := t.ZoneBounds(); !since.IsZero() {
		_, before := since.Add(-1).Zone()
		if stood := shown(since, before); before > offset && stood.After(read) {
			return stood
		}
	}
	return read
}

func shown(t time.Time, offset int) time.Time {
	return t.UTC().Add(time.Duration(offset) * time.Second)
}

// moment is the first at which the wall clock shows a reading or, where it jumps over it, more.
func moment(read time.Time, loc *time.Location) time.Time {
	if loc == time.UTC {
		return read
	}
	t := read.Add(-24 * time.Hour).In(loc) // before any offset there is
	for {
		_, offset := t.Zone()
		since, until := t.ZoneBounds()
		at := read.Add(time.Duration(-offset) * time.Second)
		switch {
		case !until.IsZero() && !at.Before(until):
			t = until
		case at.Before(since):
			return since.In(loc)
		default:
			return at.In(loc)
		}
	}
}

// far is later than every deadline.
var far = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// horizon is how far ahead working hours are looked for, in days. A deadline beyond it is brought forward to it.
const horizon = 11 * 366

// stretch is time between two readings.
type stretch struct{ from, to time.Time }

// meter counts time: which clock it reads, when it runs at all, and when it was stopped.
type meter struct {
	loc *time.Location
	// working is nil for a meter that always runs.
	working *Calendar
	// stops are in order and apart from one another; one that has not ended lasts until far.
	stops []stretch
}

// meter gives what counts a unit: hours pass everywhere alike and are read off UTC, all else off the policy's wall clock.
func (p *Policy) meter(u Unit, paused []Pause) meter {
	m := meter{loc: p.zone()}
	switch u {
	case Minute, Hour:
		m.loc = time.UTC
	case WorkingHour, WorkingDay:
		m.working = &p.Calendar
	}
	if len(paused) == 0 {
		return m
	}
	list := make([]stretch, 0, len(paused))
	for _, pause := range paused {
		s := stretch{wallClock(pause.From, m.loc), far}
		if !pause.To.IsZero() {
			s.to = wallClock(pause.To, m.loc)
		}
		if s.from.Before(s.to) {
			list = append(list, s)
		}
	}
	slices.SortFunc(list, func(a, b stretch) int { return cmp.Or(a.from.Compare(b.from), a.to.Compare(b.to)) })
	for _, s := range list {
		if n := len(m.stops); n > 0 && !s.from.After(m.stops[n-1].to) {
			m.stops[n-1].to = later(m.stops[n-1].to, s.to)
			continue
		}
		m.stops = append(m.stops, s)
	}
	return m
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// midnight is the beginning of a reading's day.
func midnight(read time.Time) time.Time {
	y, m, d := read.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// shifts are the stretches from a reading on in which somebody works.
func (m *meter) shifts(from time.Time) iter.Seq[stretch] {
	return func(yield func(stretch) bool) {
		if m.working == nil {
			yield(stretch{from, far})
			return
		}
		day := midnight(from)
		for range horizon {
			for _, s := range m.working.shifts(day) {
				at := stretch{later(from, day.Add(time.Duration(s.From)*time.Minute)), day.Add(time.Duration(s.To) * time.Minute)}
				if at.from.Before(at.to) && !yield(at) {
					return
				}
			}
			day = day.AddDate(0, 0, 1)
		}
	}
}

// running are the stretches from a reading on in which the meter runs: somebody works, and nothing has stopped it.
func (m *meter) running(from time.Time) iter.Seq[stretch] {
	return func(yield func(stretch) bool) {
		stops := m.stops
		for s := range m.shifts(from) {
			for s.from.Before(s.to) {
				for len(stops) > 0 && !stops[0].to.After(s.from) {
					stops = stops[1:]
				}
				if len(stops) == 0 || !stops[0].from.Before(s.to) {
					if !yield(s) {
						return
					}
					break
				}
				if s.from.Before(stops[0].from) && !yield(stretch{s.from, stops[0].from}) {
					return
				}
				if s.from = stops[0].to; s.from.Equal(far) {
					return
				}
			}
		}
	}
}

// count is how much the meter counts between two readings.
func (m *meter) count(from, to time.Time) (sum time.Duration) {
	for s := range m.running(from) {
		if !s.from.Before(to) {
			break
		}
		sum += earlier(s.to, to).Sub(s.from)
	}
	return sum
}

// advance is the first reading at which the meter has counted so much; zero if it has stopped before.
func (m *meter) advance(from time.Time, d time.Duration) time.Time {
	for s := range m.running(from) {
		length := s.to.Sub(s.from)
		if length >= d {
			return s.from.Add(d)
		}
		d -= length
	}
	return m.giveUp(from)
}

// close is the end of the n-th working day after a reading's. A day whose end lies in a stop is none.
func (m *meter) close(from time.Time, n int) time.Time {
	from = m.resumed(from)
	day := midnight(from)
	for range horizon {
		if day = day.AddDate(0, 0, 1); day.After(far) {
			break
		}
		shifts := m.working.shifts(day)
		if len(shifts) == 0 {
			continue
		}
		end := day.Add(time.Duration(shifts[len(shifts)-1].To) * time.Minute)
		if m.stopped(end) == nil {
			if n--; n == 0 {
				return end
			}
		}
	}
	return m.giveUp(from)
}

// end is the end of the month, quarter or year of a reading. One that lies in a stop gives way to the next after it.
func (m *meter) end(from time.Time, months int) time.Time {
	from = m.resumed(from)
	for from.Before(far) {
		y, month, _ := from.Date()
		end := time.Date(y, (month-1)/time.Month(months)*time.Month(months)+1+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
		stop := m.stopped(end)
		if stop == nil {
			return end
		}
		from = stop.to
	}
	return time.Time{}
}

// resumed is the reading itself or, in a stop, its end.
func (m *meter) resumed(read time.Time) time.Time {
	for _, s := range m.stops {
		if !read.Before(s.from) && read.Before(s.to) {
			return s.to
		}
	}
	return read
}

// stopped is the stop in which the last moment before a reading lies.
func (m *meter) stopped(read time.Time) *stretch {
	for i, s := range m.stops {
		if s.from.Before(read) && !read.After(s.to) {
			return &m.stops[i]
		}
	}
	return nil
}

// giveUp is where no deadline was found: none where the meter was stopped for good, else the horizon, for a deadline must not get lost.
func (m *meter) giveUp(from time.Time) time.Time {
	if n := len(m.stops); n > 0 && m.stops[n-1].to.Equal(far) {
		return time.Time{}
	}
	return from.AddDate(0, 0, horizon)
}
