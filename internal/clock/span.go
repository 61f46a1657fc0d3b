package clock

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Unit is what a span counts.
type Unit uint8

// The units. Minutes and hours pass everywhere alike. Days and weeks are those of the policy's calendar: a day later is the same time
// of day, also where clocks change in between. Working hours count while somebody works. A working day ends at the close of work;
// the day on which counting begins is not one of them. The ends are those of the calendar month, quarter and year.
const (
	None Unit = iota
	Minute
	Hour
	Day
	Week
	WorkingHour
	WorkingDay
	MonthEnd
	QuarterEnd
	YearEnd
)

// unit is how a unit is written, and how many of them make ten years, the longest span.
type unit struct {
	name  string
	short []string
	most  int
}

// units are in the order of the constants.
var units = [...]unit{
	None:        {name: "none"},
	Minute:      {"minute", []string{"m", "min"}, 10 * 366 * 24 * 60},
	Hour:        {"hour", []string{"h"}, 10 * 366 * 24},
	Day:         {"day", []string{"d"}, 10 * 366},
	Week:        {"week", []string{"w"}, 10 * 53},
	WorkingHour: {"working hour", []string{"wh"}, 20_000},
	WorkingDay:  {"working day", []string{"wd"}, 2_600},
	MonthEnd:    {"next month end", nil, 1},
	QuarterEnd:  {"next quarter end", nil, 1},
	YearEnd:     {"next year end", nil, 1},
}

// Span is a length of time as people agree on it. The zero Span is none: no limit.
type Span struct {
	// Count is how many of the unit; 1 for the ends of periods.
	Count int
	// Unit is what is counted.
	Unit Unit
}

// ParseSpan reads "4h", "7 days", "5 working days", "next quarter end" or "none".
func ParseSpan(text string) (Span, error) {
	if len(text) > 100 {
		return Span{}, errors.New("span: longer than 100 bytes")
	}
	word := strings.ToLower(strings.Join(strings.Fields(text), " "))
	for u, known := range units {
		if known.most <= 1 && word == known.name {
			return Span{known.most, Unit(u)}, nil
		}
	}
	digits := word[:len(word)-len(strings.TrimLeft(word, "0123456789"))]
	name := strings.TrimSpace(word[len(digits):])
	for u, known := range units {
		if known.most <= 1 || digits == "" || !known.called(name) {
			continue
		}
		n, err := strconv.Atoi(digits)
		s := Span{n, Unit(u)}
		if err != nil || s.check() != nil {
			return Span{}, fmt.Errorf("span %q: want 1 to %d %ss", text, known.most, known.name)
		}
		return s, nil
	}
	return Span{}, fmt.Errorf("span %q: want a number with hours, days, weeks, working hours or working days, or \"next quarter end\", or \"none\"", text)
}

func (u *unit) called(name string) bool {
	if name == u.name || name == u.name+"s" {
		return true
	}
	for _, s := range u.short {
		if name == s {
			return true
		}
	}
	return false
}

func (s Span) check() error {
	switch {
	case int(s.Unit) >= len(units):
		return fmt.Errorf("span: unit %d is unknown", s.Unit)
	case s.Unit == None && s.Count != 0, s.Unit != None && (s.Count < 1 || s.Count > units[s.Unit].most):
		return fmt.Errorf("span: %d is too few or too many for the unit %q", s.Count, units[s.Unit].name)
	}
	return nil
}

// String writes the span so that ParseSpan reads it: "4 hours", "next quarter end", "none".
func (s Span) String() string {
	switch {
	case int(s.Unit) >= len(units):
		return "unknown"
	case units[s.Unit].most <= 1:
		return units[s.Unit].name
	case s.Count == 1:
		return "1 " + units[s.Unit].name
	}
	return strconv.Itoa(s.Count) + " " + units[s.Unit].name + "s"
}

// MarshalText writes the span as String does.
func (s Span) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the span as ParseSpan does.
func (s *Span) UnmarshalText(b []byte) (err error) {
	*s, err = ParseSpan(string(b))
	return err
}

// longer tells that a span is longer than another whenever it begins. Spans whose units do not compare are not.
func (s Span) longer(than Span) bool {
	a, b := s, than
	switch {
	case a.Unit == None || b.Unit == None:
		return false
	case a.Unit == b.Unit:
		return a.Count > b.Count
	case a.Unit >= MonthEnd && b.Unit >= MonthEnd:
		return a.Unit > b.Unit
	case a.Unit <= Week && b.Unit <= Week:
		return a.minutes() > b.minutes()+60 // a day may be an hour longer than another
	}
	return false
}

// minutes is the usual length of a span that working hours do not touch.
func (s Span) minutes() int {
	return s.Count * [...]int{Minute: 1, Hour: 60, Day: 24 * 60, Week: 7 * 24 * 60}[s.Unit]
}
