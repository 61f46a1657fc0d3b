package clock

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Text says the status in a sentence without its full stop: "overdue by 3 days: it should have been fixed by Tue 24 Nov 2026, 17:00 CET".
// The reason of a pause stands in it in quotes, and is whatever somebody has written.
func (s Status) Text(now time.Time) string {
	if !s.Fixed.IsZero() {
		return s.fixedText()
	}
	var b strings.Builder
	done := stageNames[min(int(s.Stage), len(stageNames)-1)].done
	switch {
	case s.Overdue > 0:
		fmt.Fprintf(&b, "overdue by %s: it should have been %s by %s", length(now.Sub(s.Due)), done, deadline(s.Due))
	case !s.Due.IsZero():
		fmt.Fprintf(&b, "to be %s by %s: %s left", done, deadline(s.Due), length(s.Due.Sub(now)))
	case s.Stage != NoStage:
		fmt.Fprintf(&b, "to be %s once it goes on", done)
	default:
		b.WriteString("no deadline")
	}
	if s.Paused != nil {
		fmt.Fprintf(&b, "; paused since %s", moments(s.Paused.From))
		if !s.Paused.To.IsZero() {
			fmt.Fprintf(&b, " until %s", moments(s.Paused.To))
		}
		if s.Paused.Reason != "" {
			b.WriteString(": " + strconv.Quote(s.Paused.Reason))
		}
	}
	if !s.Unapproved.IsZero() {
		fmt.Fprintf(&b, "; promised for %s, which is later and which nobody has approved", moments(s.Unapproved))
	}
	return b.String()
}

func (s Status) fixedText() string {
	switch {
	case s.Due.IsZero():
		return "fixed on " + moments(s.Fixed)
	case s.Fixed.After(s.Due):
		return fmt.Sprintf("fixed on %s, %s too late", moments(s.Fixed), length(s.Fixed.Sub(s.Due)))
	}
	return "fixed in time, on " + moments(s.Fixed)
}

// moments writes a moment as people do.
func moments(t time.Time) string { return t.Format("Mon 2 Jan 2006, 15:04 MST") }

// deadline writes a moment at which something ends: midnight is the end of the day before.
func deadline(t time.Time) string {
	if t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 {
		return t.AddDate(0, 0, -1).Format("the end of Mon 2 Jan 2006") + t.Format(" (MST)")
	}
	return moments(t)
}

// length writes a duration in its largest unit, rounded down.
func length(d time.Duration) string {
	const day = 24 * time.Hour
	for _, u := range []struct {
		name string
		size time.Duration
	}{{"day", day}, {"hour", time.Hour}, {"minute", time.Minute}} {
		switch n := int64(d / u.size); {
		case n == 1:
			return "1 " + u.name
		case n > 1:
			return strconv.FormatInt(n, 10) + " " + u.name + "s"
		}
	}
	return "less than a minute"
}
