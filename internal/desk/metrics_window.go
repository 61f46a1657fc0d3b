package desk

import (
	"fmt"
	"time"

	"github.com/reevehq/reeve/internal/facet"
)

// window is a span of whole days, both included, each by its first moment in the desk's time zone.
type window struct{ from, to time.Time }

// usualWindow is how many days a window has where nobody says so.
const usualWindow = 90

func windowOf(ask MetricsAsk, now time.Time) (window, error) {
	win := window{begin(ask.From, now), begin(ask.To, now)}
	if ask.To.IsZero() {
		win.to = begin(now, now)
	}
	if ask.From.IsZero() {
		win.from = win.to.AddDate(0, 0, 1-usualWindow)
	}
	days := int(dayOf(win.to)-dayOf(win.from)) + 1
	switch {
	case days < 1:
		return win, fmt.Errorf("%w: the window ends on %s, before it begins on %s", ErrInvalid, win.last(), win.first())
	case days > maxWindow:
		return win, fmt.Errorf("%w: a window of %d days: at most %d", ErrInvalid, days, maxWindow)
	case win.from.Year() < 1971 || win.to.Year() > 2100:
		return win, fmt.Errorf("%w: a window from %s to %s: want one between 1971 and 2100", ErrInvalid, win.first(), win.last())
	}
	return win, nil
}

// begin is the first moment of a day, by its date where it was given, in the zone of now.
func begin(t, now time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, now.Location())
}

func (w window) first() string { return w.from.Format(time.DateOnly) }
func (w window) last() string  { return w.to.Format(time.DateOnly) }

// term asks for what happened in the window.
func (w window) term(f facet.Field) string {
	return fmt.Sprintf("%s:%s..%s", f, w.first(), w.last())
}

// months splits it by calendar months, weeks by weeks from Monday to Sunday.
func (w window) months() []window {
	return w.split(func(t time.Time) time.Time { return time.Date(t.Year(), t.Month()+1, 1, 0, 0, 0, 0, t.Location()) })
}

func (w window) weeks() []window {
	return w.split(func(t time.Time) time.Time { return monday(t).AddDate(0, 0, 7) })
}

func (w window) split(next func(time.Time) time.Time) []window {
	var out []window
	for from := w.from; !from.After(w.to); {
		after := next(from)
		part := window{from, after.AddDate(0, 0, -1)}
		if part.to.After(w.to) {
			part.to = w.to
		}
		out = append(out, part)
		from = after
	}
	return out
}

// week is the number of the week in which a day of the window lies.
func (w window) week(t time.Time) int { return int(dayOf(monday(t))-dayOf(monday(w.from))) / 7 }

// month is the number of the month in which a moment of the window lies.
func (w window) month(t time.Time) int {
	return (t.Year()-w.from.Year())*12 + int(t.Month()-w.from.Month())
}

// monday is the first day of a day's week.
func monday(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day()-(int(t.Weekday())+6)%7, 0, 0, 0, 0, t.Location())
}
