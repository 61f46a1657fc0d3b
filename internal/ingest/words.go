package ingest

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/reevehq/reeve/internal/finding"
)

// severityOf reads the words that tools use for severity, in any case; what it does not know is Medium, as unknown is neither a pass nor a panic.
func severityOf(word string) finding.Severity {
	switch strings.ToLower(strings.TrimSpace(word)) {
	case "critical", "blocker", "emergency", "very high", "fatal", "severe":
		return finding.Critical
	case "high", "error", "important", "major", "danger", "serious":
		return finding.High
	case "medium", "moderate", "warning", "warn", "middle":
		return finding.Medium
	case "low", "minor", "note", "weak", "style", "negligible":
		return finding.Low
	case "info", "information", "informational", "none", "log", "debug", "notice", "ignore", "best practice":
		return finding.Info
	}
	return finding.Medium
}

// severityOfScore is CVSS v3.1's and v4.0's qualitative scale.
func severityOfScore(score float64) finding.Severity {
	switch {
	case score >= 9:
		return finding.Critical
	case score >= 7:
		return finding.High
	case score >= 4:
		return finding.Medium
	case score > 0:
		return finding.Low
	}
	return finding.Info
}

// confidenceOf reads the words for confidence; what it does not know is Firm.
func confidenceOf(word string) finding.Confidence {
	switch strings.ToLower(strings.TrimSpace(word)) {
	case "certain", "confirmed", "high", "very-high", "very high", "verified":
		return finding.Certain
	case "low", "tentative", "weak", "very-low", "possible", "false positive":
		return finding.Tentative
	}
	return finding.Firm
}

var cwePattern = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)\bcwe[-_: ]?([0-9]{1,5})\b`) })

// cwesIn reads the numbers of Common Weakness Enumeration entries out of texts such as "CWE-79: Cross-site…", "cwe/79", "79".
func cwesIn(texts ...string) []int {
	var out []int
	for _, t := range texts {
		if n, err := strconv.Atoi(strings.TrimSpace(t)); err == nil && n > 0 && n < 100_000 {
			out = append(out, n)
			continue
		}
		for _, m := range cwePattern().FindAllStringSubmatch(strings.ReplaceAll(t, "/", "-"), -1) {
			n, _ := strconv.Atoi(m[1])
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// flawNames sorts the ids of one flaw so that the best known comes first (CVE, GHSA, then as given), each once. The first is the rule, the rest are aliases.
func flawNames(ids ...string) (rule string, aliases []string) {
	weight := func(id string) int {
		switch {
		case strings.HasPrefix(id, "CVE-"):
			return 0
		case strings.HasPrefix(id, "GHSA-"):
			return 1
		}
		return 2
	}
	var all []string
	for _, id := range ids {
		id = strings.TrimSpace(id)
		if up := strings.ToUpper(id); strings.HasPrefix(up, "CVE-") {
			id = up
		}
		if id != "" && !slices.Contains(all, id) {
			all = append(all, id)
		}
	}
	if len(all) == 0 {
		return "", nil
	}
	slices.SortStableFunc(all, func(a, b string) int { return weight(a) - weight(b) })
	return all[0], all[1:]
}

// oneLine makes one line of a text, at most max bytes long.
func oneLine(s string, most int) string {
	if len(s) > most*4+1000 { // what is far beyond the end need not be looked at
		s = s[:most*4+1000]
	}
	s = strings.Join(strings.Fields(s), " ")
	if len(s) <= most {
		return s
	}
	cut := most - len("…")
	for cut > 0 && s[cut]&0xc0 == 0x80 {
		cut--
	}
	return s[:cut] + "…"
}

// titleOf makes a rule's title of a longer text: its first sentence.
func titleOf(texts ...string) string {
	for _, t := range texts {
		if t = strings.TrimSpace(t); t == "" {
			continue
		}
		if i := strings.Index(t, ". "); i > 10 {
			t = t[:i]
		}
		return oneLine(strings.TrimSuffix(t, "."), 120)
	}
	return ""
}

// timeOf reads a time in the shapes tools write; zero where it is none.
func timeOf(s string) time.Time {
	s = strings.TrimSpace(s)
	for _, layout := range []string{
		time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999 -0700 MST", "2006-01-02 15:04:05.999999 -0700",
		"2006-01-02 15:04:05.999999", "2006-01-02T15:04:05-0700", time.RFC1123, time.RFC1123Z, time.ANSIC, time.UnixDate, "Mon, 2 Jan 2006 15:04:05",
		"Mon Jan _2 15:04:05 2006", "2006/01/02 15:04:05", "Jan 2, 2006 15:04:05", time.DateOnly,
	} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

// flat makes plain text of HTML: tags go, blocks become lines, entities become characters.
func flat(html string) string {
	if !strings.ContainsAny(html, "<&") {
		return strings.TrimSpace(html)
	}
	return plainHTML(html)
}

// rooted makes a path relative: tools write "./src/a.go", "file:///src/a.go" and "/src/a.go". An absolute path loses its root only, as nobody can
// tell where the repository began.
func rooted(path string) string {
	path = strings.TrimPrefix(strings.ReplaceAll(path, "\\", "/"), "file://")
	for strings.HasPrefix(path, "./") {
		path = path[2:]
	}
	return strings.TrimLeft(path, "/")
}

// lines is a region of whole lines; 0 for what is not known.
func lines(start, end int) finding.Region {
	if start <= 0 {
		return finding.Region{}
	}
	return finding.Region{StartLine: start, EndLine: max(start, end)}
}
