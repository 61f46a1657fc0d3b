package ingest

import (
	"cmp"
	"html"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/reevehq/reeve/internal/finding"
)

// fvdlVulnerability is one finding of a FVDL document.
type fvdlVulnerability struct {
	ClassID    string `xml:"ClassInfo>ClassID"`
	Kingdom    string `xml:"ClassInfo>Kingdom"`
	Type       string `xml:"ClassInfo>Type"`
	Subtype    string `xml:"ClassInfo>Subtype"`
	InstanceID string `xml:"InstanceInfo>InstanceID"`
	Severity   string `xml:"InstanceInfo>InstanceSeverity"`
	Confidence string `xml:"InstanceInfo>Confidence"`
	Function   struct {
		Name      string `xml:"name,attr"`
		Namespace string `xml:"namespace,attr"`
		Class     string `xml:"enclosingClass,attr"`
	} `xml:"AnalysisInfo>Unified>Context>Function"`
	Definitions []struct {
		Key   string `xml:"key,attr"`
		Value string `xml:"value,attr"`
	} `xml:"AnalysisInfo>Unified>ReplacementDefinitions>Def"`
	Traces []struct {
		Entries []struct {
			Node *fvdlNode
			Ref  struct {
				ID string `xml:"id,attr"`
			} `xml:"NodeRef"`
		} `xml:"Primary>Entry"`
	} `xml:"AnalysisInfo>Unified>Trace"`
}

func (f *fvdl) emit(out Sink, v *fvdlVulnerability) error {
	title := v.Type
	if v.Subtype != "" {
		title += ": " + v.Subtype
	}
	known, words := f.rules[v.ClassID], f.describe(v.ClassID)
	rule := finding.Rule{
		ID: v.ClassID, Engine: "sast", Title: titleOf(title, v.ClassID), Why: words.Explanation, Fix: words.Recommendations,
		Severity: v.priority(&known), Confidence: v.confidence(), References: words.References,
		CWE: cwesIn(strings.ReplaceAll(known.group("altcategoryCWE"), "CWE ID ", "CWE-")), OWASP: fortifyOWASP(&known),
		Tags: texts(v.Kingdom),
	}
	message := fortifyText(words.Abstract, v)
	if message == "" {
		message = rule.Title
	}
	found := finding.Finding{
		Fingerprint: finding.Fingerprint(v.InstanceID), Severity: rule.Severity, Confidence: rule.Confidence,
		Message: oneLine(message, 500), Verdict: f.audits[v.InstanceID],
	}
	f.trace(v, &found)
	class := strings.Trim(v.Function.Namespace+"."+v.Function.Class, ".")
	found.Location.Logical = steps("member", class, "function", v.Function.Name)
	if fortifySecret(v.Type, v.Subtype) {
		rule.Engine = "secret"
		conceal(&rule, &found, literal(found.Location.Snippet))
	}
	return emit(out, rule, found)
}

// describe gives the texts of a class, which are made plain when they are asked for first.
func (f *fvdl) describe(class string) fvdlDescription {
	d, ok := f.texts[class]
	if ok && !d.plain {
		d.Explanation, d.Recommendations, d.plain = fortifyText(d.Explanation, nil), fortifyText(d.Recommendations, nil), true
		f.texts[class] = d
	}
	return d
}

// fortifySecret tells the categories for passwords, keys and credentials that stand in code.
func fortifySecret(kind, sub string) bool {
	return strings.HasSuffix(kind, " Management") && strings.HasPrefix(sub, "Hardcoded") || kind == "Password Management" && strings.HasPrefix(sub, "Password in ")
}

// trace follows the first trace; the finding stands at its default node, else at its last.
func (f *fvdl) trace(v *fvdlVulnerability, to *finding.Finding) {
	if len(v.Traces) == 0 {
		return
	}
	for _, e := range v.Traces[0].Entries {
		node, isDefault := e.Node, e.Node != nil && e.Node.Default == "true"
		if node == nil {
			known, ok := f.nodes[e.Ref.ID]
			if !ok {
				continue
			}
			node = &known
		}
		at := f.place(node)
		if isDefault || to.Location.Path == "" {
			to.Location = at
		}
		message := node.Label
		if message == "" {
			message = node.Action
		}
		to.Flow = append(to.Flow, finding.Step{Location: at, Message: oneLine(message, 300)})
	}
	if len(to.Flow) == 1 {
		to.Flow = nil
	}
}

