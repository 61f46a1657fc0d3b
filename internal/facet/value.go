package facet

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// check tells whether a value can be asked of a field, and gives it as String writes it.
func (f Field) check(value string) (string, error) {
	about := f.about()
	var err error
	switch about.kind {
	case kindEnum, kindScale, kindFlag, kindBits, kindComputed:
		value = strings.NewReplacer(" ", "-", "_", "-").Replace(strings.ToLower(value))
		if about.kind == kindFlag || about.kind == kindComputed {
			value = yesNo(value)
		}
		_, err = f.codes(value)
	case kindScore, kindEPSS:
		value = strings.ToLower(value)
		_, err = f.numbers(value)
	case kindTime:
		value = strings.ToLower(value)
		_, err = f.times(value, time.Unix(0, 0).UTC())
	default:
		err = checkName(value, f == Path, f == Text)
	}
	if err != nil {
		return "", fmt.Errorf("%s %q: want %w", f, value, err)
	}
	return value, nil
}

func yesNo(s string) string {
	switch s {
	case "true", "1":
		return "yes"
	case "false", "0":
		return "no"
	}
	return s
}

func checkName(value string, path, text bool) error {
	switch {
	case value == "" || value == "=":
		return fmt.Errorf("a value")
	case len(value) > maxValue:
		return fmt.Errorf("at most %d bytes", maxValue)
	case !text && value[0] != '=' && strings.Contains(value, "*"):
		_, err := newGlob(string(fold([]byte(value))), path)
		if err != nil {
			return fmt.Errorf("a shorter pattern: %w", err)
		}
	}
	return nil
}

// span is what lies from low to high, both included, as numbers are kept.
type span struct{ low, high uint32 }

// codes gives the bytes of the field's column that a word means, as a table. Errors complete "want …".
func (f Field) codes(value string) (table [256]bool, err error) {
	about, names := f.about(), f.names()
	op, word := "", value
	if about.kind == kindScale {
		op, word = operator(value)
	}
	known := false
	for c := range table {
		for _, w := range f.wordsOf(uint8(c)) {
			if w != "" {
				table[c] = table[c] || w == word
			}
		}
		known = known || table[c]
	}
	switch {
	case op != "" && known:
		at := code(names, word)
		for c := range names {
			table[c] = compare(op, c, int(at))
		}
	case f == State && (value == "active" || value == "closed"):
		for c := 1; c < len(names); c++ {
			table[c] = (c <= active) == (value == "active")
		}
	case f == Data && value == "any":
		for c := range table {
			table[c] = c != 0
		}
	case about.kind == kindComputed:
		if value != "yes" && value != "no" {
			return table, fmt.Errorf("yes or no")
		}
	case !known:
		return table, fmt.Errorf("%s", anyOf(f.Values()))
	}
	return table, nil
}

// operator cuts what compares from the front of a value.
func operator(value string) (op, rest string) {
	for _, op := range [...]string{"<=", ">=", "<", ">"} {
		if rest, ok := strings.CutPrefix(value, op); ok {
			return op, rest
		}
	}
	return "", value
}

func compare(op string, a, b int) bool {
	switch op {
	case "<":
		return a < b
	case "<=":
		return a <= b
	case ">":
		return a > b
	}
	return a >= b
}

// from gives what compares so with the numbers from low to high.
func from(op string, low, high uint32) span {
	switch op {
	case "<":
		return span{1, low - 1} // low is at least 1
	case "<=":
		return span{1, high}
	case ">":
		if high == math.MaxUint32 {
			return span{1, 0}
		}
		return span{high + 1, math.MaxUint32}
	case ">=":
		return span{low, math.MaxUint32}
	}
	return span{low, high}
}

