package web

import (
	"fmt"
	"html/template"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/facet"
	"github.com/reevehq/reeve/internal/report"
)

// words are what templates say things with.
func words() template.FuncMap {
	return template.FuncMap{
		"ago": ago, "left": left, "over": over, "stamp": stamp, "full": full, "day": day,
		"num": num, "count": count, "percent": percent, "signed": signed, "dict": dict,
		"see": report.Visible, "seelines": seeLines, "prose": prose, "web": webAddress, "human": human, "initials": initials,
		"find": find, "findBy": findBy, "static": staticURL, "level": levelOf, "join": strings.Join, "add": func(a, b int) int { return a + b }, "neg": func(n int) int { return -n }, "prev": func(n int64) int64 { return n - 1 },
		"short": short, "orNobody": orNobody, "secs": secs, "holders": holdersURL, "bill": billURL, "share": share, "days": daysOf, "minutes": minutes,
		"count64":       func(n int64, one, many string) string { return count(int(n), one, many) },
		"criticalities": func() []string { return []string{"critical", "high", "medium", "low"} },
		"environments":  func() []string { return []string{"production", "staging", "development"} },
		"datakinds":     func() []string { return []string{"personal", "health", "card", "credentials", "financial"} },
	}
}

// units are the lengths in which people speak of time.
var units = []struct {
	name  string
	short string
	size  time.Duration
}{{"year", "y", 365 * 24 * time.Hour}, {"month", "mo", 30 * 24 * time.Hour}, {"day", "d", 24 * time.Hour}, {"hour", "h", time.Hour}, {"minute", "min", time.Minute}}

// length says a length of time in its largest unit, "3 days"; days are counted up to two months.
func length(d time.Duration) string {
	for _, u := range units {
		if n := int(d / u.size); n >= 1 && (u.name != "month" || n >= 2) {
			return count(n, u.name, u.name+"s")
		}
	}
	return "a moment"
}

func ago(now, t time.Time) string {
	switch d := now.Sub(t); {
	case t.IsZero():
		return "never"
	case d < -time.Minute:
		return "in " + length(-d)
	case d < time.Minute:
		return "just now"
	default:
		return length(d) + " ago"
	}
}

// left says how much time is left until a deadline: "6 days left", "2 days over".
func left(now, due time.Time) string {
	if due.IsZero() {
		return ""
	}
	if d := due.Sub(now); d >= 0 {
		return length(d) + " left"
	} else {
		return length(-d) + " over"
	}
}

// over grades a deadline: "late", "soon" within three days, or "".
func over(now, due time.Time) string {
	switch {
	case due.IsZero():
		return ""
	case due.Before(now):
		return "late"
	case due.Sub(now) < 72*time.Hour:
		return "soon"
	}
	return ""
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func full(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.UTC().Format("Mon 2 Jan 2006, 15:04 MST")
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

// num writes a whole number with commas.
func num(n any) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return num(n) + " " + many
}

// percent writes a share: "94%", "0.4%".
func percent(p float64) string {
	switch {
	case math.IsNaN(p):
		return "–"
	case p > 0 && p < 0.0995:
		return strconv.FormatFloat(p*100, 'f', 1, 64) + "%"
	}
	return strconv.FormatFloat(p*100, 'f', 0, 64) + "%"
}

func signed(n int) string {
	if n > 0 {
		return "+" + num(n)
	}
	return num(n)
}

// dict gives a template several values by name.
func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("dict: want names and values")
	}
	m := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		m[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	return m, nil
}

// prose makes HTML of a rule's Markdown; report.Prose lets nothing through but its own few elements.
func prose(markdown string) template.HTML { return template.HTML(report.Prose(markdown)) }

// seeLines makes text of several lines harmless, line by line.
func seeLines(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = report.Visible(strings.ReplaceAll(strings.TrimSuffix(line, "\r"), "\t", "    "))
	}
	return strings.Join(lines, "\n")
}

// webAddress gives an address that may be linked to, or "".
func webAddress(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil {
		return ""
	}
	return u.String()
}

// human writes a machine's word for people: "in-progress" becomes "in progress".
func human(s string) string { return strings.ReplaceAll(s, "-", " ") }

// capital begins a sentence.
func capital(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[size:]
}

// initials are the one or two letters by which a team or a person is marked.
func initials(name string) string {
	out := ""
	for _, part := range strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if r, _ := utf8.DecodeRuneInString(part); len(out) < 2 {
			out += string(unicode.ToUpper(r))
		}
	}
	return out
}

// find is the address of the findings that a query means.
func find(query string) string { return "/findings?" + url.Values{"q": {query}}.Encode() }

// findBy is the address of the findings that are active and have a field's value, by its exact name.
func findBy(field, value string) string {
	f, ok := facet.ParseField(field)
	if !ok {
		return "/findings"
	}
	q, _ := facet.Query{}.With(facet.State, "active") // a word of the vocabulary always fits
	if next, err := q.With(f, exact(f, value)); err == nil {
		q = next
	}
	return find(q.String())
}

// exact makes of a name a value that means this name and no other.
func exact(f facet.Field, name string) string {
	if f.Values() != nil || name == "none" && f != facet.Asset {
		return name
	}
	return "=" + name
}

// levelOf gives the class of a score by which lists are coloured.
func levelOf(s string) string {
	switch s {
	case "critical", "high", "medium", "low":
		return s
	}
	return "info"
}

// clip cuts a text to at most n bytes, between characters.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}

// listed splits what somebody typed as a list: by commas, blanks and lines.
func listed(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' || unicode.IsSpace(r) })
}

// short cuts a text to n characters, in its middle: both ends tell more than one.
func short(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	head := (n - 1) / 3
	return string(r[:head]) + "…" + string(r[len(r)-(n-1-head):])
}

// secs says a length of time with two digits that matter: "3.2 days".
func secs(n int64) string {
	switch f := float64(n); {
	case n == 0:
		return "–"
	case f < 3600:
		return strconv.FormatFloat(f/60, 'f', 0, 64) + " min"
	case f < 2*86400:
		return strconv.FormatFloat(f/3600, 'f', 1, 64) + " h"
	case f < 10*86400:
		return strconv.FormatFloat(f/86400, 'f', 1, 64) + " d"
	default:
		return strconv.FormatFloat(f/86400, 'f', 0, 64) + " d"
	}
}

func share(s *float64) string {
	if s == nil {
		return "–"
	}
	return percent(*s)
}

// daysOf is the median time to a fix in days, for a chart; "" where there was none.
func daysOf(r desk.Remedy) string {
	if r.Count == 0 {
		return ""
	}
	return strconv.FormatFloat(float64(r.Verified.Median)/86400, 'f', 1, 64)
}

func minutes(m float64) string {
	if m >= 120 {
		return strconv.FormatFloat(m/60, 'f', 1, 64) + " h"
	}
	return strconv.FormatFloat(m, 'f', 0, 64) + " min"
}

// orNobody says "nobody" for what findings without a team are counted under.
func orNobody(name string) string {
	if name == "none" {
		return "nobody"
	}
	return name
}
