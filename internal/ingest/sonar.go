package ingest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var sonarFormat = Format{
	Name: "sonarqube", Title: "SonarQube JSON", Tool: "SonarQube",
	Nothing: []string{"[]"},
	Is: func(h *Head) bool {
		switch {
		case h.Array():
			return h.Has("key", "rule", "component", "project") || h.Has("securityCategory", "vulnerabilityProbability")
		case h.Has("sonarBaseURL", "sonarComponent"):
			return true
		}
		return h.Has("issues.component", "issues.rule") || h.Has("hotspots.component", "hotspots.vulnerabilityProbability") ||
			h.Has("paging.pageIndex") && (h.Has("issues") || h.Has("hotspots"))
	},
	Read: readSonar,
}

// readSonar reads pages of SonarQube's and SonarCloud's Web API (api/issues/search, api/hotspots/search), their issues as one array, and the
// reports of sonar-report, which have the same issues after a table of rules.
func readSonar(in *Input, h *Header, out Sink) error {
	s := &sonar{h: h, out: out}
	j := in.json()
	if j.kind() == '[' {
		err := each(j, s.issue)
		return err
	}
	total := 0
	err := j.members(func(name string) error {
		switch name {
		case "paging":
			var page struct{ Total string }
			err := j.value(&page)
			total = integer(page.Total)
			return err
		case "sonarComponent":
			return j.value(&s.h.Asset.Name)
		case "rules":
			return s.rules(j)
		case "issues", "hotspots":
			return each(j, s.issue)
		}
		return j.skip()
	})
	if s.h.Asset.Name != "" {
		s.h.Asset.Kind = "repository"
	}
	if total > s.seen {
		missed(s.h, "this page has %d of %d issues", s.seen, total)
	}
	return err
}

type sonar struct {
	h     *Header
	out   Sink
	known map[string]sonarRule
	seen  int
}

type sonarRule struct{ Name, HTMLDesc string }

// rules reads the table where it comes first, as an object; the array of the Web API comes last and only repeats what issues say.
func (s *sonar) rules(j *jsonReader) error {
	if j.kind() != '{' {
		return j.skip()
	}
	s.known = map[string]sonarRule{}
	var held budget
	return j.members(func(key string) error {
		var r sonarRule
		if err := j.value(&r); err != nil {
			return err
		}
		r.HTMLDesc = flat(r.HTMLDesc)
		s.known[key] = r
		return held.take(int64(len(key)+len(r.Name)+len(r.HTMLDesc)), "the rules")
	})
}

type sonarPlace struct {
	Component string
	Msg       string
	TextRange struct{ StartLine, EndLine, StartOffset, EndOffset string }
}

// sonarIssue is an issue or a hotspot.
type sonarIssue struct {
	sonarPlace
	Key, Rule, RuleKey, Project, Message, Description, Author string
	Severity, Type, Status, Resolution, IssueStatus           string
	Line                                                      string
	SecurityCategory, VulnerabilityProbability                string
	Tags                                                      []string
	Impacts                                                   []struct{ SoftwareQuality, Severity string }
	Flows                                                     []struct{ Locations []sonarPlace }
	Comments                                                  []struct{ Login, Markdown string }
}

func (s *sonar) issue(i *sonarIssue) error {
	s.seen++
	verdict, gone := i.verdict()
	if gone {
		return nil
	}
	id := i.Rule + i.RuleKey
	if id == "" { // hotspots before 9.7 name only their category
		id = "hotspot:" + i.SecurityCategory
	}
	message := i.Message
	if message == "" {
		message = i.Description
	}
	known := s.known[id]
	rule := finding.Rule{ID: id, Engine: "sast", Title: titleOf(known.Name, i.Description, message, id), Why: known.HTMLDesc, Confidence: finding.Firm}
	tags := texts(i.Tags...)
	rule.CWE = cwesNamed(tags...)
	rule.Severity = i.severity()
	if kind := strings.ToLower(sentence(i.Type)); kind != "" {
		rule.Tags = append(rule.Tags, kind)
	}
	rule.Tags = append(rule.Tags, tags...)
	f := finding.Finding{
		Fingerprint: finding.Fingerprint(i.Key), Severity: rule.Severity, Message: oneLine(message, 500),
		Verdict: verdict, Location: i.location(i.Project), // SonarQube keeps the key while it follows the issue through analyses
	}
	if i.VulnerabilityProbability != "" && i.Resolution != "ACKNOWLEDGED" { // a hotspot is for people to judge
		rule.Confidence = finding.Tentative
		rule.Tags = append(rule.Tags, "hotspot")
	}
	f.Confidence = rule.Confidence
	if f.Location.Region.StartLine == 0 {
		f.Location.Region = lines(integer(i.Line), 0)
	}
	i.path(&f)
	i.asPackage(&rule, &f)
	if sonarSecret(id) {
		rule.Engine = "secret"
	}
	s.asset(i.Project, &f)
	return emit(s.out, rule, f)
}

// asset notes the project: the report's where it is the first, else the finding's own.
func (s *sonar) asset(project string, f *finding.Finding) {
	switch {
	case project == "":
	case s.h.Asset.Name == "":
		s.h.Asset = finding.Asset{Kind: "repository", Name: project}
	case s.h.Asset.Name != project:
		f.Asset = finding.Asset{Kind: "repository", Name: project}
	}
}