func (f *fvdl) place(n *fvdlNode) finding.Location {
	s := &n.Source
	at := finding.Location{Path: within(f.base, s.Path), Region: lines(integer(s.Line), integer(s.LineEnd))}
	at.Region.StartColumn = integer(s.Column)
	if snippet, ok := f.snippets[s.Snippet]; ok && at.Region.StartLine > 0 {
		first := max(integer(snippet.Start), 1)
		at.Snippet = linesOf(snippet.Text, finding.Region{StartLine: at.Region.StartLine - first + 1, EndLine: at.Region.EndLine - first + 1})
	}
	return at
}

// priority is the Fortify Priority Order: impact and likelihood, each high from 2.5 on, where likelihood is accuracy, confidence and probability
// of 5 each. Rules without these have severity and confidence.
func (v *fvdlVulnerability) priority(r *fvdlRule) finding.Severity {
	decimal := func(s string) float64 {
		n, _ := strconv.ParseFloat(strings.TrimSpace(s), 64)
		return n
	}
	impact, likelihood := decimal(v.Severity), decimal(v.Confidence)
	if i := r.group("Impact"); i != "" {
		impact = decimal(i)
		if r.group("Accuracy") != "" && r.group("Probability") != "" {
			likelihood = decimal(r.group("Accuracy")) * decimal(v.Confidence) * decimal(r.group("Probability")) / 25
		}
	}
	switch {
	case impact >= 2.5 && likelihood >= 2.5:
		return finding.Critical
	case impact >= 2.5:
		return finding.High
	case likelihood >= 2.5:
		return finding.Medium
	}
	return finding.Low
}

func (v *fvdlVulnerability) confidence() finding.Confidence {
	switch n := integer(v.Confidence); {
	case n >= 4:
		return finding.Firm
	case n >= 2:
		return finding.Likely
	}
	return finding.Tentative
}

var fortifyReplace = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`<Replace key="([^"]*)"[^>]*>`) })

// fortifyChoose takes one of the two texts that Fortify gives in "<Paragraph>this finding<AltParagraph>any</AltParagraph></Paragraph>".
func fortifyChoose(s string, any bool) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(s, "<Paragraph>")
		b.WriteString(before)
		body, after, closed := strings.Cut(rest, "</Paragraph>")
		if !ok || !closed {
			b.WriteString(rest)
			return b.String()
		}
		own, alternative, _ := strings.Cut(body, "<AltParagraph>")
		if alternative = strings.TrimSuffix(alternative, "</AltParagraph>"); any && alternative != "" {
			own = alternative
		}
		b.WriteString(own)
		s = after
	}
}

// fortifyText makes plain text of Fortify's: of one finding, whose names are put in, or of any where v is nil.
func fortifyText(s string, v *fvdlVulnerability) string {
	if s == "" {
		return ""
	}
	values := map[string]string{}
	if v != nil {
		for _, d := range v.Definitions {
			values[d.Key] = html.EscapeString(d.Value)
		}
	}
	s = fortifyReplace().ReplaceAllStringFunc(s, func(m string) string {
		return cmp.Or(values[fortifyReplace().FindStringSubmatch(m)[1]], "…")
	})
	return flat(fortifyChoose(s, v == nil))
}

// fortifyOWASP reads the newest of the OWASP Top 10 that the rule names ("A05 Security Misconfiguration").
func fortifyOWASP(r *fvdlRule) []string {
	var out []string
	for _, year := range []string{"2025", "2021", "2017"} {
		if id, name, ok := strings.Cut(r.group("altcategoryOWASP"+year), " "); ok && id != "None" {
			out = append(out, id+":"+year+" - "+name)
		}
	}
	return out
}
