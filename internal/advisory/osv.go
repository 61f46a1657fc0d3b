package advisory

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/reevehq/reeve/internal/finding"
)

// ParseOSV reads one record in OSV's schema. It takes what real databases write and leaves out what cannot be right, such as a
// range that ends before it begins; Record.Problems says what was left out. It fails where the text is no JSON or no record.
func ParseOSV(data []byte) (*Record, error) {
	if len(data) > maxRecord {
		return nil, fmt.Errorf("read advisory: %d bytes are more than an advisory has", len(data))
	}
	in := &jsonReader{data: string(data)}
	r := &Record{}
	if in.peek() != '{' {
		in.fail("no object")
	}
	for key := range in.object() {
		r.field(in, key)
	}
	if err := in.end(); err != nil {
		return nil, fmt.Errorf("read advisory: %w", err)
	}
	if r.ID == "" {
		return nil, errors.New("read advisory: it has no id")
	}
	if !plain(r.ID) {
		return nil, fmt.Errorf("read advisory: %.80q is no possible id", r.ID)
	}
	r.Malicious = strings.HasPrefix(r.ID, "MAL-")
	slices.Sort(r.CWE)
	r.CWE = slices.Compact(r.CWE)
	for i := range r.Affected {
		r.soundRanges(&r.Affected[i])
	}
	return r, nil
}

// field reads the value of one key of the record.
func (r *Record) field(in *jsonReader, key string) {
	switch key {
	case "id":
		r.ID = canonicalID(in.text())
	case "modified":
		r.Modified = r.time(in, key)
	case "published":
		r.Published = r.time(in, key)
	case "withdrawn":
		if text := in.text(); text != "" {
			// A withdrawal whose date cannot be read is a withdrawal nevertheless.
			if r.Withdrawn = parseTime(text); r.Withdrawn.IsZero() {
				r.Withdrawn = time.Unix(0, 0).UTC()
			}
		}
	case "aliases":
		r.Aliases = r.ids(in)
	case "related":
		r.Related = r.ids(in)
	case "upstream":
		r.Upstream = r.ids(in)
	case "summary":
		r.Summary = clip(in.text(), maxSummary)
	case "details":
		r.Details = clip(in.text(), maxDetails)
	case "severity":
		r.Severity = scores(in)
	case "affected":
		r.Affected = nil
		for range in.array() {
			r.affected(in)
		}
	case "references":
		r.References = references(in)
	case "database_specific":
		for key := range in.object() {
			r.specific(in, key)
		}
	}
}

// specific reads what databases add at the top of a record.
func (r *Record) specific(in *jsonReader, key string) {
	switch key {
	case "severity":
		r.Word = clip(in.text(), 64)
	case "cwe_ids", "cwes", "cwe", "cweIds":
		r.cwes(in)
	case "cvss_v4", "cvss_v3", "cvss_v2": // ruby-advisory-db: the bare score
		number := in.number()
		if score, err := strconv.ParseFloat(number, 64); err == nil && score >= 0 && score <= 10 && (r.Word == "" || key == "cvss_v4") {
			r.Word = scoreWord(score)
		}
	}
}

// scoreWord names the band of a CVSS score.
func scoreWord(score float64) string {
	if score <= 0 {
		return ""
	}
	return strings.ToUpper(finding.SeverityOfScore(score).String())
}

// cwes reads CWE numbers in the shapes that databases give them: "CWE-79", 79, {"cweId": "CWE-79"}, alone or in an array.
func (r *Record) cwes(in *jsonReader) {
	switch c := in.peek(); {
	case c == '[':
		for range in.array() {
			if in.peek() == '[' {
				continue
			}
			r.cwes(in)
		}
	case c == '{':
		for key := range in.object() {
			if key == "cweId" || key == "cwe_id" || key == "id" {
				r.cwe(in.text())
			}
		}
	case c == '"':
		r.cwe(in.text())
	default:
		r.cwe(in.number())
	}
}

func (r *Record) cwe(s string) {
	if n := cweNumber(s); n > 0 {
		r.CWE = append(r.CWE, n)
	}
}

// cweNumber reads "CWE-79", "cwe-79" or "79"; 0 is what is none of them, such as "NVD-CWE-noinfo".
func cweNumber(s string) int {
	if len(s) > 4 && strings.EqualFold(s[:4], "CWE-") {
		s = s[4:]
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > 99999 {
		return 0
	}
	return n
}

func (r *Record) time(in *jsonReader, key string) time.Time {
	text := in.text()
	if text == "" {
		return time.Time{}
	}
	t := parseTime(text)
	if t.IsZero() && !strings.HasPrefix(text, "0001-01-01") {
		r.problem(fmt.Sprintf("%s %.40q is no time", key, text))
	}
	return t
}

// parseTime reads RFC 3339, and what comes near it: without a zone, or the day alone. It is zero where it can be no time of an advisory.
func parseTime(s string) time.Time {
	for _, layout := range [...]string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			if t.Year() < 1970 || t.Year() > 9999 {
				return time.Time{}
			}
			return t.UTC()
		}
	}
	return time.Time{}
}

// ids reads a list of names of flaws. What can be no name is left out.
func (r *Record) ids(in *jsonReader) []string {
	var out []string
	for _, id := range in.texts() {
		if id = canonicalID(id); !plain(id) {
			r.problem(fmt.Sprintf("%.80q is no possible id", id))
		} else if !slices.Contains(out, id) || len(out) > 64 {
			out = append(out, id)
		}
	}
	return out
}

// canonicalID trims space, and writes a CVE's prefix in capitals.
func canonicalID(id string) string {
	id = strings.TrimSpace(id)
	if len(id) > 4 && id[:4] != "CVE-" && strings.EqualFold(id[:4], "CVE-") {
		return "CVE-" + id[4:]
	}
	return id
}

func scores(in *jsonReader) []Score {
	var out []Score
	for range in.array() {
		var s Score
		for key := range in.object() {
			switch key {
			case "type":
				s.Type = in.text()
			case "score":
				s.Score = strings.TrimSpace(in.text())
			}
		}
		if s.Score != "" && plain(s.Score) && len(out) < 16 {
			out = append(out, s)
		}
	}
	return out
}

func references(in *jsonReader) []Reference {
	var out []Reference
	for range in.array() {
		var one Reference
		for key := range in.object() {
			switch key {
			case "type":
				one.Type = clip(in.text(), 32)
			case "url":
				one.URL = in.text()
			}
		}
		if one.URL != "" && len(one.URL) <= maxURL {
			out = append(out, one)
		}
	}
	return out
}

// clip bounds a text, without cutting a character in two.
func clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}
