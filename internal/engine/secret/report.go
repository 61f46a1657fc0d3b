package secret

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/reevehq/reeve/internal/finding"
)

// report makes findings of candidates, which are sorted by place.
func (e *Engine) report(data []byte, found []candidate, emit func(finding.Finding)) {
	lines := lineCounter{data: data, line: 1}
	for i := range found {
		c := &found[i]
		if c.name == "" && c.where == "" {
			c.name = nameBefore(data, c.start)
		}
		f := finding.Finding{
			Fingerprint: e.identify(c),
			Rule:        c.m.rule.ID,
			Engine:      Name,
			Message:     message(c),
			Severity:    max(finding.Info, c.m.rule.Severity-finding.Severity(c.softer)),
			Confidence:  confidence(c),
			Reasons:     unique(c.reasons),
			Location:    finding.Location{Region: lines.region(c.start, c.end)},
			Evidence:    evidence(c),
			Facts:       slices.Clip(c.facts),
		}
		if e.options.KeepSecrets {
			f.Secret = finding.Conceal(c.value)
		}
		emit(f)
	}
}

// identify gives the finding's identity: the value, and for passwords also what holds it.
func (e *Engine) identify(c *candidate) finding.Fingerprint {
	value := normalise(c.value)
	if !c.m.match.Named || c.name == "" {
		return finding.Identify(e.options.Key, Name, value)
	}
	var w words
	w.split([]byte(c.name))
	return finding.Identify(e.options.Key, Name, w.String(), value)
}

// normalise makes the value independent of line ends and of how armoured text is laid out.
func normalise(value string) string {
	value = strings.TrimSpace(value)
	if strings.Contains(value, armourBegin) {
		text, _ := unwrapArmour(betweenArmour(value))
		if text != "" {
			return text
		}
	}
	if !strings.ContainsAny(value, "\r\n") {
		return value
	}
	if joined := strings.Join(strings.Fields(value), ""); made(joined, alphabet64+"=", 1, len(joined)) {
		return joined
	}
	return strings.ReplaceAll(value, "\r\n", "\n")
}

// betweenArmour gives the first armoured body in a text, also where it is cut.
func betweenArmour(text string) string {
	_, text, _ = strings.Cut(text, armourBegin)
	_, text, _ = strings.Cut(text, "-----")
	text, _, _ = strings.Cut(text, armourEnd)
	return text
}

func confidence(c *candidate) finding.Confidence {
	if c.proof == proven {
		return finding.Certain
	}
	base := c.m.rule.Confidence
	return max(finding.Tentative, min(base+finding.Confidence(c.step), max(base, finding.Firm)))
}

func unique(reasons []string) []string {
	var out []string
	for _, r := range reasons {
		if !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	return out
}

// message is one sentence about this instance: what it is and what holds it. It never holds the value.
func message(c *candidate) string {
	what := c.m.rule.Title
	for _, end := range []string{" in the open", " in plain text", " exposed"} {
		what = strings.TrimSuffix(what, end)
	}
	switch {
	case showable(c.name) && !strings.Contains(c.value, c.name) && !strings.Contains(c.name, c.value):
		return what + " assigned to " + c.name
	case c.where != "":
		return what + " " + c.where
	}
	return c.m.rule.Title
}

// showable tells whether a name may be shown: what reads like no name may be a secret itself.
func showable(name string) bool {
	return name != "" && len(name) <= 64 && isASCII(name) && printable(name) && (len(name) < 20 || wordShare(name) >= 0.3)
}

// evidence is the value masked: what is public knowledge of it, stars, and the length of what was generated. Of passwords nothing is shown.
func evidence(c *candidate) string {
	n := utf8.RuneCountInString(c.value)
	stars := strings.Repeat("*", 8)
	if c.m.match.Named || c.shown <= 0 || c.shown > len(c.value)/2 || !isASCII(c.value[:c.shown]) {
		return stars
	}
	shown := strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, c.value[:c.shown])
	return shown + strings.Repeat("*", min(n-c.shown, 12))
}

// nameBefore reads the identifier that data[at:] is assigned to, or "".
func nameBefore(data []byte, at int) string {
	begin := max(0, at-maxGap)
	operator := false
	for at > begin && bytes.IndexByte([]byte(" \t\"'`:=>(,[\\"), data[at-1]) >= 0 {
		operator = operator || bytes.IndexByte([]byte(":=(,["), data[at-1]) >= 0
		at--
	}
	end := at
	for at > 0 && end-at < maxName && nameByte[data[at-1]] {
		at--
	}
	name := strings.Trim(string(data[at:end]), "-._")
	if !operator || len(name) < 2 || len(name) > 64 || !isASCII(name) || !strings.ContainsAny(name, lower+upper) {
		return ""
	}
	switch strings.ToLower(name) {
	case "http", "https", "bearer", "basic", "string", "str", "const", "let", "var":
		return ""
	}
	return name
}
