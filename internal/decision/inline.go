package decision

import (
	"bytes"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/reevehq/reeve/internal/finding"
)

// The marks of a waiver beside the code. The second is gitleaks's: it names no rule, gives no reason and never expires.
const (
	mark         = "reeve:ignore"
	gitleaksMark = "gitleaks:allow"
)

// maxInline bounds the waivers read from one file; further ones do not hold, so a hostile file gains nothing.
const maxInline = 10_000

// maxReason bounds the reason kept of a waiver, in bytes.
const maxReason = 300

// Inline is a waiver beside the code: "reeve:ignore RULE[,RULE] reason… until=YYYY-MM-DD" in a comment of any style.
// It covers findings on its own line and, where nothing but the comment stands on that line, on the next line.
type Inline struct {
	// Path is the file it stands in, Line where.
	Path string
	Line int
	// Next is the line below that it covers as well, 0 if none.
	Next int
	// Rules are the ids it names. Empty means any secret rule for gitleaks's mark, and no rule at all otherwise.
	Rules []string
	// Reason and Until are as in Waiver.
	Reason string
	Until  time.Time
	// Gitleaks tells that it is gitleaks's mark.
	Gitleaks bool
	// Problem says what could not be read ("" if all could); such a waiver does not hold.
	Problem string
}

// ParseInline finds the waivers in a file. Without a mark it costs two searches for a literal.
func ParseInline(path string, data []byte) []Inline {
	var found []Inline
	s := newMarks(data)
	for at := s.next(0); at >= 0 && len(found) < maxInline; {
		if at > 0 && !opensComment(data[at-1]) {
			at = s.next(at + 1)
			continue
		}
		line, begin := s.lineOf(at)
		end := len(data)
		if n := bytes.IndexByte(data[at:], '\n'); n >= 0 {
			end = at + n
		}
		in := parseMark(string(data[at:min(end, at+4*maxReason)]))
		in.Path, in.Line = path, line
		if !in.Gitleaks && alone(data[begin:at]) {
			in.Next = line + 1
		}
		found = append(found, in)
		at = s.next(end)
	}
	passStacked(found)
	return found
}

// marks walks over the marks in a text, front to back, so that no byte is searched or counted twice.
type marks struct {
	data []byte
	// at are the offsets of the next mark of each kind, len(data) if there is none.
	at [2]int
	// line is the number of the line that begins at begin; lines up to counted are counted.
	line, begin, counted int
}

var markTexts = [2][]byte{[]byte(mark), []byte(gitleaksMark)}

func newMarks(data []byte) *marks {
	s := &marks{data: data, line: 1}
	for i := range s.at {
		s.find(i, 0)
	}
	return s
}

func (s *marks) find(i, from int) {
	s.at[i] = len(s.data)
	if n := bytes.Index(s.data[from:], markTexts[i]); n >= 0 {
		s.at[i] = from + n
	}
}

// next gives the offset of the first mark at or after from, -1 if there is none.
func (s *marks) next(from int) int {
	for i := range s.at {
		if s.at[i] < from {
			s.find(i, from)
		}
	}
	if at := min(s.at[0], s.at[1]); at < len(s.data) {
		return at
	}
	return -1
}

// lineOf gives the number and the beginning of the line an offset stands in. Offsets must not go backwards.
func (s *marks) lineOf(at int) (line, begin int) {
	passed := s.data[s.counted:at]
	s.line += bytes.Count(passed, []byte{'\n'})
	if n := bytes.LastIndexByte(passed, '\n'); n >= 0 {
		s.begin = s.counted + n + 1
	}
	s.counted = at
	return s.line, s.begin
}

// opensComment tells whether a mark after this byte may be meant: it stands apart, not in a word, a string or quoted prose.
func opensComment(before byte) bool { return strings.IndexByte(" \t\n#/*-;%!<({|,", before) >= 0 }

// alone tells whether nothing but the opening of a comment stands before the mark.
func alone(before []byte) bool {
	if len(before) > 200 {
		return false
	}
	word := strings.ToLower(strings.TrimSpace(string(before)))
	if word == "rem" || word == "dnl" {
		return true
	}
	return !strings.ContainsFunc(word, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

// passStacked lets a waiver that stands above further waivers cover the line below them all.
func passStacked(found []Inline) {
	for i := len(found) - 2; i >= 0; i-- {
		if found[i].Next != 0 && found[i].Next == found[i+1].Line && found[i+1].Next != 0 {
			found[i].Next = found[i+1].Next
		}
	}
}

// parseMark reads a waiver from its mark to the end of its line.
func parseMark(text string) Inline {
	rest, ours := strings.CutPrefix(text, mark)
	if !ours {
		return Inline{Reason: gitleaksMark, Gitleaks: true}
	}
	var in Inline
	if in.Rules, rest = cutRules(rest); len(in.Rules) == 0 {
		in.Problem = "it names no rule"
	}
	var words []string
	for word := range strings.FieldsSeq(rest) {
		date, isUntil := strings.CutPrefix(word, "until=")
		if !isUntil {
			words = append(words, word)
			continue
		}
		until, err := time.Parse(time.DateOnly, date[:min(len(date), len(time.DateOnly))])
		if err != nil {
			in.Problem = "its until= is not a date such as 2027-01-31"
		}
		in.Until = until
	}
	in.Reason = strings.TrimRight(strings.Join(words, " "), " */->#%}!)|")
	in.Reason = strings.ToValidUTF8(in.Reason[:min(len(in.Reason), maxReason)], "")
	return in
}

// cutRules takes the list of rules off the front.
func cutRules(text string) (rules []string, rest string) {
	if text == "" || text[0] != ' ' && text[0] != '\t' {
		return nil, text
	}
	for {
		text = strings.TrimLeft(text, " \t")
		n := strings.IndexFunc(text, func(r rune) bool {
			return r != '-' && r != '_' && r != '.' && !('a' <= r && r <= 'z') && !('A' <= r && r <= 'Z') && !('0' <= r && r <= '9')
		})
		if n < 0 {
			n = len(text)
		}
		if n == 0 || strings.Trim(text[:n], "-_.") == "" {
			return rules, text
		}
		rules = append(rules, text[:n])
		var more bool
		if text, more = strings.CutPrefix(strings.TrimLeft(text[n:], " \t"), ","); !more {
			return rules, text
		}
	}
}

// covers tells whether the waiver means a finding of this rule at this place.
func (in *Inline) covers(f *finding.Finding, at *finding.Location) bool {
	if in.Path != at.Path || at.Surface != "" || at.Region.StartLine == 0 {
		return false
	}
	if in.Gitleaks && f.Engine != "secret" || len(in.Rules) > 0 && !slices.Contains(in.Rules, f.Rule) {
		return false
	}
	first, last := at.Region.StartLine, max(at.Region.StartLine, at.Region.EndLine)
	if at.Region.EndColumn == 1 && last > first {
		last-- // the region ends before the first character of that line
	}
	return first <= in.Line && in.Line <= last || first <= in.Next && in.Next <= last
}
