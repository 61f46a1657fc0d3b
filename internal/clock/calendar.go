package clock

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Calendar says when people work.
type Calendar struct {
	// Hours are the working hours of a week; empty means always.
	Hours Hours `yaml:"hours,omitempty" json:"hours,omitzero"`
	// Holidays are days without working hours.
	Holidays []Date `yaml:"holidays,omitempty" json:"holidays,omitempty"`
}

// Shift is a stretch of a day, in minutes since midnight by the clock on the wall; To is at most 24*60.
type Shift struct{ From, To int }

// wholeDay is a day without a beginning or an end of work.
var wholeDay = []Shift{{0, 24 * 60}}

// Hours are the working hours of each weekday, in order and apart from one another. The zero Hours are always.
type Hours [7][]Shift // by time.Weekday

// IsZero tells that the hours are always.
func (h Hours) IsZero() bool {
	return !slices.ContainsFunc(h[:], func(s []Shift) bool { return len(s) > 0 })
}

// weekdays are in the order in which people write them.
var weekdays = [7]time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}

// ParseHours reads "always" or working hours such as "Mon-Thu 09:00-12:30, 13:30-18:00; Fri 09:00-15:00". Days without hours after them
// are worked through; hours that end before they begin end on the next day.
func ParseHours(text string) (Hours, error) {
	var h Hours
	if len(text) > 1000 {
		return h, errors.New("hours: longer than 1000 bytes")
	}
	if strings.EqualFold(strings.TrimSpace(text), "always") {
		return h, nil
	}
	for part := range strings.SplitSeq(text, ";") {
		if err := h.add(part); err != nil {
			return Hours{}, fmt.Errorf("hours %q: %w", text, err)
		}
	}
	for d := range h {
		h[d] = merged(h[d])
	}
	return h, nil
}

// add reads the days and hours of one part.
func (h *Hours) add(part string) error {
	var days []int
	var shifts []Shift
	for _, word := range strings.FieldsFunc(part, func(r rune) bool { return r == ' ' || r == ',' || r == '\t' }) {
		from, to, ranged := strings.Cut(word, "-")
		if word[0] < '0' || word[0] > '9' {
			if len(shifts) > 0 {
				return fmt.Errorf("%q stands after hours: part days and their hours from others by \";\"", word)
			}
			first, err := parseWeekday(from)
			last := first
			if err == nil && ranged {
				last, err = parseWeekday(to)
			}
			if err != nil {
				return err
			}
			for d := first; ; d = (d + 1) % 7 {
				days = append(days, d)
				if d == last {
					break
				}
			}
			continue
		}
		a, okA := parseTime(from)
		b, okB := parseTime(to)
		if !okA || !okB || a == b || a == 24*60 {
			return fmt.Errorf("%q: want hours such as 09:00-17:00", word)
		}
		shifts = append(shifts, Shift{a, b})
	}
	if len(days) == 0 {
		return errors.New("want days, then hours: \"Mon-Fri 09:00-17:00\"")
	}
	if len(shifts) == 0 {
		shifts = wholeDay
	}
	for _, d := range days {
		for _, s := range shifts {
			if s.From > s.To { // over midnight
				next := (d + 1) % 7
				if s.To > 0 {
					h[next] = append(h[next], Shift{0, s.To})
				}
				s.To = 24 * 60
			}
			h[d] = append(h[d], s)
		}
	}
	return nil
}

// merged puts shifts in order and joins those that touch.
func merged(list []Shift) []Shift {
	slices.SortFunc(list, func(a, b Shift) int { return a.From - b.From })
	var out []Shift
	for _, s := range list {
		if n := len(out); n > 0 && s.From <= out[n-1].To {
			out[n-1].To = max(out[n-1].To, s.To)
			continue
		}
		out = append(out, s)
	}
	return out
}

func parseWeekday(s string) (int, error) {
	for d := range 7 {
		name := time.Weekday(d).String()
		if strings.EqualFold(s, name) || strings.EqualFold(s, name[:3]) {
			return d, nil
		}
	}
	return 0, fmt.Errorf("%q: want a day such as Mon or Monday", s)
}

// parseTime reads a time of day as minutes since midnight.
func parseTime(s string) (int, bool) {
	h, m, ok := strings.Cut(s, ":")
	hour, err1 := strconv.ParseUint(h, 10, 8)
	minute, err2 := strconv.ParseUint(m, 10, 8)
	at := int(hour)*60 + int(minute)
	return at, ok && err1 == nil && err2 == nil && len(h) <= 2 && len(m) == 2 && minute < 60 && at <= 24*60
}

// String writes the hours so that ParseHours reads them.
func (h Hours) String() string {
	if h.IsZero() {
		return "always"
	}
	var parts []string
	for i := 0; i < 7; i++ {
		shifts := h[weekdays[i]]
		if len(shifts) == 0 {
			continue
		}
		text := weekdays[i].String()[:3]
		last := i
		for last < 6 && slices.Equal(h[weekdays[last+1]], shifts) {
			last++
		}
		if last > i {
			text += "-" + weekdays[last].String()[:3]
		}
		i = last
		var times []string
		for _, s := range shifts {
			times = append(times, fmt.Sprintf("%02d:%02d-%02d:%02d", s.From/60, s.From%60, s.To/60, s.To%60))
		}
		parts = append(parts, text+" "+strings.Join(times, ", "))
	}
	return strings.Join(parts, "; ")
}

// MarshalText writes the hours as String does.
func (h Hours) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads the hours as ParseHours does.
func (h *Hours) UnmarshalText(b []byte) (err error) {
	*h, err = ParseHours(string(b))
	return err
}

// check finds shifts that are not in order, for hours that were not parsed.
func (h Hours) check() error {
	for d, shifts := range h {
		end := -1
		for _, s := range shifts {
			if s.From <= end || s.To <= s.From || s.To > 24*60 {
				return fmt.Errorf("the shifts of %s are not in order, or overlap", time.Weekday(d))
			}
			end = s.To
		}
	}
	return nil
}

// Date is a day of the calendar. Without a year it returns each year.
type Date struct {
	// Year is 0 for a day that returns each year.
	Year  int
	Month time.Month
	Day   int
}

// ParseDate reads "2026-12-25" or, for every year, "12-25".
func ParseDate(s string) (Date, error) {
	full := s
	if len(s) == len("12-25") {
		full = "2000-" + s // a leap year: 02-29 returns when it can
	}
	t, err := time.Parse(time.DateOnly, full)
	if err != nil || t.Year() == 0 {
		return Date{}, fmt.Errorf("date %q: want a day such as \"2026-12-25\", or \"12-25\" for every year", s)
	}
	d := Date{t.Year(), t.Month(), t.Day()}
	if full != s {
		d.Year = 0
	}
	return d, nil
}

// String writes the day so that ParseDate reads it.
func (d Date) String() string {
	if d.Year == 0 {
		return fmt.Sprintf("%02d-%02d", int(d.Month), d.Day)
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
}

// MarshalText writes the day as String does.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the day as ParseDate does.
func (d *Date) UnmarshalText(b []byte) (err error) {
	*d, err = ParseDate(string(b))
	return err
}

func (d Date) check() error {
	_, err := ParseDate(d.String())
	return err
}

// shifts are the working hours of a day, given as a time of the wall clock.
func (c *Calendar) shifts(day time.Time) []Shift {
	year, month, date := day.Date()
	for _, h := range c.Holidays {
		if h.Day == date && h.Month == month && (h.Year == year || h.Year == 0) {
			return nil
		}
	}
	if c.Hours.IsZero() {
		return wholeDay
	}
	return c.Hours[day.Weekday()]
}
