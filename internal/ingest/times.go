package ingest

import (
	"strconv"
	"strings"
	"time"
)

// timeOf reads a time in the shapes tools write; zero where it is none. One without a zone is taken for UTC.
func timeOf(s string) time.Time {
	s = strings.TrimSuffix(strings.TrimSpace(s), " UTC")
	if s == "" {
		return time.Time{}
	}
	for _, layout := range [...]string{ // seconds may have a fraction in all of them
		time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05-0700",
		"2006-01-02T15:04:05-0700", "2006-01-02 15:04:05 -0700 MST", time.DateOnly, "2006/01/02 15:04:05", "20060102T150405", time.RFC1123, time.RFC1123Z,
		time.ANSIC, time.UnixDate, "Mon, 2 Jan 2006 15:04:05", "Monday, January 2, 2006 3:04:05 PM", "Jan 2, 2006 15:04:05", "02 Jan 2006 03:04PM GMT-0700",
	} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

// day is the date of a time, as catalogues write it; "" where it is none.
func day(s string) string {
	if t := timeOf(s); !t.IsZero() {
		return t.Format(time.DateOnly)
	}
	return ""
}

// commitTime writes the time of a commit in UTC; "" where it is none.
func commitTime(date string) string {
	if t := timeOf(date); t.Year() > 1 {
		return t.Format(time.RFC3339)
	}
	return ""
}

// unixTime reads seconds since 1970; zero where it is no such number.
func unixTime(s string) time.Time {
	sec, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	if err != nil || sec <= 0 || sec > 1<<40 {
		return time.Time{}
	}
	return time.Unix(sec, 0).UTC()
}