// numbers reads a score or a probability, as it is kept; a score is kept shifted by one here, so that 0 is none for both.
func (f Field) numbers(value string) (span, error) {
	if f == EPSS && value == "none" {
		return span{0, 0}, nil
	}
	if f == EPSS && value == "any" {
		return span{1, math.MaxUint32}, nil
	}
	if a, b, ok := strings.Cut(value, ".."); ok {
		low, ok := f.number(a)
		high, ok2 := f.number(b)
		if !ok || !ok2 {
			return span{}, f.wantNumber()
		}
		return span{low, high}, nil
	}
	op, rest := operator(value)
	n, ok := f.number(rest)
	if !ok {
		return span{}, f.wantNumber()
	}
	return from(op, n, n), nil
}

func (f Field) wantNumber() error {
	if f == Score {
		return fmt.Errorf(`a number from 0 to 100, as "70", ">=70" or "70..89"`)
	}
	return fmt.Errorf(`a probability, as ">=0.1", ">=10%%" or "0.1..0.5", none or any`)
}

func (f Field) number(s string) (uint32, bool) {
	if f == Score {
		n, err := strconv.ParseUint(s, 10, 8)
		return uint32(n) + 1, err == nil && n <= 100
	}
	digits, percent := strings.CutSuffix(s, "%")
	p, err := strconv.ParseFloat(digits, 32)
	if percent {
		p /= 100
	}
	return chance(float32(p)), err == nil && p >= 0 && p <= 1 && strings.Trim(digits, "0123456789.e-") == ""
}

// times reads a time or a length of time, seen from now. Days, months and years are those of now's place.
func (f Field) times(value string, now time.Time) (span, error) {
	switch value {
	case "none":
		return span{0, 0}, nil
	case "any":
		return span{1, math.MaxUint32}, nil
	}
	if a, b, ok := strings.Cut(value, ".."); ok {
		low, ok := period(a, now)
		high, ok2 := period(b, now)
		if !ok || !ok2 {
			return span{}, f.wantTime()
		}
		return span{low.low, high.high}, nil
	}
	op, rest := operator(value)
	if length, ok := duration(rest); ok {
		if op == "" {
			op = "<="
		}
		if f != Due { // younger is later
			length, op = -length, turned(op)
		}
		at := max(1, seconds(now.Add(length)))
		return from(op, at, at), nil
	}
	p, ok := period(rest, now)
	if !ok {
		return span{}, f.wantTime()
	}
	return from(op, p.low, p.high), nil
}

func turned(op string) string {
	if op[0] == '<' {
		return ">" + op[1:]
	}
	return "<" + op[1:]
}

func (f Field) wantTime() error {
	return fmt.Errorf(`a length of time as "<7d" (h, d or w), a day, month or year as ">=2026-11-01", "2026-11" or "2026-01-01..2026-03-31", today, none or any`)
}

// duration reads "36h", "7d", "2w" and "-3d".
func duration(s string) (time.Duration, bool) {
	if s == "" {
		return 0, false
	}
	unit := map[byte]time.Duration{'h': time.Hour, 'd': 24 * time.Hour, 'w': 7 * 24 * time.Hour}[s[len(s)-1]]
	n, err := strconv.ParseInt(s[:len(s)-1], 10, 32)
	const century = 100 * 366 * 24 * time.Hour
	if unit == 0 || err != nil || s[0] == '+' || time.Duration(n) > century/unit || time.Duration(n) < -century/unit {
		return 0, false
	}
	return time.Duration(n) * unit, true
}

// period reads a day, a month, a year, today, or a moment (RFC 3339), and gives its first and last second.
func period(s string, now time.Time) (span, bool) {
	if s == "today" {
		s = now.Format(time.DateOnly)
	}
	for _, p := range [...]struct {
		layout              string
		years, months, days int
	}{{time.DateOnly, 0, 0, 1}, {"2006-01", 0, 1, 0}, {"2006", 1, 0, 0}} {
		if t, err := time.ParseInLocation(p.layout, s, now.Location()); err == nil {
			return span{max(1, seconds(t)), max(1, seconds(t.AddDate(p.years, p.months, p.days))) - 1}, true
		}
	}
	t, err := time.Parse(time.RFC3339, strings.ToUpper(s))
	return span{max(1, seconds(t)), max(1, seconds(t))}, err == nil
}
