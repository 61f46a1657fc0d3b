package config

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/reevehq/reeve/internal/decision"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/target/ignore"
)

// Threshold is a severity from which on something happens, or "never".
type Threshold finding.Severity

// Answer is what the gate answers: block, warn or report.
type Answer finding.Action

// Treat is what is said outright about a rule or a path: block, warn, report or off.
type Treat decision.Treat

// Key is a key in hex, 16 to 64 bytes.
type Key string

// ID is a fingerprint in hex or its first digits, 12 to 32.
type ID string

// Reason is a text of at least decision.MinReason characters.
type Reason string

// RulePattern is a rule's id, in which * and ? may stand for any characters and any one character.
type RulePattern string

// Glob is a pattern of paths.
type Glob struct{ ignore.Glob }

// Size is a number of bytes, written plainly or with B, KiB, MiB or GiB.
type Size int64

// Date is a day in UTC, written 2027-01-31.
type Date struct{ time.Time }

var (
	thresholds  = []string{"critical", "high", "medium", "low", "info", "never"}
	severities  = thresholds[:5]
	confidences = []string{"low", "medium", "high", "certain"}
	answers     = []string{"block", "warn", "report"}
)

// The forms of texts as regular expressions, for the schema. The readers below do without: compiling costs start-up time.
const (
	keyPattern    = `^([0-9a-f]{2}){16,64}$`
	idPattern     = `^[0-9a-f]{12,32}$`
	rulePattern   = `^[A-Za-z0-9_.*?-]{1,100}$`
	sizePattern   = `^([1-9][0-9]{0,17}|[1-9][0-9]{0,8}(B|KiB|MiB|GiB))$`
	datePattern   = `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`
	globPattern   = `^[^!#\r\n\x00][^\r\n\x00]*$`
	reasonPattern = `^\s*\S[\s\S]{8,}\S\s*$`
)

// The characters of those texts.
const (
	digits    = "0123456789"
	hexDigits = digits + "abcdef"
	ruleChars = digits + "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_.*?-"
)

// made tells whether a text has a length from least to most and only certain characters.
func made(text []byte, least, most int, of string) bool {
	return least <= len(text) && len(text) <= most && strings.Trim(string(text), of) == ""
}

func oneOf(names []string, text string) error {
	if slices.Contains(names, text) {
		return nil
	}
	hint := ""
	if near := nearest(text, names); near != "" {
		hint = fmt.Sprintf("; did you mean %q?", near)
	}
	return fmt.Errorf("%q is not one of %s%s", clip(text), strings.Join(names, ", "), hint)
}

// clip shortens outside text for a message.
func clip(text string) string {
	if len(text) > 60 {
		return text[:60] + "…"
	}
	return text
}

// UnmarshalText reads a severity's name or "never".
func (t *Threshold) UnmarshalText(text []byte) error {
	if err := oneOf(thresholds, string(text)); err != nil {
		return err
	}
	if string(text) == "never" {
		*t = Threshold(decision.Never)
		return nil
	}
	s, err := finding.ParseSeverity(string(text))
	*t = Threshold(s)
	return err
}

func (t Threshold) String() string {
	if finding.Severity(t) >= decision.Never {
		return "never"
	}
	return finding.Severity(t).String()
}

// UnmarshalText reads block, warn or report.
func (a *Answer) UnmarshalText(text []byte) error {
	if err := oneOf(answers, string(text)); err != nil {
		return err
	}
	action, err := finding.ParseAction(string(text))
	*a = Answer(action)
	return err
}

func (a Answer) String() string { return finding.Action(a).String() }

// UnmarshalText reads block, warn, report or off.
func (t *Treat) UnmarshalText(text []byte) error {
	if err := oneOf(decision.Treats(), string(text)); err != nil {
		return err
	}
	treat, err := decision.ParseTreat(string(text))
	*t = Treat(treat)
	return err
}

func (t Treat) String() string { return decision.Treat(t).String() }

// UnmarshalText reads a key. Its errors do not repeat it: it is a secret.
func (k *Key) UnmarshalText(text []byte) error {
	if !made(text, 32, 128, hexDigits) || len(text)%2 != 0 {
		return errors.New("want 16 to 64 bytes in hex: 32 to 128 digits 0-9 and a-f, an even number of them")
	}
	*k = Key(text)
	return nil
}

// UnmarshalText reads a fingerprint or its first digits.
func (id *ID) UnmarshalText(text []byte) error {
	if !made(text, decision.MinID, 32, hexDigits) {
		return fmt.Errorf("%q is not an id: want 12 to 32 digits 0-9 and a-f", clip(string(text)))
	}
	*id = ID(text)
	return nil
}

// UnmarshalText reads a reason.
func (r *Reason) UnmarshalText(text []byte) error {
	if utf8.RuneCount(text) < decision.MinReason || utf8.RuneCountInString(strings.TrimSpace(string(text))) < decision.MinReason {
		return fmt.Errorf("a reason needs at least %d characters", decision.MinReason)
	}
	*r = Reason(text)
	return nil
}

// UnmarshalText reads a rule's id or pattern.
func (p *RulePattern) UnmarshalText(text []byte) error {
	if !made(text, 1, 100, ruleChars) {
		return fmt.Errorf("%q is not a rule id: want letters, digits, - _ . and * or ? as wildcards", clip(string(text)))
	}
	*p = RulePattern(text)
	return nil
}

// UnmarshalText reads a pattern of paths.
func (g *Glob) UnmarshalText(text []byte) (err error) {
	g.Glob, err = ignore.NewGlob(string(text))
	return err
}

// units are the units of sizes, as powers of two; longest name first.
var units = []struct {
	name  string
	shift int
}{{"GiB", 30}, {"MiB", 20}, {"KiB", 10}, {"B", 0}}

// UnmarshalText reads a size.
func (s *Size) UnmarshalText(text []byte) error {
	number, shift := string(text), 0
	for _, u := range units {
		if n, ok := strings.CutSuffix(number, u.name); ok && made([]byte(n), 1, 9, digits) && n[0] != '0' {
			number, shift = n, u.shift
			break
		}
	}
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || !made([]byte(number), 1, 18, digits) || number[0] == '0' {
		return fmt.Errorf("%q is not a size: want a number of bytes, or a number with B, KiB, MiB or GiB as in 100MiB", clip(string(text)))
	}
	*s = Size(n << shift)
	return nil
}

func (s Size) String() string {
	for _, u := range units[:3] {
		if s > 0 && s%(1<<u.shift) == 0 {
			return strconv.FormatInt(int64(s>>u.shift), 10) + u.name
		}
	}
	return strconv.FormatInt(int64(s), 10)
}

// UnmarshalText reads a day.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) != len(time.DateOnly) || strings.Trim(string(text), digits+"-") != "" {
		return fmt.Errorf("%q is not a date such as 2027-01-31", clip(string(text)))
	}
	t, err := time.Parse(time.DateOnly, string(text))
	if err != nil {
		return fmt.Errorf("%q is not a day of the calendar", clip(string(text)))
	}
	d.Time = t
	return nil
}

func (d Date) String() string { return d.Format(time.DateOnly) }

// nearest gives the name that is fewest edits away from text, "" if none is near.
func nearest(text string, names []string) string {
	text = strings.ToLower(clip(text))
	best, found := 1+max(2, len(text)/2), ""
	for _, name := range names {
		if d := distance(text, name); d < best {
			best, found = d, name
		}
	}
	return found
}

// distance counts the insertions, deletions and changes between two words (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
