package ingest

import (
	"slices"
	"strconv"
	"strings"

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

// confidenceOf reads the words for confidence. Only what was proved is Certain; no word, and one that is not known, is Firm.
func confidenceOf(word string) finding.Confidence {
	switch strings.ToLower(strings.TrimSpace(word)) {
	case "certain", "confirmed", "verified":
		return finding.Certain
	case "medium", "moderate", "likely":
		return finding.Likely
	case "low", "very-low", "tentative", "weak", "possible", "experimental", "false positive":
		return finding.Tentative
	}
	return finding.Firm
}

// cwesIn reads the numbers of Common Weakness Enumeration entries out of texts such as "CWE-79: Cross-site…", "cwe/79", "79".
func cwesIn(texts ...string) []int {
	var out []int
	for _, t := range texts {
		if n := cweNumber(strings.TrimSpace(t)); n > 0 {
			out = append(out, n)
			continue
		}
		for at := 0; at+4 <= len(t); at++ {
			if t[at]|0x20 != 'c' || !strings.EqualFold(t[at:at+3], "cwe") || at > 0 && wordByte(t[at-1]) {
				continue
			}
			from := at + 3
			if strings.IndexByte("-_: /", t[from]) >= 0 {
				from++
			}
			end := from
			for end < len(t) && wordByte(t[end]) {
				end++
			}
			if n := cweNumber(t[from:end]); n > 0 {
				out = append(out, n)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// cweNumber reads a number of at most five digits; 0 where it is none.
func cweNumber(s string) int {
	if len(s) > 5 || strings.Trim(s, "0123456789") != "" {
		return 0
	}
	n, _ := strconv.Atoi(s)
	return n
}

func wordByte(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_'
}

// oneLine makes one line of a text, at most max bytes long.
func oneLine(s string, most int) string {
	if len(s) > most*4+1000 { // what is far beyond the end need not be looked at
		s = s[:most*4+1000]
	}
	if !isLine(s) {
		s = strings.Join(strings.Fields(s), " ")
	}
	if len(s) <= most {
		return s
	}
	cut := most - len("…")
	for cut > 0 && s[cut]&0xc0 == 0x80 {
		cut--
	}
	return s[:cut] + "…"
}

// isLine tells that a text is one line of words with single blanks between, as far as that can be told without looking at runes.
func isLine(s string) bool {
	blank := true
	for i := range len(s) {
		switch c := s[i]; {
		case c == ' ' && blank, c < ' ', c >= 0x80:
			return false
		default:
			blank = c == ' '
		}
	}
	return !blank || s == ""
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

// sentence makes words of a name such as "hardcoded_password_string" or "SQL_Injection".
func sentence(name string) string {
	name = strings.Join(strings.FieldsFunc(name, func(r rune) bool { return r == '_' || r == ' ' }), " ")
	if name == "" {
		return ""
	}
	return strings.ToUpper(name[:1]) + name[1:]
}

// quality is the severity of a fault that harms reliability or upkeep and not security: at most Low, whatever the tool calls it, because the
// register ranks by what an attacker gains.
func quality(s finding.Severity) finding.Severity { return min(s, finding.Low) }

// cwesNamed is cwesIn for texts in which a plain number means something else.
func cwesNamed(texts ...string) []int {
	return cwesIn(slices.DeleteFunc(slices.Clone(texts), func(t string) bool { return !strings.Contains(strings.ToLower(t), "cwe") })...)
}

// integer reads the integer that a text begins with: "79", "79-81", "79.0"; 0 where it begins with none, or with one that is no line of a file.
func integer(s string) int {
	s = strings.TrimSpace(s)
	end := 0
	for end < len(s) && s[end] >= '0' && s[end] <= '9' {
		end++
	}
	n, err := strconv.Atoi(s[:end])
	if err != nil || n > 1<<31-1 {
		return 0
	}
	return n
}

// decimal reads a number; 0 where it is none, or none that a score can be.
func decimal(s string) float64 {
	n, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || n != n || n < 0 || n > 1e9 {
		return 0
	}
	return n
}