// location takes the path out of a component's key, "project:path" or "project:module:path".
func (p *sonarPlace) location(project string) finding.Location {
	key := strings.TrimPrefix(p.Component, project+":")
	if i := strings.LastIndexByte(key, ':'); i >= 0 {
		key = key[i+1:]
	}
	at := finding.Location{Path: rooted(key)}
	if p.Component == project && project != "" { // the whole project
		at = finding.Location{Logical: steps("module", key)}
	}
	r := &p.TextRange
	if at.Region = lines(integer(r.StartLine), integer(r.EndLine)); r.EndOffset != "" && at.Region.StartLine > 0 {
		at.Region.StartColumn, at.Region.EndColumn = integer(r.StartOffset)+1, integer(r.EndOffset)+1 // offsets count from 0
	}
	return at
}

// path reads flows: one place each are secondary places, several are a path from the last to the first.
func (i *sonarIssue) path(f *finding.Finding) {
	var longest []sonarPlace
	for _, flow := range i.Flows {
		if len(flow.Locations) > len(longest) {
			longest = flow.Locations
		}
	}
	if len(longest) > 1 {
		for _, p := range slices.Backward(longest) {
			f.Flow = append(f.Flow, finding.Step{Location: p.location(i.Project), Message: oneLine(p.Msg, 300)})
		}
		return
	}
	for _, flow := range i.Flows {
		for _, p := range flow.Locations {
			f.Also = append(f.Also, p.location(i.Project))
		}
	}
}

// severity is that of the impact on security; older servers have one scale for all, of which code smells and bugs stay at its lower end.
func (i *sonarIssue) severity() finding.Severity {
	for _, impact := range i.Impacts {
		if impact.SoftwareQuality == "SECURITY" {
			return severityOf(impact.Severity)
		}
	}
	if i.VulnerabilityProbability != "" {
		return severityOf(i.VulnerabilityProbability)
	}
	severity := sonarSeverity(i.Severity)
	for _, impact := range i.Impacts {
		severity = severityOf(impact.Severity)
	}
	if i.Type == "CODE_SMELL" || i.Type == "BUG" || i.Type == "" && len(i.Impacts) > 0 {
		return quality(severity)
	}
	return severity
}

// sonarSeverity reads SonarQube's scale up to 10.1 as SonarQube itself maps it to the newer one: BLOCKER, CRITICAL, MAJOR, MINOR, INFO.
func sonarSeverity(word string) finding.Severity {
	switch strings.ToUpper(word) {
	case "BLOCKER":
		return finding.Critical
	case "CRITICAL":
		return finding.High
	case "MAJOR":
		return finding.Medium
	}
	return severityOf(word)
}

// verdict reads what people decided. What is fixed is gone.
func (i *sonarIssue) verdict() (v *finding.Verdict, gone bool) {
	state := i.Resolution
	if state == "" {
		state = i.IssueStatus
	}
	switch strings.ReplaceAll(strings.ToUpper(state), "-", "_") {
	case "FIXED", "REMOVED":
		return nil, true
	case "FALSE_POSITIVE":
		return waived("false positive in SonarQube" + i.comment()), false
	case "WONTFIX", "ACCEPTED":
		return waived("accepted in SonarQube" + i.comment()), false
	case "SAFE":
		return waived("reviewed as safe in SonarQube" + i.comment()), false
	}
	return nil, i.Status == "CLOSED"
}

func (i *sonarIssue) comment() string {
	if len(i.Comments) == 0 {
		return ""
	}
	last := i.Comments[len(i.Comments)-1]
	return fmt.Sprintf(" by %s: %s", last.Login, last.Markdown)
}

// asPackage reads what the Dependency-Check plugin writes: "Filename: name:1.2 | Reference: CVE-… | CVSS Score: 7.5 | Category: CWE-20 | text".
func (i *sonarIssue) asPackage(rule *finding.Rule, f *finding.Finding) {
	if !strings.Contains(rule.ID, "UsingComponentWithKnownVulnerability") {
		return
	}
	parts := map[string]string{}
	for part := range strings.SplitSeq(i.Message, " | ") {
		if name, value, ok := strings.Cut(part, ": "); ok {
			parts[name] = strings.TrimSpace(value)
		}
	}
	if parts["Reference"] == "" || parts["Filename"] == "" {
		return
	}
	rule.ID, f.Aliases = flawNames(parts["Reference"])
	rule.Engine, f.Fingerprint = "sca", ""
	f.Message = oneLine(i.Message[strings.LastIndex(i.Message, " | ")+len(" | "):], 500)
	rule.CWE = cwesIn(parts["Category"])
	rule.Title = titleOf(fmt.Sprintf("%s in a component", rule.ID))
	name, version, _ := strings.Cut(parts["Filename"], ":")
	f.Component = new(componentIn("", name, version))
	f.Threat = known(threatOf(decimal(parts["CVSS Score"])))
}

// sonarSecret tells the rules for secrets: those of the analyzer for secrets, and hard-coded credentials and passwords of the languages.
func sonarSecret(rule string) bool {
	repository, key, _ := strings.Cut(rule, ":")
	return repository == "secrets" || key == "S2068" || key == "S6418" || key == "S6437"
}
